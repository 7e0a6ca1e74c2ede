//! The receipt printer behind the backend.

use serde::{Deserialize, Serialize};

/// The printer has what it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrintedView {
    /// What must soon be seen to, in the asked language; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// How it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PrinterView {
    /// The width of its roll in millimetres: 58 or 80.
    pub paper_mm: u8,
    /// What must be seen to, in the asked language, the gravest first. Empty as well where the
    /// printer does not say how it is.
    pub troubles: Vec<String>,
}
