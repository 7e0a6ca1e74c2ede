"""Signs notices and answers as Alipay would, with one SDK for Python; README.md says how.

Usage: PYTHON signed.py PACKAGE KEYS_FOLDER > signed.json
PACKAGE is `official` (alipay-sdk-python) or `fzlee` (python-alipay-sdk): both install a package
called `alipay`, so each has its own environment.
"""
import base64
import json
import re
import sys
from urllib.parse import quote, urlencode

PACKAGE, KEYS = sys.argv[1:]
ORDER = "S01KAP3C5R00000000000000000"
BACK = "R01KAP3C5R00000000000000001"


def pem(name):
    with open(f"{KEYS}/{name}", encoding="ascii") as file:
        return file.read()


if PACKAGE == "official":
    from alipay.aop.api.util.SignatureUtils import get_sign_content, sign_with_rsa2

    # This SDK reads PKCS#1 without its PEM lines only: it is the inside of PKCS#8 after 26 bytes.
    inside = base64.b64decode(re.sub("-----.*-----|\n", "", pem("gateway.pkcs8.pem")))[26:]
    KEY = base64.b64encode(inside).decode("ascii")
    SIGNER = "PyPI alipay-sdk-python 3.7.1411"
    sign = lambda text: sign_with_rsa2(KEY, text, "utf-8")
    join = get_sign_content
else:
    from alipay import AliPay

    SIGNER = "PyPI python-alipay-sdk 3.4.0"
    sdk = AliPay(
        appid="2021000000000001",
        app_notify_url=None,
        app_private_key_string=pem("gateway.pkcs8.pem"),
        alipay_public_key_string=pem("gateway.public.pem"),
        sign_type="RSA2",
    )
    sign = sdk._sign
    join = lambda params: "&".join(f"{key}={value}" for key, value in sdk._ordered_data(params))

