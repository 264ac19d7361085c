"""A moderation pipeline from the queue to the viewer: verdicts in NATS, workers of contrib/nats that apply them with a journal, a policy
and a look at what viewers get.

pipeline.py LIVECTL PROFILE_FILE PATTERN RTMP ORIGIN NATS: the program, the sandbox's profile file, the film that encoders push, and
three addresses. It prints a row for each verdict, and exits with 0 only when every row holds.
"""

import json
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

sys.path.insert(0, str(Path(__file__).parents[1] / "scale"))
import jetstream  # noqa: E402

livectl, profile_file, pattern, rtmp, origin, server = sys.argv[1:]
work = Path(profile_file).parent
POLICY = '\n[policy]\nprotect = ["tencent:*_gala"]\nmax_ban = "7d"\nrequire_reason = true\n'
# The stream, its verdict -> outcome, kind, verified, and whether viewers still get it.
ROWS = {
    "verdict_ban": ({"action": "forbid", "for": "1h", "reason": "verdict 1"}, ("applied", None, True), False),
    "verdict_cut_quits": ({"action": "drop", "reason": "verdict 2"}, ("applied", None, True), False),
    "verdict_final_gala": ({"action": "forbid", "for": "1h", "reason": "verdict 3"}, ("skipped", "protected", None), True),
    "verdict_long": ({"action": "forbid", "for": "30d", "reason": "verdict 4"}, ("skipped", "input", None), True),
    "verdict_unfounded": ({"action": "forbid", "for": "1h"}, ("skipped", "input", None), True),
}


def last_segment(name):
    try:
        with urlopen(f"http://{origin}/hls/{name}.m3u8") as reply:
            return reply.read().splitlines()[-1]
    except OSError:
        return None


text = Path(profile_file).read_text()
section = "[profiles.next.tencent]\n"
play = f'play = "http://{origin}/hls/{{stream}}.m3u8"\n'
profile = work / "pipeline.toml"
profile.write_text(text.replace(section, section + play) + POLICY)

push = ["ffmpeg", "-v", "quiet", "-re", "-stream_loop", "-1", "-i", pattern, "-c", "copy", "-f", "flv"]
processes = [subprocess.Popen([*push, f"rtmp://{rtmp}/live/{name}"], stdin=-3) for name in ROWS]
for _ in range(60):
    if all(map(last_segment, ROWS)):
        break
    time.sleep(0.5)

nats = jetstream.Nats(server)
jetstream.create(nats)
verdicts = [{"vendor": "tencent", "target": name, **verdict} for name, (verdict, _, _) in ROWS.items()]
jetstream.publish(nats, verdicts)
for worker in range(3):
    command = [sys.executable, "contrib/nats/consumer.py", server, "VERDICTS", f"worker-{worker}"]
    command += [livectl, "-q", "-c", str(profile), "-p", "next", "apply", "--follow", "-", "--verify"]
    command += ["--journal", str(work / f"verdicts-{worker}.journal"), "--max-targets", "100"]
    processes.append(subprocess.Popen(command, stdin=-3))
jetstream.watch(nats, work / "verdicts.acks")
before = {name: last_segment(name) for name in ROWS}
time.sleep(6)
after = {name: last_segment(name) for name in ROWS}
for process in processes:
    process.terminate()

results = {}
for journal in work.glob("verdicts-*.journal"):
    for record in map(json.loads, journal.open()):
        if record["record"] == "result":
            results[record["operation"]["target"]] = record["result"]
held = 0
for name, (verdict, expected, on_air) in ROWS.items():
    result = results.get(name, {})
    found = result.get("outcome"), (result.get("error") or {}).get("kind"), result.get("verified")
    is_on_air = after[name] is not None and after[name] != before[name]
    holds = (found, is_on_air) == (expected, on_air)
    held += holds
    cells = ["tencent", verdict["action"], name, *found, result.get("off_after_ms"), "on air" if is_on_air else "off air"]
    print(*("-" if cell is None else cell for cell in cells), "ok" if holds else f"FAIL: {expected}", sep="\t")
sys.exit(0 if held == len(ROWS) else 1)
