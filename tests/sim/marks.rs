//! What must have been seen: a branch that no history ever enters proves nothing.

/// The list, in one place. A run of the size of CI reaches every one.
macro_rules! marks {
    ($($mark:ident = $what:literal,)+) => {
        /// A rare thing that some histories see.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Mark {
            $(#[doc = $what] $mark,)+
        }

        impl Mark {
            /// All of them.
            pub(crate) const ALL: &[Self] = &[$(Self::$mark,)+];

            /// What was seen, in a few words.
            pub(crate) const fn what(self) -> &'static str {
                match self {
                    $(Self::$mark => $what,)+
                }
            }
        }
    };
}

marks! {
    PaidAtOnce = "paid by the answer to Pay",
    PaidByPlan = "paid by a plan of instalments, and told so",
    OtherPlan = "a signed answer named another plan of instalments",
    PaidByQuery = "paid by the answer to a question",
    PaidAfterWaiting = "paid after the customer was asked for the password",
    PaidAfterDoubt = "paid after it was in doubt",
    PaidAfterAbsent = "paid although a question had found no such order",
    PaidOnSecondTry = "paid by a later attempt of a sale",
    PaidAfterRestart = "paid, and the program had stopped in between",
    PaidWhileReversing = "paid while it was being reversed",
    RefusedByBank = "refused by the bank",
    RefusedWhileReversing = "refused while it was being reversed",
    NotSent = "refused because nothing had left",
    DeclinedOnPhone = "closed because the customer declined",
    PasswordAtLast = "the password came in the last ten seconds",
    CodeExpired = "a code was refused as too old or spent",
    ClosedByReverse = "a reverse closed the order",
    GivenBackByReverse = "a reverse gave the money back",
    GivenBackElsewhere = "paid, and given back elsewhere before anybody here heard of it",
    CalledClosed = "an order was called closed that was known to be paid",
    CloseAskedAbout = "an order was called closed, and a question told that it had been paid",
    NothingToReverse = "a reverse found nothing, and it was an end",
    NothingNotFinal = "a reverse found nothing, and it was no end yet",
    TakenAfterReverse = "the bank took money after a reverse had found nothing",
    ReturnBegun = "a paid order could be cancelled no more, and a refund was to give it back",
    Returned = "a refund gave back what could be cancelled no more",
    RestByHand = "the rest of a payment was given back by hand, as an alarm told to",
    CancelRefused = "a cancel was refused for good while nobody knew that it was paid",
    EndedByQuestion = "a question ended a reverse",
    ReversedByTime = "reversed because time ran out",
    ReversedByCashier = "reversed by the cashier",
    ReversedOften = "a reverse was asked for at least four times",
    StuckAlarm = "a person was told that a reverse does not end",
    Busy = "the bank was busy",
    AskAgain = "the bank wanted a reverse to be asked again",
    Garbled = "an answer was not in the protocol's form",
    Unverified = "an answer's signature did not fit",
    WrongSum = "a signed answer named another sum",
    MismatchAlarm = "a person was told of a success that does not match",
    Replayed = "an answer to another order came back",
    RequestLost = "a request was lost",
    AnswerLost = "an answer was lost",
    RequestDoubled = "a request reached the bank twice",
    LateRequest = "a request reached the bank after nobody waited for it",
    LateAnswer = "an answer came after nobody waited for it",
    OldLifeAnswer = "an answer came to a program that had been started anew",
    SlowBank = "the bank took its time",
    WallClockRefused = "the bank refused a request by its clock",
    CrashOnTheWay = "a crash while Pay was on its way",
    CrashReversing = "a crash while a charge was being reversed",
    CrashInStep = "a crash between two effects of one step",
    CrashBeforeEcho = "a crash between a commit and its echo",
    TornWritten = "a commit was written although the program died",
    TornVanished = "a commit was lost because the program died",
    TakenUpOpened = "a charge was taken up that may not have left",
    TakenUpWaiting = "a charge was taken up that waited for the customer",
    TakenUpReversing = "a charge was taken up that was being reversed",
    ClockAhead = "a start by a clock that is ahead",
    ClockBehind = "a start by a clock that is behind",
    GroupCommit = "several batches in one commit",
    GroupRefusal = "one batch of a commit was refused, others were written",
    IntentUnwritten = "an intent could not be written",
    OutcomeUnwritten = "what came of a charge could not be written at once",
    Repeated = "a repeated request was answered with its charge",
    KeyReused = "a key with other content was refused",
    SaleBusy = "a sale was refused while another attempt may hold money",
    CodeUsed = "a code was refused because another request has it",
    CancelEnded = "a charge was cancelled after its end",
    CancelDone = "a cancel was answered",
    ReloadFound = "a till that was loaded anew found its charge",
    ReloadNothing = "a till that was loaded anew found nothing",
    ReloadUnsure = "a till that was loaded anew was told nothing yet",
    KeyClosed = "a request came with a key that was told absent",
    KeyClosedLater = "the same, and the program had been started in between",
    ServerDown = "a till reached no server",
    RefundGiven = "a refund was given",
    RefundAbsent = "a question found no such refund",
    RefundOverRest = "more was wanted back than was left",
    RefundUnpaid = "money was wanted back that was never paid",
    RefundInPart = "a part of a payment was given back",
    RefundWhole = "all of a payment was given back",
    RefundTwice = "a payment had two refunds",
    RefundElsewhere = "a refund gave nothing because all had gone back elsewhere",
    RefundOfOtherAccount = "a refund gave nothing because another account took the payment",
    PaidNotFound = "a question did not find an order that was paid",
    Adopted = "the shop changed its account",
    AdoptRefused = "the shop could not change its account, because something was open",
    CrashRefunding = "a crash while a refund was on its way",
    TakenUpRefunding = "a charge was taken up that has a refund",
    PaidByNotice = "paid by a notice",
    ClosedByNotice = "a notice told that the order is closed, and it was written",
    RefundByNotice = "a refund was given by a notice",
    NoticeFirst = "a notice came before the answer to an ask",
    NoticeAgain = "a notice came again after it was taken",
    NoticeNotTaken = "a notice was not taken",
    NoticeLost = "a notice was lost",
    NoticeForged = "a notice with a wrong signature was refused",
    NoticeForeign = "a notice for another app was refused",
    NoticeWrongSum = "a notice over another sum was refused",
    NoticeUnknown = "a notice about an unknown order was refused",
    NoticeWhileReversing = "a notice told of a payment while it was being reversed",
    NoticeAfterReverse = "a notice told of a payment after it was given back",
    CrashNoticed = "a crash while a notice was being weighed",
    TakenFromDead = "a server took over from one that is dead",
    TakenFromFrozen = "a server took over from one that stands still",
    LostToOther = "a server learnt that a charge is another's",
    Fenced = "a write under an older number was refused",
    Fetched = "a cancel fetched a charge from another server",
    FetchedToRefund = "a refund fetched a charge from another server",
    NotFetched = "a charge could not be fetched, and who wanted it heard so",
    NotLeft = "an ask did not leave because the claim may be over",
    Doubted = "nobody knew whether a commit was written",
    LeftLate = "an ask left when its server went on after standing still",
    RefusedWaking = "a request was refused because its server had just stood still",
    Stopped = "a server ended as it was asked to",
    StopHeard = "a server that was to end still wrote what the bank answered",
    StopRefused = "a request came to a server that was to end",
    StopCutShort = "a server that was to end did not hear all that was on its way",
    CartRefused = "a cart was refused by its price, and its key closed",
    CartRepeated = "a cart that is not taken any more was told as its charge",
    ShownTakenAway = "a code was taken from our own screen before anybody paid by it",
    ShownPaidTooLate = "a code was paid after it was taken from our own screen, and it went back",
    Scanned = "a customer paid by a code on our own screen",
    ScannedInVain = "a code on our own screen could not be paid",
    ThreeTries = "a sale was tried three times",
}

/// Which marks a history has reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen(u128);

const _: () = assert!(Mark::ALL.len() <= 128);

impl Seen {
    /// Notes a mark, when it holds.
    pub(crate) const fn sometimes(&mut self, mark: Mark, holds: bool) {
        if holds {
            self.0 |= 1 << (mark as u32);
        }
    }

    /// Adds what another history has reached.
    pub(crate) const fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Whether it was reached.
    pub(crate) const fn has(self, mark: Mark) -> bool {
        self.0 & (1 << (mark as u32)) != 0
    }
}
