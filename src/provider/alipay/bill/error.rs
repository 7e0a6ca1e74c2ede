//! Why a bill is not read: each error names its cause, its place and what to do.

use core::fmt;

/// One of the two files in a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillFile {
    /// 业务明细: a line for each payment and refund.
    Details,
    /// 业务明细(汇总): a line for each shop.
    Summary,
}

impl fmt::Display for BillFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Details => "the bill's details",
            Self::Summary => "the bill's summary",
        })
    }
}

/// Why a bill is refused, whole: half a bill would hide what is missing. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BillError {
    /// No zip, a cut one, or one that contradicts itself.
    #[error("the bill is not a whole zip file; fetch it again")]
    NotAZip,
    /// Bigger than a bill may be, packed or unpacked.
    #[error("the bill is bigger than {limit} bytes; it is refused unread")]
    TooLarge {
        /// The limit that was passed.
        limit: usize,
    },
    /// More files inside than a bill has.
    #[error("the bill holds more than {limit} files; it is refused unread")]
    TooManyFiles {
        /// The limit that was passed.
        limit: usize,
    },
    /// Packed in a way that Alipay does not use, or protected by a password.
    #[error("the bill is packed by method {method}, or locked; fetch it from Alipay again")]
    Packing {
        /// The zip's number of it.
        method: u16,
    },
    /// The unpacked bytes are not those that were packed.
    #[error("a file in the bill is damaged; fetch the bill again")]
    Damaged,
    /// Not there.
    #[error("{0} are missing in the zip; fetch the business bill (trade), not another one")]
    Missing(BillFile),
    /// There twice.
    #[error("{0} are in the zip twice; it is refused")]
    Twice(BillFile),
    /// Text in another encoding.
    #[error("line {line} of {file} is not GBK; fetch the bill again and do not save it anew")]
    NotGbk {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
    },
    /// A line has more or fewer cells than there are columns, or an open quote.
    #[error("line {line} of {file} is torn: {cells} cells in {columns} columns; fetch it again")]
    Torn {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
        /// How many cells it has.
        cells: usize,
        /// How many it must have.
        columns: usize,
    },
    /// The file ends before its end.
    #[error("{file} end at line {line} without their closing lines; fetch the bill again")]
    CutShort {
        /// Where.
        file: BillFile,
        /// The last line.
        line: usize,
    },
    /// A column that this program does not know: it might change what the others mean.
    #[error("line {line} of {file} has an unknown column {name:?}; this program must learn it")]
    UnknownColumn {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
        /// Its name.
        name: String,
    },
    /// A column that is needed is not there.
    #[error("line {line} of {file} has no column {name}; fetch the business bill (trade)")]
    MissingColumn {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
        /// Its name.
        name: &'static str,
    },
    /// A column is there twice.
    #[error("line {line} of {file} has the column {name} twice; it is refused")]
    DoubleColumn {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
        /// Its name.
        name: &'static str,
    },
    /// A cell does not hold what its column promises.
    #[error("line {line} of {file}: the cell under {name} is not one; fetch the bill again")]
    Cell {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
        /// The column's name.
        name: &'static str,
    },
    /// Neither a payment nor a refund, or a sum whose sign contradicts that.
    #[error("line {line} of {file} is neither a payment nor a refund; this program must learn it")]
    Kind {
        /// Where.
        file: BillFile,
        /// In which line.
        line: usize,
    },
    /// The lines do not sum up to what the file says of itself.
    #[error("{file} say at line {line} that there is another sum or count than their lines have")]
    Sum {
        /// Where.
        file: BillFile,
        /// The line that says it.
        line: usize,
    },
    /// The two files do not agree.
    #[error("the bill's details and summary do not agree; fetch the bill again")]
    Disagree,
}
