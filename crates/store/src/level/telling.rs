//! What was told of a month is kept with it, and later months are told so that both together give nothing back
//! ([`protect_after`]). A rule that changes tells no month anew.
//!
//! Months are told in their order, when one of them or a later one is first opened.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use naheya_domain::figure::Figure;
use naheya_domain::measure::Measures;
use naheya_domain::snapshot::Month;
use naheya_domain::suppression::{Area, Earlier, Published, hides, protect, protect_after};
use naheya_domain::{AreaId, Timestamp};
use sea_orm::ColumnTrait;

use super::{Said, Summed, areas, people, public, summed, tree};
use crate::backfill::{Mark, is_made};
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{county, meta, snapshot};
use crate::sealed::nation;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// In `meta`, before a month: what was told of it.
const TOLD: &str = "snapshots.told.";
/// In `meta`: since when what was told is kept. Months whose totals are older were told each by itself.
const SINCE: &str = "snapshots.kept_since";

fn key(month: Month) -> String {
    format!("{TOLD}{month}")
}

/// What may be told of a month's sums: as it was kept, or worked out now and kept.
pub(super) async fn published(desk: &Desk, month: Month, summed: &[Summed]) -> Result<Published, Error> {
    let areas = areas(summed);
    let print = print(summed);
    if summed.iter().all(|one| one.counts.is_empty()) {
        return protect(&areas).map_err(unsound);
    }
    if let Some(text) = kept(&desk.read(), month, &print).await? {
        return Ok(Published::from_text(&areas, &text));
    }
    // Beside the page, which may be closed before: of a nation with years behind it one month can take longer than a request
    // may, and is told to its end all the same.
    let text = ended(tokio::spawn(told_until(desk.clone(), month, print))).await?;
    text.map(|text| Published::from_text(&areas, &text))
        .ok_or_else(|| Error::Database("no telling of the month".into()))
}

/// Tells the months up to this one that were not told yet, and says what was told of these numbers of it. By one at a time,
/// however many ask; and one month after the other, each kept when it is told, so that a process that falls leaves the next
/// one less to do.
async fn told_until(desk: Desk, month: Month, print: String) -> Result<Option<String>, Error> {
    let _alone = desk.store().telling().lock().await;
    let before = kept(&desk.read(), month, &print).await?;
    if before.is_some() {
        return Ok(before);
    }
    let mut own = None;
    while let Some(told) = next(&desk.read(), month).await? {
        own = (told.month == month && told.print == print).then(|| told.text.clone());
        let is_last = told.month == month;
        desk.store().as_system(SystemTask::SetUp, AreaId::NATION, desk.now()).save(KeepTold { told }).await?;
        if is_last {
            break;
        }
    }
    // Another process may have been first.
    Ok(kept(&desk.read(), month, &print).await?.or(own))
}

/// What work that goes on beside the request has come to.
async fn ended<T>(work: tokio::task::JoinHandle<Result<T, Error>>) -> Result<T, Error> {
    work.await.map_err(|error| Error::Database(error.to_string()))?
}

/// Counties of which some month hides a figure that lasts.
pub(super) async fn hidden(tx: &Tx) -> Result<HashSet<u32>, Error> {
    let rows = tx.common::<meta::Entity>().and(meta::Column::Key.starts_with(TOLD)).all(tx).await?;
    Ok(rows.iter().flat_map(|row| hides(&row.value)).collect())
}

/// Signed before a month with such numbers was refused, or changed behind the pages.
fn unsound(why: naheya_domain::suppression::Unsound) -> Error {
    tracing::error!(%why, "the numbers of a month cannot be");
    Error::refused("level.unsound")
}

/// What stands for the numbers of which something was told.
fn print(summed: &[Summed]) -> String {
    let mut text = String::new();
    for one in summed.iter().filter(|one| !one.counts.is_empty()) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{} {}", one.area, one.public);
        for (_, count) in &one.counts {
            let _ = write!(text, " {count}");
        }
        text.push('\n');
    }
    let mut print = String::new();
    for byte in crate::sha(text.as_bytes()) {
        let _ = write!(print, "{byte:02x}");
    }
    print
}

/// What was told of these very numbers.
async fn kept(tx: &Tx, month: Month, print: &str) -> Result<Option<String>, Error> {
    let row = tx.common::<meta::Entity>().and(meta::Column::Key.eq(key(month))).first(tx).await?;
    Ok(row.and_then(|row| of_print(&row.value, print).map(str::to_owned)))
}

fn of_print<'t>(value: &'t str, print: &str) -> Option<&'t str> {
    value.split_once('\n').filter(|(of, _)| *of == print).map(|(_, text)| text)
}

/// A month that is told for the first time.
#[derive(Clone, Debug)]
struct Told {
    month: Month,
    print: String,
    text: String,
}

