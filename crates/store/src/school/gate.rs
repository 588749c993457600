//! Days at the gate of somebody who teaches at the school no more.

use naheya_domain::Date;
use naheya_domain::id::{AccountId, SchoolId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::calendar::{at_the_gate, teachers};
use crate::Error;
use crate::grant::give;
use crate::sealed::entity::{class, duty};
use crate::sealed::trail::Letter;
use crate::sealed::tx::Tx;

/// The days to come at the gate go to whoever teaches the class that was left, where that is one person; else they stand on the
/// school's page as days that somebody else has to take. Whoever names people for the gate is told of both.
pub(crate) async fn hand_on_days(tx: &Tx, gone: Uuid, left: &class::Model) -> Result<(), Error> {
    use duty::Column as D;
    let today = tx.now().date().to_string();
    let of_school = tx.for_rule::<duty::Entity>().and(D::SchoolId.eq(left.school_id)).and(D::AccountId.eq(gone));
    let days = of_school.and(D::OnDate.gte(today.as_str())).by(D::OnDate).all(tx).await?;
    if days.is_empty() {
        return Ok(());
    }
    let next = successor(tx, gone, left).await?;
    if let Some(next) = next {
        for day in &days {
            hand_on(tx, day, next).await?;
        }
        tell(tx, "duty.handed_on", (Some(next.0), None), left.school_id);
    }
    let kind = if next.is_some() { "duty.moved" } else { "duty.open" };
    tell(tx, kind, (None, Some("coordinator")), left.school_id);
    Ok(())
}

/// The one other teacher of the class. Nobody names herself for the gate, not in this way either.
async fn successor(tx: &Tx, gone: Uuid, left: &class::Model) -> Result<Option<AccountId>, Error> {
    let others = teachers(tx, &[left.id.to_string()]).await?;
    let mut others = others.into_iter().map(|(id, _)| id).filter(|id| id.0 != gone);
    let only = others.next().filter(|_| others.next().is_none());
    Ok(only.filter(|id| tx.is_system() || *id != tx.viewer().account))
}

async fn hand_on(tx: &Tx, day: &duty::Model, next: AccountId) -> Result<(), Error> {
    use duty::Column as D;
    tx.remove::<duty::Entity>(day).await?;
    let of_day = tx.for_rule::<duty::Entity>().and(D::SchoolId.eq(day.school_id)).and(D::AccountId.eq(next.0));
    if of_day.and(D::OnDate.eq(day.on_date.as_str())).first(tx).await?.is_some() {
        return Ok(());
    }
    let Ok(on) = day.on_date.parse::<Date>() else { return Ok(()) };
    match give(tx, next, &at_the_gate(SchoolId(day.school_id), on)).await {
        // Who has the whole school anyway stands at its gate already.
        Err(Error::Refused(refusal)) if refusal.code == "grant.held" => {}
        given => _ = given?,
    }
    tx.insert::<duty::Entity>(duty::Model { id: Uuid::now_v7(), account_id: next.0, ..day.clone() }).await
}

fn tell(tx: &Tx, kind: &'static str, (to_account, to_role): (Option<Uuid>, Option<&'static str>), school: Uuid) {
    let about = (super::calendar::TABLE, Some(school));
    tx.notify(Letter { kind, to_account, to_role, to_person: None, about, due_at: tx.now().0 });
}
