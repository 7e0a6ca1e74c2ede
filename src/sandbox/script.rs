//! What goes wrong, and when: faults by customer and method, for the next calls or until cleared.

use std::collections::BTreeMap;

use money::{OrderNo, PayCode};

use crate::bank::Bank;
use crate::books::Flaw;
use crate::customer::Customer;
use crate::notice::Twist;

/// Rules at a time; more would only hide each other.
const RULES_MAX: usize = 32;
/// Orders whose customer is remembered although the bank may never have heard of them.
const SEEN_MAX: usize = 10_000;
/// The longest pause a slow answer may take, in milliseconds.
pub const SLOW_MS_MAX: u64 = 120_000;
/// The longest time for which a refund may be under way, in milliseconds.
const UNDER_WAY_MS_MAX: u64 = 86_400_000;

/// Something that goes wrong on the way or at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Carried out at once, answered so many milliseconds later.
    Slow(u64),
    /// Carried out; the connection breaks before a byte of the answer.
    LostAnswer,
    /// The connection breaks before anything is carried out.
    LostRequest,
    /// Not carried out; answered with 20000 (system busy).
    Busy,
    /// Carried out; the answer's signature does not fit it.
    WrongSignature,
    /// Carried out; the answer is signed and names another sum.
    WrongAmount,
    /// Carried out; the answer is not in the protocol's form.
    Garbage,
    /// Not carried out; HTTP 503.
    Down,
    /// Carried out; the answer has no signature.
    Unsigned,
    /// Carried out; answered with 20000 (system busy) all the same.
    BusyDone,
    /// A cancel is not carried out, and answered with `retry_flag` Y; other methods are not struck.
    AskAgain,
    /// A paid order is not cancelled any more (`ACQ.TRADE_CANCEL_TIME_OUT`), as a day after its
    /// payment; other methods are not struck.
    CancelTooLate,
    /// A cancel leaves a code good that was shown and not scanned yet, and answers as ever; other
    /// methods are not struck.
    CodeStays,
    /// A cancel of what has gone back already is answered with `close`, as if it had never been
    /// paid; other methods are not struck.
    CloseAgain,
    /// A refund is taken in and under way for so many milliseconds: nothing tells it from one that
    /// never was, but that the same number asked for again is a success without a movement. Other
    /// methods are not struck.
    RefundUnderWay(u64),
    /// Carried out; the answer is signed and names another order.
    WrongOrder,
    /// Carried out; the answer is signed and tells of the sum in another currency.
    WrongCurrency,
    /// Carried out; the answer is signed with a key that the merchant does not know, as after a
    /// change of keys that nobody told it of.
    OtherKey,
    /// The bill that is fetched next is not as it should be; other methods are not struck.
    Bill(Flaw),
    /// Nothing is wrong with an answer, but with the next notice.
    Notice(Twist),
}

impl Fault {
    /// Stable name on the sandbox's API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Slow(_) => "slow",
            Self::LostAnswer => "lost-answer",
            Self::LostRequest => "lost-request",
            Self::Busy => "busy",
            Self::WrongSignature => "wrong-signature",
            Self::WrongAmount => "wrong-amount",
            Self::Garbage => "garbage",
            Self::Down => "down",
            Self::Unsigned => "unsigned",
            Self::BusyDone => "busy-done",
            Self::AskAgain => "ask-again",
            Self::CancelTooLate => "cancel-too-late",
            Self::CodeStays => "code-stays",
            Self::CloseAgain => "close-again",
            Self::RefundUnderWay(_) => "refund-under-way",
            Self::WrongOrder => "wrong-order",
            Self::WrongCurrency => "wrong-currency",
            Self::OtherKey => "other-key",
            Self::Bill(flaw) => flaw.as_str(),
            Self::Notice(twist) => twist.as_str(),
        }
    }

    /// The only method that can go wrong in this way, where there is one.
    pub const fn only(self) -> Option<Method> {
        if matches!(
            self,
            Self::AskAgain | Self::CancelTooLate | Self::CodeStays | Self::CloseAgain
        ) {
            Some(Method::Cancel)
        } else if matches!(self, Self::RefundUnderWay(_)) {
            Some(Method::Refund)
        } else if matches!(self, Self::Bill(_)) {
            Some(Method::Bill)
        } else {
            None
        }
    }

    /// How long a slow answer waits, in milliseconds.
    pub const fn pause_ms(self) -> Option<u64> {
        match self {
            Self::Slow(ms) => Some(ms),
            Self::LostAnswer
            | Self::LostRequest
            | Self::Busy
            | Self::WrongSignature
            | Self::WrongAmount
            | Self::Garbage
            | Self::Down
            | Self::Unsigned
            | Self::BusyDone
            | Self::AskAgain
            | Self::CancelTooLate
            | Self::CodeStays
            | Self::CloseAgain
            | Self::RefundUnderWay(_)
            | Self::WrongOrder
            | Self::WrongCurrency
            | Self::OtherKey
            | Self::Bill(_)
            | Self::Notice(_) => None,
        }
    }

    /// How long the answer or the notice is held back, or the refund is under way, in milliseconds.
    pub const fn ms(self) -> Option<u64> {
        match self {
            Self::Notice(Twist::Late(ms)) | Self::RefundUnderWay(ms) => Some(ms),
            Self::Slow(_)
            | Self::LostAnswer
            | Self::LostRequest
            | Self::Busy
            | Self::WrongSignature
            | Self::WrongAmount
            | Self::Garbage
            | Self::Down
            | Self::Unsigned
            | Self::BusyDone
            | Self::AskAgain
            | Self::CancelTooLate
            | Self::CodeStays
            | Self::CloseAgain
            | Self::WrongOrder
            | Self::WrongCurrency
            | Self::OtherKey
            | Self::Bill(_)
            | Self::Notice(_) => self.pause_ms(),
        }
    }

    /// Every fault; `ms` is for the slow ones.
    pub fn all(ms: u64) -> Vec<Self> {
        let twists = Twist::all(ms).map(Self::Notice);
        let mut all = vec![
            Self::Slow(ms.min(SLOW_MS_MAX)),
            Self::LostAnswer,
            Self::LostRequest,
            Self::Busy,
            Self::WrongSignature,
            Self::WrongAmount,
            Self::Garbage,
            Self::Down,
            Self::Unsigned,
            Self::BusyDone,
            Self::AskAgain,
            Self::CancelTooLate,
            Self::CodeStays,
            Self::CloseAgain,
            Self::RefundUnderWay(ms.min(UNDER_WAY_MS_MAX)),
            Self::WrongOrder,
            Self::WrongCurrency,
            Self::OtherKey,
        ];
        all.extend(Flaw::ALL.map(Self::Bill));
        all.extend(twists);
        all
    }

    /// The fault of that stable name; `ms` is for the slow ones.
    pub fn named(name: &str, ms: u64) -> Option<Self> {
        let mut all = Self::all(ms).into_iter();
        all.find(|one| one.as_str() == name)
    }
}

