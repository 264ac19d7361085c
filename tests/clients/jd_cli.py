"""jdcloud-cli, with a home folder of its own for each key."""

import json
import os
import subprocess

import rows
from jd_words import WORDS


class Jdc:
    def __init__(self, secret, home):
        self.environment = dict(os.environ, HOME=home)
        os.makedirs(home, exist_ok=True)
        add = ["configure", "add", "--access-key", os.environ["JD_ID"], "--secret-key", secret]
        self.run(*add, "--endpoint", rows.SANDBOX, "--scheme", "http")

    def run(self, *arguments):
        command = [os.environ["JDC"], *arguments]
        ran = subprocess.run(
            command, capture_output=True, text=True, timeout=60, env=self.environment
        )
        rows.expect(ran.returncode, 0)
        return ran.stdout

    def call(self, action, *arguments):
        reply = json.loads(self.run("live", action, "--publish-domain", rows.DOMAIN, *arguments))
        if reply.get("error"):
            error = reply["error"]
            raise rows.Refused(f"{error['code']} {error['status']}")
        return reply["result"]

    def on_stream(self, action, name):
        return self.call(action, "--app-name", "live", "--stream-name", name)

    def forbid(self, name):
        self.on_stream("forbid-live-stream", name)

    def resume(self, name):
        self.on_stream("resume-live-stream", name)

    def drop(self, name):
        self.on_stream("interrupt-live-stream", name)

    def state(self, name):
        return self.on_stream("describe-live-stream-info", name)["status"]

    def listed(self):
        reply = self.call("describe-live-stream-online-list", "--page-num", "1", "--page-size", "100")
        return [stream["streamName"] for stream in reply["onlineStreamInfos"]]


homes = os.environ["JDC_HOMES"]
make = lambda is_right: (
    Jdc(os.environ["JD_SECRET"], f"{homes}/right") if is_right else Jdc("wrong", f"{homes}/wrong")
)
rows.run("jdcloud-cli", "jd", make, WORDS)
