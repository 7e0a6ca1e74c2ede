//! Charges, folders and facts for the tests of this room, and the laws on both kinds of record.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use ledger::{
    AskKind, Asked, Cause, Charge, Doubt, Event, Fact, Funding, GivenSum, Opened, Opening,
    OrderTold, Outcome, PaidFacts, RefundOutcome, RefundReply, RefundWish, Refusal, ReverseEnd,
    ReverseWhy, Step, Way,
};
use money::{Amount, ChargeId, Instalments, Provider, RefundNo, Stamp};
use sale::Catalogue;

use crate::laws::{self, Backend, item};
use crate::{Batch, Book, Closing, KeyBinding, Read, Reader, Shelving, StoreFault, Trace, Verdict};

/// A folder of its own for one test, gone afterwards.
pub(crate) struct Scratch(PathBuf);

static SCRATCHES: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    pub(crate) fn make() -> Self {
        let number = SCRATCHES.fetch_add(1, Ordering::Relaxed);
        // In memory where the system has it: these tests sync thousands of times.
        let memory = Path::new("/dev/shm");
        let parent = if memory.is_dir() {
            memory.to_owned()
        } else {
            env::temp_dir()
        };
        let folder = parent.join(format!("scantill-store-{}-{number}", process::id()));
        fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn record(&self) -> PathBuf {
        self.file("scantill.db")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// The moment of the n-th charge; later numbers are later charges.
pub(crate) fn moment(number: u32) -> Stamp {
    Stamp::from_ms(1_795_312_800_000 + i64::from(number) * 1_000)
}

pub(crate) fn charge_id(number: u32) -> ChargeId {
    ChargeId::fresh(moment(number), [7; 16])
}

/// The n-th charge, of that sale, under the key `key-n`.
pub(crate) fn open(number: u32, sale: &str, device: &str) -> (Charge, Batch) {
    let opening = Opening {
        id: charge_id(number),
        sale: sale.to_owned(),
        amount: Amount::chargeable(1_250).expect("an amount"),
        provider: Provider::Alipay,
        device: device.to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    let step = Charge::open(opening, moment(number));
    let key = KeyBinding {
        key: format!("key-{number}"),
        fingerprint: [u8::try_from(number % 251).expect("below 251"); 32],
    };
    (
        step.charge,
        Batch {
            events: step.events,
            key: Some(key),
        },
    )
}

/// The batch for a charge's next fact.
pub(crate) fn next(charge: &Charge, fact: Fact) -> (Charge, Batch) {
    let event = Event {
        charge: charge.id(),
        revision: charge.revision() + 1,
        at: charge
            .opened_at()
            .plus_ms(i64::from(charge.revision()) * 10),
        fact,
    };
    let batch = Batch {
        events: vec![event.clone()],
        key: None,
    };
    // Folds the way a caller would who has heard the provider.
    let step = match &event.fact {
        Fact::Sent => charge.clone().sent(event.at),
        Fact::ReverseBegun(why) => charge.clone().reverse(*why, event.at),
        Fact::ReturnBegun { .. }
        | Fact::RefundAsked { .. }
        | Fact::RefundGiven { .. }
        | Fact::RefundRefused { .. }
        | Fact::RefundDoubted { .. } => panic!("asked for and heard of by `refund`"),
        Fact::Opened(_)
        | Fact::Waiting
        | Fact::Shown { .. }
        | Fact::Doubted(_)
        | Fact::Paid(_)
        | Fact::Refused(_)
        | Fact::PaidWhileReversing(_)
        | Fact::Reversed(_) => Ok(told(charge, &event)),
    };
    (step.expect("a legal move").charge, batch)
}

/// The batch that asks for a refund under the key `refund-n`, and the refund's number.
pub(crate) fn ask_refund(charge: &Charge, number: u8, fen: i64) -> (Charge, Batch, RefundNo) {
    let at = moment(100 + u32::from(number));
    let no = RefundNo::fresh(at, [number; 16]);
    let wish = RefundWish {
        no,
        amount: Amount::chargeable(fen).expect("an amount"),
        reason: "换货".to_owned(),
        by: "till-1".to_owned(),
    };
    let step = charge
        .clone()
        .ask_refund(wish, at)
        .expect("an allowed refund");
    let key = KeyBinding {
        key: format!("refund-{number}"),
        fingerprint: [number; 32],
    };
    let batch = Batch {
        events: step.events,
        key: Some(key),
    };
    (step.charge, batch, no)
}

/// The batch that tells what became of a refund.
pub(crate) fn hear_refund(
    charge: &Charge,
    no: RefundNo,
    outcome: RefundOutcome,
) -> (Charge, Batch) {
    let reply = RefundReply {
        kind: AskKind::Refund,
        is_alone: true,
        order: OrderTold::Nothing,
        outcome,
    };
    let step = charge.clone().hear_refund(no, reply, moment(200));
    let step = step.expect("a legal move");
    (
        step.charge,
        Batch {
            events: step.events,
            key: None,
        },
    )
}

/// The provider has given the refund's own sum back.
pub(crate) fn given(charge: &Charge, no: RefundNo) -> RefundOutcome {
    let refund = charge.refund(no).expect("a refund of the charge");
    RefundOutcome::Given {
        sum: GivenSum::Alone(refund.amount),
        at: Some(moment(199)),
    }
}

fn told(charge: &Charge, event: &Event) -> Step {
    let (kind, outcome) = match &event.fact {
        Fact::Waiting => (AskKind::Query, Outcome::Waiting),
        Fact::Shown { code } => (AskKind::Precreate, Outcome::Shown(code.clone())),
        Fact::Doubted(doubt) => (AskKind::Query, Outcome::Unknown(*doubt)),
        Fact::Paid(facts) | Fact::PaidWhileReversing(facts) => {
            (AskKind::Query, Outcome::Paid(facts.clone()))
        }
        Fact::Refused(refusal) => (AskKind::Pay, Outcome::Refused(refusal.clone())),
        Fact::Reversed(end) => (AskKind::Reverse, Outcome::Reversed(*end)),
        Fact::Opened(_)
        | Fact::Sent
        | Fact::ReverseBegun(_)
        | Fact::ReturnBegun { .. }
        | Fact::RefundAsked { .. }
        | Fact::RefundGiven { .. }
        | Fact::RefundRefused { .. }
        | Fact::RefundDoubted { .. } => panic!("not heard of a provider"),
    };
    let asked = Asked {
        kind,
        at: event.at,
        age_ms: 0,
    };
    let step = charge
        .clone()
        .hear(asked, outcome, &ledger::plan::ALIPAY, event.at);
    step.expect("a legal move")
}

pub(crate) fn paid(charge: &Charge) -> PaidFacts {
    let half = Amount::from_fen(625).expect("an amount");
    let part = |channel: &str| Funding {
        channel: channel.to_owned(),
        amount: half,
    };
    PaidFacts {
        order: charge.order_no(),
        provider_no: "2026112222001".to_owned(),
        amount: charge.amount(),
        funding: vec![part("PCREDIT"), part("ALIPAYACCOUNT")],
        payer: Some("159****5620".to_owned()),
        paid_at: Some(moment(1)),
        months: None,
    }
}

pub(crate) fn refused() -> Fact {
    Fact::Refused(Refusal {
        cause: Cause::NoMoney,
        code: "ACQ.BUYER_BALANCE_NOT_ENOUGH".to_owned(),
        text: "余额不足".to_owned(),
    })
}

fn refusal(text: &str) -> Refusal {
    Refusal {
        cause: Cause::Merchant,
        code: text.to_owned(),
        text: text.to_owned(),
    }
}

/// Every fact about a refund, with this text wherever one can stand.
fn refund_facts(text: &str) -> Vec<Fact> {
    let no = RefundNo::fresh(moment(3), [9; 16]);
    let mut facts = vec![
        Fact::RefundAsked {
            no,
            amount: Amount::MAX,
            reason: text.to_owned(),
            by: text.to_owned(),
        },
        Fact::RefundRefused {
            no,
            refusal: refusal(text),
        },
        Fact::ReturnBegun {
            no,
            refusal: refusal(text),
        },
    ];
    facts.extend(Doubt::ALL.map(|doubt| Fact::RefundDoubted { no, doubt }));
    facts.extend([None, Some(moment(4))].map(|at| Fact::RefundGiven { no, at }));
    facts
}

/// An opening for every wallet and by every way to pay.
fn openings() -> Vec<Fact> {
    let mut facts = Vec::new();
    for provider in [Provider::Alipay, Provider::Wechat, Provider::Unionpay] {
        for way in [Way::Scanned, Way::Shown] {
            facts.push(Fact::Opened(Opened {
                sale: "s".to_owned(),
                amount: Amount::MAX,
                provider,
                device: "d".to_owned(),
                way,
                instalments: None,
                goods: None,
            }));
        }
    }
    facts.extend(instalment_openings());
    facts.extend(["", "450\t2\t0\ttea\t茶\ntotal\t900\t0", "a\0b\\"].map(with_goods));
    facts
}

/// An opening for every plan of instalments, by either way to pay.
fn instalment_openings() -> impl Iterator<Item = Fact> {
    Instalments::all().flat_map(|plan| {
        [Way::Scanned, Way::Shown].map(|way| {
            Fact::Opened(Opened {
                sale: "s".to_owned(),
                amount: Amount::MAX,
                provider: Provider::Alipay,
                device: "d".to_owned(),
                way,
                instalments: Some(plan),
                goods: None,
            })
        })
    })
}

/// An opening that says what is sold.
fn with_goods(text: &str) -> Fact {
    Fact::Opened(Opened {
        sale: "s".to_owned(),
        amount: Amount::MAX,
        provider: Provider::Alipay,
        device: "d".to_owned(),
        way: Way::Shown,
        instalments: None,
        goods: Some(text.to_owned()),
    })
}

/// An opening by names that are awkward to keep.
fn named(text: &str) -> Fact {
    Fact::Opened(Opened {
        sale: text.to_owned(),
        amount: Amount::ZERO,
        provider: Provider::Alipay,
        device: text.to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    })
}

/// Every fact with every name that can stand in it, and with texts that are awkward to keep.
pub(crate) fn every_fact() -> Vec<Fact> {
    let (charge, _) = open(1, "sale", "till");
    let texts = [
        "",
        " ",
        "=",
        "a=b",
        "\\",
        "\\n",
        "\n",
        "\r\n",
        "\0",
        "花呗 🧧",
        "payer=1\npart=2",
    ];
    let mut facts = vec![Fact::Sent, Fact::Waiting];
    facts.extend(Doubt::ALL.map(Fact::Doubted));
    facts.extend(
        [
            ReverseWhy::Deadline,
            ReverseWhy::Cashier,
            ReverseWhy::CodeLost,
        ]
        .map(Fact::ReverseBegun),
    );
    let ends = [
        ReverseEnd::Closed,
        ReverseEnd::GivenBack,
        ReverseEnd::Nothing,
    ];
    facts.extend(ends.map(Fact::Reversed));
    for cause in Cause::ALL {
        facts.push(Fact::Refused(Refusal {
            cause,
            code: "C".to_owned(),
            text: "t".to_owned(),
        }));
    }
    facts.extend(openings());
    for text in texts.map(str::to_owned) {
        facts.extend(refund_facts(&text));
        facts.push(Fact::Shown { code: text.clone() });
        facts.push(named(&text));
        let (code, cause) = (text.clone(), Cause::Risk);
        facts.push(Fact::Refused(Refusal {
            cause,
            code,
            text: text.clone(),
        }));
        let mut facts_of = paid(&charge);
        facts_of.provider_no.clone_from(&text);
        facts_of.funding[1].channel.clone_from(&text);
        facts_of.payer = Some(text);
        facts.push(Fact::Paid(facts_of.clone()));
        facts.push(Fact::PaidWhileReversing(facts_of.clone()));
        facts_of.payer = None;
        facts.push(Fact::Paid(facts_of.clone()));
        facts_of.paid_at = None;
        facts_of.funding.clear();
        facts.push(Fact::Paid(facts_of.clone()));
        facts_of.months = Some(12);
        facts.push(Fact::Paid(facts_of));
    }
    facts
}

/// Writes batches and expects every one to be written.
pub(crate) fn write(book: &mut impl crate::Backend, batches: &[Batch]) {
    let verdicts = book.commit(batches).expect("a record that takes writes");
    for verdict in verdicts {
        assert!(matches!(verdict, Verdict::Written { .. }), "{verdict:?}");
    }
}

/// A small record: a paid, a refused, a reversed and a waiting charge; fourteen events.
pub(crate) fn fill(book: &mut impl crate::Backend) {
    let (one, opened) = open(1, "sale-1", "till-1");
    let (one, sent) = next(&one, Fact::Sent);
    let (_, paid) = next(&one, Fact::Paid(paid(&one)));
    write(book, &[opened, sent, paid]);
    let (two, opened) = open(2, "sale-2", "till-2");
    let (_, refused) = next(&two, refused());
    write(book, &[opened, refused]);
    let (three, opened) = open(3, "sale-2", "till-2");
    let (three, sent) = next(&three, Fact::Sent);
    let (three, doubt) = next(&three, Fact::Doubted(Doubt::Lost));
    let (three, begun) = next(&three, Fact::ReverseBegun(ReverseWhy::Cashier));
    let (three, late) = next(&three, Fact::PaidWhileReversing(self::paid(&three)));
    let (_, gone) = next(&three, Fact::Reversed(ReverseEnd::GivenBack));
    write(book, &[opened, sent, doubt, begun, late, gone]);
    let (four, opened) = open(4, "sale-2", "till-1");
    let (four, sent) = next(&four, Fact::Sent);
    let (_, waiting) = next(&four, Fact::Waiting);
    write(book, &[opened, sent, waiting]);
    let shop = Catalogue::default().with(item("tea", "奶茶 🧋\\t", 1_200));
    let shelving = book.shelve(&shop.expect("room"));
    assert_eq!(shelving, Ok(Shelving::Written));
}

/// A record in a file that is read on another connection than it is written on.
struct Filed {
    book: Book,
    reader: Reader,
    _scratch: Scratch,
}

impl Filed {
    fn make() -> Self {
        let scratch = Scratch::make();
        let book = Book::open(&scratch.record()).expect("a fresh record");
        let reader = book.reader().expect("a reader");
        Self {
            book,
            reader,
            _scratch: scratch,
        }
    }
}

impl Backend for Book {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        self.commit(batches)
    }

    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        self.close(keys, now)
    }

    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        self.shelve(next)
    }
}

