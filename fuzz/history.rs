//! Histories: any moves in any order, judged by the laws of a charge; and rows as anybody may have
//! written them.

mod refund;

use ledger::plan::ALIPAY;
use ledger::{
    AskKind, Asked, Cause, Charge, Chase, Doubt, Effect, Event, Fact, FoldError, Funding, Opening,
    Outcome, PaidFacts, Refusal, ReverseEnd, ReverseWhy, State, Step, Way,
};
use money::{Amount, ChargeId, FeeOn, Instalments, Months, OrderNo, Provider, Stamp};
use store::row::{read_fact, write_fact};

use super::Choices;

/// Longest history in moves.
const MOVES_MAX: usize = 64;
const START: Stamp = Stamp::from_ms(1_790_000_000_000);
const FEN: i64 = 1_250;
/// A plan of instalments.
const THREE: Instalments = Instalments {
    months: Months::Three,
    fee_on: FeeOn::Shop,
};

/// One charge and all that happened to it.
struct Life {
    charge: Charge,
    events: Vec<Event>,
    chase: Chase,
    now: Stamp,
}

/// A move, kept to be judged.
struct Heard {
    asked: Asked,
    outcome: Outcome,
}

/// The bytes are the moves; after each the laws are checked.
pub(crate) fn history(bytes: &[u8]) {
    for way in [Way::Scanned, Way::Shown] {
        live(way, None, bytes);
    }
    live(Way::Scanned, Some(THREE), bytes);
}

fn live(way: Way, plan: Option<Instalments>, bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let mut life = opened(way, plan);
    for _ in 0..MOVES_MAX {
        if choices.is_empty() {
            break;
        }
        life.now = life.now.plus_ms(i64::from(choices.byte()) * 500);
        one_move(&mut life, &mut choices);
        check_plan(&mut life);
    }
    check_whole(&life);
}

fn opened(way: Way, instalments: Option<Instalments>) -> Life {
    let opening = Opening {
        id: ChargeId::fresh(START, [9; 16]),
        sale: "sale-1".to_owned(),
        amount: Amount::from_fen(FEN).expect("an amount"),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way,
        instalments,
        goods: None,
    };
    let Step { charge, events } = Charge::open(opening, START);
    assert_eq!(events.len(), 1);
    Life {
        charge,
        events,
        chase: Chase::begun(START),
        now: START,
    }
}

fn one_move(life: &mut Life, choices: &mut Choices<'_>) {
    let before = life.charge.clone();
    let now = life.now;
    let what = choices.byte() % 12;
    if what < 5 {
        let heard = heard(choices, before.way(), now);
        let step = before
            .clone()
            .hear(heard.asked, heard.outcome.clone(), &ALIPAY, now);
        let after = take(life, step.ok());
        judge_hearing(&before, &after, &heard);
        return;
    }
    let step = match what {
        8 | 9 => return drop(take(life, refund::ask(before, choices, now))),
        10 | 11 => return drop(take(life, refund::hear(before, choices, now).ok())),
        5 => before.clone().sent(now),
        6 => before.clone().recover(now),
        _ => {
            let why = choices.of_all(&[ReverseWhy::Deadline, ReverseWhy::Cashier]);
            before.clone().reverse(why, now)
        }
    };
    let after = take(life, step.ok());
    let is_moved = after.state() != before.state();
    assert!(
        !is_moved || !after.state().is_end(),
        "only the provider's word ends a charge"
    );
}

/// Makes a step part of the life; a refused move leaves all as it was.
fn take(life: &mut Life, step: Option<Step>) -> Charge {
    let Some(Step { charge, events }) = step else {
        return life.charge.clone();
    };
    for (event, revision) in events.iter().zip(life.charge.revision() + 1..) {
        assert_eq!(event.charge, charge.id());
        assert_eq!(event.revision, revision, "revisions follow each other");
        assert_eq!(event.at, life.now);
    }
    let is_end = life.charge.state().is_end();
    let is_refund = |event: &Event| event.fact.as_str().starts_with("refund-");
    assert!(
        !is_end || events.iter().all(is_refund),
        "an end does not move"
    );
    life.events.extend(events);
    assert_eq!(
        Charge::fold(&life.events).as_ref(),
        Ok(&charge),
        "what happened folds to where it stands"
    );
    refund::check(&charge);
    assert_eq!(charge.amount().fen(), FEN);
    assert_eq!(charge.opened_at(), START);
    life.charge = charge.clone();
    charge
}

