//! Who holds a child, as a chain of hand-overs that only grows. A hand-over names the one who holds
//! the child before it; a chain takes it only when that is so. So no link can be left out and no
//! child can be with two people: a gap or a fork cannot be appended.

mod deed;
#[cfg(test)]
mod rule;

use uuid::Uuid;

use crate::Refusal;

pub use deed::{Deed, Made, Outcome, Standing};

/// Who has the child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Holder {
    /// The school; also where nobody has ever handed the child over.
    School,
    /// This volunteer.
    Volunteer(Uuid),
    /// The family.
    Guardian,
    /// A hospital.
    Hospital,
    /// The police.
    Police,
    /// A base.
    Base,
}

impl Holder {
    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Holder::School => "school",
            Holder::Volunteer(_) => "volunteer",
            Holder::Guardian => "guardian",
            Holder::Hospital => "hospital",
            Holder::Police => "police",
            Holder::Base => "base",
        }
    }

    /// The volunteer's id.
    #[must_use]
    pub fn id(self) -> Option<Uuid> {
        match self {
            Holder::Volunteer(id) => Some(id),
            _ => None,
        }
    }

    /// Puts a holder together from its stored words. None when they do not fit.
    #[must_use]
    pub fn parse(code: &str, id: Option<Uuid>) -> Option<Holder> {
        match code {
            "school" => Some(Holder::School),
            "volunteer" => id.map(Holder::Volunteer),
            "guardian" => Some(Holder::Guardian),
            "hospital" => Some(Holder::Hospital),
            "police" => Some(Holder::Police),
            "base" => Some(Holder::Base),
            _ => None,
        }
    }

    /// Whether a stay may begin or end here.
    #[must_use]
    pub fn is_home_port(self) -> bool {
        matches!(self, Holder::School | Holder::Guardian | Holder::Base)
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// The child was let go with the volunteer, for a stay.
    Release,
    /// The volunteer says: I have the child.
    PickUp,
    /// They are at the home.
    Arrival,
    /// They leave the home.
    Leaving,
    /// The volunteer says: I have brought the child back.
    Return,
    /// Whoever receives the child says: it is here. Ends the stay.
    Confirmation,
    /// Family has come for the child.
    GuardianPickUp,
    /// The child is in hospital.
    Hospital,
    /// The child is with the police.
    Police,
    /// Hospital, police or family have given the child back.
    HandBack,
    /// The last confirmation was a mistake: the child is still with the volunteer. Nothing is taken
    /// out of the chain; this link stands behind the wrong one.
    Correction,
}

impl Event {
    /// Every event.
    pub const ALL: [Event; 11] = [
        Event::Release,
        Event::PickUp,
        Event::Arrival,
        Event::Leaving,
        Event::Return,
        Event::Confirmation,
        Event::GuardianPickUp,
        Event::Hospital,
        Event::Police,
        Event::HandBack,
        Event::Correction,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Event::Release => "release",
            Event::PickUp => "pick_up",
            Event::Arrival => "arrival",
            Event::Leaving => "leaving",
            Event::Return => "return",
            Event::Confirmation => "confirmation",
            Event::GuardianPickUp => "guardian_pick_up",
            Event::Hospital => "hospital",
            Event::Police => "police",
            Event::HandBack => "hand_back",
            Event::Correction => "correction",
        }
    }

    /// The event with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|e| e.code() == code)
    }

    /// Whether this event of a stay lies before `other` on the way from the release to the return.
    #[must_use]
    pub fn comes_before(self, other: Event) -> bool {
        match (self.rank(), other.rank()) {
            (Some(one), Some(other)) => one < other,
            (None, _) => true,
            (Some(_), None) => false,
        }
    }

    /// Places of the events within a stay, which only go up; none for what ends or interrupts it.
    fn rank(self) -> Option<u8> {
        match self {
            Event::Release => Some(0),
            Event::PickUp => Some(1),
            Event::Arrival => Some(2),
            Event::Leaving => Some(3),
            Event::Return => Some(4),
            Event::Confirmation
            | Event::GuardianPickUp
            | Event::Hospital
            | Event::Police
            | Event::HandBack
            | Event::Correction => None,
        }
    }
}

