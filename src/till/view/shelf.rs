//! The page where the catalogue is edited: every item, and the form of one.

use std::sync::Arc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use money::{Amount, ChargeId, World};
use sale::{Colour, Name, Sign};
use say::goods::GoodsWords;
use wire::{CatalogueView, ItemAsk, ItemView, ProblemKind};

use super::press::{Face, press};
use super::records::Fetched;
use crate::api;
use crate::app::{Till, till, yuan};
use crate::flow::{Goods, Input, SendFault};
use crate::here::Here;

/// What is on the page.
#[derive(Clone, Copy)]
struct Page {
    held: RwSignal<Fetched<CatalogueView>>,
    /// The item in the form.
    draft: RwSignal<Option<Draft>>,
    typed: Typed,
    fault: RwSignal<Option<String>>,
    is_saving: RwSignal<bool>,
    /// The next tap deletes.
    is_sure: RwSignal<bool>,
}

/// Which item is in the form.
#[derive(Debug, Clone)]
struct Draft {
    id: String,
    /// It is in the catalogue already.
    is_there: bool,
}

impl Page {
    fn begin() -> Self {
        Self {
            held: RwSignal::new(Fetched::Waiting),
            draft: RwSignal::new(None),
            typed: Typed::nothing(),
            fault: RwSignal::new(None),
            is_saving: RwSignal::new(false),
            is_sure: RwSignal::new(false),
        }
    }

    fn edit(self, item: Option<ItemView>) {
        self.fault.set(None);
        self.is_sure.set(false);
        if let Some(item) = &item {
            self.typed.fill(item);
        }
        self.draft.set(item.map(|item| Draft {
            is_there: !item.name.is_empty(),
            id: item.id,
        }));
    }

    fn revision(self) -> u64 {
        self.held.with_untracked(|held| match held {
            Fetched::There(view) => view.revision,
            Fetched::Waiting | Fetched::Failed => 0,
        })
    }

    /// The catalogue as it stands: for this page, and for the keys of this till.
    fn take(self, till: Till, view: CatalogueView) {
        let catalogue = Arc::new(view.catalogue());
        till.tell(Input::Goods(Goods::Catalogue(catalogue)));
        // The sheet may have been closed meanwhile; its signals are gone then.
        let _ = self.held.try_set(Fetched::There(view));
    }
}

/// Every item; one of them in a form while it is edited.
#[component]
pub(crate) fn ShelfPage() -> impl IntoView {
    let till = till();
    let page = Page::begin();
    spawn_local(fetch(till, page));
    // What is typed in a form stays, whatever is heard of the catalogue meanwhile.
    (move || match page.draft.get() {
        Some(draft) => item_form(till, page, draft),
        None => (move || items(till, page)).into_any(),
    })
    .into_any()
}

fn items(till: Till, page: Page) -> AnyView {
    let words = GoodsWords::of(till.lang.get());
    let key = |look, test, name: &str| Face::named(look, test, Signal::stored(name.to_owned()));
    let (about, rest) = match page.held.get() {
        Fetched::Waiting => (till.words().records_loading, ().into_any()),
        Fetched::Failed => {
            let again = key("button button--outline", "item-retry", till.words().retry);
            let again = press(again, move || spawn_local(fetch(till, page)));
            (words.shelf_failed, again)
        }
        Fetched::There(view) => {
            let add = key("button button--primary shelf__add", "item-add", words.add);
            let add = press(add, move || page.edit(Some(fresh())));
            let is_empty = view.items.is_empty();
            let rows = view.items.into_iter().map(|item| row(page, item));
            let rows = view! { <ul class="rows">{rows.collect_view()}</ul> };
            let about = if is_empty {
                words.shelf_empty
            } else {
                words.shelf_about
            };
            (about, (add, rows).into_any())
        }
    };
    view! { <p class="settings__about">{about}</p> {rest} }.into_any()
}

/// An item that nobody has named yet.
fn fresh() -> ItemView {
    ItemView {
        id: format!("i{}", ChargeId::fresh(Here.now(), Here.entropy())),
        name: String::new(),
        price_fen: 0,
        category: None,
        colour: Colour::Plain.as_str().to_owned(),
        sign: String::new(),
        is_quick: false,
    }
}

