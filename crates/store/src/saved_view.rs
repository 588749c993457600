//! What a person has set a list to and given a name. It is that account's alone: nobody else reads, changes or counts it,
//! and it goes when the account is closed. Name, filters and words are sealed, because each may hold somebody's name.

use naheya_domain::id::{AccountId, SavedViewId};
use naheya_domain::saved_view::{List, NewView, may_keep, view_name};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::saved_view;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "saved_views";

type Row = saved_view::Model;
use saved_view::Column as C;

/// A view as its owner sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedView {
    /// Which one.
    pub id: SavedViewId,
    /// Of which list.
    pub list: List,
    /// What its owner calls it.
    pub name: String,
    /// Names and values of filters.
    pub filters: Vec<(String, String)>,
    /// The words searched for.
    pub search: Option<String>,
    /// Whether the list begins with it.
    pub opens: bool,
}

impl std::fmt::Debug for SavedView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SavedView({}, {})", self.id, self.list.code())
    }
}

fn own(tx: &Tx) -> Condition {
    Condition::all().add(C::AccountId.eq(tx.account())).add(C::RemovedAt.is_null())
}

async fn of_list(tx: &Tx, list: &str) -> Result<Vec<Row>, Error> {
    let of = own(tx).add(C::List.eq(list));
    tx.for_rule::<saved_view::Entity>().and(of).by(C::Rank).by(C::Id).all(tx).await
}

async fn one(tx: &Tx, id: SavedViewId) -> Result<Row, Error> {
    tx.for_rule::<saved_view::Entity>().and(own(tx)).and(C::Id.eq(id.0)).one(tx).await
}

fn opened(tx: &Tx, row: &Row) -> Result<Option<SavedView>, Error> {
    // A list that this program no longer has leaves its views unseen.
    let Some(list) = List::parse(&row.list) else { return Ok(None) };
    let filters = tx.open(TABLE, "filter_sealed", row.id, &row.filter_sealed)?;
    Ok(Some(SavedView {
        id: SavedViewId(row.id),
        list,
        name: tx.open(TABLE, "name_sealed", row.id, &row.name_sealed)?,
        filters: serde_json::from_str(&filters).unwrap_or_default(),
        search: tx.open_some(TABLE, "search_sealed", row.id, row.search_sealed.as_ref())?,
        opens: row.opens,
    }))
}

impl Desk {
    /// This account's views of a list, in their owner's order.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Database`].
    pub async fn saved_views(&self, list: List) -> Result<Vec<SavedView>, Error> {
        if self.known().views == Some(false) {
            return Ok(Vec::new());
        }
        // Every opening of a list asks this, and somebody who turns pages asks it once a second.
        self.remembered_alone("saved_views", list.code().to_owned(), async {
            let tx = self.read();
            let rows = of_list(&tx, list.code()).await?;
            Ok(rows.iter().map(|row| opened(&tx, row)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        })
        .await
    }

    /// All of this account's views, list by list.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Database`].
    pub async fn all_saved_views(&self) -> Result<Vec<SavedView>, Error> {
        let tx = self.read();
        let rows = tx.for_rule::<saved_view::Entity>().and(own(&tx)).by(C::Rank).by(C::Id).all(&tx).await?;
        let views = rows.iter().map(|row| opened(&tx, row)).collect::<Result<Vec<_>, _>>()?;
        let mut views: Vec<SavedView> = views.into_iter().flatten().collect();
        views.sort_by_key(|view| view.list);
        Ok(views)
    }
}

/// Keeps what a list is set to; under a name that is there already, in the place of what was kept before.
#[derive(Clone, Debug)]
pub struct KeepView {
    /// What is kept.
    pub view: NewView,
    /// Whether the list begins with it from now on.
    pub opens: bool,
}

impl Act for KeepView {
    const NAME: &'static str = "saved_view.keep";
    type Answer = SavedViewId;

    async fn run(&self, tx: &Tx) -> Result<SavedViewId, Error> {
        let held = of_list(tx, self.view.list.code()).await?;
        let mut before = None;
        for row in &held {
            if tx.open(TABLE, "name_sealed", row.id, &row.name_sealed)? == self.view.name {
                before = Some(row);
            }
        }
        let id = before.map_or_else(Uuid::now_v7, |row| row.id);
        let filters = serde_json::to_string(&self.view.filters).map_err(|e| Error::Database(e.to_string()))?;
        let row = Row {
            area_id: tx.area_id(),
            id,
            account_id: tx.account(),
            list: self.view.list.code().to_owned(),
            rank: before.map_or_else(|| held.iter().map(|r| r.rank + 1).max().unwrap_or(0), |r| r.rank),
            opens: before.is_some_and(|r| r.opens),
            name_sealed: tx.seal(TABLE, "name_sealed", id, &self.view.name)?,
            filter_sealed: tx.seal(TABLE, "filter_sealed", id, &filters)?,
            search_sealed: tx.seal_some(TABLE, "search_sealed", id, self.view.search.as_deref())?,
            removed_at: None,
        };
        match before {
            Some(before) => {
                tx.change::<saved_view::Entity>(before, row).await?;
            }
            None => {
                may_keep(held.len()).map_err(Error::Refused)?;
                tx.insert::<saved_view::Entity>(row).await?;
            }
        }
        if self.opens {
            let list = self.view.list.code();
            only_opens(tx, list, Some(id)).await?;
        }
        Ok(SavedViewId(id))
    }
}

/// Makes `id`, and none but it, the view with which its list begins.
async fn only_opens(tx: &Tx, list: &str, id: Option<Uuid>) -> Result<(), Error> {
    for row in of_list(tx, list).await? {
        let opens = Some(row.id) == id;
        tx.change::<saved_view::Entity>(&row, Row { opens, ..row.clone() }).await?;
    }
    Ok(())
}

/// Calls a view by another name.
#[derive(Clone)]
pub struct RenameView {
    /// Which one.
    pub view: SavedViewId,
    /// As typed.
    pub name: String,
}

impl std::fmt::Debug for RenameView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RenameView({})", self.view)
    }
}

