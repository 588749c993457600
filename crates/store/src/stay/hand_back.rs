//! A child that is away without a guardian's yes to all its nights: the yes was taken back, or it ends before the child comes
//! home. The office calls, arranges that the child comes back early or has somebody say yes to the rest, and writes that down
//! (product.md rule 14).

use futures_util::future::try_join;
use naheya_domain::access::Action;
use naheya_domain::alarm::{Alarm, Ended};
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::RunsFrom;
use naheya_domain::{Date, Timestamp};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::decide::reason;
use super::receiver::{Receiver, family};
use super::{TABLE, seen, state, tell_carer, tell_role};
use crate::carer::{Somebody, not_own};
use crate::consent::ends_short;
use crate::guardian::tell_guardians;
use crate::sealed::act::Act;
use crate::sealed::entity::{audit_event, child, concern, consent, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at, is, same};
use crate::{Desk, Error};

/// What is missing of a guardian's yes to a child that is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lack {
    /// Whatever is said of the nights: the weekend has to end at once, and nobody says why.
    MustEnd,
    /// A guardian took it back then, or said no.
    TakenBack(Timestamp),
    /// It ends with this day, and the child is there longer: nights were added, or it was given anew for fewer.
    Ends(Date),
    /// Nothing: the child comes back early for another reason.
    Nothing,
}

/// A child that is away though its guardian has taken the yes back since it left, or has said yes to fewer nights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandBack {
    /// The stay.
    pub stay: StayId,
    /// The child.
    pub child: ChildId,
    /// Its name.
    pub child_name: String,
    /// Who has the child.
    pub carer_name: String,
    /// Her phone.
    pub carer_phone: Option<String>,
    /// What is missing of the yes.
    pub lack: Lack,
    /// Whether somebody has called since it was taken back, and arranged the hour below.
    pub is_arranged: bool,
    /// Until when the child is to be back, as it stands now.
    pub ends_at: Timestamp,
    /// Where to.
    pub end: RunsFrom,
}

impl HandBack {
    /// Whether a yes was given and ends too early: then its nights are asked for first.
    #[must_use]
    pub fn is_short(&self) -> bool {
        matches!(self.lack, Lack::Ends(_))
    }

    /// Whether every night is agreed to, as far as this tells.
    #[must_use]
    pub fn is_agreed(&self) -> bool {
        matches!(self.lack, Lack::MustEnd | Lack::Nothing)
    }
}

/// Whom to call about it besides her: the family in the order of calling, and the school where the child is to be back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Callable {
    /// The family, at most three; never a blocked person.
    pub family: Vec<Receiver>,
    /// The school's number, where it has one.
    pub school_phone: Option<String>,
}

impl Desk {
    /// The children who have to come back early, or whose nights have to be asked for: those whose weekend has to end at once
    /// first, then those whose yes was taken back, the longest waiting of them first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays.
    pub async fn hand_backs(&self) -> Result<Vec<HandBack>, Error> {
        self.require(Action::ApproveStay)?;
        self.remembered("hand_backs", String::new(), self.read_hand_backs()).await
    }

    async fn read_hand_backs(&self) -> Result<Vec<HandBack>, Error> {
        let tx = self.read();
        let (ending, mut rows) = try_join(must_end(&tx), doubtful(&tx)).await?;
        rows.retain(|row| !ending.iter().any(|other| other.id == row.id));
        let consents = overnight(&tx).and(consent::Column::ChildId.is_in(rows.iter().map(|s| s.child_id)));
        let consents = if rows.is_empty() { Vec::new() } else { consents.all(&tx).await? };
        let short = ends_short(&tx, &rows.iter().collect::<Vec<_>>()).await?;
        let today = tx.now().date().to_string();
        let mut lines = Vec::new();
        for row in &ending {
            lines.push(line(&tx, row, Lack::MustEnd).await?);
        }
        for row in &rows {
            let since = taken_back(row, &consents, &today).map(|at| Lack::TakenBack(Timestamp(at)));
            if let Some(lack) = since.or_else(|| short.get(&row.id).copied().map(Lack::Ends)) {
                lines.push(line(&tx, row, lack).await?);
            }
        }
        lines.sort_by_key(|l| l.lack);
        Ok(lines)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the child is not away, or its nights are all agreed to.
    pub async fn hand_back(&self, id: StayId) -> Result<HandBack, Error> {
        self.hand_backs().await?.into_iter().find(|l| l.stay == id).ok_or(Error::NotFound)
    }

    /// Any child that is away, to be brought back early: it wants to go home, its carer falls ill.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays; [`Error::NotFound`] when the child is not away.
    pub async fn early(&self, id: StayId) -> Result<HandBack, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let row = seen(&tx, id).await?;
        if state(&row).is_away() { line(&tx, &row, Lack::Nothing).await } else { Err(Error::NotFound) }
    }

