"""Signs livectl's recorded requests with the signer of jdcloud-sdk 1.6.94: jd_signer.py FILE."""

import datetime
import json
import os
import sys
import types
import urllib.parse

from jdcloud_sdk.core import signer
from jdcloud_sdk.core.credential import Credential

import rows


def authorization(request):
    given = request["headers"]
    moment = datetime.datetime.strptime(given["x-jdcloud-date"], "%Y%m%dT%H%M%SZ")
    # The signer takes both from the machine; here they are those of the request.
    signer.uuid = types.SimpleNamespace(uuid4=lambda: given["x-jdcloud-nonce"])
    signer.Signer._Signer__now = lambda _: moment
    # It gets the path as its SDK has it, which is not encoded.
    path, _, query = request["target"].partition("?")
    uri = f"http://{given['host']}{urllib.parse.unquote(path)}" + (f"?{query}" if query else "")
    headers = {"content-type": given["content-type"]}
    signer.Signer(types.SimpleNamespace(log=lambda *_: None)).sign(
        method=request["method"],
        service="live",
        region="jdcloud-api",
        uri=uri,
        headers=headers,
        data=request["body"],
        credential=Credential(os.environ["JD_ID"], os.environ["JD_SECRET"]),
        security_token="",
    )
    return headers["Authorization"]


def compare():
    with open(sys.argv[1]) as file:
        requests = [json.loads(line) for line in file]
    requests = [request for request in requests if request["target"].startswith("/v1/streams")]
    agree = [request["headers"]["authorization"] == authorization(request) for request in requests]
    rows.expect((len(agree) > 0, agree.count(False)), (True, 0))
    return f"{agree.count(True)} of {len(agree)} signatures agree"


rows.row("livectl's requests", "jdcloud-sdk 1.6.94 signer", compare)
