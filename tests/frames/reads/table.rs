//! The numbers of `table.txt`: what was read once is read for ever.

/// One row: a class of drawn frames or a folder of photographs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    set: String,
    /// Class with what it shows, or folder.
    pub(crate) name: String,
    /// At least so many are read.
    pub(crate) read: usize,
    /// Of so many.
    pub(crate) of: usize,
}

/// All rows.
#[derive(Debug)]
pub(crate) struct Table(Vec<Row>);

impl Table {
    pub(crate) fn read() -> Self {
        Self::parse(include_str!("table.txt"))
    }

    fn parse(text: &str) -> Self {
        let lines = text.lines().map(str::trim);
        let rows = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self(rows.map(parse_row).collect())
    }

    pub(crate) fn of(&self, set: &str) -> impl Iterator<Item = &Row> {
        self.0.iter().filter(move |row| row.set == set)
    }
}

fn parse_row(line: &str) -> Row {
    let words: Vec<&str> = line.split_whitespace().collect();
    let [set, name @ .., read, "of", of] = words.as_slice() else {
        panic!("`{line}` is no row: SET NAME READ of ALL");
    };
    let number = |word: &str| {
        word.parse()
            .unwrap_or_else(|_| panic!("`{line}`: a number"))
    };
    let (read, of) = (number(read), number(of));
    assert!(read <= of, "`{line}`: more than there are");
    Row {
        set: (*set).to_owned(),
        name: name.join(" "),
        read,
        of,
    }
}

#[test]
fn a_row_has_a_set_a_name_and_two_numbers() {
    let table = Table::parse("# a remark\nframes medium bars 3 of 40\n\nphotographs a 0 of 2\n");
    let rows: Vec<_> = table.of("frames").collect();
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0].name.as_str(), rows[0].read, rows[0].of),
        ("medium bars", 3, 40)
    );
}
