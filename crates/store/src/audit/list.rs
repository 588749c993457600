//! The trail as its readers see it: who did what to which record and when, ids and names of fields,
//! newest first. No value and no reason's words: they may name a child.

use data_encoding::BASE64URL_NOPAD;
use naheya_domain::access::Action;
use naheya_domain::id::AccountId;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::Finding;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, audit_event, audit_head};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "audit_events";
const PLACE: &str = "place";
/// Events of one page.
pub const PAGE: u64 = 50;
/// Events that are taken out as Excel at most, newest first.
pub const MOST_OUT: u64 = 50_000;
/// Only the auditor reads of these: nobody whom a concern is about learns that it exists (product.md
/// rule 4), and that may be a leader.
const CONCERNS: [&str; 4] = ["concerns", "concern_people", "concern_circle", "concern_entries"];

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

impl Desk {
    /// A page of the trail, newest first; and where the next one begins, when there is one. The place
    /// is sealed: it tells nothing.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn audit_events(&self, filter: &AuditFilter) -> Result<(Vec<AuditRow>, Option<String>), Error> {
        self.require(Action::Audit)?;
        let tx = self.read();
        let mut rows = read(&tx, filter, PAGE + 1).await?;
        let more = rows.len() as u64 > PAGE;
        rows.truncate(usize::try_from(PAGE).unwrap_or(50));
        let next = rows.last().filter(|_| more).map(|last| place(&tx, last.n)).transpose()?;
        Ok((named(&tx, rows).await?, next))
    }

    /// The trail to be taken out of the house, at most 50,000 events; that it was taken stands in it.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn audit_events_out(&self, filter: &AuditFilter) -> Result<Vec<AuditRow>, Error> {
        self.require(Action::Audit)?;
        let tx = self.read();
        let rows = read(&tx, &AuditFilter { before: None, ..filter.clone() }, MOST_OUT).await?;
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
        self.require(Action::Audit)?;
        let findings = self.store().follow_chain(self.viewer().area, self.now()).await?;
        self.save(Read { fields: "proof" }).await?;
        Ok(findings)
    }
}

/// How many events a file by this filter would hold.
pub(crate) async fn rows_out(tx: &Tx, filter: &AuditFilter) -> Result<u64, Error> {
    let filter = AuditFilter { before: None, ..filter.clone() };
    tx.visible::<audit_event::Entity>().and(matching(tx, &filter)).count_to(MOST_OUT, tx).await
}

async fn read(tx: &Tx, filter: &AuditFilter, most: u64) -> Result<Vec<audit_event::Model>, Error> {
    let rows = tx.visible::<audit_event::Entity>().and(matching(tx, filter));
    rows.by_desc(audit_event::Column::N).limit(most).all(tx).await
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
    if let Some(before) = filter.before.as_deref().and_then(|text| number(tx, text)) {
        all = all.add(C::N.lt(before));
    }
    if sees_all(tx) {
        return all;
    }
    all.add(C::Noun.is_not_in(CONCERNS)).add(C::Act.not_like("concern.%"))
}

fn sees_all(tx: &Tx) -> bool {
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
