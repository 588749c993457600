//! A volunteer's file: the person, the home, the table of checks, pairs, hours, history.

use std::collections::BTreeMap;

use naheya_domain::access::{self, Action, Class};
use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::hours::counted_on;
use naheya_domain::id::{ChildId, ImportBatchId, PairId, VolunteerId};
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::TABLE;
use super::ahead::{self, StayAhead};
use super::sign::{is_ready, needs_another};
use crate::audit::reason;
use crate::check::{Cell, CheckBook};
use crate::household::{self, Home, Member, date};
use crate::sealed::act::Act;
use crate::sealed::entity::{
    account, audit_event, child, hours_entry, household as home_row, household_member, pair, volunteer,
};
use crate::sealed::tx::Tx;
use crate::words::SealWords;
use crate::{Desk, Error};

/// Events of the history that the file shows.
const HISTORY: u64 = 60;

/// A line of the table of checks: one adult of the home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adult {
    /// Who.
    pub member: Member,
    /// Whether it is the volunteer herself.
    pub herself: bool,
    /// Identity, no-offence query, health.
    pub cells: Vec<Cell>,
}

/// One pair of hers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairLine {
    /// Which one.
    pub id: PairId,
    /// The child.
    pub child: ChildId,
    /// The child's name, when this reader sees the child.
    pub child_name: Option<String>,
    /// State, as the record has it.
    pub state: String,
    /// First day.
    pub begun_on: Date,
    /// Last day.
    pub ended_on: Option<Date>,
}

/// Minutes credited in one year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Year {
    /// Which year.
    pub year: i16,
    /// Minutes.
    pub minutes: i64,
}

/// One event of the history: who did what to which fields, never a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEvent {
    /// When.
    pub at: Timestamp,
    /// Who, by the name colleagues know; none for the machine itself.
    pub by: Option<String>,
    /// The act, `volunteer.change`.
    pub act: String,
    /// The fields it touched, divided by commas; `*` for a new row.
    pub fields: String,
    /// Why, when a reason was given.
    pub reason: Option<String>,
}

/// A volunteer's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolunteerFile {
    /// Which one.
    pub id: VolunteerId,
    /// The file's number.
    pub number: String,
    /// Name.
    pub name: String,
    /// GB/T 2261.1 code.
    pub sex: String,
    /// GB/T 3304 code.
    pub ethnic: Option<String>,
    /// Birth date.
    pub birth_on: Option<Date>,
    /// GB/T 4762 code.
    pub political: Option<String>,
    /// Level of schooling, GB/T 4658 code.
    pub education: Option<String>,
    /// Where she works.
    pub work_unit: Option<String>,
    /// What she does.
    pub trade: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Whether an identity number is on file; the number itself opens with a reason.
    pub has_id_number: bool,
    /// Languages, in the form of the record.
    pub languages: String,
    /// State.
    pub state: VolunteerState,
    /// Since when she takes part.
    pub joined_on: Option<Date>,
    /// When she left.
    pub left_on: Option<Date>,
    /// Anything else.
    pub note: Option<String>,
    /// The import she came with.
    pub batch: Option<ImportBatchId>,
    /// Whether another leader signs while she is screened: this reader registered her, or is her.
    pub another_signs: bool,
    /// Whether nothing but the signature is missing while she is screened.
    pub is_ready: bool,
    /// The home.
    pub home: Home,
    /// Everybody in it, children of the family included.
    pub members: Vec<Member>,
    /// The adults with their checks.
    pub adults: Vec<Adult>,
    /// Home visit, interview, references, training, agreement, insurance.
    pub checks: Vec<Cell>,
    /// Pairs, newest first.
    pub pairs: Vec<PairLine>,
    /// Weekends that are not over, the next one first.
    pub ahead: Vec<StayAhead>,
    /// Minutes by year, oldest first.
    pub years: Vec<Year>,
    /// What happened to the file, newest first; looks are not shown.
    pub history: Vec<FileEvent>,
    /// For the form that changes it.
    pub version: i32,
}

