// The wallet page: asks the sandbox again and again what the phone shows, and draws it.
// Text reaches the page as text only, never as markup.

const BEAT_MS = 700;
const RULES_EVERY = 3;
const TOAST_MS = 4000;
const CODE_LIFE_MS = 60000;
const LATE_MS = 10000;
const WHATS = ['slow', 'lost-answer', 'lost-request', 'busy', 'wrong-signature', 'wrong-amount',
  'garbage', 'down', 'unsigned', 'busy-done', 'ask-again', 'cancel-too-late', 'code-stays',
  'close-again', 'refund-under-way',
  'wrong-order', 'wrong-currency', 'other-key',
  'bill-torn', 'bill-encoding', 'bill-column', 'bill-day',
  'notice-early', 'notice-late', 'notice-again', 'notice-swapped',
  'notice-forged', 'notice-foreign-app', 'notice-wrong-amount', 'notice-unknown-order'];
const METHODS = ['any', 'pay', 'query', 'cancel', 'refund', 'refund-query', 'precreate', 'close',
  'bill', 'balance'];
const SLOW = ['slow', 'refund-under-way', 'notice-late'];
const NEXTS = ['1', '2', '5', ''];

const at = (id) => document.getElementById(id);
const page = {
  words: {},
  people: [],
  chosen: kept('customer') || 'balance',
  code: null,
  expires: 0,
  skew: 0,
  seen: null,
  asked: null,
  beats: 0,
  toast: 0,
};

function kept(name) {
  try { return localStorage.getItem(`wallet.${name}`); } catch { return null; }
}

function keep(name, value) {
  try { localStorage.setItem(`wallet.${name}`, value); } catch { /* a private window: not kept */ }
}

async function call(path, method = 'GET', body = undefined) {
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  const value = text ? JSON.parse(text) : null;
  if (!answer.ok) throw new Error(value?.error || String(answer.status));
  return value;
}

