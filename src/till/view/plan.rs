//! 花呗分期 before a charge: the key that opens the choice, the choice, and what is told of it.

use leptos::prelude::*;
use money::{Amount, FeeOn, Instalments, NotOffered, Quote};
use say::plan::PlanWords;

use super::icon::{Icon, Mark};
use crate::app::{Asked, Till, till};
use crate::flow::{Flow, Input};

/// Opens the choice; says what is chosen. Absent where the shop offers nothing.
#[component]
pub(crate) fn PlanKey() -> impl IntoView {
    let till = till();
    let is_offered = Memo::new(move |_| till.flow.with(|flow| flow.pulse.offer().is_some()));
    let plan = Memo::new(move |_| till.flow.with(Flow::plan));
    let label = move || {
        let words = PlanWords::of(till.lang.get());
        plan.get().map_or_else(
            || words.open.to_owned(),
            |plan| say::fill(words.chosen, &[("n", &months(plan))]),
        )
    };
    view! {
        <Show when=move || is_offered.get()>
            <button
                type="button"
                class="button amount__plan"
                class:amount__plan--chosen=move || plan.get().is_some()
                data-test="plan"
                on:click=move |_| till.asked.set(Some(Asked::Plan))
            >
                {label}
            </button>
        </Show>
    }
}

/// What the chosen plan comes to, in one line; `None` where none is chosen.
pub(crate) fn plan_line(till: Till) -> Option<String> {
    let quote = till.flow.with(Flow::quote)?.ok()?;
    let words = PlanWords::of(till.lang.get());
    let sentence = match (quote.fee.fen(), quote.plan.fee_on) {
        (0, FeeOn::Customer | FeeOn::Shop) => words.line_none,
        (_, FeeOn::Customer) => words.line_customer,
        (_, FeeOn::Shop) => words.line_shop,
    };
    Some(told(sentence, quote))
}

/// Why the chosen plan does not do.
pub(crate) fn plan_fault(till: Till, why: NotOffered) -> String {
    let words = PlanWords::of(till.lang.get());
    let sentence = match why {
        NotOffered::Plan => words.gone,
        NotOffered::TooSmall => words.too_small,
        NotOffered::TooLarge => words.too_large,
    };
    let chosen = till.flow.with(Flow::plan).map(months).unwrap_or_default();
    say::fill(sentence, &[("least", &least(till)), ("n", &chosen)])
}

fn months(plan: Instalments) -> String {
    plan.months.count().to_string()
}

/// The smallest sum in instalments, for people.
fn least(till: Till) -> String {
    let least = till
        .flow
        .with(|flow| flow.pulse.offer().map(money::Offer::least));
    least.unwrap_or_default().yuan_grouped()
}

fn told(sentence: &str, quote: Quote) -> String {
    let Quote {
        plan,
        fee,
        total,
        each,
        ..
    } = quote;
    let [fee, total, each] = [fee, total, each].map(Amount::yuan_grouped);
    say::fill(
        sentence,
        &[
            ("n", &months(plan)),
            ("each", &each),
            ("fee", &fee),
            ("total", &total),
        ],
    )
}

/// The choice: every plan with what it costs, and paying all at once.
#[component]
pub(crate) fn PlanDialog() -> impl IntoView {
    let till = till();
    view! {
        <Show when=move || till.asks(Asked::Plan)>
            <Choice/>
        </Show>
    }
}

#[component]
fn Choice() -> impl IntoView {
    let till = till();
    let words = move || PlanWords::of(till.lang.get());
    let quotes = move || till.flow.with(Flow::quotes);
    let rows = move || {
        quotes()
            .into_iter()
            .map(|quote| row(till, words(), quote))
            .collect_view()
    };
    view! {
        <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="plan-title">
            <div class="dialog__box">
                <h2 id="plan-title">{move || words().title}</h2>
                <p class="dialog__about">{move || words().about}</p>
                <Show
                    when=move || !quotes().is_empty()
                    fallback=move || {
                        let sentence = say::fill(words().amount_first, &[("least", &least(till))]);
                        view! { <p class="dialog__note" data-test="plan-none">{sentence}</p> }
                    }
                >
                    <ul class="plans">{rows}</ul>
                </Show>
                <div class="dialog__actions">
                    <Show when=move || till.flow.with(|flow| flow.plan().is_some())>
                        <button
                            type="button"
                            class="button button--outline"
                            data-test="plan-whole"
                            on:click=move |_| choose(till, None)
                        >
                            {move || words().whole}
                        </button>
                    </Show>
                    <button
                        type="button"
                        class="button button--outline"
                        data-test="plan-back"
                        on:click=move |_| till.asked.set(None)
                    >
                        {move || till.words().back}
                    </button>
                </div>
            </div>
        </div>
    }
}

fn choose(till: Till, plan: Option<Instalments>) {
    till.asked.set(None);
    till.tell(Input::Plan(plan));
}

/// One plan: the sum of a month is what the customer asks for.
fn row(till: Till, words: &'static PlanWords, quote: Quote) -> impl IntoView {
    let fee = match (quote.fee.fen(), quote.plan.fee_on) {
        (0, FeeOn::Customer | FeeOn::Shop) => words.fee_none,
        (_, FeeOn::Customer) => words.fee_customer,
        (_, FeeOn::Shop) => words.fee_shop,
    };
    let plan = quote.plan;
    let is_chosen = till.flow.with(Flow::plan) == Some(plan);
    view! {
        <li>
            <button
                type="button"
                class="plan"
                class:plan--chosen=is_chosen
                aria-pressed=is_chosen.to_string()
                data-test=format!("plan-{}-{}", plan.months.count(), plan.fee_on.as_str())
                on:click=move |_| choose(till, Some(plan))
            >
                <span class="plan__each">{told(words.each, quote)}</span>
                <span class="plan__fee">{told(fee, quote)}</span>
                {is_chosen.then(|| view! { <Mark icon=Icon::Check/> })}
            </button>
        </li>
    }
}

/// By which plan the charge on the screen is to be paid.
#[component]
pub(crate) fn PlanOfCharge() -> impl IntoView {
    let till = till();
    let chosen = Memo::new(move |_| {
        till.flow.with(|flow| {
            let of_view = super::stage::of_running(flow, |one| one.view.as_ref()?.instalments);
            let of_view = of_view.flatten().map(|plan| plan.months);
            of_view.or_else(|| flow.plan().map(|plan| plan.months.count()))
        })
    });
    move || {
        chosen.get().map(|count| {
            let words = PlanWords::of(till.lang.get());
            let sentence = say::fill(words.charging, &[("n", &count.to_string())]);
            view! { <p class="stage__quiet" data-test="charging-plan">{sentence}</p> }
        })
    }
}
