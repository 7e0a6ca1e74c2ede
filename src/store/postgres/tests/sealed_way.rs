//! A real PostgreSQL that speaks TLS with a certificate of ours: who is trusted, who is refused,
//! and that nothing ever goes in clear that was asked for encrypted.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::cluster::Cluster;
use super::{Address, book};
use crate::postgres::{DatabaseFault, PostgresBook, TlsFault};
use crate::tests::{Scratch, open};
use crate::{Backend as _, OpenFault, Read as _};

/// A server for `127.0.0.1`, and what a person has who is to trust it.
struct Sealed {
    cluster: Cluster,
    files: Scratch,
}

fn sealed() -> &'static Sealed {
    static SEALED: OnceLock<Sealed> = OnceLock::new();
    SEALED.get_or_init(|| {
        let files = Scratch::make();
        let (root, stranger) = (authority("Ours"), authority("A stranger"));
        std::fs::write(files.file("root.crt"), root.certificate.pem()).expect("a file");
        std::fs::write(files.file("stranger.crt"), stranger.certificate.pem()).expect("a file");
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
        let key = KeyPair::generate().expect("a key");
        let issuer = Issuer::from_params(&root.params, &root.key);
        let leaf = params.signed_by(&key, &issuer).expect("a certificate");
        let cluster = Cluster::start();
        cluster.speak_tls(&leaf.pem(), &key.serialize_pem());
        Sealed { cluster, files }
    })
}

struct Authority {
    params: CertificateParams,
    key: KeyPair,
    certificate: rcgen::Certificate,
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    let called = rcgen::DnType::CommonName;
    params.distinguished_name.push(called, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.self_signed(&key).expect("a certificate");
    Authority {
        params,
        key,
        certificate,
    }
}

fn with(text: &str, words: &str) -> Address {
    Address::parse(&format!("{text}?{words}")).expect("an address")
}

fn trusting(mode: &str, root: &Path) -> String {
    format!("sslmode={mode}&sslrootcert={}", root.display())
}

fn refusal(address: &Address) -> TlsFault {
    match PostgresBook::open(address, "one") {
        Err(OpenFault::Database(DatabaseFault::Tls(fault))) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_address_that_asks_for_it_is_served_encrypted_for_reading_and_writing() {
    let Sealed { cluster, files } = sealed();
    let root = files.file("root.crt");
    for (number, words) in [
        "sslmode=prefer".to_owned(),
        "sslmode=require".to_owned(),
        trusting("require", &root),
        trusting("verify-ca", &root),
        trusting("verify-full", &root),
    ]
    .into_iter()
    .enumerate()
    {
        let text = cluster.database();
        let mut book = book(&with(&text, &words), "one");
        let (charge, opened) = open(u32::try_from(number).expect("few"), "sale", "till");
        book.commit(&[opened])
            .expect("a database that takes writes");
        let reader = book.reader().expect("a reader");
        assert_eq!(reader.history(charge.id()).expect("it answers").len(), 1);
        let name = text.rsplit('/').next().expect("a name");
        let sql =
            "SELECT count(*), bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                   WHERE application_name = 'scantill' AND datname = current_database()";
        assert_eq!(cluster.ask(name, sql), "2|t", "{words}");
    }
}

#[test]
fn a_certificate_that_nobody_trusted_has_signed_is_refused() {
    let Sealed { cluster, files } = sealed();
    let stranger = files.file("stranger.crt");
    for mode in ["prefer", "require", "verify-ca", "verify-full"] {
        let fault = refusal(&with(&cluster.database(), &trusting(mode, &stranger)));
        let said = fault.to_string();
        assert!(
            matches!(fault, TlsFault::Untrusted { .. }) && said.contains("UnknownIssuer"),
            "{said}"
        );
    }
}

#[test]
fn a_host_of_another_name_is_refused_where_the_name_matters() {
    let Sealed { cluster, files } = sealed();
    let root = files.file("root.crt");
    let text = cluster.database().replace("127.0.0.1", "localhost");
    let fault = refusal(&with(&text, &trusting("verify-full", &root)));
    let said = fault.to_string();
    assert!(
        matches!(fault, TlsFault::Untrusted { .. }) && said.contains("localhost"),
        "{said}"
    );
    book(&with(&text, &trusting("verify-ca", &root)), "one");
}

#[test]
fn whoever_asks_a_server_without_tls_for_it_is_refused_and_not_served_in_clear() {
    let text = super::cluster().database();
    let root = sealed().files.file("root.crt");
    for words in [
        "sslmode=require".to_owned(),
        trusting("verify-ca", &root),
        trusting("verify-full", &root),
    ] {
        let fault = refusal(&with(&text, &words));
        assert!(matches!(fault, TlsFault::Clear { .. }), "{words}: {fault}");
    }
    for words in ["sslmode=prefer", "sslmode=disable"] {
        book(&with(&text, words), "one");
    }
}

#[test]
fn among_several_hosts_the_one_that_is_not_trusted_is_not_used() {
    let Sealed { cluster, files } = sealed();
    let root = files.file("root.crt");
    let own = format!("127.0.0.1:{}", cluster.port());
    let clear = format!("127.0.0.1:{}", super::cluster().port());
    let text = cluster.database().replace(&own, &format!("{clear},{own}"));
    book(&with(&text, &trusting("verify-full", &root)), "one");
    let text = text.replace(&own, &format!("localhost:{}", cluster.port()));
    let fault = refusal(&with(&text, &trusting("verify-full", &root)));
    assert!(matches!(fault, TlsFault::Untrusted { .. }), "{fault}");
}

#[test]
fn a_server_whose_own_certificate_is_the_trusted_one_is_trusted_also_when_it_is_an_authority() {
    let files = Scratch::make();
    let root: PathBuf = files.file("server.crt");
    let mut params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let own = params.self_signed(&key).expect("a certificate");
    std::fs::write(&root, own.pem()).expect("a file");
    let cluster = Cluster::start();
    cluster.speak_tls(&own.pem(), &key.serialize_pem());
    book(
        &with(&cluster.database(), &trusting("verify-full", &root)),
        "one",
    );
    let other = params.self_signed(&KeyPair::generate().expect("a key"));
    std::fs::write(&root, other.expect("a certificate").pem()).expect("a file");
    let fault = refusal(&with(&cluster.database(), &trusting("verify-ca", &root)));
    assert!(matches!(fault, TlsFault::Untrusted { .. }), "{fault}");
}