/// What the provider said, against where the charge went.
fn judge_hearing(before: &Charge, after: &Charge, heard: &Heard) {
    if before.state() == after.state() {
        return;
    }
    let was_reversing = matches!(before.state(), State::Reversing { .. });
    let kind = heard.asked.kind;
    match after.state() {
        State::Paid(facts) => {
            assert!(
                !was_reversing,
                "a reverse that has begun never ends in paid"
            );
            assert_eq!(heard.outcome, Outcome::Paid(facts.clone()));
            assert_eq!(facts.order, after.order_no());
            assert_eq!(facts.amount, after.amount());
            let plan = after.instalments().zip(facts.months);
            assert!(plan.is_none_or(|(plan, told)| plan.months.count() == told));
        }
        State::Refused(_) => {
            let is_by_pay = matches!(kind, AskKind::Pay | AskKind::Precreate)
                && matches!(
                    heard.outcome,
                    Outcome::Refused(_) | Outcome::Unknown(Doubt::Unreachable)
                );
            let is_by_query = kind == AskKind::Query
                && !was_reversing
                && matches!(
                    heard.outcome,
                    Outcome::Closed {
                        is_given_back: false
                    }
                );
            assert!(is_by_pay || is_by_query, "refused by {:?}", heard.outcome);
        }
        State::Reversed { end, .. } => {
            let is_elsewhere = kind == AskKind::Query
                && *end == ReverseEnd::GivenBack
                && matches!(
                    heard.outcome,
                    Outcome::Closed {
                        is_given_back: true
                    }
                );
            assert!(
                was_reversing || is_elsewhere,
                "only a reverse that has begun ends so, or money that somebody gave back"
            );
            let is_nothing = *end == ReverseEnd::Nothing;
            assert!(
                !is_nothing || is_gone(before, heard),
                "absent proves nothing yet"
            );
            let is_said = matches!(heard.outcome, Outcome::Reversed(_) | Outcome::Closed { .. });
            assert!(is_said || (is_nothing && heard.outcome == Outcome::Absent));
        }
        State::Reversing { .. } => panic!("no answer begins a reverse"),
        State::Opened | State::Sent => panic!("no answer goes back to the beginning"),
        State::Waiting | State::Unknown(_) => assert!(!was_reversing),
    }
}

/// Whether "no such order" leaves nothing that could still be paid.
fn is_gone(before: &Charge, heard: &Heard) -> bool {
    let age_ms = heard.asked.age_ms;
    let is_done = matches!(heard.outcome, Outcome::Reversed(_));
    match before.way() {
        Way::Scanned => age_ms >= ALIPAY.code_dead_after_ms,
        Way::Shown => {
            let is_dead = age_ms >= ALIPAY.show_ms + ALIPAY.show_margin_ms;
            let is_by_reverse = is_done || heard.asked.kind == AskKind::Reverse;
            let is_unseen = before.shown().is_none() && is_by_reverse;
            is_dead || is_unseen
        }
    }
}

fn heard(choices: &mut Choices<'_>, way: Way, now: Stamp) -> Heard {
    let first = match way {
        Way::Scanned => AskKind::Pay,
        Way::Shown => AskKind::Precreate,
    };
    let kind = choices.of_all(&[first, AskKind::Query, AskKind::Reverse]);
    let asked = Asked {
        kind,
        at: now,
        age_ms: i64::from(choices.byte()) * 1_000,
    };
    let outcome = match choices.byte() % 8 {
        0 | 1 => Outcome::Paid(paid(choices)),
        2 if kind == AskKind::Precreate => Outcome::Shown(format!("https://{}", choices.byte())),
        2 => Outcome::Waiting,
        3 => Outcome::Refused(Refusal {
            cause: choices.of_all(&Cause::ALL),
            code: String::from_utf8_lossy(&[choices.byte(), choices.byte()]).into_owned(),
            text: String::new(),
        }),
        4 => Outcome::Absent,
        5 => Outcome::Closed {
            is_given_back: choices.is_true(),
        },
        6 => {
            let ends = [
                ReverseEnd::Closed,
                ReverseEnd::GivenBack,
                ReverseEnd::Nothing,
            ];
            Outcome::Reversed(choices.of_all(&ends))
        }
        _ => Outcome::Unknown(choices.of_all(&Doubt::ALL)),
    };
    Heard { asked, outcome }
}

