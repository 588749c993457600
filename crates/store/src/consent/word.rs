//! What the guardians last said to the nights of a stay. An answer that was taken back is not one that is still to come.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::id::{GuardianId, StayId};
use naheya_domain::{Date, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::entity::{consent, guardianship, stay};
use crate::sealed::tx::Tx;
use crate::stay::state;
use crate::{Desk, Error};

/// The last word of a child's guardians on one stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GuardianWord {
    /// Nobody has answered.
    #[default]
    Open,
    /// A yes holds for all its days.
    Yes,
    /// This guardian took a yes back then, or said yes to other days instead.
    TakenBack(Timestamp, GuardianId),
    /// This guardian said no then, and never yes.
    No(Timestamp, GuardianId),
}

impl GuardianWord {
    /// When it was said that the child does not go, and by whom.
    #[must_use]
    pub fn against(self) -> Option<(Timestamp, GuardianId)> {
        match self {
            Self::TakenBack(at, who) | Self::No(at, who) => Some((at, who)),
            Self::Open | Self::Yes => None,
        }
    }
}

/// First and last day, as the records have them.
pub(crate) struct Days {
    pub(crate) first: String,
    pub(crate) last: String,
}

impl Days {
    /// Those of a stay; of a child that is away the days that are left.
    fn of(row: &stay::Model, today: &str) -> Days {
        let day = |at: i64| Timestamp(at).date().to_string();
        let mut first = day(row.starts_at);
        if state(row).is_away() && first.as_str() < today {
            today.clone_into(&mut first);
        }
        Days { first, last: day(row.ends_at) }
    }

    fn lie_in(&self, yes: &consent::Model) -> bool {
        yes.from_on <= self.first && yes.to_on.as_ref().is_none_or(|to| *to >= self.last)
    }
}

/// The last answer of each guardian, of answers in the order in which they were given.
fn latest<'a>(answers: impl IntoIterator<Item = &'a consent::Model>) -> Vec<&'a consent::Model> {
    let mut latest: Vec<&consent::Model> = Vec::new();
    for answer in answers {
        latest.retain(|other| other.guardian_id != answer.guardian_id);
        latest.push(answer);
    }
    latest
}

/// The answer on which a stay of these days rests: at least one guardian whose last one is a yes for all of them, and none
/// whose last one is a no.
pub(crate) fn holding<'a>(
    answers: impl IntoIterator<Item = &'a consent::Model>,
    days: &Days,
) -> Option<&'a consent::Model> {
    let latest = latest(answers);
    let no = latest.iter().any(|c| !c.answer && c.withdrawn_at.is_none());
    let holds = |c: &&consent::Model| c.answer && c.withdrawn_at.is_none() && days.lie_in(c);
    if no { None } else { latest.into_iter().find(holds) }
}

fn word(answers: &[&consent::Model], days: &Days) -> GuardianWord {
    if holding(answers.iter().copied(), days).is_some() {
        return GuardianWord::Yes;
    }
    let said_yes =
        |last: &consent::Model| answers.iter().any(|c| c.guardian_id == last.guardian_id && c.answer && days.lie_in(c));
    let against = latest(answers.iter().copied()).into_iter().filter_map(|c| {
        let who = GuardianId(c.guardian_id);
        match c.withdrawn_at {
            Some(at) => (c.answer && days.lie_in(c)).then_some((at, GuardianWord::TakenBack(Timestamp(at), who))),
            // A yes to other days, in the place of one to these.
            None if c.answer && (days.lie_in(c) || !said_yes(c)) => None,
            None if said_yes(c) => Some((c.given_at, GuardianWord::TakenBack(Timestamp(c.given_at), who))),
            None => Some((c.given_at, GuardianWord::No(Timestamp(c.given_at), who))),
        }
    });
    against.max_by_key(|(at, _)| *at).map_or(GuardianWord::Open, |(_, word)| word)
}

/// What was said about the nights of some children, in the order in which it was said; a blocked person's answer counts for
/// nothing and is left out.
struct Heard {
    answers: Vec<consent::Model>,
    today: String,
}

