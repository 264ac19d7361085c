#!/usr/bin/env bash
# Measures livectl against public tools on this machine, and says which goals it reaches: benches/compare.sh [--quick]
#
# Every server is its own and listens on loopback. Pairs are run in turn, and the medians are compared, so that what else the
# machine does falls on both. A row that falls short says so; figures are only as calm as the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=20 many=100000 most=1000000
case "${1:-}" in
    '') ;;
    --quick) runs=5 many=20000 most=100000 ;;
    *) echo "usage: benches/compare.sh [--quick]" >&2; exit 2 ;;
esac

for tool in nginx:nginx-light hyperfine:hyperfine wrk:wrk curl:curl jq:jq openssl:openssl rustc:rust cargo:rust /usr/bin/time:time; do
    command -v "${tool%%:*}" >/dev/null || { echo "${tool%%:*} is missing; install the package ${tool##*:} (Debian: apt-get install ${tool##*:})" >&2; exit 1; }
done

cargo build --release --locked
work=$(mktemp -d)
livectl="${CARGO_TARGET_DIR:-target}/release/livectl"
[[ $livectl = /* ]] || livectl="$PWD/$livectl"
trap 'kill "$(cat "$work/nginx.pid" 2>/dev/null)" 2>/dev/null || true; rm -rf "$work"' EXIT
# Runs are remembered here, as they are at work.
export XDG_STATE_HOME="$work/state"
unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY LIVECTL_CONFIG LIVECTL_PROFILE LIVECTL_OUTPUT

# A certificate authority to throw away, and a server that answers as each vendor does.
(
    cd "$work"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=throw-away -keyout ca.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost -keyout server.key -out server.csr
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -out server.pem \
        -extfile <(echo 'subjectAltName=IP:127.0.0.1')
) 2>/dev/null
for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem; do
    [ -f "$bundle" ] && break
done
cat "$bundle" "$work/ca.pem" >"$work/bundle.pem"

port=$((20000 + RANDOM % 20000))
sed -e "s#@WORK@#$work#g" -e "s#@HTTP@#$port#g" -e "s#@HTTPS@#$((port + 1))#g" benches/nginx.conf >"$work/nginx.conf"
nginx -c "$work/nginx.conf" -p "$work" 2>"$work/nginx.err" || { cat "$work/nginx.err" >&2; exit 1; }

profile() { # NAME ENDPOINT [LINE]
    cat >"$work/$1.toml" <<TOML
[profiles.bench]
${3:-}
[profiles.bench.jd]
username = "jcloud_00"
secret_key = "e7a31b1c5ea0efa9aa2f29c6559f7d61"
endpoint = "$2"
[profiles.bench.tencent]
app_id = "1251234567"
api_key = "5d41402abc4b2a76b9719d911017c592"
endpoint = "$2"
TOML
    chmod 600 "$work/$1.toml"
}
profile http "http://127.0.0.1:$port"
profile https "https://127.0.0.1:$((port + 1))"
profile ca_file "https://127.0.0.1:$((port + 1))" "ca_file = \"$work/ca.pem\""

goals=0 missed=0
row() { # WHAT FIGURE RELATION GOAL
    local verdict=reached
    goals=$((goals + 1))
    jq -en "$2 $3 $4" >/dev/null || { verdict='FALLS SHORT'; missed=$((missed + 1)); }
    printf '| %s | %s | %s %s | %s |\n' "$1" "$2" "$3" "$4" "$verdict"
}
ratio() { jq -n "$1 / $2 * 1000 | round / 1000"; }
median() { jq -s 'sort | .[length / 2 | floor]'; }

# Median seconds of two commands that run in turn, as "first second".
pair() {
    : >"$work/a" ; : >"$work/b"
    for _ in $(seq "$runs"); do
        hyperfine -N --style none --runs 1 --export-json "$work/one.json" "$1" >/dev/null 2>&1
        jq '.results[0].times[0]' "$work/one.json" >>"$work/a"
        hyperfine -N --style none --runs 1 --export-json "$work/one.json" "$2" >/dev/null 2>&1
        jq '.results[0].times[0]' "$work/one.json" >>"$work/b"
    done
    echo "$(median <"$work/a") $(median <"$work/b")"
}
compare() { # WHAT OURS THEIRS GOAL
    local ours theirs
    read -r ours theirs < <(pair "$2" "$3")
    row "$1 ($(millis "$ours") : $(millis "$theirs"))" "$(ratio "$ours" "$theirs")" '<=' "$4"
}
millis() { jq -nr "$1 * 10000 | round / 10 | tostring + \" ms\""; }

applied() { # CONFIG: one call must be judged applied, or nothing that follows means anything
    "$livectl" -c "$work/$1.toml" jd timeout push.example.com --seconds 30 -o json -q | jq -e '.results[0].outcome == "applied"' >/dev/null ||
        { echo "the call with $1.toml was not applied" >&2; exit 1; }
}

echo "| what | measured | goal | |"
echo "|---|---|---|---|"

printf 'fn main() { println!("hello"); }\n' >"$work/hello.rs"
rustc -O -o "$work/hello" "$work/hello.rs"
compare '`--version` : a hello-world binary' "$livectl --version" "$work/hello" 1.6

# curl sends the very bytes that livectl would send now.
body=$("$livectl" -c "$work/http.toml" -n -o curl jd timeout push.example.com --seconds 30 -q |
    sed 's/ | curl .*//' | LIVECTL_JD_SECRET_KEY=e7a31b1c5ea0efa9aa2f29c6559f7d61 bash)
printf %s "$body" >"$work/body.json"
call="jd timeout push.example.com --seconds 30 -o json -q"
post="-sS -H Content-Type:application/json --data-binary @$work/body.json"
path=/api/live/setPushStreamTimeout

applied http
compare 'one signed POST over HTTP : curl' "$livectl -c $work/http.toml $call" \
    "curl $post http://127.0.0.1:$port$path" 0.25
read -r with without < <(pair "$livectl -c $work/http.toml $call" "$livectl -c $work/http.toml $call --no-log")
row "what the memory adds to one call, ms ($(millis "$with") : $(millis "$without") with --no-log)" \
    "$(jq -n "($with - $without) * 100000 | round / 100")" '<=' 0.1
export SSL_CERT_FILE="$work/bundle.pem"
applied https
compare 'one over HTTPS, all authorities : curl with the same bundle' "$livectl -c $work/https.toml $call" \
    "curl $post --cacert $work/bundle.pem https://127.0.0.1:$((port + 1))$path" 0.10
unset SSL_CERT_FILE
applied ca_file
compare 'one over HTTPS, one `ca_file` : curl --cacert' "$livectl -c $work/ca_file.toml $call" \
    "curl $post --cacert $work/ca.pem https://127.0.0.1:$((port + 1))$path" 0.35

operations() { # NUMBER FILE
    seq "$1" | jq -Rc '{vendor: "tencent", action: "forbid", target: ("8888_" + .), for: "2h"}' >"$work/$2"
}
# Seconds, peak KiB and CPU seconds of a run over a file, every reply judged applied.
batch() { # FILE COUNT [FLAG...]
    local file=$1 number=$2
    shift 2
    rm -f "$work/journal"
    /usr/bin/time -f '%e %M %U %S' -o "$work/time" "$livectl" -c "$work/http.toml" apply "$work/$file" --max-targets "$number" \
        --rate 0 -j 64 -o jsonl -q "$@" >"$work/results.jsonl"
    [ "$(grep -c '"outcome":"applied"' "$work/results.jsonl")" = "$number" ] || { echo "not all of $file were applied" >&2; exit 1; }
    cat "$work/time"
}
url=$("$livectl" -c "$work/http.toml" -n -o json tencent forbid 8888_1 --for 2h -q | jq -r '.results[0].request.url' | sed 's/\*\*\*/b17971b51ba0fe5916ddcd96692e9fb3/')

operations "$many" many.jsonl
seq "$many" | sed "s#.*#url = \"$url\"\noutput = \"/dev/null\"#" >"$work/list"
: >"$work/ours" ; : >"$work/forgotten" ; : >"$work/journalled" ; : >"$work/wrk" ; : >"$work/curl"
for _ in 1 2 3 4 5; do
    batch many.jsonl "$many" | cut -d' ' -f1 >>"$work/ours"
    batch many.jsonl "$many" --no-log | cut -d' ' -f1 >>"$work/forgotten"
    wrk -t1 -c64 -d3s "$url" | awk '/Requests\/sec/ {print $2}' >>"$work/wrk"
    batch many.jsonl "$many" --journal "$work/journal" | cut -d' ' -f1 >>"$work/journalled"
    /usr/bin/time -f %e -o "$work/time" curl -sS --parallel --parallel-max 50 -K "$work/list" >/dev/null 2>&1
    cat "$work/time" >>"$work/curl"
done
ours=$(jq -n "$many / $(median <"$work/ours") | round")
journalled=$(jq -n "$many / $(median <"$work/journalled") | round")
wrk=$(median <"$work/wrk" | jq round)
curl=$(jq -n "$many / $(median <"$work/curl") | round")
row "$many targets ($ours/s) : wrk ($wrk/s)" "$(ratio "$ours" "$wrk")" '>=' 0.45
row "$many targets : curl --parallel ($curl/s)" "$(ratio "$ours" "$curl")" '>=' 2.5
forgotten=$(jq -n "$many / $(median <"$work/forgotten") | round")
row "$many targets : with --no-log ($forgotten/s)" "$(ratio "$ours" "$forgotten")" '>=' 0.9
row "$many targets with --journal ($journalled/s) : without" "$(ratio "$journalled" "$ours")" '>=' 0.5

operations 1 one.jsonl
operations 1000 thousand.jsonl
operations "$most" most.jsonl
read -r _ one _ < <(batch one.jsonl 1)
read -r _ hundred _ < <(batch many.jsonl "$many")
read -r _ million _ < <(batch most.jsonl "$most")
row 'peak memory of one call, KiB' "$one" '<=' 8192
row "peak memory of $many targets, KiB" "$hundred" '<=' 40960
row "peak memory of $most targets, KiB" "$million" '<=' 204800

# CPU time for each target, by hyperfine's finer clock.
cpu() { # FILE COUNT RUNS
    hyperfine -N --style none --runs "$3" --export-json "$work/one.json" "$livectl -c $work/http.toml apply $work/$1 --max-targets $2 \
        --rate 0 -j 64 -o jsonl -q" >/dev/null 2>&1
    jq "(.results[0].user + .results[0].system) / $2" "$work/one.json"
}
row "CPU for a target of $most : of 1000" "$(ratio "$(cpu most.jsonl "$most" 2)" "$(cpu thousand.jsonl 1000 "$runs")")" '<=' 1.15

row 'binary, bytes' "$(stat -c %s "$livectl")" '<=' 5000000
row 'crates' "$(cargo tree --locked -e normal --prefix none | sed 's/ (.*//' | sort -u | wc -l)" '<=' 140

# What people do today, for scale: no goals.
alone() { # WHAT COMMAND
    hyperfine -N -i --style none --warmup 1 --runs "$runs" --export-json "$work/one.json" "$2" >/dev/null 2>&1
    echo "| $1 | $(millis "$(jq '.results[0].median' "$work/one.json")") |"
}
cat >"$work/script" <<SH
t=\$((\$(date +%s) + 60)); sign=\$(printf %s%s 5d41402abc4b2a76b9719d911017c592 "\$t" | md5sum | cut -c1-32)
curl -sS "http://127.0.0.1:$port/common_access?appid=1251234567&interface=channel_manager&t=\$t&sign=\$sign&Param.s.channel_id=8888_1&Param.s.action=forbid&Param.n.abstime_end=\$((t + 7200))" | jq -e '.ret == 0'
SH
echo
echo '| one call, for scale | |'
echo '|---|---|'
alone '`livectl tencent forbid`' "$livectl -c $work/http.toml tencent forbid 8888_1 --for 2h -o json -q"
alone 'a shell script of date, md5sum, curl and jq' "sh $work/script"
export HOME="$work"
if command -v tccli >/dev/null; then
    alone "Tencent's own CLI, until its connection is refused" "tccli live ForbidLiveStream --secretId AKID --secretKey key --region ap-guangzhou \
        --AppName live --DomainName push.example.com --StreamName cam1 --endpoint 127.0.0.1:9"
else
    echo "| Tencent's own CLI | not measured: \`pip install tccli\` |"
fi
if command -v jdc >/dev/null; then
    jdc configure add --profile bench --access-key AK --secret-key key --region-id cn-north-1 --scheme http --timeout 5 \
        --endpoint "127.0.0.1:$port" >/dev/null
    jdc configure use --profile bench >/dev/null
    alone "JD's own CLI" 'jdc live forbid-live-stream --publish-domain push.example.com --app-name live --stream-name cam1 --forbid-time 60'
else
    echo "| JD's own CLI | not measured: \`pip install jdcloud_cli\` |"
fi
seq 200 >"$work/names"
/usr/bin/time -f %e -o "$work/time" xargs -P 16 -n 1 sh "$work/script" <"$work/names" >/dev/null
echo "| the shell script, 16 at once | $(jq -n "200 / $(tail -n 1 "$work/time") | round") calls/s |"
echo
echo "$((goals - missed)) of $goals goals reached on $(nproc) cores."
