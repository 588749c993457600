//! The list of children: whom it shows, one row each, put together from a few reads of a page.

use std::collections::{BTreeSet, HashMap};

use naheya_domain::access::Action;
use naheya_domain::calendar_date::age_on;
use naheya_domain::child::{ChildState, EXPORT_ALONE};
use naheya_domain::id::{ChildId, ClassId, SchoolId};
use naheya_domain::sex::Sex;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::TABLE;
use crate::area::within;
use crate::sealed::entity::{child, class, follow_up, pair, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::search::{self, Kind};
use crate::{Desk, Error};

/// Rows of a page of a list.
pub const PAGE: u64 = 50;
/// No list is counted further: an unbounded count reads the whole index.
const COUNTED: u64 = 500;
/// Rows of a list that is taken out as Excel.
const MOST_OUT: u64 = 50_000;

/// The saved views of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ChildView {
    /// Everybody on file, also who has left.
    #[default]
    All,
    /// Everybody who has not left: what the office works with.
    Here,
    /// With a pair that is settling or active.
    Paired,
    /// Taken in or applying, without a pair.
    Waiting,
    /// The child or the pair rests.
    Paused,
    /// Still with the programme, and nobody has confirmed the file since [`ChildFilter::stale_since`].
    Stale,
    /// Has left the programme.
    Left,
}

impl ChildView {
    /// The views that have a tab, in its order.
    pub const TABS: [ChildView; 6] = [Self::Here, Self::Paired, Self::Waiting, Self::Paused, Self::Stale, Self::Left];

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Here => "here",
            Self::Paired => "paired",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
            Self::Stale => "stale",
            Self::Left => "left",
        }
    }

    /// The view with this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::TABS.into_iter().chain([Self::All]).find(|v| v.code() == code)
    }
}

/// Which children a list shows. Empty shows all that the viewer sees.
#[derive(Clone, Debug, Default)]
pub struct ChildFilter {
    /// The saved view.
    pub view: ChildView,
    /// Only in this state.
    pub state: Option<ChildState>,
    /// Only of this school.
    pub school: Option<SchoolId>,
    /// Only of this class.
    pub class: Option<ClassId>,
    /// Only of this town (code) and what lies below it.
    pub town: Option<String>,
    /// Only files that nobody has confirmed since this instant.
    pub stale_since: Option<Timestamp>,
    /// Name, pinyin or initials begin with this.
    pub search: Option<String>,
    /// After this row (its name and id): the next page.
    pub after: Option<(String, ChildId)>,
}

/// The pair of a row: her name, since when, how far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPair {
    /// The volunteer's name.
    pub volunteer: String,
    /// First day.
    pub begun_on: Option<Date>,
    /// `settling`, `active`, `paused`.
    pub state: String,
}

/// A child as lists show it: nothing of class personal or secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildRow {
    /// Which one.
    pub id: ChildId,
    /// The file's number.
    pub number: String,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// Full years today.
    pub age: Option<i16>,
    /// School's name.
    pub school: Option<String>,
    /// Class's name.
    pub class: Option<String>,
    /// State.
    pub state: ChildState,
    /// The pair that has not ended.
    pub pair: Option<RowPair>,
    /// First day of the last stay that took place.
    pub last_stay_on: Option<Date>,
    /// Whether a follow-up is past its due time.
    pub follow_up_late: bool,
    /// When somebody last said that the file is right.
    pub confirmed_at: Option<Timestamp>,
}

#[derive(Debug, FromQueryResult)]
struct Listed {
    id: Uuid,
    number: String,
    name: String,
    sex: String,
    birth_on: Option<String>,
    school_id: Option<Uuid>,
    class_id: Option<Uuid>,
    state: String,
    confirmed_at: Option<i64>,
}

#[derive(Debug, FromQueryResult)]
struct Paired {
    child_id: Uuid,
    volunteer_id: Uuid,
    begun_on: String,
    state: String,
}

#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    name: String,
}

#[derive(Debug, FromQueryResult)]
struct LastStay {
    child_id: Uuid,
    n: i64,
}

#[derive(Debug, FromQueryResult)]
struct Late {
    child_id: Uuid,
}

