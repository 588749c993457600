//! What a guardian far away reads of the own children: where each is this weekend, the weekends
//! before with words and pictures, and who has looked at the file.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::alarm::Alarm;
use naheya_domain::custody::Holder;
use naheya_domain::id::{AccountId, ChildId, StayId};
use naheya_domain::stay::ladder::Rung;
use naheya_domain::stay::{Leg, RunsFrom, StayState};
use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use crate::audit::reason;
use crate::consent::GuardianWord;
use crate::note::NoteView;
use crate::sealed::bucket;
use crate::sealed::entity::{account, alarm, audit_event, child, guardian, pair, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::{Hold, held, state, unfetched};
use crate::{Desk, Error, consent, custody, merge, thanks};

mod ahead;

pub use ahead::FamilyAhead;

/// Weekends of one child that a page shows.
const MOST: u64 = 40;
/// States of which a guardian reads a weekend as it goes on: what was refused or called off is nobody's; of what had been
/// settled [`FamilyAhead`] says that it is off.
pub(crate) const SHOWN: [&str; 7] = ["requested", "consented", "approved", "released", "in_care", "returned", "closed"];
/// A pair that has not ended and takes no child.
const RESTS: &str = "paused";
const ACCOUNT_CHUNK: usize = 500;
/// Lines of who looked that a page shows, the newest.
pub const MOST_LOOKS: usize = 400;
/// Acts that stand for a look: a page that was opened, and a list with the child in it that left the house, whether at once,
/// with a second person's yes or beside the request.
const LOOKS: [&str; 3] = ["look", "export.take", "operation.finish"];

/// One weekend of the own child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyStay {
    /// Which.
    pub id: StayId,
    /// The volunteer's name.
    pub volunteer: String,
    /// Begins.
    pub starts_at: Timestamp,
    /// Ends.
    pub ends_at: Timestamp,
    /// How far it is.
    pub state: StayState,
    /// Where it begins.
    pub start: RunsFrom,
    /// Where it ends.
    pub end: RunsFrom,
    /// How far they are, by what was said last, while the child is away.
    pub leg: Leg,
    /// When they come later than agreed, by the volunteer's own word.
    pub said_late: Option<Timestamp>,
    /// Whether the coordinator has been called because the child is late.
    pub called: bool,
    /// What the guardians last said to it, until it is over.
    pub word: GuardianWord,
    /// The last day to which a yes holds, where the child is away and comes back after it.
    pub ends_short: Option<Date>,
    /// Since when it is held back, though it was approved, by a no that is not the guardians'.
    pub stopped: Option<Timestamp>,
    /// Minutes since the agreed hour, when the child should have been fetched long ago and nobody let it go.
    pub unfetched: Option<i64>,
    /// When it was back.
    pub returned_at: Option<Timestamp>,
    /// With whom, by the custody chain, when it is over.
    pub ended: Option<Holder>,
    /// What was written, newest first, with the pictures that are shown.
    pub notes: Vec<NoteView>,
    /// When it was thanked for.
    pub thanked_at: Option<Timestamp>,
}

impl FamilyStay {
    /// Whether the guardian hands the child to the volunteer now.
    #[must_use]
    pub fn is_given_here(&self) -> bool {
        self.state == StayState::Approved && self.start == RunsFrom::Guardian
    }

    /// Whether the guardian receives the child from the volunteer.
    #[must_use]
    pub fn is_received_here(&self) -> bool {
        self.state.is_away() && self.end == RunsFrom::Guardian
    }

    /// Minutes since the agreed hour, while nobody has received the child.
    #[must_use]
    pub fn late(&self, now: Timestamp) -> Option<i64> {
        let late = now.minutes_since(self.ends_at);
        (self.state.is_away() && late > 0).then_some(late)
    }
}

