"""Bans and cuts real streams, one a row, and compares what livectl reports with what a poller of its own sees.

rows.py LIVECTL PROFILE_FILE PATTERN RTMP ORIGIN CACHED HOOKS: the program, the sandbox's profile file, the film that encoders push,
and four addresses. It prints a table, and exits with 0 only when every row holds.
"""

import itertools
import json
import os
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone
from urllib.error import HTTPError
from urllib.request import urlopen

livectl, profile_file, pattern, rtmp, origin, cached, hooks = sys.argv[1:]
VENDORS = ["jd", "tencent", "alibaba", "volcengine", "huawei"]
PLAY = {
    "hls": f"http://{origin}/hls/%s.m3u8",
    "cached hls": f"http://{cached}/hls/%s.m3u8",
    "master hls": f"http://{origin}/master/%s.m3u8",
    "guarded hls": f"http://{origin}/guarded/%s.m3u8",
    "flv": f"http://{hooks}/%s.flv",
}
# Seconds until an encoder that was cut pushes again; one that quits never does.
RETRY = {"quits": None, "retries": 1, "returns": 20}
# The operation and the encoder -> what livectl has to report. A leaky ban is one that the server does not enforce.
OFF = {"outcome": "applied", "kind": None, "verified": True, "viewer": "off", "held": True, "exit": 0}
CUT = {"outcome": "applied", "kind": None, "verified": True, "viewer": "on", "held": False, "exit": 5}
BACK = {"outcome": "unknown", "kind": "came_back", "viewer": "on", "held": False, "exit": 4}
STAYS = {"outcome": "unknown", "kind": "unverified", "viewer": "on", "exit": 4}
EXPECTED = {
    ("forbid", "quits"): OFF,
    ("forbid", "retries"): OFF,
    ("drop", "quits"): OFF,
    ("drop", "retries"): CUT,
    ("leaky forbid", "retries"): STAYS,
    ("leaky forbid", "returns"): BACK,
    # `livectl watch --until off` of a stream that another process cuts.
    ("watch", "quits"): {"exit": 0},
    ("watch", "retries"): {"exit": 4},
}
ROWS = [
    *itertools.product(VENDORS, ["forbid", "drop"], ["quits", "retries"], ["hls", "cached hls"]),
    *itertools.product(["tencent"], ["forbid", "drop"], ["quits", "retries"], ["flv"]),
    *itertools.product(["jd"], ["leaky forbid"], ["retries", "returns"], ["hls", "cached hls", "flv"]),
    *itertools.product(["huawei"], ["forbid"], ["retries"], ["master hls", "guarded hls"]),
    *itertools.product(["huawei"], ["watch"], ["quits", "retries"], ["hls", "cached hls", "flv"]),
]
START, LIMIT = time.monotonic(), 180


