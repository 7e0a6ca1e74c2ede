//! What the shop sells, as keys: a row of categories, and a tile for every item.

use std::sync::Arc;

use leptos::prelude::*;
use sale::{Catalogue, Item, Name};
use say::goods::GoodsWords;

use super::keypad::ChargeKey;
use super::press::{Face, press, while_some};
use crate::app::{Asked, Pad, Till, till, yuan};
use crate::flow::{Goods, Input};

/// Which items are in sight.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shown {
    /// Those of the first page.
    Quick,
    /// All of them.
    All,
    /// Those of a category.
    Of(Name),
}

impl Shown {
    /// What there is to choose from. A page of quick keys only where there are some, and not where
    /// it would be the same as all.
    fn of(catalogue: &Catalogue) -> Vec<Self> {
        let quick = catalogue.items().iter().filter(|item| item.is_quick);
        let is_some = (1..catalogue.items().len()).contains(&quick.count());
        let categories = catalogue.categories().into_iter().cloned().map(Self::Of);
        let quick = is_some.then_some(Self::Quick);
        let all: Vec<Self> = quick
            .into_iter()
            .chain([Self::All])
            .chain(categories)
            .collect();
        // One page needs no choice.
        if all.len() > 1 { all } else { Vec::new() }
    }

    fn has(&self, item: &Item) -> bool {
        match self {
            Self::Quick => item.is_quick,
            Self::All => true,
            Self::Of(name) => item.category.as_ref() == Some(name),
        }
    }

    fn words(&self, words: &GoodsWords) -> String {
        match self {
            Self::Quick => words.quick.to_owned(),
            Self::All => words.all.to_owned(),
            Self::Of(name) => name.as_str().to_owned(),
        }
    }
}

/// Tiles, the discount, and charging.
#[component]
pub(crate) fn GoodsPanel() -> impl IntoView {
    let till = till();
    let words = move || GoodsWords::of(till.lang.get());
    let catalogue = Memo::new(move |_| till.flow.with(|flow| Arc::clone(&flow.basket.catalogue)));
    let pages = Memo::new(move |_| catalogue.with(|catalogue| Shown::of(catalogue)));
    let wanted = RwSignal::new(None::<Shown>);
    // A category may go while it is looked at.
    let shown = Memo::new(move |_| {
        let pages = pages.get();
        let still = wanted.get().filter(|page| pages.contains(page));
        still
            .or_else(|| pages.first().cloned())
            .unwrap_or(Shown::All)
    });
    let tiles = move || {
        let (page, catalogue) = (shown.get(), catalogue.get());
        let items = catalogue.items().iter().filter(|item| page.has(item));
        items.map(|item| tile(till, item)).collect_view()
    };
    let keys = move || {
        let (shown, words) = (shown.get(), words());
        let key = |page: Shown| page_key(words, page == shown, page, wanted);
        pages.get().into_iter().map(key).collect_view()
    };
    let discount = Face::named(
        "key key--word",
        "discount",
        Signal::derive(move || words().discount.to_owned()),
    );
    view! {
        <section class="goods" aria-label=move || words().goods>
            <div class="goods__pages" role="group" aria-label=move || words().categories>
                {keys}
            </div>
            <div class="goods__tiles">{tiles}</div>
            <div class="goods__foot">
                {press(discount, move || {
                    let is_any = till.flow.with_untracked(|flow| !flow.basket.cart.is_empty());
                    till.asked.set(is_any.then_some(Asked::Discount));
                })}
                <ChargeKey/>
            </div>
        </section>
    }
    .into_any()
}

fn page_key(
    words: &'static GoodsWords,
    is_shown: bool,
    page: Shown,
    wanted: RwSignal<Option<Shown>>,
) -> AnyView {
    let look = if is_shown {
        "goods__page goods__page--shown"
    } else {
        "goods__page"
    };
    let label = page.words(words);
    view! {
        <button
            type="button"
            class=look
            dir="auto"
            data-test="goods-page"
            aria-pressed=is_shown.to_string()
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| wanted.set(Some(page.clone()))
        >
            {label}
        </button>
    }
    .into_any()
}

/// One item's key.
fn tile(till: Till, item: &Item) -> AnyView {
    let id = item.id.clone();
    let sign = item.look.sign.as_str().to_owned();
    let name = item.name.as_str().to_owned();
    let price = format!("¥{}", yuan(item.price().fen()));
    let count = {
        let thing = sale::Thing::Item(item.id.clone());
        Memo::new(move |_| {
            till.flow.with(|flow| {
                let lines = flow.basket.cart.lines().iter();
                let same = lines.filter(|line| line.thing == thing);
                same.map(|line| line.count).sum::<u32>()
            })
        })
    };
    view! {
        <button
            type="button"
            class=format!("tile tile--{}", item.look.colour.as_str())
            data-test="tile"
            data-item=id.as_str().to_owned()
            on:mousedown=|event| event.prevent_default()
            on:click=move |_| till.tell(Input::Goods(Goods::Add(id.clone())))
        >
            <span class="tile__name" dir="auto">{name}</span>
            <span class="tile__price">{price}</span>
            <span class="tile__sign" aria-hidden="true">{sign}</span>
            <span class="tile__count">
                {move || Some(count.get()).filter(|count| *count > 0).map(|n| n.to_string())}
            </span>
        </button>
    }
    .into_any()
}

/// Beside the amount: goods or keypad, and the cart where it has no place of its own.
#[component]
pub(crate) fn GoodsKeys() -> impl IntoView {
    let till = till();
    let words = move || GoodsWords::of(till.lang.get());
    let name = move || match till.pad.get() {
        Pad::Goods => words().keypad.to_owned(),
        Pad::Keypad => words().goods.to_owned(),
    };
    let pad = Face::named("button amount__key", "pad", Signal::derive(name));
    let count = Memo::new(move |_| till.flow.with(|flow| flow.basket.cart.count()));
    let cart = Face::named(
        "button amount__key amount__cart",
        "cart-open",
        Signal::derive(move || say::fill(words().count, &[("n", &count.get().to_string())])),
    );
    let keys = move || {
        let pad = press(pad, move || till.turn_pad());
        let open = move || press(cart, move || till.is_cart_open.set(true));
        (pad, while_some(move || count.get() > 0, open)).into_any()
    };
    while_some(move || till.has_goods(), keys)
}
