//! One thing that can be sold: its name, its price, and how its key looks.

use core::fmt;

use money::Amount;

/// Longest name of an item or a category, in characters: a key of the till shows two short lines.
pub const NAME_MAX: usize = 40;
/// Longest sign on a key, in characters: one emoji may be made of seven.
pub const SIGN_MAX: usize = 8;
/// Longest id of an item, in bytes.
pub const ID_MAX: usize = 32;

/// Why something cannot be an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// The id is empty, too long, or has other signs than letters, digits, `-` and `_`.
    #[error("an item's id has 1 to 32 letters, digits, - or _")]
    Id,
    /// The name is empty, too long, or has signs that steer instead of showing.
    #[error("a name has 1 to 40 characters that can be seen")]
    Name,
    /// The sign on the key is too long, or has signs that steer instead of showing.
    #[error("the sign on a key has at most 8 characters")]
    Sign,
    /// There is no such colour.
    #[error("there is no such colour")]
    Colour,
    /// The price is zero, below it, or above all that can be charged.
    #[error("a price is from 1 fen to 100,000,000.00 yuan")]
    Price,
}

/// Which item; never changes while name and price do.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(String);

impl ItemId {
    /// An id of 1 to 32 letters, digits, `-`, `_`.
    ///
    /// # Errors
    /// [`ItemError::Id`].
    pub fn parse(text: &str) -> Result<Self, ItemError> {
        let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let is_id = (1..=ID_MAX).contains(&text.len()) && text.bytes().all(is_sign);
        is_id.then(|| Self(text.to_owned())).ok_or(ItemError::Id)
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What people call an item or a category, in any script.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// A name of 1 to 40 characters, without the blanks around it.
    ///
    /// # Errors
    /// [`ItemError::Name`].
    pub fn parse(text: &str) -> Result<Self, ItemError> {
        let text = text.trim();
        let is_name = (1..=NAME_MAX).contains(&text.chars().count())
            && !text.chars().any(is_steering)
            && text.chars().any(is_seen);
        is_name
            .then(|| Self(text.to_owned()))
            .ok_or(ItemError::Name)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// What stands on an item's key in place of a picture, an emoji as a rule; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sign(String);

impl Sign {
    /// A sign of at most 8 characters, without the blanks around it.
    ///
    /// # Errors
    /// [`ItemError::Sign`].
    pub fn parse(text: &str) -> Result<Self, ItemError> {
        let text = text.trim();
        let is_sign = text.chars().count() <= SIGN_MAX && !text.chars().any(is_steering);
        is_sign
            .then(|| Self(text.to_owned()))
            .ok_or(ItemError::Sign)
    }

    /// The sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters end lines, and overrides of the direction of writing make the price of one
/// item look like another's. Arabic and Hebrew letters need neither.
fn is_steering(sign: char) -> bool {
    let is_override = matches!(sign, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    sign.is_control() || is_override || matches!(sign, '\u{2028}' | '\u{2029}')
}

/// Whether anything of it is on the screen by itself.
fn is_seen(sign: char) -> bool {
    let is_joint = matches!(sign, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    !sign.is_whitespace() && !is_joint && !matches!(sign, '\u{FE00}'..='\u{FE0F}')
}

/// The colour of an item's key. Which shade it is in light and in dark is the page's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Colour {
    /// As keys are.
    #[default]
    Plain,
    /// Red.
    Red,
    /// Orange.
    Orange,
    /// Yellow.
    Yellow,
    /// Green.
    Green,
    /// Blue.
    Blue,
    /// Purple.
    Purple,
    /// Brown.
    Brown,
}

impl Colour {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Plain,
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
        Self::Brown,
    ];

    /// Stable name for rows, the wire and the style sheet.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Red => "red",
            Self::Orange => "orange",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
            Self::Brown => "brown",
        }
    }

    /// The colour of that name.
    ///
    /// # Errors
    /// [`ItemError::Colour`].
    pub fn named(name: &str) -> Result<Self, ItemError> {
        let mut all = Self::ALL.into_iter();
        all.find(|one| one.as_str() == name)
            .ok_or(ItemError::Colour)
    }
}

/// How an item's key looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Its colour.
    pub colour: Colour,
    /// What stands on it in place of a picture.
    pub sign: Sign,
}

/// One thing that can be sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which one.
    pub id: ItemId,
    /// What it is called.
    pub name: Name,
    /// What one costs; never zero.
    price: Amount,
    /// Where it stands; `None` where the shop has no such order.
    pub category: Option<Name>,
    /// How its key looks.
    pub look: Look,
    /// Its key is on the first page.
    pub is_quick: bool,
}

impl Item {
    /// An item without category and look.
    ///
    /// # Errors
    /// [`ItemError::Price`] when it costs nothing.
    pub fn of(id: ItemId, name: Name, price: Amount) -> Result<Self, ItemError> {
        if price == Amount::ZERO {
            return Err(ItemError::Price);
        }
        Ok(Self {
            id,
            name,
            price,
            category: None,
            look: Look::default(),
            is_quick: false,
        })
    }

    /// What one costs.
    pub const fn price(&self) -> Amount {
        self.price
    }
}
