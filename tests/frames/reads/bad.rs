//! Pictures that no camera of a till gives: each is answered, none does harm.

use scan::{BadPlane, Luma, SIDE_MAX, Scanner};

/// Shows a picture often enough that every search of the scanner has its turn.
fn is_unread(pixels: &[u8], width: usize, height: usize, stride: usize) -> bool {
    let luma = Luma::new(pixels, width, height, stride).expect("a whole plane");
    let mut scanner = Scanner::default();
    (0..4).all(|_| scanner.look(&luma).is_err())
}

/// Chance enough for a test (xorshift).
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..length).map(|_| byte()).collect()
}

#[test]
fn a_plane_that_contradicts_itself_is_refused_by_name() {
    let pixels = [128; 100];
    let fault = |width, height, stride| Luma::new(&pixels, width, height, stride).err();
    assert_eq!(fault(0, 0, 0), Some(BadPlane::Empty));
    assert_eq!(fault(0, 10, 10), Some(BadPlane::Empty));
    assert_eq!(fault(10, 0, 10), Some(BadPlane::Empty));
    assert_eq!(fault(10, 10, 9), Some(BadPlane::NarrowStride));
    assert_eq!(fault(10, 10, 11), Some(BadPlane::ShortBuffer));
    assert_eq!(fault(10, 11, 10), Some(BadPlane::ShortBuffer));
    assert_eq!(fault(10, 10, usize::MAX), Some(BadPlane::ShortBuffer));
    assert_eq!(
        fault(SIDE_MAX + 1, 1, SIDE_MAX + 1),
        Some(BadPlane::TooLarge)
    );
    assert_eq!(
        fault(usize::MAX, usize::MAX, usize::MAX),
        Some(BadPlane::TooLarge)
    );
    assert_eq!(fault(10, 10, 10), None);
}

#[test]
fn tiny_and_narrow_pictures_hold_nothing() {
    for (width, height) in [
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 3),
        (7, 9),
        (1, 8000),
        (8000, 1),
        (17, 33),
    ] {
        let pixels = noise((width + 3) * height);
        assert!(is_unread(&pixels, width, height, width), "{width}x{height}");
        assert!(
            is_unread(&pixels, width, height, width + 3),
            "{width}x{height}, padded"
        );
    }
}

#[test]
fn black_white_grey_and_noise_hold_nothing() {
    let (width, height) = (1280, 720);
    for grey in [0, 1, 128, 254, 255] {
        assert!(
            is_unread(&vec![grey; width * height], width, height, width),
            "{grey}"
        );
    }
    assert!(
        is_unread(&noise(width * height), width, height, width),
        "noise"
    );
    let faint: Vec<u8> = noise(width * height)
        .iter()
        .map(|grey| 120 + grey % 12)
        .collect();
    assert!(is_unread(&faint, width, height, width), "faint noise");
    let stripes: Vec<u8> = (0..width * height)
        .map(|at| if at % 8 < 4 { 0 } else { 255 })
        .collect();
    assert!(is_unread(&stripes, width, height, width), "stripes");
}

#[test]
fn the_largest_pictures_are_searched_to_their_end() {
    let side = 8_000;
    for pixels in [vec![0; side * side], noise(side * side)] {
        assert!(is_unread(&pixels, side, side, side));
    }
}

/// A wall of finders, each seven modules of `module` pixels with one module of ground around it.
fn finders(width: usize, height: usize, module: usize) -> Vec<u8> {
    let cell = 9 * module;
    let is_ink = |x: usize, y: usize| {
        let (column, row) = ((x % cell) / module, (y % cell) / module);
        let ring = |place: usize| place.abs_diff(4);
        let far = ring(column).max(ring(row));
        far <= 1 || far == 3
    };
    (0..width * height)
        .map(|at| {
            if is_ink(at % width, at / width) {
                20
            } else {
                235
            }
        })
        .collect()
}

#[test]
fn ten_thousand_finders_hold_nothing_up() {
    // 142 by 80 in a usual frame, then larger ones and fewer, light ones, and a larger frame.
    for (width, height, module) in [
        (1280, 720, 1),
        (1280, 720, 2),
        (1280, 720, 3),
        (2048, 2048, 2),
    ] {
        let wall = finders(width, height, module);
        assert!(
            is_unread(&wall, width, height, width),
            "{width}x{height}, {module}"
        );
        let light: Vec<u8> = wall.iter().map(|grey| 255 - grey).collect();
        assert!(
            is_unread(&light, width, height, width),
            "{width}x{height}, {module}, light"
        );
    }
}
