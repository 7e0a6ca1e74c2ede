//! A database that is reached encrypted: a sale through it, and what is said to whoever asks for
//! what is not to be had.

use std::fs;

use rcgen::{CertificateParams, KeyPair};
use tests::home::Home;
use tests::postgres::Cluster;
use tests::shop::{Apart, Shop};
use tokio::task::block_in_place;

use crate::cluster;
use crate::freeze::sell;
use crate::starts::{check, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sale_goes_through_a_database_whose_certificate_is_verified() {
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).expect("a name");
    let key = KeyPair::generate().expect("a key");
    let own = params.self_signed(&key).expect("a certificate").pem();
    let (sealed, folder) = (block_in_place(Cluster::start), Home::fresh());
    block_in_place(|| sealed.speak_tls(&own, &key.serialize_pem()));
    let root = folder.file("root.crt");
    fs::write(&root, own).expect("a file");
    let plain = block_in_place(|| sealed.database());
    let asked = format!("{plain}?sslmode=verify-full&sslrootcert={root}");
    let apart = Apart::open();
    let shop = Shop::open_on(&asked, &apart);
    sell(&shop, "sealed").await;
    let clear = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
        WHERE application_name = 'scantill' AND NOT ssl";
    assert_eq!(sealed.ask("postgres", clear), "0", "all is encrypted");
    shop.close();
    block_in_place(|| {
        let other = asked.replace("127.0.0.1", "localhost");
        check(&refused(&other), &["localhost", "sslrootcert"]);
        let none = asked.replace("root.crt", "none.crt");
        check(&refused(&none), &["none.crt", "PEM"]);
        let unnamed = format!("{plain}?sslmode=verify-full");
        check(&refused(&unnamed), &["sslrootcert=system"]);
    });
}

#[test]
fn whoever_asks_a_database_without_tls_for_it_is_told_so() {
    let asked = format!("{}?sslmode=require", cluster().database());
    check(&refused(&asked), &["ssl", "sslmode", "127.0.0.1"]);
    let unknown = format!("{}?sslmode=allow", cluster().database());
    check(&refused(&unknown), &["sslmode=allow", "verify-full"]);
}
