//! One shop in one thread: the real loop, the real store in memory, the real bytes to and from a
//! bank, over a clock, a wire and customers that a seed decides.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{AskKind, Charge, Doubt, Event, Fact, Outcome};
use money::{Amount, ChargeId, OrderNo, Stamp};
use provider::{Reply, WireFault};
use sandbox::Customer;
use server::drive::{Answered, DeskAsk, Drive, Input, Output, Refused, Ticket};
use store::{Book, Read, StoreFault, Verdict};

use crate::counter::Counter;
use crate::mail::{Mail, Note};
use crate::rng::Rng;

/// When the history begins.
const START: Stamp = Stamp::from_ms(1_795_312_800_000);
/// How long the shell waits for an answer.
const PATIENCE_MS: i64 = 10_000;

/// The whole world of one history.
pub(crate) struct Shop {
    pub(crate) now: Stamp,
    pub(crate) rng: Rng,
    pub(crate) book: Book,
    pub(crate) server: Option<Drive>,
    pub(crate) mail: Vec<Mail>,
    pub(crate) counter: Counter,
    pub(crate) sales: Vec<Sale>,
    pub(crate) answers: BTreeMap<Ticket, Result<Answered, Refused>>,
    pub(crate) trace: Vec<String>,
    pub(crate) is_store_broken: bool,
    /// How far the server's clock is from the true one, in ms. It changes while it is down only.
    skew_ms: i64,
    late: Vec<(Stamp, Mail)>,
    doubled: BTreeSet<u64>,
    unheard: BTreeMap<u64, Note>,
    pays: BTreeMap<OrderNo, u32>,
    keys: BTreeMap<String, ChargeId>,
    asked_by: BTreeMap<Ticket, String>,
    last_number: u64,
    life: u32,
}

/// A sale as the till knows it.
pub(crate) struct Sale {
    pub(crate) name: String,
    pub(crate) amount: Amount,
    pub(crate) tries: Vec<Try>,
}

/// One attempt of a sale.
#[derive(Clone)]
pub(crate) struct Try {
    pub(crate) ask: DeskAsk,
    pub(crate) ticket: Ticket,
}

impl Shop {
    pub(crate) fn open(seed: u64) -> Self {
        let book = Book::in_memory();
        let (server, _) = Drive::take_up("夜市小摊", Vec::new(), START);
        Self {
            now: START,
            rng: Rng::seeded(seed),
            book,
            server: Some(server),
            mail: Vec::new(),
            counter: Counter::open(),
            sales: Vec::new(),
            answers: BTreeMap::new(),
            trace: Vec::new(),
            is_store_broken: false,
            skew_ms: 0,
            late: Vec::new(),
            doubled: BTreeSet::new(),
            unheard: BTreeMap::new(),
            pays: BTreeMap::new(),
            keys: BTreeMap::new(),
            asked_by: BTreeMap::new(),
            last_number: 0,
            life: 0,
        }
    }

    /// A till asks for a charge of the sale with a fresh key and the customer's present code.
    pub(crate) fn charge(&mut self, sale: usize, customer: Customer) {
        let code = self.counter.show_code(customer, &mut self.rng, self.now);
        let place = self.sales[sale].tries.len();
        let name = self.sales[sale].name.clone();
        let ask = DeskAsk {
            key: format!("{name}-{place}"),
            fingerprint: digest(&[name.as_bytes(), code.expose().as_bytes()]),
            mark: digest(&[b"code", code.expose().as_bytes()]),
            sale: name,
            amount: self.sales[sale].amount,
            code,
            device: "till-1".to_owned(),
        };
        self.send(sale, ask);
    }

    /// The till sends the last request of the sale again, as after a double tap or a lost answer.
    pub(crate) fn charge_again(&mut self, sale: usize) {
        if let Some(last) = self.sales[sale].tries.last().cloned() {
            self.send(sale, last.ask);
        }
    }

