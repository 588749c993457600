//! The conscience of the records: is the chain whole, and is every row still what its last audit
//! event says it is? Read by `naheya doctor` and by the auditor.

use std::collections::HashMap;

use naheya_domain::{AreaId, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{
    audit_event, audit_head, check, child, consent, custody_event, follow_up, guardianship, hours_entry, household,
    household_member, pair, stay, volunteer, wish,
};
use crate::sealed::record::{OfCounty, ref_id, state_bytes};
use crate::sealed::trail::link;
use crate::sealed::tx::Tx;

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// `audit.chain_broken`, `audit.tail_cut`, `row.changed`, `row.missing`, `row.unknown` …
    pub code: &'static str,
    /// County.
    pub area: AreaId,
    /// Table, or `audit_events`.
    pub table: &'static str,
    /// Row id, or the number of the event.
    pub row: String,
}

/// Events read at a time.
const CHUNK: u64 = 5_000;

/// The MAC of each row's last known state, by table and id.
type LastStates = HashMap<(String, Uuid), Option<Vec<u8>>>;

impl Store {
    /// Checks one county: the chain from its first event to its head and, when `deep`, every row of
    /// the watched tables against its last event.
    ///
    /// # Errors
    /// [`Error::Database`] when the records cannot be read.
    pub async fn verify(&self, area: AreaId, deep: bool, now: Timestamp) -> Result<Vec<Finding>, Error> {
        let tx = self.as_system(SystemTask::Doctor, area, now).read();
        let mut findings = Vec::new();
        let states = walk_chain(&tx, area, &mut findings).await?;
        if deep {
            let mut states = states;
            compare::<child::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<guardianship::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<household::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<household_member::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<volunteer::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<check::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<consent::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<wish::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<pair::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<stay::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<custody_event::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<follow_up::Entity>(&tx, &mut states, &mut findings).await?;
            compare::<hours_entry::Entity>(&tx, &mut states, &mut findings).await?;
        }
        Ok(findings)
    }
}

/// Follows the chain and collects the last state of each row.
async fn walk_chain(tx: &Tx, area: AreaId, findings: &mut Vec<Finding>) -> Result<LastStates, Error> {
    let mut states = LastStates::new();
    let (mut n, mut hash) = (0i64, vec![0u8; 32]);
    loop {
        let events = tx
            .for_rule::<audit_event::Entity>()
            .and(audit_event::Column::N.gt(n))
            .by(audit_event::Column::N)
            .limit(CHUNK)
            .all(tx)
            .await?;
        let Some(last) = events.last().map(|e| e.n) else { break };
        for event in events {
            let whole = event.n == n + 1 && event.hash == link(&hash, &event);
            if !whole {
                findings.push(broken("audit.chain_broken", area, event.n));
            }
            n = event.n;
            hash.clone_from(&event.hash);
            remember(&mut states, event);
        }
        n = last;
    }
    let head = tx.for_rule::<audit_head::Entity>().first(tx).await?;
    let sound = match &head {
        Some(head) => head.n == n && head.hash == hash && head.mac == tx.ring().chain_mac(area.0, n, &hash),
        None => n == 0,
    };
    if !sound {
        findings.push(broken("audit.tail_cut", area, n));
    }
    Ok(states)
}

fn broken(code: &'static str, area: AreaId, n: i64) -> Finding {
    Finding { code, area, table: "audit_events", row: n.to_string() }
}

fn remember(states: &mut LastStates, event: audit_event::Model) {
    let Some(id) = event.ref_id else { return };
    if event.row_mac.is_some() {
        states.insert((event.noun, id), event.row_mac);
    } else if event.fields == "-" {
        states.remove(&(event.noun, id));
    }
}

/// Compares every row of a table with its last event; what the events know and the table does not
/// have is missing.
async fn compare<E: OfCounty>(tx: &Tx, states: &mut LastStates, findings: &mut Vec<Finding>) -> Result<(), Error>
where
    E::Model: Send + Sync,
{
    let finding = |code, id: Uuid| Finding { code, area: tx.area(), table: E::TABLE, row: id.to_string() };
    let Some(column) = E::id() else { return Ok(()) };
    let mut after = Uuid::nil();
    loop {
        let rows = tx.for_rule::<E>().and(column.gt(after)).by(column).limit(CHUNK).all(tx).await?;
        let Some(last) = rows.last().and_then(ref_id::<E>) else { break };
        for row in rows {
            let Some(id) = ref_id::<E>(&row) else { continue };
            match states.remove(&(E::TABLE.to_owned(), id)) {
                None => findings.push(finding("row.unknown", id)),
                Some(mac) if mac != Some(tx.ring().row_mac(&state_bytes::<E>(&row))) => {
                    findings.push(finding("row.changed", id));
                }
                Some(_) => {}
            }
        }
        after = last;
    }
    let missing = states.keys().filter(|(table, _)| table == E::TABLE).map(|(_, id)| finding("row.missing", *id));
    findings.extend(missing);
    Ok(())
}
