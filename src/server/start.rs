//! Starts the whole backend on a listener, and stops it without losing what is under way.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use money::World;
use provider::Alipay;
use store::failpoint::hit;
use store::{StoreFault, Writer};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;

use crate::abroad::follow;
use crate::app::{App, Shop, router};
use crate::archive::{AnyReader, Archive};
use crate::call::{AlipayLine, Line};
use crate::http::files::{Files, Page};
use crate::printer::Printer;
use crate::probe;
use crate::pulse::Pulse;
use crate::pump::{self, Surroundings};
use crate::quota;
use crate::serve;
use crate::spawn::{spawn, stopped};

/// All that a backend is made of.
pub struct Setup {
    /// Where it listens.
    pub listener: TcpListener,
    /// Makes batches durable.
    pub writer: Writer,
    /// Reads the same record.
    pub reader: AnyReader,
    /// Speaks for the shop's account.
    pub alipay: Alipay,
    /// Clock and chance.
    pub world: Arc<dyn World>,
    /// The files inside the binary.
    pub pages: &'static [Page],
    /// The shop.
    pub shop: Shop,
    /// The receipt printer on the shop's network, if there is one.
    pub printer: Option<Printer>,
    /// Keys the hashes of requests and codes; the same at every start.
    pub secret: [u8; 32],
}

/// Why it does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The record cannot be read.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// No TLS certificates to trust.
    #[error("the outbound client cannot be made: {0}")]
    Client(#[from] reqwest::Error),
    /// The listener has no address.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A backend that runs.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    loop_task: JoinHandle<Option<Writer>>,
    http_task: JoinHandle<Option<io::Result<()>>>,
}

/// Takes up every open charge and opens the doors.
///
/// # Errors
/// [`StartFault`].
pub fn start(setup: Setup) -> Result<Running, StartFault> {
    let address = setup.listener.local_addr()?;
    let histories = if setup.writer.is_shared() {
        // Another server may be at work on them: the loop claims those that are nobody's.
        Vec::new()
    } else {
        setup.reader.open_charges()?
    };
    hit("start-read");
    let pulse = Arc::new(Pulse::starting(setup.reader.last_seq()?));
    let line = AlipayLine::open(setup.alipay, Arc::clone(&setup.world), Arc::clone(&pulse))?;
    let books = line.books()?;
    let (stop, stopping) = watch::channel(false);
    tracing::info!(charge.open = histories.len(), "taking up open charges");
    let line: Arc<dyn Line> = Arc::new(line);
    let trial = probe::watch(Arc::clone(&line), Arc::clone(&pulse), stopping.clone());
    spawn("probe", trial);
    let is_shared = setup.writer.is_shared();
    let around = Surroundings {
        writer: setup.writer,
        line: Arc::clone(&line),
        world: Arc::clone(&setup.world),
        pulse: Arc::clone(&pulse),
        stop: stopping.clone(),
    };
    hit("start-takes-up");
    let (pump, loop_task) = pump::start(&setup.shop.name, histories, around);
    let archive = Archive::new(setup.reader);
    if is_shared {
        let (archive, pump, pulse) = (archive.clone(), pump.clone(), Arc::clone(&pulse));
        let seq = pulse.seq();
        spawn(
            "abroad",
            follow(archive, pump, pulse, seq, stopping.clone()),
        );
    }
    let app = App {
        pump,
        archive,
        line,
        books: Arc::new(books),
        pulse,
        world: setup.world,
        files: Files::new(setup.pages),
        shop: setup.shop,
        printer: setup.printer,
        secret: setup.secret,
        streams: Arc::new(Semaphore::new(quota::STREAMS_MAX)),
        stop: stopping.clone(),
    };
    hit("start-serves");
    let http_task = spawn("http", serve(setup.listener, app, stopping));
    Ok(Running {
        address,
        stop,
        loop_task,
        http_task,
    })
}

async fn serve(
    listener: TcpListener,
    app: App,
    mut stopping: watch::Receiver<bool>,
) -> io::Result<()> {
    let until = async move { stopped(&mut stopping).await };
    serve::serve(listener, router(app), until).await
}

impl Running {
    /// Ends when the loop or the web server does, which only a defect makes them do.
    pub async fn broken(&mut self) {
        tokio::select! {
            _ = &mut self.loop_task => {}
            _ = &mut self.http_task => {}
        }
    }

    /// Takes no more requests, ends the event streams, hears what is under way for a few seconds,
    /// and closes the record: the readers first, so that the writer, which is then the last, leaves
    /// one whole file.
    pub async fn stop(self) {
        hit("stop-begins");
        let _ = self.stop.send(true);
        let writer = self.loop_task.await;
        hit("stop-loop-ended");
        let _ = tokio::time::timeout(quota::ANSWER_WAIT, self.http_task).await;
        hit("stop-http-ended");
        let _ = tokio::task::spawn_blocking(|| drop(writer)).await;
        hit("stop-closed");
    }
}
