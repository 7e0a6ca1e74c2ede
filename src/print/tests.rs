//! What is printed, told as receipts. Whole receipts are read back by the stand-in for a printer.

use money::Amount;
use proptest::prelude::*;
use say::Lang;

use crate::sign::{text, width, wrap};
use crate::{
    BarText, CodeError, End, Good, Kind, Layout, Page, Paper, Picture, PictureError, Pin, QrText,
    Question, Receipt, ReceiptError, Row, Status, StatusError, Trouble, Writing, escpos,
};

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn good(name: &str) -> Good {
    Good {
        name: name.to_owned(),
        count: 2,
        unit: fen(450),
        off: Amount::ZERO,
        sum: fen(900),
    }
}

fn layout(receipt: &Receipt, writing: Writing) -> Layout {
    Layout::of(receipt, Lang::Zh, Paper::Mm58, writing).expect("short enough")
}

#[test]
fn what_a_printer_lacks_is_seen_as_missing() {
    let check = |says: &str, expect: &str| {
        assert_eq!(text(&Writing::GBK.signs(says)), expect, "{says:?}");
    };
    check("红烧牛肉面 large", "红烧牛肉面 large");
    check("¥12·8×2—€", "￥12·8×2—□");
    check("面🍜👨‍👩‍👧🇨🇳1️⃣", "面□□□□");
    check("❤️", "□");
    check("שלום", "□□□□");
    check("e\u{301}", "□");
    check("\u{E000}\u{3400}", "□□");
    assert_eq!(
        text(&Writing::GB18030.signs("\u{3400}\u{20000}")),
        "\u{3400}□"
    );
}

#[test]
fn what_steers_is_made_blank_or_visible_whoever_writes() {
    for writing in [Writing::GBK, Writing::GB18030, Writing::DRAWN] {
        let check = |says: &str, expect: &str| {
            assert_eq!(text(&writing.signs(says)), expect, "{says:?}");
        };
        check("a\u{1B}@b", "a□@b");
        check("a\r\nb\tc\u{0}\u{7F}\u{9B}", "a b c□□□");
        check("\u{202E}12\u{2069}\u{FEFF}", "12");
        check("  a \u{3000} b  ", "a b");
        check("\u{200D}\u{FE0F}", "");
    }
}

#[test]
fn an_emoji_is_drawn_whole_and_takes_two_columns() {
    let signs = Writing::DRAWN.signs("面👨‍👩‍👧a");
    assert_eq!(text(&signs), "面👨‍👩‍👧a");
    assert_eq!(width(&signs), 5);
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let cut = text(&Writing::GBK.signs(&"面".repeat(500)));
    assert_eq!(cut.chars().count(), 201);
    assert!(cut.ends_with('…'));
    let marks = format!("a{}", "\u{301}".repeat(100_000));
    assert!(text(&Writing::DRAWN.signs(&marks)).len() < 1_000);
}

#[test]
fn lines_end_between_words_and_never_begin_with_a_full_stop() {
    let check = |says: &str, columns: usize, expect: &[&str]| {
        let signs = Writing::GBK.signs(says);
        let lines: Vec<String> = wrap(&signs, columns).into_iter().map(text).collect();
        assert_eq!(lines, expect, "{says}");
    };
    check("iced lemon tea", 10, &["iced lemon", "tea"]);
    check("红烧牛肉面", 6, &["红烧牛", "肉面"]);
    check("红烧牛。肉", 6, &["红烧", "牛。肉"]);
    check("abcdefghij", 4, &["abcd", "efgh", "ij"]);
    check("面abc", 4, &["面", "abc"]);
    check("", 4, &[]);
}

#[test]
fn the_drawer_opens_before_the_paper_and_the_knife_comes_last() {
    let end = End {
        is_cut: true,
        drawer: Some(Pin::Five),
    };
    let receipt = Receipt::of(Kind::Payment, fen(1));
    let bytes = escpos::letters(&layout(&receipt, Writing::GBK), Page::Gbk, end);
    assert!(bytes.starts_with(&[0x1B, b'@', 0x1B, b'p', 1, 25, 250]));
    assert!(bytes.ends_with(&[0x1B, b'd', 4, 0x1D, b'V', 66, 0]));
    assert_eq!(escpos::kick(Pin::Two), [0x1B, b'p', 0, 25, 250]);
}

