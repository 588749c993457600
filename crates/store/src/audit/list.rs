//! The trail as its readers see it: who did what to which record and when, ids and names of fields,
//! newest first. No value and no reason's words: they may name a child.

use data_encoding::BASE64URL_NOPAD;
use naheya_domain::access::Action;
use naheya_domain::id::AccountId;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::Finding;
use crate::order::beyond;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, audit_event, audit_head};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "audit_events";
const PLACE: &str = "place";
const PROOF: &str = "proof";
/// Events of one page.
pub const PAGE: u64 = 50;
/// Events of a filter are counted no further.
pub const COUNTED: u64 = 1_000;
/// Events that are taken out as Excel at most, newest first.
pub const MOST_OUT: u64 = 50_000;
/// Only the auditor reads of these: nobody whom a concern is about learns that it exists (product.md
/// rule 4), and that may be a leader.
pub(super) const CONCERNS: [&str; 4] = ["concerns", "concern_people", "concern_circle", "concern_entries"];

/// Which events a list shows. Empty shows all that the viewer may read.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter {
    /// Only of this table.
    pub noun: Option<String>,
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only about this record.
    pub about: Option<Uuid>,
    /// Only from this day on (Asia/Shanghai).
    pub from: Option<Date>,
    /// Only up to the end of this day.
    pub to: Option<Date>,
    /// Only before this place: the next page, as [`Desk::audit_events`] gave it.
    pub before: Option<String>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number in the county's chain; the auditor's alone, because a gap in the numbers tells that
    /// something is kept back.
    pub n: Option<i64>,
    /// When.
    pub at: Timestamp,
    /// Whose account; none for a named task of the system.
    pub account: Option<AccountId>,
    /// The account's user name.
    pub login: Option<String>,
    /// As what, a role's code or `system`.
    pub role: String,
    /// What was done, `child.open_file`.
    pub act: String,
    /// To which table.
    pub noun: String,
    /// To which record.
    pub about: Option<Uuid>,
    /// Names of fields; `*` for a new record, `-` for one taken away.
    pub fields: String,
    /// Whether a reason was given; its words stand in the file's own trail.
    pub reasoned: bool,
}

/// How far the county's chain reaches, and whether its head is as it was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainHead {
    /// Number of the newest event; the auditor's alone.
    pub n: Option<i64>,
    /// Whether the head's seal and its newest event agree.
    pub whole: bool,
}

/// A page of the trail. Its places are sealed: they tell nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Events {
    /// Its events, newest first.
    pub rows: Vec<AuditRow>,
    /// The place before which the page of newer ones ends, when there is one.
    pub newer: Option<String>,
    /// The place after which the page of older ones begins, when there is one.
    pub older: Option<String>,
}

impl Desk {
    /// A page of the trail, newest first; and where the next one begins, when there is one.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn audit_events(&self, filter: &AuditFilter) -> Result<(Vec<AuditRow>, Option<String>), Error> {
        let page = self.audit_page(filter, None).await?;
        Ok((page.rows, page.older))
    }

    /// The same with the way back: where `newer` is a place, the page that ends before it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn audit_page(&self, filter: &AuditFilter, newer: Option<&str>) -> Result<Events, Error> {
        self.require(Action::Audit)?;
        let tx = self.read();
        let (newer, older) = (newer.and_then(|text| number(&tx, text)), begins(&tx, filter));
        let is_back = newer.is_some();
        let mut rows = read(&tx, filter, is_back, newer.or(older), PAGE + 1).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(50));
        if is_back {
            rows.reverse();
        }
        let at = |row: Option<&audit_event::Model>| row.map(|row| place(&tx, row.n)).transpose();
        let newer = at(rows.first().filter(|_| if is_back { more } else { older.is_some() }))?;
        let older = at(rows.last().filter(|_| is_back || more))?;
        Ok(Events { rows: named(&tx, rows).await?, newer, older })
    }

    /// How many events the filter finds, wherever the page begins, counted no further than [`COUNTED`].
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_audit_events(&self, filter: &AuditFilter) -> Result<u64, Error> {
        self.require(Action::Audit)?;
        let whole = AuditFilter { before: None, ..filter.clone() };
        let count = async {
            let tx = self.read();
            tx.visible::<audit_event::Entity>().and(matching(&tx, &whole)).count_to(COUNTED, &tx).await
        };
        self.remembered("audit_events.count", format!("{whole:?}"), count).await
    }

    /// The trail to be taken out of the house, at most 50,000 events; that it was taken stands in it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn audit_events_out(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, Error> {
        self.require(Action::Audit)?;
        let tx = self.read();
        let rows = read(&tx, filter, false, None, MOST_OUT).await?;
        let rows = named(&tx, rows).await?;
        self.save(Read { fields: "export" }).await?;
        Ok(rows)
    }

    /// The head of the county's chain: a quick look that reads two rows.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn chain_head(&self) -> Result<ChainHead, Error> {
        self.require(Action::Audit)?;
        let tx = self.read();
        let head = tx.for_rule::<audit_head::Entity>().first(&tx).await?;
        let last = tx.for_rule::<audit_event::Entity>().by_desc(audit_event::Column::N).first(&tx).await?;
        let whole = match (&head, &last) {
            (Some(head), Some(last)) => {
                let sealed = head.mac == tx.ring().chain_mac(head.area_id, head.n, &head.hash);
                sealed && head.n == last.n && head.hash == last.hash
            }
            (None, None) => true,
            _ => false,
        };
        Ok(ChainHead { n: last.map(|l| l.n).filter(|_| sees_all(&tx)), whole })
    }

    /// Follows the county's chain from its first event to its head; that it was proven stands in it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn prove_chain(&self) -> Result<Vec<Finding>, Error> {
        let findings = self.follow_chain(&|_| ()).await?;
        self.save(Read { fields: PROOF }).await?;
        Ok(findings)
    }

    /// The same for work beside the request, which is told how many events were read and writes down itself that it was
    /// proven.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn follow_chain(&self, far: &(dyn Fn(i64) + Send + Sync)) -> Result<Vec<Finding>, Error> {
        self.require(Action::Audit)?;
        self.store().follow_chain(self.viewer().area, self.now(), far).await
    }
}

