//! Reading rounds: the list, one round with who takes part, who may still come in.

use naheya_domain::access::Action;
use naheya_domain::{Date, Timestamp};
use std::collections::{BTreeMap, HashMap};

use naheya_domain::choice::Side;
use naheya_domain::id::{ChildId, RoundId, VolunteerId};
use naheya_domain::name_order::by_sound;
use naheya_domain::round::{RoundState, Unwritten};
use naheya_domain::sex::Sex;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, FromQueryResult};
use uuid::Uuid;

use super::card::on_card;
use super::field::{Entrant, Field, Homes, Host, date};
use crate::audit::reason;
use crate::consented::consented;
use crate::order::beyond;
use crate::proposal::OfferProposals;
use crate::run::latest;
use crate::sealed::act::Act;
use crate::sealed::entity::{
    audit_event, child, class, consent, pair, proposal, round, round_child, round_volunteer, school, volunteer,
};
use crate::sealed::record::OfCounty;
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::volunteer::has_a_place;
use crate::{Desk, Error};

/// People of each side offered to be taken into a round at most. Whoever is taken in makes room for the next.
pub const MOST_ELIGIBLE: usize = 300;

/// A round as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundRow {
    /// Which one.
    pub id: RoundId,
    /// Name.
    pub name: String,
    /// State.
    pub state: RoundState,
    /// The day both sides meet.
    pub held_on: Option<Date>,
    /// Children taking part.
    pub children: u64,
    /// Volunteers taking part.
    pub volunteers: u64,
    /// Pairs that have begun from it.
    pub pairs: u64,
}

/// A child in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundChild {
    /// Which child.
    pub id: ChildId,
    /// Number in the round.
    pub number: i32,
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Option<Sex>,
    /// Age in years.
    pub age: Option<i16>,
    /// School and class, where known.
    pub class: Option<String>,
    /// The words on the card.
    pub words: Option<String>,
    /// What care needs, as the card says.
    pub care: Option<String>,
    /// Wishes on the slip; none while it is not in, 0 when the person was asked and names nobody.
    pub wishes: Option<usize>,
    /// Has a pair or a proposal that stands.
    pub paired: bool,
    /// Brothers and sisters in the round who must stay together, this child included.
    pub together: u32,
    /// Counts the changes of its part in the round.
    pub version: i32,
}

/// A home in a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundHome {
    /// The volunteer.
    pub id: VolunteerId,
    /// Number in the round.
    pub number: i32,
    /// Her name.
    pub name: String,
    /// What she does.
    pub trade: Option<String>,
    /// Minutes from the school; 0 when nobody has said.
    pub travel_minutes: i32,
    /// Animals kept.
    pub animals: Option<String>,
    /// Places free.
    pub free: u32,
    /// Wishes on the slip; none while it is not in, 0 when the person was asked and names nobody.
    pub wishes: Option<usize>,
}

/// A round with who takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundFile {
    /// Which one.
    pub id: RoundId,
    /// Name.
    pub name: String,
    /// State.
    pub state: RoundState,
    /// The day both sides meet.
    pub held_on: Option<Date>,
    /// Note.
    pub note: Option<String>,
    /// Children, by number.
    pub children: Vec<RoundChild>,
    /// Homes, by number.
    pub homes: Vec<RoundHome>,
    /// Whether all children's slips are in, so that mothers' may be written.
    pub children_are_in: bool,
    /// Whether it was worked out at least once.
    pub has_run: bool,
    /// Whose slips are missing.
    pub unwritten: Unwritten,
    /// Confirmations that did not wait for every slip, newest first.
    pub early: Vec<Early>,
}

/// Pairs that were confirmed one after the other for one reason while slips were missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Early {
    /// When the last of them was.
    pub at: Timestamp,
    /// How many.
    pub pairs: usize,
    /// Why the rest was not waited for.
    pub reason: String,
}

/// Who may still come into a round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eligible {
    /// Children with consent for pairing and without a pair.
    pub children: Vec<EligibleChild>,
    /// Approved volunteers with a place free.
    pub homes: Vec<EligibleHome>,
}

