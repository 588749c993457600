//! Forms that somebody has begun, and searches, that tell of a child or a volunteer whose file is erased: by the name under which
//! a form is kept, by the ids that stand in it, or by names and numbers that were typed.

use std::collections::BTreeSet;

use naheya_domain::Date;
use naheya_domain::calendar_date::CalendarDate;
use naheya_domain::erasure::{ErasureState, NAMELESS};
use naheya_domain::id_number::IdNumber;
use naheya_domain::viewer::Place;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::around::{Around, Beside};
use crate::Error;
use crate::sealed::entity::{
    account, child, draft, erasure, follow_up, grant, household, household_member, note, pair, stay, volunteer,
};
use crate::sealed::tx::Tx;
use crate::search::{letters, matches};

/// Ids that one question about drafts names.
const PIECE: usize = 100;
/// Characters of an id.
const ID: usize = 36;
/// Days for which a page may stand open.
const OPEN_DAYS: i64 = 90;
/// What the search of a list is kept under, before the list's name.
const SEARCH: &str = "search-";
/// What the form of a new file is kept under.
const FILE: &str = "child";
/// What a request for weekends is kept under that was begun for no child in particular.
const STAY: &str = "stay";

/// Lets go of all of them, and of everything that the accounts that go have begun.
pub(super) async fn drop_all(tx: &Tx, child: &child::Model, around: &Around, beside: &Beside) -> Result<(), Error> {
    let about = about(around, beside);
    let named = about.iter().copied().chain(around.ties.iter().map(|tie| tie.guardian_id)).collect();
    forget(tx, named, &around.accounts).await?;
    let meant = Meant { tx, child, around, about, carers: carers(tx, around).await? };
    for (row, body) in crate::draft::everybodys(tx).await? {
        if meant.tells(&row, &body) {
            tx.remove::<draft::Entity>(&row).await?;
        }
    }
    Ok(())
}

/// The same of a volunteer's file: forms in which one of these ids stands, searches for her by any of her names, all that the
/// accounts that go have begun.
pub(super) async fn drop_of_volunteer(
    tx: &Tx,
    file: &volunteer::Model,
    names: &[&str],
    about: Vec<Uuid>,
    accounts: &[account::Model],
) -> Result<(), Error> {
    let gone: BTreeSet<Uuid> = about.iter().copied().chain([file.id]).collect();
    forget(tx, about, accounts).await?;
    for (row, body) in crate::draft::everybodys(tx).await? {
        let is_looked_for = row.form.starts_with(SEARCH) && says_her(tx, file, names, &body);
        if is_looked_for || ids_in(&body).any(|id| gone.contains(&id)) {
            tx.remove::<draft::Entity>(&row).await?;
        }
    }
    Ok(())
}

/// Forms whose name has one of these ids, and all forms of these accounts.
async fn forget(tx: &Tx, mut named: Vec<Uuid>, accounts: &[account::Model]) -> Result<(), Error> {
    use draft::Column as D;
    named.extend(accounts.iter().map(|account| account.id));
    for some in named.chunks(PIECE) {
        let any = some.iter().fold(Condition::any(), |any, id| any.add(D::Form.contains(id.to_string())));
        tx.clear::<draft::Entity>(Condition::all().add(any)).await?;
    }
    if !accounts.is_empty() {
        let own = D::AccountId.is_in(accounts.iter().map(|account| account.id));
        tx.clear::<draft::Entity>(Condition::all().add(own)).await?;
    }
    Ok(())
}

/// Whether a search would find her, or says one of her names and more, or one of her numbers.
fn says_her(tx: &Tx, file: &volunteer::Model, names: &[&str], typed: &str) -> bool {
    let says = letters(typed);
    let number = says.to_uppercase();
    let is_in = |name: String| !name.is_empty() && says.contains(&name);
    let is_named = names.iter().any(|name| matches(name, typed) || is_in(letters(name)));
    let is_phone = file.phone_bi == Some(tx.ring().blind("phone", &number));
    is_named || is_phone || file.id_no_bi == Some(tx.ring().blind("id_no", &number))
}

