//! Letters that need not be told any more: what they say was overtaken while they lay there, or was said by another.

use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::Error;
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
}

impl<'s> From<&'s outbox::Model> for Said<'s> {
    fn from(letter: &'s outbox::Model) -> Said<'s> {
        Said { kind: &letter.kind, about: letter.ref_id, due_at: letter.due_at }
    }
}

impl<'s> From<&'s notice::Model> for Said<'s> {
    fn from(message: &'s notice::Model) -> Said<'s> {
        Said { kind: &message.kind, about: message.ref_id, due_at: message.due_at }
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

/// Texts that tell of a return as long as the child is away, and all that tell of something else. What nobody was told of a
/// return stays written down, and would fill the page of what is to be told for ever.
pub(super) fn may_be_so(tx: &Tx) -> Condition {
    use notice::Column as N;
    let of_return = Condition::any().add(is_one_of(N::Kind, &OTHER_HOUR)).add(is(N::Kind, LATE_ANNOUNCED));
    let away = tx.for_rule::<stay::Entity>().and(same(stay::Column::Id, N::RefId));
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

/// Whether the child is not away any more, or another hour was told since.
async fn is_return_over(tx: &Tx, said: &Said<'_>) -> Result<bool, Error> {
    use outbox::Column as C;
    let Some(id) = said.about else { return Ok(false) };
    let stay = tx.for_rule::<stay::Entity>().id(id).first(tx).await?;
    if !stay.is_some_and(|stay| state(&stay).is_away()) {
        return Ok(true);
    }
    let since = tx.for_rule::<outbox::Entity>().and(is_one_of(C::State, &["queued", "sent", "failed"]));
    let since = since.and(C::DueAt.gt(said.due_at)).and(is_one_of(C::Kind, &OTHER_HOUR)).and(C::RefId.eq(id));
    Ok(since.first(tx).await?.is_some())
}

/// Whether the family has heard of the decisions of the same moment already, by one of `made` or before: brothers and sisters, or
/// the weekends of a term, that were approved together are one word.
pub(super) async fn is_said(tx: &Tx, letter: &outbox::Model, made: &[notice::Model]) -> Result<bool, Error> {
    use outbox::Column as C;
    if letter.kind != SETTLED {
        return Ok(false);
    }
    let to = match (letter.to_account, letter.person_id) {
        (Some(account), _) => C::ToAccount.eq(account),
        (None, Some(person)) => C::PersonId.eq(person),
        (None, None) => return Ok(false),
    };
    let receiver = (letter.to_account, letter.person_id);
    let is_same = |notice: &notice::Model| {
        notice.kind == SETTLED && notice.due_at == letter.due_at && (notice.account_id, notice.person_id) == receiver
    };
    if made.iter().any(is_same) {
        return Ok(true);
    }
    let before = Condition::all().add(C::State.eq("sent")).add(C::DueAt.eq(letter.due_at)).add(C::Kind.eq(SETTLED));
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
