//! What changed at the bank, for merchants who want to be told.

use money::OrderNo;

use super::Bank;

/// A change of an order whose merchant named an address for notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// Which order.
    pub order: OrderNo,
    /// The number of the refund that changed it; `None` when it was paid, closed or cancelled.
    pub refund: Option<String>,
}

impl Bank {
    /// Notes a change, if its merchant wants to be told.
    pub(super) fn tell(&mut self, order: &OrderNo, refund: Option<&str>) {
        let found = self.orders.get(order);
        if found.is_some_and(|order| order.notify_url.is_some()) {
            self.news.push(News {
                order: order.clone(),
                refund: refund.map(str::to_owned),
            });
        }
    }

    /// Hands over the changes since the last time, oldest first.
    pub fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.news)
    }
}
