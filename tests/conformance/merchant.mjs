// A merchant that speaks through the official SDK. Every answer is verified by the SDK itself.
// Usage: node merchant.mjs ACCOUNT.json key|cert. Prints one line for each check that holds.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.CONFORMANCE_NODE, 'package.json'));
const { AlipaySdk } = require('alipay-sdk');
const [paper, mode] = process.argv.slice(2);
const account = JSON.parse(fs.readFileSync(paper, 'utf8'));
const trust = mode === 'cert'
  ? {
    appCertContent: account.app_cert,
    alipayPublicCertContent: account.alipay_cert,
    alipayRootCertContent: account.root_cert,
  }
  : { alipayPublicKey: account.alipay_public_key };
const own = {
  appId: account.app_id,
  privateKey: account.app_private_key,
  keyType: 'PKCS8',
  gateway: account.gateway,
  camelcase: false,
  timeout: 60000,
};
const sdk = new AlipaySdk({ ...own, ...trust });

function ok(what) {
  console.log(`ok ${what}`);
}

async function api(where, method = 'GET', body = undefined) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(account.base + where, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${where}: ${answer.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

async function call(method, bizContent, more = {}) {
  return sdk.exec(method, { bizContent, ...more }, { validateSign: true });
}

let last = 0;
function number() {
  last += 1;
  return `C${mode}${Date.now()}N${last}`;
}

async function pay(customer, sum, more = {}) {
  const { code } = await api(`/api/customers/${customer}/code?fresh=1`);
  const no = number();
  const said = await call('alipay.trade.pay', {
    out_trade_no: no, scene: 'bar_code', auth_code: code, subject: '测试 100% "热" {奶} \\ 茶',
    total_amount: sum, query_options: ['fund_bill_list'], ...more.content,
  }, more.params);
  return { no, said };
}

async function sale() {
  const { no, said } = await pay('huabei', '12.50');
  assert.equal(said.code, '10000');
  assert.equal(said.total_amount, '12.50');
  assert.equal(said.fund_bill_list[0].fund_channel, 'PCREDIT');
  ok('a payment is taken and its answer verified');
  assert.equal(said.store_name, '扫码收银台/沙箱店');
  ok('escaped letters and slashes read back');
  const found = await call('alipay.trade.query', { out_trade_no: no });
  assert.equal(found.trade_status, 'TRADE_SUCCESS');
  assert.equal(found.subject, '测试 100% "热" {奶} \\ 茶');
  ok('a query finds it, with braces and quotes in a value');
  const byTrade = await call('alipay.trade.query', { trade_no: said.trade_no });
  assert.equal(byTrade.out_trade_no, no);
  ok('a query by the bank\'s own number finds it');
  const gone = await call('alipay.trade.query', { out_trade_no: number() });
  assert.equal(gone.sub_code, 'ACQ.TRADE_NOT_EXIST');
  ok('an order that never arrived does not exist');
}

async function refusals() {
  for (const [customer, subCode] of [
    ['broke', 'ACQ.BUYER_BALANCE_NOT_ENOUGH'],
    ['limit', 'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR'],
    ['frozen', 'ACQ.BUYER_ENABLE_STATUS_FORBID'],
  ]) {
    const { said } = await pay(customer, '1.00');
    assert.deepEqual([said.code, said.sub_code], ['40004', subCode]);
    ok(`${customer} is refused with ${subCode}`);
  }
}

async function password() {
  const { no, said } = await pay('password', '88.00');
  assert.equal(said.code, '10003');
  ok('a payment waits for the password');
  const waiting = await call('alipay.trade.query', { out_trade_no: no });
  assert.equal(waiting.trade_status, 'WAIT_BUYER_PAY');
  ok('a query says that it waits');
  await api('/api/customers/password/confirm', 'POST', { ok: true });
  const paid = await call('alipay.trade.query', { out_trade_no: no });
  assert.equal(paid.trade_status, 'TRADE_SUCCESS');
  ok('the password pays it');
}

async function cancellations() {
  const { no } = await pay('balance', '3.00');
  const back = await call('alipay.trade.cancel', { out_trade_no: no });
  assert.deepEqual([back.action, back.retry_flag], ['refund', 'N']);
  ok('cancelling a paid order gives the money back');
  const closed = await call('alipay.trade.query', { out_trade_no: no });
  assert.equal(closed.trade_status, 'TRADE_CLOSED');
  ok('a cancelled order is closed');
  const waiting = await pay('password', '3.00');
  const unpaid = await call('alipay.trade.cancel', { out_trade_no: waiting.no });
  assert.equal(unpaid.action, 'close');
  ok('cancelling a waiting order closes it');
  const nothing = await call('alipay.trade.cancel', { out_trade_no: number() });
  assert.deepEqual([nothing.code, nothing.action], ['10000', undefined]);
  ok('cancelling an unknown order does nothing');
}

async function refunds() {
  const { no } = await pay('balance', '10.00');
  const give = (request, sum) => call('alipay.trade.refund', {
    out_trade_no: no, out_request_no: request, refund_amount: sum, refund_reason: '凉了',
  });
  const first = await give('R1', '4.00');
  assert.deepEqual([first.fund_change, first.refund_fee], ['Y', '4.00']);
  ok('a part goes back');
  const again = await give('R1', '4.00');
  assert.deepEqual([again.fund_change, again.refund_fee], ['N', '4.00']);
  ok('the same number does not give back twice');
  assert.equal((await give('R1', '5.00')).sub_code, 'ACQ.DISCORDANT_REPEAT_REQUEST');
  ok('the same number with another sum is refused');
  assert.equal((await give('R2', '6.01')).sub_code, 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL');
  ok('more than the rest is refused');
  const look = (request) => call('alipay.trade.fastpay.refund.query', {
    out_trade_no: no, out_request_no: request,
  });
  const found = await look('R1');
  assert.deepEqual([found.refund_status, found.refund_amount], ['REFUND_SUCCESS', '4.00']);
  ok('a refund query finds the refund');
  const none = await look('R2');
  assert.deepEqual([none.code, none.refund_status], ['10000', undefined]);
  ok('a refund query has no status for what did not go back');
  const rest = await give('R2', '6.00');
  assert.equal(rest.refund_fee, '10.00');
  const closed = await call('alipay.trade.query', { out_trade_no: no });
  assert.equal(closed.trade_status, 'TRADE_CLOSED');
  ok('the last refund closes the order');
}

async function orderCodes() {
  const no = number();
  const named = { out_trade_no: no };
  const made = await call('alipay.trade.precreate', {
    ...named, total_amount: '6.00', subject: '茶',
  });
  assert.ok(made.qr_code.startsWith('https://qr.alipay.com/'), JSON.stringify(made));
  ok('an order code is made');
  assert.equal((await call('alipay.trade.query', named)).sub_code, 'ACQ.TRADE_NOT_EXIST');
  assert.equal((await call('alipay.trade.close', named)).sub_code, 'ACQ.TRADE_NOT_EXIST');
  ok('a code that nobody scanned is no order');
  await api('/api/customers/balance/scan', 'POST', { code: made.qr_code });
  assert.equal((await call('alipay.trade.query', named)).trade_status, 'TRADE_SUCCESS');
  ok('a customer scans it and pays');
  assert.equal((await call('alipay.trade.close', named)).code, '40004');
  ok('a paid order is not closed');
  const waiting = await pay('password', '2.00');
  const closed = await call('alipay.trade.close', { out_trade_no: waiting.no });
  assert.deepEqual([closed.code, closed.out_trade_no], ['10000', waiting.no]);
  ok('a waiting order is closed');
}

// A server that takes notices, as a merchant's would: it says `success` to what verifies.
async function listen(heard) {
  const server = http.createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const post = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
      // It takes the fields out of what it is given.
      const isGood = sdk.checkNotifySign({ ...post }) && sdk.checkNotifySignV2({ ...post });
      heard.push({ post, isGood });
      response.end(isGood ? 'success' : 'fail');
    });
  });
  await new Promise((done) => { server.listen(0, '127.0.0.1', done); });
  return server;
}

