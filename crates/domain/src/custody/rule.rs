//! Each rule of the chain and of what people do, with only that rule broken.

use uuid::Uuid;

use super::{Chain, Deed, Event, HandOver, Holder, Link, Outcome, Standing};
use crate::access::Action;
use crate::stay::StayState;

const STAY: Uuid = Uuid::from_u128(9);
const OTHER: Uuid = Uuid::from_u128(8);
const CARER: Holder = Holder::Volunteer(Uuid::from_u128(1));
const NEIGHBOUR: Holder = Holder::Volunteer(Uuid::from_u128(2));
const SOMEBODY: Option<Uuid> = Some(Uuid::from_u128(7));

fn link(seq: i32, event: Event, holder: Holder, stay: Option<Uuid>) -> Link {
    Link { seq, event, holder, stay, person: SOMEBODY }
}

/// The chain after these, all of one stay.
fn chain(links: &[(Event, Holder)]) -> Chain {
    let links: Vec<Link> = (1..).zip(links).map(|(seq, (event, to))| link(seq, *event, *to, Some(STAY))).collect();
    Chain::of(&links)
}

fn said(chain: Chain, event: Event, to: Holder, stay: Option<Uuid>) -> &'static str {
    let next = HandOver { event, from: chain.holder(), to, stay, person: SOMEBODY };
    chain.append(next).err().map_or("taken", |refusal| refusal.code)
}

#[test]
fn holders_and_events_are_read_back() {
    for holder in [Holder::School, CARER, Holder::Guardian, Holder::Hospital, Holder::Police, Holder::Base] {
        assert_eq!(Holder::parse(holder.code(), holder.id()), Some(holder));
    }
    assert_eq!(Holder::parse("volunteer", None), None, "a volunteer is somebody");
    assert!(Event::ALL.into_iter().all(|event| Event::parse(event.code()) == Some(event)));
}

#[test]
fn a_step_comes_before_those_behind_it_and_what_is_no_step_before_all() {
    let way = [Event::Release, Event::PickUp, Event::Arrival, Event::Leaving, Event::Return];
    for (n, one) in way.into_iter().enumerate() {
        for (m, other) in way.into_iter().enumerate() {
            assert_eq!(one.comes_before(other), n < m, "{one:?} {other:?}");
        }
        for ends in [Event::Confirmation, Event::GuardianPickUp, Event::Hospital, Event::Police, Event::HandBack] {
            assert!(ends.comes_before(one) && !one.comes_before(ends), "{one:?} {ends:?}");
        }
    }
    assert!(Event::Correction.comes_before(Event::Hospital));
}

#[test]
fn a_child_is_let_go_for_a_stay_from_a_place_of_ours_to_a_volunteer() {
    let home = Chain::default();
    assert_eq!(said(home, Event::Release, CARER, Some(STAY)), "taken");
    assert_eq!(said(home, Event::Release, CARER, None), "custody.out_of_order");
    assert_eq!(said(home, Event::Release, Holder::Guardian, Some(STAY)), "custody.not_to_them");
    for place in [Holder::School, Holder::Guardian, Holder::Base] {
        let there = Chain::of(&[link(1, Event::HandBack, place, None)]);
        assert_eq!(said(there, Event::Release, CARER, Some(STAY)), "taken", "{place:?}");
    }
    for (event, place) in [(Event::Hospital, Holder::Hospital), (Event::Police, Holder::Police)] {
        let there = Chain::of(&[link(1, event, place, None)]);
        assert_eq!(said(there, Event::Release, CARER, Some(STAY)), "custody.out_of_order", "{place:?}");
    }
}

#[test]
fn nothing_of_another_stay_is_said_within_one() {
    let away = chain(&[(Event::Release, CARER)]);
    let ends = [
        (Event::PickUp, CARER),
        (Event::Confirmation, Holder::School),
        (Event::GuardianPickUp, Holder::Guardian),
        (Event::Hospital, Holder::Hospital),
        (Event::Police, Holder::Police),
    ];
    for (event, to) in ends {
        assert_eq!(said(away, event, to, Some(STAY)), "taken", "{event:?}");
        for stay in [Some(OTHER), None] {
            assert_eq!(said(away, event, to, stay), "custody.out_of_order", "{event:?}");
        }
    }
    let received = chain(&[(Event::Release, CARER), (Event::Confirmation, Holder::School)]);
    assert_eq!(said(received, Event::Correction, CARER, Some(STAY)), "taken");
    assert_eq!(said(received, Event::Correction, CARER, Some(OTHER)), "custody.out_of_order");
}

