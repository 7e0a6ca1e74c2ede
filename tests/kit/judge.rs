//! The comparison of record and bank when all is quiet: nothing twice, nothing lost, nothing false.

use std::collections::BTreeMap;

use crate::api::Api;
use crate::bank::BankOrder;
use wire::{CartView, ChargeView, RefundStateName, RefundView, StateName};

/// One sale as its till knows it.
#[derive(Clone, Debug)]
pub struct Sale {
    /// Its name, which the till kept before it sent anything.
    pub name: String,
    /// The charge's id, once the till was told that it is durable.
    pub charge: Option<String>,
}

/// What somebody was told: this charge is in this state.
pub type Told = (String, StateName);

/// Every charge of the record, page by page.
pub async fn charges(api: &Api) -> Vec<ChargeView> {
    let mut all = Vec::new();
    let mut query = "?limit=200".to_owned();
    loop {
        let page = api.list(&query).await;
        all.extend(page.charges);
        match page.next_before {
            Some(before) => query = format!("?limit=200&before={before}"),
            None => return all,
        }
    }
}

/// What of a charge is compared.
#[derive(Clone, Debug)]
struct Seen {
    id: String,
    sale: String,
    order_no: String,
    amount_fen: i64,
    refunded_fen: i64,
    /// What the goods come to, where any are told.
    goods_fen: Option<i64>,
    state: StateName,
}

impl From<&ChargeView> for Seen {
    fn from(charge: &ChargeView) -> Self {
        Self {
            id: charge.id.clone(),
            sale: charge.sale.clone(),
            order_no: charge.order_no.clone(),
            amount_fen: charge.amount_fen,
            refunded_fen: charge.refunded_fen,
            goods_fen: charge.cart.as_ref().map(total_fen),
            state: charge.state,
        }
    }
}

/// What goods come to by their prices, pieces and discounts.
fn total_fen(cart: &CartView) -> i64 {
    let lines = cart.lines.iter();
    let lines = lines.map(|line| line.unit_fen * i64::from(line.count) - line.off_fen);
    lines.sum::<i64>() - cart.off_fen
}

/// Everything that is not as it must be, each as a sentence.
pub fn wrongs(
    charges: &[ChargeView],
    orders: &[BankOrder],
    sales: &[Sale],
    told: &[Told],
) -> Vec<String> {
    let seen: Vec<Seen> = charges.iter().map(Seen::from).collect();
    compare(&seen, orders, sales, told)
}

fn compare(charges: &[Seen], orders: &[BankOrder], sales: &[Sale], told: &[Told]) -> Vec<String> {
    let mut wrongs = Vec::new();
    for charge in charges {
        wrongs.extend(against_bank(charge, orders));
        wrongs.extend(against_goods(charge));
    }
    for order in orders {
        if !charges
            .iter()
            .any(|charge| charge.order_no == order.order_no)
        {
            wrongs.push(format!("the record has lost {order:?}"));
        }
    }
    wrongs.extend(twice(charges));
    let by_id: BTreeMap<&str, &Seen> = charges
        .iter()
        .map(|charge| (charge.id.as_str(), charge))
        .collect();
    for sale in sales {
        let Some(id) = &sale.charge else { continue };
        if by_id
            .get(id.as_str())
            .is_none_or(|charge| charge.sale != sale.name)
        {
            wrongs.push(format!(
                "the record has lost {sale:?}, which a till was told of"
            ));
        }
    }
    for (id, state) in told {
        let now = by_id.get(id.as_str()).map(|charge| charge.state);
        if state.is_end() && now != Some(*state) {
            wrongs.push(format!("{id} was told to be {state:?} and is {now:?}"));
        }
    }
    wrongs
}

/// What of `views`, which tills and screens were told, is not what the record has or the beginning
/// of it, each as a sentence.
pub fn contradictions(charges: &[ChargeView], views: &[ChargeView]) -> Vec<String> {
    let by_id: BTreeMap<&str, &ChargeView> = charges
        .iter()
        .map(|charge| (charge.id.as_str(), charge))
        .collect();
    let mut wrongs = Vec::new();
    for view in views {
        let now = by_id.get(view.id.as_str());
        if now.is_none_or(|now| !is_begun_by(now, view)) {
            wrongs.push(format!(
                "told was {view:?}, and the record has it as {now:?}"
            ));
        }
    }
    wrongs
}

