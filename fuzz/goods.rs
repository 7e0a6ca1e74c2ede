//! What is sold: the texts that the record keeps of it, and the cart that a page asks for.

use money::Amount;
use sale::{Cart, Catalogue, Discount, Item, ItemId, Line, Quote, QuoteError, QuoteLine, Thing};
use wire::{CartAsk, CartView, CatalogueView};

use super::till::again;

/// Any number will do: the text of a catalogue does not hold it.
const REVISION: u64 = 7;
/// A shop for a cart that comes with none.
const SHOP: &str = "tea\t1200\tgreen\tquick\t🍵\tDrinks\tGreen tea\n\
                    bun\t350\tplain\t\t\t\t肉包子\n\
                    last\t10000000000\tred\t\t\t\tAll of it\n";

/// What is read of a catalogue is written and read as the same, here and by a page.
pub(crate) fn catalogue(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = match Catalogue::from_text(REVISION, &text) {
        Ok(read) => read,
        Err(fault) => {
            assert!(fault.0 <= text.lines().count(), "{fault} of {text:?}");
            return;
        }
    };
    assert_eq!(read.revision(), REVISION);
    assert_eq!(read.items().len(), text.lines().count(), "a line, an item");
    let written = read.to_text();
    assert_eq!(
        Catalogue::from_text(REVISION, &written).as_ref(),
        Ok(&read),
        "{written:?}"
    );
    let view = CatalogueView::from(&read);
    let told = serde_json::to_vec(&view).expect("a catalogue is JSON");
    assert_eq!(again::<CatalogueView>(&told).as_ref(), Some(&view));
    assert_eq!(view.catalogue(), read);
    assert_eq!(read.changes_since(&read), []);
    assert_eq!(
        read.changes_since(&Catalogue::default()).len(),
        read.items().len()
    );
    for item in read.items() {
        assert_eq!(read.item(&item.id), Some(item), "an id stands once");
        assert!(item.price() > Amount::ZERO);
    }
}

/// The text of a quote is the only one of its quote, its sums are right, and there is a cart that
/// comes to it.
pub(crate) fn quote(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let read = match Quote::from_text(&text) {
        Ok(read) => read,
        Err(fault) => {
            let lines = 1..=text.split('\n').count();
            assert!(lines.contains(&fault.0), "{fault} of {text:?}");
            return;
        }
    };
    assert_eq!(read.to_text(), text);
    is_told(&read);
    let lines: Vec<Line> = read.lines.iter().map(sold).collect();
    let cart = Cart::of(lines, discount(read.off)).expect("a cart comes to it");
    if let Some(shop) = shop_of(&read) {
        assert_eq!(cart.quote(&shop).as_ref(), Ok(&read), "{text:?}");
    }
}

fn discount(off: Amount) -> Option<Discount> {
    Discount::fen(off).ok()
}

/// The line of a cart that comes to this one.
fn sold(line: &QuoteLine) -> Line {
    Line {
        thing: line.item.clone().map_or(Thing::Free, Thing::Item),
        unit: line.unit,
        count: line.count,
        discount: discount(line.off),
    }
}

/// A shop that sells it all at these prices; none where one item has two prices or two names.
fn shop_of(quote: &Quote) -> Option<Catalogue> {
    let mut items: Vec<Item> = Vec::new();
    for line in &quote.lines {
        let Some((id, name)) = line.item.clone().zip(line.name.clone()) else {
            continue;
        };
        let item = Item::of(id, name, line.unit).expect("what was sold had a price");
        if !items.contains(&item) {
            items.push(item);
        }
    }
    Catalogue::of(REVISION, items).ok()
}

/// What was sold is told to a page, which reads the same sums.
fn is_told(quote: &Quote) {
    let view = CartView::from(quote);
    let told = serde_json::to_vec(&view).expect("what was sold is JSON");
    let read = again::<CartView>(&told).expect("what was told is read");
    assert_eq!(read, view);
    let sums: i64 = read.lines.iter().map(|line| line.sum_fen).sum();
    assert_eq!(sums, read.subtotal_fen);
    assert_eq!(read.subtotal_fen - read.off_fen, quote.total.fen());
}

