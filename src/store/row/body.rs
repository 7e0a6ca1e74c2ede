//! The text of a fact: one `name=value` a line, in a fixed order, so that a person can read it.
//!
//! Backslash, newline and NUL are escaped in values; an optional field that is absent has no
//! line. Names and order never change once written; a further field comes behind the others.

use ledger::{
    Cause, Doubt, Fact, Funding, Opened, PaidFacts, Refusal, ReverseEnd, ReverseWhy, Way,
};
use money::{Amount, FeeOn, Instalments, Months, OrderNo, Provider, RefundNo, Stamp};

use super::RowFault;

/// The text for a fact.
pub(super) fn write(fact: &Fact) -> String {
    let mut out = Lines::default();
    match fact {
        Fact::Opened(opened) => {
            out.put("sale", &opened.sale);
            out.put("amount", &opened.amount.fen().to_string());
            out.put("provider", opened.provider.as_str());
            out.put("device", &opened.device);
            if opened.way == Way::Shown {
                out.put("way", opened.way.as_str());
            }
            if let Some(plan) = opened.instalments {
                out.put("instalments", &plan.months.count().to_string());
                out.put("fee-on", plan.fee_on.as_str());
            }
            if let Some(goods) = &opened.goods {
                out.put("goods", goods);
            }
        }
        Fact::Sent | Fact::Waiting => {}
        Fact::Shown { code } => out.put("code", code),
        Fact::Doubted(doubt) => out.put("doubt", doubt.as_str()),
        Fact::Paid(facts) | Fact::PaidWhileReversing(facts) => write_paid(&mut out, facts),
        Fact::Refused(refusal) => write_refusal(&mut out, refusal),
        Fact::ReverseBegun(why) => out.put("why", why.as_str()),
        Fact::Reversed(end) => out.put("end", end.as_str()),
        Fact::RefundAsked {
            no,
            amount,
            reason,
            by,
        } => {
            out.put("refund", &no.to_string());
            out.put("amount", &amount.fen().to_string());
            out.put("reason", reason);
            out.put("by", by);
        }
        Fact::RefundGiven { no, at } => {
            out.put("refund", &no.to_string());
            out.put_moment("given-at", *at);
        }
        Fact::ReturnBegun { no, refusal } | Fact::RefundRefused { no, refusal } => {
            out.put("refund", &no.to_string());
            write_refusal(&mut out, refusal);
        }
        Fact::RefundDoubted { no, doubt } => {
            out.put("refund", &no.to_string());
            out.put("doubt", doubt.as_str());
        }
    }
    out.0
}

/// The fact of that name with that text.
pub(super) fn read(name: &str, text: &str) -> Result<Fact, RowFault> {
    let mut fields = Fields::of(text);
    let fact = match name {
        "opened" => Fact::Opened(Opened {
            sale: fields.take("sale")?,
            amount: fields.amount("amount")?,
            provider: fields.named("provider", Provider::named)?,
            device: fields.take("device")?,
            way: read_way(&mut fields)?,
            instalments: read_instalments(&mut fields)?,
            goods: fields.take_if_next("goods")?,
        }),
        "sent" => Fact::Sent,
        "waiting" => Fact::Waiting,
        "shown" => Fact::Shown {
            code: fields.take("code")?,
        },
        "doubted" => Fact::Doubted(fields.named("doubt", Doubt::named)?),
        "paid" => Fact::Paid(read_paid(&mut fields)?),
        "refused" => Fact::Refused(read_refusal(&mut fields)?),
        "reverse-begun" => Fact::ReverseBegun(fields.named("why", ReverseWhy::named)?),
        "paid-while-reversing" => Fact::PaidWhileReversing(read_paid(&mut fields)?),
        "return-begun" => Fact::ReturnBegun {
            no: fields.named("refund", |text| RefundNo::parse(text).ok())?,
            refusal: read_refusal(&mut fields)?,
        },
        "reversed" => Fact::Reversed(fields.named("end", ReverseEnd::named)?),
        refund => read_refund(refund, &mut fields)?,
    };
    fields.end()?;
    // One fact, one text: `+5` for `5` is somebody else's hand, and the chain would not see it.
    if write(&fact) == text {
        Ok(fact)
    } else {
        Err(RowFault::Form)
    }
}

/// Rows of a customer's own code do not name it: there was no other way once.
fn read_way(fields: &mut Fields<'_>) -> Result<Way, RowFault> {
    match fields.take_if_next("way")?.as_deref() {
        None => Ok(Way::Scanned),
        Some("shown") => Ok(Way::Shown),
        Some(_) => Err(RowFault::Field("way")),
    }
}

/// Rows of a charge that is paid as the customer likes do not name a plan.
fn read_instalments(fields: &mut Fields<'_>) -> Result<Option<Instalments>, RowFault> {
    let Some(count) = fields.take_if_next("instalments")? else {
        return Ok(None);
    };
    let months = count.parse().ok().and_then(Months::of);
    Ok(Some(Instalments {
        months: months.ok_or(RowFault::Field("instalments"))?,
        fee_on: fields.named("fee-on", FeeOn::named)?,
    }))
}

