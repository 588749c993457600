//! Reading pairs: the list, one pair, the pairs of a child or a volunteer.

use std::collections::BTreeMap;

use naheya_domain::id::{ChildId, PairId, VolunteerId};
use naheya_domain::pair::{PairSource, PairState};
use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::UnionType;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::child::PAGE;
use crate::order::beyond;
use crate::sealed::entity::{child, household, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::search::{Kind, called};
use crate::{Desk, Error};

/// No list is counted further.
const COUNTED: u64 = 1_000;

/// Which pairs a list shows. Empty shows all that the viewer sees.
#[derive(Clone, Debug, Default)]
pub struct PairFilter {
    /// Only in this state.
    pub state: Option<PairState>,
    /// Only of this volunteer.
    pub volunteer: Option<VolunteerId>,
    /// Name of the child or the volunteer, pinyin or initials begin with this.
    pub search: Option<String>,
    /// After this row (its first day and id): the next page.
    pub after: Option<(Date, PairId)>,
}

/// A pair as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairRow {
    /// Which one.
    pub id: PairId,
    /// The child.
    pub child: ChildId,
    /// The child's name; empty when the viewer does not, or no longer, see the child.
    pub child_name: String,
    /// The volunteer.
    pub volunteer: VolunteerId,
    /// Her name.
    pub volunteer_name: String,
    /// State.
    pub state: PairState,
    /// First day.
    pub begun_on: Option<Date>,
    /// Last day.
    pub ended_on: Option<Date>,
    /// Why it ended: a code of [`naheya_domain::pair::EndReason`], or the paper's own words.
    pub end_reason: Option<String>,
    /// Where it comes from.
    pub source: PairSource,
    /// The paper's number.
    pub paper_number: Option<String>,
}

/// A pair with what its page shows beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFile {
    /// The pair.
    pub row: PairRow,
    /// The home's name.
    pub home: String,
    /// Children the home may take.
    pub capacity: i32,
    /// Children with a running pair in the home, this one included.
    pub taken: u64,
    /// Weekends that are over.
    pub closed_stays: u64,
    /// The last of them began then.
    pub last_stay_at: Option<Timestamp>,
}

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

/// What a list reads of a pair.
pub(super) const COLUMNS: [pair::Column; 9] = [
    pair::Column::Id,
    pair::Column::ChildId,
    pair::Column::VolunteerId,
    pair::Column::State,
    pair::Column::BegunOn,
    pair::Column::EndedOn,
    pair::Column::EndReason,
    pair::Column::Source,
    pair::Column::PaperNumber,
];

#[derive(Debug, FromQueryResult)]
pub(super) struct Listed {
    pub(super) id: Uuid,
    child_id: Uuid,
    volunteer_id: Uuid,
    state: String,
    begun_on: String,
    ended_on: Option<String>,
    end_reason: Option<String>,
    source: String,
    paper_number: Option<String>,
}

impl From<pair::Model> for Listed {
    fn from(row: pair::Model) -> Listed {
        Listed {
            id: row.id,
            child_id: row.child_id,
            volunteer_id: row.volunteer_id,
            state: row.state,
            begun_on: row.begun_on,
            ended_on: row.ended_on,
            end_reason: row.end_reason,
            source: row.source,
            paper_number: row.paper_number,
        }
    }
}

impl Desk {
    /// A page of the pairs that the viewer sees, newest first; and whether more follow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pairs(&self, filter: &PairFilter) -> Result<(Vec<PairRow>, bool), Error> {
        let mut rows = first_rows(&self.read(), filter, PAGE + 1).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(50));
        Ok((rows, more))
    }

    /// How many pairs the filter finds, counted no further than 1,000.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_pairs(&self, filter: &PairFilter) -> Result<u64, Error> {
        let count = async {
            let tx = self.read();
            found(&tx, filter).await?.count_to(COUNTED, &tx).await
        };
        let detail = format!("{:?}", PairFilter { after: None, ..filter.clone() });
        self.remembered("pairs.count", detail, count).await
    }

    /// One pair.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not visible to the viewer.
    pub async fn pair(&self, id: PairId) -> Result<PairFile, Error> {
        let tx = self.read();
        let found = tx.visible::<pair::Entity>().id(id).one(&tx).await?;
        let volunteer = tx.for_rule::<volunteer::Entity>().id(found.volunteer_id).one(&tx).await?;
        let home = tx.for_rule::<household::Entity>().id(volunteer.household_id).one(&tx).await?;
        let over = || {
            tx.visible::<stay::Entity>()
                .and(super::of_pair(&found))
                .and(stay::Column::State.is_in(["returned", "closed"]))
        };
        let closed_stays = over().count(&tx).await?;
        let last = over().by_desc(stay::Column::StartsAt).first(&tx).await?;
        let taken = crate::household::taken(&tx, home.id).await?;
        let row = shown(&tx, vec![found.into()]).await?.pop().ok_or(Error::NotFound)?;
        Ok(PairFile {
            row,
            home: home.name,
            capacity: home.capacity,
            taken,
            closed_stays,
            last_stay_at: last.map(|s| Timestamp(s.starts_at)),
        })
    }

    /// The volunteer's pairs, newest first, at most a page.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn pairs_of_volunteer(&self, volunteer: VolunteerId) -> Result<Vec<PairRow>, Error> {
        let filter = PairFilter { volunteer: Some(volunteer), ..PairFilter::default() };
        Ok(self.pairs(&filter).await?.0)
    }
}

