//! The receipt printer on the shop's network, which takes raw bytes at a port of its own (9100).
//!
//! One job after the other: two at once would be one receipt in another. It is asked how it is
//! before and after, with `DLE EOT`; many cheap printers say nothing to that, and print all the
//! same.

use std::io;
use std::net::{Ipv6Addr, SocketAddr};
use std::time::Duration;

pub use print::Paper;
use print::{End, Layout, Page, Pin, Question, Receipt, Status, Trouble, Writing, escpos};
use say::Lang;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

#[cfg(test)]
mod tests;

/// Where printers listen when nobody says otherwise.
pub const PORT: u16 = 9100;

/// The longest name of a machine.
const NAME_MAX: usize = 253;
/// How long a job waits for those before it. All waits together are shorter than
/// [`ANSWER_WAIT`](crate::quota::ANSWER_WAIT), so that whoever asked hears the cause.
const TURN_WAIT: Duration = Duration::from_secs(3);
/// How long a printer on the same network may take to open the connection.
const OPEN_WAIT: Duration = Duration::from_secs(2);
/// How long it may take to swallow a receipt: it reads only as fast as it prints.
const JOB_WAIT: Duration = Duration::from_secs(6);
/// How long it may take to say how it is; it answers at once, or never.
const STATUS_WAIT: Duration = Duration::from_millis(800);

/// Why nothing, or not all, was printed.
#[derive(Debug, thiserror::Error)]
pub enum PrintFault {
    /// Others' jobs take too long.
    #[error("other jobs are waiting for the printer")]
    Busy,
    /// Nothing answers at its address, or it went away.
    #[error("the printer is not reached: {0}")]
    Gone(#[from] io::Error),
    /// Something stands there that is no receipt printer.
    #[error(transparent)]
    Strange(#[from] print::StatusError),
    /// It must be seen to.
    #[error("the printer stands still: {}", .0.as_str())]
    Stopped(Trouble),
}

/// A printer, by its address.
#[derive(Debug)]
pub struct Printer {
    place: String,
    paper: Paper,
    turn: Mutex<()>,
}

impl Printer {
    /// The printer at `place`, a name or address, with or without a port; `None` when it cannot be
    /// one.
    pub fn at(place: &str, paper: Paper) -> Option<Self> {
        Some(Self {
            place: with_port(place.trim())?,
            paper,
            turn: Mutex::new(()),
        })
    }

    /// The width of its roll.
    pub const fn paper(&self) -> Paper {
        self.paper
    }

    /// Prints a receipt. Gives what must soon be seen to.
    ///
    /// # Errors
    /// [`PrintFault`]; where the printer stopped in the midst, a part may be on the paper.
    pub async fn print(&self, layout: &Layout) -> Result<Option<Trouble>, PrintFault> {
        let end = End {
            is_cut: true,
            drawer: None,
        };
        self.send(&escpos::letters(layout, Page::Gbk, end)).await
    }

    /// Opens the cash drawer that hangs on it.
    ///
    /// # Errors
    /// [`PrintFault`].
    pub async fn kick(&self) -> Result<Option<Trouble>, PrintFault> {
        self.send(&escpos::kick(Pin::Two)).await
    }

    /// How it is; nothing where it says nothing.
    ///
    /// # Errors
    /// [`PrintFault`] when it is not reached.
    pub async fn state(&self) -> Result<Vec<Trouble>, PrintFault> {
        let _turn = self.turn().await?;
        let mut line = self.open().await?;
        Ok(asked(&mut line).await?.troubles())
    }

    async fn send(&self, job: &[u8]) -> Result<Option<Trouble>, PrintFault> {
        let _turn = self.turn().await?;
        let mut line = self.open().await?;
        halted(&asked(&mut line).await?)?;
        let writing = async {
            line.write_all(job).await?;
            line.flush().await
        };
        timeout(JOB_WAIT, writing).await.map_err(late)??;
        let after = asked(&mut line).await?;
        halted(&after)?;
        line.shutdown().await?;
        Ok(after.troubles().into_iter().next())
    }

    async fn turn(&self) -> Result<impl Drop + '_, PrintFault> {
        let turn = timeout(TURN_WAIT, self.turn.lock()).await;
        turn.map_err(|_| PrintFault::Busy)
    }

    async fn open(&self) -> Result<TcpStream, PrintFault> {
        let opening = TcpStream::connect(&self.place);
        Ok(timeout(OPEN_WAIT, opening).await.map_err(late)??)
    }
}

/// The layout of a receipt for this printer.
///
/// # Errors
/// [`print::ReceiptError`] when it is too long for one.
pub fn layout(
    printer: &Printer,
    receipt: &Receipt,
    lang: Lang,
) -> Result<Layout, print::ReceiptError> {
    Layout::of(receipt, lang, printer.paper, Writing::GBK)
}

fn with_port(place: &str) -> Option<String> {
    if let Ok(address) = place.parse::<Ipv6Addr>() {
        return Some(format!("[{address}]:{PORT}"));
    }
    if place
        .parse::<SocketAddr>()
        .is_ok_and(|address| address.port() > 0)
    {
        return Some(place.to_owned());
    }
    let (name, port) = match place.split_once(':') {
        Some((name, port)) => (name, port.parse().ok().filter(|port| *port > 0)?),
        None => (place, PORT),
    };
    let is_sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_');
    let is_name = !name.is_empty() && name.len() <= NAME_MAX && name.chars().all(is_sign);
    is_name.then(|| format!("{name}:{port}"))
}

fn late(_: tokio::time::error::Elapsed) -> io::Error {
    io::ErrorKind::TimedOut.into()
}

fn halted(status: &Status) -> Result<(), PrintFault> {
    status
        .stop()
        .map_or(Ok(()), |trouble| Err(PrintFault::Stopped(trouble)))
}

/// Asks all questions, up to the first that finds silence.
async fn asked(line: &mut TcpStream) -> Result<Status, PrintFault> {
    let mut status = Status::default();
    for question in Question::ALL {
        line.write_all(&question.bytes()).await?;
        let Ok(answer) = timeout(STATUS_WAIT, line.read_u8()).await else {
            break;
        };
        status.hear(question, answer?)?;
    }
    Ok(status)
}
