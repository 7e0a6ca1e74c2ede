//! Fetches a file that the provider named: from the provider only, bounded in size and time,
//! without following anything.

use std::time::Duration;

use reqwest::Url;

/// From the first packet to an open, encrypted connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// From the connection to the last byte.
const FETCH_WAIT: Duration = Duration::from_secs(12);
/// Where Alipay keeps its files.
const SITES: [&str; 2] = ["alipay.com", "alipaydev.com"];

/// Why a file cannot be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FetchFault {
    /// The address answers with this status; a redirect is one of them.
    Status(u16),
    /// No connection, too slow, or it broke off.
    BrokenOff,
    /// More bytes than were wanted.
    TooLarge {
        /// How many.
        limit: usize,
    },
}

/// A client that follows nothing.
pub(super) fn client() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .connect_timeout(CONNECT_WAIT)
        .timeout(FETCH_WAIT)
        .user_agent(concat!("scantill/", env!("CARGO_PKG_VERSION")))
        .build()
}

/// The address, when it is the provider's: the gateway's own machine for a sandbox on this one,
/// otherwise an encrypted address of Alipay's. Alipay writes some of its addresses as plain ones.
pub(super) fn place(url: &str, gateway: &str) -> Option<Url> {
    let mut place = Url::parse(url).ok()?;
    let gateway = Url::parse(gateway).ok()?;
    let is_named = !place.username().is_empty() || place.password().is_some();
    if is_named {
        return None;
    }
    if gateway.scheme() == "http" {
        let is_same = place.host_str() == gateway.host_str()
            && place.port_or_known_default() == gateway.port_or_known_default();
        return (is_same && place.scheme() == "http").then_some(place);
    }
    let host = place.host_str()?.to_owned();
    let is_site = |site: &str| {
        let before = host.strip_suffix(site);
        before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    let is_theirs = SITES.iter().any(|site| is_site(site)) || place.host() == gateway.host();
    if !is_theirs || place.port().is_some() {
        return None;
    }
    place.set_scheme("https").ok()?;
    Some(place)
}

/// The bytes behind the address; more than `limit` are not taken.
pub(super) async fn fetch(
    client: &reqwest::Client,
    place: Url,
    limit: usize,
) -> Result<Vec<u8>, FetchFault> {
    let broken = |_: reqwest::Error| FetchFault::BrokenOff;
    let mut response = client.get(place).send().await.map_err(broken)?;
    if response.status().as_u16() != 200 {
        return Err(FetchFault::Status(response.status().as_u16()));
    }
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(broken)? {
        if bytes.len() + chunk.len() > limit {
            return Err(FetchFault::TooLarge { limit });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::{FetchFault, client, fetch, place};

    const REAL: &str = "https://openapi.alipay.com/gateway.do";
    const HERE: &str = "http://127.0.0.1:8081/gateway.do";

    #[test]
    fn a_bill_lies_at_alipay_or_at_the_sandbox_that_named_it() {
        let at = |url: &str, gateway: &str| place(url, gateway).map(|url| url.to_string());
        let good = "https://dwbillcenter.alipay.com/downloadBillFile.resource?bizType=trade";
        assert_eq!(at(good, REAL).as_deref(), Some(good));
        let plain = good.replace("https", "http");
        assert_eq!(at(&plain, REAL).as_deref(), Some(good), "made encrypted");
        let here = "http://127.0.0.1:8081/bills/download?sign=a";
        assert_eq!(at(here, HERE).as_deref(), Some(here));
        for (url, gateway) in [
            ("https://alipay.com.evil.example/a", REAL),
            ("https://evilalipay.com/a", REAL),
            ("https://user@dwbillcenter.alipay.com/a", REAL),
            ("https://dwbillcenter.alipay.com:8443/a", REAL),
            ("http://127.0.0.1:8081/bills/download", REAL),
            ("http://127.0.0.1:8082/bills/download", HERE),
            ("http://10.0.0.1:8081/bills/download", HERE),
            ("file:///etc/passwd", HERE),
            ("file:///etc/passwd", REAL),
            ("nothing", REAL),
        ] {
            assert_eq!(at(url, gateway), None, "{url}");
        }
    }

    /// What becomes of a fetch from a server that says this and closes.
    async fn fetched(said: &'static [u8]) -> Result<Vec<u8>, FetchFault> {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let server = async move {
            let (mut line, _) = listener.accept().await.expect("a caller");
            let mut asked = [0; 1_024];
            let _ = line.read(&mut asked).await;
            // The caller may have hung up already: then nobody hears it.
            let _ = line.write_all(said).await;
        };
        let url = format!("http://{address}/a").parse().expect("an address");
        let client = client().expect("a client");
        let (got, ()) = tokio::join!(fetch(&client, url, 8), server);
        got
    }

    #[tokio::test]
    async fn a_file_is_taken_whole_and_not_above_its_size() {
        let whole = fetched(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n12345678").await;
        assert_eq!(whole.as_deref(), Ok(b"12345678".as_slice()));
        let large = fetched(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n123456789").await;
        assert_eq!(large, Err(FetchFault::TooLarge { limit: 8 }));
        let torn = fetched(b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n123").await;
        assert_eq!(torn, Err(FetchFault::BrokenOff));
    }

    #[tokio::test]
    async fn nothing_is_followed_and_nothing_else_than_success_is_taken() {
        let moved = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1/\r\n\r\n";
        assert_eq!(fetched(moved).await, Err(FetchFault::Status(302)));
        let gone = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n";
        assert_eq!(fetched(gone).await, Err(FetchFault::Status(403)));
        assert_eq!(fetched(b"no HTTP").await, Err(FetchFault::BrokenOff));
    }
}
