//! How much the scanner reads: frames drawn from a seed and photographs, class by class, against
//! numbers that only go up; and pictures that must not harm it.

mod bad;
mod hints;
mod table;

use std::io::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use frames::photographs::{Photograph, folders, is_same};
use frames::{Class, HEIGHT, Order, Show, WIDTH};
use scan::{Luma, Scanner};
use table::{Row, Table};

/// The seed of the drawn frames. Others are as good; the numbers in the table belong to this one.
const SEED: u64 = 7_919;

/// Frames of one scene that a row with several is given one after the other.
const TAKES: u64 = 3;

/// What became of one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Read,
    Unread,
    /// Something else was read than stands there.
    Wrong(String),
}

/// Shows pictures to a fresh scanner until it reads something, as a customer who waits does.
fn look<'a>(expected: Option<&str>, pictures: impl Iterator<Item = Luma<'a>>) -> Outcome {
    let mut scanner = Scanner::default();
    for luma in pictures {
        if let Ok(sighting) = scanner.look(&luma) {
            let is_right = expected.is_some_and(|text| is_same(&sighting.text, text));
            return if is_right {
                Outcome::Read
            } else {
                Outcome::Wrong(sighting.text)
            };
        }
    }
    Outcome::Unread
}

fn luma(pixels: &[u8], width: usize, height: usize) -> Luma<'_> {
    Luma::new(pixels, width, height, width).expect("a whole picture")
}

/// Works through the numbers on both processors; the outcomes come in the order of the numbers.
fn all(count: usize, work: impl Fn(usize) -> Outcome + Sync) -> Vec<Outcome> {
    let (next, done) = (
        AtomicUsize::new(0),
        Mutex::new(vec![Outcome::Unread; count]),
    );
    let turn = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                break;
            }
            let outcome = work(number);
            done.lock().expect("no turn fails with it in hand")[number] = outcome;
        }
    };
    let threads = thread::available_parallelism()
        .map_or(2, usize::from)
        .min(8);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(turn);
        }
    });
    done.into_inner().expect("every turn has ended")
}

/// The frames that a row of the table is about.
fn drawn(class: Class, show: Show, takes: u64, count: usize) -> Vec<Outcome> {
    all(count, |number| {
        let frames: Vec<_> = (0..takes)
            .map(|take| {
                let number = number as u64;
                let order = Order {
                    seed: SEED,
                    class,
                    number,
                    show,
                    take,
                };
                order.draw()
            })
            .collect();
        let pictures = frames
            .iter()
            .map(|frame| luma(&frame.pixels, WIDTH, HEIGHT));
        let text = Some(frames[0].text.as_str()).filter(|text| !text.is_empty());
        look(text, pictures)
    })
}

/// Holds a row against what happened. Returns what is wrong.
fn judge(row: &Row, names: &[String], outcomes: &[Outcome]) -> Vec<String> {
    let read = outcomes
        .iter()
        .filter(|outcome| **outcome == Outcome::Read)
        .count();
    let mut faults = Vec::new();
    for (name, outcome) in names.iter().zip(outcomes) {
        if let Outcome::Wrong(text) = outcome {
            faults.push(format!("{}: {name} was read as {text:?}", row.name));
        }
    }
    if read < row.read {
        faults.push(format!(
            "{}: {read} of {} were read, and it must be {}",
            row.name, row.of, row.read
        ));
    }
    let is_more = read > row.read;
    let advice = if is_more {
        "; raise the number in the table"
    } else {
        ""
    };
    // Past the capture of the test's words: it is said also where all is well. Nobody reads what
    // cannot be written.
    drop(writeln!(
        std::io::stderr(),
        "{:<24} {read:>4} of {:>4}, at least {:>4}{advice}",
        row.name,
        row.of,
        row.read
    ));
    faults
}

/// Class, what is shown, and frames a scene of the rows that are drawn.
fn kind_of(name: &str) -> Option<(Class, Show, u64)> {
    let (class, rest) = name.split_once(' ').unwrap_or((name, ""));
    let class = Class::named(class)?;
    match rest {
        "" => Some((class, Show::Both, 1)),
        "nothing" => Some((class, Show::Nothing, 1)),
        "bars" => Some((class, Show::Bars, 1)),
        "thrice" => Some((class, Show::Qr, TAKES)),
        _ => None,
    }
}

#[test]
fn of_every_class_of_frames_at_least_the_table_is_read_and_nothing_wrong() {
    let mut faults = Vec::new();
    for row in Table::read().of("frames") {
        let (class, show, takes) =
            kind_of(&row.name).unwrap_or_else(|| panic!("no such frames: {}", row.name));
        let outcomes = drawn(class, show, takes, row.of);
        let names: Vec<String> = (0..row.of)
            .map(|number| format!("frame {number}"))
            .collect();
        faults.extend(judge(row, &names, &outcomes));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn of_every_folder_of_photographs_at_least_the_table_is_read_and_nothing_wrong() {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("photographs");
    let folders = folders(&top).unwrap_or_else(|fault| panic!("{fault}"));
    let table = Table::read();
    let mut faults = Vec::new();
    let rows: Vec<_> = table.of("photographs").collect();
    let names: Vec<_> = folders.iter().map(|(name, _)| name.as_str()).collect();
    let in_table: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(
        names, in_table,
        "the table has a row for every folder, by their names"
    );
    for (row, (_, paths)) in rows.into_iter().zip(&folders) {
        assert_eq!(row.of, paths.len(), "{}: pictures in the folder", row.name);
        let outcomes = all(paths.len(), |number| photograph(&paths[number]));
        let names: Vec<String> = paths
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        faults.extend(judge(row, &names, &outcomes));
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// A photograph gets as many looks as the scanner needs until all its searches had their turn.
fn photograph(path: &Path) -> Outcome {
    let picture = Photograph::read(path).unwrap_or_else(|fault| panic!("{fault}"));
    let luma = luma(&picture.pixels, picture.width, picture.height);
    look(picture.expected.as_deref(), std::iter::repeat_n(luma, 2))
}

#[test]
fn the_same_order_gives_the_same_frame_and_another_number_another() {
    let order = |number| Order {
        seed: 1,
        class: Class::Medium,
        number,
        show: Show::Both,
        take: 0,
    };
    let (one, again, other) = (order(1).draw(), order(1).draw(), order(2).draw());
    assert!(one.pixels == again.pixels && one.text == again.text);
    assert!(one.pixels != other.pixels && one.text != other.text);
    let later = Order {
        take: 1,
        ..order(1)
    }
    .draw();
    assert_eq!(later.text, one.text, "the same scene");
    assert!(later.pixels != one.pixels, "a moment later");
}
