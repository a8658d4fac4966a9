//! The log on stderr.

use std::borrow::Cow;
use std::io::{self, Write};

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use super::args::{GlobalArgs, LogFormat};
use super::progress::beside;
use super::ui::Ui;
use crate::render::{inert, laid_out, visible_json};

/// Writes what moves no cursor and what no runner of a pipeline takes for a command; an event comes as
/// one buffer.
struct Harmless(io::Stderr, fn(&str) -> Cow<'_, str>);

impl Write for Harmless {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        // Nobody may be listening any more; the library would tell them so, and panic over it.
        let text = self.1(&text);
        beside(|| self.0.write_all(inert(&text).as_bytes()).ok());
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Starts the log. Only this program's own events are in it: what libraries log at these levels
/// may hold headers, and so tokens.
pub(super) fn start(args: &GlobalArgs, ui: &Ui) {
    let level = match args.verbose {
        0 => LevelFilter::WARN,
        1 => LevelFilter::INFO,
        2 => LevelFilter::DEBUG,
        _ => LevelFilter::TRACE,
    };
    let ours = Targets::new()
        .with_target("plutora_sync", level)
        .with_target("plutora_sandbox", level)
        .with_default(LevelFilter::OFF);
    let visible = match args.log_format {
        LogFormat::Text => laid_out,
        LogFormat::Json => visible_json,
    };
    let layer = tracing_subscriber::fmt::layer()
        .with_writer(move || Harmless(io::stderr(), visible))
        .with_target(false)
        .with_ansi(ui.colors_stderr());
    let layer = match args.log_format {
        LogFormat::Text => layer.boxed(),
        LogFormat::Json => layer.json().boxed(),
    };
    // It fails only if a log was started before, which then serves.
    tracing_subscriber::registry().with(layer.with_filter(ours)).try_init().ok();
}
