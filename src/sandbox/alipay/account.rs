//! Bills and balance: `alipay.data.dataservice.bill.downloadurl.query` and
//! `alipay.data.bill.balance.query`.

use money::Stamp;
use provider::alipay::{text_to_sign, write_form};

use super::check::Call;
use super::node::Node;
use crate::books::{self, Flaw, Span};
use crate::keys::Keys;
use crate::stage::Stage;

/// An address of a bill can be used so long, in milliseconds.
const ADDRESS_LIFE_MS: i64 = 30_000;
/// The path under which bills lie.
pub(crate) const BILL_PATH: &str = "/bills/download";

/// Tells from where a bill can be fetched.
pub(super) fn bill(
    keys: &Keys,
    stage: &Stage,
    call: &Call,
    flaw: Option<Flaw>,
    now: Stamp,
) -> Result<Node, &'static str> {
    let date = call.text("bill_date").ok_or("INVAILID_ARGUMENTS")?;
    match call.text("bill_type") {
        Some("trade") => {}
        Some(_) => return Err("TYPE_NOT_SUPPORTED"),
        None => return Err("INVAILID_ARGUMENTS"),
    }
    let span = Span::read(date).ok_or("INVAILID_ARGUMENTS")?;
    if !span.is_made(now) && !stage.are_bills_early {
        return Err("BILL_NOT_EXIST");
    }
    let is_empty = books::is_empty(&stage.bank, &span);
    let empty = is_empty.then_some("EMPTY_DATA_WITH_BILL_FILE");
    Ok(Node::of("10000", "Success")
        .text(
            "bill_download_url",
            &address(keys, stage, (&span, flaw), now),
        )
        .text_if("bill_file_code", empty))
}

/// An address that says itself which bill it gives and until when, signed.
fn address(keys: &Keys, stage: &Stage, (span, flaw): (&Span, Option<Flaw>), now: Stamp) -> String {
    let until = now.plus_ms(ADDRESS_LIFE_MS).ms().to_string();
    let mut params = vec![
        ("bill_date".to_owned(), span.name.clone()),
        ("until".to_owned(), until),
    ];
    params.extend(flaw.map(|flaw| ("flaw".to_owned(), flaw.as_str().to_owned())));
    let sign = keys.alipay_private.sign(text_to_sign(&params).as_bytes());
    params.push(("sign".to_owned(), sign));
    format!("{}{BILL_PATH}?{}", stage.address, write_form(&params))
}

/// The bill behind an address; `None` when the address is not ours or not good any more.
pub(crate) fn fetch(
    keys: &Keys,
    stage: &Stage,
    params: &[(String, String)],
    now: Stamp,
) -> Option<Vec<u8>> {
    let find = |name: &str| {
        let found = params.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    let until = find("until")?.parse().ok().map(Stamp::from_ms)?;
    let text = text_to_sign(params);
    let is_ours = keys
        .alipay_private
        .public()
        .verify(text.as_bytes(), find("sign")?);
    if !is_ours || now >= until {
        return None;
    }
    let span = Span::read(find("bill_date")?)?;
    let flaw = find("flaw").and_then(Flaw::named);
    Some(books::bill(&stage.bank, &span, flaw, now))
}

/// Tells what stands on the merchant's account.
pub(super) fn balance(stage: &Stage) -> Node {
    let fen = books::balance_fen(&stage.bank);
    let sign = if fen < 0 { "-" } else { "" };
    let size = fen.unsigned_abs();
    let sum = format!("{sign}{}.{:02}", size / 100, size % 100);
    Node::of("10000", "Success")
        .text("total_amount", &sum)
        .text("available_amount", &sum)
        .text("freeze_amount", "0.00")
}
