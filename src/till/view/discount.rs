//! What is taken off the whole cart: so many percent, or a sum.

use leptos::html::Input as Field;
use leptos::prelude::*;
use money::Amount;
use sale::{Discount, Percent};
use say::goods::GoodsWords;

use super::press::{Face, press, while_some};
use crate::app::{Asked, Till, till};
use crate::flow::{Goods, Input};

/// Percents that are one tap away.
const PERCENTS: [(u8, &str); 6] = [
    (5, "discount-5"),
    (10, "discount-10"),
    (12, "discount-12"),
    (15, "discount-15"),
    (20, "discount-20"),
    (50, "discount-50"),
];

/// The question, while it is asked.
#[component]
pub(crate) fn DiscountDialog() -> impl IntoView {
    let till = till();
    while_some(move || till.asks(Asked::Discount), move || form(till))
}

fn take(till: Till, discount: Option<Discount>) {
    till.asked.set(None);
    till.tell(Input::Goods(Goods::Discount(discount)));
}

fn form(till: Till) -> AnyView {
    let words = GoodsWords::of(till.lang.get());
    let field = NodeRef::<Field>::new();
    let is_wrong = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let text = field.get_untracked().map(|field| field.value());
        let amount = Amount::from_yuan(text.unwrap_or_default().trim());
        match amount.ok().and_then(|amount| Discount::fen(amount).ok()) {
            Some(discount) => take(till, Some(discount)),
            None => is_wrong.set(true),
        }
    };
    let key = |test: &'static str, name: String| {
        Face::named("button button--outline", test, Signal::stored(name))
    };
    let percents = PERCENTS.map(|(count, test)| {
        let label = say::fill(words.discount_percent, &[("n", &count.to_string())]);
        let discount = Percent::of(count).ok().map(Discount::Percent);
        press(key(test, label), move || take(till, discount))
    });
    let none = key("discount-none", words.discount_none.to_owned());
    let back = key("discount-back", till.words().back.to_owned());
    view! {
        <div class="dialog" role="dialog" aria-modal="true" aria-labelledby="discount-title">
            <form class="dialog__box" novalidate on:submit=submit>
                <h2 id="discount-title">{words.discount_title}</h2>
                <p class="dialog__about">{words.discount_about}</p>
                <div class="percents">{percents.into_iter().collect_view()}</div>
                <label class="labelled">
                    {words.discount_sum}
                    <input
                        node_ref=field
                        class="field"
                        data-test="discount-sum"
                        type="text"
                        inputmode="decimal"
                        autocomplete="off"
                        maxlength="12"
                    />
                </label>
                <p class="settings__fault" role="alert">
                    {move || is_wrong.get().then_some(words.discount_wrong)}
                </p>
                <div class="dialog__actions">
                    {press(none, move || take(till, None))}
                    {press(back, move || till.asked.set(None))}
                    <button type="submit" class="button button--primary" data-test="discount-use">
                        {words.discount_use}
                    </button>
                </div>
            </form>
        </div>
    }
    .into_any()
}