async fn fetch(till: Till, page: Page) {
    let tag = till.lang.get_untracked().tag();
    match api::catalogue(None, tag).await {
        Ok(Some(view)) => page.take(till, view),
        Ok(None) | Err(_) => {
            let _ = page.held.try_set(Fetched::Failed);
        }
    }
}

fn row(page: Page, item: ItemView) -> AnyView {
    let edited = item.clone();
    view! {
        <li>
            <button
                type="button"
                class="row shelf__row"
                data-test="item-row"
                data-item=item.id
                on:click=move |_| page.edit(Some(edited.clone()))
            >
                <span class=format!("shelf__look tile--{}", item.colour) aria-hidden="true">
                    {item.sign}
                </span>
                <span class="cart__what">
                    <bdi class="cart__name">{item.name}</bdi>
                    <span class="cart__each" dir="auto">{item.category}</span>
                </span>
                <span class="row__amount">"¥"{yuan(item.price_fen)}</span>
            </button>
        </li>
    }
    .into_any()
}

/// What is typed in the form.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    price: RwSignal<String>,
    category: RwSignal<String>,
    sign: RwSignal<String>,
    colour: RwSignal<String>,
    is_quick: RwSignal<bool>,
}

impl Typed {
    fn nothing() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            name: text(),
            price: text(),
            category: text(),
            sign: text(),
            colour: text(),
            is_quick: RwSignal::new(false),
        }
    }

    fn fill(self, item: &ItemView) {
        let price = Amount::chargeable(item.price_fen).map(Amount::yuan);
        self.name.set(item.name.clone());
        self.price.set(price.unwrap_or_default());
        self.category.set(item.category.clone().unwrap_or_default());
        self.sign.set(item.sign.clone());
        self.colour.set(item.colour.clone());
        self.is_quick.set(item.is_quick);
    }

    /// The item as it is to be, or the sentence that says what is wrong.
    fn ask(self, revision: u64, words: &GoodsWords) -> Result<ItemAsk, &'static str> {
        let name = self.name.get_untracked();
        Name::parse(&name).map_err(|_| words.name_wrong)?;
        let price = Amount::from_yuan(self.price.get_untracked().trim());
        let price = price.ok().filter(|price| *price > Amount::ZERO);
        let category = self.category.get_untracked();
        let category = Some(category).filter(|text| !text.trim().is_empty());
        if let Some(category) = &category {
            Name::parse(category).map_err(|_| words.category_wrong)?;
        }
        let sign = self.sign.get_untracked();
        Sign::parse(&sign).map_err(|_| words.sign_wrong)?;
        Ok(ItemAsk {
            revision,
            name,
            price_fen: price.ok_or(words.price_wrong)?.fen(),
            category,
            colour: Some(self.colour.get_untracked()),
            sign: Some(sign),
            is_quick: self.is_quick.get_untracked(),
        })
    }
}

fn item_form(till: Till, page: Page, draft: Draft) -> AnyView {
    let words = GoodsWords::of(till.lang.get());
    let (typed, is_there) = (page.typed, draft.is_there);
    let delete = is_there.then(|| delete_key(till, page, draft.id.clone()));
    let id = draft.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if page.is_saving.get_untracked() {
            return;
        }
        match typed.ask(page.revision(), words) {
            Err(sentence) => page.fault.set(Some(sentence.to_owned())),
            Ok(ask) => spawn_local(save(till, page, id.clone(), Some(ask))),
        }
    };
    let back = Signal::stored(till.words().back.to_owned());
    let back = Face::named("button button--outline", "item-back", back);
    view! {
        <form class="shelf__form" novalidate on:submit=submit>
            <h3>{if is_there { words.edit } else { words.add }}</h3>
            {field(words.name, "item-name", typed.name, "text")}
            {field(words.price, "item-price", typed.price, "decimal")}
            {field(words.category, "item-category", typed.category, "text")}
            {field(words.sign, "item-sign", typed.sign, "text")}
            {colours(words, typed.colour)}
            <label class="shelf__check">
                <input
                    type="checkbox"
                    data-test="item-quick"
                    prop:checked=move || typed.is_quick.get()
                    on:change=move |event| typed.is_quick.set(event_target_checked(&event))
                />
                {words.is_quick}
            </label>
            <p class="settings__fault" role="alert" data-test="item-fault">
                {move || page.fault.get()}
            </p>
            <div class="dialog__actions">
                {press(back, move || page.edit(None))}
                <button type="submit" class="button button--primary" data-test="item-save">
                    {move || if page.is_saving.get() { words.saving } else { words.save }}
                </button>
            </div>
            {delete}
        </form>
    }
    .into_any()
}

