//! Checks: many adults entered in one table, one act; and what stands for a home on a day, for
//! rule 2. A failure is the leader's to see; everybody else sees something not yet known.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use naheya_domain::access::{self, Action};
use naheya_domain::check::{About, CheckDetails, CheckKind, Outcome, Standing, Subject};
use naheya_domain::id::{AccountId, CheckId, HouseholdId, VolunteerId};
use naheya_domain::{Date, FieldError};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use crate::carer::Somebody;
use crate::household::{Person, date};
use crate::order::beyond;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, check, household, household_member, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::tell_doubts;
use crate::{Desk, Error};

mod book;
mod entry;
mod strike;

pub(crate) use book::CheckBook;
pub use entry::CheckEntry;
pub use strike::{StrikeCheck, Struck};

const TABLE: &str = "checks";
/// Lines of one table.
pub const MOST_LINES: usize = 500;
/// Volunteers are read in two pieces: as many as the table has lines, and the rest where that was not enough.
const PIECES: [usize; 2] = [MOST_LINES, 5 * MOST_LINES];

/// One line of the table.
#[derive(Clone, Debug)]
pub struct CheckLine {
    /// About whom.
    pub subject: Subject,
    /// What came out.
    pub details: CheckDetails,
    /// The second person of an interview or a home visit.
    pub second: Option<AccountId>,
}

/// Checks of many adults and homes, entered at once: all or none.
#[derive(Clone, Debug)]
pub struct EnterChecks {
    /// The lines, at most [`MOST_LINES`].
    pub lines: Vec<CheckLine>,
}

impl Act for EnterChecks {
    const NAME: &'static str = "check.enter";
    type Answer = Vec<CheckId>;

    async fn run(&self, tx: &Tx) -> Result<Vec<CheckId>, Error> {
        tx.require(Action::KeepVolunteer)?;
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            return Err(Error::field("lines", "table.size"));
        }
        let homes = Homes::of(tx, &self.lines).await?;
        let mut rows = Vec::with_capacity(self.lines.len());
        let mut faults = Vec::new();
        for (n, line) in self.lines.iter().enumerate() {
            match line_row(tx, line, &homes) {
                Ok(row) => rows.push(row),
                Err((field, code)) => faults.push(FieldError::new(format!("lines[{n}].{field}"), code)),
            }
        }
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        self.known_seconds(tx).await?;
        not_at_home(tx, &rows).await?;
        let ids = rows.iter().map(|r: &check::Model| CheckId(r.id)).collect();
        let failed = rows.iter().filter(|r| r.outcome == Outcome::Failed.code()).map(|r| r.household_id).collect();
        tx.insert_all::<check::Entity>(rows).await?;
        tell_doubts(tx, failed).await?;
        Ok(ids)
    }
}

impl EnterChecks {
    async fn known_seconds(&self, tx: &Tx) -> Result<(), Error> {
        let named: HashSet<Uuid> = self.lines.iter().filter_map(|l| l.second.map(|s| s.0)).collect();
        if named.is_empty() {
            return Ok(());
        }
        let count = named.len() as u64;
        let known = tx.common::<account::Entity>().among(named).count(tx).await?;
        if known == count { Ok(()) } else { Err(Error::field("second", "account.unknown")) }
    }
}

/// Of the own home somebody else enters what was found, and nobody who lives there was the second at it.
async fn not_at_home(tx: &Tx, rows: &[check::Model]) -> Result<(), Error> {
    let homes: BTreeSet<Uuid> = rows.iter().map(|row| row.household_id).collect();
    if !Somebody::at_work(tx).await?.homes_among(tx, &homes).await?.is_empty() {
        return Err(Error::refused("check.own_home"));
    }
    let mut with_second: BTreeMap<Uuid, BTreeSet<Uuid>> = BTreeMap::new();
    for row in rows {
        if let Some(second) = row.second_by {
            with_second.entry(second).or_default().insert(row.household_id);
        }
    }
    for (second, homes) in with_second {
        if !Somebody::of(tx, second).await?.homes_among(tx, &homes).await?.is_empty() {
            return Err(Error::field("second", "check.second_at_home"));
        }
    }
    Ok(())
}

fn line_row(tx: &Tx, line: &CheckLine, homes: &Homes) -> Result<check::Model, (&'static str, &'static str)> {
    let d = &line.details;
    if !line.subject.fits(d.kind) {
        return Err(("kind", "check.wrong_subject"));
    }
    let home = homes.home_of(line.subject).ok_or(("subject", "check.subject_unknown"))?;
    // The interview is held by two people; a task of the machine itself has no second.
    let passed = d.outcome == Outcome::Passed;
    if d.kind == CheckKind::Interview && passed && line.second.is_none() && !tx.is_system() {
        return Err(("second", "required.missing"));
    }
    if line.second.is_some_and(|s| s.0 == tx.account()) {
        return Err(("second", "check.second_is_first"));
    }
    let id = Uuid::now_v7();
    let note_sealed =
        tx.seal_some(TABLE, "note_sealed", id, d.note.as_deref()).map_err(|_| ("note", "text.unsealable"))?;
    Ok(check::Model {
        area_id: tx.area_id(),
        id,
        kind: d.kind.code().into(),
        household_id: home,
        member_id: if let Subject::Adult(id) = line.subject { Some(id) } else { None },
        volunteer_id: if let Subject::Volunteer(id) = line.subject { Some(id) } else { None },
        outcome: d.outcome.code().into(),
        done_on: d.done_on.map(|d| d.to_string()),
        number: d.number.clone(),
        valid_until: d.valid_until.map(|d| d.to_string()),
        by_account: tx.account(),
        second_by: line.second.map(|s| s.0),
        note_sealed,
        entered_at: tx.now().0,
        version: 1,
    })
}