#[test]
fn only_the_volunteer_who_has_the_child_speaks_of_the_way_and_keeps_it() {
    let away = chain(&[(Event::Release, CARER)]);
    assert_eq!(said(away, Event::Arrival, NEIGHBOUR, Some(STAY)), "custody.not_to_them");
    let ill = chain(&[(Event::Release, CARER), (Event::Hospital, Holder::Hospital)]);
    assert_eq!(said(ill, Event::Arrival, Holder::Hospital, Some(STAY)), "custody.out_of_order");
    assert_eq!(said(ill, Event::Confirmation, Holder::School, Some(STAY)), "custody.out_of_order");
}

#[test]
fn family_hospital_and_police_take_a_child_once_and_to_themselves() {
    let taken = [
        (Event::GuardianPickUp, Holder::Guardian, Holder::Hospital),
        (Event::Hospital, Holder::Hospital, Holder::Police),
        (Event::Police, Holder::Police, Holder::Hospital),
    ];
    for (event, to, elsewhere) in taken {
        let away = chain(&[(Event::Release, CARER)]);
        assert_eq!(said(away, event, elsewhere, Some(STAY)), "custody.not_to_them", "{event:?}");
        let there = chain(&[(Event::Release, CARER), (event, to)]);
        assert_eq!(said(there, event, to, there.stay()), "custody.out_of_order", "{event:?}");
    }
}

#[test]
fn who_has_not_taken_a_child_away_does_not_hand_it_back() {
    let away = chain(&[(Event::Release, CARER)]);
    assert_eq!(said(away, Event::HandBack, Holder::School, Some(STAY)), "custody.out_of_order");
    for place in [Holder::School, Holder::Base] {
        let there = Chain::of(&[link(1, Event::HandBack, place, None)]);
        assert_eq!(said(there, Event::HandBack, Holder::Guardian, None), "custody.out_of_order", "{place:?}");
    }
    for (event, holder) in [
        (Event::Hospital, Holder::Hospital),
        (Event::Police, Holder::Police),
        (Event::GuardianPickUp, Holder::Guardian),
    ] {
        let there = Chain::of(&[link(1, event, holder, None)]);
        assert_eq!(said(there, Event::HandBack, Holder::School, None), "taken", "{holder:?}");
        assert_eq!(said(there, Event::HandBack, Holder::School, Some(STAY)), "custody.out_of_order", "{holder:?}");
        assert_eq!(said(there, Event::HandBack, CARER, None), "custody.not_to_them", "{holder:?}: outside a stay");
        assert_eq!(said(there, Event::HandBack, holder, None), "custody.not_to_them", "{holder:?}");
    }
}

#[test]
fn a_child_that_is_handed_back_at_home_is_in_no_stay_any_more_and_with_its_carer_it_still_is() {
    let ill = [(Event::Release, CARER), (Event::Hospital, Holder::Hospital)];
    let with = |to| chain(&[&ill[..], &[(Event::HandBack, to)]].concat()).stay();
    assert_eq!((with(CARER), with(Holder::School), with(Holder::Guardian)), (Some(STAY), None, None));
}

#[test]
fn from_hospital_from_the_police_and_from_a_mistake_the_way_goes_on_from_where_it_was() {
    let left = [(Event::Release, CARER), (Event::Leaving, CARER)];
    let between: [&[(Event, Holder)]; 3] = [
        &[(Event::Hospital, Holder::Hospital), (Event::HandBack, CARER)],
        &[(Event::Police, Holder::Police), (Event::HandBack, CARER)],
        &[(Event::Confirmation, Holder::School), (Event::Correction, CARER)],
    ];
    for between in between {
        let again = chain(&[&left[..], between].concat());
        assert_eq!(said(again, Event::Leaving, CARER, Some(STAY)), "custody.out_of_order", "{between:?}");
        assert_eq!(said(again, Event::Return, CARER, Some(STAY)), "taken", "{between:?}");
    }
}

