//! What the lines of a sale's history say: money that goes back, and why and how a charge was
//! undone.

use crate::Lang;

/// One row a stable name: Chinese, English. The last row has no name; it speaks for names that a
/// later backend knows and this page does not.
macro_rules! rows {
    (
        $(#[$meta:meta])* $function:ident;
        $($name:literal: $zh:literal, $en:literal;)+
        else $other:literal, $other_en:literal;
    ) => {
        $(#[$meta])*
        pub fn $function(name: &str, lang: Lang) -> &'static str {
            match (name, lang) {
                $(($name, Lang::Zh) => $zh, ($name, Lang::En) => $en,)+
                (_, Lang::Zh) => $other,
                (_, Lang::En) => $other_en,
            }
        }
    };
}

rows! {
    /// Why a reverse began, by the stable name in [`wire::ChargeView::reverse_why`].
    reverse_why;
    "deadline": "付款时间到了", "The time to pay ran out";
    "cashier": "收银员撤销", "Reversed by the cashier";
    "code-lost": "收款码没有拿到", "The code to show did not come";
    else "原因没有说明", "The reason was not told";
}

rows! {
    /// How a reverse ended, by the stable name in [`wire::ChargeView::reverse_end`].
    reverse_end;
    "closed": "订单已关闭，没有付款", "The order is closed; nothing was paid";
    "given-back": "钱已原路退回", "The money went back";
    "nothing": "支付宝没有这笔订单", "The provider has no such order";
    else "没有收钱", "Nothing was kept";
}

/// The name of a step about money that goes back; `None` for any other step.
pub fn refund(fact: &str, lang: Lang) -> Option<&'static str> {
    Some(match (fact, lang) {
        ("return-begun", Lang::Zh) => "已不能撤销，改用退款退回",
        ("return-begun", Lang::En) => "Too late to cancel, given back by a refund",
        ("refund-asked", Lang::Zh) => "要求退款",
        ("refund-asked", Lang::En) => "Refund asked for",
        ("refund-given", Lang::Zh) => "已退款",
        ("refund-given", Lang::En) => "Refunded",
        ("refund-refused", Lang::Zh) => "支付宝没有退款",
        ("refund-refused", Lang::En) => "Alipay gave nothing back",
        ("refund-doubted", Lang::Zh) => "退款待查",
        ("refund-doubted", Lang::En) => "Refund in doubt",
        _ => return None,
    })
}
