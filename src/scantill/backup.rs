//! `scantill backup`: one moment of the record, also while a server writes it, sealed, and read
//! back before it gets its name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use say::Lang;
use say::backup::Backup as Words;
use store::CheckReport;
use zeroize::Zeroizing;

use crate::fault::Fault;
use crate::options::{Backup, Sealing};
use crate::parcel::{self, Secret, Torn};
use crate::trouble::Trouble;
use crate::{seal, serve, tell, world};

/// A passphrase with fewer letters can be tried out.
const LETTERS_MIN: usize = 12;
/// The words that seal, where no file is named.
const PASSPHRASE_VARIABLE: &str = "SCANTILL_BACKUP_PASSPHRASE";
/// The plain copy, in the home folder for as long as the backup takes.
const COPY: &str = "backup.part";
/// What stands before the file in a parcel: digest of the rows, end of the chain, events, charges.
pub(crate) const MANIFEST_BYTES: usize = 32 + 32 + 8 + 8;

/// Takes the backup.
///
/// # Errors
/// A [`Fault`] with the cause; then nothing has the backup's name.
pub(crate) fn backup(options: &Backup, lang: Lang) -> Result<(), Fault> {
    let database = options.database.address()?;
    if options.file.exists() {
        return Err(Trouble::Taken(options.file.clone()).into());
    }
    let secret = secret(&options.sealing, true)?;
    let book = options.home.book();
    if database.is_some() {
        serve::prepare(&options.home.dir)?;
    }
    let copy = Litter::at(options.home.dir.join(COPY));
    let taken = match &database {
        Some(address) => store::postgres::take(address, &copy.0),
        None => store::backup::copy(&book, &copy.0),
    };
    taken.map_err(|cause| Fault::Book { path: book, cause })?;
    let report = sound(&copy.0)?;
    let beside = Litter::at(beside(&options.file));
    let length = write(&copy.0, &beside.0, &manifest(&copy.0, &report)?, &secret)?;
    read_back(&copy.0, &beside.0, &report, &secret, length)?;
    let named = fs::rename(&beside.0, &options.file).and_then(|()| sync_folder(&options.file));
    named.map_err(Trouble::write(&options.file))?;
    tell(&counted(Words::of(lang).sealed, &options.file, &report));
    Ok(())
}

/// The record in this file, when it is sound.
fn sound(path: &Path) -> Result<CheckReport, Fault> {
    let checked = store::check(path);
    let report = checked.map_err(|cause| Fault::Book {
        path: path.to_owned(),
        cause,
    })?;
    match &report.broken {
        None => Ok(report),
        Some(found) => Err(Trouble::Unsound(found.to_string()).into()),
    }
}

/// What was asked to seal with. `is_fresh` for a passphrase that nothing is sealed with yet.
///
/// # Errors
/// [`Trouble`] when there is nothing, or what there is is no key.
pub(crate) fn secret(sealing: &Sealing, is_fresh: bool) -> Result<Secret, Fault> {
    if let Some(path) = &sealing.key_file {
        let text = Zeroizing::new(fs::read_to_string(path).map_err(Fault::file(path))?);
        let key = seal::parse_key(&text).ok_or_else(|| Trouble::BadKey(path.clone()))?;
        return Ok(Secret::Key(key));
    }
    let words = match &sealing.passphrase_file {
        Some(path) => Some(fs::read_to_string(path).map_err(Fault::file(path))?),
        None => world::variable(PASSPHRASE_VARIABLE),
    };
    let words = Zeroizing::new(words.ok_or(Trouble::Keyless)?);
    let words = Zeroizing::new(words.trim_end_matches(['\r', '\n']).to_owned());
    if is_fresh && words.chars().count() < LETTERS_MIN {
        return Err(Trouble::Short.into());
    }
    Ok(Secret::Passphrase(words))
}

/// What the parcel says of the record inside it.
fn manifest(path: &Path, report: &CheckReport) -> Result<Vec<u8>, Fault> {
    let counts = [report.events.to_be_bytes(), report.charges.to_be_bytes()].concat();
    Ok([digest_of_rows(path)?.as_slice(), &report.chain, &counts].concat())
}

