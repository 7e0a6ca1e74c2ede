//! Payment codes as wallets show them: digits, and the patterns that carry them.

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode, Version};

use crate::chance::Chance;

/// Whose code it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wallet {
    /// 18 digits that begin with 25 to 30.
    Alipay,
    /// 18 digits that begin with 10 to 15.
    WeChat,
    /// 19 digits that begin with 62.
    UnionPay,
}

/// Sizes and corrections that wallets use for so few digits, the frequent ones more than once.
const FORMS: [(EcLevel, i16); 16] = [
    (EcLevel::M, 1),
    (EcLevel::M, 1),
    (EcLevel::M, 1),
    (EcLevel::M, 1),
    (EcLevel::M, 1),
    (EcLevel::Q, 1),
    (EcLevel::Q, 1),
    (EcLevel::Q, 1),
    (EcLevel::Q, 1),
    (EcLevel::H, 2),
    (EcLevel::H, 2),
    (EcLevel::H, 2),
    (EcLevel::H, 2),
    (EcLevel::M, 2),
    (EcLevel::Q, 3),
    (EcLevel::H, 3),
];

/// Code 128 selects a character set by one of these letters in the text it is given.
const SET_C: char = '\u{0106}';
const SET_B: char = '\u{0181}';

impl Wallet {
    pub(crate) fn any(chance: &mut Chance) -> Self {
        chance.of_all(&[
            Self::Alipay,
            Self::Alipay,
            Self::Alipay,
            Self::WeChat,
            Self::UnionPay,
        ])
    }

    /// A code that this wallet could show.
    pub(crate) fn code(self, chance: &mut Chance) -> String {
        let (begin, length) = match self {
            Self::Alipay => (25 + chance.below(6), 18),
            Self::WeChat => (10 + chance.below(6), 18),
            Self::UnionPay => (62, 19),
        };
        let mut code = begin.to_string();
        while code.len() < length {
            code.push(chance.of_all(&['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']));
        }
        code
    }
}

/// A square pattern of modules.
#[derive(Clone, Debug)]
pub(crate) struct Grid {
    /// Modules along a side.
    pub(crate) width: usize,
    /// The largest part of the side that a logo may cover and the correction still bear.
    pub(crate) logo: (f32, f32),
    modules: Vec<Color>,
}

impl Grid {
    /// A QR code in one of the wallets' sizes.
    pub(crate) fn of(code: &str, chance: &mut Chance) -> Self {
        let (level, version) = chance.of_all(&FORMS);
        let drawn = QrCode::with_version(code, Version::Normal(version), level)
            .expect("19 digits fit every one of these sizes");
        let logo = match level {
            EcLevel::L | EcLevel::M => (0.13, 0.17),
            EcLevel::Q | EcLevel::H => (0.16, 0.22),
        };
        Self {
            width: drawn.width(),
            logo,
            modules: drawn.to_colors(),
        }
    }

    pub(crate) fn is_dark(&self, column: usize, row: usize) -> bool {
        self.modules[row * self.width + column] == Color::Dark
    }
}

/// The modules of a Code 128, true for a bar: pairs of digits in set C, an odd last one in set B.
pub(crate) fn bars(code: &str) -> Vec<bool> {
    let (pairs, rest) = code.split_at(code.len() / 2 * 2);
    let mut text = format!("{SET_C}{pairs}");
    if !rest.is_empty() {
        text.push(SET_B);
        text.push_str(rest);
    }
    let drawn = Code128::new(text).expect("digits are in both sets");
    drawn.encode().iter().map(|module| *module == 1).collect()
}
