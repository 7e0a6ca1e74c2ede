//! The amount: what was typed, what it comes to, and what is wrong with it.

use leptos::prelude::*;
use money::Amount;
use sale::{QuoteError, SumError};
use say::goods::GoodsWords;
use say::kiosk::KioskWords;
use say::plan::PlanWords;

use super::goods::GoodsKeys;
use super::plan::{PlanKey, plan_fault, plan_line};
use crate::app::{Till, till};
use crate::flow::{Flow, Notice, Unpriced};

/// The amount panel.
#[component]
pub(crate) fn AmountPanel() -> impl IntoView {
    let till = till();
    let typed = Memo::new(move |_| {
        till.flow.with(|flow| {
            // Beside goods even a plain number is only a part of the amount.
            if flow.keypad.is_sum() || !flow.basket.cart.is_empty() {
                flow.keypad.text().to_owned()
            } else {
                String::new()
            }
        })
    });
    let shown = Memo::new(move |_| till.flow.with(Flow::shown));
    let is_empty = Memo::new(move |_| till.flow.with(Flow::is_blank));
    view! {
        <section class="amount" aria-label=move || till.words().amount>
            <div class="amount__keys">
                <GoodsKeys/>
                <PlanKey/>
            </div>
            <p class="amount__sum" aria-hidden="true">{move || typed.get()}</p>
            <p
                class="amount__figure"
                class:amount__figure--empty=move || is_empty.get()
                class:amount__figure--long=move || { shown.with(String::len) > 7 }
                class:amount__figure--longest=move || { shown.with(String::len) > 10 }
            >
                <span class="amount__sign">"¥"</span>
                <output data-test="amount">{move || shown.get()}</output>
            </p>
            <Line/>
        </section>
    }
}

/// The line under the amount.
#[component]
fn Line() -> impl IntoView {
    let till = till();
    let fault = Memo::new(move |_| {
        till.flow.with(|flow| {
            let limit = flow.pulse.limit();
            flow.sum().err().map(|why| (why, limit))
        })
    });
    let notice = Memo::new(move |_| till.flow.with(Flow::notice));
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let sentence = move || {
        let words = till.words();
        let kiosk = is_kiosk.then(|| KioskWords::of(till.lang.get()));
        let too_large = kiosk.map_or(words.too_large, |one| one.too_large);
        if let Some(text) = fault.get().and_then(|(why, limit)| match why {
            Unpriced::Typed(why) => fault_sentence(words, too_large, why, limit),
            Unpriced::Cart(why) => cart_sentence(till, too_large, &why, limit),
        }) {
            return (true, text);
        }
        match notice
            .get()
            .and_then(|notice| notice_sentence(till, words, &notice))
        {
            Some(_) if kiosk.is_some() && notice.get() == Some(Notice::Offline) => {
                (true, kiosk.map_or("", |one| one.offline).to_owned())
            }
            Some(text) => (!notice.get().is_some_and(|one| one.is_about_past()), text),
            None if till.flow.with(Flow::is_blank) => {
                let hint = if is_kiosk {
                    words.kiosk_amount
                } else if till.has_goods() {
                    GoodsWords::of(till.lang.get()).cart_hint
                } else {
                    words.amount_hint
                };
                (false, hint.to_owned())
            }
            None => {
                let wrong = till.flow.with(Flow::quote).and_then(Result::err);
                let line = || plan_line(till).or_else(|| cart_line(till));
                wrong.map_or_else(
                    || (false, line().unwrap_or_default()),
                    |why| (true, plan_fault(till, why)),
                )
            }
        }
    };
    let line = Memo::new(move |_| sentence());
    view! {
        <p
            class="amount__line"
            class:amount__line--fault=move || line.get().0
            data-test="notice"
            role="status"
        >
            {move || line.get().1}
        </p>
    }
}

/// Why the cart cannot be charged.
fn cart_sentence(till: Till, too_large: &str, why: &QuoteError, limit: Amount) -> Option<String> {
    let words = GoodsWords::of(till.lang.get());
    let sentence = match why {
        QuoteError::Empty => return None,
        QuoteError::Gone(_) | QuoteError::PriceChanged { .. } => words.stale,
        QuoteError::TooLarge => {
            return Some(say::fill(too_large, &[("limit", &limit.yuan_grouped())]));
        }
        QuoteError::DiscountOverSum => words.over_sum,
        QuoteError::Zero => words.nothing,
    };
    Some(sentence.to_owned())
}

/// How many pieces, and what they come to before the discount.
fn cart_line(till: Till) -> Option<String> {
    let (count, quote) = till.flow.with(|flow| {
        let count = flow.basket.cart.count();
        (count > 0).then(|| Some((count, flow.bill().ok()?)))?
    })?;
    let words = GoodsWords::of(till.lang.get());
    let (count, sum) = (count.to_string(), quote.subtotal.yuan_grouped());
    let mut line = say::fill(words.subtotal, &[("n", &count), ("sum", &sum)]);
    if quote.off > Amount::ZERO {
        let off = quote.off.yuan_grouped();
        line.push_str(" · ");
        line.push_str(&say::fill(words.discount_off, &[("off", &off)]));
    }
    Some(line)
}

fn fault_sentence(
    words: &say::till::TillWords,
    too_large: &str,
    why: SumError,
    limit: Amount,
) -> Option<String> {
    match why {
        SumError::Empty | SumError::Zero => None,
        SumError::TooFine => Some(words.too_fine.to_owned()),
        SumError::TooLarge => Some(say::fill(too_large, &[("limit", &limit.yuan_grouped())])),
        SumError::TooLong => Some(words.too_long.to_owned()),
    }
}

/// What a notice says beside the amount; those about codes stand in the camera's picture.
fn notice_sentence(till: Till, words: &say::till::TillWords, notice: &Notice) -> Option<String> {
    let with = |sentence: &str, amount: &Amount| {
        Some(say::fill(sentence, &[("amount", &amount.yuan_grouped())]))
    };
    match notice {
        Notice::AmountMissing => Some(words.amount_missing.to_owned()),
        Notice::Offline => Some(words.offline_charge.to_owned()),
        Notice::FinishFirst => Some(words.finish_first.to_owned()),
        Notice::CancelLate => Some(words.cancel_late.to_owned()),
        Notice::DoubtPaid(amount) => with(words.doubt_paid, amount),
        Notice::DoubtFreed(amount) => with(words.doubt_freed, amount),
        Notice::PlanOff(why) => Some(plan_fault(till, *why)),
        Notice::GoodsChanged => Some(GoodsWords::of(till.lang.get()).stale.to_owned()),
        Notice::CartFull => Some(GoodsWords::of(till.lang.get()).full.to_owned()),
        Notice::PlanNeedsAlipay => Some(PlanWords::of(till.lang.get()).only_alipay.to_owned()),
        Notice::ShowCode
        | Notice::NotPaymentCode
        | Notice::CodeLength
        | Notice::ProviderOff(_)
        | Notice::CodeUsed
        | Notice::CodeExpired => None,
    }
}
