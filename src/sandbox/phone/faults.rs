//! The faults over the API: made, listed and cleared.

use axum::Json;
use axum::Router;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{delete, get};
use serde::{Deserialize, Serialize};

use super::{Problem, known, problem};
use crate::customer::Customer;
use crate::notice::Twist;
use crate::script::{Fault, Method, Rule};
use crate::serve::Sandbox;

/// How slow a slow answer is unless the rule says otherwise, in milliseconds.
const SLOW_MS: u64 = 4_000;
/// How often a notice can be made to come at most.
const TIMES_MAX: u32 = 100;

/// The routes of faults.
pub(super) fn routes() -> Router<Sandbox> {
    Router::new()
        .route(
            "/api/faults",
            get(faults).post(add_fault).delete(clear_faults),
        )
        .route("/api/faults/{id}", delete(clear_fault))
}

/// A rule as it is asked for.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultAsk {
    what: String,
    method: Option<String>,
    customer: Option<String>,
    next: Option<u32>,
    ms: Option<u64>,
    times: Option<u32>,
}

#[derive(Serialize)]
struct FaultView {
    id: u64,
    what: &'static str,
    method: &'static str,
    customer: Option<&'static str>,
    next: Option<u32>,
    ms: Option<u64>,
    times: Option<u32>,
}

fn fault_view(rule: &Rule) -> FaultView {
    FaultView {
        id: rule.id,
        what: rule.fault.as_str(),
        method: rule.method.map_or("any", Method::as_str),
        customer: rule.customer.map(Customer::id),
        next: rule.left,
        ms: rule.fault.ms(),
        times: if let Fault::Notice(Twist::Again(copies)) = rule.fault {
            Some(copies.saturating_add(1))
        } else {
            None
        },
    }
}

impl FaultAsk {
    fn rule(&self) -> Result<Rule, Problem> {
        let refuse = |sentence: &str| problem(StatusCode::UNPROCESSABLE_ENTITY, sentence);
        let ms = self.ms.unwrap_or(SLOW_MS);
        let fault = Fault::named(&self.what, ms).ok_or_else(|| {
            let names: Vec<_> = Fault::all(0).into_iter().map(Fault::as_str).collect();
            refuse(&format!("what: {}", names.join(", ")))
        })?;
        let fault = match (fault, self.times) {
            (fault, None) => fault,
            (Fault::Notice(Twist::Again(_)), Some(times @ 1..=TIMES_MAX)) => {
                Fault::Notice(Twist::Again(times - 1))
            }
            (_, Some(_)) => {
                let sentence = format!("times: 1 to {TIMES_MAX}, and only for notice-again");
                return Err(refuse(&sentence));
            }
        };
        let method = match self.method.as_deref() {
            None | Some("any") => None,
            Some(name) => Some(Method::named(name).ok_or_else(|| {
                let names = Method::ALL.map(Method::as_str).join(", ");
                refuse(&format!("method: {names} or any"))
            })?),
        };
        let customer = match self.customer.as_deref() {
            None | Some("any") => None,
            Some(id) => Some(known(id)?),
        };
        if self.next == Some(0) {
            return Err(refuse("next: 1 or more, or nothing for until cleared"));
        }
        Ok(Rule {
            id: 0,
            fault,
            method,
            customer,
            left: self.next,
        })
    }
}

async fn faults(State(sandbox): State<Sandbox>) -> Json<Vec<FaultView>> {
    Json(sandbox.with_stage(|stage| stage.script.rules().iter().map(fault_view).collect()))
}

async fn add_fault(
    State(sandbox): State<Sandbox>,
    body: Result<Json<FaultAsk>, JsonRejection>,
) -> Result<(StatusCode, Json<FaultView>), Problem> {
    let Json(ask) = body.map_err(|fault| problem(fault.status(), &fault.body_text()))?;
    let rule = ask.rule()?;
    let added = sandbox.with_stage(|stage| stage.script.add(rule));
    let full = "too many faults at a time; clear some first";
    added
        .map(|rule| (StatusCode::CREATED, Json(fault_view(&rule))))
        .ok_or_else(|| problem(StatusCode::CONFLICT, full))
}

async fn clear_faults(State(sandbox): State<Sandbox>) -> StatusCode {
    sandbox.with_stage(|stage| stage.script.clear_all());
    StatusCode::NO_CONTENT
}

async fn clear_fault(
    State(sandbox): State<Sandbox>,
    Path(id): Path<u64>,
) -> Result<StatusCode, Problem> {
    let is_cleared = sandbox.with_stage(|stage| stage.script.clear(id));
    let missing = problem(StatusCode::NOT_FOUND, "no such fault (any more)");
    is_cleared.then_some(StatusCode::NO_CONTENT).ok_or(missing)
}
