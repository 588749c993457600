//! What people do with a child within a stay: whose business it is, and what it makes of the stay and
//! of the chain. The store carries every hand-over out by this and by nothing else.

use uuid::Uuid;

use super::{Chain, Event, HandOver, Holder, Link};
use crate::Refusal;
use crate::access::Action;
use crate::stay::{StayState, Step};

/// Where the child is, as the person who closes a late return has made sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Back where the stay ends.
    Back,
    /// The family has the child.
    Family,
    /// In hospital; a stay under way stays open.
    Hospital,
    /// With the police; a stay under way stays open.
    Police,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Outcome; 4] = [Outcome::Back, Outcome::Family, Outcome::Hospital, Outcome::Police];

    /// The outcome with this code: `back`, `family`, `hospital`, `police`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Outcome> {
        match code {
            "back" => Some(Outcome::Back),
            "family" => Some(Outcome::Family),
            "hospital" => Some(Outcome::Hospital),
            "police" => Some(Outcome::Police),
            _ => None,
        }
    }
}

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Lets the child go with its volunteer.
    Release,
    /// Says how far they are: [`Event::PickUp`], [`Event::Arrival`], [`Event::Leaving`], [`Event::Return`].
    Say(Event),
    /// Receives the child where the stay ends.
    Receive,
    /// Writes down what became of a late return.
    Settle(Outcome),
    /// Takes back that the child is here.
    TakeBack,
    /// Writes down that the volunteer has the child again, from hospital or the police: the stay goes on.
    Regain,
}

impl Deed {
    /// The right that it needs.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Deed::Release | Deed::Receive | Deed::TakeBack => Action::HandOver,
            Deed::Say(_) => Action::ReportCustody,
            Deed::Settle(_) | Deed::Regain => Action::CloseLateReturn,
        }
    }
}

/// A stay and its child's chain at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Which stay.
    pub stay: Uuid,
    /// How far it is.
    pub state: StayState,
    /// The child's chain.
    pub chain: Chain,
    /// The volunteer.
    pub carer: Uuid,
    /// Where it begins.
    pub start: Holder,
    /// Where it ends.
    pub end: Holder,
}

/// What a deed makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Made {
    /// The new link; none when the chain says it already.
    pub link: Option<Link>,
    /// The stay's state afterwards.
    pub state: StayState,
}

impl Standing {
    /// What `deed` makes of it, where a child that comes to a school, a base or its family is received
    /// by `person`.
    ///
    /// # Errors
    /// `stay.step_impossible` or `stay.not_released` when the stay is not that far; the chain's refusals.
    pub fn after(&self, deed: Deed, person: Option<Uuid>) -> Result<Made, Refusal> {
        match deed {
            Deed::Release => self.release(),
            Deed::Say(event) => self.say(event),
            Deed::Receive => {
                let state = self.step(Step::Confirm)?;
                let link = self.named(Event::Confirmation, self.carer(), self.end, person)?;
                Ok(Made { link: Some(link), state })
            }
            Deed::Settle(outcome) => self.settle(outcome, person),
            Deed::TakeBack => {
                let state = self.step(Step::Reopen)?;
                let link = self.link(Event::Correction, self.chain.holder(), self.carer())?;
                Ok(Made { link: Some(link), state })
            }
            Deed::Regain => self.regain(),
        }
    }

    /// A child that is elsewhere by the records is not let go before somebody has it back and says so (rule 2).
    fn release(&self) -> Result<Made, Refusal> {
        let state = self.step(Step::Release)?;
        let link = self.link(Event::Release, self.start, self.carer())?;
        Ok(Made { link: Some(link), state })
    }

    fn say(&self, event: Event) -> Result<Made, Refusal> {
        if !matches!(event, Event::PickUp | Event::Arrival | Event::Leaving | Event::Return) {
            return Err(Refusal::new("custody.out_of_order"));
        }
        let was_released = self.state.is_away() || matches!(self.state, StayState::Returned | StayState::Closed);
        if !was_released {
            return Err(Refusal::new("stay.not_released"));
        }
        let link = self.link(event, self.carer(), self.carer())?;
        Ok(Made { link: Some(link), state: self.step(Step::TakeIn)? })
    }

