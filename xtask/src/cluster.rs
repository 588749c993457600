//! A PostgreSQL of our own for the length of a run, on 127.0.0.1, without syncing.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::process::answer;
use crate::{Failure, tool};

/// Memory as a file system, where Linux has one.
const MEMORY: &str = "/dev/shm";
/// What must be free there, KiB: a run of the tests fills a tenth of it.
const ROOM: u64 = 3 << 20;

/// Lives as long as this value; also gone when this process dies without a word, because the keeper watches a pipe.
pub struct Cluster {
    keeper: Child,
    /// `postgres://…` of the server's own empty database; its user may create others.
    pub url: String,
}

impl Cluster {
    /// Makes and starts one on the disk, with the programs of `postgres`. Takes two to five seconds.
    pub fn start(postgres: &Path) -> Result<Self, Failure> {
        Self::start_in(&std::env::temp_dir(), postgres)
    }

    /// The same for many small databases that are made and dropped one after the other: in memory where there is room. A
    /// thousand tests make and drop some three hundred files each, and ext4 looks past every file that was dropped in the
    /// last minute for each new one: half of the server's time went there.
    pub fn start_for_tests(postgres: &Path) -> Result<Self, Failure> {
        Self::start_in(&memory().unwrap_or_else(std::env::temp_dir), postgres)
    }

    fn start_in(place: &Path, postgres: &Path) -> Result<Self, Failure> {
        Self::begin(place, postgres).map_err(|why| {
            Failure::new(
                format!("a throw-away PostgreSQL could not be started: {why}"),
                "see the lines above; the disk may be full",
            )
        })
    }

    fn begin(place: &Path, postgres: &Path) -> Result<Self, String> {
        let owner = owner()?;
        let folder = place.join(format!("naheya-postgres-{}", std::process::id()));
        let password = random_word()?;
        lay_out(&folder, &password, owner).map_err(|error| error.to_string())?;
        let port = free_port().map_err(|error| error.to_string())?;
        let mut keeper = keeper(postgres, &folder, port, owner).spawn().map_err(|error| error.to_string())?;
        wait_until_ready(&mut keeper)?;
        Ok(Self { keeper, url: format!("postgres://naheya:{password}@127.0.0.1:{port}/postgres") })
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the throw-away PostgreSQL did not end: {error}");
        }
    }
}

/// Where files lie in memory, if this machine has such a place with room enough.
fn memory() -> Option<PathBuf> {
    let told = answer("df", &["-Pk", MEMORY])?;
    (free_kib(&told)? >= ROOM).then(|| PathBuf::from(MEMORY))
}

/// What is free, of the answer of `df -Pk` (POSIX) about one place.
fn free_kib(told: &str) -> Option<u64> {
    told.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

/// The user and group that own the server; PostgreSQL refuses to run as root.
type Owner = Option<(u32, u32)>;

fn owner() -> Result<Owner, String> {
    if !tool::is_root() {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").map_err(|error| error.to_string())?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| user(&users, name))
        .map(Some)
        .ok_or_else(|| "there is no user postgres or nobody to run it as".into())
}

fn user(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut parts = line.split(':').skip(2);
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn lay_out(folder: &Path, password: &str, owner: Owner) -> std::io::Result<()> {
    fs::create_dir(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
    let secret = folder.join("password");
    fs::write(&secret, password)?;
    if let Some((user, group)) = owner {
        chown(folder, Some(user), Some(group))?;
        chown(&secret, Some(user), Some(group))?;
    }
    Ok(())
}

fn keeper(postgres: &Path, folder: &Path, port: u16, owner: Owner) -> Command {
    let mut command = Command::new("/bin/sh");
    command.args(["-c", include_str!("cluster.sh"), "cluster"]).arg(postgres).arg(folder).arg(port.to_string());
    command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()).process_group(0);
    if let Some((user, group)) = owner {
        command.uid(user).gid(group);
    }
    command
}

fn wait_until_ready(keeper: &mut Child) -> Result<(), String> {
    let mut output = BufReader::new(keeper.stdout.take().ok_or("no pipe")?);
    let mut line = String::new();
    output.read_line(&mut line).map_err(|error| error.to_string())?;
    if line.trim() == "ready" {
        return Ok(());
    }
    output.read_to_string(&mut line).map_err(|error| error.to_string())?;
    eprintln!("{line}");
    Err("the server did not come up".into())
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn random_word() -> Result<String, String> {
    let mut bytes = [0u8; 16];
    let source = PathBuf::from("/dev/urandom");
    fs::File::open(source).and_then(|mut file| file.read_exact(&mut bytes)).map_err(|error| error.to_string())?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

#[cfg(test)]
mod tests {
    use super::{free_kib, user};

    #[test]
    fn the_owner_is_read_from_the_users_file_by_whole_name() {
        let users = "postgres-old:x:7:8::/:/bin/sh\npostgres:x:101:104:admin:/var/lib/postgresql:/bin/bash\n";
        assert_eq!(user(users, "postgres"), Some((101, 104)));
        assert_eq!(user(users, "nobody"), None);
    }

    #[test]
    fn what_is_free_is_read_behind_what_is_used() {
        let told =
            "Filesystem 1024-blocks Used Available Capacity Mounted on\ntmpfs 24684092 67584 24616508 1% /dev/shm";
        assert_eq!(free_kib(told), Some(24_616_508));
        assert_eq!(free_kib("df: /dev/shm: No such file or directory"), None);
    }
}
