//! The address at which the internet reaches this backend: Alipay posts its notices there.
//!
//! Without one Alipay is asked by questions only, which is enough. One that Alipay cannot call, or
//! would call unencrypted, is refused at the start: notices that never come are seen by nobody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::fault::Fault;

/// Where notices are taken, behind the public address.
const NOTICES: &str = "/notify/alipay";
/// The word for no notices, also where an address was sealed.
const NONE: &str = "none";
/// Longest address of notices that Alipay takes.
const URL_LETTERS_MAX: usize = 256;
/// Names that are known on a local network only.
const LOCAL_ENDS: [&str; 6] = ["localhost", "local", "lan", "internal", "home", "home.arpa"];

/// Why an address cannot be the public one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotPublic {
    /// Not `https://name` at all, or too long.
    NotAnAddress,
    /// Something stands behind the name: a path, a query, a fragment.
    Longer,
    /// Notices could be read on the way.
    Plain,
    /// Nobody on the internet reaches it.
    Local,
}

/// Where Alipay is to post its notices; `None` for none. A gateway on this machine is a sandbox,
/// which reaches whatever this machine reaches.
///
/// # Errors
/// [`Fault::Public`] with the cause.
pub(super) fn notices(text: &str, is_gateway_here: bool) -> Result<Option<String>, Fault> {
    let text = text.trim();
    if text == NONE {
        return Ok(None);
    }
    match check(text, is_gateway_here) {
        Ok(origin) => Ok(Some(format!("{origin}{NOTICES}"))),
        Err(cause) => Err(Fault::Public {
            url: text.to_owned(),
            cause,
        }),
    }
}

/// The address without the slash at its end.
fn check(text: &str, is_gateway_here: bool) -> Result<&str, NotPublic> {
    let (scheme, rest) = text.split_once("://").ok_or(NotPublic::NotAnAddress)?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    let host = host(authority).ok_or(NotPublic::NotAnAddress)?;
    if !matches!(behind, "" | "/") {
        return Err(NotPublic::Longer);
    }
    let origin = text.strip_suffix('/').unwrap_or(text);
    if origin.len() + NOTICES.len() > URL_LETTERS_MAX {
        return Err(NotPublic::NotAnAddress);
    }
    match scheme {
        "https" | "http" if is_gateway_here => Ok(origin),
        "https" | "http" if is_local(host) => Err(NotPublic::Local),
        "https" => Ok(origin),
        "http" => Err(NotPublic::Plain),
        _ => Err(NotPublic::NotAnAddress),
    }
}

/// The name or number of the machine in `name:port`, when both are of their form.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']')?;
        host.parse::<Ipv6Addr>().ok()?;
        (host, port)
    } else {
        let place = authority.find(':').unwrap_or(authority.len());
        let (host, port) = authority.split_at(place);
        let is_part = |part: &str| {
            let is_sign = |sign: char| sign.is_ascii_alphanumeric() || sign == '-';
            !part.is_empty() && part.chars().all(is_sign)
        };
        host.split('.').all(is_part).then_some((host, port))?
    };
    let is_port = |text: &str| text.parse::<u16>().is_ok_and(|number| number > 0);
    let is_good = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    is_good.then_some(host)
}

/// Whether only this machine, or only the network around it, knows this name or number.
fn is_local(host: &str) -> bool {
    if let Ok(number) = host.parse::<IpAddr>() {
        return match number {
            IpAddr::V4(number) => is_local_v4(number),
            IpAddr::V6(number) => is_local_v6(number),
        };
    }
    let name = host.to_ascii_lowercase();
    let is_end = |end: &str| name == end || name.ends_with(&format!(".{end}"));
    !name.contains('.') || LOCAL_ENDS.iter().any(|end| is_end(end))
}

fn is_local_v4(number: Ipv4Addr) -> bool {
    let [first, second, ..] = number.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_near = number.is_loopback() || number.is_private() || number.is_link_local();
    is_near || is_shared || first == 0 || number.is_multicast() || number.is_broadcast()
}