    /// What became of a late return. Who was received already is not handed over again; somebody whom
    /// family, hospital or police has taken from there meanwhile is.
    fn settle(&self, outcome: Outcome, person: Option<Uuid>) -> Result<Made, Refusal> {
        let holder = self.chain.holder();
        let received = self.state == StayState::Returned;
        let closed = self.step(Step::Close)?;
        let state = match outcome {
            Outcome::Hospital | Outcome::Police if !received => self.state,
            _ => closed,
        };
        let (event, to) = match outcome {
            Outcome::Back if received => return Ok(Made { link: None, state }),
            Outcome::Back if holder == self.carer() => (Event::Confirmation, self.end),
            Outcome::Back => (Event::HandBack, self.end),
            Outcome::Family => (Event::GuardianPickUp, Holder::Guardian),
            Outcome::Hospital => (Event::Hospital, Holder::Hospital),
            Outcome::Police => (Event::Police, Holder::Police),
        };
        // The child has left again, in another stay: what becomes of it is written there.
        if received && self.chain.stay().is_some() {
            return Err(Refusal::new("custody.not_with_them"));
        }
        // Where the stay ends with the family, and the family has received the child, that is said.
        if received && holder == to {
            return Ok(Made { link: None, state });
        }
        Ok(Made { link: Some(self.named(event, holder, to, person)?), state })
    }

    /// From here on the child is awaited by its hour again.
    fn regain(&self) -> Result<Made, Refusal> {
        if !self.state.is_away() {
            return Err(Refusal::new("stay.step_impossible"));
        }
        let link = self.link(Event::HandBack, self.chain.holder(), self.carer())?;
        Ok(Made { link: Some(link), state: self.state })
    }

    fn carer(&self) -> Holder {
        Holder::Volunteer(self.carer)
    }

    fn step(&self, step: Step) -> Result<StayState, Refusal> {
        self.state.after(step).ok_or_else(|| Refusal::new("stay.step_impossible"))
    }

    fn link(&self, event: Event, from: Holder, to: Holder) -> Result<Link, Refusal> {
        self.named(event, from, to, None)
    }

