"""alibabacloud-live20161101, with a permanent and with a temporary key."""

import os
import sys
import time

from alibabacloud_live20161101.client import Client
from alibabacloud_live20161101 import models
from alibabacloud_tea_openapi.models import Config

import rows

PLAY_DOMAIN = "play.example.com"

WORDS = {
    "forbidden": "forbidden",
    "live": "online",
    "wrong key": "SignatureDoesNotMatch",
    "unknown": "InvalidParam",
}


class Sdk:
    def __init__(self, secret, token):
        config = Config(
            access_key_id=secret[0],
            access_key_secret=secret[1],
            security_token=token,
            endpoint=rows.SANDBOX,
            protocol="HTTP",
        )
        self.client = Client(config)

    def call(self, method, request):
        try:
            return getattr(self.client, method)(request).body
        except Exception as error:
            code = getattr(error, "code", None)
            if not code:
                raise
            raise rows.Refused(code)

    def publisher(self, name, **parameters):
        stream = {"domain_name": rows.DOMAIN, "app_name": "live", "stream_name": name}
        return {**stream, "live_stream_type": "publisher", **parameters}

    def forbid(self, name):
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 7200))
        request = models.ForbidLiveStreamRequest(**self.publisher(name, resume_time=until))
        self.call("forbid_live_stream", request)

    def resume(self, name):
        request = models.ResumeLiveStreamRequest(**self.publisher(name))
        self.call("resume_live_stream", request)

    def drop(self, name):
        request = models.ForbidLiveStreamRequest(**self.publisher(name, oneshot="yes"))
        self.call("forbid_live_stream", request)

    def state(self, name):
        request = models.DescribeLiveStreamsBlockListRequest(domain_name=PLAY_DOMAIN)
        urls = self.call("describe_live_streams_block_list", request).stream_urls.stream_url
        if f"{PLAY_DOMAIN}/live/{name}" in (urls or []):
            return "forbidden"
        request = models.DescribeLiveStreamStateRequest(
            domain_name=rows.DOMAIN, app_name="live", stream_name=name
        )
        return self.call("describe_live_stream_state", request).stream_state

    def listed(self):
        request = models.DescribeLiveStreamsOnlineListRequest(
            domain_name=PLAY_DOMAIN, page_num=1, page_size=3000, stream_type="raw"
        )
        reply = self.call("describe_live_streams_online_list", request)
        infos = reply.online_info.live_stream_online_info
        rows.expect(reply.total_num, len(infos))
        return [info.stream_name for info in infos]


def main():
    key = (os.environ["ALIBABA_ID"], os.environ["ALIBABA_SECRET"], None)
    temporary = tuple(os.environ[f"ALIBABA_TEMPORARY_{part}"] for part in ("ID", "SECRET", "TOKEN"))
    for label, (name, secret, token) in [
        ("alibabacloud-live20161101", key),
        ("alibabacloud-live20161101 temporary key", temporary),
    ]:
        make = lambda is_right: Sdk((name, secret if is_right else "a wrong secret"), token)
        rows.run(label, "alibaba", make, WORDS)


sys.exit(main())
