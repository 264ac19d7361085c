#!/usr/bin/env bash
# Bans and cuts real streams at a real server and compares what `--hold` and `--play` report with what a poller sees. Prints a row
# for each vendor, operation, encoder and way to the viewer, and exits with 0 only when every row holds. It is run by hand:
#
#   tests/onair.sh
#
# Everything is on this machine, in a temporary folder: nginx with its rtmp module takes what ffmpeg pushes and serves HLS, a
# second server caches that for 10 s, `livectl sandbox` takes the place of the vendors, and tests/onair/server.py does at nginx
# what the sandbox says. At the end, verdicts go through a queue of NATS to the workers of contrib/nats. It takes two minutes.
# LIVECTL names another binary.

set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for program in nginx ffmpeg nats-server python3; do command -v "$program" > /dev/null || missing+=("$program"); done
[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || missing+=(libnginx-mod-rtmp)
[ ${#missing[@]} -eq 0 ] || { echo "onair.sh: apt-get install ${missing[*]}" >&2; exit 2; }

livectl=${LIVECTL:-$(cargo build --locked --message-format=json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')}
[ -x "$livectl" ] || { echo "onair.sh: no program $livectl" >&2; exit 2; }
work=$(mktemp -d)
# The workers of an nginx that root starts are another user.
chmod 711 "$work"
mkdir "$work/hls"
processes=()

# shellcheck disable=SC2317
finish() {
    for process in "${processes[@]}"; do kill "$process" 2> /dev/null || true; done
    wait
    rm -rf "$work"
}
trap finish EXIT

start() {
    "$@" &
    processes+=($!)
}

read -r -a addresses < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(6)]
print(*(f"127.0.0.1:{s.getsockname()[1]}" for s in sockets))')
sandbox=${addresses[0]} rtmp=${addresses[1]} hooks=${addresses[2]} origin=${addresses[3]} cached=${addresses[4]} nats=${addresses[5]}

sed "s|WORK|$work|; s|RTMP|$rtmp|; s|HOOKS|$hooks|; s|ORIGIN|$origin|; s|CACHED|$cached|" tests/onair/nginx.conf > "$work/nginx.conf"
ffmpeg -v error -f lavfi -i testsrc=size=160x90:rate=10 -f lavfi -i sine -t 10 -c:v libx264 -preset ultrafast -g 10 \
    -c:a aac -b:a 16k "$work/pattern.flv"
start "$livectl" -q sandbox --listen "$sandbox" > "$work/sandbox.toml"
start nginx -c "$work/nginx.conf" -e "$work/error.log"
server=$!
sed "s|/var/lib/nats|$work/nats|" contrib/nats/nats-server.conf > "$work/nats.conf"
start nats-server -c "$work/nats.conf" -a "${nats%:*}" -p "${nats##*:}" -l "$work/nats.log"
start python3 tests/onair/server.py "$sandbox" "$origin" "$rtmp" "${hooks##*:}"
sleep 1
export HOME=$work XDG_STATE_HOME=$work
python3 tests/onair/rows.py "$livectl" "$work/sandbox.toml" "$work/pattern.flv" "$rtmp" "$origin" "$cached" "$hooks" > "$work/rows" &&
    code=0 || code=$?
column -t -s $'\t' "$work/rows"
echo
python3 tests/onair/pipeline.py "$livectl" "$work/sandbox.toml" "$work/pattern.flv" "$rtmp" "$origin" "$nats" > "$work/verdicts" || code=1
column -t -s $'\t' -N VENDOR,OPERATION,STREAM,OUTCOME,KIND,VERIFIED,OFF_AFTER_MS,VIEWERS,RESULT "$work/verdicts"

# A server that dies while livectl looks: what viewers get is not known, and never off.
start ffmpeg -v quiet -re -stream_loop -1 -i "$work/pattern.flv" -c copy -f flv "rtmp://$rtmp/live/outage"
for _ in {1..100}; do [ -s "$work/hls/outage.m3u8" ] && break || sleep 0.2; done
(sleep 4 && kill "$server") &
"$livectl" -q -c "$work/sandbox.toml" -p next -o jsonl huawei forbid live/outage --for 5m --hold 3s --verify-timeout 20s \
    --play "http://$origin/hls/outage.m3u8" > "$work/outage" || true
outage=$(grep -c '"outcome":"applied".*"verified":null,"viewer":null,"off_after_ms":null,"held":null' "$work/outage" || true)
echo
echo "server dies during the looks: $([ "$outage" = 1 ] && echo ok || echo "FAIL: $(cat "$work/outage")")"
[ "$outage" = 1 ] || code=1
exit "$code"