#[test]
fn a_stay_that_the_records_begin_in_the_middle_of_is_before_its_first_step() {
    let known = link(5, Event::Hospital, Holder::Hospital, Some(STAY));
    let back = link(6, Event::HandBack, CARER, Some(STAY));
    assert_eq!(said(Chain::of(&[known, back]), Event::PickUp, CARER, Some(STAY)), "taken");
    let before = [link(3, Event::Release, CARER, Some(OTHER)), link(4, Event::Return, CARER, Some(OTHER))];
    let all = Chain::of(&[&before[..], &[known, back]].concat());
    assert_eq!(said(all, Event::PickUp, CARER, Some(STAY)), "taken", "what was said of another stay is not of this");
}

fn standing(state: StayState, chain: Chain) -> Standing {
    let Holder::Volunteer(carer) = CARER else { unreachable!() };
    Standing { stay: STAY, state, chain, carer, start: Holder::School, end: Holder::School }
}

/// The new link, none where the chain says it already, and the stay's state afterwards.
type Told = (Option<(Event, Holder)>, StayState);

fn made(standing: &Standing, deed: Deed) -> Result<Told, &'static str> {
    let made = standing.after(deed, SOMEBODY).map_err(|refusal| refusal.code)?;
    Ok((made.link.map(|link| (link.event, link.holder)), made.state))
}

#[test]
fn each_deed_needs_its_own_right() {
    for deed in [Deed::Release, Deed::Receive, Deed::TakeBack] {
        assert_eq!(deed.action(), Action::HandOver, "{deed:?}");
    }
    assert_eq!(Deed::Say(Event::Return).action(), Action::ReportCustody);
    for deed in Outcome::ALL.map(Deed::Settle).into_iter().chain([Deed::Regain]) {
        assert_eq!(deed.action(), Action::CloseLateReturn, "{deed:?}");
    }
    let codes = ["back", "family", "hospital", "police"];
    assert_eq!(codes.map(Outcome::parse), Outcome::ALL.map(Some));
}

#[test]
fn a_volunteer_says_four_things_and_only_of_a_child_that_was_let_go() {
    let away = standing(StayState::Released, chain(&[(Event::Release, CARER)]));
    for event in Event::ALL {
        let hers = matches!(event, Event::PickUp | Event::Arrival | Event::Leaving | Event::Return);
        let expected = if hers { Ok((Some((event, CARER)), StayState::InCare)) } else { Err("custody.out_of_order") };
        assert_eq!(made(&away, Deed::Say(event)), expected, "{event:?}");
    }
    for state in [StayState::Approved, StayState::Refused, StayState::Cancelled] {
        let unfetched = standing(state, Chain::default());
        assert_eq!(made(&unfetched, Deed::Say(Event::PickUp)), Err("stay.not_released"), "{state:?}");
    }
    for state in [StayState::Returned, StayState::Closed] {
        let back = standing(state, chain(&[(Event::Release, CARER), (Event::Confirmation, Holder::School)]));
        assert_eq!(made(&back, Deed::Say(Event::Return)), Err("custody.not_with_them"), "{state:?}");
    }
}

#[test]
fn a_late_return_is_settled_as_it_was_and_in_hospital_or_with_the_police_the_stay_stays_open() {
    let late = standing(StayState::InCare, chain(&[(Event::Release, CARER)]));
    let closed = |event, to| Ok((Some((event, to)), StayState::Closed));
    let open = |event, to| Ok((Some((event, to)), StayState::InCare));
    let settled = |outcome| made(&late, Deed::Settle(outcome));
    assert_eq!(settled(Outcome::Back), closed(Event::Confirmation, Holder::School));
    assert_eq!(settled(Outcome::Family), closed(Event::GuardianPickUp, Holder::Guardian));
    assert_eq!(settled(Outcome::Hospital), open(Event::Hospital, Holder::Hospital));
    assert_eq!(settled(Outcome::Police), open(Event::Police, Holder::Police));
    for (event, holder, outcome) in
        [(Event::Hospital, Holder::Hospital, Outcome::Hospital), (Event::Police, Holder::Police, Outcome::Police)]
    {
        let there = standing(StayState::InCare, chain(&[(Event::Release, CARER), (event, holder)]));
        assert_eq!(made(&there, Deed::Settle(Outcome::Back)), closed(Event::HandBack, Holder::School), "{holder:?}");
        assert_eq!(made(&there, Deed::Settle(outcome)), Err("custody.out_of_order"), "{holder:?}: it is there already");
        assert_eq!(made(&there, Deed::Regain), open(Event::HandBack, CARER), "{holder:?}");
    }
}

