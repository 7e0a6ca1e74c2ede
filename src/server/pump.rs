//! The shell around the loop: one task that owns the [`Drive`], feeds it what happens, and carries
//! out what it wants done. It decides nothing: what comes in is judged at the [`Door`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ledger::{Asked, Doubt, Event, Outcome, RefundOutcome};
use money::{Amount, ChargeId, RefundNo, Stamp, World};
use provider::{Ask, Notice};
use sale::Catalogue;
use store::failpoint::hit;
use store::{Batch, StoreFault, Verdict, Writer};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use wire::ProblemKind;

use crate::call::Line;
use crate::door::{Door, Entry, Knock, LAST_WAIT_MS, Shut};
use crate::drive::{Answered, DeskAsk, Drive, Input, Output, RefundDesk, Refused, Ticket};
use crate::pulse::Pulse;
use crate::quota;
use crate::spawn::{spawn, stopped};
use crate::steady::Steady;
use crate::view::charge_view;
use claims::{Fetch, Handed};
pub use flight::Flight;
use flight::{Flights, Reply};
use shelving::Shelved;

mod claims;
mod closing;
mod flight;
mod opening;
mod shelving;
#[cfg(test)]
mod tests;

/// An idle loop takes up the wall clock at least this often.
const NAP_MAX: Duration = Duration::from_secs(1);
/// A time that has come already leaves room for requests in between.
const NAP_MIN: Duration = Duration::from_millis(1);

/// What the loop says to a request.
pub type Answer = Result<Answered, Refused>;

/// A charge as it stands now, ready to be sent to every screen.
#[derive(Clone, Debug)]
pub struct News {
    /// Number of the last durable event when this was written.
    pub seq: u64,
    /// A [`wire::ChargeView`] as JSON.
    pub json: Arc<str>,
}

/// What a route wants of the loop.
enum Wish {
    Open {
        ask: DeskAsk,
        reply: Reply,
    },
    Cancel {
        charge: ChargeId,
        reply: Reply,
    },
    Refund {
        ask: RefundDesk,
        reply: Reply,
    },
    Notice {
        charge: ChargeId,
        notice: Box<Notice>,
        history: Vec<Event>,
        reply: Reply,
    },
    Close {
        key: String,
        answer: oneshot::Sender<Shut>,
    },
    Shelve {
        next: Box<Catalogue>,
        answer: oneshot::Sender<Shelved>,
    },
    Look {
        answer: oneshot::Sender<Vec<News>>,
    },
    Abroad {
        charge: ChargeId,
    },
}

/// The routes' end of the loop.
#[derive(Clone, Debug)]
pub struct Pump {
    wishes: mpsc::Sender<Wish>,
    news: broadcast::Sender<News>,
    flights: Flights,
    /// Other servers may write the same record.
    is_shared: bool,
}

impl Pump {
    /// All charges that are not at their end.
    ///
    /// # Errors
    /// [`Refused`] when the loop is too busy or has ended.
    pub async fn look(&self) -> Result<Vec<News>, Refused> {
        let (answer, heard) = oneshot::channel();
        self.wish(Wish::Look { answer })?;
        heard.await.map_err(|_| refused(ProblemKind::NotReady))
    }

    /// Every durable change from now on.
    pub fn news(&self) -> broadcast::Receiver<News> {
        self.news.subscribe()
    }

    /// Tells every screen what another server wrote.
    pub fn relay(&self, history: &[Event], seq: u64) {
        if let Some(news) = told(history, seq) {
            // Nobody listening is no fault.
            let _ = self.news.send(news);
        }
        if let Some(first) = history.first() {
            let charge = first.charge;
            // Where this does not get through, the next renewal says the same.
            let _ = self.wish(Wish::Abroad { charge });
        }
    }

    fn wish(&self, wish: Wish) -> Result<(), Refused> {
        self.wishes.try_send(wish).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => refused(ProblemKind::TooBusy),
            mpsc::error::TrySendError::Closed(_) => refused(ProblemKind::NotReady),
        })
    }
}

const fn refused(kind: ProblemKind) -> Refused {
    Refused {
        kind,
        charge: None,
        rest: None,
    }
}

