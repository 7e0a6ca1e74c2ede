//! A group of batches as one transaction: the end of the chain is locked, what is there is read,
//! judged, and what follows is written and read back.

use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

use money::ChargeId;

use super::connect::Wire;
use super::judge::{Hands, Sight, Tail, Writing, is_at_rest};
use super::lease::{self, Leased};
use super::look::look;
use super::query;
use crate::batch::{Batch, Verdict};
use crate::fault::StoreFault;

/// How long the record is asked what became of a commit whose answer was lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// How often it is tried, the commit itself included.
    pub(super) tries: u32,
    /// From one try to the next.
    pub(super) pause: Duration,
}

impl Patience {
    /// Long enough for a standby to be promoted.
    pub(super) const USUAL: Self = Self {
        tries: 60,
        pause: Duration::from_millis(500),
    };
}

/// What this process knows of its claims.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The fencing numbers under which it works on its open charges.
    fences: BTreeMap<ChargeId, i64>,
    /// Charges whose last events may stand although nobody said so.
    doubted: BTreeSet<ChargeId>,
}

/// What a transaction came to.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) verdicts: Vec<Verdict>,
    /// Charges that are ours from now on.
    claimed: Vec<(ChargeId, i64)>,
    /// Charges that are ours no more: at their end, or another's.
    gone: Vec<ChargeId>,
    tail: Tail,
    has_rows: bool,
}

impl Held {
    /// What is known of the charges in these batches.
    pub(super) fn of(&self, batches: &[Batch]) -> Hands {
        let charges = batches.iter().map(Batch::charge);
        let fences = charges
            .clone()
            .filter_map(|id| self.fences.get(&id).map(|fence| (id, *fence)));
        Hands {
            fences: fences.collect(),
            doubted: charges.filter(|id| self.doubted.contains(id)).collect(),
        }
    }

    /// Those of `charges` that are ours.
    pub(super) fn among(&self, charges: &[ChargeId]) -> Vec<ChargeId> {
        let ours = charges.iter().filter(|id| self.fences.contains_key(*id));
        ours.copied().collect()
    }

    pub(super) fn follow(&mut self, batches: &[Batch], written: &Written) {
        for batch in batches {
            self.doubted.remove(&batch.charge());
        }
        self.fences.extend(written.claimed.iter().copied());
        for charge in &written.gone {
            self.fences.remove(charge);
        }
    }

    /// Notes that these may stand. They come again as they are, except for requests: whoever made
    /// one is told that nobody knows, and its charge is taken up anew once its claim is over.
    pub(super) fn doubt(&mut self, batches: &[Batch]) {
        let again = batches.iter().filter(|batch| batch.key.is_none());
        self.doubted.extend(again.map(Batch::charge));
    }

    pub(super) fn renew(&mut self, leased: &Leased) {
        self.fences.extend(leased.fences.iter().copied());
        for charge in &leased.claimed.lost {
            self.fences.remove(charge);
            self.doubted.remove(charge);
        }
    }
}

/// Commits a group. Where the connection breaks so that nobody knows whether the commit was heard,
/// the record is asked for the link that it would have: a link stands for all before it. Until the
/// record has answered that, no fault of a further try says anything about the first.
pub(super) fn commit(
    wire: &mut Wire,
    owner: &str,
    hands: &Hands,
    batches: &[Batch],
    patience: Patience,
) -> Result<Written, StoreFault> {
    let mut doubt = None;
    let mut tries = 0;
    loop {
        let fault = match attempt(wire, owner, hands, batches, &mut doubt) {
            Ok(written) => return Ok(written),
            Err(fault) => fault,
        };
        tries += 1;
        if doubt.is_some() {
            if tries >= patience.tries {
                return Err(StoreFault::Doubted(fault.to_string()));
            }
            thread::sleep(patience.pause);
        } else if !matches!(fault, StoreFault::Lost(_)) || tries > 1 {
            return Err(fault);
        }
        // A connection that broke while nobody used it is made again once.
    }
}

