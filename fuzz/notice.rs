//! Notices: what anybody posts proves nothing; what Alipay signed is about one order of ours.

use ledger::Outcome;
use provider::Distrust;
use provider::alipay::parse_form;

use super::Choices;
use super::reply::{APP_ID, sides};

/// The first byte says whether the rest is a body as it came, or a form that the gateway signs.
pub(crate) fn notice(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let is_signed = choices.is_true();
    let rest = choices.rest();
    if !is_signed {
        let heard = sides().ours.notice(rest);
        assert!(heard.is_err(), "{heard:?} from a form that nobody signed");
        return;
    }
    let params: Vec<(String, String)> = parse_form(rest)
        .into_iter()
        .filter(|(name, _)| name != "sign" && name != "sign_type")
        .collect();
    let body = signed(params.clone());
    let Ok(notice) = sides().ours.notice(body.as_bytes()) else {
        return;
    };
    assert_eq!(
        sides().ours.notice(body.as_bytes()).as_ref(),
        Ok(&notice),
        "as before"
    );
    let said = |name: &str| {
        let found = params.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    };
    assert_eq!(said("app_id"), Some(APP_ID));
    assert_eq!(said("out_trade_no"), Some(notice.order.as_str()));
    assert_eq!(said("notify_id"), Some(notice.notify_id.as_str()));
    assert_eq!(said("total_amount"), Some(notice.amount.yuan().as_str()));
    match &notice.outcome {
        Outcome::Paid(facts) => {
            assert!(notice.amount.fen() > 0);
            assert_eq!((&facts.order, facts.amount), (&notice.order, notice.amount));
        }
        Outcome::Waiting | Outcome::Closed { .. } => {}
        Outcome::Shown(_)
        | Outcome::Refused(_)
        | Outcome::Absent
        | Outcome::Reversed(_)
        | Outcome::Unknown(_) => panic!("no notice says so: {notice:?}"),
    }
    turned(body.into_bytes(), rest.len());
}

/// The form as the gateway writes it: signed over all that is in it, without `sign_type`.
fn signed(mut params: Vec<(String, String)>) -> String {
    params.sort();
    let pairs: Vec<String> = params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let sign = sides().gateway.sign(pairs.join("&").as_bytes());
    params.push(("sign".to_owned(), sign));
    params.push(("sign_type".to_owned(), "RSA2".to_owned()));
    provider::alipay::write_form(&params)
}

/// One bit turned, anywhere, is always noticed.
fn turned(mut body: Vec<u8>, seed: usize) {
    let place = seed.wrapping_mul(7_919) % (body.len() * 8);
    body[place / 8] ^= 1 << (place % 8);
    let heard = sides().ours.notice(&body);
    assert!(heard.is_err(), "bit {place} is turned, and yet {heard:?}");
    let is_weighed = !matches!(heard, Err(Distrust::OtherOrder | Distrust::Status));
    assert!(is_weighed, "weighed before the signature");
}
