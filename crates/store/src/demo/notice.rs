//! The letters that the story's last day left: the dispatcher makes notices of them when the demo starts.

use naheya_domain::Role;
use uuid::Uuid;

use super::story::Rows;
use crate::Letter;
use crate::sealed::tx::Tx;

/// A handful, each about something that is in the story.
pub(super) fn letters(tx: &Tx, rows: &Rows) {
    let at_hand = |role: Role| rows.accounts.iter().find(|a| a.login == role.code()).map(|a| a.id);
    let letter = |kind: &'static str, account: Option<Uuid>, about: (&'static str, Option<Uuid>)| {
        if account.is_some() {
            let (to_role, to_person) = (None, None);
            tx.notify(Letter { kind, to_account: account, to_role, to_person, about, due_at: tx.now().0 });
        }
    };
    for stay in rows.stays.iter().filter(|s| s.state == "requested").take(2) {
        letter("stay.requested", at_hand(Role::Coordinator), ("stays", Some(stay.id)));
    }
    for concern in rows.concerns.iter().filter(|c| c.state == "raised").take(1) {
        for role in [Role::Coordinator, Role::Leader] {
            letter("concern.raised", at_hand(role), ("concern", Some(concern.id)));
        }
    }
    let volunteer = at_hand(Role::Volunteer);
    let hers = rows.volunteers.iter().find(|v| v.account_id.is_some() && v.account_id == volunteer);
    let mut stays = rows.stays.iter().filter(|s| hers.is_some_and(|v| v.id == s.volunteer_id));
    if let Some(stay) = stays.find(|s| s.state == "approved") {
        letter("stay.approved", volunteer, ("stays", Some(stay.id)));
        letter("consent.recorded", at_hand(Role::Guardian), ("stays", Some(stay.id)));
    }
}
