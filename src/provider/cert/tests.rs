//! Certificates' numbers agree with OpenSSL's and with known ones.

use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::der::Tag;
use x509_cert::der::asn1::{Any, ObjectIdentifier};

use super::{attribute, cert_key, cert_sn, decimal, number_of, root_cert_sn};
use crate::sign::{PublicKey, SecretError};

const APP: &str = include_str!("../tests/certs/app.crt");
const GATEWAY: &str = include_str!("../tests/certs/gateway.crt");
const ROOTS: &str = include_str!("../tests/certs/roots.crt");
const ODD: &str = include_str!("../tests/certs/odd.crt");
const GATEWAY_PUBLIC: &str = include_str!("../tests/keys/gateway.public.pem");

#[test]
fn the_number_of_a_certificate_is_that_of_openssl() {
    assert_eq!(
        cert_sn(APP).as_deref(),
        Ok("9ab9c5cc1fc3420cbbd7453d14243ee7")
    );
}

#[test]
fn the_first_certificate_of_a_file_counts_and_special_letters_are_escaped() {
    assert_eq!(
        cert_sn(GATEWAY).as_deref(),
        Ok("f240b2c6c478238a9577bc6a342c3253")
    );
}

#[test]
fn old_kinds_of_text_and_blanks_at_the_edges_are_written_as_openssl_writes_them() {
    assert_eq!(
        cert_sn(ODD).as_deref(),
        Ok("646495d3f55bfeaa54409970aad40b60")
    );
}

#[test]
fn an_attribute_without_a_short_name_is_written_by_its_number() {
    let pair = |oid: &str, tag, bytes: &[u8]| AttributeTypeAndValue {
        oid: ObjectIdentifier::new(oid).expect("a number"),
        value: Any::new(tag, bytes).expect("a value"),
    };
    let known = pair("2.5.4.3", Tag::Utf8String, b"abc");
    assert_eq!(attribute(&known).as_deref(), Some("CN=abc"));
    let hashes = pair("2.5.4.3", Tag::Utf8String, b"#a#");
    assert_eq!(attribute(&hashes).as_deref(), Some(r"CN=\#a#"), "the first");
    let unknown = pair("1.2.3.4", Tag::Utf8String, b"abc");
    assert_eq!(attribute(&unknown).as_deref(), Some("1.2.3.4=#0c03616263"));
    let octets = pair("2.5.4.3", Tag::OctetString, b"abc");
    assert_eq!(attribute(&octets).as_deref(), Some("2.5.4.3=#0403616263"));
}

#[test]
fn a_bundle_has_the_numbers_of_its_rsa_roots_in_order() {
    assert_eq!(
        root_cert_sn(ROOTS).as_deref(),
        Ok("b7226d080e1216a70408715eb3347f44_96f8169e515d631c1d6d8ae1c5c29ac7")
    );
}

#[test]
fn the_published_number_of_an_official_test_certificate_comes_out() {
    let issuer = "CN=Ant Financial Certification Authority Class 1 R1,\
                  OU=Certification Authority,O=Ant Financial,C=CN";
    let serial = 0x2021_0904_848B_4CCD_7DE5_20D4_4C57_2A83_u128.to_be_bytes();
    assert_eq!(
        number_of(issuer, &serial),
        "e1b085ae86cbbba54fe9dc6cdf82b65a"
    );
}

#[test]
fn the_published_numbers_of_the_official_rsa_roots_come_out() {
    let ant = "CN=Ant Financial Certification Authority R1,\
               OU=Certification Authority,O=Ant Financial,C=CN";
    let serial = 0x1FCF_A18D_6A48_0D11_u64.to_be_bytes();
    assert_eq!(number_of(ant, &serial), "687b59193f3f462dd5336e5abf83c5d8");
    let trust = "CN=iTrusChina Class 2 Root CA - G3,OU=China Trust Network,O=iTrusChina,C=CN";
    let head = 0x10C7_64E9_u32.to_be_bytes();
    let tail = 0xD560_3842_12D9_C08F_D10E_373F_DD0F_B396_u128.to_be_bytes();
    let serial = [head.as_slice(), &tail].concat();
    assert_eq!(
        number_of(trust, &serial),
        "02941eef3187dddf3d3b83462e1dfcf6"
    );
}

#[test]
fn the_key_comes_out_of_the_first_certificate() {
    let key = cert_key(GATEWAY).map(|key| key.text());
    assert_eq!(key, PublicKey::read(GATEWAY_PUBLIC).map(|key| key.text()));
}

#[test]
fn serial_numbers_are_written_in_decimal() {
    assert_eq!(decimal(&[0]), "0");
    assert_eq!(decimal(&[0, 255]), "255");
    assert_eq!(decimal(&[1, 0]), "256");
    assert_eq!(decimal(&u128::MAX.to_be_bytes()), u128::MAX.to_string());
}

#[test]
fn what_is_no_certificate_is_refused() {
    assert_eq!(cert_sn(""), Err(SecretError::NotACertificate));
    assert_eq!(cert_sn(GATEWAY_PUBLIC), Err(SecretError::NotACertificate));
    assert_eq!(root_cert_sn(&APP[..300]), Err(SecretError::NotACertificate));
    assert_eq!(root_cert_sn(""), Err(SecretError::NoRsaRoot));
}

#[test]
fn a_certificate_that_says_it_is_private_is_none_for_anybody() {
    let private = GATEWAY.replacen("BEGIN CERTIFICATE", "BEGIN CERT PRIVATE", 1);
    assert_eq!(cert_sn(&private), Err(SecretError::NotACertificate));
    assert_eq!(cert_key(&private), Err(SecretError::NotACertificate));
    assert_eq!(PublicKey::read(&private), Err(SecretError::PrivateGiven));
}
