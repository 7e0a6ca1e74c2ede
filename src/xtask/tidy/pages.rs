//! What reaches the browser: no inline script or style, and few bytes.

use std::fs;
use std::path::{Path, PathBuf};

use super::Finding;
use crate::fault::Fault;
use crate::{call, show, web};

/// All pages but the scanner, in bytes, as they are sent. That is with brotli: the backend sends
/// brotli or the plain file and never gzip, and every browser takes brotli on a secure page, which
/// a till must be, for only there it has a camera.
const TILL_BROTLI_MAX: usize = 350_000;

/// The scanner's program, compressed with brotli, in bytes: it loads beside the till's.
const EYE_BROTLI_MAX: usize = 90_000;

/// All pages together, each file compressed with brotli, in bytes: what a first visit transfers.
const TRANSFER_MAX: usize = 450_000;

/// Parts of HTML that the content security policy forbids, in lower case.
const INLINE: [(&str, &str); 4] = [
    ("<style", "a style sheet is a file under style/"),
    (" style=", "a style sheet is a file under style/"),
    (" onclick=", "events are wired in Rust"),
    (" onload=", "events are wired in Rust"),
];

/// Checks `index.html`.
pub(super) fn check(root: &Path) -> Result<Vec<Finding>, Fault> {
    let page = root.join("index.html");
    if !page.is_file() {
        return Ok(vec![Finding::new(
            "index.html",
            0,
            "the till has no page".to_owned(),
        )]);
    }
    let html = fs::read_to_string(&page).map_err(Fault::file(&page))?;
    Ok(inline_parts(&html))
}

fn inline_parts(html: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in html.lines().enumerate() {
        let line = line.to_lowercase();
        let mut found = |words: String| {
            findings.push(Finding::new("index.html", number + 1, words));
        };
        if line.contains("<script") && !line.contains("src=") {
            found("an inline script; the policy forbids it".to_owned());
        }
        for (part, remedy) in INLINE {
            if line.contains(part) {
                found(format!(
                    "`{}` is forbidden by the policy; {remedy}",
                    part.trim()
                ));
            }
        }
    }
    findings
}

/// Checks the sizes of `target/dist`, where it is there and as it ships.
pub(super) fn check_sizes() -> Result<Vec<Finding>, Fault> {
    let is_shipped =
        fs::read_to_string(web::trace_file()).is_ok_and(|trace| trace.starts_with("web "));
    if !is_shipped || !call::dist().is_dir() {
        return Ok(Vec::new());
    }
    let words = too_large(&Sizes::measure()?);
    Ok(words
        .into_iter()
        .map(|words| Finding::new("target/dist", 0, words))
        .collect())
}

/// Prints the sizes of fresh pages. Fails where one is over its limit.
pub(crate) fn report_sizes() -> Result<(), Fault> {
    let sizes = Sizes::measure()?;
    show::line(&format!(
        "Sent with brotli: till {} kB (limit {}), scanner's program {} kB (limit {}), \
         all pages {} kB (limit {}).",
        sizes.till / 1000,
        TILL_BROTLI_MAX / 1000,
        sizes.eye / 1000,
        EYE_BROTLI_MAX / 1000,
        sizes.all / 1000,
        TRANSFER_MAX / 1000
    ));
    let words = too_large(&sizes);
    if words.is_empty() {
        Ok(())
    } else {
        Err(Fault::TooLarge(words.join("; ")))
    }
}

/// Bytes as they are sent.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sizes {
    /// All but the scanner: program, glue, style, page.
    till: usize,
    /// The scanner's program.
    eye: usize,
    /// Every file.
    all: usize,
}

impl Sizes {
    /// Of `target/dist`.
    fn measure() -> Result<Self, Fault> {
        let mut files = Vec::new();
        for path in call::files_under(&call::dist())? {
            // A file with a compressed twin counts as the twin, which comes by on its own.
            if !twin(&path).exists() {
                let size = fs::metadata(&path).map_err(Fault::file(&path))?.len();
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                files.push((
                    name.into_owned(),
                    usize::try_from(size).unwrap_or(usize::MAX),
                ));
            }
        }
        Ok(Self::of(&files))
    }

    fn of(files: &[(String, usize)]) -> Self {
        let mut sizes = Self::default();
        for (name, size) in files {
            sizes.all += size;
            if !["eye.", "eye_", "eye-"]
                .iter()
                .any(|part| name.starts_with(part))
            {
                sizes.till += size;
            }
            if name.starts_with("eye_bg.wasm") {
                sizes.eye += size;
            }
        }
        sizes
    }
}

/// The compressed form of a file, which is there where it is smaller.
fn twin(path: &Path) -> PathBuf {
    let mut pressed = path.as_os_str().to_owned();
    pressed.push(".br");
    pressed.into()
}

fn too_large(sizes: &Sizes) -> Vec<String> {
    let table = [
        ("all pages but the scanner are", sizes.till, TILL_BROTLI_MAX),
        ("the scanner's program is", sizes.eye, EYE_BROTLI_MAX),
        ("all pages are", sizes.all, TRANSFER_MAX),
    ];
    let over = table.into_iter().filter(|(_, size, limit)| size > limit);
    over.map(|(what, size, limit)| format!("{what} {size} bytes with brotli, over {limit}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Sizes, inline_parts, too_large};

    #[test]
    fn inline_script_and_style_are_found() {
        let page = "<script>go()</script>\n<STYLE>p{}</STYLE>\n<p style=\"x\">\n<b onclick=\"y\">";
        let lines: Vec<_> = inline_parts(page)
            .iter()
            .map(|finding| finding.line)
            .collect();
        assert_eq!(lines, [1, 2, 3, 4]);
    }

    #[test]
    fn a_page_of_links_is_fine() {
        let page = "<link rel=\"stylesheet\" href=\"style/till.css\">\n\
                    <script type=\"module\" src=\"boot.js\"></script>";
        assert!(inline_parts(page).is_empty());
    }

    #[test]
    fn pages_over_their_limit_are_found() {
        let sizes = |more: usize| Sizes {
            till: 350_000 + more,
            eye: 90_000 + more,
            all: 450_000 + more,
        };
        assert!(too_large(&sizes(0)).is_empty());
        assert_eq!(too_large(&sizes(1)).len(), 3);
    }

    #[test]
    fn what_belongs_to_the_scanner_does_not_count_as_till() {
        let files = [
            ("till_bg.wasm.br", 1),
            ("index.html", 2),
            ("eye_bg.wasm.br", 4),
            ("eye.js.br", 8),
            ("eye-boot.js", 16),
            ("goods.css.br", 32),
        ];
        let files = files.map(|(name, size)| (name.to_owned(), size));
        let wanted = Sizes {
            till: 35,
            eye: 4,
            all: 63,
        };
        assert_eq!(Sizes::of(&files), wanted);
    }
}
