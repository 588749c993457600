//! Figures, counted live by index, and the records behind each of them (product.md rule 12).

use futures_util::future::{try_join3, try_join4};
use jiff::ToSpan;
use naheya_domain::access::Action;
use naheya_domain::figure::{Audience, Figure, Figures, HoursKind};
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};

use crate::sealed::entity::{child, county, follow_up, hours_entry, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at, same};
use crate::{Desk, Error};

mod survival;
mod trail;
mod went;
mod year;

pub use survival::Survival;
pub use trail::{Behind, MOST_BEHIND, Path};
pub use went::{MonthOfStays, Went};
pub use year::Year;

/// States of a weekend that took place, or takes place now.
const TOOK_PLACE: [&str; 4] = ["released", "in_care", "returned", "closed"];

#[derive(FromQueryResult)]
struct Counted {
    n: i64,
}

#[derive(FromQueryResult)]
struct People {
    people: i64,
    homes: i64,
}

/// Pairs that began, those of them that run on, and those of two ethnic groups; no sum where there is no pair.
#[derive(Default, FromQueryResult)]
struct Pairs {
    begun: i64,
    running: Option<i64>,
    mixed: Option<i64>,
}

#[derive(FromQueryResult)]
struct Minutes {
    kind: String,
    minutes: Option<i64>,
}

/// What the trail calls the county's numbers when they are taken out of the house: they are exact, whichever table has them.
pub(crate) const OUT: &str = "report";

/// What the report's page shows.
#[derive(Clone, Debug)]
pub struct Report {
    /// The figures as of the day.
    pub figures: Figures,
    /// The years up to the day.
    pub years: Vec<Year>,
    /// How long pairs lasted; empty outside the county, where such counts can be few.
    pub survival: Vec<Survival>,
}

impl Desk {
    /// Figures, years and lasting of pairs together, for reading. In a very large county, where counting takes a second, those
    /// who ask at the same time share one answer, at most a minute old; what is signed or sent is counted by itself.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn report(&self, as_of: Date, years: i16) -> Result<Report, Error> {
        self.require(Action::SeeReport)?;
        let read = async {
            let exact = self.audience() == Audience::County;
            let survival = async { if exact { self.survival(as_of).await } else { Ok(Vec::new()) } };
            let all = try_join3(self.figures(as_of), self.years(as_of, years), survival);
            let (figures, years, survival) = all.await?;
            Ok(Report { figures, years, survival })
        };
        self.remembered("report", format!("{as_of} {years}"), read).await
    }

    /// The county's figures as of a day. Exact for the county's own office; for the public and the
    /// levels above small counts of people are kept back.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn figures(&self, as_of: Date) -> Result<Figures, Error> {
        self.require(Action::SeeReport)?;
        let tx = self.read();
        // Side by side: each looks through another table of the county from end to end.
        let all = try_join4(volunteers(&tx, as_of), pairs(&tx, as_of), children(&tx, as_of), minutes(&tx, as_of));
        let ((people, homes), pairs, children, minutes) = all.await?;
        let counts = vec![
            (Figure::Volunteers, people),
            (Figure::Families, homes),
            (Figure::ChildrenSupported, children),
            (Figure::Pairs, pairs.begun),
            (Figure::PairsActive, pairs.running.unwrap_or(0)),
            (Figure::PairsInterethnic, pairs.mixed.unwrap_or(0)),
        ];
        let known = tx.common::<county::Entity>().and(county::Column::AreaId.eq(tx.area_id())).first(&tx).await?;
        let name = known.map(|c| c.name).unwrap_or_default();
        Ok(Figures::new(tx.area(), name, as_of, self.audience(), counts, minutes))
    }

    /// The figures and, inside the county, the last `count` years, for a file. That they leave stands in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles without the report.
    pub async fn figures_out(&self, as_of: Date, count: i16) -> Result<(Figures, Vec<Year>), Error> {
        let figures = self.figures(as_of).await?;
        let years = if figures.audience == Audience::County { self.years(as_of, count).await? } else { Vec::new() };
        self.left(OUT).await?;
        Ok((figures, years))
    }

    /// Who reads at this desk, as far as figures go.
    #[must_use]
    pub fn audience(&self) -> Audience {
        let inside = match self.viewer().role {
            _ if self.is_system() => !self.is_public(),
            Role::Coordinator | Role::Leader => true,
            Role::TownWorker
            | Role::ClassTeacher
            | Role::Volunteer
            | Role::Applicant
            | Role::Guardian
            | Role::BaseKeeper
            | Role::Treasurer
            | Role::Partner
            | Role::HigherLevel
            | Role::Auditor
            | Role::ItAdmin => false,
        };
        if inside { Audience::County } else { Audience::Outside }
    }
}

