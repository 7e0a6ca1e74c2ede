//! What the kiosk says to the customer who stands before it, where the till speaks to a cashier.

use crate::Lang;
use crate::cause::{Words, rows};

crate::words! {
    /// The kiosk's sentences; all others are the till's.
    KioskWords {
        refused: "没有付成，没有扣款", "Not paid: nothing was taken";
        again: "再付一次", "Try again";
        cancel: "不付了", "Do not pay";
        sending_next: "一般一秒内有结果，请稍等。", "Usually done within a second. One moment.";
        unknown_next:
            "几秒内会查清；{s}\u{a0}秒内查不清就自动撤销，不会多扣您的钱。",
            "It will be known in seconds; after {s}\u{a0}s it is undone. You will not pay twice.";
        unknown_over:
            "正在撤销，撤销后不会扣您的钱。",
            "It is being undone; then nothing is taken from you.";
        unknown_lost:
            "网络断了，正在等它恢复。请先不要离开。",
            "The network is down; waiting for it. Please stay a moment.";
        reversing_next: "撤销完成前请不要再付。", "Please do not pay again until it is done.";
        reversed: "已撤销，没有扣款", "Cancelled: nothing was taken";
        reversed_closed: "订单已关闭，没有扣您的钱。", "The order is closed; you paid nothing.";
        reversed_back: "钱已原路退回给您。", "Your money was given back.";
        too_large:
            "超过单笔上限 ¥{limit}，请修改金额，或找店员。",
            "The limit is ¥{limit}. Correct it, or ask the staff.";
        offline: "现在不能付款，请稍等，或找店员。", "You cannot pay right now. Wait, or ask the staff.";
        out_of_order:
            "这台机器暂时收不了款，请找店员。",
            "This machine cannot take payments at the moment. Please ask the staff.";
        provider_off:
            "这里还不能用{provider}，请换一个钱包。",
            "{provider} is not taken here yet. Please use another wallet.";
        not_payment_code:
            "这不是付款码。请打开支付宝的“付钱/付款码”。",
            "This is not a payment code. Open Pay in your wallet.";
        code_used: "这个码刚用过，请刷新付款码。", "This code was just used. Please refresh it.";
        code_expired: "付款码过期了，请刷新后再出示。", "The code is too old. Please refresh it.";
        camera_away: "摄像头现在用不了，请找店员。", "The camera does not work. Please ask the staff.";
    }
}