fn attempt(
    wire: &mut Wire,
    owner: &str,
    hands: &Hands,
    batches: &[Batch],
    doubt: &mut Option<Written>,
) -> Result<Written, StoreFault> {
    wire.mend()?;
    let prepared = prepare(wire, owner, hands, batches, doubt);
    match prepared {
        Ok(written) if written.has_rows && doubt.is_none() => {
            *doubt = Some(written.clone());
            let committed = wire.commit();
            if !matches!(committed, Err(StoreFault::Lost(_))) {
                *doubt = None;
            }
            committed.map(|()| written)
        }
        // Written already, or nothing to write. What was read may stand here alone, because a
        // connection was cut that waited for a standby to have it too. The lock makes this a
        // commit as well, which waits behind all before it.
        Ok(written) => wire.commit().map(|()| written),
        Err(fault) => {
            wire.undo();
            Err(fault)
        }
    }
}

/// Everything up to the commit. Finds out first what became of a commit in doubt: the lock on the
/// end of the chain is free only when that transaction is over, one way or the other.
fn prepare(
    wire: &mut Wire,
    owner: &str,
    hands: &Hands,
    batches: &[Batch],
    doubt: &mut Option<Written>,
) -> Result<Written, StoreFault> {
    let tail = query::begin_at_tail(wire)?;
    if let Some(written) = doubt.as_ref() {
        if query::link_at(wire, written.tail.seq)? == Some(written.tail.chain) {
            return Ok(written.clone());
        }
        *doubt = None;
    }
    let mut sight = look(wire, owner, tail, hands, batches)?;
    let writing = sight.judge(batches, hands);
    write(wire, owner, &hands.fences, &sight, writing, batches)
}

fn write(
    wire: &mut Wire,
    owner: &str,
    held: &BTreeMap<ChargeId, i64>,
    sight: &Sight,
    writing: Writing,
    batches: &[Batch],
) -> Result<Written, StoreFault> {
    let mut gone: Vec<ChargeId> = Vec::new();
    for (batch, verdict) in batches.iter().zip(&writing.verdicts) {
        if matches!(verdict, Verdict::Fenced { .. } | Verdict::Stale { .. }) {
            gone.push(batch.charge());
        }
    }
    let has_rows = !writing.events.is_empty();
    let mut claimed = Vec::new();
    if has_rows {
        write_heads(wire, &writing)?;
        let ended = ended(&writing);
        let wanted: Vec<ChargeId> = fresh(&writing, sight, held).collect();
        claimed = write_rest(wire, &writing, sight.tail, &ended, (owner, &wanted))?;
        gone.extend(ended);
        read_back(wire, &writing, sight)?;
    }
    Ok(Written {
        verdicts: writing.verdicts,
        claimed,
        gone,
        tail: sight.tail,
        has_rows,
    })
}

/// Charges that need no claim any more.
fn ended(writing: &Writing) -> Vec<ChargeId> {
    let heads = writing.heads.iter();
    heads
        .filter(|(_, (charge, _))| is_at_rest(charge))
        .map(|(id, _)| *id)
        .collect()
}

/// Open charges whose claim is not ours yet under a number that we know.
fn fresh<'a>(
    writing: &'a Writing,
    sight: &'a Sight,
    held: &'a BTreeMap<ChargeId, i64>,
) -> impl Iterator<Item = ChargeId> + 'a {
    let is_held = |id: &ChargeId| {
        let claim = sight.claims.get(id);
        claim.is_some_and(|claim| held.get(id) == Some(&claim.fence))
    };
    let heads = writing.heads.iter();
    heads
        .filter(move |(id, (charge, _))| !is_at_rest(charge) && !is_held(id))
        .map(|(id, _)| *id)
}

/// Where each charge stands after the group: first those that free their sale for others.
fn write_heads(wire: &mut Wire, writing: &Writing) -> Result<(), StoreFault> {
    let mut added = Heads::default();
    let mut moved = Heads::default();
    for (charge, before) in writing.heads.values() {
        let heads = if *before == 0 { &mut added } else { &mut moved };
        heads.push(charge, *before);
    }
    if !moved.charges.is_empty() {
        moved.update(wire)?;
    }
    if !added.charges.is_empty() {
        added.insert(wire)?;
    }
    Ok(())
}

