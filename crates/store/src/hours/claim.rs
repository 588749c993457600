//! Entering hours that do not come from a stay, and correcting an entry: one person enters, another
//! confirms, and only then the ledger gets its entries.
//! Long because: what one person enters and another decides is judged by the same facts, which stand here once.

use std::collections::{HashMap, HashSet};

use naheya_domain::access::Action;
use naheya_domain::figure::HoursKind;
use naheya_domain::hours::{
    ClaimState, NewCorrection, NewPaper, NewService, Span, credited_beside, may_decide, overlap,
};
use naheya_domain::id::{HoursClaimId, HoursEntryId, PairId, VolunteerId};
use naheya_domain::{Refusal, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::book::counts_now;
use super::{REVERSED, in_force, is_reversal, span_of, standing};
use crate::account::display_names;
use crate::assent::RECENT;
use crate::grant::own_people;
use crate::sealed::act::Act;
use crate::sealed::entity::{hours_claim, hours_entry, pair, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

pub(super) const TABLE: &str = "hours_claims";
/// Of what waits so many are shown at once.
pub const SHOWN: usize = 50;

/// Training that a volunteer gave, or an activity that she helped with.
#[derive(Clone, Debug)]
pub struct EnterService {
    /// Whose.
    pub volunteer: VolunteerId,
    /// Who was there besides: each has a claim of her own, or nobody has one.
    pub others: Vec<VolunteerId>,
    /// When and what.
    pub new: NewService,
}

impl Act for EnterService {
    const NAME: &'static str = "hours.enter";
    type Answer = HoursClaimId;

    async fn run(&self, tx: &Tx) -> Result<HoursClaimId, Error> {
        tx.require(Action::KeepHours)?;
        let first = self.enter(tx, self.volunteer).await?;
        for other in &self.others {
            if let Err(error) = self.enter(tx, *other).await {
                return Err(of_another(tx, *other, error).await);
            }
        }
        Ok(first)
    }
}

/// A refusal about one of several says about whom.
async fn of_another(tx: &Tx, volunteer: VolunteerId, error: Error) -> Error {
    if !matches!(error, Error::Refused(_)) {
        return error;
    }
    match tx.visible::<volunteer::Entity>().id(volunteer).one(tx).await {
        Ok(her) => Refusal::new("hours.other_not_possible").with("name", her.name).into(),
        Err(_) => error,
    }
}

impl EnterService {
    async fn enter(&self, tx: &Tx, volunteer: VolunteerId) -> Result<HoursClaimId, Error> {
        let of = tx.visible::<volunteer::Entity>().id(volunteer).one(tx).await?;
        room(tx, of.id, self.new.span, None).await?;
        self.is_new(tx, of.id).await?;
        let mut claim = blank(tx, of.id, self.new.kind);
        claim.starts_at = Some(self.new.span.0.0);
        claim.ends_at = Some(self.new.span.1.0);
        claim.words_sealed = Some(tx.seal(TABLE, "words_sealed", claim.id, &self.new.words)?);
        keep(tx, claim).await
    }

    /// The same does not wait already: of two that are equal only one can ever count.
    async fn is_new(&self, tx: &Tx, volunteer: Uuid) -> Result<(), Error> {
        use hours_claim::Column as C;
        let waiting = tx
            .for_rule::<hours_claim::Entity>()
            .and(C::VolunteerId.eq(volunteer))
            .and(C::State.eq(ClaimState::Open.code()))
            .and(C::Kind.eq(self.new.kind.code()))
            .and(C::StartsAt.eq(self.new.span.0.0))
            .and(C::EndsAt.eq(self.new.span.1.0));
        if waiting.first(tx).await?.is_some() { Err(Error::refused("hours.waits_already")) } else { Ok(()) }
    }
}

/// The hours of one pair in one year before the software, by their paper's number.
#[derive(Clone, Debug)]
pub struct EnterPaper {
    /// The pair.
    pub pair: PairId,
    /// Year, hours, number.
    pub new: NewPaper,
}

impl Act for EnterPaper {
    const NAME: &'static str = "hours.enter_paper";
    type Answer = HoursClaimId;

    async fn run(&self, tx: &Tx) -> Result<HoursClaimId, Error> {
        tx.require(Action::KeepHours)?;
        let of = tx.visible::<pair::Entity>().id(self.pair).one(tx).await?;
        let span = self.new.span(tx.now());
        let (first, last) = (span.0.date().to_string(), span.1.date().to_string());
        if of.begun_on > last || of.ended_on.as_ref().is_some_and(|ended| *ended < first) {
            return Err(Error::field("year", "hours.not_paired_then"));
        }
        once_a_year(tx, &of, span).await?;
        let mut claim = blank(tx, of.volunteer_id, HoursKind::Paper);
        claim.pair_id = Some(of.id);
        claim.starts_at = Some(span.0.0);
        claim.ends_at = Some(span.1.0);
        claim.minutes = Some(self.new.minutes);
        claim.paper_number = Some(self.new.number.clone());
        keep(tx, claim).await
    }
}

/// One paper entry for each pair and year, those that wait included.
async fn once_a_year(tx: &Tx, pair: &pair::Model, span: Span) -> Result<(), Error> {
    if has_paper(tx, pair.volunteer_id, pair.id, span).await? {
        return Err(Error::refused("hours.paper_twice"));
    }
    let waiting = tx
        .for_rule::<hours_claim::Entity>()
        .and(hours_claim::Column::PairId.eq(pair.id))
        .and(hours_claim::Column::Kind.eq(HoursKind::Paper.code()))
        .and(hours_claim::Column::State.eq(ClaimState::Open.code()))
        .and(hours_claim::Column::StartsAt.eq(span.0.0));
    if waiting.first(tx).await?.is_some() {
        return Err(Error::refused("hours.paper_twice"));
    }
    Ok(())
}

async fn has_paper(tx: &Tx, volunteer: Uuid, pair: Uuid, span: Span) -> Result<bool, Error> {
    let own = tx.for_rule::<hours_entry::Entity>().and(hours_entry::Column::VolunteerId.eq(volunteer));
    let entries = own.and(hours_entry::Column::PairId.eq(pair)).all(tx).await?;
    let same = |e: &hours_entry::Model| e.kind == HoursKind::Paper.code() && overlap(span_of(e), span);
    Ok(in_force(entries).iter().any(same))
}

/// Other times for an entry, or that it should not count.
#[derive(Clone, Debug)]
pub struct CorrectHours {
    /// The entry.
    pub entry: HoursEntryId,
    /// How it was, and why.
    pub new: NewCorrection,
}

impl Act for CorrectHours {
    const NAME: &'static str = "hours.correct";
    type Answer = HoursClaimId;

    async fn run(&self, tx: &Tx) -> Result<HoursClaimId, Error> {
        tx.require(Action::KeepHours)?;
        let entry = tx.visible::<hours_entry::Entity>().id(self.entry).one(tx).await?;
        still_counts(tx, &entry).await?;
        let waits = tx
            .for_rule::<hours_claim::Entity>()
            .and(hours_claim::Column::Corrects.eq(entry.id))
            .and(hours_claim::Column::State.eq(ClaimState::Open.code()));
        if waits.first(tx).await?.is_some() {
            return Err(Error::refused("hours.correction_waits"));
        }
        if let Some(span) = self.new.span {
            if entry.kind == HoursKind::Paper.code() {
                return Err(Error::refused("hours.paper_has_no_times"));
            }
            room(tx, entry.volunteer_id, span, Some(entry.id)).await?;
        }
        let mut claim = blank(tx, entry.volunteer_id, HoursKind::Correction);
        claim.pair_id = entry.pair_id;
        claim.corrects = Some(entry.id);
        claim.starts_at = self.new.span.map(|s| s.0.0);
        claim.ends_at = self.new.span.map(|s| s.1.0);
        claim.words_sealed = Some(tx.seal(TABLE, "words_sealed", claim.id, &self.new.reason)?);
        keep(tx, claim).await
    }
}

/// The entry has not been taken back meanwhile, and takes nothing back itself.
async fn still_counts(tx: &Tx, entry: &hours_entry::Model) -> Result<(), Error> {
    if counts(tx, entry).await? { Ok(()) } else { Err(Error::refused("hours.already_corrected")) }
}

async fn counts(tx: &Tx, entry: &hours_entry::Model) -> Result<bool, Error> {
    let taken = tx.for_rule::<hours_entry::Entity>().and(hours_entry::Column::Corrects.eq(entry.id)).all(tx).await?;
    let mut chain = vec![entry.clone()];
    chain.extend(taken);
    Ok(in_force(chain).iter().any(|e| e.id == entry.id))
}

/// The minutes that `span` would count beside what stands, the entry `without` left out.
///
/// # Errors
/// `hours.overlap`, `hours.day_full`.
async fn room(tx: &Tx, volunteer: Uuid, span: Span, without: Option<Uuid>) -> Result<i32, Error> {
    let rows = standing(tx, volunteer, span).await?;
    let spans: Vec<Span> = rows.iter().filter(|e| Some(e.id) != without).map(span_of).collect();
    if spans.iter().any(|s| overlap(*s, span)) {
        return Err(Error::refused("hours.overlap"));
    }
    let cap = crate::setting::settings(tx).await?.daily_cap;
    match credited_beside(span, &spans, cap) {
        0 => Err(Error::refused("hours.day_full")),
        minutes => Ok(minutes),
    }
}

fn blank(tx: &Tx, volunteer: Uuid, kind: HoursKind) -> hours_claim::Model {
    hours_claim::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        volunteer_id: volunteer,
        pair_id: None,
        kind: kind.code().to_owned(),
        corrects: None,
        starts_at: None,
        ends_at: None,
        minutes: None,
        paper_number: None,
        words_sealed: None,
        state: ClaimState::Open.code().to_owned(),
        by_account: tx.account(),
        entered_at: tx.now().0,
        decided_by: None,
        decided_at: None,
        answer_sealed: None,
        entry_id: None,
        version: 1,
    }
}

async fn keep(tx: &Tx, claim: hours_claim::Model) -> Result<HoursClaimId, Error> {
    let id = claim.id;
    let of = tx.for_rule::<volunteer::Entity>().id(claim.volunteer_id).one(tx).await?;
    crate::erasure::has_name(&of.name)?;
    tx.insert::<hours_claim::Entity>(claim).await?;
    Ok(HoursClaimId(id))
}

/// Another person's yes: the ledger gets the entry, a correction also the one that takes back.
#[derive(Clone, Debug)]
pub struct ConfirmHours {
    /// What waits.
    pub claim: HoursClaimId,
}

impl Act for ConfirmHours {
    const NAME: &'static str = "hours.confirm";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = decidable(tx, self.claim).await?;
        let span = before.starts_at.zip(before.ends_at).map(|(from, to)| (Timestamp(from), Timestamp(to)));
        let entry = match before.corrects {
            Some(id) => Some(correct(tx, &before, id, span).await?),
            None => match span {
                Some(span) => Some(add(tx, &before, span).await?),
                None => None,
            },
        };
        let mut after = decided(tx, &before, ClaimState::Confirmed);
        after.entry_id = entry;
        tx.change::<hours_claim::Entity>(&before, after).await?;
        Ok(())
    }
}