/// How much there is to count in a county, as far as it matters for whether a report is made beside the request.
pub(crate) async fn records(tx: &Tx) -> Result<u64, Error> {
    let most = naheya_domain::operation::LONG_REPORT;
    let stays = tx.visible::<stay::Entity>().count_to(most, tx).await?;
    let children = tx.visible::<child::Entity>().count_to(most, tx).await?;
    let pairs = tx.visible::<pair::Entity>().count_to(most, tx).await?;
    Ok(stays + children + pairs + tx.visible::<volunteer::Entity>().count_to(most, tx).await?)
}

/// The first instant after the day.
fn after(day: Date) -> Timestamp {
    let next = day.checked_add(1.day()).unwrap_or(day);
    Timestamp::from_shanghai(next.at(0, 0, 0, 0))
}

/// Approved on or before the day and not left by it. Who is approved has a day of joining: the one of
/// the roster, or the day of the leader's signature.
pub(crate) fn approved(as_of: Date) -> Condition {
    use volunteer::Column as V;
    let day = as_of.to_string();
    let joined = Condition::any()
        .add(V::JoinedOn.lte(day.clone()))
        .add(Condition::all().add(V::JoinedOn.is_null()).add(V::ApprovedAt.lt(after(as_of).0)));
    // Who was approved once and is screened anew, or was refused then, is no volunteer.
    let is_one = Condition::all().add(V::LeftOn.is_null()).add(V::State.is_in(["approved", "paused"]));
    let stayed = Condition::any().add(V::LeftOn.gt(day)).add(is_one);
    Condition::all().add(V::ApprovedAt.is_not_null()).add(joined).add(stayed)
}

pub(crate) fn begun(as_of: Date) -> Condition {
    Condition::all().add(pair::Column::BegunOn.lte(as_of.to_string()))
}

fn running(as_of: Date) -> Condition {
    begun(as_of).add(not_ended(as_of))
}

/// Not ended by the day: what [`running`] asks of a pair that has begun.
pub(crate) fn not_ended(as_of: Date) -> Condition {
    Condition::any()
        .add(pair::Column::EndedOn.gt(as_of.to_string()))
        .add(Condition::all().add(pair::Column::EndedOn.is_null()).add(pair::Column::State.ne("ended")))
}

const HAN: &str = "01";

/// Exactly one side is Han. What is not known on one side makes the comparison unknown, and the pair is not counted.
fn interethnic(tx: &Tx, as_of: Date) -> Condition {
    let child = tx.for_rule::<child::Entity>().and(same(child::Column::Id, pair::Column::ChildId));
    let carer = tx.for_rule::<volunteer::Entity>().and(same(volunteer::Column::Id, pair::Column::VolunteerId));
    let child_is_han = child.value(at(child::Column::Ethnic).eq(HAN));
    let carer_is_han = carer.value(at(volunteer::Column::Ethnic).eq(HAN));
    begun(as_of).add(child_is_han.ne(carer_is_han))
}

/// Children with a pair, a stay that took place, or a talk that was held: looked up child by child, and most have a pair.
pub(crate) fn supported(tx: &Tx, as_of: Date) -> Condition {
    let end = after(as_of).0;
    let paired = tx.for_rule::<pair::Entity>().and(same(pair::Column::ChildId, child::Column::Id)).and(begun(as_of));
    let stayed = tx
        .for_rule::<stay::Entity>()
        .and(same(stay::Column::ChildId, child::Column::Id))
        .and(stay::Column::State.is_in(TOOK_PLACE))
        .and(stay::Column::StartsAt.lt(end));
    let talked = tx
        .for_rule::<follow_up::Entity>()
        .and(same(follow_up::Column::ChildId, child::Column::Id))
        .and(follow_up::Column::State.eq("done"))
        .and(follow_up::Column::DoneAt.lt(end));
    Condition::any().add(paired.some()).add(stayed.some()).add(talked.some())
}

