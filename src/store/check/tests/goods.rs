//! What was sold, changed by somebody who can make every link fit: found and named all the same.

use ledger::{ChainHash, Fact};
use money::Amount;
use rusqlite::Connection;
use sale::TextError;

use super::super::{CheckReport, Flaw, Flawed, check};
use super::{record, unguarded};
use crate::row::{self, COLUMNS};
use crate::tests::{Scratch, charge_id, open, write};

const GOODS: &str = "450\t2\t0\ttea\tGreen tea\n400\t1\t50\t\t\ntotal\t1250\t0";
/// The event that opens the charge with goods; a charge without any follows it.
const SEQ: u64 = 15;

/// A record whose last charge but one says what was sold, changed by `sql`, with all links and
/// bonds made to fit again.
fn rewritten(sql: &str) -> CheckReport {
    let scratch = Scratch::make();
    let mut book = record(&scratch.record());
    let (_, mut sold) = open(8, "sale-8", "till-1");
    if let Fact::Opened(opened) = &mut sold.events[0].fact {
        opened.goods = Some(GOODS.to_owned());
    }
    let (_, last) = open(9, "sale-9", "till-1");
    write(&mut book, &[sold, last]);
    drop(book);
    let raw = unguarded(&scratch.record());
    raw.execute_batch(sql).expect("a change that SQLite takes");
    link_again(&raw);
    drop(raw);
    check(&scratch.record()).expect("a record that opens")
}

/// Every link and every bond as the rows are now.
fn link_again(raw: &Connection) {
    let sql = format!("SELECT {COLUMNS} FROM event ORDER BY seq");
    let mut statement = raw.prepare(&sql).expect("a table");
    let mut rows = statement.query([]).expect("rows");
    let mut link: ChainHash = [0; 32];
    while let Some(found) = rows.next().expect("a row") {
        let recorded = row::read(found).expect("an event");
        let event = recorded.event;
        link = ledger::link(&link, &event);
        let (charge, revision) = (event.charge.as_str(), event.revision);
        raw.execute(
            "UPDATE event SET chain = ?1 WHERE charge = ?2 AND revision = ?3",
            (link, charge, revision),
        )
        .expect("its link");
        let asked = raw.query_row(
            "SELECT key, fingerprint FROM key WHERE charge = ?1 AND revision = ?2",
            (charge, revision),
            |row| Ok((row.get::<_, String>(0)?, row.get::<_, [u8; 32]>(1)?)),
        );
        if let Ok((key, fingerprint)) = asked {
            let bond = ledger::bond(&link, &key, &fingerprint);
            raw.execute("UPDATE key SET bond = ?1 WHERE key = ?2", (bond, key))
                .expect("its bond");
        }
    }
}

fn named(report: CheckReport) -> Flaw {
    assert_eq!(report.events, SEQ - 1, "the events before it are sound");
    let Flawed { seq, charge, flaw } = report.broken.expect("a flaw");
    assert_eq!(seq, Some(SEQ), "{flaw}");
    assert_eq!(charge.as_deref(), Some(charge_id(8).as_str()));
    flaw
}

#[test]
fn a_record_that_says_what_was_sold_is_sound() {
    for sql in [
        "",
        "UPDATE event SET body = replace(body, 'Green tea', 'Tea')",
    ] {
        let report = rewritten(sql);
        assert_eq!((report.events, report.broken), (16, None), "{sql}");
    }
}

#[test]
fn goods_that_come_to_another_sum_than_was_charged_are_named() {
    let fen = |fen| Amount::from_fen(fen).expect("an amount");
    let flaw = Flaw::Total {
        sold: fen(1_150),
        charged: fen(1_250),
    };
    let cheaper = "replace(replace(body, 'total\t1250', 'total\t1150'), '400\t1', '300\t1')";
    let sql = format!("UPDATE event SET body = {cheaper}");
    assert_eq!(named(rewritten(&sql)), flaw);
    let sql = "UPDATE event SET body = replace(body, 'amount=1250', 'amount=1251') WHERE seq = 15";
    let flaw = Flaw::Total {
        sold: fen(1_250),
        charged: fen(1_251),
    };
    assert_eq!(named(rewritten(sql)), flaw);
    assert_eq!(
        flaw.to_string(),
        "what was sold comes to 12.50, and 12.51 were to be charged"
    );
}

#[test]
fn goods_whose_sums_are_wrong_or_that_are_no_goods_are_named() {
    let dearer = "replace(body, '450\t2', '460\t2')";
    assert_eq!(
        named(rewritten(&format!("UPDATE event SET body = {dearer}"))),
        Flaw::Goods(TextError(3))
    );
    let unnamed = "replace(body, '450\t2\t0\ttea', '450\t2\t0\t')";
    assert_eq!(
        named(rewritten(&format!("UPDATE event SET body = {unnamed}"))),
        Flaw::Goods(TextError(1))
    );
}
