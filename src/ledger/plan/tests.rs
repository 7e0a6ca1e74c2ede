//! When the provider is asked, and that asking never ends before the charge does.

use std::collections::BTreeSet;

use money::{Amount, ChargeId, Provider, Stamp};

use super::{ALIPAY, Chase};
use crate::charge::{Charge, Opening};
use crate::effect::{AskKind, Effect};
use crate::event::{ReverseWhy, Way};
use crate::outcome::{Cause, Doubt, Outcome, Refusal};

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn doubted() -> Charge {
    doubted_by([5; 16])
}

/// A charge whose letters come of this chance.
fn doubted_by(chance: [u8; 16]) -> Charge {
    let opening = Opening {
        id: ChargeId::fresh(NOW, chance),
        sale: "s".to_owned(),
        amount: Amount::MAX,
        provider: Provider::Alipay,
        device: "d".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, NOW)
        .charge
        .recover(NOW)
        .expect("always")
        .charge
}

#[test]
fn a_charge_in_doubt_is_asked_for_at_once_and_then_every_three_seconds() {
    let charge = doubted();
    let fresh = Chase::begun(NOW);
    assert_eq!(
        ALIPAY.next(&charge, fresh, NOW),
        Effect::Ask(AskKind::Query)
    );
    let asked = fresh.asked(AskKind::Query, NOW).answered();
    assert_eq!(
        ALIPAY.next(&charge, asked, NOW),
        Effect::Wait(NOW.plus_ms(3_000))
    );
    assert_eq!(
        ALIPAY.next(&charge, asked, NOW.plus_ms(3_000)),
        Effect::Ask(AskKind::Query)
    );
}

/// From each question to the next, when each is answered so.
fn pauses(mut chase: Chase, outcome: &Outcome) -> Vec<i64> {
    let (charge, mut now, mut pauses) = (doubted(), NOW, Vec::new());
    for _ in 0..20 {
        chase = chase.asked(AskKind::Query, now).heard(outcome);
        let Effect::Wait(due) = ALIPAY.next(&charge, chase, now) else {
            unreachable!("a pause follows")
        };
        pauses.push(due.ms_since(now));
        now = due;
    }
    pauses
}

#[test]
fn a_charge_is_asked_for_less_and_less_often_only_while_nothing_can_be_decided() {
    let (unsent, lost) = (
        Outcome::Unknown(Doubt::Unreachable),
        Outcome::Unknown(Doubt::Lost),
    );
    let (opened, taken_up) = (Chase::begun(NOW), Chase::taken_up(NOW));
    for found in [
        pauses(opened, &unsent),
        pauses(taken_up, &unsent),
        pauses(taken_up, &lost),
    ] {
        assert_eq!(found[..3], [3_000; 3], "{found:?}");
        assert!(found[2..8].is_sorted(), "{found:?}");
        let rest = &found[7..];
        assert!(rest.iter().all(|pause| (60_000..72_000).contains(pause)));
    }
    assert_eq!(pauses(opened, &lost), [3_000; 20]);
    assert_eq!(pauses(taken_up, &Outcome::Waiting), [3_000; 20]);
    let mut back = opened;
    for _ in 0..9 {
        back = back.asked(AskKind::Query, NOW).heard(&unsent);
    }
    assert_eq!(pauses(back, &lost), [3_000; 20], "it is heard again");
}

#[test]
fn charges_that_are_cut_off_together_spread_their_rare_questions_over_seconds() {
    let unsent = Outcome::Unknown(Doubt::Unreachable);
    let mut chase = Chase::begun(NOW);
    for _ in 0..8 {
        chase = chase.asked(AskKind::Query, NOW).heard(&unsent);
    }
    let dues = (0..32).map(|last| {
        let mut chance = [0; 16];
        chance[9] = last;
        let Effect::Wait(due) = ALIPAY.next(&doubted_by(chance), chase, NOW) else {
            unreachable!("a pause follows")
        };
        due.ms_since(NOW)
    });
    let dues: BTreeSet<i64> = dues.collect();
    // Sixteenths of a fifth of what the pause is longer than the shortest.
    let places: BTreeSet<i64> = (0..16).map(|place| 60_000 + place * 57_000 / 80).collect();
    assert!(dues.is_subset(&places), "{dues:?}");
    assert!(dues.len() >= 8, "{dues:?}");
}