impl Desk {
    /// A volunteer's file, as far as this reader sees it. Record the look before showing it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn volunteer(&self, id: VolunteerId) -> Result<VolunteerFile, Error> {
        let tx = self.read();
        let v = tx.visible_as::<volunteer::Entity>(Class::Personal).id(id).one(&tx).await?;
        let home = tx.visible_as::<home_row::Entity>(Class::Personal).id(v.household_id).one(&tx).await?;
        let people = tx
            .visible_as::<household_member::Entity>(Class::Personal)
            .and(household_member::Column::HouseholdId.eq(home.id))
            .by(household_member::Column::Id)
            .all(&tx)
            .await?;
        let today = tx.now().date();
        let book = CheckBook::of_homes(&tx, vec![home.id]).await?;
        Ok(VolunteerFile {
            adults: adults(&tx, &v, &people, &book, today),
            checks: own_checks(&tx, &v, &book, today),
            members: people.iter().map(|m| household::shown(m, today)).collect(),
            pairs: pairs(&tx, v.id).await?,
            ahead: ahead::of(&tx, v.id).await?,
            years: years(&tx, v.id).await?,
            history: history(&tx, &v, &people).await?,
            home: shown_home(&tx, home).await?,
            phone: tx.open_some(TABLE, "phone_sealed", v.id, v.phone_sealed.as_ref())?,
            is_ready: is_ready(&tx, &book, &v).await?,
            another_signs: v.state == VolunteerState::Screening.code() && needs_another(&tx, &v).await?,
            note: tx.read_words(TABLE, "note", v.id, v.note.as_ref())?,
            id: VolunteerId(v.id),
            number: v.number,
            name: v.name,
            sex: v.sex,
            ethnic: v.ethnic,
            birth_on: date(v.birth_on.as_deref()),
            political: v.political,
            education: v.education,
            work_unit: v.work_unit,
            trade: v.trade,
            has_id_number: v.id_no_sealed.is_some(),
            languages: v.languages,
            state: VolunteerState::parse(&v.state).unwrap_or(VolunteerState::Applied),
            joined_on: date(v.joined_on.as_deref()),
            left_on: date(v.left_on.as_deref()),
            batch: v.batch_id.map(ImportBatchId),
            version: v.version,
        })
    }

    /// The volunteer's identity number; class secret, so record the look with its reason first.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::WrongKey`], [`Error::Database`].
    pub async fn volunteer_id_number(&self, id: VolunteerId) -> Result<Option<String>, Error> {
        let tx = self.read();
        let v = tx.visible_as::<volunteer::Entity>(Class::Secret).id(id).one(&tx).await?;
        tx.open_some(TABLE, "id_no_sealed", v.id, v.id_no_sealed.as_ref())
    }
}

async fn shown_home(tx: &Tx, h: home_row::Model) -> Result<Home, Error> {
    Ok(Home {
        taken: household::taken(tx, h.id).await?,
        address: tx.open_some(household::TABLE, "address_sealed", h.id, h.address_sealed.as_ref())?,
        capacity_reason: household::capacity_reason(tx, &h)?,
        id: naheya_domain::id::HouseholdId(h.id),
        name: h.name,
        town_code: h.town_code,
        rooms: h.rooms,
        languages: h.languages,
        animals: h.animals,
        travel_minutes: h.travel_minutes,
        capacity: h.capacity,
        version: h.version,
    })
}

fn adults(
    tx: &Tx,
    v: &volunteer::Model,
    people: &[household_member::Model],
    book: &CheckBook,
    today: Date,
) -> Vec<Adult> {
    let kinds = [CheckKind::Identity, CheckKind::NoOffence, CheckKind::Health];
    let mut lines: Vec<Adult> = people
        .iter()
        .filter(|m| household::is_adult_there(m, today, Date::MAX))
        .filter(|m| naheya_domain::household::is_adult(date(m.birth_on.as_deref()), today))
        .map(|m| Adult {
            member: household::shown(m, today),
            herself: m.id == v.member_id,
            cells: kinds.iter().map(|kind| book.cell(tx, *kind, Subject::Adult(m.id), today)).collect(),
        })
        .collect();
    lines.sort_by_key(|line| !line.herself);
    lines
}

