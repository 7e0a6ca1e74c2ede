//! Receipts at the shop's network printer: what lies on the paper, and what is said when none does.

use tests::api::{Answer, Api};
use tests::patience::until;
use tests::printer::{Manner, NetPrinter};
use tests::shop::Shop;
use wire::StateName;

fn shop_with(printer: &NetPrinter, more: &[&str]) -> Shop {
    let place = printer.place();
    Shop::open_with(&[&["--printer", &place, "--shop", "烤冷面"], more].concat())
}

/// Asks in Chinese, as the till does.
async fn send(shop: &Shop, method: &str, path: &str) -> Answer {
    let method = method.parse().expect("a method");
    let request = shop.api.request(method, path);
    let request = request
        .header("Content-Type", "application/json")
        .header("Accept-Language", "zh-CN");
    Api::send(request).await
}

async fn paid(shop: &Shop, key: &str) -> String {
    let code = shop.bank.fresh_code("huabei").await;
    let opened = shop.api.open(key, 1_250, &code).await;
    shop.api.until(&opened.id, StateName::Paid).await;
    opened.id
}

fn answered(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem())
}

#[tokio::test]
async fn a_paid_charge_lies_on_the_paper_whether_the_printer_talks_or_not() {
    for (manner, roll) in [(Manner::Ready, 80), (Manner::Silent, 58)] {
        let printer = NetPrinter::open(manner);
        let shop = shop_with(&printer, &["--printer-paper", &roll.to_string()]);
        let id = paid(&shop, "sale").await;
        let answer = send(&shop, "POST", &format!("/api/v1/charges/{id}/print")).await;
        assert_eq!((answer.status, answer.json()), (200, serde_json::json!({})));
        let order = shop
            .api
            .get(&format!("/api/v1/charges/{id}"))
            .await
            .charge();
        let jobs = jobs(&printer, 1).await;
        let columns = if roll == 80 { 48 } else { 32 };
        let sheet = paper::print(&jobs[0], columns);
        assert!(sheet.strange.is_empty(), "{:?}", sheet.strange);
        let text = sheet.to_text();
        for part in ["烤冷面", "￥12.50", "支付宝 (花呗)", &order.order_no] {
            assert!(text.contains(part), "{part} is not in:\n{text}");
        }
        shop.close();
    }
}

#[tokio::test]
async fn what_the_printer_says_is_told_with_what_to_do() {
    let printer = NetPrinter::open(Manner::PaperLow);
    let shop = shop_with(&printer, &[]);
    let id = paid(&shop, "sale").await;
    let path = format!("/api/v1/charges/{id}/print");
    let remark = send(&shop, "POST", &path).await.json()["remark"].to_string();
    assert!(remark.contains("新纸"), "{remark}");
    printer.be(Manner::PaperOut);
    let stopped = send(&shop, "POST", &path).await;
    assert_eq!(answered(&stopped), (503, "printer-stopped".to_owned()));
    assert!(stopped.text.contains("没纸了"), "{}", stopped.text);
    let state = send(&shop, "GET", "/api/v1/printer").await.json();
    assert_eq!(state["paper_mm"], 80);
    assert!(
        state["troubles"][0].to_string().contains("没纸了"),
        "{state}"
    );
    printer.be(Manner::Strange);
    let strange = send(&shop, "POST", &path).await;
    assert_eq!(answered(&strange), (503, "printer-gone".to_owned()));
    assert_eq!(
        jobs(&printer, 1).await.len(),
        1,
        "only the first was printed"
    );
    shop.close();
}

#[tokio::test]
async fn the_drawer_opens_and_nothing_is_printed() {
    let printer = NetPrinter::open(Manner::Ready);
    let shop = shop_with(&printer, &[]);
    assert_eq!(send(&shop, "POST", "/api/v1/drawer").await.status, 200);
    let sheet = paper::print(&jobs(&printer, 1).await[0], 48);
    assert_eq!((sheet.kicks.len(), sheet.to_text()), (1, String::new()));
    shop.close();
}

#[tokio::test]
async fn without_a_printer_or_a_payment_it_says_so() {
    let shop = Shop::open();
    let id = paid(&shop, "sale").await;
    let path = format!("/api/v1/charges/{id}/print");
    let absent = send(&shop, "POST", &path).await;
    assert_eq!(answered(&absent), (404, "printer-absent".to_owned()));
    shop.close();
    let printer = NetPrinter::open(Manner::Ready);
    let shop = shop_with(&printer, &[]);
    let nobody = send(&shop, "POST", "/api/v1/charges/unheard/print").await;
    assert_eq!(answered(&nobody), (404, "charge-absent".to_owned()));
    let code = shop.bank.fresh_code("broke").await;
    let opened = shop.api.open("unpaid", 1_250, &code).await;
    shop.api.until(&opened.id, StateName::Refused).await;
    let path = format!("/api/v1/charges/{}/print", opened.id);
    let unpaid = send(&shop, "POST", &path).await;
    assert_eq!(answered(&unpaid), (409, "receipt-absent".to_owned()));
    assert!(printer.jobs().is_empty());
    shop.close();
}

#[tokio::test]
async fn a_printer_that_is_switched_off_takes_nothing_from_the_sale() {
    let place = {
        let gone = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        gone.local_addr().expect("its address").to_string()
    };
    let shop = Shop::open_with(&["--printer", &place]);
    let id = paid(&shop, "sale").await;
    let gone = send(&shop, "POST", &format!("/api/v1/charges/{id}/print")).await;
    assert_eq!(answered(&gone), (503, "printer-gone".to_owned()));
    shop.close();
}

/// The jobs, once there are so many: the last one counts when its connection is closed.
async fn jobs(printer: &NetPrinter, count: usize) -> Vec<Vec<u8>> {
    let look = || async { Some(printer.jobs()).filter(|jobs| jobs.len() >= count) };
    until("a job at the printer", look).await
}
