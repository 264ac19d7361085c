"""Signs livectl's recorded requests with the signer of tencentcloud-sdk-python: tencent_signer.py FILE."""

import hashlib
import json
import os
import re
import sys
from datetime import datetime, timezone

from tencentcloud.common.sign import Sign

import rows


def signature(request):
    headers = request["headers"]
    names = re.search(r"SignedHeaders=([^,]+)", headers["authorization"])[1]
    lines = [f"{name}:{headers[name].strip().lower()}\n" for name in names.split(";")]
    payload = hashlib.sha256(request["body"].encode()).hexdigest()
    canonical = f"{request['method']}\n/\n\n{''.join(lines)}\n{names}\n{payload}"
    timestamp = headers["x-tc-timestamp"]
    date = datetime.fromtimestamp(int(timestamp), timezone.utc).strftime("%Y-%m-%d")
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"TC3-HMAC-SHA256\n{timestamp}\n{date}/live/tc3_request\n{hashed}"
    return Sign.sign_tc3(os.environ["TENCENT_SECRET"], date, "live", text)


def compare():
    with open(sys.argv[1]) as file:
        requests = [json.loads(line) for line in file]
    requests = [request for request in requests if request["target"] == "/"]
    agree = [request["headers"]["authorization"].endswith(signature(request)) for request in requests]
    rows.expect((len(agree) > 0, agree.count(False)), (True, 0))
    return f"{agree.count(True)} of {len(agree)} signatures agree"


rows.row("livectl's requests", "tencentcloud-sdk-python signer", compare)
