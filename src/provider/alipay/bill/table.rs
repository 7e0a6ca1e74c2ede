//! The text of a bill's file: remarks beginning with `#`, one line of headings, then rows.

use super::columns::Columns;
use super::error::{BillError, BillFile};
use crate::alipay::fen;
use money::Stamp;

/// A remark says so where the rows end.
const ROWS_END: &str = "列表结束";
/// The last remark of a file.
const EXPORTED: &str = "导出时间";

/// A file taken apart, its headings checked.
#[derive(Debug)]
pub(super) struct Table<'a> {
    file: BillFile,
    /// The remarks with their lines.
    remarks: Vec<(usize, &'a str)>,
    heading_line: usize,
    headings: Vec<&'static str>,
    rows: Vec<Row>,
}

/// One row, its cells without the blanks and tabs around them.
#[derive(Debug)]
pub(super) struct Row {
    file: BillFile,
    pub(super) line: usize,
    cells: Vec<String>,
}

/// Where a column stands in every row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    name: &'static str,
    place: usize,
}

impl<'a> Table<'a> {
    pub(super) fn read(text: &'a str, file: BillFile, columns: Columns) -> Result<Self, BillError> {
        let mut table = Self {
            file,
            remarks: Vec::new(),
            heading_line: 0,
            headings: Vec::new(),
            rows: Vec::new(),
        };
        let mut last = 0;
        let mut is_over = false;
        for (place, text) in text.lines().enumerate() {
            let line = place + 1;
            last = line;
            if let Some(remark) = text.strip_prefix('#') {
                is_over |= remark.contains(ROWS_END);
                table.remarks.push((line, remark.trim()));
            } else if !text.trim().is_empty() {
                table.take(text, line, is_over, columns)?;
            }
        }
        let is_whole = is_over
            && table
                .remarks
                .iter()
                .any(|(_, remark)| remark.starts_with(EXPORTED) && remark.ends_with(']'));
        if is_whole {
            Ok(table)
        } else {
            Err(BillError::CutShort { file, line: last })
        }
    }

    fn take(
        &mut self,
        text: &str,
        line: usize,
        is_over: bool,
        columns: Columns,
    ) -> Result<(), BillError> {
        let file = self.file;
        if self.heading_line == 0 && !is_over {
            self.headings = check_headings(file, line, &plain_cells(text), columns)?;
            self.heading_line = line;
            return Ok(());
        }
        // Behind the end there is no room for another row.
        let columns = if is_over { 0 } else { self.headings.len() };
        let cells = cells(text, columns).map_err(|cells| BillError::Torn {
            file,
            line,
            cells,
            columns,
        })?;
        self.rows.push(Row { file, line, cells });
        Ok(())
    }

    pub(super) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The line of the last remark, or of the last row where there is none.
    pub(super) fn last_line(&self) -> usize {
        let remark = self.remarks.last().map_or(0, |(line, _)| *line);
        self.rows.last().map_or(remark, |row| row.line.max(remark))
    }

    /// The column of that name, if the file has it.
    pub(super) fn column_if(&self, name: &'static str) -> Option<Column> {
        let place = self.headings.iter().position(|heading| *heading == name)?;
        Some(Column { name, place })
    }

    /// The column of that name.
    pub(super) fn column(&self, name: &'static str) -> Result<Column, BillError> {
        self.column_if(name).ok_or(BillError::MissingColumn {
            file: self.file,
            line: self.heading_line,
            name,
        })
    }

    /// The first remark that has this word, with its line.
    pub(super) fn remark(&self, word: &'static str) -> Result<(usize, &'a str), BillError> {
        let found = self.remarks.iter().find(|(_, text)| text.contains(word));
        found.copied().ok_or(BillError::CutShort {
            file: self.file,
            line: self.last_line(),
        })
    }

    /// What stands in brackets behind this word: `终止日期：[2019年09月17日 00:00:00]`.
    pub(super) fn in_brackets(&self, word: &'static str) -> Result<(usize, &'a str), BillError> {
        let (line, remark) = self.remark(word)?;
        let inside = remark
            .split_once(word)
            .and_then(|(_, rest)| rest.split_once('['))
            .and_then(|(_, rest)| rest.split_once(']'))
            .map(|(inside, _)| (line, inside));
        inside.ok_or(self.cell(line, word))
    }

    /// A time in words, `2019年09月17日 00:00:00`, behind this word.
    pub(super) fn time(&self, word: &'static str) -> Result<Stamp, BillError> {
        let (line, text) = self.in_brackets(word)?;
        let plain = text.replace(['年', '月'], "-").replace('日', "");
        Stamp::from_beijing(&plain).ok_or(self.cell(line, word))
    }

