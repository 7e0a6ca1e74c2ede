//! What a history tells of money that moved, and which charges belong to a day.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use ledger::{
    AskKind, Asked, Charge, Event, GivenSum, Opening, OrderTold, Outcome, PaidFacts, RefundOutcome,
    RefundReply, RefundWish, ReverseEnd, ReverseWhy, Way,
};
use money::{Amount, ChargeId, Provider, RefundNo, Stamp};
use provider::{Balance, Bill};
use store::{Batch, Book, KeyBinding, Verdict};
use wire::StateName;

use super::{Movement, What, charge_of_order, charges_of, ours};
use crate::archive::Archive;
use crate::books::compare::tests::payment;
use crate::books::tests::{bill, day};
use crate::books::{Books, BooksFault, DAY_MS, compared};

/// One charge over 12.50 and all that happened to it.
struct Told {
    charge: Charge,
    history: Vec<Event>,
    now: Stamp,
}

impl Told {
    fn opened(number: u8, now: Stamp) -> Self {
        let opening = Opening {
            id: ChargeId::fresh(now, [number; 16]),
            sale: format!("sale-{number}"),
            amount: Amount::from_fen(1_250).expect("an amount"),
            provider: Provider::Alipay,
            device: "till-1".to_owned(),
            way: Way::Scanned,
            instalments: None,
            goods: None,
        };
        let first = Charge::open(opening, now);
        Self {
            charge: first.charge,
            history: first.events,
            now,
        }
    }

    const fn asked(&self, kind: AskKind) -> Asked {
        Asked {
            kind,
            at: self.now,
            age_ms: 0,
        }
    }

    fn hear(mut self, kind: AskKind, outcome: Outcome) -> Self {
        let asked = self.asked(kind);
        let heard = self
            .charge
            .hear(asked, outcome, &ledger::plan::ALIPAY, self.now);
        let step = heard.expect("a legal move");
        self.charge = step.charge;
        self.history.extend(step.events);
        self
    }

    fn paid(self, paid_at: Option<Stamp>) -> Self {
        let facts = PaidFacts {
            order: self.charge.order_no(),
            provider_no: "2026".to_owned(),
            amount: self.charge.amount(),
            funding: Vec::new(),
            payer: None,
            paid_at,
            months: None,
        };
        self.hear(AskKind::Query, Outcome::Paid(facts))
    }

    fn reversed(mut self, end: ReverseEnd) -> Self {
        let step = self
            .charge
            .reverse(ReverseWhy::Cashier, self.now)
            .expect("may reverse");
        self.charge = step.charge;
        self.history.extend(step.events);
        self.hear(AskKind::Reverse, Outcome::Reversed(end))
    }

    fn refunded(mut self, no: RefundNo, fen: i64, at: Option<Stamp>) -> Self {
        let wish = RefundWish {
            no,
            amount: Amount::from_fen(fen).expect("an amount"),
            reason: String::new(),
            by: String::new(),
        };
        let step = self
            .charge
            .ask_refund(wish, self.now)
            .expect("less than paid");
        self.history.extend(step.events);
        let sum = GivenSum::Alone(Amount::from_fen(fen).expect("an amount"));
        let reply = RefundReply {
            kind: AskKind::RefundQuery,
            is_alone: true,
            order: OrderTold::Nothing,
            outcome: RefundOutcome::Given { sum, at },
        };
        let step = step
            .charge
            .hear_refund(no, reply, self.now)
            .expect("a legal move");
        self.charge = step.charge;
        self.history.extend(step.events);
        self
    }

    fn movements(&self) -> Vec<Movement> {
        ours(&self.history).expect("a history").movements
    }
}

#[test]
fn a_payment_and_its_refunds_are_movements_with_the_providers_times() {
    let (no, late) = (
        RefundNo::fresh(day(), [8; 16]),
        RefundNo::fresh(day(), [9; 16]),
    );
    let told = Told::opened(1, day())
        .paid(Some(day().plus_ms(7)))
        .refunded(no, 250, Some(day().plus_ms(9)))
        .refunded(late, 100, None);
    let movement = |what, fen, ms, is_exact| Movement {
        what,
        fen,
        at: day().plus_ms(ms),
        is_exact,
    };
    assert_eq!(
        told.movements(),
        [
            movement(What::Payment, 1_250, 7, true),
            movement(What::Refund(no), -250, 9, true),
            movement(What::Refund(late), -100, 0, false),
        ]
    );
    let told = ours(&told.history).expect("a history");
    assert_eq!(told.state, StateName::Paid);
}

#[test]
fn money_that_was_given_back_moved_twice_and_a_closed_order_moved_nothing() {
    let back = Told::opened(1, day()).reversed(ReverseEnd::GivenBack);
    let moved: Vec<_> = back
        .movements()
        .iter()
        .map(|one| (one.what, one.fen))
        .collect();
    assert_eq!(moved, [(What::Payment, 1_250), (What::Reversal, -1_250)]);
    let told = Outcome::Closed {
        is_given_back: true,
    };
    let elsewhere = Told::opened(1, day()).hear(AskKind::Query, told);
    assert_eq!(elsewhere.movements(), back.movements(), "whoever gave it");
    let closed = Told::opened(1, day()).reversed(ReverseEnd::Closed);
    assert_eq!(closed.movements(), []);
    let unpaid = Outcome::Closed {
        is_given_back: false,
    };
    assert_eq!(closed.hear(AskKind::Query, unpaid).movements(), []);
    assert_eq!(Told::opened(1, day()).movements(), []);
    assert_eq!(ours(&[]), None);
}