impl Desk {
    /// A page of the children that the viewer sees, by name; and whether more follow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn children(&self, filter: &ChildFilter) -> Result<(Vec<ChildRow>, bool), Error> {
        let tx = self.read();
        let mut listed = listed(&tx, filter, PAGE + 1).await?;
        let more = listed.len() as u64 > PAGE;
        listed.truncate(usize::try_from(PAGE).unwrap_or(50));
        Ok((rows(&tx, listed).await?, more))
    }

    /// How many children the filter finds, counted no further than 500.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_children(&self, filter: &ChildFilter) -> Result<u64, Error> {
        let tx = self.read();
        let condition = matching(&tx, filter).await?;
        tx.visible::<child::Entity>().and(condition).count_to(COUNTED, &tx).await
    }

    /// The same for several filters at once: the numbers beside the views.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counts_of_children(&self, filters: &[ChildFilter]) -> Result<Vec<u64>, Error> {
        let tx = self.read();
        let mut found = Vec::new();
        for filter in filters {
            found.push(tx.visible::<child::Entity>().and(matching(&tx, filter).await?));
        }
        Visible::counts_to(found, COUNTED, &tx).await
    }

    /// Where a child stands in the list: name and id, for the page after it. No look at the file.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such child for this reader.
    pub async fn child_in_list(&self, id: ChildId) -> Result<(String, ChildId), Error> {
        let tx = self.read();
        let row = tx.visible::<child::Entity>().id(id).one(&tx).await?;
        Ok((row.name, id))
    }

    /// The whole list, to be taken out of the house; each child of it stands in the trail first.
    ///
    /// # Errors
    /// `child.export_needs_leader` above [`EXPORT_ALONE`] rows for whoever is not the leader;
    /// [`Error::Forbidden`].
    pub async fn children_out(&self, filter: &ChildFilter) -> Result<Vec<ChildRow>, Error> {
        self.require(Action::Export)?;
        let tx = self.read();
        let found = listed(&tx, filter, MOST_OUT).await?;
        if found.len() > EXPORT_ALONE && self.viewer().role != Role::Leader {
            return Err(Error::refused("child.export_needs_leader"));
        }
        let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        let mut out = Vec::with_capacity(found.len());
        let mut waiting = found.into_iter().peekable();
        while waiting.peek().is_some() {
            let some: Vec<Listed> = waiting.by_ref().take(500).collect();
            out.extend(rows(&tx, some).await?);
        }
        self.looked(TABLE, ids, "export", None).await?;
        Ok(out)
    }
}

async fn listed(tx: &Tx, filter: &ChildFilter, most: u64) -> Result<Vec<Listed>, Error> {
    use child::Column as C;
    let mut rows = tx.visible::<child::Entity>().and(matching(tx, filter).await?);
    if let Some((name, id)) = &filter.after {
        let here = Expr::tuple([Expr::col(C::Name), Expr::col(C::Id)]);
        let last = Expr::tuple([Expr::val(name.as_str()), Expr::val(id.0)]);
        rows = rows.and(sea_orm::sea_query::ExprTrait::gt(here, last));
    }
    let columns = [C::Id, C::Number, C::Name, C::Sex, C::BirthOn, C::SchoolId, C::ClassId, C::State, C::ConfirmedAt];
    rows.by(C::Name).by(C::Id).limit(most).columns(columns, tx).await
}

async fn matching(tx: &Tx, filter: &ChildFilter) -> Result<Condition, Error> {
    use child::Column as C;
    let mut all = Condition::all();
    if let Some(state) = filter.state {
        all = all.add(C::State.eq(state.code()));
    }
    if let Some(school) = filter.school {
        all = all.add(C::SchoolId.eq(school.0));
    }
    if let Some(class) = filter.class {
        all = all.add(C::ClassId.eq(class.0));
    }
    if let Some(town) = &filter.town {
        all = all.add(within(C::TownCode, town));
    }
    if let Some(since) = filter.stale_since {
        all = all.add(Condition::any().add(C::ConfirmedAt.is_null()).add(C::ConfirmedAt.lt(since.0)));
    }
    if let Some(typed) = filter.search.as_deref().filter(|t| !t.trim().is_empty()) {
        let found = search::find::<child::Entity>(tx, Kind::Child, C::Id, typed, 50).await?;
        all = all.add(C::Id.is_in(found));
    }
    Ok(all.add(in_view(tx, filter.view)))
}

fn in_view(tx: &Tx, view: ChildView) -> Condition {
    use child::Column as C;
    let with_pair = |states: &[&str]| {
        tx.visible::<pair::Entity>().and(pair::Column::State.is_in(states.iter().copied())).ids(pair::Column::ChildId)
    };
    match view {
        ChildView::All => Condition::all(),
        ChildView::Paired => Condition::all()
            .add(C::State.ne(ChildState::Paused.code()))
            .add(C::Id.in_subquery(with_pair(&["settling", "active"]))),
        ChildView::Waiting => Condition::all()
            .add(C::State.is_in([ChildState::Applying.code(), ChildState::Enrolled.code()]))
            .add(C::Id.not_in_subquery(with_pair(&["settling", "active", "paused"]))),
        ChildView::Paused => {
            Condition::any().add(C::State.eq(ChildState::Paused.code())).add(C::Id.in_subquery(with_pair(&["paused"])))
        }
        ChildView::Here | ChildView::Stale => Condition::all().add(C::State.ne(ChildState::Left.code())),
        ChildView::Left => Condition::all().add(C::State.eq(ChildState::Left.code())),
    }
}