/// Rows of the child alone: an adult who stays with another child is not among them.
fn about(around: &Around, beside: &Beside) -> BTreeSet<Uuid> {
    let weekends = around.stays.iter().chain(&around.plans).chain(&around.notes).chain(&around.pairs);
    let rows = beside.files.iter().chain(&beside.talks).chain(&beside.alarms).chain(&beside.glasses);
    let accounts = around.accounts.iter().map(|account| account.id);
    weekends.chain(rows).chain(&beside.hours).copied().chain(accounts).chain(around.gone()).collect()
}

/// The accounts of those who had the child.
async fn carers(tx: &Tx, around: &Around) -> Result<BTreeSet<Uuid>, Error> {
    let pairs = tx.for_rule::<pair::Entity>().among(around.pairs.iter().copied()).all(tx).await?;
    if pairs.is_empty() {
        return Ok(BTreeSet::new());
    }
    let places = pairs.iter().map(|pair| Place::Person(pair.volunteer_id).reference());
    let here = tx.common::<grant::Entity>().and(grant::Column::AreaId.eq(tx.area_id()));
    let of = here.and(grant::Column::PlaceKind.eq(Place::Person(Uuid::nil()).kind()));
    let grants = of.and(grant::Column::PlaceRef.is_in(places)).all(tx).await?;
    Ok(grants.into_iter().map(|grant| grant.account_id).collect())
}

/// Whether a form of this name is about a file that was erased while a page with it stood open: the page goes on keeping what is
/// typed there.
pub(crate) async fn is_of_erased(tx: &Tx, form: &str) -> Result<bool, Error> {
    use erasure::Column as C;
    let ids: BTreeSet<Uuid> = ids_in(form).collect();
    if ids.is_empty() {
        return Ok(false);
    }
    let since = tx.now().plus_minutes(-OPEN_DAYS * 24 * 60).0;
    let done =
        tx.for_rule::<erasure::Entity>().and(C::State.eq(ErasureState::Done.code())).and(C::DecidedAt.gte(since));
    let done = done.all(tx).await?;
    let mut files = done.iter().filter_map(|row| row.child_id.or(row.volunteer_id));
    if files.any(|file| ids.contains(&file)) {
        return Ok(true);
    }
    if done.iter().any(|row| row.volunteer_id.is_some()) && is_of_nobody(tx, &ids).await? {
        return Ok(true);
    }
    let gone: Vec<Uuid> = done.iter().filter_map(|row| row.child_id).collect();
    if gone.is_empty() {
        return Ok(false);
    }
    let (ids, gone) = (|| ids.iter().copied(), || gone.iter().copied());
    let talk = tx.for_rule::<follow_up::Entity>().among(ids()).and(follow_up::Column::ChildId.is_in(gone()));
    let stay = tx.for_rule::<stay::Entity>().among(ids()).and(stay::Column::ChildId.is_in(gone()));
    let note = tx.for_rule::<note::Entity>().among(ids()).and(note::Column::ChildId.is_in(gone()));
    let pair = tx.for_rule::<pair::Entity>().among(ids()).and(pair::Column::ChildId.is_in(gone()));
    Ok(talk.first(tx).await?.is_some()
        || stay.first(tx).await?.is_some()
        || note.first(tx).await?.is_some()
        || pair.first(tx).await?.is_some())
}

/// Whether one of these ids is a home, or somebody in one, that went with a volunteer's file.
async fn is_of_nobody(tx: &Tx, ids: &BTreeSet<Uuid>) -> Result<bool, Error> {
    use {household::Column as H, household_member::Column as M};
    let home = tx.for_rule::<household::Entity>().among(ids.iter().copied()).and(H::Name.eq(NAMELESS));
    let person = tx.for_rule::<household_member::Entity>().among(ids.iter().copied()).and(M::Name.eq(NAMELESS));
    Ok(home.first(tx).await?.is_some() || person.first(tx).await?.is_some())
}

