//! Bills as they are fetched: a zip of GBK tables, unsigned, and never more than compared.

use provider::Bill;
use provider::alipay::bill::{BillError, Limits, Moved};

use super::Choices;

/// `2088_20261122_业务明细.csv`, in GBK.
const NAME: &[u8] = b"2088_20261122_\xd2\xb5\xce\xf1\xc3\xf7\xcf\xb8.csv";
/// The same with (汇总).
const SUMMARY: &[u8] = b"2088_20261122_\xd2\xb5\xce\xf1\xc3\xf7\xcf\xb8(\xbb\xe3\xd7\xdc).csv";
const LIMITS: Limits = Limits {
    packed: 64 * 1024,
    unpacked: 256 * 1024,
    files: 4,
};

/// The first byte says whether the rest is a zip, or the tables that are put into one.
pub(crate) fn bill(bytes: &[u8]) {
    let mut choices = Choices::of(bytes);
    let is_packed = choices.is_true();
    let rest = choices.rest();
    if is_packed {
        check(rest);
        return;
    }
    // A line of dashes parts the two tables.
    let cut = rest.windows(5).position(|part| part == b"\n---\n");
    let (details, summary) = match cut {
        Some(place) => (&rest[..=place], Some(&rest[place + 5..])),
        None => (rest, None),
    };
    let mut files = vec![(NAME, details)];
    files.extend(summary.map(|text| (SUMMARY, text)));
    let zip = packed(&files);
    check(&zip);
    // A file that is cut off anywhere is never a bill.
    for part in [1, 2, 3] {
        let torn = Bill::read(&zip[..zip.len() * part / 4], LIMITS);
        assert!(torn.is_err(), "a part of a bill is read as a whole");
    }
}

fn check(zip: &[u8]) {
    let bill = match Bill::read(zip, LIMITS) {
        Ok(bill) => bill,
        Err(fault) => {
            assert!(fault.to_string().len() > 20);
            let is_large = matches!(fault, BillError::TooLarge { .. });
            assert!(!is_large || zip.len() > 22);
            return;
        }
    };
    let of = |moved: Moved| bill.lines.iter().filter(move |line| line.moved == moved);
    let payments = of(Moved::Payment).count();
    assert_eq!(u64::try_from(payments), Ok(bill.totals.payments));
    assert_eq!(payments + of(Moved::Refund).count(), bill.lines.len());
    assert!(of(Moved::Payment).all(|line| line.amount_fen >= 0 && line.received_fen >= 0));
    assert!(of(Moved::Refund).all(|line| line.amount_fen <= 0 && line.received_fen <= 0));
    assert!(bill.lines.iter().all(|line| !line.order_no.is_empty()));
    if let Some(summary) = &bill.summary {
        assert_eq!(summary.total.payments, bill.totals.payments);
        assert_eq!(summary.total.refunds, bill.totals.refunds);
    }
}

/// A zip of stored files.
fn packed(files: &[(&[u8], &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in files {
        let place = out.len();
        let mut facts = vec![10, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        facts.extend(crc(bytes).to_le_bytes());
        facts.extend(long(bytes.len()));
        facts.extend(long(bytes.len()));
        facts.extend(&long(name.len())[..2]);
        out.extend(b"PK\x03\x04");
        out.extend(&facts);
        out.extend([0, 0]);
        out.extend(*name);
        out.extend(*bytes);
        list.extend(b"PK\x01\x02\x0a\0");
        list.extend(&facts);
        list.extend([0; 12]);
        list.extend(long(place));
        list.extend(*name);
    }
    let start = out.len();
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(&long(files.len())[..2]);
    out.extend(&long(files.len())[..2]);
    out.extend(long(list.len()));
    out.extend(long(start));
    out.extend([0, 0]);
    out
}

fn long(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes()
}

/// CRC-32 bit by bit: slow, plain, and not the one that is tested.
fn crc(bytes: &[u8]) -> u32 {
    let mut sum = u32::MAX;
    for byte in bytes {
        sum ^= u32::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 {
                0xEDB8_8320 ^ (sum >> 1)
            } else {
                sum >> 1
            };
        }
    }
    !sum
}