/// Entries that had ended by the end of the day; training and activities only when confirmed.
fn credited(as_of: Date) -> Condition {
    Condition::all().add(hours_entry::Column::EndsAt.lte(after(as_of).0)).add(crate::hours::counted())
}

async fn volunteers(tx: &Tx, as_of: Date) -> Result<(i64, i64), Error> {
    let people = (Expr::col(volunteer::Column::Id).count(), "people");
    let homes = (Expr::col(volunteer::Column::HouseholdId).count_distinct(), "homes");
    let rows: Vec<People> =
        tx.for_rule::<volunteer::Entity>().and(approved(as_of)).grouped(&[], vec![people, homes], tx).await?;
    Ok(rows.first().map_or((0, 0), |row| (row.people, row.homes)))
}

async fn children(tx: &Tx, as_of: Date) -> Result<i64, Error> {
    let n = (Expr::col(child::Column::Id).count(), "n");
    let rows: Vec<Counted> = tx.for_rule::<child::Entity>().and(supported(tx, as_of)).grouped(&[], vec![n], tx).await?;
    Ok(rows.first().map_or(0, |row| row.n))
}

/// The pairs begun by the day, each with both sides beside it, read once: to look up both sides of each pair takes a server three
/// times as long.
pub(crate) fn with_both_sides(tx: &Tx, as_of: Date) -> Visible<pair::Entity> {
    use pair::Column as P;
    use {child::Column as C, volunteer::Column as V};
    tx.for_rule::<pair::Entity>()
        .and(begun(as_of))
        .beside(tx.for_rule::<child::Entity>(), [C::Id, C::Ethnic], same(C::Id, P::ChildId))
        .beside(tx.for_rule::<volunteer::Entity>(), [V::Id, V::Ethnic], same(V::Id, P::VolunteerId))
}

/// Of a pair with both sides beside it, what [`interethnic`] asks.
pub(crate) fn is_mixed() -> Condition {
    let is_han = |ethnic: SimpleExpr| ethnic.eq(HAN);
    Condition::all().add(is_han(at(child::Column::Ethnic)).ne(is_han(at(volunteer::Column::Ethnic))))
}

/// One for a row for which this is so, else nothing.
pub(crate) fn one_if(those: Condition) -> SimpleExpr {
    let number = |n: i32| Expr::Constant(n.into());
    CaseStatement::new().case(those, number(1)).finally(number(0)).into()
}

/// All three in one question: what [`running`] and [`interethnic`] find, counted.
async fn pairs(tx: &Tx, as_of: Date) -> Result<Pairs, Error> {
    let counted = |those: Condition| one_if(those).sum().cast_as("bigint");
    let picked = vec![
        (at(pair::Column::Id).count(), "begun"),
        (counted(not_ended(as_of)), "running"),
        (counted(is_mixed()), "mixed"),
    ];
    Ok(with_both_sides(tx, as_of).pick::<Pairs>(picked, tx).await?.into_iter().next().unwrap_or_default())
}

async fn minutes(tx: &Tx, as_of: Date) -> Result<Vec<(HoursKind, i64)>, Error> {
    let sum = (Expr::col(hours_entry::Column::Minutes).sum().cast_as("bigint"), "minutes");
    let rows: Vec<Minutes> = tx
        .for_rule::<hours_entry::Entity>()
        .and(credited(as_of))
        .grouped(&[hours_entry::Column::Kind], vec![sum], tx)
        .await?;
    let known = rows.into_iter().filter_map(|row| Some((HoursKind::parse(&row.kind)?, row.minutes.unwrap_or(0))));
    Ok(known.collect())
}

/// What one figure counts, as a condition on the rows it counts.
enum Rows {
    Volunteers(Condition),
    Children(Condition),
    Pairs(Condition),
    Hours(Condition),
}

fn rows_of(tx: &Tx, figure: Figure, as_of: Date) -> Rows {
    match figure {
        Figure::Volunteers | Figure::Families => Rows::Volunteers(approved(as_of)),
        Figure::ChildrenSupported => Rows::Children(supported(tx, as_of)),
        Figure::Pairs => Rows::Pairs(begun(as_of)),
        Figure::PairsActive => Rows::Pairs(running(as_of)),
        Figure::PairsInterethnic => Rows::Pairs(interethnic(tx, as_of)),
        Figure::ServiceHours => Rows::Hours(credited(as_of)),
    }
}
