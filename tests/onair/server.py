"""Does at nginx what the sandbox says: server.py SANDBOX NGINX RTMP PORT, each an address on this machine.

nginx asks it before it lets a stream in (`on_publish`), and it sends `drop` and `forbid` to nginx's control as soon as the
sandbox's state shows them. A stream whose name contains `leaky` is cut by `forbid` and let in again: a ban that one of the
vendor's servers does not know. GET /NAME.flv is the stream as HTTP-FLV, which nginx does not offer, and GET /allowed/NAME.m3u8
whether viewers may have a stream.
"""

import json
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from urllib.parse import parse_qs, quote
from urllib.request import urlopen

sandbox, nginx, rtmp, port = sys.argv[1:]
states, relays, lock = {}, {}, threading.Lock()


class Relay:
    """One stream as HTTP-FLV: what viewers get first is the configuration and the pictures since the last key frame."""

    def __init__(self, name):
        self.header, self.config, self.pictures, self.heard, self.viewers = b"", b"", b"", 0, set()
        command = ["ffmpeg", "-v", "quiet", "-analyzeduration", "200000", "-i", f"rtmp://{rtmp}/live/{name}"]
        self.player = subprocess.Popen([*command, "-c", "copy", "-f", "flv", "-"], stdin=-3, stdout=-1)
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        read = self.player.stdout.read
        self.header = read(13)
        while len(head := read(11)) == 11:
            tag = head + read(int.from_bytes(head[1:4], "big") + 4)
            with lock:
                self.heard = time.monotonic()
                if head[0] == 18 or tag[11:13] in (b"\x17\x00", b"\xaf\x00"):
                    self.config += tag
                else:
                    self.pictures = tag if tag[11] == 0x17 else self.pictures + tag
                for viewer in self.viewers:
                    viewer.put(tag)


def forward():
    """Cuts each stream that is no longer live at the sandbox."""
    while True:
        with urlopen(f"http://{sandbox}/sandbox/state") as reply:
            vendors = json.load(reply)
        for vendor in vendors.values():
            for row in vendor.get("streams", vendor.get("channels", [])):
                name, state = row.get("stream", row.get("channel")), row["status"]
                before, states[name] = states.get(name, "live"), state
                if before == "live" != state:
                    urlopen(f"http://{nginx}/control/drop/publisher?app=live&name={quote(name)}").close()
        time.sleep(0.05)


class Hooks(BaseHTTPRequestHandler):
    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        name = form["name"][0]
        is_banned = states.get(name) == "forbidden" and "leaky" not in name
        self.send_response(403 if is_banned else 200)
        self.end_headers()

    def do_GET(self):
        if self.path.startswith("/allowed/"):
            name = self.path.removeprefix("/allowed/").removesuffix(".m3u8")
            self.send_response(200 if states.get(name, "live") == "live" else 403)
            return self.end_headers()
        name = self.path.removeprefix("/").removesuffix(".flv")
        self.send_response(200)
        self.send_header("Content-Type", "video/x-flv")
        self.end_headers()
        viewer = SimpleQueue()
        with lock:
            relay = relays[name] = relays.get(name) or Relay(name)
            relay.viewers.add(viewer)
            is_live = time.monotonic() < relay.heard + 1
            first = relay.header + (relay.config + relay.pictures if is_live else b"")
        try:
            self.wfile.write(first)
            while True:
                self.wfile.write(viewer.get())
        except OSError:
            with lock:
                relay.viewers.discard(viewer)

    def log_message(self, *_):
        pass


threading.Thread(target=forward, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", int(port)), Hooks).serve_forever()
