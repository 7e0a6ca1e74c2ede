//! The languages, and how one is chosen.

/// A language of the product.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// 简体中文, the default.
    #[default]
    Zh,
    /// English.
    En,
}

impl Lang {
    /// The BCP 47 tag for `<html lang>` and speech.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The first supported language of an `Accept-Language` header, `navigator.languages` joined
    /// by commas, or a `LANG` variable; Chinese where none fits.
    pub fn prefer(wanted: &str) -> Self {
        let known = |part: &str| {
            let tag = part.trim().to_ascii_lowercase();
            if tag.starts_with("zh") {
                Some(Self::Zh)
            } else if tag.starts_with("en") {
                Some(Self::En)
            } else {
                None
            }
        };
        wanted.split([',', ';']).find_map(known).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_first_known_language_wins_and_chinese_is_the_default() {
        assert_eq!(Lang::prefer("fr-FR,en-US;q=0.8,zh;q=0.5"), Lang::En);
        assert_eq!(Lang::prefer("zh-CN,zh;q=0.9,en;q=0.8"), Lang::Zh);
        assert_eq!(Lang::prefer("en_US.UTF-8"), Lang::En);
        assert_eq!(Lang::prefer("C.UTF-8"), Lang::Zh);
        assert_eq!(Lang::prefer(""), Lang::Zh);
    }
}
