//! One volunteer's hours, weekend by weekend, as she and the office read them.

use std::collections::{BTreeMap, HashMap};

use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Class, Scope};
use naheya_domain::figure::HoursKind;
use naheya_domain::hours::{DayCredit, Span, counted_on, credited_days};
use naheya_domain::id::{ChildId, HoursEntryId, PairId, StayId, VolunteerId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use super::{ClaimLine, counted, in_force, is_reversal, span_of};
use crate::account::display_names;
use crate::sealed::entity::{child, hours_claim, hours_entry, pair, stay, volunteer};
use crate::sealed::tx::Tx;
use crate::stay::has_left;
use crate::{Desk, Error};

/// Under which heading a line stands. The three make the total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HoursGroup {
    /// Weekends and holidays with a child, from the custody chain.
    Weekend,
    /// Training given, activities helped with.
    Service,
    /// From the paper ledger of the years before.
    Paper,
}

impl HoursGroup {
    /// In the order of the page.
    pub const ALL: [HoursGroup; 3] = [Self::Weekend, Self::Service, Self::Paper];

    /// The word of addresses and texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Weekend => "weekend",
            Self::Service => "service",
            Self::Paper => "paper",
        }
    }

    fn of(kind: HoursKind) -> HoursGroup {
        match kind {
            HoursKind::Stay | HoursKind::Correction => Self::Weekend,
            HoursKind::Training | HoursKind::Activity => Self::Service,
            HoursKind::Paper => Self::Paper,
        }
    }
}

/// A correction of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursChange {
    /// When.
    pub at: Timestamp,
    /// Minutes that the line counted until then.
    pub before: i32,
    /// Why, in words; none when a return was taken back by mistake of the tap.
    pub words: Option<String>,
    /// Who entered it.
    pub by: Option<String>,
    /// Who confirmed it.
    pub confirmed_by: Option<String>,
}

/// A weekend, a service or a year on paper, with what was corrected in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursLine {
    /// The entry that counts now; none when nothing of the line counts any more.
    pub entry: Option<HoursEntryId>,
    /// Its heading.
    pub group: HoursGroup,
    /// Kind of the first entry.
    pub kind: HoursKind,
    /// From when to when.
    pub span: Span,
    /// Minutes that count: the sum of the line's entries.
    pub minutes: i32,
    /// The same by day; empty where it cannot be told any more (paper, another cap then).
    pub days: Vec<DayCredit>,
    /// The stay it comes from.
    pub stay: Option<StayId>,
    /// The pair.
    pub pair: Option<PairId>,
    /// The children, as far as the reader sees their files.
    pub children: Vec<(ChildId, String)>,
    /// What was done, for a service.
    pub words: Option<String>,
    /// The paper's number.
    pub paper_number: Option<String>,
    /// Who entered and who confirmed, where two people did.
    pub by: Option<(String, String)>,
    /// Corrections, oldest first.
    pub changes: Vec<HoursChange>,
}

impl HoursLine {
    /// Whether the cap of a day took something away.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        self.days.iter().any(DayCredit::is_capped)
    }

    /// The year to which the figures count it: that of its end.
    #[must_use]
    pub fn year(&self) -> i16 {
        counted_on(self.span.1).year()
    }
}

/// An entry of the ledger, as its correction is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoursEntry {
    /// Whose.
    pub volunteer: VolunteerId,
    /// Its kind.
    pub kind: HoursKind,
    /// From when to when.
    pub span: Span,
    /// Minutes.
    pub minutes: i32,
    /// The entry that counts now in the same line: this one; another one, where it was corrected or credited anew meanwhile;
    /// or none.
    pub now: Option<HoursEntryId>,
}

/// A volunteer's book of hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoursBook {
    /// Whose.
    pub volunteer: VolunteerId,
    /// Her name.
    pub name: String,
    /// Minutes that one day counts at most.
    pub cap: i32,
    /// Lines, newest first.
    pub lines: Vec<HoursLine>,
    /// What waits for another person's yes.
    pub waiting: Vec<ClaimLine>,
}

impl HoursBook {
    /// All minutes: what the figures count of her.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        self.lines.iter().map(|line| i64::from(line.minutes)).sum()
    }

    /// Minutes under one heading.
    #[must_use]
    pub fn minutes_of(&self, group: HoursGroup) -> i64 {
        self.lines.iter().filter(|line| line.group == group).map(|line| i64::from(line.minutes)).sum()
    }

    /// Minutes by year, newest first.
    #[must_use]
    pub fn years(&self) -> Vec<(i16, i64)> {
        let mut years = BTreeMap::<i16, i64>::new();
        for line in &self.lines {
            *years.entry(line.year()).or_default() += i64::from(line.minutes);
        }
        years.into_iter().rev().collect()
    }
}

