"""tencentcloud-sdk-python-live: by POST, by GET, with an unsigned payload and with a temporary key."""

import json
import os
import sys

from tencentcloud.common import credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.live.v20180801 import live_client, models

import rows
from tencent_client import WORDS, TencentClient


class Sdk(TencentClient):
    def __init__(self, secret, method, unsigned):
        http = HttpProfile(protocol="http", endpoint=rows.SANDBOX, reqMethod=method, reqTimeout=10)
        profile = ClientProfile(httpProfile=http)
        profile.unsignedPayload = unsigned
        self.client = live_client.LiveClient(credential.Credential(*secret), "", profile)

    def call(self, action, **parameters):
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(parameters))
        try:
            return getattr(self.client, action)(request)
        except TencentCloudSDKException as error:
            raise rows.Refused(error.get_code())

    def state(self, name):
        return self.on_stream("DescribeLiveStreamState", name).StreamState

    def listed(self):
        reply = self.call("DescribeLiveStreamOnlineList", PageNum=1, PageSize=100)
        rows.expect(reply.TotalNum, len(reply.OnlineInfo))
        return [info.StreamName for info in reply.OnlineInfo]


def main():
    key = (os.environ["TENCENT_ID"], os.environ["TENCENT_SECRET"])
    temporary = tuple(os.environ[f"TENCENT_TEMPORARY_{part}"] for part in ("ID", "SECRET", "TOKEN"))
    for label, key, method, unsigned in [
        ("tencentcloud-sdk-python POST", key, "POST", False),
        ("tencentcloud-sdk-python GET", key, "GET", False),
        ("tencentcloud-sdk-python UNSIGNED-PAYLOAD", key, "POST", True),
        ("tencentcloud-sdk-python temporary key", temporary, "POST", False),
    ]:
        wrong = (key[0], "a wrong secret", *key[2:])
        make = lambda is_right: Sdk(key if is_right else wrong, method, unsigned)
        rows.run(label, "tencent", make, WORDS)


sys.exit(main())
