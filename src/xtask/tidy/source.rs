//! One Rust file, read once: its text, its words, its tree.

use std::fs;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Finding;
use crate::call;
use crate::fault::Fault;

/// A word of Rust as it stands in a file. Comments are no words; a literal is `"`.
pub(super) struct Word {
    pub(super) text: String,
    pub(super) line: usize,
}

/// A Rust file.
pub(super) struct Source {
    /// Path from the top folder, with `/`.
    pub(super) place: String,
    pub(super) text: String,
    pub(super) words: Vec<Word>,
    pub(super) tree: syn::File,
}

impl Source {
    /// Reads Rust; the fault is a finding, as other files can still be checked.
    pub(super) fn read(place: &str, text: &str) -> Result<Self, Finding> {
        let broken = |words: String| Finding::new(place, 0, format!("this is no Rust: {words}"));
        let tokens: TokenStream = text.parse().map_err(|f| broken(format!("{f}")))?;
        let mut words = Vec::new();
        collect(&tokens, &mut words);
        let tree = syn::parse2(tokens).map_err(|f| broken(format!("{f}")))?;
        Ok(Self {
            place: place.to_owned(),
            text: text.to_owned(),
            words,
            tree,
        })
    }

    /// The room's name; the crate of the suites is `tests`.
    pub(super) fn room(&self) -> &str {
        let mut parts = self.place.split('/');
        match parts.next() {
            Some("src") => parts.next().unwrap_or_default(),
            Some(other) => other,
            None => "",
        }
    }

    /// Whether the whole file is there for tests.
    pub(super) fn is_test(&self) -> bool {
        self.place
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs")
    }
}

/// All Rust files of rooms and suites, and those that could not be read as findings.
pub(super) fn all(root: &Path) -> Result<(Vec<Source>, Vec<Finding>), Fault> {
    let (mut sources, mut findings) = (Vec::new(), Vec::new());
    for folder in ["src", "tests"] {
        for path in call::files_under(&root.join(folder))? {
            if path.extension().is_some_and(|end| end == "rs") {
                let place = path.strip_prefix(root).unwrap_or(&path);
                let place = place.to_string_lossy().replace('\\', "/");
                let text = fs::read_to_string(&path).map_err(Fault::file(&path))?;
                match Source::read(&place, &text) {
                    Ok(source) => sources.push(source),
                    Err(finding) => findings.push(finding),
                }
            }
        }
    }
    Ok((sources, findings))
}

/// Flattens a tree of tokens, inside of macros included.
fn collect(tokens: &TokenStream, words: &mut Vec<Word>) {
    for token in tokens.clone() {
        let line = token.span().start().line;
        let mut push = |text: &str| {
            words.push(Word {
                text: text.to_owned(),
                line,
            });
        };
        match token {
            TokenTree::Ident(name) => push(&name.to_string()),
            TokenTree::Punct(mark) => push(&mark.as_char().to_string()),
            TokenTree::Literal(_) => push("\""),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                push(open);
                collect(&group.stream(), words);
                words.push(Word {
                    text: close.to_owned(),
                    line: group.span_close().start().line,
                });
            }
        }
    }
}
