//! Everything that a round is judged by, read once: who takes part, what they chose, what the rules
//! say about each two of them. Read through the whole county, for rules; what leaves this file is
//! chosen by the reads that use it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use naheya_domain::calendar_date::age_on;
use naheya_domain::candidate::{Bar, BetweenFacts, ChildFacts, HomeFacts, bar};
use naheya_domain::check::{Check, CheckKind, Outcome, Subject, standing};
use naheya_domain::child::ChildState;
use naheya_domain::choice::{Side, Slip};
use naheya_domain::household::{is_adult, is_there};
use naheya_domain::id::RoundId;
use naheya_domain::language::Languages;
use naheya_domain::pair::free_places;
use naheya_domain::proposal::ProposalState;
use naheya_domain::round::{RoundState, Unwritten};
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, Refusal};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::concern::suspension::in_force;
use crate::consented::consented;
use crate::sealed::entity::{
    check, child, choice, concern, concern_person, guardian, guardianship, household, household_member, pair, proposal,
    round, round_child, round_volunteer, sibling_group, volunteer,
};
use crate::sealed::tx::Tx;

/// A child in the round.
pub(crate) struct Entrant {
    pub(crate) row: round_child::Model,
    pub(crate) child: child::Model,
    pub(crate) facts: ChildFacts,
    /// The group and whether it must stay together.
    pub(crate) group: Option<(Uuid, bool)>,
}

/// A home in the round.
pub(crate) struct Host {
    pub(crate) row: round_volunteer::Model,
    pub(crate) volunteer: volunteer::Model,
    pub(crate) home: household::Model,
    pub(crate) facts: HomeFacts,
}

/// A round with all that it is judged by.
pub(crate) struct Field {
    pub(crate) round: round::Model,
    pub(crate) children: Vec<Entrant>,
    pub(crate) homes: Vec<Host>,
    pub(crate) choices: Vec<choice::Model>,
    pub(crate) proposals: Vec<proposal::Model>,
    blocked: BTreeSet<(Uuid, Uuid)>,
    refused: BTreeSet<(Uuid, Uuid)>,
    /// Where everybody stands among the children, among the homes, and where the choices of each of them stand.
    child_at: HashMap<Uuid, usize>,
    home_at: HashMap<Uuid, usize>,
    choices_at: HashMap<(&'static str, Uuid), Vec<usize>>,
}

impl Field {
    /// The round, if the viewer sees it.
    pub(crate) async fn load(tx: &Tx, round: RoundId) -> Result<Field, Error> {
        let round = tx.visible::<round::Entity>().id(round).one(tx).await?;
        let choices = of_round::<choice::Entity>(tx, choice::Column::RoundId, round.id).await?;
        let proposals = of_round::<proposal::Entity>(tx, proposal::Column::RoundId, round.id).await?;
        let standing = standing_proposals(tx).await?;
        let homes = hosts(tx, &round, &standing).await?;
        let children = entrants(tx, &round, &standing).await?;
        let blocked = blocked(tx, &children, &homes).await?;
        let refused = refusals(&choices, &proposals);
        let child_at = children.iter().enumerate().map(|(at, c)| (c.child.id, at)).collect();
        let home_at = homes.iter().enumerate().map(|(at, h)| (h.volunteer.id, at)).collect();
        let choices_at = by_person(&choices);
        Ok(Field { round, children, homes, choices, proposals, blocked, refused, child_at, home_at, choices_at })
    }

    pub(crate) fn state(&self) -> RoundState {
        RoundState::parse(&self.round.state).unwrap_or(RoundState::Closed)
    }

    pub(crate) fn child(&self, id: Uuid) -> Option<&Entrant> {
        self.child_at.get(&id).and_then(|at| self.children.get(*at))
    }

    pub(crate) fn home(&self, volunteer: Uuid) -> Option<&Host> {
        self.home_at.get(&volunteer).and_then(|at| self.homes.get(*at))
    }

    /// The first rule that strikes the two out.
    pub(crate) fn bar(&self, child: &Entrant, home: &Host) -> Option<Bar> {
        let both = (child.child.id, home.volunteer.id);
        let between = BetweenFacts { blocked: self.blocked.contains(&both), refused: self.refused.contains(&both) };
        bar(&child.facts, &home.facts, between)
    }

    /// Children and volunteers between whom something stands that is neither's alone.
    pub(crate) fn apart(&self) -> impl Iterator<Item = (Uuid, Uuid)> {
        self.blocked.union(&self.refused).copied()
    }

