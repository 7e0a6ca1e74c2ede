//! `cargo xtask run`: from a fresh clone to a till in the browser.

use std::env;
use std::process::Command;

use crate::fault::Fault;
use crate::{call, show, web};

/// Builds what has changed, then becomes the program.
pub(crate) fn run(options: &[&str]) -> Result<(), Fault> {
    web::build(web::Profile::Web)?;
    let binary = release_binary()?;
    let mut serve = call::program(binary);
    serve.args(serve_words(options, env::var_os("SCANTILL_HOME").is_some()));
    // A folder that the person names is meant from where they stand.
    if let Ok(here) = env::current_dir() {
        serve.current_dir(here);
    }
    become_it(&mut serve)
}

/// Builds the release program with the pages inside and says where it is.
pub(crate) fn release_binary() -> Result<std::path::PathBuf, Fault> {
    show::line("Building the program in release. The first time takes some minutes.");
    call::run(call::cargo().args(["build", "--locked", "--release", "-p", "scantill"]))?;
    Ok(call::target().join("release/scantill"))
}

/// The words after `scantill`. The home folder is named here, so that it lies in the working copy
/// wherever the command was typed; every other default is the program's own.
fn serve_words(options: &[&str], is_home_set: bool) -> Vec<String> {
    let mut words = vec!["serve".to_owned(), "--sandbox".to_owned()];
    let names_home = |word: &&str| *word == "--home" || word.starts_with("--home=");
    if !is_home_set && !options.iter().any(names_home) {
        let home = call::root().join("scantill-home");
        words.extend(["--home".to_owned(), home.display().to_string()]);
    }
    let mut rest = options.iter();
    while let Some(word) = rest.next() {
        match (*word, rest.as_slice().first()) {
            ("--port", Some(port)) => {
                words.extend(["--listen".to_owned(), format!("127.0.0.1:{port}")]);
                rest.next();
            }
            (word, _) => words.push(word.to_owned()),
        }
    }
    words
}

/// Replaces this process, so that Ctrl-C and the exit code are the program's own.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<(), Fault> {
    use std::os::unix::process::CommandExt;
    let source = command.exec();
    Err(Fault::Unstarted {
        command: "scantill serve --sandbox".into(),
        source,
    })
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<(), Fault> {
    call::run(command)
}

#[cfg(test)]
mod tests {
    use super::serve_words;

    #[test]
    fn home_is_named_unless_the_person_names_one() {
        for own in [&["--home", "/tmp/shop"][..], &["--home=/tmp/shop"]] {
            let words = serve_words(own, false);
            assert_eq!(words[..2], ["serve", "--sandbox"]);
            assert_eq!(words[2..], *own);
        }
        assert_eq!(serve_words(&[], true), ["serve", "--sandbox"]);
        let usual = serve_words(&[], false);
        assert_eq!(usual[2], "--home");
        assert!(usual[3].ends_with("scantill-home"));
    }

    #[test]
    fn a_port_is_one_of_this_machine() {
        let words = serve_words(&["--port", "9000", "--shop", "茶"], true);
        assert_eq!(words[2..], ["--listen", "127.0.0.1:9000", "--shop", "茶"]);
    }
}
