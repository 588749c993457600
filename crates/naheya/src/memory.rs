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
