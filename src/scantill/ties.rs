//! What a record is tied to: check values of the master key and of the account at Alipay.

use aws_lc_rs::digest;
use provider::Account;
use store::{Tie, TieName};

use crate::seal::Master;

/// The ties of a server with this key and this account. From none of them can the key be told;
/// the numbers of app and account are no secrets.
pub(crate) fn ties(master: &Master, account: &Account) -> Vec<Tie> {
    let numbers = [
        (TieName::App, Some(&account.app_id)),
        (TieName::Seller, account.seller_id.as_ref()),
    ];
    let key = Tie {
        name: TieName::MasterKey,
        value: master.derived("record"),
    };
    let numbers = numbers.into_iter().filter_map(|(name, number)| {
        let text = format!("scantill {}\n{}", name.as_str(), number?.trim());
        let mut value = [0; 32];
        value.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Some(Tie { name, value })
    });
    std::iter::once(key).chain(numbers).collect()
}
