//! What the desk lets through, and how it names what it does not.

use money::{Amount, FeeOn, Instalments, Months, Offer, Offered, Provider, Rate};
use wire::{ChargeAsk, CodeSource, FeeOnName, InstalmentsPlan, ProblemKind, WayName};

use super::{Limits, check, takes};

const CODE: &str = "281234567890123456";

fn ask() -> ChargeAsk {
    ChargeAsk {
        sale: "sale-1".to_owned(),
        amount_fen: 1250,
        way: WayName::Scanned,
        code: Some(CODE.to_owned()),
        provider: None,
        device: "till-1".to_owned(),
        source: Some(CodeSource::Typed),
        instalments: None,
        cart: None,
    }
}

/// Three months, the fee on the customer, from 100.00 up.
fn offer() -> Offer {
    let three = Offered {
        plan: Instalments {
            months: Months::Three,
            fee_on: FeeOn::Customer,
        },
        rate: Rate::parse("2.3%").expect("a rate"),
    };
    let least = Amount::from_fen(10_000).expect("an amount");
    Offer::of(vec![three], least).expect("one of each")
}

fn limits() -> Limits {
    let charge_max = Amount::from_fen(5_000_000).expect("an amount");
    Limits {
        charge_max,
        providers: vec![Provider::Alipay],
        instalments: offer(),
    }
}

fn objection(key: Option<&str>, ask: &ChargeAsk) -> Option<ProblemKind> {
    check(key, ask, &[7; 32])
        .and_then(|ask| takes(&ask, &limits()))
        .err()
        .map(|objection| objection.kind)
}

fn with(change: impl FnOnce(&mut ChargeAsk)) -> Option<ProblemKind> {
    let mut ask = ask();
    change(&mut ask);
    objection(Some("key-1"), &ask)
}

#[test]
fn a_good_request_passes() {
    assert_eq!(objection(Some("key-1"), &ask()), None);
}

#[test]
fn a_key_is_needed() {
    assert_eq!(objection(None, &ask()), Some(ProblemKind::KeyMissing));
    assert_eq!(objection(Some(""), &ask()), Some(ProblemKind::KeyMissing));
    assert_eq!(
        objection(Some("a b"), &ask()),
        Some(ProblemKind::KeyMissing)
    );
    assert_eq!(
        objection(Some(&"k".repeat(65)), &ask()),
        Some(ProblemKind::KeyMissing)
    );
}

#[test]
fn sums_that_cannot_be_taken_are_named() {
    assert_eq!(
        with(|ask| ask.amount_fen = 0),
        Some(ProblemKind::AmountZero)
    );
    assert_eq!(
        with(|ask| ask.amount_fen = -1),
        Some(ProblemKind::AmountNegative)
    );
    assert_eq!(
        with(|ask| ask.amount_fen = 5_000_001),
        Some(ProblemKind::AmountTooLarge)
    );
    assert_eq!(
        with(|ask| ask.amount_fen = i64::MAX),
        Some(ProblemKind::AmountTooLarge)
    );
}

#[test]
fn codes_that_cannot_be_charged_are_named() {
    let code = |text: &str| with(|ask| ask.code = Some(text.to_owned()));
    assert_eq!(
        code("https://example.com"),
        Some(ProblemKind::CodeNotDigits)
    );
    assert_eq!(code("28123"), Some(ProblemKind::CodeLength));
    assert_eq!(code("991234567890123456"), Some(ProblemKind::CodeUnknown));
    assert_eq!(
        code("134567890123456789"),
        Some(ProblemKind::ProviderDisabled)
    );
}

fn shown() -> ChargeAsk {
    ChargeAsk {
        way: WayName::Shown,
        code: None,
        provider: Some("alipay".to_owned()),
        source: None,
        ..ask()
    }
}

#[test]
fn a_request_has_one_way_to_pay_and_all_that_it_needs() {
    assert_eq!(objection(Some("key-1"), &shown()), None);
    let mixed = Some(ProblemKind::WayMixed);
    let other = |change: fn(&mut ChargeAsk)| {
        let mut ask = shown();
        change(&mut ask);
        objection(Some("key-1"), &ask)
    };
    assert_eq!(with(|ask| ask.code = None), mixed);
    assert_eq!(with(|ask| ask.source = None), mixed);
    assert_eq!(with(|ask| ask.way = WayName::Shown), mixed);
    assert_eq!(with(|ask| ask.provider = Some("alipay".to_owned())), mixed);
    assert_eq!(other(|ask| ask.code = Some(CODE.to_owned())), mixed);
    assert_eq!(other(|ask| ask.provider = None), mixed);
    assert_eq!(other(|ask| ask.source = Some(CodeSource::Typed)), mixed);
    let disabled = Some(ProblemKind::ProviderDisabled);
    assert_eq!(
        other(|ask| ask.provider = Some("wechat".to_owned())),
        disabled
    );
    assert_eq!(
        other(|ask| ask.provider = Some("Alipay".to_owned())),
        disabled
    );
}

#[test]
fn a_shown_charge_is_told_from_others_and_uses_up_no_code() {
    let desk = |key: &str, ask: &ChargeAsk| check(Some(key), ask, &[7; 32]);
    let first = desk("a", &shown()).expect("a good request");
    let again = desk("a", &shown()).expect("a good request");
    assert_eq!(
        (first.fingerprint, first.mark),
        (again.fingerprint, again.mark)
    );
    let next = desk("b", &shown()).expect("a good request");
    assert_ne!(first.mark, next.mark);
    let scanned = desk("a", &ask()).expect("a good request");
    assert_ne!(first.fingerprint, scanned.fingerprint);
}

