#!/usr/bin/env bash
# Measures livectl against public tools on this machine, and says which goals it reaches: benches/compare.sh [--quick]
#
# Every server is its own and listens on loopback. Pairs are run in turn, so that what else the machine does falls on both, and
# the faster half of each is compared. Instructions are counted by valgrind and do not depend on the machine's load. A row that
# falls short says so; the other figures are only as calm as the machine.
set -euo pipefail
cd "$(dirname "$0")/.."

runs=60 batches=5 many=100000 most=1000000
case "${1:-}" in
    '') ;;
    --quick) runs=10 batches=3 many=20000 most=100000 ;;
    *) echo "usage: benches/compare.sh [--quick]" >&2; exit 2 ;;
esac

for tool in nginx:nginx-light hyperfine:hyperfine wrk:wrk curl:curl jq:jq openssl:openssl valgrind:valgrind rustc:rust cargo:rust \
    /usr/bin/time:time; do
    command -v "${tool%%:*}" >/dev/null || { echo "${tool%%:*} is missing; install the package ${tool##*:} (Debian: apt-get install ${tool##*:})" >&2; exit 1; }
done

# The path of what cargo builds, wherever its folder is.
built() { # --bin or --bench, NAME
    cargo build --release --locked "$1" "$2" --message-format=json | jq -r 'select(.executable and .target.name == "'"$2"'").executable'
}
livectl=$(built --bin livectl) bare=$(built --bench bare)
work=$(mktemp -d)
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
[profiles.bench.shumei]
access_key = "hELPzxR8vYkqLmNo4dJ2"
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
fastest() { jq -s 'sort | .[:(length / 2 | ceil)] | add / length'; }

