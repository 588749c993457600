//! The adults around the children of a roster: who is meant by a line, what is news of them, and what an import writes.

use std::collections::{HashMap, HashSet};

use naheya_domain::child::ChildDetails;
use naheya_domain::relation::Relation;
use uuid::Uuid;

use super::Known;
use crate::Error;
use crate::account::phone::follow_sealed;
use crate::household::resealed;
use crate::import::before::Before;
use crate::import::{ChildLine, GuardianLine, rows_in};
use crate::sealed::entity::{guardian, guardianship};
use crate::sealed::tx::Tx;

/// The name under which an adult is kept when the roster has only a phone.
pub(super) fn adult_name(line: &GuardianLine, d: &ChildDetails) -> String {
    line.name.as_ref().map_or_else(|| format!("{}的家长", d.name.as_str()), |n| n.as_str().to_owned())
}

/// The phone and the name under which an adult is found again.
pub(super) fn told(tx: &Tx, line: &GuardianLine, d: &ChildDetails) -> Option<(Vec<u8>, String)> {
    Some((tx.ring().blind("phone", line.phone.as_ref()?.as_str()), adult_name(line, d)))
}

/// The child's adult whom the line means: by name, and of several by phone. An adult of the name whose number another line
/// tells is one of their own: two lines with two numbers would change one person to and fro with every reading of the file.
pub(super) fn tie_of<'k>(
    tx: &Tx,
    line: &GuardianLine,
    d: &ChildDetails,
    ties: &'k [guardianship::Model],
    known: &'k Known,
) -> Option<(&'k guardianship::Model, &'k guardian::Model)> {
    let name = adult_name(line, d);
    let adults = ties.iter().filter_map(|tie| Some((tie, known.guardians.get(&tie.guardian_id)?)));
    let mut of_name = adults.filter(|(_, adult)| adult.name == name);
    let Some((phone, _)) = told(tx, line, d) else { return of_name.next() };
    let same = of_name.clone().find(|(_, adult)| adult.phone_bi.as_ref() == Some(&phone));
    same.or_else(|| of_name.find(|(_, adult)| !known.tells(adult)))
}

/// Whether the roster says something of an adult that the register does not have.
pub(super) fn is_news(
    tx: &Tx,
    line: &GuardianLine,
    d: &ChildDetails,
    ties: &[guardianship::Model],
    known: &Known,
) -> bool {
    let Some((tie, person)) = tie_of(tx, line, d, ties, known) else { return true };
    let phone = line.phone.as_ref().map(|p| tx.ring().blind("phone", p.as_str()));
    (phone.is_some() && phone != person.phone_bi) || line.relation.is_some_and(|r| r.code() != tie.relation)
}

/// The adults that an import brings: one person for brothers and sisters (same name and phone).
#[derive(Default)]
pub(super) struct Adults {
    by_phone: HashMap<(Vec<u8>, String), Uuid>,
    people: Vec<guardian::Model>,
    ties: Vec<guardianship::Model>,
    tied: HashSet<(Uuid, Uuid)>,
    /// People on file as this import has changed them.
    changed: HashMap<Uuid, guardian::Model>,
}

impl Adults {
    pub(super) async fn read(tx: &Tx, lines: &[ChildLine]) -> Result<Adults, Error> {
        let phones: HashSet<Vec<u8>> = lines
            .iter()
            .flat_map(|l| &l.guardians)
            .filter_map(|g| g.phone.as_ref())
            .map(|p| tx.ring().blind("phone", p.as_str()))
            .collect();
        let phones: Vec<Vec<u8>> = phones.into_iter().collect();
        let known = rows_in::<guardian::Entity, _>(tx, guardian::Column::PhoneBi, &phones).await?;
        let by_phone = known.into_iter().filter_map(|g| Some(((g.phone_bi?, g.name), g.id))).collect();
        Ok(Adults { by_phone, ..Adults::default() })
    }

