//! Every value of every column of every table, changed in several ways: found and named. Columns
//! are read off the schema, so that one that is added later is tried as well.

use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;

use super::{record, unguarded};
use crate::check::check;
use crate::tests::Scratch;

/// A table, and the column by which its rows are told apart here.
const TABLES: [(&str, &str); 3] = [("event", "seq"), ("head", "charge"), ("key", "key")];

fn columns(raw: &Connection, table: &str) -> Vec<String> {
    let sql = format!("SELECT name FROM pragma_table_info('{table}')");
    let mut statement = raw.prepare(&sql).expect("a table of the schema");
    let names = statement
        .query_map([], |row| row.get(0))
        .expect("its columns");
    names.map(|name| name.expect("a name")).collect()
}

fn values(raw: &Connection, sql: &str) -> Vec<Value> {
    let mut statement = raw.prepare(sql).expect("a column");
    let values = statement
        .query_map([], |row| row.get(0))
        .expect("its values");
    values.map(|value| value.expect("a value")).collect()
}

/// What somebody could write in its place.
fn others(value: &Value, neighbours: &[Value]) -> Vec<Value> {
    let mut others: Vec<Value> = neighbours.to_vec();
    match value {
        Value::Integer(number) => {
            others.extend([number + 1, number - 1, 0, -number, i64::MAX].map(Value::Integer));
        }
        Value::Text(text) => {
            let longer = format!("{text}X");
            let shorter: String = text.chars().skip(1).collect();
            others.extend([longer, shorter, String::new(), text.to_lowercase()].map(Value::Text));
        }
        Value::Blob(bytes) => {
            for place in 0..bytes.len() {
                let mut flipped = bytes.clone();
                flipped[place] ^= 1 << (place % 8);
                others.push(Value::Blob(flipped));
            }
            others.extend([vec![0; bytes.len()], Vec::new()].map(Value::Blob));
        }
        Value::Null | Value::Real(_) => panic!("no column of ours holds {value:?}"),
    }
    others.retain(|other| other != value);
    others
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text.clone(),
        Value::Null | Value::Real(_) | Value::Blob(_) => String::new(),
    }
}

/// Writes each other value in turn and looks whether it is found, and by which name. Gives how many
/// changes SQLite took; the others it refuses by itself.
fn try_each(raw: &Connection, path: &Path, place: (&str, &str, &str), row: &Value) -> u32 {
    let (table, id, column) = place;
    let own = format!("SELECT {column} FROM {table} WHERE {id} = ?1");
    let value: Value = raw
        .query_row(&own, [row], |row| row.get(0))
        .expect("a value");
    let near = values(
        raw,
        &format!("SELECT DISTINCT {column} FROM {table} LIMIT 4"),
    );
    let about = if table == "event" {
        "seq || ' ' || charge"
    } else {
        "charge"
    };
    let about = format!("SELECT {about} FROM {table} WHERE {id} = ?1");
    let names: String = raw
        .query_row(&about, [row], |row| row.get(0))
        .expect("its name");
    let mut taken = 0;
    for other in others(&value, &near) {
        let write = format!("UPDATE {table} SET {column} = ?2 WHERE {id} = ?1");
        if raw.execute(&write, (row, &other)) != Ok(1) {
            continue;
        }
        taken += 1;
        let found = check(path).expect("a record that opens").broken;
        let what = format!("{table}.{column} of {row:?} from {value:?} to {other:?}");
        let said = found
            .unwrap_or_else(|| panic!("not found: {what}"))
            .to_string();
        let mut known = names.split(' ').map(str::to_owned).collect::<Vec<_>>();
        known.extend([text_of(&other), text_of(row)]);
        let is_named = known
            .iter()
            .any(|name| !name.is_empty() && said.contains(name.as_str()));
        assert!(is_named, "{what}: it says only: {said}");
        let changed = if column == id { &other } else { row };
        raw.execute(&write, (changed, &value)).expect("as it was");
    }
    taken
}

#[test]
fn a_changed_value_in_any_column_of_any_row_is_found_and_named() {
    let scratch = Scratch::make();
    let path = scratch.record();
    drop(record(&path));
    let raw = unguarded(&path);
    raw.execute_batch(
        "PRAGMA ignore_check_constraints = ON; DROP INDEX head_one_per_sale; DROP INDEX head_open;
         PRAGMA synchronous = OFF",
    )
    .expect("nothing that keeps rows right");
    // The pages know of the indexes that are gone; rows are what is looked at here.
    for (table, id) in TABLES {
        let rows = values(&raw, &format!("SELECT {id} FROM {table} ORDER BY 1"));
        for column in columns(&raw, table) {
            let tried = rows
                .iter()
                .map(|row| try_each(&raw, &path, (table, id, &column), row));
            assert!(
                tried.sum::<u32>() > 0,
                "nothing was tried in {table}.{column}"
            );
        }
    }
    assert_eq!(
        check(&path).expect("a record that opens").broken,
        None,
        "all is as it was"
    );
}

#[test]
fn a_row_that_is_gone_from_any_table_is_found() {
    let scratch = Scratch::make();
    let path = scratch.record();
    drop(record(&path));
    for (table, id) in TABLES {
        let raw = unguarded_again(&path);
        for row in values(&raw, &format!("SELECT {id} FROM {table}")) {
            let copy = scratch.file("one-less.db");
            drop(std::fs::remove_file(&copy));
            raw.execute("VACUUM INTO ?1", [copy.display().to_string()])
                .expect("a copy");
            let less = Connection::open(&copy).expect("a connection");
            less.execute_batch("PRAGMA foreign_keys = OFF")
                .expect("no guard");
            let gone = less.execute(&format!("DELETE FROM {table} WHERE {id} = ?1"), [&row]);
            assert_eq!(gone, Ok(1));
            drop(less);
            let found = check(&copy).expect("a record that opens").broken;
            assert!(found.is_some(), "{table} without {row:?}");
        }
    }
}

/// The guards go once; later connections find none.
fn unguarded_again(path: &Path) -> Connection {
    let raw = Connection::open(path).expect("a connection");
    let guards = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
    for guard in values(&raw, guards) {
        let name = text_of(&guard);
        raw.execute_batch(&format!("DROP TRIGGER {name}"))
            .expect("a guard");
    }
    raw
}
