//! Sizes: what fits on a screen can be judged by a person.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::visit::{self, Visit};

use super::Finding;
use super::source::Source;
use crate::call;
use crate::fault::Fault;

const FUNCTION_MAX: usize = 70;
const TEST_FUNCTION_MAX: usize = 100;
const FILE_MAX: usize = 600;
const TEST_FILE_MAX: usize = 1_000;
const LINE_MAX: usize = 100;
const PARAMETERS_MAX: usize = 6;
const NESTING_MAX: usize = 4;

/// A tracked file may have this many bytes: the history keeps every version of it for ever.
const BLOB_MAX: u64 = 1_000_000;

/// Files that are one long table and would not be clearer in parts.
const TABLES: [&str; 0] = [];

/// Lines that a room aims at, without its tests. A quarter more asks for a split, or for a new
/// figure here.
const ROOM_AIMS: &[(&str, usize)] = &[
    ("eye", 600),
    ("guard", 1_200),
    ("kit", 3_500),
    ("ledger", 4_000),
    ("money", 700),
    ("portal", 6_000),
    ("print", 1_500),
    ("provider", 6_000),
    ("sale", 1_500),
    ("sandbox", 4_400),
    ("say", 1_700),
    ("scan", 6_500),
    ("scantill", 2_900),
    ("server", 9_000),
    ("store", 6_000),
    ("till", 8_400),
    ("wire", 1_500),
    ("xtask", 3_200),
];

/// Length and width of a file, and its functions.
pub(super) fn check(source: &Source) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (count, most) = (
        source.text.lines().count(),
        if source.is_test() {
            TEST_FILE_MAX
        } else {
            FILE_MAX
        },
    );
    if count > most && !TABLES.contains(&source.place.as_str()) {
        let words = format!("{count} lines in a file; the limit is {most}");
        findings.push(Finding::new(&source.place, 0, words));
    }
    for (number, line) in source.text.lines().enumerate() {
        let width = line.chars().count();
        if width > LINE_MAX {
            let words = format!("{width} characters in a line; the limit is {LINE_MAX}");
            findings.push(Finding::new(&source.place, number + 1, words));
        }
    }
    let mut functions = Functions {
        place: &source.place,
        is_test: source.is_test(),
        nesting: 0,
        findings,
    };
    functions.visit_file(&source.tree);
    functions.findings
}

/// Compares each room's lines with its aim.
pub(super) fn check_rooms(sources: &[Source]) -> Vec<Finding> {
    let mut lines = BTreeMap::new();
    for source in sources.iter().filter(|source| !source.is_test()) {
        let count = source.text.lines().count() - test_lines(&source.tree);
        *lines.entry(source.room()).or_insert(0) += count;
    }
    let over = ROOM_AIMS.iter().filter_map(|(room, aim)| {
        let count = lines.get(room).copied().unwrap_or_default();
        let most = aim + aim / 4;
        (count > most).then(|| {
            let words = format!("{count} lines in the room; it aims at {aim} and ends at {most}");
            Finding::new(&format!("src/{room}"), 0, words)
        })
    });
    over.collect()
}

/// Lines of the test modules that stand in a file.
fn test_lines(tree: &syn::File) -> usize {
    let length = |item: &syn::Item| {
        let syn::Item::Mod(module) = item else {
            return 0;
        };
        let Some((braces, _)) = &module.content else {
            return 0;
        };
        let (start, end) = (module.mod_token.span.start(), braces.span.close().end());
        if is_for_tests(&module.attrs) {
            end.line - start.line + 2
        } else {
            0
        }
    };
    tree.items.iter().map(length).sum()
}

/// Large files that git tracks. Without git there is no history to keep small.
pub(super) fn check_blobs(root: &Path) -> Result<Vec<Finding>, Fault> {
    let Some(list) = call::text(call::program("git").args(["ls-files", "-z"])) else {
        return Ok(Vec::new());
    };
    let mut findings = Vec::new();
    for place in list.split('\0').filter(|place| !place.is_empty()) {
        let path = root.join(place);
        if path.is_file() {
            let size = fs::metadata(&path).map_err(Fault::file(&path))?.len();
            findings.extend(blob(place, size));
        }
    }
    Ok(findings)
}

fn blob(place: &str, size: u64) -> Option<Finding> {
    let words = || format!("{size} bytes in a tracked file; the limit is {BLOB_MAX}");
    (size > BLOB_MAX).then(|| Finding::new(place, 0, words()))
}

