//! A file changed on a page. Identity number, student number, health, what is said of the family and
//! remarks are never shown in a form: left empty they stay as they are.

use naheya_domain::FieldError;
use naheya_domain::access::{Action, Class};
use naheya_domain::child::ChildDetails;
use naheya_domain::ethnic_group::EthnicGroup;
use naheya_domain::id::{ChildId, ClassId, GuardianId, SchoolId};
use naheya_domain::id_number::IdNumber;
use naheya_domain::language::{Language, Languages};
use naheya_domain::sex::Sex;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{TABLE, check_places, claim_id_number, filled};
use crate::guardian::lift_asked;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, guardian, guardianship};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::second_word::FirstWord;
use crate::{Desk, Error};

/// What a form of the file is filled with.
#[derive(Clone, Debug, Default)]
pub struct ChildFields {
    /// The version that was read; goes back with the form.
    pub version: i32,
    /// Name.
    pub name: String,
    /// Name in Mongolian script.
    pub name_mn: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Ethnic group.
    pub ethnic: Option<EthnicGroup>,
    /// Birth date, ISO.
    pub birth_on: Option<String>,
    /// Whether an identity number is on file.
    pub has_id_number: bool,
    /// Whether a student number is on file.
    pub has_student_number: bool,
    /// Whether health details are on file.
    pub has_health: bool,
    /// School.
    pub school: Option<SchoolId>,
    /// Class.
    pub class: Option<ClassId>,
    /// Town or gacha code.
    pub town_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Languages, in words.
    pub languages: String,
    /// Vital line.
    pub vital: Option<String>,
    /// What care needs.
    pub care: Option<String>,
    /// Likes.
    pub likes: Option<String>,
    /// Own words.
    pub words: Option<String>,
    /// Boards at school.
    pub boards: Option<bool>,
    /// Needs and wishes.
    pub needs: Option<String>,
    /// Whether anything is on file of the family.
    pub has_family: bool,
    /// Whether remarks are on file.
    pub has_note: bool,
}

/// What a form of one adult is filled with; why somebody is kept away stays locked.
#[derive(Clone, Debug)]
pub struct GuardianFields {
    /// The adult.
    pub person: Uuid,
    /// The tie to the child.
    pub tie: Uuid,
    /// Counts the changes of both.
    pub version: i32,
    /// Name.
    pub name: String,
    /// GB/T 4761 code.
    pub relation: String,
    /// Phone.
    pub phone: Option<String>,
    /// Works away from home.
    pub away: bool,
    /// Kept away from the child.
    pub blocked: bool,
    /// Who has said that the adult is kept away no more, while it waits for somebody else.
    pub lift_asked: Option<FirstWord>,
}

impl Desk {
    /// The fields of a file, to be changed; the look stands in the trail.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who does not keep files.
    pub async fn child_fields(&self, id: ChildId) -> Result<ChildFields, Error> {
        self.require(Action::KeepChild)?;
        let tx = self.read();
        let row = tx.visible_as::<child::Entity>(Class::Personal).id(id).one(&tx).await?;
        let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, row.id, sealed.as_ref());
        let fields = ChildFields {
            version: row.version,
            vital: open("vital_sealed", &row.vital_sealed)?,
            care: open("care_sealed", &row.care_sealed)?,
            address: open("address_sealed", &row.address_sealed)?,
            name: row.name.clone(),
            name_mn: row.name_mn.clone(),
            sex: Sex::from_standard_code(&row.sex),
            ethnic: row.ethnic.as_deref().and_then(EthnicGroup::parse),
            birth_on: row.birth_on.clone(),
            has_id_number: row.id_no_sealed.is_some(),
            has_student_number: row.student_no_sealed.is_some(),
            has_health: row.health_sealed.is_some(),
            school: row.school_id.map(SchoolId),
            class: row.class_id.map(ClassId),
            town_code: row.town_code.clone(),
            languages: in_words(&row.languages),
            likes: row.likes.clone(),
            words: row.words.clone(),
            boards: row.boards,
            needs: open("needs_sealed", &row.needs_sealed)?,
            has_family: row.family_sealed.is_some(),
            has_note: row.note_sealed.is_some(),
        };
        self.looked(TABLE, vec![id.0], "work,personal", None).await?;
        Ok(fields)
    }

    /// One adult of a child, to be changed.
    ///
    /// # Errors
    /// [`Error::NotFound`]; [`Error::Forbidden`] for who does not keep files.
    pub async fn guardian_fields(&self, child: ChildId, id: GuardianId) -> Result<GuardianFields, Error> {
        self.require(Action::KeepChild)?;
        let tx = self.read();
        let tie = tx
            .visible_as::<guardianship::Entity>(Class::Personal)
            .and(guardianship::Column::ChildId.eq(child.0))
            .and(guardianship::Column::GuardianId.eq(id.0))
            .one(&tx)
            .await?;
        let person = tx.visible_as::<guardian::Entity>(Class::Personal).id(id).one(&tx).await?;
        let phone = tx.open_some(crate::guardian::TABLE, "phone_sealed", person.id, person.phone_sealed.as_ref())?;
        let lift_asked = lift_asked(&tx, &tie).await?;
        self.looked(TABLE, vec![child.0], "work,personal", None).await?;
        Ok(GuardianFields {
            person: person.id,
            tie: tie.id,
            version: tie.version + person.version,
            name: person.name,
            relation: tie.relation,
            phone,
            away: tie.away,
            blocked: tie.blocked,
            lift_asked,
        })
    }

    /// The child whose file has this number, or whose name is exactly this and nobody else's.
    ///
    /// # Errors
    /// [`Error::NotFound`] for none and for several.
    pub async fn child_called(&self, typed: &str) -> Result<ChildId, Error> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Err(Error::NotFound);
        }
        let tx = self.read();
        let by_number = tx.visible::<child::Entity>().and(child::Column::Number.eq(typed)).first(&tx).await?;
        if let Some(row) = by_number {
            return Ok(ChildId(row.id));
        }
        let named = tx.visible::<child::Entity>().and(child::Column::Name.eq(typed)).limit(2).all(&tx).await?;
        match named.as_slice() {
            [one] => Ok(ChildId(one.id)),
            _ => Err(Error::NotFound),
        }
    }
}