/// Columns of `head`, one list each.
#[derive(Default)]
struct Heads<'a> {
    charges: Vec<String>,
    sales: Vec<&'a str>,
    devices: Vec<&'a str>,
    states: Vec<&'a str>,
    revisions: Vec<i64>,
    opened: Vec<i64>,
    refunding: Vec<i64>,
    before: Vec<i64>,
}

impl<'a> Heads<'a> {
    fn push(&mut self, charge: &'a ledger::Charge, before: u32) {
        self.charges.push(charge.id().as_str().to_owned());
        self.sales.push(charge.sale());
        self.devices.push(charge.device());
        self.states.push(charge.state().as_str());
        self.revisions.push(i64::from(charge.revision()));
        self.opened.push(charge.opened_at().ms());
        self.refunding.push(i64::from(charge.refunds_asked()));
        self.before.push(i64::from(before));
    }

    fn update(&self, wire: &mut Wire) -> Result<(), StoreFault> {
        let sql = "UPDATE head SET state = n.state, revision = n.revision, refunding = n.refunding
            FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[])
                 AS n (charge, state, revision, refunding, before)
            WHERE head.charge = n.charge AND head.revision = n.before";
        let count = wire.change(
            sql,
            &[
                &self.charges,
                &self.states,
                &self.revisions,
                &self.refunding,
                &self.before,
            ],
        )?;
        if usize::try_from(count) == Ok(self.charges.len()) {
            return Ok(());
        }
        let which = self.charges.join(", ");
        let cause = format!("not every head among {which} is at the revision of its events");
        Err(StoreFault::Broken(cause))
    }

    fn insert(&self, wire: &mut Wire) -> Result<(), StoreFault> {
        let sql = "INSERT INTO head (charge, sale, device, state, revision, opened_ms, refunding)
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[],
                                 $6::bigint[], $7::bigint[])";
        let count = wire.change(
            sql,
            &[
                &self.charges,
                &self.sales,
                &self.devices,
                &self.states,
                &self.revisions,
                &self.opened,
                &self.refunding,
            ],
        )?;
        assert_eq!(
            usize::try_from(count),
            Ok(self.charges.len()),
            "invariant: one charge, one head"
        );
        Ok(())
    }
}

/// Events, keys, claims and the end of the chain, at once: none of them is refused for the sake of
/// another, and each has its head already. Gives the claims that were begun.
const REST: &str = "
    WITH events AS (
        INSERT INTO event (seq, charge, revision, at_ms, fact, body, chain)
        SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::text[],
                             $6::text[], $7::bytea[]) RETURNING seq
    ), keys AS (
        INSERT INTO key (key, charge, revision, fingerprint, bond)
        SELECT * FROM unnest($8::text[], $9::text[], $10::bigint[], $11::bytea[], $12::bytea[])
        RETURNING key
    ), ended AS (
        DELETE FROM claim WHERE charge = ANY($13::text[])
    ), begun AS (
        INSERT INTO claim (charge, owner, fence, expires)
        SELECT charge, $15, nextval('fence'), clock_timestamp() + make_interval(secs => $16)
        FROM unnest($14::text[]) AS n (charge)
        ON CONFLICT (charge) DO UPDATE
        SET owner = excluded.owner, fence = excluded.fence, expires = excluded.expires
        RETURNING charge, fence
    ), moved AS (
        UPDATE tail SET seq = $17, chain = $18 RETURNING seq
    )
    SELECT begun.charge, begun.fence, (SELECT count(*) FROM events),
           (SELECT count(*) FROM keys), (SELECT count(*) FROM moved)
    FROM (SELECT) AS one LEFT JOIN begun ON true";

