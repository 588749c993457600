//! A child director's round: the children of the own area, who is waited for, whom to call, who was seen today.

use std::collections::{HashMap, HashSet};

use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class};
use naheya_domain::follow_up::FollowUpState;
use naheya_domain::name_order::by_sound;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::area::within_any;
use crate::child::{ChildFilter, ChildRow, ChildView, by_name, rows_of};
use crate::follow_up::FollowUpRow;
use crate::order::{Page, Turn};
use crate::sealed::entity::{child, concern, follow_up, guardian, guardianship};
use crate::sealed::tx::Tx;
use crate::sealed::visible::same;
use crate::{Desk, Error};

/// Talks due within so many days stand on the page.
pub const SOON_DAYS: i64 = 7;
/// Talks and files that are read for the page.
const MOST_DUE: u64 = 200;
const MOST_LACKING: u64 = 50;

/// What a file lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lack {
    /// Nobody has said for long that it is right.
    Confirmation,
    /// There is no adult who can be called.
    Phone,
}

impl Lack {
    /// The word of its text.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmation => "confirmation",
            Self::Phone => "phone",
        }
    }
}

/// Whom to call about a child: the first adult on the list who has a phone and is not kept away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Name.
    pub name: String,
    /// What the adult is to the child, GB/T 4761 code.
    pub relation: String,
    /// Number.
    pub phone: String,
}

/// A child of the round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisitChild {
    /// Name, class, state.
    pub row: ChildRow,
    /// Talks that are due within [`SOON_DAYS`], soonest first.
    pub due: Vec<FollowUpRow>,
    /// What the file lacks.
    pub lacks: Vec<Lack>,
    /// Whom to call.
    pub call: Option<Call>,
}

/// The round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visits {
    /// Who is waited for: talks first, soonest first, then files that lack something.
    pub due: Vec<VisitChild>,
    /// Whom the reader saw today: a talk was written down and none is left, or a concern was raised.
    pub seen: Vec<VisitChild>,
    /// A page of everybody else, by name.
    pub others: Page<VisitChild>,
    /// How many children there are in all, counted to a bound.
    pub all: u64,
}

impl Desk {
    /// The round of whoever keeps children's files, in these areas (all that are seen when none is named). Each phone on it
    /// is a look at a file, kept in the trail before the page is sent.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who writes no talks down; [`Error::NotFound`] when the list goes on from a child that is not
    /// seen.
    pub async fn visits(&self, areas: &[String], stale_since: Timestamp, turn: &Turn) -> Result<Visits, Error> {
        self.require(Action::FollowUp)?;
        let tx = self.read();
        let here = ChildFilter { view: ChildView::Here, areas: areas.to_vec(), ..ChildFilter::default() };
        let mut talks = due_talks(&tx, areas).await?;
        let lacking = lacking(&tx, areas, stale_since).await?;
        let seen = seen_today(&tx).await?;
        let told: HashSet<Uuid> = seen.concerns.iter().chain(&seen.talks).copied().collect();
        let wanted: HashSet<Uuid> = talks.keys().chain(lacking.keys()).copied().chain(told).collect();
        let rows = rows_of(&tx, &here, wanted.into_iter().collect()).await?;
        let shown: Vec<Uuid> = rows.iter().map(|row| row.id.0).collect();
        let mut listed = by_name(&tx, &here, &shown, turn).await?;
        let others = std::mem::take(&mut listed.rows);
        let ids = rows.iter().chain(&others).map(|row| row.id.0).collect();
        let mut calls = calls(&tx, ids).await?;
        self.looked("children", calls.keys().copied().collect(), "work,personal", None).await?;
        let mut one = |row: ChildRow| VisitChild {
            due: talks.remove(&row.id.0).unwrap_or_default(),
            lacks: lacking.get(&row.id.0).cloned().unwrap_or_default(),
            call: calls.remove(&row.id.0),
            row,
        };
        let rows: Vec<VisitChild> = rows.into_iter().map(&mut one).collect();
        let others = others.into_iter().map(&mut one).collect();
        let (mut due, rest): (Vec<_>, Vec<_>) = rows.into_iter().partition(|child| !seen.is_done(child));
        due.sort_by_cached_key(|child| {
            (child.due.first().map_or(i64::MAX, |talk| talk.due_at.0), by_sound(&child.row.name))
        });
        Ok(Visits { due, seen: rest, others: listed.with(others), all: self.count_children(&here).await? })
    }
}

/// Whom the reader saw today.
struct Seen {
    talks: HashSet<Uuid>,
    concerns: HashSet<Uuid>,
}

impl Seen {
    /// A talk leaves the round when no other is due; a concern leaves it to those who handle it, for today.
    fn is_done(&self, child: &VisitChild) -> bool {
        let id = child.row.id.0;
        self.concerns.contains(&id) || (self.talks.contains(&id) && child.due.is_empty())
    }
}

