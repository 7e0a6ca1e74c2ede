//! One kept HTTP connection, as plain as can be: the generator shares two processors with what it
//! measures, so it must cost little.

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// A connection to one server.
pub(crate) struct Line {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Line {
    /// Connects to `http://HOST:PORT`.
    pub(crate) async fn open(base: &str) -> Self {
        let host = base.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).await.expect("it listens");
        stream.set_nodelay(true).expect("a socket of this machine");
        Self {
            stream: BufReader::new(stream),
            host,
        }
    }

    /// GET.
    pub(crate) async fn get(&mut self, path: &str) -> (u16, String) {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.host);
        self.exchange(&head).await
    }

    /// POST of JSON under an idempotency key.
    pub(crate) async fn post(&mut self, path: &str, key: &str, json: &str) -> (u16, String) {
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{json}",
            self.host,
            json.len(),
        );
        self.exchange(&request).await
    }

    async fn exchange(&mut self, request: &str) -> (u16, String) {
        let sent = self.stream.write_all(request.as_bytes()).await;
        sent.expect("the connection holds");
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            let count = self.stream.read_line(&mut line).await;
            assert!(count.expect("an answer") > 0, "the answer breaks off");
            let line = line.trim_end();
            if line.is_empty() {
                break;
            }
            if status == 0 {
                let word = line.split(' ').nth(1).unwrap_or_default();
                status = word.parse().expect("a status");
            }
            let (name, value) = line.split_once(": ").unwrap_or((line, ""));
            if name.eq_ignore_ascii_case("content-length") {
                length = value.parse().expect("a length");
            }
        }
        let mut body = vec![0; length];
        let read = self.stream.read_exact(&mut body).await;
        read.expect("the whole answer");
        (status, String::from_utf8(body).expect("UTF-8"))
    }
}

/// The text of a member that is a string without escapes, as ids and names are.
pub(crate) fn text_of<'a>(json: &'a str, name: &str) -> &'a str {
    let start = format!("\"{name}\":\"");
    let found = json.split_once(&start).map(|(_, rest)| rest);
    found
        .and_then(|rest| rest.split('"').next())
        .unwrap_or_default()
}
