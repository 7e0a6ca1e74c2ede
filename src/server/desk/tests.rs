//! What the desk lets through, and how it names what it does not.

use money::{Amount, Provider};
use wire::{ChargeAsk, CodeSource, ProblemKind, WayName};

use super::{Limits, check};

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
    }
}

fn limits() -> Limits {
    let charge_max = Amount::from_fen(5_000_000).expect("an amount");
    Limits {
        charge_max,
        providers: vec![Provider::Alipay],
    }
}

fn objection(key: Option<&str>, ask: &ChargeAsk) -> Option<ProblemKind> {
    check(key, ask, &limits(), &[7; 32])
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
    let desk = |key: &str, ask: &ChargeAsk| check(Some(key), ask, &limits(), &[7; 32]);
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
        check(Some("k"), ask, &limits(), &[secret; 32]).map(|asked| asked.fingerprint)
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
