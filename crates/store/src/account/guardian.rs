//! Accounts for the guardians of a class or a school in one act, each with a slip. What comes of each guardian is told before,
//! and judged again when it is done.

use std::collections::{HashMap, HashSet};

use naheya_domain::access::Action;
use naheya_domain::child::ChildState;
use naheya_domain::id::{AccountId, ChildId, ClassId, GuardianId, SchoolId};
use naheya_domain::name_order::by_sound;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use sea_orm::{ColumnTrait, FromQueryResult};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{AccountState, Login, NewAccount, open};
use crate::grant::{NewGrant, account_of, give_by_hand, held_for, judge};
use crate::guardian::TABLE;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, child, guardian, guardianship};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, slip};

/// Accounts that one act makes, and that a page offers to make: more than the families of a class.
pub const MOST_MADE: usize = 200;
/// Children of a school whose guardians are listed.
const MOST_CHILDREN: u64 = 2_000;
/// Numbers that are asked for at a time.
const PIECE: usize = 500;
/// Letters of a name that a user name begins with.
const STEM: usize = 20;

/// Whose guardians are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuardiansOf {
    /// Of the children of a school.
    School(SchoolId),
    /// Of the children of a class.
    Class(ClassId),
}

/// What comes of a guardian when accounts are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// An account is made; user name and the number on file both let in.
    New,
    /// An account is made; the user name lets in, for no number is on file.
    NoPhone,
    /// An account is made; the user name lets in, for the number lets somebody else in.
    PhoneTaken,
    /// There is an account that nobody has signed in to: it gets a new slip.
    Waits(AccountId),
    /// There is an account.
    Has(AccountId),
    /// Somebody of the same name signs in by the number on file: the same person, who needs no second account.
    Known,
    /// Must not come near one of the children: nothing is made for many at once.
    KeptAway,
    /// The file has no name.
    Nameless,
}

impl Outlook {
    /// Whether an account is made.
    #[must_use]
    pub fn is_made(self) -> bool {
        matches!(self, Outlook::New | Outlook::NoPhone | Outlook::PhoneTaken)
    }

    /// The word for texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Outlook::New => "new",
            Outlook::NoPhone => "no_phone",
            Outlook::PhoneTaken => "phone_taken",
            Outlook::Waits(_) => "waits",
            Outlook::Has(_) => "has",
            Outlook::Known => "known",
            Outlook::KeptAway => "kept_away",
            Outlook::Nameless => "nameless",
        }
    }
}

/// A guardian of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianLine {
    /// Who.
    pub id: GuardianId,
    /// Name.
    pub name: String,
    /// The listed children that the guardian belongs to: file, name and class.
    pub children: Vec<(ChildId, String, Option<ClassId>)>,
    /// What comes of it.
    pub outlook: Outlook,
}

#[derive(Clone, Debug, FromQueryResult)]
struct Listed {
    id: Uuid,
    name: String,
    class_id: Option<Uuid>,
}

impl Desk {
    /// The guardians of these children, in the order of the children's names, each once, with what making accounts for all of
    /// them would do. Children who have left are none of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn guardians_of(&self, of: GuardiansOf) -> Result<Vec<GuardianLine>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let children = children(&tx, of).await?;
        let ids = children.iter().map(|child| child.id);
        let ties = tx.visible::<guardianship::Entity>().holding(guardianship::Column::ChildId, ids).all(&tx).await?;
        let ids = ties.iter().map(|tie| tie.guardian_id);
        let people = tx.visible::<guardian::Entity>().among(ids).all(&tx).await?;
        let (people, mut of_whom) = in_order(people, &children, ties);
        let outlooks = outlooks(&tx, &people).await?;
        let line = |(person, outlook): (guardian::Model, Outlook)| GuardianLine {
            id: GuardianId(person.id),
            children: of_whom.remove(&person.id).unwrap_or_default(),
            name: person.name,
            outlook,
        };
        Ok(people.into_iter().zip(outlooks).map(line).collect())
    }
}

async fn children(tx: &Tx, of: GuardiansOf) -> Result<Vec<Listed>, Error> {
    use child::Column as C;
    let there = match of {
        GuardiansOf::School(id) => C::SchoolId.eq(id.0),
        GuardiansOf::Class(id) => C::ClassId.eq(id.0),
    };
    let here = tx.visible::<child::Entity>().and(there).and(C::State.ne(ChildState::Left.code()));
    let here = here.by(C::Name).by(C::Id).limit(MOST_CHILDREN);
    let mut children: Vec<Listed> = here.columns([C::Id, C::Name, C::ClassId], tx).await?;
    children.sort_by_cached_key(|child| by_sound(&child.name));
    Ok(children)
}