/// Whether `now` is `then`, or what became of it.
fn is_begun_by(now: &ChargeView, then: &ChargeView) -> bool {
    let content = |view: &ChargeView| {
        let names = [&view.sale, &view.device, &view.currency, &view.provider];
        let names = names.map(String::clone);
        (
            names,
            view.order_no.clone(),
            view.amount_fen,
            view.opened_ms,
            view.cart.clone(),
        )
    };
    let has_refund = |then: &RefundView| {
        now.refunds.iter().any(|now| {
            let is_same = (&now.no, now.amount_fen) == (&then.no, then.amount_fen);
            is_same && (then.state == RefundStateName::Asked || now.state == then.state)
        })
    };
    content(now) == content(then)
        && now.history.starts_with(&then.history)
        && then.refunds.iter().all(has_refund)
        && (!then.state.is_end() || now.state == then.state)
}

fn against_bank(charge: &Seen, orders: &[BankOrder]) -> Option<String> {
    let order = orders
        .iter()
        .find(|order| order.order_no == charge.order_no);
    let is_right = match charge.state {
        StateName::Paid => order.is_some_and(|order| {
            let has_all_back = order.refunded_fen == charge.amount_fen;
            let state = if has_all_back { "given-back" } else { "paid" };
            (order.amount_fen, order.refunded_fen) == (charge.amount_fen, charge.refunded_fen)
                && order.state == state
        }),
        StateName::Refused | StateName::Reversed => {
            order.is_none_or(|order| order.state != "paid" && order.state != "waiting")
        }
        StateName::Opened
        | StateName::Sent
        | StateName::Waiting
        | StateName::Unknown
        | StateName::Reversing => false,
    };
    let (id, state) = (&charge.id, charge.state);
    (!is_right).then(|| format!("{id} is {state:?} and the bank has {order:?}: {charge:?}"))
}

/// What was sold comes to what was charged.
fn against_goods(charge: &Seen) -> Option<String> {
    let goods_fen = charge.goods_fen?;
    let (id, amount_fen) = (&charge.id, charge.amount_fen);
    let is_other = goods_fen != amount_fen;
    is_other.then(|| format!("{id} is over {amount_fen} fen, its goods over {goods_fen}"))
}