/// A hand-over to be appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HandOver {
    /// What happened.
    pub event: Event,
    /// Who had the child before.
    pub from: Holder,
    /// Who has it now.
    pub to: Holder,
    /// Within which stay.
    pub stay: Option<Uuid>,
    /// Who receives the child, by name: the account at the school or base, the one of the family.
    /// Between volunteers the holder says it; hospital and police are told of in words.
    pub person: Option<Uuid>,
}

/// A link of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// 1, 2, 3 … for each child.
    pub seq: i32,
    /// What happened.
    pub event: Event,
    /// Who has the child from here on.
    pub holder: Holder,
    /// Within which stay.
    pub stay: Option<Uuid>,
    /// Who received the child there, by name.
    pub person: Option<Uuid>,
}

/// The end of one child's chain: all that is needed to judge the next link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    seq: i32,
    holder: Holder,
    /// The stay under way and the rank of its last event.
    stay: Option<(Uuid, u8)>,
    /// The stay that the very last link ended by a confirmation: its rank, and who had the child.
    confirmed: Option<(Uuid, u8, Holder)>,
}

impl Default for Chain {
    /// Nothing has ever been handed over: the child is at school.
    fn default() -> Chain {
        Chain { seq: 0, holder: Holder::School, stay: None, confirmed: None }
    }
}

impl Chain {
    /// The chain after links that stand in the records, oldest first. It is enough to give those of
    /// the newest stay and what came after.
    #[must_use]
    pub fn of(links: &[Link]) -> Chain {
        links.iter().fold(Chain::default(), |chain, link| chain.with(*link))
    }

    /// Who has the child.
    #[must_use]
    pub fn holder(&self) -> Holder {
        self.holder
    }

    /// The stay under way.
    #[must_use]
    pub fn stay(&self) -> Option<Uuid> {
        self.stay.map(|(id, _)| id)
    }

    /// The link that `next` makes.
    ///
    /// # Errors
    /// `custody.not_with_them` when somebody else has the child; `custody.out_of_order` when the
    /// event cannot come now or was said already; `custody.not_to_them` when it cannot end there;
    /// `custody.nobody_named` when nobody at the school, base or family is named who receives the child.
    pub fn append(&self, next: HandOver) -> Result<Link, Refusal> {
        if next.from != self.holder {
            return Err(Refusal::new("custody.not_with_them"));
        }
        self.fits(next)?;
        if next.to.is_home_port() && next.person.is_none() {
            return Err(Refusal::new("custody.nobody_named"));
        }
        let seq = self.seq.saturating_add(1);
        Ok(Link { seq, event: next.event, holder: next.to, stay: next.stay, person: next.person })
    }

    /// The chain with one more link.
    #[must_use]
    pub fn with(self, link: Link) -> Chain {
        let under_way = |id: Uuid| self.stay.filter(|(open, _)| *open == id);
        let confirmed = match (link.event, link.stay) {
            (Event::Confirmation, Some(id)) => under_way(id).map(|(id, rank)| (id, rank, self.holder)),
            _ => None,
        };
        let stay = match (link.event, link.stay) {
            (Event::Correction, _) => self.confirmed.map(|(id, rank, _)| (id, rank)),
            (Event::Confirmation | Event::GuardianPickUp, _) => None,
            (Event::HandBack, _) if link.holder.is_home_port() => None,
            (event, Some(id)) => {
                let before = under_way(id).map_or(0, |(_, rank)| rank);
                Some((id, event.rank().unwrap_or(before)))
            }
            (_, None) => self.stay,
        };
        Chain { seq: link.seq, holder: link.holder, stay, confirmed }
    }

