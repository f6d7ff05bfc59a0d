//! `podverdict eval`: JSON lines in, JSON lines out.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;
use podverdict::release::Release;
use podverdict::wire::evaluate_lines;

use crate::Failure;

/// Answer JSON lines: one request a line, one answer a line, in order
///
/// A line that cannot be read gives one answer with `error`, and the next line is read.
#[derive(Args)]
pub(crate) struct Eval {
    /// Release of requests that name none: 1.35, 1.36 or 1.37
    #[arg(long, value_name = "R")]
    release: Option<Release>,
    /// Threads to use; 0 for one per core
    #[arg(long, value_name = "N", default_value_t = 1)]
    jobs: usize,
    /// File of requests; standard input if absent or `-`
    file: Option<PathBuf>,
}

/// How much text a thread takes at a time. Memory stays at a few of these, whatever the file's size.
const CHUNK: usize = 1 << 20;

impl Eval {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        let input: Box<dyn Read> = match &self.file {
            Some(path) if path.as_os_str() != "-" => {
                Box::new(File::open(path).map_err(|e| Failure::new(format!("{}: {e}", path.display())))?)
            }
            _ => Box::new(std::io::stdin().lock()),
        };
        let jobs = match self.jobs {
            0 => std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            n => n,
        };
        let mut input = BufReader::with_capacity(CHUNK, input);
        let mut out = BufWriter::with_capacity(CHUNK, std::io::stdout().lock());
        if jobs == 1 {
            // A person or program at the other end of a pipe gets each answer at once.
            let mut line = Vec::new();
            while input.read_until(b'\n', &mut line)? > 0 {
                out.write_all(evaluate_lines(self.release, &line).as_bytes())?;
                line.clear();
                if input.buffer().is_empty() {
                    out.flush()?;
                }
            }
        } else {
            let mut chunks = Vec::with_capacity(jobs);
            loop {
                chunks.clear();
                for _ in 0..jobs {
                    match chunk(&mut input)? {
                        Some(chunk) => chunks.push(chunk),
                        None => break,
                    }
                }
                if chunks.is_empty() {
                    break;
                }
                let answers = std::thread::scope(|scope| {
                    let threads: Vec<_> = chunks
                        .iter()
                        .map(|chunk| scope.spawn(|| evaluate_lines(self.release, chunk)))
                        .collect();
                    threads.into_iter().map(|thread| thread.join()).collect::<Result<Vec<_>, _>>()
                });
                for answers in answers.map_err(|_| Failure::new("a worker thread panicked"))? {
                    out.write_all(answers.as_bytes())?;
                }
            }
        }
        out.flush()?;
        Ok(())
    }
}

/// Whole lines of about [`CHUNK`] bytes; a longer line comes whole.
fn chunk(input: &mut impl BufRead) -> std::io::Result<Option<Vec<u8>>> {
    let mut chunk = Vec::with_capacity(CHUNK);
    input.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
    if chunk.last().is_some_and(|byte| *byte != b'\n') {
        input.read_until(b'\n', &mut chunk)?;
    }
    Ok((!chunk.is_empty()).then_some(chunk))
}
