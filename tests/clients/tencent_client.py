"""What Tencent's clients share: the actions on one stream, and Tencent's words for what the steps expect."""

import rows

WORDS = {
    "forbidden": "forbid",
    "live": "active",
    "wrong key": "AuthFailure.SignatureFailure",
    "unknown": "FailedOperation",
}


class TencentClient:
    """A client whose `call` performs an action with its parameters."""

    def on_stream(self, action, name):
        return self.call(action, AppName="live", DomainName=rows.DOMAIN, StreamName=name)

    def forbid(self, name):
        self.on_stream("ForbidLiveStream", name)

    def resume(self, name):
        self.on_stream("ResumeLiveStream", name)

    def drop(self, name):
        self.on_stream("DropLiveStream", name)
