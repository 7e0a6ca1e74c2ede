//! What became of every run, as a table and as JSON.

use std::fmt::Write;

use frames::Class;
use serde_json::{Value, json};

use crate::percentile;

/// The name of our own page.
pub(crate) const OURS: &str = "ours";

/// What became of one film on one page.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// The page.
    pub(crate) page: &'static str,
    /// How hard the film is.
    pub(crate) class: Class,
    /// From the phone in view to the callback, in milliseconds; `None` where nothing was read.
    pub(crate) span_ms: Option<f64>,
    /// Something else was read than stands there.
    pub(crate) is_wrong: bool,
    /// Tasks that held the page's thread for 50 ms or longer while it scanned, in milliseconds.
    pub(crate) slow_ms: Vec<f64>,
}

/// One page on the films of one class.
struct Row {
    page: &'static str,
    class: Class,
    runs: usize,
    read: usize,
    wrong: usize,
    p50: f64,
    p95: f64,
    slow: usize,
    slow_worst: f64,
}

impl Row {
    fn of(page: &'static str, class: Class, runs: &[Run]) -> Option<Self> {
        let own: Vec<&Run> = runs
            .iter()
            .filter(|run| run.page == page && run.class == class)
            .collect();
        // What is not read takes for ever.
        let mut spans: Vec<f64> = own
            .iter()
            .map(|run| run.span_ms.unwrap_or(f64::INFINITY))
            .collect();
        let slow = || own.iter().flat_map(|run| &run.slow_ms);
        (!own.is_empty()).then(|| Self {
            page,
            class,
            runs: own.len(),
            read: own.iter().filter(|run| run.span_ms.is_some()).count(),
            wrong: own.iter().filter(|run| run.is_wrong).count(),
            p50: percentile(&mut spans, 0.5),
            p95: percentile(&mut spans, 0.95),
            slow: slow().count(),
            slow_worst: slow().fold(0.0, |worst, ms| worst.max(*ms)),
        })
    }
}

/// All runs.
pub(crate) struct Board {
    rows: Vec<Row>,
}

impl Board {
    /// Sums up.
    pub(crate) fn of(pages: &[&'static str], classes: &[Class], runs: &[Run]) -> Self {
        let rows = classes.iter().flat_map(|class| {
            let of = |page: &&'static str| Row::of(page, *class, runs);
            pages.iter().filter_map(of)
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// A page's median beside ours; below one it is quicker.
    fn ratio(&self, row: &Row) -> f64 {
        let is_ours = |one: &&Row| one.page == OURS && one.class == row.class;
        let ours = self.rows.iter().find(is_ours).map(|one| one.p50);
        row.p50 / ours.unwrap_or(f64::NAN)
    }

    /// The table for a person.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "{:<7} {:<22} {:>7} {:>6} {:>8} {:>8} {:>9} {:>11} {:>9}\n",
            "film", "page", "read", "wrong", "p50 ms", "p95 ms", "to ours", "long tasks", "longest"
        );
        for row in &self.rows {
            let class = row.class.as_str();
            let read = format!("{}/{}", row.read, row.runs);
            let (p50, p95) = (figure(row.p50), figure(row.p95));
            let ratio = figure(self.ratio(row));
            let line = writeln!(
                text,
                "{class:<7} {:<22} {read:>7} {:>6} {p50:>8} {p95:>8} {ratio:>9} {:>11} {:>9.0}",
                row.page, row.wrong, row.slow, row.slow_worst
            );
            line.expect("a text takes every line");
        }
        text
    }

    /// The same for a program; `null` where more was not read than read.
    pub(crate) fn json(&self) -> Vec<Value> {
        let row = |row: &Row| {
            json!({
                "film": row.class.as_str(),
                "page": row.page,
                "runs": row.runs,
                "read": row.read,
                "wrong": row.wrong,
                "in_view_to_callback_ms": {"p50": finite(row.p50), "p95": finite(row.p95)},
                "ratio_to_ours": finite(self.ratio(row)),
                "long_tasks": row.slow,
                "longest_task_ms": row.slow_worst,
            })
        };
        self.rows.iter().map(row).collect()
    }
}

fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

fn figure(value: f64) -> String {
    finite(value).map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"))
}
