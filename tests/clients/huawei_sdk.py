"""huaweicloudsdklive: with a permanent and with a temporary key."""

import datetime
import os
import sys

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdklive import v1 as live

import rows

WORDS = {
    "forbidden": "forbidden",
    "live": "live",
    "wrong key": "APIGW.0301",
    "unknown": "LIVE.100011001",
}


class Sdk:
    def __init__(self, key, secret, token=None):
        credentials = BasicCredentials(key, secret, os.environ["HUAWEI_PROJECT"])
        if token:
            credentials = credentials.with_security_token(token)
        builder = live.LiveClient.new_builder().with_credentials(credentials)
        self.client = builder.with_endpoint(f"http://{rows.SANDBOX}").build()

    def call(self, operation, request):
        try:
            return getattr(self.client, operation)(request)
        except ServiceResponseException as error:
            raise rows.Refused(error.error_code)

    def forbid(self, name):
        end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=2)
        body = live.StreamForbiddenSetting(
            **named(name), resume_time=end.strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        request = live.CreateStreamForbiddenRequest(body=body)
        reply = self.call("create_stream_forbidden", request)
        rows.expect(reply.status_code, 204)

    def resume(self, name):
        request = live.DeleteStreamForbiddenRequest(**named(name))
        self.call("delete_stream_forbidden", request)

    def drop(self, name):
        body = live.StreamForbiddenOnceSetting(**named(name))
        self.call("create_stream_forbidden_once", live.CreateStreamForbiddenOnceRequest(body=body))

    def state(self, name):
        if self.call("list_stream_forbidden", live.ListStreamForbiddenRequest(**named(name))).total:
            return "forbidden"
        return "live" if name in self.online(app="live", stream=name) else "idle"

    def listed(self):
        return self.online(limit=100)

    def online(self, **filters):
        request = live.ListLiveStreamsOnlineRequest(publish_domain=rows.DOMAIN, **filters)
        reply = self.call("list_live_streams_online", request)
        rows.expect(reply.total_num, len(reply.streams))
        return [info.stream for info in reply.streams]


def named(name):
    return {"domain": rows.DOMAIN, "app_name": "live", "stream_name": name}


def main():
    temporary = tuple(os.environ[f"HUAWEI_TEMPORARY_{part}"] for part in ("ID", "SECRET", "TOKEN"))
    for label, key in [
        ("huaweicloudsdklive", (os.environ["HUAWEI_ID"], os.environ["HUAWEI_SECRET"])),
        ("huaweicloudsdklive temporary key", temporary),
    ]:
        wrong = (key[0], "a wrong secret", *key[2:])
        rows.run(label, "huawei", lambda is_right: Sdk(*(key if is_right else wrong)), WORDS)


sys.exit(main())
