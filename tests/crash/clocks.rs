//! A clock that is set while charges are open: deadlines are spans, so none of them is reversed for
//! it, and health says what is wrong.

use tests::judge;
use tests::patience;
use wire::StateName;

use crate::open::Open;
use crate::shop::quiet;
use crate::tills::poke;
use crate::victim::complaint;

const MINUTE_MS: i64 = 60_000;

#[tokio::test]
async fn a_clock_that_jumps_reverses_nothing_and_loses_nothing() {
    // At the machine's own pace: what is shown is that nothing happens by itself.
    let open = Open::with(1, |launch| launch);
    for (number, minutes) in [10, -10, 24 * 60, -24 * 60].into_iter().enumerate() {
        open.clock.set_ahead(0);
        let code = open.vault.bank.fresh_code("password").await;
        let key = format!("sale-{number}");
        let charge = open.api.open(&key, 100, &code).await;
        open.api.until(&charge.id, StateName::Waiting).await;
        open.clock.set_ahead(minutes * MINUTE_MS);
        poke(&open.api).await;
        patience::until("health says that the clock is wrong", async || {
            poke(&open.api).await;
            let (colour, names) = open.health().await;
            (colour == "red" && names.contains(&"clock-wrong".to_owned())).then_some(())
        })
        .await;
        let state = open.api.charge(&charge.id).await.state;
        assert!(
            !state.is_end() && state != StateName::Reversing,
            "{minutes} min: {state:?}"
        );
        open.vault.bank.confirm("password", true).await;
        open.clock.set_ahead(0);
        open.api.until(&charge.id, StateName::Paid).await;
    }
    let charges = quiet(&open.api).await;
    let orders = open.vault.bank.orders().await;
    assert_eq!(judge::wrongs(&charges, &orders, &[], &[]), [""; 0]);
    assert_eq!(complaint(open.home.path()), None);
}