/// The homes that the subjects of a table belong to, read in three statements.
struct Homes {
    homes: HashSet<Uuid>,
    members: Vec<(Uuid, Uuid)>,
    volunteers: Vec<(Uuid, Uuid)>,
}

impl Homes {
    async fn of(tx: &Tx, lines: &[CheckLine]) -> Result<Homes, Error> {
        let pick = |f: fn(Subject) -> Option<Uuid>| lines.iter().filter_map(|l| f(l.subject)).collect::<HashSet<_>>();
        let homes = pick(|s| if let Subject::Home(id) = s { Some(id) } else { None });
        let members = pick(|s| if let Subject::Adult(id) = s { Some(id) } else { None });
        let volunteers = pick(|s| if let Subject::Volunteer(id) = s { Some(id) } else { None });
        let homes = tx.visible::<household::Entity>().among(homes).all(tx).await?;
        let members = tx.visible::<household_member::Entity>().among(members).all(tx).await?;
        let volunteers = tx.visible::<volunteer::Entity>().among(volunteers).all(tx).await?;
        let names = homes.iter().map(|h| &h.name).chain(members.iter().map(|m| &m.name));
        for name in names.chain(volunteers.iter().map(|v| &v.name)) {
            crate::erasure::has_name(name)?;
        }
        Ok(Homes {
            homes: homes.into_iter().map(|h| h.id).collect(),
            members: members.into_iter().map(|m| (m.id, m.household_id)).collect(),
            volunteers: volunteers.into_iter().map(|v| (v.id, v.household_id)).collect(),
        })
    }

    fn home_of(&self, subject: Subject) -> Option<Uuid> {
        let among = |list: &[(Uuid, Uuid)], id| list.iter().find(|(one, _)| *one == id).map(|(_, home)| *home);
        match subject {
            Subject::Home(id) => self.homes.get(&id).copied(),
            Subject::Adult(id) => among(&self.members, id),
            Subject::Volunteer(id) => among(&self.volunteers, id),
        }
    }
}

/// The family lives elsewhere from today on: the visits before say nothing of that home.
pub(crate) async fn end_visits(tx: &Tx, home: Uuid) -> Result<(), Error> {
    use check::Column as C;
    let today = tx.now().date();
    let Ok(yesterday) = today.yesterday() else { return Ok(()) };
    let of_home = tx.for_rule::<check::Entity>().and(C::HouseholdId.eq(home));
    let passed = of_home.and(C::Kind.eq(CheckKind::HomeVisit.code())).and(C::Outcome.eq(Outcome::Passed.code()));
    for before in passed.all(tx).await? {
        let was_there = date(before.done_on.as_deref()).is_some_and(|done| done < today);
        let holds = date(before.valid_until.as_deref()).is_none_or(|until| until >= today);
        if was_there && holds {
            let after = check::Model { valid_until: Some(yesterday.to_string()), ..before.clone() };
            tx.change::<check::Entity>(&before, after).await?;
        }
    }
    Ok(())
}

/// One cell of the table of checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Kind.
    pub kind: CheckKind,
    /// What stands today, as this reader may see it.
    pub standing: Standing,
    /// Day of the last one, when it stands.
    pub done_on: Option<Date>,
    /// Its number.
    pub number: Option<String>,
}

impl CheckBook {
    /// The cell that `tx`'s viewer may see.
    pub(crate) fn cell(&self, tx: &Tx, kind: CheckKind, subject: Subject, on: Date) -> Cell {
        let real = self.standing(kind, subject, on);
        let standing = if sees_failures(tx) { real } else { real.for_others() };
        let last = match standing {
            Standing::Valid(_) | Standing::Expired(_) | Standing::Failed => self.last(kind, subject, on),
            Standing::Missing | Standing::Due => None,
        };
        Cell { kind, standing, done_on: last.and_then(|c| c.done_on), number: last.and_then(|c| c.number.clone()) }
    }
}

fn sees_failures(tx: &Tx) -> bool {
    tx.is_system() || access::may(tx.viewer().role, Action::ApproveVolunteer)
}

/// A line of the table in which checks are entered: one adult, one home, or one volunteer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// About whom.
    pub subject: Subject,
    /// The person's or the home's name.
    pub name: String,
    /// The home's name.
    pub home: String,
    /// Which home.
    pub household: HouseholdId,
    /// What stands today, as this reader may see it.
    pub cell: Cell,
}

