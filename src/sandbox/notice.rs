//! Notices: signed forms that tell a merchant what became of an order, sent until they are taken.
//!
//! Pure: letters are written and scheduled here, by the given time; the shell carries them.

use std::collections::VecDeque;

use money::{OrderNo, Stamp};

use crate::bank::{Bank, News};
use crate::keys::Keys;
use crate::script::Script;

mod form;
#[cfg(test)]
mod tests;
mod twist;

pub use twist::{Spoil, Twist};

/// What a merchant must answer, and nothing else.
pub const TAKEN: &[u8] = b"success";
/// How long a letter waits after its first try, its second, and so on, in milliseconds.
const WAITS_MS: [i64; 9] = [
    0, 0, 240_000, 600_000, 600_000, 3_600_000, 7_200_000, 21_600_000, 54_000_000,
];
/// A letter that is to come after a later one is held back for so long at most, in milliseconds.
const HELD_MS_MAX: i64 = 60_000;
/// A try that nothing was heard of for so long is taken for lost, in milliseconds.
const LOST_MS: i64 = 30_000;
/// Letters that are remembered; the oldest go first.
const LETTERS_MAX: usize = 2_000;

/// One notice, from its writing to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its number (`notify_id`), the same at every try.
    pub id: String,
    /// What it is about.
    pub order: OrderNo,
    /// Where it goes.
    pub url: String,
    /// How often it was sent.
    pub tries: u32,
    /// When it is sent next; `None` when it was taken, or given up.
    pub due_at: Option<Stamp>,
    /// Whether the merchant took it.
    pub is_taken: bool,
    /// What the merchant said last, in short.
    pub said: Option<String>,
    /// All parameters but the time of sending and the signature.
    params: Vec<(String, String)>,
    turn: Turn,
    /// Since when a try is on its way.
    left_at: Option<Stamp>,
    copies: u32,
    spoil: Option<Spoil>,
}

/// When it is a letter's turn, beside its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Usual,
    /// Before the answer to the request that caused it.
    Early,
    /// After the next letter about the same order.
    Held,
}

/// A letter on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Of which letter.
    pub id: String,
    /// Where it goes.
    pub url: String,
    /// The signed form.
    pub body: Vec<u8>,
}

/// Which letters are to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Those whose time has come.
    Due,
    /// Those that go before the answer to the request that caused them.
    Early,
    /// All that are not at their end, whatever their time.
    Pending,
    /// The last one about this order, even when it was taken.
    Again(OrderNo),
}

/// The letters of a sandbox.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    letters: VecDeque<Letter>,
    written: u64,
}

impl Outbox {
    /// Writes a letter for each change at the bank, as the script wants it.
    pub fn write(&mut self, bank: &mut Bank, script: &mut Script, now: Stamp) {
        for news in bank.take_news() {
            self.write_one(bank, script, &news, now);
        }
    }

    fn write_one(&mut self, bank: &mut Bank, script: &mut Script, news: &News, now: Stamp) {
        let Some(order) = bank.query(&news.order, now) else {
            return;
        };
        let Some(url) = order.notify_url.clone() else {
            return;
        };
        self.written += 1;
        let id = form::letter_id(self.written, now);
        let mut letter = Letter {
            params: form::params(order, news.refund.as_deref(), &id),
            id,
            order: news.order.clone(),
            url,
            tries: 0,
            due_at: Some(now),
            is_taken: false,
            said: None,
            turn: Turn::Usual,
            left_at: None,
            copies: 0,
            spoil: None,
        };
        for twist in script.strike_notice(order.customer) {
            letter.bend(twist, now);
        }
        self.letters.push_back(letter);
        if self.letters.len() > LETTERS_MAX {
            self.letters.pop_front();
        }
    }

    /// All letters, oldest first.
    pub fn letters(&self) -> impl DoubleEndedIterator<Item = &Letter> {
        self.letters.iter()
    }

    /// Takes letters to be sent now. Each must be followed by [`Outbox::heard`].
    pub fn take(
        &mut self,
        keys: &Keys,
        choice: &Choice,
        spoil: Option<Spoil>,
        now: Stamp,
    ) -> Vec<Post> {
        let latest = match choice {
            Choice::Again(number) => self
                .letters
                .iter()
                .rposition(|letter| letter.order == *number),
            Choice::Due | Choice::Early | Choice::Pending => None,
        };
        let mut posts = Vec::new();
        for (place, letter) in self.letters.iter_mut().enumerate() {
            let is_chosen = match choice {
                Choice::Due => letter.due_at.is_some_and(|at| at <= now),
                Choice::Early => letter.turn == Turn::Early && letter.tries == 0,
                Choice::Pending => letter.due_at.is_some(),
                Choice::Again(_) => latest == Some(place),
            };
            let is_underway = letter.left_at.is_some_and(|at| now.ms_since(at) < LOST_MS);
            // One that is asked for by its order goes out whatever else is on its way: whoever asks
            // counts what comes back.
            let is_asked_for = matches!(choice, Choice::Again(_));
            if is_chosen && (is_asked_for || !is_underway) {
                letter.left_at = Some(now);
                let once = letter.spoil.take();
                posts.push(Post {
                    id: letter.id.clone(),
                    url: letter.url.clone(),
                    body: form::body(keys, &letter.params, spoil.or(once), now),
                });
            }
        }
        posts
    }

    /// What became of a post: `taken` when the answer was exactly [`TAKEN`].
    pub fn heard(&mut self, id: &str, is_taken: bool, said: &str, now: Stamp) {
        let Some(letter) = self.letters.iter_mut().find(|one| one.id == id) else {
            return;
        };
        letter.left_at = None;
        letter.said = Some(said.to_owned());
        let wait = usize::try_from(letter.tries)
            .ok()
            .and_then(|tries| WAITS_MS.get(tries));
        letter.tries = letter.tries.saturating_add(1);
        letter.is_taken |= is_taken;
        letter.due_at = if letter.copies > 0 {
            letter.copies -= 1;
            Some(now)
        } else if letter.is_taken {
            None
        } else {
            wait.map(|ms| now.plus_ms(*ms))
        };
        let order = letter.order.clone();
        self.release(&order, id, now);
    }

    /// Lets a letter go that was to come after a later one.
    fn release(&mut self, order: &OrderNo, sent: &str, now: Stamp) {
        let Some(place) = self.letters.iter().position(|one| one.id == sent) else {
            return;
        };
        for letter in self.letters.iter_mut().take(place) {
            if letter.turn == Turn::Held && letter.order == *order {
                letter.turn = Turn::Usual;
                letter.due_at = letter.due_at.map(|_| now);
            }
        }
    }
}

impl Letter {
    fn bend(&mut self, twist: Twist, now: Stamp) {
        match twist {
            Twist::Early => self.turn = Turn::Early,
            Twist::Late(ms) => {
                let ms = i64::try_from(ms).unwrap_or(i64::MAX);
                self.due_at = Some(now.plus_ms(ms));
            }
            Twist::Again(copies) => self.copies = copies,
            Twist::Swapped => {
                self.turn = Turn::Held;
                self.due_at = Some(now.plus_ms(HELD_MS_MAX));
            }
            Twist::Spoilt(spoil) => self.spoil = Some(spoil),
        }
    }
}