    /// What stands between two who have said yes to each other and may have come up since they were asked.
    pub(crate) fn come_up(&self, child: Uuid, volunteer: Uuid) -> Option<Bar> {
        let not_now = self.home(volunteer).is_some_and(|home| home.facts.not_now);
        let blocked = self.blocked.contains(&(child, volunteer));
        not_now.then_some(Bar::NotNow).or(blocked.then_some(Bar::Blocked))
    }

    /// Children whose group must stay together with this one, itself included.
    pub(crate) fn together(&self, child: &Entrant) -> Vec<&Entrant> {
        match child.group {
            Some((group, true)) => {
                self.children.iter().filter(|c| c.group == Some((group, true)) && !c.facts.paired).collect()
            }
            _ => self.children.iter().filter(|c| c.child.id == child.child.id).collect(),
        }
    }

    /// Whether all in the round who must stay together with this child come into the same home: each of them was proposed there,
    /// and both sides have said yes. Who has a pair elsewhere by now is no longer waited for.
    pub(crate) fn comes_whole(&self, child: &Entrant, home: Uuid) -> bool {
        let Some((group, true)) = child.group else { return true };
        let comes = |other: &Entrant| {
            let own = || self.proposals.iter().filter(|p| p.child_id == other.child.id);
            let there = |p: &proposal::Model| self.home(p.volunteer_id).is_some_and(|host| host.home.id == home);
            let agreed = own().any(|p| p.state == ProposalState::Accepted.code() && there(p));
            let asked = own().any(|p| ProposalState::parse(&p.state).is_some_and(ProposalState::stands));
            agreed || (other.facts.paired && !asked)
        };
        let is_bound = |c: &&Entrant| c.group == Some((group, true)) && c.child.id != child.child.id;
        self.children.iter().filter(is_bound).all(comes)
    }

    /// The slip of one side by numbers of the round.
    pub(crate) fn slip(&self, side: Side, who: Uuid) -> Slip {
        let mine = self.choices_of(side, who);
        match side {
            Side::Child => Slip::from_ranks(mine.filter_map(|c| Some((self.home(c.volunteer_id)?.row.number, c.rank)))),
            Side::Volunteer => {
                Slip::from_ranks(mine.filter_map(|c| Some((self.child(c.child_id)?.row.number, c.rank))))
            }
        }
    }

    fn choices_of(&self, side: Side, who: Uuid) -> impl Iterator<Item = &choice::Model> {
        let places = self.choices_at.get(&(side.code(), who)).map(Vec::as_slice).unwrap_or_default();
        places.iter().filter_map(|at| self.choices.get(*at))
    }

    /// Whether a slip of this person is in, be it one that names nobody.
    pub(crate) fn has_slip(&self, side: Side, who: Uuid) -> bool {
        let nobody = match side {
            Side::Child => self.child(who).and_then(|c| c.row.names_nobody),
            Side::Volunteer => self.home(who).and_then(|h| h.row.names_nobody),
        };
        nobody == Some(true) || self.choices_at.contains_key(&(side.code(), who))
    }

    /// Who was to write a slip and has not: children without a home, homes with a place.
    pub(crate) fn unwritten(&self) -> Unwritten {
        let children = self.children.iter().filter(|c| !c.facts.paired && !self.has_slip(Side::Child, c.child.id));
        let free = self.homes.iter().filter(|h| h.facts.free > 0);
        let homes = free.filter(|h| !self.has_slip(Side::Volunteer, h.volunteer.id));
        Unwritten { children: children.count(), homes: homes.count() }
    }

