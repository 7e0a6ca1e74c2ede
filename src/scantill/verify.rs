//! `scantill verify`: recomputes the whole record, also while a server writes it.

use say::Lang;
use serde::Serialize;

use crate::fault::Fault;
use crate::options::Verify;
use crate::seal::hex;
use crate::{tell, words};

/// The report as JSON.
#[derive(Serialize)]
struct Report {
    is_whole: bool,
    charges: u64,
    events: u64,
    chain: String,
    broken: Option<String>,
}

/// Checks and reports.
///
/// # Errors
/// A [`Fault`] when the record does not open, or is not whole.
pub(crate) fn verify(options: &Verify, lang: Lang) -> Result<(), Fault> {
    let path = options.home.book();
    let checked = match options.database.address()? {
        Some(address) => store::postgres::check(&address),
        None => store::check(&path),
    };
    let found = checked.map_err(|cause| Fault::Book { path, cause })?;
    let chain = hex(&found.chain);
    let broken = found.broken.as_ref().map(ToString::to_string);
    let (charges, events) = (found.charges.to_string(), found.events.to_string());
    if options.json {
        let report = Report {
            is_whole: broken.is_none(),
            charges: found.charges,
            events: found.events,
            chain,
            broken: broken.clone(),
        };
        tell(&serde_json::to_string(&report).unwrap_or_default());
    } else if broken.is_none() {
        let values = [("charges", charges.as_str()), ("events", &events)];
        tell(&say::fill(words(lang).verified, &values));
        tell(&chain);
    }
    broken.map_or(Ok(()), |found| Err(Fault::Unsound { found }))
}
