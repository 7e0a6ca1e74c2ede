//! The seven people who hold a phone in the sandbox, and what is special about each.

/// A customer of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Customer {
    /// Pays from 余额.
    Balance,
    /// Pays by 花呗.
    Huabei,
    /// Pays by 花呗, in instalments where the merchant asks for them.
    Instalments,
    /// Pays from 余额, but the wallet asks for the password each time.
    Password,
    /// Has no money at all.
    Broke,
    /// Has money, but the day's limit is used up.
    Limit,
    /// The account is frozen.
    Frozen,
}

/// Where a customer's money comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purse {
    /// 余额.
    Balance,
    /// 花呗.
    Huabei,
}

impl Purse {
    /// Alipay's word for it in `fund_bill_list`.
    pub const fn channel(self) -> &'static str {
        match self {
            Self::Balance => "ALIPAYACCOUNT",
            Self::Huabei => "PCREDIT",
        }
    }

    /// The sandbox's own word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Huabei => "huabei",
        }
    }
}

impl Customer {
    /// Everybody, in the order in which the wallet shows them.
    pub const ALL: [Self; 7] = [
        Self::Balance,
        Self::Huabei,
        Self::Instalments,
        Self::Password,
        Self::Broke,
        Self::Limit,
        Self::Frozen,
    ];

    /// Stable name in addresses and rules.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Balance => "balance",
            Self::Huabei => "huabei",
            Self::Instalments => "instalments",
            Self::Password => "password",
            Self::Broke => "broke",
            Self::Limit => "limit",
            Self::Frozen => "frozen",
        }
    }

    /// The customer of that stable name.
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == id)
    }

    /// Which purse this customer pays from.
    pub const fn purse(self) -> Purse {
        match self {
            Self::Huabei | Self::Instalments => Purse::Huabei,
            Self::Balance | Self::Password | Self::Broke | Self::Limit | Self::Frozen => {
                Purse::Balance
            }
        }
    }

    /// What 余额 holds at the start, in fen.
    pub const fn balance_fen(self) -> i64 {
        match self {
            Self::Balance | Self::Password => 50_000_000,
            Self::Huabei | Self::Instalments | Self::Limit | Self::Frozen => 128_800,
            Self::Broke => 0,
        }
    }

    /// What 花呗 may still lend at the start, in fen.
    pub const fn huabei_fen(self) -> i64 {
        match self {
            Self::Huabei | Self::Instalments => 50_000_000,
            Self::Balance | Self::Password | Self::Broke | Self::Limit | Self::Frozen => 0,
        }
    }

    /// `open`, `limit` or `frozen`: whether this account may pay today.
    pub const fn standing(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Frozen => "frozen",
            Self::Balance | Self::Huabei | Self::Instalments | Self::Password | Self::Broke => {
                "open"
            }
        }
    }

    /// The masked login that a merchant sees.
    pub const fn login(self) -> &'static str {
        match self {
            Self::Balance => "138****0001",
            Self::Huabei => "159****5620",
            Self::Instalments => "186****3612",
            Self::Password => "139****8888",
            Self::Broke => "137****0000",
            Self::Limit => "150****5000",
            Self::Frozen => "133****0404",
        }
    }

    /// The number by which the merchant knows the buyer (`buyer_user_id`).
    pub const fn user_no(self) -> &'static str {
        match self {
            Self::Balance => "2088102100000011",
            Self::Huabei => "2088102100000022",
            Self::Instalments => "2088102100000033",
            Self::Password => "2088102100000044",
            Self::Broke => "2088102100000055",
            Self::Limit => "2088102100000066",
            Self::Frozen => "2088102100000077",
        }
    }
}
