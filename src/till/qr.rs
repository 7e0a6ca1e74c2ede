//! A text as a QR code to be drawn: dark modules on a white ground, with the quiet zone around them
//! that phones look for.

use qrcode::{Color, EcLevel, QrCode};

/// White modules around the code, by its standard.
const QUIET: usize = 4;

/// A code as one path, in units of a module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Drawing {
    /// Width and height, the quiet zone included.
    pub(crate) side: usize,
    /// The dark modules, for the attribute `d` of a path.
    pub(crate) path: String,
}

/// The drawing of a text; `None` when it does not fit a code.
pub(crate) fn draw(text: &str) -> Option<Drawing> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
    let wide = code.width();
    let mut path = Vec::new();
    for (row, modules) in code.to_colors().chunks(wide).enumerate() {
        let mut place = 0;
        for run in modules.chunk_by(|left, right| left == right) {
            if run.first() == Some(&Color::Dark) {
                let (x, y, length) = (place + QUIET, row + QUIET, run.len());
                path.push(format!("M{x} {y}h{length}v1h-{length}z"));
            }
            place += run.len();
        }
    }
    Some(Drawing {
        side: wide + 2 * QUIET,
        path: path.concat(),
    })
}

#[cfg(test)]
mod tests {
    use super::draw;

    #[test]
    fn a_code_is_drawn_inside_its_quiet_zone() {
        let drawing = draw("https://qr.alipay.com/bax01795312800000001").expect("it fits");
        assert!(drawing.side >= 21 + 8, "{}", drawing.side);
        assert!(drawing.path.starts_with("M4 4h7v1h-7z"), "the first corner");
        let last = drawing.side - 4;
        for run in drawing.path.split('M').skip(1) {
            let (x, rest) = run.split_once(' ').expect("a place");
            let (y, rest) = rest.split_once('h').expect("a length");
            let (length, _) = rest.split_once('v').expect("a height");
            let number = |text: &str| text.parse::<usize>().expect("a number");
            assert!(number(x) >= 4 && number(x) + number(length) <= last);
            assert!((4..last).contains(&number(y)));
        }
    }

    #[test]
    fn a_text_that_fits_no_code_is_not_drawn() {
        assert_eq!(draw(&"x".repeat(8_000)), None);
        assert!(
            draw(&"x".repeat(512)).is_some(),
            "the longest that a provider gives"
        );
    }
}
