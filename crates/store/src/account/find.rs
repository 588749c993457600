//! Accounts by what somebody types of a name.

use std::collections::HashMap;

use naheya_domain::access::Action;
use naheya_domain::name_order::by_sound;
use pinyin::ToPinyinMulti;
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use super::{AccountRow, AccountView, with_grants};
use crate::sealed::entity::account;
use crate::search::matches;
use crate::{Desk, Error};

/// Accounts read for one search: more than a county has.
const MOST_READ: u64 = 200_000;
/// Letters beyond these find nothing more, as in the index of names.
const LONGEST: usize = 40;
/// Accounts that a search shows; more letters find fewer.
pub const MOST_FOUND: usize = 50;

/// What is read of an account to find it.
#[derive(Debug, FromQueryResult)]
struct Named {
    id: Uuid,
    login: String,
    display_name: String,
}

impl Desk {
    /// The accounts of a view whose name, pinyin, initials or user name begin as typed, by name; at most [`MOST_FOUND`].
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn find_accounts(&self, view: AccountView, typed: &str) -> Result<Vec<AccountRow>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let login = typed.trim().to_lowercase();
        if login.is_empty() {
            return Ok(Vec::new());
        }
        let names = [account::Column::Id, account::Column::Login, account::Column::DisplayName];
        let all = tx.common::<account::Entity>().and(view.condition(&tx)).and_if(written_so(&login));
        let found: Vec<Named> = all.limit(MOST_READ).columns(names, &tx).await?;
        let found = meant(&found, &login, typed);
        let mut people = tx.common::<account::Entity>().among(found).all(&tx).await?;
        people.sort_by_cached_key(|one| by_sound(&one.display_name));
        with_grants(&tx, people).await
    }
}

/// What the database can tell of a search by characters: they stand in the name in this order, or the user name begins with
/// them. How a name sounds stands in no table of accounts.
fn written_so(login: &str) -> Option<Condition> {
    use account::Column as C;
    let has_case = |c: char| !c.to_lowercase().eq(c.to_uppercase());
    let letters: Vec<char> = login.chars().filter(|c| c.is_alphanumeric() && !has_case(*c)).collect();
    if letters.iter().all(char::is_ascii) {
        return None;
    }
    let within: String = letters.iter().flat_map(|letter| ['%', *letter]).chain(['%']).collect();
    Some(Condition::any().add(C::DisplayName.like(within)).add(C::Login.like(format!("{login}%"))))
}

/// Those who are meant, by name, at most [`MOST_FOUND`]. Of tens of thousands of names most sound otherwise from their first
/// letter on; only those that a page shows are looked at in every reading.
fn meant(all: &[Named], login: &str, typed: &str) -> Vec<Uuid> {
    let letters: Vec<char> = login.chars().filter(|c| c.is_alphanumeric()).take(LONGEST).collect();
    let mut by_name: HashMap<&str, Vec<&Named>> = HashMap::new();
    for one in all.iter().filter(|one| one.login.starts_with(login) || may_be_meant(&one.display_name, &letters)) {
        by_name.entry(&one.display_name).or_default().push(one);
    }
    let mut names: Vec<(&str, Vec<&Named>)> = by_name.into_iter().collect();
    names.sort_by_cached_key(|(name, _)| by_sound(name));
    let mut found = Vec::new();
    for (name, people) in names {
        let is_called_so = matches(name, typed);
        let hers = people.into_iter().filter(|one| is_called_so || one.login.starts_with(login));
        found.extend(hers.map(|one| one.id));
        if found.len() >= MOST_FOUND {
            found.truncate(MOST_FOUND);
            break;
        }
    }
    found
}

/// Whether a name may be meant: quick, and never no where [`matches`] says yes.
fn may_be_meant(name: &str, typed: &[char]) -> bool {
    let letters: Vec<char> = name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect();
    !typed.is_empty()
        && (0..letters.len().min(3)).any(|start| letters.get(start..).is_some_and(|rest| begins(rest, typed)))
}

/// Whether what was typed, at most [`LONGEST`] letters, is the beginning of these, each as it is written, as it sounds, or by
/// its first sound. How much of it the letters so far can stand for is a bit each: to try every way of reading them would,
/// for a name of one sound many times over, never end.
fn begins(letters: &[char], typed: &[char]) -> bool {
    let mut read: u64 = 1;
    for letter in letters {
        let places = (0..typed.len()).filter(|from| read & (1 << from) != 0);
        read = places.fold(0, |read, from| read | ends(*letter, typed, from));
        if read & (1 << typed.len()) != 0 {
            return true;
        }
    }
    false
}

/// Up to where what was typed is read, a bit each, when from there on it stands for one letter.
fn ends(letter: char, typed: &[char], from: usize) -> u64 {
    let rest = typed.get(from..).unwrap_or_default();
    let up_to = |more: usize, is_so: bool| u64::from(is_so) << (from + more);
    let written = up_to(1, rest.first() == Some(&letter));
    letter.to_pinyin_multi().into_iter().flatten().fold(written, |read, sound| {
        let sound = || sound.plain().chars().map(|c| if c == 'ü' { 'v' } else { c });
        let same = sound().zip(rest).take_while(|(one, other)| one == *other).count();
        read | up_to(1, same > 0) | up_to(same, same == rest.len() || same == sound().count())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tokens;

    #[test]
    fn whoever_may_be_found_is_looked_at() {
        for name in ["安小草", "单晓乐", "吕样", "巴图孟和·额尔德尼", "O'Neil 王", "王A3"] {
            for token in tokens(name) {
                let letters: Vec<char> = token.chars().collect();
                for end in 1..=letters.len() {
                    let typed = letters.get(..end).unwrap_or_default();
                    assert!(may_be_meant(name, typed), "{name} by {typed:?}");
                }
            }
        }
        assert!(!may_be_meant("安小草", &['w', 'a', 'n', 'g']));
        assert!(!may_be_meant("安小草", &['草', '小']));
    }

    #[test]
    fn a_name_of_one_sound_many_times_over_is_looked_at_once() {
        let (name, typed) = ("啊".repeat(40), ['a'; 39]);
        assert!(may_be_meant(&name, &typed));
        let other: Vec<char> = typed.into_iter().chain(['b']).collect();
        assert!(!may_be_meant(&name, &other));
    }

    #[test]
    fn whom_one_means_is_found_whatever_stands_between_the_characters() {
        let people = [("b1", "巴图·孟和"), ("wang-2", "安小草"), ("w3", "王样"), ("w4", "王样")];
        let ids = people.map(|_| Uuid::now_v7());
        let all = people.into_iter().zip(ids).map(|((login, name), id)| Named {
            id,
            login: login.into(),
            display_name: name.into(),
        });
        let all: Vec<Named> = all.collect();
        let [batu, an, wang, other] = ids;
        assert_eq!(meant(&all, "巴图孟", "巴图孟"), [batu]);
        assert_eq!(meant(&all, "wang", " Wang"), [an, wang, other], "by name and by user name");
        assert!(meant(&all, "·", "·").is_empty(), "what is no letter means nobody");
        assert!(written_so("wang-2").is_none(), "letters of a sound are in no column");
        assert!(written_so("王a3").is_some());
    }
}