/// Writes all but the heads. `wanted` are claims to begin, and whose they are to be.
fn write_rest(
    wire: &mut Wire,
    writing: &Writing,
    tail: Tail,
    ended: &[ChargeId],
    wanted: (&str, &[ChargeId]),
) -> Result<Vec<(ChargeId, i64)>, StoreFault> {
    let events = Events::of(writing)?;
    let keys = Keys::of(writing);
    let ended: Vec<&str> = ended.iter().map(ChargeId::as_str).collect();
    let (owner, wanted) = wanted;
    let charges: Vec<&str> = wanted.iter().map(ChargeId::as_str).collect();
    let seq = i64::try_from(tail.seq).map_err(|_| StoreFault::Full)?;
    let rows = wire.rows(
        REST,
        &[
            &events.seqs,
            &events.charges,
            &events.revisions,
            &events.times,
            &events.facts,
            &events.bodies,
            &events.chains,
            &keys.names,
            &keys.charges,
            &keys.revisions,
            &keys.prints,
            &keys.bonds,
            &ended,
            &charges,
            &owner,
            &lease::lease_s(),
            &seq,
            &tail.chain.as_slice(),
        ],
    )?;
    let mut begun = Vec::new();
    for row in &rows {
        let counts: [i64; 3] = [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?];
        let expected = [events.seqs.len(), keys.names.len(), 1];
        assert!(
            counts
                .iter()
                .zip(expected)
                .all(|(count, expected)| usize::try_from(*count) == Ok(expected)),
            "invariant: one event or key, one row, and the chain has one end"
        );
        let charge: Option<&str> = row.try_get(0)?;
        if let Some(charge) = charge {
            begun.push((query::id(charge)?, row.try_get(1)?));
        }
    }
    assert_eq!(
        begun.len(),
        wanted.len(),
        "invariant: one charge, one claim"
    );
    Ok(begun)
}

/// Columns of `event`, one list each.
struct Events<'a> {
    seqs: Vec<i64>,
    charges: Vec<&'a str>,
    revisions: Vec<i64>,
    times: Vec<i64>,
    facts: Vec<&'a str>,
    bodies: Vec<String>,
    chains: Vec<&'a [u8]>,
}

impl<'a> Events<'a> {
    fn of(writing: &'a Writing) -> Result<Self, StoreFault> {
        let events = writing.events.iter();
        let seqs: Result<Vec<i64>, _> = events.clone().map(|one| i64::try_from(one.seq)).collect();
        let bodies = events.clone().map(|one| crate::row::body_of(&one.event));
        Ok(Self {
            seqs: seqs.map_err(|_| StoreFault::Full)?,
            charges: events
                .clone()
                .map(|one| one.event.charge.as_str())
                .collect(),
            revisions: events
                .clone()
                .map(|one| one.event.revision.into())
                .collect(),
            times: events.clone().map(|one| one.event.at.ms()).collect(),
            facts: events.clone().map(|one| one.event.fact.as_str()).collect(),
            bodies: bodies.collect(),
            chains: events.map(|one| one.chain.as_slice()).collect(),
        })
    }
}

/// Columns of `key`, one list each.
struct Keys<'a> {
    names: Vec<&'a str>,
    charges: Vec<&'a str>,
    revisions: Vec<i64>,
    prints: Vec<&'a [u8]>,
    bonds: Vec<&'a [u8]>,
}

impl<'a> Keys<'a> {
    fn of(writing: &'a Writing) -> Self {
        let keys = writing.keys.iter();
        Self {
            names: keys
                .clone()
                .map(|(binding, ..)| binding.key.as_str())
                .collect(),
            charges: keys.clone().map(|(_, charge, _)| charge.as_str()).collect(),
            revisions: keys
                .clone()
                .map(|(.., revision)| i64::from(*revision))
                .collect(),
            prints: keys
                .map(|(binding, ..)| binding.fingerprint.as_slice())
                .collect(),
            bonds: writing.bonds.iter().map(<[u8; 32]>::as_slice).collect(),
        }
    }
}

/// The other half of the pair: what was written reads back equal.
fn read_back(wire: &mut Wire, writing: &Writing, sight: &Sight) -> Result<(), StoreFault> {
    let charges: Vec<&str> = writing.heads.keys().map(ChargeId::as_str).collect();
    let written = query::histories(wire, &charges)?;
    for id in writing.heads.keys() {
        assert_eq!(
            written.get(id),
            sight.histories.get(id),
            "invariant: what was written reads back equal"
        );
    }
    Ok(())
}
