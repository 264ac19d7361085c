"""Tencent's words for what the steps expect."""

WORDS = {
    "forbidden": "forbid",
    "live": "active",
    "wrong key": "AuthFailure.SignatureFailure",
    "unknown": "FailedOperation",
}
