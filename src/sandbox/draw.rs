//! Payment codes as pictures: QR and Code 128, black on white SVG with their quiet zones.

use barcoders::sym::code128::Code128;
use qrcode::{Color, EcLevel, QrCode};

/// White modules around a QR code, by its standard.
const QR_QUIET: usize = 4;
/// White modules left and right of a Code 128, by its standard.
const BARS_QUIET: usize = 10;
/// Height of the bars in modules.
const BARS_HIGH: usize = 30;

/// The digits as a QR code with error correction M. `None` when they do not fit one.
pub fn qr(digits: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(digits, EcLevel::M).ok()?;
    let wide = code.width();
    let side = wide + 2 * QR_QUIET;
    let mut path = Vec::new();
    for (row, modules) in code.to_colors().chunks(wide).enumerate() {
        let dark = modules.iter().map(|module| *module == Color::Dark);
        for (start, length) in runs(dark) {
            let (x, y) = (start + QR_QUIET, row + QR_QUIET);
            path.push(format!("M{x} {y}h{length}v1h-{length}z"));
        }
    }
    Some(picture(side, side, &path.concat()))
}

/// The digits as a Code 128: two digits in each symbol where their number is even. `None` for
/// anything but digits.
pub fn bars(digits: &str) -> Option<String> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let set = if digits.len().is_multiple_of(2) {
        '\u{0106}'
    } else {
        '\u{0181}'
    };
    let code = Code128::new(format!("{set}{digits}")).ok()?;
    let modules = code.encode();
    let mut path = Vec::new();
    for (start, length) in runs(modules.iter().map(|module| *module == 1)) {
        let x = start + BARS_QUIET;
        path.push(format!("M{x} 0h{length}v{BARS_HIGH}h-{length}z"));
    }
    Some(picture(
        modules.len() + 2 * BARS_QUIET,
        BARS_HIGH,
        &path.concat(),
    ))
}

/// Where dark modules begin and how many follow each other.
fn runs(dark: impl Iterator<Item = bool>) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, is_dark) in dark.enumerate() {
        match runs.last_mut() {
            Some((start, length)) if is_dark && *start + *length == place => *length += 1,
            _ if is_dark => runs.push((place, 1)),
            _ => {}
        }
    }
    runs
}

fn picture(wide: usize, high: usize, path: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" \
         shape-rendering=\"crispEdges\" preserveAspectRatio=\"none\">\
         <path fill=\"#fff\" d=\"M0 0h{wide}v{high}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::{bars, qr, runs};

    #[test]
    fn dark_modules_are_joined_to_runs() {
        let dark = [true, true, false, true, false, false, true, true];
        assert_eq!(runs(dark.into_iter()), [(0, 2), (3, 1), (6, 2)]);
    }

    #[test]
    fn eighteen_digits_make_the_smallest_qr_and_134_modules_of_bars() {
        let qr = qr("281234567890123456").unwrap_or_default();
        assert!(qr.contains("viewBox=\"0 0 29 29\""), "{qr}");
        let bars = bars("281234567890123456").unwrap_or_default();
        assert!(bars.contains("viewBox=\"0 0 154 30\""), "{bars}");
        // Start C is 11010011100: two dark, one light, one dark, two light, three dark.
        assert!(
            bars.contains("M10 0h2v30h-2zM13 0h1v30h-1zM16 0h3v30h-3z"),
            "{bars}"
        );
    }

    #[test]
    fn only_digits_become_bars() {
        assert_eq!(bars("28<script>"), None);
        assert_eq!(bars(""), None);
        assert!(bars("2812345678901234567").is_some());
    }
}
