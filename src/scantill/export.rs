//! `scantill export`: every charge of the record as a table for other programs, streamed.

use std::io::{self, Write};

use say::Lang;
use say::backup::Backup as Words;
use serde::Serialize;
use store::export::Line;

use crate::backup::write_named;
use crate::fault::Fault;
use crate::options::{Export, Format};
use crate::tell;
use crate::trouble::Trouble;

/// The columns, in both formats.
#[derive(Serialize)]
struct Columns<'a> {
    charge: &'a str,
    order_no: &'a str,
    sale: &'a str,
    device: &'a str,
    provider: &'a str,
    state: &'a str,
    opened_at: String,
    changed_at: String,
    paid_at: Option<String>,
    currency: &'static str,
    amount_fen: i64,
    refunded_fen: i64,
    provider_no: Option<&'a str>,
    payer: Option<&'a str>,
    funding: &'a str,
    refusal: Option<&'a str>,
}

const HEADINGS: &str = "charge,order_no,sale,device,provider,state,opened_at,changed_at,paid_at,\
                        currency,amount_fen,refunded_fen,provider_no,payer,funding,refusal";

impl<'a> Columns<'a> {
    fn of(line: &'a Line) -> Self {
        Self {
            charge: &line.charge,
            order_no: &line.order_no,
            sale: &line.sale,
            device: &line.device,
            provider: &line.provider,
            state: &line.state,
            opened_at: line.opened_at.rfc3339(),
            changed_at: line.changed_at.rfc3339(),
            paid_at: line.paid_at.map(money::Stamp::rfc3339),
            currency: "CNY",
            amount_fen: line.amount_fen,
            refunded_fen: line.refunded_fen,
            provider_no: line.provider_no.as_deref(),
            payer: line.payer.as_deref(),
            funding: &line.funding,
            refusal: line.refusal.as_deref(),
        }
    }

    fn csv(&self) -> String {
        let (amount, refunded) = (self.amount_fen.to_string(), self.refunded_fen.to_string());
        let cells = [
            self.charge,
            self.order_no,
            self.sale,
            self.device,
            self.provider,
            self.state,
            &self.opened_at,
            &self.changed_at,
            self.paid_at.as_deref().unwrap_or_default(),
            self.currency,
            &amount,
            &refunded,
            self.provider_no.unwrap_or_default(),
            self.payer.unwrap_or_default(),
            self.funding,
            self.refusal.unwrap_or_default(),
        ];
        cells.map(cell).join(",")
    }

    fn row(&self, format: Format) -> String {
        match format {
            Format::Csv => self.csv(),
            // Texts and numbers always become JSON.
            Format::Jsonl => serde_json::to_string(self).unwrap_or_default(),
        }
    }
}

/// A cell as every spreadsheet reads it: never a formula, whatever a till or a payer called itself.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if is_formula || guarded.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", guarded.replace('"', "\"\""))
    } else {
        guarded
    }
}

/// Writes the table to a file, or to whoever reads this program.
///
/// # Errors
/// A [`Fault`] with the cause; then nothing has the file's name.
pub(crate) fn export(options: &Export, lang: Lang) -> Result<(), Fault> {
    let Some(path) = &options.file else {
        // Locked once: other lines do not come in between.
        write(options, &mut io::stdout().lock())?;
        return Ok(());
    };
    let mut charges = 0;
    write_named(path, |out| {
        charges = write(options, out)?;
        Ok(())
    })?;
    let (place, charges) = (path.display().to_string(), charges.to_string());
    let values = [("path", place.as_str()), ("charges", &charges)];
    tell(&say::fill(Words::of(lang).exported, &values));
    Ok(())
}

fn write(options: &Export, out: &mut impl Write) -> Result<u64, Fault> {
    let book = options.home.book();
    let mut fault = None;
    if options.format == Format::Csv {
        fault = writeln!(out, "{HEADINGS}").err();
    }
    let mut hear = |line: &Line| {
        let row = Columns::of(line).row(options.format);
        fault = fault.take().or_else(|| writeln!(out, "{row}").err());
        fault.is_none()
    };
    let exported = match options.database.address()? {
        Some(address) => store::postgres::export(&address, &mut hear),
        None => store::export::export(&book, &mut hear),
    };
    let charges = exported.map_err(|cause| Fault::Book { path: book, cause })?;
    let flushed = fault.map_or_else(|| out.flush(), Err);
    let place = options.file.clone().unwrap_or_else(|| "stdout".into());
    match flushed {
        // Who reads only the beginning, like `head`, has what was wanted.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(charges),
        Err(error) => Err(Trouble::write(&place)(error).into()),
        Ok(()) => Ok(charges),
    }
}

#[cfg(test)]
mod tests {
    use money::Stamp;
    use store::export::Line;

    use super::{Columns, HEADINGS, cell};
    use crate::options::Format;

    fn line() -> Line {
        Line {
            charge: "01".to_owned(),
            order_no: "S01".to_owned(),
            sale: "=HYPERLINK(\"a\")".to_owned(),
            device: "till, left".to_owned(),
            provider: "alipay".to_owned(),
            state: "paid".to_owned(),
            opened_at: Stamp::from_ms(1_795_312_800_000),
            changed_at: Stamp::from_ms(1_795_312_801_000),
            amount_fen: 1_250,
            refunded_fen: 50,
            provider_no: Some("2026".to_owned()),
            payer: Some("@SUM(A1)".to_owned()),
            funding: "PCREDIT 1250".to_owned(),
            paid_at: None,
            refusal: None,
        }
    }

    #[test]
    fn a_cell_is_never_a_formula_and_quotes_what_needs_quotes() {
        for (text, expect) in [
            ("plain", "plain"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "\"'=1+1\""),
            ("+1", "\"'+1\""),
            ("-1", "\"'-1\""),
            ("@a", "\"'@a\""),
            ("\tx", "\"'\tx\""),
            ("a\nb", "\"a\nb\""),
        ] {
            assert_eq!(cell(text), expect, "{text:?}");
        }
    }

    #[test]
    fn each_line_has_a_cell_for_each_heading() {
        let plain = Line {
            sale: "s".to_owned(),
            device: "d".to_owned(),
            ..line()
        };
        let row = Columns::of(&plain).row(Format::Csv);
        assert_eq!(row.split(',').count(), HEADINGS.split(',').count());
        let row = Columns::of(&line()).row(Format::Csv);
        assert!(
            row.contains("\"'=HYPERLINK(\"\"a\"\")\",\"till, left\""),
            "{row}"
        );
        assert!(row.contains("\"'@SUM(A1)\""), "{row}");
    }

    #[test]
    fn json_has_the_same_names_as_the_headings() {
        let row = Columns::of(&line()).row(Format::Jsonl);
        let mut place = 0;
        for name in HEADINGS.split(',') {
            let found = row.find(&format!("\"{name}\":")).expect(name);
            assert!(found >= place, "{name}");
            place = found;
        }
        assert!(
            row.contains("\"paid_at\":null") && !row.contains('\n'),
            "{row}"
        );
    }
}
