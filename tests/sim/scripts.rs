//! Scripted sales: what a stall sees in a week, for faults at every step.

use sandbox::Customer;
use sandbox::notice::Spoil;
use sandbox::script::Fault;

use crate::counter::{Forgery, UNDER_WAY_MS, Whim};

/// What the till, the customer or the bank does; between two acts all mail arrives.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Charge the sale with this customer's code.
    Charge(Customer),
    /// Charge the sale beside it.
    Beside(Customer),
    /// Charge the sale with this customer's code, in six instalments.
    ByPlan(Customer),
    /// What the sale comes to is the price of goods.
    Fill,
    /// One of them costs something else from now on, or as before again.
    Reprice,
    /// The shop offers no plans of instalments any more, or again.
    Reoffer,
    /// Send the last request again.
    Again,
    /// Use the last key for another sum.
    OtherContent,
    /// Load the page anew.
    Reload,
    /// Cancel.
    Cancel,
    /// A part of the sale's money goes back: all of it, a half, a third.
    Refund(i64),
    /// The last request for money back is sent again.
    RefundAgain,
    /// The customer types the password, or declines.
    Confirm(bool),
    /// The bank's next call goes wrong.
    Bank(Whim),
    /// A part of the sale's money goes back in the bank's own console.
    Elsewhere(i64),
    /// The server is asked to end, and started again.
    Stop,
    /// The shop changes its account at the bank, if nothing is open.
    Adopt,
    /// The next question for the sale's payment does not find it.
    NotFound,
    /// From now on the bank cancels nothing that is paid.
    NoCancels,
    /// From now on the bank names another plan than the one that was asked for.
    OtherPlans,
    /// A code for the sale is shown on the till's screen.
    Show,
    /// The same for six instalments.
    ShowByPlan,
    /// This customer scans it.
    Scan(Customer),
    /// A second server starts on the same record, and the tills go to it.
    Two,
    /// The tills go to the other server.
    Other,
    /// The tills' server stands still.
    Freeze,
    /// It goes on.
    Thaw,
    /// The tills' server is gone for good, and they go to the other.
    Kill,
    /// The bank is asked for notices from now on.
    Notices,
    /// The bank's next letter is spoiled in this way.
    SpoilLetter(Spoil),
    /// Somebody tells of a payment that never was.
    Forge(Forgery),
    /// Somebody sets the server's clock to be so many minutes ahead.
    Clock(i64),
    /// Seconds pass.
    Pass(i64),
}

/// A script: its name, and what happens in it.
pub(crate) type Script = (&'static str, &'static [Act]);

use Act::{
    Adopt, Again, Bank, Beside, ByPlan, Cancel, Charge, Clock, Confirm, Elsewhere, Fill, Forge,
    Freeze, Kill, NoCancels, NotFound, Notices, Other, OtherContent, OtherPlans, Pass, Refund,
    RefundAgain, Reload, Reoffer, Reprice, Scan, Show, ShowByPlan, SpoilLetter, Stop, Thaw, Two,
};
use Customer::{Balance, Broke, Frozen, Huabei, Instalments, Limit, Password};

const LOST: Act = Bank(Whim::Known(Fault::LostAnswer));
const UNHEARD: Act = Bank(Whim::Known(Fault::LostRequest));
const BUSY: Act = Bank(Whim::Known(Fault::Busy));
const DOWN: Act = Bank(Whim::Known(Fault::Down));
const FORGED: Act = Bank(Whim::Known(Fault::WrongSignature));
const DEARER: Act = Bank(Whim::Known(Fault::WrongAmount));
const SLOW: Act = Bank(Whim::Known(Fault::Slow(12_000)));
const AGAIN: Act = Bank(Whim::AskAgain);
const CLOSE_AGAIN: Act = Bank(Whim::Known(Fault::CloseAgain));
const TOO_LATE: Act = Bank(Whim::Known(Fault::CancelTooLate));
const UNDER_WAY: Act = Bank(Whim::Known(Fault::RefundUnderWay(UNDER_WAY_MS)));

const OTHER_PLAN: Act = Bank(Whim::OtherPlan);