/// A listed child: file, name and class.
type Child = (ChildId, String, Option<ClassId>);

/// The guardians in the order of the children, and whose each is.
fn in_order(
    people: Vec<guardian::Model>,
    children: &[Listed],
    mut ties: Vec<guardianship::Model>,
) -> (Vec<guardian::Model>, HashMap<Uuid, Vec<Child>>) {
    ties.sort_by_key(|tie| (tie.contact_order, tie.id));
    let mut by_child: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for tie in ties {
        by_child.entry(tie.child_id).or_default().push(tie.guardian_id);
    }
    let mut people: HashMap<Uuid, guardian::Model> = people.into_iter().map(|one| (one.id, one)).collect();
    let (mut ordered, mut of_whom) = (Vec::new(), HashMap::<Uuid, Vec<Child>>::new());
    for child in children {
        for id in by_child.remove(&child.id).unwrap_or_default() {
            let one = (ChildId(child.id), child.name.clone(), child.class_id.map(ClassId));
            of_whom.entry(id).or_default().push(one);
            ordered.extend(people.remove(&id));
        }
    }
    (ordered, of_whom)
}

/// What comes of each of these, in this order: of two with one number the first signs in by it.
async fn outlooks(tx: &Tx, people: &[guardian::Model]) -> Result<Vec<Outlook>, Error> {
    let ids: Vec<Uuid> = people.iter().map(|person| person.id).collect();
    let held = held_for(tx, &ids).await?;
    let mut accounts = Vec::with_capacity(people.len());
    for id in &ids {
        accounts.push(match held.get(id) {
            Some(held) => account_of(tx, held).await?,
            None => None,
        });
    }
    let invited = account::Column::State.eq(AccountState::Invited.code());
    let waiting = tx.common::<account::Entity>().among(accounts.iter().flatten().copied()).and(invited).all(tx).await?;
    let waiting: HashSet<Uuid> = waiting.into_iter().map(|row| row.id).collect();
    let kept_away = kept_away(tx, &ids).await?;
    let mut numbers = numbers(tx, people).await?;
    let of = |(person, account): (&guardian::Model, Option<AccountId>)| match account {
        Some(account) if !waiting.contains(&account.0) => Outlook::Has(account),
        _ if kept_away.contains(&person.id) => Outlook::KeptAway,
        Some(account) => Outlook::Waits(account),
        None => fresh(person, &mut numbers),
    };
    Ok(people.iter().zip(accounts).map(of).collect())
}

/// What comes of somebody without an account; the number is theirs from now on.
fn fresh(person: &guardian::Model, numbers: &mut HashMap<Vec<u8>, String>) -> Outlook {
    if PersonName::parse(&person.name).is_err() {
        return Outlook::Nameless;
    }
    let Some(number) = &person.phone_bi else { return Outlook::NoPhone };
    match numbers.get(number) {
        Some(owner) if *owner == person.name => Outlook::Known,
        Some(_) => Outlook::PhoneTaken,
        None => {
            numbers.insert(number.clone(), person.name.clone());
            Outlook::New
        }
    }
}

/// Those of these who must not come near a child, whichever it is.
async fn kept_away(tx: &Tx, people: &[Uuid]) -> Result<HashSet<Uuid>, Error> {
    use guardianship::Column as G;
    let ties = tx.for_rule::<guardianship::Entity>().holding(G::GuardianId, people.iter().copied());
    let ties = ties.and(G::Blocked.eq(true)).all(tx).await?;
    Ok(ties.into_iter().map(|tie| tie.guardian_id).collect())
}

/// The numbers of these people by which somebody signs in, with the name in that account.
async fn numbers(tx: &Tx, people: &[guardian::Model]) -> Result<HashMap<Vec<u8>, String>, Error> {
    let all: Vec<Vec<u8>> = people.iter().filter_map(|person| person.phone_bi.clone()).collect();
    let mut taken = HashMap::new();
    for some in all.chunks(PIECE) {
        let by_these = account::Column::PhoneBi.is_in(some.iter().cloned());
        let rows = tx.common::<account::Entity>().and(by_these).all(tx).await?;
        taken.extend(rows.into_iter().filter_map(|row| Some((row.phone_bi?, row.display_name))));
    }
    Ok(taken)
}

/// Accounts for these guardians, each with a slip; whoever has one that waits gets a new slip. Of whom this cannot be said
/// nothing is made, and the others are as if alone.
#[derive(Clone, Debug)]
pub struct InviteGuardians {
    /// Whom, in the order in which a shared number is given away.
    pub guardians: Vec<GuardianId>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlipsMade {
    /// Slips made.
    pub slips: usize,
    /// Guardians for whom none was made.
    pub left: usize,
    /// Until when they work, and by what they are found again ([`Desk::slips_until`]).
    pub until: Timestamp,
}

impl Act for InviteGuardians {
    const NAME: &'static str = "account.invite_guardians";
    type Answer = SlipsMade;

