//! What reaches the browser: no inline script or style, and few bytes.

use std::fs;
use std::io::Write;
use std::path::Path;

use flate2::{Compression, write::GzEncoder};

use super::Finding;
use crate::fault::Fault;
use crate::{call, show, web};

/// The till's program, compressed with gzip as the least able browser gets it, in bytes.
const TILL_GZIP_MAX: usize = 350_000;

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
    let words = too_large(till_gzip()?, eye_brotli()?, transfer()?);
    Ok(words
        .into_iter()
        .map(|words| Finding::new("target/dist", 0, words))
        .collect())
}

/// Prints the sizes of fresh pages. Fails where one is over its limit.
pub(crate) fn report_sizes() -> Result<(), Fault> {
    let (till, eye, all) = (till_gzip()?, eye_brotli()?, transfer()?);
    show::line(&format!(
        "Till program {} kB with gzip (limit {}), scanner {} kB with brotli (limit {}), \
         all pages {} kB with brotli (limit {}).",
        till / 1000,
        TILL_GZIP_MAX / 1000,
        eye / 1000,
        EYE_BROTLI_MAX / 1000,
        all / 1000,
        TRANSFER_MAX / 1000
    ));
    let words = too_large(till, eye, all);
    if words.is_empty() {
        Ok(())
    } else {
        Err(Fault::TooLarge(words.join("; ")))
    }
}

fn too_large(till_gzip: usize, eye_brotli: usize, transfer: usize) -> Vec<String> {
    let mut words = Vec::new();
    if till_gzip > TILL_GZIP_MAX {
        words.push(format!(
            "till_bg.wasm is {till_gzip} bytes with gzip, over {TILL_GZIP_MAX}"
        ));
    }
    if eye_brotli > EYE_BROTLI_MAX {
        words.push(format!(
            "eye_bg.wasm is {eye_brotli} bytes with brotli, over {EYE_BROTLI_MAX}"
        ));
    }
    if transfer > TRANSFER_MAX {
        words.push(format!(
            "all pages are {transfer} bytes with brotli, over {TRANSFER_MAX}"
        ));
    }
    words
}

fn till_gzip() -> Result<usize, Fault> {
    let path = call::dist().join("till_bg.wasm");
    let bytes = fs::read(&path).map_err(Fault::file(&path))?;
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(&bytes).map_err(Fault::file(&path))?;
    Ok(writer.finish().map_err(Fault::file(&path))?.len())
}

fn eye_brotli() -> Result<usize, Fault> {
    let path = call::dist().join("eye_bg.wasm.br");
    Ok(fs::read(&path).map_err(Fault::file(&path))?.len())
}

/// Bytes of all files, each in its smallest form.
fn transfer() -> Result<usize, Fault> {
    let mut sum = 0;
    for path in call::files_under(&call::dist())? {
        let mut pressed = path.as_os_str().to_owned();
        pressed.push(".br");
        // A file with a compressed twin counts as the twin, which comes by on its own.
        if !Path::new(&pressed).exists() {
            sum += fs::read(&path).map_err(Fault::file(&path))?.len();
        }
    }
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::{inline_parts, too_large};

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
        assert!(too_large(350_000, 90_000, 450_000).is_empty());
        assert_eq!(too_large(350_001, 90_001, 450_001).len(), 3);
    }
}
