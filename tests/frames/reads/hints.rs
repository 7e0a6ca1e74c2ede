//! What the scanner says of frames that it cannot read: frames with one fault each, made so, and
//! whether the word it gives is that fault's.

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use frames::photographs::{Photograph, folders};
use frames::{Class, HEIGHT, Order, Show, WIDTH};
use scan::{Luma, Missed, Scanner};

use crate::{Outcome, SEED, all, luma};

/// Frames of each fault.
const COUNT: usize = 40;

/// Of the frames that get a hint, at least this part must have its fault.
const PRECISION_MIN: f64 = 0.9;

/// What a picture is like, and what the scanner said of it.
#[derive(Clone, Copy, Debug)]
struct Said {
    label: &'static str,
    missed: Option<Missed>,
    look: Duration,
    explain: Duration,
}

/// The words that a person is told, each with the fault that it is right for.
const HINTS: [(Missed, Class); 4] = [
    (Missed::TooDark, Class::Dark),
    (Missed::TooSmall, Class::Far),
    (Missed::TooBlurred, Class::Blurred),
    (Missed::Glare, Class::Glaring),
];

/// Frames without a phone.
const NO_PHONE: &str = "no phone";

/// Photographs without a code that can be read.
const NO_CODE: &str = "photographs";

fn said(label: &'static str, luma: &Luma<'_>) -> Said {
    let mut scanner = Scanner::default();
    // The first frame of a scanner pays for its memory.
    let missed = scanner.look(luma).err();
    let start = Instant::now();
    let again = scanner.look(luma).err();
    let look = start.elapsed();
    let start = Instant::now();
    if let Some(missed) = again {
        scanner.explain(luma, missed);
    }
    Said {
        label,
        missed,
        look,
        explain: start.elapsed(),
    }
}

/// What is said of each.
fn heard(count: usize, look: impl Fn(usize) -> Said + Sync) -> Vec<Said> {
    let heard = Mutex::new(Vec::new());
    all(count, |number| {
        let said = look(number);
        heard
            .lock()
            .expect("no turn fails with it in hand")
            .push(said);
        Outcome::Unread
    });
    heard.into_inner().expect("every turn has ended")
}

fn drawn(label: &'static str, class: Class, show: Show, count: usize) -> Vec<Said> {
    heard(count, |number| {
        let order = Order {
            seed: SEED,
            class,
            number: number as u64,
            show,
            take: 0,
        };
        said(label, &luma(&order.draw().pixels, WIDTH, HEIGHT))
    })
}

/// Pictures of the world without a code.
fn photographs() -> Vec<Said> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("photographs/falsepositives-1");
    let folders = folders(&top).unwrap_or_else(|fault| panic!("{fault}"));
    let paths: Vec<_> = folders.into_iter().flat_map(|(_, paths)| paths).collect();
    heard(paths.len(), |number| {
        let picture = Photograph::read(&paths[number]).unwrap_or_else(|fault| panic!("{fault}"));
        said(
            NO_CODE,
            &luma(&picture.pixels, picture.width, picture.height),
        )
    })
}

/// Past the capture of the test's words: it is said also where all is well. Nobody reads what
/// cannot be written.
fn say(words: &str) {
    drop(writeln!(std::io::stderr(), "{words}"));
}

fn share(part: usize, of: usize) -> f64 {
    let [part, of] = [part, of.max(1)].map(|count| u32::try_from(count).unwrap_or(u32::MAX));
    f64::from(part) / f64::from(of)
}

/// A row a label, a column a word.
fn table(heard: &[Said]) -> String {
    let faults = Class::FAULTS.map(Class::as_str);
    let labels = faults.into_iter().chain([NO_PHONE, NO_CODE]);
    let row = |label: &'static str| {
        let counts = Missed::ALL.map(|missed| {
            let is_it = |said: &&Said| said.label == label && said.missed == Some(missed);
            format!("{:>16}", heard.iter().filter(is_it).count())
        });
        format!("{label:<12}{}", counts.concat())
    };
    let words = Missed::ALL.map(|missed| format!("{:>16}", missed.as_str()));
    let first = format!("{:<12}{}", "", words.concat());
    let rows: Vec<String> = std::iter::once(first).chain(labels.map(row)).collect();
    rows.join("\n")
}

#[test]
fn of_ten_frames_that_get_a_hint_nine_have_its_fault() {
    let faults = Class::FAULTS.iter();
    let faults = faults.flat_map(|class| drawn(class.as_str(), *class, Show::Both, COUNT));
    let mut heard: Vec<Said> = faults.collect();
    // Nothing is held up: whoever gets a hint here gets a wrong one.
    heard.extend(drawn(NO_PHONE, Class::Hard, Show::Nothing, COUNT / 2));
    heard.extend(photographs());
    say(&table(&heard));
    let mut faults = Vec::new();
    for (missed, class) in HINTS {
        let has_fault = |said: &&Said| said.label == class.as_str();
        let hinted = heard.iter().filter(|said| said.missed == Some(missed));
        let right = hinted.clone().filter(has_fault).count();
        let count = hinted.count();
        let precision = share(right, count);
        let unread = heard.iter().filter(|said| said.missed.is_some());
        say(&format!(
            "{:<12} precision {precision:.2} ({right} of {}), of {} unread with this fault",
            missed.as_str(),
            count,
            unread.filter(has_fault).count(),
        ));
        if count > 0 && precision < PRECISION_MIN {
            faults.push(missed.as_str());
        }
    }
    // Said and not judged: a busy machine may stop in the middle of either.
    let unread = heard.iter().filter(|said| said.missed.is_some());
    say(&format!(
        "hints cost {} of a frame that is not read",
        cost(unread)
    ));
    let is_hint = |missed| HINTS.iter().any(|(hint, _)| Some(*hint) == missed);
    let hinted = heard.iter().filter(|said| is_hint(said.missed));
    say(&format!(
        "hints cost {} of a frame that gets one",
        cost(hinted)
    ));
    assert!(faults.is_empty(), "said wrongly: {faults:?}");
}

/// What the hints of these frames cost, as a part of all that they cost.
fn cost<'a>(heard: impl Iterator<Item = &'a Said> + Clone) -> String {
    let look: Duration = heard.clone().map(|said| said.look).sum();
    let explain: Duration = heard.map(|said| said.explain).sum();
    let part = explain.as_secs_f64() / look.as_secs_f64().max(f64::MIN_POSITIVE);
    format!("{:.2} %", 100.0 * part)
}
