//! Room on the disk of the records: told of while there is some, since a full one takes nothing in.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use naheya_store::Location;

const EVERY: Duration = Duration::from_secs(60);
/// Bytes: with less, a disk is nearly full whatever else is on it.
const LEAST: u64 = 1 << 30;

/// Whether the disk of the records is nearly full, looked at once a minute; none for records on a server, whose disk is its own
/// keeper's.
pub fn watch(location: &Location) -> Option<Arc<AtomicBool>> {
    let Location::Folder(folder) = location else { return None };
    let (folder, scarce) = (folder.clone(), Arc::new(AtomicBool::new(false)));
    let seen = Arc::clone(&scarce);
    tokio::spawn(async move {
        loop {
            let is_scarce = left(&folder).is_some_and(|left| is_scarce(left, taken(&folder)));
            let was_scarce = seen.swap(is_scarce, Ordering::Relaxed);
            if is_scarce && !was_scarce {
                tracing::warn!("the disk of the records is nearly full");
            }
            tokio::time::sleep(EVERY).await;
        }
    });
    Some(scarce)
}

/// Whether `left` bytes are too few beside records of `taken` bytes: a copy of them is kept before their tables change.
fn is_scarce(left: u64, taken: u64) -> bool {
    left < LEAST.max(taken)
}

fn taken(folder: &Path) -> u64 {
    std::fs::metadata(folder.join("naheya.db")).map_or(0, |file| file.len())
}

/// Bytes that this account may still write; unknown where the system is not asked.
#[cfg(target_os = "linux")]
fn left(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(target_os = "linux"))]
fn left(_: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_nearly_full_with_less_than_a_gibibyte_or_without_room_for_a_copy() {
        assert!(is_scarce(LEAST - 1, 0));
        assert!(!is_scarce(LEAST, LEAST));
        assert!(is_scarce(3 * LEAST, 4 * LEAST));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_says_how_much_room_a_folder_has() {
        assert!(left(&std::env::temp_dir()).is_some());
        assert_eq!(left(Path::new("/nowhere at all")), None);
    }
}
