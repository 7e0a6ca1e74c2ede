// Has the official SDK for Node (npm alipay-sdk 4.14.0) judge what the SDKs for Python signed, and writes
// notices.json and answers.json; README.md says how.
import { createRequire } from 'node:module';
import fs from 'node:fs';
import path from 'node:path';

const [sdk, keys, out, official, fzlee] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const { AlipaySdk } = require(path.resolve(sdk, 'node_modules/alipay-sdk'));
const read = name => fs.readFileSync(path.join(keys, name), 'utf8');
const judge = new AlipaySdk({
  appId: '2021000000000001', keyType: 'PKCS8', camelcase: false,
  privateKey: read('app.pkcs8.pem'), alipayPublicKey: read('gateway.public.pem'),
});
const judge_name = 'npm alipay-sdk 4.14.0';
const signed = [ official, fzlee ].map(file => JSON.parse(fs.readFileSync(file, 'utf8')));
const believes = answer => {
  const key = `${answer.method.replaceAll('.', '_')}_response`;
  const body = `{"${key}":${answer.node},"sign":"${answer.sign}"}`;
  try {
    judge.checkResponseSign(body, key, answer.sign, 'x');
    return true;
  } catch {
    return false;
  }
};
const notices = signed.flatMap(one => one.notices).map(({ posted, ...notice }) =>
  ({ ...notice, judge: judge_name, is_believed: judge.checkNotifySignV2(posted) }));
const answers = signed[0].answers.map(answer =>
  ({ ...answer, judge: judge_name, is_believed: believes(answer), is_believed_changed: believes({ ...answer, node: answer.node.replace('"code"', '"c0de"') }) }));
fs.writeFileSync(path.join(out, 'notices.json'), `${JSON.stringify(notices, null, 1)}\n`);
fs.writeFileSync(path.join(out, 'answers.json'), `${JSON.stringify(answers, null, 1)}\n`);