/// One of the own children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FamilyChild {
    /// Which.
    pub id: ChildId,
    /// Name.
    pub name: String,
    /// School.
    pub school: Option<String>,
    /// Who has the child by the newest link of the custody chain.
    pub holder: Holder,
    /// Since when; none where nothing was ever written.
    pub since: Option<Timestamp>,
    /// The volunteer of the pair that has not ended.
    pub volunteer: Option<String>,
    /// Whether that pair rests, whatever the reason: nobody is fetched.
    pub rests: bool,
    /// The weekend that runs or comes next.
    pub next: Option<FamilyStay>,
    /// Those after it that are settled, or were and are off.
    pub ahead: Vec<FamilyAhead>,
    /// Weekends that are over, newest first.
    pub past: Vec<FamilyStay>,
}

/// Somebody who looked at the file on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookLine {
    /// When last on that day.
    pub at: Timestamp,
    /// Who; none for an account that is gone.
    pub who: Option<String>,
    /// As what.
    pub role: Option<Role>,
    /// Whether the locked part was opened.
    pub locked: bool,
    /// Whether the child stood in a list that was taken out of the house.
    pub taken_out: bool,
    /// The reason given for it.
    pub reason: Option<String>,
    /// How often on that day.
    pub times: usize,
}

impl Desk {
    /// The own children; the look stands in the trail before this returns.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn family(&self) -> Result<Vec<FamilyChild>, Error> {
        let tx = self.read();
        let children = tx.visible::<child::Entity>().by(child::Column::Id).limit(20).all(&tx).await?;
        let mut family = Vec::with_capacity(children.len());
        for child in children {
            family.push(self.one_of_family(&tx, child).await?);
        }
        self.looked("children", family.iter().map(|c| c.id.0).collect(), "work", None).await?;
        Ok(family)
    }

    async fn one_of_family(&self, tx: &Tx, row: child::Model) -> Result<FamilyChild, Error> {
        let stays = tx
            .visible::<stay::Entity>()
            .and(stay::Column::ChildId.eq(row.id))
            .and(stay::Column::State.is_in(SHOWN))
            .by_desc(stay::Column::StartsAt)
            .limit(MOST)
            .all(tx)
            .await?;
        let notes = self.notes(Some(ChildId(row.id)), None).await?;
        let running = tx
            .visible::<pair::Entity>()
            .and(pair::Column::ChildId.eq(row.id))
            .and(pair::Column::State.is_in(["settling", "active", RESTS]))
            .first(tx)
            .await?;
        // The carer's name of a weekend is the guardian's to know, also when the pair has ended since.
        let ids: Vec<Uuid> =
            stays.iter().map(|s| s.volunteer_id).chain(running.iter().map(|p| p.volunteer_id)).collect();
        let carers = tx.for_rule::<volunteer::Entity>().among(ids).all(tx).await?;
        let names: BTreeMap<Uuid, String> = carers.into_iter().map(|v| (v.id, v.name)).collect();
        let school = match row.school_id {
            Some(id) => tx.for_rule::<school::Entity>().id(id).first(tx).await?.map(|s| s.name),
            None => None,
        };
        let thanked = thanks::of(tx, stays.iter().map(|s| s.id).collect()).await?;
        let known = Known { names, notes, thanked, ..Known::of(tx, &stays).await? };
        let lines: Vec<FamilyStay> = stays.iter().map(|s| known.line(s)).collect();
        let (over, open): (Vec<FamilyStay>, Vec<FamilyStay>) = lines.into_iter().partition(|s| is_over(s.state));
        // Newest first: the last of those that are still to come or run is the next one. A request that
        // nobody answered in time is no weekend any more.
        let next = open.into_iter().rfind(|s| s.state.is_away() || s.ends_at > tx.now());
        let link = custody::newest(tx, &[row.id]).await?.pop();
        let ahead = ahead::ahead(tx, row.id, &stays, next.as_ref().map(|stay| stay.id)).await?;
        Ok(FamilyChild {
            ahead,
            id: ChildId(row.id),
            holder: link.as_ref().map_or(Holder::School, custody::holder),
            since: link.as_ref().map(custody::happened),
            rests: running.as_ref().is_some_and(|p| p.state == RESTS),
            volunteer: running.and_then(|p| known.names.get(&p.volunteer_id).cloned()),
            name: row.name,
            school,
            next,
            past: over,
        })
    }

    /// Who looked at the own child's file, newest first, a line for each person and day, and for each reason given; the newest
    /// [`MOST_LOOKS`]. Own looks are left out, and so are those under a concern, a referral or break-glass (product.md rule 4):
    /// their acts have other names.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not the own child.
    pub async fn looks(&self, id: ChildId) -> Result<Vec<LookLine>, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(id).one(&tx).await?;
        let mut days = looked(&tx, child.id).await?;
        days.sort_by_key(|day| std::cmp::Reverse(day.newest));
        let names = names_of(&tx, &days).await?;
        let held = days.iter().filter_map(|day| Some((day.newest, day.reason.clone()?))).collect();
        let words = reason::words(&tx, held).await?;
        let mut lines: Vec<LookLine> = Vec::new();
        let mut seen = BTreeMap::new();
        for day in days {
            let (locked, taken_out) = (day.fields == "secret", day.fields == "export");
            let times = usize::try_from(day.times).unwrap_or(usize::MAX);
            // What is locked is opened for a reason: each of them is a line.
            let why = words.get(&day.newest).cloned();
            let key = (day.account_id, day.bucket, day.role.clone(), locked, taken_out, why.clone().filter(|_| locked));
            if let Some(line) = seen.get(&key).and_then(|n: &usize| lines.get_mut(*n)) {
                line.times = line.times.saturating_add(times);
                continue;
            }
            seen.insert(key, lines.len());
            lines.push(LookLine {
                at: Timestamp(day.last),
                who: names.get(&AccountId(day.account_id)).cloned(),
                role: Role::parse(&day.role),
                locked,
                taken_out,
                reason: why,
                times,
            });
        }
        lines.truncate(MOST_LOOKS);
        Ok(lines)
    }
}

