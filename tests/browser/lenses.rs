//! The camera that takes care of itself, on devices whose cameras are made by the test: which one
//! is used, how often a person is asked, and what heals.

use serde_json::Value;
use tests::browser::Setting;
use tests::camera::{Film, OF_OUR_MAKING};
use tests::patience;
use tests::stage::{Stage, play};

/// A till on such a device.
async fn open(stage: &Stage, device: &str) {
    let till = format!("{}/?cameras={device}", stage.shop.till());
    stage.screen.open(&till).await;
}

/// Waits until the camera's state has this name.
async fn until_camera(stage: &Stage, expected: &str) {
    patience::until(&format!("the camera is {expected}"), async || {
        let now = stage.screen.browser.attribute("camera-state", "data-state");
        (now.await.as_deref() == Some(expected)).then_some(())
    })
    .await;
}

/// Something that the cameras of our making tell.
async fn told(stage: &Stage, what: &str) -> Value {
    let script = format!("return window.__cameras?.{what} ?? null");
    stage.screen.browser.script(&script).await
}

/// Waits until they tell this.
async fn until_told(stage: &Stage, what: &str, expected: &Value) {
    patience::until(&format!("{what} is {expected}"), async || {
        (told(stage, what).await == *expected).then_some(())
    })
    .await;
}

/// The device, the camera's state there, and which cameras were opened, one after the other.
const DEVICES: [(&str, &str, &[&str]); 17] = [
    (
        "iphone-three-lenses",
        "ready",
        &["Back Ultra Wide Camera", "Back Triple Camera"],
    ),
    (
        "iphone-in-chinese",
        "ready",
        &["后置相机", "后置双广角相机"],
    ),
    ("iphone-one-lens", "ready", &["Back Camera"]),
    (
        "iphone-blind-to-sides",
        "ready",
        &["Front TrueDepth Camera", "Back Camera"],
    ),
    (
        "samsung-wide",
        "ready",
        &["camera2 2, facing back", "camera2 0, facing back"],
    ),
    (
        "samsung-firefox",
        "ready",
        &[
            "Camera 1, Facing front, Orientation 270",
            "Camera 0, Facing back, Orientation 90",
        ],
    ),
    ("tablet-front-only", "ready", &["Front Camera"]),
    (
        "windows-tablet",
        "ready",
        &["Microsoft Camera Front", "Microsoft Camera Rear"],
    ),
    ("notebook", "ready", &["Integrated Camera (04f2:b6be)"]),
    (
        "notebook-for-faces",
        "ready",
        &["Integrated IR Camera", "Integrated Camera"],
    ),
    (
        "played-cameras",
        "ready",
        &["OBS Virtual Camera", "USB2.0 HD UVC WebCam"],
    ),
    ("first-one-busy", "ready", &["Front Camera"]),
    ("busy", "busy", &[]),
    ("none", "absent", &[]),
    ("denied", "denied", &[]),
    ("insecure", "insecure", &[]),
    ("wechat", "denied", &[]),
];

