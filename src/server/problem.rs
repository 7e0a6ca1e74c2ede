//! From what went wrong to the answer: RFC 9457, in the asker's language.
//!
//! A route gives back a [`Trouble`]; the outermost layer [`speak`] turns it, and every other answer
//! of 400 and above, into `application/problem+json`.

use std::borrow::Cow;

use axum::Json;
use axum::extract::Request;
use axum::http::header::{
    ACCEPT_LANGUAGE, ALLOW, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, VARY,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use money::{Amount, ChargeId};
use say::Lang;
use store::StoreFault;
use wire::{ChangeView, Problem, ProblemKind};

use crate::books::BooksFault;
use crate::drive::Refused;

/// The media type of a problem.
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    kind: ProblemKind,
    charge: Option<ChargeId>,
    field: Option<Cow<'static, str>>,
    rest: Option<Amount>,
    books: Option<Box<BooksFault>>,
    goods: Option<Box<Goods>>,
    printer: Option<print::Trouble>,
}

/// What is known of trouble with what is sold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    /// What the cart comes to by the catalogue that holds.
    pub total: Option<Amount>,
    /// The item it is about.
    pub item: Option<String>,
    /// How often the catalogue was changed by now.
    pub revision: Option<u64>,
    /// What of it changed since it was seen.
    pub changes: Vec<ChangeView>,
}

/// Marks an answer of 400 and above that has its own words, like the health page.
#[derive(Clone, Copy, Debug)]
pub struct Spoken;

impl Trouble {
    /// Trouble about the request as a whole.
    pub const fn of(kind: ProblemKind) -> Self {
        Self {
            kind,
            charge: None,
            field: None,
            rest: None,
            books: None,
            goods: None,
            printer: None,
        }
    }

    /// What is wrong.
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Trouble with one field of the request.
    #[must_use]
    pub fn with_field(self, field: impl Into<Cow<'static, str>>) -> Self {
        Self {
            field: Some(field.into()),
            ..self
        }
    }

    /// Trouble with what is sold.
    #[must_use]
    pub fn with_goods(self, goods: Goods) -> Self {
        Self {
            goods: Some(Box::new(goods)),
            ..self
        }
    }

    /// Trouble with the printer.
    #[must_use]
    pub fn with_printer(self, printer: print::Trouble) -> Self {
        Self {
            printer: Some(printer),
            ..self
        }
    }

    /// What a layer that is not ours meant with its status.
    fn of_status(status: StatusCode) -> Self {
        Self::of(match status {
            StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => ProblemKind::BodyInvalid,
            StatusCode::FORBIDDEN => ProblemKind::ForeignOrigin,
            StatusCode::NOT_FOUND => ProblemKind::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => ProblemKind::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::BodyTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => ProblemKind::MediaType,
            StatusCode::TOO_MANY_REQUESTS => ProblemKind::TooBusy,
            StatusCode::SERVICE_UNAVAILABLE => ProblemKind::NotReady,
            _ => ProblemKind::Defect,
        })
    }

    /// Cause and next step, with what is known of the cause.
    fn detail(&self, sentence: &str, lang: Lang) -> String {
        let rest = self.rest.map(Amount::yuan).unwrap_or_default();
        let books = self.books.as_deref().map(|fault| fault.cause(lang));
        let printer = self.printer.map(|one| one.sentence(lang).to_owned());
        let cause = books.or(printer).unwrap_or_default();
        let goods = self.goods.as_deref();
        let total = goods.and_then(|goods| goods.total).map(Amount::yuan);
        let total = total.unwrap_or_else(|| "—".to_owned());
        let values = [("rest", &rest), ("cause", &cause), ("total", &total)];
        say::fill(sentence, &values.map(|(name, text)| (name, text.as_str())))
    }

    /// The body in one language.
    fn words(&self, lang: Lang) -> Problem {
        let words = say::problem::words(self.kind, lang);
        let goods = self.goods.as_deref().cloned().unwrap_or_default();
        Problem {
            kind_uri: self.kind.uri(),
            title: words.title.to_owned(),
            status: self.kind.status(),
            detail: self.detail(words.detail, lang),
            charge: self.charge.map(|id| id.as_str().to_owned()),
            field: self.field.as_deref().map(str::to_owned),
            rest_fen: self.rest.map(Amount::fen),
            total_fen: goods.total.map(Amount::fen),
            item: goods.item,
            revision: goods.revision,
            changes: goods.changes,
        }
    }
}

impl From<BooksFault> for Trouble {
    fn from(fault: BooksFault) -> Self {
        Self {
            books: Some(Box::new(fault.clone())),
            ..Self::of(fault.kind())
        }
    }
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Self {
            charge: refused.charge,
            rest: refused.rest,
            ..Self::of(refused.kind)
        }
    }
}

impl From<StoreFault> for Trouble {
    fn from(fault: StoreFault) -> Self {
        if let StoreFault::Broken(cause) = &fault {
            tracing::error!(store.cause = cause, "the book cannot be read");
        }
        // Nothing may be concluded from a record that cannot be read, least of all that nothing was
        // charged.
        Self::of(match fault {
            StoreFault::Broken(_) => ProblemKind::Defect,
            StoreFault::ReadOnly
            | StoreFault::Full
            | StoreFault::Disk(_)
            | StoreFault::Busy
            | StoreFault::Lost(_)
            | StoreFault::Doubted(_) => ProblemKind::RecordUnreadable,
        })
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.kind.status());
        let mut response = status
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The language an answer is wanted in.
pub fn lang_of(headers: &HeaderMap) -> Lang {
    let wanted = headers
        .get(ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok());
    Lang::prefer(wanted.unwrap_or_default())
}

/// Gives every refusal its words.
pub async fn speak(request: Request, next: Next) -> Response {
    let lang = lang_of(request.headers());
    let mut response = next.run(request).await;
    let status = response.status();
    let is_refusal = status.is_client_error() || status.is_server_error();
    if !is_refusal || response.extensions().get::<Spoken>().is_some() {
        return response;
    }
    let trouble = response.extensions_mut().remove::<Trouble>();
    let trouble = trouble.unwrap_or_else(|| Trouble::of_status(status));
    let problem = trouble.words(lang);
    let status = StatusCode::from_u16(problem.status).unwrap_or(status);
    let mut answer = (status, Json(problem)).into_response();
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
    headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(lang.tag()));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    if matches!(
        status,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    ) {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    if let Some(allowed) = response.headers().get(ALLOW) {
        headers.insert(ALLOW, allowed.clone());
    }
    answer
}