async fn rows(tx: &Tx, listed: Vec<Listed>) -> Result<Vec<ChildRow>, Error> {
    let beside = Beside::read(tx, &listed).await?;
    Ok(listed.into_iter().map(|row| beside.shown(row, tx.now().date())).collect())
}

/// What stands beside the children of one page, each from one read.
struct Beside {
    schools: HashMap<Uuid, String>,
    classes: HashMap<Uuid, String>,
    pairs: HashMap<Uuid, RowPair>,
    stays: HashMap<Uuid, i64>,
    late: Vec<Uuid>,
}

impl Beside {
    async fn read(tx: &Tx, listed: &[Listed]) -> Result<Beside, Error> {
        let ids: Vec<Uuid> = listed.iter().map(|row| row.id).collect();
        let schools: BTreeSet<Uuid> = listed.iter().filter_map(|row| row.school_id).collect();
        let schools: Vec<Named> = tx
            .for_rule::<school::Entity>()
            .and(school::Column::Id.is_in(schools))
            .columns([school::Column::Id, school::Column::Name], tx)
            .await?;
        let classes: BTreeSet<Uuid> = listed.iter().filter_map(|row| row.class_id).collect();
        let classes: Vec<Named> = tx
            .for_rule::<class::Entity>()
            .and(class::Column::Id.is_in(classes))
            .columns([class::Column::Id, class::Column::Name], tx)
            .await?;
        let last: Vec<LastStay> = tx
            .visible::<stay::Entity>()
            .and(stay::Column::ChildId.is_in(ids.clone()))
            .and(stay::Column::State.is_in(["released", "in_care", "returned", "closed"]))
            .grouped(&[stay::Column::ChildId], vec![(stay::Column::StartsAt.max(), "n")], tx)
            .await?;
        let late: Vec<Late> = tx
            .visible::<follow_up::Entity>()
            .and(follow_up::Column::ChildId.is_in(ids.clone()))
            .and(follow_up::Column::State.eq("due"))
            .and(follow_up::Column::DueAt.lt(tx.now().0))
            .columns([follow_up::Column::ChildId], tx)
            .await?;
        Ok(Beside {
            schools: by_id(schools),
            classes: by_id(classes),
            pairs: pairs(tx, &ids).await?,
            stays: last.into_iter().map(|l| (l.child_id, l.n)).collect(),
            late: late.into_iter().map(|l| l.child_id).collect(),
        })
    }

    fn shown(&self, row: Listed, today: Date) -> ChildRow {
        let born = row.birth_on.as_deref().and_then(|d| d.parse::<Date>().ok());
        ChildRow {
            id: ChildId(row.id),
            number: row.number,
            name: row.name,
            sex: Sex::from_standard_code(&row.sex),
            age: born.map(|b| age_on(b, today)),
            school: row.school_id.and_then(|id| self.schools.get(&id).cloned()),
            class: row.class_id.and_then(|id| self.classes.get(&id).cloned()),
            state: ChildState::parse(&row.state).unwrap_or(ChildState::Applying),
            pair: self.pairs.get(&row.id).cloned(),
            last_stay_on: self.stays.get(&row.id).map(|at| Timestamp(*at).date()),
            follow_up_late: self.late.contains(&row.id),
            confirmed_at: row.confirmed_at.map(Timestamp),
        }
    }
}

fn by_id(named: Vec<Named>) -> HashMap<Uuid, String> {
    named.into_iter().map(|n| (n.id, n.name)).collect()
}

async fn pairs(tx: &Tx, ids: &[Uuid]) -> Result<HashMap<Uuid, RowPair>, Error> {
    use pair::Column as P;
    let open: Vec<Paired> = tx
        .visible::<pair::Entity>()
        .and(P::ChildId.is_in(ids.to_vec()))
        .and(P::State.ne("ended"))
        .columns([P::ChildId, P::VolunteerId, P::BegunOn, P::State], tx)
        .await?;
    if open.is_empty() {
        return Ok(HashMap::new());
    }
    let who: Vec<Uuid> = open.iter().map(|p| p.volunteer_id).collect();
    // Her name is what everybody around the child knows; the scope of the pair let it through.
    let named: Vec<Named> = tx
        .for_rule::<volunteer::Entity>()
        .and(volunteer::Column::Id.is_in(who))
        .columns([volunteer::Column::Id, volunteer::Column::Name], tx)
        .await?;
    let names = by_id(named);
    let one = |p: Paired| {
        let volunteer = names.get(&p.volunteer_id).cloned().unwrap_or_default();
        (p.child_id, RowPair { volunteer, begun_on: p.begun_on.parse().ok(), state: p.state })
    };
    Ok(open.into_iter().map(one).collect())
}
