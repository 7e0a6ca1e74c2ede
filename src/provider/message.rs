//! HTTP messages as plain data; a shell carries them.

/// A request to send, by POST.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Absolute address, with the query.
    pub url: String,
    /// `Content-Type` of the body.
    pub content_type: &'static str,
    /// The body's bytes, signed as they are.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body's bytes, verified as they are.
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireFault {
    /// No connection was made: the request never left.
    Unreachable,
    /// Too late, broken off or unreadable: the request may have arrived.
    Lost,
}