/// A method of the gateway that can be made to fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// `alipay.trade.pay`.
    Pay,
    /// `alipay.trade.query`.
    Query,
    /// `alipay.trade.cancel`.
    Cancel,
    /// `alipay.trade.refund`.
    Refund,
    /// `alipay.trade.fastpay.refund.query`.
    RefundQuery,
    /// `alipay.trade.precreate`.
    Precreate,
    /// `alipay.trade.close`.
    Close,
    /// `alipay.data.dataservice.bill.downloadurl.query`.
    Bill,
    /// `alipay.data.bill.balance.query`.
    Balance,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 9] = [
        Self::Pay,
        Self::Query,
        Self::Cancel,
        Self::Refund,
        Self::RefundQuery,
        Self::Precreate,
        Self::Close,
        Self::Bill,
        Self::Balance,
    ];

    /// Stable name on the sandbox's API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pay => "pay",
            Self::Query => "query",
            Self::Cancel => "cancel",
            Self::Refund => "refund",
            Self::RefundQuery => "refund-query",
            Self::Precreate => "precreate",
            Self::Close => "close",
            Self::Bill => "bill",
            Self::Balance => "balance",
        }
    }

    /// The method of that stable name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// The method's name on Alipay's wire.
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Pay => "alipay.trade.pay",
            Self::Query => "alipay.trade.query",
            Self::Cancel => "alipay.trade.cancel",
            Self::Refund => "alipay.trade.refund",
            Self::RefundQuery => "alipay.trade.fastpay.refund.query",
            Self::Precreate => "alipay.trade.precreate",
            Self::Close => "alipay.trade.close",
            Self::Bill => "alipay.data.dataservice.bill.downloadurl.query",
            Self::Balance => "alipay.data.bill.balance.query",
        }
    }
}

/// One rule of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Number by which it is cleared.
    pub id: u64,
    /// What happens.
    pub fault: Fault,
    /// Only for this method; `None` is any.
    pub method: Option<Method>,
    /// Only for this customer; `None` is everybody.
    pub customer: Option<Customer>,
    /// Calls it still strikes; `None` is until cleared.
    pub left: Option<u32>,
}

/// The rules in force, in the order in which they were made.
#[derive(Clone, Debug, Default)]
pub struct Script {
    rules: Vec<Rule>,
    made: u64,
    seen: BTreeMap<OrderNo, Customer>,
}

impl Script {
    /// Adds a rule; the number in it is replaced by its own. `None` when there are too many.
    pub fn add(&mut self, rule: Rule) -> Option<Rule> {
        if self.rules.len() >= RULES_MAX || rule.left == Some(0) {
            return None;
        }
        self.made += 1;
        let rule = Rule {
            id: self.made,
            ..rule
        };
        self.rules.push(rule);
        Some(rule)
    }

    /// The rules in force.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// Ends one rule; false when there is none of that number.
    pub fn clear(&mut self, id: u64) -> bool {
        let before = self.rules.len();
        self.rules.retain(|rule| rule.id != id);
        before != self.rules.len()
    }

