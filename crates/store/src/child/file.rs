//! A child's file as one reader sees it: the class of data decides what is read at all.

use naheya_domain::access::{Class, Scope};
use naheya_domain::child::ChildState;
use naheya_domain::id::{ChildId, ConcernId, GuardianId, PairId, SchoolId, VolunteerId};
use naheya_domain::language::Languages;
use naheya_domain::sex::Sex;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::TABLE;
use crate::audit::reason;
use crate::category::{self, CategoryLine};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, audit_event, child, class, guardian, guardianship, pair, school, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, same};
use crate::{Desk, Error};

/// The file as far as work needs it, and personal data where the reader may see them. Only opening a file makes one: what
/// belongs to it is read for whoever holds it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChildFile {
    /// Which child.
    pub id: ChildId,
    /// Counts changes; a form that changes the file carries it back.
    pub version: i32,
    /// Number of the file.
    pub number: String,
    /// Name.
    pub name: String,
    /// Name in Mongolian script.
    pub name_mn: Option<String>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Full years today.
    pub age: Option<i16>,
    /// State.
    pub state: ChildState,
    /// School.
    pub school: Option<(SchoolId, String)>,
    /// Class.
    pub class: Option<(Uuid, String)>,
    /// Languages.
    pub languages: Languages,
    /// What must be known at once: allergy, medicine.
    pub vital: Option<String>,
    /// What care needs.
    pub care: Option<String>,
    /// Likes.
    pub likes: Option<String>,
    /// Own words.
    pub words: Option<String>,
    /// Boards at school.
    pub boards: Option<bool>,
    /// When somebody last said that the file is right.
    pub confirmed_at: Option<Timestamp>,
    /// Who said so.
    pub confirmed_by: Option<String>,
    /// Brothers and sisters of the sibling group, and whether they must stay together.
    pub siblings: Vec<(ChildId, String)>,
    /// The pair that has not ended, with the volunteer's name and its first day.
    pub pair: Option<CurrentPair>,
    /// Adults, in the order in which they are called.
    pub guardians: Vec<GuardianLine>,
    /// Personal data, for those who may see them.
    pub personal: Option<Personal>,
}

/// The pair of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurrentPair {
    /// Which pair.
    pub id: PairId,
    /// With whom.
    pub volunteer: VolunteerId,
    /// Her name.
    pub name: String,
    /// Her phone, for those who may see her personal data.
    pub phone: Option<String>,
    /// Since when, ISO date.
    pub begun_on: String,
    /// `settling`, `active`, `paused`.
    pub state: String,
}

/// One adult around the child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianLine {
    /// Which adult.
    pub id: GuardianId,
    /// Name.
    pub name: String,
    /// GB/T 4761 code.
    pub relation: String,
    /// Works away from home.
    pub away: bool,
    /// Must be kept away from the child.
    pub blocked: bool,
    /// Phone, for those who may see personal data.
    pub phone: Option<String>,
}

/// Class personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// Birth date.
    pub birth_on: Option<Date>,
    /// Town or gacha code.
    pub town_code: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// GB/T 3304 code.
    pub ethnic: Option<String>,
    /// Needs and wishes.
    pub needs: Option<String>,
}

/// Class secret: opened with a reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Identity number.
    pub id_number: Option<String>,
    /// Student number.
    pub student_number: Option<String>,
    /// Health in detail.
    pub health: Option<String>,
    /// How things are in the family.
    pub family: Option<String>,
    /// Remarks.
    pub note: Option<String>,
    /// Categories, those that go on first.
    pub categories: Vec<CategoryLine>,
    /// Why people are kept away: name and reason.
    pub blocked: Vec<(String, String)>,
}

/// One line of "who looked" and of the history: who, when, what; never what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailLine {
    /// When.
    pub at: Timestamp,
    /// The account's name; none for the system itself.
    pub who: Option<String>,
    /// Under which role.
    pub role: String,
    /// What was done: name of the act.
    pub act: String,
    /// Which fields.
    pub fields: String,
    /// The reason given, when one was asked for.
    pub reason: Option<String>,
}

