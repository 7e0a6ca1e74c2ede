//! A fresh folder for one shop, removed when the test is over.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own.
#[derive(Debug)]
pub struct Home {
    path: PathBuf,
}

impl Home {
    /// Makes an empty folder that no other test has.
    ///
    /// # Panics
    /// When the folder cannot be made.
    pub fn fresh() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("scantill-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).expect("the temporary folder can be made");
        Self { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a file in it, as an option of the program wants it.
    pub fn file(&self, name: &str) -> String {
        self.path.join(name).display().to_string()
    }

    /// The file of this name, wherever it lies below.
    ///
    /// # Panics
    /// When there is none.
    pub fn file_named(&self, name: &str) -> PathBuf {
        let mut files = files_below(&self.path).into_iter();
        let found = files.find(|file| file.file_name().is_some_and(|own| own == name));
        found.unwrap_or_else(|| panic!("no {name} below {}", self.path.display()))
    }

    /// Files below it that hold one of these texts anywhere in their bytes.
    pub fn files_with(&self, needles: &[String]) -> Vec<PathBuf> {
        files_below(&self.path)
            .into_iter()
            .filter(|file| has_any(file, needles))
            .collect()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        // What is left behind in the temporary folder harms nobody.
        drop(fs::remove_dir_all(&self.path));
    }
}

fn has_any(file: &Path, needles: &[String]) -> bool {
    let bytes = fs::read(file).unwrap_or_default();
    needles
        .iter()
        .any(|needle| holds(&bytes, needle.as_bytes()))
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_path_buf()];
    let mut files = Vec::new();
    while let Some(next) = folders.pop() {
        let entries = fs::read_dir(&next).into_iter().flatten().flatten();
        for path in entries.map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::Home;

    #[test]
    fn a_text_in_any_file_is_found_and_the_folder_goes_away() {
        let home = Home::fresh();
        std::fs::create_dir(home.path().join("deep")).expect("a folder");
        std::fs::write(home.path().join("deep/file"), b"\0\0needle\0").expect("a file");
        assert_eq!(home.files_with(&["needle".to_owned()]).len(), 1);
        assert_eq!(home.files_with(&["thread".to_owned()]).len(), 0);
        let path = home.path().to_path_buf();
        drop(home);
        assert!(!path.exists());
    }
}
