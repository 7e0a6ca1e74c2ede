//! `cargo xtask run`: from a fresh clone to a till in the browser.

use std::process::Command;

use crate::fault::Fault;
use crate::{call, show, web};

/// Builds what has changed, then becomes the program.
pub(crate) fn run(options: &[&str]) -> Result<(), Fault> {
    web::build(web::Profile::Web)?;
    let binary = release_binary()?;
    let mut serve = call::program(binary);
    serve.args(serve_words(options));
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
fn serve_words(options: &[&str]) -> Vec<String> {
    let mut words = vec!["serve".to_owned(), "--sandbox".to_owned()];
    if !options
        .iter()
        .any(|word| *word == "--home" || word.starts_with("--home="))
    {
        words.extend([
            "--home".to_owned(),
            call::root().join("scantill-home").display().to_string(),
        ]);
    }
    words.extend(options.iter().map(|word| (*word).to_owned()));
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
        let own = serve_words(&["--home", "/tmp/shop", "--port", "9000"]);
        assert_eq!(
            own,
            [
                "serve",
                "--sandbox",
                "--home",
                "/tmp/shop",
                "--port",
                "9000"
            ]
        );
        let usual = serve_words(&[]);
        assert_eq!(usual.get(2).map(String::as_str), Some("--home"));
        assert!(
            usual
                .get(3)
                .is_some_and(|home| home.ends_with("scantill-home"))
        );
    }
}
