//! Letters that need not be told any more: what they say was overtaken while they lay there, or was said by another.

use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
use crate::grant::people_of;
use crate::sealed::entity::{notice, outbox, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{is, is_one_of, same};
use crate::stay::{APPROVED, LATE_ANNOUNCED, OTHER_HOUR, SETTLED, TEACHER_ASKED, is_off, state};

/// States in which the child is away.
const AWAY: [&str; 2] = ["released", "in_care"];

/// What a letter says, or the message made of it, as far as it may be overtaken.
pub(super) struct Said<'s> {
    kind: &'s str,
    about: Option<Uuid>,
    due_at: i64,
    account: Option<Uuid>,
    person: Option<Uuid>,
}

impl<'s> From<&'s outbox::Model> for Said<'s> {
    fn from(letter: &'s outbox::Model) -> Said<'s> {
        let (account, person) = (letter.to_account, letter.person_id);
        Said { kind: &letter.kind, about: letter.ref_id, due_at: letter.due_at, account, person }
    }
}

impl<'s> From<&'s notice::Model> for Said<'s> {
    fn from(message: &'s notice::Model) -> Said<'s> {
        let (account, person) = (message.account_id, message.person_id);
        Said { kind: &message.kind, about: message.ref_id, due_at: message.due_at, account, person }
    }
}

/// Whether what is said was overtaken while it lay there: nobody is asked about a weekend that was called off or that
/// the class teacher has answered; nobody is told of a yes that was taken back, nor twice of one that was given again, nor of an
/// hour of return that nobody waits for any more.
pub(super) async fn is_overtaken<'s>(tx: &Tx, said: impl Into<Said<'s>>) -> Result<bool, Error> {
    let said = said.into();
    if is_of_return(said.kind) {
        return is_return_over(tx, &said).await;
    }
    let (kind @ (TEACHER_ASKED | APPROVED | SETTLED), Some(id)) = (said.kind, said.about) else {
        return Ok(false);
    };
    let Some(stay) = tx.for_rule::<stay::Entity>().id(id).first(tx).await? else { return Ok(true) };
    let is_answered = if kind == TEACHER_ASKED {
        stay.teacher_answer.is_some()
    } else {
        stay.codes_at.is_none_or(|out| said.due_at < out)
    };
    Ok(is_off(state(&stay)) || is_answered)
}

/// Whether nothing is so any more of what a message tells. That weekends are settled is one word for brothers and sisters, and
/// for the weekends of a term: while one of them stands, the family hears it.
pub(super) async fn is_message_overtaken(tx: &Tx, message: &notice::Model) -> Result<bool, Error> {
    if !is_overtaken(tx, message).await? {
        return Ok(false);
    }
    let stands =
        message.kind == SETTLED && is_told_of(tx, message.account_id, message.person_id, message.due_at).await?;
    Ok(!stands)
}

/// Texts that tell of a return as long as the child, or one who went with it, is away, and all that tell of something else. What
/// nobody was told of a return stays written down, and would fill the page of what is to be told for ever.
pub(super) fn may_be_so(tx: &Tx) -> Condition {
    use notice::Column as N;
    let of_return = Condition::any().add(is_one_of(N::Kind, &OTHER_HOUR)).add(is(N::Kind, LATE_ANNOUNCED));
    let party = tx.for_rule::<stay::Entity>().and(same(stay::Column::Id, N::RefId)).ids(stay::Column::PartyId);
    let away = tx.for_rule::<stay::Entity>().and(stay::Column::PartyId.in_subquery(party));
    let away = away.and(is_one_of(stay::Column::State, &AWAY)).some();
    Condition::any().add(of_return.not()).add(N::RefId.is_null()).add(away)
}

/// Whether a text that waits to be told by hand tells of an hour of return that nobody waits for any more.
pub(super) async fn is_late_word(tx: &Tx, message: &notice::Model) -> Result<bool, Error> {
    if is_of_return(&message.kind) { is_return_over(tx, &message.into()).await } else { Ok(false) }
}

/// Whether a kind tells when a child that is away comes back.
fn is_of_return(kind: &str) -> bool {
    OTHER_HOUR.contains(&kind) || kind == LATE_ANNOUNCED
}

