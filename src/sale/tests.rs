//! Carts, catalogues and quotes, told as sales.

mod any;

use money::Amount;

use crate::{
    Cart, CartError, Catalogue, CatalogueError, Change, ChangeKind, Colour, Discount,
    DiscountError, Item, ItemError, ItemId, Line, Name, Percent, Quote, QuoteError, Sign,
    TextError, Thing,
};

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn id(text: &str) -> ItemId {
    ItemId::parse(text).expect("an id")
}

fn item(name: &str, price: i64) -> Item {
    let called = Name::parse(name).expect("a name");
    Item::of(id(name), called, fen(price)).expect("an item")
}

fn shop() -> Catalogue {
    let items = vec![item("tea", 450), item("noodles", 1_250), item("egg", 199)];
    Catalogue::of(7, items).expect("a catalogue")
}

fn cart(goods: &[(&str, u32)]) -> Cart {
    let (mut cart, shop) = (Cart::default(), shop());
    for (name, count) in goods {
        let item = shop.item(&id(name)).expect("an item of the shop");
        cart.add(item, *count).expect("room in the cart");
    }
    cart
}

fn percent(count: u8) -> Option<Discount> {
    Percent::of(count).ok().map(Discount::Percent)
}

fn off(sum: i64) -> Option<Discount> {
    Discount::fen(fen(sum)).ok()
}

#[test]
fn a_cart_comes_to_price_by_pieces() {
    let mut cart = cart(&[("tea", 2), ("noodles", 1), ("tea", 1)]);
    cart.add_free(fen(30)).expect("room");
    assert_eq!(cart.lines().len(), 3, "the same item goes on its line");
    assert_eq!(cart.count(), 5);
    let quote = cart.quote(&shop()).expect("a quote");
    let sums: Vec<i64> = quote.lines.iter().map(|line| line.sum.fen()).collect();
    assert_eq!(sums, [1_350, 1_250, 30]);
    assert_eq!(quote.total, fen(2_630));
    assert_eq!(quote.lines[2].name, None);
}

#[test]
fn discounts_are_taken_off_lines_first_and_then_off_all() {
    let mut cart = cart(&[("tea", 2), ("noodles", 1)]);
    cart.set_line_discount(0, off(100));
    cart.discount = percent(10);
    let quote = cart.quote(&shop()).expect("a quote");
    assert_eq!(quote.lines[0].sum, fen(800));
    assert_eq!(quote.subtotal, fen(2_050));
    assert_eq!(quote.off, fen(205));
    assert_eq!(quote.total, fen(1_845));
}

#[test]
fn half_a_fen_is_given_to_the_customer() {
    let check = |count: u8, sum: i64, taken: i64| {
        let discount = percent(count).expect("some");
        assert_eq!(discount.off(fen(sum)), Ok(fen(taken)), "{count}% of {sum}");
    };
    check(15, 10, 2);
    check(1, 49, 0);
    check(1, 50, 1);
    check(33, 199, 66);
    check(100, 199, 199);
    check(100, 10_000_000_000, 10_000_000_000);
    check(99, 10_000_000_000, 9_900_000_000);
}

#[test]
fn what_cannot_be_taken_off_says_why() {
    let mut cart = cart(&[("egg", 1)]);
    cart.discount = off(200);
    assert_eq!(cart.quote(&shop()), Err(QuoteError::DiscountOverSum));
    cart.discount = off(199);
    assert_eq!(cart.quote(&shop()), Err(QuoteError::Zero));
    cart.discount = off(198);
    assert_eq!(cart.quote(&shop()).map(|quote| quote.total), Ok(fen(1)));
    cart.set_line_discount(0, off(200));
    assert_eq!(cart.quote(&shop()), Err(QuoteError::DiscountOverSum));
    for count in [0, 101, 255] {
        assert_eq!(Percent::of(count), Err(DiscountError::None));
    }
    assert_eq!(Discount::fen(Amount::ZERO), Err(DiscountError::None));
}