/// How many events a county's chain has.
pub(crate) async fn chained(tx: &Tx) -> Result<u64, Error> {
    let head = tx.for_rule::<audit_head::Entity>().first(tx).await?;
    Ok(head.and_then(|head| u64::try_from(head.n).ok()).unwrap_or_default())
}

/// The number of the last event before an instant. Events are numbered as they happen, and no index knows their hours: it is
/// looked for between the first and the newest.
pub(crate) async fn last_before(tx: &Tx, at: Timestamp) -> Result<i64, Error> {
    let (mut low, mut high) = (0, i64::try_from(chained(tx).await?).unwrap_or(i64::MAX));
    while low < high {
        let middle = high - (high - low) / 2;
        let event = tx.for_rule::<audit_event::Entity>().and(audit_event::Column::N.eq(middle)).first(tx).await?;
        if event.is_none_or(|event| event.at < at.0) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// That the chain was proven stands in it.
pub(crate) fn note_proof(tx: &Tx) {
    tx.note(TABLE, None, PROOF);
}

/// How many events a file by this filter would hold.
pub(crate) async fn rows_out(tx: &Tx, filter: &AuditFilter) -> Result<u64, Error> {
    tx.visible::<audit_event::Entity>().and(matching(tx, filter)).count_to(MOST_OUT, tx).await
}

/// Events before a number, newest first; or after it, when one goes back, oldest first.
async fn read(
    tx: &Tx,
    filter: &AuditFilter,
    is_back: bool,
    from: Option<i64>,
    most: u64,
) -> Result<Vec<audit_event::Model>, Error> {
    let found = tx.visible::<audit_event::Entity>().and(matching(tx, filter));
    beyond(found, [audit_event::Column::N], !is_back, from.map(|n| [n.into()])).limit(most).all(tx).await
}

/// The number of the event after which the page that a filter asks for begins.
fn begins(tx: &Tx, filter: &AuditFilter) -> Option<i64> {
    filter.before.as_deref().and_then(|text| number(tx, text))
}

fn matching(tx: &Tx, filter: &AuditFilter) -> Condition {
    use audit_event::Column as C;
    let start = |day: Date| Timestamp::from_shanghai(day.at(0, 0, 0, 0)).0;
    let mut all = Condition::all();
    if let Some(noun) = &filter.noun {
        all = all.add(C::Noun.eq(noun.as_str()));
    }
    if let Some(account) = filter.account {
        all = all.add(C::AccountId.eq(account.0));
    }
    if let Some(about) = filter.about {
        all = all.add(C::RefId.eq(about));
    }
    if let Some(from) = filter.from {
        all = all.add(C::At.gte(start(from)));
    }
    if let Some(after) = filter.to.and_then(|to| to.tomorrow().ok()) {
        all = all.add(C::At.lt(start(after)));
    }
    if sees_all(tx) {
        return all;
    }
    all.add(C::Noun.is_not_in(CONCERNS)).add(C::Act.not_like("concern.%"))
}

/// Whether the viewer reads the whole trail, and so may know how long it is.
pub(crate) fn sees_all(tx: &Tx) -> bool {
    tx.viewer().role == Role::Auditor
}

/// The place of an event, sealed for an address.
fn place(tx: &Tx, n: i64) -> Result<String, Error> {
    Ok(BASE64URL_NOPAD.encode(&tx.seal(TABLE, PLACE, Uuid::nil(), &n.to_string())?))
}

fn number(tx: &Tx, place: &str) -> Option<i64> {
    let sealed = BASE64URL_NOPAD.decode(place.as_bytes()).ok()?;
    tx.open(TABLE, PLACE, Uuid::nil(), &sealed).ok()?.parse().ok()
}

async fn named(tx: &Tx, rows: Vec<audit_event::Model>) -> Result<Vec<AuditRow>, Error> {
    let mut ids: Vec<Uuid> = rows.iter().map(|row| row.account_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let logins: std::collections::HashMap<Uuid, String> = people.into_iter().map(|a| (a.id, a.login)).collect();
    let row = |row: audit_event::Model| AuditRow {
        n: Some(row.n).filter(|_| sees_all(tx)),
        at: Timestamp(row.at),
        account: (row.role != "system" && !row.account_id.is_nil()).then_some(AccountId(row.account_id)),
        login: logins.get(&row.account_id).cloned(),
        role: row.role,
        act: row.act,
        noun: row.noun,
        about: row.ref_id,
        fields: row.fields,
        reasoned: row.reason.is_some(),
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The trail itself was taken out or proven.
struct Read {
    fields: &'static str,
}

impl Act for Read {
    const NAME: &'static str = "audit_event.read";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::Audit)?;
        tx.note(TABLE, None, self.fields);
        Ok(())
    }
}