impl Desk {
    /// The book of hours of a volunteer whom the viewer sees. Record the look when it names children.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Database`].
    pub async fn hours(&self, id: VolunteerId) -> Result<HoursBook, Error> {
        let tx = self.read();
        // A guardian and a teacher see the volunteer, not her hours.
        if tx.scope::<hours_entry::Entity>(Class::Work) == Scope::Nothing {
            return Err(Error::NotFound);
        }
        let of = tx.visible::<volunteer::Entity>().id(id).one(&tx).await?;
        let entries = tx
            .visible::<hours_entry::Entity>()
            .and(hours_entry::Column::VolunteerId.eq(of.id))
            .and(counted())
            .by(hours_entry::Column::Id)
            .all(&tx)
            .await?;
        let claims = tx
            .visible::<hours_claim::Entity>()
            .and(hours_claim::Column::VolunteerId.eq(of.id))
            .by_desc(hours_claim::Column::EnteredAt)
            .all(&tx)
            .await?;
        let cap = crate::setting::settings(&tx).await?.daily_cap;
        let around = Around::of(&tx, &entries, &claims).await?;
        let open = claims.iter().filter(|c| c.state == "open").cloned().collect();
        let mut lines = lines(&tx, entries, &around, cap)?;
        lines.sort_by_key(|line| std::cmp::Reverse((line.span.0, line.entry)));
        Ok(HoursBook { volunteer: id, name: of.name, cap, lines, waiting: super::claim::claim_lines(&tx, open).await? })
    }
}

impl Desk {
    /// An entry of the ledger, and which one counts in its place by now.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`] for who keeps no hours, [`Error::Database`].
    pub async fn hours_entry(&self, id: HoursEntryId) -> Result<HoursEntry, Error> {
        self.require(Action::KeepHours)?;
        let tx = self.read();
        let entry = tx.visible::<hours_entry::Entity>().id(id).one(&tx).await?;
        let now = counts_now(&tx, &entry).await?;
        Ok(HoursEntry {
            volunteer: VolunteerId(entry.volunteer_id),
            kind: HoursKind::parse(&entry.kind).unwrap_or(HoursKind::Correction),
            span: span_of(&entry),
            minutes: entry.minutes,
            now: now.map(|one| HoursEntryId(one.id)),
        })
    }
}

/// The entry of the same line that counts by now: this one, another in its place, or none.
pub(super) async fn counts_now(tx: &Tx, entry: &hours_entry::Model) -> Result<Option<hours_entry::Model>, Error> {
    let hers = tx.visible::<hours_entry::Entity>().and(hours_entry::Column::VolunteerId.eq(entry.volunteer_id));
    let hers = hers.and(counted()).by(hours_entry::Column::Id).all(tx).await?;
    let corrected = corrected(&hers);
    let line = root(&corrected, entry.id);
    Ok(in_force(hers).into_iter().rfind(|one| root(&corrected, one.id) == line))
}

/// Which entry each correction corrects.
fn corrected(entries: &[hours_entry::Model]) -> HashMap<Uuid, Uuid> {
    entries.iter().filter_map(|e| Some((e.id, e.corrects?))).collect()
}

/// The first entry of the line in which this one stands.
fn root(corrected: &HashMap<Uuid, Uuid>, mut id: Uuid) -> Uuid {
    for _ in 0..corrected.len() {
        match corrected.get(&id) {
            Some(before) => id = *before,
            None => break,
        }
    }
    id
}

/// What stands beside the entries.
struct Around {
    people: HashMap<Uuid, String>,
    /// Claim that an entry was made of.
    claims: HashMap<Uuid, hours_claim::Model>,
    /// Children by stay of the entry, its siblings' stays included.
    children: HashMap<Uuid, Vec<(ChildId, String)>>,
    /// Children by pair.
    of_pair: HashMap<Uuid, (ChildId, String)>,
}

impl Around {
    async fn of(tx: &Tx, entries: &[hours_entry::Model], claims: &[hours_claim::Model]) -> Result<Around, Error> {
        let people = display_names(tx, entries.iter().flat_map(|e| [Some(e.by_account), e.confirmed_by])).await?;
        let ids: Vec<Uuid> = entries.iter().filter_map(|e| e.stay_id).collect();
        let own = tx.visible::<stay::Entity>().among(ids.clone()).all(tx).await?;
        let parties = own.iter().map(|s| s.party_id);
        let stays = tx.visible::<stay::Entity>().and(stay::Column::PartyId.is_in(parties)).all(tx).await?;
        let pairs = entries.iter().filter_map(|e| e.pair_id);
        let pairs = tx.visible::<pair::Entity>().among(pairs).all(tx).await?;
        let kids = stays.iter().map(|s| s.child_id).chain(pairs.iter().map(|p| p.child_id));
        let kids = tx.visible::<child::Entity>().among(kids).all(tx).await?;
        let named = |id: Uuid| kids.iter().find(|c| c.id == id).map(|c| (ChildId(id), c.name.clone()));
        let of_party = |party: Uuid| stays.iter().filter(move |s| s.party_id == party && has_left(s));
        let of_stay = |s: &stay::Model| (s.id, of_party(s.party_id).filter_map(|s| named(s.child_id)).collect());
        Ok(Around {
            people,
            claims: claims.iter().filter_map(|c| Some((c.entry_id?, c.clone()))).collect(),
            children: own.iter().map(of_stay).collect(),
            of_pair: pairs.iter().filter_map(|p| Some((p.id, named(p.child_id)?))).collect(),
        })
    }

