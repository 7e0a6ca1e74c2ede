//! What the shop sells, what a till puts into a cart, and requests that the shop does not take now.

use money::Amount;
use sale::{Cart, Catalogue, Discount, Item, ItemId, Name, Percent};
use server::desk::{self, Turned};
use server::drive::{DeskAsk, Ticket};
use server::problem::Trouble;
use wire::CartAsk;

use super::{Shop, refused};
use crate::desk::{Asking, Content};
use crate::marks::Mark;

/// What a milk tea costs, and what it costs after a change.
const TEA_FEN: [i64; 2] = [450, 500];
const EGG_FEN: i64 = 199;
const TEA: &str = "tea";
const EGG: &str = "egg";

/// What the shop sells in the beginning.
pub(super) fn first_catalogue() -> Catalogue {
    let items = vec![item(TEA, "奶茶", TEA_FEN[0]), item(EGG, "茶叶蛋", EGG_FEN)];
    Catalogue::of(2, items).expect("two items")
}

fn item(id: &str, name: &str, fen: i64) -> Item {
    let price = Amount::from_fen(fen).expect("a price");
    Item::of(id_of(id), Name::parse(name).expect("a name"), price).expect("an item")
}

fn id_of(id: &str) -> ItemId {
    ItemId::parse(id).expect("an id")
}

impl Shop {
    /// The next customer's goods come to the sum of the sale, as a script has it.
    pub(crate) fn fill(&mut self, sale: usize) {
        let mut cart = Cart::default();
        let tea = item(TEA, "奶茶", TEA_FEN[0]);
        cart.add(&tea, 2).expect("two pieces");
        let rest = self.sales[sale].amount.fen() - 2 * TEA_FEN[0];
        let rest = Amount::from_fen(rest).expect("more than two teas");
        cart.add_free(rest).expect("an amount");
        self.sales[sale].cart = Some(CartAsk::from(&cart));
    }

    /// A customer comes with goods, some of them with a discount.
    pub(crate) fn open_cart(&mut self, till: usize) {
        let mut cart = Cart::default();
        for item in self.catalogue.items() {
            let count = 1 + u32::try_from(self.rng.below(3)).unwrap_or_default();
            cart.add(item, count).expect("a few pieces");
        }
        if self.rng.chance(30) {
            let free = Amount::from_fen(1 + self.rng.span_ms(900)).expect("an amount");
            cart.add_free(free).expect("an amount");
        }
        if self.rng.chance(30) {
            cart.discount = Percent::of(10).ok().map(Discount::Percent);
        }
        let quote = cart.quote(&self.catalogue).expect("what the shop sells");
        self.open_sale(quote.total, till);
        if let Some(sale) = self.sales.last_mut() {
            sale.cart = Some(CartAsk::from(&cart));
        }
    }

    /// Milk tea becomes dearer, or cheaper again.
    pub(crate) fn reprice(&mut self) {
        let price = self.catalogue.item(&id_of(TEA)).map(Item::price);
        let is_first = price.map(Amount::fen) == Some(TEA_FEN[0]);
        let tea = item(TEA, "奶茶", TEA_FEN[usize::from(is_first)]);
        self.line(|| format!("a tea costs {} fen", tea.price().fen()));
        self.catalogue = self.catalogue.with(tea).expect("a place for it");
    }

    /// Eggs are sold no more, or again.
    pub(crate) fn restock(&mut self) {
        let next = match self.catalogue.without(&id_of(EGG)) {
            Ok(without) => without,
            Err(_) => self
                .catalogue
                .with(item(EGG, "茶叶蛋", EGG_FEN))
                .expect("a place for it"),
        };
        self.line(|| format!("the shop sells {} items", next.items().len()));
        self.catalogue = next;
    }

    /// The shop offers no plans of instalments from now on, or again.
    pub(crate) fn reoffer(&mut self) {
        self.is_without_plans = !self.is_without_plans;
        self.line(|| format!("no plans: {}", self.is_without_plans));
        self.limits = crate::desk::limits(!self.is_without_plans);
    }

    /// A request that the shop does not take now, in the order of its route: its key is closed
    /// before anybody hears why, and what came of it before is told.
    pub(super) fn turn_down(
        &mut self,
        ticket: Ticket,
        (asking, ask): (Asking, &DeskAsk),
        trouble: Trouble,
    ) {
        self.line(|| format!("{} is turned down: {:?}", ask.key, trouble.kind()));
        let turned = match desk::turned_down(trouble, None) {
            Turned::Close(trouble) => match self.close_key(&ask.key) {
                Ok(closing) => desk::turned_down(trouble, Some(closing)),
                Err(kind) => return self.answered(ticket, Err(refused(kind))),
            },
            turned @ (Turned::Refuse(_) | Turned::Bound) => turned,
        };
        let bound = self.shelf.by_key(&ask.key);
        let known = desk::known(bound, ask.fingerprint);
        match (turned, known) {
            (Turned::Bound, Some(answer)) => {
                self.sometimes(
                    Mark::CartRepeated,
                    asking.ask.cart.is_some() && answer.is_ok(),
                );
                let content = (Content::Charge(asking), ask.fingerprint);
                self.asked_by.insert(ticket, content);
                self.answered(ticket, answer);
            }
            (Turned::Close(trouble) | Turned::Refuse(trouble), _) => {
                self.sometimes(Mark::CartRefused, asking.ask.cart.is_some());
                self.tell_absent(asking.key);
                self.answered(ticket, Err(refused(trouble.kind())));
            }
            (Turned::Bound, None) => panic!("L6: {} is bound to nothing", ask.key),
        }
    }

    /// Somebody hears that nothing came of a key, and nothing will. L6: so it must be.
    pub(super) fn tell_absent(&mut self, key: String) {
        let bound = self.shelf.by_key(&key);
        assert!(bound.is_none(), "L6: {key} is told absent and has a charge");
        self.told_absent.insert(key, self.here.life);
    }
}
