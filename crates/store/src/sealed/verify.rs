//! Is every row still what its last audit event says it is? Reads every watched table, also rows
//! that no longer read as what they should be, and compares each with the chain's last word on it.

use std::collections::{BTreeMap, HashMap};

use naheya_domain::AreaId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, IdenStatic, ModelTrait, QueryFilter, QueryOrder, QuerySelect,
    Statement, Value,
};
use uuid::Uuid;

use super::db::Engine;
use super::entity;
use super::entity::{audit_event, audit_head, audit_reason};
use super::record::{Record, ref_id, state_bytes};
use super::trail::link;
use super::tx::Tx;
use crate::Error;
use crate::audit::{Finding, reason};

mod page;

use page::{Pages, keys};

/// The MAC of a row's state.
type RowMac = [u8; 16];

/// By a row's id, its last MAC; none for a row that was taken away. A large county has millions of them at a time: the bytes
/// lie in the map itself.
type Last = HashMap<Uuid, Option<RowMac>>;

/// The bytes of a MAC. One of another length is that of no row.
fn row_mac(bytes: &[u8]) -> RowMac {
    RowMac::try_from(bytes).unwrap_or_default()
}

/// The last words of one county's chain.
#[derive(Debug, Default)]
pub(crate) struct LastStates {
    /// By table, what was said last of each row.
    rows: HashMap<String, Last>,
    /// By the event's number, what proves the words of its reason.
    reasons: BTreeMap<i64, String>,
}

impl LastStates {
    fn remember(&mut self, event: audit_event::Model) {
        if let Some(proof) = event.reason.filter(|held| reason::is_proof(held)) {
            self.reasons.insert(event.n, proof);
        }
        let Some(id) = event.ref_id else { return };
        let gone = event.fields == "-";
        if event.row_mac.is_some() || gone {
            self.rows.entry(event.noun).or_default().insert(id, event.row_mac.as_deref().map(row_mac));
        }
    }

    fn of(&mut self, table: &str) -> Last {
        self.rows.remove(table).unwrap_or_default()
    }
}

/// Hears how many events of a chain were read.
pub(crate) type Far<'a> = &'a (dyn Fn(i64) + Send + Sync);

/// Follows the county's chain from its first event to its head; what is wrong goes to `findings`, how far it is to `far`.
pub(crate) async fn chain(
    tx: &Tx,
    area: AreaId,
    findings: &mut Vec<Finding>,
    far: Far<'_>,
) -> Result<LastStates, Error> {
    let mut states = LastStates::default();
    let (mut n, mut hash) = (0i64, Some(vec![0u8; 32]));
    let mut pages = Pages::<audit_event::Entity>::of(audit_event::Column::AreaId.eq(area.0));
    while let Some(page) = pages.next(tx).await? {
        for event in page {
            let Some(event) = event.row else {
                // What it said is not known, so the event after it can only be taken at its word.
                n += 1;
                findings.push(broken("audit.chain_broken", area, n));
                hash = None;
                continue;
            };
            let follows = hash.as_ref().is_none_or(|before| event.hash == link(before, &event));
            if event.n != n + 1 || !follows {
                // Where events are missing it is the first of them that is named.
                findings.push(broken("audit.chain_broken", area, Ord::min(event.n, n + 1)));
            }
            n = event.n;
            hash = Some(event.hash.clone());
            states.remember(event);
        }
        far(n);
    }
    if !head_is_sound(tx, area, n, &hash.unwrap_or_default()).await {
        findings.push(broken("audit.tail_cut", area, n));
    }
    Ok(states)
}

async fn head_is_sound(tx: &Tx, area: AreaId, n: i64, hash: &[u8]) -> bool {
    match tx.for_rule::<audit_head::Entity>().first(tx).await {
        Ok(Some(head)) => head.n == n && head.hash == hash && head.mac == tx.ring().chain_mac(area.0, n, hash),
        Ok(None) => n == 0,
        Err(_) => false,
    }
}

/// The counties that have a chain, whatever the list of counties says: also a chain whose head is gone.
#[expect(clippy::disallowed_methods, reason = "the fence: the conscience asks in every county")]
pub(crate) async fn chains(tx: &Tx) -> Result<Vec<i32>, Error> {
    let conn = tx.conn().await?;
    let heads = audit_head::Entity::find().select_only().column(audit_head::Column::AreaId);
    let mut areas = heads.into_tuple::<i32>().all(&conn).await?;
    let of_events = || audit_event::Entity::find().select_only().column(audit_event::Column::AreaId);
    let mut after = i32::MIN;
    loop {
        let next = of_events().filter(audit_event::Column::AreaId.gt(after)).order_by_asc(audit_event::Column::AreaId);
        let Some(area) = next.limit(1).into_tuple::<i32>().one(&conn).await? else { return Ok(areas) };
        areas.push(area);
        after = area;
    }
}