/// Service or paper hours as an entry.
async fn add(tx: &Tx, claim: &hours_claim::Model, span: Span) -> Result<Uuid, Error> {
    let minutes = match (claim.minutes, claim.pair_id) {
        (Some(minutes), Some(pair)) => {
            if has_paper(tx, claim.volunteer_id, pair, span).await? {
                return Err(Error::refused("hours.paper_twice"));
            }
            minutes
        }
        _ => room(tx, claim.volunteer_id, span, None).await?,
    };
    let entry = hours_entry::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        volunteer_id: claim.volunteer_id,
        pair_id: claim.pair_id,
        stay_id: None,
        kind: claim.kind.clone(),
        starts_at: span.0.0,
        ends_at: span.1.0,
        minutes,
        reason: None,
        paper_number: claim.paper_number.clone(),
        by_account: claim.by_account,
        confirmed_by: Some(tx.account()),
        entered_at: tx.now().0,
        corrects: None,
    };
    let id = entry.id;
    tx.insert::<hours_entry::Entity>(entry).await?;
    Ok(id)
}

/// Takes the entry back and, where there are other times, puts a new one in its place. Answers the
/// entry that takes back, since it carries the reason.
async fn correct(tx: &Tx, claim: &hours_claim::Model, entry: Uuid, span: Option<Span>) -> Result<Uuid, Error> {
    let entry = tx.for_rule::<hours_entry::Entity>().id(entry).one(tx).await?;
    if !counts(tx, &entry).await? {
        // Credited anew while the correction waited: what was asked for was said of other hours.
        return Err(Error::refused("hours.claim_past"));
    }
    let minutes = match span {
        Some(span) => Some((span, room(tx, entry.volunteer_id, span, Some(entry.id)).await?)),
        None => None,
    };
    let signed = hours_entry::Model {
        id: Uuid::now_v7(),
        kind: HoursKind::Correction.code().to_owned(),
        minutes: -entry.minutes,
        reason: Some(REVERSED.to_owned()),
        by_account: claim.by_account,
        confirmed_by: Some(tx.account()),
        entered_at: tx.now().0,
        corrects: Some(entry.id),
        ..entry
    };
    let back = signed.id;
    tx.insert::<hours_entry::Entity>(signed.clone()).await?;
    if let Some((span, minutes)) = minutes {
        let right = hours_entry::Model {
            id: Uuid::now_v7(),
            starts_at: span.0.0,
            ends_at: span.1.0,
            minutes,
            reason: Some("hours.corrected".to_owned()),
            ..signed
        };
        tx.insert::<hours_entry::Entity>(right).await?;
    }
    Ok(back)
}

