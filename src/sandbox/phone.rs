//! The customer's phone: the wallet page, and the API behind it and behind tests.

use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use money::{OrderNo, Stamp};
use say::Lang;
use say::wallet::Wallet;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::bank::{Order, PayEnd, Refund, Shown, Why, plan_fee_fen};
use crate::customer::{Customer, Purse};
use crate::draw;
use crate::serve::Sandbox;
use crate::stage::Stage;

mod bills;
mod console;
mod faults;
mod notices;

/// Orders that one answer lists at most, newest first.
const ORDERS_MAX: usize = 500;

/// The page and its API.
pub(crate) fn routes() -> Router<Sandbox> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/wallet")))
        .route(
            "/wallet",
            get(async || page("text/html", include_str!("page/wallet.html"))),
        )
        .route(
            "/wallet.css",
            get(async || page("text/css", include_str!("page/wallet.css"))),
        )
        .route(
            "/wallet.js",
            get(async || page("text/javascript", include_str!("page/wallet.js"))),
        )
        .route(
            "/icon.svg",
            get(async || page("image/svg+xml", include_str!("page/icon.svg"))),
        )
        .route("/api/words", get(words))
        .route("/api/customers", get(customers))
        .route("/api/customers/{id}", get(phone))
        .route("/api/customers/{id}/code", get(code))
        .route(
            "/api/customers/{id}/qr.svg",
            get(async |of: Query<CodeOf>| svg(draw::qr(&of.code))),
        )
        .route(
            "/api/customers/{id}/bars.svg",
            get(async |of: Query<CodeOf>| svg(draw::bars(&of.code))),
        )
        .route("/api/customers/{id}/prompt", get(prompt))
        .route("/api/customers/{id}/confirm", post(confirm))
        .route("/api/orders", get(orders))
        .route("/api/orders/{order_no}", get(order))
        .merge(bills::routes())
        .merge(console::routes())
        .merge(faults::routes())
        .merge(notices::routes())
        .route("/api/customers/{id}/scan", post(scan))
}

/// An answer that is no success, with a sentence.
type Problem = (StatusCode, Json<Value>);

fn problem(status: StatusCode, sentence: &str) -> Problem {
    (status, Json(json!({ "error": sentence })))
}

fn page(kind: &'static str, text: &'static str) -> impl IntoResponse {
    (
        [(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))],
        text,
    )
}

