//! Concerns: raised by anyone, seen by a restricted circle, and the one act that suspends.

use std::collections::BTreeSet;

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::concern::{ConcernState, NewConcern};
use naheya_domain::id::{AccountId, ChildId, ConcernId, VolunteerId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::grant::people_of;
use crate::sealed::act::Act;
use crate::sealed::entity::{
    account, child, concern, concern_circle, concern_entry, concern_person, grant, notice, pair, volunteer,
};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;

pub(crate) mod hands;
mod list;
mod remind;
pub(crate) mod suspension;

use hands::{first_hands, kept_from, selves, stays_in_hands};

pub use hands::HandOnConcerns;
pub(crate) use list::of_reader;
pub use list::{ConcernFile, ConcernRow, ConcernTimes};
pub use remind::RemindConcerns;
pub use suspension::{LiftSuspension, Lifted, Suspend, Suspended};

pub(crate) const TABLE: &str = "concerns";
/// In each ten minutes only so many of the visitors' concerns that wait are called out: who sends them in heaps must not use
/// up the messages of the next. Every one of them is kept, and stands in the list.
const CALLED_OUT: u64 = 5;
const TEN_MINUTES: i64 = 10 * 60_000;
/// As whom somebody speaks who is not signed in.
const PUBLIC: &str = "public";

/// A concern, raised by anybody. Needs no right: it is the one act without a knock (rule 4).
#[derive(Clone, Debug)]
pub struct RaiseConcern {
    /// What is said.
    pub said: NewConcern,
    /// The child it is about, when the page knows; only one that the viewer sees is taken.
    pub child: Option<ChildId>,
}

impl Act for RaiseConcern {
    const NAME: &'static str = "concern.raise";
    type Answer = ConcernId;

    async fn run(&self, tx: &Tx) -> Result<ConcernId, Error> {
        let child = match self.child {
            Some(child) if !tx.is_system() => tx.visible::<child::Entity>().id(child).first(tx).await?.map(|c| c.id),
            _ => None,
        };
        self.about(tx, child).await
    }
}

impl RaiseConcern {
    /// The same about a child that a record of the viewer's own names: of a weekend she knows whose it was, also when she does not
    /// see the file any more.
    pub(crate) async fn about(&self, tx: &Tx, child: Option<Uuid>) -> Result<ConcernId, Error> {
        let id = Uuid::now_v7();
        let raised_as = if tx.is_system() { PUBLIC } else { tx.viewer().role.code() };
        let called_out = called_out(tx).await?;
        tx.insert::<concern::Entity>(concern::Model {
            area_id: tx.area_id(),
            id,
            number: next_number(tx).await?,
            raised_at: tx.now().0,
            raised_by: (!tx.is_system()).then(|| tx.account()),
            raised_as: raised_as.into(),
            situation: self.said.situation_record(),
            words_sealed: tx.seal(TABLE, "words_sealed", id, &self.said.words)?,
            contact_sealed: tx.seal_some(TABLE, "contact_sealed", id, self.said.contact.as_deref())?,
            child_id: child,
            state: ConcernState::Raised.code().into(),
            take_up_by: self.said.take_up_by(tx.now()).0,
            taken_up_at: None,
            taken_up_by: None,
            reported_at: None,
            reported_to: None,
            closed_at: None,
            result_sealed: None,
            suspended_at: None,
            version: 1,
        })
        .await?;
        for handler in first_hands(tx, id).await? {
            add_to_circle(tx, id, handler).await?;
            if let Some(due_at) = called_out {
                tell_at(tx, id, handler, due_at);
            }
        }
        Ok(ConcernId(id))
    }
}

/// When the handlers get a letter of the concern that is raised now. Of a heap the first that is not called out is told of
/// when its ten minutes are over: a true one among them is heard of no later.
async fn called_out(tx: &Tx) -> Result<Option<i64>, Error> {
    let now = tx.now().0;
    if !tx.is_system() {
        return Ok(Some(now));
    }
    let since = now - now.rem_euclid(TEN_MINUTES);
    let waiting = tx
        .for_rule::<concern::Entity>()
        .and(concern::Column::State.eq(ConcernState::Raised.code()))
        .and(concern::Column::RaisedAs.eq(PUBLIC))
        .and(concern::Column::RaisedAt.gte(since));
    Ok(match waiting.count(tx).await? {
        0..CALLED_OUT => Some(now),
        CALLED_OUT => Some(since + TEN_MINUTES),
        _ => None,
    })
}

/// The year's running number, e.g. `2026-0014`. Read as a number: as text `2026-10000` would stand
/// before `2026-9999`, and the number after the last would be one that is given already.
async fn next_number(tx: &Tx) -> Result<String, Error> {
    let year = tx.now().date().year();
    let given = tx
        .for_rule::<concern::Entity>()
        .and(concern::Column::Number.gte(format!("{year}-")))
        .and(concern::Column::Number.lt(format!("{year}~")))
        .columns::<Numbered, 1>([concern::Column::Number], tx)
        .await?;
    let running = given.iter().filter_map(|c| c.number.split_once('-')?.1.parse::<u32>().ok()).max();
    Ok(format!("{year}-{:04}", running.unwrap_or(0) + 1))
}

#[derive(Debug, sea_orm::FromQueryResult)]
struct Numbered {
    number: String,
}

fn tell(tx: &Tx, concern: Uuid, handler: Uuid) {
    tell_at(tx, concern, handler, tx.now().0);
}

fn tell_at(tx: &Tx, concern: Uuid, handler: Uuid, due_at: i64) {
    let (about, to_account) = (("concern", Some(concern)), Some(handler));
    tx.notify(Letter { kind: "concern.raised", to_account, to_role: None, to_person: None, about, due_at });
}

async fn add_to_circle(tx: &Tx, concern: Uuid, account: Uuid) -> Result<(), Error> {
    let row =
        concern_circle::Model { area_id: tx.area_id(), id: Uuid::now_v7(), concern_id: concern, account_id: account };
    tx.insert::<concern_circle::Entity>(row).await
}

/// The concern, for a handler in its circle whom it is not about.
async fn mine(tx: &Tx, id: ConcernId) -> Result<concern::Model, Error> {
    tx.require(Action::HandleConcern)?;
    let row = tx.visible::<concern::Entity>().id(id).one(tx).await?;
    if about_me(tx).await?.contains(&row.id) { Err(Error::NotFound) } else { Ok(row) }
}

/// [`Error::NotFound`] unless the reader handles this concern and it is about this child.
pub(crate) async fn names_child(tx: &Tx, id: ConcernId, child: ChildId) -> Result<(), Error> {
    let row = mine(tx, id).await?;
    if row.child_id == Some(child.0) { Ok(()) } else { Err(Error::NotFound) }
}

/// Concerns about the account at this desk, whatever the role: as a colleague, through the person or the home for which another
/// grant of the same account stands, or through a child that it takes home and that others see to.
async fn about_me(tx: &Tx) -> Result<BTreeSet<Uuid>, Error> {
    let own = selves(tx, BTreeSet::from([tx.account()])).await?;
    let own = concern_person::Column::RefId.is_in(own.into_values().flatten());
    let rows = tx.for_rule::<concern_person::Entity>().and(own).all(tx).await?;
    let mut about: BTreeSet<Uuid> = rows.into_iter().map(|row| row.concern_id).collect();
    about.extend(kept_from(tx).await?);
    Ok(about)
}

/// Whether one of these concerns is kept from whoever is at work.
pub(crate) async fn hides(tx: &Tx, concerns: &BTreeSet<Uuid>) -> Result<bool, Error> {
    Ok(!about_me(tx).await?.is_disjoint(concerns))
}

fn step(row: &concern::Model, next: ConcernState) -> Result<concern::Model, Error> {
    let state = ConcernState::parse(&row.state).ok_or(Error::NotFound)?;
    if !state.may_become(next) {
        return Err(Error::refused("concern.step_not_possible"));
    }
    let mut after = row.clone();
    next.code().clone_into(&mut after.state);
    Ok(after)
}

async fn write_entry(tx: &Tx, concern: Uuid, kind: &str, words: &str) -> Result<(), Error> {
    let id = Uuid::now_v7();
    tx.insert::<concern_entry::Entity>(concern_entry::Model {
        area_id: tx.area_id(),
        id,
        concern_id: concern,
        at: tx.now().0,
        by_account: (!tx.is_system()).then(|| tx.account()),
        kind: kind.into(),
        words_sealed: tx.seal("concern_entries", "words_sealed", id, words)?,
    })
    .await
}

/// A handler takes it up: the clock stops here.
#[derive(Clone, Debug)]
pub struct TakeUpConcern {
    /// Which.
    pub concern: ConcernId,
}

impl Act for TakeUpConcern {
    const NAME: &'static str = "concern.take_up";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = mine(tx, self.concern).await?;
        let mut after = step(&row, ConcernState::TakenUp)?;
        after.taken_up_at = Some(tx.now().0);
        after.taken_up_by = Some(tx.account());
        tx.change::<concern::Entity>(&row, after).await?;
        write_entry(tx, row.id, "taken_up", "").await
    }
}