#[test]
fn escape_in_a_name_is_no_command() {
    let plain = Receipt::of(Kind::Payment, fen(900));
    let mut evil = plain.clone();
    // Open the drawer, switch off, change the address of the printer.
    evil.goods = vec![good(
        "tea\u{1B}p0\u{19}\u{10}\u{14}\u{2}\u{1}\u{8}\u{1C}\u{1D}(k",
    )];
    let escapes = |receipt: &Receipt| {
        let bytes = escpos::letters(&layout(receipt, Writing::GBK), Page::Gbk, End::default());
        let steers = |byte: &&u8| **byte < 0x20 && **byte != 0x0A && **byte != 0;
        bytes.iter().filter(steers).count()
    };
    assert_eq!(
        escapes(&plain),
        escapes(&evil),
        "the same commands, no more"
    );
    assert!(
        layout(&evil, Writing::GBK)
            .to_text()
            .contains("tea□p0□□□□□□□□(k")
    );
}

#[test]
fn a_layout_made_for_a_picture_harms_no_printer_that_writes_it() {
    let mut receipt = Receipt::of(Kind::Payment, fen(1));
    receipt.shop.name = "🍜".to_owned();
    let bytes = escpos::letters(&layout(&receipt, Writing::DRAWN), Page::Gbk, End::default());
    let missing = [0xA1, 0xF5];
    assert!(bytes.windows(2).any(|two| two == missing));
}

#[test]
fn a_number_in_bars_takes_half_the_place_and_a_long_name_becomes_a_qr_code() {
    let row = |says: &str| {
        let mut receipt = Receipt::of(Kind::Payment, fen(1));
        receipt.bars = BarText::parse(says).ok();
        let layout = layout(&receipt, Writing::GBK);
        let is_code = |row: &&Row| matches!(row, Row::Bars(_) | Row::Qr(_));
        layout.rows().iter().find(is_code).cloned()
    };
    assert!(matches!(
        row("2026112322001412341234567890"),
        Some(Row::Bars(_))
    ));
    assert!(matches!(
        row("S01JD8Q2Z5W3M9K7T4XN6PVBCA2"),
        Some(Row::Qr(_))
    ));
    assert!(matches!(row("A-42"), Some(Row::Bars(_))));
}

#[test]
fn digits_whose_pairs_would_be_a_command_are_written_one_by_one() {
    let mut receipt = Receipt::of(Kind::Payment, fen(1));
    receipt.bars = BarText::parse("160412").ok();
    let bytes = escpos::letters(&layout(&receipt, Writing::GBK), Page::Gbk, End::default());
    assert!(bytes.windows(8).any(|eight| eight == b"{B160412"));
    assert!(!bytes.windows(2).any(|two| two == [0x10, 0x04]));
}

#[test]
fn what_is_no_code_says_why() {
    assert_eq!(QrText::parse(""), Err(CodeError::Qr));
    assert_eq!(QrText::parse("a b"), Err(CodeError::Qr));
    assert_eq!(QrText::parse("面"), Err(CodeError::Qr));
    assert_eq!(QrText::parse(&"a".repeat(301)), Err(CodeError::Qr));
    assert_eq!(BarText::parse("{1"), Err(CodeError::Bars));
    assert_eq!(BarText::parse(&"1".repeat(41)), Err(CodeError::Bars));
}

#[test]
fn a_picture_goes_in_bands_and_has_no_command_in_it() {
    let row = [0x10, 0x14, 1, 0, 8, 0x10, 0x04, 1].repeat(6);
    let picture = Picture::of(Paper::Mm58, row.repeat(300)).expect("a picture");
    let bytes = escpos::raster(&picture, End::default());
    let heads = bytes.windows(4).filter(|four| four == b"\x1Dv0\0").count();
    assert_eq!(heads, 3);
    assert!(
        !bytes
            .windows(2)
            .any(|two| two[0] == 0x10 && matches!(two[1], 4 | 5 | 0x14))
    );
}

#[test]
fn dots_that_are_no_picture_say_why() {
    let check = |bytes: usize, expect| {
        assert_eq!(Picture::of(Paper::Mm80, vec![0; bytes]).map(|_| ()), expect);
    };
    check(0, Err(PictureError::Rows));
    check(71, Err(PictureError::Width));
    check(72, Ok(()));
    check(72 * 20_001, Err(PictureError::Rows));
    let grey = vec![0; 576 * 2];
    assert!(Picture::of_grey(Paper::Mm80, &grey).is_ok());
    assert_eq!(
        Picture::of_grey(Paper::Mm58, &grey[1..]),
        Err(PictureError::Width)
    );
}

