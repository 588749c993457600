//! Two files of one volunteer side by side, part by part.

use std::collections::HashMap;

use naheya_domain::Timestamp;
use naheya_domain::id::VolunteerId;
use naheya_domain::merge::{VolunteerPart, volunteer_obstacles};
use naheya_domain::sex::Sex;
use naheya_domain::volunteer::VolunteerState;
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::{After, Pair, fact, of_home, of_member, of_volunteer};
use crate::Error;
use crate::merge::carry::Rows;
use crate::merge::compare::{Compared, Comparison, Difference, Side, told_apart};
use crate::sealed::entity::{household, household_member, volunteer};
use crate::sealed::tx::Tx;
use crate::volunteer::TABLE;

/// Letters, which come along and are nobody's to count.
const LETTERS: [&str; 2] = ["notices", "outbox"];

/// Compares; `except` is the proposal that is being judged, `codes` what it takes from the other file.
pub(in crate::merge) async fn compare(
    tx: &Tx,
    (kept, other): (VolunteerId, VolunteerId),
    except: Option<Uuid>,
    codes: &[&str],
) -> Result<Comparison, Error> {
    let two = Pair::read(tx, kept, other).await?;
    let after = After::of(&two, &super::parts(codes))?;
    let facts = fact::facts(tx, &two, &after, except).await?;
    let (mut differs, mut same) = (Vec::new(), Vec::new());
    for part in VolunteerPart::ALL {
        let mine = said(tx, &two.kept, &two.homes.0, part)?;
        let theirs = said(tx, &two.other, &two.homes.1, part)?;
        if mine == theirs {
            same.push(part.code());
        } else {
            let (part, is_locked) = (part.code(), part.is_locked());
            let shown = |text: Option<String>| if is_locked { text.map(|_| String::new()) } else { text };
            differs.push(Difference { part, is_locked, kept: shown(mine), other: shown(theirs) });
        }
    }
    Ok(Comparison {
        rows: rows(tx, &two).await?,
        told_apart: told_apart(tx, two.kept.id, two.other.id).await?,
        kept: side(&two.kept, Some(&two.homes.0)),
        other: side(&two.other, Some(&two.homes.1)),
        differs,
        same,
        obstacles: volunteer_obstacles(&facts),
    })
}

/// What comes over: the lists of the file, and who lives in the home when two homes become one.
async fn rows(tx: &Tx, two: &Pair) -> Result<Vec<Rows>, Error> {
    let mut all = of_volunteer::counts(tx, two.kept.id, two.other.id).await?;
    all.retain(|rows| !LETTERS.contains(&rows.table));
    // What was checked of her stands under her file and under her entry among the people of the home.
    for entry in of_member::counts(tx, two.kept.member_id, two.other.member_id).await? {
        match all.iter_mut().find(|rows| rows.table == entry.table) {
            Some(rows) => (rows.kept, rows.other) = (rows.kept + entry.kept, rows.other + entry.other),
            None if entry.table == "checks" => all.push(entry),
            None => {}
        }
    }
    if !two.is_one_home() {
        let home = of_home::counts(tx, two.homes.0.id, two.homes.1.id).await?;
        for rows in home {
            match rows.table {
                "household_members" => all.push(rows),
                // Others than herself.
                "volunteers" if rows.kept.max(rows.other) > 1 => {
                    let others = |count: u64| count.saturating_sub(1);
                    all.push(Rows { kept: others(rows.kept), other: others(rows.other), ..rows });
                }
                _ => {}
            }
        }
    }
    Ok(all)
}

/// A file in a line; without its home it has not been compared.
pub(super) fn side(row: &volunteer::Model, home: Option<&household::Model>) -> Side {
    Side {
        id: VolunteerId(row.id).into(),
        version: Compared { file: row.version, home: home.map(|home| home.version) },
        number: row.number.clone(),
        name: row.name.clone(),
        birth_on: row.birth_on.as_deref().and_then(|day| day.parse().ok()),
        place: row.work_unit.clone(),
        state: VolunteerState::parse(&row.state).unwrap_or(VolunteerState::Applied).code(),
        opened_at: Timestamp(row.created_at),
    }
}

/// Who lives in some homes, by name.
pub(super) struct Homes(HashMap<Uuid, Vec<Person>>);

#[derive(Debug, FromQueryResult)]
struct Person {
    id: Uuid,
    household_id: Uuid,
    name: String,
}

impl Homes {
    pub(super) async fn of(tx: &Tx, rows: &[volunteer::Model]) -> Result<Homes, Error> {
        use household_member::Column as M;
        let there = M::HouseholdId.is_in(rows.iter().map(|row| row.household_id));
        let people = tx.visible::<household_member::Entity>().and(there).by(M::Id);
        let mut homes: HashMap<Uuid, Vec<Person>> = HashMap::new();
        for person in people.columns::<Person, 3>([M::Id, M::HouseholdId, M::Name], tx).await? {
            homes.entry(person.household_id).or_default().push(person);
        }
        Ok(Homes(homes))
    }

    /// Who lives with her.
    pub(super) fn beside(&self, row: &volunteer::Model) -> Vec<String> {
        let people = self.0.get(&row.household_id).into_iter().flatten();
        people.filter(|person| person.id != row.member_id).map(|person| person.name.clone()).collect()
    }
}

/// What a file says of a part, in words or codes.
fn said(
    tx: &Tx,
    row: &volunteer::Model,
    home: &household::Model,
    part: VolunteerPart,
) -> Result<Option<String>, Error> {
    let open = |column: &str, sealed: &Option<Vec<u8>>| tx.open_some(TABLE, column, row.id, sealed.as_ref());
    let text = match part {
        VolunteerPart::Name => Some(row.name.clone()),
        VolunteerPart::Sex => Sex::from_standard_code(&row.sex).map(|sex| sex.code().to_owned()),
        VolunteerPart::BirthOn => row.birth_on.clone(),
        VolunteerPart::IdNumber => open("id_no_sealed", &row.id_no_sealed)?,
        VolunteerPart::Ethnic => row.ethnic.clone(),
        VolunteerPart::Political => row.political.clone(),
        VolunteerPart::Education => row.education.clone(),
        VolunteerPart::WorkUnit => row.work_unit.clone(),
        VolunteerPart::Trade => row.trade.clone(),
        VolunteerPart::Phone => open("phone_sealed", &row.phone_sealed)?,
        VolunteerPart::Languages => Some(row.languages.clone()),
        VolunteerPart::State => Some(state(row)),
        VolunteerPart::Note => tx.read_words(TABLE, "note", row.id, row.note.as_ref())?,
        VolunteerPart::Home => Some(home_said(tx, home)?),
    };
    Ok(text.filter(|text| !text.is_empty()))
}

/// State and its day, `approved 2026-03-01`.
fn state(row: &volunteer::Model) -> String {
    let day = if row.state == "left" { row.left_on.as_deref() } else { row.joined_on.as_deref() };
    [Some(row.state.as_str()), day].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Everything that goes together with a home, one after the other; the last is how many children it takes.
fn home_said(tx: &Tx, home: &household::Model) -> Result<String, Error> {
    let address = tx.open_some(crate::household::TABLE, "address_sealed", home.id, home.address_sealed.as_ref())?;
    let words = [
        home.town_code.clone(),
        address,
        home.rooms.map(|rooms| rooms.to_string()),
        Some(home.languages.clone()),
        home.animals.clone(),
        Some(home.travel_minutes.to_string()),
        Some(home.capacity.to_string()),
    ];
    Ok(words.map(Option::unwrap_or_default).join("\n"))
}
