//! What the gateway checks before it does anything: app, signature, clock, form.

use money::{OrderNo, PayCode, Provider, Stamp};
use provider::alipay::text_to_sign;
use serde_json::Value;

use super::node::Node;
use crate::bank::Bank;
use crate::customer::Customer;
use crate::keys::{APP_ID, Keys};
use crate::script::Method;

/// A merchant's clock may be off by this much, in milliseconds.
const CLOCK_OFF_MS_MAX: i64 = 5 * 60_000;

/// Why the request is not carried out at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) code: &'static str,
    pub(super) sub_code: &'static str,
    pub(super) sub_msg: String,
    /// Answers to an app that cannot be identified have no signature.
    pub(super) is_signed: bool,
}

impl Complaint {
    fn missing(sub_code: &'static str) -> Self {
        Self::of("40001", sub_code, "缺少必选参数")
    }

    fn invalid(sub_code: &'static str, sub_msg: &str) -> Self {
        Self::of("40002", sub_code, sub_msg)
    }

    fn of(code: &'static str, sub_code: &'static str, sub_msg: &str) -> Self {
        Self {
            code,
            sub_code,
            sub_msg: sub_msg.to_owned(),
            is_signed: true,
        }
    }

    fn unsigned(self) -> Self {
        Self {
            is_signed: false,
            ..self
        }
    }

    /// The node that says so.
    pub(super) fn node(&self) -> Node {
        let msg = if self.code == "40001" {
            "Missing Required Arguments"
        } else {
            "Invalid Arguments"
        };
        Node::of(self.code, msg)
            .text("sub_code", self.sub_code)
            .text("sub_msg", &self.sub_msg)
    }
}

/// A verified request.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) is_cert_mode: bool,
    /// Where the merchant wants to be told what becomes of it.
    pub(super) notify_url: Option<String>,
    content: Value,
}

impl Call {
    /// A text of `biz_content`; empty counts as missing.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.content
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    }

    /// A text of an object in `biz_content`.
    pub(super) fn inner(&self, object: &str, name: &str) -> Option<&str> {
        self.content.get(object)?.get(name)?.as_str()
    }

    /// Whether an optional part of the answer was asked for.
    pub(super) fn wants(&self, option: &str) -> bool {
        self.content
            .get("query_options")
            .and_then(Value::as_array)
            .is_some_and(|options| options.iter().any(|one| one == option))
    }

    /// The order it is about, by the merchant's number or by the bank's, which wins.
    pub(super) fn order(&self, bank: &Bank) -> Option<OrderNo> {
        match self.text("trade_no") {
            Some(trade_no) => bank.by_trade(trade_no).map(|order| order.number.clone()),
            None => OrderNo::parse(self.text("out_trade_no")?).ok(),
        }
    }

    /// The payment code it brings.
    pub(super) fn code(&self) -> Option<PayCode> {
        PayCode::parse(self.text("auth_code")?)
            .ok()
            .filter(|code| code.provider() == Provider::Alipay)
    }

    /// Who pays the order that it is about, as far as the bank knows.
    pub(super) fn payer(&self, bank: &mut Bank, now: Stamp) -> Option<Customer> {
        let order = self.order(bank)?;
        bank.query(&order, now).map(|order| order.customer)
    }
}

/// Checks a request in the gateway's order: the app first, the signature before the content.
pub(super) fn check(
    keys: &Keys,
    params: &[(String, String)],
    now: Stamp,
) -> Result<Call, Complaint> {
    check_app(params)?;
    check_form(params)?;
    check_certificates(keys, params)?;
    check_sign(keys, params)?;
    check_clock(params, now)?;
    let method = known_method(params)
        .ok_or_else(|| Complaint::invalid("isv.invalid-method", "不存在的方法名"))?;
    let content = param(params, "biz_content").unwrap_or("{}");
    let content: Value = serde_json::from_str(content)
        .ok()
        .filter(Value::is_object)
        .ok_or_else(|| Complaint::invalid("isv.illegal-json", "biz_content 不是 JSON 对象"))?;
    Ok(Call {
        method,
        is_cert_mode: is_cert_mode(params),
        notify_url: param(params, "notify_url").map(str::to_owned),
        content,
    })
}