    fn named(&self, event: Event, from: Holder, to: Holder, person: Option<Uuid>) -> Result<Link, Refusal> {
        let of_stay = self.state != StayState::Returned || event == Event::Correction;
        let stay = if of_stay { Some(self.stay) } else { self.chain.stay() };
        let person = if to.is_home_port() { person } else { None };
        self.chain.append(HandOver { event, from, to, stay, person })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::alarm::{Alarm, Watched};
    use crate::stay::ladder::Ladder;
    use crate::{Role, Timestamp, access};

    /// Somebody who knocks: with a role or, like the clock, without one; and which of the two schools'
    /// children, or whose home's, he or she sees.
    struct Person {
        role: Option<Role>,
        sees: fn(&Stay) -> bool,
    }

    const PEOPLE: [Person; 9] = [
        Person { role: Some(Role::Volunteer), sees: |s| s.standing.carer == carer(0) },
        Person { role: Some(Role::Volunteer), sees: |s| s.standing.carer == carer(1) },
        Person { role: Some(Role::ClassTeacher), sees: |s| s.child < 2 },
        // On duty at the first school.
        Person { role: Some(Role::ClassTeacher), sees: |s| s.child < 2 },
        Person { role: Some(Role::ClassTeacher), sees: |s| s.child == 2 },
        Person { role: Some(Role::Guardian), sees: |s| s.child < 2 },
        Person { role: Some(Role::Coordinator), sees: |_| true },
        Person { role: Some(Role::Leader), sees: |_| true },
        // The clock: it raises alarms and does nothing else.
        Person { role: None, sees: |_| true },
    ];

    const DEEDS: [Deed; 12] = [
        Deed::Release,
        Deed::Say(Event::PickUp),
        Deed::Say(Event::Arrival),
        Deed::Say(Event::Leaving),
        Deed::Say(Event::Return),
        Deed::Receive,
        Deed::Settle(Outcome::Back),
        Deed::Settle(Outcome::Family),
        Deed::Settle(Outcome::Hospital),
        Deed::Settle(Outcome::Police),
        Deed::TakeBack,
        Deed::Regain,
    ];

    /// What is done outside a stay, or told late.
    #[derive(Clone, Copy, Debug)]
    enum Beside {
        /// The weekend is called off.
        CallOff,
        /// A phone that had no network tells that it let the child go, whatever was decided since.
        Gone,
        /// The child passes between school, family and base.
        Pass(Holder),
    }

    const BESIDE: [Beside; 4] =
        [Beside::CallOff, Beside::Gone, Beside::Pass(Holder::Guardian), Beside::Pass(Holder::School)];

    const fn carer(n: u128) -> Uuid {
        Uuid::from_u128(100 + n)
    }

    #[derive(Clone, Debug)]
    struct Stay {
        child: usize,
        standing: Standing,
        ends_at: Timestamp,
        /// Alarms raised and not ended.
        open: BTreeSet<Alarm>,
        /// Ever raised.
        raised: BTreeSet<Alarm>,
    }

    /// Three children, the first two siblings at one school; each with two stays, one at either home.
    struct World {
        stays: Vec<Stay>,
        links: [Vec<Link>; 3],
        now: Timestamp,
    }

    const HOUR: i64 = 60;

    impl World {
        fn new() -> World {
            let stay = |n: u128| {
                let child = usize::try_from(n % 3).unwrap_or(0);
                let ends = [Holder::School, Holder::Guardian, Holder::Base];
                let standing = Standing {
                    stay: Uuid::from_u128(n),
                    state: StayState::Approved,
                    chain: Chain::default(),
                    carer: carer(n / 3),
                    start: Holder::School,
                    end: if n < 3 { Holder::School } else { ends.get(child).copied().unwrap_or(Holder::School) },
                };
                let ends_at = Timestamp(0).plus_minutes(HOUR * i64::try_from(n + 1).unwrap_or(1));
                Stay { child, standing, ends_at, open: BTreeSet::new(), raised: BTreeSet::new() }
            };
            World { stays: (0..6).map(stay).collect(), links: [vec![], vec![], vec![]], now: Timestamp(0) }
        }

        fn chain(&self, child: usize) -> Chain {
            Chain::of(self.links.get(child).map_or(&[], Vec::as_slice))
        }

        /// The clock goes on, and says what is due.
        fn tick(&mut self, minutes: i64) {
            self.now = self.now.plus_minutes(minutes);
            let chains = [self.chain(0), self.chain(1), self.chain(2)];
            for stay in &mut self.stays {
                let holder = chains.get(stay.child).map_or(Holder::School, Chain::holder);
                for (alarm, _) in watched(stay, holder).due(&Ladder::default(), self.now) {
                    if stay.raised.insert(alarm) {
                        stay.open.insert(alarm);
                    }
                }
            }
        }

        /// Whether it went through.
        fn act(&mut self, who: &Person, n: usize, deed: Deed, named: bool) -> bool {
            let Some(stay) = self.stays.get(n) else { return false };
            let child = stay.child;
            let standing = Standing { chain: self.chain(child), ..stay.standing };
            let may = who.role.is_some_and(|role| access::may(role, deed.action())) && (who.sees)(stay);
            let made = if may { standing.after(deed, named.then(|| Uuid::from_u128(7))) } else { return false };
            let Ok(made) = made else { return false };
            if let Some(links) = self.links.get_mut(child) {
                links.extend(made.link);
            }
            if let Some(stay) = self.stays.get_mut(n) {
                stay.standing.state = made.state;
                if matches!(deed, Deed::Receive | Deed::Settle(_) | Deed::Regain) {
                    stay.open.clear();
                }
                if matches!(deed, Deed::TakeBack | Deed::Regain) {
                    stay.raised.clear();
                }
            }
            true
        }
    }

    impl World {
        /// Whether it went through.
        fn beside(&mut self, who: &Person, n: usize, what: Beside) -> bool {
            let Some(stay) = self.stays.get(n).cloned() else { return false };
            let (chain, standing) = (self.chain(stay.child), stay.standing);
            let may = |action| who.role.is_some_and(|role| access::may(role, action)) && (who.sees)(&stay);
            let named = |event, to, within| {
                let person = Some(Uuid::from_u128(7));
                HandOver { event, from: chain.holder(), to, stay: within, person }
            };
            let (link, state) = match what {
                Beside::CallOff if may(Action::ApproveStay) => (None, standing.state.after(Step::Cancel)),
                Beside::Gone if may(Action::HandOver) => {
                    let next = named(Event::Release, Holder::Volunteer(standing.carer), Some(standing.stay));
                    let Ok(link) = chain.append(HandOver { from: standing.start, ..next }) else { return false };
                    (Some(link), standing.state.after(Step::Gone))
                }
                Beside::Pass(to) if may(Action::HandOver) && chain.stay().is_none() => {
                    let event = if to == Holder::Guardian { Event::GuardianPickUp } else { Event::HandBack };
                    let Ok(link) = chain.append(named(event, to, None)) else { return false };
                    (Some(link), Some(standing.state))
                }
                Beside::CallOff | Beside::Gone | Beside::Pass(_) => return false,
            };
            let (Some(state), Some(links)) = (state, self.links.get_mut(stay.child)) else { return false };
            links.extend(link);
            if let Some(stay) = self.stays.get_mut(n) {
                stay.standing.state = state;
                if !matches!(what, Beside::Pass(_)) {
                    stay.open.clear();
                }
            }
            true
        }
    }

    fn watched(stay: &Stay, holder: Holder) -> Watched {
        Watched {
            state: stay.standing.state,
            holder,
            starts_at: stay.ends_at.plus_minutes(-HOUR),
            ends_at: stay.ends_at,
            late_until: None,
            suspended: false,
            family_since: None,
        }
    }

    fn sound(world: &World) -> Result<(), TestCaseError> {
        for (child, links) in world.links.iter().enumerate() {
            let chain = world.chain(child);
            let away: Vec<&Stay> =
                world.stays.iter().filter(|s| s.child == child && s.standing.state.is_away()).collect();
            prop_assert!(away.len() <= 1, "a child is in one home at a time");
            prop_assert!(links.iter().zip(1..).all(|(l, n)| l.seq == n), "no gap, no fork");
            prop_assert!(links.iter().all(|l| !l.holder.is_home_port() || l.person.is_some()), "named people");
            match away.first() {
                Some(stay) => {
                    prop_assert_eq!(chain.stay(), Some(stay.standing.stay));
                    let with = [Holder::Volunteer(stay.standing.carer), Holder::Hospital, Holder::Police];
                    prop_assert!(with.contains(&chain.holder()), "{:?}", chain.holder());
                }
                None => prop_assert!(!matches!(chain.holder(), Holder::Volunteer(_)), "nobody keeps a child unseen"),
            }
        }
        for stay in &world.stays {
            let late = world.now > stay.ends_at;
            let missed = watched(stay, world.chain(stay.child).holder()).is_missed();
            prop_assert!(!late || !missed || !stay.open.is_empty(), "who is missed is never silent");
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 10_000, max_shrink_iters: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn ten_thousand_random_sequences_by_random_people_reach_no_impossible_state(
            acts in proptest::collection::vec(any::<u32>(), 8..36)
        ) {
            let mut world = World::new();
            for act in acts {
                let part = |by: u32, of: usize| usize::try_from(act / by).unwrap_or(0) % of;
                let who = PEOPLE.get(part(1, PEOPLE.len())).unwrap_or(&PEOPLE[0]);
                let what = part(16, DEEDS.len() + BESIDE.len());
                let (n, named) = (part(512, 6), part(8192, 8) != 0);
                let before = world.stays.get(n).map(|s| s.standing.state);
                let went = match (DEEDS.get(what), BESIDE.get(what.saturating_sub(DEEDS.len()))) {
                    (Some(deed), _) => world.act(who, n, *deed, named),
                    (None, Some(beside)) => world.beside(who, n, *beside),
                    (None, None) => false,
                };
                let after = world.stays.get(n).map(|s| s.standing.state);
                prop_assert!(went || before == after);
                let over = [Some(StayState::Returned), Some(StayState::Closed)];
                if before != after && over.contains(&after) {
                    let by = [Some(Role::ClassTeacher), Some(Role::Coordinator), Some(Role::Leader)];
                    prop_assert!(by.contains(&who.role), "{:?}: no carer, guardian or clock ends it", who.role);
                }
                world.tick(i64::try_from(part(65_536, 20)).unwrap_or(0));
                if went {
                    sound(&world)?;
                }
            }
            sound(&world)?;
        }
    }

    #[test]
    fn a_child_that_its_family_took_is_let_go_at_school_once_somebody_has_it_there_again() {
        let mut world = World::new();
        let (office, teacher) = (&PEOPLE[6], &PEOPLE[2]);
        assert!(world.act(office, 0, Deed::Release, true));
        assert!(world.act(office, 0, Deed::Settle(Outcome::Family), true));
        assert!(!world.act(teacher, 3, Deed::Release, true), "by the records it is with its family");
        let (from, to, person) = (Holder::Guardian, Holder::School, Some(Uuid::from_u128(7)));
        let back = HandOver { event: Event::HandBack, from, to, stay: None, person };
        let back = world.chain(0).append(back);
        world.links[0].extend(back);
        assert!(world.act(teacher, 3, Deed::Release, true));
        let events: Vec<Event> = world.links[0].iter().map(|l| l.event).collect();
        assert_eq!(events, [Event::Release, Event::GuardianPickUp, Event::HandBack, Event::Release]);
    }

    #[test]
    fn a_child_that_comes_from_hospital_back_to_its_carer_is_awaited_again() {
        let mut world = World::new();
        let (mother, office) = (&PEOPLE[0], &PEOPLE[6]);
        let rings = |world: &World| world.stays.first().is_some_and(|stay| !stay.open.is_empty());
        assert!(world.act(office, 0, Deed::Release, true));
        assert!(!world.act(office, 0, Deed::Regain, true), "she has it");
        assert!(world.act(mother, 0, Deed::Say(Event::Arrival), true));
        assert!(world.act(office, 0, Deed::Settle(Outcome::Hospital), true));
        world.tick(2 * HOUR);
        assert!(!rings(&world), "somebody has written down where it is");
        assert!(!world.act(mother, 0, Deed::Regain, true), "by the office alone");
        assert!(world.act(office, 0, Deed::Regain, true));
        assert_eq!(world.chain(0).holder(), Holder::Volunteer(carer(0)));
        world.tick(1);
        assert!(rings(&world));
        assert!(!world.act(mother, 0, Deed::Say(Event::Arrival), true), "they go on from where they were");
        assert!(world.act(mother, 0, Deed::Say(Event::Leaving), true));
        assert!(world.act(office, 0, Deed::Settle(Outcome::Back), true));
        assert!(!world.act(office, 0, Deed::Regain, true), "it is at school");
    }

    #[test]
    fn a_child_received_late_and_then_taken_to_hospital_is_said_to_be_there() {
        let mut world = World::new();
        let office = &PEOPLE[6];
        for deed in [Deed::Release, Deed::Receive, Deed::Settle(Outcome::Hospital)] {
            assert!(world.act(office, 0, deed, true), "{deed:?}");
        }
        assert_eq!(world.chain(0).holder(), Holder::Hospital);
        assert!(!world.act(office, 3, Deed::Release, true), "and nobody lets it go from school");
    }
}
