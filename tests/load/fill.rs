//! Years of business in minutes: genuine histories, chained as ever, and put into the tables past
//! the store, which would be half an hour over ten million. `scantill verify` judges them after.

use std::path::Path;

use ledger::plan::ALIPAY;
use ledger::{AskKind, Asked, ChainHash, Charge, Event, Opening, Outcome, PaidFacts, Step};
use money::{Amount, ChargeId, Provider, Stamp};
use rusqlite::{Connection, Statement, params};
use store::row::write_fact;

/// Charges in one commit.
const GROUP: u32 = 50_000;
/// The first of them was opened then; a charge a second since.
const BEGIN_MS: i64 = 1_600_000_000_000;
/// Tills that took turns.
const TILLS: u32 = 8;
/// What was asked under each key.
const FINGERPRINT: [u8; 32] = [7; 32];

/// The id of the n-th charge.
pub(crate) fn id(number: u32) -> ChargeId {
    let mut chance = [0; 16];
    chance[..4].copy_from_slice(&number.to_be_bytes());
    ChargeId::fresh(opened_at(number), chance)
}

/// The key of the n-th charge: letters that grow with time, as a till makes them.
pub(crate) fn key(number: u32) -> String {
    format!("k{}", id(number))
}

fn opened_at(number: u32) -> Stamp {
    Stamp::from_ms(BEGIN_MS + i64::from(number) * 1_000)
}

/// Puts so many paid charges into the empty record at `path`, which nobody else has open.
pub(crate) fn fill(path: &Path, rows: u32) {
    let connection = Connection::open(path).expect("the record can be opened");
    let quick = connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF;
         PRAGMA cache_size = -200000; PRAGMA locking_mode = EXCLUSIVE;",
    );
    quick.expect("an idle database");
    let mut pen = Pen::of(&connection);
    for number in 0..rows {
        if number % GROUP == 0 {
            connection.execute_batch("BEGIN").expect("alone");
        }
        pen.write(number);
        if number % GROUP == GROUP - 1 || number == rows - 1 {
            connection
                .execute_batch("COMMIT")
                .expect("room on the disk");
        }
    }
}

/// Writes charge after charge.
struct Pen<'a> {
    head: Statement<'a>,
    event: Statement<'a>,
    key: Statement<'a>,
    seq: i64,
    chain: ChainHash,
}

impl<'a> Pen<'a> {
    fn of(connection: &'a Connection) -> Self {
        let prepare = |sql| connection.prepare(sql).expect("the schema of this version");
        Self {
            head: prepare(
                "INSERT INTO head (charge, sale, device, state, revision, opened_ms, refunding)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)",
            ),
            event: prepare(
                "INSERT INTO event (seq, charge, revision, at_ms, fact, body, chain)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            ),
            key: prepare(
                "INSERT INTO key (key, charge, revision, fingerprint, bond)
                 VALUES (?1, ?2, 1, ?3, ?4)",
            ),
            seq: 0,
            chain: ChainHash::default(),
        }
    }

    fn write(&mut self, number: u32) {
        let (charge, events) = whole(number);
        let (id, state, opened_ms) = (charge.id(), charge.state(), charge.opened_at().ms());
        let head = params![
            id.as_str(),
            charge.sale(),
            charge.device(),
            state.as_str(),
            charge.revision(),
            opened_ms,
        ];
        self.head.execute(head).expect("a charge of its own");
        for event in &events {
            self.write_event(event);
            if event.revision == 1 {
                let key = key(number);
                let bond = ledger::bond(&self.chain, &key, &FINGERPRINT);
                let row = params![key, id.as_str(), FINGERPRINT, bond];
                self.key.execute(row).expect("a key of its own");
            }
        }
    }

    fn write_event(&mut self, event: &Event) {
        self.seq += 1;
        self.chain = ledger::link(&self.chain, event);
        let (fact, body) = write_fact(&event.fact);
        let row = params![
            self.seq,
            event.charge.as_str(),
            event.revision,
            event.at.ms(),
            fact,
            body,
            self.chain,
        ];
        self.event.execute(row).expect("the next event");
    }
}

/// A charge from its opening to its end.
fn whole(number: u32) -> (Charge, Vec<Event>) {
    let opening = Opening {
        id: id(number),
        sale: format!("s{}", id(number)),
        amount: Amount::chargeable(1 + i64::from(number % 100_000)).expect("an amount"),
        provider: Provider::Alipay,
        device: format!("old-till-{}", number % TILLS),
        way: ledger::Way::Scanned,
        instalments: None,
        goods: None,
    };
    let Step { charge, mut events } = Charge::open(opening, opened_at(number));
    let paid_at = opened_at(number).plus_ms(400);
    let asked = Asked {
        kind: AskKind::Pay,
        at: opened_at(number),
        age_ms: 0,
    };
    let facts = PaidFacts {
        order: charge.order_no(),
        provider_no: format!("20261122220014{number:014}"),
        amount: charge.amount(),
        funding: Vec::new(),
        payer: Some("159****5620".to_owned()),
        paid_at: Some(paid_at),
        months: None,
    };
    let step = charge.hear(asked, Outcome::Paid(facts), &ALIPAY, paid_at);
    let step = step.expect("the usual end");
    events.extend(step.events);
    (step.charge, events)
}