class Row:
    def __init__(self, vendor, operation, encoder, path):
        self.words = (vendor, operation, encoder, path)
        self.name = "_".join([vendor, operation, path, encoder]).replace(" ", "_")
        self.play = PLAY[path] % self.name
        # The poller reads the one variant of a master playlist.
        self.polled = self.play.replace("/master/", "/hls/")
        # When the poller found that viewers get it, and when that they no longer do.
        self.on = self.off = None
        self.result = self.failure = None

    def encode(self):
        command = ["ffmpeg", "-v", "quiet", "-re", "-stream_loop", "-1", "-i", pattern, "-c", "copy", "-f", "flv"]
        pause = RETRY[self.words[2]]
        while time.monotonic() < START + LIMIT:
            self.process = subprocess.Popen([*command, f"rtmp://{rtmp}/live/{self.name}"], stdin=-3)
            self.process.wait()
            if pause is None:
                return
            time.sleep(pause)

    def poll(self):
        poll = self.poll_bytes if self.words[3] == "flv" else self.poll_list
        while self.off is None and time.monotonic() < START + LIMIT:
            try:
                poll()
            except OSError:
                time.sleep(0.2)

    def poll_list(self):
        """Off is a list that is gone, or that has not moved for three target durations, and never before 12 s."""
        try:
            with urlopen(self.polled, timeout=5) as reply:
                lines = reply.read().decode().splitlines()
        except HTTPError as error:
            self.off = time.time() if self.on and error.code in (403, 404, 410) else None
            return time.sleep(0.1)
        now = time.time()
        if self.on is None or lines != self.lines:
            self.on, self.lines, self.moved = self.on or now, lines, now
        target = next(int(line.split(":")[1]) for line in lines if line.startswith("#EXT-X-TARGETDURATION"))
        self.off = now if now - self.moved >= max(12, 3 * target) else None
        time.sleep(0.1)

    def poll_bytes(self):
        """Off is a stream that ends, or that brings no byte for 5 s."""
        with urlopen(self.play, timeout=5) as reply:
            if len(reply.read(14)) == 14:
                self.on = time.time()
                try:
                    while reply.read1(65536):
                        pass
                except TimeoutError:
                    pass
                self.off = time.time()

    def livectl(self, action):
        vendor = self.words[0]
        target = self.name if vendor == "tencent" else f"live/{self.name}"
        account = [livectl, "-q", "-c", profile_file, "-p", "next", "-o", "json"]
        return [*account, vendor, action, target, "--domain", "push.example.com"]

    def act(self):
        if self.words[1] == "watch":
            return self.watch()
        action = self.words[1].split()[-1]
        command = [*self.livectl(action), "--play", self.play, "--hold", "30s", "--verify-timeout", "40s"]
        command += ["--for", "10m"] if action == "forbid" else []
        ran = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT)
        try:
            self.result = json.loads(ran.stdout)["results"][0] | {"exit": ran.returncode}
            self.result["kind"] = (self.result["error"] or {}).get("kind")
        except (ValueError, LookupError):
            self.failure = ran.stderr or ran.stdout
        return None

    def watch(self):
        command = [livectl, "-q", "watch", "--play", self.play, "--until", "off", "--within", "40s"]
        watch = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(3)
        sent = datetime.now(timezone.utc)
        subprocess.run(self.livectl("drop"), stdout=subprocess.DEVNULL, timeout=LIMIT, check=True)
        code = watch.wait(timeout=LIMIT)
        took = (datetime.now(timezone.utc) - sent).total_seconds() * 1000
        words = {"kind": None, "held": None, "outcome": "off" if code == 0 else "on"}
        self.result = words | {"exit": code, "started_at": sent.isoformat(), "off_after_ms": None if code else round(took)}

    def check(self):
        """The row of the table: what livectl reports, what the poller saw, and whether that holds."""
        if self.result is None:
            return [*self.words, "-", "-", "-", "-", f"FAIL: {self.failure.splitlines()[0]}"]
        expected = EXPECTED[self.words[1:3]]
        wrong = [f"{key} {self.result.get(key)}" for key, value in expected.items() if self.result.get(key) != value]
        sent = datetime.fromisoformat(self.result["started_at"].replace("Z", "+00:00")).timestamp()
        polled = round((self.off - sent) * 1000) if self.off else None
        reported = self.result.get("off_after_ms")
        if (reported is None) != (polled is None) or reported and abs(reported - polled) > 1000:
            wrong.append("off_after_ms")
        held = {True: "yes", False: "no", None: "-"}[self.result.get("held")]
        outcome = self.result["kind"] or self.result["outcome"]
        return [*self.words, outcome, held, reported, polled, "FAIL: " + ", ".join(wrong) if wrong else "ok"]


def start(function):
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


rows = [Row(*row) for row in ROWS]
for row in rows:
    start(row.encode)
    start(row.poll)
while not all(row.on for row in rows):
    if time.monotonic() > START + 60:
        sys.exit(f"never on air: {[row.name for row in rows if not row.on]}")
    time.sleep(0.2)
print(f"{len(rows)} streams are on air; each is cut or banned now", file=sys.stderr)
threads = []
for row in rows:
    threads.append(start(row.act))
    time.sleep(0.1)  # Fifty processes that start at once would keep the encoders from coming back.
for thread in threads:
    thread.join()
for row in rows:
    row.process.kill()
table = [row.check() for row in rows]
titles = ["VENDOR", "OPERATION", "ENCODER", "PATH", "OUTCOME", "HELD", "OFF_AFTER_MS", "POLLER_MS", "RESULT"]
for cells in [titles, *table]:
    print(*("-" if cell is None else cell for cell in cells), sep="\t")
held = sum(cells[-1] == "ok" for cells in table)
print(f"{held} of {len(table)} rows hold", file=sys.stderr)
os._exit(0 if held == len(table) else 1)
