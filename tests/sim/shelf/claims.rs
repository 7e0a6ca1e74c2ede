//! Who works on which open charge, where two servers write one record: an owner, a number that only
//! rises, an end. As a database does it, with an oracle beside: who may count on what until when.

use std::collections::{BTreeMap, BTreeSet};

#[cfg(feature = "planted")]
use ledger::planted::{Bug, is as planted};
use money::{ChargeId, Stamp};
use store::claim::LEASE;
use store::postgres::judge::{self, Hands};
use store::{Batch, Claimed, Verdict};

use super::Shelf;
use crate::seat::Renewal;

/// A claim on an open charge.
#[derive(Clone, Copy, Debug)]
struct Claim {
    /// The process.
    owner: u32,
    fence: i64,
    expires: Stamp,
}

/// All claims.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    by_charge: BTreeMap<ChargeId, Claim>,
    last_fence: i64,
    /// Until when a process was told that a charge is its own.
    granted: BTreeMap<(u32, ChargeId), Stamp>,
    /// What was taken from a process that may not know it yet, because it was wanted elsewhere.
    robbed: BTreeSet<(u32, ChargeId)>,
}

/// A process that writes.
pub(crate) struct Writer<'a> {
    /// Its number.
    pub(crate) owner: u32,
    /// What it knows of its claims.
    pub(crate) hands: &'a mut Hands,
    /// When it does.
    pub(crate) now: Stamp,
    /// Whether it hears what became of it.
    pub(crate) is_heard: bool,
}

impl Claims {
    fn begin(&mut self, charge: ChargeId, owner: u32, now: Stamp) -> i64 {
        self.last_fence += 1;
        let fence = self.last_fence;
        self.grant(charge, owner, fence, now);
        fence
    }

    fn grant(&mut self, charge: ChargeId, owner: u32, fence: i64, now: Stamp) {
        let claim = Claim {
            owner,
            fence,
            expires: now.plus_ms(lease_ms()),
        };
        self.by_charge.insert(charge, claim);
        self.granted.insert((owner, charge), claim.expires);
        self.robbed.remove(&(owner, charge));
    }

    /// L9: nobody writes about a charge that another process works on.
    fn assert_writer(&self, charge: ChargeId, writer: &Writer<'_>) {
        let other = self.by_charge.get(&charge);
        let other = other.filter(|one| one.owner != writer.owner && one.expires > writer.now);
        assert!(
            other.is_none(),
            "L9: {charge} is written under an older number"
        );
    }

    /// L9: who asks about a charge may count on it, and nobody else may.
    pub(crate) fn assert_asker(&self, charge: ChargeId, owner: u32, now: Stamp) {
        let granted = self.granted.get(&(owner, charge));
        assert!(
            granted.is_some_and(|until| *until > now),
            "L9: an ask of {charge} leaves without a lease"
        );
        let other = self.by_charge.get(&charge);
        let other = other.filter(|one| one.owner != owner && one.expires > now);
        assert!(
            other.is_none() || self.robbed.contains(&(owner, charge)),
            "L9: two servers work on {charge}"
        );
    }
}

impl Shelf {
    /// From now on several processes write it. A file has only one, so none stands beside.
    pub(crate) fn share(&mut self) {
        self.book = None;
        self.claims = Some(Claims::default());
    }

    /// The claims, where several processes write it.
    pub(crate) const fn claims(&self) -> Option<&Claims> {
        self.claims.as_ref()
    }

    /// The claims on these charges, as a database tells them.
    pub(super) fn claims_on(
        &self,
        charges: impl Iterator<Item = ChargeId>,
        writer: &Writer<'_>,
    ) -> BTreeMap<ChargeId, judge::Claim> {
        let Some(claims) = &self.claims else {
            return BTreeMap::new();
        };
        let told = |id: ChargeId| {
            let claim = claims.by_charge.get(&id)?;
            let told = judge::Claim {
                is_ours: claim.owner == writer.owner,
                fence: claim.fence,
                is_over: claim.expires <= writer.now,
            };
            Some((id, told))
        };
        charges.filter_map(told).collect()
    }

