"""Signs livectl's recorded requests with the signer of alibabacloud-tea-openapi: alibaba_signer.py FILE."""

import json
import os
import sys
from urllib.parse import parse_qsl, urlsplit

from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest

import rows


def authorization(recorded):
    request = DaraRequest()
    request.method = recorded["method"]
    request.pathname = "/"
    request.query = dict(parse_qsl(urlsplit(recorded["target"]).query, keep_blank_values=True))
    signed = ("host", "x-acs-")
    headers = recorded["headers"]
    request.headers = {name: text for name, text in headers.items() if name.startswith(signed)}
    payload = headers["x-acs-content-sha256"]
    key = (os.environ["ALIBABA_ID"], os.environ["ALIBABA_SECRET"])
    return Utils.get_authorization(request, "ACS3-HMAC-SHA256", payload, *key)


def compare():
    with open(sys.argv[1]) as file:
        requests = [json.loads(line) for line in file]
    requests = [request for request in requests if "x-acs-action" in request["headers"]]
    agree = [request["headers"]["authorization"] == authorization(request) for request in requests]
    rows.expect((len(agree) > 0, agree.count(False)), (True, 0))
    return f"{agree.count(True)} of {len(agree)} signatures agree"


rows.row("livectl's requests", "alibabacloud-tea-openapi signer", compare)
