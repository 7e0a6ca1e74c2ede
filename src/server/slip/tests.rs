//! Tests of what stands on a receipt.

use ledger::plan::ALIPAY;
use ledger::{AskKind, Asked, Charge, Funding, Opening, Outcome, PaidFacts, Way};
use money::{Amount, ChargeId, Provider, Stamp};
use print::Kind;
use say::Lang;

use super::receipt;

const NOW: Stamp = Stamp::from_ms(1_795_312_800_000);

fn opened() -> Charge {
    let opening = Opening {
        id: ChargeId::fresh(NOW, [3; 16]),
        sale: "sale-1".to_owned(),
        amount: Amount::from_fen(1_250).expect("an amount"),
        provider: Provider::Alipay,
        device: "till-1".to_owned(),
        way: Way::Scanned,
        instalments: None,
        goods: None,
    };
    Charge::open(opening, NOW).charge
}

fn paid(months: Option<u8>) -> Charge {
    let charge = opened();
    let facts = PaidFacts {
        order: charge.order_no(),
        provider_no: "2026112222001".to_owned(),
        amount: charge.amount(),
        funding: vec![Funding {
            channel: "PCREDIT".to_owned(),
            amount: charge.amount(),
        }],
        payer: None,
        paid_at: Some(NOW),
        months,
    };
    let asked = Asked {
        kind: AskKind::Pay,
        at: NOW,
        age_ms: 0,
    };
    let heard = charge.hear(asked, Outcome::Paid(facts), &ALIPAY, NOW);
    heard.expect("a legal move").charge
}

#[test]
fn there_is_no_receipt_before_the_money_is_there() {
    assert_eq!(receipt(&opened(), "Stall 7", Lang::En), None);
}

#[test]
fn a_receipt_says_who_took_how_much_by_what_when_and_under_which_numbers() {
    let charge = paid(None);
    let receipt = receipt(&charge, "烤冷面", Lang::Zh).expect("a receipt");
    assert_eq!((receipt.kind, receipt.total.fen()), (Kind::Payment, 1_250));
    assert_eq!(
        (receipt.shop.name.as_str(), receipt.till.as_str()),
        ("烤冷面", "till-1")
    );
    let way = &receipt.paid[0];
    assert_eq!(
        (way.wallet.as_str(), way.source.as_str()),
        ("支付宝", "花呗")
    );
    assert_eq!(receipt.time, NOW.beijing());
    assert_eq!(receipt.order_no, charge.order_no().as_str());
    assert_eq!(receipt.provider_no, "2026112222001");
    assert!(receipt.goods.is_empty() && receipt.footer.is_empty());
}

#[test]
fn a_plan_of_instalments_stands_on_it() {
    let receipt = receipt(&paid(Some(6)), "Stall 7", Lang::En).expect("a receipt");
    assert_eq!(receipt.paid[0].source, "Huabei, 6 months");
}