    fn name(&self, account: Option<Uuid>) -> Option<String> {
        self.people.get(&account?).cloned()
    }

    fn words(&self, tx: &Tx, entry: Uuid) -> Result<Option<String>, Error> {
        let Some(claim) = self.claims.get(&entry) else { return Ok(None) };
        tx.open_some(super::claim::TABLE, "words_sealed", claim.id, claim.words_sealed.as_ref())
    }

    fn children(&self, entry: &hours_entry::Model) -> Vec<(ChildId, String)> {
        let of_stay = entry.stay_id.and_then(|stay| self.children.get(&stay)).cloned();
        let of_pair = || entry.pair_id.and_then(|pair| self.of_pair.get(&pair)).cloned().into_iter().collect();
        of_stay.unwrap_or_else(of_pair)
    }
}

/// One line for each first entry, with everything that corrects it.
fn lines(tx: &Tx, entries: Vec<hours_entry::Model>, around: &Around, cap: i32) -> Result<Vec<HoursLine>, Error> {
    let force = in_force(entries.clone());
    let corrected = corrected(&entries);
    let mut chains = BTreeMap::<Uuid, Vec<hours_entry::Model>>::new();
    for entry in entries {
        chains.entry(root(&corrected, entry.id)).or_default().push(entry);
    }
    chains.into_values().filter_map(|chain| line(tx, &chain, &force, around, cap).transpose()).collect()
}

fn line(
    tx: &Tx,
    chain: &[hours_entry::Model],
    force: &[hours_entry::Model],
    around: &Around,
    cap: i32,
) -> Result<Option<HoursLine>, Error> {
    let Some(first) = chain.first() else { return Ok(None) };
    let now = chain.iter().rev().find(|e| force.iter().any(|f| f.id == e.id));
    let shown = now.unwrap_or(first);
    let kind = HoursKind::parse(&first.kind).unwrap_or(HoursKind::Correction);
    let both = || Some((around.name(Some(shown.by_account))?, around.name(shown.confirmed_by)?));
    Ok(Some(HoursLine {
        entry: now.map(|e| HoursEntryId(e.id)),
        group: HoursGroup::of(kind),
        kind,
        span: span_of(shown),
        minutes: chain.iter().map(|e| e.minutes).sum(),
        days: now.map(|e| days(e, force, cap)).unwrap_or_default(),
        stay: shown.stay_id.map(StayId),
        pair: shown.pair_id.map(PairId),
        children: around.children(shown),
        words: around.words(tx, first.id)?,
        paper_number: first.paper_number.clone(),
        by: both(),
        changes: changes(tx, chain, around)?,
    }))
}

/// The entry's minutes by day, beside what stood when it was entered; nothing when they do not make
/// its sum, since the cap or the other entries have changed meanwhile.
fn days(entry: &hours_entry::Model, force: &[hours_entry::Model], cap: i32) -> Vec<DayCredit> {
    if entry.kind == HoursKind::Paper.code() {
        return Vec::new();
    }
    let before = |e: &&hours_entry::Model| e.id < entry.id && e.kind != HoursKind::Paper.code();
    let standing: Vec<Span> = force.iter().filter(before).map(span_of).collect();
    let days = credited_days(span_of(entry), &standing, cap);
    let sum: i32 = days.iter().map(|day| day.credited).sum();
    if sum == entry.minutes { days } else { Vec::new() }
}

fn changes(tx: &Tx, chain: &[hours_entry::Model], around: &Around) -> Result<Vec<HoursChange>, Error> {
    let change = |taken: &hours_entry::Model| {
        Ok(HoursChange {
            at: Timestamp(taken.entered_at),
            before: -taken.minutes,
            words: around.words(tx, taken.id)?,
            by: around.name(Some(taken.by_account)),
            confirmed_by: around.name(taken.confirmed_by),
        })
    };
    chain.iter().filter(|e| is_reversal(e)).map(change).collect()
}
