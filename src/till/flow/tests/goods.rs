//! Goods: put together, priced, sent, and priced again after somebody changed the shop.

use std::sync::Arc;

use money::Amount;
use sale::{Catalogue, Discount, Item, ItemId, Name, Percent, QuoteError};
use wire::CartAsk;

use super::*;
use crate::flow::{Goods, Unpriced};

fn id(text: &str) -> ItemId {
    ItemId::parse(text).expect("an id")
}

fn shop(goods: &[(&str, i64)]) -> Input {
    let items = goods.iter().map(|(name, fen)| {
        let called = Name::parse(name).expect("a name");
        let price = Amount::from_fen(*fen).expect("an amount");
        Item::of(id(name), called, price).expect("an item")
    });
    let catalogue = Catalogue::of(1, items.collect()).expect("a catalogue");
    Input::Goods(Goods::Catalogue(Arc::new(catalogue)))
}

fn rig() -> Rig {
    let mut rig = Rig::till();
    rig.tell(shop(&[("tea", 450), ("egg", 199)]));
    rig
}

fn tap(rig: &mut Rig, name: &str) {
    rig.tell(Input::Goods(Goods::Add(id(name))));
}

fn sum(rig: &Rig) -> i64 {
    rig.flow.sum().expect("an amount").fen()
}

fn cart(rig: &Rig) -> CartAsk {
    rig.last().1.cart.clone().expect("a cart")
}

#[test]
fn a_cart_is_sent_with_what_it_comes_to() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    tap(&mut rig, "egg");
    tap(&mut rig, "tea");
    assert_eq!(sum(&rig), 1_099);
    rig.read(CODE, CodeSource::Scanner);
    assert_eq!(rig.last().1.amount_fen, 1_099);
    let lines: Vec<_> = cart(&rig)
        .lines
        .into_iter()
        .map(|line| (line.item, line.unit_fen, line.count))
        .collect();
    let line = |name: &str, fen, count| (Some(name.to_owned()), fen, count);
    assert_eq!(lines, [line("tea", 450, 2), line("egg", 199, 1)]);
}

#[test]
fn a_camera_charges_a_cart_only_once_the_cashier_says_that_it_is_whole() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    rig.pass(5_000);
    rig.see(CODE);
    assert_eq!(
        rig.word(),
        StateWord::Ready,
        "the next item is being looked for"
    );
    tap(&mut rig, "egg");
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.amount_fen, 649);

    let mut rig = self::rig();
    tap(&mut rig, "tea");
    rig.tell(Input::Enter);
    assert_eq!(rig.flow.notice(), Some(Notice::ShowCode));
    rig.see(CODE);
    assert_eq!(rig.word(), StateWord::Sending);
}

#[test]
fn what_is_typed_before_an_item_is_an_amount_of_its_own_and_times_counts_pieces() {
    let mut rig = rig();
    rig.press("5");
    tap(&mut rig, "tea");
    assert!(rig.flow.keypad.is_empty());
    rig.press("3*");
    tap(&mut rig, "egg");
    rig.press("0.5");
    assert_eq!(sum(&rig), 500 + 450 + 3 * 199 + 50);
    rig.read(CODE, CodeSource::Scanner);
    assert_eq!(rig.last().1.amount_fen, 1_597);
    let items: Vec<_> = cart(&rig).lines.into_iter().map(|one| one.item).collect();
    assert_eq!(items.len(), 4, "{items:?}");
    assert_eq!((&items[0], &items[3]), (&None, &None));
}

#[test]
fn without_goods_a_sum_is_charged_as_ever() {
    let mut rig = rig();
    rig.charge("12.5", CODE);
    assert_eq!(rig.last().1.cart, None);
    assert_eq!(rig.last().1.amount_fen, 1_250);
}

#[test]
fn the_cart_outlives_a_refusal_and_ends_with_the_sale() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    rig.press("1");
    rig.read(CODE, CodeSource::Scanner);
    let refused = rig.view(StateName::Refused, 3);
    rig.answer(Ok(refused));
    rig.tell(Input::Again);
    assert_eq!(sum(&rig), 550, "the same sale by another code");
    rig.read(OTHER_CODE, CodeSource::Scanner);
    assert_eq!(cart(&rig).lines.len(), 2);
    let paid = rig.view(StateName::Paid, 3);
    rig.answer(Ok(paid));
    tap(&mut rig, "egg");
    assert_eq!(sum(&rig), 199, "the next customer's");
}

