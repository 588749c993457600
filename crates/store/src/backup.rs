//! The one backup file: every row of one moment, sealed with the installation's key.
//!
//! Layout: the line `naheya-backup-1`, a line of JSON (id, time, schema step, check of the key), then
//! sealed chunks, each with its length (u32, big endian). A chunk knows its number and whether it is
//! the last, so a cut or reordered file does not open. The file is the same for both engines and can
//! be restored into either.

use std::io::{ErrorKind, Read, Write};

use naheya_domain::{AreaId, Timestamp};
use sea_orm::ColumnTrait;
use sea_orm_migration::MigratorTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Error;
use crate::field::{Ring, Spot};
use crate::migration::Migrator;
use crate::sealed::act::Act;
use crate::sealed::copy::{Intake, Snapshot, is_empty};
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::meta;
use crate::sealed::tx::Tx;

const MAGIC: &[u8] = b"naheya-backup-1\n";
/// Plain bytes of a chunk.
const CHUNK: usize = 1 << 20;
/// A sealed chunk is never larger: one row may reach over the end of a chunk by a picture's size.
const LARGEST: usize = 4 << 20;

#[derive(Debug, Serialize, Deserialize)]
struct Head {
    id: Uuid,
    at: i64,
    schema: String,
    key_check: String,
}

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Rows of all tables.
    pub rows: u64,
    /// When it was taken.
    pub at: Timestamp,
}

fn io(error: &std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::Full,
        kind => Error::Database(format!("file: {kind}")),
    }
}

fn cut() -> Error {
    Error::refused("backup.cut")
}

fn unreadable() -> Error {
    Error::refused("backup.unreadable")
}

fn schema() -> String {
    Migrator::migrations().last().map(|m| m.name().to_owned()).unwrap_or_default()
}

/// A whole backup of an older program is not told to be none.
fn as_told(error: Error, is_older: bool) -> Error {
    match error {
        Error::Refused(refusal) if is_older && refusal.code == "backup.unreadable" => Error::refused("backup.older"),
        other => other,
    }
}

impl Store {
    /// Writes everything as it is at this moment; others go on working meanwhile.
    ///
    /// # Errors
    /// [`Error::Full`] when the disk of `out` has no room for it; [`Error::Database`] when reading or writing fails.
    pub async fn backup(&self, out: &mut (dyn Write + Send), now: Timestamp) -> Result<Contents, Error> {
        let head = Head { id: Uuid::now_v7(), at: now.0, schema: schema(), key_check: self.ring().check() };
        let line = serde_json::to_string(&head).map_err(|_| unreadable())?;
        out.write_all(MAGIC).and_then(|()| writeln!(out, "{line}")).map_err(|e| io(&e))?;
        let snapshot = Snapshot::take(self.db()).await?;
        let mut seal = Sealing { out, ring: self.ring(), id: head.id, number: 0, plain: Vec::new(), rows: 0 };
        snapshot.rows(&mut |row| seal.row(&row)).await?;
        seal.chunk(true)?;
        let rows = seal.rows;
        out.flush().map_err(|e| io(&e))?;
        Ok(Contents { rows, at: now })
    }

    /// Puts a backup into this empty place. All or nothing.
    ///
    /// # Errors
    /// `restore.not_empty`, `backup.unreadable`, `backup.cut`, `backup.newer`, `backup.older` where an older program wrote rows
    /// that do not fit any more, `schema.newer`, [`Error::WrongKey`].
    pub async fn restore(&self, file: &mut (dyn Read + Send)) -> Result<Contents, Error> {
        let (head, mut chunks) = opened(file, self.ring())?;
        self.make_empty(Timestamp(head.at)).await?;
        if !is_empty(self.db()).await? {
            return Err(Error::refused("restore.not_empty"));
        }
        let mut intake = Intake::begin(self.db()).await?;
        let told = |error| as_told(error, head.schema < schema());
        let mut rows = 0;
        while let Some(plain) = chunks.next_plain()? {
            for line in plain.split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
                intake.row(serde_json::from_slice(line).map_err(|_| unreadable())?).await.map_err(told)?;
                rows += 1;
            }
        }
        intake.commit().await.map_err(told)?;
        Ok(Contents { rows, at: Timestamp(head.at) })
    }
}

/// Reads a backup to its end without restoring it: is it whole, and does this key open it?
///
/// # Errors
/// As [`Store::restore`].
pub fn verify(file: &mut (dyn Read + Send), master: &[u8; 32]) -> Result<Contents, Error> {
    let ring = Ring::new(master)?;
    let (head, mut chunks) = opened(file, &ring)?;
    let mut rows = 0u64;
    while let Some(plain) = chunks.next_plain()? {
        rows += plain.split(|b| *b == b'\n').filter(|l| !l.is_empty()).count() as u64;
    }
    Ok(Contents { rows, at: Timestamp(head.at) })
}

struct Sealing<'a> {
    out: &'a mut (dyn Write + Send),
    ring: &'a Ring,
    id: Uuid,
    number: i32,
    plain: Vec<u8>,
    rows: u64,
}

