//! The checks of some homes, read once and asked by many rules.

use std::collections::{HashMap, HashSet};

use naheya_domain::Date;
use naheya_domain::check::{About, Check, CheckKind, Outcome, Standing, Subject, standing};
use sea_orm::FromQueryResult;
use sea_orm::sea_query::{ExprTrait, Func, SimpleExpr};
use uuid::Uuid;

use crate::Error;
use crate::household::date;
use crate::sealed::entity::check;
use crate::sealed::tx::Tx;
use crate::sealed::visible::{as_it_is, at, is_one_of, written};

/// All checks of some homes, ready to be asked. For rules and for the file; never shown as they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct CheckBook(HashMap<Subject, Vec<Check>>);

const KEPT: [check::Column; 9] = [
    check::Column::Kind,
    check::Column::HouseholdId,
    check::Column::MemberId,
    check::Column::VolunteerId,
    check::Column::Outcome,
    check::Column::DoneOn,
    check::Column::Number,
    check::Column::ValidUntil,
    check::Column::EnteredAt,
];

/// What the book reads of a row.
#[derive(Debug, FromQueryResult)]
struct Entry {
    kind: String,
    household_id: Uuid,
    member_id: Option<Uuid>,
    volunteer_id: Option<Uuid>,
    outcome: String,
    done_on: Option<String>,
    number: Option<String>,
    valid_until: Option<String>,
    entered_at: i64,
}

impl CheckBook {
    /// Reads the checks of these homes, their people and their volunteers.
    pub(crate) async fn of_homes(tx: &Tx, homes: Vec<Uuid>) -> Result<CheckBook, Error> {
        CheckBook::read(tx, homes, None).await
    }

    /// The same of some kinds, for who asks about no others.
    pub(crate) async fn of_kinds(tx: &Tx, homes: HashSet<Uuid>, kinds: &[CheckKind]) -> Result<CheckBook, Error> {
        CheckBook::read(tx, homes, Some(any_of(kinds))).await
    }

    /// The same for who only asks how they stand: without numbers, and half as many cells to read for a list of homes.
    pub(crate) async fn standings(
        tx: &Tx,
        homes: impl IntoIterator<Item = Uuid>,
        kinds: &[CheckKind],
    ) -> Result<CheckBook, Error> {
        use check::Column as C;
        let whose = Func::coalesce([at(C::MemberId), at(C::VolunteerId), at(C::HouseholdId)]);
        let mut picked = vec![(SimpleExpr::from(whose), "whose")];
        picked.extend(
            [(C::Kind, "kind"), (C::Outcome, "outcome"), (C::DoneOn, "done_on"), (C::ValidUntil, "valid_until")]
                .map(|(column, name)| (at(column), name)),
        );
        let found = tx.for_rule::<check::Entity>().holding(C::HouseholdId, homes).and(among_others(kinds));
        let rows: Vec<Brief> = found.by(C::EnteredAt).by(C::Id).pick(picked, tx).await?;
        Ok((0..).zip(rows).filter_map(|(place, row)| row.at_place(place)).collect())
    }

    async fn read(tx: &Tx, homes: impl IntoIterator<Item = Uuid>, of: Option<SimpleExpr>) -> Result<CheckBook, Error> {
        use check::Column as C;
        let found = tx.for_rule::<check::Entity>().holding(C::HouseholdId, homes).and_if(of);
        let rows: Vec<Entry> = found.by(C::EnteredAt).by(C::Id).columns(KEPT, tx).await?;
        Ok(rows.into_iter().filter_map(checked).collect())
    }

    /// Everything that was entered of somebody, or of a home.
    pub(crate) fn about(&self, subject: Subject) -> &[Check] {
        self.0.get(&subject).map(Vec::as_slice).unwrap_or_default()
    }

    /// What stands on a day.
    pub(crate) fn standing(&self, kind: CheckKind, subject: Subject, on: Date) -> Standing {
        standing(self.about(subject), kind, subject, on)
    }

    /// Whether the check was passed and holds on a day: the last of a weekend.
    pub(crate) fn holds(&self, kind: CheckKind, subject: Subject, on: Date) -> bool {
        self.standing(kind, subject, on).is_valid()
    }

    /// The number and day of what stands.
    pub(crate) fn last(&self, kind: CheckKind, subject: Subject, on: Date) -> Option<&Check> {
        self.about(subject)
            .iter()
            .filter(|c| c.kind == kind && c.done_on.is_some_and(|d| d <= on))
            .max_by_key(|c| (c.done_on, c.entered_at))
    }
}

impl FromIterator<Check> for CheckBook {
    fn from_iter<I: IntoIterator<Item = Check>>(checks: I) -> CheckBook {
        let mut book = CheckBook::default();
        for check in checks {
            book.0.entry(check.subject).or_default().push(check);
        }
        book
    }
}

/// Rows of these kinds.
fn any_of(kinds: &[CheckKind]) -> SimpleExpr {
    let words: Vec<&'static str> = kinds.iter().map(|kind| kind.code()).collect();
    is_one_of(check::Column::Kind, &words)
}

/// The same where most checks of a home are of these kinds: they are found by the home alone. A server entered the index once
/// for each home and kind, 250 times for a page of homes.
fn among_others(kinds: &[CheckKind]) -> SimpleExpr {
    as_it_is(at(check::Column::Kind)).is_in(kinds.iter().map(|kind| written(kind.code())))
}

/// What says how a check stands.
#[derive(Debug, FromQueryResult)]
struct Brief {
    whose: Uuid,
    kind: String,
    outcome: String,
    done_on: Option<String>,
    valid_until: Option<String>,
}

impl Brief {
    /// The check, its place among the entries instead of the time of entry: that is all that is asked of it.
    fn at_place(self, place: i64) -> Option<Check> {
        let kind = CheckKind::parse(&self.kind)?;
        let subject = match kind.about() {
            About::Adult => Subject::Adult(self.whose),
            About::Volunteer => Subject::Volunteer(self.whose),
            About::Home => Subject::Home(self.whose),
        };
        let (done_on, valid_until) = (date(self.done_on.as_deref()), date(self.valid_until.as_deref()));
        let outcome = Outcome::parse(&self.outcome)?;
        Some(Check { kind, subject, outcome, done_on, number: None, valid_until, entered_at: place })
    }
}

fn checked(row: Entry) -> Option<Check> {
    let subject = match (row.member_id, row.volunteer_id) {
        (Some(id), _) => Subject::Adult(id),
        (None, Some(id)) => Subject::Volunteer(id),
        (None, None) => Subject::Home(row.household_id),
    };
    Some(Check {
        kind: CheckKind::parse(&row.kind)?,
        subject,
        outcome: Outcome::parse(&row.outcome)?,
        done_on: date(row.done_on.as_deref()),
        number: row.number,
        valid_until: date(row.valid_until.as_deref()),
        entered_at: row.entered_at,
    })
}