/// The pairs that the filter finds, wherever the page begins.
pub(crate) async fn found(tx: &Tx, filter: &PairFilter) -> Result<Visible<pair::Entity>, Error> {
    Ok(tx.visible::<pair::Entity>().and(matching(tx, filter).await?))
}

/// The first rows of the list, newest first.
pub(crate) async fn first_rows(tx: &Tx, filter: &PairFilter, most: u64) -> Result<Vec<PairRow>, Error> {
    use pair::Column as C;
    let after = filter.after.map(|(begun, id)| [begun.to_string().into(), id.0.into()]);
    let rows = beyond(found(tx, filter).await?, [C::BegunOn, C::Id], true, after);
    shown(tx, rows.limit(most).columns(COLUMNS, tx).await?).await
}

async fn matching(tx: &Tx, filter: &PairFilter) -> Result<Condition, Error> {
    use pair::Column as C;
    let mut all = Condition::all();
    if let Some(state) = filter.state {
        all = all.add(C::State.eq(state.code()));
    }
    if let Some(volunteer) = filter.volunteer {
        all = all.add(C::VolunteerId.eq(volunteer.0));
    }
    if let Some(typed) = filter.search.as_deref().filter(|t| !t.trim().is_empty()) {
        let of = |named| tx.visible::<pair::Entity>().and(named).ids(C::Id);
        let mut either = of(called(tx, Kind::Child, C::ChildId, typed).await?);
        // One after the other, each by its own index: with an "or" between them every pair of the county is looked at.
        either.union(UnionType::All, of(called(tx, Kind::Volunteer, C::VolunteerId, typed).await?));
        all = all.add(C::Id.in_subquery(either));
    }
    Ok(all)
}

pub(super) async fn shown(tx: &Tx, rows: Vec<Listed>) -> Result<Vec<PairRow>, Error> {
    let people: Vec<(Uuid, Uuid)> = rows.iter().map(|row| (row.child_id, row.volunteer_id)).collect();
    let (children, volunteers) = names(tx, &people).await?;
    Ok(rows.into_iter().map(|row| one(row, &children, &volunteers)).collect())
}

type Names = BTreeMap<Uuid, String>;

/// The names of these children and these volunteers.
pub(super) async fn names(tx: &Tx, people: &[(Uuid, Uuid)]) -> Result<(Names, Names), Error> {
    let children = tx
        .visible::<child::Entity>()
        .among(people.iter().map(|(child, _)| *child))
        .columns::<Named, 2>([child::Column::Id, child::Column::Name], tx)
        .await?;
    // Whoever sees a pair may know who cares for the child: the teacher and the family see no file of hers.
    let volunteers = tx
        .for_rule::<volunteer::Entity>()
        .among(people.iter().map(|(_, volunteer)| *volunteer))
        .columns::<Named, 2>([volunteer::Column::Id, volunteer::Column::Name], tx)
        .await?;
    let named = |all: Vec<Named>| all.into_iter().map(|n| (n.id, n.name)).collect::<Names>();
    Ok((named(children), named(volunteers)))
}

fn one(row: Listed, children: &Names, volunteers: &Names) -> PairRow {
    let date = |text: Option<&str>| text.and_then(|t| t.parse().ok());
    PairRow {
        id: PairId(row.id),
        child: ChildId(row.child_id),
        child_name: children.get(&row.child_id).cloned().unwrap_or_default(),
        volunteer: VolunteerId(row.volunteer_id),
        volunteer_name: volunteers.get(&row.volunteer_id).cloned().unwrap_or_default(),
        state: PairState::parse(&row.state).unwrap_or(PairState::Ended),
        begun_on: date(Some(&row.begun_on)),
        ended_on: date(row.ended_on.as_deref()),
        end_reason: row.end_reason,
        source: PairSource::parse(&row.source).unwrap_or(PairSource::Paper),
        paper_number: row.paper_number,
    }
}