BASE = {
    "notify_time": "2026-11-22 10:00:05",
    "notify_type": "trade_status_sync",
    "app_id": "2021000000000001",
    "auth_app_id": "2021000000000001",
    "charset": "utf-8",
    "version": "1.0",
    "trade_no": "2026112222001412345678901234",
    "out_trade_no": ORDER,
    "seller_id": "2088000000000001",
    "buyer_logon_id": "159****5620",
    "total_amount": "12.50",
    "gmt_create": "2026-11-22 10:00:00",
}
PAID = {
    **BASE,
    "gmt_payment": "2026-11-22 10:00:01",
    "receipt_amount": "12.50",
    "fund_bill_list": '[{"amount":"2.50","fundChannel":"COUPON"},{"amount":"10.00","fundChannel":"PCREDIT"}]',
}
NOTICES = {
    "paid": {**PAID, "trade_status": "TRADE_SUCCESS", "subject": "豆浆 + 100% \"热\" & a=b"},
    "finished": {**PAID, "trade_status": "TRADE_FINISHED", "subject": "早点%E6%B5%8B摊"},
    "refunded-in-part": {
        **PAID,
        "trade_status": "TRADE_SUCCESS",
        "out_biz_no": BACK,
        "refund_fee": "0.01",
        "gmt_refund": "2026-11-22 10:03:00.123",
    },
    "refunded-whole": {
        **PAID,
        "trade_status": "TRADE_CLOSED",
        "out_biz_no": BACK,
        "refund_fee": "12.50",
        "gmt_refund": "2026-11-22 10:03:00.123",
        "gmt_close": "2026-11-22 10:03:00",
    },
    "closed-unpaid": {**BASE, "trade_status": "TRADE_CLOSED", "gmt_close": "2026-11-22 10:05:00"},
    "waiting": {**BASE, "trade_status": "WAIT_BUYER_PAY", "body": ""},
}
OK = '"code":"10000","msg":"Success"'
FAIL = '"code":"40004","msg":"Business Failed"'
NAMED = f'"out_trade_no":"{ORDER}","trade_no":"2026112222001412345678901234"'
ANSWERS = {
    "alipay.trade.pay": {
        "paid": f'{{{OK},"gmt_payment":"2026-11-22 10:00:01",{NAMED},"total_amount":"12.50","store_name":"\\u6d4b\\/1"}}',
        "waiting": f'{{"code":"10003","msg":" order success pay inprocess",{NAMED},"total_amount":"12.50"}}',
        "no-money": f'{{{FAIL},"sub_code":"ACQ.BUYER_BALANCE_NOT_ENOUGH","sub_msg":"余额不足","out_trade_no":"{ORDER}","receipt_amount":"0.00"}}',
    },
    "alipay.trade.query": {
        "paid": f'{{{OK},{NAMED},"send_pay_date":"2026-11-22 10:00:01","total_amount":"12.50","trade_status":"TRADE_SUCCESS"}}',
        "waiting": f'{{{OK},{NAMED},"total_amount":"12.50","trade_status":"WAIT_BUYER_PAY"}}',
        "absent": f'{{{FAIL},"sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在","out_trade_no":"{ORDER}","point_amount":"0.00"}}',
    },
    "alipay.trade.cancel": {
        "closed": f'{{{OK},"action":"close",{NAMED},"retry_flag":"N"}}',
        "given-back": f'{{{OK},"action":"refund",{NAMED},"retry_flag":"N"}}',
        "nothing": f'{{{OK},"out_trade_no":"{ORDER}","retry_flag":"N"}}',
    },
    "alipay.trade.refund": {
        "given": f'{{{OK},"buyer_logon_id":"159****5620","fund_change":"Y","gmt_refund_pay":"2026-11-22 10:03:00",{NAMED},"refund_fee":"0.01","send_back_fee":"0.01"}}',
        "again": f'{{{OK},"fund_change":"N",{NAMED},"refund_fee":"0.01","send_back_fee":"0.00"}}',
        "no-money": f'{{{FAIL},"sub_code":"ACQ.SELLER_BALANCE_NOT_ENOUGH","sub_msg":"卖家余额不足","refund_fee":"0.00","send_back_fee":"0.00"}}',
    },
    "alipay.trade.fastpay.refund.query": {
        "given": f'{{{OK},"out_request_no":"{BACK}",{NAMED},"refund_amount":"0.01","refund_status":"REFUND_SUCCESS","total_amount":"12.50"}}',
        "none": f"{{{OK}}}",
        "no-order": f'{{{FAIL},"sub_code":"TRADE_NOT_EXIST","sub_msg":"交易不存在"}}',
    },
    "alipay.trade.precreate": {
        "shown": f'{{{OK},"out_trade_no":"{ORDER}","qr_code":"https:\\/\\/qr.alipay.com\\/bax03431ljhokirwl38f00a7"}}',
        "in-use": f'{{{FAIL},"sub_code":"ACQ.APPLY_PC_MERCHANT_CODE_ERROR","out_trade_no":"{ORDER}"}}',
        "forbidden-word": f'{{{FAIL},"sub_code":"ACQ.EXIST_FORBIDDEN_WORD","out_trade_no":"{ORDER}"}}',
    },
    "alipay.trade.close": {
        "closed": f"{{{OK},{NAMED}}}",
        "nothing": f'{{{FAIL},"sub_code":"ACQ.TRADE_NOT_EXIST","sub_msg":"交易不存在"}}',
        "paid": f'{{{FAIL},"sub_code":"ACQ.REASON_TRADE_STATUS_INVALID"}}',
    },
    "alipay.data.dataservice.bill.downloadurl.query": {
        "ready": f'{{{OK},"bill_download_url":"http:\\/\\/dwbillcenter.alipay.com\\/downloadBillFile.resource?bizType=trade&userId=2088&fileType=csv.zip&token=9d"}}',
        "empty": f'{{{OK},"bill_download_url":"https:\\/\\/dwbillcenter.alipay.com\\/x","bill_file_code":"EMPTY_DATA_WITH_BILL_FILE"}}',
        "not-made": f'{{{FAIL},"sub_code":"isp.bill_not_exist","sub_msg":"账单不存在"}}',
    },
    "alipay.data.bill.balance.query": {
        "balance": f'{{{OK},"available_amount":"123456789.01","freeze_amount":"0.00","total_amount":"123456789.01"}}',
        "overdrawn": f'{{{OK},"available_amount":"-0.04","freeze_amount":"1.00","total_amount":"0.96"}}',
        "no-permission": '{"code":"40006","msg":"Insufficient Permissions","sub_code":"isv.insufficient-isv-permissions"}',
    },
}


def notice(name, place, said):
    params = {**said, "notify_id": f"2026112200222100{place:04}"}
    signed = sign(join(params))
    posted = {**params, "sign_type": "RSA2", "sign": signed}
    # Half of them with `%20`, half with `+` for a blank: both are forms.
    body = urlencode(posted, quote_via=quote) if place % 2 else urlencode(posted)
    return {"name": name, "signer": SIGNER, "body": body, "posted": posted}


def answer(method, name, node):
    # Their signers add no line; the node is signed as it stands.
    return {"method": method, "name": name, "signer": SIGNER, "node": node, "sign": sign(node)}


json.dump(
    {
        "notices": [notice(name, place, said) for place, (name, said) in enumerate(NOTICES.items())],
        "answers": [answer(method, name, node) for method, all in ANSWERS.items() for name, node in all.items()],
    },
    sys.stdout,
    ensure_ascii=False,
)
