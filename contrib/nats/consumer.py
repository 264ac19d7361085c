#!/usr/bin/env python3
"""Feeds a consumer of JetStream to livectl: consumer.py HOST:PORT STREAM CONSUMER livectl apply --follow - ..."""
import contextlib, json, os, signal, socket, subprocess, sys, threading, uuid
server, stream, consumer, *command = sys.argv[1:]
WINDOW, AGAIN = "64", '-NAK {"delay": 5000000000}'  # messages at a time; a pause of 5 s
API, inbox, replies = f"$JS.API.CONSUMER.%s.{stream}.{consumer}", f"_INBOX.{uuid.uuid4().hex}", {}
nats = socket.create_connection(server.rsplit(":", 1), timeout=300)  # the server sends a PING every two minutes
livectl = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
signal.signal(signal.SIGTERM, lambda *_: livectl.terminate())  # requests in flight settle and are acknowledged

def publish(subject, payload, reply=""):
    with contextlib.suppress(OSError):  # without a connection, the messages come again
        nats.sendall(f"PUB {subject} {reply} {len(payload)}\r\n{payload}\r\n".encode())

def read_results():
    for result in map(json.loads, livectl.stdout):
        again = not result["ok"] and result["error"]["again"]
        if reply := replies.pop(result["operation"].get("id"), None):  # none: it came twice and is answered
            publish(reply, AGAIN if again else "+ACK")
        publish(API % "MSG.NEXT", "1", inbox)
    with contextlib.suppress(OSError):  # the connection is gone already
        nats.shutdown(socket.SHUT_RDWR)
nats.sendall(f"CONNECT {os.environ.get('NATS_CONNECT', '{}')}\r\nSUB {inbox} 1\r\n".encode())
publish(API % "INFO", "", inbox)
publish(API % "MSG.NEXT", WINDOW, inbox)
threading.Thread(target=read_results).start()
with contextlib.suppress(OSError), nats.makefile("rb") as lines, livectl.stdin as verdicts:
    for kind, *words in map(bytes.split, lines):
        data = lines.read(int(words[-1]) + 2) if kind == b"MSG" else b""
        if kind == b"PING":
            nats.sendall(b"PONG\r\n")
        elif data and words[2].startswith(b"$JS.ACK."):  # STREAM.CONSUMER.DELIVERIES.SEQUENCE.NUMBER.TIME.PENDING
            id = b".".join(words[2].split(b".")[5:8:2]).decode()
            line, replies[id] = json.dumps({"id": id, "message": str(data)}), words[2].decode()
            with contextlib.suppress(TypeError, ValueError, RecursionError):  # livectl refuses and records what is no object
                line = json.dumps({"id": id, **json.loads(data), "id": id})  # first: it is read, whatever follows
            print(line, file=verdicts, flush=True)
        elif kind == b"-ERR" or data == b"\r\n" or b'"error"' in data:  # no such consumer, or it has ended
            sys.exit(f"consumer.py: {stream} {consumer}: {b' '.join(words).decode()} {data.decode()}")
sys.exit(livectl.wait() or 1)
