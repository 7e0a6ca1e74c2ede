//! One batch into an open transaction: judged, written, read back.

use ledger::{ChainHash, Charge, Event, Fact};
use rusqlite::{Connection, params};

use super::closing;
use super::query::{self, Tail};
use crate::batch::{Batch, KeyBinding, Verdict};
use crate::failpoint::hit;
use crate::fault::StoreFault;
use crate::row;

/// Judges a batch against what is recorded and writes it, or says why not. `tail` moves along.
///
/// # Panics
/// When the batch follows what is recorded and yet breaks the law of a charge.
pub(super) fn batch(
    tx: &Connection,
    tail: &mut Tail,
    batch: &Batch,
) -> Result<Verdict, StoreFault> {
    if let Some(taken) = key_taken(tx, batch)? {
        return Ok(taken);
    }
    let mut history = query::history(tx, batch.charge())?;
    let revision = u32::try_from(history.len()).unwrap_or(u32::MAX);
    if batch.first().revision != revision.saturating_add(1) {
        return Ok(Verdict::Stale { revision });
    }
    if let Some(taken) = sale_taken(tx, batch)? {
        return Ok(taken);
    }
    history.extend(batch.events.iter().cloned());
    let charge = match Charge::fold(&history) {
        Ok(charge) => charge,
        Err(error) => panic!(
            "invariant: {} stays within the law: {error}",
            batch.charge()
        ),
    };
    hit("append-judged");
    write_head(tx, &charge, revision)?;
    hit("append-head");
    let mut bound_link = tail.chain;
    for event in &batch.events {
        write_event(tx, tail, event)?;
        if batch.binds() == Some(event.revision) {
            bound_link = tail.chain;
        }
        hit("append-event");
    }
    if let (Some(binding), Some(bound)) = (&batch.key, batch.binds()) {
        write_key(tx, binding, &charge, bound, &bound_link)?;
        hit("append-key");
    }
    let written = query::history(tx, charge.id())?;
    assert_eq!(
        written, history,
        "invariant: what was written reads back equal"
    );
    Ok(Verdict::Written { last_seq: tail.seq })
}

fn key_taken(tx: &Connection, batch: &Batch) -> Result<Option<Verdict>, StoreFault> {
    let Some(binding) = &batch.key else {
        return Ok(None);
    };
    if let Some((charge, fingerprint)) = query::by_key(tx, &binding.key)? {
        return Ok(Some(Verdict::KeyTaken {
            charge,
            fingerprint,
        }));
    }
    let is_closed = closing::is_closed(tx, &binding.key)?;
    Ok(is_closed.then_some(Verdict::KeyClosed))
}

fn sale_taken(tx: &Connection, batch: &Batch) -> Result<Option<Verdict>, StoreFault> {
    let Fact::Opened(opened) = &batch.first().fact else {
        return Ok(None);
    };
    let holder = query::holder_of(tx, &opened.sale)?;
    Ok(holder.map(|charge| Verdict::SaleTaken { charge }))
}

/// Where the charge stands after the batch; `before` is the revision that the head must have.
fn write_head(tx: &Connection, charge: &Charge, before: u32) -> Result<(), StoreFault> {
    let (id, state) = (charge.id(), charge.state().as_str());
    let refunding = charge.refunds_asked();
    let count = if before == 0 {
        tx.execute(
            "INSERT INTO head (charge, sale, device, state, revision, opened_ms, refunding)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                id.as_str(),
                charge.sale(),
                charge.device(),
                state,
                charge.revision(),
                charge.opened_at().ms(),
                refunding,
            ],
        )?
    } else {
        tx.execute(
            "UPDATE head SET state = ?2, revision = ?3, refunding = ?5
             WHERE charge = ?1 AND revision = ?4",
            params![id.as_str(), state, charge.revision(), before, refunding],
        )?
    };
    if count == 1 {
        Ok(())
    } else {
        Err(StoreFault::Broken(format!(
            "charge {id} is not at revision {before} as its events say"
        )))
    }
}

fn write_event(tx: &Connection, tail: &mut Tail, event: &Event) -> Result<(), StoreFault> {
    let next = Tail {
        seq: tail.seq + 1,
        chain: ledger::link(&tail.chain, event),
    };
    let seq = i64::try_from(next.seq).map_err(|_| StoreFault::Full)?;
    let count = tx.execute(
        "INSERT INTO event (seq, charge, revision, at_ms, fact, body, chain)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            seq,
            event.charge.as_str(),
            event.revision,
            event.at.ms(),
            event.fact.as_str(),
            row::body_of(event),
            next.chain,
        ],
    )?;
    assert_eq!(count, 1, "invariant: one event, one row");
    *tail = next;
    Ok(())
}

fn write_key(
    tx: &Connection,
    binding: &KeyBinding,
    charge: &Charge,
    bound: u32,
    link: &ChainHash,
) -> Result<(), StoreFault> {
    let count = tx.execute(
        "INSERT INTO key (key, charge, revision, fingerprint, bond)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            binding.key,
            charge.id().as_str(),
            bound,
            binding.fingerprint,
            ledger::bond(link, &binding.key, &binding.fingerprint),
        ],
    )?;
    assert_eq!(count, 1, "invariant: one key, one row");
    Ok(())
}
