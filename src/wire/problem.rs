//! Problems as RFC 9457 `application/problem+json` with stable types.

use serde::{Deserialize, Serialize};

use crate::catalogue::ChangeView;

/// The body of every answer of 400 and above.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// `urn:scantill:problem:` and the kind's stable name.
    #[serde(rename = "type")]
    pub kind_uri: String,
    /// One line, in the asked language.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// The cause and the next step, in the asked language.
    pub detail: String,
    /// The charge it is about, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge: Option<String>,
    /// The field of the request it is about, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What may still be given back, in fen, when a refund asked for more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest_fen: Option<i64>,
    /// What the cart comes to by the catalogue that holds, in fen, when that is another sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_fen: Option<i64>,
    /// The item it is about, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// How often the catalogue was changed by now, when it is not as the request has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// What of the catalogue changed since, where that is still known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<ChangeView>,
}

/// What can be wrong. The names are part of the interface and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// 400: the body is not JSON of the expected form.
    BodyInvalid,
    /// 400: the body has a field nobody knows.
    FieldUnknown,
    /// 413: over 64 kB.
    BodyTooLarge,
    /// 415: not `application/json`.
    MediaType,
    /// 422: zero.
    AmountZero,
    /// 422: below zero.
    AmountNegative,
    /// 422: above what one charge may take here.
    AmountTooLarge,
    /// 422: a name (sale, device) is empty, too long or holds other signs.
    NameInvalid,
    /// 422: the text is not made of digits.
    CodeNotDigits,
    /// 422: no wallet's codes have this length.
    CodeLength,
    /// 422: no wallet's codes begin so.
    CodeUnknown,
    /// 422: a wallet that this shop has not enabled.
    ProviderDisabled,
    /// 422: a code and the wish to show one, or neither.
    WayMixed,
    /// 422: a plan of instalments that this shop does not offer.
    InstalmentsNotOffered,
    /// 422: below the smallest sum that this shop takes in instalments.
    InstalmentsTooSmall,
    /// 409: this code was used for another charge a moment ago.
    CodeUsed,
    /// 400: no `Idempotency-Key`, or not of its form.
    KeyMissing,
    /// 409: the key belongs to a charge with other content.
    KeyReused,
    /// 409: the sale has a charge that is open or paid.
    SaleBusy,
    /// 404: no such charge.
    ChargeAbsent,
    /// 409: the charge is at its end or being reversed already.
    ChargeEnded,
    /// 409: only a paid charge can be refunded.
    NotPaid,
    /// 409: more than is left of the payment.
    RefundOverRest,
    /// 409: the charge has as many refunds as one may have.
    RefundTooMany,
    /// 422: the reason of a refund is too long or holds control signs.
    ReasonInvalid,
    /// 409: somebody else moved the charge in the same moment; the same request may come again.
    ChargeMoved,
    /// 404: no such address.
    NotFound,
    /// 405: the address does not take this method.
    MethodNotAllowed,
    /// 403: the request comes from another site's page.
    ForeignOrigin,
    /// 429: too many requests are waiting.
    TooBusy,
    /// 503: the record cannot be written (disk full, read-only): nothing was charged.
    RecordUnwritable,
    /// 503: the record cannot be read: whether anything was charged is not known until it can.
    RecordUnreadable,
    /// 503: the provider does not accept the shop's account or keys: nothing was charged.
    ProviderRefuses,
    /// 422: a cart that nobody could put together: no lines or too many, no pieces, no price.
    CartInvalid,
    /// 422: more is taken off than there is, or all of it.
    DiscountOverSum,
    /// 409: the cart does not come to the amount by the prices that hold now.
    PriceChanged,
    /// 409: something in the cart is not sold any more.
    ItemGone,
    /// 422: an item with a name, price, colour or sign that none may have.
    ItemInvalid,
    /// 404: no such item.
    ItemAbsent,
    /// 409: somebody changed the catalogue meanwhile.
    CatalogueChanged,
    /// 422: the catalogue has as many items as one may have.
    CatalogueFull,
    /// 404: the backend was told of no printer.
    PrinterAbsent,
    /// 503: others' jobs take too long.
    PrinterBusy,
    /// 503: the printer is not reached, or is none.
    PrinterGone,
    /// 503: the printer stands still, and says why.
    PrinterStopped,
    /// 409: nothing was paid, or nobody knows yet: there is no receipt.
    ReceiptAbsent,
    /// 422: not a day, written `2026-11-22`.
    DayInvalid,
    /// 404: the provider has no bill of that day, or not yet.
    BillAbsent,
    /// 502: the bill was refused, whole: torn, of another form, or not the one asked for.
    BillUnreadable,
    /// 502: the provider refuses the question about the shop's books.
    ProviderDenies,
    /// 503: the provider gave no answer that can be believed.
    ProviderSilent,
    /// 503: the backend is starting or stopping.
    NotReady,
    /// 500: a defect; nothing is known to have been charged.
    Defect,
}

