//! Each ban can fail, and each of its exceptions holds.

use super::{NOTES, check};
use crate::tidy::source::Source;

/// Lines of what is found.
fn lines(place: &str, text: &str) -> Vec<usize> {
    let source = Source::read(place, text).expect("the text is Rust");
    check(&source).iter().map(|finding| finding.line).collect()
}

#[test]
fn a_file_with_an_empty_name_is_found() {
    for place in [
        "src/till/utils.rs",
        "src/till/helpers/money.rs",
        "src/till/qr_manager.rs",
    ] {
        assert_eq!(lines(place, ""), [0], "{place}");
    }
    assert!(lines("src/till/keypad.rs", "").is_empty());
}

#[test]
fn a_type_or_module_with_an_empty_name_is_found() {
    for text in [
        "struct ChargeInfo;",
        "enum NewCharge {}",
        "trait Handler {}",
        "mod util {}",
    ] {
        assert_eq!(lines("src/till/a.rs", text), [1], "{text}");
    }
    assert!(lines("src/wire/a.rs", "struct ChargeNews; struct Base64;").is_empty());
}

#[test]
fn banned_calls_are_found_in_code_and_inside_macros() {
    for text in [
        "fn f() { a.unwrap(); }",
        "#[allow(dead_code)] fn f() {}",
        "#![allow(dead_code)]",
        "fn f() { todo!() }",
        "fn f() { unimplemented!() }",
        "fn f() { dbg!(a); }",
        "fn f() { view! { <p inner_html=text /> } }",
        "fn f() { element.set_inner_html(text) }",
        "fn f() { assert!(a.unwrap()); }",
    ] {
        assert_eq!(lines("src/till/a.rs", text), [1], "{text}");
        assert_eq!(lines("tests/api/a.rs", text), [1], "{text}");
    }
}

#[test]
fn the_same_words_in_strings_and_comments_are_no_calls() {
    let text = "// a.unwrap()\nconst A: &str = \"todo!() .unwrap() println!\";";
    assert!(lines("src/till/a.rs", text).is_empty());
    assert!(lines("src/till/a.rs", "fn f() { a.unwrap_or_default(); }").is_empty());
}

#[test]
fn printing_is_for_xtask_and_tests() {
    for call in ["println", "eprintln", "print", "eprint"] {
        let text = format!("fn f() {{ {call}!(\"a\") }}");
        assert_eq!(lines("src/server/a.rs", &text), [1]);
        assert_eq!(lines("src/scantill/a.rs", &text), [1]);
        for place in [
            "src/xtask/a.rs",
            "tests/bench/a.rs",
            "src/scantill/build.rs",
        ] {
            assert!(lines(place, &text).is_empty(), "{place}");
        }
    }
}

#[test]
fn the_world_comes_in_through_scantill() {
    for text in [
        "use std::time::SystemTime;",
        "use std::env;",
        "fn f() { process::exit(1) }",
    ] {
        assert_eq!(lines("src/server/a.rs", text), [1], "{text}");
        assert!(lines("src/scantill/world.rs", text).is_empty(), "{text}");
    }
    assert!(
        lines(
            "src/server/a.rs",
            "const V: &str = env!(\"CARGO_PKG_VERSION\");"
        )
        .is_empty()
    );
}

#[test]
fn pure_rooms_have_no_async_and_no_clock() {
    for text in ["async fn f() {}", "use std::time::Instant;"] {
        assert_eq!(lines("src/ledger/a.rs", text), [1]);
        assert!(lines("src/server/a.rs", text).is_empty());
    }
}

#[test]
fn notes_to_oneself_are_found_even_in_comments() {
    for note in NOTES {
        assert_eq!(lines("src/till/a.rs", &format!("// {note} later")), [1]);
    }
}
