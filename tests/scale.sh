#!/usr/bin/env bash
# Publishes 5,000 bans to a work queue of NATS JetStream, lets three workers of contrib/nats apply them at `livectl sandbox`,
# kills one at random ten times, and shows from the sandbox's log, the journals and the acknowledgements that every ban took
# effect at least once, that none was acknowledged without, and that none recorded as applied was sent again. It exits with 0
# only when all of that holds. It is run by hand, takes two minutes, and everything is on this machine, in a temporary folder:
#
#   tests/scale.sh
#
# LIVECTL names another binary.

set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
for program in nats-server python3; do command -v "$program" > /dev/null || missing+=("$program"); done
[ ${#missing[@]} -eq 0 ] || { echo "scale.sh: apt-get install ${missing[*]}" >&2; exit 2; }

livectl=${LIVECTL:-$(cargo build --locked --message-format=json | sed -n 's/.*"executable":"\([^"]*\)".*/\1/p')}
[ -x "$livectl" ] || { echo "scale.sh: no program $livectl" >&2; exit 2; }
work=$(mktemp -d)
export HOME=$work XDG_STATE_HOME=$work
processes=()

# shellcheck disable=SC2317
finish() {
    touch "$work/done"
    kill "${processes[@]}" 2> /dev/null || true
    wait
    rm -rf "$work"
}
trap finish EXIT

read -r -a ports < <(python3 -c '
import socket
sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in sockets))')
nats=127.0.0.1:${ports[0]}
sed "s|/var/lib/nats|$work/nats|" contrib/nats/nats-server.conf > "$work/nats.conf"
nats-server -c "$work/nats.conf" -a 127.0.0.1 -p "${ports[0]}" -l "$work/nats.log" &
processes+=($!)
"$livectl" -v sandbox --listen "127.0.0.1:${ports[1]}" > "$work/sandbox.toml" 2> "$work/sandbox.log" &
sandbox=$!
processes+=("$sandbox")
sleep 1
printf '\n[policy]\nprotect = ["tencent:*_gala"]\n' >> "$work/sandbox.toml"
python3 tests/scale/jetstream.py fill "$nats"
python3 tests/scale/jetstream.py watch "$nats" "$work/acks" &
watch=$!
processes+=("$watch")

# A worker is started again whenever it ends. 75: the journal is still held by the livectl whose consumer was killed.
worker() {
    until [ -e "$work/done" ]; do
        python3 contrib/nats/consumer.py "$nats" VERDICTS "worker-$1" "$livectl" -q -c "$work/sandbox.toml" apply --follow - \
            --journal "$work/$1.journal" --max-targets 10000 --rate 60 --timeout 1s --deadline 5s --no-log 2>> "$work/worker-$1.log" &
        echo $! > "$work/worker-$1"
        wait $! || sleep 0.2
    done
}
for i in 0 1 2; do
    worker "$i" 2> "$work/ended-$i" &
    processes+=($!)
done

for kill in {1..10}; do
    sleep 2
    consumer=$(< "$work/worker-$((RANDOM % 3))")
    read -r -a pids < <(echo "$consumer" "$(pgrep -P "$consumer")")
    case $((RANDOM % 3)) in
    0) killed=("${pids[0]}") what="the consumer" ;;
    1) killed=("${pids[@]:1}") what="livectl" ;;
    2) killed=("${pids[@]}") what="both" ;;
    esac
    echo "kill $kill: $what"
    kill -9 "${killed[@]}" || true
done
echo "the vendor answers nothing for 6 s"
kill -STOP "$sandbox"
sleep 6
kill -CONT "$sandbox"
wait "$watch"
touch "$work/done"
python3 tests/scale/check.py "$work/sandbox.log" "$work/acks" "$work"/*.journal
