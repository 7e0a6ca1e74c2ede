//! Tills: what cashiers do, and what they are told.

use ledger::{Charge, Fact, State};
use money::{Amount, ChargeId, Instalments, Provider};
use sandbox::Customer;
use server::desk::offered;
use server::door::{Entry, Shut, Shutting, told};
use server::drive::{Answered, DeskAsk, Input, Refused, Ticket};
use store::{Batch, Closing, StoreFault};
use wire::{CartAsk, ChargeAsk, CodeSource, ProblemKind, RefundAsk, WayName};

use super::{Shop, refused};
use crate::desk::{self, Asking, Content, Return, Understood};
use crate::mail::{Mail, Wish};
use crate::marks::Mark;

/// A password that comes so late is a last-moment one, in milliseconds after the question.
const LAST_MOMENT_MS: i64 = 50_000;
/// Of the answers to a till, so many in a hundred get lost where the wire is bad.
const DEAF_PERCENT: usize = 5;

/// A sale as the till knows it.
pub(crate) struct Sale {
    pub(crate) name: String,
    pub(crate) amount: Amount,
    pub(crate) device: String,
    /// What is bought, where that is not a sum that was typed.
    pub(crate) cart: Option<CartAsk>,
    pub(crate) tries: Vec<Try>,
    /// The charge that the till knows of.
    pub(crate) charge: Option<ChargeId>,
}

/// One attempt of a sale.
#[derive(Clone)]
pub(crate) struct Try {
    pub(crate) asking: Asking,
    pub(crate) ticket: Ticket,
}

impl Shop {
    /// A customer comes with something that costs so much.
    pub(crate) fn open_sale(&mut self, amount: Amount, till: usize) {
        self.sales.push(Sale {
            name: format!("sale-{}", self.sales.len()),
            amount,
            device: format!("till-{till}"),
            cart: None,
            tries: Vec::new(),
            charge: None,
        });
    }

    /// A till asks for a charge of the sale with a fresh key and the customer's present code, by
    /// this plan of instalments and in no other way, where there is one.
    pub(crate) fn charge(&mut self, sale: usize, customer: Customer, plan: Option<Instalments>) {
        let code = self.counter.show_code(customer, &mut self.rng, self.now);
        let ask = ChargeAsk {
            code: Some(code.expose().to_owned()),
            source: Some(CodeSource::Camera),
            ..self.plain_ask(sale, plan)
        };
        self.send_first(sale, ask);
    }

    /// A defective till asks for less than the goods come to.
    pub(crate) fn misprice(&mut self, sale: usize, customer: Customer) {
        if self.sales[sale].cart.is_none() {
            return;
        }
        let code = self.counter.show_code(customer, &mut self.rng, self.now);
        let mut ask = ChargeAsk {
            code: Some(code.expose().to_owned()),
            source: Some(CodeSource::Camera),
            ..self.plain_ask(sale, None)
        };
        ask.amount_fen = (ask.amount_fen - 1).max(1);
        self.send_first(sale, ask);
    }

    /// A till asks for a code on its own screen.
    pub(crate) fn show(&mut self, sale: usize, plan: Option<Instalments>) {
        let ask = ChargeAsk {
            way: WayName::Shown,
            provider: Some(Provider::Alipay.as_str().to_owned()),
            ..self.plain_ask(sale, plan)
        };
        self.send_first(sale, ask);
    }

    /// What is the same whosever screen shows the code.
    fn plain_ask(&self, sale: usize, plan: Option<Instalments>) -> ChargeAsk {
        let Sale {
            name,
            amount,
            device,
            cart,
            ..
        } = &self.sales[sale];
        ChargeAsk {
            sale: name.clone(),
            amount_fen: amount.fen(),
            way: WayName::Scanned,
            code: None,
            provider: None,
            device: device.clone(),
            source: None,
            instalments: plan.map(Into::into),
            cart: cart.clone(),
        }
    }

    fn send_first(&mut self, sale: usize, ask: ChargeAsk) {
        let Sale { name, tries, .. } = &self.sales[sale];
        let key = format!("{name}-{}", tries.len());
        self.send(sale, Asking { key, ask });
    }

    /// A customer scans the code that stands on the till's screen, or stood there.
    pub(crate) fn scan(&mut self, sale: usize, customer: Customer) {
        let charge = self.sales[sale].charge;
        let shown = charge.and_then(|id| self.shelf.charge(id)?.shown().map(str::to_owned));
        let Some(code) = shown else { return };
        self.line(|| format!("{customer:?} scans {code}"));
        let is_paid = self.counter.scan(&code, customer, self.now);
        self.sometimes(Mark::Scanned, is_paid);
        self.sometimes(Mark::ScannedInVain, !is_paid);
        self.post_letters(false);
        crate::laws::hold(self);
    }

