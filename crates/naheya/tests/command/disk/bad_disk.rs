//! A disk that can be told to be full, to fail or to be slow: a library of its own, loaded before the C library's own calls,
//! for the files of the records and the copies of them alone. `NAHEYA_DISK` names a file whose first letter says how the disk
//! is: `f` full, `c` without room for a copy, `s` a sync fails, `l` a sync takes fifty milliseconds; anything else, well.
//! Each sync of a slow disk leaves a byte in `$NAHEYA_DISK.syncs`. Built by the test that uses it (`disk.rs`); no part of the program.

use std::ffi::{c_char, c_int, c_long, c_void};
use std::io::Write;
use std::sync::OnceLock;

extern "C" {
    fn dlsym(handle: *mut c_void, name: *const c_char) -> *mut c_void;
    fn __errno_location() -> *mut c_int;
}

const NEXT: *mut c_void = -1_isize as *mut c_void;
const FAILED: c_int = 5;
const FULL: c_int = 28;

type Sync = extern "C" fn(c_int) -> c_int;
type Put = extern "C" fn(c_int, *const c_void, usize) -> isize;
type PutAt = extern "C" fn(c_int, *const c_void, usize, c_long) -> isize;

fn told() -> Option<&'static str> {
    static TOLD: OnceLock<Option<String>> = OnceLock::new();
    TOLD.get_or_init(|| std::env::var("NAHEYA_DISK").ok()).as_deref()
}

/// How the disk is for this file.
fn mood(file: c_int) -> Option<u8> {
    let told = told()?;
    let path = std::fs::read_link(format!("/proc/self/fd/{file}")).ok()?;
    let name = path.file_name()?.to_str()?;
    let (of_records, of_copy) = (name.starts_with("naheya.db"), name.ends_with(".part"));
    let mood = std::fs::read(told).ok()?.first().copied();
    mood.filter(|mood| if *mood == b'c' { of_copy } else { of_records })
}

/// Whether there is no room for more of this file.
fn is_full(file: c_int) -> bool {
    matches!(mood(file), Some(b'f' | b'c'))
}

fn fails(code: c_int) -> isize {
    unsafe { *__errno_location() = code };
    -1
}

fn next<F: Copy>(name: &'static [u8]) -> F {
    unsafe { std::mem::transmute_copy(&dlsym(NEXT, name.as_ptr().cast())) }
}

fn synced(file: c_int, name: &'static [u8]) -> c_int {
    match mood(file) {
        Some(b's') => return fails(FAILED) as c_int,
        Some(b'l') => {
            let count = format!("{}.syncs", told().unwrap_or_default());
            let count = std::fs::File::options().create(true).append(true).open(count);
            let _ = count.and_then(|mut count| count.write_all(b"."));
            std::thread::park_timeout(std::time::Duration::from_millis(50));
        }
        _ => {}
    }
    next::<Sync>(name)(file)
}

#[no_mangle]
pub extern "C" fn fsync(file: c_int) -> c_int {
    synced(file, b"fsync\0")
}

#[no_mangle]
pub extern "C" fn fdatasync(file: c_int) -> c_int {
    synced(file, b"fdatasync\0")
}

#[no_mangle]
pub extern "C" fn write(file: c_int, from: *const c_void, length: usize) -> isize {
    if file > 2 && is_full(file) { fails(FULL) } else { next::<Put>(b"write\0")(file, from, length) }
}

#[no_mangle]
pub extern "C" fn pwrite(file: c_int, from: *const c_void, length: usize, at: c_long) -> isize {
    if is_full(file) { fails(FULL) } else { next::<PutAt>(b"pwrite\0")(file, from, length, at) }
}

#[no_mangle]
pub extern "C" fn pwrite64(file: c_int, from: *const c_void, length: usize, at: c_long) -> isize {
    if is_full(file) { fails(FULL) } else { next::<PutAt>(b"pwrite64\0")(file, from, length, at) }
}
