//! What the machine needs beside rustup's cargo, and how it gets there.

use std::path::Path;

use crate::fault::Fault;
use crate::{call, show};

/// Debian's Rust for the browser. Its linker is looked up after these are in place.
const WEB_TOOLCHAIN: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"];

/// Debian's name of the linker that the tools above use: a link to one of several versions.
const LINKER: &str = "/usr/bin/rust-lld";

/// Who may install packages here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    /// This process itself.
    Root,
    /// Through sudo, which may ask for a password.
    Sudo,
    /// Nobody, or there is no apt-get.
    Nobody,
}

impl Right {
    /// Looks at this machine.
    pub(crate) fn here() -> Self {
        let is_root = || call::text(call::program("id").arg("-u")).as_deref() == Some("0");
        if !call::has("apt-get") {
            Self::Nobody
        } else if is_root() {
            Self::Root
        } else if call::has("sudo") {
            Self::Sudo
        } else {
            Self::Nobody
        }
    }

    /// The words before `apt-get`, or nothing when it may not be called.
    fn before_apt(self) -> Option<&'static [&'static str]> {
        match self {
            Self::Root => Some(&["env", "DEBIAN_FRONTEND=noninteractive"]),
            Self::Sudo => Some(&["sudo", "env", "DEBIAN_FRONTEND=noninteractive"]),
            Self::Nobody => None,
        }
    }
}

/// Installs Debian packages, after one sentence that says which and why.
pub(crate) fn install(right: Right, packages: &[String], why: &str) -> Result<(), Fault> {
    let Some(before) = right.before_apt() else {
        return Err(Fault::ByHand(by_hand(packages, why)));
    };
    show::line(&format!(
        "Installing {} with apt-get: {why}.",
        packages.join(", ")
    ));
    let in_words = |fault: Fault| Fault::ByHand(format!("{fault} {}", by_hand(packages, why)));
    apt(before, &["update", "-qq"]).map_err(in_words)?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(packages.iter().map(String::as_str));
    apt(before, &words).map_err(in_words)
}

fn apt(before: &[&str], words: &[&str]) -> Result<(), Fault> {
    let Some((first, rest)) = before.split_first() else {
        return Ok(());
    };
    // Another apt-get may be at work on a fresh machine: wait for it.
    let lock = ["apt-get", "-o", "DPkg::Lock::Timeout=300"];
    call::run(call::program(first).args(rest).args(lock).args(words))
}

/// The sentence for a person who has to install by hand.
fn by_hand(packages: &[String], why: &str) -> String {
    format!(
        "Missing: {} ({why}). On Debian or Ubuntu run `sudo apt-get update && sudo apt-get install \
         -y --no-install-recommends {}`; elsewhere install the same with your package manager. \
         Then repeat this command.",
        packages.join(", "),
        packages.join(" ")
    )
}

/// Whether a Debian package is installed.
fn is_installed(package: &str) -> bool {
    let status = call::text(call::program("dpkg-query").args(["-W", "-f=${Status}", package]));
    status.as_deref() == Some("install ok installed")
}

/// Those of Debian's packages for the web toolchain that are missing.
pub(crate) fn missing_web_toolchain() -> Vec<String> {
    let packages = WEB_TOOLCHAIN
        .iter()
        .filter(|package| !is_installed(package));
    packages
        .map(|package| (*package).to_owned())
        .chain(missing_linker())
        .collect()
}

/// The package behind [`LINKER`], when the link leads nowhere. No package asks for it by itself.
fn missing_linker() -> Option<String> {
    if Path::new(LINKER).exists() {
        return None;
    }
    let aim = std::fs::read_link(LINKER).ok()?;
    aim.file_name()
        .map(|name| name.to_string_lossy().into_owned())
}

/// Installs Debian's web toolchain: twice, because only the first round shows which linker it is.
pub(crate) fn install_web_toolchain(right: Right) -> Result<(), Fault> {
    let why = "this Rust has no WebAssembly target, and the web pages are WebAssembly";
    for _ in 0..2 {
        let missing = missing_web_toolchain();
        if !missing.is_empty() {
            install(right, &missing, why)?;
        }
    }
    Ok(())
}

/// Whether apt-get could install Debian's web toolchain; reads the package lists if there are none.
pub(crate) fn has_web_candidate(right: Right) -> bool {
    let candidate = || {
        call::text(call::program("apt-cache").args(["show", "--no-all-versions", "rustc-web"]))
            .is_some_and(|text| !text.is_empty())
    };
    if candidate() {
        return true;
    }
    right
        .before_apt()
        .is_some_and(|before| apt(before, &["update", "-qq"]).is_ok())
        && candidate()
}

