"""volcengine, the SDK of Volcengine: with a key, and with a temporary key."""

import copy
import json
import os
import sys
from datetime import datetime, timedelta, timezone

from volcengine.live.v20230101.live_service import LiveService

import rows

WORDS = {
    "forbidden": "forbidden",
    "live": "online",
    "wrong key": "SignatureDoesNotMatch",
    "unknown": "InvalidParam",
}
# The sandbox names a domain space like its push domain.
VHOST = rows.DOMAIN


class Sdk:
    def __init__(self, key_id, secret, token=""):
        self.service = LiveService()
        # Every service of the SDK shares these, and with them the credentials.
        self.service.service_info = copy.deepcopy(self.service.service_info)
        self.service.set_scheme("http")
        self.service.set_host(rows.SANDBOX)
        self.service.set_ak(key_id)
        self.service.set_sk(secret)
        self.service.set_session_token(token)

    def call(self, action, parameters):
        try:
            return getattr(self.service, action)(parameters).get("Result")
        except Exception as error:
            # The SDK raises the body of an answer as text or as bytes.
            body = error.args[0]
            raise rows.Refused(json.loads(body)["ResponseMetadata"]["Error"]["Code"])

    def on_stream(self, action, name, place):
        return self.call(action, {**place, "App": "live", "Stream": name})

    def forbid(self, name):
        end = datetime.now(timezone.utc) + timedelta(hours=2)
        end = end.strftime("%Y-%m-%dT%H:%M:%S.000Z")
        self.on_stream("forbid_stream", name, {"Domain": rows.DOMAIN, "EndTime": end})

    def resume(self, name):
        self.on_stream("resume_stream", name, {"Domain": rows.DOMAIN})

    def drop(self, name):
        self.on_stream("kill_stream", name, {"Vhost": VHOST})

    def state(self, name):
        return self.on_stream("describe_live_stream_state", name, {"Domain": rows.DOMAIN})["stream_state"]

    def listed(self):
        parameters = {"PageNum": 1, "PageSize": 1000, "Domain": rows.DOMAIN}
        result = self.call("describe_live_stream_info_by_page", parameters)
        return [row["Stream"] for row in result["StreamInfoList"]]


def main():
    key = (os.environ["VOLCENGINE_ID"], os.environ["VOLCENGINE_SECRET"])
    temporary = tuple(os.environ[f"VOLCENGINE_TEMPORARY_{part}"] for part in ("ID", "SECRET", "TOKEN"))
    for label, key in [("volcengine", key), ("volcengine temporary key", temporary)]:
        wrong = (key[0], "a wrong secret", *key[2:])
        rows.run(label, "volcengine", lambda is_right: Sdk(*(key if is_right else wrong)), WORDS)


sys.exit(main())