# Seconds of two commands that run in turn, the mean of the faster half of each, as "first second".
pair() {
    : >"$work/a" ; : >"$work/b"
    for _ in $(seq "$runs"); do
        hyperfine -N --style none --runs 1 --export-json "$work/one.json" "$1" >/dev/null 2>&1
        jq '.results[0].times[0]' "$work/one.json" >>"$work/a"
        hyperfine -N --style none --runs 1 --export-json "$work/one.json" "$2" >/dev/null 2>&1
        jq '.results[0].times[0]' "$work/one.json" >>"$work/b"
    done
    echo "$(fastest <"$work/a") $(fastest <"$work/b")"
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
compare '`--version` : a hello-world binary, linked dynamically' "$livectl --version" "$work/hello" 0.90

# curl sends the very bytes that livectl would send now.
body=$("$livectl" -c "$work/http.toml" -n -o curl jd timeout push.example.com --seconds 30 -q |
    sed 's/ | curl .*//' | LIVECTL_JD_SECRET_KEY=e7a31b1c5ea0efa9aa2f29c6559f7d61 bash)
printf %s "$body" >"$work/body.json"
call="jd timeout push.example.com --seconds 30 -o json -q"
post="-sS -H Content-Type:application/json --data-binary @$work/body.json"
path=/api/live/setPushStreamTimeout

applied http
ours="$livectl -c $work/http.toml $call" theirs="$bare timeout http://127.0.0.1:$port push.example.com"
compare 'one signed POST over HTTP : the bare client' "$ours" "$theirs" 1.25
instructions() { # COMMAND
    valgrind --tool=callgrind --callgrind-out-file=/dev/null $1 2>&1 >/dev/null | awk '/Collected/ {print $4}'
}
faults() { # COMMAND
    /usr/bin/time -f %R -o "$work/time" $1 >/dev/null && cat "$work/time"
}
row 'instructions of the call : of the bare client' "$(ratio "$(instructions "$ours")" "$(instructions "$theirs")")" '<=' 1.6
row 'page faults of the call : of the bare client' "$(ratio "$(faults "$ours")" "$(faults "$theirs")")" '<=' 1.25
compare 'the same POST : curl' "$ours" "curl $post http://127.0.0.1:$port$path" 0.22
read -r with without < <(pair "$livectl -c $work/http.toml $call" "$livectl -c $work/http.toml $call --no-log")
row "what the memory adds to one call, ms ($(millis "$with") : $(millis "$without") with --no-log)" \
    "$(jq -n "($with - $without) * 100000 | round / 100")" '<=' 0.1
export SSL_CERT_FILE="$work/bundle.pem"
applied https
compare 'one over HTTPS, all authorities : curl with the same bundle' "$livectl -c $work/https.toml $call" \
    "curl $post --cacert $work/bundle.pem https://127.0.0.1:$((port + 1))$path" 0.09
unset SSL_CERT_FILE
applied ca_file
compare 'one over HTTPS, one `ca_file` : curl --cacert' "$livectl -c $work/ca_file.toml $call" \
    "curl $post --cacert $work/ca.pem https://127.0.0.1:$((port + 1))$path" 0.27

operations() { # NUMBER NAME: NAME.forbid and NAME.close
    seq "$1" | jq -Rc '{vendor: "tencent", action: "forbid", target: ("8888_" + .), for: "2h"}' >"$work/$2.forbid"
    seq "$1" | jq -Rc '{vendor: "shumei", action: "close", target: ("8888_" + .)}' >"$work/$2.close"
}
apply() { # FILE COUNT: the arguments of a run over a file
    echo "-c $work/http.toml apply $work/$1 --format jsonl --max-targets $2 --rate 0 -j 64 -o jsonl -q"
}
# Seconds, peak KiB and CPU seconds of a run over a file, every reply judged applied.
batch() { # FILE COUNT [FLAG...]
    local file=$1 number=$2 arguments
    shift 2
    read -ra arguments <<<"$(apply "$file" "$number")"
    rm -f "$work/journal"
    /usr/bin/time -f '%e %M %U %S' -o "$work/time" "$livectl" "${arguments[@]}" "$@" >"$work/results.jsonl"
    [ "$(grep -c '"outcome":"applied"' "$work/results.jsonl")" = "$number" ] || { echo "not all of $file were applied" >&2; exit 1; }
    cat "$work/time"
}
url="http://127.0.0.1:$port/finish_videostream/v4"

operations "$many" many
seq "$many" | sed "s#.*#url = \"$url\"\noutput = \"/dev/null\"\ndata = \"{}\"#" >"$work/list"
printf 'wrk.method = "POST"\nwrk.body = "{\\"accessKey\\":\\"hELPzxR8vYkqLmNo4dJ2\\",\\"requestId\\":\\"8888_1\\"}"\n' >"$work/post.lua"
for figures in ours bare forgotten journalled wrk curl; do : >"$work/$figures"; done
for _ in $(seq "$batches"); do
    batch many.close "$many" | cut -d' ' -f1 >>"$work/ours"
    /usr/bin/time -f %e -o "$work/time" "$bare" close "http://127.0.0.1:$port" "$many" 64 >/dev/null
    cat "$work/time" >>"$work/bare"
    batch many.close "$many" --no-log | cut -d' ' -f1 >>"$work/forgotten"
    wrk -t1 -c64 -d3s -s "$work/post.lua" "$url" | awk '/Requests\/sec/ {print $2}' >>"$work/wrk"
    batch many.close "$many" --journal "$work/journal" | cut -d' ' -f1 >>"$work/journalled"
    /usr/bin/time -f %e -o "$work/time" curl -sS --parallel --parallel-max 50 -K "$work/list" >/dev/null 2>&1
    cat "$work/time" >>"$work/curl"
done
a_second() { jq -n "$many / $(fastest <"$work/$1") | round"; }
ours=$(a_second ours) wrk=$(median <"$work/wrk" | jq round)
for other in bare:'the bare client':0.88 curl:'curl --parallel':2.3 forgotten:'with --no-log':0.9; do
    IFS=: read -r figures what goal <<<"$other"
    row "$many \`shumei close\` ($ours/s) : $what ($(a_second "$figures")/s)" "$(ratio "$ours" "$(a_second "$figures")")" '>=' "$goal"
done
row "$many \`shumei close\` : wrk ($wrk/s)" "$(ratio "$ours" "$wrk")" '>=' 0.40
row "$many with --journal ($(a_second journalled)/s) : without" "$(ratio "$(a_second journalled)" "$ours")" '>=' 0.60

operations 1 one
operations 500 few
operations 1000 thousand
operations 1500 more
operations "$most" most
# Instructions of a target: of 1,500, less those of 500.
for what in close:85000 forbid:103000; do
    IFS=: read -r action goal <<<"$what"
    few=$(instructions "$livectl $(apply few.$action 500)") more=$(instructions "$livectl $(apply more.$action 1500)")
    forgotten=$(jq -n "($(instructions "$livectl $(apply more.$action 1500) --no-log") - $(instructions "$livectl $(apply few.$action 500) --no-log")) / 1000 | round")
    row "instructions a target, \`$action\` ($forgotten with --no-log)" "$(((more - few) / 1000))" '<=' "$goal"
done
read -r _ one _ < <(batch one.close 1)
read -r _ hundred _ < <(batch many.close "$many")
read -r _ million _ < <(batch most.close "$most")
row 'peak memory of one call, KiB' "$one" '<=' 6144
row "peak memory of $many targets, KiB" "$hundred" '<=' 24576
row "peak memory of $most targets, KiB" "$million" '<=' 153600

# Milliseconds from each of 50 lines to its result, one after another within the vendor's pace.
first_results() { # FLAG...
    local begun number
    coproc lines { "$livectl" -c "$work/http.toml" apply --follow - --max-targets 1000 -q "$@"; }
    for number in $(seq 50); do
        begun=$EPOCHREALTIME
        echo '{"vendor":"tencent","action":"forbid","target":"8888_'"$number"'","for":"2h"}' >&"${lines[1]}"
        read -r _ <&"${lines[0]}"
        echo "$(((${EPOCHREALTIME/./} - ${begun/./}) / 10))e-2"
        sleep 0.06
    done
    eval "exec ${lines[1]}>&-"
    # `coproc` sets it.
    # shellcheck disable=SC2154
    wait "$lines_PID"
}
rm -f "$work/journal"
row 'a line of `apply --follow` to its result, ms' "$(first_results | median)" '<=' 50
row 'the same with `--journal`, ms' "$(first_results --journal "$work/journal" | median)" '<=' 50
/usr/bin/time -f %M -o "$work/time" "$livectl" -c "$work/http.toml" apply --follow - --max-targets "$most" --rate 0 -j 64 -q \
    <"$work/most.close" >/dev/null
row "peak memory of $most lines as they come, KiB" "$(cat "$work/time")" '<=' 12288

# CPU time for each target, by hyperfine's finer clock.
cpu() { # FILE COUNT RUNS
    hyperfine -N --style none --runs "$3" --export-json "$work/one.json" "$livectl $(apply "$1" "$2")" >/dev/null 2>&1
    jq "(.results[0].user + .results[0].system) / $2" "$work/one.json"
}
row "CPU for a target of $most : of 1000" "$(ratio "$(cpu most.close "$most" 2)" "$(cpu thousand.close 1000 "$runs")")" '<=' 1.1

row 'binary, bytes' "$(stat -c %s "$livectl")" '<=' 6500000
row 'crates' "$(cargo tree --locked -e normal --prefix none | sed 's/ (.*//' | sort -u | wc -l)" '<=' 135

echo
echo "$((goals - missed)) of $goals goals reached on $(nproc) cores."
