//! The list of children: whom it shows, one row each, with what stands beside it, in one question.

use naheya_domain::access::{Class, Scope};
use naheya_domain::calendar_date::age_on;
use naheya_domain::child::ChildState;
use naheya_domain::id::{ChildId, ClassId, SchoolId};
use naheya_domain::sex::Sex;
use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr, UnionType};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::area::{in_town, within_any};
use crate::order::beyond;
use crate::sealed::entity::{child, class, follow_up, pair, restriction, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at, is, is_not, is_one_of, same, spaced};
use crate::search::{Kind, called};
use crate::{Desk, Error};

/// Rows of a page of a list.
pub const PAGE: u64 = 50;
/// No list is counted further: an unbounded count reads the whole index.
const COUNTED: u64 = 500;
/// Rows of a list that is taken out as Excel.
pub const MOST_OUT: u64 = 50_000;

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
    /// Taken in, without a pair.
    Waiting,
    /// Not taken in yet: nobody has looked at the file, and no pair may come of it.
    Applying,
    /// The child or the pair rests.
    Paused,
    /// Still with the programme, and nobody has confirmed the file since [`ChildFilter::stale_since`].
    Stale,
    /// Has left the programme.
    Left,
}

impl ChildView {
    /// The views that have a tab, in its order.
    pub const TABS: [ChildView; 7] =
        [Self::Here, Self::Paired, Self::Waiting, Self::Applying, Self::Paused, Self::Stale, Self::Left];

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Here => "here",
            Self::Paired => "paired",
            Self::Waiting => "waiting",
            Self::Applying => "applying",
            Self::Paused => "paused",
            Self::Stale => "stale",
            Self::Left => "left",
        }
    }

    /// Whether the view tells who has a pair and who has none.
    #[must_use]
    pub fn tells_of_pairs(self) -> bool {
        matches!(self, Self::Paired | Self::Waiting)
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
    /// `none`: in no town of the county.
    pub town: Option<String>,
    /// Only of one of these towns or gachas; empty for all.
    pub areas: Vec<String>,
    /// Only files that nobody has confirmed since this instant.
    pub stale_since: Option<Timestamp>,
    /// Name, pinyin or initials begin with this.
    pub search: Option<String>,
    /// After this row (its name and id): the next page.
    pub after: Option<(String, ChildId)>,
}

impl ChildFilter {
    /// What tells one filter from another at one moment.
    fn detail(&self) -> String {
        let stale_since = self.stale_since.map(|_| Timestamp(0));
        format!("{:?};", ChildFilter { stale_since, ..self.clone() })
    }
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
pub(super) struct Listed {
    pub(super) id: Uuid,
    number: String,
    name: String,
    sex: String,
    birth_on: Option<String>,
    state: String,
    confirmed_at: Option<i64>,
    school: Option<String>,
    class: Option<String>,
    pair: Option<String>,
    last_stay_at: Option<i64>,
    follow_up_late: bool,
}

impl Desk {
    /// A page of the children that the viewer sees, by name; and whether more follow.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn children(&self, filter: &ChildFilter) -> Result<(Vec<ChildRow>, bool), Error> {
        let tx = self.read();
        page(&tx, filter, None).await
    }

    /// The same for another program, which keeps what it reads: like every list that leaves, without the children whose file is
    /// restricted.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn children_to_leave(&self, filter: &ChildFilter) -> Result<(Vec<ChildRow>, bool), Error> {
        let tx = self.read();
        page(&tx, filter, Some(free_to_leave(&tx))).await
    }

    /// How many children the filter finds, counted no further than 500.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_children(&self, filter: &ChildFilter) -> Result<u64, Error> {
        let count = async {
            let tx = self.read();
            let condition = matching(&tx, filter).await?;
            tx.visible::<child::Entity>().and(condition).count_to(COUNTED, &tx).await
        };
        self.remembered("children.count", filter.detail(), count).await
    }

    /// The same for several filters at once: the numbers beside the views.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn counts_of_children(&self, filters: &[ChildFilter]) -> Result<Vec<u64>, Error> {
        let counts = async {
            let tx = self.read();
            let mut found = Vec::new();
            for filter in filters {
                found.push(tx.visible::<child::Entity>().and(matching(&tx, filter).await?));
            }
            Visible::counts_to(found, COUNTED, &tx).await
        };
        self.remembered("children.counts", filters.iter().map(ChildFilter::detail).collect(), counts).await
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
}

async fn page(tx: &Tx, filter: &ChildFilter, also: Option<SimpleExpr>) -> Result<(Vec<ChildRow>, bool), Error> {
    let mut listed = listed(tx, filter, also, PAGE + 1).await?;
    let more = listed.len() as u64 > PAGE;
    listed.truncate(usize::try_from(PAGE).unwrap_or(50));
    Ok((shown(tx, listed), more))
}

