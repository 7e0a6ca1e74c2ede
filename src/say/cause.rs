//! Why a charge was refused or is in doubt: what happened, and what to do next.

use crate::Lang;

/// A cause in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// What happened.
    pub what: &'static str,
    /// What to do next.
    pub next: &'static str,
}

/// One row a stable name: what and next in Chinese, what and next in English. The last row has no
/// name; it speaks for causes that a later backend knows and this page does not.
macro_rules! rows {
    (
        $(#[$meta:meta])* $function:ident, $(#[$list_meta:meta])* $list:ident;
        $($name:literal: $zh:literal, $zh_next:literal, $en:literal, $en_next:literal;)+
        else $other:literal, $other_next:literal, $other_en:literal, $other_en_next:literal;
    ) => {
        $(#[$list_meta])*
        pub const $list: &[&str] = &[$($name),+];

        $(#[$meta])*
        pub fn $function(name: &str, lang: Lang) -> Words {
            match (name, lang) {
                $(
                    ($name, Lang::Zh) => Words { what: $zh, next: $zh_next },
                    ($name, Lang::En) => Words { what: $en, next: $en_next },
                )+
                (_, Lang::Zh) => Words { what: $other, next: $other_next },
                (_, Lang::En) => Words { what: $other_en, next: $other_en_next },
            }
        }
    };
}
pub(crate) use rows;

rows! {
    /// The words for a refusal's stable cause, as it stands in [`wire::RefusalView::cause`].
    refusal,
    /// The stable causes that have words of their own.
    REFUSALS;
    "code-expired":
        "付款码过期了，或已用过。", "请顾客刷新付款码，再扫新的。",
        "The payment code has expired or was used.",
        "Ask the customer to refresh it, then scan the fresh one.";
    "try-again":
        "这次没付成，没有收钱。", "请顾客刷新付款码，再收一次。",
        "It did not go through this time; nothing was taken.",
        "Ask the customer for a fresh code and charge once more.";
    "no-money":
        "顾客所选的付款方式钱不够，没有收钱。", "请顾客换一种付款方式（余额、银行卡、花呗），再扫码。",
        "There is not enough money in the customer's chosen source.",
        "Ask the customer to choose another (balance, card, Huabei), then scan again.";
    "customer-limit":
        "顾客当天或当月的付款额度用完了，没有收钱。", "请顾客换一种付款方式或换一个钱包，或付现金。",
        "The customer's limit of the day or month is used up.",
        "Ask for another source, another wallet, or cash.";
    "wallet-setting":
        "顾客的钱包没有开通付款码，没有收钱。", "请顾客在支付宝里按提示开通付款码，再扫一次。",
        "Payment codes are switched off in the customer's wallet.",
        "Ask the customer to switch them on in Alipay, then scan again.";
    "no-funding":
        "顾客的钱包里没有可用的付款方式，没有收钱。", "请顾客添加银行卡或换一种付款方式，再扫码。",
        "The wallet has no source that may pay for this.",
        "Ask the customer to add a card or choose another source, then scan again.";
    "customer-account":
        "顾客的支付宝账户付不了款（可能被冻结或未实名），没有收钱。",
        "请顾客换一个钱包或付现金；账户的事请顾客联系支付宝。",
        "The customer's Alipay account cannot pay: frozen or not verified.",
        "Ask for another wallet or cash; the customer can ask Alipay about the account.";
    "risk":
        "支付宝认为这笔有风险，没有收钱。", "不要再试，请顾客换一个钱包或付现金。",
        "Alipay thinks that this payment is risky and took nothing.",
        "Do not try again; ask for another wallet or cash.";
    "same-person":
        "付款的和收款的是同一个账户，没有收钱。", "请用别人的支付宝付款码来付。",
        "Payer and shop are the same Alipay account.",
        "Let somebody else's Alipay pay.";
    "amount-limit":
        "金额超过支付宝单笔能收的上限，没有收钱。", "请分成几笔收，或改用别的付款方式。",
        "The amount is above what Alipay takes at once.",
        "Split it into several charges, or take another way to pay.";
    "merchant":
        "本店的支付宝收款受限，没有收钱。", "现在先收现金；请店主登录支付宝商家中心查看原因。",
        "Alipay has restricted this shop's receiving of money.",
        "Take cash for now; the owner should look into Alipay's merchant centre.";
    "setup":
        "本店的支付宝设置有误（签约、密钥或时钟），没有收钱。",
        "现在先收现金；请店主核对应用编号、密钥、签约产品和电脑时间。",
        "This shop's Alipay set-up is wrong: contract, keys or clock.",
        "Take cash for now; the owner should check app id, keys, contract and the machine's clock.";
    "request":
        "支付宝不接受这笔请求的内容，没有收钱。", "请再收一次；还不行请先收现金，并把下面的代码交给维护的人。",
        "Alipay did not accept a part of the request; nothing was taken.",
        "Charge once more; if it stays so take cash and hand on the code below.";
    "closed":
        "顾客取消了，或付款时间到了，没有收钱。", "还要付款的话，请顾客刷新付款码，再收一次。",
        "The customer cancelled, or the time to pay ran out; nothing was taken.",
        "If the customer still wants to pay, scan a fresh code.";
    "not-sent":
        "连不上支付宝，请求没有发出，没有收钱。", "请检查后台电脑的网络，恢复后扫新的付款码；也可先收现金。",
        "Alipay could not be reached; the request never left, nothing was taken.",
        "Check the network of the backend's machine, then scan a fresh code; or take cash.";
    "given-elsewhere":
        "这笔钱已经在别处全部退回，这次没有再退。", "请在支付宝商家中心核对退款记录，不要再退一次。",
        "All of this payment has gone back elsewhere; this refund gave nothing.",
        "Compare the refunds in Alipay's merchant centre; do not give it back again.";
    "other-account":
        "现在的支付宝应用里没有这笔订单，它是用别的应用或账户收的，这次没有退。",
        "请在当时收款的支付宝账户里退款，或退现金。",
        "The present Alipay app has no such order: another account took it. Nothing went back.",
        "Refund it in the account that took it, or in cash.";
    else
        "支付宝没有收这笔钱。", "请看下面的代码和说明，再决定换付款方式或收现金。",
        "Alipay did not take this payment.",
        "See the code below, then take another way to pay or cash.";
}

rows! {
    /// The words for a doubt's stable name, as it stands in [`wire::ChargeView::doubt`].
    doubt,
    /// The stable doubts that have words of their own.
    DOUBTS;
    "lost":
        "没有等到支付宝的回答，钱可能已付。", "不要再收，后台正在向支付宝查询；请顾客先别离开。",
        "Alipay's answer did not arrive; the money may have been paid.",
        "Do not charge again: the backend is asking Alipay. Ask the customer to wait.";
    "unreachable":
        "现在连不上支付宝。", "不要再收，网络一恢复后台就会查明；请检查后台电脑的网络。",
        "Alipay cannot be reached right now.",
        "Do not charge again: the backend finds out once the network is back. Check the network.";
    "busy":
        "支付宝正忙，还没有给出结果。", "不要再收，后台过几秒会再问。",
        "Alipay is busy and has not said yet.",
        "Do not charge again: the backend asks again in a few seconds.";
    "unverified":
        "回答的签名不对，不能当真。", "不要再收，后台正在重新查询；一直这样请店主核对支付宝公钥。",
        "The answer's signature is wrong, so it cannot be believed.",
        "Do not charge again: the backend asks again. If it stays so, check Alipay's public key.";
    "garbled":
        "回答看不懂。", "不要再收，后台正在重新查询。",
        "The answer makes no sense.",
        "Do not charge again: the backend is asking again.";
    "mismatch":
        "回答里的金额、订单或商户对不上。", "不要再收，后台会撤销这笔；请店主查看记录。",
        "Amount, order or merchant in the answer are not ours.",
        "Do not charge again: the backend reverses this charge. The owner should see the record.";
    "unclear":
        "支付宝的回答说不清有没有付成。", "不要再收，后台正在查询结果。",
        "Alipay's answer does not tell whether it was paid.",
        "Do not charge again: the backend is finding out.";
    "restarted":
        "收款时后台重启了。", "不要再收，后台正在查明结果。",
        "The backend restarted during the charge.",
        "Do not charge again: the backend is finding out.";
    else
        "还不知道付成没有。", "不要再收，后台正在查明结果。",
        "It is not known yet whether it was paid.",
        "Do not charge again: the backend is finding out.";
}

#[cfg(test)]
mod tests {
    use super::{DOUBTS, REFUSALS, doubt, refusal};
    use crate::Lang;

    #[test]
    fn every_cause_and_doubt_says_what_happened_and_what_to_do_next() {
        let rows = REFUSALS
            .iter()
            .map(|name| (name, refusal as fn(&str, Lang) -> super::Words));
        let rows = rows.chain(DOUBTS.iter().map(|name| (name, doubt as _)));
        for (name, say) in rows {
            let (zh, en) = (say(name, Lang::Zh), say(name, Lang::En));
            assert!(zh.what.ends_with('。') && zh.next.ends_with('。'), "{name}");
            assert!(en.what.ends_with('.') && en.next.ends_with('.'), "{name}");
            assert_ne!(zh, say("", Lang::Zh), "{name}");
        }
    }

    #[test]
    fn no_doubt_invites_a_second_charge() {
        for name in DOUBTS {
            assert!(doubt(name, Lang::Zh).next.starts_with("不要再收"), "{name}");
            assert!(
                doubt(name, Lang::En)
                    .next
                    .starts_with("Do not charge again"),
                "{name}"
            );
        }
    }
}