#[tokio::test]
async fn each_kind_of_device_uses_the_camera_that_can_do_and_asks_its_person_once() {
    play("devices", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(OF_OUR_MAKING).await;
        for (device, state, opened) in DEVICES {
            open(stage, device).await;
            until_camera(stage, state).await;
            if device == "insecure" {
                continue;
            }
            assert_eq!(
                told(stage, "opened").await,
                serde_json::json!(opened),
                "{device}"
            );
            assert_eq!(told(stage, "prompts").await, 1, "{device}");
        }
        let said = browser.text("camera-state").await.unwrap_or_default();
        assert!(said.contains("在浏览器打开"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn the_lens_that_reads_is_found_and_remembered() {
    play("lens-that-reads", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(OF_OUR_MAKING).await;
        let code = stage.shop.bank.fresh_code("balance").await;
        browser.lay(&Film::of_code(&code));
        open(stage, "better-name-worse-lens").await;
        browser.element("code-in-hand").await;
        let both = serde_json::json!(["Back Camera", "Back Telephoto Camera"]);
        until_told(stage, "opened", &both).await;
        stage.screen.reload().await;
        until_camera(stage, "ready").await;
        let one = serde_json::json!(["Back Telephoto Camera"]);
        until_told(stage, "opened", &one).await;
        // A person wants another one: it is remembered as if it had read.
        browser.press("other-camera").await;
        let two = serde_json::json!(["Back Telephoto Camera", "Front Camera"]);
        until_told(stage, "opened", &two).await;
        until_camera(stage, "ready").await;
        browser.element("screen-light").await;
        stage.screen.reload().await;
        let front = serde_json::json!(["Front Camera"]);
        until_told(stage, "opened", &front).await;
        assert_eq!(told(stage, "prompts").await, 1);
    })
    .await;
}

/// What can befall a camera.
const MISHAPS: [(&str, &str); 4] = [
    ("no more frames", "window.__cameras.isFrozen = true"),
    ("an even black", "window.__cameras.isBlack = true"),
    (
        "an end",
        "const { track } = window.__cameras;
         track.stop();
         track.dispatchEvent(new Event('ended'))",
    ),
    (
        "an end while the page is out of view",
        "Object.defineProperty(document, 'visibilityState', { value: 'hidden', writable: true });
         document.dispatchEvent(new Event('visibilitychange'));
         window.__cameras.track.stop();
         setTimeout(() => {
           document.visibilityState = 'visible';
           document.dispatchEvent(new Event('visibilitychange'));
         }, 500)",
    ),
];

#[tokio::test]
async fn a_camera_that_goes_black_or_ends_is_healed_without_asking_anybody() {
    play("heals", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(OF_OUR_MAKING).await;
        open(stage, "well-equipped").await;
        until_camera(stage, "ready").await;
        browser.press("torch").await;
        for (what, mishap) in MISHAPS {
            let before = told(stage, "opened.length").await.as_u64();
            browser.script(mishap).await;
            patience::until(&format!("the camera is healed after {what}"), async || {
                (told(stage, "opened.length").await.as_u64() > before).then_some(())
            })
            .await;
            until_camera(stage, "ready").await;
            // The light is on again, and the picture runs.
            until_told(stage, "set.torch", &true.into()).await;
        }
        assert_eq!(told(stage, "prompts").await, 1);
        stage.screen.amount("5").await;
        stage.screen.charge().await;
        let code = stage.shop.bank.fresh_code("balance").await;
        browser.show(&Film::of_code(&code)).await;
        stage.screen.until("paid").await;
    })
    .await;
}

#[tokio::test]
async fn who_said_no_is_asked_again_only_by_own_wish() {
    play("asked-again", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(OF_OUR_MAKING).await;
        open(stage, "denied").await;
        until_camera(stage, "denied").await;
        browser
            .script(
                "navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
                 document.dispatchEvent(new Event('visibilitychange'));
                 dispatchEvent(new Event('pageshow'))",
            )
            .await;
        browser.script("window.__cameras.allow()").await;
        assert_eq!(told(stage, "prompts").await, 1);
        browser.press("camera-ask").await;
        until_camera(stage, "ready").await;
        assert_eq!(told(stage, "prompts").await, 2);
    })
    .await;
}

#[tokio::test]
async fn light_and_a_closer_look_are_offered_where_the_camera_has_them() {
    play("gear", Setting::usual(), async |stage| {
        let browser = &stage.screen.browser;
        browser.prepare(OF_OUR_MAKING).await;
        open(stage, "well-equipped").await;
        until_camera(stage, "ready").await;
        until_told(stage, "set.focusMode", &"continuous".into()).await;
        browser.press("torch").await;
        browser.press("closer").await;
        until_told(stage, "set.torch", &true.into()).await;
        until_told(stage, "set.zoom", &2.into()).await;
        browser.press("torch").await;
        browser.press("closer").await;
        until_told(stage, "set.torch", &false.into()).await;
        until_told(stage, "set.zoom", &1.into()).await;
        for absent in ["screen-light", "other-camera"] {
            assert_eq!(browser.count(absent).await, 0, "{absent}");
        }

        open(stage, "tablet-front-only").await;
        until_camera(stage, "ready").await;
        let look = "return document.documentElement.dataset.theme";
        let before = browser.script(look).await;
        browser.press("screen-light").await;
        assert_eq!(browser.script(look).await, "daylight");
        browser.press("screen-light").await;
        assert_eq!(browser.script(look).await, before);
        let mirrored = "return document.querySelectorAll('.scan__picture--mirrored').length";
        assert_eq!(browser.script(mirrored).await, 1);
        for absent in ["torch", "closer", "other-camera"] {
            assert_eq!(browser.count(absent).await, 0, "{absent}");
        }
    })
    .await;
}