fn in_words(record: &str) -> String {
    let read = Languages::from_record(record);
    let known = read.known.into_iter().map(|l: Language| l.name().to_owned());
    known.chain(read.unknown).collect::<Vec<_>>().join("、")
}

/// A file changed on a page; `version` is the one that the form was filled from.
#[derive(Clone, Debug)]
pub struct EditFile {
    /// Which child.
    pub child: ChildId,
    /// The version that was read.
    pub version: i32,
    /// What is known now; what is locked and left empty stays.
    pub details: ChildDetails,
}

impl Act for EditFile {
    const NAME: &'static str = "child.edit_file";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::KeepChild)?;
        let before = tx.visible_as::<child::Entity>(Class::Personal).id(self.child).one(tx).await?;
        if before.version != self.version {
            return Err(Error::Stale);
        }
        crate::erasure::not_erased(tx, before.id).await?;
        let details = with_locked(tx, &before, &self.details)?;
        check_places(tx, &details, Some(&before)).await?;
        claim_id_number(tx, before.id, &details).await?;
        let mut after = filled(tx, before.clone(), &details)?;
        after.updated_at = tx.now().0;
        after.confirmed_at = Some(tx.now().0);
        after.confirmed_by = Some(tx.account());
        let (old, new) = (before.id_no_bi.as_ref(), after.id_no_bi.as_ref());
        crate::claim::release(tx, "child_id_no", before.id, old, new).await?;
        let after = tx.change::<child::Entity>(&before, after).await?;
        let mut moves = crate::stay::Moves::default();
        moves.note(&before, &after);
        moves.follow(tx).await?;
        let names: Vec<&str> =
            [Some(details.name.as_str()), details.name_mn.as_deref()].into_iter().flatten().collect();
        search::reindex(tx, Kind::Child, before.id, &names).await
    }
}

/// The typed details with what is locked put back where nothing was typed.
fn with_locked(tx: &Tx, row: &child::Model, typed: &ChildDetails) -> Result<ChildDetails, Error> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, row.id, sealed.as_ref());
    let mut details = typed.clone();
    if details.id_number.is_none() {
        let kept = open("id_no_sealed", &row.id_no_sealed)?;
        details.id_number = kept.and_then(|n| IdNumber::parse(&n).ok());
        if let Some(number) = &details.id_number {
            let mut faults = Vec::new();
            if number.birth_date() != details.birth_on {
                faults.push(FieldError::new("birth_on", "id_number.birth_date_mismatch"));
            }
            if details.sex.is_some_and(|sex| sex != number.sex()) {
                faults.push(FieldError::new("sex", "id_number.sex_mismatch"));
            }
            if !faults.is_empty() {
                return Err(Error::Invalid(faults));
            }
        }
    }
    if details.student_number.is_none() {
        details.student_number = open("student_no_sealed", &row.student_no_sealed)?;
    }
    if details.health.is_none() {
        details.health = open("health_sealed", &row.health_sealed)?;
    }
    if details.family.is_none() {
        details.family = open("family_sealed", &row.family_sealed)?;
    }
    if details.note.is_none() {
        details.note = open("note_sealed", &row.note_sealed)?;
    }
    Ok(details)
}
