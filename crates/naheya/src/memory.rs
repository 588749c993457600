//! What a program that stands there all day takes of the machine.

/// Asks for pages of 4 KiB instead of 2 MiB, from here on. A server touches a little of much: with large pages, which the
/// allocator asks for and many systems give unasked, a demo whose story had been told before took 69 MB of its own after
/// some pages where it takes 29. Matching a million children gains by large pages and keeps them. A system that refuses
/// goes on as it was.
pub fn small_pages() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::disable_transparent_huge_pages(true) {
        tracing::debug!(%error, "large pages stay");
    }
}

/// When the allocator gives back what was freed, in milliseconds; it reads this as it starts.
const DELAY: &str = "MIMALLOC_PURGE_DELAY";

/// Starts the program anew with an allocator that gives freed memory back at once. After a demo's story, and after each
/// password, whose proof takes 19 MB, it kept more than the demo itself needs: 136 MB after every page instead of 85. That takes
/// up to a tenth of a list's time, which a demo has and a server has not. Where that is not to be had it goes on as it was.
pub fn give_back_at_once() {
    #[cfg(unix)]
    if std::env::var_os(DELAY).is_none() {
        use std::os::unix::process::CommandExt;
        let anew = std::env::current_exe();
        let error =
            anew.map(|file| std::process::Command::new(file).args(std::env::args_os().skip(1)).env(DELAY, "0").exec());
        tracing::debug!(?error, "freed memory is given back later");
    }
}
