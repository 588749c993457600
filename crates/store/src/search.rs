//! Finding people by name, pinyin or initials: a small table of tokens, read by range.
//!
//! Each name gives: itself, itself without a family name of one or two characters, and for each the full pinyin and the
//! initials in every reading of a polyphone.

use std::collections::{BTreeSet, HashSet};

use pinyin::ToPinyinMulti;
use sea_orm::sea_query::{ExprTrait, IntoCondition, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, FromQueryResult};
use uuid::Uuid;

use crate::child::PAGE;
use crate::order::{Page, Turn, beyond, turned};
use crate::sealed::entity::search_token;
use crate::sealed::tx::Tx;
use crate::sealed::visible::{Visible, as_it_is, at, is, is_found, same, written};
use crate::{Desk, Error};

/// Readings of one name are cut here: a long name of polyphones would give thousands.
const MOST_READINGS: usize = 16;
/// Tokens longer than this find nothing more.
const LONGEST: usize = 40;

/// Which kind of person a token leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Child,
    Volunteer,
    School,
}

impl Kind {
    fn code(self) -> &'static str {
        match self {
            Kind::Child => "child",
            Kind::Volunteer => "volunteer",
            Kind::School => "school",
        }
    }
}

/// What people may type to find `name`, in lower case.
pub(crate) fn tokens(name: &str) -> BTreeSet<String> {
    let letters = whole(name);
    let mut all = BTreeSet::new();
    for start in 0..letters.len().min(3) {
        let Some(rest) = letters.get(start..) else { break };
        // A single last character alone would match half of the county.
        if start > 0 && rest.len() < 2 && letters.len() > 2 {
            break;
        }
        spell(rest, &mut all);
    }
    all
}

/// What people may type to find somebody whose whole name is said, in lower case: half as much as [`tokens`].
pub(crate) fn spellings(name: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    spell(&whole(name), &mut all);
    all
}

fn whole(name: &str) -> Vec<char> {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The letters themselves, their pinyin and their initials in every reading.
fn spell(letters: &[char], all: &mut BTreeSet<String>) {
    all.insert(letters.iter().take(LONGEST).collect());
    for reading in readings(letters) {
        all.insert(reading.iter().map(String::as_str).collect::<String>().chars().take(LONGEST).collect());
        all.insert(reading.iter().filter_map(|s| s.chars().next()).take(LONGEST).collect());
    }
}

/// Every way to read the characters, as syllables.
fn readings(letters: &[char]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = vec![Vec::new()];
    for letter in letters {
        let sounds = sounds(*letter);
        let mut next = Vec::new();
        for begun in &all {
            for sound in &sounds {
                let mut longer = begun.clone();
                longer.push(sound.clone());
                next.push(longer);
            }
        }
        next.truncate(MOST_READINGS);
        all = next;
    }
    all
}

fn sounds(letter: char) -> Vec<String> {
    let Some(multi) = letter.to_pinyin_multi() else { return vec![letter.to_string()] };
    let plain: BTreeSet<String> = multi.into_iter().map(|p| p.plain().replace('ü', "v")).collect();
    plain.into_iter().collect()
}

/// Puts a person's name, and further names (Mongolian spelling), into the index.
pub(crate) async fn index(tx: &Tx, kind: Kind, person: Uuid, names: &[&str]) -> Result<(), Error> {
    tx.insert_all::<search_token::Entity>(rows(tx.area_id(), kind, person, names)).await
}

/// The rows of the index for one person; for loads of many.
pub(crate) fn rows(area_id: i32, kind: Kind, person: Uuid, names: &[&str]) -> Vec<search_token::Model> {
    let all: BTreeSet<String> = names.iter().flat_map(|name| tokens(name)).collect();
    all.into_iter()
        .map(|token| search_token::Model { area_id, kind: kind.code().into(), token, person_id: person })
        .collect()
}

/// Writes the rows of many people in the order of the index, where neighbours lie on one page: an import of thousands spends
/// a fifth of its time in the database on them.
pub(crate) async fn keep(tx: &Tx, mut rows: Vec<search_token::Model>) -> Result<(), Error> {
    rows.sort_unstable_by(|a, b| (&a.kind, &a.token, a.person_id).cmp(&(&b.kind, &b.token, b.person_id)));
    tx.insert_all::<search_token::Entity>(rows).await
}

/// Replaces what a person is found by after a change of name.
pub(crate) async fn reindex(tx: &Tx, kind: Kind, person: Uuid, names: &[&str]) -> Result<(), Error> {
    let old =
        Condition::all().add(search_token::Column::Kind.eq(kind.code())).add(search_token::Column::PersonId.eq(person));
    tx.clear::<search_token::Entity>(old).await?;
    index(tx, kind, person, names).await
}

/// Whether the row's `column` is somebody whose name, pinyin or initials begin with `typed`: a question inside a list's own, so
/// that whatever else narrows the list finds the one who is meant among all of that name.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn called<C: ColumnTrait>(tx: &Tx, kind: Kind, column: C, typed: &str) -> Result<SimpleExpr, Error> {
    let typed = letters(typed);
    if typed.is_empty() {
        return Ok(column.is_in(Vec::<Uuid>::new()));
    }
    is_found(tx, column, begun(tx, kind, &typed).ids(search_token::Column::PersonId)).await
}