async function until(what, isDone) {
  for (let round = 0; round < 600; round += 1) {
    if (isDone()) return;
    await new Promise((done) => { setTimeout(done, 100); });
  }
  assert.fail(`not within a minute: ${what}`);
}

async function notices() {
  const heard = [];
  const server = await listen(heard);
  const params = { notify_url: `http://127.0.0.1:${server.address().port}/notices?shop=1` };
  const content = { subject: '豆浆 + 热 "{茶}" \\' };
  const { no } = await pay('huabei', '9.00', { content, params });
  await until('a payment is told', () => heard.length >= 1);
  assert.ok(heard[0].isGood, JSON.stringify(heard[0].post));
  const told = heard[0].post;
  assert.deepEqual(
    [told.out_trade_no, told.trade_status, told.total_amount, told.app_id, told.subject],
    [no, 'TRADE_SUCCESS', '9.00', account.app_id, content.subject],
  );
  ok('a notice of a payment verifies');
  await call('alipay.trade.refund', { out_trade_no: no, out_request_no: 'R1', refund_amount: '4.00' });
  await until('a refund is told', () => heard.length >= 2);
  const back = heard[1];
  assert.ok(back.isGood && back.post.out_biz_no === 'R1' && back.post.refund_fee === '4.00');
  ok('a notice of a refund verifies');
  await api('/api/faults', 'POST', { what: 'notice-forged', next: 1 });
  await call('alipay.trade.refund', { out_trade_no: no, out_request_no: 'R2', refund_amount: '5.00' });
  await until('a forged notice comes again', () => heard.length >= 4);
  assert.deepEqual(heard.slice(2).map((one) => one.isGood), [false, true]);
  assert.equal(heard[2].post.notify_id, heard[3].post.notify_id);
  ok('a forged notice does not verify, and the same comes again rightly');
  assert.equal(heard[3].post.trade_status, 'TRADE_CLOSED');
  ok('the last refund is told as the order\'s end');
  server.closeAllConnections();
  server.close();
}

