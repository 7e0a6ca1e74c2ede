//! Every single fault at every single step of scripted sales.

use money::Amount;
use sandbox::Customer;

use crate::history::calm;
use crate::laws;
use crate::shop::{Sale, Shop};

/// What the till and the customer do in a script, in order; between two acts all mail arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Charge the sale with this customer's code.
    Charge(Customer),
    /// Send the last request again.
    Again,
    /// Cancel.
    Cancel,
    /// The customer types the password, or declines.
    Confirm(bool),
    /// Seconds pass.
    Pass(i64),
}

/// One fault.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Blow {
    /// The process ends and starts again at once.
    Crash,
    /// The process ends and starts again after a while, when the code is long dead.
    LongCrash,
    /// What is next on the wire is lost.
    Lose,
    /// What is next on the wire arrives twice.
    Repeat,
    /// The next connection is not made.
    NoConnection,
    /// What is next is damaged.
    Spoil,
    /// What is next on the wire arrives half a minute late.
    Late,
    /// The disk takes nothing for three seconds.
    FullDisk,
}

pub(crate) const BLOWS: [Blow; 8] = [
    Blow::Crash,
    Blow::LongCrash,
    Blow::Lose,
    Blow::Repeat,
    Blow::NoConnection,
    Blow::Spoil,
    Blow::Late,
    Blow::FullDisk,
];

/// Runs a script with one fault before the step of that number. False when the script is shorter.
pub(crate) fn run(acts: &[Act], blow: Blow, at: usize, seed: u64) -> bool {
    let mut shop = Shop::open(seed);
    shop.sales.push(Sale {
        name: "sale-0".to_owned(),
        amount: Amount::from_fen(1250).expect("an amount"),
        tries: Vec::new(),
    });
    let mut steps = 0;
    let mut is_struck = false;
    for act in acts {
        play(&mut shop, *act);
        for _ in 0..200 {
            if steps == at && !is_struck {
                strike(&mut shop, blow);
                is_struck = true;
            }
            steps += 1;
            laws::hold(&shop);
            if shop.mail.is_empty() {
                break;
            }
            shop.deliver(0);
        }
    }
    calm(&mut shop);
    laws::hold_at_the_end(&shop);
    is_struck
}

fn play(shop: &mut Shop, act: Act) {
    match act {
        Act::Charge(customer) => shop.charge(0, customer),
        Act::Again => shop.charge_again(0),
        Act::Cancel => shop.cancel(0),
        Act::Confirm(is_ok) => shop.answer_prompts(is_ok),
        Act::Pass(seconds) => shop.pass(seconds * 1_000),
    }
}

fn strike(shop: &mut Shop, blow: Blow) {
    match blow {
        Blow::Crash => {
            shop.crash();
            shop.start();
        }
        Blow::LongCrash => {
            shop.crash();
            shop.pass(200_000);
            shop.start();
        }
        Blow::Late if !shop.mail.is_empty() => shop.hold_up(0, 30_000),
        Blow::FullDisk => {
            shop.is_store_broken = true;
            if !shop.mail.is_empty() {
                shop.deliver(0);
            }
            shop.pass(3_000);
            shop.is_store_broken = false;
        }
        Blow::Lose if !shop.mail.is_empty() => shop.lose(0),
        Blow::Repeat if !shop.mail.is_empty() => shop.repeat(0),
        Blow::NoConnection if !shop.mail.is_empty() => shop.never_connect(0),
        Blow::Spoil if !shop.mail.is_empty() => shop.spoil(0),
        Blow::Late | Blow::Lose | Blow::Repeat | Blow::NoConnection | Blow::Spoil => {}
    }
}

/// The scripts: what a stall sees in a week.
pub(crate) fn scripts() -> Vec<(&'static str, Vec<Act>)> {
    use Act::{Again, Cancel, Charge, Confirm, Pass};
    use Customer::{Balance, Broke, Frozen, Huabei, Limit, Password};
    vec![
        ("paid by balance", vec![Charge(Balance)]),
        ("paid by huabei", vec![Charge(Huabei)]),
        ("double tap", vec![Charge(Balance), Again]),
        (
            "retry after a while",
            vec![Charge(Balance), Pass(20), Again],
        ),
        ("cancelled at once", vec![Charge(Balance), Cancel]),
        (
            "password typed",
            vec![Charge(Password), Pass(2), Confirm(true), Pass(3)],
        ),
        (
            "password declined",
            vec![Charge(Password), Pass(2), Confirm(false), Pass(3)],
        ),
        (
            "password never typed",
            vec![Charge(Password), Pass(30), Pass(31), Pass(3)],
        ),
        (
            "password typed at the last moment",
            vec![Charge(Password), Pass(30), Pass(29), Confirm(true), Pass(3)],
        ),
        (
            "cancelled while waiting",
            vec![Charge(Password), Pass(4), Cancel, Confirm(true)],
        ),
        (
            "cancelled when nothing is heard",
            vec![
                Charge(Balance),
                Pass(11),
                Cancel,
                Pass(2),
                Pass(2),
                Pass(20),
            ],
        ),
        ("cancelled twice", vec![Charge(Password), Cancel, Cancel]),
        (
            "no money, then another customer",
            vec![Charge(Broke), Charge(Balance)],
        ),
        (
            "over the limit, then huabei",
            vec![Charge(Limit), Pass(5), Charge(Huabei)],
        ),
        ("frozen", vec![Charge(Frozen), Pass(3)]),
        (
            "second code while the first waits",
            vec![Charge(Password), Charge(Balance), Confirm(true)],
        ),
        (
            "second code after a cancel",
            vec![Charge(Password), Cancel, Charge(Balance)],
        ),
        (
            "second code after time ran out",
            vec![
                Charge(Password),
                Pass(30),
                Pass(31),
                Pass(5),
                Charge(Balance),
            ],
        ),
        (
            "three refusals",
            vec![Charge(Broke), Charge(Limit), Charge(Frozen)],
        ),
    ]
}
