//! A charge's history, told in the words of the HTTP interface.

use ledger::{
    Charge, Event, Fact, FoldError, PaidFacts, Refund, RefundState, Refusal, State, Way, plan,
};
use money::Stamp;
use sale::Quote;
use wire::{
    CartView, ChargeView, FundingView, RefundStateName, RefundView, RefusalView, StateName,
    StepView, WayName,
};

/// What a screen is told about a charge, from its durable events.
///
/// # Errors
/// [`FoldError`] when the history cannot have happened.
pub fn charge_view(history: &[Event]) -> Result<ChargeView, FoldError> {
    let charge = Charge::fold(history)?;
    let mut view = skeleton(&charge, history);
    match charge.state() {
        State::Opened | State::Sent => {}
        State::Waiting => tell_shown(&mut view, &charge),
        State::Unknown(doubt) => view.doubt = Some(doubt.as_str().to_owned()),
        State::Reversing { why, .. } => view.reverse_why = Some(why.as_str().to_owned()),
        State::Paid(facts) => tell_paid(&mut view, facts),
        State::Refused(refusal) => {
            view.refusal = Some(refusal_view(refusal));
        }
        State::Reversed { why, end } => {
            view.reverse_why = Some(why.as_str().to_owned());
            view.reverse_end = Some(end.as_str().to_owned());
        }
    }
    Ok(view)
}

fn skeleton(charge: &Charge, history: &[Event]) -> ChargeView {
    let changed_at = history.last().map_or(charge.opened_at(), |event| event.at);
    ChargeView {
        id: charge.id().as_str().to_owned(),
        sale: charge.sale().to_owned(),
        device: charge.device().to_owned(),
        amount_fen: charge.amount().fen(),
        currency: "CNY".to_owned(),
        provider: charge.provider().as_str().to_owned(),
        order_no: charge.order_no().as_str().to_owned(),
        state: state_name(charge.state()),
        revision: charge.revision(),
        opened_ms: charge.opened_at().ms(),
        changed_ms: changed_at.ms(),
        deadline_ms: deadline(charge).ms(),
        way: match charge.way() {
            Way::Scanned => WayName::Scanned,
            Way::Shown => WayName::Shown,
        },
        show: None,
        show_until_ms: None,
        instalments: charge.instalments().map(Into::into),
        cart: charge.goods().and_then(cart_view),
        paid_months: None,
        provider_no: provider_no(history),
        funding: Vec::new(),
        payer: None,
        refusal: None,
        doubt: None,
        reverse_why: None,
        reverse_end: None,
        refunded_fen: charge.refunded().fen(),
        refund_rest_fen: charge.refund_rest().fen(),
        refunds: charge.refunds().iter().map(refund_view).collect(),
        history: history.iter().map(step_view).collect(),
    }
}

/// What was sold. The text is kept under the chain, so one that cannot be read is of a later
/// program; the charge is told all the same.
fn cart_view(goods: &str) -> Option<CartView> {
    Quote::from_text(goods)
        .ok()
        .map(|quote| CartView::from(&quote))
}

const fn deadline(charge: &Charge) -> Stamp {
    let open_ms = plan::ALIPAY.open_ms(charge.way());
    charge.opened_at().plus_ms(open_ms)
}

/// Only what waits may be paid by its code.
fn tell_shown(view: &mut ChargeView, charge: &Charge) {
    if let Some(code) = charge.shown() {
        view.show = Some(code.to_owned());
        view.show_until_ms = Some(deadline(charge).ms());
    }
}

/// A state as the interface names it.
pub(crate) const fn state_name(state: &State) -> StateName {
    match state {
        State::Opened => StateName::Opened,
        State::Sent => StateName::Sent,
        State::Waiting => StateName::Waiting,
        State::Unknown(_) => StateName::Unknown,
        State::Reversing { .. } => StateName::Reversing,
        State::Paid(_) => StateName::Paid,
        State::Refused(_) => StateName::Refused,
        State::Reversed { .. } => StateName::Reversed,
    }
}

/// The provider's number is worth telling as soon as any event knows it.
fn provider_no(history: &[Event]) -> Option<String> {
    history.iter().rev().find_map(|event| match &event.fact {
        Fact::Paid(facts) | Fact::PaidWhileReversing(facts) => Some(facts.provider_no.clone()),
        Fact::Opened(_)
        | Fact::Sent
        | Fact::Waiting
        | Fact::Shown { .. }
        | Fact::Doubted(_)
        | Fact::Refused(_)
        | Fact::ReverseBegun(_)
        | Fact::ReturnBegun { .. }
        | Fact::Reversed(_)
        | Fact::RefundAsked { .. }
        | Fact::RefundGiven { .. }
        | Fact::RefundRefused { .. }
        | Fact::RefundDoubted { .. } => None,
    })
}

fn tell_paid(view: &mut ChargeView, facts: &PaidFacts) {
    view.payer.clone_from(&facts.payer);
    view.paid_months = facts.months;
    view.funding = facts
        .funding
        .iter()
        .map(|part| FundingView {
            channel: part.channel.clone(),
            amount_fen: part.amount.fen(),
        })
        .collect();
}

fn refund_view(refund: &Refund) -> RefundView {
    let (state, given_ms, refusal) = match &refund.state {
        RefundState::Asked => (RefundStateName::Asked, None, None),
        RefundState::Given { at } => (RefundStateName::Given, at.map(Stamp::ms), None),
        RefundState::Refused(refusal) => {
            (RefundStateName::Refused, None, Some(refusal_view(refusal)))
        }
    };
    RefundView {
        no: refund.no.to_string(),
        amount_fen: refund.amount.fen(),
        reason: refund.reason.clone(),
        by: refund.by.clone(),
        state,
        asked_ms: refund.asked_at.ms(),
        given_ms,
        refusal,
    }
}

fn refusal_view(refusal: &Refusal) -> RefusalView {
    RefusalView {
        cause: refusal.cause.as_str().to_owned(),
        code: refusal.code.clone(),
        text: refusal.text.clone(),
    }
}

fn step_view(event: &Event) -> StepView {
    let detail = match &event.fact {
        Fact::Opened(_) | Fact::Sent | Fact::Waiting | Fact::Shown { .. } => None,
        Fact::Paid(facts) | Fact::PaidWhileReversing(facts) => Some(facts.provider_no.clone()),
        Fact::Doubted(doubt) | Fact::RefundDoubted { doubt, .. } => Some(doubt.as_str().to_owned()),
        Fact::Refused(refusal) | Fact::RefundRefused { refusal, .. } => {
            Some(refusal.cause.as_str().to_owned())
        }
        Fact::ReverseBegun(why) => Some(why.as_str().to_owned()),
        Fact::Reversed(end) => Some(end.as_str().to_owned()),
        Fact::ReturnBegun { no, .. }
        | Fact::RefundAsked { no, .. }
        | Fact::RefundGiven { no, .. } => Some(no.to_string()),
    };
    StepView {
        revision: event.revision,
        at_ms: event.at.ms(),
        fact: event.fact.as_str().to_owned(),
        detail,
    }
}
