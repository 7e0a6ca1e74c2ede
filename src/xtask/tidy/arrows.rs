//! Which room may import which, and which outside crates a room never sees.

use std::fs;
use std::path::Path;

use super::Finding;
use crate::fault::Fault;

/// What a room may import.
struct Room {
    name: &'static str,
    /// Our rooms that it may import.
    may: &'static [&'static str],
    /// Outside crates that it never imports.
    never: &'static [&'static str],
    /// How many outside crates it may name at most.
    outside_max: usize,
}

/// Crates that bring in IO, a clock or chance: the law must run a million times in a test.
const WORLD: &[&str] = &[
    "async-trait",
    "axum",
    "chrono",
    "futures",
    "getrandom",
    "hyper",
    "leptos",
    "rand",
    "reqwest",
    "rusqlite",
    "sqlx",
    "tokio",
    "tower",
    "tower-http",
    "tracing",
    "ureq",
];

/// The same, and no JSON: a new name in JSON is not a change to money.
const WORLD_AND_JSON: &[&str] = &[
    "async-trait",
    "axum",
    "chrono",
    "futures",
    "getrandom",
    "hyper",
    "leptos",
    "rand",
    "reqwest",
    "rusqlite",
    "serde",
    "serde_json",
    "sqlx",
    "tokio",
    "tower",
    "tower-http",
    "tracing",
    "ureq",
];

/// A page asks the server; it holds no rows and makes no calls of its own kind.
const NOT_IN_A_PAGE: &[&str] = &["aws-lc-rs", "axum", "reqwest", "rqrr", "rusqlite", "tokio"];

const HTTP: &[&str] = &["axum", "hyper", "reqwest", "ureq"];

/// The map of `ARCHITECTURE.md` as data.
const ROOMS: &[Room] = &[
    Room {
        name: "money",
        may: &[],
        never: WORLD,
        outside_max: 2,
    },
    Room {
        name: "scan",
        may: &[],
        never: WORLD,
        outside_max: 2,
    },
    Room {
        name: "ledger",
        may: &["money"],
        never: WORLD_AND_JSON,
        outside_max: 2,
    },
    Room {
        name: "sale",
        may: &["money"],
        never: WORLD,
        outside_max: 2,
    },
    Room {
        name: "guard",
        may: &["money"],
        never: WORLD,
        outside_max: 2,
    },
    Room {
        name: "eye",
        may: &["scan"],
        never: NOT_IN_THE_EYE,
        outside_max: 6,
    },
    Room {
        name: "wire",
        may: &["sale", "guard", "money"],
        never: WORLD,
        outside_max: 4,
    },
    Room {
        name: "say",
        may: &["wire", "money"],
        never: WORLD,
        outside_max: 2,
    },
    Room {
        name: "provider",
        may: &["ledger", "money"],
        never: WORLD,
        outside_max: 10,
    },
    Room {
        name: "store",
        may: &["ledger", "sale", "guard", "money"],
        never: HTTP,
        outside_max: 8,
    },
    Room {
        name: "kit",
        may: &["wire", "guard", "money", "say"],
        never: NOT_IN_A_PAGE,
        outside_max: 14,
    },
    Room {
        name: "server",
        may: &[
            "wire", "guard", "sale", "store", "provider", "ledger", "money", "say",
        ],
        never: &["rusqlite", "leptos"],
        outside_max: 20,
    },
    Room {
        name: "sandbox",
        may: &["provider", "ledger", "money", "say"],
        never: &["rusqlite", "leptos"],
        outside_max: 20,
    },
    Room {
        name: "till",
        may: &["kit", "wire", "sale", "guard", "money", "say"],
        never: NOT_IN_A_PAGE,
        outside_max: 14,
    },
    Room {
        name: "portal",
        may: &["kit", "wire", "sale", "guard", "money", "say"],
        never: NOT_IN_A_PAGE,
        outside_max: 14,
    },
    Room {
        name: "scantill",
        may: &[
            "server", "sandbox", "store", "say", "provider", "wire", "money",
        ],
        never: &["leptos"],
        outside_max: 20,
    },
    Room {
        name: "xtask",
        may: &[],
        never: &["tokio", "axum", "leptos"],
        outside_max: 10,
    },
];

/// The decoder speaks to the page by message only, and has no screen.
const NOT_IN_THE_EYE: &[&str] = &["gloo-net", "leptos", "serde_json", "tokio"];

/// Lines that make the flat form of a room safe; cargo would guess otherwise.
const FORM: &[(&str, &str)] = &[
    ("package", "autobins"),
    ("package", "autotests"),
    ("package", "autoexamples"),
    ("package", "autobenches"),
];

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

fn keys(table: &toml::Table, section: &str) -> Vec<String> {
    let section = table.get(section).and_then(toml::Value::as_table);
    section
        .map(|table| table.keys().cloned().collect())
        .unwrap_or_default()
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
        if !room.may.contains(&name.as_str()) {
            words.push(format!("{folder} may not import {name}"));
        }
    }
    if outside.len() > room.outside_max {
        let (count, most) = (outside.len(), room.outside_max);
        words.push(format!(
            "{folder} names {count} outside crates; the limit is {most}"
        ));
    }
    for name in outside
        .into_iter()
        .filter(|name| room.never.contains(&name.as_str()))
    {
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
    for (section, key) in FORM {
        if at(section, key).and_then(toml::Value::as_bool) != Some(false) {
            words.push(format!("`{key} = false` is missing in [{section}]"));
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
            left.retain(|room| room.may.iter().any(|name| names.contains(name)));
            assert!(left.len() < before, "a circle among {names:?}");
            assert!(names.iter().all(|name| is_room(name)));
        }
    }
}
