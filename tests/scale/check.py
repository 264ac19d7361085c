"""Compares the sandbox's log, the journals and the acknowledgements of tests/scale.sh: check.py LOG ACKS JOURNAL..."""

import json
import sys
from collections import Counter, defaultdict

log, acks, *journals = sys.argv[1:]
targets = {f"8888_{number}" for number in range(5000)}
# The channel that each request changed.
effects = Counter(line.split()[3].rstrip(":") for line in open(log) if line.startswith("GET /common_access channel_manager 8888_"))
requests = sum(line.startswith("GET /common_access") for line in open(log))
# The records of each message in the order of its journal, by its sequence in the stream.
records = defaultdict(list)
for journal in journals:
    for record in map(json.loads, open(journal)):
        if record["record"] in ("intent", "result"):
            records[int(record["operation"]["id"].split(".")[0])].append(record)


def is_final(record):
    """Whether a message may be acknowledged after this record."""
    result = record["result"]
    return result is not None and (result["ok"] or not result["error"]["again"])


def sent_after_applied(history):
    applied = [i for i, record in enumerate(history) if record["result"] and record["result"]["outcome"] == "applied"]
    return any(record["record"] == "intent" for record in history[applied[0] :]) if applied else False


lines = [line.split() for line in open(acks)]
# The first acknowledgement of each message.
acknowledged = {int(sequence): at for sequence, at, _ in reversed(lines)}
early = [
    sequence
    for sequence, at in acknowledged.items()
    if not any(is_final(record) and record["at"][:23] <= at[:23] for record in records[sequence])
]
intents = sum(record["record"] == "intent" for history in records.values() for record in history)
facts = {
    f"{len(targets)} messages took effect at least once": targets == set(effects),
    f"{len(acknowledged)} acknowledgements, each after its result was in a journal": len(acknowledged) == 5080 and not early,
    "no message that a journal has as applied was sent again": not any(map(sent_after_applied, records.values())),
    f"{requests} requests at the vendor, {intents} intents in the journals": len(targets) <= requests <= intents,
}
for fact, holds in facts.items():
    print("ok  " if holds else "FAIL", fact)
results = [record["result"] for history in records.values() for record in history if record["result"]]
again = sum(not result["ok"] and result["error"]["again"] for result in results)
print(f"     {sum(int(count) > 1 for *_, count in lines)} messages were delivered more than once")
print(f"     {again} results asked for their message again")
print(f"     {sum(count > 1 for count in effects.values())} bans reached the vendor more than once: their worker was killed, or the answer was late")
sys.exit(0 if all(facts.values()) else 1)
