//! A code on the till's own screen, and on the kiosk's: drawn so that a phone reads it, paid, taken
//! back, and there again when the page is loaded anew.

use scan::{Luma, Scanner};
use tests::browser::Setting;
use tests::stage::{Stage, play};

/// Pixels to a module.
const SCALE: usize = 6;

/// What the drawing on the screen says to a phone.
async fn code_on_screen(stage: &Stage) -> String {
    let browser = &stage.screen.browser;
    browser.element("show-code").await;
    let drawing = "const svg = document.querySelector('[data-test=show-code]');
        const ground = getComputedStyle(svg).backgroundColor;
        const ink = getComputedStyle(svg.querySelector('path')).fill;
        return [String(svg.viewBox.baseVal.width), svg.querySelector('path').getAttribute('d'),
            ground, ink]";
    let drawing = browser.script(drawing).await;
    let text = |place: usize| drawing[place].as_str().unwrap_or_default();
    assert_eq!(text(2), "rgb(255, 255, 255)");
    assert_eq!(text(3), "rgb(0, 0, 0)");
    let side: usize = text(0).parse().expect("a width");
    let pixels = pixels_of(side, text(1));
    let wide = side * SCALE;
    let luma = Luma::new(&pixels, wide, wide, wide).expect("a whole picture");
    let sighting = Scanner::default().look(&luma).expect("a code");
    let told = browser.attribute("show-code", "data-code").await;
    assert_eq!(told.as_deref(), Some(sighting.text.as_str()));
    sighting.text
}

/// The path's runs of dark modules as a picture.
fn pixels_of(side: usize, path: &str) -> Vec<u8> {
    let wide = side * SCALE;
    let mut pixels = vec![u8::MAX; wide * wide];
    let number = |text: &str| text.parse::<usize>().expect("a number");
    for run in path.split('M').skip(1) {
        let (x, rest) = run.split_once(' ').expect("a place");
        let (y, rest) = rest.split_once('h').expect("a length");
        let (length, _) = rest.split_once('v').expect("a height");
        let (x, y, length) = (number(x), number(y), number(length));
        for row in y * SCALE..(y + 1) * SCALE {
            let from = row * wide + x * SCALE;
            pixels[from..from + length * SCALE].fill(0);
        }
    }
    pixels
}

#[tokio::test]
async fn a_customer_scans_the_tills_code_and_pays() {
    play("shown", Setting::usual(), async |stage| {
        stage.open_till().await;
        stage.screen.amount("12.5").await;
        stage.screen.browser.press("show").await;
        stage.screen.until("showing").await;
        let code = code_on_screen(stage).await;
        stage.screen.reload().await;
        stage.screen.until("showing").await;
        assert_eq!(code_on_screen(stage).await, code);
        assert_eq!(stage.shop.bank.scan("huabei", &code).await, 200);
        stage.screen.until("paid").await;
        stage.screen.until("ready").await;
        let orders = stage.shop.bank.orders().await;
        let held: Vec<_> = orders
            .iter()
            .map(|one| (one.state.as_str(), one.amount_fen))
            .collect();
        assert_eq!(held, [("paid", 1_250)]);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_the_cashier_takes_back_is_gone_and_the_sale_is_not_to_be_charged_yet() {
    play("shown-cancelled", Setting::usual(), async |stage| {
        stage.open_till().await;
        stage.screen.amount("8").await;
        stage.screen.browser.press("show").await;
        stage.screen.until("showing").await;
        let code = code_on_screen(stage).await;
        stage.screen.browser.press("cancel").await;
        stage.screen.until("unknown").await;
        assert_eq!(stage.screen.browser.count("show-code").await, 0);
        stage.screen.browser.element("unknown-minimise").await;
        assert_eq!(stage.shop.bank.scan("balance", &code).await, 409);
        assert!(stage.shop.bank.orders().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_kiosk_shows_a_code_for_what_was_handed_over() {
    play("shown-kiosk", Setting::usual(), async |stage| {
        let address = format!("{}/kiosk?amount=18.00&sale=order-7", stage.shop.till());
        stage.screen.open(&address).await;
        stage.screen.until("ready").await;
        stage.screen.browser.press("show").await;
        stage.screen.until("showing").await;
        let code = code_on_screen(stage).await;
        assert_eq!(stage.shop.bank.scan("balance", &code).await, 200);
        stage.screen.until("paid").await;
        let charges = stage.shop.api.list("").await.charges;
        assert_eq!(charges[0].sale, "order-7");
    })
    .await;
}
