//! `scantill restore`: puts a backup into a home or a database that has no record, and compares
//! every row with what was backed up before the record counts.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use say::Lang;
use say::backup::Backup as Words;
use store::postgres::Address;
use store::{CheckReport, OpenFault};

use crate::backup::{
    Litter, MANIFEST_BYTES, beside, counted, create, digest_of_rows, secret, sync_folder,
};
use crate::fault::Fault;
use crate::options::Restore;
use crate::parcel::{self, Secret};
use crate::trouble::Trouble;
use crate::{serve, tell};

/// The plain copy on its way into a database, in the home folder for as long as that takes.
const COPY: &str = "restore.part";

/// Puts the backup back.
///
/// # Errors
/// A [`Fault`] with the cause; then home or database have no record.
pub(crate) fn restore(options: &Restore, lang: Lang) -> Result<(), Fault> {
    let database = options.database.address()?;
    let book = options.home.book();
    if database.is_none() && book.exists() {
        return Err(Trouble::HomeTaken(options.home.dir.clone()).into());
    }
    let secret = secret(&options.sealing, false)?;
    // Before the home is made, so that a wrong name leaves nothing behind.
    let parcel = File::open(&options.file).map_err(Fault::file(&options.file))?;
    serve::prepare(&options.home.dir)?;
    let part = Litter::at(match &database {
        Some(_) => options.home.dir.join(COPY),
        None => beside(&book),
    });
    let manifest = write(&options.file, parcel, &part.0, &secret)?;
    let (report, place) = if let Some(address) = &database {
        let settle = store::backup::settle_tied;
        let report = prove(&options.file, &part.0, &manifest, settle)?;
        put(address, &part.0, &options.file)?;
        (report, PathBuf::from(address.to_string()))
    } else {
        let settle = store::backup::settle;
        let report = prove(&options.file, &part.0, &manifest, settle)?;
        let named = fs::rename(&part.0, &book).and_then(|()| sync_folder(&book));
        named.map_err(Trouble::write(&book))?;
        (report, book)
    };
    tell(&counted(Words::of(lang).restored, &place, &report));
    Ok(())
}

/// Puts the record into the database, where every row is compared before it counts.
fn put(address: &Address, part: &Path, name: &Path) -> Result<(), Fault> {
    let put = store::postgres::put(address, part);
    let is_equal = put.map_err(|cause| Fault::Book {
        path: name.to_owned(),
        cause,
    })?;
    if is_equal {
        Ok(())
    } else {
        Err(Trouble::Unequal(name.to_owned()).into())
    }
}

/// Opens the parcel into a file, and gives what stands before the file in it.
fn write(name: &Path, parcel: File, to: &Path, secret: &Secret) -> Result<Vec<u8>, Fault> {
    let mut out = BufWriter::new(create(to).map_err(Trouble::write(to))?);
    let mut manifest = Vec::new();
    let mut place = |part: &[u8]| {
        let missing = MANIFEST_BYTES - manifest.len();
        let (head, rest) = part.split_at(missing.min(part.len()));
        manifest.extend_from_slice(head);
        Ok(out.write_all(rest)?)
    };
    let opened = parcel::unpack(BufReader::new(parcel), secret, &mut place);
    opened.map_err(Trouble::torn(name))?;
    let done = out.flush().and_then(|()| out.get_ref().sync_all());
    done.map_err(Trouble::write(to))?;
    Ok(manifest)
}

/// The record is row by row what was backed up, and sound.
fn prove(
    name: &Path,
    part: &Path,
    manifest: &[u8],
    settle: fn(&Path) -> Result<(), OpenFault>,
) -> Result<CheckReport, Fault> {
    let unequal = || Fault::from(Trouble::Unequal(name.to_owned()));
    let book = |cause| Fault::Book {
        path: name.to_owned(),
        cause,
    };
    let digest = digest_of_rows(part)?;
    if manifest.get(..32) != Some(digest.as_slice()) {
        return Err(unequal());
    }
    settle(part).map_err(book)?;
    let report = store::check(part).map_err(book)?;
    if let Some(found) = &report.broken {
        let (path, found) = (name.to_owned(), found.to_string());
        return Err(Trouble::UnsoundInside { path, found }.into());
    }
    if manifest.get(32..64) == Some(report.chain.as_slice()) {
        Ok(report)
    } else {
        Err(unequal())
    }
}
