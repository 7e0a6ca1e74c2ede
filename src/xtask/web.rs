//! `cargo xtask web`: Rust to WebAssembly to a folder of pages that a server can hand out.

mod press;
mod trace;
mod way;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::Instant;

use wasm_bindgen_cli_support::Bindgen;

use crate::fault::Fault;
use crate::tidy::pages;
use crate::{call, show};

/// How the pages are compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As they ship: small.
    Web,
    /// Quick to build again, and twenty times as large.
    WebDev,
}

impl Profile {
    fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::WebDev => "web-dev",
        }
    }

    fn brotli_quality(self) -> u32 {
        match self {
            Self::Web => 11,
            Self::WebDev => 5,
        }
    }
}

/// Builds `target/dist`, unless it is there and nothing it is made of has changed.
pub(crate) fn build(profile: Profile) -> Result<(), Fault> {
    let start = Instant::now();
    let _turn = take_turn()?;
    let trace = trace::of_inputs(&call::root(), profile.as_str())?;
    let kept = trace_file();
    if call::dist().is_dir() && fs::read_to_string(&kept).is_ok_and(|text| text == trace) {
        show::line("The web pages are up to date.");
        return Ok(());
    }
    let programs = compile(profile)?;
    show::line("Putting the web pages together.");
    let making = call::dist().with_extension("making");
    assemble(&programs, &making)?;
    press::folder(&making, profile.brotli_quality())?;
    put_in_place(&making)?;
    fs::write(&kept, &trace).map_err(Fault::file(&kept))?;
    show::line(&format!(
        "The web pages are ready ({}).",
        show::seconds(start.elapsed())
    ));
    if profile == Profile::Web {
        pages::report_sizes()
    } else {
        Ok(())
    }
}

/// Waits until no other build of the pages is under way: they would write the same folder. The turn
/// ends when the file is dropped.
fn take_turn() -> Result<File, Fault> {
    let path = call::dist().with_extension("lock");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Fault::file(folder))?;
    }
    let file = File::create(&path).map_err(Fault::file(&path))?;
    file.lock().map_err(Fault::file(&path))?;
    Ok(file)
}

/// Installs what [`build`] needs, and builds nothing.
pub(crate) fn prepare() -> Result<(), Fault> {
    way::cargo().map(drop)
}

/// Where the fingerprint of the pages in `target/dist` is kept.
pub(crate) fn trace_file() -> PathBuf {
    call::dist().with_extension("trace")
}

/// Compiles both programs in one go, so that the standard library is built once. Returns the
/// folder that holds them. Their target folder is their own: two compilers would throw away each
/// other's work in a shared one.
fn compile(profile: Profile) -> Result<PathBuf, Fault> {
    let mut cargo = way::cargo()?;
    let target = call::root().join("target/web");
    show::line("Building the web pages. The first time takes some minutes.");
    cargo.args([
        "build",
        "--locked",
        "--profile",
        profile.as_str(),
        "--target",
        way::TARGET,
    ]);
    cargo.arg("--target-dir").arg(&target);
    for program in trace::PROGRAMS {
        cargo.args(["-p", program]);
    }
    call::run(&mut cargo)?;
    Ok(target.join(way::TARGET).join(profile.as_str()))
}

/// Builds the bench's reader as the pages are built, with the glue for Node.
pub(crate) fn build_reader(manifest: &Path, place: &Path) -> Result<(), Fault> {
    let program = "reader";
    let target = call::root().join("target/web");
    let mut cargo = way::cargo()?;
    cargo.args([
        "build",
        "--quiet",
        "--locked",
        "--profile",
        "web",
        "--target",
        way::TARGET,
    ]);
    cargo.args(["-p", program, "--target-dir"]).arg(&target);
    call::run(cargo.arg("--manifest-path").arg(manifest))?;
    let built = target.join(way::TARGET).join("web/reader.wasm");
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(built)
        .out_name(program)
        .typescript(false);
    let made = bindgen.nodejs(true).and_then(|node| node.generate(place));
    made.map_err(|fault| Fault::Bindgen {
        program,
        words: format!("{fault:#}"),
    })
}

/// Fills a fresh folder with glue, programs, page and styles.
fn assemble(programs: &Path, making: &Path) -> Result<(), Fault> {
    if making.exists() {
        fs::remove_dir_all(making).map_err(Fault::file(making))?;
    }
    fs::create_dir_all(making).map_err(Fault::file(making))?;
    for program in trace::PROGRAMS {
        bind(programs, program, making).map_err(|words| Fault::Bindgen { program, words })?;
    }
    let root = call::root();
    for (from, to) in [
        ("index.html", "index.html"),
        ("src/till/boot.js", "boot.js"),
        ("src/eye/boot.js", "eye-boot.js"),
    ] {
        copy(&root.join(from), &making.join(to))?;
    }
    copy_folder(&root.join("style"), &making.join("style"))?;
    copy_folder(&root.join("src/till/static"), making)
}

/// wasm-bindgen for one program: `NAME.js` and `NAME_bg.wasm`.
fn bind(programs: &Path, program: &str, making: &Path) -> Result<(), String> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(programs.join(program).with_extension("wasm"))
        .out_name(program);
    bindgen
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    let web = bindgen.web(true).map_err(|fault| format!("{fault:#}"))?;
    web.generate(making).map_err(|fault| format!("{fault:#}"))
}

fn copy(from: &Path, to: &Path) -> Result<(), Fault> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Fault::file(folder))?;
    }
    fs::copy(from, to).map_err(Fault::file(from))?;
    Ok(())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Fault> {
    for path in call::files_under(from)? {
        let inside = path.strip_prefix(from).unwrap_or(&path);
        copy(&path, &to.join(inside))?;
    }
    Ok(())
}

/// Swaps the finished folder in. When it holds the same bytes as the one in place, that one stays,
/// so that the program that embeds it need not be built again.
fn put_in_place(making: &Path) -> Result<(), Fault> {
    let dist = call::dist();
    if contents(making)? == contents(&dist)? {
        return fs::remove_dir_all(making).map_err(Fault::file(making));
    }
    let last = dist.with_extension("last");
    if last.exists() {
        fs::remove_dir_all(&last).map_err(Fault::file(&last))?;
    }
    if dist.exists() {
        fs::rename(&dist, &last).map_err(Fault::file(&dist))?;
    }
    fs::rename(making, &dist).map_err(Fault::file(making))?;
    if last.exists() {
        fs::remove_dir_all(&last).map_err(Fault::file(&last))?;
    }
    Ok(())
}

/// Every file of a folder by its path inside.
fn contents(folder: &Path) -> Result<Vec<(PathBuf, Vec<u8>)>, Fault> {
    let mut all = Vec::new();
    for path in call::files_under(folder)? {
        let bytes = fs::read(&path).map_err(Fault::file(&path))?;
        all.push((path.strip_prefix(folder).unwrap_or(&path).to_owned(), bytes));
    }
    Ok(all)
}