#[test]
fn only_our_own_numbers_are_charges() {
    let charge = ChargeId::fresh(day(), [1; 16]);
    assert_eq!(charge_of_order(charge.order_no().as_str()), Some(charge));
    for other in ["", "S", "other-program-1", "X01ARZ3NDEKTSV4RRFFQ69G5FAV"] {
        assert_eq!(charge_of_order(other), None, "{other}");
    }
}

/// A record of these charges, written in the order of their times.
fn archive(told: &[Told]) -> (Archive, std::path::PathBuf) {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("scantill-books-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let mut book = Book::open(&folder.join("book.db")).expect("a book");
    for one in told {
        for event in &one.history {
            let is_bound = matches!(event.fact.as_str(), "opened" | "refund-asked");
            let key = is_bound.then(|| KeyBinding {
                key: format!("{}-{}", event.charge, event.revision),
                fingerprint: [0; 32],
            });
            let batch = Batch {
                events: vec![event.clone()],
                key,
            };
            let verdicts = book.commit(&[batch]).expect("it is written");
            assert!(matches!(verdicts.as_slice(), [Verdict::Written { .. }]));
        }
    }
    let reader = book.reader().expect("a reader");
    (Archive::new(Box::new(reader)), folder)
}

#[tokio::test]
async fn a_day_has_what_moved_on_it_and_what_its_bill_names() {
    let at = |days: i64| day().plus_ms(days * DAY_MS + DAY_MS / 2);
    let no = RefundNo::fresh(day(), [8; 16]);
    let mut old_refunded = Told::opened(2, at(-40)).paid(None);
    let long_ago = Told::opened(1, at(-30)).paid(None);
    let before = Told::opened(3, at(-1)).paid(None);
    let on_it = Told::opened(4, at(0)).paid(None);
    let open = Told::opened(5, at(0));
    let after = Told::opened(6, at(3)).paid(None);
    let first = Told {
        charge: old_refunded.charge.clone(),
        history: old_refunded.history.clone(),
        now: old_refunded.now,
    };
    let asked_from = old_refunded.history.len();
    old_refunded.now = at(0);
    let refunded = old_refunded.refunded(no, 250, None);
    let id = refunded.charge.id();
    let later = Told {
        charge: refunded.charge,
        history: refunded
            .history
            .get(asked_from..)
            .unwrap_or_default()
            .to_vec(),
        now: at(0),
    };
    let named = long_ago.charge.id();
    let on_day = on_it.charge.id();
    let told = [first, long_ago, before, on_it, later, open, after];
    let (archive, folder) = archive(&told);
    let empty = bill(day(), day().plus_ms(DAY_MS));
    let found = charges_of(&archive, &empty, day()).await.expect("it reads");
    let mut expect = vec![id, on_day];
    expect.sort();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), expect);
    let naming = Bill {
        lines: vec![payment(named, 1_250)],
        ..empty
    };
    let found = charges_of(&archive, &naming, day())
        .await
        .expect("it reads");
    expect.push(named);
    expect.sort();
    assert_eq!(found.keys().copied().collect::<Vec<_>>(), expect);
    // What is left behind in the temporary folder harms nobody.
    let _ = std::fs::remove_dir_all(folder);
}

/// Bills of two days, the first of which has this charge; the second is made or not.
struct Bills {
    first: ChargeId,
    asked: std::sync::Mutex<Vec<Stamp>>,
}

impl Books for Bills {
    fn balance(&self) -> BoxFuture<'_, Result<Balance, BooksFault>> {
        async { Err(BooksFault::Busy) }.boxed()
    }

    fn bill(&self, from: Stamp) -> BoxFuture<'_, Result<Bill, BooksFault>> {
        let mut asked = self.asked.lock().expect("no panic before");
        asked.push(from);
        let is_first = from == day();
        let lines = if is_first {
            vec![payment(self.first, 1_250)]
        } else {
            Vec::new()
        };
        let made = Bill {
            lines,
            ..bill(from, from.plus_ms(DAY_MS))
        };
        let told = if from < day() {
            Err(BooksFault::NotMade)
        } else {
            Ok(made)
        };
        async { told }.boxed()
    }
}

#[tokio::test]
async fn a_payment_a_second_before_midnight_that_is_heard_a_second_after_it_is_of_the_day_before() {
    let midnight = day().plus_ms(DAY_MS);
    for paid_at in [Some(midnight.plus_ms(-1_000)), None] {
        let mut told = Told::opened(1, midnight.plus_ms(-1_500));
        told.now = midnight.plus_ms(1_000);
        let told = told.paid(paid_at);
        let books = Bills {
            first: told.charge.id(),
            asked: std::sync::Mutex::default(),
        };
        let (archive, folder) = archive(&[told]);
        let first = compared(&books, &archive, "first", day()).await;
        let first = first.expect("both are read");
        assert_eq!((first.matched, first.differences), (1, 0));
        let second = compared(&books, &archive, "second", midnight).await;
        let second = second.expect("both are read");
        assert_eq!((second.matched, second.differences), (0, 0));
        let asked = books.asked.lock().expect("no panic before").clone();
        assert_eq!(asked, [day(), midnight, day()], "the second day reads both");
        // What is left behind in the temporary folder harms nobody.
        let _ = std::fs::remove_dir_all(folder);
    }
}

#[tokio::test]
async fn what_no_bill_has_is_told_also_when_the_day_before_had_no_sales() {
    let told = Told::opened(1, day()).paid(None);
    let other = ChargeId::fresh(day(), [9; 16]);
    let books = Bills {
        first: other,
        asked: std::sync::Mutex::default(),
    };
    let (archive, folder) = archive(&[told]);
    let view = compared(&books, &archive, "first", day()).await;
    let view = view.expect("it is read");
    assert_eq!((view.only_ours.len(), view.only_provider.len()), (1, 1));
    // What is left behind in the temporary folder harms nobody.
    let _ = std::fs::remove_dir_all(folder);
}
