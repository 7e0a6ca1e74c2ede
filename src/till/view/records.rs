//! The last sales.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wire::{ChargeView, StateName};

use super::record::{refunded, state_name};
use crate::app::{Till, till, yuan};
use crate::here;
use crate::route::Route;
use crate::{api, flow::StateWord};

/// Sales asked for at a time.
const PAGE: u32 = 20;

/// Something fetched.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Fetched<T> {
    /// On its way.
    Waiting,
    /// There.
    There(T),
    /// Not to be had.
    Failed,
}

/// The list, fetched anew whenever a charge changes.
#[component]
pub(crate) fn List() -> impl IntoView {
    let till = till();
    let list = RwSignal::new(Fetched::Waiting);
    let next = RwSignal::new(None::<String>);
    Effect::new(move |_| {
        till.changes.track();
        spawn_local(fetch(till, list, next, None));
    });
    let more = move |_| spawn_local(fetch(till, list, next, next.get_untracked()));
    move || match list.get() {
        Fetched::Waiting => {
            view! { <p class="sheet__note">{till.words().records_loading}</p> }.into_any()
        }
        Fetched::Failed => view! {
            <div class="sheet__note">
                <p>{till.words().records_failed}</p>
                <button
                    type="button"
                    class="button button--outline"
                    on:click=move |_| spawn_local(fetch(till, list, next, None))
                >
                    {till.words().retry}
                </button>
            </div>
        }
        .into_any(),
        Fetched::There(all) if all.is_empty() => {
            view! { <p class="sheet__note">{till.words().records_empty}</p> }.into_any()
        }
        Fetched::There(all) => view! {
            <ul class="rows">{all.into_iter().map(|one| row(till, &one)).collect_view()}</ul>
            <Show when=move || next.get().is_some()>
                <button type="button" class="button button--outline sheet__more" on:click=more>
                    {till.words().records_more}
                </button>
            </Show>
        }
        .into_any(),
    }
}

async fn fetch(
    till: Till,
    list: RwSignal<Fetched<Vec<ChargeView>>>,
    next: RwSignal<Option<String>>,
    before: Option<String>,
) {
    let tag = till.lang.get_untracked().tag();
    let answer = api::list(PAGE, before.as_deref(), tag).await;
    // The sheet may have been closed meanwhile; its signals are gone then.
    let Some(shown) = list.try_get_untracked() else {
        return;
    };
    match (answer, shown) {
        (Ok(page), Fetched::There(mut all)) if before.is_some() => {
            all.extend(page.charges);
            list.set(Fetched::There(all));
            next.set(page.next_before);
        }
        (Ok(page), _) => {
            list.set(Fetched::There(page.charges));
            next.set(page.next_before);
        }
        (Err(_), Fetched::There(_)) => {}
        (Err(_), Fetched::Waiting | Fetched::Failed) => list.set(Fetched::Failed),
    }
}

fn row(till: Till, view: &ChargeView) -> impl IntoView + use<> {
    let state = view.state;
    view! {
        <li>
            <button
                type="button"
                class="row"
                data-test="record-row"
                data-state=state_look(state).as_str()
                data-id=view.id.clone()
                on:click={
                    let id = view.id.clone();
                    move |_| till.go(Route::Record(id.clone()))
                }
            >
                <span class="row__when">{here::day_and_time(view.opened_ms)}</span>
                <span class="row__tags">
                    <span class=format!("tag tag--{}", state_look(state).as_str())>
                        {state_name(till.words(), state)}
                    </span>
                    {refunded(till.words(), view).map(|text| view! {
                        <span class="tag tag--reversed">{text}</span>
                    })}
                </span>
                <span class="row__amount">"¥"{yuan(view.amount_fen)}</span>
            </button>
        </li>
    }
}

/// The look of a state: one of the till's own words.
pub(crate) const fn state_look(state: StateName) -> StateWord {
    match state {
        StateName::Opened | StateName::Sent => StateWord::Sending,
        StateName::Waiting => StateWord::Waiting,
        StateName::Unknown | StateName::Reversing => StateWord::Unknown,
        StateName::Paid => StateWord::Paid,
        StateName::Refused => StateWord::Refused,
        StateName::Reversed => StateWord::Reversed,
    }
}