impl ProblemKind {
    /// All kinds, for tables and tests.
    pub const ALL: [Self; 53] = [
        Self::BodyInvalid,
        Self::FieldUnknown,
        Self::BodyTooLarge,
        Self::MediaType,
        Self::AmountZero,
        Self::AmountNegative,
        Self::AmountTooLarge,
        Self::NameInvalid,
        Self::CodeNotDigits,
        Self::CodeLength,
        Self::CodeUnknown,
        Self::ProviderDisabled,
        Self::WayMixed,
        Self::InstalmentsNotOffered,
        Self::InstalmentsTooSmall,
        Self::CodeUsed,
        Self::KeyMissing,
        Self::KeyReused,
        Self::SaleBusy,
        Self::ChargeAbsent,
        Self::ChargeEnded,
        Self::NotPaid,
        Self::RefundOverRest,
        Self::RefundTooMany,
        Self::ReasonInvalid,
        Self::ChargeMoved,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::ForeignOrigin,
        Self::TooBusy,
        Self::RecordUnwritable,
        Self::RecordUnreadable,
        Self::ProviderRefuses,
        Self::CartInvalid,
        Self::DiscountOverSum,
        Self::PriceChanged,
        Self::ItemGone,
        Self::ItemInvalid,
        Self::ItemAbsent,
        Self::CatalogueChanged,
        Self::CatalogueFull,
        Self::PrinterAbsent,
        Self::PrinterBusy,
        Self::PrinterGone,
        Self::PrinterStopped,
        Self::ReceiptAbsent,
        Self::DayInvalid,
        Self::BillAbsent,
        Self::BillUnreadable,
        Self::ProviderDenies,
        Self::ProviderSilent,
        Self::NotReady,
        Self::Defect,
    ];

