//! A receipt printer on the network: it takes bytes at a port of its own and says how it is.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How a printer behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// It answers that all is well.
    Ready,
    /// It answers that its roll is near its end.
    PaperLow,
    /// It answers that it has no paper.
    PaperOut,
    /// It answers nothing, as many cheap ones.
    Silent,
    /// It answers, but is no receipt printer.
    Strange,
}

/// A printer that listens.
pub struct NetPrinter {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
}

struct Seen {
    manner: Manner,
    jobs: Vec<Vec<u8>>,
}

impl NetPrinter {
    /// A printer on a free port of this machine.
    ///
    /// # Panics
    /// When there is no port.
    pub fn open(manner: Manner) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let jobs = Vec::new();
        let seen = Arc::new(Mutex::new(Seen { manner, jobs }));
        let shared = Arc::clone(&seen);
        thread::spawn(move || {
            for line in listener.incoming().flatten() {
                serve(line, &shared);
            }
        });
        Self { address, seen }
    }

    /// Where it listens.
    pub fn place(&self) -> String {
        self.address.to_string()
    }

    /// From now on it behaves otherwise.
    pub fn be(&self, manner: Manner) {
        lock(&self.seen).manner = manner;
    }

    /// All that it was to print so far, job by job.
    pub fn jobs(&self) -> Vec<Vec<u8>> {
        lock(&self.seen).jobs.clone()
    }
}

fn lock(seen: &Mutex<Seen>) -> std::sync::MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One connection, until its other end has no more to say. A question is answered in the midst of
/// anything and is no part of the job.
fn serve(mut line: TcpStream, seen: &Mutex<Seen>) {
    let mut job = Vec::new();
    let mut byte = [0];
    while matches!(line.read(&mut byte), Ok(1)) {
        job.push(byte[0]);
        let Some([0x10, 0x04, question @ 1..=4]) = job.last_chunk().copied() else {
            continue;
        };
        job.truncate(job.len() - 3);
        let manner = lock(seen).manner;
        if let Some(answer) = answer(manner, question)
            && line.write_all(&[answer]).is_err()
        {
            break;
        }
    }
    if !job.is_empty() {
        lock(seen).jobs.push(job);
    }
}

/// The byte for a question, by Epson's table of `DLE EOT`.
const fn answer(manner: Manner, question: u8) -> Option<u8> {
    match (manner, question) {
        (Manner::Silent, _) => None,
        (Manner::Strange, _) => Some(b'%'),
        (Manner::PaperLow, 4) => Some(0x1E),
        (Manner::PaperOut, 1) => Some(0x1A),
        (Manner::PaperOut, 2) => Some(0x32),
        (Manner::PaperOut, 4) => Some(0x7E),
        (Manner::Ready | Manner::PaperLow | Manner::PaperOut, _) => Some(0x12),
    }
}