    /// Whom to call about one of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays; [`Error::NotFound`] as [`Desk::hand_back`].
    pub async fn callable(&self, line: &HandBack) -> Result<Callable, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let row = seen(&tx, line.stay).await?;
        to_call(&tx, &row).await
    }
}

/// Whom to call about a stay besides its carer.
pub(super) async fn to_call(tx: &Tx, row: &stay::Model) -> Result<Callable, Error> {
    let family = family(tx, &[row]).await?.remove(&StayId(row.id)).unwrap_or_default();
    let child = tx.visible::<child::Entity>().id(row.child_id).one(tx).await?;
    let school = child.school_id.or(row.end_school_id);
    let school = match school {
        Some(id) => tx.visible::<school::Entity>().id(id).first(tx).await?,
        None => None,
    };
    let school_phone = match school {
        Some(school) => tx.open_some("schools", "phone_sealed", school.id, school.phone_sealed.as_ref())?,
        None => None,
    };
    Ok(Callable { family, school_phone })
}

/// The carer of a stay and her phone.
pub(super) async fn carer(tx: &Tx, row: &stay::Model) -> Result<(String, Option<String>), Error> {
    let carer = tx.visible::<volunteer::Entity>().id(row.volunteer_id).one(tx).await?;
    let phone = tx.open_some("volunteers", "phone_sealed", carer.id, carer.phone_sealed.as_ref())?;
    Ok((carer.name, phone))
}

fn overnight(tx: &Tx) -> Visible<consent::Entity> {
    tx.visible::<consent::Entity>().and(is(consent::Column::Purpose, "overnight"))
}

/// Those who are away and whose weekend a concern has suspended. Of a child in the reader's own home somebody else sees to it:
/// nobody there is to hear of it before the child is out.
async fn must_end(tx: &Tx) -> Result<Vec<stay::Model>, Error> {
    let away = tx.visible::<stay::Entity>().and(stay::Column::State.is_in(["released", "in_care"]));
    let mut rows = away.and(stay::Column::SuspendedBy.is_not_null()).by(stay::Column::EndsAt).all(tx).await?;
    if !rows.is_empty() {
        let own = Somebody::at_work(tx).await?.stays_among(tx, &rows).await?;
        rows.retain(|row| !own.contains(&row.id));
    }
    Ok(rows)
}

/// Since when it has to end.
async fn suspended_at(tx: &Tx, row: &stay::Model) -> Result<Timestamp, Error> {
    let by = match row.suspended_by {
        Some(id) => tx.for_rule::<concern::Entity>().id(id).first(tx).await?,
        None => None,
    };
    Ok(Timestamp(by.and_then(|by| by.suspended_at).or(row.released_at).unwrap_or(0)))
}

/// The children who are away and about whose nights something was said since they left, or who have no yes as long as the
/// longest of these stays. Most children who are away are in neither case, and are not read.
async fn doubtful(tx: &Tx) -> Result<Vec<stay::Model>, Error> {
    let away = || tx.visible::<stay::Entity>().and(stay::Column::State.is_in(["released", "in_care"]));
    let Some(longest) = away().by_desc(stay::Column::EndsAt).first(tx).await? else { return Ok(Vec::new()) };
    let last = Timestamp(longest.ends_at).date().to_string();
    let either = Condition::any().add(said_since(tx).some()).add(yes_until(tx, &last).some().not());
    away().and(either).all(tx).await
}

/// Beside a stay: an answer for this child that was given, or taken back, since it left.
fn said_since(tx: &Tx) -> Visible<consent::Entity> {
    use consent::Column as C;
    let left = || at(stay::Column::ReleasedAt);
    let since = Condition::any().add(at(C::WithdrawnAt).gte(left())).add(at(C::GivenAt).gte(left()));
    overnight(tx).and(same(C::ChildId, stay::Column::ChildId)).and(since)
}

/// Beside a stay: a yes for this child that holds through this day.
fn yes_until(tx: &Tx, last: &str) -> Visible<consent::Entity> {
    use consent::Column as C;
    let to_the_end = Condition::any().add(C::ToOn.is_null()).add(C::ToOn.gte(last));
    let stands = Condition::all().add(C::Answer.eq(true)).add(C::WithdrawnAt.is_null()).add(to_the_end);
    overnight(tx).and(same(C::ChildId, stay::Column::ChildId)).and(stands)
}

/// When the yes to this stay was last taken back, or a no was said, since the child left; none of a guardian who has said yes
/// again since. To how many of the nights is asked apart ([`ends_short`]).
fn taken_back(row: &stay::Model, consents: &[consent::Model], today: &str) -> Option<i64> {
    let released = row.released_at?;
    let about = |c: &&consent::Model| c.child_id == row.child_id && (c.stay_id.is_none() || c.stay_id == Some(row.id));
    let mine: Vec<&consent::Model> = consents.iter().filter(about).collect();
    let stands = |yes: &consent::Model, since: i64| {
        let said_on = Timestamp(since).date().to_string();
        let not_over = yes.to_on.as_ref().is_none_or(|to| *to >= said_on);
        yes.answer && yes.withdrawn_at.is_none() && yes.from_on.as_str() <= today && not_over
    };
    let again = |who: Uuid, at: i64| mine.iter().any(|c| c.guardian_id == who && c.given_at > at && stands(c, at));
    let said = mine.iter().filter_map(|c| Some((c.guardian_id, if c.answer { c.withdrawn_at? } else { c.given_at })));
    said.filter(|(who, at)| *at >= released && !again(*who, *at)).map(|(_, at)| at).max()
}

