//! Letters that need not be told any more: what they say was overtaken while they lay there, or was said by another.

use sea_orm::{ColumnTrait, Condition};

use crate::Error;
use crate::sealed::entity::{notice, outbox, stay};
use crate::sealed::tx::Tx;
use crate::stay::{APPROVED, SETTLED, TEACHER_ASKED, is_off, state};

/// Whether what a letter says was overtaken while it lay there: nobody is asked about a weekend that was called off or that
/// the class teacher has answered; nobody is told of a yes that was taken back, nor twice of one that was given again.
pub(super) async fn is_overtaken(tx: &Tx, letter: &outbox::Model) -> Result<bool, Error> {
    let (kind @ (TEACHER_ASKED | APPROVED | SETTLED), Some(id)) = (letter.kind.as_str(), letter.ref_id) else {
        return Ok(false);
    };
    let Some(stay) = tx.for_rule::<stay::Entity>().id(id).first(tx).await? else { return Ok(true) };
    let is_answered = if kind == TEACHER_ASKED {
        stay.teacher_answer.is_some()
    } else {
        stay.codes_at.is_none_or(|out| letter.due_at < out)
    };
    Ok(is_off(state(&stay)) || is_answered)
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
