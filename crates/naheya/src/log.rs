//! What the program says on standard error while it serves: never a name, never what somebody wrote.

use std::io::IsTerminal;

use clap::ValueEnum;
use serde::Deserialize;
use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How a line of the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people; in colours on a terminal, without any in a file.
    #[default]
    Text,
    /// An object a line, for a program that collects logs.
    Json,
}

/// Begins the log; `RUST_LOG` says how much of it. A second call changes nothing.
pub fn begin(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,naheya=info"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A line that the log's disk does not take is lost. Told of on the same disk, it would end what wanted to write it: the
    // round that raises alarms, too.
    let log = log.log_internal_errors(false);
    let begun = match format {
        LogFormat::Text => {
            log.with_ansi(std::io::stderr().is_terminal()).finish().with(filter_fn(says_nothing_private)).try_init()
        }
        LogFormat::Json => log.json().flatten_event(true).finish().with(filter_fn(says_nothing_private)).try_init(),
    };
    // The only error is that it has begun already.
    drop(begun);
}

/// Whatever `RUST_LOG` asks for: what the libraries tell for their own makers holds what they were given, such as a message
/// on its way to a phone.
fn says_nothing_private(line: &Metadata<'_>) -> bool {
    line.target().starts_with("naheya") || *line.level() <= Level::INFO
}
