// A server that judges requests by the official SDK: `good` when their signature fits, else `bad`.
// Usage: node judge.mjs ACCOUNT.json. Prints the port it listens on and serves until it is ended.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';

const require = createRequire(path.join(process.env.CONFORMANCE_NODE, 'package.json'));
const { AlipaySdk } = require('alipay-sdk');
const account = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));
const appPublicKey = (await import('node:crypto')).createPublicKey(account.app_private_key)
  .export({ type: 'spki', format: 'pem' });
// Seen from a merchant the other side's key is Alipay's; seen from here it is the app's.
const sdk = new AlipaySdk({
  appId: account.app_id,
  privateKey: account.app_private_key,
  keyType: 'PKCS8',
  alipayPublicKey: appPublicKey,
});

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const { searchParams } = new URL(request.url, 'http://judge');
    const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
    const params = Object.fromEntries([...searchParams, ...form]);
    // In a request `sign_type` is part of what is signed, as in this kind of notice.
    response.end(sdk.checkNotifySignV2(params) ? 'good' : 'bad');
  });
});
server.listen(0, '127.0.0.1', () => console.log(`port ${server.address().port}`));
