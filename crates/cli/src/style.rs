//! Colours, used on a terminal only.

use anstyle::{AnsiColor, Style};

/// Good news: stays, starts, fits.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Bad news: refused, killed, impossible.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// News to look at: restarts, waits.
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
/// Names.
pub(crate) const NAME: Style = Style::new().bold();
/// Side remarks.
pub(crate) const DIM: Style = Style::new().dimmed();

/// Applies `--color`.
pub(crate) fn choose(choice: clap::ColorChoice) {
    match choice {
        clap::ColorChoice::Auto => anstream::ColorChoice::Auto,
        clap::ColorChoice::Always => anstream::ColorChoice::Always,
        clap::ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
}

/// A text in a style.
pub(crate) fn paint(style: Style, text: impl std::fmt::Display) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}
