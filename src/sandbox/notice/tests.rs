//! What a notice says, how it is signed, and the schedule by which it comes.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ledger::Outcome;
use money::{Amount, ChargeId, OrderNo, Stamp};
use provider::alipay::{parse_form, text_to_sign};
use provider::{Account, Alipay, Distrust, PrivateKey, PublicKey, Trust};

use super::{Choice, Post, Spoil, Twist};
use crate::bank::{Demand, Funding, OFFER_LIFE_MS, PayEnd, Terms, WAIT_DEFAULT_MS};
use crate::customer::Customer;
use crate::keys::{APP_ID, Keys, SELLER_ID};
use crate::script::{Fault, Rule};
use crate::stage::Stage;

const NOON: Stamp = Stamp::from_ms(1_795_312_800_000);
static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::in_memory().expect("keys can be made"));

fn order() -> OrderNo {
    ChargeId::fresh(NOON, [7; 16]).order_no()
}

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).expect("a small sum")
}

/// A stage where this customer has paid 12.50, with rules for its notices.
fn paid(twists: &[Twist]) -> Stage {
    let mut stage = Stage::default();
    for twist in twists {
        let rule = Rule {
            id: 0,
            fault: Fault::Notice(*twist),
            method: None,
            customer: None,
            left: Some(1),
        };
        assert!(stage.script.add(rule).is_some());
    }
    let terms = Terms {
        order: order(),
        amount: fen(1_250),
        subject: "豆浆 + 100% \"热\"".to_owned(),
        wait_ms: WAIT_DEFAULT_MS,
        notify_url: Some("http://127.0.0.1:1/n".to_owned()),
        funding: Funding::default(),
    };
    let offer = stage.bank.offer(terms, OFFER_LIFE_MS, NOON);
    let code = offer.expect("the number is free").code.clone();
    let (_, end) = stage.bank.scan(&code, Customer::Huabei, NOON);
    assert_eq!(end, PayEnd::Paid);
    stage.write_letters(NOON);
    stage
}

fn refund(stage: &mut Stage, number: &str, sum: i64, now: Stamp) {
    let demand = Demand {
        order: order(),
        number: number.to_owned(),
        amount: fen(sum),
        reason: None,
    };
    assert!(stage.bank.refund(&demand, now).is_ok());
    stage.write_letters(now);
}

fn take(stage: &mut Stage, choice: &Choice, now: Stamp) -> Vec<Post> {
    stage.outbox.take(&KEYS, choice, None, now)
}

/// Sends what is due, and answers; gives how many were sent.
fn send(stage: &mut Stage, is_taken: bool, now: Stamp) -> usize {
    let posts = take(stage, &Choice::Due, now);
    for post in &posts {
        stage.outbox.heard(&post.id, is_taken, "200", now);
    }
    posts.len()
}

/// The parameters of a form, and whether its signature fits.
fn read(post: &Post) -> (BTreeMap<String, String>, bool) {
    let params = parse_form(&post.body);
    let is_covered = |(name, _): &&(String, String)| name != "sign_type";
    let covered: Vec<_> = params.iter().filter(is_covered).cloned().collect();
    let params: BTreeMap<_, _> = params.into_iter().collect();
    assert_eq!(params["sign_type"], "RSA2");
    assert!(params.values().all(|value| !value.is_empty()));
    let key = KEYS.alipay_private.public();
    let is_right = key.verify(text_to_sign(&covered).as_bytes(), &params["sign"]);
    (params, is_right)
}

fn only(stage: &mut Stage) -> (BTreeMap<String, String>, bool) {
    let posts = take(stage, &Choice::Pending, NOON);
    assert_eq!(posts.len(), 1);
    let said = read(&posts[0]);
    stage.outbox.heard(&posts[0].id, true, "200 success", NOON);
    said
}

#[test]
fn a_payment_a_part_and_the_rest_that_go_back_are_told() {
    let mut stage = paid(&[]);
    let (said, is_right) = only(&mut stage);
    assert!(is_right);
    assert_eq!(said["trade_status"], "TRADE_SUCCESS");
    assert_eq!(
        (said["total_amount"].as_str(), said["app_id"].as_str()),
        ("12.50", APP_ID)
    );
    assert_eq!(
        said["fund_bill_list"],
        r#"[{"amount":"12.50","fundChannel":"PCREDIT"}]"#
    );
    assert!(!said.contains_key("refund_fee") && !said.contains_key("gmt_close"));
    refund(&mut stage, "R1", 200, NOON);
    let (part, _) = only(&mut stage);
    assert_eq!(part["trade_status"], "TRADE_SUCCESS");
    assert_eq!(
        (part["refund_fee"].as_str(), part["out_biz_no"].as_str()),
        ("2.00", "R1")
    );
    refund(&mut stage, "R2", 1_050, NOON);
    let (rest, _) = only(&mut stage);
    assert_eq!(rest["trade_status"], "TRADE_CLOSED");
    assert_eq!(
        (rest["refund_fee"].as_str(), rest["out_biz_no"].as_str()),
        ("12.50", "R2")
    );
    assert_ne!(said["notify_id"], rest["notify_id"]);
}

/// The product as the sandbox's merchant.
fn product() -> Alipay {
    let key = PublicKey::read(&KEYS.texts.alipay_public).expect("the key reads back");
    Alipay::new(Account {
        gateway: "http://127.0.0.1:1/gateway.do".to_owned(),
        app_id: APP_ID.to_owned(),
        private_key: PrivateKey::read(&KEYS.texts.app_private).expect("the key reads back"),
        trust: Trust::Key(key),
        seller_id: Some(SELLER_ID.to_owned()),
    })
}

