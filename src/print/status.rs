//! How a printer is: the questions, and what its answers mean for a person.

use say::Lang;
use say::receipt::PrinterWords;

/// DLE EOT n: answered at once, even by a printer that stands still. By cable and network alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Question {
    /// Is it ready at all?
    Printer,
    /// Why is it not?
    Offline,
    /// What is broken?
    Fault,
    /// Is there paper?
    Paper,
}

impl Question {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 4] = [Self::Printer, Self::Offline, Self::Fault, Self::Paper];

    /// What to send; one byte comes back.
    pub const fn bytes(self) -> [u8; 3] {
        let number = match self {
            Self::Printer => 1,
            Self::Offline => 2,
            Self::Fault => 3,
            Self::Paper => 4,
        };
        [0x10, 0x04, number]
    }
}

/// A byte that is no answer to such a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the printer answered {0:#04x}, which is no state; it may not be a receipt printer")]
pub struct StatusError(pub u8);

/// What keeps a printer from printing, or soon will. The gravest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// The cover is open.
    CoverOpen,
    /// There is no paper.
    PaperOut,
    /// The knife is stuck.
    KnifeStuck,
    /// Its head is too hot, or the current too weak; it goes on by itself.
    Resting,
    /// It is broken until it is switched off and on, if not longer.
    Broken,
    /// Somebody holds its button that feeds paper.
    Feeding,
    /// It does not print and does not say why.
    Offline,
    /// The roll is at its end. It prints.
    PaperLow,
}

impl Trouble {
    /// All, the gravest first.
    pub const ALL: [Self; 8] = [
        Self::CoverOpen,
        Self::PaperOut,
        Self::KnifeStuck,
        Self::Resting,
        Self::Broken,
        Self::Feeding,
        Self::Offline,
        Self::PaperLow,
    ];

    /// Stable name for the wire and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CoverOpen => "cover-open",
            Self::PaperOut => "paper-out",
            Self::KnifeStuck => "knife-stuck",
            Self::Resting => "resting",
            Self::Broken => "broken",
            Self::Feeding => "feeding",
            Self::Offline => "offline",
            Self::PaperLow => "paper-low",
        }
    }

    /// Whether nothing is printed until it is over.
    pub const fn is_stop(self) -> bool {
        !matches!(self, Self::PaperLow)
    }

    /// What it is and what to do, for the cashier.
    pub const fn sentence(self, lang: Lang) -> &'static str {
        let words = PrinterWords::of(lang);
        match self {
            Self::CoverOpen => words.cover_open,
            Self::PaperOut => words.paper_out,
            Self::KnifeStuck => words.knife_stuck,
            Self::Resting => words.resting,
            Self::Broken => words.broken,
            Self::Feeding => words.feeding,
            Self::Offline => words.offline,
            Self::PaperLow => words.paper_low,
        }
    }
}

/// All that a printer has answered so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    troubles: Vec<Trouble>,
    is_pin_high: Option<bool>,
}

impl Status {
    /// Takes in the answer to a question.
    ///
    /// # Errors
    /// [`StatusError`] when the byte is none.
    pub fn hear(&mut self, question: Question, answer: u8) -> Result<(), StatusError> {
        // Four bits are fixed, so that an answer is not taken for a stop sign of the line.
        if answer & 0b1001_0011 != 0b0001_0010 {
            return Err(StatusError(answer));
        }
        let has = |bits: u8| answer & bits != 0;
        match question {
            Question::Printer => {
                self.is_pin_high = Some(has(0x04));
                self.note(has(0x08), Trouble::Offline);
            }
            Question::Offline => {
                self.note(has(0x04), Trouble::CoverOpen);
                self.note(has(0x08), Trouble::Feeding);
                self.note(has(0x20), Trouble::PaperOut);
            }
            Question::Fault => {
                self.note(has(0x08), Trouble::KnifeStuck);
                self.note(has(0x20), Trouble::Broken);
                self.note(has(0x40), Trouble::Resting);
            }
            Question::Paper => {
                // One bit for each of two sensors; some printers have one.
                self.note(has(0x0C), Trouble::PaperLow);
                self.note(has(0x60), Trouble::PaperOut);
            }
        }
        Ok(())
    }

    fn note(&mut self, is_so: bool, trouble: Trouble) {
        if is_so && !self.troubles.contains(&trouble) {
            self.troubles.push(trouble);
        }
    }

    /// What is wrong, the gravest first. That it stands still is told only where nothing says why.
    pub fn troubles(&self) -> Vec<Trouble> {
        let mut troubles = self.troubles.clone();
        troubles.sort_unstable();
        let is_told = |one: &Trouble| one.is_stop() && *one != Trouble::Offline;
        if troubles.iter().any(is_told) {
            troubles.retain(|one| *one != Trouble::Offline);
        }
        if troubles.contains(&Trouble::PaperOut) {
            troubles.retain(|one| *one != Trouble::PaperLow);
        }
        troubles
    }

    /// What must be seen to before it prints.
    pub fn stop(&self) -> Option<Trouble> {
        self.troubles().into_iter().find(|one| one.is_stop())
    }

    /// Whether the wire of the drawer's switch is high. What that means is the drawer's own; `None`
    /// until the printer was asked.
    pub const fn is_pin_high(&self) -> Option<bool> {
        self.is_pin_high
    }
}