impl Act for RenameView {
    const NAME: &'static str = "saved_view.rename";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let name = view_name(&self.name).map_err(|code| Error::field("name", code))?;
        let row = one(tx, self.view).await?;
        for other in of_list(tx, &row.list).await? {
            if other.id != row.id && tx.open(TABLE, "name_sealed", other.id, &other.name_sealed)? == name {
                return Err(Error::field("name", "view.name_taken"));
            }
        }
        let name_sealed = tx.seal(TABLE, "name_sealed", row.id, &name)?;
        tx.change::<saved_view::Entity>(&row, Row { name_sealed, ..row.clone() }).await?;
        Ok(())
    }
}

/// Puts a view one place forward or back; at the end of the row it stays where it is.
#[derive(Clone, Debug)]
pub struct MoveView {
    /// Which one.
    pub view: SavedViewId,
    /// Towards the beginning.
    pub forward: bool,
}

impl Act for MoveView {
    const NAME: &'static str = "saved_view.move";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = one(tx, self.view).await?;
        let mut rows = of_list(tx, &row.list).await?;
        let at = rows.iter().position(|r| r.id == row.id).ok_or(Error::NotFound)?;
        let to = if self.forward { at.checked_sub(1) } else { Some(at + 1).filter(|to| *to < rows.len()) };
        let Some(to) = to else { return Ok(()) };
        rows.swap(at, to);
        for (rank, row) in (0..).zip(&rows) {
            tx.change::<saved_view::Entity>(row, Row { rank, ..row.clone() }).await?;
        }
        Ok(())
    }
}

/// Has a list begin with this view, or with what it shows to everybody.
#[derive(Clone, Debug)]
pub struct OpenWithView {
    /// Which one.
    pub view: SavedViewId,
    /// Whether the list begins with it.
    pub opens: bool,
}

impl Act for OpenWithView {
    const NAME: &'static str = "saved_view.open_with";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = one(tx, self.view).await?;
        only_opens(tx, &row.list, Some(row.id).filter(|_| self.opens)).await
    }
}

/// Takes a view away. It can be had back until it is thrown away with what is old.
#[derive(Clone, Debug)]
pub struct RemoveView {
    /// Which one.
    pub view: SavedViewId,
}

impl Act for RemoveView {
    const NAME: &'static str = "saved_view.remove";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = one(tx, self.view).await?;
        let after = Row { removed_at: Some(tx.now().0), ..row.clone() };
        tx.change::<saved_view::Entity>(&row, after).await?;
        Ok(())
    }
}

/// Takes a removal back: the view stands where it stood. Its list begins with it again only when nothing else was
/// chosen meanwhile.
#[derive(Clone, Debug)]
pub struct RestoreView {
    /// Which one.
    pub view: SavedViewId,
}

impl Act for RestoreView {
    const NAME: &'static str = "saved_view.restore";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let removed = Condition::all().add(C::AccountId.eq(tx.account())).add(C::Id.eq(self.view.0));
        let row = tx.for_rule::<saved_view::Entity>().and(removed).one(tx).await?;
        if row.removed_at.is_some() {
            let held = of_list(tx, &row.list).await?;
            may_keep(held.len()).map_err(Error::Refused)?;
            let opens = row.opens && !held.iter().any(|r| r.opens);
            tx.change::<saved_view::Entity>(&row, Row { removed_at: None, opens, ..row.clone() }).await?;
        }
        Ok(())
    }
}

/// Lets go of everything that an account has set and named: it is closed.
pub(crate) async fn forget(tx: &Tx, account: AccountId) -> Result<(), Error> {
    tx.clear::<saved_view::Entity>(Condition::all().add(C::AccountId.eq(account.0))).await?;
    Ok(())
}
