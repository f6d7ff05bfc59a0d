//! `podverdict eval`: JSON lines in, JSON lines out.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

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
            in_parallel(jobs, &mut input, &mut out, |chunk| evaluate_lines(self.release, chunk))?;
        }
        out.flush()?;
        Ok(())
    }
}

/// Writes the answers to all chunks of the input, in order. While the threads answer, the next chunks are read and earlier answers
/// written; each thread has one chunk in work and one waiting.
fn in_parallel(
    jobs: usize,
    input: &mut impl BufRead,
    out: &mut impl Write,
    answer: impl Fn(&[u8]) -> String + Sync,
) -> Result<(), Failure> {
    std::thread::scope(|scope| {
        let mut threads = Vec::with_capacity(jobs);
        let mut ends = Vec::with_capacity(jobs);
        for _ in 0..jobs {
            let (question, questions) = sync_channel::<Vec<u8>>(1);
            let (reply, replies) = sync_channel::<String>(1);
            let answer = &answer;
            threads.push(scope.spawn(move || {
                // Where nobody wants the reply any more, the writing has failed.
                questions.iter().all(|chunk| reply.send(answer(&chunk)).is_ok());
            }));
            ends.push((question, replies));
        }
        let copied = hand_round(&ends, input, out);
        // Without questions the threads end.
        drop(ends);
        let ended = threads.into_iter().all(|thread| thread.join().is_ok());
        if ended { copied } else { Err(Failure::new("a worker thread panicked")) }
    })
}

/// Gives the chunks to the threads in turn, and takes the answers in the same turn.
fn hand_round(
    ends: &[(SyncSender<Vec<u8>>, Receiver<String>)],
    input: &mut impl BufRead,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let ended = || Failure::new("a worker thread ended early");
    let (mut asking, mut answering) = (ends.iter().cycle(), ends.iter().cycle());
    let mut under_way = 0usize;
    let mut take = |out: &mut dyn Write| -> Result<(), Failure> {
        let (_, replies) = answering.next().ok_or_else(ended)?;
        Ok(out.write_all(replies.recv().map_err(|_| ended())?.as_bytes())?)
    };
    while let Some(chunk) = chunk(input)? {
        if under_way == ends.len().saturating_mul(2) {
            take(out)?;
            under_way = under_way.saturating_sub(1);
        }
        let (questions, _) = asking.next().ok_or_else(ended)?;
        questions.send(chunk).map_err(|_| ended())?;
        under_way = under_way.saturating_add(1);
    }
    (0..under_way).try_for_each(|_| take(out))
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