/// Another person's no, with a reason.
#[derive(Clone, Debug)]
pub struct RefuseHours {
    /// What waits.
    pub claim: HoursClaimId,
    /// Why, 1 to 200 characters; sealed.
    pub words: String,
}

impl Act for RefuseHours {
    const NAME: &'static str = "hours.refuse";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = decidable(tx, self.claim).await?;
        let words = match naheya_domain::child::short_text(&self.words, 200) {
            Ok(Some(words)) => words,
            Ok(None) => return Err(Error::field("answer", "required.missing")),
            Err(code) => return Err(Error::field("answer", code)),
        };
        let mut after = decided(tx, &before, ClaimState::Refused);
        after.answer_sealed = Some(tx.seal(TABLE, "answer_sealed", before.id, &words)?);
        tx.change::<hours_claim::Entity>(&before, after).await?;
        Ok(())
    }
}

/// Whoever entered it takes it back before it is decided.
#[derive(Clone, Debug)]
pub struct WithdrawHours {
    /// What waits.
    pub claim: HoursClaimId,
}

impl Act for WithdrawHours {
    const NAME: &'static str = "hours.withdraw";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let before = open(tx, self.claim).await?;
        if before.by_account != tx.account() {
            return Err(Error::refused("hours.not_own_entry"));
        }
        let after = decided(tx, &before, ClaimState::Withdrawn);
        tx.change::<hours_claim::Entity>(&before, after).await?;
        Ok(())
    }
}