/// All scripts.
pub(crate) const SCRIPTS: &[Script] = &[
    ("paid-by-balance", &[Charge(Balance)]),
    ("paid-by-huabei", &[Charge(Huabei)]),
    ("double-tap", &[Charge(Balance), Again]),
    ("retry-after-a-while", &[Charge(Balance), Pass(20), Again]),
    ("cancelled-at-once", &[Charge(Balance), Cancel]),
    (
        "password-typed",
        &[Charge(Password), Pass(2), Confirm(true), Pass(3)],
    ),
    (
        "password-declined",
        &[Charge(Password), Pass(2), Confirm(false), Pass(3)],
    ),
    ("password-never", &[Charge(Password), Pass(30), Pass(31)]),
    (
        "password-at-last",
        &[Charge(Password), Pass(30), Pass(29), Confirm(true), Pass(3)],
    ),
    (
        "cancelled-waiting",
        &[Charge(Password), Pass(4), Cancel, Confirm(true)],
    ),
    (
        "cancelled-in-doubt",
        &[LOST, Charge(Balance), Pass(11), Cancel, Pass(2), Pass(20)],
    ),
    ("cancelled-twice", &[Charge(Password), Cancel, Cancel]),
    ("no-money-then-other", &[Charge(Broke), Charge(Balance)]),
    (
        "limit-then-huabei",
        &[Charge(Limit), Pass(5), Charge(Huabei)],
    ),
    ("frozen", &[Charge(Frozen), Pass(3)]),
    (
        "second-while-waiting",
        &[Charge(Password), Charge(Balance), Confirm(true)],
    ),
    (
        "second-after-cancel",
        &[Charge(Password), Cancel, Charge(Balance)],
    ),
    (
        "second-after-time",
        &[
            Charge(Password),
            Pass(30),
            Pass(31),
            Pass(5),
            Charge(Balance),
        ],
    ),
    (
        "three-refusals",
        &[Charge(Broke), Charge(Limit), Charge(Frozen)],
    ),
    ("answer-lost", &[LOST, Charge(Balance), Pass(11)]),
    (
        "request-lost",
        &[UNHEARD, Charge(Balance), Pass(11), Pass(50), Pass(31)],
    ),
    (
        "bank-busy",
        &[BUSY, BUSY, Charge(Balance), Pass(4), Pass(4)],
    ),
    (
        "bank-busy-and-yet-paid",
        &[Bank(Whim::BusyAllTheSame), Charge(Balance), Pass(4)],
    ),
    ("bank-down-cancelled", &[DOWN, Charge(Balance), Cancel]),
    ("forged-answer", &[FORGED, Charge(Balance), Pass(4)]),
    ("signed-other-sum", &[DEARER, Charge(Balance), Pass(4)]),
    ("slow-bank", &[SLOW, Charge(Balance), Pass(13), Again]),
    (
        "reverse-to-be-repeated",
        &[Charge(Password), AGAIN, Cancel, Pass(2)],
    ),
    (
        "reloaded-then-other-code",
        &[LOST, Charge(Balance), Reload, Charge(Huabei), Pass(11)],
    ),
    (
        "reloaded-then-again",
        &[LOST, Charge(Balance), Reload, Again, Pass(11)],
    ),
    (
        "clock-ahead-in-doubt",
        &[
            LOST,
            Charge(Balance),
            Clock(10),
            Pass(11),
            Clock(0),
            Pass(3),
        ],
    ),
    ("refunded-whole", &[Charge(Balance), Refund(1), Pass(4)]),
    (
        "refunded-in-parts",
        &[Charge(Huabei), Refund(2), Pass(4), Refund(2), Pass(4)],
    ),
    (
        "refunded-over-the-rest",
        &[Charge(Balance), Refund(2), Refund(1), Pass(4)],
    ),
    (
        "refund-asked-twice",
        &[
            Charge(Balance),
            Refund(3),
            RefundAgain,
            Pass(4),
            RefundAgain,
        ],
    ),
    (
        "refund-answer-lost",
        &[Charge(Balance), LOST, Refund(2), Pass(11), Pass(4)],
    ),
    (
        "refund-unheard",
        &[Charge(Balance), UNHEARD, Refund(2), Pass(11), Pass(4)],
    ),
    (
        "refunded-after-all-went-back-elsewhere",
        &[Charge(Balance), Elsewhere(1), Refund(1), Pass(4)],
    ),
    (
        "refund-under-way",
        &[Charge(Balance), UNDER_WAY, Refund(1), Pass(4)],
    ),
    (
        "cancelled-after-a-part-went-back-elsewhere",
        &[LOST, Charge(Balance), Elsewhere(2), Cancel, Pass(4)],
    ),
    (
        "given-back-elsewhere-in-doubt",
        &[LOST, Charge(Balance), Elsewhere(1), Pass(4)],
    ),
    (
        "noticed-given-back-elsewhere",
        &[
            Notices,
            SpoilLetter(Spoil::WrongAmount),
            LOST,
            Charge(Balance),
            Elsewhere(1),
            Pass(4),
        ],
    ),
    (
        "given-back-and-called-closed",
        &[
            LOST,
            Charge(Balance),
            BUSY,
            Cancel,
            CLOSE_AGAIN,
            UNHEARD,
            LOST,
            Pass(2),
            Pass(3),
        ],
    ),
    (
        "given-back-unheard-and-called-closed",
        &[
            LOST,
            Charge(Balance),
            CLOSE_AGAIN,
            UNHEARD,
            LOST,
            Cancel,
            Pass(2),
            Pass(3),
        ],
    ),
    (
        "refund-lost-and-not-found",
        &[
            Charge(Balance),
            NotFound,
            LOST,
            Refund(2),
            Pass(11),
            Pass(4),
        ],
    ),
    (
        "refund-under-way-of-a-payment-not-found",
        &[Charge(Balance), NotFound, UNDER_WAY, Refund(1), Pass(4)],
    ),
    (
        "refund-under-way-while-the-account-changes",
        &[Charge(Balance), UNDER_WAY, Refund(1), Adopt, Pass(4)],
    ),
    (
        "refund-under-another-account",
        &[Charge(Balance), Adopt, Refund(2), Pass(70)],
    ),
    (
        "refund-open-while-the-account-changes",
        &[Charge(Balance), LOST, Refund(1), Adopt, Pass(11), Pass(4)],
    ),
    (
        "stopped-while-paying",
        &[Charge(Balance), Stop, Pass(2), Refund(1), Stop, Pass(4)],
    ),
    (
        "asked-of-a-server-that-stood-still",
        &[
            Two,
            Other,
            Freeze,
            Charge(Balance),
            Pass(60),
            Thaw,
            Other,
            Again,
            Pass(20),
        ],
    ),
    (
        "shown-and-taken-away",
        &[Show, Pass(3), Cancel, Pass(5), Scan(Balance), Pass(200)],
    ),
    (
        "told-absent-and-late",
        &[
            Reload,
            Charge(Balance),
            Reload,
            Again,
            Pass(2),
            Charge(Huabei),
        ],
    ),
    (
        "refund-lost-beside-one-elsewhere",
        &[
            Charge(Huabei),
            LOST,
            Refund(2),
            Elsewhere(2),
            Pass(11),
            Pass(4),
        ],
    ),
    ("key-used-again", &[Charge(Balance), OtherContent]),
    (
        "two-sales-at-once",
        &[Charge(Password), Beside(Balance), Confirm(true), Pass(3)],
    ),
    (
        "noticed-in-doubt",
        &[Notices, LOST, Charge(Balance), Pass(11)],
    ),
    (
        "noticed-password",
        &[Notices, Charge(Password), Pass(2), Confirm(true), Pass(3)],
    ),
    (
        "noticed-while-reversing",
        &[Notices, LOST, Charge(Balance), Cancel, Pass(2)],
    ),
    (
        "noticed-refund",
        &[Notices, Charge(Balance), LOST, Refund(2), Pass(11)],
    ),
    (
        "noticed-over-another-sum",
        &[
            Notices,
            SpoilLetter(Spoil::WrongAmount),
            LOST,
            Charge(Balance),
            Pass(11),
        ],
    ),
    (
        "noticed-by-somebody-else",
        &[
            Notices,
            UNHEARD,
            Charge(Balance),
            Forge(Forgery::OwnKey),
            Forge(Forgery::OtherApp),
            Forge(Forgery::Renamed),
            Pass(11),
        ],
    ),
    ("shown-and-paid", &[Show, Scan(Balance), Pass(4)]),
    (
        "shown-and-password",
        &[Show, Scan(Password), Pass(4), Confirm(true), Pass(4)],
    ),
    ("shown-to-nobody", &[Show, Pass(60), Pass(61), Pass(10)]),
    (
        "shown-and-cancelled",
        &[Show, Pass(4), Cancel, Scan(Balance), Pass(4)],
    ),
    (
        "shown-for-a-while-and-cancelled",
        &[Show, Pass(11), Cancel, Scan(Balance), Pass(4)],
    ),
    (
        "shown-late-to-the-till",
        &[LOST, Show, Pass(11), Scan(Balance), Pass(4)],
    ),
    (
        "shown-and-noticed",
        &[Notices, Show, LOST, Scan(Balance), Pass(11)],
    ),
    (
        "cancelled-too-late",
        &[NoCancels, LOST, Charge(Balance), Cancel, Pass(2), Pass(3)],
    ),
    (
        "cancelled-too-late-answer-lost",
        &[
            NoCancels,
            LOST,
            Charge(Balance),
            Cancel,
            LOST,
            Pass(2),
            Pass(11),
            Pass(4),
        ],
    ),
    (
        "cancelled-too-late-refund-unheard",
        &[
            NoCancels,
            LOST,
            Charge(Balance),
            Cancel,
            UNHEARD,
            TOO_LATE,
            Pass(2),
            Pass(11),
        ],
    ),
    (
        "shown-and-cancelled-too-late",
        &[
            NoCancels,
            Notices,
            Show,
            LOST,
            Scan(Balance),
            Cancel,
            Pass(3),
        ],
    ),
    (
        "two-servers-cancelled-too-late",
        &[
            Two,
            NoCancels,
            LOST,
            Charge(Balance),
            Cancel,
            Kill,
            Pass(16),
            Pass(4),
        ],
    ),
    ("instalments-paid", &[ByPlan(Instalments), Again]),
    (
        "instalments-key-used-without-plan",
        &[ByPlan(Instalments), OtherContent],
    ),
    (
        "instalments-of-who-has-none",
        &[ByPlan(Huabei), Charge(Huabei)],
    ),
    (
        "instalments-answer-lost",
        &[LOST, ByPlan(Instalments), Pass(11), Refund(2), Pass(4)],
    ),
    (
        "instalments-by-another-plan",
        &[LOST, ByPlan(Instalments), OTHER_PLAN, Pass(11), Pass(4)],
    ),
    (
        "instalments-by-another-plan-while-reversing",
        &[
            LOST,
            ByPlan(Instalments),
            BUSY,
            Cancel,
            OTHER_PLAN,
            Pass(11),
            Pass(4),
        ],
    ),
    (
        "instalments-by-another-plan-for-good-and-cancelled-too-late",
        &[
            NoCancels,
            OtherPlans,
            LOST,
            ByPlan(Instalments),
            Cancel,
            Pass(2),
            Pass(11),
            Pass(4),
        ],
    ),
    (
        "instalments-shown",
        &[ShowByPlan, Scan(Huabei), Scan(Instalments), Pass(4)],
    ),
    (
        "two-servers-instalments-in-doubt",
        &[Two, LOST, ByPlan(Instalments), Kill, Pass(16), Pass(4)],
    ),
    (
        "instalments-offered-no-more",
        &[
            ByPlan(Instalments),
            Reoffer,
            Again,
            ByPlan(Huabei),
            Reoffer,
            Again,
        ],
    ),
    (
        "cart-sold",
        &[Fill, Charge(Balance), Again, Refund(2), Pass(4)],
    ),
    (
        "cart-sold-and-repriced",
        &[Fill, LOST, Charge(Balance), Reprice, Again, Pass(11)],
    ),
    (
        "cart-refused-by-its-price",
        &[
            Fill,
            Reprice,
            Charge(Balance),
            Reprice,
            Again,
            Charge(Balance),
        ],
    ),
    (
        "cart-key-used-without-it",
        &[Fill, Charge(Balance), OtherContent],
    ),
    (
        "two-servers-cart-repriced",
        &[Two, Fill, Charge(Balance), Other, Reprice, Again],
    ),
    (
        "two-servers-cart-refused",
        &[Two, Fill, Reprice, Charge(Balance), Other, Reprice, Again],
    ),
    ("two-servers-paid", &[Two, Charge(Balance), Other, Again]),
    (
        "two-servers-killed-in-doubt",
        &[Two, LOST, Charge(Balance), Kill, Pass(16), Pass(4)],
    ),
    (
        "two-servers-frozen-in-doubt",
        &[
            Two,
            LOST,
            Charge(Balance),
            Freeze,
            Pass(16),
            Pass(6),
            Thaw,
            Pass(4),
        ],
    ),
    (
        "two-servers-cancelled-at-the-other",
        &[Two, Charge(Password), Other, Cancel, Pass(2)],
    ),
    (
        "two-servers-refunded-at-the-other",
        &[
            Two,
            Charge(Balance),
            Other,
            LOST,
            Refund(2),
            Pass(11),
            Pass(4),
        ],
    ),
];