fn own_checks(tx: &Tx, v: &volunteer::Model, book: &CheckBook, today: Date) -> Vec<Cell> {
    use naheya_domain::check::About;
    let subject = |kind: CheckKind| match kind.about() {
        About::Home => Subject::Home(v.household_id),
        About::Volunteer | About::Adult => Subject::Volunteer(v.id),
    };
    let kinds = CheckKind::ALL.into_iter().filter(|kind| kind.about() != About::Adult);
    kinds.map(|kind| book.cell(tx, kind, subject(kind), today)).collect()
}

async fn pairs(tx: &Tx, volunteer: Uuid) -> Result<Vec<PairLine>, Error> {
    let rows = tx
        .visible::<pair::Entity>()
        .and(pair::Column::VolunteerId.eq(volunteer))
        .by_desc(pair::Column::BegunOn)
        .by_desc(pair::Column::Id)
        .all(tx)
        .await?;
    let ids: Vec<Uuid> = rows.iter().map(|p| p.child_id).collect();
    let children = tx.visible::<child::Entity>().among(ids).all(tx).await?;
    let name = |id: Uuid| children.iter().find(|c| c.id == id).map(|c| c.name.clone());
    let line = |p: pair::Model| {
        Some(PairLine {
            id: PairId(p.id),
            child: ChildId(p.child_id),
            child_name: name(p.child_id),
            begun_on: date(Some(&p.begun_on))?,
            ended_on: date(p.ended_on.as_deref()),
            state: p.state,
        })
    };
    Ok(rows.into_iter().filter_map(line).collect())
}

async fn years(tx: &Tx, volunteer: Uuid) -> Result<Vec<Year>, Error> {
    let of_her = tx.visible::<hours_entry::Entity>().and(hours_entry::Column::VolunteerId.eq(volunteer));
    let rows = of_her.and(crate::hours::counted()).all(tx).await?;
    let mut by_year = BTreeMap::<i16, i64>::new();
    for row in rows {
        *by_year.entry(counted_on(Timestamp(row.ends_at)).year()).or_default() += i64::from(row.minutes);
    }
    Ok(by_year.into_iter().map(|(year, minutes)| Year { year, minutes }).collect())
}

async fn history(tx: &Tx, v: &volunteer::Model, people: &[household_member::Model]) -> Result<Vec<FileEvent>, Error> {
    use audit_event::Column as A;
    let of = |noun: &str, ids: Vec<Uuid>| Condition::all().add(A::Noun.eq(noun)).add(A::RefId.is_in(ids));
    let about = Condition::any()
        .add(of(TABLE, vec![v.id]))
        .add(of(household::TABLE, vec![v.household_id]))
        .add(of(household::MEMBERS, people.iter().map(|m| m.id).collect()));
    // A suspension under a concern writes into these rows too; it is not told outside its circle. That words were sealed where
    // they lay is no change of the file.
    let told = Condition::all().add(A::Act.is_not_in(["look", SealWords::NAME])).add(A::Act.not_like("concern.%"));
    let events = tx.visible::<audit_event::Entity>().and(about).and(told).by_desc(A::N).limit(HISTORY).all(tx).await?;
    // Why somebody was refused may tell of a failed check: the leader's to see.
    let reasons = tx.is_system() || access::may(tx.viewer().role, Action::ApproveVolunteer);
    let mut words = if reasons { reason::words_of(tx, &events).await? } else { BTreeMap::new() };
    let ids: Vec<Uuid> = events.iter().map(|e| e.account_id).collect();
    let people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let by = |id: Uuid| people.iter().find(|a| a.id == id).map(|a| a.display_name.clone());
    let mut told: Vec<FileEvent> = events
        .into_iter()
        .map(|e| FileEvent {
            at: Timestamp(e.at),
            by: by(e.account_id),
            act: e.act,
            fields: e.fields,
            reason: words.remove(&e.n),
        })
        .collect();
    told.dedup_by(|next, kept| next.at == kept.at && next.act == kept.act && join(&mut kept.fields, &next.fields));
    Ok(told)
}

/// One act that wrote several rows of the home is one line which names every field once; always `true`.
fn join(kept: &mut String, next: &str) -> bool {
    for field in next.split(',') {
        if !kept.split(',').any(|known| known == field) {
            kept.push(',');
            kept.push_str(field);
        }
    }
    true
}
