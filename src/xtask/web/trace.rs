//! The fingerprint of everything that a page is made of, so that nothing is built twice.

use std::collections::BTreeSet;
use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::Hasher;
use std::path::{Path, PathBuf};

use crate::call;
use crate::fault::Fault;
use crate::tidy::arrows;

/// The programs that run in the browser.
pub(super) const PROGRAMS: [&str; 2] = ["till", "eye"];

/// Fingerprint of sources, styles, manifests and of how they are put together.
pub(super) fn of_inputs(root: &Path, profile: &str) -> Result<String, Fault> {
    let mut files = Vec::new();
    for room in rooms(root)? {
        files.extend(call::files_under(&root.join("src").join(room))?);
    }
    for folder in ["style", ".cargo", "src/xtask/web"] {
        files.extend(call::files_under(&root.join(folder))?);
    }
    for file in ["index.html", "Cargo.toml", "Cargo.lock", "src/xtask/web.rs"] {
        files.push(root.join(file));
    }
    Ok(format!("{profile} {:016x}", hash(root, &files)?))
}

/// The rooms that the programs import, directly or through another room.
fn rooms(root: &Path) -> Result<BTreeSet<String>, Fault> {
    let mut seen = BTreeSet::new();
    let mut open: Vec<String> = PROGRAMS.iter().map(|name| (*name).to_owned()).collect();
    while let Some(room) = open.pop() {
        let manifest = root.join("src").join(&room).join("Cargo.toml");
        if manifest.is_file() && seen.insert(room) {
            open.extend(arrows::dependencies(&manifest)?);
        }
    }
    Ok(seen)
}

fn hash(root: &Path, files: &[PathBuf]) -> Result<u64, Fault> {
    let mut hasher = DefaultHasher::new();
    for path in files.iter().filter(|path| path.is_file()) {
        let bytes = fs::read(path).map_err(Fault::file(path))?;
        let name = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
        hasher.write(name.as_bytes());
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
    }
    Ok(hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::{of_inputs, rooms};
    use crate::call;

    #[test]
    fn rooms_of_the_pages_are_found_through_their_manifests() {
        let rooms = rooms(&call::root()).expect("manifests can be read");
        for room in ["till", "eye", "wire", "money", "scan"] {
            assert!(rooms.contains(room), "{room}");
        }
        assert!(!rooms.contains("server"));
    }

    #[test]
    fn profile_is_part_of_the_fingerprint() {
        let root = call::root();
        let web = of_inputs(&root, "web").expect("sources can be read");
        assert!(web.starts_with("web "));
        assert_ne!(
            web,
            of_inputs(&root, "web-dev").expect("sources can be read")
        );
    }
}
