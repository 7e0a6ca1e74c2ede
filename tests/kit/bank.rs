//! The sandbox seen from outside: the customers' phones, the bank's own list, and its faults.

use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Client;
use serde_json::{Value, json};

use crate::patience;

/// A client of the sandbox's interface. Remembers every code that it handed out.
#[derive(Clone, Debug)]
pub struct Bank {
    base: String,
    client: Client,
    codes: Arc<Mutex<Vec<String>>>,
}

/// One order as the bank has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankOrder {
    /// Our number.
    pub order_no: String,
    /// `waiting`, `paid`, `closed` or `given-back`.
    pub state: String,
    /// In fen.
    pub amount_fen: i64,
    /// What of it went back by refunds, in fen.
    pub refunded_fen: i64,
}

impl Bank {
    /// The sandbox at `base`.
    pub fn at(base: &str) -> Self {
        Self {
            base: base.to_owned(),
            client: Client::new(),
            codes: Arc::default(),
        }
    }

    /// The address of the wallet page.
    pub fn wallet(&self) -> String {
        format!("{}/wallet", self.base)
    }

    /// The address that provider requests go to.
    pub fn gateway(&self) -> String {
        format!("{}/gateway.do", self.base)
    }

    /// A code that nobody has seen yet, as the customer's phone would show it.
    ///
    /// # Panics
    /// When the sandbox does not answer.
    pub async fn fresh_code(&self, customer: &str) -> String {
        let answer = self
            .get(&format!("/api/customers/{customer}/code?fresh=1"))
            .await;
        let code = answer["code"]
            .as_str()
            .unwrap_or_else(|| panic!("no code: {answer}"));
        self.remember(code);
        code.to_owned()
    }

    /// Adds a code that was read off a phone to those that must not be found anywhere.
    pub fn remember(&self, code: &str) {
        let mut codes = self.codes.lock().unwrap_or_else(PoisonError::into_inner);
        codes.push(code.to_owned());
    }

