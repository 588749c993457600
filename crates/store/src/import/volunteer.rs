//! Volunteers of a roster against the register. The identity number is the person; without one, name
//! and phone are, or name and birth date.

use std::collections::{HashMap, HashSet};

use naheya_domain::household::HouseholdDetails;
use naheya_domain::language::Languages;
use naheya_domain::sex::Sex;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::before::Before;
use super::{Judgement, RowChange, Verdict, VolunteerLine, claims, differs, row_changes, rows_in};
use crate::Error;
use crate::account::phone::follow_sealed;
use crate::household::{filled_member, new_home, new_member, resealed};
use crate::sealed::entity::{household, household_member, search_token, uniq, volunteer};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};
use crate::volunteer::{CLAIM, Place, TABLE, home_name, new_row, next_running, number_text, own_entry};

struct Blind {
    number: Option<Vec<u8>>,
    phone: Vec<u8>,
}

/// What is on file of the volunteers that the lines may mean.
struct Known {
    volunteers: Vec<volunteer::Model>,
    by_number: HashMap<Vec<u8>, usize>,
    by_name: HashMap<String, Vec<usize>>,
    claims: HashSet<Vec<u8>>,
    homes: HashMap<Uuid, household::Model>,
}

impl Known {
    async fn read(tx: &Tx, lines: &[VolunteerLine], blinds: &[Blind]) -> Result<Known, Error> {
        let numbers: Vec<Vec<u8>> = blinds.iter().filter_map(|b| b.number.clone()).collect();
        let names: HashSet<&str> = lines.iter().map(|l| l.details.name.as_str()).collect();
        let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
        let mut volunteers = rows_in::<volunteer::Entity, _>(tx, volunteer::Column::IdNoBi, &numbers).await?;
        let seen: HashSet<Uuid> = volunteers.iter().map(|v| v.id).collect();
        let named = rows_in::<volunteer::Entity, _>(tx, volunteer::Column::Name, &names).await?;
        volunteers.extend(named.into_iter().filter(|v| !seen.contains(&v.id)));
        let homes: HashSet<Uuid> = volunteers.iter().map(|v| v.household_id).collect();
        let homes: Vec<Uuid> = homes.into_iter().collect();
        let homes = rows_in::<household::Entity, _>(tx, household::Column::Id, &homes).await?;
        let mut known = Known {
            claims: claims(tx, CLAIM, &numbers).await?,
            by_number: HashMap::new(),
            by_name: HashMap::new(),
            homes: homes.into_iter().map(|h| (h.id, h)).collect(),
            volunteers,
        };
        for (n, v) in known.volunteers.iter().enumerate() {
            if let Some(blind) = &v.id_no_bi {
                known.by_number.insert(blind.clone(), n);
            }
            known.by_name.entry(v.name.clone()).or_default().push(n);
        }
        Ok(known)
    }

    fn find(&self, line: &VolunteerLine, blind: &Blind) -> Result<Option<&volunteer::Model>, &'static str> {
        if let Some(number) = &blind.number {
            if let Some(found) = self.by_number.get(number).and_then(|n| self.volunteers.get(*n)) {
                let same = found.name == line.details.name.as_str();
                return if same { Ok(Some(found)) } else { Err("duplicate.in_register") };
            }
            // Claimed elsewhere in the installation: whose it is there is not ours to see.
            if self.claims.contains(number) {
                return Err("duplicate.in_register");
            }
        }
        let alike: Vec<&volunteer::Model> = self
            .by_name
            .get(line.details.name.as_str())
            .into_iter()
            .flatten()
            .filter_map(|n| self.volunteers.get(*n))
            .filter(|v| v.id_no_bi.is_none() || blind.number.is_none())
            .collect();
        let by_phone = alike.iter().find(|v| v.phone_bi.as_ref() == Some(&blind.phone));
        let exact = line.birth.day().map(|day| day.to_string());
        let by_birth = || alike.iter().find(|v| exact.is_some() && v.birth_on == exact);
        Ok(by_phone.or_else(by_birth).copied())
    }
}

enum Step {
    Fault(&'static str, &'static str),
    New,
    Known(Box<Change>),
}

/// A volunteer on file with what the roster makes of her.
struct Change {
    before: volunteer::Model,
    after: volunteer::Model,
    home: Option<(household::Model, household::Model)>,
}

impl Change {
    fn told(&self) -> Vec<RowChange> {
        let own = row_changes::<volunteer::Entity>(&self.before, &self.after, &["birth_on", "work_unit", "joined_on"]);
        let home = self.home.iter().flat_map(|(before, after)| row_changes::<household::Entity>(before, after, &[]));
        own.into_iter().chain(home).collect()
    }

    fn is_any(&self) -> bool {
        let home = self.home.as_ref().is_some_and(|(before, after)| differs::<household::Entity>(before, after));
        home || differs::<volunteer::Entity>(&self.before, &self.after)
    }
}

/// The lines with what each asks for.
pub(super) struct Plan<'a> {
    lines: &'a [VolunteerLine],
    blinds: Vec<Blind>,
    steps: Vec<Step>,
}