impl Desk {
    /// Opens a child's file; the look is on the trail before this returns.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn child_file(&self, id: ChildId) -> Result<ChildFile, Error> {
        let tx = self.read();
        let row = tx.visible::<child::Entity>().id(id).one(&tx).await?;
        let personal = tx.scope::<child::Entity>(Class::Personal) != Scope::Nothing;
        let file = read(&tx, row, personal).await?;
        self.looked(TABLE, vec![id.0], if personal { "work,personal" } else { "work" }, None).await?;
        Ok(file)
    }

    /// The same for a handler of a concern about the child: the look is kept where only the audit sees
    /// it, never in "who looked" (product.md rule 4).
    ///
    /// # Errors
    /// [`Error::NotFound`] also when the concern is not the reader's or is about another child.
    pub async fn child_file_under(&self, id: ChildId, concern: ConcernId) -> Result<ChildFile, Error> {
        let tx = self.read();
        let row = tx.visible::<child::Entity>().id(id).one(&tx).await?;
        crate::concern::names_child(&tx, concern, id).await?;
        let personal = tx.scope::<child::Entity>(Class::Personal) != Scope::Nothing;
        let file = read(&tx, row, personal).await?;
        self.save(LookUnderConcern { child: id, personal }).await?;
        Ok(file)
    }

    /// Opens the locked part with a reason; the look and the reason are on the trail before.
    ///
    /// # Errors
    /// `required.missing` on `reason` when it is shorter than four characters; [`Error::NotFound`].
    pub async fn child_secret(&self, id: ChildId, reason: &str) -> Result<Secret, Error> {
        let reason = why(reason)?;
        let tx = self.read();
        let row = tx.visible_as::<child::Entity>(Class::Secret).id(id).one(&tx).await?;
        let secret = read_secret(&tx, &row).await?;
        self.looked(TABLE, vec![id.0], "secret", Some(reason.to_owned())).await?;
        Ok(secret)
    }

    /// What happened to the file, and to those that became one with it, and who looked, newest first. Looks made under a concern, a referral
    /// or break-glass are left out (product.md rule 4).
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn child_trail(&self, id: ChildId) -> Result<Vec<TrailLine>, Error> {
        let tx = self.read();
        tx.visible_as::<child::Entity>(Class::Personal).id(id).one(&tx).await?;
        let files = crate::merge::files_in(&tx, id.0).await?;
        let events = tx
            .for_rule::<audit_event::Entity>()
            .and(audit_event::Column::Noun.eq(TABLE))
            .and(audit_event::Column::RefId.is_in(files))
            .and(audit_event::Column::Act.is_not_in(["look.concern", "look.referral", "look.break_glass"]))
            .by_desc(audit_event::Column::N)
            .limit(100)
            .all(&tx)
            .await?;
        let mut words = reason::words_of(&tx, &events).await?;
        let ids: Vec<Uuid> = events.iter().map(|e| e.account_id).collect();
        let people = tx.common::<account::Entity>().among(ids).all(&tx).await?;
        let name = |id: Uuid| people.iter().find(|a| a.id == id).map(|a| a.display_name.clone());
        Ok(events
            .into_iter()
            .map(|e| TrailLine {
                at: Timestamp(e.at),
                who: name(e.account_id),
                role: e.role,
                act: e.act,
                fields: e.fields,
                reason: words.remove(&e.n),
            })
            .collect())
    }
}

/// The reason for which something locked is opened: four characters at least, 200 at most.
pub(crate) fn why(reason: &str) -> Result<&str, Error> {
    let reason = reason.trim();
    match reason.chars().count() {
        0 => Err(Error::field("reason", "required.missing")),
        1..4 => Err(Error::field("reason", "text.few_words")),
        4..=200 => Ok(reason),
        _ => Err(Error::field("reason", "text.too_long")),
    }
}

