//! Words that say nothing in a name, and calls that do not belong in a room.

use syn::visit::{self, Visit};

use super::Finding;
use super::source::{Source, Word};

/// Names that fit everything, so that everything is put there.
const EMPTY_NAMES: [&str; 21] = [
    "base",
    "common",
    "core",
    "data",
    "handler",
    "helper",
    "helpers",
    "impl",
    "info",
    "manager",
    "misc",
    "model",
    "models",
    "new",
    "old",
    "processor",
    "service",
    "stuff",
    "types",
    "util",
    "utils",
];

/// A sequence of words that must not stand in a file.
struct Ban {
    words: &'static [&'static str],
    why: &'static str,
    /// Where it does not hold.
    but: But,
}

/// Exceptions of a ban.
#[derive(Clone, Copy, PartialEq, Eq)]
enum But {
    /// None.
    Nowhere,
    /// In xtask, in tests, and in build scripts, which talk to a person or to cargo.
    Talking,
    /// In scantill, where the world comes in, and in those of `Talking`.
    World,
    /// In every room that is a shell; the ban is for the pure ones.
    Shells,
}

const WORLD_WHY: &str = "clock, environment and exit come in at one place, the room scantill";

/// The bans. Words of the last kind are idents and marks as they follow each other in the file.
const BANS: &[Ban] = &[
    Ban {
        words: &[".", "unwrap", "("],
        why: "say why it cannot fail: expect",
        but: But::Nowhere,
    },
    Ban {
        words: &["#", "[", "allow"],
        why: "use #[expect(…, reason)]",
        but: But::Nowhere,
    },
    Ban {
        words: &["#", "!", "[", "allow"],
        why: "use #![expect(…, reason)]",
        but: But::Nowhere,
    },
    Ban {
        words: &["todo", "!"],
        why: "finish it or leave it out",
        but: But::Nowhere,
    },
    Ban {
        words: &["unimplemented", "!"],
        why: "finish it or leave it out",
        but: But::Nowhere,
    },
    Ban {
        words: &["dbg", "!"],
        why: "a trace of a search",
        but: But::Nowhere,
    },
    Ban {
        words: &["inner_html"],
        why: "text becomes markup there",
        but: But::Nowhere,
    },
    Ban {
        words: &["set_inner_html"],
        why: "text becomes markup there",
        but: But::Nowhere,
    },
    Ban {
        words: &["println", "!"],
        why: "tracing speaks for a program",
        but: But::Talking,
    },
    Ban {
        words: &["eprintln", "!"],
        why: "tracing speaks for a program",
        but: But::Talking,
    },
    Ban {
        words: &["print", "!"],
        why: "tracing speaks for a program",
        but: But::Talking,
    },
    Ban {
        words: &["eprint", "!"],
        why: "tracing speaks for a program",
        but: But::Talking,
    },
    Ban {
        words: &["SystemTime"],
        why: WORLD_WHY,
        but: But::World,
    },
    Ban {
        words: &["process", ":", ":", "exit"],
        why: WORLD_WHY,
        but: But::World,
    },
    Ban {
        words: &["std", ":", ":", "env"],
        why: WORLD_WHY,
        but: But::World,
    },
    Ban {
        words: &["async"],
        why: "this room is pure",
        but: But::Shells,
    },
    Ban {
        words: &["Instant"],
        why: "this room is pure; time comes as a Stamp",
        but: But::Shells,
    },
];

/// The rooms without IO, clock or chance.
const PURE: [&str; 6] = ["ledger", "money", "sale", "guard", "scan", "provider"];

/// Notes to oneself; written in two parts so that this file does not find itself.
const NOTES: [&str; 2] = [concat!("FIX", "ME"), concat!("TO", "DO")];

impl Ban {
    fn holds_in(&self, source: &Source) -> bool {
        let room = source.room();
        let is_talking = room == "xtask" || source.is_test() || source.place.ends_with("/build.rs");
        match self.but {
            But::Nowhere => true,
            But::Talking => !is_talking,
            But::World => !is_talking && room != "scantill",
            But::Shells => PURE.contains(&room) && !source.is_test(),
        }
    }
}

/// Checks names and calls of a file.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    for part in source.place.trim_end_matches(".rs").split(['/', '_']) {
        if EMPTY_NAMES.contains(&part) {
            let words = format!("`{part}` in the name of a file says nothing");
            findings.push(Finding::new(&source.place, 0, words));
        }
    }
    for ban in BANS.iter().filter(|ban| ban.holds_in(source)) {
        findings.extend(lines_of(ban.words, &source.words).map(|line| {
            let words = format!("`{}` is banned: {}", ban.words.concat(), ban.why);
            Finding::new(&source.place, line, words)
        }));
    }
    for (number, line) in source.text.lines().enumerate() {
        if let Some(note) = NOTES.iter().find(|note| line.contains(**note)) {
            let words = format!("{note} belongs into an issue");
            findings.push(Finding::new(&source.place, number + 1, words));
        }
    }
    let mut names = Names {
        place: &source.place,
        findings,
    };
    names.visit_file(&source.tree);
    names.findings
}

fn lines_of(ban: &[&str], words: &[Word]) -> impl Iterator<Item = usize> {
    let same = move |window: &&[Word]| window.iter().zip(ban).all(|(word, ban)| word.text == *ban);
    words
        .windows(ban.len())
        .filter(same)
        .map(|window| window[0].line)
}

/// Walks a file and judges the names of its types and modules.
struct Names<'a> {
    place: &'a str,
    findings: Vec<Finding>,
}

impl Names<'_> {
    fn judge(&mut self, name: &syn::Ident) {
        let parts = parts(&name.to_string());
        if let Some(part) = parts
            .iter()
            .find(|part| EMPTY_NAMES.contains(&part.as_str()))
        {
            let words = format!("`{part}` in the name `{name}` says nothing");
            self.findings
                .push(Finding::new(self.place, name.span().start().line, words));
        }
    }
}

/// `ChargeNews` → charge, news; `match_up` → match, up.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    for letter in name.chars() {
        if letter == '_' || letter.is_uppercase() {
            parts.push(String::new());
        }
        if let (true, Some(part)) = (letter != '_', parts.last_mut()) {
            part.extend(letter.to_lowercase());
        }
    }
    parts
}

impl<'ast> Visit<'ast> for Names<'_> {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.judge(&item.ident);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.judge(&item.ident);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.judge(&item.ident);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.judge(&item.ident);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        self.judge(&item.ident);
        visit::visit_item_mod(self, item);
    }
}

#[cfg(test)]
mod tests;
