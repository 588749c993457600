//! Somebody who was kept away from a child is so no more: whoever keeps the file says it, and another person, of the office, says
//! it too. Until then the adult stays kept away.

use naheya_domain::Role;
use naheya_domain::access::{Class, Noun, Reach, reach};
use uuid::Uuid;

use crate::Error;
use crate::sealed::entity::guardianship;
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;
use crate::second_word::{FirstWord, first_words, is_said_by_another};

const TABLE: &str = "guardianships";
/// What the trail says of a tie of which somebody has said so.
const ASKED: &str = "lift_asked";
/// When somebody is kept away anew, what was said before counts no more.
const OVER: &str = "blocked";

/// Whether who is at work says the second word: somebody of the office, after somebody else.
pub(super) async fn may(tx: &Tx, tie: &guardianship::Model) -> Result<bool, Error> {
    if tx.is_system() {
        return Ok(true);
    }
    let of_office = reach(tx.viewer().role, Noun::Guardian, Class::Personal) == Reach::County;
    Ok(of_office && is_said_by_another(tx, (TABLE, tie.id), ASKED, OVER).await?)
}

/// Keeps the first word, and asks the others of the office for the second.
pub(super) fn ask(tx: &Tx, tie: &guardianship::Model) {
    tx.note(TABLE, Some(tie.id), ASKED);
    for role in [Role::Coordinator, Role::Leader].into_iter().filter(|role| *role != tx.viewer().role) {
        letter(tx, "child.kept_away_asked", role, tie.child_id);
    }
}

/// The leaders hear that it is so.
pub(super) fn done(tx: &Tx, child: Uuid) {
    letter(tx, "child.kept_away_ended", Role::Leader, child);
}

fn letter(tx: &Tx, kind: &'static str, role: Role, child: Uuid) {
    tx.notify(Letter {
        kind,
        to_account: None,
        to_role: Some(role.code()),
        to_person: None,
        about: (crate::child::TABLE, Some(child)),
        due_at: tx.now().0,
    });
}

/// Who has said that this adult is kept away no more, while it waits for somebody else.
pub(crate) async fn asked(tx: &Tx, tie: &guardianship::Model) -> Result<Option<FirstWord>, Error> {
    if !tie.blocked {
        return Ok(None);
    }
    Ok(first_words(tx, (TABLE, std::slice::from_ref(&tie.id)), ASKED, OVER).await?.remove(&tie.id))
}