/// A child who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EligibleChild {
    /// Which child.
    pub id: ChildId,
    /// Name.
    pub name: String,
    /// School and class.
    pub class: Option<String>,
}

/// A volunteer who may come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EligibleHome {
    /// Which volunteer.
    pub id: VolunteerId,
    /// Name.
    pub name: String,
    /// Places free.
    pub free: u32,
    /// Whether home visit and every adult's query are in force: without them the rules strike the home out later.
    pub checked: bool,
}

impl Desk {
    /// The rounds that the viewer sees, newest first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn rounds(&self) -> Result<Vec<RoundRow>, Error> {
        let tx = self.read();
        let rounds = tx.visible::<round::Entity>().by_desc(round::Column::Id).limit(100).all(&tx).await?;
        counted(&tx, rounds).await
    }

    /// The same for a file. Who took it out is kept in the trail first.
    ///
    /// # Errors
    /// [`Error::Forbidden`].
    pub async fn rounds_out(&self) -> Result<Vec<RoundRow>, Error> {
        self.require(Action::Export)?;
        let rounds = self.rounds().await?;
        self.looked("rounds", rounds.iter().map(|round| round.id.0).collect(), "export", None).await?;
        Ok(rounds)
    }

    /// One round with who takes part.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the viewer does not see the round or not the children in it.
    pub async fn round(&self, id: RoundId) -> Result<RoundFile, Error> {
        self.require(naheya_domain::access::Action::RunRound)?;
        let tx = self.read();
        let field = Field::load(&tx, id).await?;
        let places = Places::load(&tx).await?;
        Ok(RoundFile {
            id,
            state: field.state(),
            children: field.children.iter().map(|c| child_shown(&tx, &field, c, &places)).collect::<Result<_, _>>()?,
            homes: field.homes.iter().map(|h| home_shown(&field, h)).collect(),
            children_are_in: field.children_are_in(),
            has_run: latest(&tx, id).await?.is_some(),
            unwritten: field.unwritten(),
            early: early(&tx, &field).await?,
            held_on: date(field.round.held_on.as_deref()),
            name: field.round.name,
            note: field.round.note,
        })
    }

    /// Who may still come into a round, by name; at most 300 of each.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn eligible(&self, id: RoundId) -> Result<Eligible, Error> {
        self.require(naheya_domain::access::Action::RunRound)?;
        let tx = self.read();
        let round = tx.visible::<round::Entity>().id(id).one(&tx).await?;
        Ok(Eligible { children: eligible_children(&tx, round.id).await?, homes: eligible_homes(&tx, round.id).await? })
    }
}

/// What the trail kept of confirmations that did not wait.
async fn early(tx: &Tx, field: &Field) -> Result<Vec<Early>, Error> {
    use audit_event::Column as C;
    if field.proposals.is_empty() {
        return Ok(Vec::new());
    }
    let events = tx
        .for_rule::<audit_event::Entity>()
        .and(C::Noun.eq("proposals"))
        .and(C::RefId.is_in(field.proposals.iter().map(|p| p.id)))
        .and(C::Act.eq(OfferProposals::NAME))
        .and(C::Reason.is_not_null())
        .by_desc(C::N)
        .all(tx)
        .await?;
    let mut words = reason::words_of(tx, &events).await?;
    let mut all: Vec<Early> = Vec::new();
    for event in events {
        // That somebody was not waited for stands, also when the words were erased.
        let reason = words.remove(&event.n).unwrap_or_default();
        match all.last_mut() {
            Some(last) if last.reason == reason => last.pairs += 1,
            _ => all.push(Early { at: Timestamp(event.at), pairs: 1, reason }),
        }
    }
    Ok(all)
}

#[derive(Debug, FromQueryResult)]
struct Counted {
    round_id: Uuid,
    n: i64,
}

