//! Any shop and any cart: what holds for all of them.

use money::Amount;
use proptest::prelude::*;

use crate::{
    Cart, Catalogue, Colour, Discount, Item, ItemId, Line, Look, Name, Percent, Quote, QuoteError,
    QuoteLine, Sign, Thing,
};

fn amount(most: i64) -> impl Strategy<Value = Amount> {
    (1..=most).prop_map(|fen| Amount::from_fen(fen).expect("in range"))
}

fn discount() -> impl Strategy<Value = Option<Discount>> {
    prop_oneof![
        Just(None),
        amount(3_000).prop_map(|sum| Some(Discount::Fen(sum))),
        (1_u8..=100)
            .prop_map(|count| Some(Discount::Percent(Percent::of(count).expect("1 to 100")))),
    ]
}

fn catalogue() -> impl Strategy<Value = Catalogue> {
    let name = "[a-z面🍜ا\"\\\\]{1,12}";
    let look = (0..Colour::ALL.len(), "[🍜☕a-z]{0,3}", any::<bool>());
    let item = (name, amount(20_000), proptest::option::of(name), look);
    proptest::collection::vec(item, 1..12).prop_map(|items| {
        let items = items.into_iter().enumerate().map(|(place, one)| {
            let (name, price, category, (colour, sign, is_quick)) = one;
            let id = ItemId::parse(&format!("i{place}")).expect("an id");
            let mut item = Item::of(id, Name::parse(&name).expect("a name"), price).expect("sold");
            item.category = category.and_then(|name| Name::parse(&name).ok());
            item.look = Look {
                colour: Colour::ALL[colour],
                sign: Sign::parse(&sign).expect("a sign"),
            };
            item.is_quick = is_quick;
            item
        });
        Catalogue::of(3, items.collect()).expect("a catalogue")
    })
}

/// A shop, and a cart of what it sells and of typed amounts.
fn sale() -> impl Strategy<Value = (Catalogue, Cart)> {
    let line = (
        any::<prop::sample::Index>(),
        any::<bool>(),
        amount(20_000),
        1_u32..=999,
        discount(),
    );
    let lines = proptest::collection::vec(line, 1..12);
    (catalogue(), lines, discount()).prop_map(|(shop, lines, off)| {
        let lines = lines
            .into_iter()
            .map(|(which, is_free, sum, count, discount)| {
                let item = which.get(shop.items());
                let (thing, unit) = if is_free {
                    (Thing::Free, sum)
                } else {
                    (Thing::Item(item.id.clone()), item.price())
                };
                Line {
                    thing,
                    unit,
                    count,
                    discount,
                }
            });
        let cart = Cart::of(lines.collect(), off).expect("a cart");
        (shop, cart)
    })
}

proptest! {
    #[test]
    fn a_quote_adds_up_and_reads_back((shop, cart) in sale()) {
        match cart.quote(&shop) {
            Ok(quote) => {
                let lines = || quote.lines.iter();
                let each = |line: &QuoteLine| line.unit.fen() * i64::from(line.count);
                let (whole, off): (i64, i64) =
                    (lines().map(each).sum(), lines().map(|line| line.off.fen()).sum());
                prop_assert_eq!(whole - off, quote.subtotal.fen());
                prop_assert_eq!(quote.subtotal.fen() - quote.off.fen(), quote.total.fen());
                prop_assert!(quote.total > Amount::ZERO);
                prop_assert_eq!(quote.lines.len(), cart.lines().len());
                prop_assert_eq!(Quote::from_text(&quote.to_text()), Ok(quote.clone()));
                prop_assert_eq!(cart.quote(&shop), Ok(quote), "and is the same again");
            }
            Err(why) => prop_assert!(
                matches!(why, QuoteError::DiscountOverSum | QuoteError::Zero), "{}", why
            ),
        }
    }

    #[test]
    fn a_catalogue_reads_back(shop in catalogue()) {
        prop_assert_eq!(Catalogue::from_text(3, &shop.to_text()), Ok(shop));
    }

    #[test]
    fn percents_take_off_no_more_than_there_is_and_more_percents_no_less(
        sum in amount(10_000_000_000), count in 1_u8..100,
    ) {
        let of = |count| Discount::Percent(Percent::of(count).expect("1 to 100")).off(sum);
        let (less, more) = (of(count)?, of(count + 1)?);
        prop_assert!(less <= more && more <= sum);
        let exact = sum.fen() * i64::from(count);
        prop_assert!((less.fen() * 100 - exact).abs() <= 50);
    }

    #[test]
    fn a_cart_without_discounts_comes_to_the_same_in_any_order((shop, cart) in sale()) {
        let plain = |line: &Line| Line { discount: None, ..line.clone() };
        let lines: Vec<Line> = cart.lines().iter().map(plain).collect();
        let turned: Vec<Line> = lines.iter().rev().cloned().collect();
        let quote = |cart: Cart| cart.quote(&shop).map(|one| one.total);
        let total = |lines| Cart::of(lines, None).map(quote);
        prop_assert_eq!(total(lines), total(turned));
    }

    #[test]
    fn what_is_accepted_has_no_surprise_left(
        (_, cart) in sale(), shop in catalogue(),
    ) {
        let mut cart = cart;
        cart.accept(&shop);
        let is_surprise = matches!(
            cart.quote(&shop),
            Err(QuoteError::Gone(_) | QuoteError::PriceChanged { .. })
        );
        prop_assert!(!is_surprise);
    }

    #[test]
    fn no_text_makes_it_panic(text in "[0-9a-z\t\n+-]{0,60}") {
        let _ = Quote::from_text(&text);
        let _ = Catalogue::from_text(1, &text);
    }
}
