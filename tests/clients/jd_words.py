"""JD's words for what the steps expect."""

WORDS = {
    "forbidden": "off",
    "live": "on",
    "wrong key": "401 ACCESS_ERROR",
    "unknown": "404 NOT_FOUND",
}
