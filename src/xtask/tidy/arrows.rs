//! Which room may import which, and which outside crates a room never sees.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::fault::Fault;

/// What a room may import. Names stand in one text with blanks between them.
struct Room {
    name: &'static str,
    /// Our rooms that it may import.
    may: &'static str,
    /// Outside crates that it never imports.
    never: &'static str,
    /// How many outside crates it may name at most.
    outside_max: usize,
}

/// Crates that bring in IO, a clock or chance: the law must run a million times in a test.
const WORLD: &str = "async-trait axum chrono futures getrandom hyper leptos rand reqwest \
                     rusqlite sqlx tokio tower tower-http tracing ureq";

/// The same, and no JSON: a new name in JSON is not a change to money.
const WORLD_AND_JSON: &str = "async-trait axum chrono futures getrandom hyper leptos rand \
                              reqwest rusqlite serde serde_json sqlx tokio tower tower-http \
                              tracing ureq";

/// A page asks the server; it holds no rows, keeps no secrets and decodes no pictures.
const SERVERS: &str = "aws-lc-rs axum reqwest rqrr rusqlite tokio";

/// The decoder speaks to the page by message only, and has no screen.
const SCREEN: &str = "gloo-net leptos serde_json tokio";

/// Rows, not messages.
const HTTP: &str = "axum hyper reqwest ureq";

/// Rows are the store's business, screens the page's.
const ROWS_AND_SCREEN: &str = "leptos rusqlite";

/// The map of `ARCHITECTURE.md` as data.
const ROOMS: &[Room] = &[
    room("money", "", WORLD, 2),
    room("scan", "", WORLD, 2),
    room("g2p", "", WORLD, 0),
    room("ledger", "money", WORLD_AND_JSON, 2),
    room("sale", "money", WORLD, 2),
    room("guard", "money", WORLD, 2),
    room("eye", "scan", SCREEN, 6),
    room("wire", "sale guard money", WORLD, 4),
    room("say", "wire money", WORLD, 2),
    room("print", "money say", WORLD_AND_JSON, 3),
    // Two of them read a bill: its zip and its GBK.
    room("provider", "ledger money", WORLD, 12),
    room("store", "ledger sale guard money", HTTP, 8),
    room("kit", "wire guard money say", SERVERS, 14),
    room("till", "kit wire sale guard money say", SERVERS, 14),
    room("portal", "kit wire sale guard money say", SERVERS, 14),
    room(
        "server",
        "wire guard sale store provider ledger print money say",
        ROWS_AND_SCREEN,
        20,
    ),
    room("sandbox", "provider ledger money say", ROWS_AND_SCREEN, 20),
    room(
        "scantill",
        "server sandbox store say provider wire scan money",
        "leptos",
        20,
    ),
    room("xtask", "", "axum leptos tokio", 10),
];

const fn room(
    name: &'static str,
    may: &'static str,
    never: &'static str,
    outside_max: usize,
) -> Room {
    Room {
        name,
        may,
        never,
        outside_max,
    }
}

/// Whether a text of names has this one.
fn has(names: &str, name: &str) -> bool {
    names.split_ascii_whitespace().any(|one| one == name)
}

/// Keys that make the flat form of a room safe; cargo would guess otherwise.
const FORM: [&str; 4] = ["autobins", "autotests", "autoexamples", "autobenches"];

/// Checks the manifest of every room under `src`.
pub(super) fn check(root: &Path) -> Result<Vec<Finding>, Fault> {
    let mut findings = Vec::new();
    let source = root.join("src");
    for entry in fs::read_dir(&source).map_err(Fault::file(&source))? {
        let manifest = entry
            .map_err(Fault::file(&source))?
            .path()
            .join("Cargo.toml");
        if manifest.is_file() {
            let table = read(&manifest)?;
            let place = manifest
                .strip_prefix(root)
                .unwrap_or(&manifest)
                .display()
                .to_string();
            let words = check_manifest(&table, &room_of(&manifest));
            findings.extend(
                words
                    .into_iter()
                    .map(|words| Finding::new(&place, 0, words)),
            );
        }
    }
    Ok(findings)
}

/// Names of everything under `[dependencies]`, ours and outside ones.
pub(crate) fn dependencies(manifest: &Path) -> Result<Vec<String>, Fault> {
    Ok(keys(&read(manifest)?, "dependencies"))
}

fn read(manifest: &Path) -> Result<toml::Table, Fault> {
    let text = fs::read_to_string(manifest).map_err(Fault::file(manifest))?;
    text.parse()
        .map_err(|fault: toml::de::Error| Fault::Manifest {
            path: manifest.to_owned(),
            words: fault.message().to_owned(),
        })
}

fn room_of(manifest: &Path) -> String {
    let folder = manifest
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default();
    folder.to_string_lossy().into_owned()
}

/// Names in a section, those for one kind of machine included.
fn keys(table: &toml::Table, section: &str) -> Vec<String> {
    let targets = table.get("target").and_then(toml::Value::as_table);
    let tables = targets
        .into_iter()
        .flat_map(toml::Table::values)
        .filter_map(|t| t.get(section));
    let tables = table
        .get(section)
        .into_iter()
        .chain(tables)
        .filter_map(toml::Value::as_table);
    tables.flat_map(|table| table.keys().cloned()).collect()
}