/// What the loop needs of the world around it.
pub struct Surroundings {
    /// Makes batches durable.
    pub writer: Writer,
    /// Carries asks to the provider.
    pub line: Arc<dyn Line>,
    /// Clock and chance.
    pub world: Arc<dyn World>,
    /// Where health is noted.
    pub pulse: Arc<Pulse>,
    /// Turns true when the program is to end.
    pub stop: watch::Receiver<bool>,
}

/// Starts the loop: `histories` are the charges that were not at their end when the program last
/// stopped, `subject` is what customers read in their bill. The task ends with the program and
/// gives the writer back.
pub fn start(
    subject: &str,
    histories: Vec<Vec<Event>>,
    around: Surroundings,
) -> (Pump, JoinHandle<Option<Writer>>) {
    let (wishes, inbox) = mpsc::channel(quota::WISHES_MAX);
    let (news, _) = broadcast::channel(quota::NEWS_MAX);
    // Holds at most one entry for each commit and each ask under way, which `OPEN_MAX` bounds; an
    // answer must never be dropped, so the channel itself has no bound.
    let (echoes, returns) = mpsc::unbounded_channel();
    // Holds one entry for each renewal that is under way.
    let (claims, handed) = mpsc::unbounded_channel();
    let (now, ticks_ms) = (around.world.now(), around.world.ticks_ms());
    let steady = Steady::anchored(now, ticks_ms);
    let is_shared = around.writer.is_shared();
    let (drive, first) = Drive::take_up(subject, histories, now);
    let drive = if is_shared { drive.shared() } else { drive };
    let pump = Pump {
        wishes,
        news: news.clone(),
        flights: Flights::default(),
        is_shared,
    };
    let mut shell = Shell {
        drive,
        steady,
        around,
        echoes,
        news,
        waiting: BTreeMap::new(),
        last_ticket: 0,
        under_way: 0,
        claims,
        door: Door::open(is_shared, ticks_ms),
    };
    let task = spawn("loop", async move {
        let _guard = Ending(Arc::clone(&shell.around.pulse));
        shell.carry_out(first);
        hit("loop-begins");
        shell.run(inbox, returns, handed).await;
        shell.around.writer
    });
    (pump, task)
}

/// Notes the loop's end, also when it ends by a defect.
struct Ending(Arc<Pulse>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.note_stopped();
    }
}

struct Shell {
    drive: Drive,
    steady: Steady,
    around: Surroundings,
    echoes: mpsc::UnboundedSender<Input>,
    news: broadcast::Sender<News>,
    waiting: BTreeMap<Ticket, Reply>,
    last_ticket: u64,
    /// Commits and asks whose echo is still to come.
    under_way: usize,
    claims: mpsc::UnboundedSender<Handed>,
    door: Door,
}

/// What woke the loop.
enum Cue {
    Echo(Input),
    Wish(Wish),
    Handed(Handed),
    Time,
    Stop,
}

impl Shell {
    async fn run(
        &mut self,
        mut inbox: mpsc::Receiver<Wish>,
        mut returns: mpsc::UnboundedReceiver<Input>,
        mut handed: mpsc::UnboundedReceiver<Handed>,
    ) {
        let mut stop = self.around.stop.clone();
        while self.around.writer.is_running() {
            if self.door.is_claim_due(self.around.world.ticks_ms()) {
                self.claim(Vec::new());
            }
            let cue = tokio::select! {
                biased;
                () = stopped(&mut stop) => Cue::Stop,
                Some(echo) = returns.recv() => Cue::Echo(echo),
                Some(handed) = handed.recv() => Cue::Handed(handed),
                () = tokio::time::sleep(self.nap()) => Cue::Time,
                Some(wish) = inbox.recv() => Cue::Wish(wish),
            };
            self.note_awake();
            match cue {
                Cue::Echo(input) => self.echo(input),
                Cue::Wish(wish) => self.grant(wish),
                Cue::Handed(handed) => self.handed(handed),
                Cue::Time => self.step(Input::Tick),
                Cue::Stop => break,
            }
        }
        if !self.around.writer.is_running() {
            tracing::error!("the record's writer has ended by a defect, and so does the program");
        }
        self.door.close(self.around.world.ticks_ms());
        inbox.close();
        // What came before is told so, and does not have to wonder.
        while let Ok(wish) = inbox.try_recv() {
            self.grant(wish);
        }
        drop(inbox);
        hit("loop-stops");
        self.run_out(&mut returns).await;
    }

