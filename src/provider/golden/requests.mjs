// Makes requests.json with the official SDK (npm alipay-sdk 4.14.0); README.md says how.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [sdk, keys] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { sign } = require(path.resolve(sdk, 'node_modules/alipay-sdk/dist/commonjs/util.js'));
const privateKey = fs.readFileSync(path.join(keys, 'app.pkcs8.pem'), 'utf8');
const byKey = { appId: '2021000000000001', charset: 'utf-8', version: '1.0', signType: 'RSA2', privateKey };
const byCert = { ...byKey, appCertSn: '9ab9c5cc1fc3420cbbd7453d14243ee7', alipayRootCertSn: 'b7226d080e1216a70408715eb3347f44' };
const order = 'S01KAP3C5R00000000000000000';
const other = 'S01KAP3C5RZZZZZZZZZZZZZZZZZ';
const back = 'R01KAP3C5R00000000000000001';
const seller = '2088000000000001';
const notify = 'https://shop.example/alipay?till=1&x=%20';
const subject = '豆浆 油条 + 100% "热"';
const pay = {
  out_trade_no: order, scene: 'bar_code', auth_code: '281234567890123456', product_code: 'FACE_TO_FACE_PAYMENT',
  subject, total_amount: '12.50', timeout_express: '5m', query_options: [ 'fund_bill_list' ],
};
const code = { out_trade_no: order, product_code: 'FACE_TO_FACE_PAYMENT', subject, total_amount: '12.50' };
const made = [];
const make = (name, api, bizContent, config = byKey, more = {}) => {
  const method = `alipay.${api}`;
  const sent = sign(method, { timestamp: '2026-11-22 10:00:00', format: 'JSON', ...more, bizContent }, config);
  made.push({ name, method, mode: config === byKey ? 'key' : 'cert', sent });
};
make('pay-without-huabei', 'trade.pay', { ...pay, terminal_id: 'till-1', disable_pay_channels: 'pcredit,pcreditpayInstallment' });
make('pay-in-instalments', 'trade.pay', { ...pay, seller_id: seller, terminal_id: 'till-1',
  extend_params: { hb_fq_num: '12', hb_fq_seller_percent: '100' } });
make('pay-with-notice', 'trade.pay', { ...pay, terminal_id: 'till-1' }, byCert, { notify_url: notify });
make('query-other', 'trade.query', { out_trade_no: other, query_options: [ 'fund_bill_list' ] });
make('query-by-cert', 'trade.query', { out_trade_no: order, query_options: [ 'fund_bill_list' ] }, byCert);
make('cancel-by-key', 'trade.cancel', { out_trade_no: order });
make('cancel-other', 'trade.cancel', { out_trade_no: other });
make('refund-in-part', 'trade.refund', { out_trade_no: order, refund_amount: '0.01', out_request_no: back, refund_reason: '少了一根 & 油条' });
make('refund-whole', 'trade.refund', { out_trade_no: order, refund_amount: '12.50', out_request_no: back });
make('refund-by-cert', 'trade.refund', { out_trade_no: other, refund_amount: '100000000.00', out_request_no: back, refund_reason: 'x' }, byCert);
make('refund-query', 'trade.fastpay.refund.query', { out_trade_no: order, out_request_no: back });
make('refund-query-other', 'trade.fastpay.refund.query', { out_trade_no: other, out_request_no: back });
make('refund-query-by-cert', 'trade.fastpay.refund.query', { out_trade_no: order, out_request_no: back }, byCert);
make('precreate-minutes', 'trade.precreate', { ...code, qr_code_timeout_express: '5m', terminal_id: 'till-1' });
make('precreate-until', 'trade.precreate', { ...code, time_expire: '2026-11-22 10:05:00', seller_id: seller, terminal_id: 'till-1' },
  byKey, { notify_url: notify });
make('precreate-by-cert', 'trade.precreate', { ...code, product_code: 'QR_CODE_OFFLINE', qr_code_timeout_express: '120m', terminal_id: 'till-1',
  disable_pay_channels: 'credit_group' }, byCert, { notify_url: notify });
make('close', 'trade.close', { out_trade_no: order });
make('close-other', 'trade.close', { out_trade_no: other });
make('close-by-cert', 'trade.close', { out_trade_no: order }, byCert);
const bill = 'data.dataservice.bill.downloadurl.query';
make('bill-of-a-day', bill, { bill_type: 'trade', bill_date: '2026-11-22' });
make('bill-of-a-month', bill, { bill_type: 'trade', bill_date: '2026-11' });
make('bill-of-the-account', bill, { bill_type: 'signcustomer', bill_date: '2026-11-22' }, byCert);
make('balance', 'data.bill.balance.query', {});
make('balance-of-seller', 'data.bill.balance.query', { bill_user_id: seller });
make('balance-by-cert', 'data.bill.balance.query', {}, byCert);
console.log(JSON.stringify(made, null, 1));
