//! One sale, with everything that is known of it.

use leptos::prelude::*;
use leptos::task::spawn_local;
use money::Provider;
use say::Lang;
use say::funding::{name as funding_name, wallet};
use say::goods::GoodsWords;
use say::till::TillWords;
use wire::{CartView, CartViewLine, ChargeView, FeeOnName, FundingView, StateName, StepView};

use super::receipt::receipt;
use super::records::{Fetched, state_look};
use crate::api;
use crate::app::{Till, till, yuan};
use crate::here;

/// The page of one sale; follows its changes.
#[component]
pub(crate) fn RecordPage(
    /// The charge.
    id: String,
) -> impl IntoView {
    let till = till();
    let record = RwSignal::new(Fetched::Waiting);
    Effect::new(move |_| {
        till.changes.track();
        let (id, tag) = (id.clone(), till.lang.get_untracked().tag());
        spawn_local(async move {
            let answer = api::look_at(&id, tag).await;
            let is_known = matches!(record.try_get_untracked(), Some(Fetched::There(_)));
            match answer {
                Ok(view) => drop(record.try_set(Fetched::There(*view))),
                Err(_) if is_known => {}
                Err(_) => drop(record.try_set(Fetched::Failed)),
            }
        });
    });
    move || match record.get() {
        Fetched::Waiting => {
            view! { <p class="sheet__note">{till.words().records_loading}</p> }.into_any()
        }
        Fetched::Failed => {
            view! { <p class="sheet__note">{till.words().record_missing}</p> }.into_any()
        }
        Fetched::There(view) => facts(till, &view).into_any(),
    }
}

fn facts(till: Till, view: &ChargeView) -> impl IntoView {
    let words = till.words();
    let provider = Provider::named(&view.provider).map_or_else(
        || view.provider.clone(),
        |one| wallet(words, one).to_owned(),
    );
    let refusal = view.refusal.as_ref().map(|refusal| {
        let said = say::cause::refusal(&refusal.cause, till.lang.get());
        let code = format!("{} {}", refusal.code, refusal.text);
        view! { <p class="record__cause">{said.what}<small>{code}</small></p> }
    });
    view! {
        <p class="record__amount">"¥"{yuan(view.amount_fen)}</p>
        <p class="record__state">
            <span
                class=format!("tag tag--{}", state_look(view.state).as_str())
                data-test="record-state"
                data-state=state_look(view.state).as_str()
            >
                {state_name(words, view.state)}
            </span>
        </p>
        {refunded(words, view).map(|text| view! {
            <p class="record__refunded" data-test="record-refunded">{text}</p>
        })}
        {refusal}
        {receipt(till, view, &provider)}
        <dl class="facts">
            <Fact name=words.record_opened test="record-opened" value=time(view.opened_ms)/>
            <Fact name=words.record_provider test="record-provider" value=provider/>
            <Fact
                name=words.record_funding
                test="record-funding"
                value=funding_sentence(words, view)
            />
            {instalments(words, view).map(|plan| view! {
                <Fact name=words.record_instalments test="record-instalments" value=plan/>
            })}
            <Fact name=words.record_order_no test="record-order-no" value=view.order_no.clone()/>
            <Fact
                name=words.record_provider_no
                test="record-provider-no"
                value=view.provider_no.clone().unwrap_or_else(|| "—".to_owned())
            />
            {view.payer.clone().map(|payer| view! {
                <Fact name=words.record_payer test="record-payer" value=payer/>
            })}
            <Fact name=words.record_device test="record-device" value=view.device.clone()/>
        </dl>
        {view.cart.as_ref().map(|cart| goods(till, cart))}
        <h3 class="record__heading">{words.record_history}</h3>
        <ol class="steps">{view.history.iter().map(|one| step(till, view, one)).collect_view()}</ol>
    }
}

/// What was sold, at the prices of then.
fn goods(till: Till, cart: &CartView) -> AnyView {
    let words = GoodsWords::of(till.lang.get());
    let row = |(name, count, fen): (String, String, String)| {
        view! { <div class="facts__row"><dt><bdi>{name}</bdi>{count}</dt><dd>{fen}</dd></div> }
    };
    let line = |line: &CartViewLine| {
        let name = line.name.clone().unwrap_or_else(|| words.typed.to_owned());
        let count = Some(line.count).filter(|count| *count > 1);
        (
            name,
            count.map_or_else(String::new, |count| format!(" × {count}")),
            format!("¥{}", yuan(line.sum_fen)),
        )
    };
    let off = (
        words.discount.to_owned(),
        String::new(),
        format!("−¥{}", yuan(cart.off_fen)),
    );
    let lines = cart.lines.iter().map(line);
    let lines = lines.chain(Some(off).filter(|_| cart.off_fen > 0));
    view! {
        <h3 class="record__heading">{words.record_goods}</h3>
        <dl class="facts facts--sold" data-test="record-goods">{lines.map(row).collect_view()}</dl>
    }
    .into_any()
}

/// What went back, where anything did.
pub(crate) fn refunded(words: &TillWords, view: &ChargeView) -> Option<String> {
    let is_any = view.refunded_fen > 0;
    is_any.then(|| format!("{} ¥{}", words.record_refunded, yuan(view.refunded_fen)))
}

#[component]
fn Fact(
    /// What it is.
    name: &'static str,
    /// Its name for tests.
    test: &'static str,
    /// What it is here.
    value: String,
) -> impl IntoView {
    view! { <div class="facts__row"><dt>{name}</dt><dd data-test=test>{value}</dd></div> }
}

