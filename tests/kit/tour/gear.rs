//! The camera's keys, and what is said where it cannot be used.

use super::Look;
use crate::camera::OF_OUR_MAKING;
use crate::stage::Stage;

pub(super) async fn of_cameras(stage: &Stage, look: &impl Look) {
    let browser = &stage.screen.browser;
    browser.prepare(OF_OUR_MAKING).await;
    let device = async |name: &str| {
        let till = format!("{}/?cameras={name}", stage.shop.till());
        stage.screen.open(&till).await;
    };
    device("well-equipped-pair").await;
    browser.press("torch").await;
    look(stage, "camera-gear").await;
    device("tablet-front-only").await;
    browser.press("screen-light").await;
    look(stage, "camera-lit").await;
    device("wechat").await;
    browser.element("camera-ask").await;
    look(stage, "camera-wechat").await;
}
