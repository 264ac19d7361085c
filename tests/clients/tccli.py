"""tccli, which speaks HTTPS only: to the sandbox behind tls_front.py, whose certificate certifi's list is given."""

import json
import os
import re
import subprocess
import sys

import rows
from tencent_client import WORDS, TencentClient


class Tccli(TencentClient):
    def __init__(self, secret):
        self.secret = secret

    def call(self, action, **parameters):
        command = [os.environ["TCCLI"], "live", action, "--region", "ap-guangzhou"]
        command += ["--endpoint", os.environ["TLS_FRONT"]]
        command += ["--secretId", os.environ["TENCENT_ID"], "--secretKey", self.secret]
        for name, value in parameters.items():
            command += [f"--{name}", str(value)]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=60)
        code = re.search(r"code:(\S+)", ran.stdout + ran.stderr)
        if code:
            raise rows.Refused(code[1])
        rows.expect(ran.returncode, 0)
        return json.loads(ran.stdout)

    def state(self, name):
        return self.on_stream("DescribeLiveStreamState", name)["StreamState"]

    def listed(self):
        reply = self.call("DescribeLiveStreamOnlineList", PageNum=1, PageSize=100)
        return [info["StreamName"] for info in reply["OnlineInfo"]]


right = os.environ["TENCENT_SECRET"]
rows.run("tccli", "tencent", lambda is_right: Tccli(right if is_right else "wrong"), WORDS)