    fn send(&mut self, sale: usize, ask: DeskAsk) {
        let ticket = Ticket(self.fresh_number());
        self.note(&format!("ask {} {}", ask.sale, ask.key));
        self.asked_by.insert(ticket, ask.key.clone());
        self.sales[sale].tries.push(Try {
            ask: ask.clone(),
            ticket,
        });
        let entropy = self.rng.bytes();
        self.tell(Input::Open {
            ticket,
            ask,
            entropy,
        });
    }

    /// The cashier cancels whatever the last request of the sale came to.
    pub(crate) fn cancel(&mut self, sale: usize) {
        let charge = self.sales[sale]
            .tries
            .last()
            .and_then(|last| self.answers.get(&last.ticket))
            .and_then(|answer| answer.as_ref().ok())
            .map(|answered| answered.charge);
        if let Some(charge) = charge {
            let ticket = Ticket(self.fresh_number());
            self.note(&format!("cancel {charge}"));
            self.tell(Input::Cancel { ticket, charge });
        }
    }

    /// Lets the server act on something, if it runs.
    pub(crate) fn tell(&mut self, input: Input) {
        if let Some(mut server) = self.server.take() {
            let outputs = server.step(input, self.server_now());
            self.server = Some(server);
            self.carry_out(outputs);
        }
    }

    /// The process ends without a word. What it had asked of the store may or may not happen.
    pub(crate) fn crash(&mut self) {
        if self.server.take().is_none() {
            return;
        }
        self.note("crash");
        self.unheard.clear();
        for mail in std::mem::take(&mut self.mail) {
            match mail {
                Mail::ToStore { batch, .. } if self.rng.chance(50) => {
                    let written = self.book.commit(&[batch]);
                    self.note(&format!("torn commit happened: {}", written.is_ok()));
                }
                Mail::ToBank { .. } => self.mail.push(mail),
                Mail::ToStore { .. } | Mail::Answer { .. } | Mail::ToServer(_) => {}
            }
        }
    }

    /// The process starts and takes up what is open.
    pub(crate) fn start(&mut self) {
        if self.server.is_some() {
            return;
        }
        self.life += 1;
        if self.rng.chance(30) {
            let minutes = i64::try_from(self.rng.below(21)).unwrap_or_default() - 10;
            self.skew_ms = minutes * 60_000;
        }
        let open = self.book.open_charges().expect("the store answers");
        self.note(&format!("start with {} open", open.len()));
        let (server, outputs) = Drive::take_up("夜市小摊", open, self.server_now());
        self.server = Some(server);
        self.carry_out(outputs);
    }

    /// One thing on the wire is held up for so long.
    pub(crate) fn hold_up(&mut self, place: usize, ms: i64) {
        if let Mail::ToBank { .. } | Mail::Answer { .. } = &self.mail[place] {
            self.note(&format!("held up for {ms} ms"));
            let mail = self.mail.remove(place);
            self.late.push((self.now.plus_ms(ms), mail));
        }
    }

    /// Time goes on; what was held up comes through, asks that nobody answered are given up, and
    /// the loop is woken.
    pub(crate) fn pass(&mut self, ms: i64) {
        self.now = self.now.plus_ms(ms);
        let now = self.now;
        let through = self.late.extract_if(.., |(due, _)| *due <= now);
        self.mail.extend(through.map(|(_, mail)| mail));
        let late: Vec<u64> = self
            .unheard
            .iter()
            .filter(|(_, note)| self.now.ms_since(note.left_at) >= PATIENCE_MS)
            .map(|(number, _)| *number)
            .collect();
        for number in late {
            self.hear(number, Outcome::Unknown(Doubt::Lost));
        }
        let is_due = self.server.as_ref().and_then(Drive::wake_at);
        if is_due.is_some_and(|at| at <= self.server_now()) {
            self.tell(Input::Tick);
        }
    }

    /// What the server's clock says.
    fn server_now(&self) -> Stamp {
        self.now.plus_ms(self.skew_ms)
    }

    /// When something happens by itself next: a tick, or an ask that is given up.
    pub(crate) fn next_moment(&self) -> Option<Stamp> {
        let wake = self.server.as_ref().and_then(Drive::wake_at);
        let wake = wake.map(|at| at.plus_ms(-self.skew_ms));
        let given_up = self
            .unheard
            .values()
            .map(|note| note.left_at.plus_ms(PATIENCE_MS));
        let late = self.late.iter().map(|(due, _)| *due);
        given_up.chain(wake).chain(late).min()
    }

