//! The front door: the command line, settings, the server. Every command is a file of its own.

mod backup;
mod cli;
mod clock;
mod demo;
mod doctor;
mod failure;
mod figures;
mod import;
mod key_file;
mod lapse;
mod matching;
mod place;
mod routes;
mod serve;
mod settings;

fn main() -> std::process::ExitCode {
    cli::run()
}
