"""A server that judges requests by python-alipay-sdk: `good` when their signature fits.

Usage: python judge.py ACCOUNT.json. Prints the port it listens on and serves until it is ended.
"""

import json
import sys
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from urllib.parse import parse_qsl, urlsplit

from alipay import AliPay
from Cryptodome.PublicKey import RSA

with open(sys.argv[1], encoding="utf-8") as paper:
    ACCOUNT = json.load(paper)

# Seen from a merchant the other side's key is Alipay's; seen from here it is the app's.
JUDGE = AliPay(
    appid=ACCOUNT["app_id"],
    app_private_key_string=ACCOUNT["app_private_key"],
    alipay_public_key_string=RSA.import_key(ACCOUNT["app_private_key"]).public_key().export_key(),
    sign_type="RSA2",
)


def is_good(params):
    sign = params.pop("sign", "")
    # In a request `sign_type` is part of what is signed; `verify` is for notices and drops it.
    pairs = JUDGE._ordered_data(params)
    return JUDGE._verify("&".join(f"{name}={value}" for name, value in pairs), sign)


class Judge(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        params = dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))
        params.update(parse_qsl(body.decode(), keep_blank_values=True))
        verdict = b"good" if is_good(params) else b"bad"
        self.send_response(200)
        self.send_header("content-length", str(len(verdict)))
        self.end_headers()
        self.wfile.write(verdict)

    def log_message(self, *_):
        pass


ThreadingTCPServer.daemon_threads = True
SERVER = ThreadingTCPServer(("127.0.0.1", 0), Judge)
print(f"port {SERVER.server_address[1]}", flush=True)
SERVER.serve_forever()