/// Looks of one account in one role on one day, alike in what was seen and why.
#[derive(FromQueryResult)]
struct Looked {
    bucket: i64,
    account_id: Uuid,
    role: String,
    fields: String,
    /// What their events hold of the reason.
    reason: Option<String>,
    last: i64,
    /// The number of the newest of them in the county's chain.
    newest: i64,
    times: i64,
}

/// Counted by the database: a teacher's phone alone asks a dozen times a day, and nobody else's look is pushed out by that.
async fn looked(tx: &Tx, child: Uuid) -> Result<Vec<Looked>, Error> {
    use audit_event::Column as A;
    use sea_orm::sea_query::{Expr, ExprTrait};
    let files = merge::files_in(tx, child).await?;
    let of_child = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq("children")).and(A::RefId.is_in(files));
    let mut own = vec![tx.account()];
    // By a link she looks under her file.
    if let Place::Person(file) = tx.viewer().place {
        own.push(file);
    }
    let by_others = of_child.and(A::Act.is_in(LOOKS)).and(A::AccountId.is_not_in(own));
    let alike = [A::AccountId, A::Role, A::Fields, A::Reason];
    let (n, at) = (|| Expr::col(A::N), Expr::col(A::At));
    let sums = vec![(at.max(), "last"), (n().max(), "newest"), (n().count(), "times")];
    by_others.bucketed(bucket::day_of_event(), &alike, sums, tx).await
}

/// What those are called who looked.
async fn names_of(tx: &Tx, days: &[Looked]) -> Result<BTreeMap<AccountId, String>, Error> {
    let ids: BTreeSet<Uuid> = days.iter().map(|day| day.account_id).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut names = BTreeMap::new();
    for some in ids.chunks(ACCOUNT_CHUNK) {
        let rows = tx.common::<account::Entity>().among(some.iter().copied()).all(tx).await?;
        names.extend(rows.into_iter().map(|a| (AccountId(a.id), a.display_name)));
    }
    // A guardian who came by a link has no account.
    let others = ids.iter().copied().filter(|id| !names.contains_key(&AccountId(*id)));
    let family = tx.for_rule::<guardian::Entity>().among(others.collect::<Vec<_>>()).all(tx).await?;
    names.extend(family.into_iter().map(|one| (AccountId(one.id), one.name)));
    Ok(names)
}

