//! Defects that a test plants, one at a time: each is a shortcut that real programs take. The
//! simulation must find every one; otherwise it proves nothing. No release has them.

pub(crate) mod law;

use core::cell::Cell;

/// One small change of the law, named for the command line.
macro_rules! bugs {
    ($($(#[doc = $what:literal])+ $bug:ident = $name:literal,)+) => {
        /// A defect that can be planted.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Bug {
            $($(#[doc = $what])+ $bug,)+
        }

        impl Bug {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$bug,)+];

            /// Its stable name.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$bug => $name,)+
                }
            }

            /// What it does, in a sentence.
            pub const fn what(self) -> &'static str {
                match self {
                    $(Self::$bug => concat!($($what,)+),)+
                }
            }
        }
    };
}

bugs! {
    // The shortcuts of the exhaustive search over one sale with two attempts.
    /// A question that finds no such order ends the charge as failed.
    AbsentMeansFailed = "absent-means-failed",
    /// After a few questions without an end the charge is failed.
    FailedAfterTries = "failed-after-tries",
    /// A sale is charged again while the first attempt is in doubt.
    SecondWhileUnknown = "second-while-unknown",
    /// The reverse leaves without a durable decision, and what is heard counts as before.
    ReverseUndecided = "reverse-undecided",
    /// A verified "paid" ends reversing.
    PaidEndsReversing = "paid-ends-reversing",
    /// "Nothing to reverse" is an end although the code can still pay.
    NothingIsFinal = "nothing-is-final",
    /// Pay leaves again when its answer was lost.
    PaysAgain = "pays-again",
    // Four holes of one open backend.
    /// Every code but success and waiting is a failure, also "busy".
    OtherCodesFail = "other-codes-fail",
    /// An order without an answer is closed at its time-out without a word to the provider.
    ClosedLocally = "closed-locally",
    /// A success that comes late is told to the screens and not written.
    ToldNotWritten = "told-not-written",
    /// Questions end after a while and no reverse follows.
    NeverReversed = "never-reversed",
    // What others had to repair.
    /// A retry of the same request is a fresh charge of a fresh sale.
    RetryChargesAgain = "retry-charges-again",
    /// An answer that names another order is taken for this one's.
    OtherOrdersAnswer = "other-orders-answer",
    /// The order is asked for by the provider's number, which a lost answer never told.
    AskedByTheirNumber = "asked-by-their-number",
    /// A charge that was under way when the program stopped is failed at the next start.
    CrashMeansFailed = "crash-means-failed",
    /// An ended charge is overwritten: a paid one can still be cancelled.
    EndOverwritten = "end-overwritten",
    /// The same key with other content is answered as if it were a repeat.
    KeyContentIgnored = "key-content-ignored",
    // The law of what is heard.
    /// A question that the provider refuses ends the order that it asks for.
    FailedQuestionEnds = "failed-question-ends",
    /// A question that did not leave is taken for a payment that did not leave.
    UnsentQuestionEnds = "unsent-question-ends",
    /// "No such order" ends reversing although Pay may still arrive.
    AbsentEndsReversing = "absent-ends-reversing",
    /// A reverse without an answer counts as carried out.
    LostReverseIsDone = "lost-reverse-is-done",
    /// "Waiting for the customer" counts as paid.
    WaitingIsPaid = "waiting-is-paid",
    /// "Waiting for the customer" counts as refused.
    WaitingIsRefused = "waiting-is-refused",
    /// A cancel that found no order is an end although the code was seen and can be scanned.
    CancelKillsCode = "cancel-kills-code",
    /// A code counts as dead after ten seconds.
    CodeDeadEarly = "code-dead-early",
    /// The reverse is asked once and not again.
    ReversedOnce = "reversed-once",
    /// Questions stop after twenty seconds.
    StopsAsking = "stops-asking",
    /// A reversal is asked about every five minutes only once two asks in a row had no answer.
    PausesOutgrow = "pauses-outgrow",
    // The order of what leaves and what is durable.
    /// Pay leaves before its intent is durable.
    PayBeforeIntent = "pay-before-intent",
    /// Pay leaves although its intent could not be written.
    PayWithoutIntent = "pay-without-intent",
    /// The reverse leaves before its decision is durable.
    ReverseBeforeDecision = "reverse-before-decision",
    /// Screens are told before it is durable.
    ToldBeforeDurable = "told-before-durable",
    /// A cancel is answered before its decision is durable.
    CancelAnsweredEarly = "cancel-answered-early",
    /// A repeated request lets Pay leave again.
    RepeatPaysAgain = "repeat-pays-again",
    // What is kept over faults and starts.
    /// The code's age is counted from the record's time, by a clock that can be set.
    AgeByWallClock = "age-by-wall-clock",
    /// What the store could not take is forgotten.
    UnwrittenForgotten = "unwritten-forgotten",
    /// A commit that failed is not tried again.
    CommitNotRepeated = "commit-not-repeated",
    /// An end that is not durable yet is let go of.
    EndLetGo = "end-let-go",
    /// Charges in doubt are not taken up at the start.
    DoubtNotTakenUp = "doubt-not-taken-up",
    /// Charges that were being reversed are not taken up at the start.
    ReversingNotTakenUp = "reversing-not-taken-up",
    /// An answer that comes while a commit is under way is dropped.
    AnswerDropped = "answer-dropped",
    // Money that goes back.
    /// A refund without an answer is failed.
    LostRefundFails = "lost-refund-fails",
    /// A refund without an answer counts as given.
    LostRefundIsGiven = "lost-refund-is-given",
    /// A question that finds no such refund ends it as failed.
    AbsentRefundFails = "absent-refund-fails",
    /// A refund leaves before its intent is durable.
    RefundBeforeIntent = "refund-before-intent",
    /// A refund that is asked for again has a fresh number.
    RefundNumberedAgain = "refund-numbered-again",
    /// An order that is closed ends a refund of it as failed, without a word about the refund.
    ClosedMeansRefused = "closed-means-refused",
    /// A refund of an order that is closed ends as failed while it may be under way.
    RefundGivenUp = "refund-given-up-while-under-way",
    /// One question that finds no such order ends a refund of it as failed.
    UnknownMeansRefused = "unknown-means-refused",
    /// Another account is adopted while refunds of the earlier one have no end.
    AdoptedUnfinished = "adopted-unfinished",
    // A paid order that is cancelled no more.
    /// A cancel that the provider refuses for good ends reversing.
    RefusedCancelEnds = "refused-cancel-ends",
    /// All is to go back by a refund although nobody knows that it was paid.
    ReturnUnpaid = "return-unpaid",
    /// A return that is asked for again has a fresh number.
    ReturnNumberedAgain = "return-numbered-again",
    /// A return leaves before its decision is durable.
    ReturnBeforeDecision = "return-before-decision",
    /// A return without an answer counts as given.
    LostReturnIsGiven = "lost-return-is-given",
    /// Nobody is told that what is left of an order must be given back by hand.
    RestUntold = "rest-untold",
    /// "Closed" means unpaid, also of an order that was known to be paid.
    ClosedForgetsPayment = "closed-forgets-payment",
    /// A cancel that says "closed" ends reversing, and nobody asks whether there was money.
    CloseIsBelieved = "close-is-believed",
    /// An order that was paid and given back elsewhere counts as never paid.
    ElsewhereMeansClosed = "elsewhere-means-closed",
    // Keys of which somebody was told that they opened nothing.
    /// A key is told absent and not closed.
    AbsentNotClosed = "absent-not-closed",
    /// Keys are closed in the memory of one process only.
    ClosedInMemory = "closed-in-memory",
    // What a server does that stood still, or is asked to end.
    /// What lay in the sockets of a server that stood still is carried out.
    StaleRequestTaken = "stale-request-taken",
    /// How long a server stood still is measured by a clock that stands still with it.
    SleepUnseen = "sleep-unseen",
    // The next one is planted in the model of the store: that what waits is written is the end of
    // a thread. The store's own tests drop a writer, and the crash harness stops the program.
    /// A server that is asked to end drops what waits to be written.
    StopDropsCommits = "stop-drops-commits",
    /// A server that is asked to end still takes requests.
    StopTakesRequests = "stop-takes-requests",
    // What is believed of a notice.
    /// A notice is believed whoever signed it.
    NoticeUnverified = "notice-unverified",
    /// A notice for another app is taken for one of ours.
    NoticeOfOtherApp = "notice-of-other-app",
    /// A notice's sum is not compared with the charge's.
    NoticeSumUnchecked = "notice-sum-unchecked",
    /// The provider is told that a notice is taken before what it says is durable.
    NoticeTakenEarly = "notice-taken-early",
    // Several servers on one record.
    /// A write under an older fencing number is taken.
    FenceIgnored = "fence-ignored",
    /// An ask leaves although the lease may be over.
    LeaseUnchecked = "lease-unchecked",
    // The next one is planted in the model of the store: the database itself judges by its clock
    // whose lease is over. Two real servers on a real database are tested for it.
    /// A charge is taken over before its lease is over.
    TakenOverEarly = "taken-over-early",
    // What is believed of a provider's bytes.
    /// The sum that a success names is not compared.
    SumUnchecked = "sum-unchecked",
    /// The currency that an answer names is not compared.
    CurrencyUnchecked = "currency-unchecked",
    /// Signatures are not compared.
    SignatureUnchecked = "signature-unchecked",
    /// An answer without a signature is believed.
    UnsignedBelieved = "unsigned-believed",
    /// A broken connection counts as never made.
    LostIsUnsent = "lost-is-unsent",
    /// A reverse that asks to be repeated counts as carried out.
    AgainIsDone = "again-is-done",
    /// The sum that is asked for is rounded up to whole yuan.
    SumRoundedUp = "sum-rounded-up",
    // By which plan the customer pays.
    /// The plan of instalments is lost on the way from the record to the provider.
    PlanLost = "plan-lost",
    /// A payment by another plan of instalments is taken for the one that was asked for.
    OtherPlanTaken = "other-plan-taken",
    // What a key stands for.
    /// The desk leaves the sum out of what a key stands for.
    SumNotInKey = "sum-not-in-key",
    /// The desk leaves the plan of instalments out of what a key stands for.
    PlanNotInKey = "plan-not-in-key",
    /// The desk leaves the cart out of what a key stands for.
    CartNotInKey = "cart-not-in-key",
    // What is told of a request that the shop does not take.
    /// A cart is refused by its price, and its key is not closed.
    PriceRefusedNotClosed = "price-refused-not-closed",
}

std::thread_local! {
    static PLANTED: Cell<Option<Bug>> = const { Cell::new(None) };
}

/// Plants a defect for this thread, in place of the one before.
pub fn plant(bug: Option<Bug>) {
    PLANTED.set(bug);
}

/// Whether any defect is planted in this thread.
pub fn is_any() -> bool {
    PLANTED.get().is_some()
}

/// Whether this defect is planted in this thread.
pub fn is(bug: Bug) -> bool {
    PLANTED.get() == Some(bug)
}
