//! What can go wrong in a task, each as a sentence that a person can act on.

use std::io;
use std::path::{Path, PathBuf};

/// Why a task stopped.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// A program ran and said no. Its own words stand above this sentence.
    #[error("`{command}` stopped {how}; the reason is in the lines above.")]
    Refused {
        /// The command line.
        command: String,
        /// "with code 1", or "by a signal".
        how: String,
    },
    /// A program could not even be started.
    #[error("`{command}` could not be started: {source}. Is it installed and on the PATH?")]
    Unstarted {
        /// The command line.
        command: String,
        /// What the system said.
        source: io::Error,
    },
    /// A file or a folder could not be read or written.
    #[error("{} could not be read or written: {source}.", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A manifest is no valid TOML.
    #[error("{} is not a manifest that can be read: {words}.", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What the parser said.
        words: String,
    },
    /// wasm-bindgen could not make the glue for a page program.
    #[error("wasm-bindgen could not read the program `{program}`: {words}.")]
    Bindgen {
        /// Name of the program.
        program: &'static str,
        /// What it said.
        words: String,
    },
    /// The command line was not understood.
    #[error("{0} Run `cargo xtask help` to see what there is.")]
    Usage(String),
    /// Only a person can go on; the sentence names the exact command.
    #[error("{0}")]
    ByHand(String),
    /// Tidy found broken rules and printed each of them.
    #[error("{0} broken rules; each is named above with its file and line.")]
    Untidy(usize),
    /// A page is larger than its limit.
    #[error("The pages are too large: {0}")]
    TooLarge(String),
    /// Steps of the test run failed, and each is named in the table.
    #[error("Failed: {0}. The output of each step is above.")]
    Steps(String),
}

impl Fault {
    /// Wraps an error about a file.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}