/// A success, ours or with another sum or another order.
fn paid(choices: &mut Choices<'_>) -> PaidFacts {
    let odd = choices.byte();
    let own = ChargeId::fresh(START, [9; 16]).order_no();
    let foreign = OrderNo::parse("S0").expect("an order number");
    let fen = if odd % 8 == 1 { FEN + 1 } else { FEN };
    PaidFacts {
        order: if odd % 8 == 2 { foreign } else { own },
        provider_no: format!("{}\n\\\0", odd / 8),
        amount: Amount::from_fen(fen).expect("an amount"),
        funding: (0..odd / 64)
            .map(|part| Funding {
                channel: "PCREDIT".to_owned(),
                amount: Amount::from_fen(i64::from(part)).expect("an amount"),
            })
            .collect(),
        payer: odd.is_multiple_of(3).then(|| "159****5620".to_owned()),
        paid_at: odd.is_multiple_of(5).then_some(START),
        months: [Some(3), Some(12), None][usize::from(odd % 3)],
    }
}

/// Whatever happened, there is a next thing to do until the end, and none after it.
fn check_plan(life: &mut Life) {
    let effect = ALIPAY.next(&life.charge, life.chase, life.now);
    let is_end = life.charge.state().is_end();
    assert_eq!(
        effect == Effect::Rest,
        is_end,
        "an open charge is never left alone"
    );
    match effect {
        Effect::Ask(kind) => {
            let is_first = matches!(kind, AskKind::Pay | AskKind::Precreate);
            assert!(!is_first, "what makes an order leaves once");
            let is_reversing = matches!(life.charge.state(), State::Reversing { .. });
            assert!(
                kind != AskKind::Reverse || is_reversing,
                "durable before it leaves"
            );
            life.chase = life.chase.asked(kind, life.now).answered();
        }
        Effect::Wait(until) => assert!(until > life.now, "a wait is for what is to come"),
        Effect::Rest => assert!(!ALIPAY.is_overdue(&life.charge, life.chase, life.now)),
    }
}

/// The rows read back equal, and a history with an event left out is not one.
fn check_whole(life: &Life) {
    let mut link = [0; 32];
    for event in &life.events {
        let (name, text) = write_fact(&event.fact);
        assert_eq!(read_fact(name, &text).as_ref(), Ok(&event.fact));
        let next = ledger::link(&link, event);
        assert_ne!(next, link);
        link = next;
    }
    for left_out in 0..life.events.len().saturating_sub(1) {
        let mut torn = life.events.clone();
        torn.remove(left_out);
        let folded = Charge::fold(&torn);
        assert!(
            matches!(folded, Err(FoldError::NotOpened | FoldError::Gap(_))),
            "event {left_out} is missed by nobody"
        );
    }
    let mut doubled = life.events.clone();
    doubled.extend(life.events.last().cloned());
    assert!(Charge::fold(&doubled).is_err(), "an event counts once");
}

/// The first line names the fact, the rest is its text: what is read is written so again.
pub(crate) fn row(bytes: &[u8]) {
    let whole = String::from_utf8_lossy(bytes);
    let (name, text) = whole.split_once('\n').unwrap_or((&whole, ""));
    if let Ok(fact) = read_fact(name, text) {
        assert_eq!(write_fact(&fact), (fact.as_str(), text.to_owned()));
        assert_eq!(fact.as_str(), name);
        if let Fact::Opened(opened) = &fact {
            assert!(opened.amount.fen() >= 0);
        }
    }
}