    /// The till sends the last request of the sale again, as after a double tap or a lost answer.
    pub(crate) fn charge_again(&mut self, sale: usize) {
        if let Some(last) = self.sales[sale].tries.last().cloned() {
            self.send(sale, last.asking);
        }
    }

    /// A defective till uses the last key for another sum, or without the plan of instalments or
    /// the cart.
    pub(crate) fn reuse_key(&mut self, sale: usize) {
        if let Some(Try { mut asking, .. }) = self.sales[sale].tries.last().cloned() {
            // Less, so that no law is broken should this one come first.
            let ask = &mut asking.ask;
            if ask.instalments.take().is_none() && ask.cart.take().is_none() {
                asking.ask.amount_fen = (asking.ask.amount_fen - 1).max(1);
            }
            self.send(sale, asking);
        }
    }

    fn send(&mut self, sale: usize, asking: Asking) {
        let ticket = Ticket(self.fresh_number());
        self.line(|| format!("till asks {} {}", asking.ask.sale, asking.key));
        self.sales[sale].tries.push(Try {
            asking: asking.clone(),
            ticket,
        });
        let is_third = self.sales[sale].tries.len() >= 3;
        self.sometimes(Mark::ThreeTries, is_third);
        let wish = Wish::Open(asking);
        self.wire.push(Mail::FromTill { ticket, wish });
    }

    /// The cashier cancels what the till knows of.
    pub(crate) fn cancel(&mut self, sale: usize) {
        if let Some(charge) = self.sales[sale].charge {
            let ticket = Ticket(self.fresh_number());
            self.line(|| format!("till cancels {charge}"));
            let wish = Wish::Cancel(charge);
            self.wire.push(Mail::FromTill { ticket, wish });
        }
    }

    /// Somebody wants some of the sale's money back, or all of it.
    pub(crate) fn refund(&mut self, sale: usize, part: i64) {
        if let Some(charge) = self.sales[sale].charge {
            let key = format!("back-{}-{}", self.sales[sale].name, self.returns.len());
            let ask = RefundAsk {
                amount_fen: (self.sales[sale].amount.fen() / part).max(1),
                reason: "退货".to_owned(),
                device: Some("till-1".to_owned()),
            };
            self.returns.push(Return { key, charge, ask });
            self.refund_again();
        }
    }

    /// Somebody gives a part of the sale's money back in the bank's own console.
    pub(crate) fn give_back_elsewhere(&mut self, sale: usize, part: i64) {
        let charge = self.sales[sale].charge.and_then(|id| self.shelf.charge(id));
        let Some(charge) = charge else { return };
        let (id, order) = (charge.id(), charge.order_no());
        let fen = (charge.amount().fen() / part).max(1);
        self.line(|| format!("{fen} fen of {id} go back elsewhere"));
        let amount = Amount::from_fen(fen).expect("a part of an amount");
        self.counter.give_back(&order, amount, self.now);
        self.post_letters(false);
        crate::laws::hold(self);
    }

    /// The owner follows an alarm: what is left of a payment goes back in the bank's own console.
    pub(super) fn give_rest_back(&mut self, id: ChargeId) {
        let order = id.order_no();
        let rest = self.counter.money_held(&order);
        self.line(|| format!("the rest of {id}, {} fen, goes back elsewhere", rest.fen()));
        self.sometimes(Mark::RestByHand, rest > Amount::ZERO);
        self.counter.give_back(&order, rest, self.now);
        self.post_letters(false);
    }

    /// The last request for money back is sent (again).
    pub(crate) fn refund_again(&mut self) {
        if let Some(last) = self.returns.last().cloned() {
            let ticket = Ticket(self.fresh_number());
            self.line(|| format!("till wants {} back by {}", last.ask.amount_fen, last.key));
            let wish = Wish::Refund(last);
            self.wire.push(Mail::FromTill { ticket, wish });
        }
    }

    /// The page is loaded anew: it knows its last key only, and asks what became of it. A key that
    /// came to nothing is closed in the record before that is told.
    pub(crate) fn reload(&mut self, sale: usize) {
        let Some(last) = self.sales[sale].tries.last() else {
            return;
        };
        let key = last.asking.key.clone();
        if self.here.server.is_none() || self.here.is_frozen {
            return self.sometimes(Mark::ServerDown, true);
        }
        let known = self.shelf.by_key(&key).map(|(charge, _)| charge);
        let shut = known.map_or_else(|| self.close_key(&key), |id| Ok(Closing::Bound(id)));
        self.line(|| format!("{key} is asked for: {shut:?}"));
        self.sometimes(Mark::ReloadUnsure, shut.is_err());
        let found = match shut {
            Ok(Closing::Bound(charge)) => Some(charge),
            Ok(Closing::Closed) => {
                self.tell_absent(key);
                None
            }
            Err(_) => return,
        };
        self.sales[sale].charge = found;
        self.sometimes(Mark::ReloadFound, found.is_some());
        self.sometimes(Mark::ReloadNothing, found.is_none());
    }

