// Makes golden.json with the official SDK (npm alipay-sdk 4.14.0), so that our requests are compared with a foreign
// signer's. In an empty folder: `npm i alipay-sdk@4.14.0`, then `node golden.mjs SDK_FOLDER KEYS_FOLDER > golden.json`.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [sdk, keys] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { sign } = require(path.resolve(sdk, 'node_modules/alipay-sdk/dist/commonjs/util.js'));
const privateKey = fs.readFileSync(path.join(keys, 'app.pkcs8.pem'), 'utf8');
const plain = { appId: '2021000000000001', charset: 'utf-8', version: '1.0', signType: 'RSA2', privateKey };
const certs = { ...plain, appCertSn: '9ab9c5cc1fc3420cbbd7453d14243ee7', alipayRootCertSn: 'b7226d080e1216a70408715eb3347f44' };
const order = 'S01KAP3C5R00000000000000000';
const fixed = { timestamp: '2026-11-22 10:00:00', format: 'JSON' };
const pay = {
  out_trade_no: order, scene: 'bar_code', auth_code: '281234567890123456', product_code: 'FACE_TO_FACE_PAYMENT',
  subject: '豆浆 油条 + 100% "热"', total_amount: '12.50', timeout_express: '5m', query_options: [ 'fund_bill_list' ],
  terminal_id: 'till-1',
};
const make = (name, method, bizContent, config) => ({ name, sent: sign(method, { ...fixed, bizContent }, config) });
console.log(JSON.stringify([
  make('pay', 'alipay.trade.pay', pay, plain),
  make('query', 'alipay.trade.query', { out_trade_no: order, query_options: [ 'fund_bill_list' ] }, plain),
  make('cancel', 'alipay.trade.cancel', { out_trade_no: order }, certs),
], null, 1));
