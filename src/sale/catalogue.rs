//! All that a shop sells, in its order, and what of it changed.

use crate::item::{Item, ItemId, Name};

/// Items that one catalogue holds at most; more are not found on a screen.
pub const ITEMS_MAX: usize = 500;

/// Why something cannot be a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// More than 500 items.
    #[error("a catalogue holds at most 500 items")]
    TooMany,
    /// Two items have this id.
    #[error("two items have the id {0}")]
    Twice(ItemId),
    /// There is no item of this id.
    #[error("there is no item {0}")]
    Absent(ItemId),
}

/// All that a shop sells, as it stood after one change of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Catalogue {
    revision: u64,
    items: Vec<Item>,
}

/// What became of an item between two catalogues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    Added,
    /// Its name, price, category or look is another.
    Changed,
    /// It is not there any more.
    Gone,
}

impl ChangeKind {
    /// Stable name for the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Gone => "gone",
        }
    }
}

/// One item that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which item.
    pub id: ItemId,
    /// What became of it.
    pub kind: ChangeKind,
}

impl Catalogue {
    /// A catalogue of these items, after that many changes.
    ///
    /// # Errors
    /// [`CatalogueError::TooMany`], [`CatalogueError::Twice`].
    pub fn of(revision: u64, items: Vec<Item>) -> Result<Self, CatalogueError> {
        if items.len() > ITEMS_MAX {
            return Err(CatalogueError::TooMany);
        }
        let mut ids: Vec<&ItemId> = items.iter().map(|item| &item.id).collect();
        ids.sort_unstable();
        let twice = ids.windows(2).find(|pair| pair.first() == pair.last());
        if let Some(id) = twice.and_then(|pair| pair.first()) {
            return Err(CatalogueError::Twice((*id).clone()));
        }
        Ok(Self { revision, items })
    }

    /// How often it was changed; 0 before anybody put an item in.
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// All items in the order of the shop.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item of that id.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Every category once, in the order in which the items name them.
    pub fn categories(&self) -> Vec<&Name> {
        let mut names: Vec<&Name> = Vec::new();
        for name in self.items.iter().filter_map(|item| item.category.as_ref()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// The next catalogue, with this item: in the place of the one with its id, or at the end.
    ///
    /// # Errors
    /// [`CatalogueError::TooMany`].
    pub fn with(&self, item: Item) -> Result<Self, CatalogueError> {
        let mut items = self.items.clone();
        match items.iter_mut().find(|one| one.id == item.id) {
            Some(place) => *place = item,
            None => items.push(item),
        }
        Self::of(self.revision.saturating_add(1), items)
    }

    /// The next catalogue, without this item.
    ///
    /// # Errors
    /// [`CatalogueError::Absent`].
    pub fn without(&self, id: &ItemId) -> Result<Self, CatalogueError> {
        if self.item(id).is_none() {
            return Err(CatalogueError::Absent(id.clone()));
        }
        let rest = self.items.iter().filter(|item| item.id != *id);
        Self::of(self.revision.saturating_add(1), rest.cloned().collect())
    }

    /// What is not as it was in `earlier`: what is here in its order, then what is gone.
    pub fn changes_since(&self, earlier: &Self) -> Vec<Change> {
        let here = self.items.iter().filter_map(|item| {
            let kind = match earlier.item(&item.id) {
                None => ChangeKind::Added,
                Some(before) if before != item => ChangeKind::Changed,
                Some(_) => return None,
            };
            let id = item.id.clone();
            Some(Change { id, kind })
        });
        let gone = earlier
            .items
            .iter()
            .filter(|item| self.item(&item.id).is_none());
        let gone = gone.map(|item| Change {
            id: item.id.clone(),
            kind: ChangeKind::Gone,
        });
        here.chain(gone).collect()
    }
}