/// One digest over every row.
///
/// # Errors
/// [`Fault::Book`] when the file cannot be read.
pub(crate) fn digest_of_rows(path: &Path) -> Result<Vec<u8>, Fault> {
    let mut digest = digest::Context::new(&digest::SHA256);
    let mut hear = |row: &[u8]| {
        digest.update(&row.len().to_be_bytes());
        digest.update(row);
    };
    let read = store::backup::rows(path, &mut hear);
    read.map_err(|cause| Fault::Book {
        path: path.to_owned(),
        cause,
    })?;
    Ok(digest.finish().as_ref().to_vec())
}

/// Seals manifest and copy into a file for the owner only. Gives the length of what was sealed.
fn write(copy: &Path, to: &Path, manifest: &[u8], secret: &Secret) -> Result<u64, Fault> {
    let file = File::open(copy).map_err(Fault::file(copy))?;
    let bytes = file.metadata().map_err(Fault::file(copy))?.len();
    let length = bytes + MANIFEST_BYTES as u64;
    let out = create(to).map_err(Trouble::write(to))?;
    let mut out = BufWriter::new(out);
    let from = manifest.chain(BufReader::new(file));
    let salt = world::chance::<16>()?;
    parcel::pack(from, length, secret, salt, &mut out).map_err(Trouble::torn(to))?;
    let out = out.into_inner().map_err(io::IntoInnerError::into_error);
    let synced = out.and_then(|file| file.sync_all());
    synced.map_err(Trouble::write(to))?;
    Ok(length)
}

/// Opens what was written and compares it, byte by byte, with what it was made of.
fn read_back(
    copy: &Path,
    parcel: &Path,
    report: &CheckReport,
    secret: &Secret,
    length: u64,
) -> Result<(), Fault> {
    let manifest = manifest(copy, report)?;
    let file = File::open(copy).map_err(Fault::file(copy))?;
    let mut expect = manifest.chain(BufReader::new(file));
    let mut heard = 0;
    let mut compare = |part: &[u8]| {
        let mut own = vec![0; part.len()];
        expect.read_exact(&mut own)?;
        heard += part.len() as u64;
        if own == part {
            Ok(())
        } else {
            Err(Torn::Changed(0))
        }
    };
    let sealed = File::open(parcel).map_err(Fault::file(parcel))?;
    let opened = parcel::unpack(BufReader::new(sealed), secret, &mut compare);
    opened.map_err(Trouble::torn(parcel))?;
    if heard == length {
        Ok(())
    } else {
        Err(Trouble::Unequal(parcel.to_owned()).into())
    }
}

/// Makes a file that is not there yet, for its owner only.
///
/// # Errors
/// What the system says.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Makes the name of a file survive a power cut.
///
/// # Errors
/// What the system says.
pub(crate) fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Where a file is written before it gets its name.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

/// A sentence with the place and the figures of a record.
pub(crate) fn counted(sentence: &str, path: &Path, report: &CheckReport) -> String {
    let (path, charges) = (path.display().to_string(), report.charges.to_string());
    let events = report.events.to_string();
    say::fill(
        sentence,
        &[("path", &path), ("charges", &charges), ("events", &events)],
    )
}

/// A file that goes away with this value, and went away before it, in case an earlier run was cut
/// off.
pub(crate) struct Litter(pub(crate) PathBuf);

impl Litter {
    /// The place, empty.
    pub(crate) fn at(path: PathBuf) -> Self {
        let litter = Self(path);
        litter.clear();
        litter
    }

    fn clear(&self) {
        for end in ["", "-journal", "-wal", "-shm"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(end);
            // Mostly it is not there, or has its own name by now.
            drop(fs::remove_file(name));
        }
    }
}

impl Drop for Litter {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Writes a plain text to a file that gets its name when all is written.
///
/// # Errors
/// [`Trouble`] when it cannot be written; then nothing has its name.
pub(crate) fn write_named(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if path.exists() {
        return Err(Trouble::Taken(path.to_owned()).into());
    }
    let beside = Litter::at(beside(path));
    let mut out = BufWriter::new(create(&beside.0).map_err(Trouble::write(path))?);
    write(&mut out)?;
    let done = out.flush().and_then(|()| out.get_ref().sync_all());
    done.map_err(Trouble::write(path))?;
    let named = fs::rename(&beside.0, path).and_then(|()| sync_folder(path));
    named.map_err(Trouble::write(path))?;
    Ok(())
}
