//! The two questions: which digits, and whether the amount is right.

use leptos::html::Input as Field;
use leptos::prelude::*;
use wire::CodeSource;

use super::plan::plan_line;
use crate::app::{Asked, till};
use crate::flow::Input;

/// A payment code typed by hand.
#[component]
pub(crate) fn CodeDialog() -> impl IntoView {
    let till = till();
    view! {
        <Show when=move || till.asks(Asked::Code)>
            <CodeForm/>
        </Show>
    }
}

#[component]
fn CodeForm() -> impl IntoView {
    let till = till();
    let field = NodeRef::<Field>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            // A field that cannot take the focus can still be tapped.
            drop(field.focus());
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let digits = field
            .get_untracked()
            .map(|field| field.value())
            .unwrap_or_default();
        till.read(digits.trim().to_owned(), CodeSource::Typed);
    };
    view! {
        <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="code-title">
            <form class="dialog__box" novalidate on:submit=submit>
                <h2 id="code-title">{move || till.words().type_code_title}</h2>
                <p class="dialog__about" id="code-about">{move || till.words().type_code_about}</p>
                <input
                    node_ref=field
                    class="field"
                    data-test="code-input"
                    type="text"
                    inputmode="numeric"
                    autocomplete="off"
                    spellcheck="false"
                    maxlength="40"
                    aria-labelledby="code-title"
                    aria-describedby="code-about"
                />
                <div class="dialog__actions">
                    <button
                        type="button"
                        class="button button--outline"
                        on:click=move |_| till.asked.set(None)
                    >
                        {move || till.words().back}
                    </button>
                    <button type="submit" class="button button--primary" data-test="code-submit">
                        {move || till.words().type_code_submit}
                    </button>
                </div>
            </form>
        </div>
    }
}

/// Asks before a large amount is charged.
#[component]
pub(crate) fn ConfirmDialog() -> impl IntoView {
    let till = till();
    let is_asked = Memo::new(move |_| till.flow.with(|flow| flow.is_confirming));
    let question = move || {
        let amount = till
            .flow
            .with(|flow| flow.sum().unwrap_or_default().yuan_grouped());
        say::fill(till.words().confirm_about, &[("amount", &amount)])
    };
    view! {
        <Show when=move || is_asked.get()>
            <div
                class="dialog"
                role="alertdialog"
                aria-modal="true"
                aria-labelledby="confirm-title"
            >
                <div class="dialog__box">
                    <h2 id="confirm-title">{move || till.words().confirm_title}</h2>
                    <p class="dialog__figure">{question}</p>
                    {move || plan_line(till).map(|line| view! { <p>{line}</p> })}
                    <div class="dialog__actions">
                        <button
                            type="button"
                            class="button button--outline"
                            data-test="confirm-no"
                            on:click=move |_| till.tell(Input::Escape)
                        >
                            {move || till.words().confirm_no}
                        </button>
                        <button
                            type="button"
                            class="button button--primary"
                            data-test="confirm-yes"
                            on:click=move |_| till.tell(Input::Enter)
                        >
                            {move || till.words().confirm_yes}
                        </button>
                    </div>
                </div>
            </div>
        </Show>
    }
}