impl<'a> Plan<'a> {
    pub(super) async fn make(tx: &Tx, lines: &'a [VolunteerLine]) -> Result<Plan<'a>, Error> {
        let blind = |l: &VolunteerLine| Blind {
            number: l.details.id_number.as_ref().map(|n| tx.ring().blind("id_no", n.as_str())),
            phone: tx.ring().blind("phone", l.details.phone.as_str()),
        };
        let blinds: Vec<Blind> = lines.iter().map(blind).collect();
        let known = Known::read(tx, lines, &blinds).await?;
        let mut steps = Vec::with_capacity(lines.len());
        let mut met: HashMap<Uuid, bool> = HashMap::new();
        let mut fresh: HashMap<(String, Vec<u8>), bool> = HashMap::new();
        for (line, blind) in lines.iter().zip(&blinds) {
            let key = (line.details.name.as_str().to_owned(), blind.phone.clone());
            let step = match known.find(line, blind) {
                Err(code) => Step::Fault("id_number", code),
                // Two rows of the file mean the same person: the later one is marked.
                Ok(Some(found)) => match met.insert(found.id, blind.number.is_some()) {
                    None => Step::Known(Box::new(change(tx, &known, line, found)?)),
                    // The file on record had no number and an earlier row gave it one: this is somebody else.
                    Some(true) if blind.number.is_some() && found.id_no_bi.is_none() => Step::New,
                    Some(_) => Step::Fault("name", "duplicate.in_file"),
                },
                Ok(None) => {
                    let numbered = blind.number.is_some();
                    let twin = fresh.insert(key, numbered).is_some_and(|earlier| !(earlier && numbered));
                    if twin { Step::Fault("name", "duplicate.in_file") } else { Step::New }
                }
            };
            steps.push(step);
        }
        Ok(Plan { lines, blinds, steps })
    }

    pub(super) fn judgement(&self) -> Judgement {
        let verdict = |step: &Step| match step {
            Step::Fault(field, code) => Verdict::Fault { field, code },
            Step::New => Verdict::New,
            Step::Known(change) if change.is_any() => Verdict::Changed,
            Step::Known(_) => Verdict::Unchanged,
        };
        let rows = self.lines.iter().zip(&self.steps).map(|(line, step)| (line.row, verdict(step))).collect();
        let changes = self.lines.iter().zip(&self.steps).filter_map(|(line, step)| match step {
            Step::Known(change) if change.is_any() => Some((line.row, change.told())),
            _ => None,
        });
        Judgement { rows, changes: changes.collect(), ..Judgement::default() }
    }

    pub(super) async fn write(self, tx: &Tx, batch: Uuid) -> Result<(), Error> {
        let mut running = next_running(tx).await?;
        let (mut new, mut was) = (Rows::default(), Before::default());
        for ((line, blind), step) in self.lines.iter().zip(self.blinds).zip(self.steps) {
            match step {
                Step::Fault(..) => {}
                Step::New => {
                    new.add(tx, line, blind, batch, number_text(tx, running))?;
                    running += 1;
                }
                Step::Known(change) => put(tx, line, blind, *change, &mut new.claims, &mut was).await?,
            }
        }
        new.write(tx).await?;
        was.keep(tx, batch).await
    }
}

/// What the roster says put into the row; what it does not say stays.
fn change(tx: &Tx, known: &Known, line: &VolunteerLine, found: &volunteer::Model) -> Result<Change, Error> {
    let (d, row) = (&line.details, found.clone());
    let number = d.id_number.as_ref().map(|n| n.as_str());
    let id_no_sealed = match number {
        Some(_) => resealed(tx, TABLE, "id_no_sealed", row.id, row.id_no_sealed.as_ref(), number)?,
        None => row.id_no_sealed.clone(),
    };
    // A month that the day on file lies in says nothing new.
    let on_file = crate::household::date(row.birth_on.as_deref());
    let agrees = on_file.is_some_and(|day| d.id_number.is_none() && line.birth.agrees_with(day));
    let birth_on = if agrees { row.birth_on.clone() } else { Some(d.birth_on.to_string()) };
    let phone = Some(d.phone.as_str());
    let after = volunteer::Model {
        sex: d.sex.map_or(row.sex.clone(), |s| Sex::standard_code(s).to_owned()),
        ethnic: d.ethnic.map(|e| e.code().to_owned()).or(row.ethnic.clone()),
        birth_on,
        political: d.political.map(|p| p.code().to_owned()).or(row.political.clone()),
        education: d.education.map(|e| e.code().to_owned()).or(row.education.clone()),
        work_unit: d.work_unit.clone().or(row.work_unit.clone()),
        phone_sealed: resealed(tx, TABLE, "phone_sealed", row.id, row.phone_sealed.as_ref(), phone)?,
        phone_bi: Some(tx.ring().blind("phone", d.phone.as_str())),
        id_no_sealed,
        id_no_bi: number.map(|n| tx.ring().blind("id_no", n)).or(row.id_no_bi.clone()),
        languages: if d.languages == Languages::default() { row.languages.clone() } else { d.languages.record() },
        joined_on: line.joined_on.map(|day| day.to_string()).or(row.joined_on.clone()),
        note: match &d.note {
            Some(said) => tx.reseal_words(TABLE, "note", row.id, row.note.as_ref(), Some(said))?,
            None => row.note.clone(),
        },
        ..row
    };
    let home = known.homes.get(&found.household_id).map(|home| home_change(tx, home, line)).transpose()?;
    Ok(Change { before: found.clone(), after, home })
}

fn home_change(
    tx: &Tx,
    home: &household::Model,
    line: &VolunteerLine,
) -> Result<(household::Model, household::Model), Error> {
    let mut after = home.clone();
    if line.town_code.is_some() {
        after.town_code.clone_from(&line.town_code);
    }
    if let Some(address) = &line.address {
        let (table, old) = (crate::household::TABLE, home.address_sealed.as_ref());
        after.address_sealed = resealed(tx, table, "address_sealed", home.id, old, Some(address))?;
    }
    Ok((home.clone(), after))
}

async fn put(
    tx: &Tx,
    line: &VolunteerLine,
    blind: Blind,
    change: Change,
    claims: &mut Vec<uniq::Model>,
    was: &mut Before,
) -> Result<(), Error> {
    let file = change.before.id;
    let Change { before, mut after, home } = change;
    if let Some((before, after)) = home {
        // Read anew: a second volunteer of the same home may have changed it in this very file.
        if differs::<household::Entity>(&before, &after) {
            let now = tx.for_rule::<household::Entity>().id(before.id).one(tx).await?;
            let next = household::Model { version: now.version, ..after };
            was.change::<household::Entity>(tx, file, &now, next).await?;
        }
    }
    if !differs::<volunteer::Entity>(&before, &after) {
        return Ok(());
    }
    after.updated_at = tx.now().0;
    if before.id_no_bi.is_none() && crate::claim::holds(tx, &before, before.id).await? {
        claims.extend(blind.number.map(|number| claim(tx, number, before.id)));
    }
    was.change::<volunteer::Entity>(tx, file, &before, after).await?;
    let (old, new) = (before.phone_sealed.as_ref(), Some(line.details.phone.as_str()));
    follow_sealed(tx, TABLE, before.id, old, new).await?;
    let own = tx
        .for_rule::<household_member::Entity>()
        .and(household_member::Column::Id.eq(before.member_id))
        .one(tx)
        .await?;
    let mut entry = own_entry(&line.details);
    if line.details.id_number.is_none() {
        entry.birth_on = crate::household::date(own.birth_on.as_deref()).or(entry.birth_on);
    }
    let mut next = filled_member(tx, own.clone(), &entry)?;
    next.sex = next.sex.or(own.sex.clone());
    next.id_no_sealed = next.id_no_sealed.or(own.id_no_sealed.clone());
    next.id_no_bi = next.id_no_bi.or(own.id_no_bi.clone());
    was.change::<household_member::Entity>(tx, file, &own, next).await?;
    Ok(())
}

fn claim(tx: &Tx, blind_index: Vec<u8>, volunteer: Uuid) -> uniq::Model {
    uniq::Model { kind: CLAIM.into(), blind_index, area_id: tx.area_id(), ref_id: volunteer }
}

/// New rows of five tables, written in a few statements.
#[derive(Default)]
struct Rows {
    homes: Vec<household::Model>,
    members: Vec<household_member::Model>,
    volunteers: Vec<volunteer::Model>,
    claims: Vec<uniq::Model>,
    tokens: Vec<search_token::Model>,
}

impl Rows {
    fn add(&mut self, tx: &Tx, line: &VolunteerLine, blind: Blind, batch: Uuid, number: String) -> Result<(), Error> {
        let name = line.details.name.as_str();
        let (id, household, member) = (Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7());
        let home = HouseholdDetails {
            town_code: line.town_code.clone(),
            address: line.address.clone(),
            languages: line.details.languages.clone(),
            ..HouseholdDetails::default()
        };
        self.homes.push(new_home(tx, household, &home_name(name), &home)?);
        self.members.push(new_member(tx, member, household, &own_entry(&line.details))?);
        let mut row = new_row(tx, Place { id, household, member, number }, &line.details)?;
        row.joined_on = line.joined_on.map(|day| day.to_string());
        row.batch_id = Some(batch);
        self.volunteers.push(row);
        self.claims.extend(blind.number.map(|number| claim(tx, number, id)));
        self.tokens.extend(search::rows(tx.area_id(), Kind::Volunteer, id, &[name]));
        Ok(())
    }

    async fn write(self, tx: &Tx) -> Result<(), Error> {
        tx.insert_all::<household::Entity>(self.homes).await?;
        tx.insert_all::<household_member::Entity>(self.members).await?;
        tx.insert_all::<volunteer::Entity>(self.volunteers).await?;
        tx.insert_all::<uniq::Entity>(self.claims).await?;
        crate::search::keep(tx, self.tokens).await
    }
}
