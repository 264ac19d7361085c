"""Signs livectl's recorded requests with the signer of Volcengine's SDK: volcengine_signer.py FILE."""

import json
import os
import sys
from urllib.parse import parse_qsl, urlsplit

from volcengine.auth.SignerV4 import SignerV4
from volcengine.base.Request import Request
from volcengine.Credentials import Credentials

import rows

# The headers that the SDK signs, in its own spelling.
SIGNED = {"content-type": "Content-Type", "host": "Host"}


def authorization(recorded):
    target = urlsplit(recorded["target"])
    request = Request()
    request.set_method(recorded["method"])
    request.set_path(target.path)
    request.set_query(dict(parse_qsl(target.query, keep_blank_values=True)))
    headers = {SIGNED[name]: value for name, value in recorded["headers"].items() if name in SIGNED}
    request.set_headers(headers)
    request.set_body(recorded["body"])
    SignerV4.get_current_format_date = staticmethod(lambda: recorded["headers"]["x-date"])
    key = (os.environ["VOLCENGINE_ID"], os.environ["VOLCENGINE_SECRET"])
    SignerV4.sign(request, Credentials(*key, "live", "cn-north-1"))
    return request.headers["Authorization"]


def compare():
    with open(sys.argv[1]) as file:
        requests = [json.loads(line) for line in file]
    requests = [request for request in requests if request["target"].startswith("/?Action=")]
    methods = {request["method"] for request in requests}
    rows.expect(methods, {"GET", "POST"})
    agree = [request["headers"]["authorization"] == authorization(request) for request in requests]
    rows.expect(agree.count(False), 0)
    return f"{agree.count(True)} of {len(agree)} signatures agree"


rows.row("livectl's requests", "volcengine signer", compare)
