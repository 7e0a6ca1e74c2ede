//! What the bank tells unasked, and what somebody else tells in its name.

use money::{Amount, OrderNo, Stamp};
use provider::alipay::{text_to_sign, write_form};
use sandbox::keys::APP_ID;
use sandbox::notice::{Choice, Post, Spoil};

use super::Counter;
use crate::mail::Lie;
use crate::rng::Rng;

/// Another merchant's app.
const OTHER_APP: &str = "2021000000007777";

/// A notice as it leaves.
pub(crate) struct Told {
    /// The bank's letter; none when somebody else wrote it.
    pub(crate) letter: Option<String>,
    /// The signed form.
    pub(crate) body: Vec<u8>,
    /// What is wrong with it.
    pub(crate) lie: Option<Lie>,
}

/// How somebody tells of a payment that never was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forgery {
    /// Signed by a key that is not the bank's.
    OwnKey,
    /// Signed by the bank, for another merchant's order that has the same number.
    OtherApp,
    /// A genuine notice with another order's number put in.
    Renamed,
}

impl Forgery {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::OwnKey, Self::OtherApp, Self::Renamed];
}

impl Counter {
    /// From now on the bank is asked for notices.
    pub(crate) const fn tell_from_now(&mut self) {
        self.is_telling = true;
    }

    /// The next notice is wrong in this way, when it is sent for the first time.
    pub(crate) fn spoil_next(&mut self, spoil: Spoil) {
        self.spoils.push(spoil);
    }

    /// Notices that leave now: those whose time has come, or all that are left.
    pub(crate) fn letters(&mut self, is_last: bool, now: Stamp) -> Vec<Told> {
        if !self.is_telling {
            return Vec::new();
        }
        self.stage.bank.expire(now);
        self.stage.write_letters(now);
        let choice = if is_last {
            Choice::Pending
        } else {
            Choice::Due
        };
        let spoil = self.spoils.last().copied();
        let outbox = &mut self.stage.outbox;
        let posts = outbox.take(&self.pair.keys, &choice, spoil, now);
        if !posts.is_empty() {
            self.spoils.pop();
        }
        let told = |post: Post| Told {
            letter: Some(post.id),
            body: post.body,
            lie: spoil.map(lie_of),
        };
        posts.into_iter().map(told).collect()
    }

    /// What our side said to a letter.
    pub(crate) fn hear_of(&mut self, letter: &str, is_taken: bool, now: Stamp) {
        let said = if is_taken { "success" } else { "failure" };
        self.stage.outbox.heard(letter, is_taken, said, now);
    }

    /// Whether our side has taken that letter before.
    pub(crate) fn was_taken(&self, letter: &str) -> bool {
        let mut letters = self.stage.outbox.letters();
        letters.any(|one| one.id == letter && one.is_taken)
    }

    /// Somebody tells that the order was paid.
    pub(crate) fn forge(
        &self,
        (order, amount): (&OrderNo, Amount),
        forgery: Forgery,
        rng: &mut Rng,
        now: Stamp,
    ) -> Told {
        let app = match forgery {
            Forgery::OtherApp => OTHER_APP,
            Forgery::OwnKey | Forgery::Renamed => APP_ID,
        };
        let sum = amount.yuan();
        let time = now.beijing();
        let number = format!("{:032}", rng.next());
        let mut params: Vec<(String, String)> = [
            ("notify_type", "trade_status_sync"),
            ("notify_id", &number),
            ("notify_time", &time),
            ("app_id", app),
            ("charset", "utf-8"),
            ("trade_no", &number[4..]),
            ("out_trade_no", order.as_str()),
            ("trade_status", "TRADE_SUCCESS"),
            ("total_amount", &sum),
            ("gmt_payment", &time),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let text = text_to_sign(&params);
        let signed = match forgery {
            Forgery::OwnKey | Forgery::OtherApp => text,
            Forgery::Renamed => text.replace(order.as_str(), "S00000000000000000000000000"),
        };
        let key = match forgery {
            Forgery::OwnKey => &self.pair.stranger,
            Forgery::OtherApp | Forgery::Renamed => &self.pair.keys.alipay_private,
        };
        let sign = key.sign(signed.as_bytes());
        params.push(("sign_type".to_owned(), "RSA2".to_owned()));
        params.push(("sign".to_owned(), sign));
        Told {
            letter: None,
            body: write_form(&params).into_bytes(),
            lie: Some(Lie::Worthless),
        }
    }
}

const fn lie_of(spoil: Spoil) -> Lie {
    match spoil {
        Spoil::Forged | Spoil::ForeignApp | Spoil::UnknownOrder => Lie::Worthless,
        Spoil::WrongAmount => Lie::Sum,
    }
}
