//! What is held of a person, as that person gets it (个人信息保护法, art. 45): of a child for its guardian, of a volunteer for
//! herself, and of either from the office on a request on paper. Read with the eyes of whoever gets it, so that nothing comes
//! along that the person could not read: concerns and looks under them, words that a child said in confidence, other people's
//! data. What staff wrote freely is left out too, since it tells of others.

use naheya_domain::access::{Action, Class};
use naheya_domain::category::Category;
use naheya_domain::id::{ChildId, GuardianId, VolunteerId};
use naheya_domain::operation::OperationKind;
use naheya_domain::stay::StayState;
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::child::file::{self, ChildFile, Secret, why};
use crate::concern::suspension::suspending;
use crate::consent::ConsentLine;
use crate::export::{leave, still_alone};
use crate::family::{LookLine, SHOWN};
use crate::grant::grants_at;
use crate::hours::HoursLine;
use crate::household::date;
use crate::note::{self, NoteView};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, grant, guardian, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::volunteer::VolunteerFile;
use crate::{Desk, Error, SystemTask};

/// Categories that tell of somebody around the child; they stay with the office.
const ABOUT_OTHERS: [Category; 5] = [
    Category::GuardianshipFailure,
    Category::Hiv,
    Category::ParentInPrison,
    Category::ParentOnDrugs,
    Category::Violence,
];

/// A pair of the child's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedPair {
    /// The volunteer's name.
    pub with: String,
    /// First day.
    pub begun_on: Option<Date>,
    /// Last day; none while it goes on.
    pub ended_on: Option<Date>,
}

/// A weekend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedStay {
    /// The volunteer's name; in her own copy none.
    pub with: Option<String>,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// How far it is.
    pub state: StayState,
    /// When the child was back.
    pub returned_at: Option<Timestamp>,
}

/// What is held of a child, as a guardian gets it.
#[derive(Clone, Debug)]
pub struct ChildCopy {
    /// The file: of the adults around the child only the one who gets the copy.
    pub file: ChildFile,
    /// Numbers, health and the child's own categories; only from the office, which opens them for a reason.
    pub locked: Option<Secret>,
    /// Pairs, oldest first.
    pub pairs: Vec<CopiedPair>,
    /// Weekends, oldest first.
    pub stays: Vec<CopiedStay>,
    /// What the volunteers wrote, newest first.
    pub notes: Vec<NoteView>,
    /// What was agreed to, newest first.
    pub consents: Vec<ConsentLine>,
    /// Who looked, newest first.
    pub looks: Vec<LookLine>,
}

/// What is held of a volunteer, as she gets it.
#[derive(Clone, Debug)]
pub struct VolunteerCopy {
    /// The file: without remarks, other people's checks, children's names.
    pub file: VolunteerFile,
    /// Identity number; only from the office, which opens it for a reason.
    pub id_number: Option<String>,
    /// Weekends, oldest first.
    pub stays: Vec<CopiedStay>,
    /// Credited hours, newest first.
    pub hours: Vec<HoursLine>,
}

/// That somebody's data leave the house as a copy, committed before it is sent. Its name is that of every other list that
/// leaves by one person's word: what the office hands out counts with them.
struct HandOut {
    table: &'static str,
    id: Uuid,
    /// Why the office gives it; none where people fetch their own.
    why: Option<String>,
}

impl Act for HandOut {
    const NAME: &'static str = "look";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let Some(why) = &self.why else {
            tx.note(self.table, Some(self.id), "export");
            return Ok(());
        };
        tx.require(Action::Export)?;
        tx.because(why);
        if self.table == crate::child::TABLE {
            leave(tx, OperationKind::Children, &[self.id]).await.map_err(by_another)?;
        } else {
            tx.note(self.table, Some(self.id), "export");
        }
        tx.note(self.table, Some(self.id), "secret");
        Ok(())
    }
}

impl Desk {
    /// The own child's data for its guardian; that they were fetched stands in the trail first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the own child, or the viewer no guardian.
    pub async fn own_child_copy(&self, id: ChildId) -> Result<ChildCopy, Error> {
        if self.viewer().role != Role::Guardian {
            return Err(Error::NotFound);
        }
        let copy = child_copy(self, id).await?;
        self.save(HandOut { table: crate::child::TABLE, id: id.0, why: None }).await?;
        Ok(copy)
    }