fn check_app(params: &[(String, String)]) -> Result<(), Complaint> {
    match param(params, "app_id") {
        Some(APP_ID) => Ok(()),
        Some(_) => Err(Complaint::invalid("isv.invalid-app-id", "无效的AppID参数").unsigned()),
        None => Err(Complaint::missing("isv.missing-app-id").unsigned()),
    }
}

fn check_form(params: &[(String, String)]) -> Result<(), Complaint> {
    for (name, complaint) in [
        ("method", "isv.missing-method"),
        ("sign_type", "isv.missing-signature-type"),
        ("sign", "isv.missing-signature"),
        ("timestamp", "isv.missing-timestamp"),
        ("version", "isv.missing-version"),
    ] {
        if param(params, name).is_none() {
            return Err(Complaint::missing(complaint));
        }
    }
    for (name, expect, complaint) in [
        ("sign_type", "RSA2", "isv.invalid-signature-type"),
        ("charset", "utf-8", "isv.invalid-charset"),
        ("format", "json", "isv.invalid-format"),
    ] {
        let is_good = param(params, name).is_none_or(|text| text.eq_ignore_ascii_case(expect));
        if !is_good {
            return Err(Complaint::invalid(complaint, &format!("无效的 {name}")));
        }
    }
    Ok(())
}

/// In certificate mode both numbers must be sent, and be ours.
fn check_certificates(keys: &Keys, params: &[(String, String)]) -> Result<(), Complaint> {
    let app = param(params, "app_cert_sn");
    let root = param(params, "alipay_root_cert_sn");
    match (app, root) {
        (None, None) => Ok(()),
        (None, Some(_)) => Err(Complaint::missing("isv.missing-app-cert-sn")),
        (Some(_), None) => Err(Complaint::missing("isv.missing-alipay-root-cert-sn")),
        (Some(app), Some(root)) if app == keys.app_cert_sn && root == keys.root_cert_sn => Ok(()),
        (Some(_), Some(_)) => Err(Complaint::invalid(
            "isv.invalid-parameter",
            "app_cert_sn 或 alipay_root_cert_sn 与应用的证书不一致",
        )),
    }
}

/// As the real one does, the complaint quotes the text that should have been signed.
fn check_sign(keys: &Keys, params: &[(String, String)]) -> Result<(), Complaint> {
    let text = text_to_sign(params);
    let sign = param(params, "sign").unwrap_or_default();
    if keys.app_public.verify(text.as_bytes(), sign) {
        return Ok(());
    }
    let quoted = text.replace('&', "&amp;");
    let words = format!(
        "验签出错，建议检查签名字符串或签名私钥与应用公钥是否匹配，网关生成的验签字符串为：{quoted}"
    );
    Err(Complaint::invalid("isv.invalid-signature", &words))
}

fn check_clock(params: &[(String, String)], now: Stamp) -> Result<(), Complaint> {
    let stamp = param(params, "timestamp").and_then(Stamp::from_beijing);
    let is_near = stamp.is_some_and(|sent| now.ms_since(sent).abs() <= CLOCK_OFF_MS_MAX);
    if is_near {
        Ok(())
    } else {
        Err(Complaint::invalid(
            "isv.invalid-timestamp",
            "非法的时间戳参数",
        ))
    }
}

/// The method that a request names, if the gateway has it.
pub(super) fn known_method(params: &[(String, String)]) -> Option<Method> {
    let name = param(params, "method")?;
    Method::ALL.into_iter().find(|one| one.wire() == name)
}

/// Whether the merchant signs by certificate.
pub(super) fn is_cert_mode(params: &[(String, String)]) -> bool {
    param(params, "app_cert_sn").is_some()
}

/// A parameter; an empty one counts as missing.
fn param<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params
        .iter()
        .find(|(key, value)| key == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}
