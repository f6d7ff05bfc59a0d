//! The `podverdict` command: what Kubernetes would do with a pod, and why.

mod cycle;
mod eval;
mod explain;
mod files;
mod gang;
mod resize;
mod restart;
mod style;

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};
use podverdict::release::{Kubernetes, Release};

/// What the API server, the kubelet and kube-scheduler of Kubernetes 1.35, 1.36 and 1.37 would do with a pod, and why.
#[derive(Parser)]
#[command(name = "podverdict", version, max_term_width = 110)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colour
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN")]
    color: clap::ColorChoice,
}

#[derive(Subcommand)]
enum Command {
    Explain(explain::Explain),
    Restart(restart::Restart),
    Cycle(cycle::CycleCommand),
    Resize(resize::ResizeCommand),
    Gang(gang::Gang),
    Eval(eval::Eval),
}

/// The cluster that is asked about.
#[derive(Args)]
struct Target {
    /// Kubernetes release: 1.35, 1.36 or 1.37
    #[arg(long, value_name = "R", default_value = "1.37")]
    release: Release,
    /// Feature gate override, such as RestartAllContainersOnContainerExits=true; may be repeated
    #[arg(long = "gate", value_name = "NAME=BOOL", value_parser = gate)]
    gates: Vec<(String, bool)>,
}

impl Target {
    /// The release with its gates, or why the release refuses them.
    fn kubernetes(&self) -> Result<Kubernetes, Failure> {
        let overrides = self.gates.iter().map(|(name, on)| (name.as_str(), *on));
        Kubernetes::with_gates(self.release, overrides).map_err(|e| Failure::new(format!("--gate: {e}")))
    }
}

fn gate(text: &str) -> Result<(String, bool), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=true or NAME=false")?;
    match value {
        "true" => Ok((name.to_owned(), true)),
        "false" => Ok((name.to_owned(), false)),
        other => Err(format!("{other:?} is neither true nor false")),
    }
}

/// Why the command gave up, as one sentence for a person.
#[derive(Debug)]
struct Failure(String);

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Failure(message.into())
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Failure(error.to_string())
    }
}

/// Runs the command with its arguments, the first of which is its name, and gives its exit status: 0, or 2 with a sentence
/// on standard error.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        // Help and version are answers here, mistakes are errors; either is printed where it belongs.
        Err(said) => {
            let _ = said.print();
            return u8::try_from(said.exit_code()).unwrap_or(2);
        }
    };
    style::choose(cli.color);
    let result = match &cli.command {
        Command::Explain(explain) => explain.run(),
        Command::Restart(restart) => restart.run(),
        Command::Cycle(cycle) => cycle.run(),
        Command::Resize(resize) => resize.run(),
        Command::Gang(gang) => gang.run(),
        Command::Eval(eval) => eval.run(),
    };
    match result {
        Ok(()) => 0,
        // The reader went away, as in `podverdict … | head`: nothing is wrong.
        Err(Failure(message)) if message.contains("Broken pipe") => 0,
        Err(Failure(message)) => {
            anstream::eprintln!("{}error{}: {message}", style::BAD.render(), style::BAD.render_reset());
            2
        }
    }
}
