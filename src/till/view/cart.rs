//! What this customer buys, line by line.

use leptos::prelude::*;
use sale::{Line, Thing};
use say::goods::GoodsWords;

use super::icon::Icon;
use super::press::{Face, press, while_some};
use crate::app::{Till, till, yuan};
use crate::flow::{Flow, Goods, Input};

/// One line as it is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    place: usize,
    name: Option<String>,
    unit_fen: i64,
    count: u32,
    sum_fen: i64,
    trouble: Option<Trouble>,
}

/// Why a line cannot be sold as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    /// It is not sold any more.
    Gone,
    /// It costs this by now.
    Costs(i64),
}

impl Row {
    fn of(flow: &Flow, place: usize, line: &Line) -> Self {
        let basket = &flow.basket;
        let (name, trouble) = match &line.thing {
            Thing::Free => (None, None),
            Thing::Item(id) => {
                let trouble = match basket.catalogue.item(id) {
                    None => Some(Trouble::Gone),
                    Some(item) if item.price() != line.unit => {
                        Some(Trouble::Costs(item.price().fen()))
                    }
                    Some(_) => None,
                };
                let name = basket.name(id).map_or(id.as_str(), sale::Name::as_str);
                (Some(name.to_owned()), trouble)
            }
        };
        // The amount above is by the prices that hold now; so is every part of it.
        let now_fen = match trouble {
            Some(Trouble::Costs(now)) => now,
            Some(Trouble::Gone) | None => line.unit.fen(),
        };
        Self {
            place,
            name,
            unit_fen: line.unit.fen(),
            count: line.count,
            sum_fen: now_fen.saturating_mul(i64::from(line.count)),
            trouble,
        }
    }
}

/// The cart; absent while nothing is in it, so that a shop without goods looks as it always did.
#[component]
pub(crate) fn CartPanel() -> impl IntoView {
    let till = till();
    let is_empty = Memo::new(move |_| till.flow.with(|flow| flow.basket.cart.is_empty()));
    Effect::new(move |_| {
        if is_empty.get() {
            till.is_cart_open.set(false);
        }
    });
    while_some(move || !is_empty.get(), move || contents(till))
}

fn contents(till: Till) -> AnyView {
    let words = move || GoodsWords::of(till.lang.get());
    let rows = Memo::new(move |_| {
        till.flow.with(|flow| {
            let lines = flow.basket.cart.lines().iter().enumerate();
            let rows = lines.map(|(place, line)| Row::of(flow, place, line));
            // The last one first, and what must be looked at before all others.
            let (stale, fine) = rows
                .rev()
                .partition::<Vec<Row>, _>(|row| row.trouble.is_some());
            [stale, fine].concat()
        })
    });
    let count = Memo::new(move |_| till.flow.with(|flow| flow.basket.cart.count()));
    let is_stale = Memo::new(move |_| till.flow.with(|flow| flow.basket.is_stale()));
    let title = move || {
        let count = say::fill(words().count, &[("n", &count.get().to_string())]);
        format!("{} · {count}", words().cart)
    };
    let clear = Face::named(
        "button button--quiet",
        "cart-clear",
        Signal::derive(move || words().clear.to_owned()),
    );
    let close = Face::drawn(
        "button button--quiet button--square cart__close",
        "cart-close",
        Icon::Cross,
        Signal::derive(move || till.words().close.to_owned()),
    );
    let accept = Face::named(
        "button button--primary cart__accept",
        "cart-accept",
        Signal::derive(move || words().accept.to_owned()),
    );
    let act = move |goods: Goods| till.tell(Input::Goods(goods));
    let lines = move || {
        let words = words();
        let line = |row: Row| line(till, words, row);
        rows.get().into_iter().map(line).collect_view()
    };
    view! {
        <section
            class="cart"
            // What must be looked at is in sight, also where the cart has no place of its own.
            class:cart--open=move || till.is_cart_open.get() || is_stale.get()
            aria-label=move || words().cart
            data-test="cart"
        >
            <div class="cart__top">
                <h2 class="cart__title">{title}</h2>
                {press(clear, move || act(Goods::Clear))}
                {press(close, move || till.is_cart_open.set(false))}
            </div>
            <ul class="cart__lines" tabindex="0">{lines}</ul>
            {while_some(
                move || till.flow.with(|flow| flow.basket.cart.discount.is_some()),
                move || off(till),
            )}
            {while_some(move || is_stale.get(), move || press(accept, move || act(Goods::Accept)))}
        </section>
    }
    .into_any()
}

/// What is taken off all of it.
fn off(till: Till) -> AnyView {
    let words = move || GoodsWords::of(till.lang.get());
    let sentence = move || {
        let off = till
            .flow
            .with(|flow| flow.quote_now().map(|quote| quote.off));
        match off {
            Some(off) => say::fill(words().discount_off, &[("off", &off.yuan_grouped())]),
            // The line under the amount says what is wrong.
            None => words().discount.to_owned(),
        }
    };
    let none = Face::drawn(
        "button button--quiet button--square",
        "cart-off-none",
        Icon::Cross,
        Signal::derive(move || words().discount_none.to_owned()),
    );
    view! {
        <p class="cart__off" data-test="cart-off">
            <span>{sentence}</span>
            {press(none, move || till.tell(Input::Goods(Goods::Discount(None))))}
        </p>
    }
    .into_any()
}

fn line(till: Till, words: &'static GoodsWords, row: Row) -> AnyView {
    let name = row.name.unwrap_or_else(|| words.typed.to_owned());
    let about = match row.trouble {
        None => say::fill(words.each, &[("price", &yuan(row.unit_fen))]),
        Some(Trouble::Gone) => words.gone.to_owned(),
        Some(Trouble::Costs(now)) => {
            let values = [("was", &*yuan(row.unit_fen)), ("now", &*yuan(now))];
            say::fill(words.changed, &values)
        }
    };
    let look = match row.trouble {
        None => "cart__line",
        Some(Trouble::Gone) => "cart__line cart__line--fault cart__line--gone",
        Some(Trouble::Costs(_)) => "cart__line cart__line--fault",
    };
    let (place, count) = (row.place, row.count);
    let icon = if count > 1 { Icon::Minus } else { Icon::Bin };
    let step = |test, icon, sentence: &str, count: u32| {
        let name = say::fill(sentence, &[("name", &name)]);
        let face = Face::drawn(
            "button button--square cart__step",
            test,
            icon,
            Signal::stored(name),
        );
        press(face, move || {
            till.tell(Input::Goods(Goods::Count { place, count }));
        })
    };
    let less = step("cart-less", icon, words.one_less, count.saturating_sub(1));
    let more = step(
        "cart-more",
        Icon::Plus,
        words.one_more,
        count.saturating_add(1),
    );
    view! {
        <li class=look data-test="cart-line">
            <span class="cart__what">
                <bdi class="cart__name">{name}</bdi>
                <span class="cart__each">{about}</span>
            </span>
            {less}
            <span class="cart__count" data-test="cart-count">{count.to_string()}</span>
            {more}
            <span class="cart__sum">{format!("¥{}", yuan(row.sum_fen))}</span>
        </li>
    }
    .into_any()
}
