//! `scantill sandbox`, and the sandbox inside `scantill serve --sandbox`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use ::sandbox::{Credentials, Sandbox};
use money::World;
use tokio::net::TcpListener;

use crate::fault::Fault;
use crate::settings::Paper;
use crate::world::{self, Machine};
use crate::{options, seal, serve, tell};

/// The folder of the sandbox's keys in the home folder.
const KEYS: &str = "sandbox";
/// What a merchant gets from this bank, in key mode and in certificate mode.
const PAPERS: [&str; 2] = ["alipay.toml", "alipay-cert.toml"];

/// A sandbox that has a port and its keys, but does not answer yet.
pub(crate) struct Bank {
    /// What its merchant needs.
    pub credentials: Credentials,
    sandbox: Sandbox,
    listener: TcpListener,
    address: SocketAddr,
}

/// Opens the port that `option` names and reads the keys, or makes them at the first start.
///
/// # Errors
/// A [`Fault`] that says why it cannot start.
pub(crate) async fn open(
    home: &Path,
    listen: &str,
    option: &'static str,
    world: &Arc<dyn World>,
) -> Result<Bank, Fault> {
    let listener = serve::listen(listen, option).await?;
    let path = home.join(KEYS);
    let fault = |cause: String| Fault::Sandbox {
        path: path.clone(),
        cause,
    };
    let address = listener
        .local_addr()
        .map_err(|error| fault(error.to_string()))?;
    let sandbox = Sandbox::create(&path, Arc::clone(world));
    let sandbox = sandbox.map_err(|error| fault(error.to_string()))?;
    let credentials = sandbox.account(&format!("{}/gateway.do", serve::address(address)));
    Ok(Bank {
        credentials,
        sandbox,
        listener,
        address,
    })
}

impl Bank {
    /// Answers from now on, until the program ends.
    pub(crate) fn run(self) -> SocketAddr {
        server::spawn::spawn("sandbox", self.sandbox.serve(self.listener));
        self.address
    }
}

/// Runs only the sandbox, until the program is asked to end.
///
/// # Errors
/// A [`Fault`] that says why it cannot start.
pub(crate) async fn sandbox(options: options::Sandbox) -> Result<(), Fault> {
    let world: Arc<dyn World> = Arc::new(Machine::checked()?);
    let home = &options.home.dir;
    serve::prepare(home)?;
    let bank = open(home, &options.listen, "--listen", &world).await?;
    let papers = [
        Paper::sandbox(&bank.credentials),
        Paper::sandbox_certs(&bank.credentials),
    ];
    for (name, paper) in PAPERS.iter().zip(papers) {
        let path = home.join(name);
        let text = paper.text()?;
        seal::write_private(&path, text.as_bytes()).map_err(Fault::home(&path))?;
    }
    let gateway = bank.credentials.gateway.clone();
    let address = serve::address(bank.run());
    tell(&format!("wallet  {address}/wallet"));
    tell(&format!("gateway {gateway}"));
    tell("ready");
    world::asked_to_end().await;
    Ok(())
}
