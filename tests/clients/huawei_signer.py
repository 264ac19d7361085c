"""Signs livectl's recorded requests with the signer of huaweicloudsdkcore: huawei_signer.py FILE."""

import json
import os
import re
import sys
import urllib.parse

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

import rows


def authorization(request):
    given = request["headers"]
    names = re.search(r"SignedHeaders=([^,]+)", given["authorization"])[1].split(";")
    path, _, query = request["target"].partition("?")
    signed = Signer(BasicCredentials(os.environ["HUAWEI_ID"], os.environ["HUAWEI_SECRET"])).sign(
        SdkRequest(
            method=request["method"],
            host=given["host"],
            resource_path=path,
            query_params=urllib.parse.parse_qsl(query, strict_parsing=bool(query)),
            # It signs every header that it gets.
            header_params={name: given[name] for name in names},
            body=request["body"],
        )
    )
    return signed.header_params["Authorization"]


def compare():
    with open(sys.argv[1]) as file:
        requests = [json.loads(line) for line in file]
    requests = [request for request in requests if "x-sdk-date" in request["headers"]]
    agree = [request["headers"]["authorization"] == authorization(request) for request in requests]
    methods = {request["method"] for request in requests}
    rows.expect((methods, agree.count(False)), ({"GET", "POST", "DELETE"}, 0))
    return f"{agree.count(True)} of {len(agree)} signatures agree"


rows.row("livectl's requests", "huaweicloudsdkcore signer", compare)
