//! The conscience of the records: is the chain whole, and is every row still what its last audit
//! event says it is? Read by `naheya doctor` and by the auditor.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use naheya_domain::{AreaId, Timestamp};
use tokio::task::JoinSet;

use crate::Error;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::schema;
use crate::sealed::tx::Tx;
use crate::sealed::verify::{self, LastStates};

mod list;
mod own;
mod proof;
pub(crate) mod reason;

pub use list::{AuditFilter, AuditRow, COUNTED, ChainHead, Events, MOST_OUT, PAGE};
pub(crate) use list::{chained, last_before, note_proof, rows_out, sees_all};
pub use own::{OwnAct, OwnRecord};
pub(crate) use proof::Proofs;

/// Counties examined side by side, at most: each keeps the last words of its chain in memory.
const READERS: usize = 4;

/// What is examined by itself; findings stand in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// What the engine itself finds.
    Engine,
    /// A county, or what stands in no county.
    County(AreaId),
}

fn gone() -> Error {
    Error::Database("a reader of the examination is gone".into())
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `audit.chain_broken`, `audit.tail_cut`, `row.changed`, `row.missing`, `row.unknown`,
    /// `reference.broken`, `file.damaged`, `rollup.differs` (the row is the day), `search.differs` (the row is the guardian); of
    /// the tables themselves (the row is what is meant) `table.missing`, `column.missing`, `column.differs`, `index.missing`,
    /// `index.invalid`, `index.differs`, `reference.missing`, `reference.differs`, `check.missing`.
    pub code: &'static str,
    /// County.
    pub area: AreaId,
    /// Table, or `audit_events`.
    pub table: &'static str,
    /// Row id, the key of a row that has none, or the number of the event.
    pub row: String,
}

impl Finding {
    /// Whether it is about a table itself, and not about a row.
    #[must_use]
    pub fn is_of_schema(&self) -> bool {
        let (what, how) = self.code.split_once('.').unwrap_or_default();
        matches!(what, "table" | "column" | "index" | "check") || (what == "reference" && how != "broken")
    }

    /// Whether rows cannot be read as long as it is so.
    #[must_use]
    pub fn hides_rows(&self) -> bool {
        matches!(self.code, "table.missing" | "column.missing")
    }
}

impl Store {
    /// Compares tables, columns, indexes, references and closed lists with what the steps make. Reads no rows.
    ///
    /// # Errors
    /// [`Error::Database`] when the catalogue cannot be read.
    pub async fn examine_schema(&self) -> Result<Vec<Finding>, Error> {
        schema::examine(self.db()).await
    }

    /// Checks the whole installation at one moment, also while others go on writing, several counties side by side. Always: the
    /// chain of each county from its first event to its head, and what the engine itself finds
    /// (damage, broken constraints and references); and each child, volunteer, check, pair, stay and
    /// link of custody against the chain's last word on it. When `deep`: every row of every audited table, the running totals
    /// against a recount, and what guardians are found by against their names. Not watched are drafts, sessions, kept answers,
    /// letters and the tokens of other people: they say nothing about a person that is not said elsewhere.
    ///
    /// # Errors
    /// [`Error::Database`] when the records cannot be read.
    pub async fn examine(&self, deep: bool, now: Timestamp) -> Result<Vec<Finding>, Error> {
        let readers = std::thread::available_parallelism().map_or(1, usize::from).min(READERS);
        let moments = self.as_system(SystemTask::Doctor, AreaId::NATION, now).frozen_together(readers).await?;
        let nation = moments.first().ok_or_else(gone)?.in_area(AreaId::NATION);
        let mut areas = BTreeSet::from([AreaId::NATION.0]);
        // A county that cannot be read is named below, by the chain that knows it.
        areas.extend(self.counties(now).await.unwrap_or_default().into_iter().map(|(area, _)| area.0));
        areas.extend(verify::chains(&nation).await?);
        let parts = std::iter::once(Part::Engine).chain(areas.into_iter().map(|area| Part::County(AreaId(area))));
        let waiting = Arc::new(Mutex::new(parts.collect::<VecDeque<Part>>()));
        let mut readers = JoinSet::new();
        for tx in moments {
            readers.spawn(self.clone().examine_parts(tx, deep, Arc::clone(&waiting)));
        }
        let mut found = BTreeMap::new();
        while let Some(reader) = readers.join_next().await {
            found.extend(reader.map_err(|_| gone())??);
        }
        let (mut findings, mut chains) = (Vec::new(), Vec::new());
        for (of_part, chain) in found.into_values() {
            findings.extend(of_part);
            chains.push(chain);
        }
        if deep {
            verify::common(&nation, chains, &mut findings).await?;
        }
        Ok(findings)
    }

    /// Takes one part after the other until none waits.
    async fn examine_parts(
        self,
        tx: Tx,
        deep: bool,
        waiting: Arc<Mutex<VecDeque<Part>>>,
    ) -> Result<Vec<(Part, (Vec<Finding>, LastStates))>, Error> {
        let mut done = Vec::new();
        loop {
            let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let Some(part) = next else { return Ok(done) };
            let mut findings = Vec::new();
            let mut chain = LastStates::default();
            match part {
                Part::Engine => verify::engine(&tx, self.engine(), &mut findings).await?,
                Part::County(area) => {
                    let tx = tx.in_area(area);
                    chain = self.walked(&tx, deep, &mut findings).await?;
                    if deep {
                        crate::rollup::examine(&tx, &mut findings).await;
                        crate::guardian::examine(&tx, &mut findings).await;
                    }
                }
            }
            done.push((part, (findings, chain)));
        }
    }

    /// Checks one county: the chain, the rows that the promises to a child stand on and, when `deep`,
    /// every row of its audited tables.
    ///
    /// # Errors
    /// [`Error::Database`] when the records cannot be read.
    pub async fn verify(&self, area: AreaId, deep: bool, now: Timestamp) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        let tx = self.as_system(SystemTask::Doctor, area, now).frozen().await?;
        self.walked(&tx, deep, &mut findings).await?;
        Ok(findings)
    }

    /// Follows one county's chain alone, one asker after the other; says how far it is.
    pub(crate) async fn follow_chain(
        &self,
        area: AreaId,
        now: Timestamp,
        far: verify::Far<'_>,
    ) -> Result<Vec<Finding>, Error> {
        let follow = async {
            let mut findings = Vec::new();
            let tx = self.as_system(SystemTask::Doctor, area, now).frozen().await?;
            verify::chain(&tx, area, &mut findings, far).await?;
            Ok(findings)
        };
        self.proofs().one(area, follow).await
    }

    async fn walked(&self, tx: &Tx, deep: bool, findings: &mut Vec<Finding>) -> Result<LastStates, Error> {
        let states = verify::chain(tx, tx.area(), findings, &|_| ()).await?;
        if deep { verify::county(tx, states, findings).await } else { verify::promised(tx, states, findings).await }
    }
}
