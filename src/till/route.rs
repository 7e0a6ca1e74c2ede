//! Where on the page one is, kept in the address.

use money::Amount;

/// A place on the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    /// The sale.
    Till,
    /// The customer's screen.
    Kiosk {
        /// An amount that was handed over.
        amount: Option<Amount>,
        /// The sale's name, where it was handed over too.
        sale: Option<String>,
    },
    /// The last sales.
    Records,
    /// One of them.
    Record(String),
    /// What the shop sells, to be edited.
    Catalogue,
    /// How this device is set.
    Settings,
}

impl Route {
    /// The place of an address. An unknown one is the till.
    pub(crate) fn parse(path: &str, query: &str) -> Self {
        let path = path.trim_end_matches('/');
        if path == "/kiosk" {
            return Self::Kiosk {
                amount: value(query, "amount")
                    .and_then(|text| Amount::from_yuan(text).ok())
                    .filter(|amount| amount.fen() > 0),
                sale: value(query, "sale")
                    .filter(|name| is_name(name))
                    .map(str::to_owned),
            };
        }
        if path == "/settings" {
            return Self::Settings;
        }
        if path == "/catalogue" {
            return Self::Catalogue;
        }
        match path.strip_prefix("/records") {
            Some("") => Self::Records,
            Some(rest) => rest
                .strip_prefix('/')
                .map_or(Self::Till, |id| Self::Record(id.to_owned())),
            None => Self::Till,
        }
    }

    /// The path of the place.
    pub(crate) fn path(&self) -> String {
        match self {
            Self::Till => "/".to_owned(),
            Self::Kiosk { .. } => "/kiosk".to_owned(),
            Self::Records => "/records".to_owned(),
            Self::Record(id) => format!("/records/{id}"),
            Self::Catalogue => "/catalogue".to_owned(),
            Self::Settings => "/settings".to_owned(),
        }
    }
}

/// The value of a field in a query. Amounts and names hold no sign that needs decoding.
pub(crate) fn value<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    let query = query.trim_start_matches('?');
    query.split('&').find_map(|field| {
        let (field, value) = field.split_once('=').unwrap_or((field, ""));
        (field == name).then_some(value)
    })
}

fn is_name(name: &str) -> bool {
    let is_plain = |sign: u8| sign.is_ascii_alphanumeric() || sign == b'-' || sign == b'_';
    (1..=64).contains(&name.len()) && name.bytes().all(is_plain)
}

#[cfg(test)]
mod tests {
    use money::Amount;

    use super::Route;

    fn kiosk(query: &str) -> (Option<i64>, Option<String>) {
        match Route::parse("/kiosk", query) {
            Route::Kiosk { amount, sale } => (amount.map(Amount::fen), sale),
            Route::Till
            | Route::Records
            | Route::Record(_)
            | Route::Catalogue
            | Route::Settings => (None, None),
        }
    }

    #[test]
    fn places_read_back_from_their_path() {
        for route in [
            Route::Till,
            Route::Records,
            Route::Record("01ARZ".to_owned()),
            Route::Catalogue,
            Route::Settings,
        ] {
            assert_eq!(Route::parse(&route.path(), ""), route);
        }
        assert_eq!(Route::parse("/recordsman", ""), Route::Till);
    }

    #[test]
    fn the_kiosk_takes_an_amount_and_a_name() {
        assert_eq!(kiosk(""), (None, None));
        assert_eq!(kiosk("?amount=12.50"), (Some(1_250), None));
        assert_eq!(
            kiosk("?amount=12.5&sale=A-1"),
            (Some(1_250), Some("A-1".to_owned()))
        );
    }

    #[test]
    fn what_is_no_amount_or_name_is_as_if_not_given() {
        assert_eq!(kiosk("?amount=0&sale="), (None, None));
        assert_eq!(kiosk("?amount=-1&sale=%3Cb%3E"), (None, None));
        assert_eq!(kiosk("?amount=1.234"), (None, None));
    }
}
