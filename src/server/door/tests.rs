//! Goal: each answer of the door, and what makes it another. Method: a loop with nothing or one
//! charge in it, and ticks by hand.

use money::{Amount, ChargeId, PayCode, Stamp};
use wire::ProblemKind;

use super::awake::GAP_MS;
use super::{Door, Entry, Knock, LAST_WAIT_MS, Shutting, told};
use crate::drive::{DeskAsk, Drive, Input, Means, RefundDesk, Ticket};
use store::{Closing, StoreFault};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);
const BEGUN_MS: i64 = 7_000_000;
const AWAY: Entry = Entry::Away(ProblemKind::NotReady);

fn empty() -> Drive {
    Drive::take_up("shop", Vec::new(), NOW).0
}

fn ask(key: &str) -> DeskAsk {
    DeskAsk {
        key: key.to_owned(),
        fingerprint: [1; 32],
        mark: [2; 32],
        sale: "sale".to_owned(),
        amount: Amount::chargeable(100).expect("an amount"),
        means: Means::Scanned(PayCode::parse("281234567890123456").expect("a code")),
        device: "till".to_owned(),
        instalments: None,
        goods: None,
    }
}

fn refund() -> RefundDesk {
    RefundDesk {
        key: "back".to_owned(),
        fingerprint: [1; 32],
        charge: charge(),
        amount: Amount::chargeable(100).expect("an amount"),
        reason: String::new(),
        by: String::new(),
        history: Vec::new(),
    }
}

fn charge() -> ChargeId {
    ChargeId::fresh(NOW, [3; 16])
}

/// A loop in which a request with that key is on its way to the record.
fn opening(key: &str) -> Drive {
    let mut drive = empty();
    let input = Input::Open {
        ticket: Ticket(1),
        ask: ask(key),
        entropy: [3; 16],
    };
    drive.step(input, NOW);
    drive
}

#[test]
fn all_is_let_in_where_the_record_is_ours_alone() {
    let (door, drive) = (Door::open(false, BEGUN_MS), empty());
    let (ask, refund) = (ask("key"), refund());
    for knock in [
        Knock::Open(&ask),
        Knock::Refund(&refund),
        Knock::Cancel(charge()),
        Knock::Notice,
        Knock::Shelve,
    ] {
        assert_eq!(door.entry(knock, &drive, false), Entry::In, "{knock:?}");
    }
    assert!(!door.is_claim_due(i64::MAX));
}

#[test]
fn what_takes_or_gives_money_is_refused_right_after_a_sleep() {
    let (mut door, drive) = (Door::open(false, BEGUN_MS), empty());
    assert_eq!(door.note_awake(BEGUN_MS + GAP_MS), Some(GAP_MS));
    let (ask, refund) = (ask("key"), refund());
    assert_eq!(door.entry(Knock::Open(&ask), &drive, false), AWAY);
    assert_eq!(door.entry(Knock::Refund(&refund), &drive, false), AWAY);
    for knock in [Knock::Cancel(charge()), Knock::Notice, Knock::Shelve] {
        assert_eq!(door.entry(knock, &drive, false), Entry::In, "{knock:?}");
    }
}

#[test]
fn a_server_that_is_to_end_lets_nothing_in_and_closes_no_key() {
    let (mut door, drive) = (Door::open(true, BEGUN_MS), empty());
    assert!(!door.is_over(0, i64::MAX), "nobody asked it to end");
    door.close(BEGUN_MS);
    let ask = ask("key");
    for knock in [Knock::Open(&ask), Knock::Cancel(charge()), Knock::Notice] {
        assert_eq!(door.entry(knock, &drive, false), AWAY, "{knock:?}");
    }
    let shutting = door.shutting("key", &drive, BEGUN_MS);
    assert_eq!(shutting, Shutting::Say(Err(ProblemKind::NotReady)));
    assert!(door.is_over(0, BEGUN_MS), "nothing is on its way");
    assert!(!door.is_over(1, BEGUN_MS + LAST_WAIT_MS - 1));
    assert!(door.is_over(1, BEGUN_MS + LAST_WAIT_MS));
}

#[test]
fn wrong_keys_at_the_provider_keep_charges_out_but_not_the_repeat_of_one_under_way() {
    let (door, drive) = (Door::open(false, BEGUN_MS), opening("first"));
    let (first, other) = (ask("first"), ask("other"));
    let refused = Entry::Away(ProblemKind::ProviderRefuses);
    assert_eq!(door.entry(Knock::Open(&other), &drive, true), refused);
    assert_eq!(door.entry(Knock::Open(&first), &drive, true), Entry::In);
    assert_eq!(door.entry(Knock::Open(&other), &drive, false), Entry::In);
}

#[test]
fn a_charge_that_is_not_open_here_is_fetched_before_it_is_cancelled() {
    let (door, drive) = (Door::open(true, BEGUN_MS), empty());
    let cancel = Knock::Cancel(charge());
    assert_eq!(door.entry(cancel, &drive, false), Entry::Fetch);
    // Of a charge without a history nobody asks for money back.
    let refund = refund();
    assert_eq!(door.entry(Knock::Refund(&refund), &drive, false), Entry::In);
}

#[test]
fn a_key_is_closed_by_the_record_unless_a_request_with_it_is_being_written() {
    let mut door = Door::open(false, BEGUN_MS);
    let drive = opening("first");
    let unsure = Shutting::Say(Err(ProblemKind::NotReady));
    assert_eq!(door.shutting("first", &drive, BEGUN_MS), unsure);
    assert_eq!(door.shutting("other", &drive, BEGUN_MS), Shutting::Close);
    assert_eq!(told(Ok(Closing::Closed)), Ok(Closing::Closed));
    let unreadable = Err(ProblemKind::RecordUnreadable);
    assert_eq!(told(Err(StoreFault::Full)), unreadable);
}

#[test]
fn claims_are_renewed_at_once_then_every_five_seconds_and_sooner_on_news_of_others() {
    let (mut door, drive) = (Door::open(true, BEGUN_MS), empty());
    assert!(door.is_claim_due(BEGUN_MS));
    door.note_claim(BEGUN_MS);
    assert!(!door.is_claim_due(BEGUN_MS + 4_999));
    assert!(door.is_claim_due(BEGUN_MS + 5_000));
    door.note_abroad(charge(), &drive);
    assert!(
        !door.is_claim_due(BEGUN_MS + 4_999),
        "it is not open here, so nothing of ours is lost"
    );
    assert_eq!(door.note_unclaimed(), ProblemKind::RecordUnreadable);
    assert!(!door.is_claim_due(BEGUN_MS + 249));
    assert!(door.is_claim_due(BEGUN_MS + 250));
}