    /// Hears the answers that are on their way, so that fewer charges are in doubt at the next
    /// start. What is missed is found out then.
    async fn run_out(&mut self, returns: &mut mpsc::UnboundedReceiver<Input>) {
        let last_wait = Duration::from_millis(LAST_WAIT_MS.unsigned_abs());
        let end = Instant::now() + last_wait;
        while !self
            .door
            .is_over(self.under_way, self.around.world.ticks_ms())
        {
            let Ok(Some(input)) = tokio::time::timeout_at(end, returns.recv()).await else {
                break;
            };
            self.echo(input);
        }
        tracing::info!(charge.open = self.drive.open_count(), "the loop has ended");
    }

    fn echo(&mut self, input: Input) {
        self.under_way = self.under_way.saturating_sub(1);
        self.step(input);
    }

    fn nap(&self) -> Duration {
        let Some(at) = self.drive.wake_at() else {
            return NAP_MAX;
        };
        let ms = at
            .ms_since(self.steady.at(self.around.world.ticks_ms()))
            .max(0);
        Duration::from_millis(u64::try_from(ms).unwrap_or_default()).clamp(NAP_MIN, NAP_MAX)
    }

    fn step(&mut self, input: Input) {
        let now = self.now();
        hit("loop-input");
        let outputs = self.drive.step(input, now);
        hit("loop-decided");
        self.carry_out(outputs);
        self.around.pulse.note_open(self.drive.open_count());
    }

    /// The time that the drive goes by: deadlines are kept while somebody sets the clock.
    fn now(&mut self) -> Stamp {
        let world = &self.around.world;
        self.steady
            .follow(world.now(), world.ticks_ms(), self.drive.is_idle())
    }

    fn note_awake(&mut self) {
        if let Some(slept_ms) = self.door.note_awake(self.around.world.ticks_ms()) {
            tracing::warn!(
                slept_ms,
                "the program was frozen; what was asked before is refused"
            );
        }
    }

    fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Open { ask, reply } => match self.entry(Knock::Open(&ask)) {
                // What is not open yet is nobody's.
                Entry::In | Entry::Fetch => self.open(ask, reply),
                Entry::Away(kind) => reply.send(Err(refused(kind))),
            },
            Wish::Cancel { charge, reply } => match self.entry(Knock::Cancel(charge)) {
                Entry::In => self.cancel(charge, reply),
                Entry::Fetch => self.claim(vec![Fetch::Cancel { charge, reply }]),
                Entry::Away(kind) => reply.send(Err(refused(kind))),
            },
            Wish::Refund { ask, reply } => match self.entry(Knock::Refund(&ask)) {
                Entry::In => self.refund(ask, reply),
                Entry::Fetch => self.claim(vec![Fetch::Refund { ask, reply }]),
                Entry::Away(kind) => reply.send(Err(refused(kind))),
            },
            Wish::Notice {
                charge,
                notice,
                history,
                reply,
            } => match self.entry(Knock::Notice) {
                Entry::In | Entry::Fetch => self.weigh(charge, notice, history, reply),
                Entry::Away(kind) => reply.send(Err(refused(kind))),
            },
            // Whoever wrote it may have taken it from us.
            Wish::Abroad { charge } => self.door.note_abroad(charge, &self.drive),
            Wish::Close { key, answer } => self.close(key, answer),
            Wish::Shelve { next, answer } => match self.entry(Knock::Shelve) {
                Entry::In | Entry::Fetch => self.shelve(next, answer),
                Entry::Away(kind) => drop(answer.send(Err(kind))),
            },
            Wish::Look { answer } => {
                let seq = self.around.pulse.seq();
                let open = self.drive.open_histories();
                let _ = answer.send(open.filter_map(|history| told(history, seq)).collect());
            }
        }
    }

    fn entry(&self, knock: Knock<'_>) -> Entry {
        let is_refused = self.around.pulse.is_refused();
        self.door.entry(knock, &self.drive, is_refused)
    }

    fn wait(&mut self, reply: Reply) -> Ticket {
        self.last_ticket += 1;
        let ticket = Ticket(self.last_ticket);
        self.waiting.insert(ticket, reply);
        ticket
    }

    fn carry_out(&mut self, outputs: Vec<Output>) {
        for output in outputs {
            match output {
                Output::Commit { token, batch } => self.commit(token, batch),
                Output::Ask {
                    charge,
                    amount,
                    asked,
                    ask,
                } => self.ask(charge, amount, asked, ask),
                Output::Answer { ticket, answer } => {
                    if let Some(waiting) = self.waiting.remove(&ticket) {
                        hit("loop-answer");
                        waiting.send(answer);
                        hit("loop-answered");
                    }
                }
                Output::Publish { history, seq, .. } => self.publish(&history, seq),
                Output::Alarm { charge, what } => {
                    self.around.pulse.note_alarm(charge, what);
                    tracing::error!(
                        charge.id = charge.as_str(),
                        "a charge needs a person: {what}"
                    );
                }
            }
        }
    }

    fn commit(&mut self, token: u64, batch: Batch) {
        self.under_way += 1;
        hit("loop-commit");
        let echoes = self.echoes.clone();
        let pulse = Arc::clone(&self.around.pulse);
        let done = move |verdict: Result<Verdict, StoreFault>| {
            let fault = verdict.as_ref().err().cloned();
            pulse.note_writable(fault.is_none());
            hit("commit-echo");
            // Before the log, which is of less worth.
            let _ = echoes.send(Input::Committed { token, verdict });
            if let Some(fault) = fault {
                tracing::error!(store.fault = %fault, "a commit was not written");
            }
        };
        if self.around.writer.submit(batch, Box::new(done)).is_err() {
            let verdict = Err(StoreFault::Busy);
            let _ = self.echoes.send(Input::Committed { token, verdict });
        }
    }

    fn ask(&mut self, charge: ChargeId, amount: Amount, asked: Asked, ask: Ask) {
        self.under_way += 1;
        let line = Arc::clone(&self.around.line);
        let lost = match ask.refund() {
            None => heard(charge, asked, Outcome::Unknown(Doubt::Lost)),
            Some(no) => heard_refund((charge, no), asked, RefundOutcome::Unknown(Doubt::Lost)),
        };
        let echo = Echo {
            input: Some(lost),
            echoes: self.echoes.clone(),
        };
        let (leave_by, steady) = (self.drive.leave_by(charge), self.steady);
        let world = Arc::clone(&self.around.world);
        spawn("ask", async move {
            let mut echo = echo;
            hit("ask-begins");
            // Judged once more at the last moment: the process may have stood still since.
            let is_late = leave_by.is_some_and(|by| by <= steady.at(world.ticks_ms()));
            let unsent = Doubt::Unreachable;
            let input = match ask.refund() {
                None if is_late => heard(charge, asked, Outcome::Unknown(unsent)),
                Some(no) if is_late => {
                    heard_refund((charge, no), asked, RefundOutcome::Unknown(unsent))
                }
                None => heard(charge, asked, line.carry(&ask, amount).await),
                Some(no) => {
                    let outcome = line.carry_refund(&ask, amount).await;
                    heard_refund((charge, no), asked, outcome)
                }
            };
            echo.input = Some(input);
            hit("ask-ends");
        });
    }

    fn publish(&self, history: &[Event], seq: u64) {
        hit("loop-publish");
        self.around.pulse.note_seq(seq);
        if let Some(news) = told(history, seq) {
            // Nobody listening is no fault.
            let _ = self.news.send(news);
        }
        if !self.around.writer.is_shared() {
            // Nobody else has anything to tell of what stands before.
            self.around.pulse.note_told(seq);
        }
    }
}

/// Brings an ask's outcome home when dropped: the loop hears of every ask, also of one whose task
/// stopped by a defect, as lost.
struct Echo {
    input: Option<Input>,
    echoes: mpsc::UnboundedSender<Input>,
}

impl Drop for Echo {
    fn drop(&mut self) {
        if let Some(input) = self.input.take() {
            let _ = self.echoes.send(input);
        }
    }
}

const fn heard(charge: ChargeId, asked: Asked, outcome: Outcome) -> Input {
    Input::Heard {
        charge,
        asked,
        outcome,
    }
}

const fn heard_refund(
    (charge, refund): (ChargeId, RefundNo),
    asked: Asked,
    outcome: RefundOutcome,
) -> Input {
    Input::HeardRefund {
        charge,
        refund,
        asked,
        outcome,
    }
}

/// A history as screens are told of it.
fn told(history: &[Event], seq: u64) -> Option<News> {
    let view = charge_view(history).ok()?;
    let json = serde_json::to_string(&view).ok()?;
    Some(News {
        seq,
        json: json.into(),
    })
}
