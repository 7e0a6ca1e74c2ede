//! The keypad, and the one big key under it.

use core::time::Duration;

use leptos::prelude::*;
use money::Amount;
use sale::Key;

use super::icon::{Icon, Mark};
use crate::app::till;
use crate::flow::Input;

/// How long a key is held to clear everything.
const HOLD: Duration = Duration::from_millis(600);

/// Digits, point, sums, and charging.
#[component]
pub(crate) fn KeypadPanel() -> impl IntoView {
    let till = till();
    view! {
        <section class="keypad" aria-label=move || till.words().keypad>
            <Digits from=1/>
            <BackKey/>
            <Digits from=4/>
            <OneKey key=Key::Times test="key-times" label="×" look="sign"/>
            <Digits from=7/>
            <OneKey key=Key::Plus test="key-plus" label="+" look="sign"/>
            <button
                type="button"
                class="key key--word"
                data-test="key-clear"
                on:mousedown=|event| event.prevent_default()
                on:click=move |_| till.tell(Input::Key(Key::Clear))
            >
                {move || till.words().key_clear}
            </button>
            <OneKey key=Key::Digit(0) test="key-0" label="0" look="digit"/>
            <OneKey key=Key::Dot test="key-dot" label="." look="digit"/>
            <ChargeKey/>
        </section>
    }
}

/// Three digits of a row.
#[component]
fn Digits(
    /// The first of them.
    from: u8,
) -> impl IntoView {
    const NAMES: [(&str, &str); 10] = [
        ("key-0", "0"),
        ("key-1", "1"),
        ("key-2", "2"),
        ("key-3", "3"),
        ("key-4", "4"),
        ("key-5", "5"),
        ("key-6", "6"),
        ("key-7", "7"),
        ("key-8", "8"),
        ("key-9", "9"),
    ];
    (from..from + 3)
        .filter_map(|digit| {
            let (test, label) = NAMES.get(usize::from(digit))?;
            Some(view! { <OneKey key=Key::Digit(digit) test=test label=label look="digit"/> })
        })
        .collect_view()
}

/// One key. A press with a finger or mouse does not take the focus, so that Enter stays the
/// charge key.
#[component]
fn OneKey(
    /// What it types.
    key: Key,
    /// Its name for tests.
    test: &'static str,
    /// What stands on it.
    label: &'static str,
    /// `digit` or `sign`.
    look: &'static str,
) -> impl IntoView {
    let till = till();
    let name = move || match key {
        Key::Plus => till.words().key_plus,
        Key::Times => till.words().key_times,
        Key::Dot => till.words().key_dot,
        Key::Digit(_) | Key::Back | Key::Clear => label,
    };
    view! {
        <button
            type="button"
            class=format!("key key--{look}")
            data-test=test
            aria-label=name
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| till.tell(Input::Key(key))
        >
            {label}
        </button>
    }
}

/// Takes one sign away; held, everything.
#[component]
fn BackKey() -> impl IntoView {
    let till = till();
    let held = StoredValue::new(None::<TimeoutHandle>);
    let press = move |_| {
        let clear = move || till.tell(Input::Key(Key::Clear));
        held.set_value(set_timeout_with_handle(clear, HOLD).ok());
    };
    let release = move |_| {
        if let Some(Some(timer)) = held.try_get_value() {
            timer.clear();
        }
    };
    view! {
        <button
            type="button"
            class="key key--sign"
            data-test="key-back"
            aria-label=move || till.words().key_back
            on:mousedown=|event| event.prevent_default()
            on:pointerdown=press
            on:pointerup=release
            on:pointerleave=release
            on:pointercancel=release
            on:click=move |_| till.tell(Input::Key(Key::Back))
        >
            <Mark icon=Icon::Delete/>
        </button>
    }
}

/// Charges what is typed; says how much, where that fits on a key.
#[component]
pub(crate) fn ChargeKey() -> impl IntoView {
    let till = till();
    let amount = Memo::new(move |_| till.flow.with(|flow| flow.sum().ok()));
    let is_kiosk = till.flow.with_untracked(|flow| flow.mode.is_kiosk());
    let verb = move || {
        if is_kiosk {
            till.words().kiosk_pay
        } else {
            till.words().charge
        }
    };
    let figure = move || amount.get().map(Amount::yuan_grouped);
    view! {
        <button
            type="button"
            class="key key--charge"
            class:key--dim=move || amount.get().is_none()
            data-test="charge"
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| till.tell(Input::Enter)
        >
            <span>{verb}</span>
            {move || figure().map(|figure| {
                let is_long = figure.len() > 8;
                view! {
                    <span class="key__figure" class:key__figure--long=is_long>"¥"{figure}</span>
                }
            })}
        </button>
    }
}