/// The first month up to this one that was not told yet, told.
async fn next(tx: &Tx, month: Month) -> Result<Option<Told>, Error> {
    let counties = tx.common::<county::Entity>().by(county::Column::AreaId).all(tx).await?;
    let rows = nation::editions_until(tx, month.to_string()).await?;
    let kept = tx.common::<meta::Entity>().and(meta::Column::Key.starts_with(TOLD)).all(tx).await?;
    let kept: HashMap<String, String> = kept.into_iter().map(|row| (row.key, row.value)).collect();
    let since = tx.common::<meta::Entity>().and(meta::Column::Key.eq(SINCE)).first(tx).await?;
    let since = since.and_then(|row| row.value.parse().ok()).map_or(Timestamp(0), Timestamp);
    ended(tokio::task::spawn_blocking(move || tell(month, &counties, &rows, &kept, since))).await
}

/// A month as it is read for telling it, or those after it.
struct Gathered {
    month: Month,
    summed: Vec<Summed>,
    /// What counties said of it after its totals.
    since: Vec<(u32, Vec<(Figure, i64)>)>,
}

fn gather(counties: &[county::Model], public: &[AreaId], month: Month, rows: &[&snapshot::Model]) -> Gathered {
    let mut editions: HashMap<i32, Vec<&snapshot::Model>> = HashMap::new();
    for row in rows {
        editions.entry(row.area_id).or_default().push(row);
    }
    let said = |area: i32| editions.get(&area).map(|all| Said::of(all, month.totals_at())).unwrap_or_default();
    let told: Vec<_> = counties.iter().map(|county| (county, said(county.area_id), Said::default())).collect();
    let since = told.iter().filter_map(|(county, said, _)| {
        let newest: Measures = said.after_totals()?;
        Some((u32::try_from(county.area_id).ok()?, people(&newest)))
    });
    let since = since.collect();
    Gathered { month, summed: summed(&tree(&told), public), since }
}

/// Tells the first month up to the one that is asked for that was not told yet. Of one whose numbers cannot be (more active
/// pairs than pairs) nothing is told, and it keeps no later one from being told.
fn tell(
    asked: Month,
    counties: &[county::Model],
    rows: &[snapshot::Model],
    kept: &HashMap<String, String>,
    since: Timestamp,
) -> Result<Option<Told>, Error> {
    let public = public(counties);
    let mut by_month: BTreeMap<&str, Vec<&snapshot::Model>> = BTreeMap::new();
    for row in rows {
        by_month.entry(row.month.as_str()).or_default().push(row);
    }
    let months = by_month.into_iter().filter_map(|(month, rows)| Some((Month::parse(month)?, rows)));
    let months: Vec<Gathered> = months.map(|(month, rows)| gather(counties, &public, month, &rows)).collect();
    let tables: Vec<Vec<Area<'_>>> = months.iter().map(|month| areas(&month.summed)).collect();
    let mut before: Vec<Before<'_>> = Vec::new();
    for (month, table) in months.iter().zip(&tables) {
        let print = print(&month.summed);
        if let Some(text) = kept.get(&key(month.month)).and_then(|value| of_print(value, &print)) {
            before.push((month, table, Published::from_text(table, text)));
            continue;
        }
        let alone = month.month.totals_at() < since;
        match protect_after(table, &if alone { Vec::new() } else { earlier(&before) }) {
            Ok(told) => return Ok(Some(Told { month: month.month, print, text: told.to_text(table) })),
            Err(why) if month.month == asked => return Err(unsound(why)),
            Err(why) => tracing::warn!(%why, month = %month.month, "the month is not told"),
        }
    }
    Ok(None)
}

/// A month that has been told, its table and what was told of it.
type Before<'m> = (&'m Gathered, &'m Vec<Area<'m>>, Published);

fn earlier<'m>(before: &'m [Before<'m>]) -> Vec<Earlier<'m>> {
    before.iter().map(|(month, areas, told)| Earlier { areas, told, since: &month.since }).collect()
}

/// Keeps what was told; of what was kept before for the same numbers nothing changes.
struct KeepTold {
    told: Told,
}

impl Act for KeepTold {
    const NAME: &'static str = "snapshot.keep_told";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let Told { month, print, text } = &self.told;
        let row = meta::Model { key: key(*month), value: format!("{print}\n{text}") };
        match tx.common::<meta::Entity>().and(meta::Column::Key.eq(row.key.as_str())).first(tx).await? {
            None => tx.insert::<meta::Entity>(row).await,
            Some(old) if of_print(&old.value, print).is_some() => Ok(()),
            Some(old) => tx.change::<meta::Entity>(&old, row).await.map(|_| ()),
        }
    }
}

impl Store {
    /// Remembers since when what is told of months is kept. Once an installation.
    pub(crate) async fn begin_keeping(&self, now: Timestamp) -> Result<(), Error> {
        let nation = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        if is_made(&nation.read(), SINCE).await? {
            return Ok(());
        }
        nation.save(Mark(SINCE)).await
    }
}
