//! An emergency that lies behind: a child director opened the file of a child in another town one evening, and the second leader
//! said the next morning that it had to be. Told at its own hour, so that the looks stand in the trail when they were.

use naheya_domain::break_glass::{Verdict, review_by, until};
use naheya_domain::{Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::calendar::{at, plus};
use super::story::Story;
use crate::Error;
use crate::break_glass::{LOOK, TABLE};
use crate::sealed::act::Act;
use crate::sealed::desk::viewer_of;
use crate::sealed::entity::{account, break_glass, child, grant, session};
use crate::sealed::tx::Tx;

/// Days ago.
const DAYS: i64 = 26;
/// Minutes until it was closed by hand.
const OPEN: i64 = 34;
/// Looks at the file meanwhile.
const LOOKS: usize = 3;
const REASON: &str = "示例：孩子在公路边被摩托车碰倒，正往旗医院送，要知道过敏和家长电话。";
const WORDS: &str = "示例：医院和家长都说了，是送医院，孩子第二天就回家了。该打开。";
/// Days after the first ones that the second coordinator and the second leader came: who has been there longest is told first.
const LATER: i64 = 900;

impl Story<'_> {
    /// A second coordinator and a second leader: whoever of the office opens a file in an emergency needs two others who are
    /// told. Told last, so that everything before falls as it did.
    pub(super) fn colleagues(&mut self) {
        for (role, name) in [(Role::Coordinator, "范例专干"), (Role::Leader, "样例副主席")] {
            self.colleague(role, name, at(plus(self.opened().date(), LATER), 9, 0));
        }
    }
}

/// When it was opened, as seen from today.
pub(super) fn evening(now: Timestamp) -> Timestamp {
    at(plus(now.date(), -DAYS), 21, 40)
}

/// Tells it; whose desk this is stands at [`evening`].
pub(super) struct PastGlass;

impl Act for PastGlass {
    const NAME: &'static str = "demo.glass";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let Some(child) = elsewhere(tx).await? else { return Ok(()) };
        let worker = called(tx, Role::TownWorker.code()).await?;
        let session = signed_in(tx, child, worker);
        let row = opening(tx, child, worker, session.id).await?;
        tx.insert::<session::Entity>(session).await?;
        tx.insert::<break_glass::Entity>(row.clone()).await?;
        looks(tx, &row).await
    }
}

/// A child with something that its carers must know, in a town that is not the child director's.
async fn elsewhere(tx: &Tx) -> Result<Option<Uuid>, Error> {
    use child::Column as C;
    let own = format!("{:06}{}", tx.area_id(), super::grid::OWN);
    let children = tx.for_rule::<child::Entity>().and(C::State.eq("enrolled")).and(C::VitalSealed.is_not_null());
    Ok(children.and(C::TownCode.ne(own)).by(C::Id).first(tx).await?.map(|row| row.id))
}

async fn called(tx: &Tx, login: &str) -> Result<Uuid, Error> {
    Ok(tx.common::<account::Entity>().and(account::Column::Login.eq(login)).one(tx).await?.id)
}

/// The browser in which it was opened, long signed out.
fn signed_in(tx: &Tx, child: Uuid, account_id: Uuid) -> session::Model {
    let id = Uuid::from_u128(child.as_u128() ^ 1);
    session::Model {
        id,
        token_hash: crate::sha(id.as_bytes()),
        account_id,
        grant_id: None,
        started_at: tx.now().plus_minutes(-3).0,
        seen_at: tx.now().plus_minutes(OPEN).0,
        expires_at: tx.now().plus_minutes(12 * 60).0,
        factor_at: None,
        agent: String::new(),
        ended_at: Some(tx.now().plus_minutes(OPEN).0),
        shared: false,
    }
}

async fn opening(tx: &Tx, child_id: Uuid, account_id: Uuid, session_id: Uuid) -> Result<break_glass::Model, Error> {
    let id = Uuid::from_u128(child_id.as_u128() ^ 2);
    let second = |role: Role| format!("{}2", role.code());
    Ok(break_glass::Model {
        area_id: tx.area_id(),
        id,
        child_id,
        account_id,
        role: Role::TownWorker.code().to_owned(),
        session_id,
        reason_sealed: tx.seal(TABLE, "reason_sealed", id, REASON)?,
        opened_at: tx.now().0,
        until_at: until(tx.now()).0,
        ended_at: Some(tx.now().plus_minutes(OPEN).0),
        told_first: called(tx, Role::Leader.code()).await?,
        told_second: called(tx, Role::Coordinator.code()).await?,
        review_by: review_by(tx.now()).0,
        verdict: Some(Verdict::Justified.code().to_owned()),
        reviewed_by: Some(called(tx, &second(Role::Leader)).await?),
        reviewed_at: Some(at(plus(tx.now().date(), 1), 9, 20).0),
        words_sealed: Some(tx.seal(TABLE, "words_sealed", id, WORDS)?),
        late_at: None,
        version: 1,
    })
}

async fn looks(tx: &Tx, row: &break_glass::Model) -> Result<(), Error> {
    let held = tx.common::<grant::Entity>().and(grant::Column::AccountId.eq(row.account_id)).one(tx).await?;
    let Some(viewer) = viewer_of(&held, tx.now()) else { return Ok(()) };
    let hers = tx.on_behalf(viewer);
    let look = || {
        hers.note("children", Some(row.child_id), "work,personal,secret");
        hers.note(TABLE, Some(row.id), "");
    };
    hers.told_as(LOOK, async { (0..LOOKS).for_each(|_| look()) }).await;
    tx.join(hers);
    Ok(())
}
