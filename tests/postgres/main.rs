//! The real program on a real PostgreSQL: a whole sale, starts that cannot work, two servers of
//! which one is killed, or frozen, while charges are open, requests that come late to one of them,
//! carts whose prices change, a primary that is lost under load, and one that is frozen.

mod alone;
mod cart;
mod copies;
mod failover;
mod freeze;
mod frozen;
mod late;
mod pair;
mod report;
mod sale;
mod starts;
mod tills;
mod tls;
mod two;

use std::sync::OnceLock;

use tests::postgres::Cluster;

/// One PostgreSQL for all tests of this suite; it ends with the suite.
fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}
