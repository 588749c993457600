//! The list of accounts on the screen. Where a county has tens of thousands of them, to sort them all for each page of fifty
//! would take longer than everything else on it.

use std::sync::Arc;

use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::{AccountRow, AccountView, with_grants};
use crate::child::PAGE;
use crate::order::{Page, Turn, in_order, turned};
use crate::sealed::entity::account;
use crate::{Desk, Error};

/// Accounts of a view that are sorted at each look; of more of them the order is remembered.
pub const MOST_SORTED: u64 = 500;

/// What is read of an account to put it in its place.
#[derive(Debug, FromQueryResult)]
struct Placed {
    id: Uuid,
}

impl Desk {
    /// As [`Desk::accounts`], for the screen: in a very large county who stands in a list of a role may be a minute old; what
    /// is said of them never is, nor who waits for the first sign-in or is kept out.
    ///
    /// # Errors
    /// As [`Desk::accounts`].
    pub async fn accounts_listed(&self, view: AccountView, turn: &Turn) -> Result<Page<AccountRow>, Error> {
        let counts = self.account_counts().await?;
        let are_many = counts.iter().any(|(one, n)| *one == view && *n > MOST_SORTED);
        if !are_many || matches!(view, AccountView::Invited | AccountView::Locked) {
            return self.accounts(view, turn).await;
        }
        let sort = move |desk: Desk| in_their_order(desk, view);
        let order = self.remembered_behind("accounts.order", view.code().to_owned(), sort).await?;
        // An account of today may have no place yet.
        let Some(page) = page_of(&order, turn) else { return self.accounts(view, turn).await };
        let tx = self.read();
        let people = tx.common::<account::Entity>().among(page.rows.iter().copied()).all(&tx).await?;
        let rows = with_grants(&tx, in_order(people, &page.rows, |row| row.id)).await?;
        Ok(page.with(rows))
    }
}

/// The accounts of a view by name.
async fn in_their_order(desk: Desk, view: AccountView) -> Result<Arc<Vec<Uuid>>, Error> {
    use account::Column as C;
    let tx = desk.read();
    let all = tx.common::<account::Entity>().and(view.condition(&tx)).by(C::DisplayName).by(C::Id);
    let all: Vec<Placed> = all.columns([C::Id], &tx).await?;
    Ok(Arc::new(all.into_iter().map(|one| one.id).collect()))
}

/// A page of these; none where the row from which one turns is not among them.
fn page_of(order: &[Uuid], turn: &Turn) -> Option<Page<Uuid>> {
    let most = usize::try_from(PAGE).unwrap_or(50) + 1;
    let rows: Vec<Uuid> = match turn.mark() {
        None => order.iter().take(most).copied().collect(),
        Some(mark) => {
            let (before, from) = order.split_at(order.iter().position(|id| *id == mark.id)?);
            if turn.is_back() {
                before.iter().rev().take(most).copied().collect()
            } else {
                from.iter().skip(1).take(most).copied().collect()
            }
        }
    };
    Some(turned(rows, turn, |id| *id))
}