    /// One thing on its way arrives.
    pub(crate) fn deliver(&mut self, place: usize) {
        match self.mail.remove(place) {
            Mail::ToStore { token, batch } => {
                let verdict = self.write(&batch);
                self.mail
                    .push(Mail::ToServer(Input::Committed { token, verdict }));
            }
            Mail::ToBank { note, request } => {
                let reply = self.counter.serve(&request, self.now);
                self.mail.push(Mail::Answer {
                    note,
                    reply: Ok(reply),
                });
            }
            Mail::Answer { note, reply } => self.read_answer(&note, &reply),
            Mail::ToServer(input) => {
                self.note(&format!("input {}", brief(&input)));
                self.tell(input);
            }
        }
    }

    /// One thing on the wire is lost. The disk and the process's own memory lose nothing.
    pub(crate) fn lose(&mut self, place: usize) {
        match &self.mail[place] {
            Mail::ToBank { .. } | Mail::Answer { .. } => {
                self.note("lost on the wire");
                self.mail.remove(place);
            }
            Mail::ToStore { .. } | Mail::ToServer(_) => {}
        }
    }

    /// A request reaches the bank twice.
    pub(crate) fn repeat(&mut self, place: usize) {
        if let Mail::ToBank { note, request } = &self.mail[place] {
            let twin = Mail::ToBank {
                note: note.clone(),
                request: request.clone(),
            };
            self.doubled.insert(note.number);
            self.mail.push(twin);
        }
    }

    /// The connection was never made: the request did not leave.
    pub(crate) fn never_connect(&mut self, place: usize) {
        if let Mail::ToBank { note, .. } = &self.mail[place] {
            // What the wire has doubled has left.
            if self.doubled.contains(&note.number) {
                return;
            }
            let note = note.clone();
            self.note("no connection");
            self.mail.remove(place);
            self.mail.push(Mail::Answer {
                note,
                reply: Err(WireFault::Unreachable),
            });
        }
    }

    /// An answer is damaged on its way, or is not the bank's.
    pub(crate) fn spoil(&mut self, place: usize) {
        let chance = self.rng.below(4);
        if let Mail::Answer {
            reply: Ok(reply), ..
        } = &mut self.mail[place]
        {
            spoil(reply, chance);
        }
    }

    fn read_answer(&mut self, note: &Note, reply: &Result<Reply, WireFault>) {
        if note.life != self.life || self.server.is_none() {
            return;
        }
        let outcome = Counter::speaker().outcome(note.asked.kind, &note.order, note.amount, reply);
        self.hear(note.number, outcome);
    }

    fn hear(&mut self, number: u64, outcome: Outcome) {
        if let Some(note) = self.unheard.remove(&number) {
            self.mail.push(note.heard(outcome));
        }
    }