    fn fits(&self, next: HandOver) -> Result<(), Refusal> {
        let in_stay = self.stay.filter(|(id, _)| next.stay == Some(*id));
        let volunteer = matches!(next.from, Holder::Volunteer(_));
        let order = |fits: bool| if fits { Ok(()) } else { Err(Refusal::new("custody.out_of_order")) };
        let goal = |fits: bool| if fits { Ok(()) } else { Err(Refusal::new("custody.not_to_them")) };
        match next.event {
            Event::Release => {
                order(self.stay.is_none() && next.stay.is_some() && next.from.is_home_port())?;
                goal(matches!(next.to, Holder::Volunteer(_)))
            }
            Event::PickUp | Event::Arrival | Event::Leaving | Event::Return => {
                order(volunteer && in_stay.is_some_and(|(_, rank)| next.event.rank().is_some_and(|r| r > rank)))?;
                goal(next.to == next.from)
            }
            Event::Confirmation => {
                order(volunteer && in_stay.is_some())?;
                goal(next.to.is_home_port())
            }
            Event::GuardianPickUp => {
                order(next.from != Holder::Guardian && next.stay == self.stay())?;
                goal(next.to == Holder::Guardian)
            }
            Event::Hospital | Event::Police => {
                let to = if next.event == Event::Hospital { Holder::Hospital } else { Holder::Police };
                order(next.from != to && next.stay == self.stay())?;
                goal(next.to == to)
            }
            Event::Correction => {
                let wrong = self.confirmed.filter(|(id, _, _)| next.stay == Some(*id));
                order(wrong.is_some())?;
                goal(wrong.is_some_and(|(_, _, carer)| next.to == carer))
            }
            Event::HandBack => {
                let away = matches!(next.from, Holder::Hospital | Holder::Police | Holder::Guardian);
                order(away && next.stay == self.stay())?;
                let to_carer = matches!(next.to, Holder::Volunteer(_)) && in_stay.is_some();
                goal(next.to != next.from && (next.to.is_home_port() || to_carer))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn holders() -> impl Strategy<Value = Holder> {
        prop_oneof![
            Just(Holder::School),
            (0u128..3).prop_map(|n| Holder::Volunteer(Uuid::from_u128(n))),
            Just(Holder::Guardian),
            Just(Holder::Hospital),
            Just(Holder::Police),
            Just(Holder::Base),
        ]
    }

    fn hand_overs() -> impl Strategy<Value = Vec<HandOver>> {
        let one = (
            proptest::sample::select(Event::ALL.to_vec()),
            holders(),
            holders(),
            proptest::option::of((0u128..3).prop_map(Uuid::from_u128)),
            proptest::option::weighted(0.8, Just(Uuid::from_u128(7))),
        );
        proptest::collection::vec(
            one.prop_map(|(event, from, to, stay, person)| HandOver { event, from, to, stay, person }),
            0..120,
        )
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn random_acts_by_random_people_leave_no_gap_and_no_fork(acts in hand_overs()) {
            let (mut chain, mut links) = (Chain::default(), Vec::new());
            for act in acts {
                if let Ok(link) = chain.append(act) {
                    prop_assert_eq!(act.from, chain.holder());
                    chain = chain.with(link);
                    links.push(link);
                }
            }
            // Told independently: numbers without a hole, one holder at a time, stays that do not mix.
            let (mut holder, mut under_way, mut last_rank) = (Holder::School, None, None);
            let mut confirmed = None;
            for (n, link) in links.iter().enumerate() {
                let just_confirmed = confirmed.take();
                prop_assert_eq!(usize::try_from(link.seq).ok(), Some(n + 1));
                prop_assert!(!link.holder.is_home_port() || link.person.is_some(), "handed over to a named person");
                match link.event {
                    Event::Release => {
                        prop_assert!(under_way.is_none() && holder.is_home_port());
                        prop_assert!(matches!(link.holder, Holder::Volunteer(_)));
                        (under_way, last_rank) = (link.stay, Some(0));
                    }
                    Event::PickUp | Event::Arrival | Event::Leaving | Event::Return => {
                        prop_assert_eq!(link.holder, holder, "nobody but the holder speaks");
                        prop_assert_eq!(link.stay, under_way);
                        prop_assert!(link.event.rank() > last_rank);
                        last_rank = link.event.rank();
                    }
                    Event::Confirmation => {
                        prop_assert!(matches!(holder, Holder::Volunteer(_)) && link.holder.is_home_port());
                        prop_assert_eq!(link.stay, under_way);
                        confirmed = Some((under_way, holder));
                        under_way = None;
                    }
                    Event::Correction => {
                        prop_assert_eq!(just_confirmed, Some((link.stay, link.holder)), "right behind its mistake");
                        under_way = link.stay;
                    }
                    Event::GuardianPickUp => under_way = None,
                    Event::HandBack if link.holder.is_home_port() => under_way = None,
                    Event::Hospital | Event::Police | Event::HandBack => {}
                }
                holder = link.holder;
            }
            prop_assert_eq!(Chain::of(&links), chain);
        }
    }

    fn stay() -> Option<Uuid> {
        Some(Uuid::from_u128(9))
    }

    fn carer() -> Holder {
        Holder::Volunteer(Uuid::from_u128(1))
    }

    fn code(chain: Chain, event: Event, from: Holder, to: Holder) -> Option<&'static str> {
        chain.append(HandOver { event, from, to, stay: stay(), person: Some(Uuid::from_u128(7)) }).err().map(|r| r.code)
    }

    #[test]
    fn a_weekend_runs_from_school_to_school() {
        let mut chain = Chain::default();
        let way = [
            (Event::Release, Holder::School, carer()),
            (Event::PickUp, carer(), carer()),
            (Event::Arrival, carer(), carer()),
            (Event::Leaving, carer(), carer()),
            (Event::Return, carer(), carer()),
            (Event::Confirmation, carer(), Holder::School),
        ];
        for (event, from, to) in way {
            match chain.append(HandOver { event, from, to, stay: stay(), person: Some(Uuid::from_u128(7)) }) {
                Ok(link) => chain = chain.with(link),
                Err(refusal) => panic!("{event:?} {}", refusal.code),
            }
        }
        assert_eq!((chain.holder(), chain.stay()), (Holder::School, None));
    }

    #[test]
    fn a_child_is_handed_to_nobody_unnamed() {
        let released = Link { seq: 1, event: Event::Release, holder: carer(), stay: stay(), person: None };
        let chain = Chain::of(&[released]);
        for (event, to) in [(Event::Confirmation, Holder::School), (Event::GuardianPickUp, Holder::Guardian)] {
            let next = HandOver { event, from: carer(), to, stay: stay(), person: None };
            assert_eq!(chain.append(next).err().map(|r| r.code), Some("custody.nobody_named"));
        }
    }

    #[test]
    fn a_child_is_not_released_twice_nor_confirmed_before_it_was_released() {
        let released = Link { seq: 1, event: Event::Release, holder: carer(), stay: stay(), person: None };
        let chain = Chain::of(&[released]);
        assert_eq!(code(chain, Event::Release, Holder::School, carer()), Some("custody.not_with_them"));
        assert_eq!(code(chain, Event::Release, carer(), carer()), Some("custody.out_of_order"));
        assert_eq!(
            code(Chain::default(), Event::Confirmation, Holder::School, Holder::School),
            Some("custody.out_of_order")
        );
        assert_eq!(code(chain, Event::Confirmation, carer(), Holder::Hospital), Some("custody.not_to_them"));
    }

    #[test]
    fn a_mistaken_confirmation_is_corrected_by_a_further_link_and_only_at_once() {
        let released = Link { seq: 1, event: Event::Release, holder: carer(), stay: stay(), person: None };
        let arrived = Link { seq: 2, event: Event::Arrival, holder: carer(), stay: stay(), person: None };
        let received = Link { seq: 3, event: Event::Confirmation, holder: Holder::School, stay: stay(), person: None };
        let chain = Chain::of(&[released, arrived, received]);
        let other = Holder::Volunteer(Uuid::from_u128(2));
        assert_eq!(code(chain, Event::Correction, Holder::School, other), Some("custody.not_to_them"));
        assert_eq!(code(chain, Event::Correction, Holder::School, carer()), None);
        let again = chain.with(Link { seq: 4, event: Event::Correction, holder: carer(), stay: stay(), person: None });
        assert_eq!((again.holder(), again.stay()), (carer(), stay()));
        // The way goes on from where it was: leaving, not arriving again.
        assert_eq!(code(again, Event::Arrival, carer(), carer()), Some("custody.out_of_order"));
        assert_eq!(code(again, Event::Confirmation, carer(), Holder::School), None);
        assert_eq!(code(again, Event::Correction, carer(), carer()), Some("custody.out_of_order"));
    }

    #[test]
    fn the_return_is_not_the_carers_to_confirm() {
        let released = Link { seq: 1, event: Event::Release, holder: carer(), stay: stay(), person: None };
        let back = Link { seq: 2, event: Event::Return, holder: carer(), stay: stay(), person: None };
        assert_eq!(Chain::of(&[released, back]).holder(), carer(), "until somebody receives the child");
    }
}