/// What the browser tests need: name of the package, whether it is there.
fn browser_needs() -> [(&'static str, bool); 3] {
    // Without a font for them Chinese characters are boxes on every screenshot.
    let has_font = is_installed("fonts-noto-cjk")
        || call::text(call::program("fc-list").args([":lang=zh-cn", "family"]))
            .is_some_and(|fonts| !fonts.is_empty());
    let has_browser = ["chromium", "chromium-browser", "google-chrome"];
    [
        ("chromium", has_browser.iter().any(|name| call::has(name))),
        ("chromium-driver", call::has("chromedriver")),
        ("fonts-noto-cjk", has_font),
    ]
}

/// Sees to it that a browser with its driver and a Chinese font are there.
pub(crate) fn browser() -> Result<(), Fault> {
    let missing = missing(&browser_needs());
    if missing.is_empty() {
        return Ok(());
    }
    install(
        Right::here(),
        &missing,
        "the browser tests drive a real Chromium in two languages",
    )
}

/// Sees to it that Node and Python are there, with what installs packages for them.
pub(crate) fn foreign() -> Result<(), Fault> {
    let has_venv = ["-c", "import ensurepip, venv"];
    let missing = missing(&[
        ("nodejs", call::has("node")),
        ("npm", call::has("npm")),
        ("python3", call::has("python3")),
        (
            "python3-venv",
            call::text(call::program("python3").args(has_venv)).is_some(),
        ),
    ]);
    if missing.is_empty() {
        return Ok(());
    }
    let why = "what others wrote checks ours, and it is in Node and Python";
    install(Right::here(), &missing, why)
}

/// Sees to it that a reader of codes in C++ can be built.
pub(crate) fn foreign_scanner() -> Result<(), Fault> {
    let missing = missing(&[("cmake", call::has("cmake")), ("g++", call::has("c++"))]);
    if missing.is_empty() {
        return Ok(());
    }
    let why = "the scanner is measured beside one in C++, which is built for that";
    install(Right::here(), &missing, why)
}

/// Sees to it that PostgreSQL's programs are there. Tests start their own; nothing else must run.
pub(crate) fn database() -> Result<(), Fault> {
    let versions = std::fs::read_dir("/usr/lib/postgresql");
    let versions = versions.into_iter().flatten().flatten();
    let has_programs = |folder: &Path| folder.join("bin/initdb").exists();
    let missing = missing(&[(
        "postgresql",
        versions
            .map(|version| version.path())
            .any(|folder| has_programs(&folder)),
    )]);
    if missing.is_empty() {
        return Ok(());
    }
    let why = "the record also lives in PostgreSQL, and its tests start a real one";
    install(Right::here(), &missing, why)
}

/// All that the test run needs: browser, database, and the web toolchain where Debian has it.
pub(crate) fn all() -> Result<(), Fault> {
    browser()?;
    database()?;
    crate::web::prepare()
}

fn missing(needs: &[(&str, bool)]) -> Vec<String> {
    let missing = needs.iter().filter(|(_, is_there)| !is_there);
    missing.map(|(package, _)| (*package).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{Right, by_hand, install, missing};

    #[test]
    fn root_calls_apt_itself_and_others_go_through_sudo() {
        assert_eq!(
            Right::Root.before_apt().and_then(<[_]>::first),
            Some(&"env")
        );
        assert_eq!(
            Right::Sudo.before_apt().and_then(<[_]>::first),
            Some(&"sudo")
        );
        assert_eq!(Right::Nobody.before_apt(), None);
    }

    #[test]
    fn only_what_is_missing_is_asked_for() {
        assert_eq!(
            missing(&[("chromium", true), ("chromium-driver", false)]),
            ["chromium-driver"]
        );
        assert!(missing(&[("chromium", true)]).is_empty());
    }

    #[test]
    fn who_may_not_install_is_told_the_exact_command() {
        let packages = ["chromium".to_owned(), "chromium-driver".to_owned()];
        let fault = install(Right::Nobody, &packages, "tests need them").expect_err("no right");
        let sentence = fault.to_string();
        assert_eq!(sentence, by_hand(&packages, "tests need them"));
        assert!(sentence.contains("--no-install-recommends chromium chromium-driver`"));
    }
}