fn step(till: Till, view: &ChargeView, step: &StepView) -> impl IntoView + use<> {
    let words = till.words();
    let name = match step.fact.as_str() {
        "opened" => words.state_opened,
        "sent" => words.state_sent,
        "waiting" => words.state_waiting,
        "shown" => words.step_shown,
        "doubted" => words.state_unknown,
        "paid" => words.state_paid,
        "refused" => words.state_refused,
        "reverse-begun" => words.state_reversing,
        "paid-while-reversing" => words.step_paid_late,
        "reversed" => words.state_reversed,
        // A fact of a later backend still stands in the list, by its own name.
        other => say::step::refund(other, till.lang.get()).unwrap_or_default(),
    };
    let name = if name.is_empty() {
        step.fact.clone()
    } else {
        name.to_owned()
    };
    let of_refund = |no: &String| view.refunds.iter().find(|one| one.no == *no);
    let sum = step.detail.as_ref().and_then(of_refund);
    let sum = sum.map(|refund| format!(" ¥{}", yuan(refund.amount_fen)));
    view! {
        <li class="steps__row" data-fact=step.fact.clone()>
            <span class="steps__time">{time(step.at_ms)}</span>
            <span>{name}{sum}</span>
            {step_detail(step, till.lang.get()).map(|detail| view! {
                <span class="steps__detail">{detail}</span>
            })}
        </li>
    }
}

/// Causes, doubts and ends in words; numbers as they are.
fn step_detail(step: &StepView, lang: Lang) -> Option<String> {
    let detail = step.detail.as_deref()?;
    let words = match step.fact.as_str() {
        "doubted" | "refund-doubted" => say::cause::doubt(detail, lang).what,
        "refused" => say::cause::refusal(detail, lang).what,
        "reverse-begun" => say::step::reverse_why(detail, lang),
        "reversed" => say::step::reverse_end(detail, lang),
        // The step's own name says it; the causes' words speak of a payment.
        "refund-refused" => return None,
        // Numbers, and whatever a later backend tells.
        _ => detail,
    };
    Some(words.to_owned())
}

/// A state's name for people.
pub(crate) const fn state_name(words: &TillWords, state: StateName) -> &'static str {
    match state {
        StateName::Opened => words.state_opened,
        StateName::Sent => words.state_sent,
        StateName::Waiting => words.state_waiting,
        StateName::Unknown => words.state_unknown,
        StateName::Reversing => words.state_reversing,
        StateName::Paid => words.state_paid,
        StateName::Refused => words.state_refused,
        StateName::Reversed => words.state_reversed,
    }
}

/// The sources of a payment by their names: 花呗, 余额.
pub(crate) fn funding_names(words: &'static TillWords, funding: &[FundingView]) -> String {
    let names: Vec<&str> = funding
        .iter()
        .map(|one| funding_name(words, &one.channel))
        .collect();
    names.join(" + ")
}

fn funding_sentence(words: &'static TillWords, view: &ChargeView) -> String {
    match view.funding.as_slice() {
        [] if view.state == StateName::Paid => words.record_funding_none.to_owned(),
        [] => "—".to_owned(),
        [one] => funding_name(words, &one.channel).to_owned(),
        many => {
            let part = |one: &FundingView| {
                format!(
                    "{} ¥{}",
                    funding_name(words, &one.channel),
                    yuan(one.amount_fen)
                )
            };
            many.iter().map(part).collect::<Vec<_>>().join(" + ")
        }
    }
}

/// The plan that was asked for, or the one that the customer chose where the provider tells it.
fn instalments(words: &TillWords, view: &ChargeView) -> Option<String> {
    let (sentence, months) = match (view.instalments, view.paid_months) {
        (Some(plan), _) => match plan.fee_on {
            FeeOnName::Customer => (words.record_plan_customer, plan.months),
            FeeOnName::Shop => (words.record_plan_shop, plan.months),
        },
        (None, Some(months)) => (words.record_plan_told, months),
        (None, None) => return None,
    };
    Some(say::fill(sentence, &[("months", &months.to_string())]))
}

fn time(ms: i64) -> String {
    let day = here::day_and_time(ms);
    let seconds = here::clock(ms);
    format!("{day}{}", seconds.get(5..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every stable name that a detail can be, beside its step: the backend's names of why a
    /// charge was reversed and of how that ended, then some of its doubts and causes.
    const DETAILS: [(&str, &str); 10] = [
        ("reverse-begun", "deadline"),
        ("reverse-begun", "cashier"),
        ("reverse-begun", "code-lost"),
        ("reversed", "closed"),
        ("reversed", "given-back"),
        ("reversed", "nothing"),
        ("doubted", "lost"),
        ("refund-doubted", "mismatch"),
        ("refused", "no-money"),
        ("refused", "a-cause-of-tomorrow"),
    ];

    fn detail(fact: &str, detail: &str, lang: Lang) -> Option<String> {
        let step = StepView {
            revision: 1,
            at_ms: 0,
            fact: fact.to_owned(),
            detail: Some(detail.to_owned()),
        };
        step_detail(&step, lang)
    }

    #[test]
    fn every_detail_of_a_step_is_said_in_the_pages_language() {
        let mut seen = Vec::new();
        for (fact, name) in DETAILS {
            let zh = detail(fact, name, Lang::Zh).expect("words");
            let en = detail(fact, name, Lang::En).expect("words");
            assert!(!zh.chars().any(|one| one.is_ascii_alphabetic()), "{zh}");
            assert!(en.is_ascii() && en != name, "{en}");
            assert!(!seen.contains(&en), "{name} has words of its own");
            seen.push(en);
        }
    }

    #[test]
    fn numbers_are_shown_as_they_are() {
        for fact in ["paid", "refund-asked", "refund-given"] {
            assert_eq!(
                detail(fact, "20261123", Lang::Zh).as_deref(),
                Some("20261123")
            );
        }
    }
}
