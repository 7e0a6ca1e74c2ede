//! Which sources of the customers' money a shop does not take.

use provider::{Channel, Disabled};

use crate::fault::Fault;

/// Reads Alipay's words with commas between, e.g. `pcredit,pcreditpayInstallment`; an empty text
/// refuses nothing.
///
/// # Errors
/// [`Fault::Source`] for a word that Alipay does not have, [`Fault::Sources`] for a list that it
/// would not read whole.
pub(super) fn sources(text: &str) -> Result<Disabled, Fault> {
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    let channel = |word: &str| Channel::named(word).ok_or_else(|| Fault::Source(word.to_owned()));
    let channels = words.map(channel).collect::<Result<Vec<_>, _>>()?;
    Disabled::list(&channels).map_err(|_| Fault::Sources)
}

#[cfg(test)]
mod tests {
    use provider::{Channel, Disabled};

    use super::sources;
    use crate::fault::Fault;

    #[test]
    fn words_with_commas_are_a_list() {
        let list = sources(" pcredit , pcreditpayInstallment,").expect("both are known");
        assert_eq!(list.to_string(), "pcredit,pcreditpayInstallment");
        assert_eq!(sources("").expect("nothing"), Disabled::NONE);
    }

    #[test]
    fn an_unknown_word_is_named_and_a_list_that_is_too_long_is_refused() {
        let unknown = sources("balance,huabei").expect_err("Alipay says pcredit");
        assert!(matches!(unknown, Fault::Source(word) if word == "huabei"));
        let all = Channel::ALL.map(Channel::as_str).join(",");
        assert!(matches!(sources(&all), Err(Fault::Sources)));
    }
}
