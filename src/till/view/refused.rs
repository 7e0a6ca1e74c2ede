//! Nothing was taken: why, and what to do.

use leptos::prelude::*;
use say::Lang;
use say::kiosk::KioskWords;
use say::till::TillWords;

use super::icon::{Icon, Mark};
use super::stage::StageAmount;
use crate::app::till;
use crate::flow::{Input, Screen, Why};

/// What a refusal says.
struct Sentences {
    what: String,
    next: String,
    /// The provider's own code and sentence, for support.
    code: Option<String>,
    /// The stable name of the cause.
    cause: String,
}

/// The cause in plain words and one primary action.
#[component]
pub(crate) fn RefusedScreen() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let why = till.flow.with_untracked(|flow| match &flow.screen {
        Screen::Refused { why, .. } => Some(why.clone()),
        Screen::Ready | Screen::Running(_) | Screen::Paid { .. } | Screen::Reversed(_) => None,
    });
    let text = move || {
        let lang = till.lang.get();
        why.as_ref().map(|why| {
            let said = sentences(why, is_kiosk, lang);
            view! {
                <p class="stage__cause" data-test="refused-cause" data-cause=said.cause>
                    {said.what}
                </p>
                <p class="stage__next">{said.next}</p>
                {said.code.map(|code| view! {
                    <p class="stage__quiet">{TillWords::of(lang).refused_code}" "{code}</p>
                })}
            }
        })
    };
    let title = move || {
        if is_kiosk {
            KioskWords::of(till.lang.get()).refused
        } else {
            till.words().refused
        }
    };
    view! {
        <section class="stage stage--refused" role="group" aria-label=title>
            <div class="stage__mark"><Mark icon=Icon::Alert/></div>
            <h2 class="stage__title">{title}</h2>
            <StageAmount/>
            {text}
            <Actions/>
        </section>
    }
}

/// Speaks to the customer at the kiosk, else to the cashier.
fn sentences(why: &Why, is_kiosk: bool, lang: Lang) -> Sentences {
    let said = to_cashier(why, lang);
    if !is_kiosk {
        return said;
    }
    let words = say::kiosk::refusal(&said.cause, lang);
    let code = match why {
        Why::Charge(view) => view.refusal.as_ref(),
        Why::Problem(_) | Why::NotDelivered => None,
    };
    Sentences {
        what: words.what.to_owned(),
        next: words.next.to_owned(),
        // The code alone, for the staff: the provider's sentence speaks to them too.
        code: code.map(|one| one.code.clone()),
        cause: said.cause,
    }
}

fn to_cashier(why: &Why, lang: Lang) -> Sentences {
    match why {
        Why::Charge(view) => {
            let refusal = view.refusal.as_ref();
            let cause = refusal.map(|one| one.cause.clone()).unwrap_or_default();
            let words = say::cause::refusal(&cause, lang);
            Sentences {
                what: words.what.to_owned(),
                next: words.next.to_owned(),
                code: refusal.map(|one| format!("{} {}", one.code, one.text)),
                cause,
            }
        }
        Why::Problem(kind) => {
            let words = say::problem::words(*kind, lang);
            Sentences {
                what: words.title.to_owned(),
                next: words.detail.to_owned(),
                code: None,
                cause: kind.as_str().to_owned(),
            }
        }
        Why::NotDelivered => {
            let words = TillWords::of(lang);
            Sentences {
                what: words.not_delivered.to_owned(),
                next: words.not_delivered_next.to_owned(),
                code: None,
                cause: "not-delivered".to_owned(),
            }
        }
    }
}

/// The same sale again, or the next one.
#[component]
fn Actions() -> impl IntoView {
    let till = till();
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    view! {
        <div class="stage__actions">
            <button
                type="button"
                class="button button--primary"
                data-test="refused-action"
                on:click=move |_| till.tell(Input::Again)
            >
                {move || {
                    if is_kiosk {
                        KioskWords::of(till.lang.get()).again
                    } else {
                        till.words().refused_again
                    }
                }}
            </button>
            <Show when=move || !is_kiosk>
                <button
                    type="button"
                    class="button button--outline"
                    data-test="next-sale"
                    on:click=move |_| till.tell(Input::Fresh)
                >
                    {move || till.words().refused_fresh}
                </button>
            </Show>
        </div>
    }
}

/// The charge was undone or made impossible.
#[component]
pub(crate) fn ReversedScreen() -> impl IntoView {
    let till = till();
    let end = till.flow.with_untracked(|flow| match &flow.screen {
        Screen::Reversed(view) => view.reverse_end.clone(),
        Screen::Ready | Screen::Running(_) | Screen::Paid { .. } | Screen::Refused { .. } => None,
    });
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let title = move || {
        if is_kiosk {
            KioskWords::of(till.lang.get()).reversed
        } else {
            till.words().reversed
        }
    };
    let sentence = move || {
        let (words, kiosk) = (till.words(), KioskWords::of(till.lang.get()));
        match (end.as_deref(), is_kiosk) {
            (Some("given-back"), false) => words.reversed_back,
            (Some("given-back"), true) => kiosk.reversed_back,
            (Some("nothing"), false) => words.reversed_nothing,
            (Some(_) | None, false) => words.reversed_closed,
            (Some(_) | None, true) => kiosk.reversed_closed,
        }
    };
    view! {
        <section class="stage stage--reversed" role="group" aria-label=title>
            <div class="stage__mark"><Mark icon=Icon::Undo/></div>
            <h2 class="stage__title">{title}</h2>
            <StageAmount/>
            <p class="stage__next">{sentence}</p>
            <Actions/>
        </section>
    }
}