function word(name, values = {}) {
  const sentence = page.words[name] ?? name;
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// Words whose names end with a name of the API.
function named(kind, name) {
  return word(`${kind}_${name.replaceAll('-', '_')}`);
}

function yuan(fen) {
  const whole = String(Math.floor(fen / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${whole}.${String(fen % 100).padStart(2, '0')}`;
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

// Words

async function speak(lang) {
  const spoken = await call(`/api/words${lang ? `?lang=${encodeURIComponent(lang)}` : ''}`);
  page.words = spoken.words;
  document.documentElement.lang = spoken.lang;
  document.title = word('title');
  for (const one of document.querySelectorAll('[data-word]')) {
    one.textContent = word(one.dataset.word);
  }
  for (const one of document.querySelectorAll('[data-label]')) {
    one.setAttribute('aria-label', word(one.dataset.label));
  }
  for (const one of document.querySelectorAll('[data-alt]')) {
    one.alt = word(one.dataset.alt);
  }
  page.people = await call(`/api/customers?lang=${encodeURIComponent(spoken.lang)}`);
  if (!page.people.some((one) => one.id === page.chosen)) page.chosen = page.people[0].id;
  drawPeople();
  drawChoices();
  await Promise.all([beat(), drawRules()]);
}

// Customers

function drawPeople() {
  const buttons = page.people.map((one) => {
    const button = element('button', 'person');
    button.type = 'button';
    button.dataset.customer = one.id;
    button.setAttribute('aria-pressed', String(one.id === page.chosen));
    button.append(element('span', 'person__name', one.name));
    button.append(element('span', 'person__about', one.about));
    button.addEventListener('click', () => choose(one.id));
    return button;
  });
  at('people').replaceChildren(...buttons);
}

function choose(id) {
  page.chosen = id;
  page.code = null;
  page.seen = null;
  at('scan-said').textContent = '';
  keep('customer', id);
  for (const button of at('people').children) {
    const isChosen = button.dataset.customer === id;
    button.setAttribute('aria-pressed', String(isChosen));
    if (isChosen) button.scrollIntoView({ block: 'nearest', inline: 'center' });
  }
  at('card').setAttribute('aria-busy', 'true');
  beat();
}

// The code

async function beat() {
  const customer = page.chosen;
  try {
    const phone = await call(`/api/customers/${customer}`);
    if (customer !== page.chosen) return;
    at('offline').hidden = true;
    drawPhone(customer, phone);
  } catch {
    at('offline').hidden = Object.keys(page.words).length === 0;
  }
}

function drawPhone(customer, phone) {
  page.expires = phone.expires_ms;
  page.skew = phone.now_ms - Date.now();
  if (phone.code !== page.code) drawCode(customer, phone.code);
  const huabei = page.people.find((one) => one.id === customer)?.funding.includes('huabei');
  at('purse').textContent = word(huabei ? 'huabei' : 'balance');
  at('purse-left').textContent = huabei
    ? word('left_huabei', { sum: yuan(phone.huabei_fen) })
    : word('left_balance', { sum: yuan(phone.balance_fen) });
  drawPrompt(phone.prompt);
  drawLast(phone.last);
}

function drawCode(customer, code) {
  page.code = code;
  const query = `?code=${encodeURIComponent(code)}`;
  at('qr').src = `/api/customers/${customer}/qr.svg${query}`;
  at('bars').src = `/api/customers/${customer}/bars.svg${query}`;
  at('digits').textContent = code.replace(/(\d{4})(?=\d)/g, '$1 ');
  at('card').dataset.customer = customer;
  at('card').setAttribute('aria-busy', 'false');
}

function drawRing() {
  const left = Math.max(0, page.expires - (Date.now() + page.skew));
  const seconds = String(Math.ceil(left / 1000));
  at('ring').classList.toggle('ring--late', left < LATE_MS);
  at('ring-left').setAttribute('stroke-dashoffset', String(100 - (100 * left) / CODE_LIFE_MS));
  if (at('ring-text').textContent !== seconds) {
    at('ring-text').textContent = seconds;
    at('ring').title = word('seconds_left', { s: seconds });
    if (left === 0 && page.code) beat();
  }
}

async function fresh() {
  await call(`/api/customers/${page.chosen}/code?fresh=1`).catch(() => {});
  await beat();
}

// The password

function drawPrompt(prompt) {
  page.asked = prompt;
  const dialog = at('ask');
  if (!prompt) {
    if (dialog.open) dialog.close();
    return;
  }
  at('ask-sum').textContent = `¥${yuan(prompt.amount_fen)}`;
  at('ask-subject').textContent = prompt.subject;
  at('ask-order').textContent = prompt.order_no;
  if (!dialog.open) dialog.showModal();
}

async function decide(ok) {
  if (!page.asked) return;
  const order = page.asked.order_no;
  try {
    await call(`/api/customers/${page.chosen}/confirm`, 'POST', { ok, order_no: order });
  } catch {
    toast('closed', word('ask_gone'));
  }
  await beat();
}

// The merchant's code

async function scan(event) {
  event.preventDefault();
  const code = at('scan-code').value.trim();
  const said = at('scan-said');
  try {
    const order = await call(`/api/customers/${page.chosen}/scan`, 'POST', { code });
    said.textContent = order.state === 'waiting'
      ? word('scan_waits')
      : word('toast_paid', { sum: yuan(order.amount_fen) });
    at('scan-code').value = '';
  } catch (fault) {
    said.textContent = word('scan_failed', { why: fault.message });
  }
  await beat();
}

// The last payment

function drawLast(last) {
  const mark = last ? `${last.order_no} ${last.state} ${last.refunds.length}` : '';
  const isNews = page.seen !== null && page.seen !== mark;
  page.seen = mark;
  if (!isNews || !last || last.state === 'waiting') return;
  const refund = last.refunds.at(-1);
  if (refund) {
    toast('given-back', word('toast_given_back', { sum: yuan(refund.amount_fen) }));
    return;
  }
  const name = { paid: 'toast_paid', closed: 'toast_closed' }[last.state] ?? 'toast_given_back';
  toast(last.state, word(name, { sum: yuan(last.amount_fen) }));
}

function toast(kind, text) {
  const box = at('toast');
  box.className = `toast toast--shown toast--${kind}`;
  box.textContent = text;
  clearTimeout(page.toast);
  page.toast = setTimeout(() => { box.className = `toast toast--${kind}`; }, TOAST_MS);
}

// Faults

function nextWord(next) {
  if (next === 1) return word('next_one');
  return next ? word('next_many', { n: next }) : word('next_ever');
}

function choices(id, pairs) {
  const before = at(id).value;
  at(id).replaceChildren(...pairs.map(([value, text]) => {
    const option = element('option', '', text);
    option.value = value;
    return option;
  }));
  if (pairs.some(([value]) => value === before)) at(id).value = before;
}

function drawChoices() {
  choices('fault-what', WHATS.map((one) => [one, named('what', one)]));
  choices('fault-method', METHODS.map((one) => [one, named('method', one)]));
  const people = page.people.map((one) => [one.id, `${one.name} · ${one.about}`]);
  choices('fault-customer', [['any', word('everybody')], ...people]);
  choices('fault-next', NEXTS.map((one) => [one, nextWord(Number(one))]));
  drawMs();
}

function drawMs() {
  const what = at('fault-what').value;
  at('fault-ms-field').hidden = !SLOW.includes(what);
  at('fault-method-field').hidden = what.startsWith('notice-');
}

async function drawRules() {
  const rules = await call('/api/faults').catch(() => null);
  if (!rules) return;
  const mark = JSON.stringify([rules, document.documentElement.lang]);
  if (page.rules === mark) return;
  page.rules = mark;
  at('fault-count').hidden = rules.length === 0;
  at('fault-count').textContent = String(rules.length);
  at('fault-none').hidden = rules.length > 0;
  at('fault-clear').hidden = rules.length < 2;
  at('rules').replaceChildren(...rules.map(ruleLine));
}

function ruleLine(rule) {
  const who = page.people.find((one) => one.id === rule.customer)?.name ?? word('everybody');
  const what = named('what', rule.what);
  const method = rule.what.startsWith('notice-') ? 'notice' : rule.method;
  const slow = rule.ms ? ` ${rule.ms} ms` : '';
  const where = [named('method', method), who, nextWord(rule.next)].join(' · ');
  const line = element('li', 'rule');
  const text = element('span', 'rule__text');
  text.append(element('span', 'rule__what', what + slow), element('span', 'rule__where', where));
  const stop = element('button', 'plain', word('fault_clear'));
  stop.type = 'button';
  stop.setAttribute('aria-label', `${word('fault_clear')}: ${what}, ${where}`);
  stop.addEventListener('click', () => clear(`/api/faults/${rule.id}`));
  line.append(text, stop);
  return line;
}

async function clear(path) {
  // A fault that ended by itself meanwhile is as good as one that was stopped.
  await call(path, 'DELETE').catch(() => {});
  await drawRules();
}

async function addFault(event) {
  event.preventDefault();
  const what = at('fault-what').value;
  const next = Number(at('fault-next').value);
  const rule = { what, customer: at('fault-customer').value };
  if (!what.startsWith('notice-')) rule.method = at('fault-method').value;
  if (next) rule.next = next;
  if (SLOW.includes(what)) rule.ms = Math.max(0, Math.round(Number(at('fault-ms').value)));
  try {
    await call('/api/faults', 'POST', rule);
    at('fault-said').textContent = '';
  } catch (fault) {
    at('fault-said').textContent = word('fault_failed', { why: fault.message });
  }
  await drawRules();
}

// Start

async function live() {
  if (!document.hidden) {
    await beat();
    page.beats += 1;
    if (page.beats % RULES_EVERY === 0) await drawRules();
  }
  setTimeout(live, BEAT_MS);
}

async function start() {
  try {
    await speak(kept('lang') || navigator.languages.join(','));
  } catch {
    setTimeout(start, 2 * BEAT_MS);
    return;
  }
  setInterval(drawRing, 200);
  drawRing();
  live();
}

at('language').addEventListener('click', () => {
  const lang = document.documentElement.lang.startsWith('zh') ? 'en' : 'zh';
  keep('lang', lang);
  speak(lang).catch(() => {});
});
at('fresh').addEventListener('click', fresh);
at('ask-yes').addEventListener('click', () => decide(true));
at('ask-no').addEventListener('click', () => decide(false));
at('ask').addEventListener('cancel', (event) => event.preventDefault());
at('scan-form').addEventListener('submit', scan);
at('fault-form').addEventListener('submit', addFault);
at('fault-what').addEventListener('change', drawMs);
at('fault-clear').addEventListener('click', () => clear('/api/faults'));
document.addEventListener('visibilitychange', () => { if (!document.hidden) beat(); });
at('faults').open = matchMedia('(min-width: 900px)').matches;
start();
