//! A guardian takes the yes back while the child is away: the office calls, arranges that the child
//! comes back early, and writes that down (product.md rule 14).

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, StayId};
use naheya_domain::stay::RunsFrom;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::decide::reason;
use super::receiver::{Receiver, family};
use super::{seen, state, tell_carer, tell_role};
use crate::carer::not_own;
use crate::sealed::act::Act;
use crate::sealed::entity::{child, consent, school, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, at, is, same};
use crate::{Desk, Error};

/// A child that is away though its guardian has taken the yes back since it left.
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
    /// When the yes was taken back.
    pub since: Timestamp,
    /// Until when the child is to be back, as it stands now.
    pub ends_at: Timestamp,
    /// Where to.
    pub end: RunsFrom,
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
    /// The children who have to come back early, the longest waiting first.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for roles that approve no stays.
    pub async fn hand_backs(&self) -> Result<Vec<HandBack>, Error> {
        self.require(Action::ApproveStay)?;
        self.remembered("hand_backs", String::new(), self.read_hand_backs()).await
    }

    async fn read_hand_backs(&self) -> Result<Vec<HandBack>, Error> {
        let tx = self.read();
        let away = tx
            .visible::<stay::Entity>()
            .and(stay::Column::State.is_in(["released", "in_care"]))
            .and(withdrawn_since(&tx).some())
            .all(&tx)
            .await?;
        let consents = overnight(&tx).and(consent::Column::ChildId.is_in(away.iter().map(|s| s.child_id)));
        let consents = if away.is_empty() { Vec::new() } else { consents.all(&tx).await? };
        let today = tx.now().date().to_string();
        let mut lines = Vec::new();
        for row in &away {
            if let Some(since) = taken_back(row, &consents, &today) {
                lines.push(line(&tx, row, since).await?);
            }
        }
        lines.sort_by_key(|l| l.since);
        Ok(lines)
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the child is not away, or no yes was taken back.
    pub async fn hand_back(&self, id: StayId) -> Result<HandBack, Error> {
        self.hand_backs().await?.into_iter().find(|l| l.stay == id).ok_or(Error::NotFound)
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

/// Beside a stay: a yes for this child that was taken back since it left, or a no. Most children who are away have none, and
/// are not read.
fn withdrawn_since(tx: &Tx) -> Visible<consent::Entity> {
    use consent::Column as C;
    let left = || at(stay::Column::ReleasedAt);
    let taken_back = Condition::all().add(C::Answer.eq(true)).add(at(C::WithdrawnAt).gte(left()));
    let no = Condition::all().add(C::Answer.eq(false)).add(at(C::GivenAt).gte(left()));
    overnight(tx).and(same(C::ChildId, stay::Column::ChildId)).and(Condition::any().add(taken_back).add(no))
}

/// When the yes to this stay was last taken back, or a no was said, since the child left; none of a guardian who has said yes
/// again since, to all the days that are left.
fn taken_back(row: &stay::Model, consents: &[consent::Model], today: &str) -> Option<i64> {
    let released = row.released_at?;
    let about = |c: &&consent::Model| c.child_id == row.child_id && (c.stay_id.is_none() || c.stay_id == Some(row.id));
    let mine: Vec<&consent::Model> = consents.iter().filter(about).collect();
    let last = Timestamp(row.ends_at).date().to_string();
    let covers = |yes: &consent::Model| {
        let to_the_end = yes.to_on.as_ref().is_none_or(|to| *to >= last);
        yes.answer && yes.withdrawn_at.is_none() && yes.from_on.as_str() <= today && to_the_end
    };
    let again = |who: Uuid, at: i64| mine.iter().any(|c| c.guardian_id == who && c.given_at > at && covers(c));
    let said = mine.iter().filter_map(|c| Some((c.guardian_id, if c.answer { c.withdrawn_at? } else { c.given_at })));
    said.filter(|(who, at)| *at >= released && !again(*who, *at)).map(|(_, at)| at).max()
}

async fn line(tx: &Tx, row: &stay::Model, since: i64) -> Result<HandBack, Error> {
    let child = tx.visible::<child::Entity>().id(row.child_id).one(tx).await?;
    let (carer_name, carer_phone) = carer(tx, row).await?;
    Ok(HandBack {
        stay: StayId(row.id),
        child: ChildId(child.id),
        child_name: child.name,
        carer_name,
        carer_phone,
        since: Timestamp(since),
        ends_at: Timestamp(row.ends_at),
        end: RunsFrom::parse(&row.end_kind).unwrap_or(RunsFrom::School),
    })
}

/// The office has called and agreed when and where the child is handed back. From then on the board
/// counts from the new hour; the words stand in the trail as the act's reason.
#[derive(Clone, Debug)]
pub struct ArrangeHandBack {
    /// The stay.
    pub stay: StayId,
    /// To the school or the guardian.
    pub to: RunsFrom,
    /// Until when; earlier than agreed before.
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
        if self.by <= tx.now() {
            return Err(Error::field("by", "stay.hour_past"));
        }
        if self.by.0 > before.ends_at {
            return Err(Error::field("by", "stay.later_than_agreed"));
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
        tx.change::<stay::Entity>(&before, row).await?;
        tell_carer(tx, "stay.hand_back", &before, tx.now().0).await?;
        if self.to == RunsFrom::School {
            tell_role(tx, "stay.hand_back", "class_teacher", before.id, tx.now().0);
        } else if before.end_kind == RunsFrom::School.code() {
            // From now on it is on no school's roll.
            tell_role(tx, "stay.goes_home", "class_teacher", before.id, tx.now().0);
        }
        Ok(())
    }
}
