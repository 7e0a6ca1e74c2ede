//! The scanner beside the readers that others wrote: every frame to each of them, one after the
//! other, so that a busy machine is busy for all.
//!
//! `cargo xtask bench scan` builds what this needs and runs it. Frames are drawn from a seed, or
//! read from folders; the readers that are WebAssembly or JavaScript live in a Node that is given
//! the same frames in between.

mod native;
mod node;
mod options;
mod report;
mod score;
mod stock;

use std::io::Write;
use std::process::ExitCode;

use options::Options;
use report::Report;
use score::Board;
use stock::{Still, Stock};

/// What one reader made of one frame.
pub(crate) struct Answer {
    /// The reader's name.
    pub(crate) reader: String,
    /// Everything that it read.
    pub(crate) texts: Vec<String>,
    /// How long it took, in milliseconds.
    pub(crate) ms: f64,
}

fn main() -> ExitCode {
    match Options::of(std::env::args().skip(1)).and_then(|options| run(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            say(&sentence);
            ExitCode::FAILURE
        }
    }
}

/// Words for the person, beside the figures.
fn say(words: &str) {
    // Nobody reads what cannot be written.
    drop(writeln!(std::io::stderr(), "{words}"));
}

fn run(options: &Options) -> Result<(), String> {
    let stock = Stock::of(options)?;
    let mut natives = native::all(options);
    let mut node = node::Node::start(options)?;
    let mut answer = |still: &Still| -> Result<Vec<Answer>, String> {
        let mut answers: Vec<Answer> = natives.iter_mut().map(|one| one.answer(still)).collect();
        if let Some(node) = &mut node {
            answers.extend(node.answer(still)?);
        }
        Ok(answers)
    };
    // The first frames of any program are slow: pages of memory, code that is compiled late.
    for still in stock
        .first()
        .into_iter()
        .flat_map(|still| [still.clone(), still])
    {
        answer(&still)?;
    }
    let mut board = Board::default();
    for set in stock.sets() {
        for number in 0..set.count() {
            let still = set.still(number)?;
            for answer in answer(&still)? {
                board.note(set.name(), &still, answer);
            }
        }
        say(&format!("{}: {} frames", set.name(), set.count()));
    }
    let report = Report::of(&board);
    let text = if options.json {
        report.json(options)
    } else {
        report.table()
    };
    writeln!(std::io::stdout(), "{text}").map_err(|fault| format!("stdout: {fault}"))
}
