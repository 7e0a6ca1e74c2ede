//! The readers in Node: the same frame goes down a pipe, and the answers of all come back.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;

use crate::Answer;
use crate::options::Options;
use crate::stock::Still;

/// A running Node.
pub(crate) struct Node {
    child: Child,
    frames: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

/// One of its answers.
#[derive(Deserialize)]
struct Line {
    reader: String,
    texts: Vec<String>,
    ms: f64,
}

impl Node {
    /// Starts it in the folder of its packages; `None` when there is none.
    pub(crate) fn start(options: &Options) -> Result<Option<Self>, String> {
        let Some(folder) = &options.node else {
            return Ok(None);
        };
        let fault = |cause: std::io::Error| format!("Node cannot be started: {cause}");
        let mut child = Command::new("node")
            .arg("read.mjs")
            .arg(options.readers.join(","))
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(fault)?;
        let frames = child.stdin.take();
        let answers = child.stdout.take().ok_or("Node has no output")?;
        Ok(Some(Self {
            child,
            frames,
            answers: BufReader::new(answers),
        }))
    }

    /// Gives it a frame and waits for what its readers say.
    pub(crate) fn answer(&mut self, still: &Still) -> Result<Vec<Answer>, String> {
        let fault = |cause: std::io::Error| format!("Node does not listen: {cause}");
        let frames = self.frames.as_mut().ok_or("Node has no input")?;
        for side in [still.width, still.height] {
            let side = u32::try_from(side).map_err(|_| "the picture is too large")?;
            frames.write_all(&side.to_le_bytes()).map_err(fault)?;
        }
        frames.write_all(&still.pixels).map_err(fault)?;
        frames.flush().map_err(fault)?;
        let mut line = String::new();
        self.answers.read_line(&mut line).map_err(fault)?;
        let lines: Vec<Line> = serde_json::from_str(&line)
            .map_err(|cause| format!("Node ended, or said something else: {cause}: {line}"))?;
        let answers = lines.into_iter().map(|line| Answer {
            reader: line.reader,
            texts: line.texts,
            ms: line.ms,
        });
        Ok(answers.collect())
    }
}

impl Drop for Node {
    /// Node ends when nothing more comes.
    fn drop(&mut self) {
        drop(self.frames.take());
        drop(self.child.wait());
    }
}