async fn open(tx: &Tx, claim: HoursClaimId) -> Result<hours_claim::Model, Error> {
    tx.require(Action::KeepHours)?;
    let row = tx.visible::<hours_claim::Entity>().id(claim).one(tx).await?;
    if row.state != ClaimState::Open.code() {
        return Err(Error::refused("hours.decided"));
    }
    Ok(row)
}

/// An open claim that this person may decide. One's own hours stay one's own when one is no volunteer any more.
async fn decidable(tx: &Tx, claim: HoursClaimId) -> Result<hours_claim::Model, Error> {
    let row = open(tx, claim).await?;
    let own = own_people(tx).await?.contains(&row.volunteer_id).then(|| tx.account());
    may_decide(row.by_account, tx.account(), own)?;
    Ok(row)
}

fn decided(tx: &Tx, before: &hours_claim::Model, state: ClaimState) -> hours_claim::Model {
    let mut after = before.clone();
    after.state = state.code().to_owned();
    after.decided_by = Some(tx.account());
    after.decided_at = Some(tx.now().0);
    after
}

/// Something that waits for another person, or was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimLine {
    /// Which one.
    pub id: HoursClaimId,
    /// Whose hours.
    pub volunteer: VolunteerId,
    /// Her name.
    pub volunteer_name: String,
    /// Training, activity, paper or correction.
    pub kind: HoursKind,
    /// From when to when; none when an entry should not count.
    pub span: Option<Span>,
    /// Minutes on the paper.
    pub minutes: Option<i32>,
    /// The paper's number.
    pub paper_number: Option<String>,
    /// What was done, or why.
    pub words: Option<String>,
    /// For a correction: the entry's times and minutes as they stand.
    pub before: Option<(Span, i32)>,
    /// For a correction that waits: whether the entry was credited anew or taken back since, so that nobody can confirm it.
    pub is_past: bool,
    /// Then: what counts in its place, with its times and minutes; none where nothing does.
    pub now: Option<(HoursEntryId, Span, i32)>,
    /// State.
    pub state: ClaimState,
    /// Who entered it.
    pub by: Option<String>,
    /// Whether that was the reader, who then cannot confirm it.
    pub own: bool,
    /// When it was entered.
    pub entered_at: Timestamp,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Why not.
    pub answer: Option<String>,
}

