//! Whether everybody can use every screen: axe looks at each, in every language, light and dark.
//! Run by `cargo xtask access`, which fetches axe and says where it lies.

use std::cell::RefCell;
use std::fs;

use tests::stage::Stage;
use tests::tour::{self, Guise, guises};

/// What axe finds on the present page, one line a finding: its rule, its sentence, where it is.
const JUDGE: &str = "return axe.run(document, { resultTypes: ['violations'] }).then((found) =>
    found.violations.flatMap((one) => one.nodes.map((node) =>
        `${one.id}: ${one.help}: ${node.target.join(' ')}: ${node.failureSummary}`)));";

/// One who looks at screens and keeps what is wrong with them.
struct Judge {
    axe: String,
    findings: RefCell<Vec<String>>,
}

impl Judge {
    fn new() -> Self {
        let path =
            std::env::var_os("SCANTILL_AXE").expect("cargo xtask access says where axe lies");
        Self {
            axe: fs::read_to_string(path).expect("axe can be read"),
            findings: RefCell::default(),
        }
    }

    async fn look(&self, stage: &Stage, name: &str) {
        let browser = &stage.screen.browser;
        browser.script(&self.axe).await;
        for guise in guises().filter(is_judged) {
            guise.put_on(stage).await;
            let found = browser.script(JUDGE).await;
            let found = found.as_array().expect("axe gives a list").iter();
            let lines = found.map(|line| format!("{name}, {guise:?}: {line}"));
            self.findings.borrow_mut().extend(lines);
        }
        Guise::put_off(stage).await;
    }

    /// # Panics
    /// When anything was found.
    fn judge(self) {
        let findings = self.findings.into_inner();
        assert!(findings.is_empty(), "{}", findings.join("\n"));
    }
}

/// The standing tablet differs from the others in its layout alone, which axe does not judge.
fn is_judged(guise: &Guise) -> bool {
    guise.size.0 != 800
}

#[tokio::test]
async fn every_screen_of_the_till_can_be_used_by_everybody() {
    let judge = Judge::new();
    tour::till(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn every_screen_with_a_code_of_ours_can_be_used_by_everybody() {
    let judge = Judge::new();
    tour::shown(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn every_question_can_be_answered_by_everybody() {
    let judge = Judge::new();
    tour::questions(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn the_camera_can_be_set_by_everybody() {
    let judge = Judge::new();
    tour::cameras(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn the_settings_can_be_made_by_everybody() {
    let judge = Judge::new();
    tour::settings(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn instalments_can_be_chosen_by_everybody() {
    let judge = Judge::new();
    tour::plans(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn catalogue_and_cart_can_be_used_by_everybody() {
    let judge = Judge::new();
    tour::goods(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn every_screen_of_the_kiosk_can_be_used_by_everybody() {
    let judge = Judge::new();
    tour::kiosk(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}

#[tokio::test]
async fn the_till_without_its_camera_can_be_used_by_everybody() {
    let judge = Judge::new();
    tour::blind(&async |stage: &Stage, name: &str| judge.look(stage, name).await).await;
    judge.judge();
}