    pub(super) fn add(
        &mut self,
        tx: &Tx,
        child: Uuid,
        line: &ChildLine,
        ties: &[guardianship::Model],
    ) -> Result<(), Error> {
        let mut order = ties.iter().map(|t| t.contact_order).max().unwrap_or(0);
        for adult in &line.guardians {
            order += 1;
            let person = self.person(tx, adult, &line.details)?;
            self.tie(tx, child, person, adult, order);
        }
        Ok(())
    }

    fn person(&mut self, tx: &Tx, line: &GuardianLine, d: &ChildDetails) -> Result<Uuid, Error> {
        let key = told(tx, line, d);
        if let Some(id) = key.as_ref().and_then(|key| self.by_phone.get(key)) {
            return Ok(*id);
        }
        let id = Uuid::now_v7();
        let phone = line.phone.as_ref().map(|p| p.as_str());
        self.people.push(guardian::Model {
            area_id: tx.area_id(),
            id,
            name: adult_name(line, d),
            phone_sealed: tx.seal_some(crate::guardian::TABLE, "phone_sealed", id, phone)?,
            phone_bi: key.as_ref().map(|(phone, _)| phone.clone()),
            id_no_sealed: None,
            id_no_bi: None,
            address_sealed: None,
            account_id: None,
            version: 1,
        });
        if let Some(key) = key {
            self.by_phone.insert(key, id);
        }
        Ok(id)
    }

    fn tie(&mut self, tx: &Tx, child: Uuid, person: Uuid, line: &GuardianLine, order: i32) {
        if !self.tied.insert((child, person)) {
            return;
        }
        self.ties.push(guardianship::Model {
            area_id: tx.area_id(),
            id: Uuid::now_v7(),
            child_id: child,
            guardian_id: person,
            relation: line.relation.map_or(UNSAID, Relation::code).to_owned(),
            contact_order: order,
            away: false,
            blocked: false,
            blocked_reason_sealed: None,
            version: 1,
        });
    }

    /// Puts what is new of the adults of a child on file into the register.
    pub(super) async fn merge(
        &mut self,
        tx: &Tx,
        child: Uuid,
        line: &ChildLine,
        ties: &[guardianship::Model],
        known: &Known,
        was: &mut Before,
    ) -> Result<(), Error> {
        for adult in line.guardians.iter().filter(|g| is_news(tx, g, &line.details, ties, known)) {
            let Some((tie, person)) = tie_of(tx, adult, &line.details, ties, known) else {
                let alone = ChildLine { guardians: vec![adult.clone()], ..line.clone() };
                self.tied.extend(ties.iter().map(|t| (child, t.guardian_id)));
                let before = self.ties.len();
                self.add(tx, child, &alone, ties)?;
                self.ties.iter().skip(before).for_each(|tie| was.added::<guardianship::Entity>(child, tie));
                continue;
            };
            let mut next = tie.clone();
            next.relation = adult.relation.map_or(tie.relation.clone(), |r| r.code().to_owned());
            was.change::<guardianship::Entity>(tx, child, tie, next).await?;
            // A brother's row of the same file may have changed the same person.
            let person = self.changed.get(&person.id).unwrap_or(person).clone();
            if let Some(phone) = &adult.phone {
                let mut next = person.clone();
                let (table, old) = (crate::guardian::TABLE, person.phone_sealed.as_ref());
                next.phone_sealed = resealed(tx, table, "phone_sealed", person.id, old, Some(phone.as_str()))?;
                next.phone_bi = Some(tx.ring().blind("phone", phone.as_str()));
                let next = was.change::<guardian::Entity>(tx, child, &person, next).await?;
                follow_sealed(tx, table, person.id, old, Some(phone.as_str())).await?;
                self.changed.insert(next.id, next);
            }
        }
        Ok(())
    }

    pub(super) async fn write(self, tx: &Tx) -> Result<(), Error> {
        let tokens =
            self.people.iter().flat_map(|person| crate::guardian::rows(person.area_id, person.id, &person.name));
        let tokens = tokens.collect();
        tx.insert_all::<guardian::Entity>(self.people).await?;
        crate::guardian::keep(tx, tokens).await?;
        tx.insert_all::<guardianship::Entity>(self.ties).await
    }
}

/// What an adult is to the child when the roster does not say: other (GB/T 4761).
const UNSAID: &str = "80";
