"""A merchant that speaks through python-alipay-sdk, which verifies every answer.

Usage: python merchant.py ACCOUNT.json key. Prints one line for each check that holds.
"""

import json
import sys
import time
import urllib.request

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


def pay(customer, total):
    code = api(f"/api/customers/{customer}/code?fresh=1")["code"]
    order = number()
    said = CLIENT.api_alipay_trade_pay(order, "bar_code", code, "豆浆 100%", total_amount=total)
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


for part in (sale, cancellations, refunds):
    part()
