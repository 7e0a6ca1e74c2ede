//! Foreign verifiers as judges of what our client sends.

use std::process::Stdio;
use std::sync::Arc;

use money::{Amount, ChargeId, FeeOn, Instalments, Months, PayCode, RefundNo, Stamp, World as _};
use provider::alipay::bill::{BillKind, BillSpan};
use provider::alipay::precreate::{CodeAsk, CodeLife, CodeProduct};
use provider::alipay::sources::{Channel, Disabled, Sources};
use provider::alipay::{CertSet, Trust};
use provider::cert::{cert_key, cert_sn, root_cert_sn};
use provider::{Account, Alipay, Ask, PayAsk, PrivateKey, PublicKey, RefundAsk, Request};
use sandbox::{Credentials, Sandbox};
use tests::home::Home;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Child;

use crate::foreign::{Tongue, command, paper};
use crate::world::Machine;

/// A small server that says `good` or `bad` of every request's signature.
struct Judge {
    base: String,
    client: reqwest::Client,
    /// Ended with the judge.
    _child: Child,
}

impl Judge {
    async fn open(tongue: Tongue, script: &str, paper: &str) -> Self {
        let mut child = command(tongue, script)
            .arg(paper)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fault| panic!("{script} could not be started: {fault}"));
        let said = child.stdout.take().expect("its words are piped");
        let mut lines = BufReader::new(said).lines();
        let first = lines.next_line().await.expect("it speaks UTF-8");
        let port = first.as_deref().and_then(|line| line.strip_prefix("port "));
        let port = port.unwrap_or_else(|| panic!("{script} named no port: {first:?}"));
        let client = reqwest::Client::builder().no_proxy().build();
        Self {
            base: format!("http://127.0.0.1:{port}"),
            client: client.expect("a client without TLS files"),
            _child: child,
        }
    }

    async fn verdict(&self, request: Request) -> String {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let answer = self
            .client
            .post(format!("{}/gateway.do?{query}", self.base))
            .header("content-type", request.content_type)
            .body(request.body)
            .send()
            .await
            .expect("the judge answers");
        answer.text().await.expect("the judge speaks UTF-8")
    }
}

fn client(account: &Credentials, is_cert_mode: bool) -> Alipay {
    let key = |text: &str| PublicKey::read(text).expect("the public key reads back");
    let sn = |text: &str| cert_sn(text).expect("the certificate has a number");
    let trust = if is_cert_mode {
        Trust::Cert(CertSet {
            app_cert_sn: sn(&account.app_cert),
            root_cert_sn: root_cert_sn(&account.root_cert).expect("the root has a number"),
            alipay_cert_sn: sn(&account.alipay_cert),
            alipay_key: cert_key(&account.alipay_cert).expect("the certificate holds a key"),
        })
    } else {
        Trust::Key(key(&account.alipay_public_key))
    };
    let private = PrivateKey::read(&account.app_private_key);
    Alipay::new(Account {
        gateway: account.gateway.clone(),
        app_id: account.app_id.clone(),
        private_key: private.expect("the private key reads back"),
        trust,
        seller_id: None,
    })
}

/// Only by a plan of instalments, and from no credit card.
fn picky() -> Sources {
    Sources {
        disabled: Disabled::list(&[Channel::CreditCard, Channel::Balance]).expect("a short list"),
        instalments: Some(Instalments {
            months: Months::Six,
            fee_on: FeeOn::Shop,
        }),
    }
}

/// Every kind of request that our client makes, with texts that are hard to carry.
fn requests(client: &Alipay, now: Stamp) -> Vec<(&'static str, Request)> {
    let order = ChargeId::fresh(now, [7; 16]).order_no();
    let refund = RefundNo::fresh(now, [8; 16]);
    let subject = "豆浆 & 油条 + 100% \"热\" {奶} \\ = /".to_owned();
    let amount = Amount::chargeable(1_250).expect("not zero");
    let pay = PayAsk {
        order: order.clone(),
        amount,
        code: PayCode::parse("281234567890123456").expect("a code of Alipay's"),
        subject: subject.clone(),
        device: "till-1".to_owned(),
        sources: Sources::default(),
    };
    let back = Ask::Refund(RefundAsk {
        order: order.clone(),
        refund,
        amount,
        reason: subject.clone(),
    });
    let code = CodeAsk {
        order: order.clone(),
        amount,
        subject,
        device: "till-1".to_owned(),
        life: CodeLife::Minutes(5),
        product: CodeProduct::InPerson,
        sources: Sources::default(),
    };
    let picky_pay = PayAsk {
        sources: picky(),
        ..pay.clone()
    };
    let picky_code = CodeAsk {
        sources: picky(),
        ..code.clone()
    };
    let ask = |ask: &Ask| client.request(ask, now);
    let bill = client.bill_request(BillKind::Trade, BillSpan::Day(now), now);
    let look = Ask::RefundQuery {
        order: order.clone(),
        refund,
    };
    vec![
        ("pay", ask(&Ask::Pay(pay))),
        ("pay by a plan", ask(&Ask::Pay(picky_pay))),
        ("query", ask(&Ask::Query(order.clone()))),
        ("cancel", ask(&Ask::Reverse(order.clone()))),
        ("refund", ask(&back)),
        ("refund query", ask(&look)),
        ("precreate", client.precreate_request(&code, now)),
        (
            "precreate by a plan",
            client.precreate_request(&picky_code, now),
        ),
        ("close", client.close_request(&order, now)),
        ("bill", bill),
        ("balance", client.balance_request(now)),
    ]
}

async fn judged(tongue: Tongue, script: &str) {
    let machine = Arc::new(Machine::here());
    let sandbox = Sandbox::in_memory(machine.clone()).expect("keys can be made");
    let account = sandbox.account("http://127.0.0.1:1/gateway.do");
    let home = Home::fresh();
    let paper = paper(&home, "", &account);
    let judge = Judge::open(tongue, script, &paper).await;
    for is_cert_mode in [false, true] {
        let client = client(&account, is_cert_mode);
        let silent = requests(&client, machine.now());
        let told = client.notifying("https://shop.example/notices?shop=1&till=2".to_owned());
        let told = requests(&told, machine.now());
        for (name, request) in silent.into_iter().chain(told) {
            let mut other = request.clone();
            assert_eq!(judge.verdict(request).await, "good", "{name}");
            other.body.extend_from_slice(b"%20");
            assert_eq!(judge.verdict(other).await, "bad", "{name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_verifier_accepts_what_our_client_signs() {
    judged(Tongue::Node, "judge.mjs").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_verifier_accepts_what_our_client_signs() {
    judged(Tongue::Python, "judge.py").await;
}