/// From so many spellings on, whoever is called so is met sooner along a list's own order than all of them are gathered: at
/// 100,000 children gathering takes half a microsecond for a spelling, a look among one person's own spellings three.
const MANY: u64 = 10_000;

/// As [`called`], for a list whose first rows lie along an index, by the child or the volunteer of a row (in this order): each
/// condition finds rows of its own, and the first rows of all together are the list's. Where letters find very many there is one,
/// and each row in its turn is asked whether it is of any of them: two looks at a row that is not meant cost less than to go on
/// by the one until enough are met whom the other has long found.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn called_in_order<C: ColumnTrait>(
    desk: &Desk,
    (child, volunteer): (C, C),
    typed: &str,
) -> Result<Vec<Condition>, Error> {
    let tx = desk.read();
    // Signs alone begin every spelling, and find nobody.
    if says_letters(typed) && finds_many(desk, letters(typed)).await? {
        let of = |kind, column| is_called(&tx, kind, column, typed);
        return Ok(vec![of(Kind::Child, child).or(of(Kind::Volunteer, volunteer)).into_condition()]);
    }
    let children = called(&tx, Kind::Child, child, typed).await?;
    let volunteers = called(&tx, Kind::Volunteer, volunteer, typed).await?;
    Ok(vec![children.into_condition(), volunteers.into_condition()])
}

/// Whether very many children or volunteers are spelled so. Only the way to them hangs on it: what was counted a minute ago does.
async fn finds_many(desk: &Desk, letters: String) -> Result<bool, Error> {
    let typed = letters.clone();
    let count = move |desk: Desk| async move {
        let tx = desk.read();
        let of = [Kind::Child, Kind::Volunteer].map(|kind| begun(&tx, kind, &typed));
        Visible::counts_to(of.into(), MANY, &tx).await
    };
    Ok(desk.remembered_behind("search.many", letters, count).await?.contains(&MANY))
}

/// Whether the row's `column` is somebody called so, looked up among the spellings of this one.
fn is_called<C: ColumnTrait>(tx: &Tx, kind: Kind, column: C, typed: &str) -> SimpleExpr {
    use search_token::Column as T;
    let typed = letters(typed);
    let begins = at(T::Token).gte(typed.as_str()).and(at(T::Token).lt(format!("{typed}\u{10FFFF}")));
    let tokens = tx.for_rule::<search_token::Entity>().and(is(T::Kind, kind.code()));
    // A server that is asked whether there is one may gather all who are spelled so first; for the one spelling it looks here.
    tokens.and(same(T::PersonId, column)).and(begins).value(at(T::PersonId)).is_not_null()
}

/// A page of those whom letters find, in the order of the spellings that are found; whoever is found by several stands at the
/// first. The index is read no further than the page goes, however many are called so: to sort a county's thousands by name,
/// all of them were read for the first fifty. `who` says of [`search_token::Column::PersonId`] whether the list has them. Where it
/// goes on from somebody whom the letters do not find (another name since, or other letters in another window), it begins anew.
///
/// # Errors
/// [`Error::Database`].
pub(crate) async fn page(tx: &Tx, kind: Kind, typed: &str, who: SimpleExpr, turn: &Turn) -> Result<Page<Uuid>, Error> {
    use search_token::Column as T;
    let typed = letters(typed);
    let found = || begun(tx, kind, &typed);
    let place = match turn.mark() {
        Some(mark) => {
            let spelled = found().and(T::PersonId.eq(mark.id)).by(T::Token).first(tx).await?;
            spelled.map(|spelled| [spelled.token.into(), mark.id.into()])
        }
        None => None,
    };
    let anew = Turn::First;
    let (rows, turn) = match place {
        None => (first_met(found().and(who), tx).await?, &anew),
        Some(place) => {
            let first = found().unless(|other| {
                let (there, spelled) = (other(T::Kind).eq(written(kind.code())), as_it_is(other(T::Token)));
                let before = spelled.clone().gte(typed.as_str()).and(spelled.lt(at(T::Token)));
                Condition::all().add(there).add(other(T::PersonId).eq(at(T::PersonId))).add(before)
            });
            let rows = beyond(first.and(who), PLACE, turn.is_back(), Some(place)).limit(PAGE + 1);
            (rows.columns(PLACE, tx).await?, turn)
        }
    };
    let page = turned(rows, turn, |row: &Found| row.person_id);
    let people = page.rows.iter().map(|row| row.person_id).collect();
    Ok(page.with(people))
}

