//! Which of the customer's sources of money a payment may come from, and 花呗 instalments.
//!
//! The code on the phone does not tell the source, so a shop says beforehand what it does not take.

use core::fmt;

use money::{FeeOn, Instalments};
use serde::Serialize;

/// Longest list of channels that Alipay reads.
const LIST_LETTERS_MAX: usize = 128;

/// What a payment asks of the customer's sources. The neutral value asks nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// Sources that may not be used.
    pub disabled: Disabled,
    /// Pay by 花呗 in instalments, and in no other way.
    pub instalments: Option<Instalments>,
}

/// A source of money, by Alipay's word for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Channel {
    /// 余额.
    Balance,
    /// 余额宝.
    MoneyFund,
    /// 网银.
    BankPay,
    /// 借记卡快捷.
    DebitCard,
    /// 信用卡快捷.
    CreditCard,
    /// 花呗.
    Huabei,
    /// 花呗分期.
    HuabeiInstalments,
    /// Everything on credit: 花呗, its instalments, credit cards.
    AllCredit,
    /// 红包.
    Coupon,
    /// 集分宝.
    Points,
    /// Alipay's promotions.
    Promotion,
    /// Vouchers.
    Voucher,
    /// The merchant's own discounts.
    MerchantDiscount,
    /// 亲密付: somebody else pays.
    Family,
    /// 商家储值卡.
    MerchantCard,
    /// 预付卡.
    PrepaidCard,
}

impl Channel {
    /// All of them, for settings and tests.
    pub const ALL: [Self; 16] = [
        Self::Balance,
        Self::MoneyFund,
        Self::BankPay,
        Self::DebitCard,
        Self::CreditCard,
        Self::Huabei,
        Self::HuabeiInstalments,
        Self::AllCredit,
        Self::Coupon,
        Self::Points,
        Self::Promotion,
        Self::Voucher,
        Self::MerchantDiscount,
        Self::Family,
        Self::MerchantCard,
        Self::PrepaidCard,
    ];

    /// Alipay's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::MoneyFund => "moneyFund",
            Self::BankPay => "bankPay",
            Self::DebitCard => "debitCardExpress",
            Self::CreditCard => "creditCardExpress",
            Self::Huabei => "pcredit",
            Self::HuabeiInstalments => "pcreditpayInstallment",
            Self::AllCredit => "credit_group",
            Self::Coupon => "coupon",
            Self::Points => "point",
            Self::Promotion => "promotion",
            Self::Voucher => "voucher",
            Self::MerchantDiscount => "mdiscount",
            Self::Family => "honeyPay",
            Self::MerchantCard => "mcard",
            Self::PrepaidCard => "pcard",
        }
    }

    /// The source of that word.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == name)
    }
}

/// A list of sources that may not be used, short enough to be read whole by Alipay.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disabled(Vec<Channel>);

/// Too many sources are switched off to fit the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the list of refused sources is longer than the 128 letters that Alipay reads; refuse fewer, \
     or credit_group instead of each kind of credit"
)]
pub struct TooMany;

impl Disabled {
    /// Nothing is refused.
    pub const NONE: Self = Self(Vec::new());

    /// These sources, each once.
    ///
    /// # Errors
    /// [`TooMany`] when Alipay would not read the list whole: a source that is silently taken after
    /// all would be worse than a refused setting.
    pub fn list(channels: &[Channel]) -> Result<Self, TooMany> {
        let mut channels = channels.to_vec();
        channels.sort_unstable();
        channels.dedup();
        let list = Self(channels);
        if list.to_string().len() > LIST_LETTERS_MAX {
            Err(TooMany)
        } else {
            Ok(list)
        }
    }

    /// Whether this source is refused by itself or with a group that it belongs to.
    pub fn refuses(&self, channel: Channel) -> bool {
        let is_credit = matches!(
            channel,
            Channel::Huabei | Channel::HuabeiInstalments | Channel::CreditCard
        );
        let has_group = is_credit && self.0.contains(&Channel::AllCredit);
        has_group || self.0.contains(&channel)
    }

    /// Whether nothing is refused.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As Alipay reads it: words with commas between.
impl fmt::Display for Disabled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<_> = self.0.iter().map(|channel| channel.as_str()).collect();
        out.write_str(&words.join(","))
    }
}

/// The fields of a request, left out where nothing is asked.
#[derive(Serialize)]
pub(super) struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    disable_pay_channels: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    extend_params: Option<ExtendParams>,
}

/// Both always together: with one of them only, Alipay's answer is not documented.
#[derive(Serialize)]
struct ExtendParams {
    hb_fq_num: String,
    hb_fq_seller_percent: &'static str,
}

impl Sources {
    pub(super) fn fields(&self) -> Fields {
        let disabled = (!self.disabled.is_empty()).then(|| self.disabled.to_string());
        Fields {
            disable_pay_channels: disabled,
            extend_params: self.instalments.map(|plan| ExtendParams {
                hb_fq_num: plan.months.count().to_string(),
                hb_fq_seller_percent: match plan.fee_on {
                    FeeOn::Customer => "0",
                    FeeOn::Shop => "100",
                },
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use money::{FeeOn, Instalments, Months};

    use super::{Channel, Disabled, Sources, TooMany};

    fn json(sources: &Sources) -> String {
        serde_json::to_string(&sources.fields()).expect("JSON")
    }

    #[test]
    fn nothing_asked_is_nothing_said() {
        assert_eq!(json(&Sources::default()), "{}");
    }

    #[test]
    fn refused_sources_are_a_list_without_repetitions() {
        let both = [
            Channel::HuabeiInstalments,
            Channel::Huabei,
            Channel::HuabeiInstalments,
        ];
        let disabled = Disabled::list(&both).expect("short");
        let sources = Sources {
            disabled,
            instalments: None,
        };
        assert_eq!(
            json(&sources),
            r#"{"disable_pay_channels":"pcredit,pcreditpayInstallment"}"#
        );
    }

    #[test]
    fn a_group_refuses_each_of_its_members() {
        let credit = Disabled::list(&[Channel::AllCredit]).expect("short");
        for member in [
            Channel::Huabei,
            Channel::HuabeiInstalments,
            Channel::CreditCard,
        ] {
            assert!(credit.refuses(member), "{member:?}");
        }
        assert!(credit.refuses(Channel::AllCredit) && !credit.refuses(Channel::Balance));
        assert!(!Disabled::NONE.refuses(Channel::Huabei));
    }

    #[test]
    fn a_list_that_alipay_would_not_read_whole_is_refused() {
        assert_eq!(Disabled::list(&Channel::ALL), Err(TooMany));
        assert!(TooMany.to_string().contains("128"));
    }

    #[test]
    fn instalments_name_their_number_and_who_bears_the_fee() {
        let of = |months, fee_on| Sources {
            disabled: Disabled::default(),
            instalments: Some(Instalments { months, fee_on }),
        };
        assert_eq!(
            json(&of(Months::Three, FeeOn::Customer)),
            r#"{"extend_params":{"hb_fq_num":"3","hb_fq_seller_percent":"0"}}"#
        );
        assert_eq!(
            json(&of(Months::Twelve, FeeOn::Shop)),
            r#"{"extend_params":{"hb_fq_num":"12","hb_fq_seller_percent":"100"}}"#
        );
    }

    #[test]
    fn only_known_sources_are_found_by_their_names() {
        for channel in Channel::ALL {
            assert_eq!(Channel::named(channel.as_str()), Some(channel));
        }
        assert_eq!(Channel::named("huabei"), None);
    }
}