fn broken(code: &'static str, area: AreaId, n: i64) -> Finding {
    Finding { code, area, table: "audit_events", row: n.to_string() }
}

/// Calls a macro with every audited table of a county.
macro_rules! county_tables {
    ($call:ident) => {
        $call!(
            setting,
            school,
            class,
            duty,
            school_day,
            school_term,
            county_holiday,
            import_batch,
            sibling_group,
            child,
            child_category,
            guardian,
            guardianship,
            household,
            household_member,
            volunteer,
            check,
            consent,
            wish,
            round,
            round_child,
            round_volunteer,
            choice,
            run,
            pair,
            proposal,
            pair_meeting,
            parting,
            stay,
            stay_adult,
            term_plan,
            term_weekend,
            plan_record,
            custody_event,
            alarm,
            ladder,
            note,
            picture,
            thanks,
            phone_act,
            follow_up,
            concern,
            concern_person,
            concern_circle,
            concern_entry,
            hours_entry,
            hours_claim,
            export,
            break_glass,
            erasure,
            restriction,
            snapshot,
            station,
            charge,
            merge,
            contact,
            channel
        )
    };
}

/// Calls a macro with the tables that the promises to a child stand on.
macro_rules! promised_tables {
    ($call:ident) => {
        $call!(child, volunteer, check, pair, stay, custody_event)
    };
}

/// Calls a macro with every audited table of the whole installation.
macro_rules! common_tables {
    ($call:ident) => {
        $call!(area, county, holiday, account, grant, slip, recovery_code)
    };
}

/// Compares every row of the county's watched tables with the county's chain.
pub(crate) async fn county(tx: &Tx, mut states: LastStates, findings: &mut Vec<Finding>) -> Result<LastStates, Error> {
    macro_rules! all {
        ($($table:ident),+) => {{
            $(
                let known = vec![states.of(entity::$table::Entity::TABLE)];
                let pages = Pages::of(entity::$table::Column::AreaId.eq(tx.area_id()));
                compare::<entity::$table::Entity>(tx, pages, known, findings).await?;
            )+
        }};
    }
    county_tables!(all);
    reasons(tx, std::mem::take(&mut states.reasons), findings).await?;
    Ok(states)
}

/// Compares the words of reasons with what the county's chain proves of them. Erased ones say so themselves.
async fn reasons(tx: &Tx, mut proofs: BTreeMap<i64, String>, findings: &mut Vec<Finding>) -> Result<(), Error> {
    let finding = |code, row: String| Finding { code, area: tx.area(), table: audit_reason::Entity::TABLE, row };
    let mut pages = Pages::<audit_reason::Entity>::of(audit_reason::Column::AreaId.eq(tx.area_id()));
    while let Some(page) = pages.next(tx).await? {
        for found in page {
            let Some(row) = found.row else {
                found.name.parse::<i64>().ok().and_then(|n| proofs.remove(&n));
                findings.push(finding("row.changed", found.name));
                continue;
            };
            match proofs.remove(&row.n) {
                None => findings.push(finding("row.unknown", row.n.to_string())),
                Some(proof) if reason::is_whole(tx.ring(), &row, &proof) => {}
                Some(_) => findings.push(finding("row.changed", row.n.to_string())),
            }
        }
    }
    findings.extend(proofs.into_keys().map(|n| finding("row.missing", n.to_string())));
    Ok(())
}

/// The same for children, volunteers, their checks, pairs, stays and custody alone.
pub(crate) async fn promised(
    tx: &Tx,
    mut states: LastStates,
    findings: &mut Vec<Finding>,
) -> Result<LastStates, Error> {
    macro_rules! all {
        ($($table:ident),+) => {{
            $(
                let known = vec![states.of(entity::$table::Entity::TABLE)];
                let pages = Pages::of(entity::$table::Column::AreaId.eq(tx.area_id()));
                compare::<entity::$table::Entity>(tx, pages, known, findings).await?;
            )+
        }};
    }
    promised_tables!(all);
    Ok(states)
}

/// Compares every row of the installation's own tables with the chains of all counties: each of
/// them may hold the last word.
pub(crate) async fn common(tx: &Tx, mut chains: Vec<LastStates>, findings: &mut Vec<Finding>) -> Result<(), Error> {
    macro_rules! all {
        ($($table:ident),+) => {{
            $(
                let known = chains.iter_mut().map(|c| c.of(entity::$table::Entity::TABLE)).collect();
                compare::<entity::$table::Entity>(tx, Pages::everything(), known, findings).await?;
            )+
        }};
    }
    common_tables!(all);
    Ok(())
}

