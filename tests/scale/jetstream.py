"""The queue of tests/scale.sh: jetstream.py fill SERVER, or jetstream.py watch SERVER FILE.

`fill` makes the stream and its consumers of contrib/nats and publishes the verdicts. `watch` writes a line for each
acknowledgement, with the message's sequence, the moment and how often it was delivered, and ends when no message is left, or after 200 s.
"""

import json
import socket
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

CONTRIB = Path(__file__).parents[2] / "contrib/nats"
ACKS = "$JS.EVENT.METRIC.CONSUMER.ACK.>"
INBOX = "_INBOX.scale"


class Nats:
    def __init__(self, server):
        self.socket = socket.create_connection(server.rsplit(":", 1), timeout=240)
        self.lines = self.socket.makefile("rb")
        self.send(f"CONNECT {{}}\r\nSUB {INBOX} 1\r\nSUB {ACKS} 2\r\n".encode())

    def send(self, data):
        self.socket.sendall(data)

    def publish(self, subject, payload):
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.send(f"PUB {subject} {INBOX} {len(data)}\r\n".encode() + data + b"\r\n")

    def messages(self):
        for kind, *words in map(bytes.split, self.lines):
            if kind == b"PING":
                self.send(b"PONG\r\n")
            elif kind == b"MSG":
                yield json.loads(self.lines.read(int(words[-1]) + 2))

    def ask(self, subject, payload):
        self.publish(subject, payload)
        reply = next(self.messages())
        if "error" in reply:
            sys.exit(f"{subject}: {reply['error']}")
        return reply


def verdicts():
    """5,000 bans, each of another channel, and 20 of each kind that takes no effect: refused, protected and bad ones."""
    until = (datetime.now(timezone.utc) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for number in range(5000):
        yield {"vendor": "tencent", "action": "forbid", "target": f"8888_{number}", "until": until}
        if number % 250 == 0:
            yield {"vendor": "tencent", "action": "forbid", "target": f"8888_{number}_gone", "for": "2h"}
            yield {"vendor": "tencent", "action": "forbid", "target": f"8888_{number}_gala", "for": "2h"}
            yield {"vendor": "tencent", "action": "forbid", "target": f"https://example.com/{number}"}
            yield b"no JSON"


def create(nats, **settings):
    """Makes the stream and the three consumers of contrib/nats."""
    nats.ask("$JS.API.STREAM.CREATE.VERDICTS", json.loads((CONTRIB / "stream.json").read_text()))
    for worker in range(3):
        config = json.loads((CONTRIB / "consumer.json").read_text().replace("-0", f"-{worker}").replace(".0.", f".{worker}."))
        subject = f"$JS.API.CONSUMER.DURABLE.CREATE.VERDICTS.{config['durable_name']}"
        nats.ask(subject, {"stream_name": "VERDICTS", "config": config | settings})


def publish(nats, verdicts):
    sent = [nats.ask(f"verdicts.{number}", verdict)["seq"] for number, verdict in enumerate(verdicts)]
    print(f"{len(sent)} messages are in the queue", file=sys.stderr)


def watch(nats, path):
    with open(path, "w") as file:
        readings, end = [], time.monotonic() + 200
        while readings[-2:] != [0, 0] and time.monotonic() < end:
            nats.publish("$JS.API.STREAM.INFO.VERDICTS", {})
            for message in nats.messages():
                if "state" in message:
                    readings.append(message["state"]["messages"])
                    break
                print(message["stream_seq"], message["timestamp"], message["deliveries"], file=file)
            time.sleep(0.5)


if __name__ == "__main__":
    nats = Nats(sys.argv[2])
    if sys.argv[1] == "fill":
        # The workers run with --deadline 5s. Of all acknowledgements an event is published.
        create(nats, ack_wait=10_000_000_000, sample_freq="100")
        publish(nats, verdicts())
    else:
        watch(nats, sys.argv[3])