    /// A key is closed in the record, if the door says so, or something else is said of it.
    pub(super) fn close_key(&mut self, key: &str) -> Shut {
        let ticks_ms = self.ticks_ms();
        self.here.door();
        let (Some(door), Some(server)) = (&mut self.here.door, &self.here.server) else {
            return Err(ProblemKind::NotReady);
        };
        match door.shutting(key, server, ticks_ms) {
            Shutting::Say(shut) => shut,
            Shutting::Close if self.is_store_broken => told(Err(StoreFault::Full)),
            Shutting::Close => told(Ok(self.shelf.close(key, self.now))),
        }
    }

    /// L6: nothing comes of a key that was told absent, at any server.
    pub(super) fn assert_not_told_absent(&self, batch: &Batch) {
        let key = batch.key.as_ref().map(|binding| binding.key.as_str());
        let told = key.and_then(|key| self.told_absent.get(key));
        assert!(
            told.is_none(),
            "L6: {key:?} was told absent and something came of it"
        );
    }

    /// The next question for the sale's payment does not find it, as at a place of the bank that
    /// knows it later than another.
    pub(crate) fn hide(&mut self, sale: usize) {
        let charge = self.sales[sale].charge.and_then(|id| self.shelf.charge(id));
        let paid = charge.filter(|one| matches!(one.state(), State::Paid(_)));
        let Some(order) = paid.map(Charge::order_no) else {
            return;
        };
        self.line(|| format!("{order} is not found once"));
        self.counter.hide_once(order);
    }

    /// A till's request reaches the server, when one listens. True when it is let in.
    pub(super) fn hear_till(&mut self, ticket: Ticket, wish: Wish) -> bool {
        if self.here.server.is_none() {
            self.sometimes(Mark::ServerDown, true);
            self.line(|| "no server listens".to_owned());
            return false;
        }
        let request = match self.understood(wish) {
            Understood::TurnedDown(asking, ask, trouble) => {
                self.turn_down(ticket, (asking, &ask), trouble);
                return false;
            }
            request @ (Understood::Open(..) | Understood::Cancel(_) | Understood::Refund(..)) => {
                request
            }
        };
        let is_ending = self.here.ends_at().is_some();
        let entry = self.entry(request.knock());
        if let Entry::Away(kind) = entry {
            self.sometimes(Mark::RefusedWaking, !is_ending);
            self.sometimes(Mark::StopRefused, is_ending);
            self.answered(ticket, Err(refused(kind)));
            return false;
        }
        assert!(!is_ending, "L5: a server that is to end takes a request");
        if entry == Entry::Fetch {
            self.claim(vec![(ticket, request)]);
        } else {
            self.let_in(ticket, request);
        }
        true
    }

    /// What the desk makes of a request, with what the record has of it at this moment.
    fn understood(&self, wish: Wish) -> Understood {
        match wish {
            Wish::Open(asking) => {
                let ask = desk::opened(&asking);
                let cart = asking.ask.cart.as_ref();
                match offered(&ask, cart, &self.catalogue, &self.limits) {
                    Ok(goods) => Understood::Open(asking, DeskAsk { goods, ..ask }),
                    Err(trouble) => Understood::TurnedDown(asking, ask, trouble),
                }
            }
            Wish::Refund(wanted) => {
                let mut ask = desk::refunded(&wanted);
                ask.history = self.shelf.history(wanted.charge).to_vec();
                Understood::Refund(wanted, ask)
            }
            Wish::Cancel(charge) => Understood::Cancel(charge),
        }
    }

    /// The loop hears a request.
    pub(super) fn let_in(&mut self, ticket: Ticket, request: Understood) {
        let input = match request {
            Understood::Open(asking, ask) | Understood::TurnedDown(asking, ask, _) => {
                self.line(|| format!("opening {}", ask.key));
                let content = (Content::Charge(asking), ask.fingerprint);
                self.asked_by.insert(ticket, content);
                Input::Open {
                    ticket,
                    ask,
                    entropy: self.rng.bytes(),
                }
            }
            Understood::Refund(wanted, ask) => {
                self.line(|| format!("refunding {}", ask.key));
                let content = (Content::Refund(wanted), ask.fingerprint);
                self.asked_by.insert(ticket, content);
                Input::Refund {
                    ticket,
                    ask,
                    entropy: self.rng.bytes(),
                }
            }
            Understood::Cancel(charge) => {
                self.line(|| format!("cancelling {charge}"));
                Input::Cancel { ticket, charge }
            }
        };
        self.tell(input);
    }