/// Whether an early return was arranged after this instant: a colleague need not call once more.
async fn is_arranged(tx: &Tx, row: &stay::Model, since: Timestamp) -> Result<bool, Error> {
    use audit_event::Column as A;
    let of_stay = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(TABLE)).and(A::RefId.eq(row.id));
    let arranged = of_stay.and(A::Act.eq(ArrangeHandBack::NAME)).and(A::At.gte(since.0));
    Ok(arranged.first(tx).await?.is_some())
}

async fn line(tx: &Tx, row: &stay::Model, lack: Lack) -> Result<HandBack, Error> {
    let child = tx.visible::<child::Entity>().id(row.child_id).one(tx).await?;
    let (carer_name, carer_phone) = carer(tx, row).await?;
    Ok(HandBack {
        stay: StayId(row.id),
        child: ChildId(child.id),
        child_name: child.name,
        carer_name,
        carer_phone,
        lack,
        is_arranged: match lack {
            Lack::TakenBack(since) => is_arranged(tx, row, since).await?,
            Lack::MustEnd => is_arranged(tx, row, suspended_at(tx, row).await?).await?,
            Lack::Ends(_) | Lack::Nothing => false,
        },
        ends_at: Timestamp(row.ends_at),
        end: RunsFrom::parse(&row.end_kind).unwrap_or(RunsFrom::School),
    })
}

/// The office has called and agreed when and where the child is handed back. From then on the board
/// counts from the new hour; the words stand in the trail as the act's reason. When the car breaks down on the way, the hour is
/// moved later again, as long as no night is added: a night more is a later return ([`super::AgreeLater`]).
#[derive(Clone, Debug)]
pub struct ArrangeHandBack {
    /// The stay.
    pub stay: StayId,
    /// To the school or the guardian.
    pub to: RunsFrom,
    /// Until when: after now, and no later than the day agreed before; where that is over, than today.
    pub by: Timestamp,
    /// Who was called and what was agreed, 4 to 200 characters.
    pub words: String,
}

impl Act for ArrangeHandBack {
    const NAME: &'static str = "stay.arrange_hand_back";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ApproveStay)?;
        let before = seen(tx, self.stay).await?;
        if !state(&before).is_away() {
            return Err(Error::refused("stay.step_impossible"));
        }
        not_own(tx, &before, "stay.own_weekend").await?;
        let words = reason(&self.words, 200, "words")?;
        self.fits(Timestamp(before.ends_at), tx.now())?;
        let is_later = self.by.0 > before.ends_at;
        if is_later && before.suspended_by.is_some() {
            return Err(Error::refused("stay.must_end"));
        }
        tx.because(words);
        let mut row = before.clone();
        row.ends_at = self.by.0;
        // What was said of the hour before puts off no alarm of this one.
        (row.late_until, row.late_words_sealed) = (None, None);
        self.to.code().clone_into(&mut row.end_kind);
        if self.to == RunsFrom::School && row.end_school_id.is_none() {
            row.end_school_id = tx.for_rule::<child::Entity>().id(before.child_id).one(tx).await?.school_id;
        }
        let row = tx.change::<stay::Entity>(&before, row).await?;
        if is_later {
            // What rings is of an hour that nobody waits for any more.
            crate::alarm::end(tx, &row, Alarm::is_late, Ended::Words, Some(words)).await?;
        }
        tell_carer(tx, "stay.hand_back", &before, tx.now().0).await?;
        // The family has the child sooner, or knows it at school sooner; not everybody there was on the phone.
        tell_guardians(tx, "stay.hand_back", before.child_id, (TABLE, Some(before.id))).await?;
        if self.to == RunsFrom::School {
            tell_role(tx, "stay.hand_back", "class_teacher", before.id, tx.now().0);
        } else if before.end_kind == RunsFrom::School.code() {
            // From now on it is on no school's roll.
            tell_role(tx, "stay.goes_home", "class_teacher", before.id, tx.now().0);
        }
        Ok(())
    }
}

impl ArrangeHandBack {
    fn fits(&self, agreed: Timestamp, now: Timestamp) -> Result<(), Error> {
        if self.by <= now {
            return Err(Error::field("by", "stay.hour_past"));
        }
        if self.by > agreed && self.by.date() > agreed.date().max(now.date()) {
            return Err(Error::field("on", "stay.later_than_agreed"));
        }
        Ok(())
    }
}