/// In which order people are found.
const PLACE: [search_token::Column; 2] = [search_token::Column::Token, search_token::Column::PersonId];

#[derive(Debug, FromQueryResult)]
struct Found {
    token: String,
    person_id: Uuid,
}

/// The first people in the order of these spellings, one more than a page holds. Whoever is met again is passed over: to look up
/// of everybody by what else they are found costs more than to read on, and is for a list that goes on from somewhere.
async fn first_met(spellings: Visible<search_token::Entity>, tx: &Tx) -> Result<Vec<Found>, Error> {
    let most = usize::try_from(PAGE + 1).unwrap_or(51);
    let (mut met, mut people, mut place) = (HashSet::new(), Vec::new(), None);
    while people.len() < most {
        let rows = beyond(spellings.clone(), PLACE, false, place).limit(PAGE + 1);
        let rows: Vec<Found> = rows.columns(PLACE, tx).await?;
        let is_end = rows.len() < most;
        place = rows.last().map(|row| [row.token.as_str().into(), row.person_id.into()]);
        people.extend(rows.into_iter().filter(|row| met.insert(row.person_id)));
        if is_end {
            break;
        }
    }
    people.truncate(most);
    Ok(people)
}

/// The spellings that begin with these letters.
fn begun(tx: &Tx, kind: Kind, letters: &str) -> Visible<search_token::Entity> {
    use search_token::Column as T;
    let tokens = tx.for_rule::<search_token::Entity>().and(is(T::Kind, kind.code())).and(T::Token.gte(letters));
    tokens.and(T::Token.lt(format!("{letters}\u{10FFFF}")))
}

/// Whether letters are left of what was typed.
pub(crate) fn says_letters(typed: &str) -> bool {
    !letters(typed).is_empty()
}

/// What is typed of a name, as tokens are kept.
pub(crate) fn letters(typed: &str) -> String {
    typed.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(LONGEST).collect()
}

/// Whether somebody who typed `typed` may mean `name`: by characters, pinyin or initials, in full or
/// from the beginning.
#[must_use]
pub fn matches(name: &str, typed: &str) -> bool {
    let typed = letters(typed);
    !typed.is_empty() && tokens(name).iter().any(|token| token.starts_with(&typed))
}

/// Whether two names are written alike, or may be read alike.
pub(crate) fn sounds_alike(one: &str, other: &str) -> bool {
    let (one, other) = (whole(one), whole(other));
    if one == other {
        return true;
    }
    if one.len() != other.len() {
        return false;
    }
    one.iter().zip(&other).all(|(a, b)| a == b || sounds(*a).iter().any(|sound| sounds(*b).contains(sound)))
}

#[cfg(test)]
mod tests {
    use super::{matches, sounds_alike, spellings, tokens};

    #[test]
    fn names_sound_alike_when_each_letter_may_be_read_alike() {
        assert!(sounds_alike("石小榴", "石小留"));
        assert!(sounds_alike("单小草", "善小草"), "a polyphone has more than one reading");
        assert!(!sounds_alike("石小榴", "石小朵"));
        assert!(!sounds_alike("石小榴", "石榴"));
    }

    #[test]
    fn a_name_is_found_by_characters_pinyin_and_initials_with_and_without_the_family_name() {
        let all = tokens("安小草");
        for typed in ["安小草", "小草", "anxiaocao", "xiaocao", "axc", "xc"] {
            assert!(all.contains(typed), "{typed} in {all:?}");
        }
    }

    #[test]
    fn who_is_found_by_the_whole_name_alone_has_no_token_without_the_family_name() {
        let all = spellings("单晓乐");
        assert!(all.is_subset(&tokens("单晓乐")) && !all.contains("晓乐") && !all.contains("xl"));
        for typed in ["单晓乐", "shanxiaole", "danxiaoyue", "sxl", "dxy"] {
            assert!(all.contains(typed), "{typed} in {all:?}");
        }
    }

    #[test]
    fn every_reading_of_a_polyphone_finds_the_person() {
        let all = tokens("单晓乐");
        for typed in ["shanxiaole", "danxiaoyue", "sxl", "dxy"] {
            assert!(all.contains(typed), "{typed} in {all:?}");
        }
    }

    #[test]
    fn a_name_is_meant_by_its_beginning_in_any_spelling() {
        for typed in ["示例", "sl", "shili", "SLD"] {
            assert!(matches("示例第一小学", typed), "{typed}");
        }
        assert!(!matches("示例第一小学", "") && !matches("示例第一小学", "中学"));
    }

    #[test]
    fn a_long_name_with_a_middle_dot_stays_small() {
        let all = tokens("巴图孟和·额尔德尼巴雅尔·示例乌日娜");
        assert!(all.len() < 200, "{}", all.len());
        assert!(all.contains("巴图孟和额尔德尼巴雅尔示例乌日娜"));
    }
}