    /// L6: one key, one charge, and nothing else under it. L10: what is answered is durable.
    pub(super) fn answered(&mut self, ticket: Ticket, answer: Result<Answered, Refused>) {
        if self.weighed(ticket, &answer) {
            return;
        }
        self.line(|| match &answer {
            Ok(done) => format!("answer {} fresh {}", done.charge, done.is_fresh),
            Err(refused) => format!("answer {:?}", refused.kind),
        });
        self.mark_answer(ticket, &answer);
        if let Ok(answered) = &answer {
            if let Some(history) = &answered.history {
                self.assert_durable(answered.charge, history);
            }
            self.assert_one_content(ticket, answered.charge);
            self.inform(ticket, answered.charge);
        }
        self.answers.insert(ticket, answer);
    }

    fn assert_one_content(&mut self, ticket: Ticket, charge: ChargeId) {
        let Some((content, fingerprint)) = self.asked_by.get(&ticket) else {
            return;
        };
        let (key, told) = (content.key(), (charge, *fingerprint));
        let known = *self.keys.entry(key.clone()).or_insert(told);
        assert_eq!(known.0, charge, "L6: one key, two charges");
        assert_eq!(known.1, *fingerprint, "L6: other content under one key");
        let bound = self.shelf.by_key(key);
        assert_eq!(bound, Some(known), "L6: the key is not bound to it");
        let is_asked = self
            .shelf
            .charge(charge)
            .is_some_and(|one| content.is_of(one, self.goods_of(charge)));
        assert!(is_asked, "L6: {charge} is not what was asked for by {key}");
    }

    /// What was sold, as the record has it.
    fn goods_of(&self, charge: ChargeId) -> Option<&str> {
        let Fact::Opened(opened) = &self.shelf.history(charge).first()?.fact else {
            return None;
        };
        opened.goods.as_deref()
    }

    fn inform(&mut self, ticket: Ticket, charge: ChargeId) {
        if self.rng.chance(DEAF_PERCENT) {
            return;
        }
        let is_asker = |sale: &&mut Sale| sale.tries.iter().any(|one| one.ticket == ticket);
        if let Some(sale) = self.sales.iter_mut().find(is_asker) {
            sale.charge = Some(charge);
        }
    }

    fn mark_answer(&mut self, ticket: Ticket, answer: &Result<Answered, Refused>) {
        let is_open = self.asked_by.contains_key(&ticket);
        match answer {
            Ok(done) => {
                self.sometimes(Mark::Repeated, is_open && !done.is_fresh);
                self.sometimes(Mark::CancelDone, !is_open);
            }
            Err(refused) => {
                let kind = refused.kind;
                self.sometimes(Mark::KeyReused, kind == ProblemKind::KeyReused);
                let is_closed = is_open && kind == ProblemKind::ChargeAbsent;
                self.mark_closed(ticket, is_closed);
                self.sometimes(Mark::SaleBusy, kind == ProblemKind::SaleBusy);
                self.sometimes(Mark::CodeUsed, kind == ProblemKind::CodeUsed);
                self.sometimes(Mark::CancelEnded, kind == ProblemKind::ChargeEnded);
                self.sometimes(Mark::RefundOverRest, kind == ProblemKind::RefundOverRest);
                self.sometimes(Mark::RefundUnpaid, kind == ProblemKind::NotPaid);
                let is_unwritten = is_open && kind == ProblemKind::RecordUnwritable;
                self.sometimes(Mark::IntentUnwritten, is_unwritten);
            }
        }
    }

    fn mark_closed(&mut self, ticket: Ticket, is_closed: bool) {
        let asked = self.asked_by.get(&ticket).filter(|_| is_closed);
        let told = asked.and_then(|(content, _)| self.told_absent.get(content.key()).copied());
        let is_later = told.is_some_and(|life| life != self.here.life);
        self.sometimes(Mark::KeyClosed, told.is_some());
        self.sometimes(Mark::KeyClosedLater, is_later);
    }

    /// Customers who are asked for their password answer.
    pub(crate) fn answer_prompts(&mut self, is_ok: bool) {
        for customer in Customer::ALL {
            let Some(since) = self.counter.prompted_at(customer, self.now) else {
                continue;
            };
            let is_last = is_ok && self.now.ms_since(since) >= LAST_MOMENT_MS;
            self.sometimes(Mark::PasswordAtLast, is_last);
            self.line(|| format!("password {is_ok}"));
            self.counter.confirm(customer, is_ok, self.now);
            self.post_letters(false);
        }
        crate::laws::hold(self);
    }

    /// Whether the loops have nothing to do.
    pub(crate) fn is_idle(&self) -> bool {
        self.here.is_idle() && self.beside.as_ref().is_none_or(|seat| seat.is_idle())
    }
}