    /// Every code that was handed out.
    pub fn codes(&self) -> Vec<String> {
        self.codes
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Waits until the customer's phone asks for the password, and answers.
    pub async fn confirm(&self, customer: &str, is_ok: bool) {
        patience::until("the phone asks for the password", async || {
            let prompt = self.get(&format!("/api/customers/{customer}/prompt")).await;
            (!prompt.is_null()).then_some(())
        })
        .await;
        self.post(
            &format!("/api/customers/{customer}/confirm"),
            &json!({"ok": is_ok}),
        )
        .await;
    }

    /// The customer scans a code off a till's screen, and pays or is asked for the password. The
    /// status of the phone's answer: 409 when it cannot be paid by that code.
    ///
    /// # Panics
    /// When the sandbox does not answer.
    pub async fn scan(&self, customer: &str, code: &str) -> u16 {
        let url = format!("{}/api/customers/{customer}/scan", self.base);
        let sent = self.client.post(url).json(&json!({"code": code})).send();
        let answer = sent.await.expect("the sandbox answers");
        answer.status().as_u16()
    }

    /// Makes the bank misbehave, e.g. `{"what": "lost-answer", "method": "pay", "next": 1}`.
    pub async fn misbehave(&self, fault: &Value) {
        self.post("/api/faults", fault).await;
    }

    /// Takes all faults away.
    ///
    /// # Panics
    /// When the sandbox does not answer.
    pub async fn behave(&self) {
        let sent = self
            .client
            .delete(format!("{}/api/faults", self.base))
            .send()
            .await;
        let answer = sent.expect("the sandbox answers");
        assert!(
            answer.status().is_success(),
            "faults are not cleared: {}",
            answer.status()
        );
    }

    /// What the bank told the shop of this order, or tries to.
    ///
    /// # Panics
    /// When the sandbox does not answer in its form.
    pub async fn notices(&self, order_no: &str) -> Vec<Value> {
        let answer = self.get("/api/notices").await;
        let rows = answer.as_array().cloned();
        let rows = rows.unwrap_or_else(|| panic!("no list: {answer}"));
        let is_its = |row: &Value| row["order_no"] == order_no;
        rows.into_iter().filter(is_its).collect()
    }

    /// Gives back at the bank itself, past the shop's program: a part, or all that is left.
    pub async fn give_back(&self, order_no: &str, fen: Option<i64>) {
        let body = fen.map_or_else(|| json!({}), |fen| json!({"amount_fen": fen}));
        self.post(&format!("/api/orders/{order_no}/give-back"), &body)
            .await;
    }

    /// Sends notices now, e.g. `{"order_no": "S1", "what": "notice-forged", "times": 10}`. Tells of
    /// each whether the shop took it.
    ///
    /// # Panics
    /// When the sandbox does not answer in its form.
    pub async fn send_notices(&self, ask: &Value) -> Vec<bool> {
        let url = format!("{}/api/notices/send", self.base);
        let sent = self.client.post(url).json(ask).send().await;
        let answer: Value = sent
            .expect("the sandbox answers")
            .json()
            .await
            .expect("it answers in its form");
        let rows = answer.as_array();
        let rows = rows.unwrap_or_else(|| panic!("no list: {answer}"));
        rows.iter().map(|row| row["taken"] == true).collect()
    }

    /// Sets the bank's clock so many milliseconds ahead of this machine's, or behind it.
    ///
    /// # Panics
    /// When the sandbox does not answer.
    pub async fn set_clock(&self, ahead_ms: i64) {
        let url = format!("{}/api/clock", self.base);
        let sent = self.client.put(url).json(&json!({"ahead_ms": ahead_ms}));
        let answer = sent.send().await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// Has bills made before the night has passed.
    ///
    /// # Panics
    /// When the sandbox does not answer.
    pub async fn make_bills_early(&self) {
        let url = format!("{}/api/bills", self.base);
        let sent = self.client.put(url).json(&json!({"early": true})).send();
        let answer = sent.await.expect("the sandbox answers");
        assert!(answer.status().is_success(), "{}", answer.status());
    }

    /// All orders that the bank has.
    ///
    /// # Panics
    /// When the sandbox does not answer in its form.
    pub async fn orders(&self) -> Vec<BankOrder> {
        let answer = self.get("/api/orders").await;
        let rows = answer
            .as_array()
            .unwrap_or_else(|| panic!("no list: {answer}"));
        rows.iter().map(order).collect()
    }

    /// The bank's order of that number.
    ///
    /// # Panics
    /// When the sandbox does not answer in its form.
    pub async fn order(&self, order_no: &str) -> Option<BankOrder> {
        let url = format!("{}/api/orders/{order_no}", self.base);
        let answer = self.client.get(url).send().await;
        let answer = answer.expect("the sandbox answers");
        if answer.status().as_u16() == 404 {
            return None;
        }
        let found = answer.error_for_status().expect("an order or none");
        Some(order(&found.json().await.expect("an order has its form")))
    }

    /// Months, bearer and fee in fen of the plan by which the bank has this order; `None` when it
    /// has no plan or no such order.
    pub async fn plan(&self, order_no: &str) -> Option<(i64, String, i64)> {
        let orders = self.get("/api/orders").await;
        let mut rows = orders.as_array()?.iter();
        let row = rows.find(|row| row["order_no"] == order_no)?;
        let bearer = row["fee_on"].as_str()?.to_owned();
        Some((
            row["months"].as_i64()?,
            bearer,
            row["plan_fee_fen"].as_i64()?,
        ))
    }

    /// How many orders hold money.
    pub async fn paid_count(&self) -> usize {
        self.orders()
            .await
            .iter()
            .filter(|order| order.state == "paid")
            .count()
    }

    async fn get(&self, path: &str) -> Value {
        let sent = self.client.get(format!("{}{path}", self.base)).send().await;
        let answer = sent.unwrap_or_else(|fault| panic!("{path}: {fault}"));
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        answer
            .json()
            .await
            .unwrap_or_else(|fault| panic!("{path}: {fault}"))
    }

    async fn post(&self, path: &str, body: &Value) {
        let sent = self
            .client
            .post(format!("{}{path}", self.base))
            .json(body)
            .send()
            .await;
        let answer = sent.unwrap_or_else(|fault| panic!("{path}: {fault}"));
        let status = answer.status();
        let said = answer.text().await.unwrap_or_default();
        assert!(status.is_success(), "{path} {body}: {status} {said}");
    }
}

fn order(row: &Value) -> BankOrder {
    let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
    BankOrder {
        order_no: text("order_no"),
        state: text("state"),
        amount_fen: row["amount_fen"].as_i64().unwrap_or_default(),
        refunded_fen: row["refunded_fen"].as_i64().unwrap_or_default(),
    }
}
