//! What a page asks for, from its bytes to something that the loop can act on, and what it is told.

use std::fmt::Debug;

use money::{Amount, ChargeId, Instalments, Offer, Offered, Provider, Rate};
use serde::Serialize;
use serde::de::DeserializeOwned;
use server::desk::{Limits, check, check_refund, takes};
use wire::{BalanceView, Beat, BillView, ChargeList, ChargeView, Hello, InstalmentsOffer};
use wire::{ChargeAsk, InstalmentsTerms, Problem, RefundAsk};

use super::Choices;

const SECRET: [u8; 32] = [7; 32];
const MOST_FEN: i64 = 5_000_000;

/// All that there is, whatever the sum.
fn every_plan() -> Offer {
    let rate = Rate::MAX;
    let plans = Instalments::all().map(|plan| Offered { plan, rate });
    Offer::of(plans.collect(), Amount::ZERO).expect("each once")
}

/// An ask that is accepted keeps every bound; the same ask has the same fingerprint.
pub(crate) fn ask(bytes: &[u8]) {
    let Ok(ask) = serde_json::from_slice::<ChargeAsk>(bytes) else {
        return;
    };
    let written = serde_json::to_vec(&ask).expect("an ask is JSON");
    assert_eq!(
        serde_json::from_slice::<ChargeAsk>(&written).ok(),
        Some(ask.clone())
    );
    let shown = format!("{ask:?}");
    let code = ask.code.clone().unwrap_or_default();
    let is_long = code.len() >= 16 && code.bytes().all(|byte| byte.is_ascii_digit());
    let others = [Some(&ask.sale), Some(&ask.device), ask.provider.as_ref()];
    let is_repeated = others
        .into_iter()
        .flatten()
        .any(|text| text.contains(&code));
    assert!(
        !is_long || is_repeated || !shown.contains(&code),
        "a code shows itself"
    );
    let limits = Limits {
        charge_max: Amount::from_fen(MOST_FEN).expect("an amount"),
        providers: vec![Provider::Alipay],
        instalments: every_plan(),
    };
    let Ok(desk) = check(Some("key"), &ask, &SECRET) else {
        return;
    };
    if takes(&desk, &limits).is_err() {
        return;
    }
    assert!((1..=MOST_FEN).contains(&desk.amount.fen()));
    assert_eq!(desk.amount.fen(), ask.amount_fen);
    assert!((1..=64).contains(&desk.sale.len()) && (1..=32).contains(&desk.device.len()));
    assert_eq!(desk.means.provider(), Provider::Alipay);
    let months = desk.instalments.map(|plan| plan.months.count());
    assert_eq!(months, ask.instalments.map(|plan| plan.months));
    let again = check(Some("another"), &ask, &SECRET).expect("as before");
    assert_eq!(again.fingerprint, desk.fingerprint);
    let dearer = ChargeAsk {
        amount_fen: if ask.amount_fen == 1 { 2 } else { 1 },
        ..ask
    };
    let other = check(Some("key"), &dearer, &SECRET).expect("within bounds");
    assert_ne!(other.fingerprint, desk.fingerprint);
}

/// A wish to give back that is accepted keeps every bound; another one has another fingerprint.
pub(crate) fn refund(bytes: &[u8]) {
    let Some(ask) = again::<RefundAsk>(bytes) else {
        return;
    };
    let charge = ChargeId::parse("01KAP3C5R00000000000000000").expect("an id");
    let checked = |key, ask: &RefundAsk| check_refund(Some(key), charge, ask, &SECRET);
    let Ok(desk) = checked("key", &ask) else {
        return;
    };
    assert_eq!(desk.amount.fen(), ask.amount_fen);
    assert!(ask.amount_fen > 0);
    assert!(desk.reason == ask.reason && desk.reason.chars().count() <= 200);
    assert!(!desk.reason.contains(['\n', '\r', '\0']));
    assert!(desk.by.len() <= 32 && desk.by.is_ascii());
    let same = checked("another", &ask).expect("as before");
    assert_eq!(same.fingerprint, desk.fingerprint);
    let mut other = ask;
    other.reason.push('.');
    if let Ok(other) = checked("key", &other) {
        assert_ne!(other.fingerprint, desk.fingerprint);
    }
}

/// What a page reads of a backend's words, it writes again as it was. The first byte says which.
pub(crate) fn wire(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let which = choices.byte() % 9;
    let rest = choices.rest();
    match which {
        0 => same::<ChargeView>(rest),
        1 => same::<ChargeList>(rest),
        2 => same::<Hello>(rest),
        3 => same::<Beat>(rest),
        4 => same::<Problem>(rest),
        5 => same::<BillView>(rest),
        6 => same::<InstalmentsOffer>(rest),
        7 => same::<BalanceView>(rest),
        _ => {
            // What a page cannot read is left out, and what it can it keeps.
            let offer = again::<InstalmentsTerms>(rest).map(|terms| terms.offer());
            let terms = offer.as_ref().map(InstalmentsTerms::from);
            assert_eq!(terms.map(|terms| terms.offer()), offer);
        }
    }
}

fn same<T: Debug + DeserializeOwned + PartialEq + Serialize>(bytes: &[u8]) {
    again::<T>(bytes);
}

/// The words, when they are of this form; then what is written of them is read as the same.
pub(crate) fn again<T: Debug + DeserializeOwned + PartialEq + Serialize>(
    bytes: &[u8],
) -> Option<T> {
    let read: T = serde_json::from_slice(bytes).ok()?;
    let written = serde_json::to_vec(&read).expect("it is JSON");
    let same: T = serde_json::from_slice(&written).expect("what was written is read");
    assert_eq!(same, read);
    Some(read)
}
