//! The keyboard: a person's keys to the keypad, a handheld scanner's digits to the sale.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use wire::CodeSource;

use crate::app::Till;
use crate::camera::now_ms;
use crate::flow::{Input, StateWord};
use crate::route::Route;
use crate::sound;
use crate::wedge::{GAP_MS, Typed, Wedge};
use sale::Key;

/// What is typed on the page and what is typed into a field are told apart each for itself: a
/// field's digits are the field's already.
#[derive(Default)]
struct Ears {
    page: Wedge,
    field: Wedge,
}

impl Ears {
    fn of(&mut self, is_field: bool) -> &mut Wedge {
        if is_field {
            &mut self.field
        } else {
            &mut self.page
        }
    }
}

/// Listens on the whole page for as long as it lives.
pub(crate) fn listen(till: Till) {
    let ears = Rc::new(RefCell::new(Ears::default()));
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        press(till, &ears, &event);
    });
    let touches = window_event_listener(leptos::ev::pointerdown, |_| sound::wake());
    let clicks = window_event_listener(leptos::ev::click, |event| {
        if event.detail() > 0 {
            leave_button();
        }
    });
    on_cleanup(move || {
        clicks.remove();
        keys.remove();
        touches.remove();
    });
}

/// A button that was clicked gives the focus back, so that Enter stays the charge key. One that
/// was reached by the keyboard keeps it.
fn leave_button() {
    let active = document().active_element();
    if let Some(button) = active.and_then(|one| one.dyn_into::<HtmlElement>().ok())
        && button.tag_name() == "BUTTON"
    {
        // Nothing can refuse to lose the focus.
        drop(button.blur());
    }
}

fn press(till: Till, ears: &Rc<RefCell<Ears>>, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() || event.is_composing() {
        return;
    }
    let key = event.key();
    if event.repeat() && key != "Backspace" {
        return;
    }
    sound::wake();
    let target = event.target();
    let field = target
        .as_ref()
        .and_then(|one| one.dyn_ref::<HtmlInputElement>());
    // A focused button does its own thing on Enter and Space; a scanner's Enter is not for it.
    let is_button = target
        .as_ref()
        .and_then(|one| one.dyn_ref::<web_sys::Element>())
        .is_some_and(|one| matches!(one.tag_name().as_str(), "BUTTON" | "A"));
    let told = ears.borrow_mut().of(field.is_some()).press(&key, now_ms());
    for one in told {
        match one {
            Typed::Code(code) => {
                event.prevent_default();
                till.read(code, CodeSource::Scanner);
            }
            Typed::Key(name) if field.is_some() => in_field(till, &name, event),
            Typed::Key(name) if is_button && matches!(name.as_str(), "Enter" | " ") => {}
            Typed::Key(name) => act(till, &name, Some(event)),
        }
    }
    if field.is_none() && ears.borrow().page.is_holding() {
        settle_later(till, Rc::clone(ears));
    }
}

/// Digits that no scanner went on with are a person's.
fn settle_later(till: Till, ears: Rc<RefCell<Ears>>) {
    set_timeout(
        move || {
            let told = ears.borrow_mut().page.settle(now_ms());
            for one in told {
                match one {
                    Typed::Key(name) => act(till, &name, None),
                    Typed::Code(code) => till.read(code, CodeSource::Scanner),
                }
            }
        },
        core::time::Duration::from_secs_f64((GAP_MS + 5.0) / 1_000.0),
    );
}

/// A key typed into a field is the field's, but for Escape.
fn in_field(till: Till, name: &str, event: &KeyboardEvent) {
    if name == "Escape" {
        event.prevent_default();
        till.close_dialogs();
    }
}

fn act(till: Till, name: &str, event: Option<&KeyboardEvent>) {
    let is_done = match name {
        "F4" if !till.flow.with_untracked(|flow| flow.mode.is_kiosk()) => {
            till.go(if till.is_on_sale() {
                Route::Records
            } else {
                Route::Till
            });
            true
        }
        "F2" if till.is_on_sale() && !till.is_asking() && till.has_goods() => {
            till.turn_pad();
            true
        }
        "Escape" if till.is_asking() || till.is_cart_open.get_untracked() => {
            till.close_dialogs();
            true
        }
        "Escape" if !till.is_on_sale() => {
            till.go(Route::Till);
            true
        }
        _ => till.is_on_sale() && !till.is_asking() && on_sale(till, name),
    };
    if let Some(event) = event
        && is_done
    {
        event.prevent_default();
    }
}

fn on_sale(till: Till, name: &str) -> bool {
    let is_paid = till.word.get_untracked() == StateWord::Paid;
    let input = match (name, Key::of(name)) {
        ("Enter", _) => Input::Enter,
        ("Escape", _) => Input::Escape,
        (_, Some(key)) => Input::Key(key),
        (" ", None) if is_paid => Input::Enter,
        (_, None) => return false,
    };
    till.tell(input);
    true
}
