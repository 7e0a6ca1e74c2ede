//! What can be asked for on the command line.

use std::path::PathBuf;

/// Options of the measurement.
#[derive(Debug)]
pub(crate) struct Options {
    /// Folder of pictures; without it frames are drawn.
    pub(crate) pictures: Option<PathBuf>,
    /// Seed of the drawn frames.
    pub(crate) seed: u64,
    /// Drawn frames of a class.
    pub(crate) per_class: usize,
    /// Every frame is brought to this size first.
    pub(crate) size: Option<(u32, u32)>,
    /// Only readers whose name holds one of these.
    pub(crate) readers: Vec<String>,
    /// Figures as JSON.
    pub(crate) json: bool,
    /// Folder of the Node packages and of our own reader as WebAssembly; without it there is no
    /// Node.
    pub(crate) node: Option<PathBuf>,
}

impl Options {
    pub(crate) fn of(words: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            pictures: None,
            seed: 1,
            per_class: 40,
            size: None,
            readers: Vec::new(),
            json: false,
            node: None,
        };
        let mut words = words;
        while let Some(word) = words.next() {
            if word == "--json" {
                options.json = true;
                continue;
            }
            let value = words
                .next()
                .ok_or_else(|| format!("a word is missing behind `{word}`"))?;
            match word.as_str() {
                "--pictures" => options.pictures = Some(value.into()),
                "--seed" => options.seed = number(&value)?,
                "--per-class" => options.per_class = number(&value)?,
                "--size" => options.size = Some(size(&value)?),
                "--readers" => options.readers = value.split(',').map(str::to_owned).collect(),
                "--node" => options.node = Some(value.into()),
                _ => return Err(format!("`{word}` is not an option")),
            }
        }
        Ok(options)
    }

    /// Whether a reader of that name is wanted.
    pub(crate) fn wants(&self, reader: &str) -> bool {
        self.readers.is_empty() || self.readers.iter().any(|part| reader.contains(part))
    }
}

fn number<T: std::str::FromStr>(word: &str) -> Result<T, String> {
    word.parse()
        .map_err(|_| format!("`{word}` is not a whole number"))
}

fn size(word: &str) -> Result<(u32, u32), String> {
    let (width, height) = word
        .split_once('x')
        .ok_or_else(|| format!("`{word}` is not WxH"))?;
    Ok((number(width)?, number(height)?))
}
