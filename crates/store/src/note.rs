//! Notes of a weekend, with pictures; a worry goes to named people only.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, NoteId, PictureId, StayId};
use naheya_domain::note::{EDIT_HOURS, MOST_CHARACTERS, MOST_PICTURES, NoteKind, PICTURE_BYTES};
use naheya_domain::stay::StayState;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::consented::consented;
use crate::sealed::act::Act;
use crate::sealed::entity::{note, picture, stay as stays};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::{Desk, Error, sha};

const TABLE: &str = "notes";
const PICTURES: &str = "pictures";

/// A picture as it is kept: re-encoded, without the camera's data.
#[derive(Clone, Debug)]
pub struct NewPicture {
    /// JPEG bytes.
    pub jpeg: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// A carer's note of a stay. The second of one stay is a correction and names the first.
#[derive(Clone, Debug)]
pub struct SaveNote {
    /// The stay.
    pub stay: StayId,
    /// What they did.
    pub kinds: Vec<NoteKind>,
    /// What it was like, 1 to 4,000 characters; sealed. The guardian reads it.
    pub words: String,
    /// What worries her; sealed, for named people only.
    pub worry: Option<String>,
    /// Up to nine pictures.
    pub pictures: Vec<NewPicture>,
}

impl Act for SaveNote {
    const NAME: &'static str = "note.save";
    type Answer = NoteId;

    async fn run(&self, tx: &Tx) -> Result<NoteId, Error> {
        tx.require(Action::WriteNote)?;
        let row = tx.visible::<stays::Entity>().id(self.stay).one(tx).await?;
        let state = StayState::parse(&row.state).unwrap_or(StayState::Refused);
        if !matches!(state, StayState::InCare | StayState::Released | StayState::Returned | StayState::Closed) {
            return Err(Error::refused("note.too_early"));
        }
        let words = words(&self.words)?;
        let worry = self.worry.as_deref().map(str::trim).filter(|w| !w.is_empty());
        if worry.is_some_and(|w| w.chars().count() > MOST_CHARACTERS) {
            return Err(Error::field("worry", "text.too_long"));
        }
        self.check_pictures(tx, row.child_id).await?;
        let earlier = tx
            .for_rule::<note::Entity>()
            .and(note::Column::StayId.eq(row.id))
            .and(note::Column::Author.eq(tx.account()))
            .by(note::Column::CreatedAt)
            .first(tx)
            .await?;
        let id = Uuid::now_v7();
        tx.insert::<note::Entity>(note::Model {
            area_id: tx.area_id(),
            id,
            stay_id: Some(row.id),
            child_id: row.child_id,
            author: tx.account(),
            kinds: kinds(&self.kinds),
            words_sealed: tx.seal(TABLE, "words_sealed", id, words)?,
            state: "saved".into(),
            worry_sealed: tx.seal_some(TABLE, "worry_sealed", id, worry)?,
            saved_at: Some(tx.now().0),
            corrects: earlier.map(|n| n.id),
            created_at: tx.now().0,
            version: 1,
        })
        .await?;
        self.keep_pictures(tx, id, row.child_id).await?;
        if worry.is_some() {
            let about = ("notes", Some(id));
            let due_at = tx.now().0;
            tx.notify(Letter { kind: "note.worry", to_account: None, to_role: Some("leader"), about, due_at });
        }
        Ok(NoteId(id))
    }
}

impl SaveNote {
    async fn check_pictures(&self, tx: &Tx, child: Uuid) -> Result<(), Error> {
        if self.pictures.is_empty() {
            return Ok(());
        }
        if self.pictures.len() > MOST_PICTURES {
            return Err(Error::field("pictures", "picture.too_many"));
        }
        if self.pictures.iter().any(|p| p.jpeg.len() > PICTURE_BYTES) {
            return Err(Error::field("pictures", "picture.too_large"));
        }
        if consented(tx, &[child], "photo").await?.contains(&child) {
            return Ok(());
        }
        Err(Error::refused("note.photo_consent_missing"))
    }

