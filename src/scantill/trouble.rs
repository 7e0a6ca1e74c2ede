//! Why a copy of the record cannot be taken, put back or written out: cause and next step.

use std::io;
use std::path::{Path, PathBuf};

use say::Lang;
use say::backup::Backup;

use crate::parcel::{Torn, VERSION};

/// A failure of `backup`, `restore` or `export` that a person reads.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// Something is there already.
    Taken(PathBuf),
    /// The home has a record already.
    HomeTaken(PathBuf),
    /// A file cannot be written.
    Write { path: PathBuf, cause: io::Error },
    /// Nothing to seal with.
    Keyless,
    /// A passphrase that can be tried out.
    Short,
    /// A key file that holds no key.
    BadKey(PathBuf),
    /// The parcel does not open.
    Torn { path: PathBuf, cause: Torn },
    /// The record is not sound, so it is not copied.
    Unsound(String),
    /// The record inside the backup is not sound.
    UnsoundInside { path: PathBuf, found: String },
    /// What came out is not what went in.
    Unequal(PathBuf),
}

impl Trouble {
    /// For the file system's refusals of a file that is being written.
    pub(crate) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |cause| Self::Write {
            path: path.to_owned(),
            cause,
        }
    }

    /// For a parcel that does not open, or is not written.
    pub(crate) fn torn(path: &Path) -> impl FnOnce(Torn) -> Self {
        move |cause| Self::Torn {
            path: path.to_owned(),
            cause,
        }
    }

    /// The sentence.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let words = Backup::of(lang);
        match self {
            Self::Taken(path) => at(words.taken, path, &[]),
            Self::HomeTaken(path) => at(words.home_taken, path, &[]),
            Self::Write { path, cause } => say_io(words, path, cause),
            Self::Keyless => words.keyless.to_owned(),
            Self::Short => words.short.to_owned(),
            Self::BadKey(path) => at(words.key_bad, path, &[]),
            Self::Torn { path, cause } => say_torn(words, path, cause),
            Self::Unsound(found) => say::fill(words.unsound, &[("found", found)]),
            Self::UnsoundInside { path, found } => at(words.form_bad, path, &[("found", found)]),
            Self::Unequal(path) => at(words.unequal, path, &[]),
        }
    }
}

fn say_io(words: &Backup, path: &Path, cause: &io::Error) -> String {
    let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
    if full.contains(&cause.kind()) || cause.kind() == io::ErrorKind::FileTooLarge {
        at(words.full, path, &[])
    } else {
        at(words.unwritable, path, &[("cause", &cause.to_string())])
    }
}

fn say_torn(words: &Backup, path: &Path, torn: &Torn) -> String {
    match torn {
        Torn::Io(cause) => say_io(words, path, cause),
        Torn::Foreign => at(words.foreign, path, &[]),
        Torn::Newer(found) => {
            let known = VERSION.to_string();
            at(words.newer, path, &[("found", found), ("known", &known)])
        }
        Torn::Key => at(words.key_wrong, path, &[]),
        Torn::Cut => at(words.cut, path, &[]),
        Torn::Changed(part) => at(words.changed, path, &[("place", &part.to_string())]),
        Torn::Defect(cause) => at(words.unwritable, path, &[("cause", cause)]),
    }
}

fn at(sentence: &str, path: &Path, values: &[(&str, &str)]) -> String {
    let sentence = say::fill(sentence, values);
    say::fill(&sentence, &[("path", &path.display().to_string())])
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::PathBuf;

    use say::Lang;

    use super::Trouble;
    use crate::parcel::Torn;

    fn all() -> Vec<Trouble> {
        let path = || PathBuf::from("/home/shop/monday.backup");
        let io = |kind| io::Error::from(kind);
        let torn = [
            Torn::Io(io(io::ErrorKind::PermissionDenied)),
            Torn::Foreign,
            Torn::Newer("2".to_owned()),
            Torn::Key,
            Torn::Cut,
            Torn::Changed(3),
            Torn::Defect("no memory"),
        ];
        let mut all = vec![
            Trouble::Taken(path()),
            Trouble::HomeTaken(path()),
            Trouble::write(&path())(io(io::ErrorKind::StorageFull)),
            Trouble::write(&path())(io(io::ErrorKind::PermissionDenied)),
            Trouble::Keyless,
            Trouble::Short,
            Trouble::BadKey(path()),
            Trouble::Unsound("event 3 is missing".to_owned()),
            Trouble::UnsoundInside {
                path: path(),
                found: "event 3 is missing".to_owned(),
            },
            Trouble::Unequal(path()),
        ];
        all.extend(torn.map(|cause| Trouble::torn(&path())(cause)));
        all
    }

    #[test]
    fn every_trouble_says_cause_and_next_step_in_both_languages() {
        for trouble in all() {
            let (zh, en) = (trouble.say(Lang::Zh), trouble.say(Lang::En));
            for said in [&zh, &en] {
                assert!(!said.contains(['{', '}']), "{said}");
            }
            assert!(zh.contains('请'), "no next step: {zh}");
            assert!(!zh.is_ascii() && en.is_ascii(), "{en}");
            assert_eq!(en.matches("  ").count(), 0, "{en}");
        }
    }
}