/// What is read of a child's stays beside their rows.
#[derive(Default)]
struct Known {
    names: BTreeMap<Uuid, String>,
    notes: Vec<NoteView>,
    thanked: BTreeMap<StayId, Timestamp>,
    legs: BTreeMap<Uuid, Leg>,
    words: BTreeMap<Uuid, GuardianWord>,
    short: BTreeMap<Uuid, Date>,
    holds: BTreeMap<Uuid, Hold>,
    unfetched: BTreeMap<Uuid, i64>,
    ends: BTreeMap<Uuid, Holder>,
    called: BTreeSet<Uuid>,
}

impl Known {
    /// How far those are that run, what was said to those to come, and where those ended that are over.
    async fn of(tx: &Tx, stays: &[stay::Model]) -> Result<Known, Error> {
        let in_state = |which: fn(StayState) -> bool| stays.iter().filter(move |row| which(state(row)));
        let away: Vec<Uuid> = in_state(StayState::is_away).map(|row| row.id).collect();
        let over: Vec<Uuid> = in_state(is_over).map(|row| row.id).collect();
        let asked = in_state(is_asked).filter(|row| row.ends_at > tx.now().0);
        let asked: Vec<&stay::Model> = asked.chain(in_state(StayState::is_away)).collect();
        Ok(Known {
            legs: custody::legs(tx, &away).await?,
            called: called(tx, &away).await?,
            words: consent::words(tx, &asked).await?,
            short: consent::ends_short(tx, &in_state(StayState::is_away).collect::<Vec<_>>()).await?,
            holds: held(tx, stays).await?,
            unfetched: unfetched(tx, stays).await?,
            ends: custody::ends(tx, &over).await?,
            ..Known::default()
        })
    }

    fn line(&self, row: &stay::Model) -> FamilyStay {
        FamilyStay {
            id: StayId(row.id),
            volunteer: self.names.get(&row.volunteer_id).cloned().unwrap_or_default(),
            starts_at: Timestamp(row.starts_at),
            ends_at: Timestamp(row.ends_at),
            state: state(row),
            start: RunsFrom::parse(&row.start_kind).unwrap_or(RunsFrom::School),
            end: RunsFrom::parse(&row.end_kind).unwrap_or(RunsFrom::School),
            leg: self.legs.get(&row.id).copied().unwrap_or_default(),
            said_late: row.late_until.map(Timestamp),
            called: self.called.contains(&row.id),
            word: self.words.get(&row.id).copied().unwrap_or_default(),
            ends_short: self.short.get(&row.id).copied(),
            stopped: match self.holds.get(&row.id) {
                Some(Hold::Word(at)) => Some(*at),
                _ => None,
            },
            unfetched: self.unfetched.get(&row.id).copied(),
            returned_at: row.returned_at.map(Timestamp),
            ended: self.ends.get(&row.id).copied(),
            notes: self.notes.iter().filter(|n| n.stay == Some(StayId(row.id))).cloned().collect(),
            thanked_at: self.thanked.get(&StayId(row.id)).copied(),
        }
    }
}

fn is_over(state: StayState) -> bool {
    matches!(state, StayState::Returned | StayState::Closed)
}

fn is_asked(state: StayState) -> bool {
    matches!(state, StayState::Requested | StayState::Consented)
}

/// Those of these stays for whose child the coordinator has been called, and still is.
async fn called(tx: &Tx, stays: &[Uuid]) -> Result<BTreeSet<Uuid>, Error> {
    if stays.is_empty() {
        return Ok(BTreeSet::new());
    }
    let open = tx
        .for_rule::<alarm::Entity>()
        .and(alarm::Column::StayId.is_in(stays.iter().copied()))
        .and(alarm::Column::Kind.eq(Alarm::Late(Rung::Coordinator).code()))
        .and(alarm::Column::ClosedAt.is_null());
    Ok(open.all(tx).await?.into_iter().filter_map(|row| row.stay_id).collect())
}