    pub(super) fn cell(&self, line: usize, name: &'static str) -> BillError {
        BillError::Cell {
            file: self.file,
            line,
            name,
        }
    }
}

impl Row {
    /// The text in a column, empty where there is no such column.
    pub(super) fn text(&self, column: Option<Column>) -> String {
        let cell = column.and_then(|column| self.cells.get(column.place));
        cell.cloned().unwrap_or_default()
    }

    /// The text in a column, which must not be empty.
    pub(super) fn word(&self, column: Column) -> Result<&str, BillError> {
        let cell = self.cells.get(column.place).map(String::as_str);
        cell.filter(|text| !text.is_empty())
            .ok_or(self.fault(column))
    }

    /// Yuan in a column, as fen.
    pub(super) fn fen(&self, column: Column) -> Result<i64, BillError> {
        fen::read(self.word(column)?).ok_or(self.fault(column))
    }

    /// Yuan in a column that may be empty or missing.
    pub(super) fn fen_if(&self, column: Option<Column>) -> Result<Option<i64>, BillError> {
        match column {
            Some(column) if !self.text(Some(column)).is_empty() => self.fen(column).map(Some),
            Some(_) | None => Ok(None),
        }
    }

    /// A number in a column.
    pub(super) fn count(&self, column: Column) -> Result<u64, BillError> {
        let text = self.word(column)?;
        text.parse().map_err(|_| self.fault(column))
    }

    /// Beijing's time in a column.
    pub(super) fn time(&self, column: Column) -> Result<Stamp, BillError> {
        Stamp::from_beijing(self.word(column)?).ok_or(self.fault(column))
    }

    fn fault(&self, column: Column) -> BillError {
        BillError::Cell {
            file: self.file,
            line: self.line,
            name: column.name,
        }
    }
}

fn check_headings(
    file: BillFile,
    line: usize,
    headings: &[String],
    columns: Columns,
) -> Result<Vec<&'static str>, BillError> {
    let mut names: Vec<&'static str> = Vec::with_capacity(headings.len());
    for heading in headings {
        let name = columns.known(heading).ok_or(BillError::UnknownColumn {
            file,
            line,
            name: heading.chars().take(40).collect(),
        })?;
        if names.contains(&name) {
            return Err(BillError::DoubleColumn { file, line, name });
        }
        names.push(name);
    }
    match columns.needed.iter().find(|name| !names.contains(*name)) {
        Some(name) => Err(BillError::MissingColumn { file, line, name }),
        None => Ok(names),
    }
}

/// Cuts a line into that many cells, else tells how many it has.
///
/// Alipay writes what the merchant called the goods, and no document says what becomes of commas
/// and quotes in it. So commas count first, and quotes only where the commas are too many.
fn cells(line: &str, count: usize) -> Result<Vec<String>, usize> {
    let plain = plain_cells(line);
    if plain.len() == count {
        return Ok(plain);
    }
    match quoted_cells(line) {
        Some(cells) if cells.len() == count => Ok(cells),
        Some(_) | None => Err(plain.len()),
    }
}

/// Cuts at each comma; a cell that is quoted as a whole loses its quotes.
fn plain_cells(line: &str) -> Vec<String> {
    let cells = line.split(',').map(str::trim);
    cells
        .map(|cell| match cell.strip_prefix('"').and_then(unquote) {
            Some((inside, "")) => inside.trim().to_owned(),
            Some(_) | None => cell.to_owned(),
        })
        .collect()
}

/// Cuts at each comma that is in no quotes; `None` when a quote is left open or something stands
/// behind a closed one.
fn quoted_cells(line: &str) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = line;
    loop {
        let (quoted, behind) = match rest.trim_start().strip_prefix('"') {
            Some(inside) => unquote(inside).map(|(cell, behind)| (Some(cell), behind))?,
            None => (None, rest),
        };
        let (plain, after) = split(behind);
        match (quoted, plain.trim()) {
            (Some(cell), "") => cells.push(cell.trim().to_owned()),
            (Some(_), _) => return None,
            (None, word) => cells.push(word.to_owned()),
        }
        match after {
            Some(after) => rest = after,
            None => return Some(cells),
        }
    }
}

/// Up to the next comma, and what is behind it.
fn split(text: &str) -> (&str, Option<&str>) {
    text.split_once(',')
        .map_or((text, None), |(cell, rest)| (cell, Some(rest)))
}

/// The inside of a cell whose quote was opened, and what is behind its end.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let (part, after) = rest.split_once('"')?;
        cell.push_str(part);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => return Some((cell, after)),
        }
    }
}

#[cfg(test)]
mod tests;