fn is_local_v6(number: Ipv6Addr) -> bool {
    let is_near = number.is_loopback() || number.is_unique_local();
    let is_mapped = number.to_ipv4_mapped().is_some_and(is_local_v4);
    let is_nowhere = number.is_unspecified() || number.is_multicast();
    is_near || is_mapped || is_nowhere || number.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::{NotPublic, check, notices};
    use crate::fault::Fault;

    #[test]
    fn a_public_address_is_https_and_a_name_of_the_internet() {
        for (text, origin) in [
            ("https://pay.example.cn", "https://pay.example.cn"),
            ("https://pay.example.cn/", "https://pay.example.cn"),
            ("https://pay.example.cn:8443", "https://pay.example.cn:8443"),
            ("https://8.8.8.8", "https://8.8.8.8"),
            ("https://[2001:db8::1]:443/", "https://[2001:db8::1]:443"),
            ("https://xn--fiqs8s.cn", "https://xn--fiqs8s.cn"),
        ] {
            assert_eq!(check(text, false), Ok(origin));
        }
        let told = notices(" https://pay.example.cn/ ", false).expect("a public address");
        assert_eq!(
            told.as_deref(),
            Some("https://pay.example.cn/notify/alipay")
        );
        assert_eq!(notices("none", false).expect("a word"), None);
    }

    #[test]
    fn what_alipay_would_not_call_is_refused_with_its_cause() {
        for (text, cause) in [
            ("http://pay.example.cn", NotPublic::Plain),
            ("https://127.0.0.1", NotPublic::Local),
            ("http://127.0.0.1:8080", NotPublic::Local),
            ("https://localhost:8080", NotPublic::Local),
            ("https://shop.localhost", NotPublic::Local),
            ("https://192.168.1.9", NotPublic::Local),
            ("https://10.0.0.1", NotPublic::Local),
            ("https://172.16.0.1", NotPublic::Local),
            ("https://169.254.1.1", NotPublic::Local),
            ("https://100.64.0.1", NotPublic::Local),
            ("https://0.0.0.0", NotPublic::Local),
            ("https://[::1]", NotPublic::Local),
            ("https://[fe80::1]", NotPublic::Local),
            ("https://[fd00::1]", NotPublic::Local),
            ("https://[::ffff:10.0.0.1]", NotPublic::Local),
            ("https://till", NotPublic::Local),
            ("https://till.local", NotPublic::Local),
            ("https://pay.example.cn/shop", NotPublic::Longer),
            ("https://pay.example.cn/?a=1", NotPublic::Longer),
            ("https://pay.example.cn?a=1", NotPublic::Longer),
            ("https://pay.example.cn#top", NotPublic::Longer),
            ("https://", NotPublic::NotAnAddress),
            ("pay.example.cn", NotPublic::NotAnAddress),
            ("ftp://pay.example.cn", NotPublic::NotAnAddress),
            ("https://user@pay.example.cn", NotPublic::NotAnAddress),
            ("https://pay example.cn", NotPublic::NotAnAddress),
            ("https://pay..example.cn", NotPublic::NotAnAddress),
            ("https://收银.cn", NotPublic::NotAnAddress),
            ("https://pay.example.cn:0", NotPublic::NotAnAddress),
            ("https://pay.example.cn:99999", NotPublic::NotAnAddress),
            ("https://[::1", NotPublic::NotAnAddress),
            ("", NotPublic::NotAnAddress),
        ] {
            assert_eq!(check(text, false), Err(cause), "{text}");
        }
        let long = format!("https://{}.cn", "a".repeat(250));
        assert_eq!(check(&long, false), Err(NotPublic::NotAnAddress));
        let fault = notices("http://pay.example.cn", false).expect_err("it is plain");
        assert!(matches!(fault, Fault::Public { url, .. } if url == "http://pay.example.cn"));
    }

    #[test]
    fn a_sandbox_on_this_machine_reaches_what_this_machine_reaches() {
        for text in [
            "http://127.0.0.1:8080",
            "http://localhost",
            "http://[::1]:9",
        ] {
            assert_eq!(check(text, true), Ok(text));
        }
        let longer = check("http://127.0.0.1:8080/till", true);
        assert_eq!(longer, Err(NotPublic::Longer));
    }
}
