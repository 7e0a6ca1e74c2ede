//! Connections: how many, how long one may take to say what it wants, and how they end.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::quota::{CONNECTIONS_MAX, HEAD_WAIT};
use crate::spawn::spawn;

/// From one try to the next when a connection cannot be taken for want of files or memory.
const BREATH: Duration = Duration::from_millis(200);

/// Answers what comes until `stopping` ends; then takes no more, and ends when the last answer is
/// out. More connections than the quota wait outside; one that says nothing is closed.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    stopping: impl Future<Output = ()>,
) -> io::Result<()> {
    serve_within(listener, router, stopping, (CONNECTIONS_MAX, HEAD_WAIT)).await
}

async fn serve_within(
    listener: TcpListener,
    router: Router,
    stopping: impl Future<Output = ()>,
    (count_max, head_wait): (usize, Duration),
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(count_max));
    let graceful = GracefulShutdown::new();
    let mut stopping = pin!(stopping);
    loop {
        let (stream, place) = tokio::select! {
            () = &mut stopping => break,
            next = next(&listener, &places) => next,
        };
        let answers = answer(stream, router.clone(), graceful.watcher(), head_wait);
        spawn("connection", async move {
            answers.await;
            drop(place);
        });
    }
    drop(listener);
    graceful.shutdown().await;
    Ok(())
}

/// The next connection, once there is a place for it.
async fn next(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there always comes a place.
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return (stream, place),
            // That connection is gone; the next may be sound.
            Err(fault) if is_of_connection(&fault) => {}
            Err(fault) => {
                tracing::error!(%fault, "no connection can be taken at the moment");
                tokio::time::sleep(BREATH).await;
            }
        }
    }
}

fn is_of_connection(fault: &io::Error) -> bool {
    matches!(
        fault.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

async fn answer(stream: TcpStream, router: Router, watcher: Watcher, head_wait: Duration) {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_wait)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    if let Err(fault) = watcher.watch(connection).await {
        tracing::debug!(%fault, "a connection broke off");
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::{TcpListener, TcpStream};
    use tokio::sync::oneshot;

    use super::serve_within;
    use crate::spawn::spawn;

    struct Served {
        address: std::net::SocketAddr,
        stop: oneshot::Sender<()>,
        ended: tokio::task::JoinHandle<Option<std::io::Result<()>>>,
    }

    async fn open(count_max: usize, head_wait: Duration) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let (stop, stopped) = oneshot::channel();
        let router = Router::new().route("/", get(|| async { "here" }));
        let stopping = async move { drop(stopped.await) };
        let limits = (count_max, head_wait);
        let ended = spawn("http", serve_within(listener, router, stopping, limits));
        Served {
            address,
            stop,
            ended,
        }
    }

    async fn say(served: &Served, words: &str) -> TcpStream {
        let mut stream = TcpStream::connect(served.address).await.expect("taken");
        stream.write_all(words.as_bytes()).await.expect("sent");
        stream
    }

    async fn read(stream: &mut TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.expect("text");
        text
    }

    const WHOLE: &str = "GET / HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn a_connection_that_never_says_what_it_wants_is_closed() {
        let served = open(8, Duration::from_millis(50)).await;
        let mut silent = say(&served, "GET / HTTP/1.1\r\nho").await;
        assert!(!read(&mut silent).await.contains("here"));
    }

    #[tokio::test]
    async fn one_connection_too_many_waits_until_another_ends() {
        let served = open(1, Duration::from_mins(1)).await;
        let mut first = say(&served, "GET / HTTP/1.1\r\nho").await;
        let mut second = say(&served, WHOLE).await;
        let mut byte = [0_u8; 1];
        let early = tokio::time::timeout(Duration::from_millis(200), second.read(&mut byte)).await;
        assert!(early.is_err(), "it was answered beside the first");
        let rest = "st: here\r\nconnection: close\r\n\r\n";
        first.write_all(rest.as_bytes()).await.expect("sent");
        assert!(read(&mut first).await.ends_with("here"));
        assert!(read(&mut second).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_connection_that_is_only_kept_open_does_not_hold_up_the_end() {
        let served = open(8, Duration::from_millis(500)).await;
        let mut idle = say(&served, "GET / HTTP/1.1\r\nhost: here\r\n\r\n").await;
        let mut byte = [0_u8; 1];
        idle.read_exact(&mut byte).await.expect("an answer");
        served.stop.send(()).expect("running");
        let ended = served.ended.await.expect("not cancelled");
        ended.expect("no panic").expect("no fault");
        let refused = TcpStream::connect(served.address).await;
        assert!(refused.is_err(), "it takes no more");
    }
}
