//! Notes of a weekend, with pictures. A worry is not kept with them: it becomes a concern, which named
//! people read and nobody else.

use naheya_domain::access::Action;
use naheya_domain::concern::{ConcernForm, NewConcern};
use naheya_domain::id::{ChildId, NoteId, PictureId, StayId};
use naheya_domain::note::{EDIT_HOURS, MOST_CHARACTERS, MOST_PICTURES, NoteKind, PICTURE_BYTES};
use naheya_domain::stay::StayState;
use naheya_domain::{FieldError, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::concern::RaiseConcern;
use crate::consented::consented;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, hours_entry, note, picture, stay as stays};
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
    /// What worries her: raised as a concern about the child, for its named handlers only.
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
        crate::erasure::not_erased(tx, row.child_id).await?;
        let words = words(&self.words)?;
        let worry = self.worry()?;
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
            saved_at: Some(tx.now().0),
            corrects: earlier.map(|n| n.id),
            created_at: tx.now().0,
            version: 1,
        })
        .await?;
        self.keep_pictures(tx, id, row.child_id).await?;
        if let Some(said) = worry {
            raise(tx, said, row.child_id).await?;
        }
        Ok(NoteId(id))
    }
}

async fn raise(tx: &Tx, said: NewConcern, child: Uuid) -> Result<(), Error> {
    RaiseConcern { said, child: Some(ChildId(child)) }.about(tx, Some(child)).await?;
    Ok(())
}

impl SaveNote {
    /// Raises her worry where the note itself is not kept: nobody would read it otherwise.
    pub(crate) async fn raise_worry(&self, tx: &Tx, child: Uuid) -> Result<(), Error> {
        match self.worry()? {
            Some(said) => raise(tx, said, child).await,
            None => Ok(()),
        }
    }

    /// Her worry as a concern; its faults stand at the field `worry`.
    fn worry(&self) -> Result<Option<NewConcern>, Error> {
        let Some(words) = self.worry.as_deref().map(str::trim).filter(|w| !w.is_empty()) else { return Ok(None) };
        let form = ConcernForm { words, ..ConcernForm::default() };
        let at_worry = |faults: Vec<FieldError>| {
            Error::Invalid(faults.into_iter().map(|f| FieldError::new("worry", f.code)).collect())
        };
        NewConcern::parse(&form).map(Some).map_err(at_worry)
    }

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
        in_time(tx, &before)?;
        crate::erasure::not_erased(tx, before.child_id).await?;
        let mut after = before.clone();
        after.words_sealed = tx.seal(TABLE, "words_sealed", before.id, words(&self.words)?)?;
        after.kinds = kinds(&self.kinds);
        tx.change::<note::Entity>(&before, after).await?;
        Ok(())
    }
}

/// Takes a picture out of everybody's sight: whoever took it within the day, the child's guardian and
/// the office at any time. The bytes stay sealed, as evidence of what was shown.
#[derive(Clone, Debug)]
pub struct HidePicture {
    /// The picture.
    pub picture: PictureId,
}

impl Act for HidePicture {
    const NAME: &'static str = "picture.hide";
    type Answer = NoteId;

    async fn run(&self, tx: &Tx) -> Result<NoteId, Error> {
        let before = tx.visible::<picture::Entity>().id(self.picture).and(picture::Column::Hidden.eq(false));
        let before = before.one(tx).await?;
        let note = tx.visible::<note::Entity>().id(before.note_id).one(tx).await?;
        if tx.require(Action::WriteNote).is_ok() {
            if note.author != tx.account() {
                return Err(Error::NotFound);
            }
            in_time(tx, &note)?;
        } else if tx.require(Action::GiveConsent).is_err() {
            tx.require(Action::ApproveStay)?;
        }
        let mut after = before.clone();
        after.hidden = true;
        tx.change::<picture::Entity>(&before, after).await?;
        Ok(NoteId(note.id))
    }
}

/// A note may be changed for a day.
fn in_time(tx: &Tx, note: &note::Model) -> Result<(), Error> {
    let until = note.saved_at.map(|at| Timestamp(at).plus_minutes(EDIT_HOURS * 60));
    if until.is_some_and(|until| tx.now() > until) {
        return Err(Error::refused("note.day_over"));
    }
    Ok(())
}

/// A note as those read it who may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteView {
    /// Which one.
    pub id: NoteId,
    /// The stay.
    pub stay: Option<StayId>,
    /// From when until when the stay was agreed.
    pub span: Option<(Timestamp, Timestamp)>,
    /// The child.
    pub child: ChildId,
    /// Its name, while the viewer sees its file.
    pub child_name: Option<String>,
    /// What they did.
    pub kinds: Vec<NoteKind>,
    /// The words.
    pub words: String,
    /// Pictures that are shown.
    pub pictures: Vec<PictureId>,
    /// When it was saved.
    pub saved_at: Option<Timestamp>,
    /// Whether it corrects an earlier one.
    pub corrects: bool,
    /// Until when the reader may still change it.
    pub editable_until: Option<Timestamp>,
}

/// What the form of a note must know about its stay.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteGround {
    /// The child's name.
    pub child_name: String,
    /// When the child left.
    pub released_at: Timestamp,
    /// When it was received, if it was.
    pub returned_at: Option<Timestamp>,
    /// Minutes credited for it, siblings together; none while the stay is open.
    pub minutes: Option<i32>,
    /// Whether its guardians allow pictures today.
    pub pictures: bool,
    /// The viewer's newest note of this stay.
    pub newest: Option<NoteId>,
}