async fn compare<'t, E: Record>(
    tx: &'t Tx,
    mut pages: Pages<'t, E>,
    mut known: Vec<Last>,
    findings: &mut Vec<Finding>,
) -> Result<(), Error>
where
    E::Model: Send + Sync + Clone,
{
    let finding = |code, row: String| Finding { code, area: tx.area(), table: E::TABLE, row };
    while let Some(page) = pages.next(tx).await? {
        for found in page {
            let Some(row) = found.row else {
                for chain in &mut known {
                    Uuid::try_parse(&found.name).ok().and_then(|id| chain.remove(&id));
                }
                findings.push(finding("row.changed", found.name));
                continue;
            };
            let Some(id) = ref_id::<E>(&row) else { continue };
            let now = row_mac(&tx.ring().row_mac(&state_bytes::<E>(&row)));
            let (mut is_known, mut is_so) = (false, false);
            for mac in known.iter_mut().filter_map(|chain| chain.remove(&id)).flatten() {
                is_known = true;
                is_so |= mac == now;
            }
            if !is_known {
                findings.push(finding("row.unknown", name_of::<E>(&row)));
            } else if !is_so {
                findings.push(finding("row.changed", name_of::<E>(&row)));
            }
        }
    }
    for (place, chain) in known.iter().enumerate() {
        let gone = |id: &Uuid| known.iter().enumerate().any(|(p, c)| p != place && c.get(id) == Some(&None));
        let missing = chain.iter().filter(|(id, mac)| mac.is_some() && !gone(id));
        findings.extend(missing.map(|(id, _)| finding("row.missing", id.to_string())));
    }
    Ok(())
}

/// The row's id; the rest of its key where the table has none.
fn name_of<E: Record>(row: &E::Model) -> String {
    if let (Some(_), Some(id)) = (E::id(), ref_id::<E>(row)) {
        return id.to_string();
    }
    let key = keys::<E>().into_iter().filter(|k| E::area().is_none_or(|a| a.as_str() != k.as_str()));
    let parts: Vec<String> = key.map(|k| plain(row.get(k))).collect();
    parts.join("/")
}

fn plain(value: Value) -> String {
    match value {
        Value::String(Some(text)) => text,
        Value::Int(Some(number)) => number.to_string(),
        Value::BigInt(Some(number)) => number.to_string(),
        Value::Uuid(Some(id)) => id.to_string(),
        _ => String::new(),
    }
}

/// What the engine itself finds: a damaged file, a broken constraint, a reference to nothing. A
/// PostgreSQL server keeps its constraints by itself.
#[expect(clippy::disallowed_methods, reason = "the fence: the engine's own examination")]
pub(crate) async fn engine(tx: &Tx, engine: Engine, findings: &mut Vec<Finding>) -> Result<(), Error> {
    if engine != Engine::Sqlite {
        return Ok(());
    }
    let asked = |sql: &str| Statement::from_string(DbBackend::Sqlite, sql);
    let none = AreaId::NATION;
    for row in tx.conn().await?.query_all_raw(asked("PRAGMA quick_check")).await? {
        let said: String = row.try_get_by_index(0)?;
        if said != "ok" {
            findings.push(Finding { code: "file.damaged", area: none, table: "naheya.db", row: said });
        }
    }
    for row in tx.conn().await?.query_all_raw(asked("PRAGMA foreign_key_check")).await? {
        let (table, rowid, parent): (String, i64, String) =
            (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        let id = asked(&format!("SELECT hex(id) FROM \"{table}\" WHERE rowid = {rowid}"));
        let id: Option<String> = match tx.conn().await?.query_one_raw(id).await {
            Ok(Some(found)) => found.try_get_by_index(0).ok(),
            _ => None,
        };
        let id = id.and_then(|id| Uuid::try_parse(&id).ok()).map_or_else(|| rowid.to_string(), |id| id.to_string());
        let table = table_named(&table);
        findings.push(Finding { code: "reference.broken", area: none, table, row: format!("{id} → {parent}") });
    }
    Ok(())
}

/// The name of a table as the program knows it.
fn table_named(name: &str) -> &'static str {
    macro_rules! find {
        ($($table:ident),+) => {{
            $(if name == entity::$table::Entity::TABLE { return entity::$table::Entity::TABLE; })+
        }};
    }
    county_tables!(find);
    common_tables!(find);
    "-"
}