/// How many rows a file with this list would have.
pub(crate) async fn rows_out(tx: &Tx, filter: &ChildFilter) -> Result<u64, Error> {
    let condition = matching(tx, filter).await?;
    tx.visible::<child::Entity>().and(condition).and(free_to_leave(tx)).count_to(MOST_OUT, tx).await
}

/// Children whose file is not restricted: the others stand in no list that leaves.
fn free_to_leave(tx: &Tx) -> SimpleExpr {
    let restricted = crate::restriction::standing(tx).ids(restriction::Column::ChildId);
    child::Column::Id.not_in_subquery(restricted)
}

/// The first rows of the list, for a file.
pub(crate) async fn first_rows(tx: &Tx, filter: &ChildFilter, most: u64) -> Result<Vec<ChildRow>, Error> {
    Ok(shown(tx, listed(tx, filter, Some(free_to_leave(tx)), most).await?))
}

async fn listed(tx: &Tx, filter: &ChildFilter, also: Option<SimpleExpr>, most: u64) -> Result<Vec<Listed>, Error> {
    use child::Column as C;
    let found = tx.visible::<child::Entity>().and(matching(tx, filter).await?).and_if(also);
    let after = filter.after.as_ref().map(|(name, id)| [name.as_str().into(), id.0.into()]);
    let rows = beyond(found, [C::Name, C::Id], false, after);
    with_beside(tx, rows.limit(most)).pick(picked(tx, filter.view), tx).await
}

/// Those of these children whom the filter finds, by name.
pub(crate) async fn rows_of(tx: &Tx, filter: &ChildFilter, ids: Vec<Uuid>) -> Result<Vec<ChildRow>, Error> {
    use child::Column as C;
    let rows = tx.visible::<child::Entity>().and(matching(tx, filter).await?).among(ids);
    let listed = with_beside(tx, rows.by(C::Name).by(C::Id)).pick(picked(tx, filter.view), tx).await?;
    Ok(shown(tx, listed))
}

/// School and class stand beside each child.
pub(super) fn with_beside(tx: &Tx, rows: Visible<child::Entity>) -> Visible<child::Entity> {
    use child::Column as C;
    rows.beside(
        tx.for_rule::<school::Entity>(),
        [school::Column::Id, school::Column::Name],
        same(school::Column::Id, C::SchoolId),
    )
    .beside(
        tx.for_rule::<class::Entity>(),
        [class::Column::Id, class::Column::Name],
        same(class::Column::Id, C::ClassId),
    )
}

/// The pair of each row as one text: `2026-09-04 active 示某某`. One look at each row, where pairs that stood beside the
/// children would first all be read into a filter, for a page of fifty. Her name is what everybody around the child knows;
/// the scope of the pair lets it through.
fn pair_beside(tx: &Tx) -> SimpleExpr {
    use pair::Column as P;
    let her = tx.for_rule::<volunteer::Entity>().and(same(volunteer::Column::Id, P::VolunteerId));
    let said = [at(P::BegunOn), at(P::State), her.value(at(volunteer::Column::Name))];
    open_pair(tx).value(spaced(said))
}

/// The pair of a row that has not ended.
fn open_pair(tx: &Tx) -> Visible<pair::Entity> {
    use pair::Column as P;
    tx.visible::<pair::Entity>().and(is_not(P::State, "ended")).and(same(P::ChildId, child::Column::Id))
}

/// When the last stay of a row that took place began.
pub(super) fn last_stay(tx: &Tx) -> SimpleExpr {
    tx.visible::<stay::Entity>()
        .and(same(stay::Column::ChildId, child::Column::Id))
        .and(is_one_of(stay::Column::State, &["released", "in_care", "returned", "closed"]))
        .largest(stay::Column::StartsAt)
}

pub(super) fn picked(tx: &Tx, view: ChildView) -> Vec<(SimpleExpr, &'static str)> {
    use child::Column as C;
    // Who waits has no pair: nothing to look for.
    let pair = if matches!(view, ChildView::Waiting | ChildView::Applying) {
        Expr::val(None::<String>)
    } else {
        pair_beside(tx)
    };
    // Few are late: they are read once, not looked for at each child.
    let late = follow_ups(tx)
        .and(is(follow_up::Column::State, "due"))
        .and(follow_up::Column::DueAt.lt(tx.now().0))
        .ids(follow_up::Column::ChildId);
    vec![
        (at(C::Id), "id"),
        (at(C::Number), "number"),
        (at(C::Name), "name"),
        (at(C::Sex), "sex"),
        (at(C::BirthOn), "birth_on"),
        (at(C::State), "state"),
        (at(C::ConfirmedAt), "confirmed_at"),
        (at(school::Column::Name), "school"),
        (at(class::Column::Name), "class"),
        (pair, "pair"),
        (last_stay(tx), "last_stay_at"),
        (ExprTrait::in_subquery(at(C::Id), late), "follow_up_late"),
    ]
}

