//! A request becomes something the loop can act on, or a problem with a name.

use aws_lc_rs::hmac;
use money::{Amount, AmountError, ChargeId, CodeError, Instalments, Offer, PayCode, Provider};
use wire::{ChargeAsk, CodeSource, ProblemKind, RefundAsk, WayName};

use crate::drive::{DeskAsk, Means, RefundDesk};

mod goods;
mod instalments;
#[cfg(feature = "planted")]
mod planted;
#[cfg(test)]
mod tests;
mod turned;

pub use goods::{item_trouble, price};
pub use instalments::offer;
pub use turned::{Turned, known, offered, reused, turned_down};

/// What this shop takes.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The most that one charge may take.
    pub charge_max: Amount,
    /// Wallets with an account here.
    pub providers: Vec<Provider>,
    /// By which plans of 花呗分期 a customer can pay.
    pub instalments: Offer,
}

/// Why a request cannot become a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Objection {
    /// What is wrong.
    pub kind: ProblemKind,
    /// The field (or header) it is about.
    pub field: &'static str,
}

/// Longest idempotency key and sale name.
const NAME_MAX: usize = 64;
/// Longest device name: Alipay's `terminal_id`.
const DEVICE_MAX: usize = 32;
/// Longest reason of a refund, in letters; Alipay's `refund_reason` has room for 256.
const REASON_MAX: usize = 200;

/// Checks the form of a request for a charge: what is wrong here was wrong whenever it was sent.
/// Whether the shop takes what it asks for is for [`takes`] to say. `secret` keys the hashes, so
/// that nobody who sees them can try out codes.
///
/// What a cart comes to is for the caller to see, who knows what the shop sells.
///
/// # Errors
/// The first [`Objection`], in the order of the form.
pub fn check(key: Option<&str>, ask: &ChargeAsk, secret: &[u8; 32]) -> Result<DeskAsk, Objection> {
    let key = checked_key(key)?;
    checked_name("sale", &ask.sale, NAME_MAX)?;
    checked_name("device", &ask.device, DEVICE_MAX)?;
    let amount = chargeable(ask.amount_fen)?;
    let (means, source) = checked_means(ask)?;
    let instalments = instalments::checked(ask.instalments, means.provider())?;
    Ok(DeskAsk {
        key: key.to_owned(),
        fingerprint: fingerprint(ask, &means, (source, instalments), secret),
        mark: mark(key, &means, secret),
        sale: ask.sale.clone(),
        amount,
        means,
        device: ask.device.clone(),
        instalments,
        goods: None,
    })
}

/// Whether the shop takes what is asked for, by its settings of now. They may have been others
/// when an earlier copy of the request came: so this says nothing about what became of that.
///
/// # Errors
/// The first [`Objection`], in the order of the form.
pub fn takes(ask: &DeskAsk, limits: &Limits) -> Result<(), Objection> {
    within(ask.amount, limits)?;
    let provider = ask.means.provider();
    if !limits.providers.contains(&provider) {
        return Err(Objection {
            kind: ProblemKind::ProviderDisabled,
            field: match ask.means {
                Means::Scanned(_) => "code",
                Means::Shown(_) => "provider",
            },
        });
    }
    let plan = ask.instalments;
    plan.map_or(Ok(()), |plan| {
        instalments::offered(plan, ask.amount, limits)
    })
}

/// Checks a request for a refund of this charge. What the record has of the charge is for the
/// caller to add.
///
/// # Errors
/// The first [`Objection`], in the order of the form.
pub fn check_refund(
    key: Option<&str>,
    charge: ChargeId,
    ask: &RefundAsk,
    secret: &[u8; 32],
) -> Result<RefundDesk, Objection> {
    let key = checked_key(key)?;
    let amount = chargeable(ask.amount_fen)?;
    checked_reason(&ask.reason)?;
    let by = ask.device.as_deref().unwrap_or_default();
    if ask.device.is_some() {
        checked_name("device", by, DEVICE_MAX)?;
    }
    let fen = ask.amount_fen.to_be_bytes();
    let parts = [
        b"refund",
        charge.as_str().as_bytes(),
        &fen,
        ask.reason.as_bytes(),
        by.as_bytes(),
    ];
    Ok(RefundDesk {
        key: key.to_owned(),
        fingerprint: keyed_hash(secret, &parts),
        charge,
        amount,
        reason: ask.reason.clone(),
        by: by.to_owned(),
        history: Vec::new(),
    })
}

fn checked_reason(reason: &str) -> Result<(), Objection> {
    if reason.chars().count() <= REASON_MAX && !reason.chars().any(char::is_control) {
        Ok(())
    } else {
        Err(Objection {
            kind: ProblemKind::ReasonInvalid,
            field: "reason",
        })
    }
}

/// Checks an idempotency key.
///
/// # Errors
/// [`ProblemKind::KeyMissing`] when there is none of 1 to 64 letters, digits, `-`, `_`.
pub fn checked_key(key: Option<&str>) -> Result<&str, Objection> {
    key.filter(|key| is_name(key, NAME_MAX)).ok_or(Objection {
        kind: ProblemKind::KeyMissing,
        field: "Idempotency-Key",
    })
}

