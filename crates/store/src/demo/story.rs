//! The story while it is told: the rows so far, and what later parts need to know of earlier ones.

use std::collections::HashMap;

use naheya_domain::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::lot::Lot;
use super::name::Names;
use crate::Error;
use crate::sealed::entity::{
    account, charge, check, child, child_category, choice, class, concern, concern_circle, concern_entry,
    concern_person, consent, custody_event, duty, follow_up, grant, guardian, guardian_token, guardianship,
    hours_entry, household, household_member, note, pair, round, round_child, round_volunteer, school, school_term,
    search_token, sibling_group, station, stay, stay_adult, term_plan, term_weekend, volunteer, wish,
};
use crate::sealed::tx::Tx;
use crate::search::{self, Kind};

/// A class with its teacher's account.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Room {
    pub(super) class: Uuid,
    pub(super) school: Uuid,
    pub(super) grade: i32,
    pub(super) teacher: Uuid,
}

/// A home as stays need it.
#[derive(Clone, Debug)]
pub(super) struct Home {
    pub(super) id: Uuid,
    pub(super) travel: i64,
    pub(super) adults: Vec<Uuid>,
}

/// A volunteer as pairs and stays need her.
#[derive(Clone, Debug)]
pub(super) struct Carer {
    pub(super) id: Uuid,
    pub(super) home: Home,
    pub(super) account: Uuid,
}

/// A child as pairs and stays need it.
#[derive(Clone, Debug)]
pub(super) struct Kid {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) room: Room,
    pub(super) guardian: Uuid,
}

/// A pair with both sides at hand.
#[derive(Clone, Debug)]
pub(super) struct Couple {
    pub(super) id: Uuid,
    pub(super) kid: Kid,
    pub(super) carer: Carer,
    pub(super) begun: Date,
    pub(super) ended: Option<Date>,
    pub(super) overnight: Uuid,
}

/// The accounts of the office.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Staff {
    pub(super) coordinator: Uuid,
    pub(super) leader: Uuid,
}

/// Every row of the story, table by table.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) accounts: Vec<account::Model>,
    pub(super) grants: Vec<grant::Model>,
    pub(super) schools: Vec<school::Model>,
    pub(super) school_terms: Vec<school_term::Model>,
    pub(super) classes: Vec<class::Model>,
    pub(super) duties: Vec<duty::Model>,
    pub(super) sibling_groups: Vec<sibling_group::Model>,
    pub(super) children: Vec<child::Model>,
    pub(super) categories: Vec<child_category::Model>,
    pub(super) guardians: Vec<guardian::Model>,
    pub(super) guardian_tokens: Vec<guardian_token::Model>,
    pub(super) guardianships: Vec<guardianship::Model>,
    pub(super) households: Vec<household::Model>,
    pub(super) members: Vec<household_member::Model>,
    pub(super) volunteers: Vec<volunteer::Model>,
    pub(super) checks: Vec<check::Model>,
    pub(super) consents: Vec<consent::Model>,
    pub(super) rounds: Vec<round::Model>,
    pub(super) round_children: Vec<round_child::Model>,
    pub(super) round_volunteers: Vec<round_volunteer::Model>,
    pub(super) choices: Vec<choice::Model>,
    pub(super) pairs: Vec<pair::Model>,
    pub(super) stays: Vec<stay::Model>,
    pub(super) stay_adults: Vec<stay_adult::Model>,
    pub(super) custody: Vec<custody_event::Model>,
    pub(super) term_plans: Vec<term_plan::Model>,
    pub(super) term_weekends: Vec<term_weekend::Model>,
    pub(super) wishes: Vec<wish::Model>,
    pub(super) hours: Vec<hours_entry::Model>,
    pub(super) notes: Vec<note::Model>,
    pub(super) follow_ups: Vec<follow_up::Model>,
    pub(super) concerns: Vec<concern::Model>,
    pub(super) concern_people: Vec<concern_person::Model>,
    pub(super) concern_circle: Vec<concern_circle::Model>,
    pub(super) concern_entries: Vec<concern_entry::Model>,
    pub(super) stations: Vec<station::Model>,
    pub(super) charges: Vec<charge::Model>,
    pub(super) tokens: Vec<search_token::Model>,
}

