//! What a fault of the books is called as a problem, and its cause as a sentence's middle.

use ledger::Doubt;
use provider::BillError;
use provider::alipay::bill::BillFile;
use say::Lang;
use say::books::Books as Words;
use wire::ProblemKind;

use super::{BooksFault, FetchFault};

impl BooksFault {
    /// The problem that a program reads.
    pub(crate) const fn kind(&self) -> ProblemKind {
        match self {
            Self::Refused(_) => ProblemKind::ProviderDenies,
            Self::Doubted(_) => ProblemKind::ProviderSilent,
            Self::Busy => ProblemKind::TooBusy,
            Self::NotMade => ProblemKind::BillAbsent,
            Self::Elsewhere | Self::Unreadable(_) | Self::OtherDay => ProblemKind::BillUnreadable,
            Self::Fetch(fault) => match fault {
                FetchFault::Status(_) | FetchFault::BrokenOff => ProblemKind::ProviderSilent,
                FetchFault::TooLarge { .. } => ProblemKind::BillUnreadable,
            },
        }
    }

    /// The cause, for a person.
    pub(crate) fn cause(&self, lang: Lang) -> String {
        let words = Words::of(lang);
        match self {
            Self::Refused(refusal) => say::fill(
                words.said,
                &[("code", &refusal.code), ("text", &refusal.text)],
            ),
            Self::Doubted(doubt) => doubted(words, *doubt).to_owned(),
            Self::Busy => words.busy.to_owned(),
            Self::NotMade => String::new(),
            Self::Elsewhere => words.elsewhere.to_owned(),
            Self::OtherDay => words.other_day.to_owned(),
            Self::Fetch(FetchFault::Status(status)) => {
                say::fill(words.status, &[("status", &status.to_string())])
            }
            Self::Fetch(FetchFault::BrokenOff) => words.broken_off.to_owned(),
            Self::Fetch(FetchFault::TooLarge { limit }) => {
                say::fill(words.too_large, &[("limit", &limit.to_string())])
            }
            Self::Unreadable(error) => unreadable(words, error),
        }
    }
}

const fn doubted(words: &Words, doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Lost | Doubt::Unreachable | Doubt::Restarted => words.silent,
        Doubt::Busy => words.busy,
        Doubt::Unverified => words.unverified,
        Doubt::Garbled | Doubt::Mismatch | Doubt::Unclear => words.garbled,
    }
}

/// Each cause with its place; names of columns are the file's own.
fn unreadable(words: &Words, error: &BillError) -> String {
    let count = |sentence: &str, name: &str, number: usize| {
        say::fill(sentence, &[(name, &number.to_string())])
    };
    let of = |sentence: &str, file: BillFile| {
        let name = match file {
            BillFile::Details => words.details,
            BillFile::Summary => words.summary,
        };
        say::fill(sentence, &[("file", name)])
    };
    let at = |sentence: &str, file, line| count(&of(sentence, file), "line", line);
    let named = |sentence: &str, file, line, name: &str| {
        say::fill(&at(sentence, file, line), &[("name", name)])
    };
    match error {
        BillError::NotAZip => words.not_a_zip.to_owned(),
        BillError::TooLarge { limit } => count(words.too_large, "limit", *limit),
        BillError::TooManyFiles { limit } => count(words.too_many_files, "limit", *limit),
        BillError::Packing { method } => count(words.packing, "method", usize::from(*method)),
        BillError::Damaged => words.damaged.to_owned(),
        BillError::Missing(file) => of(words.missing, *file),
        BillError::Twice(file) => of(words.twice, *file),
        BillError::NotGbk { file, line } => at(words.not_gbk, *file, *line),
        BillError::Torn {
            file,
            line,
            cells,
            columns,
        } => {
            let sentence = count(&at(words.torn, *file, *line), "cells", *cells);
            count(&sentence, "columns", *columns)
        }
        BillError::CutShort { file, line } => at(words.cut_short, *file, *line),
        BillError::UnknownColumn { file, line, name } => {
            named(words.unknown_column, *file, *line, name)
        }
        BillError::MissingColumn { file, line, name } => {
            named(words.missing_column, *file, *line, name)
        }
        BillError::DoubleColumn { file, line, name } => {
            named(words.double_column, *file, *line, name)
        }
        BillError::Cell { file, line, name } => named(words.cell, *file, *line, name),
        BillError::Kind { file, line } => at(words.kind, *file, *line),
        BillError::Sum { file, line } => at(words.sum, *file, *line),
        BillError::Disagree => words.disagree.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use ledger::{Cause, Doubt, Refusal};
    use provider::BillError;
    use provider::alipay::bill::BillFile;
    use say::Lang;

    use super::{BooksFault, FetchFault};

    fn unreadable() -> Vec<BillError> {
        let (file, line, name) = (BillFile::Details, 7, "服务费");
        vec![
            BillError::NotAZip,
            BillError::TooLarge { limit: 1 },
            BillError::TooManyFiles { limit: 1 },
            BillError::Packing { method: 12 },
            BillError::Damaged,
            BillError::Missing(file),
            BillError::Twice(BillFile::Summary),
            BillError::NotGbk { file, line },
            BillError::Torn {
                file,
                line,
                cells: 24,
                columns: 25,
            },
            BillError::CutShort { file, line },
            BillError::UnknownColumn {
                file,
                line,
                name: "心情".to_owned(),
            },
            BillError::MissingColumn { file, line, name },
            BillError::DoubleColumn { file, line, name },
            BillError::Cell { file, line, name },
            BillError::Kind { file, line },
            BillError::Sum { file, line },
            BillError::Disagree,
        ]
    }

    #[test]
    fn every_fault_says_its_cause_without_a_gap_in_both_languages() {
        let refusal = Refusal {
            cause: Cause::Setup,
            code: "NO_PERMISSION".to_owned(),
            text: "无权限".to_owned(),
        };
        let doubts = [
            Doubt::Lost,
            Doubt::Unreachable,
            Doubt::Busy,
            Doubt::Unverified,
            Doubt::Garbled,
            Doubt::Unclear,
        ];
        let mut faults = vec![
            BooksFault::Refused(refusal),
            BooksFault::Busy,
            BooksFault::Elsewhere,
            BooksFault::OtherDay,
            BooksFault::Fetch(FetchFault::Status(302)),
            BooksFault::Fetch(FetchFault::BrokenOff),
            BooksFault::Fetch(FetchFault::TooLarge { limit: 8 }),
        ];
        faults.extend(doubts.map(BooksFault::Doubted));
        faults.extend(unreadable().into_iter().map(BooksFault::Unreadable));
        for fault in faults {
            let (zh, en) = (fault.cause(Lang::Zh), fault.cause(Lang::En));
            for said in [&zh, &en] {
                assert!(!said.is_empty() && !said.contains(['{', '}']), "{said}");
            }
            assert!(!zh.is_ascii(), "{zh}");
        }
    }

    #[test]
    fn a_torn_line_is_named_with_its_place() {
        let torn = BooksFault::Unreadable(unreadable().remove(8));
        let said = torn.cause(Lang::En);
        assert_eq!(
            said,
            "line 7 of the bill's details is torn: 24 cells in 25 columns"
        );
    }
}
