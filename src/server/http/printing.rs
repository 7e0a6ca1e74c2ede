//! The printer behind the backend: a receipt of a charge, the cash drawer, and how it is.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use ledger::Charge;
use print::Trouble as Snag;
use say::Lang;
use wire::{PrintedView, PrinterView, Problem, ProblemKind};

use crate::app::App;
use crate::http::told::{ToldNothing, charge_id};
use crate::printer::{PrintFault, Printer, layout};
use crate::problem::{Trouble, lang_of};
use crate::slip;

/// Print the receipt of a paid charge at the shop's printer, in the language that is asked for.
///
/// Printed twice it is the same receipt twice; the record is not touched.
#[utoipa::path(
    post, path = "/api/v1/charges/{id}/print", tag = "printer",
    params(("id" = String, Path, description = "The charge's id")),
    responses(
        (status = 200, description = "The printer has it", body = PrintedView),
        (status = 404, description = "charge-absent, printer-absent",
            body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "receipt-absent: nothing was paid, or nobody knows yet",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "printer-busy, printer-gone, printer-stopped (the sentence \
            says what must be seen to); record-unreadable",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn charge(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    _: ToldNothing,
) -> Result<Json<PrintedView>, Trouble> {
    let printer = printer(&app)?;
    let lang = lang_of(&headers);
    let history = app.archive.history(charge_id(&id)?).await?;
    if history.is_empty() {
        return Err(Trouble::of(ProblemKind::ChargeAbsent));
    }
    let charge = Charge::fold(&history).map_err(|_| Trouble::of(ProblemKind::Defect))?;
    let receipt = slip::receipt(&charge, &app.shop.name, lang);
    let receipt = receipt.ok_or_else(|| Trouble::of(ProblemKind::ReceiptAbsent))?;
    let layout = layout(printer, &receipt, lang);
    let layout = layout.map_err(|_| Trouble::of(ProblemKind::Defect))?;
    printed(printer.print(&layout).await, lang)
}

/// Open the cash drawer that hangs on the printer.
#[utoipa::path(
    post, path = "/api/v1/drawer", tag = "printer",
    responses(
        (status = 200, description = "The printer has it", body = PrintedView),
        (status = 404, description = "printer-absent",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "printer-busy, printer-gone, printer-stopped",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn drawer(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    _: ToldNothing,
) -> Result<Json<PrintedView>, Trouble> {
    printed(printer(&app)?.kick().await, lang_of(&headers))
}

/// How the printer is.
#[utoipa::path(
    get, path = "/api/v1/printer", tag = "printer",
    responses(
        (status = 200, description = "It is reached", body = PrinterView),
        (status = 404, description = "printer-absent",
            body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "printer-busy, printer-gone",
            body = Problem, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn show(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Json<PrinterView>, Trouble> {
    let printer = printer(&app)?;
    let lang = lang_of(&headers);
    let troubles = printer.state().await.map_err(|fault| trouble(&fault))?;
    Ok(Json(PrinterView {
        paper_mm: printer.paper().mm(),
        troubles: troubles.into_iter().map(|one| said(one, lang)).collect(),
    }))
}

fn printer(app: &App) -> Result<&Printer, Trouble> {
    let printer = app.printer.as_ref();
    printer.ok_or_else(|| Trouble::of(ProblemKind::PrinterAbsent))
}

fn printed(
    came: Result<Option<Snag>, PrintFault>,
    lang: Lang,
) -> Result<Json<PrintedView>, Trouble> {
    let remark = came.map_err(|fault| trouble(&fault))?;
    Ok(Json(PrintedView {
        remark: remark.map(|one| said(one, lang)),
    }))
}

fn said(snag: Snag, lang: Lang) -> String {
    snag.sentence(lang).to_owned()
}

fn trouble(fault: &PrintFault) -> Trouble {
    tracing::warn!(printer.fault = %fault, "the printer did not print");
    match fault {
        PrintFault::Busy => Trouble::of(ProblemKind::PrinterBusy),
        PrintFault::Gone(_) | PrintFault::Strange(_) => Trouble::of(ProblemKind::PrinterGone),
        PrintFault::Stopped(snag) => Trouble::of(ProblemKind::PrinterStopped).with_printer(*snag),
    }
}
