//! This machine's clock and chance, and a sandbox that lives in them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use money::{Stamp, World};
use sandbox::{Credentials, Sandbox};
use tokio::net::TcpListener;

/// This machine.
#[derive(Debug)]
pub(crate) struct Machine {
    begun: Instant,
}

impl Machine {
    pub(crate) fn here() -> Self {
        Self {
            begun: Instant::now(),
        }
    }
}

impl World for Machine {
    fn now(&self) -> Stamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let ms = since.map(|since| since.as_millis()).unwrap_or_default();
        Stamp::from_ms(i64::try_from(ms).unwrap_or(i64::MAX))
    }

    fn ticks_ms(&self) -> i64 {
        i64::try_from(self.begun.elapsed().as_millis()).unwrap_or(i64::MAX)
    }

    fn entropy(&self) -> [u8; 16] {
        let mut bytes = [0; 16];
        aws_lc_rs::rand::fill(&mut bytes).expect("the system gives chance");
        bytes
    }
}

/// A sandbox that answers on a free port until it is dropped.
pub(crate) struct Counter {
    /// Where it answers, without a slash at the end.
    pub(crate) base: String,
    /// What its merchant needs.
    pub(crate) account: Credentials,
    task: tokio::task::JoinHandle<()>,
}

impl Counter {
    pub(crate) async fn open() -> Self {
        let sandbox = Sandbox::in_memory(Arc::new(Machine::here())).expect("keys can be made");
        let (listener, address) = free_port().await;
        let base = format!("http://{address}");
        let account = sandbox.account(&format!("{base}/gateway.do"));
        let task = tokio::spawn(async move {
            drop(sandbox.serve(listener).await);
        });
        Self {
            base,
            account,
            task,
        }
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A listener on a port of this machine that nobody has.
async fn free_port() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("it is bound");
    (listener, address)
}