rows! {
    /// Why nothing was taken, by a refusal's stable cause or a problem's stable name.
    refusal,
    /// The causes and problems that have words of their own.
    REFUSALS;
    "code-expired":
        "付款码过期了，或已用过。", "请刷新付款码，再对准摄像头。",
        "The payment code has expired or was used.", "Refresh it and hold it to the camera.";
    "try-again":
        "这次没有付成，没有扣款。", "请刷新付款码，再付一次。",
        "It did not go through this time; nothing was taken.", "Refresh your code and try again.";
    "no-money":
        "所选的付款方式钱不够，没有扣款。", "请在手机上换一种付款方式，再出示付款码。",
        "There is not enough money in the source you chose.",
        "Choose another one on your phone, then show your code again.";
    "customer-limit":
        "您的付款额度用完了，没有扣款。", "请在手机上换一种付款方式，或找店员。",
        "Your payment limit is used up.", "Choose another source on your phone, or ask the staff.";
    "wallet-setting":
        "您的钱包没有开通付款码，没有扣款。", "请在支付宝里按提示开通，再出示付款码。",
        "Payment codes are switched off in your wallet.",
        "Switch them on in Alipay, then show your code again.";
    "no-funding":
        "钱包里没有可用的付款方式，没有扣款。", "请添加银行卡或换一种付款方式，或找店员。",
        "Your wallet has no source that may pay for this.",
        "Add a card or choose another source, or ask the staff.";
    "customer-account":
        "您的支付宝账户现在付不了款，没有扣款。", "请看支付宝里的提示，或找店员换一种方式付款。",
        "Your Alipay account cannot pay at present.",
        "See what Alipay says, or ask the staff for another way to pay.";
    "risk":
        "支付宝没有让这笔通过，没有扣款。", "请不要再试，找店员换一种方式付款。",
        "Alipay did not let this payment pass; nothing was taken.",
        "Please do not try again; ask the staff for another way to pay.";
    "same-person":
        "这个钱包不能付给这家店，没有扣款。", "请换一个钱包，或找店员。",
        "This wallet cannot pay this shop.", "Use another wallet, or ask the staff.";
    "amount-limit":
        "金额超过支付宝单笔上限，没有扣款。", "请找店员换一种方式付款。",
        "The amount is above what Alipay takes at once.", "Please ask the staff.";
    "amount-too-large":
        "金额超过这家店的单笔上限，没有扣款。", "请核对金额，或找店员。",
        "The amount is above this shop's limit; nothing was taken.",
        "Check the amount, or ask the staff.";
    "merchant":
        "这家店现在收不了支付宝，没有扣款。", "请找店员换一种方式付款。",
        "This shop cannot take Alipay at present; nothing was taken.",
        "Please ask the staff for another way to pay.";
    "setup":
        "这台机器现在收不了支付宝，没有扣款。", "请找店员换一种方式付款。",
        "This machine cannot take Alipay at present; nothing was taken.",
        "Please ask the staff for another way to pay.";
    "request":
        "这次没有付成，没有扣款。", "请再付一次；还不行请找店员。",
        "It did not go through; nothing was taken.", "Try again; if it stays so, ask the staff.";
    "closed":
        "付款取消了，或时间到了，没有扣款。", "还要付款的话，请刷新付款码，再付一次。",
        "The payment was cancelled, or the time ran out; nothing was taken.",
        "If you still want to pay, show a fresh code.";
    "not-sent":
        "现在连不上支付宝，没有扣款。", "请稍后再试，或找店员。",
        "Alipay cannot be reached; nothing was taken.", "Try again later, or ask the staff.";
    "given-elsewhere":
        "这笔钱已经退回，没有扣款。", "请找店员核对。",
        "This payment has gone back already; nothing was taken.", "Please ask the staff.";
    "other-account":
        "这里查不到这笔订单，没有扣款。", "请找店员。",
        "This machine does not know the order; nothing was taken.", "Please ask the staff.";
    "not-delivered":
        "网络断了，没有扣款。", "请刷新付款码，再付一次；还不行请找店员。",
        "The network failed; nothing was taken.",
        "Refresh your code and try again; if it stays so, ask the staff.";
    "code-used":
        "这个付款码用过了，没有再扣款。", "请刷新付款码，再对准摄像头。",
        "This code was used already; nothing more was taken.",
        "Refresh it and hold it to the camera.";
    "provider-disabled":
        "这里还不能用这个钱包，没有扣款。", "请改用支付宝付款码。",
        "This wallet is not taken here; nothing was taken.", "Please use an Alipay code.";
    "too-busy":
        "现在付款的人太多，没有扣款。", "请等几秒再付一次。",
        "Too many people are paying at this moment; nothing was taken.",
        "Wait some seconds and try again.";
    else
        "现在不能付款，没有扣款。", "请找店员。",
        "You cannot pay right now; nothing was taken.", "Please ask the staff.";
}

#[cfg(test)]
mod tests {
    use super::{KioskWords, REFUSALS, refusal};
    use crate::{Lang, cause};

    #[test]
    fn every_refusal_of_a_provider_is_told_to_the_customer_in_its_own_words() {
        for name in cause::REFUSALS {
            assert!(REFUSALS.contains(name), "{name}");
        }
        for name in REFUSALS {
            let (zh, en) = (refusal(name, Lang::Zh), refusal(name, Lang::En));
            assert!(zh.what.ends_with('。') && zh.next.ends_with('。'), "{name}");
            assert!(en.what.ends_with('.') && en.next.ends_with('.'), "{name}");
            assert_ne!(zh, refusal("", Lang::Zh), "{name}");
        }
    }

    #[test]
    fn the_kiosk_speaks_to_the_customer_and_not_about_one() {
        let causes = REFUSALS.iter().chain([&""]);
        for words in causes.map(|name| [refusal(name, Lang::Zh), refusal(name, Lang::En)]) {
            for sentence in words.into_iter().flat_map(|one| [one.what, one.next]) {
                assert!(!sentence.contains("顾客"), "{sentence}");
                assert!(!sentence.to_lowercase().contains("customer"), "{sentence}");
            }
        }
        for (name, sentence) in KioskWords::all(Lang::Zh) {
            assert!(!sentence.contains("顾客"), "{name}");
        }
    }

    #[test]
    fn both_languages_ask_for_the_same_values() {
        let all = KioskWords::all(Lang::Zh);
        for ((name, zh), (_, en)) in all.iter().zip(KioskWords::all(Lang::En)) {
            for value in ["{s}", "{limit}", "{provider}"] {
                assert_eq!(zh.contains(value), en.contains(value), "{name} {value}");
            }
        }
    }
}
