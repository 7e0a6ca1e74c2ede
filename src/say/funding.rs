//! Where the money came from: wallets, and what the wallet took it from.

use money::Provider;

use crate::till::TillWords;

/// A wallet's name.
pub const fn wallet(words: &TillWords, provider: Provider) -> &'static str {
    match provider {
        Provider::Alipay => words.alipay,
        Provider::Wechat => words.wechat,
        Provider::Unionpay => words.unionpay,
    }
}

/// The name of one of Alipay's channels, from its list of `fundChannel`; the channel itself where
/// it is none of them.
pub fn name<'a>(words: &TillWords, channel: &'a str) -> &'a str {
    match channel {
        "PCREDIT" => words.fund_huabei,
        "PCREDITPAYINSTALLMENT" | "PCREDIT_INSTALLMENT" => words.fund_fenqi,
        "ALIPAYACCOUNT" => words.fund_balance,
        "FINANCEACCOUNT" => words.fund_yuebao,
        "BANKCARD" | "DEBIT_CARD_EXPRESS" | "CREDIT_CARD_EXPRESS" => words.fund_card,
        "COUPON" | "DISCOUNT" | "POINT" | "MDISCOUNT" | "MCOUPON" => words.fund_coupon,
        other => other,
    }
}
