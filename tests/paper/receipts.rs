//! Receipts as shops print them, and any receipt at all.

use money::Amount;
use print::{BarText, Good, Kind, Paid, Plan, QrText, Receipt, Shop};
use proptest::prelude::*;

/// A sum.
pub(crate) fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("an amount")
}

fn good(name: &str, count: u32, unit: i64, off: i64) -> Good {
    Good {
        name: name.to_owned(),
        count,
        unit: fen(unit),
        off: fen(off),
        sum: fen(unit * i64::from(count) - off),
    }
}

fn paid(wallet: &str, source: &str, sum: i64) -> Paid {
    Paid {
        wallet: wallet.to_owned(),
        source: source.to_owned(),
        sum: fen(sum),
    }
}

/// A supper at the night market, with all that a receipt can have.
pub(crate) fn supper() -> Receipt {
    Receipt {
        shop: Shop {
            name: "老张牛肉面馆".to_owned(),
            address: vec![
                "上海市黄浦区云南南路 128 号".to_owned(),
                "021-5555 0128".to_owned(),
            ],
        },
        till: "1 号台".to_owned(),
        cashier: "小李".to_owned(),
        time: "2026-11-23 19:42:07".to_owned(),
        goods: vec![
            good("红烧牛肉面", 1, 2_800, 0),
            good("冰镇酸梅汤（大杯，少冰，不加糖，打包带走）", 2, 800, 0),
            good("Iced lemon tea, large, without sugar", 3, 1_250, 500),
            good("卤蛋🥚", 10, 199, 0),
            good("שלום قهوة", 1, 1_500, 0),
            good("", 1, 350, 0),
        ],
        off: fen(490),
        paid: vec![
            paid("支付宝", "花呗", 10_000),
            paid("支付宝", "红包", 1_000),
        ],
        plan: Some(Plan {
            months: 3,
            each: fen(3_752),
            fee: fen(256),
        }),
        order_no: "S01JD8Q2Z5W3M9K7T4XN6PVBCA2".to_owned(),
        provider_no: "2026112322001412341234567890".to_owned(),
        footer: vec![
            "谢谢光临，欢迎再来！".to_owned(),
            "凭此小票七日内可退换".to_owned(),
        ],
        qr: QrText::parse("https://pay.example.cn/r/9f2c81d0a47e4c5fb1d3e6a8").ok(),
        bars: BarText::parse("2026112322001412341234567890").ok(),
        ..Receipt::of(Kind::Payment, fen(11_000))
    }
}

/// A part of it that went back, printed again.
pub(crate) fn refund() -> Receipt {
    Receipt {
        shop: Shop {
            name: "Night Market No. 7".to_owned(),
            address: vec!["12 Harbour Road".to_owned()],
        },
        is_reprint: true,
        till: "Till 2".to_owned(),
        time: "23 Nov 2026, 20:01".to_owned(),
        paid: vec![paid("Alipay", "Huabei", 2_800)],
        order_no: "S01JD8Q2Z5W3M9K7T4XN6PVBCA2".to_owned(),
        bars: BarText::parse("S01JD8Q2Z5W3M9K7T4XN6PVBCA2").ok(),
        ..Receipt::of(Kind::Refund, fen(2_800))
    }
}

/// Text as nobody types it: letters of all widths, commands, half of a command.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z0-9 ,.]{0,40}",
        "[面馆牛肉汤，。×¥€é🍜👍🏽שלاق\u{1B}\u{1D}\u{10}\u{4}\u{14}\n\t\u{202E}\u{200D}{}@p0 ]{0,60}",
        ".{0,30}",
        Just("\u{1B}@\u{1B}p\u{0}\u{19}\u{FA}\u{1D}V\u{0}".to_owned()),
    ]
}

fn sum() -> impl Strategy<Value = Amount> {
    (0..=10_000_000_000_i64).prop_map(fen)
}

fn any_good() -> impl Strategy<Value = Good> {
    (text(), any::<u32>(), sum(), sum(), sum()).prop_map(|(name, count, unit, off, sum)| Good {
        name,
        count,
        unit,
        off,
        sum,
    })
}

/// Any receipt; its sums need not be right.
pub(crate) fn any_receipt() -> impl Strategy<Value = Receipt> {
    let texts = || proptest::collection::vec(text(), 0..4);
    let paid = (text(), text(), sum()).prop_map(|(wallet, source, sum)| Paid {
        wallet,
        source,
        sum,
    });
    let plan =
        (any::<u8>(), sum(), sum()).prop_map(|(months, each, fee)| Plan { months, each, fee });
    let kind = prop_oneof![
        Just(Kind::Payment),
        Just(Kind::Refund),
        Just(Kind::Reversal)
    ];
    let head = (
        text(),
        texts(),
        kind,
        any::<bool>(),
        [text(), text(), text(), text(), text()],
    );
    let goods = (proptest::collection::vec(any_good(), 0..6), sum(), sum());
    let end = (
        proptest::collection::vec(paid, 0..3),
        proptest::option::of(plan),
        texts(),
        proptest::option::of("[!-~]{1,300}"),
        prop_oneof![
            "[0-9]{1,40}",
            "[A-Za-z0-9_-]{1,40}",
            "(1604|1605|1620|10){1,9}",
            Just(String::new())
        ],
    );
    (head, goods, end).prop_map(
        |(head, (goods, off, total), (paid, plan, footer, qr, bars))| {
            let (name, address, kind, is_reprint, [till, cashier, time, order_no, provider_no]) =
                head;
            Receipt {
                shop: Shop { name, address },
                kind,
                is_reprint,
                till,
                cashier,
                time,
                goods,
                off,
                total,
                paid,
                plan,
                order_no,
                provider_no,
                footer,
                qr: qr.and_then(|says| QrText::parse(&says).ok()),
                bars: BarText::parse(&bars).ok(),
            }
        },
    )
}
