//! What the shop sells, as pages are told it and as it is edited.

use money::Amount;
use sale::{Catalogue, Change, Colour, Item, ItemError, ItemId, Look, Name, Sign};
use serde::{Deserialize, Serialize};

/// One thing that can be sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ItemView {
    /// Which item: 1 to 32 letters, digits, `-`, `_`; never changes.
    pub id: String,
    /// What it is called, 1 to 40 characters.
    pub name: String,
    /// What one costs, in fen; never zero.
    pub price_fen: i64,
    /// Where it stands; absent where the shop has no such order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The colour of its key: `plain`, `red`, `orange`, `yellow`, `green`, `blue`, `purple`,
    /// `brown`.
    pub colour: String,
    /// What stands on its key in place of a picture, an emoji as a rule; may be empty.
    pub sign: String,
    /// Its key is on the first page.
    pub is_quick: bool,
}

impl From<&Item> for ItemView {
    fn from(item: &Item) -> Self {
        Self {
            id: item.id.as_str().to_owned(),
            name: item.name.as_str().to_owned(),
            price_fen: item.price().fen(),
            category: item.category.as_ref().map(|name| name.as_str().to_owned()),
            colour: item.look.colour.as_str().to_owned(),
            sign: item.look.sign.as_str().to_owned(),
            is_quick: item.is_quick,
        }
    }
}

/// `GET /api/v1/catalogue`: all that the shop sells, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogueView {
    /// How often it was changed; 0 before anybody put an item in.
    pub revision: u64,
    /// The items.
    pub items: Vec<ItemView>,
}

impl From<&Catalogue> for CatalogueView {
    fn from(catalogue: &Catalogue) -> Self {
        Self {
            revision: catalogue.revision(),
            items: catalogue.items().iter().map(ItemView::from).collect(),
        }
    }
}

impl CatalogueView {
    /// The catalogue that these words stand for. An item that this program cannot read, because
    /// the backend is newer, is left out.
    pub fn catalogue(&self) -> Catalogue {
        let items = self.items.iter().filter_map(|view| {
            let ask = ItemAsk {
                revision: self.revision,
                name: view.name.clone(),
                price_fen: view.price_fen,
                category: view.category.clone(),
                // A colour of a newer backend is only a look.
                colour: Colour::named(&view.colour)
                    .ok()
                    .map(|_| view.colour.clone()),
                sign: Some(view.sign.clone()),
                is_quick: view.is_quick,
            };
            ask.item(&view.id).ok()
        });
        Catalogue::of(self.revision, items.collect()).unwrap_or_default()
    }
}

/// `PUT /api/v1/catalogue/items/{id}`: the item as it is to be from now on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ItemAsk {
    /// The revision of the catalogue that this was edited in.
    pub revision: u64,
    /// What it is called, 1 to 40 characters.
    pub name: String,
    /// What one costs, in fen: 1 to 10,000,000,000.
    pub price_fen: i64,
    /// Where it stands, 1 to 40 characters; none where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// The colour of its key; `plain` where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// What stands on its key, at most 8 characters; nothing where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sign: Option<String>,
    /// Its key is on the first page.
    #[serde(default)]
    pub is_quick: bool,
}

impl ItemAsk {
    /// The item that is asked for, under that id.
    ///
    /// # Errors
    /// The field that is wrong, with why.
    pub fn item(&self, id: &str) -> Result<Item, (&'static str, ItemError)> {
        let id = ItemId::parse(id).map_err(|why| ("id", why))?;
        let name = Name::parse(&self.name).map_err(|why| ("name", why))?;
        let price = Amount::from_fen(self.price_fen).map_err(|_| ItemError::Price);
        let item = price.and_then(|price| Item::of(id, name, price));
        let mut item = item.map_err(|why| ("price_fen", why))?;
        let category = self.category.as_deref().map(Name::parse).transpose();
        item.category = category.map_err(|why| ("category", why))?;
        let colour = self.colour.as_deref().map(Colour::named).transpose();
        let sign = self.sign.as_deref().map(Sign::parse).transpose();
        item.look = Look {
            colour: colour.map_err(|why| ("colour", why))?.unwrap_or_default(),
            sign: sign.map_err(|why| ("sign", why))?.unwrap_or_default(),
        };
        item.is_quick = self.is_quick;
        Ok(item)
    }
}

/// One item that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeView {
    /// Which item.
    pub item: String,
    /// What became of it: `added`, `changed`, `gone`.
    pub change: String,
}

impl From<&Change> for ChangeView {
    fn from(change: &Change) -> Self {
        Self {
            item: change.id.as_str().to_owned(),
            change: change.kind.as_str().to_owned(),
        }
    }
}
