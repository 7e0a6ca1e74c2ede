//! Which compiler can make WebAssembly on this machine.

use std::env;
use std::path::Path;
use std::process::Command;

use crate::fault::Fault;
use crate::need::{self, Right};
use crate::{call, show};

/// The target's name for both compilers.
pub(super) const TARGET: &str = "wasm32-unknown-unknown";

const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library";

/// Debian's tools for WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tools {
    /// Compiler, the library's source and a linker are there.
    Installed,
    /// apt-get knows them.
    Known,
    /// Another system, or an old one.
    Absent,
}

/// What was seen of the machine.
#[derive(Clone, Copy, Debug)]
struct Seen {
    /// The compiler in use has the target's standard library.
    target: bool,
    /// Debian's tools.
    tools: Tools,
    /// Who may install packages.
    right: Right,
    /// rustup is here and nobody forbade it to download.
    rustup: bool,
}

/// How the pages will be compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As any program.
    Ordinary,
    /// With Debian's compiler, which builds the standard library too.
    Debian,
    /// The same, after installing it.
    InstallDebian,
    /// As any program, after rustup has fetched the target.
    AddTarget,
    /// Not before a person has done something.
    ByHand,
}

/// The first way that works, from the one that changes nothing to the one that asks a person.
fn choose(seen: Seen) -> Way {
    if seen.target {
        return Way::Ordinary;
    }
    match (seen.tools, seen.right) {
        (Tools::Installed, _) => Way::Debian,
        (Tools::Known, Right::Root | Right::Sudo) => Way::InstallDebian,
        (Tools::Known, Right::Nobody) | (Tools::Absent, _) if seen.rustup => Way::AddTarget,
        (Tools::Known, Right::Nobody) | (Tools::Absent, _) => Way::ByHand,
    }
}

fn look() -> Seen {
    let (target, right) = (has_target(), Right::here());
    let is_installed =
        || Path::new(DEBIAN_SOURCE).is_dir() && need::missing_web_toolchain().is_empty();
    // Asking apt-get may take a while and is needed only where nothing is there yet.
    let tools = if target {
        Tools::Absent
    } else if is_installed() {
        Tools::Installed
    } else if need::has_web_candidate(right) {
        Tools::Known
    } else {
        Tools::Absent
    };
    let is_forbidden = env::var_os("RUSTUP_AUTO_INSTALL").is_some_and(|word| word == "0");
    Seen {
        target,
        tools,
        right,
        rustup: call::has("rustup") && !is_forbidden,
    }
}

/// Whether the compiler in use has the target's `core`.
fn has_target() -> bool {
    let mut rustc = call::program("rustc");
    let Some(folder) = call::text(rustc.args(["--print", "target-libdir", "--target", TARGET]))
    else {
        return false;
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

/// The cargo to call, ready but for profile and packages. Installs what it needs.
pub(super) fn cargo() -> Result<Command, Fault> {
    let mut cargo = match choose(look()) {
        Way::Ordinary => call::cargo(),
        Way::Debian => debian(),
        Way::InstallDebian => {
            need::install_web_toolchain(Right::here())?;
            debian()
        }
        Way::AddTarget => {
            show::line("Adding the WebAssembly target with rustup: the web pages are WebAssembly.");
            call::run(call::program("rustup").args(["target", "add", TARGET]))?;
            call::cargo()
        }
        Way::ByHand => return Err(Fault::ByHand(BY_HAND.into())),
    };
    // The scanner reads 16 pixels at a time; every browser in the support list has these. Views of
    // one type each, rather than one type a view, make the till's program a fourteenth smaller.
    cargo.env(
        "RUSTFLAGS",
        "-C target-feature=+simd128 --cfg erase_components",
    );
    Ok(cargo)
}

const BY_HAND: &str = "\
The web pages are WebAssembly, and this Rust cannot make it yet. Either run \
`rustup target add wasm32-unknown-unknown`, or on Debian 12 or later `sudo apt-get update && \
sudo apt-get install -y --no-install-recommends rustc-web cargo-web rust-web-src rust-web-llvm` \
and then the linker that `readlink /usr/bin/rust-lld` names. Then repeat this command.";

/// Debian's cargo. It would find rustup's compiler first, so its own is named; rustup's variables
/// would mislead it.
fn debian() -> Command {
    let mut cargo = call::program("/usr/bin/cargo");
    for key in ["RUSTUP_TOOLCHAIN", "CARGO", "RUSTDOC"] {
        cargo.env_remove(key);
    }
    // The library is built from source, which a released compiler does only when told that it may.
    cargo
        .env("RUSTC", "/usr/bin/rustc")
        .env("RUSTC_BOOTSTRAP", "1");
    cargo.args(["-Z", "build-std=std,panic_abort"]);
    cargo.args(["-Z", "build-std-features=optimize_for_size"]);
    cargo
}

#[cfg(test)]
mod tests {
    use super::{Right, Seen, Tools, Way, choose};

    const BARE: Seen = Seen {
        target: false,
        tools: Tools::Absent,
        right: Right::Nobody,
        rustup: false,
    };

    #[test]
    fn a_target_that_is_there_is_used_whatever_else_there_is() {
        let seen = Seen {
            target: true,
            tools: Tools::Installed,
            right: Right::Root,
            ..BARE
        };
        assert_eq!(choose(seen), Way::Ordinary);
    }

    #[test]
    fn debian_tools_that_are_there_need_no_right() {
        let seen = Seen {
            tools: Tools::Installed,
            rustup: true,
            ..BARE
        };
        assert_eq!(choose(seen), Way::Debian);
    }

    #[test]
    fn debian_as_root_or_with_sudo_installs_its_own_tools() {
        for right in [Right::Root, Right::Sudo] {
            let seen = Seen {
                tools: Tools::Known,
                right,
                rustup: true,
                ..BARE
            };
            assert_eq!(choose(seen), Way::InstallDebian);
        }
    }

    #[test]
    fn without_right_or_tools_rustup_fetches_the_target() {
        let no_right = Seen {
            tools: Tools::Known,
            rustup: true,
            ..BARE
        };
        assert_eq!(choose(no_right), Way::AddTarget);
        let no_tools = Seen {
            right: Right::Root,
            rustup: true,
            ..BARE
        };
        assert_eq!(choose(no_tools), Way::AddTarget);
    }

    #[test]
    fn no_package_manager_and_no_rustup_leaves_it_to_a_person() {
        assert_eq!(choose(BARE), Way::ByHand);
        assert!(super::BY_HAND.contains("rustup target add wasm32-unknown-unknown"));
    }
}