impl Sealing<'_> {
    fn row(&mut self, row: &serde_json::Value) -> Result<(), Error> {
        serde_json::to_writer(&mut self.plain, row).map_err(|_| unreadable())?;
        self.plain.push(b'\n');
        self.rows += 1;
        if self.plain.len() >= CHUNK { self.chunk(false) } else { Ok(()) }
    }

    fn chunk(&mut self, last: bool) -> Result<(), Error> {
        let sealed = self.ring.seal(spot(self.id, self.number, last), &self.plain)?;
        let length = u32::try_from(sealed.len()).map_err(|_| unreadable())?;
        self.out.write_all(&length.to_be_bytes()).map_err(|e| io(&e))?;
        self.out.write_all(&sealed).map_err(|e| io(&e))?;
        self.plain.clear();
        self.number += 1;
        Ok(())
    }
}

fn spot(id: Uuid, number: i32, last: bool) -> Spot<'static> {
    Spot { table: "backup", column: if last { "last" } else { "more" }, area: number, id }
}

struct Chunks<'a> {
    file: &'a mut (dyn Read + Send),
    ring: &'a Ring,
    id: Uuid,
    number: i32,
    done: bool,
}

fn opened<'a>(file: &'a mut (dyn Read + Send), ring: &'a Ring) -> Result<(Head, Chunks<'a>), Error> {
    let mut magic = [0u8; 16];
    file.read_exact(&mut magic).map_err(|_| unreadable())?;
    if magic != MAGIC {
        return Err(unreadable());
    }
    let head: Head = serde_json::from_slice(&line(file)?).map_err(|_| unreadable())?;
    if head.key_check != ring.check() {
        return Err(Error::WrongKey);
    }
    if head.schema > schema() {
        return Err(Error::refused("backup.newer"));
    }
    let id = head.id;
    Ok((head, Chunks { file, ring, id, number: 0, done: false }))
}

/// The head line, at most 1 kB.
fn line(file: &mut (dyn Read + Send)) -> Result<Vec<u8>, Error> {
    let (mut bytes, mut one) = (Vec::new(), [0u8; 1]);
    while bytes.len() < 1024 {
        file.read_exact(&mut one).map_err(|_| cut())?;
        if one == *b"\n" {
            return Ok(bytes);
        }
        bytes.extend_from_slice(&one);
    }
    Err(unreadable())
}

impl Chunks<'_> {
    fn next_plain(&mut self) -> Result<Option<Vec<u8>>, Error> {
        if self.done {
            return Ok(None);
        }
        let mut length = [0u8; 4];
        self.file.read_exact(&mut length).map_err(|_| cut())?;
        let length = u32::from_be_bytes(length) as usize;
        if length > LARGEST {
            return Err(unreadable());
        }
        let mut sealed = vec![0u8; length];
        self.file.read_exact(&mut sealed).map_err(|_| cut())?;
        let more = self.ring.open(spot(self.id, self.number, false), &sealed);
        let plain = match more {
            Ok(plain) => plain,
            Err(_) => {
                self.done = true;
                let plain = self.ring.open(spot(self.id, self.number, true), &sealed).map_err(|_| unreadable())?;
                self.nothing_follows()?;
                plain
            }
        };
        self.number += 1;
        Ok(Some(plain))
    }

    /// What stands behind the last part was not written by us.
    fn nothing_follows(&mut self) -> Result<(), Error> {
        match self.file.read(&mut [0u8; 1]) {
            Ok(0) => Ok(()),
            _ => Err(unreadable()),
        }
    }
}

const LAST_BACKUP: &str = "last_backup";

impl Store {
    /// Notes that a verified backup was written, for the page "today" and the system's health.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn backup_done(&self, contents: Contents, now: Timestamp) -> Result<(), Error> {
        let desk = self.as_system(SystemTask::Job, AreaId::NATION, now);
        desk.save(NoteBackup { value: format!("{} {}", contents.at.0, contents.rows) }).await
    }

    /// When the last verified backup was taken, and its rows.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn last_backup(&self, now: Timestamp) -> Result<Option<Contents>, Error> {
        let tx = self.as_system(SystemTask::Job, AreaId::NATION, now).read();
        let kept = tx.common::<meta::Entity>().and(meta::Column::Key.eq(LAST_BACKUP)).first(&tx).await?;
        Ok(kept.and_then(|k| {
            let (at, rows) = k.value.split_once(' ')?;
            Some(Contents { at: Timestamp(at.parse().ok()?), rows: rows.parse().ok()? })
        }))
    }
}

struct NoteBackup {
    value: String,
}

impl Act for NoteBackup {
    const NAME: &'static str = "backup.done";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let new = meta::Model { key: LAST_BACKUP.into(), value: self.value.clone() };
        match tx.common::<meta::Entity>().and(meta::Column::Key.eq(LAST_BACKUP)).first(tx).await? {
            Some(old) => tx.change::<meta::Entity>(&old, new).await.map(|_| ()),
            None => tx.insert::<meta::Entity>(new).await,
        }
    }
}