/// Deletes at its second tap.
fn delete_key(till: Till, page: Page, id: String) -> AnyView {
    let words = GoodsWords::of(till.lang.get());
    let name = move || {
        let name = if page.is_sure.get() {
            words.delete_sure
        } else {
            words.delete
        };
        name.to_owned()
    };
    // Below all others: what is done most lies nearest to the thumb, and this the farthest.
    let look = "button button--quiet shelf__delete";
    let face = Face::named(look, "item-delete", Signal::derive(name));
    press(face, move || {
        if page.is_sure.get_untracked() {
            spawn_local(save(till, page, id.clone(), None));
        } else {
            page.is_sure.set(true);
        }
    })
}

/// A field with its name above it. `inputmode` says which keys a phone shows.
fn field(
    label: &'static str,
    test: &'static str,
    value: RwSignal<String>,
    inputmode: &'static str,
) -> AnyView {
    view! {
        <label class="labelled">
            {label}
            <input
                class="field"
                type="text"
                dir="auto"
                inputmode=inputmode
                autocomplete="off"
                data-test=test
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </label>
    }
    .into_any()
}

/// All colours, one of them chosen.
fn colours(words: &'static GoodsWords, value: RwSignal<String>) -> AnyView {
    let name = |colour: Colour| match colour {
        Colour::Plain => words.colour_plain,
        Colour::Red => words.colour_red,
        Colour::Orange => words.colour_orange,
        Colour::Yellow => words.colour_yellow,
        Colour::Green => words.colour_green,
        Colour::Blue => words.colour_blue,
        Colour::Purple => words.colour_purple,
        Colour::Brown => words.colour_brown,
    };
    let key = move |colour: Colour| {
        let is_chosen = move || value.with(|value| value == colour.as_str());
        view! {
            <button
                type="button"
                class=format!("shelf__colour tile--{}", colour.as_str())
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| value.set(colour.as_str().to_owned())
            >
                {name(colour)}
            </button>
        }
    };
    view! {
        <div class="shelf__colours" role="group" aria-label=words.colour>
            {Colour::ALL.map(key).into_iter().collect_view()}
        </div>
    }
    .into_any()
}

/// Puts the item into the catalogue, or takes it out, and says what stands in the way.
async fn save(till: Till, page: Page, id: String, ask: Option<ItemAsk>) {
    let lang = till.lang.get_untracked();
    page.is_saving.set(true);
    let answer = match &ask {
        Some(ask) => api::put_item(&id, ask, lang.tag()).await,
        None => api::take_item(&id, page.revision(), lang.tag()).await,
    };
    if page.is_saving.try_set(false).is_some() {
        return;
    }
    match answer {
        Ok(view) => {
            page.take(till, view);
            page.edit(None);
        }
        Err(SendFault::Lost) => {
            let sentence = GoodsWords::of(lang).save_failed;
            page.fault.set(Some(sentence.to_owned()));
        }
        Err(SendFault::Problem(problem)) => {
            page.is_sure.set(false);
            page.fault.set(Some(problem.detail.clone()));
            let kind = ProblemKind::named(&problem.kind_uri);
            if kind == Some(ProblemKind::CatalogueChanged) {
                // What is typed stays; the next tap saves it over what was just told.
                fetch(till, page).await;
            }
        }
    }
}
