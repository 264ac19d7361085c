"""Answers livectl's requests with a success, and appends each to a file as a line of JSON: recorder.py FILE.

It listens on a free port of 127.0.0.1 that it prints.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Recorder(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        record = {"method": self.command, "target": self.path, "headers": headers, "body": body}
        with open(sys.argv[1], "a") as file:
            print(json.dumps(record), file=file)
        if "x-acs-action" in headers:
            listed = {"TotalNum": 0, "StreamUrls": {"StreamUrl": []}}
            document = {"RequestId": "r", "StreamState": "online", **listed}
        elif self.path == "/":
            states = {"DescribeLiveStreamState": {"StreamState": "active"}}
            reply = {"RequestId": "r", **states.get(headers["x-tc-action"], {})}
            document = {"Response": reply}
        elif self.path.startswith("/?Action="):
            result = {"stream_state": "online", "StreamInfoList": []}
            document = {"ResponseMetadata": {"RequestId": "r"}, "Result": result}
        elif "x-sdk-date" in headers and self.command != "GET":
            self.send_response(204)
            self.end_headers()
            return
        elif "x-sdk-date" in headers:
            document = {"total": 0, "blocks": [], "total_num": 0, "streams": []}
        else:
            document = {"requestId": "r", "result": {"totalCount": 0, "onlineStreamInfos": []}}
        document = json.dumps(document).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(document)))
        self.end_headers()
        self.wfile.write(document)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Recorder)
print(f"127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