impl Desk {
    /// Of everybody of whom a check of `kind` is asked, in homes of volunteers who take part or are being screened (of one
    /// home, when it is named), those whom the reader wants; by the names of the volunteers, from the first or from behind
    /// `after`. It ends where [`MOST_LINES`] are found or 3,000 volunteers read, and says behind whom it goes on. What the reader
    /// wants is asked before the name of a person's home is read.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::NotFound`] when `after` is not there; [`Error::Database`].
    pub async fn check_candidates(
        &self,
        kind: CheckKind,
        home: Option<HouseholdId>,
        after: Option<VolunteerId>,
        wanted: impl Fn(&Candidate) -> bool,
    ) -> Result<(Vec<Candidate>, Option<VolunteerId>), Error> {
        use volunteer::Column as C;
        self.require(Action::KeepVolunteer)?;
        let tx = self.read();
        let place = |row: &Asked| [row.name.clone().into(), row.id.into()];
        let mut place_of_last = match after {
            Some(id) => {
                let last: Vec<Asked> = tx.visible::<volunteer::Entity>().id(id).columns(ASKED, &tx).await?;
                Some(place(last.first().ok_or(Error::NotFound)?))
            }
            None => None,
        };
        let asked = tx
            .visible::<volunteer::Entity>()
            .and(C::State.is_in(["applied", "screening", "approved", "paused"]))
            .and_if(home.map(|home| C::HouseholdId.eq(home.0)));
        let (mut all, mut seen, mut next) = (Vec::new(), HashSet::new(), None);
        for piece in PIECES {
            let some = beyond(asked.clone(), [C::Name, C::Id], false, place_of_last);
            let mut some: Vec<Asked> = some.limit(piece as u64 + 1).columns(ASKED, &tx).await?;
            let is_more = some.len() > piece;
            some.truncate(piece);
            let found = candidates(&tx, kind, &some).await?;
            all.extend(found.into_iter().filter(|one| seen.insert(one.subject) && wanted(one)));
            next = some.last().filter(|_| is_more).map(|last| VolunteerId(last.id));
            if next.is_none() || all.len() >= MOST_LINES {
                break;
            }
            place_of_last = some.last().map(place);
        }
        let homes = homes(&tx, all.iter().map(|one| one.household.0).collect()).await?;
        for one in &mut all {
            one.home = homes.get(&one.household.0).cloned().unwrap_or_default();
        }
        Ok((all, next))
    }
}

/// What the table reads of a volunteer.
const ASKED: [volunteer::Column; 3] = [volunteer::Column::Id, volunteer::Column::Name, volunteer::Column::HouseholdId];

#[derive(Debug, FromQueryResult)]
struct Asked {
    id: Uuid,
    name: String,
    household_id: Uuid,
}

/// What the table reads of a home.
#[derive(Debug, FromQueryResult)]
struct Home {
    id: Uuid,
    name: String,
}

/// The names of some homes.
async fn homes(tx: &Tx, ids: HashSet<Uuid>) -> Result<HashMap<Uuid, String>, Error> {
    let columns = [household::Column::Id, household::Column::Name];
    let homes: Vec<Home> = tx.visible::<household::Entity>().among(ids).columns(columns, tx).await?;
    Ok(homes.into_iter().map(|home| (home.id, home.name)).collect())
}

/// Of whom a check of `kind` is asked in the homes of these volunteers. People and checks that it does not ask about are not
/// read.
async fn candidates(tx: &Tx, kind: CheckKind, volunteers: &[Asked]) -> Result<Vec<Candidate>, Error> {
    let today = tx.now().date();
    let ids: HashSet<Uuid> = volunteers.iter().map(|v| v.household_id).collect();
    let (homes, people) = match kind.about() {
        About::Home => (homes(tx, ids.clone()).await?, HashMap::new()),
        About::Adult => (HashMap::new(), Person::by_home(tx.visible(), &ids, tx).await?),
        About::Volunteer => (HashMap::new(), HashMap::new()),
    };
    let book = CheckBook::of_kinds(tx, ids, &[kind]).await?;
    let mut all = Vec::new();
    for v in volunteers {
        let mut add = |subject: Subject, name: &str| {
            let (name, home, household) = (name.to_owned(), String::new(), HouseholdId(v.household_id));
            all.push(Candidate { subject, name, home, household, cell: book.cell(tx, kind, subject, today) });
        };
        match kind.about() {
            About::Home => {
                add(Subject::Home(v.household_id), homes.get(&v.household_id).map(String::as_str).unwrap_or_default());
            }
            About::Volunteer => add(Subject::Volunteer(v.id), &v.name),
            About::Adult => {
                let people = people.get(&v.household_id).into_iter().flatten();
                people.filter(|m| m.is_asked_about(today)).for_each(|m| add(Subject::Adult(m.id), &m.name));
            }
        }
    }
    Ok(all)
}
