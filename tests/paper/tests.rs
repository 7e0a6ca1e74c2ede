//! Our bytes as a printer reads them.

use std::fs;
use std::path::{Path, PathBuf};

use print::{End, Layout, Page, Paper, Picture, Pin, QrText, Receipt, Writing, escpos};
use proptest::prelude::*;
use say::Lang;
use scan::{Luma, Scanner};

use crate::receipts::{any_receipt, refund, supper};
use crate::{Font, Sheet, Strip, draw, print, wide};

const CUT: End = End {
    is_cut: true,
    drawer: None,
};

fn layout(receipt: &Receipt, lang: Lang, paper: Paper, page: Page) -> Layout {
    Layout::of(receipt, lang, paper, Writing::of(page)).expect("short enough")
}

fn sheet(layout: &Layout, page: Page) -> Sheet {
    let job = escpos::letters(layout, page, CUT);
    print(&job, layout.paper().columns())
}

/// The receipts that are kept as text, by name.
fn kept() -> Vec<(String, Layout)> {
    let mut all = Vec::new();
    for (name, receipt, lang) in [
        ("supper", supper(), Lang::Zh),
        ("refund", refund(), Lang::En),
    ] {
        for paper in Paper::ALL {
            let name = format!("{name}-{}", paper.mm());
            all.push((name, layout(&receipt, lang, paper, Page::Gbk)));
        }
    }
    all
}

fn golden(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    folder.join(format!("{name}.txt"))
}

#[test]
fn receipts_are_printed_as_they_are_kept() {
    for (name, layout) in kept() {
        let sheet = sheet(&layout, Page::Gbk);
        assert_eq!(sheet.strange, [""; 0], "{name}");
        assert_eq!(sheet.strips.last(), Some(&Strip::Cut), "{name}");
        let kept = fs::read_to_string(golden(&name)).unwrap_or_default();
        assert_eq!(sheet.to_text(), kept, "{name}");
    }
}

#[test]
fn codes_on_the_paper_are_read_by_our_own_scanner() {
    for (_, layout) in kept() {
        let sheet = sheet(&layout, Page::Gbk);
        let codes = sheet.strips.iter().filter_map(|strip| match strip {
            Strip::Qr { says, .. } | Strip::Bars { says, .. } => Some((says, strip)),
            Strip::Line(_) | Strip::Picture { .. } | Strip::Feed(_) | Strip::Cut => None,
        });
        for (says, strip) in codes {
            let strips = vec![Strip::Feed(3), strip.clone(), Strip::Feed(3)];
            let alone = Sheet {
                strips,
                ..Sheet::default()
            };
            // The roll is wider than what is printed on it, and lies on a counter.
            let printed = draw(&alone, layout.paper().columns(), None);
            let (width, height) = (printed.width() + 160, printed.height() + 160);
            let mut seen = image::GrayImage::from_pixel(width, height, image::Luma([255]));
            image::imageops::replace(&mut seen, &printed, 80, 80);
            let side = |count: u32| usize::try_from(count).expect("small");
            let (width, height) = (side(width), side(height));
            let luma = Luma::new(seen.as_raw(), width, height, width).expect("a whole picture");
            let sighting = Scanner::default().look(&luma);
            let text = sighting.map(|sighting| sighting.text);
            assert_eq!(text.as_ref(), Ok(says), "{strip:?}");
        }
    }
}

#[test]
fn a_drawn_receipt_is_printed_dot_by_dot() {
    let layout = layout(&supper(), Lang::Zh, Paper::Mm80, Page::Gbk);
    let drawn = draw(&sheet(&layout, Page::Gbk), 48, None);
    let picture = Picture::of_grey(Paper::Mm80, drawn.as_raw()).expect("a picture");
    let end = End {
        is_cut: true,
        drawer: Some(Pin::Two),
    };
    let printed = print(&escpos::raster(&picture, end), 48);
    assert_eq!(printed.strange, [""; 0]);
    assert_eq!(printed.kicks, [0]);
    assert_eq!(printed.strips.len(), 3, "one picture, feed, cut");
    let again = draw(&printed, 48, None);
    let is_black = |image: &image::GrayImage| -> Vec<bool> {
        image.pixels().map(|dot| dot.0[0] < 128).collect()
    };
    let (wanted, got) = (is_black(&drawn), is_black(&again));
    assert_eq!(wanted, got[..wanted.len()]);
}

#[test]
fn the_longest_receipt_is_printed_whole() {
    let mut receipt = supper();
    let mut good = receipt.goods[1].clone();
    good.name = "面\u{1B}p0".repeat(500);
    receipt.goods = vec![good; 200];
    receipt.footer = vec!["🍜".repeat(5_000); 12];
    let layout = layout(&receipt, Lang::Zh, Paper::Mm58, Page::Gbk);
    let job = escpos::letters(&layout, Page::Gbk, CUT);
    assert!(job.len() < 200_000, "{}", job.len());
    let sheet = print(&job, 32);
    assert_eq!(sheet.strange, [""; 0]);
    assert_eq!(sheet.to_text(), layout.to_text());
    assert_eq!(sheet.to_text().matches("16.00").count(), 200);
}