/// Follow-ups beside children whom the reader sees. Whoever sees both equally far has been kept to the own children already: a
/// list of everybody in a town would be made once more.
fn follow_ups(tx: &Tx) -> Visible<follow_up::Entity> {
    let is_alike = tx.scope::<follow_up::Entity>(Class::Work) == tx.scope::<child::Entity>(Class::Work);
    if is_alike { tx.for_rule() } else { tx.visible() }
}

pub(super) async fn matching(tx: &Tx, filter: &ChildFilter) -> Result<Condition, Error> {
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
        all = all.add(in_town(tx, C::TownCode, town).await?);
    }
    if !filter.areas.is_empty() {
        all = all.add(within_any(C::TownCode, &filter.areas));
    }
    if let Some(since) = filter.stale_since {
        all = all.add(Condition::any().add(C::ConfirmedAt.is_null()).add(C::ConfirmedAt.lt(since.0)));
    }
    if let Some(typed) = filter.search.as_deref().filter(|t| !t.trim().is_empty()) {
        all = all.add(called(tx, Kind::Child, C::Id, typed).await?);
    }
    Ok(all.add(in_view(tx, filter.view)))
}

pub(crate) fn in_view(tx: &Tx, view: ChildView) -> Condition {
    use child::Column as C;
    // Whoever may not see pairs would take every child for one without.
    if view.tells_of_pairs() && tx.scope::<pair::Entity>(Class::Work) == Scope::Nothing {
        return Condition::all().add(C::Id.is_in(Vec::<Uuid>::new()));
    }
    let unpaired = |state: ChildState| Condition::all().add(is(C::State, state.code())).add(open_pair(tx).some().not());
    // A pair is looked up for each row that comes by: a list of everybody with one would be made for a page of fifty.
    match view {
        ChildView::All => Condition::all(),
        ChildView::Paired => {
            let going_on = open_pair(tx).and(is_one_of(pair::Column::State, &["settling", "active"]));
            Condition::all().add(is_not(C::State, ChildState::Paused.code())).add(going_on.some())
        }
        ChildView::Waiting => unpaired(ChildState::Enrolled),
        ChildView::Applying => unpaired(ChildState::Applying),
        // Two short lists instead of a look at every child.
        ChildView::Paused => {
            let mut resting = tx.visible::<child::Entity>().and(is(C::State, ChildState::Paused.code())).ids(C::Id);
            let with_resting_pair = tx.visible::<pair::Entity>().and(is(pair::Column::State, "paused"));
            resting.union(UnionType::Distinct, with_resting_pair.ids(pair::Column::ChildId));
            Condition::all().add(C::Id.in_subquery(resting))
        }
        ChildView::Here | ChildView::Stale => Condition::all().add(is_not(C::State, ChildState::Left.code())),
        ChildView::Left => Condition::all().add(is(C::State, ChildState::Left.code())),
    }
}

pub(super) fn shown(tx: &Tx, listed: Vec<Listed>) -> Vec<ChildRow> {
    let today = tx.now().date();
    listed.into_iter().map(|row| one_shown(row, today)).collect()
}

fn pair_said(text: &str) -> Option<RowPair> {
    let mut parts = text.splitn(3, ' ');
    let (begun_on, state, volunteer) = (parts.next()?, parts.next()?, parts.next()?);
    Some(RowPair { volunteer: volunteer.to_owned(), begun_on: begun_on.parse().ok(), state: state.to_owned() })
}

fn one_shown(row: Listed, today: Date) -> ChildRow {
    let born = row.birth_on.as_deref().and_then(|d| d.parse::<Date>().ok());
    ChildRow {
        id: ChildId(row.id),
        number: row.number,
        name: row.name,
        sex: Sex::from_standard_code(&row.sex),
        age: born.map(|b| age_on(b, today)),
        school: row.school,
        class: row.class,
        state: ChildState::parse(&row.state).unwrap_or(ChildState::Applying),
        pair: row.pair.as_deref().and_then(pair_said),
        last_stay_on: row.last_stay_at.map(|at| Timestamp(at).date()),
        follow_up_late: row.follow_up_late,
        confirmed_at: row.confirmed_at.map(Timestamp),
    }
}