impl Desk {
    /// The newest 50 notes of a child's stays, newest first, as far as the viewer sees them.
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
            .by_desc(note::Column::Id)
            .limit(50)
            .all(&tx)
            .await?;
        views(&tx, &rows).await
    }

    /// One note.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn note(&self, id: NoteId) -> Result<NoteView, Error> {
        let tx = self.read();
        let row = tx.visible::<note::Entity>().id(id).and(note::Column::State.eq("saved")).one(&tx).await?;
        views(&tx, &[row]).await?.into_iter().next().ok_or(Error::NotFound)
    }

    /// What stands before the form of a note of `stay`.
    ///
    /// # Errors
    /// [`Error::NotFound`], also when the child is out of her sight; `note.too_early`.
    pub async fn note_ground(&self, stay: StayId) -> Result<NoteGround, Error> {
        self.require(Action::WriteNote)?;
        let tx = self.read();
        let row = tx.visible::<stays::Entity>().id(stay).one(&tx).await?;
        let of = tx.visible::<child::Entity>().id(row.child_id).one(&tx).await?;
        let Some(released_at) = row.released_at else { return Err(Error::refused("note.too_early")) };
        let newest = tx
            .visible::<note::Entity>()
            .and(note::Column::StayId.eq(row.id))
            .and(note::Column::Author.eq(tx.account()))
            .and(note::Column::State.eq("saved"))
            .by_desc(note::Column::CreatedAt)
            .first(&tx)
            .await?;
        Ok(NoteGround {
            child_name: of.name,
            released_at: Timestamp(released_at),
            returned_at: row.returned_at.map(Timestamp),
            minutes: credited(&tx, &row).await?,
            pictures: consented(&tx, &[row.child_id], "photo").await?.contains(&row.child_id),
            newest: newest.map(|n| NoteId(n.id)),
        })
    }

    /// The JPEG bytes of a picture, for whoever sees its note, while the child's photo consent holds.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn picture(&self, id: PictureId) -> Result<Vec<u8>, Error> {
        let tx = self.read();
        let row = tx.visible::<picture::Entity>().id(id).and(picture::Column::Hidden.eq(false)).one(&tx).await?;
        tx.visible::<note::Entity>().id(row.note_id).one(&tx).await?;
        if !consented(&tx, &[row.child_id], "photo").await?.contains(&row.child_id) {
            return Err(Error::NotFound);
        }
        tx.open_bytes(PICTURES, "bytes_sealed", row.id, &row.bytes_sealed)
    }
}

/// Every note of a child's stays, newest first, as far as the viewer sees them.
pub(crate) async fn of_child(tx: &Tx, child: Uuid) -> Result<Vec<NoteView>, Error> {
    let of = tx.visible::<note::Entity>().and(note::Column::ChildId.eq(child)).and(note::Column::State.eq("saved"));
    let rows = of.by_desc(note::Column::CreatedAt).by_desc(note::Column::Id).all(tx).await?;
    views(tx, &rows).await
}

/// Minutes of the entries of a party's stays, when there are any.
async fn credited(tx: &Tx, row: &stays::Model) -> Result<Option<i32>, Error> {
    let party = tx.visible::<stays::Entity>().and(stays::Column::PartyId.eq(row.party_id)).ids(stays::Column::Id);
    let own = tx.visible::<hours_entry::Entity>().and(hours_entry::Column::VolunteerId.eq(row.volunteer_id));
    let entries = own.and(hours_entry::Column::StayId.in_subquery(party)).all(tx).await?;
    Ok((!entries.is_empty()).then(|| entries.iter().map(|e| e.minutes).sum()))
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Shown {
    id: Uuid,
    note_id: Uuid,
}

async fn views(tx: &Tx, rows: &[note::Model]) -> Result<Vec<NoteView>, Error> {
    let of: Vec<Uuid> = rows.iter().map(|n| n.child_id).collect();
    let allowed = consented(tx, &of, "photo").await?;
    let with_pictures = rows.iter().filter(|n| allowed.contains(&n.child_id)).map(|n| n.id);
    let shown: Vec<Shown> = tx
        .visible::<picture::Entity>()
        .and(picture::Column::NoteId.is_in(with_pictures))
        .and(picture::Column::Hidden.eq(false))
        .by(picture::Column::Id)
        .columns([picture::Column::Id, picture::Column::NoteId], tx)
        .await?;
    let children = tx.visible::<child::Entity>().among(of).all(tx).await?;
    let of = rows.iter().filter_map(|n| n.stay_id);
    let stays = tx.visible::<stays::Entity>().among(of).all(tx).await?;
    let span = |row: &note::Model| {
        let stay = stays.iter().find(|s| Some(s.id) == row.stay_id)?;
        Some((Timestamp(stay.starts_at), Timestamp(stay.ends_at)))
    };
    let one = |row: &note::Model| {
        let until = row.saved_at.map(|at| Timestamp(at).plus_minutes(EDIT_HOURS * 60));
        Ok(NoteView {
            id: NoteId(row.id),
            stay: row.stay_id.map(StayId),
            span: span(row),
            child: ChildId(row.child_id),
            child_name: children.iter().find(|c| c.id == row.child_id).map(|c| c.name.clone()),
            kinds: row.kinds.split(',').filter_map(NoteKind::parse).collect(),
            words: tx.open(TABLE, "words_sealed", row.id, &row.words_sealed)?,
            pictures: shown.iter().filter(|p| p.note_id == row.id).map(|p| PictureId(p.id)).collect(),
            saved_at: row.saved_at.map(Timestamp),
            corrects: row.corrects.is_some(),
            editable_until: until.filter(|until| row.author == tx.account() && tx.now() <= *until),
        })
    };
    rows.iter().map(one).collect()
}