    pub(super) fn assert_writer(&self, charge: ChargeId, writer: &Writer<'_>) {
        if let Some(claims) = &self.claims {
            claims.assert_writer(charge, writer);
        }
    }

    /// What a group of batches does to the claims: what is open is the writer's, what is at its end
    /// is nobody's. A writer whose answer is lost learns nothing of it.
    pub(super) fn follow(
        &mut self,
        (batches, verdicts): (&[Batch], &[Verdict]),
        moved: &[ChargeId],
        writer: &mut Writer<'_>,
    ) {
        let Some(claims) = &mut self.claims else {
            return;
        };
        let mut hands = writer.hands.clone();
        for id in moved {
            let claim = claims.by_charge.get(id).map(|claim| claim.fence);
            let held = hands.fences.get(id).copied();
            if self.heads[id].is_settled() {
                claims.by_charge.remove(id);
                hands.fences.remove(id);
            } else if held.is_none() || held != claim {
                let fence = claims.begin(*id, writer.owner, writer.now);
                hands.fences.insert(*id, fence);
            }
        }
        if !writer.is_heard {
            return doubt(writer.hands, batches);
        }
        for (batch, verdict) in batches.iter().zip(verdicts) {
            hands.doubted.remove(&batch.charge());
            if matches!(verdict, Verdict::Fenced { .. } | Verdict::Stale { .. }) {
                hands.fences.remove(&batch.charge());
            }
        }
        *writer.hands = hands;
    }

    /// Renews what is the writer's, names what of it is another's, and gives it what nobody works
    /// on, and what it wants.
    pub(crate) fn claim(&mut self, renewal: &Renewal, writer: &mut Writer<'_>) -> Claimed {
        let Some(claims) = &mut self.claims else {
            return Claimed::default();
        };
        let (owner, now) = (writer.owner, writer.now);
        let mut claimed = Claimed::default();
        for id in &renewal.live {
            let is_held = writer.hands.fences.contains_key(id);
            match claims.by_charge.get(id).copied() {
                Some(claim) if claim.owner == owner => {
                    claims.grant(*id, owner, claim.fence, now);
                    writer.hands.fences.insert(*id, claim.fence);
                }
                Some(_) => claimed.lost.push(*id),
                None if is_held => claimed.lost.push(*id),
                None => {}
            }
        }
        for id in &claimed.lost {
            writer.hands.fences.remove(id);
            writer.hands.doubted.remove(id);
        }
        let open = self.heads.values().filter(|head| !head.is_settled());
        for id in open.map(ledger::Charge::id) {
            let claim = claims.by_charge.get(&id).copied();
            let is_wanted = renewal.wants(id);
            let is_free = claim.is_none_or(|claim| {
                let is_over = claim.expires <= now;
                #[cfg(feature = "planted")]
                let is_over = is_over || planted(Bug::TakenOverEarly);
                is_over || is_wanted && claim.owner != owner
            });
            if renewal.live.contains(&id) || !is_free {
                continue;
            }
            if let Some(claim) = claim
                && is_wanted
            {
                claims.robbed.insert((claim.owner, id));
            }
            let fence = claims.begin(id, owner, now);
            writer.hands.fences.insert(id, fence);
            claimed.taken.push(self.histories[&id].clone());
        }
        claimed
    }
}

/// A process does not know whether these were written. They come again, but for requests.
pub(crate) fn doubt(hands: &mut Hands, batches: &[Batch]) {
    let again = batches.iter().filter(|batch| batch.key.is_none());
    hands.doubted.extend(again.map(Batch::charge));
}

fn lease_ms() -> i64 {
    i64::try_from(LEASE.as_millis()).unwrap_or(i64::MAX)
}