    /// Stable name, the last part of the problem's type.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BodyInvalid => "body-invalid",
            Self::FieldUnknown => "field-unknown",
            Self::BodyTooLarge => "body-too-large",
            Self::MediaType => "media-type",
            Self::AmountZero => "amount-zero",
            Self::AmountNegative => "amount-negative",
            Self::AmountTooLarge => "amount-too-large",
            Self::NameInvalid => "name-invalid",
            Self::CodeNotDigits => "code-not-digits",
            Self::CodeLength => "code-length",
            Self::CodeUnknown => "code-unknown",
            Self::ProviderDisabled => "provider-disabled",
            Self::WayMixed => "way-mixed",
            Self::InstalmentsNotOffered => "instalments-not-offered",
            Self::InstalmentsTooSmall => "instalments-too-small",
            Self::CodeUsed => "code-used",
            Self::KeyMissing => "key-missing",
            Self::KeyReused => "key-reused",
            Self::SaleBusy => "sale-busy",
            Self::ChargeAbsent => "charge-absent",
            Self::ChargeEnded => "charge-ended",
            Self::NotPaid => "not-paid",
            Self::RefundOverRest => "refund-over-rest",
            Self::RefundTooMany => "refund-too-many",
            Self::ReasonInvalid => "reason-invalid",
            Self::ChargeMoved => "charge-moved",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::ForeignOrigin => "foreign-origin",
            Self::TooBusy => "too-busy",
            Self::RecordUnwritable => "record-unwritable",
            Self::RecordUnreadable => "record-unreadable",
            Self::ProviderRefuses => "provider-refuses",
            Self::CartInvalid => "cart-invalid",
            Self::DiscountOverSum => "discount-over-sum",
            Self::PriceChanged => "price-changed",
            Self::ItemGone => "item-gone",
            Self::ItemInvalid => "item-invalid",
            Self::ItemAbsent => "item-absent",
            Self::CatalogueChanged => "catalogue-changed",
            Self::CatalogueFull => "catalogue-full",
            Self::PrinterAbsent => "printer-absent",
            Self::PrinterBusy => "printer-busy",
            Self::PrinterGone => "printer-gone",
            Self::PrinterStopped => "printer-stopped",
            Self::ReceiptAbsent => "receipt-absent",
            Self::DayInvalid => "day-invalid",
            Self::BillAbsent => "bill-absent",
            Self::BillUnreadable => "bill-unreadable",
            Self::ProviderDenies => "provider-denies",
            Self::ProviderSilent => "provider-silent",
            Self::NotReady => "not-ready",
            Self::Defect => "defect",
        }
    }

    /// The kind of that name, or of that `urn:scantill:problem:…`.
    pub fn named(name: &str) -> Option<Self> {
        let name = name.strip_prefix(Self::PREFIX).unwrap_or(name);
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }

    /// HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::BodyInvalid | Self::FieldUnknown | Self::KeyMissing => 400,
            Self::ForeignOrigin => 403,
            Self::ChargeAbsent
            | Self::BillAbsent
            | Self::ItemAbsent
            | Self::PrinterAbsent
            | Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::CodeUsed
            | Self::KeyReused
            | Self::SaleBusy
            | Self::ChargeEnded
            | Self::NotPaid
            | Self::ReceiptAbsent
            | Self::RefundOverRest
            | Self::RefundTooMany
            | Self::ChargeMoved
            | Self::PriceChanged
            | Self::ItemGone
            | Self::CatalogueChanged => 409,
            Self::BodyTooLarge => 413,
            Self::MediaType => 415,
            Self::AmountZero
            | Self::AmountNegative
            | Self::AmountTooLarge
            | Self::NameInvalid
            | Self::ReasonInvalid
            | Self::DayInvalid
            | Self::CodeNotDigits
            | Self::CodeLength
            | Self::CodeUnknown
            | Self::WayMixed
            | Self::InstalmentsNotOffered
            | Self::InstalmentsTooSmall
            | Self::CartInvalid
            | Self::DiscountOverSum
            | Self::ItemInvalid
            | Self::CatalogueFull
            | Self::ProviderDisabled => 422,
            Self::TooBusy => 429,
            Self::Defect => 500,
            Self::BillUnreadable | Self::ProviderDenies => 502,
            Self::RecordUnwritable
            | Self::RecordUnreadable
            | Self::ProviderRefuses
            | Self::ProviderSilent
            | Self::PrinterBusy
            | Self::PrinterGone
            | Self::PrinterStopped
            | Self::NotReady => 503,
        }
    }

    /// The problem's `type`.
    pub fn uri(self) -> String {
        format!("{}{}", Self::PREFIX, self.as_str())
    }

    const PREFIX: &'static str = "urn:scantill:problem:";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Programs of others read these: a change here breaks them.
    const TOLD: [(&str, u16); 53] = [
        ("body-invalid", 400),
        ("field-unknown", 400),
        ("body-too-large", 413),
        ("media-type", 415),
        ("amount-zero", 422),
        ("amount-negative", 422),
        ("amount-too-large", 422),
        ("name-invalid", 422),
        ("code-not-digits", 422),
        ("code-length", 422),
        ("code-unknown", 422),
        ("provider-disabled", 422),
        ("way-mixed", 422),
        ("instalments-not-offered", 422),
        ("instalments-too-small", 422),
        ("code-used", 409),
        ("key-missing", 400),
        ("key-reused", 409),
        ("sale-busy", 409),
        ("charge-absent", 404),
        ("charge-ended", 409),
        ("not-paid", 409),
        ("refund-over-rest", 409),
        ("refund-too-many", 409),
        ("reason-invalid", 422),
        ("charge-moved", 409),
        ("not-found", 404),
        ("method-not-allowed", 405),
        ("foreign-origin", 403),
        ("too-busy", 429),
        ("record-unwritable", 503),
        ("record-unreadable", 503),
        ("provider-refuses", 503),
        ("cart-invalid", 422),
        ("discount-over-sum", 422),
        ("price-changed", 409),
        ("item-gone", 409),
        ("item-invalid", 422),
        ("item-absent", 404),
        ("catalogue-changed", 409),
        ("catalogue-full", 422),
        ("printer-absent", 404),
        ("printer-busy", 503),
        ("printer-gone", 503),
        ("printer-stopped", 503),
        ("receipt-absent", 409),
        ("day-invalid", 422),
        ("bill-absent", 404),
        ("bill-unreadable", 502),
        ("provider-denies", 502),
        ("provider-silent", 503),
        ("not-ready", 503),
        ("defect", 500),
    ];

    #[test]
    fn every_problem_keeps_its_type_and_status() {
        let known = ProblemKind::ALL.map(|kind| (kind.as_str(), kind.status()));
        assert_eq!(known, TOLD);
        for kind in ProblemKind::ALL {
            let uri = format!("urn:scantill:problem:{}", kind.as_str());
            assert_eq!(kind.uri(), uri);
            assert_eq!(ProblemKind::named(&uri), Some(kind));
        }
    }
}
