//! A map whose entries end by themselves. Each has its place in a queue by time, so that forgetting
//! costs what is forgotten, however much is kept.

use std::collections::{BTreeMap, BTreeSet};

use money::Stamp;

/// Entries until their time.
pub(super) struct Fading<K, V> {
    entries: BTreeMap<K, (Stamp, V)>,
    queue: BTreeSet<(Stamp, K)>,
}

impl<K: Ord + Clone, V> Fading<K, V> {
    pub(super) const fn empty() -> Self {
        Self {
            entries: BTreeMap::new(),
            queue: BTreeSet::new(),
        }
    }

    /// Keeps an entry until then, in place of one that is there.
    pub(super) fn keep(&mut self, key: K, value: V, until: Stamp) {
        self.remove(&key);
        self.queue.insert((until, key.clone()));
        self.entries.insert(key, (until, value));
    }

    /// What is kept, also when its time is over and nobody has swept yet.
    pub(super) fn get(&self, key: &K) -> Option<&V> {
        self.entries.get(key).map(|(_, value)| value)
    }

    pub(super) fn remove(&mut self, key: &K) {
        if let Some((until, _)) = self.entries.remove(key) {
            self.queue.remove(&(until, key.clone()));
        }
    }

    /// Forgets what is over; the number of entries that were looked at for it.
    pub(super) fn sweep(&mut self, now: Stamp) -> usize {
        let mut looks = 0;
        while let Some((until, _)) = self.queue.first() {
            looks += 1;
            if *until > now {
                break;
            }
            if let Some((_, key)) = self.queue.pop_first() {
                self.entries.remove(&key);
            }
        }
        looks
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        debug_assert_eq!(
            self.entries.len(),
            self.queue.len(),
            "invariant: each entry has one place in the queue"
        );
        self.entries.len()
    }
}

#[cfg(test)]
mod tests;