    async fn run(&self, tx: &Tx) -> Result<SlipsMade, Error> {
        tx.require(Action::KeepAccount)?;
        tx.alone_in_county().await?;
        let people = self.people(tx).await?;
        let outlooks = outlooks(tx, &people).await?;
        let mut slips = 0;
        for (person, outlook) in people.iter().zip(outlooks) {
            if slips < MOST_MADE && give_slip(tx, person, outlook).await? {
                slips += 1;
            }
        }
        Ok(SlipsMade { slips, left: people.len() - slips, until: slip::until(tx.now()) })
    }
}

impl InviteGuardians {
    /// The files, each once, in the order in which they were named.
    async fn people(&self, tx: &Tx) -> Result<Vec<guardian::Model>, Error> {
        let found = tx.visible::<guardian::Entity>().among(self.guardians.iter().copied()).all(tx).await?;
        let mut found: HashMap<Uuid, guardian::Model> = found.into_iter().map(|row| (row.id, row)).collect();
        if self.guardians.iter().any(|id| !found.contains_key(&id.0)) {
            return Err(Error::NotFound);
        }
        Ok(self.guardians.iter().filter_map(|id| found.remove(&id.0)).collect())
    }
}

/// Whether a slip was made.
async fn give_slip(tx: &Tx, person: &guardian::Model, outlook: Outlook) -> Result<bool, Error> {
    let account = match outlook {
        Outlook::Waits(account) => Some(account),
        made if made.is_made() => invite(tx, person, made == Outlook::New).await?,
        _ => None,
    };
    let Some(account) = account else { return Ok(false) };
    match slip::make(tx, account).await {
        Ok(_) => Ok(true),
        // An account with a role that the maker could not give, or her own.
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn invite(tx: &Tx, person: &guardian::Model, by_phone: bool) -> Result<Option<AccountId>, Error> {
    let place = Place::Person(person.id);
    let grant = NewGrant { role: Role::Guardian, place, from_on: tx.now().date(), to_on: None };
    judge(tx, None, &grant).await?;
    let Some(login) = free_login(tx, &person.name, person.id).await? else { return Ok(None) };
    let number = person.phone_sealed.as_ref().filter(|_| by_phone);
    let number = tx.open_some(TABLE, "phone_sealed", person.id, number)?;
    let phone = number.and_then(|number| Phone::parse(&number).ok());
    let name = PersonName::parse(&person.name).map_err(|code| Error::field("name", code))?;
    let id = open(tx, &NewAccount { login, phone, name, language: String::new() }).await?;
    give_by_hand(tx, id, &grant).await?;
    Ok(Some(id))
}

/// A user name that nobody has: the name as it is, else with digits behind it.
async fn free_login(tx: &Tx, name: &str, person: Uuid) -> Result<Option<Login>, Error> {
    let all = logins(name, person);
    let like_these = account::Column::Login.is_in(all.iter().map(Login::as_str));
    let taken = tx.common::<account::Entity>().and(like_these).all(tx).await?;
    let taken: HashSet<String> = taken.into_iter().map(|row| row.login).collect();
    Ok(all.into_iter().find(|login| !taken.contains(login.as_str())))
}

/// User names for somebody of this name, the easiest to remember first. What a family reads off a slip is what it writes every
/// day: the own name.
fn logins(name: &str, person: Uuid) -> Vec<Login> {
    let stem: String = name.chars().filter(|c| c.is_alphanumeric()).take(STEM).collect();
    let stem = if stem.chars().any(char::is_alphabetic) { stem } else { format!("家长{stem}") };
    let few = (2..10).map(|n: u32| n.to_string());
    let many = [10_000, 1_000_000, 1_000_000_000].map(|most| (person.as_u128() % most).to_string());
    let tails = std::iter::once(String::new()).chain(few).chain(many);
    tails.filter_map(|tail| Login::parse(&format!("{stem}{tail}")).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(name: &str, n: usize) -> Vec<String> {
        logins(name, Uuid::from_u128(70_123)).iter().take(n).map(|login| login.as_str().to_owned()).collect()
    }

    #[test]
    fn a_user_name_is_the_own_name_and_only_then_has_digits() {
        assert_eq!(first("乌云·例", 2), ["乌云例", "乌云例2"]);
        assert_eq!(first("O'Neil 王", 1), ["oneil王"]);
        assert_eq!(first("草", 1), ["草2"], "one letter is too short");
        assert_eq!(first("王样", 12).last().map(String::as_str), Some("王样70123"));
    }
}
