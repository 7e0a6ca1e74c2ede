//! What every code of a size has in the same places: finders, timing, alignment.

/// Smallest and largest number of modules along a side (versions 1 and 40).
pub(crate) const SIDES: (usize, usize) = (21, 177);

/// Modules between the outline and a finder's middle.
pub(crate) const FINDER_MIDDLE: f32 = 3.5;

/// Modules between the far outline and the last alignment pattern's middle.
pub(crate) const ALIGNMENT_MIDDLE: f32 = 6.5;

/// The version of a code of `side` modules.
pub(crate) fn version(side: usize) -> usize {
    side.saturating_sub(17) / 4
}

/// `Some(true)` where every code of `side` modules is dark, `Some(false)` where light, `None`
/// where it depends on the content.
pub(crate) fn known(side: usize, x: usize, y: usize) -> Option<bool> {
    let far = side - 8;
    if (x < 8 || x >= far) && y < 8 {
        return Some(finder_module(if x < 8 { x } else { side - 1 - x }, y));
    }
    if x < 8 && y >= far {
        return Some(finder_module(x, side - 1 - y));
    }
    if y == 6 {
        return Some(x.is_multiple_of(2));
    }
    if x == 6 {
        return Some(y.is_multiple_of(2));
    }
    alignment_module(side, x, y)
}

/// Counted from the code's corner: rings of dark, light and dark, and the light border.
pub(crate) const fn finder_module(x: usize, y: usize) -> bool {
    let (wide, high) = (x.abs_diff(3), y.abs_diff(3));
    let ring = if wide > high { wide } else { high };
    ring != 2 && ring != 4
}

fn alignment_module(side: usize, x: usize, y: usize) -> Option<bool> {
    let version = version(side);
    if version < 2 {
        return None;
    }
    let (column, row) = (
        nearest_line(side, version, x)?,
        nearest_line(side, version, y)?,
    );
    // The three that would lie on finders are left out.
    let (first, last) = (6, side - 7);
    let is_corner =
        (column == first && (row == first || row == last)) || (column == last && row == first);
    if is_corner {
        return None;
    }
    Some(x.abs_diff(column).max(y.abs_diff(row)) != 1)
}

/// The coordinate of the alignment patterns that reach `place`, if any do.
fn nearest_line(side: usize, version: usize, place: usize) -> Option<usize> {
    let last = side - 7;
    let gaps = version / 7 + 1;
    let step = match version {
        32 => 26,
        _ => (side - 13).div_ceil(2 * gaps) * 2,
    };
    let is_near = |line: usize| place.abs_diff(line) <= 2;
    if is_near(6) {
        return Some(6);
    }
    (0..gaps)
        .map(|gap| last - gap * step)
        .find(|&line| is_near(line))
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode, Version};

    use super::known;

    #[test]
    fn known_modules_are_so_in_codes_of_every_version() {
        for version in 1..=40 {
            for text in ["1", "another text"] {
                let code = QrCode::with_version(text, Version::Normal(version), EcLevel::L)
                    .expect("the text fits");
                let side = code.width();
                let mut count = 0;
                for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
                    if let Some(is_dark) = known(side, x, y) {
                        count += 1;
                        assert_eq!(
                            is_dark,
                            code[(x, y)] == Color::Dark,
                            "version {version} at {x},{y}"
                        );
                    }
                }
                assert!(count >= 192 + 10);
            }
        }
    }
}
