//! A receipt in columns on narrow paper: lines of pieces, each at its place.

use money::Amount;
use say::receipt::ReceiptWords;
use say::{Lang, fill};

use crate::code::{BarText, QrText};
use crate::receipt::{Good, Kind, Receipt, ReceiptError};
use crate::sign::{Sign, Writing, text, width, wrap};

/// The rolls that there are, by their width.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Paper {
    /// 58 mm, of which 48 are printed.
    #[default]
    Mm58,
    /// 80 mm, of which 72 are printed.
    Mm80,
}

impl Paper {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Mm58, Self::Mm80];

    /// Columns of half a Chinese sign.
    pub const fn columns(self) -> usize {
        match self {
            Self::Mm58 => 32,
            Self::Mm80 => 48,
        }
    }

    /// Dots in a row, eight to a millimetre.
    pub const fn dots(self) -> usize {
        self.columns() * 12
    }

    /// Millimetres of the roll; its name in settings.
    pub const fn mm(self) -> u8 {
        match self {
            Self::Mm58 => 58,
            Self::Mm80 => 80,
        }
    }

    /// The roll of that width.
    pub fn of_mm(mm: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| paper.mm() == mm)
    }
}

/// How a line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// As printers write by themselves.
    #[default]
    Plain,
    /// Bold.
    Strong,
    /// Bold, and twice as wide and high: a sign takes twice its columns.
    Large,
}

impl Style {
    /// Columns of a sign that is one column wide.
    pub const fn scale(self) -> usize {
        match self {
            Self::Plain | Self::Strong => 1,
            Self::Large => 2,
        }
    }
}

/// A text at its place in a line. It never says more than it shows: no control characters, and
/// nothing that turns the direction of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    column: usize,
    width: usize,
    text: String,
}

impl Piece {
    /// The column where it begins, from 0.
    pub const fn column(&self) -> usize {
        self.column
    }

    /// The columns that it may take. Who draws it keeps it inside.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// What it says.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    style: Style,
    pieces: Vec<Piece>,
}

impl Line {
    /// How it looks.
    pub const fn style(&self) -> Style {
        self.style
    }

    /// From left to right; no two share a column.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// One thing below the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A line of text.
    Line(Line),
    /// A line of dashes.
    Rule,
    /// An empty line.
    Gap,
    /// A QR code in the middle.
    Qr(QrText),
    /// Bars in the middle.
    Bars(BarText),
}

/// A receipt as rows on paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    paper: Paper,
    rows: Vec<Row>,
}

impl Layout {
    /// The rows of a receipt.
    ///
    /// # Errors
    /// [`ReceiptError`] when it is too long to be one receipt.
    pub fn of(
        receipt: &Receipt,
        lang: Lang,
        paper: Paper,
        writing: Writing,
    ) -> Result<Self, ReceiptError> {
        receipt.check()?;
        let mut draft = Draft {
            words: ReceiptWords::of(lang),
            paper,
            writing,
            rows: Vec::new(),
        };
        draft.head(receipt);
        draft.goods(receipt);
        draft.money(receipt);
        draft.end(receipt);
        Ok(Self {
            paper,
            rows: draft.rows,
        })
    }

    /// On which roll.
    pub const fn paper(&self) -> Paper {
        self.paper
    }

    /// From top to bottom.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// As plain text, a line for each row, codes as what they say.
    pub fn to_text(&self) -> String {
        let lines = self.rows.iter().map(|row| match row {
            Row::Line(line) => line_text(line),
            Row::Rule => "-".repeat(self.paper.columns()),
            Row::Gap => String::new(),
            Row::Qr(says) => format!("[QR {}]", says.as_str()),
            Row::Bars(says) => format!("[|| {}]", says.as_str()),
        });
        lines.map(|line| line + "\n").collect()
    }
}

/// Blanks stand for the columns between pieces; large signs count twice, so they are marked.
fn line_text(line: &Line) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for piece in line.pieces() {
        out.push_str(&" ".repeat(piece.column.saturating_sub(at)));
        out.push_str(&piece.text);
        at = piece.column + piece.width;
    }
    out
}

/// Rows under way.
struct Draft {
    words: &'static ReceiptWords,
    paper: Paper,
    writing: Writing,
    rows: Vec<Row>,
}

impl Draft {
    fn head(&mut self, receipt: &Receipt) {
        self.name(&receipt.shop.name);
        for line in &receipt.shop.address {
            self.centred(line, Style::Plain);
        }
        match receipt.kind {
            Kind::Payment => {}
            Kind::Refund => self.centred(self.words.refund, Style::Large),
            Kind::Reversal => self.centred(self.words.reversal, Style::Large),
        }
        if receipt.is_reprint {
            self.centred(self.words.reprint, Style::Strong);
        }
        self.rows.push(Row::Rule);
        for (label, value) in [
            (self.words.time, &receipt.time),
            (self.words.till, &receipt.till),
            (self.words.cashier, &receipt.cashier),
            (self.words.order_no, &receipt.order_no),
            (self.words.provider_no, &receipt.provider_no),
        ] {
            self.told(label, value);
        }
        self.rows.push(Row::Rule);
    }