/// What is wrong with a room's manifest, as sentences.
fn check_manifest(table: &toml::Table, folder: &str) -> Vec<String> {
    let Some(room) = ROOMS.iter().find(|room| room.name == folder) else {
        return vec![format!(
            "the room `{folder}` is not on the map in tidy/arrows.rs"
        )];
    };
    let mut words = check_form(table, folder);
    let names = keys(table, "dependencies");
    let (ours, outside): (Vec<_>, Vec<_>) = names.iter().partition(|name| is_room(name));
    for name in ours {
        if !has(room.may, name) {
            words.push(format!("{folder} may not import {name}"));
        }
    }
    if outside.len() > room.outside_max {
        let (count, most) = (outside.len(), room.outside_max);
        words.push(format!(
            "{folder} names {count} outside crates; the limit is {most}"
        ));
    }
    for name in outside.into_iter().filter(|name| has(room.never, name)) {
        words.push(format!("{folder} never imports {name}"));
    }
    for name in keys(table, "dev-dependencies")
        .iter()
        .filter(|name| name.as_str() == "tests")
    {
        words.push(format!("nothing imports {name}, not even {folder}'s tests"));
    }
    words
}

fn is_room(name: &str) -> bool {
    name == "tests" || ROOMS.iter().any(|room| room.name == name)
}

fn check_form(table: &toml::Table, folder: &str) -> Vec<String> {
    let at = |section: &str, key: &str| table.get(section).and_then(|section| section.get(key));
    let mut words = Vec::new();
    if at("package", "name").and_then(toml::Value::as_str) != Some(folder) {
        words.push(format!("the crate in src/{folder} is called {folder}"));
    }
    for key in FORM {
        if at("package", key).and_then(toml::Value::as_bool) != Some(false) {
            words.push(format!("`{key} = false` is missing in [package]"));
        }
    }
    if at("lints", "workspace").and_then(toml::Value::as_bool) != Some(true) {
        words.push("`workspace = true` is missing in [lints]".to_owned());
    }
    if table.contains_key("lib")
        && at("lib", "doctest").and_then(toml::Value::as_bool) != Some(false)
    {
        words.push("`doctest = false` is missing in [lib]".to_owned());
    }
    words
}

#[cfg(test)]
mod tests {
    use super::{ROOMS, check_manifest, is_room};

    const HEAD: &str = "autobins = false\nautotests = false\nautoexamples = false\n\
                        autobenches = false\n[lints]\nworkspace = true\n[dependencies]\n";

    fn check(room: &str, dependencies: &str) -> Vec<String> {
        let text = format!("[package]\nname = \"{room}\"\n{HEAD}{dependencies}");
        check_manifest(&text.parse().expect("valid TOML"), room)
    }

    #[test]
    fn an_arrow_on_the_map_is_fine() {
        assert!(check("ledger", "money.workspace = true").is_empty());
        assert!(check("till", "wire.workspace = true\nleptos.workspace = true").is_empty());
    }

    #[test]
    fn an_arrow_that_is_not_on_the_map_is_found() {
        for (room, name) in [
            ("ledger", "wire"),
            ("till", "ledger"),
            ("till", "scan"),
            ("server", "sandbox"),
            ("store", "provider"),
            ("sandbox", "store"),
            ("money", "tests"),
            ("xtask", "money"),
        ] {
            let words = check(room, &format!("{name}.workspace = true"));
            assert_eq!(words, [format!("{room} may not import {name}")]);
        }
    }

    #[test]
    fn an_arrow_for_one_kind_of_machine_is_an_arrow() {
        let target = "[target.'cfg(unix)'.dependencies]\nwire.workspace = true";
        assert_eq!(check("ledger", target), ["ledger may not import wire"]);
    }

    #[test]
    fn an_outside_crate_that_a_room_never_sees_is_found() {
        for (room, name) in [
            ("ledger", "serde"),
            ("money", "tokio"),
            ("scan", "rand"),
            ("provider", "reqwest"),
            ("till", "rusqlite"),
            ("server", "rusqlite"),
        ] {
            let words = check(room, &format!("{name} = \"1\""));
            assert_eq!(words, [format!("{room} never imports {name}")]);
        }
    }

    #[test]
    fn too_many_outside_crates_are_found() {
        let words = check("money", "a = \"1\"\nb = \"1\"\nc = \"1\"");
        assert_eq!(words, ["money names 3 outside crates; the limit is 2"]);
    }

    #[test]
    fn a_room_beside_the_map_is_found() {
        assert_eq!(
            check("attic", ""),
            ["the room `attic` is not on the map in tidy/arrows.rs"]
        );
    }

    #[test]
    fn a_manifest_that_lets_cargo_guess_is_found() {
        let table = "[package]\nname = \"cash\"\n[lib]\n"
            .parse()
            .expect("valid TOML");
        let words = check_manifest(&table, "money");
        assert_eq!(words.len(), 7, "{words:?}");
    }

    #[test]
    fn the_map_has_no_circle() {
        // Taking away rooms without arrows until none is left works only where there is no circle.
        let mut left: Vec<_> = ROOMS.iter().collect();
        while !left.is_empty() {
            let names: Vec<_> = left.iter().map(|room| room.name).collect();
            let before = left.len();
            left.retain(|room| room.may.split(' ').any(|name| names.contains(&name)));
            assert!(left.len() < before, "a circle among {names:?}");
            assert!(names.iter().all(|name| is_room(name)));
        }
    }
}