/// What waits for another person's word, and what was decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// What waits, oldest first: the first [`SHOWN`] that others entered and the first [`SHOWN`] that the viewer did.
    pub waiting: Vec<ClaimLine>,
    /// Whether more waits than these.
    pub more: bool,
    /// The newest 50 that were decided.
    pub done: Vec<ClaimLine>,
}

impl Desk {
    /// What waits, oldest first, and what was decided, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn hours_claims(&self) -> Result<Claims, Error> {
        use hours_claim::Column as C;
        self.require(Action::KeepHours)?;
        let tx = self.read();
        let all = || tx.visible::<hours_claim::Entity>();
        let waits =
            || all().and(C::State.eq(ClaimState::Open.code())).by(C::EnteredAt).by(C::Id).limit(SHOWN as u64 + 1);
        let others = waits().and(C::ByAccount.ne(tx.account())).all(&tx).await?;
        let own = waits().and(C::ByAccount.eq(tx.account())).all(&tx).await?;
        let more = others.len().max(own.len()) > SHOWN;
        let mut waiting: Vec<_> = others.into_iter().take(SHOWN).chain(own.into_iter().take(SHOWN)).collect();
        waiting.sort_by_key(|claim| (claim.entered_at, claim.id));
        let done = all().and(C::State.ne(ClaimState::Open.code())).by_desc(C::EnteredAt).by_desc(C::Id);
        let done = done.limit(RECENT).all(&tx).await?;
        Ok(Claims { waiting: claim_lines(&tx, waiting).await?, more, done: claim_lines(&tx, done).await? })
    }

    /// How many claims wait for somebody else than the viewer, counted no further than 100.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn count_hours_claims(&self) -> Result<u64, Error> {
        use hours_claim::Column as C;
        self.require(Action::KeepHours)?;
        let waits = (C::State, ClaimState::Open.code());
        self.count_waiting::<hours_claim::Entity>("hours_claims.count", waits, C::ByAccount).await
    }
}