/// The police (or civil affairs) have been told; the time is kept by itself.
#[derive(Clone, Debug)]
pub struct ReportConcern {
    /// Which.
    pub concern: ConcernId,
    /// `police` or `civil_affairs`.
    pub to: String,
}

impl Act for ReportConcern {
    const NAME: &'static str = "concern.report";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if !["police", "civil_affairs"].contains(&self.to.as_str()) {
            return Err(Error::field("to", "required.missing"));
        }
        let row = mine(tx, self.concern).await?;
        let mut after = step(&row, ConcernState::Reported)?;
        after.reported_at = Some(tx.now().0);
        after.reported_to = Some(self.to.clone());
        tx.change::<concern::Entity>(&row, after).await?;
        write_entry(tx, row.id, "reported", &self.to).await
    }
}

/// One more line of the record, which is never changed afterwards.
#[derive(Clone, Debug)]
pub struct AddToConcern {
    /// Which.
    pub concern: ConcernId,
    /// What was done, seen or heard.
    pub words: String,
}

impl Act for AddToConcern {
    const NAME: &'static str = "concern.add";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = mine(tx, self.concern).await?;
        let words = self.words.trim();
        if words.is_empty() {
            return Err(Error::field("words", "required.missing"));
        }
        if words.chars().count() > 4000 {
            return Err(Error::field("words", "text.too_long"));
        }
        write_entry(tx, row.id, "words", words).await
    }
}

