//! Opens the record where the options say: a file in the home folder, or a database.

use std::path::PathBuf;

use money::World;
use server::archive::AnyReader;
use store::{Book, OpenFault, PostgresBook, Tie, Writer};

use crate::fault::Fault;
use crate::options::{Database, Home};
use crate::seal::hex;

/// A record that is open, and to which nothing is written yet.
pub(crate) struct Record {
    book: Side,
    reader: AnyReader,
    path: PathBuf,
}

/// Its writing side.
enum Side {
    File(Book),
    Database(Box<PostgresBook>),
}

/// Opens the writing and the reading side.
///
/// # Errors
/// [`Fault::Book`] with the cause.
pub(crate) fn open(home: &Home, database: &Database, world: &dyn World) -> Result<Record, Fault> {
    let path = home.book();
    let opened = match database.address()? {
        Some(address) => {
            // No two processes share a name, also when one follows the other on one machine.
            let owner = hex(&world.entropy());
            PostgresBook::open(&address, &owner).and_then(|book| {
                let reader: AnyReader = Box::new(book.reader()?);
                Ok((Side::Database(Box::new(book)), reader))
            })
        }
        None => Book::open(&path).and_then(|book| {
            let reader: AnyReader = Box::new(book.reader()?);
            Ok((Side::File(book), reader))
        }),
    };
    match opened {
        Ok((book, reader)) => Ok(Record { book, reader, path }),
        Err(cause) => Err(Fault::Book { path, cause }),
    }
}

impl Record {
    /// Ties it to the key and the account of this server, and gives its two sides.
    ///
    /// # Errors
    /// [`Fault::Book`] when it is tied to others, and nobody says that the change is meant.
    pub(crate) fn tied(
        mut self,
        ties: &[Tie],
        is_adopting: bool,
    ) -> Result<(Writer, AnyReader), Fault> {
        let judged: Result<(), OpenFault> = match &mut self.book {
            Side::File(book) => book.tie(ties, is_adopting),
            Side::Database(book) => book.tie(ties, is_adopting),
        };
        let path = self.path;
        judged.map_err(|cause| Fault::Book { path, cause })?;
        let writer = match self.book {
            Side::File(book) => Writer::spawn(book),
            Side::Database(book) => Writer::spawn(*book),
        };
        Ok((writer, self.reader))
    }
}