#[test]
fn a_price_that_changed_while_it_lay_in_the_cart_waits_for_the_cashier() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    rig.read(CODE, CodeSource::Scanner);
    let effects = rig.answer(Err(problem(ProblemKind::PriceChanged, None)));
    assert!(effects.contains(&Effect::Shelf), "{effects:?}");
    assert_eq!(rig.word(), StateWord::Ready);
    assert_eq!(rig.flow.notice(), Some(Notice::GoodsChanged));
    rig.tell(shop(&[("tea", 500), ("egg", 199)]));
    assert!(rig.flow.basket.is_stale());
    let changed = QuoteError::PriceChanged {
        item: id("tea"),
        was: Amount::from_fen(450).expect("an amount"),
        now: Amount::from_fen(500).expect("an amount"),
    };
    assert_eq!(rig.flow.sum(), Err(Unpriced::Cart(changed)));
    assert_eq!(rig.flow.shown(), "5.00", "what it comes to by now");
    let sent = rig.sent.len();
    rig.read(OTHER_CODE, CodeSource::Scanner);
    assert_eq!(rig.sent.len(), sent, "not unseen");
    rig.tell(Input::Goods(Goods::Accept));
    assert_eq!(rig.flow.notice(), None);
    let first = rig.last().0.clone();
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.amount_fen, 500);
    assert_ne!(rig.last().0, first, "under a key of its own");
}

#[test]
fn the_customers_code_is_as_good_as_before_once_the_new_price_is_taken() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    rig.read(CODE, CodeSource::Scanner);
    rig.answer(Err(problem(ProblemKind::PriceChanged, None)));
    rig.tell(shop(&[("tea", 500)]));
    rig.see(CODE);
    assert_eq!(rig.sent.len(), 1, "not unseen");
    rig.tell(Input::Goods(Goods::Accept));
    rig.tell(Input::Enter);
    assert_eq!((rig.sent.len(), rig.last().1.amount_fen), (2, 500));
    let code = rig.last().1.code.clone();
    assert_eq!(code.as_deref(), Some(CODE));
}

#[test]
fn an_item_that_is_gone_keeps_its_name_until_it_leaves_the_cart() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    tap(&mut rig, "egg");
    rig.tell(shop(&[("tea", 450)]));
    assert_eq!(
        rig.flow.sum(),
        Err(Unpriced::Cart(QuoteError::Gone(id("egg"))))
    );
    let name = rig.flow.basket.name(&id("egg")).map(Name::as_str);
    assert_eq!(name, Some("egg"));
    rig.tell(Input::Goods(Goods::Accept));
    assert_eq!(sum(&rig), 450);
    tap(&mut rig, "egg");
    assert_eq!(sum(&rig), 450, "nobody sells it");
}

#[test]
fn a_discount_is_sent_and_one_too_large_says_why() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    let ten = Percent::of(10).ok().map(Discount::Percent);
    rig.tell(Input::Goods(Goods::Discount(ten)));
    assert_eq!(sum(&rig), 405);
    let fen = Amount::from_fen(500)
        .ok()
        .and_then(|sum| Discount::fen(sum).ok());
    rig.tell(Input::Goods(Goods::Discount(fen)));
    let over = Unpriced::Cart(QuoteError::DiscountOverSum);
    assert_eq!(rig.flow.sum(), Err(over));
    rig.read(CODE, CodeSource::Scanner);
    assert!(rig.sent.is_empty());
    rig.tell(Input::Goods(Goods::Discount(ten)));
    rig.tell(Input::Enter);
    assert_eq!(rig.last().1.amount_fen, 405);
    assert_eq!(cart(&rig).discount, Some(wire::DiscountAsk::Percent(10)));
}

#[test]
fn a_page_that_was_reloaded_still_knows_what_was_sold() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    rig.read(CODE, CodeSource::Scanner);
    let kept = rig.flow.kept();
    let text = serde_json::to_string(&kept).expect("JSON");
    let mut again = self::rig();
    again
        .flow
        .take_up(serde_json::from_str(&text).expect("JSON"), rig.now_ms());
    again.sent = rig.sent;
    let refused = again.view(StateName::Refused, 3);
    again.tell(Input::Charge(Box::new(refused)));
    again.tell(Input::Again);
    assert_eq!(sum(&again), 450);
    again.read(OTHER_CODE, CodeSource::Scanner);
    assert_eq!(cart(&again).lines.len(), 1);
}

#[test]
fn a_full_cart_says_so_and_loses_nothing() {
    let mut rig = rig();
    tap(&mut rig, "tea");
    rig.tell(Input::Goods(Goods::Count {
        place: 0,
        count: 999,
    }));
    tap(&mut rig, "tea");
    assert_eq!(rig.flow.notice(), Some(Notice::CartFull));
    assert_eq!(rig.flow.basket.cart.count(), 999);
    rig.tell(Input::Goods(Goods::Clear));
    assert!(rig.flow.is_blank());
}

#[test]
fn a_kiosk_has_no_cart() {
    let mut rig = Rig::of(Mode::Kiosk);
    rig.tell(shop(&[("tea", 450)]));
    tap(&mut rig, "tea");
    assert!(rig.flow.is_blank());
}