async function books() {
  await api('/api/bills', 'PUT', { early: true });
  // The day as Beijing writes it; a sale just before midnight may stand on the day before.
  const day = new Date(Date.now() + 8 * 3600 * 1000).toISOString().slice(0, 10);
  const ask = (kind, date) => call('alipay.data.dataservice.bill.downloadurl.query', {
    bill_type: kind, bill_date: date,
  });
  const said = await ask('trade', day);
  const answer = await fetch(said.bill_download_url);
  const zip = Buffer.from(await answer.arrayBuffer());
  assert.deepEqual([answer.status, zip.subarray(0, 4).toString('latin1')], [200, 'PK\x03\x04']);
  ok('a bill is fetched from the address that was given');
  assert.equal((await fetch(`${said.bill_download_url}x`)).status, 403);
  ok('a changed address gives no bill');
  assert.equal((await ask('trade', 'never')).sub_code, 'INVAILID_ARGUMENTS');
  ok('a bill of no day is refused');
  const balance = await call('alipay.data.bill.balance.query', {});
  assert.match(balance.total_amount, /^\d+\.\d\d$/);
  ok('the balance is told');
}

async function distrust() {
  await api('/api/faults', 'POST', { what: 'wrong-signature', method: 'query', next: 1 });
  await assert.rejects(() => call('alipay.trade.query', { out_trade_no: 'X1' }));
  ok('the SDK refuses an answer whose signature is wrong');
  const stranger = new AlipaySdk({ ...own, ...trust, appId: '2021999999999999' });
  const said = await stranger.exec('alipay.trade.query', { bizContent: { out_trade_no: 'X1' } });
  assert.equal(said.sub_code, 'isv.invalid-app-id');
  ok('an unknown app is told so');
}

for (const part of [sale, refusals, password, cancellations, refunds, orderCodes, notices,
  books, distrust]) {
  await part();
}
