"""Drives one client through the steps that every client takes, and prints a row for each.

A client has forbid, resume, drop, state and listed. A row is: client, step, `ok` or `FAIL`, detail.
"""

import json
import os
import urllib.request

SANDBOX = os.environ["SANDBOX"]
DOMAIN = "push.example.com"


class Refused(Exception):
    """The vendor's refusal; its text is the code."""


def expect(actual, expected):
    if actual != expected:
        raise AssertionError(f"{actual!r} instead of {expected!r}")


def status(vendor, name):
    """The stream's status by the sandbox's own document."""
    with urllib.request.urlopen(f"http://{SANDBOX}/sandbox/state") as reply:
        state = json.load(reply)[vendor]
    rows = state.get("streams", state.get("channels"))
    by_name = {row.get("stream", row.get("channel")): row["status"] for row in rows}
    return by_name.get(name, "untouched")


def row(client, step, act):
    try:
        detail = act() or ""
        result = "ok"
    except Exception as error:  # Whatever went wrong is the row's detail.
        detail, result = f"{type(error).__name__}: {error}", "FAIL"
    print("\t".join([client, step, result, " ".join(str(detail).split())[:200]]), flush=True)


def refusal(act, code):
    try:
        act()
    except Refused as refused:
        expect(str(refused), code)
        return code
    raise AssertionError("accepted")


def run(client, vendor, make, words):
    """`make(is_right)` returns a client with the right or a wrong secret; `words` are the vendor's."""
    right, wrong = make(True), make(False)
    name = "".join(char if char.isalnum() else "_" for char in client)

    def forbid():
        right.forbid(name)
        expect(status(vendor, name), "forbidden")

    def state():
        expect(right.state(name), words["forbidden"])

    def resume():
        right.resume(name)
        expect(status(vendor, name), "live")
        expect(right.state(name), words["live"])

    def listed():
        names = right.listed()
        expect(name in names, True)
        return f"{len(names)} streams"

    def drop():
        right.drop(name)
        expect(status(vendor, name), "idle")

    for step, act in [
        ("forbid", forbid),
        ("state", state),
        ("resume", resume),
        ("list", listed),
        ("drop", drop),
        ("wrong key", lambda: refusal(lambda: wrong.forbid(name), words["wrong key"])),
        ("unknown stream", lambda: refusal(lambda: right.forbid("x_gone"), words["unknown"])),
    ]:
        row(client, step, act)
