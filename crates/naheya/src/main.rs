//! The front door: the command line, settings, the server. Every command is a file of its own.

mod backup;
mod certificate;
mod channel;
mod cli;
mod clock;
mod county;
mod crowd;
mod demo;
mod disk;
mod dispatch;
mod doctor;
mod failure;
mod figures;
mod import;
mod jobs;
mod key_file;
mod level;
mod log;
mod matching;
mod memory;
mod place;
mod rename;
mod routes;
mod say;
mod serve;
mod settings;
mod simulate;

/// Gives freed memory back to the machine sooner: after the demo's story, and after a large roster.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
