//! The receipt of one sale, for the browser's own print: nothing of it is on the screen.
//!
//! It takes the width of whatever roll the browser prints on, 58 or 80 mm; `style/print.css` hides
//! the till around it.

use leptos::prelude::*;
use say::goods::GoodsWords;
use say::receipt::ReceiptWords;
use wire::{CartView, CartViewLine, ChargeView, StateName};

use super::press::{Face, press};
use super::record::funding_names;
use crate::app::{Till, yuan};
use crate::here;

/// What a receipt says became of the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It is with the shop, or a part of it is.
    Paid,
    /// All of it went back.
    Refunded,
}

/// `None` while nothing was paid, or nobody knows: a receipt would say too much.
const fn came(view: &ChargeView) -> Option<Came> {
    match view.state {
        StateName::Paid if view.refunded_fen >= view.amount_fen => Some(Came::Refunded),
        StateName::Paid => Some(Came::Paid),
        StateName::Opened
        | StateName::Sent
        | StateName::Waiting
        | StateName::Unknown
        | StateName::Reversing
        | StateName::Refused
        | StateName::Reversed => None,
    }
}

/// The button that prints, and what is printed; nothing where there is no receipt.
pub(super) fn receipt(till: Till, view: &ChargeView, provider: &str) -> Option<AnyView> {
    let came = came(view)?;
    let face = Face::named(
        "button button--outline record__print",
        "record-print",
        Signal::stored(till.words().record_print.to_owned()),
    );
    Some((press(face, here::print), slip(till, view, came, provider)).into_any())
}

fn slip(till: Till, view: &ChargeView, came: Came, provider: &str) -> AnyView {
    let words = ReceiptWords::of(till.lang.get());
    let shop = till.flow.with_untracked(|flow| {
        let hello = flow.pulse.hello.as_ref();
        hello.map(|hello| hello.shop.clone())
    });
    let funding = funding_names(till.words(), &view.funding);
    let way = match funding.as_str() {
        "" => provider.to_owned(),
        funding => format!("{provider} ({funding})"),
    };
    let number = view.provider_no.clone().unwrap_or_default();
    let head = [
        (words.time, here::whole_time(view.opened_ms)),
        (words.till, view.device.clone()),
        (words.order_no, view.order_no.clone()),
        (words.provider_no, number),
    ];
    let head = head.into_iter().filter(|(_, value)| !value.is_empty());
    let head = head.map(|(label, value)| row(label, value)).collect_view();
    let mark = (came == Came::Refunded).then_some(words.refund);
    let back = view.refunded_fen;
    let back = (back > 0).then(|| row(words.refunded, less(back)));
    let total = format!("¥{}", yuan(view.amount_fen));
    view! {
        <section class="slip" data-test="slip">
            <p class="slip__shop" dir="auto">{shop}</p>
            <p class="slip__shop">{mark}</p>
            <div class="slip__part slip__numbers">{head}</div>
            {view.cart.as_ref().map(|cart| goods(till, words, cart))}
            <div class="slip__part">
                <div class="slip__total">{row(words.total, total)}</div>
                {row(&way, yuan(view.amount_fen))}
                {plan(words, view)}
                {back}
            </div>
        </section>
    }
    .into_any()
}

/// What was sold, at the prices of then.
fn goods(till: Till, words: &ReceiptWords, cart: &CartView) -> AnyView {
    let typed = GoodsWords::of(till.lang.get()).typed;
    let line = |line: &CartViewLine| {
        let name = line.name.as_deref().unwrap_or(typed);
        let sum = yuan(line.sum_fen.saturating_add(line.off_fen));
        let off = (line.off_fen > 0).then(|| row(words.off, less(line.off_fen)));
        if line.count == 1 {
            return (row(name, sum), off).into_any();
        }
        let each = format!("{} × {}", line.count, yuan(line.unit_fen));
        let name = view! { <p class="slip__name" dir="auto">{name.to_owned()}</p> };
        (name, row(&each, sum), off).into_any()
    };
    let off = (cart.off_fen > 0).then(|| {
        let subtotal = row(words.subtotal, yuan(cart.subtotal_fen));
        (subtotal, row(words.off, less(cart.off_fen)))
    });
    view! {
        <div class="slip__part">{cart.lines.iter().map(line).collect_view()}</div>
        {off.map(|off| view! { <div class="slip__part">{off}</div> })}
    }
    .into_any()
}

/// In how many months the customer pays it back.
fn plan(words: &ReceiptWords, view: &ChargeView) -> Option<AnyView> {
    let asked = view.instalments.map(|plan| plan.months);
    let months = view.paid_months.or(asked)?.to_string();
    Some(row(
        &say::fill(words.plan, &[("n", &months)]),
        String::new(),
    ))
}

fn less(fen: i64) -> String {
    format!("-{}", yuan(fen))
}

fn row(label: &str, value: String) -> AnyView {
    let label = label.to_owned();
    view! { <p class="slip__row"><span dir="auto">{label}</span><span>{value}</span></p> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view(state: &str, refunded_fen: i64) -> ChargeView {
        let text = format!(
            r#"{{"id":"i","sale":"s","device":"d","amount_fen":1250,"currency":"CNY",
            "provider":"alipay","order_no":"o","state":"{state}","revision":3,"opened_ms":1,
            "changed_ms":2,"deadline_ms":3,"provider_no":null,"funding":[],"payer":null,
            "refusal":null,"doubt":null,"reverse_why":null,"reverse_end":null,
            "refunded_fen":{refunded_fen},"refund_rest_fen":0,"refunds":[],"history":[]}}"#
        );
        serde_json::from_str(&text).expect("a charge")
    }

    #[test]
    fn there_is_a_receipt_of_what_was_paid_and_of_nothing_else() {
        assert_eq!(came(&view("paid", 0)), Some(Came::Paid));
        assert_eq!(came(&view("paid", 1_000)), Some(Came::Paid));
        assert_eq!(came(&view("paid", 1_250)), Some(Came::Refunded));
        let others = "opened sent waiting unknown reversing refused reversed";
        for state in others.split(' ') {
            assert_eq!(came(&view(state, 0)), None, "{state}");
        }
    }
}
