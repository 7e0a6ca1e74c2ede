"""A merchant that speaks through python-alipay-sdk, which verifies every answer.

Usage: python merchant.py ACCOUNT.json key. Prints one line for each check that holds.
"""

import csv
import decimal
import io
import json
import queue
import sys
import threading
import time
import urllib.request
import zipfile
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from urllib.parse import parse_qsl

from alipay import AliPay

with open(sys.argv[1], encoding="utf-8") as paper:
    ACCOUNT = json.load(paper)

CLIENT = AliPay(
    appid=ACCOUNT["app_id"],
    app_private_key_string=ACCOUNT["app_private_key"],
    alipay_public_key_string=ACCOUNT["alipay_public_key"],
    sign_type="RSA2",
)
# The package has no other way to name a gateway.
CLIENT._gateway = ACCOUNT["gateway"]


def ok(what):
    print(f"ok {what}")


def expect(seen, wanted):
    if seen != wanted:
        raise AssertionError(f"{seen!r} instead of {wanted!r}")


def api(where, body=None):
    request = urllib.request.Request(ACCOUNT["base"] + where)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("content-type", "application/json")
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


COUNT = 0


def number():
    global COUNT
    COUNT += 1
    return f"P{time.time_ns()}N{COUNT}"


def pay(customer, total, notify_url=None):
    code = api(f"/api/customers/{customer}/code?fresh=1")["code"]
    order = number()
    said = CLIENT.api_alipay_trade_pay(
        order, "bar_code", code, "豆浆 100%", notify_url=notify_url, total_amount=total
    )
    return order, said


def sale():
    order, said = pay("balance", "12.50")
    expect((said["code"], said["total_amount"]), ("10000", "12.50"))
    ok("a payment is taken and its answer verified")
    found = CLIENT.api_alipay_trade_query(out_trade_no=order)
    expect((found["trade_status"], found["subject"]), ("TRADE_SUCCESS", "豆浆 100%"))
    ok("a query finds it")
    gone = CLIENT.api_alipay_trade_query(out_trade_no=number())
    expect(gone["sub_code"], "ACQ.TRADE_NOT_EXIST")
    ok("an order that never arrived does not exist")
    _, said = pay("broke", "1.00")
    expect(said["sub_code"], "ACQ.BUYER_BALANCE_NOT_ENOUGH")
    ok("an empty purse is refused")


def cancellations():
    order, _ = pay("huabei", "3.00")
    back = CLIENT.api_alipay_trade_cancel(out_trade_no=order)
    expect(back["action"], "refund")
    ok("cancelling a paid order gives the money back")
    order, said = pay("password", "3.00")
    expect(said["code"], "10003")
    ok("a payment waits for the password")
    expect(CLIENT.api_alipay_trade_cancel(out_trade_no=order)["action"], "close")
    ok("cancelling a waiting order closes it")


def refunds():
    order, _ = pay("balance", "10.00")

    def give(request, total):
        return CLIENT.api_alipay_trade_refund(
            refund_amount=total, out_trade_no=order, out_request_no=request
        )

    first = give("R1", "4.00")
    expect((first["fund_change"], first["refund_fee"]), ("Y", "4.00"))
    ok("a part goes back")
    expect(give("R1", "4.00")["fund_change"], "N")
    ok("the same number does not give back twice")
    expect(give("R2", "6.01")["sub_code"], "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL")
    ok("more than the rest is refused")
    found = CLIENT.api_alipay_trade_fastpay_refund_query("R1", out_trade_no=order)
    expect((found["refund_status"], found["refund_amount"]), ("REFUND_SUCCESS", "4.00"))
    ok("a refund query finds the refund")


def order_codes():
    order = number()
    made = CLIENT.api_alipay_trade_precreate("茶", order, "6.00")
    expect(made["qr_code"].startswith("https://qr.alipay.com/"), True)
    ok("an order code is made")
    expect(CLIENT.api_alipay_trade_close(out_trade_no=order)["sub_code"], "ACQ.TRADE_NOT_EXIST")
    ok("a code that nobody scanned is no order")
    api("/api/customers/huabei/scan", {"code": made["qr_code"]})
    expect(CLIENT.api_alipay_trade_query(out_trade_no=order)["trade_status"], "TRADE_SUCCESS")
    ok("a customer scans it and pays")


class Listener(BaseHTTPRequestHandler):
    """Takes notices, as a merchant's server would: it says `success` to what verifies."""

    heard = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        post = dict(parse_qsl(body.decode(), keep_blank_values=True))
        sign = post.pop("sign")
        is_good = CLIENT.verify(post, sign)
        verdict = b"success" if is_good else b"fail"
        self.send_response(200)
        self.send_header("content-length", str(len(verdict)))
        self.end_headers()
        self.wfile.write(verdict)
        self.heard.put((is_good, post))

    def log_message(self, *_):
        pass


def notices():
    ThreadingTCPServer.daemon_threads = True
    server = ThreadingTCPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}/notices"
    order, _ = pay("huabei", "9.00", notify_url=url)
    is_good, post = Listener.heard.get(timeout=60)
    expect((is_good, post["out_trade_no"], post["total_amount"]), (True, order, "9.00"))
    ok("a notice of a payment verifies")
    api("/api/faults", {"what": "notice-forged", "next": 1})
    CLIENT.api_alipay_trade_refund(
        refund_amount="9.00", out_trade_no=order, out_request_no="R1"
    )
    expect(Listener.heard.get(timeout=60)[0], False)
    is_good, post = Listener.heard.get(timeout=60)
    expect((is_good, post["trade_status"], post["refund_fee"]), (True, "TRADE_CLOSED", "9.00"))
    ok("a forged notice does not verify, and the same comes again rightly")


def books():
    request = urllib.request.Request(ACCOUNT["base"] + "/api/bills", method="PUT")
    request.add_header("content-type", "application/json")
    request.data = b'{"early": true}'
    urllib.request.urlopen(request, timeout=60).close()
    # The machine's wall clock is Beijing's here; yesterday is for a run over midnight.
    rows = []
    for ago in (0, 86_400):
        day = time.strftime("%Y-%m-%d", time.localtime(time.time() - ago))
        said = CLIENT.server_api(
            "alipay.data.dataservice.bill.downloadurl.query",
            {"bill_type": "trade", "bill_date": day},
        )
        with urllib.request.urlopen(said["bill_download_url"], timeout=60) as answer:
            bill = zipfile.ZipFile(io.BytesIO(answer.read()))
        expect(bill.testzip(), None)
        # The names are GBK, and nothing in the zip says so.
        names = {name.encode("cp437").decode("gbk"): name for name in bill.namelist()}
        name = next(names[name] for name in names if name.endswith("业务明细.csv"))
        lines = bill.read(name).decode("gbk").split("\r\n")
        rows += [line for line in csv.reader(lines) if line and not line[0].startswith("#")][1:]
    ok("a bill is fetched, unpacked and read as GBK")
    expect({len(row) for row in rows}, {25})
    total = sum(decimal.Decimal(row[11]) for row in rows)
    expect(len(rows) > 5 and total > 0, True)
    ok("its rows have the published columns")


for part in (sale, cancellations, refunds, order_codes, notices, books):
    part()
