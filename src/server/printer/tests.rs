//! Tests of a printer's address. What it prints is seen at the interface, with a printer there.

use super::{Paper, Printer, with_port};

#[test]
fn an_address_without_a_port_gets_that_of_printers() {
    for (place, full) in [
        ("192.168.1.50", "192.168.1.50:9100"),
        ("192.168.1.50:9101", "192.168.1.50:9101"),
        ("kitchen-printer.local", "kitchen-printer.local:9100"),
        ("printer:515", "printer:515"),
        ("fe80::1", "[fe80::1]:9100"),
        ("[fe80::1]:9101", "[fe80::1]:9101"),
    ] {
        assert_eq!(with_port(place).as_deref(), Some(full), "{place}");
    }
}

#[test]
fn what_is_no_address_is_no_printer() {
    for place in [
        "",
        "  ",
        ":9100",
        "printer:",
        "printer:0",
        "printer:99999",
        "http://printer",
        "10.0.0.1:0",
        "a b",
        &"a".repeat(300),
    ] {
        assert!(Printer::at(place, Paper::Mm80).is_none(), "{place}");
    }
}