/// Walks a file and judges its functions.
struct Functions<'a> {
    place: &'a str,
    /// Inside a test file, a test module or a test.
    is_test: bool,
    /// Branches and loops around the place where the walk is.
    nesting: usize,
    findings: Vec<Finding>,
}

impl Functions<'_> {
    fn judge(&mut self, signature: &syn::Signature, block: &syn::Block, is_test: bool) {
        let (start, end) = (
            signature.fn_token.span.start().line,
            block.brace_token.span.close().end().line,
        );
        let count = end.saturating_sub(start) + 1;
        let most = if is_test {
            TEST_FUNCTION_MAX
        } else {
            FUNCTION_MAX
        };
        let name = &signature.ident;
        if count > most {
            self.find(
                start,
                format!("{count} lines in `{name}`; the limit is {most}"),
            );
        }
        let inputs = signature.inputs.iter();
        let count = inputs
            .filter(|input| matches!(input, syn::FnArg::Typed(_)))
            .count();
        if count > PARAMETERS_MAX {
            self.find(
                start,
                format!("{count} parameters of `{name}`; at most {PARAMETERS_MAX}"),
            );
        }
    }

    fn find(&mut self, line: usize, words: String) {
        self.findings.push(Finding::new(self.place, line, words));
    }

    /// Goes one level deeper. Says so once, where the limit is first passed.
    fn deeper(&mut self, line: usize, walk: impl FnOnce(&mut Self)) {
        self.nesting += 1;
        if self.nesting == NESTING_MAX + 1 {
            self.find(
                line,
                format!("branches and loops lie more than {NESTING_MAX} deep"),
            );
        }
        walk(self);
        self.nesting -= 1;
    }

    /// Walks a function or module with its own count of levels.
    fn apart(&mut self, is_test: bool, walk: impl FnOnce(&mut Self)) {
        let around = (self.nesting, self.is_test);
        (self.nesting, self.is_test) = (0, is_test);
        walk(self);
        (self.nesting, self.is_test) = around;
    }
}

/// `#[test]`, `#[tokio::test]`, `#[cfg(test)]`.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        let inside = attribute
            .meta
            .require_list()
            .map(|list| list.tokens.to_string());
        last.is_some_and(|part| part.ident == "test")
            || attribute.path().is_ident("cfg") && inside.is_ok_and(|text| text == "test")
    })
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let is_test = self.is_test || is_for_tests(&module.attrs);
        self.apart(is_test, |walk| visit::visit_item_mod(walk, module));
    }

    fn visit_item_fn(&mut self, function: &'ast syn::ItemFn) {
        let is_test = self.is_test || is_for_tests(&function.attrs);
        self.judge(&function.sig, &function.block, is_test);
        self.apart(is_test, |walk| visit::visit_item_fn(walk, function));
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        self.judge(&function.sig, &function.block, self.is_test);
        self.apart(self.is_test, |walk| {
            visit::visit_impl_item_fn(walk, function);
        });
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        if let Some(block) = &function.default {
            self.judge(&function.sig, block, self.is_test);
        }
        self.apart(self.is_test, |walk| {
            visit::visit_trait_item_fn(walk, function);
        });
    }

    fn visit_expr_if(&mut self, branch: &'ast syn::ExprIf) {
        let line = branch.if_token.span.start().line;
        self.visit_expr(&branch.cond);
        self.deeper(line, |walk| walk.visit_block(&branch.then_branch));
        if let Some((_, other)) = &branch.else_branch {
            // `else if` is the next arm of the same branch, no new level.
            if matches!(**other, syn::Expr::If(_)) {
                self.visit_expr(other);
            } else {
                self.deeper(line, |walk| walk.visit_expr(other));
            }
        }
    }

    fn visit_expr_match(&mut self, branch: &'ast syn::ExprMatch) {
        let line = branch.match_token.span.start().line;
        self.deeper(line, |walk| visit::visit_expr_match(walk, branch));
    }

    fn visit_expr_for_loop(&mut self, round: &'ast syn::ExprForLoop) {
        let line = round.for_token.span.start().line;
        self.deeper(line, |walk| visit::visit_expr_for_loop(walk, round));
    }

    fn visit_expr_while(&mut self, round: &'ast syn::ExprWhile) {
        let line = round.while_token.span.start().line;
        self.deeper(line, |walk| visit::visit_expr_while(walk, round));
    }

    fn visit_expr_loop(&mut self, round: &'ast syn::ExprLoop) {
        let line = round.loop_token.span.start().line;
        self.deeper(line, |walk| visit::visit_expr_loop(walk, round));
    }
}

#[cfg(test)]
mod tests;
