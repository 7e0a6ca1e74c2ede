//! Every sentence a person reads, in Simplified Chinese and English.
//!
//! Chinese is written first, English is a translation by meaning. One file per place where the
//! words are read; in each, both languages of a sentence stand on one line.

pub mod backup;
pub mod books;
pub mod cause;
pub mod cli;
pub mod device;
pub mod funding;
pub mod goods;
pub mod health;
pub mod kiosk;
pub mod lang;
pub mod picture;
pub mod plan;
pub mod problem;
pub mod receipt;
pub mod step;
pub mod till;
pub mod wallet;

pub use lang::Lang;

/// Declares a table of sentences: a struct with one field per sentence, and both languages of it.
#[macro_export]
macro_rules! words {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$note:meta])* $field:ident: $zh:literal, $en:literal;)+
    }) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $name { $($(#[$note])* #[doc = $en] pub $field: &'static str,)+ }
        impl $name {
            /// The table in one language.
            pub const fn of(lang: $crate::Lang) -> &'static Self {
                const ZH: $name = $name { $($field: $zh,)+ };
                const EN: $name = $name { $($field: $en,)+ };
                match lang { $crate::Lang::Zh => &ZH, $crate::Lang::En => &EN }
            }
            /// Every sentence by its name, for pages that are not written in Rust.
            pub fn all(lang: $crate::Lang) -> Vec<(&'static str, &'static str)> {
                let table = Self::of(lang);
                vec![$((stringify!($field), table.$field),)+]
            }
        }
    };
}

/// Puts values into a sentence: `fill("还剩 {s} 秒", &[("s", "12")])`.
pub fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    values
        .iter()
        .fold(sentence.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
}
