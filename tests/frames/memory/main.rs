//! After the first frames of a size, a frame makes the scanner allocate nothing but the text that
//! it reads: a till looks at thirty frames a second all day long. The error correction, which is
//! another crate's, is held to the same.
//!
//! A program of its own, because everything in it asks the allocator that counts.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use frames::{Class, Frame, HEIGHT, Order, Show, WIDTH};
use scan::{Luma, Scanner};

/// Frames of each kind.
const FRAMES: u64 = 3;

/// Rounds until every search had its turn with every frame: costly ones may wait for the next.
const ROUNDS: usize = 3;

/// Times that a text that is read fits into what is taken for it: it grows letter by letter, is
/// read again for its halves and remembered as what the page said.
const COPIES: usize = 16;

thread_local! {
    /// Pieces of memory that this thread asked for, and their bytes.
    static ASKED: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

/// The system's allocator, which counts.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(bytes: usize) {
    ASKED.set({
        let (pieces, all) = ASKED.get();
        (pieces + 1, all + bytes)
    });
}

#[expect(
    unsafe_code,
    reason = "there is no other way to count; every call goes to the system's allocator as it came"
)]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        // SAFETY: the caller has promised what the system's allocator wants.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        // SAFETY: the same.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        // SAFETY: the same.
        unsafe { System.realloc(place, layout, size) }
    }
}

/// Frames that are read, that are not and that show nothing.
fn stock() -> Vec<Frame> {
    let shown = [
        (Class::Clean, Show::Both),
        (Class::Medium, Show::Both),
        (Class::Hard, Show::Both),
        (Class::Extreme, Show::Both),
        (Class::Medium, Show::Bars),
        (Class::Hard, Show::Nothing),
    ];
    let orders = shown.into_iter().flat_map(|(class, show)| {
        (0..FRAMES).map(move |number| Order {
            seed: 31,
            class,
            number,
            show,
            take: 0,
        })
    });
    orders.map(Order::draw).collect()
}

#[test]
fn a_frame_like_those_before_it_needs_no_memory_but_for_its_text() {
    let stock = stock();
    let mut scanner = Scanner::default();
    let mut read = 0;
    for round in 0..=ROUNDS {
        for (number, frame) in stock.iter().enumerate() {
            let luma = Luma::new(&frame.pixels, WIDTH, HEIGHT, WIDTH).expect("a whole plane");
            let before = ASKED.get();
            let found = scanner.look(&luma);
            let after = ASKED.get();
            if round < ROUNDS {
                continue;
            }
            let (pieces, bytes) = (after.0 - before.0, after.1 - before.1);
            read += usize::from(found.is_ok());
            // What was read may be denied by what the frame before said.
            let length = frame.text.len();
            assert!(
                bytes <= COPIES * length,
                "frame {number} with a text of {length} bytes took {pieces} pieces of memory with \
                 {bytes} bytes in all"
            );
        }
    }
    assert!(0 < read && read < stock.len(), "{read} were read");
}
