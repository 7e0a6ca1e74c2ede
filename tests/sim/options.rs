//! The command line, as `cargo xtask simulate` hands it on.

use crate::exhaust::{self, Strike};
use crate::scripts::Script;

/// Histories of a run, unless the command line says otherwise.
const HISTORIES: u64 = 20_000;

/// What to do.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    /// How many random histories.
    pub(crate) histories: u64,
    /// The first of their seeds.
    pub(crate) seed: u64,
    /// Say it as JSON.
    pub(crate) is_json: bool,
    /// Also two faults in every script.
    pub(crate) has_pairs: bool,
    /// Of those, only this part of so many.
    pub(crate) part: Portion,
    /// Plant defects, and find each.
    pub(crate) is_planted: bool,
    /// Run this script under these faults and nothing else.
    pub(crate) script: Option<(Script, Vec<Strike>)>,
    /// Processors to use.
    pub(crate) threads: usize,
}

/// One of several equal parts, so that a long run can be done in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Portion {
    /// Which one, from 1.
    pub(crate) which: usize,
    /// Of how many.
    pub(crate) of: usize,
}

impl Portion {
    const WHOLE: Self = Self { which: 1, of: 1 };

    /// Whether the piece of that place belongs to it.
    pub(crate) const fn has(self, place: usize) -> bool {
        place % self.of == self.which - 1
    }

    fn read(word: Option<String>) -> Result<Self, String> {
        let word = word.ok_or("--part wants a part, like 2/6.")?;
        let numbers = word.split_once('/').and_then(|(which, of)| {
            let (which, of) = (which.parse().ok()?, of.parse().ok()?);
            (1 <= which && which <= of).then_some(Self { which, of })
        });
        numbers.ok_or_else(|| format!("`{word}` behind --part is not a part like 2/6."))
    }
}

impl Options {
    /// Reads the words behind the program's name.
    ///
    /// # Errors
    /// A sentence that names the word that is wrong.
    pub(crate) fn read(mut words: impl Iterator<Item = String>) -> Result<Self, String> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let mut options = Self {
            histories: HISTORIES,
            seed: 1,
            is_json: false,
            has_pairs: false,
            part: Portion::WHOLE,
            is_planted: false,
            script: None,
            threads,
        };
        while let Some(word) = words.next() {
            match word.as_str() {
                "--json" => options.is_json = true,
                "--pairs" => options.has_pairs = true,
                "--planted" => options.is_planted = true,
                "--histories" => options.histories = number(&word, words.next())?,
                "--seed" => options.seed = number(&word, words.next())?,
                "--threads" => options.threads = number(&word, words.next())?,
                "--part" => options.part = Portion::read(words.next())?,
                "--script" => {
                    let script = script(words.next())?;
                    let strikes = options.script.map(|(_, strikes)| strikes);
                    options.script = Some((script, strikes.unwrap_or_default()));
                }
                "--strikes" => {
                    let known = options.script.map(|(script, _)| script);
                    let script = known.ok_or("--strikes stands behind --script NAME.")?;
                    options.script = Some((script, strikes(words.next())?));
                }
                _ => return Err(format!("`{word}` is not an option of the simulation.")),
            }
        }
        Ok(options)
    }
}

fn number<T: std::str::FromStr>(option: &str, word: Option<String>) -> Result<T, String> {
    let word = word.ok_or_else(|| format!("{option} wants a whole number."))?;
    word.parse()
        .map_err(|_| format!("`{word}` behind {option} is not a whole number."))
}

fn script(name: Option<String>) -> Result<Script, String> {
    let name = name.ok_or("--script wants a name.")?;
    exhaust::named(&name).ok_or_else(|| format!("There is no script `{name}`."))
}

fn strikes(word: Option<String>) -> Result<Vec<Strike>, String> {
    let word = word.ok_or("--strikes wants faults, like crash@7,lose@3.")?;
    let strike = |text: &str| {
        Strike::parse(text).ok_or_else(|| format!("`{text}` is not a fault like crash@7."))
    };
    word.split(',').map(strike).collect()
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn read(words: &str) -> Result<Options, String> {
        Options::read(words.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn options_are_read_in_any_order() {
        let options = read("--seed 7 --json --histories 30").expect("valid");
        assert_eq!((options.seed, options.histories), (7, 30));
        assert!(options.is_json && !options.has_pairs && !options.is_planted);
    }

    #[test]
    fn the_parts_of_a_run_are_the_whole_and_nothing_twice() {
        let parts = ["1/3", "2/3", "3/3"];
        let part = |words: &str| {
            read(&format!("--pairs --part {words}"))
                .expect("valid")
                .part
        };
        for place in 0..20 {
            let count = parts.iter().filter(|words| part(words).has(place)).count();
            assert_eq!(count, 1);
        }
        assert!(read("--pairs").expect("valid").part.has(7));
    }

    #[test]
    fn a_script_is_run_under_named_faults() {
        let options = read("--script double-tap --strikes crash@7,lose@3").expect("valid");
        let (script, strikes) = options.script.expect("a script");
        assert_eq!(script.0, "double-tap");
        assert_eq!(strikes.len(), 2);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for words in [
            "--speed 9",
            "--seed x",
            "--seed",
            "--part 0/6",
            "--part 7/6",
            "--part 3",
            "--script no-such-thing",
            "--strikes crash@1",
            "--script double-tap --strikes rain@1",
        ] {
            assert!(read(words).is_err(), "{words}");
        }
    }
}
