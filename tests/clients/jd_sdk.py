"""jdcloud-sdk for Python; the argument is the label of its version."""

import logging
import os
import sys

from jdcloud_sdk.core.config import Config
from jdcloud_sdk.core.credential import Credential
from jdcloud_sdk.core.logger import get_default_logger
from jdcloud_sdk.services.live.apis import (
    DescribeLiveStreamInfoRequest as info,
    DescribeLiveStreamOnlineListRequest as online,
    ForbidLiveStreamRequest as forbid,
    InterruptLiveStreamRequest as interrupt,
    ResumeLiveStreamRequest as resume,
)
from jdcloud_sdk.services.live.client.LiveClient import LiveClient

import rows
from jd_words import WORDS


class Sdk:
    def __init__(self, key, secret, headers):
        logger = get_default_logger()
        logger.log = lambda *_: None
        config = Config(rows.SANDBOX, "http", 10)
        self.client = LiveClient(Credential(key, secret), config, logger)
        self.headers = headers

    def send(self, request):
        reply = self.client.send(request)
        if reply.error:
            raise rows.Refused(f"{reply.error.code} {reply.error.status}")
        return reply.result

    def on_stream(self, api, kind, name):
        parameters = {"publishDomain": rows.DOMAIN, "appName": "live", "streamName": name}
        return self.send(getattr(api, kind)(parameters, self.headers))

    def forbid(self, name):
        self.on_stream(forbid, "ForbidLiveStreamRequest", name)

    def resume(self, name):
        self.on_stream(resume, "ResumeLiveStreamRequest", name)

    def drop(self, name):
        self.on_stream(interrupt, "InterruptLiveStreamRequest", name)

    def state(self, name):
        return self.on_stream(info, "DescribeLiveStreamInfoRequest", name)["status"]

    def listed(self):
        parameters = {"publishDomain": rows.DOMAIN, "pageNum": 1, "pageSize": 100}
        reply = self.send(online.DescribeLiveStreamOnlineListRequest(parameters, self.headers))
        return [stream["streamName"] for stream in reply["onlineStreamInfos"]]


def main(label):
    logging.disable(logging.CRITICAL)
    key, secret = os.environ["JD_ID"], os.environ["JD_SECRET"]
    make = lambda is_right: Sdk(key, secret if is_right else "wrong", None)
    rows.run(label, "jd", make, WORDS)

    key, secret, token = (os.environ[f"JD_TEMPORARY_{part}"] for part in ("ID", "SECRET", "TOKEN"))
    headers = {"x-jdcloud-security-token": token}
    make = lambda is_right: Sdk(key, secret if is_right else "wrong", headers)
    rows.run(f"{label} temporary key", "jd", make, WORDS)


sys.exit(main(sys.argv[1]))