#[test]
fn names_are_short_and_plain() {
    assert_eq!(with(|ask| ask.sale.clear()), Some(ProblemKind::NameInvalid));
    assert_eq!(
        with(|ask| ask.device = "till 1".to_owned()),
        Some(ProblemKind::NameInvalid)
    );
    assert_eq!(
        with(|ask| ask.device = "t".repeat(33)),
        Some(ProblemKind::NameInvalid)
    );
}

#[test]
fn the_fingerprint_covers_every_field_and_the_secret() {
    let fingerprint = |ask: &ChargeAsk, secret: u8| {
        check(Some("k"), ask, &[secret; 32]).map(|asked| asked.fingerprint)
    };
    let first = fingerprint(&ask(), 7);
    let changes: [fn(&mut ChargeAsk); 5] = [
        |ask| ask.sale.push('x'),
        |ask| ask.amount_fen += 1,
        |ask| ask.code = Some("281234567890123457".to_owned()),
        |ask| ask.device.push('x'),
        |ask| ask.source = Some(CodeSource::Camera),
    ];
    for change in changes {
        let mut other = ask();
        change(&mut other);
        assert_ne!(fingerprint(&other, 7), first);
    }
    assert_ne!(fingerprint(&ask(), 8), first);
    assert_eq!(fingerprint(&ask(), 7), first);
}

/// A request over 100.00 by a plan.
fn in_months(months: u8, fee_on: FeeOnName) -> ChargeAsk {
    ChargeAsk {
        amount_fen: 10_000,
        instalments: Some(InstalmentsPlan { months, fee_on }),
        ..ask()
    }
}

#[test]
fn only_an_offered_plan_over_enough_money_gets_past_the_desk() {
    let key = Some("key-1");
    let three = in_months(3, FeeOnName::Customer);
    let desk = check(key, &three, &[7; 32]).expect("it is offered");
    assert_eq!(desk.instalments.map(Into::into), three.instalments);
    let not_offered = Some(ProblemKind::InstalmentsNotOffered);
    for (months, fee_on) in [
        (3, FeeOnName::Shop),
        (6, FeeOnName::Customer),
        (4, FeeOnName::Customer),
        (0, FeeOnName::Customer),
    ] {
        assert_eq!(objection(key, &in_months(months, fee_on)), not_offered);
    }
    let small = ChargeAsk {
        amount_fen: 9_999,
        ..three.clone()
    };
    assert_eq!(
        objection(key, &small),
        Some(ProblemKind::InstalmentsTooSmall)
    );
    let by_code = ChargeAsk {
        way: WayName::Shown,
        code: None,
        provider: Some("alipay".to_owned()),
        source: None,
        ..three
    };
    assert_eq!(objection(key, &by_code), None);
}

#[test]
fn another_wallet_has_no_huabei() {
    let ask = ChargeAsk {
        code: Some("134567890123456789".to_owned()),
        ..in_months(3, FeeOnName::Customer)
    };
    let kind = check(Some("key-1"), &ask, &[7; 32]).map_err(|objection| objection.kind);
    assert_eq!(kind.err(), Some(ProblemKind::InstalmentsNotOffered));
}

#[test]
fn a_plan_is_part_of_what_a_key_stands_for() {
    let mut limits = limits();
    let rate = Rate::parse("1.8%").expect("a rate");
    let plans = Instalments::all().map(|plan| Offered { plan, rate });
    limits.instalments = Offer::of(plans.collect(), Amount::ZERO).expect("one of each");
    let print = |ask: &ChargeAsk| {
        let desk =
            check(Some("key-1"), ask, &[7; 32]).and_then(|ask| takes(&ask, &limits).map(|()| ask));
        desk.expect("a good request").fingerprint
    };
    let plain = ChargeAsk {
        amount_fen: 10_000,
        ..ask()
    };
    let mut prints = vec![print(&plain)];
    for months in [3, 6, 12] {
        for fee_on in [FeeOnName::Customer, FeeOnName::Shop] {
            prints.push(print(&in_months(months, fee_on)));
        }
    }
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 7);
}

#[test]
fn an_offer_tells_what_each_plan_costs_and_nothing_for_too_small_a_sum() {
    let offer = super::offer(10_000, &limits()).expect("a sum");
    assert_eq!((offer.amount_fen, offer.least_fen), (10_000, 10_000));
    let [plan] = &offer.plans[..] else {
        panic!("one plan: {:?}", offer.plans);
    };
    assert_eq!(
        (plan.months, plan.fee_on, plan.rate.as_str()),
        (3, FeeOnName::Customer, "2.3%")
    );
    assert_eq!(
        (plan.fee_fen, plan.total_fen, plan.each_fen, plan.odd_fen),
        (230, 10_230, 3_409, 3_412)
    );
    let small = super::offer(9_999, &limits()).expect("a sum");
    assert_eq!((small.plans.len(), small.least_fen), (0, 10_000));
    let none = super::offer(0, &limits()).map_err(|objection| objection.kind);
    assert_eq!(none.err(), Some(ProblemKind::AmountZero));
}