    fn goods(&mut self, receipt: &Receipt) {
        for good in &receipt.goods {
            self.good(good);
        }
        if !receipt.goods.is_empty() {
            self.rows.push(Row::Rule);
        }
        if receipt.off > Amount::ZERO {
            if let Ok(subtotal) = receipt.total.plus(receipt.off) {
                let sum = subtotal.yuan_grouped();
                self.pair(self.words.subtotal, &sum, Style::Plain);
            }
            self.pair(self.words.off, &minus(receipt.off), Style::Plain);
        }
    }

    fn good(&mut self, good: &Good) {
        let name = if good.name.trim().is_empty() {
            self.words.amount
        } else {
            &good.name
        };
        if good.count == 1 && good.off == Amount::ZERO {
            self.pair(name, &good.sum.yuan_grouped(), Style::Plain);
            return;
        }
        self.left(name);
        let times = format!("{} × {}", good.count, good.unit.yuan_grouped());
        // What it would be without the discount, so that the column adds up.
        let whole = good.sum.plus(good.off).unwrap_or(good.sum);
        self.pair(&times, &whole.yuan_grouped(), Style::Plain);
        if good.off > Amount::ZERO {
            self.pair(self.words.off, &minus(good.off), Style::Plain);
        }
    }

    fn money(&mut self, receipt: &Receipt) {
        let label = match receipt.kind {
            Kind::Payment => self.words.total,
            Kind::Refund => self.words.refunded,
            Kind::Reversal => self.words.reversed,
        };
        let total = format!("¥{}", receipt.total.yuan_grouped());
        self.pair(label, &total, Style::Large);
        for paid in &receipt.paid {
            let way = if paid.source.trim().is_empty() {
                paid.wallet.clone()
            } else {
                format!("{} ({})", paid.wallet, paid.source)
            };
            self.pair(&way, &paid.sum.yuan_grouped(), Style::Plain);
        }
        if let Some(plan) = receipt.plan {
            let months = plan.months.to_string();
            let label = fill(self.words.plan, &[("n", &months)]);
            let each = fill(self.words.each, &[("each", &plan.each.yuan_grouped())]);
            self.pair(&label, &each, Style::Plain);
            if plan.fee > Amount::ZERO {
                self.pair(self.words.fee, &plan.fee.yuan_grouped(), Style::Plain);
            }
        }
    }

    fn end(&mut self, receipt: &Receipt) {
        if !receipt.footer.is_empty() {
            self.rows.push(Row::Rule);
        }
        for line in &receipt.footer {
            self.centred(line, Style::Plain);
        }
        if let Some(says) = &receipt.bars {
            self.rows.push(Row::Gap);
            if says.fits(self.paper) {
                self.rows.push(Row::Bars(says.clone()));
            } else {
                self.rows.push(Row::Qr(says.to_qr()));
            }
            self.centred(says.as_str(), Style::Plain);
        }
        if let Some(says) = &receipt.qr {
            self.rows.push(Row::Gap);
            self.rows.push(Row::Qr(says.clone()));
        }
    }

    /// Large where it fits on one line: half a name below the other is harder to read than a
    /// smaller one.
    fn name(&mut self, name: &str) {
        let is_short = width(&self.writing.signs(name)) <= self.room(Style::Large);
        let style = if is_short {
            Style::Large
        } else {
            Style::Strong
        };
        self.centred(name, style);
    }

    /// A label with its value, if there is one.
    fn told(&mut self, label: &str, value: &str) {
        if !value.trim().is_empty() {
            self.pair(label, value, Style::Plain);
        }
    }

    const fn room(&self, style: Style) -> usize {
        self.paper.columns() / style.scale()
    }

    fn left(&mut self, says: &str) {
        let signs = self.writing.signs(says);
        for line in wrap(&signs, self.room(Style::Plain)) {
            self.put(Style::Plain, &[(0, line)]);
        }
    }

    fn centred(&mut self, says: &str, style: Style) {
        let (signs, room) = (self.writing.signs(says), self.room(style));
        for line in wrap(&signs, room) {
            self.put(style, &[(room.saturating_sub(width(line)) / 2, line)]);
        }
    }

    /// One text at the left edge, one at the right; below each other where a line is too short.
    fn pair(&mut self, label: &str, value: &str, style: Style) {
        let (label, value) = (self.writing.signs(label), self.writing.signs(value));
        let room = self.room(style);
        let values = wrap(&value, room);
        let mut labels = wrap(&label, room);
        let last = labels.pop().unwrap_or_default();
        for line in labels {
            self.put(style, &[(0, line)]);
        }
        let right = |line: &[Sign]| room.saturating_sub(width(line));
        let is_room = |line: &&[Sign]| width(last) < right(line);
        let mut values = values.into_iter();
        match values.len() {
            1 if values.as_slice().iter().all(is_room) => {
                let line = values.next().unwrap_or_default();
                self.put(style, &[(0, last), (right(line), line)]);
            }
            _ => self.put(style, &[(0, last)]),
        }
        for line in values {
            self.put(style, &[(right(line), line)]);
        }
    }

    fn put(&mut self, style: Style, parts: &[(usize, &[Sign])]) {
        let seen = parts.iter().filter(|(_, signs)| !signs.is_empty());
        let pieces = seen.map(|(column, signs)| Piece {
            column: column * style.scale(),
            width: width(signs) * style.scale(),
            text: text(signs),
        });
        let pieces: Vec<Piece> = pieces.collect();
        if !pieces.is_empty() {
            self.rows.push(Row::Line(Line { style, pieces }));
        }
    }
}

fn minus(sum: Amount) -> String {
    format!("-{}", sum.yuan_grouped())
}