    /// The children's slips come first: whether all are in, of those without a pair or proposal.
    pub(crate) fn children_are_in(&self) -> bool {
        let waiting = |c: &&Entrant| !c.facts.paired;
        self.children.iter().filter(waiting).all(|c| self.has_slip(Side::Child, c.child.id))
    }
}

/// Where the choices of each person stand, by side.
fn by_person(choices: &[choice::Model]) -> HashMap<(&'static str, Uuid), Vec<usize>> {
    let mut places: HashMap<(&'static str, Uuid), Vec<usize>> = HashMap::new();
    for (at, choice) in choices.iter().enumerate() {
        let Some(side) = Side::parse(&choice.side) else { continue };
        let who = if side == Side::Child { choice.child_id } else { choice.volunteer_id };
        places.entry((side.code(), who)).or_default().push(at);
    }
    places
}

async fn of_round<E>(tx: &Tx, column: E::Column, round: Uuid) -> Result<Vec<E::Model>, Error>
where
    E: crate::sealed::record::OfCounty,
    E::Model: Send + Sync,
{
    tx.for_rule::<E>().and(column.eq(round)).all(tx).await
}

/// Proposals that stand without a pair, in any round: their children and places are taken.
pub(super) async fn standing_proposals(tx: &Tx) -> Result<Vec<proposal::Model>, Error> {
    let now = tx.now().0;
    let rows = tx
        .for_rule::<proposal::Entity>()
        .and(proposal::Column::State.is_in(["offered", "accepted"]))
        .and(proposal::Column::PairId.is_null())
        .all(tx)
        .await?;
    // One that nobody answered in time stands no more, even before the clock's job has said so.
    Ok(rows.into_iter().filter(|p| p.state == "accepted" || p.expires_at >= now).collect())
}

async fn entrants(tx: &Tx, round: &round::Model, standing: &[proposal::Model]) -> Result<Vec<Entrant>, Error> {
    let mut rows = of_round::<round_child::Entity>(tx, round_child::Column::RoundId, round.id).await?;
    rows.retain(|r| !r.withdrawn);
    rows.sort_by_key(|r| r.number);
    let ids: Vec<Uuid> = rows.iter().map(|r| r.child_id).collect();
    let children = tx.for_rule::<child::Entity>().among(ids.clone()).all(tx).await?;
    let mut children: HashMap<Uuid, child::Model> = children.into_iter().map(|child| (child.id, child)).collect();
    let groups = tx.for_rule::<sibling_group::Entity>().among(children.values().filter_map(|c| c.sibling_group_id));
    let groups: BTreeMap<Uuid, bool> = groups.all(tx).await?.into_iter().map(|g| (g.id, g.mode == "must")).collect();
    let consenting = consented(tx, &ids, "pairing").await?;
    let paired = paired(tx, &ids, standing).await?;
    let today = tx.now().date();
    let mut all = Vec::new();
    for row in rows {
        let Some(child) = children.remove(&row.child_id) else { continue };
        let must = |id: &Uuid| row.apart_reason.is_none() && groups.get(id).copied().unwrap_or(false);
        let group = child.sibling_group_id.map(|id| (id, must(&id)));
        let facts = ChildFacts {
            state: ChildState::parse(&child.state).unwrap_or(ChildState::Left),
            paired: paired.contains(&child.id),
            consent: consenting.contains(&child.id),
            languages: Languages::from_record(&child.languages),
            age: date(child.birth_on.as_deref()).map(|born| age_on(born, today)),
            together: 1,
        };
        all.push(Entrant { row, child, facts, group });
    }
    count_together(&mut all);
    Ok(all)
}

fn count_together(all: &mut [Entrant]) {
    let mut sizes: BTreeMap<Uuid, u32> = BTreeMap::new();
    for entrant in all.iter().filter(|e| !e.facts.paired) {
        if let Some((group, true)) = entrant.group {
            *sizes.entry(group).or_default() += 1;
        }
    }
    for entrant in all.iter_mut() {
        if let Some((group, true)) = entrant.group {
            entrant.facts.together = sizes.get(&group).copied().unwrap_or(1).max(1);
        }
    }
}

pub(super) async fn paired(tx: &Tx, children: &[Uuid], standing: &[proposal::Model]) -> Result<BTreeSet<Uuid>, Error> {
    let running = tx
        .for_rule::<pair::Entity>()
        .and(pair::Column::ChildId.is_in(children.iter().copied()))
        .and(pair::Column::State.ne("ended"))
        .all(tx)
        .await?;
    Ok(running.into_iter().map(|p| p.child_id).chain(standing.iter().map(|p| p.child_id)).collect())
}

async fn hosts(tx: &Tx, round: &round::Model, standing: &[proposal::Model]) -> Result<Vec<Host>, Error> {
    let mut rows = of_round::<round_volunteer::Entity>(tx, round_volunteer::Column::RoundId, round.id).await?;
    rows.retain(|r| !r.withdrawn);
    rows.sort_by_key(|r| r.number);
    let ids: Vec<Uuid> = rows.iter().map(|r| r.volunteer_id).collect();
    let volunteers = tx.for_rule::<volunteer::Entity>().among(ids).all(tx).await?;
    let homes = Homes::load(tx, volunteers.iter().map(|v| v.household_id).collect(), standing).await?;
    let mut volunteers: HashMap<Uuid, volunteer::Model> = volunteers.into_iter().map(|v| (v.id, v)).collect();
    let mut all = Vec::new();
    for row in rows {
        let Some(volunteer) = volunteers.remove(&row.volunteer_id) else { continue };
        let Some(home) = homes.homes.get(&volunteer.household_id).cloned() else { continue };
        let mut facts = homes.facts(&volunteer, &home, tx.now().date());
        facts.free = facts.free.min(u32::try_from(row.places).unwrap_or(0));
        all.push(Host { row, volunteer, home, facts });
    }
    Ok(all)
}

/// What is known of some homes, for [`HomeFacts`].
pub(crate) struct Homes {
    pub(crate) homes: HashMap<Uuid, household::Model>,
    /// By home.
    members: HashMap<Uuid, Vec<household_member::Model>>,
    checks: HashMap<Subject, Vec<Check>>,
    taken: BTreeMap<Uuid, u64>,
    not_now: BTreeSet<Uuid>,
}

impl Homes {
    pub(crate) async fn load(tx: &Tx, ids: Vec<Uuid>, standing: &[proposal::Model]) -> Result<Homes, Error> {
        let homes = tx.for_rule::<household::Entity>().among(ids.clone()).all(tx).await?;
        let members = tx
            .for_rule::<household_member::Entity>()
            .and(household_member::Column::HouseholdId.is_in(ids.clone()))
            .all(tx)
            .await?;
        let checks = tx
            .for_rule::<check::Entity>()
            .and(check::Column::HouseholdId.is_in(ids.clone()))
            .and(check::Column::Kind.is_in([CheckKind::HomeVisit.code(), CheckKind::NoOffence.code()]))
            .all(tx)
            .await?;
        let people = tx.for_rule::<volunteer::Entity>().and(volunteer::Column::HouseholdId.is_in(ids)).all(tx).await?;
        let taken = taken(tx, &people, standing).await?;
        let not_now = not_now(tx).await?;
        let homes = homes.into_iter().map(|home| (home.id, home)).collect();
        let mut of_home: HashMap<Uuid, Vec<household_member::Model>> = HashMap::new();
        for member in members {
            of_home.entry(member.household_id).or_default().push(member);
        }
        let mut of_subject: HashMap<Subject, Vec<Check>> = HashMap::new();
        for check in checks.iter().filter_map(known) {
            of_subject.entry(check.subject).or_default().push(check);
        }
        Ok(Homes { homes, members: of_home, checks: of_subject, taken, not_now })
    }

    pub(crate) fn facts(&self, volunteer: &volunteer::Model, home: &household::Model, today: Date) -> HomeFacts {
        let members = || self.members.get(&home.id).into_iter().flatten();
        let there =
            |m: &&household_member::Model| is_there(date(m.from_on.as_deref()), date(m.to_on.as_deref()), today, today);
        let checks = |subject| self.checks.get(&subject).map(Vec::as_slice).unwrap_or_default();
        let valid = |kind, subject| standing(checks(subject), kind, subject, today).is_valid();
        let grown = |m: &&household_member::Model| is_adult(date(m.birth_on.as_deref()), today);
        let mut languages = Languages::from_record(&home.languages);
        for language in Languages::from_record(&volunteer.languages).known {
            if !languages.known.contains(&language) {
                languages.known.push(language);
            }
        }
        let ages = members().filter(there).filter_map(|m| date(m.birth_on.as_deref())).map(|born| age_on(born, today));
        let mut own_children: Vec<i16> = ages.filter(|age| *age < 18).collect();
        own_children.sort_unstable();
        HomeFacts {
            volunteer: VolunteerState::parse(&volunteer.state).unwrap_or(VolunteerState::Refused),
            not_now: self.not_now.contains(&volunteer.id) || self.not_now.contains(&home.id),
            home_visit: valid(CheckKind::HomeVisit, Subject::Home(home.id)),
            no_offence: members()
                .filter(there)
                .filter(grown)
                .all(|m| valid(CheckKind::NoOffence, Subject::Adult(m.id))),
            free: free_places(home.capacity, self.taken.get(&home.id).copied().unwrap_or(0)),
            languages,
            travel_minutes: home.travel_minutes,
            own_children,
            animals: home.animals.as_deref().is_some_and(|a| !a.trim().is_empty()),
        }
    }
}

/// Places taken per home, by running pairs and by proposals that stand.
async fn taken(
    tx: &Tx,
    people: &[volunteer::Model],
    standing: &[proposal::Model],
) -> Result<BTreeMap<Uuid, u64>, Error> {
    let home_of: BTreeMap<Uuid, Uuid> = people.iter().map(|v| (v.id, v.household_id)).collect();
    let running = tx
        .for_rule::<pair::Entity>()
        .and(pair::Column::VolunteerId.is_in(home_of.keys().copied()))
        .and(pair::Column::State.ne("ended"))
        .all(tx)
        .await?;
    let mut taken: BTreeMap<Uuid, u64> = BTreeMap::new();
    let all = running.iter().map(|p| p.volunteer_id).chain(standing.iter().map(|p| p.volunteer_id));
    for home in all.filter_map(|volunteer| home_of.get(&volunteer)) {
        *taken.entry(*home).or_default() += 1;
    }
    Ok(taken)
}

/// Volunteers and homes that a concern is about which is open or suspends. Outside its circle that reads "not now".
async fn not_now(tx: &Tx) -> Result<BTreeSet<Uuid>, Error> {
    let open = tx.for_rule::<concern::Entity>().and(in_force());
    let people = tx
        .for_rule::<concern_person::Entity>()
        .and(concern_person::Column::Kind.is_in(["volunteer", "household"]))
        .and(concern_person::Column::ConcernId.in_subquery(open.ids(concern::Column::Id)))
        .all(tx)
        .await?;
    Ok(people.into_iter().map(|p| p.ref_id).collect())
}

fn known(row: &check::Model) -> Option<Check> {
    let kind = CheckKind::parse(&row.kind)?;
    let subject = match (row.member_id, row.volunteer_id) {
        (Some(member), _) => Subject::Adult(member),
        (None, Some(volunteer)) => Subject::Volunteer(volunteer),
        (None, None) => Subject::Home(row.household_id),
    };
    Some(Check {
        kind,
        subject,
        outcome: Outcome::parse(&row.outcome)?,
        done_on: date(row.done_on.as_deref()),
        number: row.number.clone(),
        valid_until: date(row.valid_until.as_deref()),
        entered_at: row.entered_at,
    })
}

/// Children and volunteers in whose home somebody lives whom the child must be kept from: the same
/// identity number, or the same phone.
async fn blocked(tx: &Tx, children: &[Entrant], homes: &[Host]) -> Result<BTreeSet<(Uuid, Uuid)>, Error> {
    let ties = tx
        .for_rule::<guardianship::Entity>()
        .and(guardianship::Column::ChildId.is_in(children.iter().map(|c| c.child.id)))
        .and(guardianship::Column::Blocked.eq(true))
        .all(tx)
        .await?;
    if ties.is_empty() {
        return Ok(BTreeSet::new());
    }
    let mut people: HashMap<Uuid, (guardian::Model, Option<String>)> = HashMap::new();
    for person in tx.for_rule::<guardian::Entity>().among(ties.iter().map(|t| t.guardian_id)).all(tx).await? {
        let phone = tx.open_some("guardians", "phone_sealed", person.id, person.phone_sealed.as_ref())?;
        people.insert(person.id, (person, phone));
    }
    let of_home = household_member::Column::HouseholdId.is_in(homes.iter().map(|h| h.home.id));
    // Each phone is opened once, however many are kept away.
    let mut members: HashMap<Uuid, Vec<(household_member::Model, Option<String>)>> = HashMap::new();
    for member in tx.for_rule::<household_member::Entity>().and(of_home).all(tx).await? {
        let phone = tx.open_some("household_members", "phone_sealed", member.id, member.phone_sealed.as_ref())?;
        members.entry(member.household_id).or_default().push((member, phone));
    }
    let same = |a: &Option<Vec<u8>>, b: &Option<Vec<u8>>| a.is_some() && a == b;
    let mut all = BTreeSet::new();
    for tie in &ties {
        let Some((person, phone)) = people.get(&tie.guardian_id) else { continue };
        for home in homes {
            let carer = &home.volunteer;
            let is_carer = same(&person.id_no_bi, &carer.id_no_bi) || same(&person.phone_bi, &carer.phone_bi);
            let lives_there = |(member, number): &(household_member::Model, Option<String>)| {
                same(&person.id_no_bi, &member.id_no_bi) || (phone.is_some() && phone == number)
            };
            if is_carer || members.get(&home.home.id).into_iter().flatten().any(lives_there) {
                all.insert((tie.child_id, carer.id));
            }
        }
    }
    Ok(all)
}

/// Who said no to whom in this round: on a slip, or to a proposal.
fn refusals(choices: &[choice::Model], proposals: &[proposal::Model]) -> BTreeSet<(Uuid, Uuid)> {
    let slips = choices.iter().filter(|c| c.rank == 0).map(|c| (c.child_id, c.volunteer_id));
    let declined = proposals.iter().filter(|p| p.state == ProposalState::Declined.code());
    slips.chain(declined.map(|p| (p.child_id, p.volunteer_id))).collect()
}

/// A date as rows keep it.
pub(crate) fn date(text: Option<&str>) -> Option<Date> {
    text.and_then(|t| t.parse().ok())
}

/// The refusal that names `bar` as its reason.
pub(crate) fn barred(bar: Bar) -> Refusal {
    Refusal::new("proposal.barred").with("bar", bar.code())
}