/// Names whom it is about. They, and their accounts, never learn that it exists.
#[derive(Clone, Debug)]
pub struct NameInConcern {
    /// Which.
    pub concern: ConcernId,
    /// A child …
    pub child: Option<ChildId>,
    /// … a volunteer …
    pub volunteer: Option<VolunteerId>,
    /// … or a colleague.
    pub account: Option<AccountId>,
}

impl Act for NameInConcern {
    const NAME: &'static str = "concern.name";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = mine(tx, self.concern).await?;
        // A colleague may be a volunteer too: then both are meant.
        let (mut volunteers, mut colleagues) = (Vec::new(), Vec::new());
        if let Some(child) = self.child {
            let child = tx.for_rule::<child::Entity>().id(child).one(tx).await?;
            let mut after = row.clone();
            after.child_id = Some(child.id);
            tx.change::<concern::Entity>(&row, after).await?;
        }
        if let Some(volunteer) = self.volunteer {
            let volunteer = tx.for_rule::<volunteer::Entity>().id(volunteer).one(tx).await?;
            colleagues.extend(colleagues_who_are(tx, volunteer.id).await?);
            volunteers.push(volunteer);
        }
        if let Some(account) = self.account {
            colleagues.push(tx.common::<account::Entity>().id(account).one(tx).await?.id);
            volunteers.extend(volunteers_who_are(tx, account.0).await?);
        }
        for volunteer in &volunteers {
            add_person(tx, row.id, "volunteer", volunteer.id).await?;
            add_person(tx, row.id, "household", volunteer.household_id).await?;
        }
        for account in &colleagues {
            add_person(tx, row.id, "staff", *account).await?;
        }
        // Whoever lives with her reads of it no more than she does.
        let homes = volunteers.iter().map(|one| one.household_id);
        let home = tx.for_rule::<volunteer::Entity>().holding(volunteer::Column::HouseholdId, homes).all(tx).await?;
        for member in home {
            colleagues.extend(colleagues_who_are(tx, member.id).await?);
        }
        for account in &colleagues {
            // What was told before anybody knew whom it is about is taken back.
            let told = sea_orm::Condition::all().add(notice::Column::RefId.eq(row.id));
            tx.clear::<notice::Entity>(told.add(notice::Column::AccountId.eq(*account))).await?;
        }
        let others = stays_in_hands(tx, row.id).await?;
        // Whoever took it up is out of it: the others must know that nobody goes on.
        let took_it_up = row.taken_up_by.is_some_and(|by| colleagues.contains(&by));
        if took_it_up && row.state != ConcernState::Closed.code() {
            for handler in others {
                tell(tx, row.id, handler);
            }
        }
        Ok(())
    }
}

