//! Requests that are let in, on their way into the loop.

use ledger::Event;
use money::ChargeId;
use provider::Notice;
use store::failpoint::hit;

use super::Shell;
use super::flight::Reply;
use crate::drive::{DeskAsk, Input, RefundDesk};

impl Shell {
    pub(super) fn open(&mut self, ask: DeskAsk, reply: Reply) {
        let ticket = self.wait(reply);
        let entropy = self.around.world.entropy();
        self.step(Input::Open {
            ticket,
            ask,
            entropy,
        });
    }

    pub(super) fn cancel(&mut self, charge: ChargeId, reply: Reply) {
        let ticket = self.wait(reply);
        hit("loop-cancel");
        self.step(Input::Cancel { ticket, charge });
    }

    pub(super) fn refund(&mut self, ask: RefundDesk, reply: Reply) {
        let ticket = self.wait(reply);
        let entropy = self.around.world.entropy();
        self.step(Input::Refund {
            ticket,
            ask,
            entropy,
        });
    }

    pub(super) fn weigh(
        &mut self,
        charge: ChargeId,
        notice: Box<Notice>,
        history: Vec<Event>,
        reply: Reply,
    ) {
        let ticket = self.wait(reply);
        self.step(Input::Noticed {
            ticket,
            charge,
            notice,
            history,
        });
    }
}