/// Whether none of the children that are meant comes at the hour that was told: each is back, or another hour was told since.
async fn is_return_over(tx: &Tx, said: &Said<'_>) -> Result<bool, Error> {
    let Some(id) = said.about else { return Ok(false) };
    let Some(stay) = tx.for_rule::<stay::Entity>().id(id).first(tx).await? else { return Ok(true) };
    if comes(tx, said, &stay).await? {
        return Ok(false);
    }
    for other in meant_too(tx, said, &stay).await? {
        if comes(tx, said, &other).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the child is away, and no other hour was told since.
async fn comes(tx: &Tx, said: &Said<'_>, stay: &stay::Model) -> Result<bool, Error> {
    use outbox::Column as C;
    if !state(stay).is_away() {
        return Ok(false);
    }
    let since = tx.for_rule::<outbox::Entity>().and(is_one_of(C::State, &["queued", "sent", "failed"]));
    let since = since.and(C::DueAt.gt(said.due_at)).and(is_one_of(C::Kind, &OTHER_HOUR)).and(C::RefId.eq(stay.id));
    Ok(since.first(tx).await?.is_none())
}

/// The brothers and sisters of whom the same word tells, named by one of them: those for whom the carer's own word stands, that
/// they come later; or, of what the office agreed on with her, those who were put off in the same act. Everybody else reads of
/// each child by itself.
async fn meant_too(tx: &Tx, said: &Said<'_>, stay: &stay::Model) -> Result<Vec<stay::Model>, Error> {
    use {outbox::Column as C, stay::Column as S};
    let party = tx.for_rule::<stay::Entity>().and(S::PartyId.eq(stay.party_id)).and(S::Id.ne(stay.id));
    let others = party.by(S::Id).all(tx).await?;
    if said.kind == LATE_ANNOUNCED {
        return Ok(others.into_iter().filter(|other| other.late_until.is_some()).collect());
    }
    let mut meant = Vec::new();
    if others.is_empty() || !is_to_carer(tx, said, stay).await? {
        return Ok(meant);
    }
    for other in others {
        let told = tx.for_rule::<outbox::Entity>().and(C::Kind.eq(said.kind)).and(C::DueAt.eq(said.due_at));
        if told.and(C::RefId.eq(other.id)).first(tx).await?.is_some() {
            meant.push(other);
        }
    }
    Ok(meant)
}

/// Whether whoever has the child is told.
async fn is_to_carer(tx: &Tx, said: &Said<'_>, stay: &stay::Model) -> Result<bool, Error> {
    match said.account {
        Some(account) => Ok(people_of(tx, account).await?.contains(&stay.volunteer_id)),
        None => Ok(said.person == Some(stay.volunteer_id)),
    }
}

/// Whether the family has heard of the decisions of the same moment already, by one of `made` or before: brothers and sisters, or
/// the weekends of a term, that were approved together are one word.
pub(super) async fn is_said(tx: &Tx, letter: &outbox::Model, made: &[notice::Model]) -> Result<bool, Error> {
    if letter.kind != SETTLED {
        return Ok(false);
    }
    let receiver = (letter.to_account, letter.person_id);
    let is_same = |notice: &notice::Model| {
        notice.kind == SETTLED && notice.due_at == letter.due_at && (notice.account_id, notice.person_id) == receiver
    };
    if made.iter().any(is_same) {
        return Ok(true);
    }
    is_told_of(tx, letter.to_account, letter.person_id, letter.due_at).await
}

/// Whether one of the letters of that moment by which this account, or this person, is told that a weekend is settled has been
/// expanded, and is still so.
async fn is_told_of(tx: &Tx, account: Option<Uuid>, person: Option<Uuid>, due_at: i64) -> Result<bool, Error> {
    use outbox::Column as C;
    let to = match (account, person) {
        (Some(account), _) => C::ToAccount.eq(account),
        (None, Some(person)) => C::PersonId.eq(person),
        (None, None) => return Ok(false),
    };
    let before = Condition::all().add(C::State.eq("sent")).add(C::DueAt.eq(due_at)).add(C::Kind.eq(SETTLED));
    for other in tx.for_rule::<outbox::Entity>().and(before.add(to)).all(tx).await? {
        // One that was overtaken itself has told nobody.
        if !is_overtaken(tx, &other).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use naheya_domain::notice::{KINDS, Urgency};
    use naheya_domain::stay::StayState;

    use super::{APPROVED, AWAY, SETTLED, TEACHER_ASKED, is_of_return};

    #[test]
    fn no_alarm_is_kept_back_but_an_hour_at_which_nobody_waits() {
        let alarms = KINDS.iter().filter(|(_, urgency)| *urgency == Urgency::Alarm).map(|(kind, _)| *kind);
        let may_be = |kind: &&str| is_of_return(kind) || [TEACHER_ASKED, APPROVED, SETTLED].contains(kind);
        let kept_back: Vec<&str> = alarms.filter(may_be).collect();
        assert_eq!(kept_back, ["stay.hand_back", "stay.later_now"]);
    }

    #[test]
    fn away_is_what_the_states_say() {
        let away: Vec<&str> = StayState::ALL.into_iter().filter(|state| state.is_away()).map(StayState::code).collect();
        assert_eq!(away, AWAY);
    }
}