impl Rows {
    /// Writes everything, what is referred to first.
    pub(super) async fn write(self, tx: &Tx) -> Result<(), Error> {
        tx.insert_all::<account::Entity>(self.accounts).await?;
        tx.insert_all::<grant::Entity>(self.grants).await?;
        tx.insert_all::<school::Entity>(self.schools).await?;
        tx.insert_all::<school_term::Entity>(self.school_terms).await?;
        tx.insert_all::<class::Entity>(self.classes).await?;
        tx.insert_all::<duty::Entity>(self.duties).await?;
        tx.insert_all::<sibling_group::Entity>(self.sibling_groups).await?;
        tx.insert_all::<child::Entity>(self.children).await?;
        tx.insert_all::<child_category::Entity>(self.categories).await?;
        tx.insert_all::<guardian::Entity>(self.guardians).await?;
        crate::guardian::keep(tx, self.guardian_tokens).await?;
        tx.insert_all::<guardianship::Entity>(self.guardianships).await?;
        tx.insert_all::<household::Entity>(self.households).await?;
        tx.insert_all::<household_member::Entity>(self.members).await?;
        tx.insert_all::<volunteer::Entity>(self.volunteers).await?;
        tx.insert_all::<check::Entity>(self.checks).await?;
        tx.insert_all::<consent::Entity>(self.consents).await?;
        tx.insert_all::<round::Entity>(self.rounds).await?;
        tx.insert_all::<round_child::Entity>(self.round_children).await?;
        tx.insert_all::<round_volunteer::Entity>(self.round_volunteers).await?;
        tx.insert_all::<choice::Entity>(self.choices).await?;
        tx.insert_all::<pair::Entity>(self.pairs).await?;
        tx.insert_all::<stay::Entity>(self.stays).await?;
        tx.insert_all::<stay_adult::Entity>(self.stay_adults).await?;
        tx.insert_all::<term_plan::Entity>(self.term_plans).await?;
        tx.insert_all::<term_weekend::Entity>(self.term_weekends).await?;
        tx.insert_all::<custody_event::Entity>(self.custody).await?;
        tx.insert_all::<wish::Entity>(self.wishes).await?;
        tx.insert_all::<hours_entry::Entity>(self.hours).await?;
        tx.insert_all::<note::Entity>(self.notes).await?;
        tx.insert_all::<follow_up::Entity>(self.follow_ups).await?;
        tx.insert_all::<concern::Entity>(self.concerns).await?;
        tx.insert_all::<concern_person::Entity>(self.concern_people).await?;
        tx.insert_all::<concern_circle::Entity>(self.concern_circle).await?;
        tx.insert_all::<concern_entry::Entity>(self.concern_entries).await?;
        tx.insert_all::<station::Entity>(self.stations).await?;
        tx.insert_all::<charge::Entity>(self.charges).await?;
        search::keep(tx, self.tokens).await
    }
}

/// What earlier parts of the same county have used up, when it is told in parts; and what its logins end in.
#[derive(Clone, Debug, Default)]
pub(super) struct Before {
    pub(super) files: usize,
    pub(super) carers: usize,
    pub(super) accounts: usize,
    pub(super) login_end: String,
}

/// The story so far.
pub(super) struct Story<'a> {
    pub(super) tx: &'a Tx,
    pub(super) lot: Lot,
    pub(super) names: Names,
    pub(super) now: Timestamp,
    pub(super) today: Date,
    pub(super) area_id: i32,
    pub(super) password_hash: String,
    pub(super) staff: Staff,
    pub(super) rooms: Vec<Room>,
    pub(super) rows: Rows,
    pub(super) before: Before,
    /// Links of the custody chain so far, by child.
    chain: HashMap<Uuid, i32>,
}

impl<'a> Story<'a> {
    pub(super) fn begin(tx: &'a Tx, seed: &str, password_hash: String) -> Story<'a> {
        let (now, today) = (tx.now(), tx.now().date());
        Story {
            tx,
            lot: Lot::new(seed, today),
            names: Names::default(),
            now,
            today,
            area_id: tx.area_id(),
            password_hash,
            staff: Staff::default(),
            rooms: Vec::new(),
            rows: Rows::default(),
            before: Before::default(),
            chain: HashMap::new(),
        }
    }

    pub(super) fn seal(&self, table: &str, column: &str, id: Uuid, text: &str) -> Result<Vec<u8>, Error> {
        self.tx.seal(table, column, id, text)
    }

    pub(super) fn seal_some(
        &self,
        table: &str,
        column: &str,
        id: Uuid,
        text: Option<&str>,
    ) -> Result<Option<Vec<u8>>, Error> {
        self.tx.seal_some(table, column, id, text)
    }

    /// Words in a column of text.
    pub(super) fn seal_words(&self, table: &str, column: &str, id: Uuid, text: &str) -> Result<Option<String>, Error> {
        self.tx.seal_words(table, column, id, Some(text))
    }

    /// A number that nobody has: 199 0000 and four digits.
    pub(super) fn phone(&mut self) -> String {
        format!("1990000{:04}", self.lot.below(10_000))
    }

    pub(super) fn next_link(&mut self, child: Uuid) -> i32 {
        let seq = self.chain.entry(child).or_insert(0);
        *seq += 1;
        *seq
    }

    pub(super) fn findable(&mut self, kind: Kind, id: Uuid, names: &[&str]) {
        let mut tokens = search::rows(self.area_id, kind, id, names);
        self.rows.tokens.append(&mut tokens);
    }
}