    /// Ends every rule.
    pub fn clear_all(&mut self) {
        self.rules.clear();
    }

    /// Whose call it is: by the code it brings, by the bank's order, or by an earlier call about
    /// the same order, which may have got lost.
    pub fn customer_of(
        &mut self,
        bank: &mut Bank,
        order: Option<&OrderNo>,
        code: Option<&PayCode>,
    ) -> Option<Customer> {
        let by_code = code.and_then(|code| bank.owner(code));
        if let (Some(customer), Some(order)) = (by_code, order) {
            self.seen.insert(order.clone(), customer);
            if self.seen.len() > SEEN_MAX {
                self.seen.pop_first();
            }
        }
        by_code.or_else(|| self.seen.get(order?).copied())
    }

    /// The faults that strike this call, pauses first. Each is counted down.
    pub fn strike(&mut self, method: Method, customer: Option<Customer>) -> Vec<Fault> {
        let mut faults = self.hit(|rule| {
            let is_answer = !matches!(rule.fault, Fault::Notice(_));
            let is_method = rule.method.is_none_or(|only| only == method)
                && rule.fault.only().is_none_or(|only| only == method);
            let is_customer = rule.customer.is_none_or(|only| Some(only) == customer);
            is_answer && is_method && is_customer
        });
        faults.sort_by_key(|fault| !matches!(fault, Fault::Slow(_)));
        faults
    }

    /// What is unusual about the next notice of an order of this customer's. Each is counted down.
    pub fn strike_notice(&mut self, customer: Customer) -> Vec<Twist> {
        let faults = self.hit(|rule| {
            let is_customer = rule.customer.is_none_or(|only| only == customer);
            matches!(rule.fault, Fault::Notice(_)) && is_customer
        });
        let twists = faults.into_iter().filter_map(|fault| {
            if let Fault::Notice(twist) = fault {
                Some(twist)
            } else {
                None
            }
        });
        twists.collect()
    }

    fn hit(&mut self, is_hit: impl Fn(&Rule) -> bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        for rule in self.rules.iter_mut().filter(|rule| is_hit(rule)) {
            faults.push(rule.fault);
            rule.left = rule.left.map(|left| left.saturating_sub(1));
        }
        self.rules.retain(|rule| rule.left != Some(0));
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Method, Rule, Script};
    use crate::customer::Customer;

    fn rule(fault: Fault) -> Rule {
        Rule {
            id: 0,
            fault,
            method: None,
            customer: None,
            left: None,
        }
    }

    #[test]
    fn a_rule_strikes_its_customer_and_method_only() {
        let mut script = Script::default();
        let only = Rule {
            method: Some(Method::Query),
            customer: Some(Customer::Huabei),
            ..rule(Fault::Busy)
        };
        assert!(script.add(only).is_some());
        let strike = |script: &mut Script, method, who| script.strike(method, who).len();
        assert_eq!(strike(&mut script, Method::Pay, Some(Customer::Huabei)), 0);
        assert_eq!(strike(&mut script, Method::Query, None), 0);
        assert_eq!(
            strike(&mut script, Method::Query, Some(Customer::Huabei)),
            1
        );
    }

    #[test]
    fn a_rule_for_the_next_calls_is_gone_after_them() {
        let mut script = Script::default();
        let twice = Rule {
            left: Some(2),
            ..rule(Fault::Down)
        };
        assert!(script.add(twice).is_some());
        assert_eq!(script.strike(Method::Pay, None), [Fault::Down]);
        assert_eq!(script.strike(Method::Pay, None), [Fault::Down]);
        assert_eq!(script.strike(Method::Pay, None), []);
        assert!(script.rules().is_empty());
    }

    #[test]
    fn a_pause_goes_before_the_other_fault() {
        let mut script = Script::default();
        assert!(script.add(rule(Fault::LostAnswer)).is_some());
        assert!(script.add(rule(Fault::Slow(5))).is_some());
        let faults = script.strike(Method::Cancel, None);
        assert_eq!(faults, [Fault::Slow(5), Fault::LostAnswer]);
    }

    #[test]
    fn rules_are_cleared_by_number() {
        let mut script = Script::default();
        let made = script.add(rule(Fault::Garbage)).map(|made| made.id);
        assert_eq!(made, Some(1));
        assert!(!script.clear(7));
        assert!(script.clear(1));
    }

    #[test]
    fn every_fault_is_known_by_its_name() {
        let names = "slow lost-answer lost-request busy wrong-signature wrong-amount garbage down \
                     unsigned busy-done ask-again cancel-too-late code-stays close-again \
                     refund-under-way notice-early \
                     notice-late notice-again notice-swapped \
                     notice-forged notice-foreign-app notice-wrong-amount notice-unknown-order";
        for name in names.split_whitespace() {
            let fault = Fault::named(name, 7);
            assert_eq!(fault.map(Fault::as_str), Some(name));
        }
        assert_eq!(Fault::named("rain", 7), None);
    }
}