/// A look that "who looked" leaves out.
struct LookUnderConcern {
    child: ChildId,
    personal: bool,
}

impl Act for LookUnderConcern {
    const NAME: &'static str = "look.concern";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.note(TABLE, Some(self.child.0), if self.personal { "work,personal" } else { "work" });
        Ok(())
    }
}

pub(crate) async fn read(tx: &Tx, row: child::Model, personal: bool) -> Result<ChildFile, Error> {
    let id = row.id;
    let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, id, sealed.as_ref());
    let birth_on = row.birth_on.as_deref().and_then(|d| d.parse::<Date>().ok());
    let (school, class) = place(tx, &row).await?;
    let confirmed_by = match row.confirmed_by {
        Some(by) => tx.common::<account::Entity>().id(by).first(tx).await?.map(|a| a.display_name),
        None => None,
    };
    Ok(ChildFile {
        vital: open("vital_sealed", &row.vital_sealed)?,
        care: open("care_sealed", &row.care_sealed)?,
        siblings: siblings(tx, &row).await?,
        pair: current_pair(tx, id).await?,
        guardians: guardians(tx, id, personal).await?,
        personal: if personal {
            Some(Personal {
                birth_on,
                town_code: row.town_code.clone(),
                address: open("address_sealed", &row.address_sealed)?,
                ethnic: row.ethnic.clone(),
                needs: open("needs_sealed", &row.needs_sealed)?,
            })
        } else {
            None
        },
        age: birth_on.map(|b| naheya_domain::calendar_date::age_on(b, tx.now().date())),
        id: ChildId(id),
        version: row.version,
        number: row.number,
        name: row.name,
        name_mn: row.name_mn,
        sex: Sex::from_standard_code(&row.sex),
        state: ChildState::parse(&row.state).unwrap_or(ChildState::Applying),
        school,
        class,
        languages: Languages::from_record(&row.languages),
        likes: row.likes,
        words: row.words,
        boards: row.boards,
        confirmed_at: row.confirmed_at.map(Timestamp),
        confirmed_by,
    })
}

/// A school or class and its name.
type Named<I> = Option<(I, String)>;

/// Where the child learns, in one question.
async fn place(tx: &Tx, row: &child::Model) -> Result<(Named<SchoolId>, Named<Uuid>), Error> {
    #[derive(FromQueryResult)]
    struct Place {
        school: Uuid,
        name: String,
        class: Option<Uuid>,
        class_name: Option<String>,
    }
    let Some(school) = row.school_id else { return Ok((None, None)) };
    let class = match row.class_id {
        Some(id) => tx.for_rule::<class::Entity>().id(id),
        None => tx.for_rule::<class::Entity>().among::<Uuid>([]),
    };
    let here = same(class::Column::SchoolId, school::Column::Id);
    let found: Option<Place> = tx
        .for_rule::<school::Entity>()
        .id(school)
        .beside(class, [class::Column::Id, class::Column::SchoolId, class::Column::Name], here)
        .pick(
            vec![
                (at(school::Column::Id), "school"),
                (at(school::Column::Name), "name"),
                (at(class::Column::Id), "class"),
                (at(class::Column::Name), "class_name"),
            ],
            tx,
        )
        .await?
        .pop();
    let Some(found) = found else { return Ok((None, None)) };
    Ok((Some((SchoolId(found.school), found.name)), found.class.zip(found.class_name)))
}

async fn siblings(tx: &Tx, row: &child::Model) -> Result<Vec<(ChildId, String)>, Error> {
    let Some(group) = row.sibling_group_id else { return Ok(Vec::new()) };
    let all = tx.visible::<child::Entity>().and(child::Column::SiblingGroupId.eq(group)).all(tx).await?;
    Ok(all.into_iter().filter(|c| c.id != row.id).map(|c| (ChildId(c.id), c.name)).collect())
}