#[test]
fn one_ask_is_on_its_way_at_a_time() {
    let asked = Chase::begun(NOW).asked(AskKind::Pay, NOW);
    assert!(matches!(
        ALIPAY.next(&doubted(), asked, NOW.plus_ms(60_000)),
        Effect::Wait(_)
    ));
}

#[test]
fn time_to_pay_is_over_after_a_minute_by_either_clock() {
    let fresh = Chase::begun(NOW);
    assert!(!ALIPAY.is_overdue(&doubted(), fresh, NOW.plus_ms(59_999)));
    assert!(ALIPAY.is_overdue(&doubted(), fresh, NOW.plus_ms(60_000)));
    let back = NOW.plus_ms(-7_200_000);
    let taken_up = Chase::begun(back);
    assert!(ALIPAY.is_overdue(&doubted(), taken_up, back.plus_ms(60_000)));
}

#[test]
fn a_charge_of_the_record_is_reversed_by_time_only_after_the_provider_told_how_it_stands() {
    let now = NOW.plus_ms(2 * 86_400_000);
    let asked = Chase::taken_up(now).asked(AskKind::Query, now);
    let late = now.plus_ms(600_000);
    let is_overdue = |chase: Chase| ALIPAY.is_overdue(&doubted(), chase, late);
    let silent = [
        Doubt::Lost,
        Doubt::Unreachable,
        Doubt::Busy,
        Doubt::Unclear,
        Doubt::Unverified,
        Doubt::Garbled,
    ];
    for doubt in silent {
        let heard = asked.heard(&Outcome::Unknown(doubt));
        assert!(!heard.is_asking && !is_overdue(heard), "{doubt:?}");
    }
    for outcome in [Outcome::Absent, Outcome::Waiting] {
        let told = asked.heard(&outcome);
        assert!(is_overdue(told), "{outcome:?}");
        let lost = told.asked(AskKind::Query, late);
        assert!(is_overdue(lost.heard(&Outcome::Unknown(Doubt::Lost))));
    }
}

#[test]
fn no_reverse_is_decided_while_it_could_not_leave() {
    let asked = Chase::begun(NOW).asked(AskKind::Query, NOW);
    let late = NOW.plus_ms(60_000);
    let cut_off = asked.heard(&Outcome::Unknown(Doubt::Unreachable));
    assert!(!ALIPAY.is_overdue(&doubted(), cut_off, late));
    let lost = asked.heard(&Outcome::Unknown(Doubt::Lost));
    assert!(ALIPAY.is_overdue(&doubted(), lost, late));
}