impl Heard {
    async fn of(tx: &Tx, stays: &[&stay::Model]) -> Result<Heard, Error> {
        let children: BTreeSet<Uuid> = stays.iter().map(|s| s.child_id).collect();
        let mut answers = tx
            .for_rule::<consent::Entity>()
            .and(consent::Column::ChildId.is_in(children.iter().copied()))
            .and(consent::Column::Purpose.eq("overnight"))
            .by(consent::Column::GivenAt)
            .by(consent::Column::Id)
            .all(tx)
            .await?;
        let blocked = tx
            .for_rule::<guardianship::Entity>()
            .and(guardianship::Column::ChildId.is_in(children))
            .and(guardianship::Column::Blocked.eq(true))
            .all(tx)
            .await?;
        answers.retain(|c| !blocked.iter().any(|tie| (tie.child_id, tie.guardian_id) == (c.child_id, c.guardian_id)));
        Ok(Heard { answers, today: tx.now().date().to_string() })
    }

    /// Those about this stay, and its days that count.
    fn about(&self, row: &stay::Model) -> (Vec<&consent::Model>, Days) {
        let about =
            |c: &&consent::Model| c.child_id == row.child_id && (c.stay_id.is_none() || c.stay_id == Some(row.id));
        (self.answers.iter().filter(about).collect(), Days::of(row, &self.today))
    }
}

/// What the guardians last said to each of these stays.
pub(crate) async fn words(tx: &Tx, stays: &[&stay::Model]) -> Result<BTreeMap<Uuid, GuardianWord>, Error> {
    if stays.is_empty() {
        return Ok(BTreeMap::new());
    }
    let heard = Heard::of(tx, stays).await?;
    let of = |row: &stay::Model| {
        let (answers, days) = heard.about(row);
        word(&answers, &days)
    };
    Ok(stays.iter().map(|row| (row.id, of(row))).collect())
}

/// Of these stays those to which a guardian's yes holds, and to none of them one to its end, each with the last day that is
/// covered: nights were added since, or somebody said yes anew, to fewer.
pub(crate) async fn ends_short(tx: &Tx, stays: &[&stay::Model]) -> Result<BTreeMap<Uuid, Date>, Error> {
    if stays.is_empty() {
        return Ok(BTreeMap::new());
    }
    let heard = Heard::of(tx, stays).await?;
    let of = |row: &stay::Model| {
        let (answers, days) = heard.about(row);
        covered_until(&answers, &days, &Timestamp(row.starts_at).date().to_string())
    };
    Ok(stays.iter().filter_map(|row| Some((row.id, of(row)?))).collect())
}

/// The last day for which a yes is there, where it lies between the day on which the stay `began` and the last one. A yes to the
/// next weekend says nothing of this one; and where somebody has said no, the days are not what is missing.
fn covered_until(answers: &[&consent::Model], days: &Days, began: &str) -> Option<Date> {
    let about: Vec<&consent::Model> = answers.iter().copied().filter(|c| !c.answer || c.from_on <= days.last).collect();
    if holding(about.iter().copied(), days).is_some() {
        return None;
    }
    let standing: Vec<&consent::Model> = latest(about).into_iter().filter(|c| c.withdrawn_at.is_none()).collect();
    if standing.iter().any(|c| !c.answer) {
        return None;
    }
    let until = standing.iter().filter_map(|c| c.to_on.as_deref()).max()?;
    if until >= began && until < days.last.as_str() { until.parse().ok() } else { None }
}

impl Desk {
    /// What the guardians last said to those of these stays that the viewer sees.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn guardian_words(&self, stays: &[StayId]) -> Result<BTreeMap<StayId, GuardianWord>, Error> {
        if stays.is_empty() {
            return Ok(BTreeMap::new());
        }
        let of = stays.iter().map(ToString::to_string).collect();
        let said = async {
            let tx = self.read();
            let rows = tx.visible::<stay::Entity>().among(stays.iter().map(|s| s.0)).all(&tx).await?;
            let words = words(&tx, &rows.iter().collect::<Vec<_>>()).await?;
            Ok(words.into_iter().map(|(stay, word)| (StayId(stay), word)).collect())
        };
        self.remembered("guardians.words", of, said).await
    }
}