fn svg(picture: Option<String>) -> Response {
    match picture {
        Some(text) => ([(header::CONTENT_TYPE, "image/svg+xml")], text).into_response(),
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// The digits that a picture shows.
#[derive(Deserialize)]
struct CodeOf {
    code: String,
}

#[derive(Deserialize)]
struct Spoken {
    lang: Option<String>,
}

impl Spoken {
    /// The language asked for, or the browser's.
    fn lang(&self, headers: &HeaderMap) -> Lang {
        let accepted = headers
            .get(header::ACCEPT_LANGUAGE)
            .and_then(|value| value.to_str().ok());
        Lang::prefer(self.lang.as_deref().or(accepted).unwrap_or_default())
    }
}

async fn words(Query(spoken): Query<Spoken>, headers: HeaderMap) -> Json<Value> {
    let lang = spoken.lang(&headers);
    let words: serde_json::Map<String, Value> = Wallet::all(lang)
        .into_iter()
        .map(|(name, sentence)| (name.to_owned(), Value::from(sentence)))
        .collect();
    Json(json!({ "lang": lang.tag(), "words": words }))
}

async fn customers(
    State(sandbox): State<Sandbox>,
    Query(spoken): Query<Spoken>,
    headers: HeaderMap,
) -> Json<Value> {
    let words = Wallet::of(spoken.lang(&headers));
    let everybody: Vec<Value> = sandbox.with_stage(|stage| {
        let view = |one| customer_view(stage, one, words);
        Customer::ALL.into_iter().map(view).collect()
    });
    Json(Value::from(everybody))
}

fn customer_view(stage: &Stage, customer: Customer, words: &Wallet) -> Value {
    let (name, about) = match customer {
        Customer::Balance => (words.name_balance, words.about_balance),
        Customer::Huabei => (words.name_huabei, words.about_huabei),
        Customer::Instalments => (words.name_instalments, words.about_instalments),
        Customer::Password => (words.name_password, words.about_password),
        Customer::Broke => (words.name_broke, words.about_broke),
        Customer::Limit => (words.name_limit, words.about_limit),
        Customer::Frozen => (words.name_frozen, words.about_frozen),
    };
    json!({
        "id": customer.id(),
        "name": name,
        "about": about,
        "funding": [customer.purse().as_str()],
        "balance_fen": stage.bank.spendable_fen(customer, Purse::Balance),
        "huabei_fen": stage.bank.spendable_fen(customer, Purse::Huabei),
        "state": customer.standing(),
    })
}

fn known(id: &str) -> Result<Customer, Problem> {
    Customer::named(id).ok_or_else(|| {
        let ids = Customer::ALL.map(Customer::id).join(", ");
        problem(
            StatusCode::NOT_FOUND,
            &format!("no such customer; there are: {ids}"),
        )
    })
}

/// The code on the phone; a fresh one when the last is dead, spent, or not wanted any more.
fn shown(sandbox: &Sandbox, customer: Customer, is_fresh: bool, now: Stamp) -> Option<Shown> {
    sandbox.with_stage(|stage| {
        let is_dead = stage.bank.shown_code(customer, now).is_none();
        if is_dead || is_fresh {
            stage.bank.fresh_code(customer, sandbox.entropy(), now);
        }
        stage.bank.shown_code(customer, now)
    })
}

#[derive(Deserialize)]
struct Fresh {
    fresh: Option<String>,
}

async fn code(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    Query(wanted): Query<Fresh>,
) -> Result<Json<Value>, Problem> {
    let customer = known(&id)?;
    let now = sandbox.now();
    let is_fresh = wanted.fresh.is_some_and(|text| text != "0");
    Ok(Json(code_view(
        shown(&sandbox, customer, is_fresh, now).as_ref(),
        now,
    )))
}

fn code_view(shown: Option<&Shown>, now: Stamp) -> Value {
    json!({
        "code": shown.map(|shown| shown.code.expose()),
        "expires_ms": shown.map(|shown| shown.expires_at.ms()),
        "now_ms": now.ms(),
    })
}

/// Everything that the wallet page shows of one customer, in one answer.
async fn phone(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let customer = known(&id)?;
    let now = sandbox.now();
    let mut view = code_view(shown(&sandbox, customer, false, now).as_ref(), now);
    sandbox.with_stage(|stage| {
        view["prompt"] = prompt_view(stage, customer, now);
        view["balance_fen"] = stage.bank.spendable_fen(customer, Purse::Balance).into();
        view["huabei_fen"] = stage.bank.spendable_fen(customer, Purse::Huabei).into();
        let own = stage.bank.orders().filter(|one| one.customer == customer);
        let latest = own.max_by_key(|one| (one.changed_at(), &one.trade_no));
        view["last"] = latest.map_or(Value::Null, order_view);
    });
    Ok(Json(view))
}

async fn prompt(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    let customer = known(&id)?;
    let now = sandbox.now();
    Ok(Json(
        sandbox.with_stage(|stage| prompt_view(stage, customer, now)),
    ))
}

fn prompt_view(stage: &mut Stage, customer: Customer, now: Stamp) -> Value {
    stage
        .bank
        .prompt(customer, now)
        .map_or(Value::Null, |order| {
            json!({
                "order_no": order.number.as_str(),
                "amount_fen": order.amount.fen(),
                "subject": order.subject,
            })
        })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirm {
    ok: bool,
    order_no: Option<String>,
}

async fn confirm(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    body: Result<Json<Confirm>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let customer = known(&id)?;
    let Json(answer) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    let now = sandbox.now();
    let decided = sandbox.with_stage(|stage| {
        let asked = stage.bank.prompt(customer, now)?.number.clone();
        let is_meant = answer.order_no.is_none_or(|meant| meant == asked.as_str());
        if !is_meant {
            return None;
        }
        let number = stage.bank.confirm(customer, answer.ok, now)?;
        stage.write_letters(now);
        stage.bank.query(&number, now).map(order_view)
    });
    let nothing = "no such order waits for this customer's password (any more)";
    decided
        .map(Json)
        .ok_or_else(|| problem(StatusCode::CONFLICT, nothing))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Scan {
    code: String,
}

/// The customer scans the code on a merchant's screen, and pays or is asked for the password.
async fn scan(
    State(sandbox): State<Sandbox>,
    Path(id): Path<String>,
    body: Result<Json<Scan>, JsonRejection>,
) -> Result<Json<Value>, Problem> {
    let customer = known(&id)?;
    let Json(scan) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    let now = sandbox.now();
    sandbox.with_stage(|stage| {
        let (number, end) = stage.bank.scan(scan.code.trim(), customer, now);
        stage.write_letters(now);
        if let PayEnd::Refused(why) = end {
            return Err(problem(StatusCode::CONFLICT, why.sentence()));
        }
        let order = number.and_then(|number| stage.bank.query(&number, now).map(order_view));
        order
            .map(Json)
            .ok_or_else(|| problem(StatusCode::CONFLICT, Why::CodeInvalid.sentence()))
    })
}

fn order_view(order: &Order) -> Value {
    json!({
        "order_no": order.number.as_str(),
        "trade_no": order.trade_no,
        "customer": order.customer.id(),
        "amount_fen": order.amount.fen(),
        "refunded_fen": order.refunded().fen(),
        "refunds": order.refunds().iter().map(refund_view).collect::<Vec<_>>(),
        "state": order.state.as_str(),
        "funding": order.purse.channel(),
        "months": order.instalments.map(|plan| plan.months.count()),
        "fee_on": order.instalments.map(|plan| plan.fee_on.as_str()),
        "plan_fee_fen": order.instalments.map(|plan| plan_fee_fen(plan, order.amount)),
        "opened_ms": order.opened_at.ms(),
        "changed_ms": order.changed_at().ms(),
    })
}

fn refund_view(refund: &Refund) -> Value {
    json!({
        "refund_no": refund.number,
        "amount_fen": refund.amount.fen(),
        "at_ms": refund.at.ms(),
    })
}

async fn orders(State(sandbox): State<Sandbox>) -> Json<Value> {
    let now = sandbox.now();
    Json(sandbox.with_stage(|stage| {
        stage.bank.expire(now);
        let newest = stage.bank.orders().rev().take(ORDERS_MAX);
        newest.map(order_view).collect()
    }))
}

async fn order(
    State(sandbox): State<Sandbox>,
    Path(number): Path<String>,
) -> Result<Json<Value>, Problem> {
    let now = sandbox.now();
    let found = OrderNo::parse(&number).ok().and_then(|number| {
        sandbox.with_stage(|stage| stage.bank.query(&number, now).map(order_view))
    });
    found
        .map(Json)
        .ok_or_else(|| problem(StatusCode::NOT_FOUND, "the bank knows no such order"))
}