/// How many rows of a table each round has.
async fn per_round<E>(tx: &Tx, rows: Visible<E>, column: E::Column) -> Result<BTreeMap<Uuid, u64>, Error>
where
    E: OfCounty,
    E::Model: Send + Sync,
{
    let count = Expr::col(column).count();
    let counted: Vec<Counted> = rows.grouped(&[column], vec![(count, "n")], tx).await?;
    Ok(counted.into_iter().map(|c| (c.round_id, u64::try_from(c.n).unwrap_or(0))).collect())
}

async fn counted(tx: &Tx, rounds: Vec<round::Model>) -> Result<Vec<RoundRow>, Error> {
    let children = tx.visible::<round_child::Entity>().and(round_child::Column::Withdrawn.eq(false));
    let children = per_round(tx, children, round_child::Column::RoundId).await?;
    let homes = tx.visible::<round_volunteer::Entity>().and(round_volunteer::Column::Withdrawn.eq(false));
    let homes = per_round(tx, homes, round_volunteer::Column::RoundId).await?;
    let pairs = tx.visible::<proposal::Entity>().and(proposal::Column::PairId.is_not_null());
    let pairs = per_round(tx, pairs, proposal::Column::RoundId).await?;
    let of = |counts: &BTreeMap<Uuid, u64>, id: Uuid| counts.get(&id).copied().unwrap_or(0);
    let row = |round: round::Model| RoundRow {
        id: RoundId(round.id),
        state: RoundState::parse(&round.state).unwrap_or(RoundState::Closed),
        held_on: date(round.held_on.as_deref()),
        children: of(&children, round.id),
        volunteers: of(&homes, round.id),
        pairs: of(&pairs, round.id),
        name: round.name,
    };
    Ok(rounds.into_iter().map(row).collect())
}

/// Schools and classes, to name a child's.
pub(crate) struct Places {
    schools: HashMap<Uuid, String>,
    classes: HashMap<Uuid, String>,
}

impl Places {
    pub(crate) async fn load(tx: &Tx) -> Result<Places, Error> {
        let schools = tx.for_rule::<school::Entity>().all(tx).await?;
        let classes = tx.for_rule::<class::Entity>().all(tx).await?;
        Ok(Places {
            schools: schools.into_iter().map(|school| (school.id, school.name)).collect(),
            classes: classes.into_iter().map(|class| (class.id, class.name)).collect(),
        })
    }

    fn of(&self, child: &child::Model) -> [Option<&str>; 2] {
        let school = child.school_id.and_then(|id| self.schools.get(&id));
        let class = child.class_id.and_then(|id| self.classes.get(&id));
        [school.map(String::as_str), class.map(String::as_str)]
    }

    pub(crate) fn class_of(&self, child: &child::Model) -> Option<String> {
        let both: Vec<&str> = self.of(child).into_iter().flatten().collect();
        (!both.is_empty()).then(|| both.join(" "))
    }

    /// The names by which a child could be told on a card.
    pub(crate) fn names_of<'a>(&'a self, child: &'a child::Model) -> Vec<&'a str> {
        let own = [Some(child.name.as_str()), child.name_mn.as_deref()];
        own.into_iter().chain(self.of(child)).flatten().collect()
    }
}

pub(crate) fn child_shown(tx: &Tx, field: &Field, c: &Entrant, places: &Places) -> Result<RoundChild, Error> {
    let in_hand = field.has_slip(Side::Child, c.child.id);
    let (words, care) = on_card(tx, &c.row)?;
    Ok(RoundChild {
        id: ChildId(c.child.id),
        number: c.row.number,
        name: c.child.name.clone(),
        sex: Sex::from_standard_code(&c.child.sex),
        age: c.facts.age,
        class: places.class_of(&c.child),
        words,
        care,
        wishes: in_hand.then(|| field.slip(Side::Child, c.child.id).wishes.iter().map(Vec::len).sum()),
        paired: c.facts.paired,
        together: c.facts.together,
        version: c.row.version,
    })
}