#[test]
fn letters_of_four_bytes_are_printed_where_the_printer_has_them() {
    let mut receipt = refund();
    // A letter of family names that came with GB 18030.
    receipt.cashier = "㛃小姐".to_owned();
    let text = |page| sheet(&layout(&receipt, Lang::Zh, Paper::Mm58, page), page).to_text();
    assert!(text(Page::Gb18030).contains("收银员                    㛃小姐\n"));
    assert!(text(Page::Gbk).contains("收银员                    □小姐\n"));
}

#[test]
fn the_stand_in_tells_what_it_does_not_know() {
    let check = |job: &[u8], expect: usize| {
        assert_eq!(print(job, 32).strange.len(), expect, "{job:02x?}");
    };
    check(b"\x1B@tea\n", 0);
    check(b"\x1B@\x1Bz\n", 1);
    check(b"\x1B@tea", 1);
    check(b"\x1B@\x07\n", 1);
    check(&[b"\x1B@", b"0".repeat(33).as_slice(), b"\n"].concat(), 1);
    assert_eq!(print(b"\x1B@\x10\x04\x01", 32).at_once, [[4, 1]]);
}

/// `cargo test -p paper -- --ignored`: writes the kept texts again, and pictures below `target`.
#[test]
#[ignore = "for a person who looks at what it writes"]
fn receipts_are_kept_and_drawn() {
    let font = Path::new("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc");
    let font = Font::open(font, 7);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/receipts");
    fs::create_dir_all(&folder).expect("a folder");
    for (name, layout) in kept() {
        let sheet = sheet(&layout, Page::Gbk);
        fs::write(golden(&name), sheet.to_text()).expect("written");
        let columns = layout.paper().columns();
        let picture = draw(&sheet, columns, font.as_ref());
        let file = folder.join(format!("{name}.png"));
        picture.save(file).expect("written");
    }
}

#[test]
fn a_code_that_the_printer_makes_larger_than_need_be_is_on_the_paper() {
    let says = "aa0aA0A0a!aAAA0A!!A!!a!0a0!0a000AaA!aAAa!A00!Aa!A!!A0A0!a0a!!aa!aA!0A!a0aaA!a!Aa\
        0aA0!!aA0A00A!Aaa!a0AA!AA0A!A0AAaaA!0!AaAaaA!aa!a!a0A00AAa000A!Aa0!A!0AAa!Aa!a!0\
        A!!A$AAAA:!0a0!0a!0A!!Aa0!B$^&%KL*A:O{8!`_\\@{<ck&VN\\&0|J\"?f4seo7&I/#&5Ef5Q{`Z\
        !S_'<Itb?6`[(V!!UW?bl(\\*iyg!FtM/:\\/\\f4(?O^w1/HGb";
    let qr = QrText::parse(says).expect("a text");
    let receipt = Receipt {
        qr: Some(qr),
        ..supper()
    };
    for paper in Paper::ALL {
        let sheet = sheet(&layout(&receipt, Lang::Zh, paper, Page::Gbk), Page::Gbk);
        assert!(sheet.strips.iter().all(|strip| wide(strip) <= paper.dots()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_receipt_is_printed_as_it_is_laid_out_and_commands_nothing(
        receipt in any_receipt(), is_wide in any::<bool>(), is_long in any::<bool>(),
    ) {
        let paper = if is_wide { Paper::Mm80 } else { Paper::Mm58 };
        let page = if is_long { Page::Gb18030 } else { Page::Gbk };
        let layout = layout(&receipt, Lang::Zh, paper, page);
        let sheet = sheet(&layout, page);
        prop_assert_eq!(&sheet.strange, &[""; 0]);
        prop_assert_eq!(&sheet.kicks, &[0; 0], "no drawer");
        prop_assert_eq!(&sheet.at_once, &[[0; 2]; 0], "nothing that is obeyed at once");
        let cuts = sheet.strips.iter().filter(|strip| **strip == Strip::Cut).count();
        prop_assert_eq!(cuts, 1);
        prop_assert!(sheet.strips.iter().all(|strip| wide(strip) <= paper.dots()));
        prop_assert_eq!(sheet.to_text(), layout.to_text());
    }

    #[test]
    fn any_receipt_that_is_drawn_keeps_to_its_columns(receipt in any_receipt()) {
        for paper in Paper::ALL {
            let layout = Layout::of(&receipt, Lang::En, paper, Writing::DRAWN).expect("short");
            for row in layout.rows() {
                let print::Row::Line(line) = row else { continue };
                let mut at = 0;
                for piece in line.pieces() {
                    prop_assert!(piece.column() >= at);
                    prop_assert!(!piece.text().chars().any(char::is_control));
                    at = piece.column() + piece.width();
                }
                prop_assert!(at <= paper.columns());
            }
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(job in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = print(&job, 32);
    }

    #[test]
    fn any_picture_commands_nothing(rows in 1..300_usize, seed in any::<[u8; 7]>()) {
        let bytes = [0x10, 0x04, 0x05, 0x14, 0x01];
        let dots = (0..rows * 48).map(|place| {
            let mixed = seed[place % 7].wrapping_mul(u8::try_from(place % 251).expect("small"));
            bytes[usize::from(mixed) % bytes.len()]
        });
        let picture = Picture::of(Paper::Mm58, dots.collect()).expect("a picture");
        let sheet = print(&escpos::raster(&picture, CUT), 32);
        prop_assert_eq!(&sheet.at_once, &[[0; 2]; 0]);
        prop_assert_eq!(&sheet.strange, &[""; 0]);
    }
}