/// The reader's own deeds of this day; nobody else's.
async fn seen_today(tx: &Tx) -> Result<Seen, Error> {
    let midnight = Timestamp::from_shanghai(tx.now().date().at(0, 0, 0, 0)).0;
    let talks = tx
        .visible::<follow_up::Entity>()
        .and(follow_up::Column::DoneBy.eq(tx.account()))
        .and(follow_up::Column::DoneAt.gte(midnight))
        .all(tx)
        .await?;
    let concerns = tx
        .for_rule::<concern::Entity>()
        .and(concern::Column::RaisedBy.eq(tx.account()))
        .and(concern::Column::RaisedAt.gte(midnight))
        .all(tx)
        .await?;
    Ok(Seen {
        talks: talks.into_iter().map(|row| row.child_id).collect(),
        concerns: concerns.into_iter().filter_map(|row| row.child_id).collect(),
    })
}

/// Talks that are late or due soon, by child, soonest first.
async fn due_talks(tx: &Tx, areas: &[String]) -> Result<HashMap<Uuid, Vec<FollowUpRow>>, Error> {
    let until = tx.now().plus_minutes(SOON_DAYS * 24 * 60);
    let there = tx.visible::<child::Entity>().and(within_any(child::Column::TownCode, areas)).ids(child::Column::Id);
    let rows = tx
        .visible::<follow_up::Entity>()
        .and(follow_up::Column::State.eq(FollowUpState::Due.code()))
        .and(follow_up::Column::DueAt.lte(until.0))
        .and(follow_up::Column::ChildId.in_subquery(there))
        .by(follow_up::Column::DueAt)
        .by(follow_up::Column::Id)
        .limit(MOST_DUE)
        .all(tx)
        .await?;
    let mut by_child: HashMap<Uuid, Vec<FollowUpRow>> = HashMap::new();
    for row in crate::follow_up::shown(tx, rows).await? {
        by_child.entry(row.child.0).or_default().push(row);
    }
    Ok(by_child)
}

/// Children whose file lacks something, and what.
async fn lacking(tx: &Tx, areas: &[String], stale_since: Timestamp) -> Result<HashMap<Uuid, Vec<Lack>>, Error> {
    use child::Column as C;
    let stale = Condition::any().add(C::ConfirmedAt.is_null()).add(C::ConfirmedAt.lt(stale_since.0));
    let here = || {
        let there = tx.visible::<child::Entity>().and(within_any(C::TownCode, areas));
        there.and(C::State.ne("left")).limit(MOST_LACKING)
    };
    let mut lacking: HashMap<Uuid, Vec<Lack>> = HashMap::new();
    for row in here().and(stale).by(C::ConfirmedAt).by(C::Id).all(tx).await? {
        lacking.entry(row.id).or_default().push(Lack::Confirmation);
    }
    for row in here().and(can_be_called(tx).not()).by(C::Name).by(C::Id).all(tx).await? {
        lacking.entry(row.id).or_default().push(Lack::Phone);
    }
    Ok(lacking)
}

/// Whether somebody around the child of the row has a phone and is not kept away.
fn can_be_called(tx: &Tx) -> sea_orm::sea_query::SimpleExpr {
    let with_phone = tx
        .for_rule::<guardian::Entity>()
        .and(same(guardian::Column::Id, guardianship::Column::GuardianId))
        .and(guardian::Column::PhoneSealed.is_not_null());
    tx.for_rule::<guardianship::Entity>()
        .and(same(guardianship::Column::ChildId, child::Column::Id))
        .and(guardianship::Column::Blocked.eq(false))
        .and(with_phone.some())
        .some()
}

/// The first adult of each child who can be called, in the order of calling.
async fn calls(tx: &Tx, children: Vec<Uuid>) -> Result<HashMap<Uuid, Call>, Error> {
    let ties = tx
        .visible_as::<guardianship::Entity>(Class::Personal)
        .and(guardianship::Column::ChildId.is_in(children))
        .and(guardianship::Column::Blocked.eq(false))
        .by(guardianship::Column::ContactOrder)
        .all(tx)
        .await?;
    let adults: Vec<Uuid> = ties.iter().map(|tie| tie.guardian_id).collect();
    let people = tx
        .visible_as::<guardian::Entity>(Class::Personal)
        .among(adults)
        .and(guardian::Column::PhoneSealed.is_not_null())
        .all(tx)
        .await?;
    let people: HashMap<Uuid, guardian::Model> = people.into_iter().map(|person| (person.id, person)).collect();
    let mut calls: HashMap<Uuid, Call> = HashMap::new();
    for tie in ties {
        let (Some(person), false) = (people.get(&tie.guardian_id), calls.contains_key(&tie.child_id)) else { continue };
        let sealed = person.phone_sealed.as_ref();
        if let Some(phone) = tx.open_some(crate::guardian::TABLE, "phone_sealed", person.id, sealed)? {
            calls.insert(tie.child_id, Call { name: person.name.clone(), relation: tie.relation, phone });
        }
    }
    Ok(calls)
}