/// Who is meant.
struct Meant<'a> {
    tx: &'a Tx,
    /// The file as it was.
    child: &'a child::Model,
    around: &'a Around,
    about: BTreeSet<Uuid>,
    carers: BTreeSet<Uuid>,
}

impl Meant<'_> {
    fn tells(&self, row: &draft::Model, body: &str) -> bool {
        let by_words = match row.form.as_str() {
            form if form.starts_with(SEARCH) => self.is_looked_for(body),
            FILE => self.is_this_file(body),
            // She had several children and has ticked none yet: her plan may be of this one.
            STAY => said(body, "pairs").is_none() && self.carers.contains(&row.account_id),
            _ => false,
        };
        by_words || ids_in(body).any(|id| self.about.contains(&id))
    }

    /// Whether a search would find the child, or an adult who goes with it, or says the name and more.
    fn is_looked_for(&self, typed: &str) -> bool {
        let says = letters(typed);
        let people = self.around.people.iter().map(|person| person.name.as_str());
        let mut names = people.chain([self.child.name.as_str()]).chain(self.child.name_mn.as_deref());
        let is_in = |name: String| !name.is_empty() && says.contains(&name);
        names.any(|name| matches(name, typed) || is_in(letters(name))) || self.is_number(&says.to_uppercase())
    }

    fn is_number(&self, typed: &str) -> bool {
        let phone = Some(self.tx.ring().blind("phone", typed));
        self.is_id_number(typed) || self.around.people.iter().any(|person| person.phone_bi == phone)
    }

    fn is_id_number(&self, typed: &str) -> bool {
        self.child.id_no_bi == Some(self.tx.ring().blind("id_no", typed))
    }

    /// Whether a file was begun that is this one: it may have come back because the child is on file.
    fn is_this_file(&self, body: &str) -> bool {
        let number = said(body, "id_number").and_then(|typed| IdNumber::parse(&typed).ok());
        if let Some(number) = number.filter(|_| self.child.id_no_bi.is_some()) {
            return self.is_id_number(number.as_str());
        }
        let born = self.child.birth_on.as_deref().and_then(|day| day.parse::<Date>().ok());
        let typed = said(body, "birth_on").and_then(|typed| CalendarDate::parse(&typed).ok());
        let is_other = typed.zip(born).is_some_and(|(typed, born)| !typed.agrees_with(born));
        !is_other && said(body, "name").is_some_and(|name| letters(&name) == letters(&self.child.name))
    }
}

/// What a begun form says in a field.
fn said(body: &str, field: &str) -> Option<String> {
    let (_, value) = form_urlencoded::parse(body.as_bytes()).find(|(name, _)| *name == field)?;
    Some(value.trim().to_owned()).filter(|value| !value.is_empty())
}

/// The ids that stand in a begun form.
fn ids_in(body: &str) -> impl Iterator<Item = Uuid> {
    let parts = body.split(|c: char| !c.is_ascii_hexdigit() && c != '-');
    // A coded sign before an id ends in letters that may be an id's own.
    parts.filter_map(|part| Uuid::try_parse(part.get(part.len().checked_sub(ID)?..)?).ok())
}

#[cfg(test)]
mod tests {
    use super::{ids_in, said};
    use uuid::Uuid;

    #[test]
    fn an_id_is_found_wherever_it_stands_in_a_form() {
        let id = Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0001);
        for body in [format!("pairs={id}&plan=x"), format!("place=person%3A{id}"), format!("plan=%E7%94%BB+{id}")] {
            assert_eq!(ids_in(&body).collect::<Vec<_>>(), [id], "{body}");
        }
        assert_eq!(ids_in("plan=2026-11-27T17%3A30%2F2026-11-29").count(), 0);
    }

    #[test]
    fn a_field_is_read_as_it_was_typed() {
        let body = "pairs=&name=%E7%9F%B3%E5%B0%8F%E6%A6%B4+&birth_on=2016.3.5";
        assert_eq!(said(body, "name").as_deref(), Some("石小榴"));
        assert_eq!(said(body, "pairs"), None, "nothing is ticked");
        assert_eq!(said(body, "id_number"), None);
    }
}