    /// The same and the locked part, from the office, for the guardian `to` who asked on paper for the reason given.
    ///
    /// # Errors
    /// [`Error::NotFound`]; faults on `guardian_id` and `reason`; `personal_copy.by_leader` where another than the leader must
    /// not give it; `personal_copy.by_another` with too many children of one day; [`Error::Forbidden`].
    pub async fn child_copy_on_paper(
        &self,
        id: ChildId,
        to: Option<GuardianId>,
        reason: &str,
    ) -> Result<ChildCopy, Error> {
        self.require(Action::Export)?;
        let tx = self.read();
        let row = tx.visible_as::<child::Entity>(Class::Secret).id(id).one(&tx).await?;
        let to = to.ok_or_else(|| Error::field("guardian_id", "option.missing"))?;
        let why = why(reason)?.to_owned();
        let absent = |error: Error| error.in_field("guardian_id", "option.missing");
        let person = tx.visible::<guardian::Entity>().id(to).one(&tx).await.map_err(absent)?;
        let (account, suspended) = standing(&tx, person.id).await?;
        // Whose access is suspended gets nothing over the counter either. Who may not know of it hears no more than whom to ask.
        if suspended && self.viewer().role != Role::Leader {
            return Err(Error::refused("personal_copy.by_leader"));
        }
        let eyes = self.with_eyes_of(account, Role::Guardian, person.id);
        let mut copy = child_copy(&eyes, id).await.map_err(absent)?;
        copy.locked = Some(own_part(file::read_secret(&tx, &row).await?));
        self.save(HandOut { table: crate::child::TABLE, id: id.0, why: Some(why) }).await?;
        still_alone(&self.read()).await.map_err(by_another)?;
        Ok(copy)
    }

    /// The viewer's own data, of a volunteer or of one who applies; that they were fetched stands in the trail first.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the viewer is no volunteer on file.
    pub async fn own_volunteer_copy(&self) -> Result<VolunteerCopy, Error> {
        let viewer = self.viewer();
        let id = match (viewer.role, &viewer.place) {
            (Role::Volunteer | Role::Applicant, Place::Person(id)) => *id,
            _ => return Err(Error::NotFound),
        };
        let copy = volunteer_copy(&self.with_eyes_of(viewer.account.0, Role::Volunteer, id), VolunteerId(id)).await?;
        self.save(HandOut { table: crate::volunteer::TABLE, id, why: None }).await?;
        Ok(copy)
    }

    /// The same and the identity number, from the office, for her who asked on paper for the reason given.
    ///
    /// # Errors
    /// [`Error::NotFound`]; faults on `reason`; [`Error::Forbidden`].
    pub async fn volunteer_copy_on_paper(&self, id: VolunteerId, reason: &str) -> Result<VolunteerCopy, Error> {
        self.require(Action::Export)?;
        let id_number = self.volunteer_id_number(id).await?;
        let why = why(reason)?.to_owned();
        let mut copy = volunteer_copy(&self.with_eyes_of(id.0, Role::Volunteer, id.0), id).await?;
        copy.id_number = id_number;
        self.save(HandOut { table: crate::volunteer::TABLE, id: id.0, why: Some(why) }).await?;
        Ok(copy)
    }

    /// A desk that reads what this person reads, and looks that leave out their own.
    fn with_eyes_of(&self, account: Uuid, role: Role, person: Uuid) -> Desk {
        let here = self.store().as_system(SystemTask::Public, self.viewer().area, self.now());
        here.narrowed(account, role, Place::Person(person))
    }
}

/// Of a list a second person says yes and the first takes it; of a copy at the counter another one simply gives it.
fn by_another(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == "export.needs_second" => Error::refused("personal_copy.by_another"),
        other => other,
    }
}

