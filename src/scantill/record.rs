//! Opens the record where the options say: a file in the home folder, or a database.

use money::World;
use server::archive::AnyReader;
use store::{Book, PostgresBook, Writer};

use crate::fault::Fault;
use crate::options::{Database, Home};
use crate::seal::hex;

/// Opens the writing and the reading side.
///
/// # Errors
/// [`Fault::Book`] with the cause.
pub(crate) fn open(
    home: &Home,
    database: &Database,
    world: &dyn World,
) -> Result<(Writer, AnyReader), Fault> {
    let path = home.book();
    let fault = |cause| Fault::Book {
        path: path.clone(),
        cause,
    };
    if let Some(address) = database.address()? {
        // No two processes share a name, also when one follows the other on the same machine.
        let owner = hex(&world.entropy());
        let book = PostgresBook::open(&address, &owner).map_err(fault)?;
        let reader = book.reader().map_err(fault)?;
        return Ok((Writer::spawn(book), Box::new(reader)));
    }
    let book = Book::open(&path).map_err(fault)?;
    let reader = book.reader().map_err(fault)?;
    Ok((Writer::spawn(book), Box::new(reader)))
}
