//! What is kept until then, and what it costs to forget.

use money::Stamp;

use super::Fading;

const fn at(ms: i64) -> Stamp {
    Stamp::from_ms(ms)
}

#[test]
fn an_entry_is_kept_until_its_time_and_not_longer() {
    let mut fading = Fading::empty();
    fading.keep("a", 1, at(10));
    fading.keep("b", 2, at(20));
    fading.sweep(at(9));
    assert_eq!((fading.get(&"a"), fading.len()), (Some(&1), 2));
    fading.sweep(at(10));
    assert_eq!((fading.get(&"a"), fading.get(&"b")), (None, Some(&2)));
    fading.sweep(at(99));
    assert_eq!(fading.len(), 0);
}

#[test]
fn an_entry_that_is_kept_again_outlives_its_first_time() {
    let mut fading = Fading::empty();
    fading.keep("a", 1, at(10));
    fading.keep("a", 2, at(30));
    fading.sweep(at(20));
    assert_eq!((fading.get(&"a"), fading.len()), (Some(&2), 1));
    fading.remove(&"a");
    assert_eq!((fading.get(&"a"), fading.len()), (None, 0));
}

#[test]
fn forgetting_looks_at_what_is_over_and_at_one_more_however_much_is_kept() {
    let mut fading = Fading::empty();
    for number in 0..10_000 {
        fading.keep(number, (), at(1_000 + number));
    }
    assert_eq!(fading.sweep(at(0)), 1);
    assert_eq!(fading.sweep(at(1_002)), 4);
    assert_eq!((fading.sweep(at(1_002)), fading.len()), (1, 9_997));
}