/// The account that stands, or last stood, for a guardian on file (where there is none, the person's own id), and whether a
/// concern has suspended its access.
pub(crate) async fn standing(tx: &Tx, person: Uuid) -> Result<(Uuid, bool), Error> {
    let given = grants_at(tx, &Place::Person(person)).by_desc(grant::Column::CreatedAt).all(tx).await?;
    let account = given.first().map_or(person, |row| row.account_id);
    let stopped = given.iter().any(|row| row.suspended_by.is_some());
    Ok((account, stopped || suspending(tx, [person, account]).await?.is_some()))
}

/// Of the locked part what is the child's own: not the family's story, not remarks, not who is kept away and why.
fn own_part(secret: Secret) -> Secret {
    let is_own = |code: &str| ABOUT_OTHERS.iter().all(|other| other.code() != code);
    let mut categories = secret.categories;
    categories.retain(|line| is_own(&line.code));
    for line in &mut categories {
        line.basis = None;
    }
    Secret { family: None, note: None, blocked: Vec::new(), categories, ..secret }
}

/// Everything, as the guardian whose desk it is reads it.
async fn child_copy(desk: &Desk, id: ChildId) -> Result<ChildCopy, Error> {
    let tx = desk.read();
    let row = tx.visible_as::<child::Entity>(Class::Personal).id(id).one(&tx).await?;
    let mut file = file::read(&tx, row, true).await?;
    file.siblings.clear();
    file.pair = None;
    let of = tx.visible::<pair::Entity>().and(pair::Column::ChildId.eq(id.0));
    let pairs = of.by(pair::Column::BegunOn).by(pair::Column::Id).all(&tx).await?;
    let stays = stays(&tx, stay::Column::ChildId, id.0).await?;
    let ids: Vec<Uuid> = pairs.iter().map(|p| p.volunteer_id).chain(stays.iter().map(|s| s.volunteer_id)).collect();
    let carers = tx.for_rule::<volunteer::Entity>().among(ids).all(&tx).await?;
    let name = |id: Uuid| carers.iter().find(|v| v.id == id).map(|v| v.name.clone());
    Ok(ChildCopy {
        file,
        locked: None,
        pairs: pairs
            .iter()
            .map(|p| CopiedPair {
                with: name(p.volunteer_id).unwrap_or_default(),
                begun_on: date(Some(&p.begun_on)),
                ended_on: date(p.ended_on.as_deref()),
            })
            .collect(),
        stays: stays.iter().map(|s| copied(s, name(s.volunteer_id))).collect(),
        notes: note::of_child(&tx, id.0).await?,
        consents: desk.consents(id).await?,
        looks: desk.looks(id).await?,
    })
}

/// Everything, as the volunteer whose desk it is reads it.
async fn volunteer_copy(desk: &Desk, id: VolunteerId) -> Result<VolunteerCopy, Error> {
    let tx = desk.read();
    let mut file = desk.volunteer(id).await?;
    file.note = None;
    file.home.capacity_reason = None;
    file.history.clear();
    file.adults.retain(|adult| adult.herself);
    // All her weekends stand in the copy, without the children.
    file.ahead.clear();
    for pair in &mut file.pairs {
        pair.child_name = None;
    }
    let stays = stays(&tx, stay::Column::VolunteerId, id.0).await?;
    let mut hours = desk.hours(id).await?.lines;
    for line in &mut hours {
        line.children.clear();
    }
    Ok(VolunteerCopy { file, id_number: None, stays: stays.iter().map(|s| copied(s, None)).collect(), hours })
}

/// Weekends that whoever reads sees; what was refused or called off is nobody's weekend.
async fn stays(tx: &Tx, column: stay::Column, id: Uuid) -> Result<Vec<stay::Model>, Error> {
    let of = tx.visible::<stay::Entity>().and(column.eq(id)).and(stay::Column::State.is_in(SHOWN));
    of.by(stay::Column::StartsAt).by(stay::Column::Id).all(tx).await
}

fn copied(row: &stay::Model, with: Option<String>) -> CopiedStay {
    CopiedStay {
        with,
        starts_at: Timestamp(row.starts_at),
        ends_at: Timestamp(row.ends_at),
        state: crate::stay::state(row),
        returned_at: row.returned_at.map(Timestamp),
    }
}