/// A cart comes to what it comes to by hand, and its quote reads back. What stands before an empty
/// line is the catalogue; where there is none, the shop is a fixed one.
pub(crate) fn cart(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (shop, json) = match text.split_once("\n\n") {
        Some((shop, json)) => (shop, json),
        None => (SHOP, text.as_ref()),
    };
    let shop = Catalogue::from_text(REVISION, shop).or_else(|_| Catalogue::from_text(0, SHOP));
    let shop = shop.expect("a shop");
    let Some(ask) = again::<CartAsk>(json.as_bytes()) else {
        return;
    };
    let Some(cart) = ask.cart() else {
        return;
    };
    assert_eq!(CartAsk::from(&cart), ask, "what is asked for, no more");
    let quoted = cart.quote(&shop);
    let by_hand = sums(&cart);
    match &quoted {
        Ok(quote) => {
            let told = [quote.subtotal, quote.off, quote.total].map(|sum| i128::from(sum.fen()));
            assert_eq!(Some(told), by_hand, "{ask:?}");
            assert!(cart.lines().iter().all(|line| is_sold(line, &shop)));
            assert_eq!(
                quote.lines.iter().map(|line| line.count).sum::<u32>(),
                cart.count()
            );
            assert_eq!(Quote::from_text(&quote.to_text()).as_ref(), Ok(quote));
            is_told(quote);
        }
        Err(QuoteError::Gone(id)) => assert_eq!(shop.item(id), None),
        Err(QuoteError::PriceChanged { item, was, now }) => {
            assert_eq!(shop.item(item).map(Item::price), Some(*now));
            assert_ne!(was, now);
        }
        Err(QuoteError::TooLarge | QuoteError::DiscountOverSum | QuoteError::Zero) => {
            assert_eq!(by_hand, None, "{ask:?}");
        }
        Err(QuoteError::Empty) => panic!("a cart that is asked for has lines"),
    }
    is_accepted(cart, &shop);
}

/// Whether the shop sells it for that.
fn is_sold(line: &Line, shop: &Catalogue) -> bool {
    let price = |id: &ItemId| shop.item(id).map(Item::price);
    match &line.thing {
        Thing::Free => true,
        Thing::Item(id) => price(id) == Some(line.unit),
    }
}

/// Once the catalogue's word is taken, neither a price nor an item is in the way.
fn is_accepted(mut cart: Cart, shop: &Catalogue) {
    cart.accept(shop);
    let quoted = cart.quote(shop);
    let is_surprise = matches!(
        quoted,
        Err(QuoteError::Gone(_) | QuoteError::PriceChanged { .. })
    );
    assert!(!is_surprise, "{quoted:?}");
    assert_eq!(quoted == Err(QuoteError::Empty), cart.is_empty());
}

/// What the lines come to, what is taken off, what is left: in numbers that do not end. Nothing
/// where a step leaves the range of amounts.
fn sums(cart: &Cart) -> Option<[i128; 3]> {
    let most = i128::from(Amount::MAX.fen());
    let in_range = |fen: i128| (0..=most).contains(&fen).then_some(fen);
    let mut subtotal = 0;
    for line in cart.lines() {
        let whole = in_range(i128::from(line.unit.fen()) * i128::from(line.count))?;
        let rest = in_range(whole - off(line.discount, whole))?;
        subtotal = in_range(subtotal + rest)?;
    }
    let off = off(cart.discount, subtotal);
    let total = in_range(subtotal - off)?;
    (total > 0).then_some([subtotal, off, total])
}

/// Half a fen is the customer's.
fn off(discount: Option<Discount>, sum: i128) -> i128 {
    match discount {
        None => 0,
        Some(Discount::Fen(amount)) => i128::from(amount.fen()),
        Some(Discount::Percent(percent)) => {
            let hundredths = sum * i128::from(percent.count());
            hundredths / 100 + i128::from(hundredths % 100 >= 50)
        }
    }
}