/// The pair that has not ended; the volunteer's name is what everybody around the child knows.
async fn current_pair(tx: &Tx, child: Uuid) -> Result<Option<CurrentPair>, Error> {
    let pairs = tx.visible::<pair::Entity>().and(pair::Column::ChildId.eq(child)).and(pair::Column::State.ne("ended"));
    let Some(pair) = pairs.first(tx).await? else { return Ok(None) };
    let volunteer = tx.for_rule::<volunteer::Entity>().id(pair.volunteer_id).one(tx).await?;
    let personal = tx.scope::<volunteer::Entity>(Class::Personal) != Scope::Nothing;
    let sealed = volunteer.phone_sealed.as_ref().filter(|_| personal);
    Ok(Some(CurrentPair {
        id: PairId(pair.id),
        volunteer: VolunteerId(volunteer.id),
        phone: tx.open_some("volunteers", "phone_sealed", volunteer.id, sealed)?,
        name: volunteer.name,
        begun_on: pair.begun_on,
        state: pair.state,
    }))
}

async fn guardians(tx: &Tx, child: Uuid, personal: bool) -> Result<Vec<GuardianLine>, Error> {
    use guardian::Column as G;
    use guardianship::Column as T;
    #[derive(FromQueryResult)]
    struct Adult {
        id: Option<Uuid>,
        name: Option<String>,
        phone: Option<Vec<u8>>,
        relation: String,
        away: bool,
        blocked: bool,
    }
    let adults: Vec<Adult> = tx
        .visible::<guardianship::Entity>()
        .and(T::ChildId.eq(child))
        .by(T::ContactOrder)
        .beside(tx.visible::<guardian::Entity>(), [G::Id, G::Name, G::PhoneSealed], same(G::Id, T::GuardianId))
        .pick(
            vec![
                (at(G::Id), "id"),
                (at(G::Name), "name"),
                (at(G::PhoneSealed), "phone"),
                (at(T::Relation), "relation"),
                (at(T::Away), "away"),
                (at(T::Blocked), "blocked"),
            ],
            tx,
        )
        .await?;
    let mut lines = Vec::new();
    for adult in adults {
        let (Some(id), Some(name)) = (adult.id, adult.name) else { continue };
        let phone = adult.phone.filter(|_| personal);
        lines.push(GuardianLine {
            id: GuardianId(id),
            name,
            relation: adult.relation,
            away: adult.away,
            blocked: adult.blocked,
            phone: tx.open_some(crate::guardian::TABLE, "phone_sealed", id, phone.as_ref())?,
        });
    }
    Ok(lines)
}

pub(crate) async fn read_secret(tx: &Tx, row: &child::Model) -> Result<Secret, Error> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, row.id, sealed.as_ref());
    let ties = tx
        .visible_as::<guardianship::Entity>(Class::Secret)
        .and(guardianship::Column::ChildId.eq(row.id))
        .and(guardianship::Column::Blocked.eq(true))
        .all(tx)
        .await?;
    let mut blocked = Vec::new();
    for tie in ties {
        let name = tx.for_rule::<guardian::Entity>().id(tie.guardian_id).one(tx).await?.name;
        let sealed = tie.blocked_reason_sealed.as_ref();
        let reason = tx.open_some("guardianships", "blocked_reason_sealed", tie.id, sealed)?;
        blocked.push((name, reason.unwrap_or_default()));
    }
    Ok(Secret {
        id_number: open("id_no_sealed", &row.id_no_sealed)?,
        student_number: open("student_no_sealed", &row.student_no_sealed)?,
        health: open("health_sealed", &row.health_sealed)?,
        family: open("family_sealed", &row.family_sealed)?,
        note: open("note_sealed", &row.note_sealed)?,
        categories: category::lines(tx, row.id).await?,
        blocked,
    })
}
