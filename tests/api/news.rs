//! The event stream: who is there, what changes, and a sign of life.

use tests::news::Stream;
use tests::shop::Shop;
use wire::{Beat, ChargeView, Hello, StateName};

#[tokio::test]
async fn a_stream_says_hello_then_every_change_in_order_and_beats() {
    let shop = Shop::open_with(&["--shop", "老王烧烤", "--charge-max-fen", "500000"]);
    let mut stream = Stream::open(&shop.api).await;
    let first = stream.next().await;
    assert_eq!(first.name, "hello");
    let hello: Hello = serde_json::from_str(&first.text).expect("hello has its form");
    assert_eq!((hello.shop.as_str(), hello.is_sandbox), ("老王烧烤", true));
    assert_eq!(
        (hello.providers, hello.charge_max_fen),
        (vec!["alipay".to_owned()], 500_000)
    );

    let code = shop.bank.fresh_code("balance").await;
    let opened = shop.api.open("sale", 100, &code).await;
    let mut revisions = Vec::new();
    let mut seqs = Vec::new();
    loop {
        let news = stream.next_named("charge").await;
        let charge: ChargeView = serde_json::from_str(&news.text).expect("a charge has its form");
        assert_eq!(charge.id, opened.id);
        revisions.push(charge.revision);
        seqs.push(news.id.parse::<u64>().expect("the id is a number"));
        if charge.state == StateName::Paid {
            break;
        }
    }
    assert!(
        revisions.is_sorted() && seqs.is_sorted(),
        "{revisions:?} {seqs:?}"
    );
    let beat: Beat =
        serde_json::from_str(&stream.next_named("beat").await.text).expect("a beat has its form");
    assert_eq!((beat.in_doubt, beat.is_provider_reachable), (0, true));
    assert!(beat.seq >= *seqs.last().expect("there were changes"));
    drop(stream);
    shop.close();
}

#[tokio::test]
async fn two_streams_hear_the_same_and_a_beat_counts_what_is_in_doubt() {
    let shop = Shop::open();
    let (mut one, mut two) = (Stream::open(&shop.api).await, Stream::open(&shop.api).await);
    let code = shop.bank.fresh_code("password").await;
    let opened = shop.api.open("sale", 100, &code).await;
    shop.api.until(&opened.id, StateName::Waiting).await;
    for stream in [&mut one, &mut two] {
        let beat = loop {
            let news = stream.next_named("beat").await;
            let beat: Beat = serde_json::from_str(&news.text).expect("a beat has its form");
            if beat.in_doubt > 0 {
                break beat;
            }
        };
        assert_eq!(beat.in_doubt, 1);
    }
    drop((one, two));
    shop.close();
}