    fn write(&mut self, batch: &store::Batch) -> Result<Verdict, StoreFault> {
        if self.is_store_broken {
            return Err(StoreFault::Full);
        }
        self.book
            .commit(std::slice::from_ref(batch))
            .map(|mut verdicts| verdicts.remove(0))
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Commit { token, batch } => self.mail.push(Mail::ToStore { token, batch }),
                Output::Ask {
                    charge,
                    amount,
                    asked,
                    ask,
                } => {
                    self.assert_allowed(charge, asked.kind);
                    self.ask(charge, amount, asked, &ask);
                }
                Output::Answer { ticket, answer } => self.answered(ticket, answer),
                Output::Publish {
                    charge, history, ..
                } => self.assert_published(charge, &history),
                Output::Alarm { charge, what } => {
                    self.note(&format!("alarm {charge} {what}"));
                    assert_ne!(what, "money was taken after its end", "L4 at {charge}");
                }
            }
        }
    }

    fn ask(&mut self, charge: ChargeId, amount: Amount, asked: ledger::Asked, ask: &provider::Ask) {
        self.note(&format!("leaves {:?} {charge}", asked.kind));
        let note = Note {
            number: self.fresh_number(),
            life: self.life,
            charge,
            order: ask.order().clone(),
            amount,
            left_at: self.now,
            asked,
        };
        let request = Counter::speaker().request(ask, self.now);
        self.unheard.insert(note.number, note.clone());
        self.mail.push(Mail::ToBank { note, request });
    }

    /// L5: nothing leaves before its intent is durable, and `Pay` leaves once.
    fn assert_allowed(&mut self, charge: ChargeId, kind: AskKind) {
        let history = self.book.history(charge).expect("the store answers");
        assert!(!history.is_empty(), "L5: {kind:?} left before the intent");
        match kind {
            AskKind::Pay => {
                let left = self.pays.entry(charge.order_no()).or_default();
                *left += 1;
                assert_eq!(*left, 1, "L5: Pay left twice for {charge}");
            }
            AskKind::Query | AskKind::Refund | AskKind::RefundQuery => {}
            AskKind::Reverse => {
                let is_begun = |event: &Event| matches!(event.fact, Fact::ReverseBegun(_));
                assert!(
                    history.iter().any(is_begun),
                    "L5: reverse before its intent"
                );
            }
        }
    }

    /// L10: a screen is told only what is durable.
    fn assert_published(&self, charge: ChargeId, history: &[Event]) {
        let durable = self.book.history(charge).expect("the store answers");
        assert!(
            durable.starts_with(history),
            "L10: told what is not durable"
        );
        assert!(
            Charge::fold(history).is_ok(),
            "L7: a history that cannot be"
        );
    }

    /// L6: one key, one charge.
    fn answered(&mut self, ticket: Ticket, answer: Result<Answered, Refused>) {
        self.note(&format!("answer {answer:?}"));
        if let (Ok(answered), Some(key)) = (&answer, self.asked_by.get(&ticket)) {
            let known = *self.keys.entry(key.clone()).or_insert(answered.charge);
            assert_eq!(known, answered.charge, "L6: one key, two charges");
        }
        self.answers.insert(ticket, answer);
    }

    fn fresh_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub(crate) fn note(&mut self, line: &str) {
        self.trace
            .push(format!("{} {line}", self.now.ms_since(START)));
    }

    /// Every charge that the store knows.
    pub(crate) fn charges(&self) -> Vec<Charge> {
        let histories = self
            .book
            .list(1_000, None, None)
            .expect("the store answers");
        histories
            .iter()
            .map(|history| Charge::fold(history).expect("L7: a history that cannot be"))
            .collect()
    }

    /// Customers of this history who may be asked for a password.
    pub(crate) fn answer_prompts(&mut self, is_ok: bool) {
        let waiting: BTreeSet<Customer> = Customer::ALL.into_iter().collect();
        for customer in waiting {
            self.counter.confirm(customer, is_ok, self.now);
        }
    }
}

fn brief(input: &Input) -> String {
    match input {
        Input::Open { ask, .. } => format!("open {}", ask.key),
        Input::Cancel { charge, .. } => format!("cancel {charge}"),
        Input::Committed { verdict, .. } => format!("committed {verdict:?}"),
        Input::Heard {
            charge, outcome, ..
        } => format!("heard {charge} {outcome:?}"),
        Input::Refund { ask, .. } => format!("refund {} {}", ask.charge, ask.key),
        Input::HeardRefund {
            charge,
            refund,
            outcome,
            ..
        } => format!("heard {charge} {refund} {outcome:?}"),
        Input::Tick => "tick".to_owned(),
    }
}

fn spoil(reply: &mut Reply, chance: usize) {
    match chance {
        0 => reply.body.truncate(reply.body.len() / 2),
        1 => reply.body = b"<html>502 Bad Gateway</html>".to_vec(),
        2 => reply.status = 500,
        _ => {
            let text = String::from_utf8_lossy(&reply.body)
                .replace("\"total_amount\":\"", "\"total_amount\":\"9");
            reply.body = text.replace("\"sign\":\"", "\"sign\":\"A").into_bytes();
        }
    }
}

fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    let mut out = [0; 32];
    out.copy_from_slice(context.finish().as_ref());
    out
}