#[test]
fn a_reverse_without_an_end_is_followed_by_a_question_and_then_by_reverses_for_ever() {
    let charge = doubted()
        .reverse(ReverseWhy::Deadline, NOW)
        .expect("may reverse")
        .charge;
    let (mut chase, mut now, mut pauses) = (Chase::begun(NOW), NOW, Vec::new());
    for _ in 0..50 {
        assert_eq!(
            ALIPAY.next(&charge, chase, now),
            Effect::Ask(AskKind::Reverse)
        );
        chase = chase.asked(AskKind::Reverse, now).answered();
        assert_eq!(
            ALIPAY.next(&charge, chase, now),
            Effect::Ask(AskKind::Query)
        );
        chase = chase.asked(AskKind::Query, now).answered();
        let Effect::Wait(due) = ALIPAY.next(&charge, chase, now) else {
            unreachable!("a pause follows")
        };
        pauses.push(due.ms_since(now));
        now = due;
    }
    assert!(pauses[0] >= 1_000 && pauses[0] < 1_300, "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 72_000), "{pauses:?}");
    assert!(pauses[49] >= 60_000, "{pauses:?}");
}

fn reversing() -> Charge {
    let reversed = doubted().reverse(ReverseWhy::Deadline, NOW);
    reversed.expect("may reverse").charge
}

/// What is asked next, and how long after `now`.
fn next_of(charge: &Charge, chase: Chase, now: Stamp) -> (AskKind, i64) {
    let mut due = now;
    loop {
        match ALIPAY.next(charge, chase, due) {
            Effect::Ask(kind) => return (kind, due.ms_since(now)),
            Effect::Wait(until) => due = until,
            Effect::Rest => unreachable!("a charge is never left alone"),
        }
    }
}

#[test]
fn while_a_reversal_hears_nothing_one_ask_leaves_in_each_growing_pause() {
    let charge = reversing();
    for doubt in [Doubt::Lost, Doubt::Unreachable, Doubt::Busy] {
        let mut chase = Chase::begun(NOW).asked(AskKind::Reverse, NOW);
        let (mut now, mut last, mut pauses) = (NOW, AskKind::Reverse, Vec::new());
        for _ in 0..20 {
            chase = chase.heard(&Outcome::Unknown(doubt));
            let (kind, pause) = next_of(&charge, chase, now);
            assert_ne!(kind, last, "a reverse and a question by turns");
            assert!(matches!(kind, AskKind::Reverse | AskKind::Query));
            pauses.push(pause);
            now = now.plus_ms(pause);
            (chase, last) = (chase.asked(kind, now), kind);
        }
        assert_eq!(pauses[0], 0, "{pauses:?}");
        assert!((1_000..1_300).contains(&pauses[1]), "{pauses:?}");
        assert_eq!(pauses[2], 3_000, "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= 72_000), "{pauses:?}");
        assert!(pauses[8..].iter().all(|pause| *pause >= 60_000));
    }
}

#[test]
fn behind_an_outage_reverses_are_counted_from_one_again() {
    let charge = reversing();
    let lost = Outcome::Unknown(Doubt::Lost);
    let mut away = Chase::begun(NOW);
    for _ in 0..9 {
        away = away.asked(AskKind::Reverse, NOW).heard(&lost);
        away = away.asked(AskKind::Query, NOW).heard(&lost);
    }
    let back = NOW.plus_ms(900_000);
    let told = away.asked(AskKind::Query, back).heard(&Outcome::Waiting);
    assert_eq!(next_of(&charge, told, back), (AskKind::Reverse, 0));
    let nothing = Outcome::Refused(refusal());
    let told = away.asked(AskKind::Reverse, back).heard(&nothing);
    assert_eq!((told.reverses, told.mutes), (1, 0));
    assert_eq!(next_of(&charge, told, back), (AskKind::Query, 0));
    let asked = told.asked(AskKind::Query, back).heard(&Outcome::Waiting);
    let (kind, pause) = next_of(&charge, asked, back);
    assert!(kind == AskKind::Reverse && pause < 1_300, "{pause}");
}

#[test]
fn behind_less_than_an_outage_the_pauses_go_on_to_grow() {
    let lost = Outcome::Unknown(Doubt::Lost);
    let mut chase = Chase::begun(NOW).asked(AskKind::Reverse, NOW);
    for _ in 0..7 {
        chase = chase.heard(&lost).asked(AskKind::Reverse, NOW);
    }
    let told = chase.heard(&Outcome::Refused(refusal()));
    assert_eq!((told.reverses, told.mutes), (8, 0));
}

#[test]
fn one_ask_without_an_answer_among_others_is_no_silence() {
    let charge = reversing();
    let mut chase = Chase::begun(NOW);
    let mut now = NOW;
    for _ in 0..9 {
        chase = chase.asked(AskKind::Reverse, now);
        chase = chase.heard(&Outcome::Unknown(Doubt::Busy));
        let (kind, pause) = next_of(&charge, chase, now);
        assert_eq!((kind, pause), (AskKind::Query, 0), "a hiccup");
        chase = chase.asked(kind, now).heard(&Outcome::Waiting);
        let (kind, pause) = next_of(&charge, chase, now);
        assert_eq!(kind, AskKind::Reverse);
        now = now.plus_ms(pause);
    }
    assert_eq!(chase.reverses, 9);
    let (_, pause) = next_of(&charge, chase, now);
    assert!(
        pause <= 72_000 && now.ms_since(NOW) > 180_000,
        "the pauses grow"
    );
}

#[test]
fn a_question_that_is_never_answered_lets_no_reverse_leave_sooner() {
    let charge = reversing();
    let (mut chase, mut now) = (Chase::begun(NOW), NOW);
    for _ in 0..9 {
        chase = chase.asked(AskKind::Reverse, now);
        chase = chase.heard(&Outcome::Refused(refusal()));
        chase = chase.asked(AskKind::Query, now);
        chase = chase.heard(&Outcome::Unknown(Doubt::Busy));
        now = now.plus_ms(next_of(&charge, chase, now).1);
    }
    assert!(now.ms_since(NOW) > 180_000, "the pauses grow");
}

#[test]
fn who_answers_is_there_and_is_asked_all_of_a_round_at_once() {
    let charge = reversing();
    let unclear = Outcome::Unknown(Doubt::Unclear);
    let lost = Outcome::Unknown(Doubt::Lost);
    let (mut chase, mut now) = (Chase::begun(NOW), NOW);
    for _ in 0..9 {
        chase = chase.asked(AskKind::Reverse, now).heard(&unclear);
        assert_eq!(next_of(&charge, chase, now), (AskKind::Query, 0));
        chase = chase.asked(AskKind::Query, now).heard(&unclear);
        now = now.plus_ms(next_of(&charge, chase, now).1);
    }
    assert!(now.ms_since(NOW) > 180_000, "the pauses grow");
    for _ in 0..9 {
        chase = chase.asked(AskKind::Query, now).heard(&lost);
    }
    let chase = chase.asked(AskKind::Reverse, now).heard(&unclear);
    assert_eq!(next_of(&charge, chase, now), (AskKind::Query, 0));
    assert_eq!(chase.reverses, 1);
}

#[test]
fn what_turns_the_case_is_acted_on_at_once() {
    let charge = reversing();
    let mut chase = Chase::begun(NOW);
    for _ in 0..9 {
        chase = chase.asked(AskKind::Reverse, NOW).answered();
    }
    let late = NOW.plus_ms(200_000);
    chase = chase.asked(AskKind::Reverse, late).answered();
    chase = chase.asked(AskKind::Query, late).answered();
    assert!(next_of(&charge, chase, late).1 >= 60_000);
    assert!(next_of(&charge, chase.turned(), late).1 < 1_300);
}

fn refusal() -> Refusal {
    Refusal {
        cause: Cause::Merchant,
        code: String::new(),
        text: String::new(),
    }
}

#[test]
fn a_reverse_is_due_the_moment_the_code_is_dead() {
    let charge = doubted()
        .reverse(ReverseWhy::Deadline, NOW)
        .expect("may reverse")
        .charge;
    let mut chase = Chase::begun(NOW);
    for _ in 0..7 {
        chase = chase
            .asked(AskKind::Reverse, NOW.plus_ms(48_000))
            .answered();
    }
    let late = NOW.plus_ms(49_000);
    chase = chase.asked(AskKind::Query, late).answered();
    assert_eq!(
        ALIPAY.next(&charge, chase, late),
        Effect::Wait(NOW.plus_ms(90_000))
    );
}