#[test]
fn who_was_received_is_not_handed_over_again_and_whoever_is_taken_from_there_is() {
    let back = [(Event::Release, CARER), (Event::Confirmation, Holder::School)];
    let received = standing(StayState::Returned, chain(&back));
    assert_eq!(made(&received, Deed::Settle(Outcome::Back)), Ok((None, StayState::Closed)));
    for (outcome, event, to) in [
        (Outcome::Family, Event::GuardianPickUp, Holder::Guardian),
        (Outcome::Hospital, Event::Hospital, Holder::Hospital),
        (Outcome::Police, Event::Police, Holder::Police),
    ] {
        assert_eq!(made(&received, Deed::Settle(outcome)), Ok((Some((event, to)), StayState::Closed)), "{to:?}");
    }
    let at_home = chain(&[(Event::Release, CARER), (Event::Confirmation, Holder::Guardian)]);
    let at_home = Standing { end: Holder::Guardian, ..standing(StayState::Returned, at_home) };
    assert_eq!(made(&at_home, Deed::Settle(Outcome::Family)), Ok((None, StayState::Closed)), "they received it");
    let gone_again = received.chain.with(link(3, Event::Release, NEIGHBOUR, Some(OTHER)));
    let gone_again = Standing { chain: gone_again, ..received };
    assert_eq!(made(&gone_again, Deed::Settle(Outcome::Family)), Err("custody.not_with_them"));
}

#[test]
fn a_mistaken_here_is_taken_back_and_only_a_child_that_is_away_is_regained() {
    let received =
        standing(StayState::Returned, chain(&[(Event::Release, CARER), (Event::Confirmation, Holder::School)]));
    assert_eq!(made(&received, Deed::TakeBack), Ok((Some((Event::Correction, CARER)), StayState::InCare)));
    let ill = chain(&[(Event::Release, CARER), (Event::Hospital, Holder::Hospital)]);
    for state in StayState::ALL {
        let expected = if state.is_away() { Ok(state) } else { Err("stay.step_impossible") };
        assert_eq!(made(&standing(state, ill), Deed::Regain).map(|(_, state)| state), expected, "{state:?}");
    }
}

#[test]
fn links_are_numbered_from_one_without_a_gap() {
    let next = |chain: Chain, event, to| {
        let link = chain.append(HandOver { event, from: chain.holder(), to, stay: Some(STAY), person: SOMEBODY });
        link.map(|link| link.seq).map_err(|refusal| refusal.code)
    };
    assert_eq!(next(Chain::default(), Event::Release, CARER), Ok(1));
    assert_eq!(next(chain(&[(Event::Release, CARER)]), Event::PickUp, CARER), Ok(2));
}

#[test]
fn nothing_that_is_told_outside_a_stay_takes_up_one_that_is_over() {
    let received = chain(&[(Event::Release, CARER), (Event::Confirmation, Holder::School)]);
    let ill = received.with(link(3, Event::Hospital, Holder::Hospital, None));
    assert_eq!((ill.stay(), ill.holder()), (None, Holder::Hospital));
    assert_eq!(said(ill, Event::Correction, CARER, Some(STAY)), "custody.out_of_order", "not right behind it");
}

#[test]
fn a_child_is_not_let_go_for_a_second_stay_while_the_records_have_it_in_one() {
    let odd = Chain::of(&[link(1, Event::PickUp, Holder::School, Some(STAY))]);
    assert_eq!(said(odd, Event::Release, CARER, Some(OTHER)), "custody.out_of_order");
}

#[test]
fn hospital_gives_a_child_back_to_its_carer_or_to_a_place_of_ours_and_to_nobody_else() {
    let ill = chain(&[(Event::Release, CARER), (Event::Hospital, Holder::Hospital)]);
    assert_eq!(said(ill, Event::HandBack, Holder::Police, Some(STAY)), "custody.not_to_them");
    for to in [CARER, Holder::School, Holder::Guardian, Holder::Base] {
        assert_eq!(said(ill, Event::HandBack, to, Some(STAY)), "taken", "{to:?}");
    }
}

#[test]
fn a_child_that_was_received_at_school_instead_of_by_its_family_is_back_all_the_same() {
    let at_school = chain(&[(Event::Release, CARER), (Event::Confirmation, Holder::School)]);
    let at_school = Standing { end: Holder::Guardian, ..standing(StayState::Returned, at_school) };
    assert_eq!(made(&at_school, Deed::Settle(Outcome::Back)), Ok((None, StayState::Closed)));
}
