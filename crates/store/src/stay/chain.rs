//! What happened to a child in the course of one stay, or outside any, hand-over by hand-over, for the questions that are asked
//! afterwards.

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::custody::{Event, Holder};
use naheya_domain::id::{ChildId, StayId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::hand_back::ArrangeHandBack;
use super::late::announced;
use super::later::AgreeLater;
use super::later_all::AgreeAllLater;
use super::{TABLE, seen};
use crate::audit::reason;
use crate::grant::stands_for;
use crate::sealed::act::Act;
use crate::sealed::entity::{account, audit_event, child, custody_event as row, guardian};
use crate::sealed::tx::Tx;
use crate::{Desk, Error, custody};

/// One hand-over, or one word on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainLine {
    /// What.
    pub event: Event,
    /// Who has the child since.
    pub holder: Holder,
    /// Under whom of the family it is entered, where the family received it: who came for the child is told by the words.
    pub receiver: Option<String>,
    /// When it happened, by whoever said it.
    pub at: Timestamp,
    /// When it came to the records, where that was later than a minute after.
    pub entered_at: Option<Timestamp>,
    /// How it was known: `code`, `list`, `call`, `sight` or `staff`.
    pub how: String,
    /// Who said it.
    pub by: Option<String>,
    /// Whether that is the carer of the stay herself.
    pub by_carer: bool,
    /// What was written with it.
    pub words: Option<String>,
}

/// A later or an early return that was agreed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// When.
    pub at: Timestamp,
    /// Who of the office wrote it down.
    pub by: Option<String>,
    /// With whom, and why.
    pub words: String,
    /// Whether it was an early return.
    pub is_early: bool,
}

/// What a stay was like, afterwards or so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StayChain {
    /// The links, first to last: as they were written, mistakes and their corrections included.
    pub lines: Vec<ChainLine>,
    /// When they come later than agreed, by the carer's own word, and why.
    pub said_late: Option<(Timestamp, String)>,
    /// What the office agreed on about the return, first to last.
    pub agreed: Vec<Agreed>,
    /// What somebody of the office wrote of a late return, and who.
    pub result: Option<(Option<String>, String)>,
}

/// A minute.
const SOON: i64 = 60_000;
/// Hand-overs outside stays that a page tells.
const PASSES: u64 = 20;

impl Desk {
    /// The links of the chain that belong to a stay, with what was said of a late return.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`] for who approves no stays, [`Error::Database`].
    pub async fn stay_chain(&self, stay: StayId) -> Result<StayChain, Error> {
        self.require(Action::ApproveStay)?;
        let tx = self.read();
        let of = seen(&tx, stay).await?;
        let rows =
            tx.visible::<row::Entity>().and(row::Column::StayId.eq(stay.0)).by(row::Column::Seq).all(&tx).await?;
        let agreed = agreed(&tx, of.id).await?;
        let mut said = reason::words_of(&tx, &agreed).await?;
        let people = agreed.iter().map(|event| event.account_id).chain(of.late_closed_by);
        let people = tx.common::<account::Entity>().among(people).all(&tx).await?;
        let named = |id| people.iter().find(|one| one.id == id).map(|one| one.display_name.clone());
        let carer = stands_for(&tx, of.volunteer_id).await?;
        let lines = lines(&tx, &rows, carer, true).await?;
        let result = of.late_closed_reason_sealed.as_ref();
        let result = tx.open_some(TABLE, "late_closed_reason_sealed", of.id, result)?;
        Ok(StayChain {
            lines,
            said_late: announced(&tx, &of)?,
            agreed: agreed
                .into_iter()
                .filter_map(|event| {
                    let is_early = event.act == ArrangeHandBack::NAME;
                    let (at, by, words) = (Timestamp(event.at), named(event.account_id), said.remove(&event.n)?);
                    Some(Agreed { at, by, words, is_early })
                })
                .collect(),
            result: result.map(|words| (of.late_closed_by.and_then(named), words)),
        })
    }
}

impl Desk {
    /// The newest hand-overs of a child outside its stays, the last one first: between school, family, base and hospital. What
    /// was written with one is for the office and for whoever wrote it.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`] for who hands no child over, [`Error::Database`].
    pub async fn passes(&self, child: ChildId) -> Result<Vec<ChainLine>, Error> {
        self.require(Action::HandOver)?;
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let rows =
            tx.visible::<row::Entity>().and(row::Column::ChildId.eq(child.id)).and(row::Column::StayId.is_null());
        let rows = rows.by_desc(row::Column::Seq).limit(PASSES).all(&tx).await?;
        lines(&tx, &rows, None, self.may(Action::ApproveStay)).await
    }
}

/// Links as they are read. The words of each, where `all` are for the reader; else of those that the reader wrote.
async fn lines(tx: &Tx, rows: &[row::Model], carer: Option<Uuid>, all: bool) -> Result<Vec<ChainLine>, Error> {
    let people = tx.common::<account::Entity>().among(rows.iter().map(|r| r.by_account)).all(tx).await?;
    let with_family = rows.iter().filter(|r| custody::holder(r) == Holder::Guardian);
    let family = tx.visible::<guardian::Entity>().among(with_family.filter_map(|r| r.holder_id)).all(tx).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for link in rows {
        let Some(event) = Event::parse(&link.kind) else { continue };
        let (holder, at) = (custody::holder(link), custody::happened(link));
        let received = family.iter().find(|one| holder == Holder::Guardian && Some(one.id) == link.holder_id);
        let words = link.note_sealed.as_ref().filter(|_| all || link.by_account == tx.account());
        lines.push(ChainLine {
            event,
            holder,
            receiver: received.map(|one| one.name.clone()),
            at,
            entered_at: Some(Timestamp(link.server_at)).filter(|entered| entered.0 > at.0 + SOON),
            how: link.how.clone(),
            by: people.iter().find(|one| one.id == link.by_account).map(|one| one.display_name.clone()),
            by_carer: carer == Some(link.by_account),
            words: tx.open_some("custody_events", "note_sealed", link.id, words)?,
        });
    }
    Ok(lines)
}

/// What the trail kept of later and early returns, whose words are for whoever sees the stay and approves.
async fn agreed(tx: &Tx, stay: Uuid) -> Result<Vec<audit_event::Model>, Error> {
    use audit_event::Column as C;
    let acts = C::Act.is_in([AgreeLater::NAME, AgreeAllLater::NAME, ArrangeHandBack::NAME]);
    let events = tx.for_rule::<audit_event::Entity>().and(C::Noun.eq(TABLE)).and(C::RefId.eq(stay)).and(acts);
    events.and(C::Reason.is_not_null()).by(C::N).all(tx).await
}