/// Claims with the names around them.
pub(super) async fn claim_lines(tx: &Tx, rows: Vec<hours_claim::Model>) -> Result<Vec<ClaimLine>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let accounts = display_names(tx, rows.iter().flat_map(|c| [Some(c.by_account), c.decided_by])).await?;
    let of = rows.iter().map(|c| c.volunteer_id);
    let volunteers = tx.visible::<volunteer::Entity>().among(of).all(tx).await?;
    let volunteers: HashMap<Uuid, String> = volunteers.into_iter().map(|v| (v.id, v.name)).collect();
    let entries = rows.iter().filter_map(|c| c.corrects);
    let entries = tx.visible::<hours_entry::Entity>().among(entries).all(tx).await?;
    let entries: HashMap<Uuid, hours_entry::Model> = entries.into_iter().map(|e| (e.id, e)).collect();
    let mut past = past(tx, &rows, &entries).await?;
    let one = |c: hours_claim::Model| {
        let corrected = c.corrects.and_then(|id| entries.get(&id));
        let past = past.remove(&c.id);
        Ok(ClaimLine {
            volunteer_name: volunteers.get(&c.volunteer_id).cloned().unwrap_or_default(),
            words: tx.open_some(TABLE, "words_sealed", c.id, c.words_sealed.as_ref())?,
            answer: tx.open_some(TABLE, "answer_sealed", c.id, c.answer_sealed.as_ref())?,
            before: corrected.map(|e| (span_of(e), e.minutes)),
            is_past: past.is_some(),
            now: past.flatten().map(|e| (HoursEntryId(e.id), span_of(&e), e.minutes)),
            id: HoursClaimId(c.id),
            volunteer: VolunteerId(c.volunteer_id),
            kind: HoursKind::parse(&c.kind).unwrap_or(HoursKind::Correction),
            span: c.starts_at.zip(c.ends_at).map(|(from, to)| (Timestamp(from), Timestamp(to))),
            minutes: c.minutes,
            paper_number: c.paper_number,
            state: ClaimState::parse(&c.state).unwrap_or(ClaimState::Open),
            by: accounts.get(&c.by_account).cloned(),
            own: c.by_account == tx.account(),
            entered_at: Timestamp(c.entered_at),
            decided_by: c.decided_by.and_then(|id| accounts.get(&id).cloned()),
            decided_at: c.decided_at.map(Timestamp),
        })
    };
    rows.into_iter().map(one).collect()
}

/// The corrections among these that wait while their entry does not count any more, each with what counts in its place.
async fn past(
    tx: &Tx,
    rows: &[hours_claim::Model],
    entries: &HashMap<Uuid, hours_entry::Model>,
) -> Result<HashMap<Uuid, Option<hours_entry::Model>>, Error> {
    use hours_entry::Column as H;
    let waiting: Vec<&hours_claim::Model> = rows.iter().filter(|c| c.state == ClaimState::Open.code()).collect();
    let of: HashSet<Uuid> = waiting.iter().map(|c| c.volunteer_id).collect();
    let taken = tx.visible::<hours_entry::Entity>().holding(H::Corrects, waiting.iter().filter_map(|c| c.corrects));
    let taken = taken.and(H::VolunteerId.is_in(of)).all(tx).await?;
    let taken: HashSet<Uuid> = taken.iter().filter(|e| is_reversal(e)).filter_map(|e| e.corrects).collect();
    let mut past = HashMap::new();
    for claim in waiting {
        if let Some(entry) = claim.corrects.filter(|id| taken.contains(id)).and_then(|id| entries.get(&id)) {
            past.insert(claim.id, counts_now(tx, entry).await?);
        }
    }
    Ok(past)
}
