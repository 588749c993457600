//! The binary from outside: what it prints, what it leaves behind, how it ends.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod argument;
mod backup;
mod connection;
mod disk;
mod doctor;
mod kill;
mod log;
mod place;
mod process;
mod program;
#[cfg(target_os = "linux")]
mod say;
#[cfg(unix)]
mod signal;
