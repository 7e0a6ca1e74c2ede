//! What the camera may and may not cause, and the ways around it.

use std::time::Duration;

use serde_json::Value;
use tests::browser::{Permission, Setting};
use tests::camera::Film;
use tests::patience;
use tests::stage::{Stage, play};

use crate::sales::sell;

#[tokio::test]
async fn a_code_that_stays_in_view_is_charged_once() {
    play("held", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "6", "balance", "paid").await;
        stage.screen.until("ready").await;
        // The phone is still there, and the next customer's amount is keyed in and charged.
        stage.screen.amount("7").await;
        stage.screen.charge().await;
        patience::let_pass(Duration::from_secs(10)).await;
        assert_eq!(stage.shop.bank.orders().await.len(), 1);
        assert_eq!(stage.shop.api.list("").await.charges.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_bars_of_a_wallet_are_charged_once_like_its_qr_code() {
    play("bars", Setting::usual(), async |stage| {
        stage.open_till().await;
        let code = stage.shop.bank.fresh_code("balance").await;
        stage.screen.amount("6").await;
        stage.screen.charge().await;
        stage.screen.browser.show(&Film::of_bars(&code)).await;
        stage.screen.until("paid").await;
        let charges = stage.shop.api.list("").await.charges;
        assert_eq!((charges.len(), charges[0].amount_fen), (1, 600));
    })
    .await;
}

#[tokio::test]
async fn a_qr_code_that_is_no_payment_code_charges_nothing() {
    let menu = Film::of_code("https://example.com/menu?table=7");
    play(
        "no-payment-code",
        Setting::usual().seeing(menu),
        async |stage| {
            stage.open_till().await;
            stage.screen.amount("6").await;
            stage.screen.charge().await;
            let said = |text: &str| text.contains("不是付款码");
            stage.screen.browser.until_text("camera-state", said).await;
            assert!(stage.shop.api.list("").await.charges.is_empty());
        },
    )
    .await;
}

#[tokio::test]
async fn without_the_camera_a_typed_code_still_pays() {
    let setting = Setting {
        camera: Permission::Denied,
        ..Setting::usual()
    };
    play("denied", setting, async |stage| {
        stage.open_till().await;
        patience::until("the page knows that it may not see", async || {
            let state = stage.screen.browser.attribute("camera-state", "data-state");
            (state.await.as_deref() == Some("denied")).then_some(())
        })
        .await;
        stage.screen.amount("15").await;
        let code = stage.shop.bank.fresh_code("balance").await;
        stage.screen.type_code(&code).await;
        stage.screen.until("paid").await;
        let charges = stage.shop.api.list("").await.charges;
        assert_eq!(charges[0].amount_fen, 1_500);
    })
    .await;
}

#[tokio::test]
async fn a_handheld_scanner_pays_without_a_field_in_focus() {
    let setting = Setting {
        camera: Permission::Denied,
        ..Setting::usual()
    };
    play("handheld", setting, async |stage| {
        stage.open_till().await;
        stage.screen.amount("2.2").await;
        let code = stage.shop.bank.fresh_code("huabei").await;
        stage.screen.browser.keys(&format!("{code}\u{E007}")).await;
        stage.screen.until("paid").await;
        assert_eq!(stage.shop.bank.orders().await[0].amount_fen, 220);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_appears_while_the_till_waits_is_read_at_once() {
    play("appears", Setting::usual(), async |stage| {
        stage.open_till().await;
        let code = stage.shop.bank.fresh_code("balance").await;
        stage.screen.amount("1").await;
        stage.screen.charge().await;
        stage
            .screen
            .browser
            .show(&Film::of_late_code(&code, 2_000))
            .await;
        stage.screen.until("paid").await;
    })
    .await;
}

#[tokio::test]
async fn the_debug_overlay_names_the_way_of_the_frames() {
    play("debug", Setting::usual(), async |stage| {
        stage
            .screen
            .open(&format!("{}/?debug", stage.shop.till()))
            .await;
        stage.screen.until("ready").await;
        assert_eq!(stage.screen.figure("rung").await, "track");
        assert_eq!(stage.screen.figure("size").await, "1280x720");
        let fps: f64 = stage.screen.figure("fps").await.parse().expect("a number");
        assert!(fps > 0.0, "{fps}");
    })
    .await;
}

/// Long tasks of the page, in milliseconds, within five seconds from now.
async fn long_tasks(stage: &Stage) -> Vec<Value> {
    let browser = &stage.screen.browser;
    browser.script("window.__watch.slow_ms.length = 0").await;
    patience::let_pass(Duration::from_secs(5)).await;
    let slow = browser.script("return window.__watch.slow_ms").await;
    slow.as_array().cloned().unwrap_or_default()
}

#[tokio::test]
async fn nothing_holds_the_page_while_a_code_is_read_in_every_frame() {
    play("no-long-task", Setting::usual(), async |stage| {
        stage.open_till().await;
        sell(stage, "6", "balance", "paid").await;
        stage.screen.until("ready").await;
        // The phone is still held up: each frame is read, and nothing more is charged.
        let mut slow = long_tasks(stage).await;
        if !slow.is_empty() {
            // Another program may have had the machine; a page that decodes is held again.
            slow = long_tasks(stage).await;
        }
        assert!(slow.is_empty(), "long tasks while scanning: {slow:?}");
        // It was read all the time: with an amount, the page says what is wrong with it.
        stage.screen.amount("7").await;
        let said = |text: &str| text.contains("刚用过");
        stage.screen.browser.until_text("camera-state", said).await;
        assert_eq!(stage.shop.bank.orders().await.len(), 1);
    })
    .await;
}

/// What browsers lack, and the way that is left for frames.
const LACKING: [(&str, &str); 3] = [
    ("delete window.MediaStreamTrackProcessor", "frame"),
    (
        "delete window.MediaStreamTrackProcessor; delete window.VideoFrame",
        "bitmap",
    ),
    (
        "delete window.MediaStreamTrackProcessor; delete window.VideoFrame;
         delete window.createImageBitmap;
         delete HTMLVideoElement.prototype.requestVideoFrameCallback",
        "canvas",
    ),
];

#[tokio::test]
async fn each_browser_takes_the_best_way_that_it_has() {
    for (lacking, way) in LACKING {
        play(&format!("lacking-{way}"), Setting::usual(), async |stage| {
            stage.screen.browser.prepare(lacking).await;
            stage
                .screen
                .open(&format!("{}/?debug", stage.shop.till()))
                .await;
            stage.screen.until("ready").await;
            assert_eq!(stage.screen.figure("rung").await, way);
            sell(stage, "3", "balance", "paid").await;
        })
        .await;
    }
}

/// Notes each Worker of the page, and what it is told.
const NOTE_WORKERS: &str = "
  const Real = Worker;
  window.__workers = [];
  window.__told = [];
  window.Worker = class extends Real {
    constructor(...how) {
      super(...how);
      window.__workers.push(String(how[0]));
    }
    postMessage(message, ...rest) {
      window.__told.push(message.kind);
      super.postMessage(message, ...rest);
    }
  };";

#[tokio::test]
async fn the_decoder_loads_beside_the_page_and_is_used_when_the_camera_is_there() {
    play("early", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(NOTE_WORKERS).await;
        let code = stage.shop.bank.fresh_code("balance").await;
        browser.lay(&Film::of_code(&code));
        stage.open_till().await;
        stage.screen.amount("4").await;
        stage.screen.charge().await;
        stage.screen.until("paid").await;
        // It was read by the Worker that was started before the page's program was there.
        let workers = browser.script("return window.__workers").await;
        assert_eq!(workers.as_array().map(Vec::len), Some(1), "{workers}");
        // The next sale's code may be anywhere.
        patience::until("the Worker is told to forget", async || {
            let told = "return window.__told.includes('forget')";
            browser.script(told).await.as_bool()?.then_some(())
        })
        .await;
    })
    .await;
}

/// Takes the camera away in the moment a frame is on its way to the Worker, and gives it back.
const UNPLUG_AT_EACH_TENTH_FRAME: &str = "
  const post = Worker.prototype.postMessage;
  let frames = 0;
  Worker.prototype.postMessage = function (message, ...rest) {
    post.call(this, message, ...rest);
    if (message.kind !== 'frame' || (frames += 1) % 10) return;
    const [track] = document.querySelector('video').srcObject.getTracks();
    queueMicrotask(() => {
      track.stop();
      track.dispatchEvent(new Event('ended'));
      navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    });
  };";

/// A camera stops when its frames are left to the garbage collector. The browser looks for such
/// frames every ten seconds and says so in its console, which every play reads at its end.
async fn unplug_often(rung: u8) {
    play("comes-and-goes", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(UNPLUG_AT_EACH_TENTH_FRAME).await;
        let till = format!("{}/?rung={rung}", stage.shop.till());
        stage.screen.open(&till).await;
        stage.screen.until("ready").await;
        patience::let_pass(Duration::from_secs(10)).await;
        browser.collect_garbage().await;
        patience::let_pass(Duration::from_secs(11)).await;
    })
    .await;
}

#[tokio::test]
async fn a_camera_that_comes_and_goes_leaves_no_frame_of_its_track_unclosed() {
    unplug_often(1).await;
}

#[tokio::test]
async fn a_camera_that_comes_and_goes_leaves_no_frame_of_its_video_unclosed() {
    unplug_often(2).await;
}