#[test]
fn the_product_reads_right_letters_and_distrusts_the_others() {
    let product = product();
    let mut stage = paid(&[]);
    let posts = take(&mut stage, &Choice::Due, NOON);
    let heard = product.notice(&posts[0].body).expect("it is right");
    assert_eq!((heard.order, heard.amount), (order(), fen(1_250)));
    assert!(matches!(heard.outcome, Outcome::Paid(_)));
    refund(&mut stage, "R1", 200, NOON);
    let posts = take(&mut stage, &Choice::Due, NOON);
    let heard = product.notice(&posts[0].body).expect("it is right");
    let told = heard.refund.expect("it tells of a refund");
    assert_eq!((told.no.as_deref(), told.total), (Some("R1"), fen(200)));
    let check = |spoil, expect| {
        let mut stage = paid(&[Twist::Spoilt(spoil)]);
        let posts = take(&mut stage, &Choice::Due, NOON);
        let heard = product.notice(&posts[0].body).map(|notice| notice.amount);
        assert_eq!(heard, expect, "{spoil:?}");
    };
    check(Spoil::Forged, Err(Distrust::Unverified));
    check(Spoil::ForeignApp, Err(Distrust::OtherApp));
    // Only the merchant's own record can tell these two.
    check(Spoil::WrongAmount, Ok(fen(1_350)));
    check(Spoil::UnknownOrder, Ok(fen(1_250)));
}

#[test]
fn a_letter_comes_ten_times_on_the_published_schedule_until_it_is_taken() {
    let mut stage = paid(&[]);
    let mut now = NOON;
    let mut waits = Vec::new();
    for _ in 0..100_000 {
        if send(&mut stage, false, now) > 0 {
            waits.push(now.ms_since(NOON) / 60_000);
        }
        now = now.plus_ms(20_000);
    }
    assert_eq!(waits, [0, 0, 0, 4, 14, 24, 84, 204, 564, 1464]);

    let mut stage = paid(&[]);
    assert_eq!(send(&mut stage, false, NOON), 1);
    assert_eq!(send(&mut stage, true, NOON), 1);
    assert_eq!(send(&mut stage, true, NOON.plus_ms(i64::MAX / 2)), 0);
}

#[test]
fn the_same_letter_keeps_its_number_and_can_be_sent_again_on_demand() {
    let mut stage = paid(&[]);
    let first = only(&mut stage).0;
    for _ in 0..2 {
        let posts = take(&mut stage, &Choice::Again(order()), NOON);
        assert_eq!(posts.len(), 1);
        assert_eq!(read(&posts[0]).0["notify_id"], first["notify_id"]);
        stage.outbox.heard(&posts[0].id, true, "200 success", NOON);
    }
}

#[test]
fn a_letter_that_is_asked_for_goes_out_while_the_banks_own_is_under_way() {
    let mut stage = paid(&[]);
    assert_eq!(take(&mut stage, &Choice::Due, NOON).len(), 1);
    assert!(take(&mut stage, &Choice::Pending, NOON).is_empty());
    assert_eq!(take(&mut stage, &Choice::Again(order()), NOON).len(), 1);
}

#[test]
fn a_try_that_broke_off_does_not_end_the_letter() {
    let mut stage = paid(&[]);
    assert_eq!(take(&mut stage, &Choice::Due, NOON).len(), 1);
    assert!(take(&mut stage, &Choice::Due, NOON.plus_ms(29_999)).is_empty());
    assert_eq!(
        take(&mut stage, &Choice::Due, NOON.plus_ms(30_000)).len(),
        1
    );
}

#[test]
fn a_spoilt_letter_is_wrong_once_and_right_when_it_comes_again() {
    let check = |spoil, name: &str, is_right| {
        let mut stage = paid(&[Twist::Spoilt(spoil)]);
        let wrong = take(&mut stage, &Choice::Due, NOON);
        let (said, fits) = read(&wrong[0]);
        assert_eq!(fits, is_right, "{spoil:?}");
        stage.outbox.heard(&wrong[0].id, false, "400", NOON);
        let (later, fits) = only(&mut stage);
        assert!(fits, "{spoil:?}");
        assert_ne!(said[name], later[name], "{spoil:?}");
    };
    check(Spoil::Forged, "sign", false);
    check(Spoil::ForeignApp, "app_id", true);
    check(Spoil::WrongAmount, "total_amount", true);
    check(Spoil::UnknownOrder, "out_trade_no", true);
}

#[test]
fn early_late_repeated_and_swapped_letters_come_when_they_should() {
    let mut stage = paid(&[Twist::Early]);
    assert_eq!(take(&mut stage, &Choice::Early, NOON).len(), 1);

    let mut stage = paid(&[Twist::Late(5_000)]);
    assert!(take(&mut stage, &Choice::Early, NOON).is_empty());
    assert_eq!(send(&mut stage, true, NOON.plus_ms(4_999)), 0);
    assert_eq!(send(&mut stage, true, NOON.plus_ms(5_000)), 1);

    let mut stage = paid(&[Twist::Again(3)]);
    let count: usize = (0..10).map(|_| send(&mut stage, true, NOON)).sum();
    assert_eq!(count, 4);

    let mut stage = paid(&[Twist::Swapped]);
    assert_eq!(send(&mut stage, true, NOON), 0);
    refund(&mut stage, "R1", 200, NOON);
    let second = take(&mut stage, &Choice::Due, NOON);
    assert_eq!(read(&second[0]).0["refund_fee"], "2.00");
    stage.outbox.heard(&second[0].id, true, "200 success", NOON);
    let first = take(&mut stage, &Choice::Due, NOON);
    assert!(!read(&first[0]).0.contains_key("refund_fee"));
}