#[test]
fn an_item_that_is_gone_is_named() {
    let cart = cart(&[("tea", 1), ("egg", 2)]);
    let rest = shop().without(&id("egg")).expect("there");
    assert_eq!(cart.quote(&rest), Err(QuoteError::Gone(id("egg"))));
    let mut accepted = cart;
    accepted.accept(&rest);
    assert_eq!(accepted.quote(&rest).map(|quote| quote.total), Ok(fen(450)));
}

#[test]
fn a_price_that_changed_is_told_and_charged_only_once_it_is_accepted() {
    let mut cart = cart(&[("tea", 2)]);
    let dearer = shop().with(item("tea", 500)).expect("room");
    let changed = QuoteError::PriceChanged {
        item: id("tea"),
        was: fen(450),
        now: fen(500),
    };
    assert_eq!(cart.quote(&dearer), Err(changed));
    cart.accept(&dearer);
    assert_eq!(cart.quote(&dearer).map(|quote| quote.total), Ok(fen(1_000)));
}

#[test]
fn the_last_line_takes_the_discount_with_it() {
    let mut cart = cart(&[("tea", 2)]);
    cart.discount = percent(10);
    cart.set_count(0, 0).expect("none takes it away");
    assert!(cart.is_empty());
    assert_eq!(cart, Cart::default());
    assert_eq!(cart.quote(&shop()), Err(QuoteError::Empty));
}

#[test]
fn a_cart_has_its_bounds() {
    let mut cart = Cart::default();
    for _ in 0..100 {
        cart.add_free(fen(1)).expect("room");
    }
    assert_eq!(cart.add_free(fen(1)), Err(CartError::TooManyLines));
    assert_eq!(cart.set_count(0, 1_000), Err(CartError::Count));
    assert_eq!(Cart::default().add_free(Amount::ZERO), Err(CartError::Zero));
    let shop = shop();
    let tea = shop.item(&id("tea")).expect("tea");
    let mut cart = Cart::default();
    cart.add(tea, 999).expect("the most");
    assert_eq!(cart.add(tea, 1), Err(CartError::Count));
    assert_eq!(cart.count(), 999, "nothing changed");
    assert_eq!(cart.add(tea, 0), Err(CartError::Count));
    let line = Line {
        thing: Thing::Free,
        unit: fen(1),
        count: 0,
        discount: None,
    };
    assert_eq!(Cart::of(vec![line], None), Err(CartError::Count));
}

#[test]
fn a_sum_above_all_that_can_be_charged_is_no_quote() {
    let mut cart = Cart::default();
    cart.add_free(Amount::MAX).expect("room");
    cart.add_free(fen(1)).expect("room");
    assert_eq!(cart.quote(&shop()), Err(QuoteError::TooLarge));
    cart.remove(1);
    assert_eq!(
        cart.quote(&shop()).map(|quote| quote.total),
        Ok(Amount::MAX)
    );
    cart.set_count(0, 999).expect("a count");
    assert_eq!(cart.quote(&shop()), Err(QuoteError::TooLarge));
}

#[test]
fn names_of_every_script_are_kept_and_counted_in_characters() {
    for name in ["🍜 牛肉面", "قهوة", "👨‍👩‍👧‍👦", "חלב 3%", "Crème brûlée"]
    {
        let read = Name::parse(&format!("  {name} ")).expect("a name");
        assert_eq!(read.as_str(), name);
    }
    let most = "面".repeat(40);
    assert!(Name::parse(&most).is_ok());
    let (long, steered) = (format!("{most}面"), "tea \u{202E}00.1");
    for name in ["", " ", "\u{200B}\u{FE0F}", "a\tb", "a\nb", &long, steered] {
        assert_eq!(Name::parse(name), Err(ItemError::Name), "{name:?}");
    }
    assert!(Sign::parse("👨‍👩‍👧‍👦").is_ok());
    assert_eq!(Sign::parse("123456789"), Err(ItemError::Sign));
    assert_eq!(Colour::named("pink"), Err(ItemError::Colour));
    for colour in Colour::ALL {
        assert_eq!(Colour::named(colour.as_str()), Ok(colour));
    }
}