#[test]
fn a_receipt_that_is_too_long_is_refused() {
    let mut receipt = Receipt::of(Kind::Payment, fen(1));
    receipt.goods = vec![good("tea"); 201];
    assert_eq!(receipt.check(), Err(ReceiptError::TooManyGoods));
    receipt.goods.truncate(200);
    assert_eq!(receipt.check(), Ok(()));
    receipt.footer = vec![String::new(); 13];
    assert_eq!(receipt.check(), Err(ReceiptError::TooManyLines));
}

fn status(answers: &[(Question, u8)]) -> Status {
    let mut status = Status::default();
    for (question, answer) in answers {
        status.hear(*question, *answer).expect("an answer");
    }
    status
}

#[test]
fn a_ready_printer_has_no_trouble() {
    let ready = status(&Question::ALL.map(|question| (question, 0x12)));
    assert_eq!(ready.troubles(), []);
    assert_eq!(ready.stop(), None);
    assert_eq!(ready.is_pin_high(), Some(false));
    assert_eq!(Status::default().is_pin_high(), None);
}

#[test]
fn a_printer_tells_why_it_stands_still() {
    let offline = (Question::Printer, 0x1A);
    let check = |answer: (Question, u8), expect: Trouble| {
        assert_eq!(
            status(&[offline, answer]).troubles(),
            [expect],
            "{answer:?}"
        );
        assert_eq!(status(&[answer, offline]).stop(), Some(expect));
    };
    check((Question::Offline, 0x16), Trouble::CoverOpen);
    check((Question::Offline, 0x1A), Trouble::Feeding);
    check((Question::Offline, 0x32), Trouble::PaperOut);
    check((Question::Fault, 0x1A), Trouble::KnifeStuck);
    check((Question::Fault, 0x32), Trouble::Broken);
    check((Question::Fault, 0x52), Trouble::Resting);
    check((Question::Paper, 0x72), Trouble::PaperOut);
    check((Question::Paper, 0x7E), Trouble::PaperOut);
    check((Question::Paper, 0x12), Trouble::Offline);
}

#[test]
fn a_roll_near_its_end_stops_nothing() {
    let low = status(&[(Question::Paper, 0x1E)]);
    assert_eq!(low.troubles(), [Trouble::PaperLow]);
    assert_eq!(low.stop(), None);
}

#[test]
fn a_byte_that_is_no_state_is_no_answer() {
    for byte in [0x00, 0xFF, 0x11, 0x13, b'H'] {
        let heard = Status::default().hear(Question::Printer, byte);
        assert_eq!(heard, Err(StatusError(byte)));
    }
}

#[test]
fn every_trouble_has_its_own_name_and_a_sentence_in_both_languages() {
    let mut names: Vec<&str> = Trouble::ALL.iter().map(|one| one.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), Trouble::ALL.len());
    for one in Trouble::ALL {
        assert_ne!(one.sentence(Lang::Zh), one.sentence(Lang::En));
    }
}

proptest! {
    #[test]
    fn no_letter_has_a_byte_that_steers(letter in any::<char>()) {
        for page in [Page::Gbk, Page::Gb18030] {
            if let Some(bytes) = page.bytes(letter) {
                prop_assert!(bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7F));
                prop_assert_eq!(bytes.len() == 1, letter.is_ascii());
            }
        }
    }

    #[test]
    fn lines_hold_all_that_is_seen_and_are_never_too_wide(
        says in "[a-z ,。面🍜שלا\u{301}\u{200D}\u{1B}\n]{0,60}", columns in 2..20_usize,
    ) {
        for writing in [Writing::GBK, Writing::DRAWN] {
            let signs = writing.signs(&says);
            let lines = wrap(&signs, columns);
            prop_assert!(lines.iter().all(|line| width(line) <= columns && !line.is_empty()));
            let seen = |text: &str| text.replace(' ', "");
            let together: String = lines.into_iter().map(text).collect();
            prop_assert_eq!(seen(&together), seen(&text(&signs)));
        }
    }
}