impl Backend for Filed {
    fn commit(&mut self, batches: &[Batch]) -> Result<Vec<Verdict>, StoreFault> {
        self.book.commit(batches)
    }

    fn close(&mut self, keys: &[String], now: Stamp) -> Result<Vec<Closing>, StoreFault> {
        self.book.close(keys, now)
    }

    fn shelve(&mut self, next: &Catalogue) -> Result<Shelving, StoreFault> {
        self.book.shelve(next)
    }
}

impl Read for Filed {
    fn history(&self, charge: ChargeId) -> Result<Vec<Event>, StoreFault> {
        self.reader.history(charge)
    }

    fn by_key(&self, key: &str) -> Result<Option<(ChargeId, [u8; 32])>, StoreFault> {
        self.reader.by_key(key)
    }

    fn list(
        &self,
        limit: u32,
        before: Option<ChargeId>,
        device: Option<&str>,
    ) -> Result<Vec<Vec<Event>>, StoreFault> {
        self.reader.list(limit, before, device)
    }

    fn open_charges(&self) -> Result<Vec<Vec<Event>>, StoreFault> {
        self.reader.open_charges()
    }

    fn last_seq(&self) -> Result<u64, StoreFault> {
        self.reader.last_seq()
    }

    fn traces(&self, behind: u64, limit: u32) -> Result<Vec<Trace>, StoreFault> {
        self.reader.traces(behind, limit)
    }

    fn moved_since(&self, seq: u64) -> Result<Vec<(u64, Vec<Event>)>, StoreFault> {
        self.reader.moved_since(seq)
    }

    fn catalogue(&self, revision: Option<u64>) -> Result<Option<Catalogue>, StoreFault> {
        self.reader.catalogue(revision)
    }
}

#[test]
fn the_laws_hold_in_memory() {
    laws::hold(Book::in_memory);
}

#[test]
fn the_laws_hold_in_a_file_read_by_another_connection() {
    laws::hold(Filed::make);
}