#[test]
fn an_item_has_a_price_and_an_id() {
    let name = || Name::parse("tea").expect("a name");
    assert_eq!(
        Item::of(id("tea"), name(), Amount::ZERO),
        Err(ItemError::Price)
    );
    for text in ["", "a b", "面", "a/b", &"a".repeat(33)] {
        assert_eq!(ItemId::parse(text), Err(ItemError::Id), "{text}");
    }
}

#[test]
fn a_catalogue_changes_item_by_item() {
    let (first, mut egg) = (shop(), item("egg", 210));
    egg.category = Name::parse("Sides").ok();
    let next = first.with(egg).expect("room");
    let next = next.with(item("cake", 900)).expect("room");
    let next = next.without(&id("tea")).expect("there");
    assert_eq!(next.revision(), 10);
    let ids: Vec<&str> = next.items().iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["noodles", "egg", "cake"], "each keeps its place");
    let change = |name: &str, kind| Change { id: id(name), kind };
    assert_eq!(
        next.changes_since(&first),
        [
            change("egg", ChangeKind::Changed),
            change("cake", ChangeKind::Added),
            change("tea", ChangeKind::Gone),
        ]
    );
    assert_eq!(next.changes_since(&next), []);
    assert_eq!(
        next.without(&id("tea")),
        Err(CatalogueError::Absent(id("tea")))
    );
    let twice = vec![item("tea", 1), item("egg", 1), item("tea", 2)];
    assert_eq!(
        Catalogue::of(1, twice),
        Err(CatalogueError::Twice(id("tea")))
    );
}

#[test]
fn a_catalogue_has_room_for_five_hundred_items() {
    let items = (0..500).map(|number| item(&format!("n{number}"), 1));
    let full = Catalogue::of(1, items.collect()).expect("room");
    assert!(full.with(item("n3", 5)).is_ok(), "one that is there");
    assert_eq!(full.with(item("tea", 5)), Err(CatalogueError::TooMany));
}

#[test]
fn categories_stand_in_the_order_of_the_items() {
    let of = |name: &str, category: &str| {
        let mut item = item(name, 1);
        item.category = Name::parse(category).ok();
        item
    };
    let items = vec![of("a", "Hot"), of("b", ""), of("c", "Cold"), of("d", "Hot")];
    let shop = Catalogue::of(1, items).expect("a catalogue");
    let names: Vec<&str> = shop.categories().into_iter().map(Name::as_str).collect();
    assert_eq!(names, ["Hot", "Cold"]);
}

#[test]
fn a_text_that_was_changed_is_no_quote_and_no_catalogue() {
    let mut cart = cart(&[("tea", 2), ("egg", 1)]);
    cart.discount = percent(10);
    let text = cart.quote(&shop()).expect("a quote").to_text();
    assert_eq!(
        text,
        "450\t2\t0\ttea\ttea\n199\t1\t0\tegg\tegg\ntotal\t989\t110"
    );
    for (from, to) in [
        ("450", "451"),
        ("989", "990"),
        ("\t2\t", "\t+2\t"),
        ("egg", ""),
    ] {
        let changed = text.replacen(from, to, 1);
        assert!(Quote::from_text(&changed).is_err(), "{changed}");
    }
    assert!(Quote::from_text("").is_err());
    for idle in ["5\t0\t0\t\t", "0\t3\t0\t\t"] {
        let text = format!("{idle}\n5\t1\t0\t\t\ntotal\t5\t0");
        assert_eq!(Quote::from_text(&text), Err(TextError(1)), "{idle}");
    }
    let text = shop().to_text();
    assert!(Catalogue::from_text(7, &text.replacen("plain", "pink", 1)).is_err());
    assert!(Catalogue::from_text(7, &text.replacen("egg", "tea", 1)).is_err());
}