/// The facts about refunds: each begins with the refund's number.
fn read_refund(name: &str, fields: &mut Fields<'_>) -> Result<Fact, RowFault> {
    let number =
        |fields: &mut Fields<'_>| fields.named("refund", |text| RefundNo::parse(text).ok());
    Ok(match name {
        "refund-asked" => Fact::RefundAsked {
            no: number(fields)?,
            amount: fields.amount("amount")?,
            reason: fields.take("reason")?,
            by: fields.take("by")?,
        },
        "refund-given" => Fact::RefundGiven {
            no: number(fields)?,
            at: fields.moment("given-at")?,
        },
        "refund-refused" => Fact::RefundRefused {
            no: number(fields)?,
            refusal: read_refusal(fields)?,
        },
        "refund-doubted" => Fact::RefundDoubted {
            no: number(fields)?,
            doubt: fields.named("doubt", Doubt::named)?,
        },
        unknown => return Err(RowFault::Fact(unknown.to_owned())),
    })
}

fn write_refusal(out: &mut Lines, refusal: &Refusal) {
    out.put("cause", refusal.cause.as_str());
    out.put("code", &refusal.code);
    out.put("text", &refusal.text);
}

fn read_refusal(fields: &mut Fields<'_>) -> Result<Refusal, RowFault> {
    Ok(Refusal {
        cause: fields.named("cause", Cause::named)?,
        code: fields.take("code")?,
        text: fields.take("text")?,
    })
}

fn write_paid(out: &mut Lines, facts: &PaidFacts) {
    out.put("order", facts.order.as_str());
    out.put("provider-no", &facts.provider_no);
    out.put("amount", &facts.amount.fen().to_string());
    for part in &facts.funding {
        out.put("channel", &part.channel);
        out.put("part", &part.amount.fen().to_string());
    }
    if let Some(payer) = &facts.payer {
        out.put("payer", payer);
    }
    out.put_moment("paid-at", facts.paid_at);
    if let Some(months) = facts.months {
        out.put("months", &months.to_string());
    }
}

fn read_paid(fields: &mut Fields<'_>) -> Result<PaidFacts, RowFault> {
    let order = fields.named("order", |text| OrderNo::parse(text).ok())?;
    let provider_no = fields.take("provider-no")?;
    let amount = fields.amount("amount")?;
    let mut funding = Vec::new();
    while let Some(channel) = fields.take_if_next("channel")? {
        funding.push(Funding {
            channel,
            amount: fields.amount("part")?,
        });
    }
    let payer = fields.take_if_next("payer")?;
    let paid_at = fields.moment("paid-at")?;
    let months = fields.take_if_next("months")?;
    let months = months.map(|count| count.parse()).transpose();
    let months = months.map_err(|_| RowFault::Field("months"))?;
    Ok(PaidFacts {
        order,
        provider_no,
        amount,
        funding,
        payer,
        paid_at,
        months,
    })
}

/// Lines that are being written.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn put_moment(&mut self, name: &str, at: Option<Stamp>) {
        if let Some(at) = at {
            self.put(name, &at.ms().to_string());
        }
    }

    fn put(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(name);
        self.0.push('=');
        for letter in value.chars() {
            match letter {
                '\\' => self.0.push_str("\\\\"),
                '\n' => self.0.push_str("\\n"),
                '\0' => self.0.push_str("\\0"),
                plain => self.0.push(plain),
            }
        }
    }
}

/// Lines that are being read, strictly in the order of writing.
struct Fields<'a>(core::iter::Peekable<core::str::Split<'a, char>>);

impl<'a> Fields<'a> {
    fn of(text: &'a str) -> Self {
        let mut lines = text.split('\n').peekable();
        if text.is_empty() {
            lines.next();
        }
        Self(lines)
    }

    fn take_if_next(&mut self, name: &'static str) -> Result<Option<String>, RowFault> {
        let value_of = |line: &&'a str| {
            line.strip_prefix(name)
                .and_then(|rest| rest.strip_prefix('='))
        };
        let Some(value) = self.0.peek().and_then(value_of) else {
            return Ok(None);
        };
        self.0.next();
        plain(value).map(Some).ok_or(RowFault::Field(name))
    }

    fn take(&mut self, name: &'static str) -> Result<String, RowFault> {
        self.take_if_next(name)?.ok_or(RowFault::Field(name))
    }

    fn named<T>(
        &mut self,
        name: &'static str,
        known: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, RowFault> {
        known(&self.take(name)?).ok_or(RowFault::Field(name))
    }

    fn amount(&mut self, name: &'static str) -> Result<Amount, RowFault> {
        let fen = |text: &str| text.parse().ok().and_then(|fen| Amount::from_fen(fen).ok());
        self.named(name, fen)
    }

    fn moment(&mut self, name: &'static str) -> Result<Option<Stamp>, RowFault> {
        let ms = self.take_if_next(name)?;
        ms.map(|ms| ms.parse().map(Stamp::from_ms))
            .transpose()
            .map_err(|_| RowFault::Field(name))
    }

    fn end(&mut self) -> Result<(), RowFault> {
        if self.0.next().is_some() {
            Err(RowFault::Surplus)
        } else {
            Ok(())
        }
    }
}

/// Undoes the escapes; `None` for one that is never written.
fn plain(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        out.push(match letter {
            '\\' => match letters.next()? {
                '\\' => '\\',
                'n' => '\n',
                '0' => '\0',
                _ => return None,
            },
            plain => plain,
        });
    }
    Some(out)
}
