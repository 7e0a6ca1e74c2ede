//! Tools that cargo installs: asked for when a command needs one, at the version that was tried.

use crate::fault::Fault;
use crate::{call, show};

/// A tool that runs as `cargo NAME`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tool {
    /// Its name in the registry: `cargo-` and the subcommand.
    pub(crate) name: &'static str,
    /// The version that was tried here.
    pub(crate) version: &'static str,
    /// What it is for, after "because".
    pub(crate) why: &'static str,
}

impl Tool {
    /// Sees to it that some version of the tool is there: one that a person chose is left alone.
    pub(crate) fn need(self) -> Result<(), Fault> {
        if call::has(self.name) {
            return Ok(());
        }
        let words = self.install_words();
        show::line(&format!(
            "Installing {} with `cargo {}`, because {}. This takes a few minutes, once.",
            self.name,
            words.join(" "),
            self.why
        ));
        call::run(call::cargo().args(words))
    }

    const fn install_words(self) -> [&'static str; 5] {
        ["install", "--locked", self.name, "--version", self.version]
    }
}

/// The number behind an option, or `usual` when the option is not there.
pub(crate) fn number_of(words: &[&str], option: &str, usual: u64) -> Result<u64, Fault> {
    match words {
        [] => Ok(usual),
        [name, number] if *name == option => number
            .parse()
            .map_err(|_| Fault::Usage(format!("`{number}` is not a whole number."))),
        _ => Err(Fault::Usage(format!(
            "`{}` is not an option.",
            words.join(" ")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Tool, number_of};

    #[test]
    fn a_tool_is_installed_at_the_version_that_was_tried() {
        let tool = Tool {
            name: "cargo-x",
            version: "1.2.3",
            why: "a test wants it",
        };
        assert_eq!(
            tool.install_words().join(" "),
            "install --locked cargo-x --version 1.2.3"
        );
    }

    #[test]
    fn an_option_has_a_number_or_its_usual_one() {
        assert_eq!(number_of(&[], "--rows", 5).ok(), Some(5));
        assert_eq!(number_of(&["--rows", "7"], "--rows", 5).ok(), Some(7));
        for odd in [&["--rows"][..], &["--rows", "x"], &["--cows", "7"]] {
            assert!(number_of(odd, "--rows", 5).is_err(), "{odd:?}");
        }
    }
}