/// Whom a concern is about takes it along to another home: rule 2 asks about everybody in a stay.
pub(crate) async fn follow_home(tx: &Tx, volunteer: Uuid, home: Uuid) -> Result<(), Error> {
    let naming = tx.for_rule::<concern_person::Entity>().and(concern_person::Column::RefId.eq(volunteer));
    let about = concern::Column::Id.in_subquery(naming.ids(concern_person::Column::ConcernId));
    for row in tx.for_rule::<concern::Entity>().and(suspension::in_force()).and(about).all(tx).await? {
        tx.told_as(NameInConcern::NAME, add_person(tx, row.id, "household", home)).await?;
    }
    Ok(())
}

/// The volunteers on file whom an account stands for.
async fn volunteers_who_are(tx: &Tx, account: Uuid) -> Result<Vec<volunteer::Model>, Error> {
    tx.for_rule::<volunteer::Entity>().among(people_of(tx, account).await?).all(tx).await
}

/// The accounts that stand for a volunteer and work here in another role too.
async fn colleagues_who_are(tx: &Tx, volunteer: Uuid) -> Result<BTreeSet<Uuid>, Error> {
    let here = || tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id()));
    let hers = here().and(grant::Column::PlaceRef.eq(volunteer.to_string())).all(tx).await?;
    let accounts = hers.iter().map(|g| g.account_id);
    let work = here().and(grant::Column::AccountId.is_in(accounts)).and(grant::Column::EndedAt.is_null());
    let home = [Role::Volunteer, Role::Applicant, Role::Guardian].map(Role::code);
    Ok(work.and(grant::Column::Role.is_not_in(home)).all(tx).await?.iter().map(|g| g.account_id).collect())
}

async fn add_person(tx: &Tx, concern: Uuid, kind: &str, person: Uuid) -> Result<(), Error> {
    let there = tx
        .for_rule::<concern_person::Entity>()
        .and(concern_person::Column::ConcernId.eq(concern))
        .and(concern_person::Column::RefId.eq(person))
        .first(tx)
        .await?;
    if there.is_some() {
        return Ok(());
    }
    let row = concern_person::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        concern_id: concern,
        kind: kind.into(),
        ref_id: person,
    };
    tx.insert::<concern_person::Entity>(row).await
}

/// Ends a concern with its result.
#[derive(Clone, Debug)]
pub struct CloseConcern {
    /// Which.
    pub concern: ConcernId,
    /// What came of it, and how the child is.
    pub result: String,
}

impl Act for CloseConcern {
    const NAME: &'static str = "concern.close";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let result = self.result.trim();
        match result.chars().count() {
            0 => return Err(Error::field("result", "required.missing")),
            // “好了” says neither what came of it nor how the child is.
            1..4 => return Err(Error::field("result", "text.few_words")),
            _ => {}
        }
        if result.chars().count() > 4000 {
            return Err(Error::field("result", "text.too_long"));
        }
        let row = mine(tx, self.concern).await?;
        let mut after = step(&row, ConcernState::Closed)?;
        after.closed_at = Some(tx.now().0);
        after.result_sealed = Some(tx.seal(TABLE, "result_sealed", row.id, result)?);
        tx.change::<concern::Entity>(&row, after).await?;
        crate::claim::let_go_of(tx, &suspension::named_by(tx, &row).await?).await?;
        write_entry(tx, row.id, "closed", "").await
    }
}

/// The pairs that a concern reaches: the child's, and those of the volunteers named.
async fn pairs_reached(tx: &Tx, row: &concern::Model) -> Result<Vec<pair::Model>, Error> {
    let named =
        tx.for_rule::<concern_person::Entity>().and(concern_person::Column::ConcernId.eq(row.id)).all(tx).await?;
    let people: Vec<Uuid> = named.into_iter().map(|p| p.ref_id).chain(row.child_id).collect();
    tx.for_rule::<pair::Entity>()
        .and(pair::Column::State.ne("ended"))
        .and(
            sea_orm::Condition::any()
                .add(pair::Column::ChildId.is_in(people.clone()))
                .add(pair::Column::VolunteerId.is_in(people)),
        )
        .all(tx)
        .await
}
