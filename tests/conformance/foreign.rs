//! Programs in other languages: where their packages are, and how they are run to their end.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use sandbox::Credentials;
use serde_json::json;
use tests::home::Home;
use tokio::process::Command;

/// A language whose packages were installed.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tongue {
    /// The official SDK, from npm.
    Node,
    /// A client that is widely used, from `PyPI`.
    Python,
}

/// Where `cargo xtask test` put the packages.
fn packages() -> PathBuf {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/conformance");
    std::env::var_os("SCANTILL_CONFORMANCE").map_or(usual, PathBuf::from)
}

fn script(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance");
    folder.join(name)
}

/// The program that runs a script of this tongue, with the script's packages at hand.
///
/// # Panics
/// When the packages are not installed.
pub(crate) fn command(tongue: Tongue, name: &str) -> Command {
    let packages = packages();
    let (program, witness) = match tongue {
        Tongue::Node => (PathBuf::from("node"), packages.join("node/node_modules")),
        Tongue::Python => {
            let python = packages.join("python/bin/python");
            (python.clone(), python)
        }
    };
    assert!(
        witness.exists(),
        "the foreign clients are not installed ({} is missing); `cargo xtask conformance` \
         installs them and runs this suite",
        witness.display()
    );
    let mut command = Command::new(program);
    command
        .arg(script(name))
        .env("CONFORMANCE_NODE", packages.join("node"))
        // The Python client writes the machine's wall clock where Alipay reads Beijing's.
        .env("TZ", "CST-8")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Writes what a merchant needs into a file that scripts read; gives its path.
pub(crate) fn paper(home: &Home, base: &str, account: &Credentials) -> String {
    let path = home.file("account.json");
    let text = json!({
        "base": base,
        "gateway": account.gateway,
        "app_id": account.app_id,
        "app_private_key": account.app_private_key,
        "alipay_public_key": account.alipay_public_key,
        "app_cert": account.app_cert,
        "alipay_cert": account.alipay_cert,
        "root_cert": account.root_cert,
    });
    std::fs::write(&path, text.to_string()).expect("the home can be written");
    path
}

/// Runs a command to its end; it must end well and say how many checks it made.
///
/// # Panics
/// When it does not, with all that it said.
pub(crate) async fn checks(mut command: Command, least: usize) {
    let done = command.output().await;
    let done = done.unwrap_or_else(|fault| panic!("{command:?} could not be started: {fault}"));
    let said = String::from_utf8_lossy(&done.stdout);
    let complaint = String::from_utf8_lossy(&done.stderr);
    let count = said.lines().filter(|line| line.starts_with("ok ")).count();
    assert!(
        done.status.success() && count >= least,
        "{command:?}: {}, {count} checks of at least {least}\n{said}{complaint}",
        done.status
    );
}
