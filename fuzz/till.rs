//! What a page asks for, from its bytes to something that the loop can act on.

use money::{Amount, FeeOn, Instalments, Months, Offer, Offered, Provider, Rate};
use server::desk::{Limits, check};
use wire::ChargeAsk;

const SECRET: [u8; 32] = [7; 32];
const MOST_FEN: i64 = 5_000_000;

/// All that there is, whatever the sum.
fn every_plan() -> Offer {
    let plans = Months::ALL.into_iter().flat_map(|months| {
        FeeOn::ALL.map(|fee_on| Offered {
            plan: Instalments { months, fee_on },
            rate: Rate::MAX,
        })
    });
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
    let Ok(desk) = check(Some("key"), &ask, &limits, &SECRET) else {
        return;
    };
    assert!((1..=MOST_FEN).contains(&desk.amount.fen()));
    assert_eq!(desk.amount.fen(), ask.amount_fen);
    assert!((1..=64).contains(&desk.sale.len()) && (1..=32).contains(&desk.device.len()));
    assert_eq!(desk.means.provider(), Provider::Alipay);
    let months = desk.instalments.map(|plan| plan.months.count());
    assert_eq!(months, ask.instalments.map(|plan| plan.months));
    let again = check(Some("another"), &ask, &limits, &SECRET).expect("as before");
    assert_eq!(again.fingerprint, desk.fingerprint);
    let dearer = ChargeAsk {
        amount_fen: if ask.amount_fen == 1 { 2 } else { 1 },
        ..ask
    };
    let other = check(Some("key"), &dearer, &limits, &SECRET).expect("within bounds");
    assert_ne!(other.fingerprint, desk.fingerprint);
}