    async fn keep_pictures(&self, tx: &Tx, note: Uuid, child: Uuid) -> Result<(), Error> {
        for new in &self.pictures {
            let id = Uuid::now_v7();
            tx.insert::<picture::Entity>(picture::Model {
                area_id: tx.area_id(),
                id,
                note_id: note,
                child_id: child,
                sha256: sha(&new.jpeg),
                width: i32::try_from(new.width).unwrap_or(0),
                height: i32::try_from(new.height).unwrap_or(0),
                bytes_sealed: tx.seal_bytes(PICTURES, "bytes_sealed", id, &new.jpeg)?,
                hidden: false,
                created_at: tx.now().0,
            })
            .await?;
        }
        Ok(())
    }
}

fn words(text: &str) -> Result<&str, Error> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Error::field("words", "required.missing")),
        n if n > MOST_CHARACTERS => Err(Error::field("words", "text.too_long")),
        _ => Ok(text),
    }
}

fn kinds(kinds: &[NoteKind]) -> String {
    kinds.iter().map(|k| k.code()).collect::<Vec<_>>().join(",")
}

/// Other words within a day; after that a correction is a new note.
#[derive(Clone, Debug)]
pub struct ChangeNote {
    /// The note.
    pub note: NoteId,
    /// What they did.
    pub kinds: Vec<NoteKind>,
    /// The words now.
    pub words: String,
}

impl Act for ChangeNote {
    const NAME: &'static str = "note.change";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::WriteNote)?;
        let before = tx.visible::<note::Entity>().id(self.note).one(tx).await?;
        if before.author != tx.account() {
            return Err(Error::NotFound);
        }
        let until = before.saved_at.map(|at| Timestamp(at).plus_minutes(EDIT_HOURS * 60));
        if until.is_some_and(|until| tx.now() > until) {
            return Err(Error::refused("note.day_over"));
        }
        let mut after = before.clone();
        after.words_sealed = tx.seal(TABLE, "words_sealed", before.id, words(&self.words)?)?;
        after.kinds = kinds(&self.kinds);
        tx.change::<note::Entity>(&before, after).await?;
        Ok(())
    }
}

/// A note as those read it who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteView {
    /// Which one.
    pub id: NoteId,
    /// The stay.
    pub stay: Option<StayId>,
    /// The child.
    pub child: ChildId,
    /// What they did.
    pub kinds: Vec<NoteKind>,
    /// The words.
    pub words: String,
    /// Pictures that are shown.
    pub pictures: Vec<PictureId>,
    /// When it was saved.
    pub saved_at: Option<Timestamp>,
    /// Whether the reader may still change it.
    pub editable: bool,
}

impl Desk {
    /// The notes of a child's stays, newest first, as far as the viewer sees them.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn notes(&self, child: Option<ChildId>, stay: Option<StayId>) -> Result<Vec<NoteView>, Error> {
        let tx = self.read();
        let rows = tx
            .visible::<note::Entity>()
            .and_if(child.map(|c| note::Column::ChildId.eq(c.0)))
            .and_if(stay.map(|s| note::Column::StayId.eq(s.0)))
            .and(note::Column::State.eq("saved"))
            .by_desc(note::Column::CreatedAt)
            .limit(50)
            .all(&tx)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|n| n.id).collect();
        let shown: Vec<Shown> = tx
            .visible::<picture::Entity>()
            .and(picture::Column::NoteId.is_in(ids))
            .and(picture::Column::Hidden.eq(false))
            .columns([picture::Column::Id, picture::Column::NoteId], &tx)
            .await?;
        rows.iter().map(|row| view(&tx, row, &shown)).collect()
    }

    /// The JPEG bytes of a picture that is not hidden.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn picture(&self, id: PictureId) -> Result<Vec<u8>, Error> {
        let tx = self.read();
        let row = tx.visible::<picture::Entity>().id(id).and(picture::Column::Hidden.eq(false)).one(&tx).await?;
        tx.open_bytes(PICTURES, "bytes_sealed", row.id, &row.bytes_sealed)
    }
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Shown {
    id: Uuid,
    note_id: Uuid,
}

fn view(tx: &Tx, row: &note::Model, shown: &[Shown]) -> Result<NoteView, Error> {
    let until = row.saved_at.map(|at| Timestamp(at).plus_minutes(EDIT_HOURS * 60));
    Ok(NoteView {
        id: NoteId(row.id),
        stay: row.stay_id.map(StayId),
        child: ChildId(row.child_id),
        kinds: row.kinds.split(',').filter_map(NoteKind::parse).collect(),
        words: tx.open(TABLE, "words_sealed", row.id, &row.words_sealed)?,
        pictures: shown.iter().filter(|p| p.note_id == row.id).map(|p| PictureId(p.id)).collect(),
        saved_at: row.saved_at.map(Timestamp),
        editable: row.author == tx.account() && until.is_some_and(|u| tx.now() <= u),
    })
}