fn checked_name(field: &'static str, name: &str, length_max: usize) -> Result<(), Objection> {
    if is_name(name, length_max) {
        Ok(())
    } else {
        Err(Objection {
            kind: ProblemKind::NameInvalid,
            field,
        })
    }
}

fn is_name(name: &str, length_max: usize) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !name.is_empty() && name.len() <= length_max && name.bytes().all(is_sign)
}

fn checked_amount(fen: i64, limits: &Limits) -> Result<Amount, Objection> {
    let amount = chargeable(fen)?;
    within(amount, limits).map(|()| amount)
}

fn within(amount: Amount, limits: &Limits) -> Result<(), Objection> {
    if amount > limits.charge_max {
        return Err(Objection {
            kind: ProblemKind::AmountTooLarge,
            field: "amount_fen",
        });
    }
    Ok(())
}

fn chargeable(fen: i64) -> Result<Amount, Objection> {
    Amount::chargeable(fen).map_err(|error| Objection {
        kind: match error {
            AmountError::Zero => ProblemKind::AmountZero,
            AmountError::Negative => ProblemKind::AmountNegative,
            AmountError::TooLarge | AmountError::TooFine | AmountError::NotANumber => {
                ProblemKind::AmountTooLarge
            }
        },
        field: "amount_fen",
    })
}

/// Exactly one way to pay, with all that it needs and nothing of the other.
fn checked_means(ask: &ChargeAsk) -> Result<(Means, &'static [u8]), Objection> {
    let mixed = |field| Objection {
        kind: ProblemKind::WayMixed,
        field,
    };
    match (ask.way, &ask.code, &ask.provider, ask.source) {
        (WayName::Scanned, Some(code), None, Some(source)) => {
            let code = checked_code(code)?;
            Ok((Means::Scanned(code), source_name(source)))
        }
        (WayName::Scanned, None, _, _) | (WayName::Shown, Some(_), _, _) => Err(mixed("code")),
        (WayName::Scanned, Some(_), Some(_), _) | (WayName::Shown, None, None, _) => {
            Err(mixed("provider"))
        }
        (WayName::Scanned, Some(_), None, None) | (WayName::Shown, None, Some(_), Some(_)) => {
            Err(mixed("source"))
        }
        (WayName::Shown, None, Some(name), None) => {
            let provider = Provider::named(name).ok_or(Objection {
                kind: ProblemKind::ProviderDisabled,
                field: "provider",
            })?;
            Ok((Means::Shown(provider), b""))
        }
    }
}

const fn source_name(source: CodeSource) -> &'static [u8] {
    match source {
        CodeSource::Camera => b"camera",
        CodeSource::Scanner => b"scanner",
        CodeSource::Typed => b"typed",
    }
}

/// What a charge uses up: a customer's code, or nothing that another request could name.
fn mark(key: &str, means: &Means, secret: &[u8; 32]) -> [u8; 32] {
    match means {
        Means::Scanned(code) => keyed_hash(secret, &[b"code", code.expose().as_bytes()]),
        Means::Shown(_) => keyed_hash(secret, &[b"shown", key.as_bytes()]),
    }
}

fn checked_code(text: &str) -> Result<PayCode, Objection> {
    PayCode::parse(text).map_err(|error| Objection {
        kind: match error {
            CodeError::NotDigits => ProblemKind::CodeNotDigits,
            CodeError::WrongLength => ProblemKind::CodeLength,
            CodeError::UnknownPrefix => ProblemKind::CodeUnknown,
        },
        field: "code",
    })
}

/// Everything that makes two requests the same, the code included.
fn fingerprint(
    ask: &ChargeAsk,
    means: &Means,
    (source, instalments): (&[u8], Option<Instalments>),
    secret: &[u8; 32],
) -> [u8; 32] {
    let amount = ask.amount_fen.to_be_bytes();
    #[cfg(feature = "planted")]
    let (amount, instalments) = planted::left_out(amount, instalments);
    let (sale, device) = (ask.sale.as_bytes(), ask.device.as_bytes());
    let mut parts: Vec<&[u8]> = match means {
        Means::Scanned(code) => {
            let code = code.expose().as_bytes();
            vec![b"ask", sale, &amount, code, device, source]
        }
        Means::Shown(provider) => {
            let provider = provider.as_str().as_bytes();
            vec![b"show", sale, &amount, provider, device]
        }
    };
    let cart = ask.cart.as_ref();
    #[cfg(feature = "planted")]
    let cart = planted::cart_in_key(cart);
    let cart = cart.map(|cart| {
        // A cart of plain texts and numbers always has its JSON, and the same cart the same.
        serde_json::to_vec(cart).unwrap_or_default()
    });
    let months = instalments.map(|plan| [plan.months.count()]);
    if let (Some(plan), Some(months)) = (instalments, &months) {
        parts.extend([b"instalments", &months[..], plan.fee_on.as_str().as_bytes()]);
    }
    if let Some(cart) = &cart {
        parts.extend([b"cart", cart.as_slice()]);
    }
    keyed_hash(secret, &parts)
}

/// HMAC-SHA-256 over parts, each behind its length.
fn keyed_hash(secret: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        context.update(&length.to_be_bytes());
        context.update(part);
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.sign().as_ref());
    hash
}