pub(crate) fn home_shown(field: &Field, h: &Host) -> RoundHome {
    let in_hand = field.has_slip(Side::Volunteer, h.volunteer.id);
    RoundHome {
        id: VolunteerId(h.volunteer.id),
        number: h.row.number,
        name: h.volunteer.name.clone(),
        trade: h.volunteer.trade.clone(),
        travel_minutes: h.home.travel_minutes,
        animals: h.home.animals.clone().filter(|a| !a.trim().is_empty()),
        free: h.facts.free,
        wishes: in_hand.then(|| field.slip(Side::Volunteer, h.volunteer.id).wishes.iter().map(Vec::len).sum()),
    }
}

async fn eligible_children(tx: &Tx, round: Uuid) -> Result<Vec<EligibleChild>, Error> {
    use child::Column as C;
    let running = tx.for_rule::<pair::Entity>().and(pair::Column::State.ne("ended"));
    let there = tx
        .for_rule::<round_child::Entity>()
        .and(round_child::Column::RoundId.eq(round))
        .and(round_child::Column::Withdrawn.eq(false));
    let agreed = tx
        .for_rule::<consent::Entity>()
        .and(consent::Column::Purpose.eq("pairing"))
        .and(consent::Column::Answer.eq(true))
        .and(consent::Column::WithdrawnAt.is_null());
    let asked = tx
        .visible::<child::Entity>()
        .and(C::State.is_in(["applying", "enrolled"]))
        .and(C::Id.in_subquery(agreed.ids(consent::Column::ChildId)))
        .and(C::Id.not_in_subquery(running.ids(pair::Column::ChildId)))
        .and(C::Id.not_in_subquery(there.ids(round_child::Column::ChildId)));
    let places = Places::load(tx).await?;
    let shown = |c: &child::Model| EligibleChild { id: ChildId(c.id), name: c.name.clone(), class: places.class_of(c) };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let rows = beyond(asked.clone(), [C::Name, C::Id], false, after).limit(MOST_ELIGIBLE as u64).all(tx).await?;
        let ids: Vec<Uuid> = rows.iter().map(|c| c.id).collect();
        let yes = consented(tx, &ids, "pairing").await?;
        found.extend(rows.iter().filter(|c| yes.contains(&c.id)).map(shown));
        if rows.len() < MOST_ELIGIBLE || found.len() >= MOST_ELIGIBLE {
            break;
        }
        after = rows.last().map(|last| [last.name.clone().into(), last.id.into()]);
    }
    found.truncate(MOST_ELIGIBLE);
    found.sort_by_cached_key(|child| by_sound(&child.name));
    Ok(found)
}

async fn eligible_homes(tx: &Tx, round: Uuid) -> Result<Vec<EligibleHome>, Error> {
    use volunteer::Column as C;
    let there = tx
        .for_rule::<round_volunteer::Entity>()
        .and(round_volunteer::Column::RoundId.eq(round))
        .and(round_volunteer::Column::Withdrawn.eq(false));
    let asked = tx
        .visible::<volunteer::Entity>()
        .and(C::State.eq("approved"))
        .and(has_a_place(tx))
        .and(C::Id.not_in_subquery(there.ids(round_volunteer::Column::VolunteerId)));
    let today = tx.now().date();
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let rows = beyond(asked.clone(), [C::Name, C::Id], false, after).limit(MOST_ELIGIBLE as u64).all(tx).await?;
        let homes = Homes::load(tx, rows.iter().map(|v| v.household_id).collect(), &[]).await?;
        found.extend(rows.iter().filter_map(|v| eligible_home(&homes, v, today)).filter(|h| h.free > 0));
        if rows.len() < MOST_ELIGIBLE || found.len() >= MOST_ELIGIBLE {
            break;
        }
        after = rows.last().map(|last| [last.name.clone().into(), last.id.into()]);
    }
    found.truncate(MOST_ELIGIBLE);
    found.sort_by_cached_key(|home| by_sound(&home.name));
    Ok(found)
}

fn eligible_home(homes: &Homes, v: &volunteer::Model, today: Date) -> Option<EligibleHome> {
    let home = homes.homes.get(&v.household_id)?;
    let facts = homes.facts(v, home, today);
    let checked = facts.home_visit && facts.no_offence;
    Some(EligibleHome { id: VolunteerId(v.id), name: v.name.clone(), free: facts.free, checked })
}