/// Sales that were paid more than once.
fn twice(charges: &[Seen]) -> Vec<String> {
    let mut paid: BTreeMap<&str, u32> = BTreeMap::new();
    for charge in charges
        .iter()
        .filter(|charge| charge.state == StateName::Paid)
    {
        *paid.entry(&charge.sale).or_default() += 1;
    }
    let twice = paid.into_iter().filter(|(_, count)| *count > 1);
    twice
        .map(|(sale, count)| format!("{sale} was paid {count} times"))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wire::{ChargeView, StateName};

    use super::{Sale, Seen, compare, contradictions};
    use crate::bank::BankOrder;

    fn charge(number: u32, sale: &str, state: StateName) -> Seen {
        Seen {
            id: format!("id-{number}"),
            sale: sale.to_owned(),
            order_no: format!("S{number}"),
            amount_fen: 100,
            refunded_fen: 0,
            goods_fen: None,
            state,
        }
    }

    fn order(number: u32, state: &str) -> BankOrder {
        BankOrder {
            order_no: format!("S{number}"),
            state: state.to_owned(),
            amount_fen: 100,
            refunded_fen: 0,
        }
    }

    fn check(charges: &[Seen], orders: &[BankOrder], words: &str) {
        let found = compare(charges, orders, &[], &[]);
        assert!(
            found.iter().any(|wrong| wrong.contains(words)),
            "{words}: {found:?}"
        );
    }

    #[test]
    fn a_record_that_agrees_with_the_bank_is_right() {
        let charges = [
            charge(1, "a", StateName::Paid),
            charge(2, "b", StateName::Reversed),
        ];
        let orders = [order(1, "paid"), order(2, "given-back")];
        let told = [
            ("id-1".to_owned(), StateName::Paid),
            ("id-2".to_owned(), StateName::Unknown),
        ];
        let sales = [Sale {
            name: "a".to_owned(),
            charge: Some("id-1".to_owned()),
        }];
        assert_eq!(compare(&charges, &orders, &sales, &told), [""; 0]);
    }

    #[test]
    fn false_paid_false_failed_and_unfinished_are_found() {
        check(
            &[charge(1, "a", StateName::Paid)],
            &[order(1, "closed")],
            "is Paid",
        );
        check(&[charge(1, "a", StateName::Paid)], &[], "is Paid");
        check(
            &[charge(1, "a", StateName::Refused)],
            &[order(1, "paid")],
            "is Refused",
        );
        check(
            &[charge(1, "a", StateName::Reversed)],
            &[order(1, "waiting")],
            "is Reversed",
        );
        check(
            &[charge(1, "a", StateName::Unknown)],
            &[order(1, "paid")],
            "is Unknown",
        );
    }

    #[test]
    fn goods_that_come_to_another_sum_are_found() {
        let mut charge = charge(1, "a", StateName::Paid);
        charge.goods_fen = Some(100);
        let orders = [order(1, "paid")];
        assert_eq!(compare(&[charge.clone()], &orders, &[], &[]), [""; 0]);
        charge.goods_fen = Some(90);
        check(&[charge], &orders, "its goods over 90");
    }

    #[test]
    fn a_lost_order_and_a_sale_paid_twice_are_found() {
        check(&[], &[order(1, "paid")], "the record has lost");
        let twice = [
            charge(1, "a", StateName::Paid),
            charge(2, "a", StateName::Paid),
        ];
        check(
            &twice,
            &[order(1, "paid"), order(2, "paid")],
            "a was paid 2 times",
        );
    }

    #[test]
    fn what_was_told_and_is_not_so_is_found() {
        let charges = [charge(1, "a", StateName::Reversed)];
        let told = [("id-1".to_owned(), StateName::Paid)];
        let sale = Sale {
            name: "b".to_owned(),
            charge: Some("id-2".to_owned()),
        };
        assert_eq!(compare(&charges, &[], &[sale], &told).len(), 2);
    }

    fn view(facts: &[&str]) -> ChargeView {
        let step = |(place, fact): (usize, &&str)| {
            let revision = place + 1;
            json!({"revision": revision, "at_ms": 5, "fact": fact, "detail": null})
        };
        let history: Vec<_> = facts.iter().enumerate().map(step).collect();
        let view = json!({
            "id": "id-1", "sale": "a", "device": "till-1", "amount_fen": 100, "currency": "CNY",
            "provider": "alipay", "order_no": "S1", "state": "unknown",
            "revision": facts.len(), "opened_ms": 5, "changed_ms": 5, "deadline_ms": 9,
            "provider_no": null, "funding": [], "payer": null, "refusal": null, "doubt": null,
            "reverse_why": null, "reverse_end": null, "refunded_fen": 0, "refund_rest_fen": 0,
            "refunds": [], "history": history,
        });
        serde_json::from_value(view).expect("a charge has its form")
    }

    #[test]
    fn what_was_told_must_be_the_beginning_of_what_is_recorded() {
        let now = [view(&["opened", "sent", "doubted"])];
        for facts in [&["opened"][..], &["opened", "sent", "doubted"]] {
            assert_eq!(contradictions(&now, &[view(facts)]), [""; 0]);
        }
        let more = view(&["opened", "sent", "doubted", "paid"]);
        let other = view(&["opened", "sent", "paid"]);
        let (mut ended, mut dearer) = (view(&["opened"]), view(&["opened"]));
        ended.state = StateName::Paid;
        dearer.amount_fen = 200;
        let mut unknown = view(&["opened"]);
        unknown.id = "id-2".to_owned();
        for told in [more, other, ended, dearer, unknown] {
            assert_eq!(contradictions(&now, &[told]).len(), 1);
        }
    }
}
