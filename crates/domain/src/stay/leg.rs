//! Where on its way a child is between the school's gate and the school's gate, by the last thing that was said of it.

use crate::Timestamp;
use crate::custody::Event;

/// The stretch of a stay on which the child is, as far as anybody knows: nobody has seen it since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leg {
    /// Let go, not yet arrived at the home.
    #[default]
    Going,
    /// At the home since.
    AtHome(Timestamp),
    /// They left the home then.
    Returning(Timestamp),
    /// The volunteer says that she handed the child over then; whoever receives it has not said so.
    SaidBack(Timestamp),
}

impl Leg {
    /// By what was said of one stay, in the order of the chain. A later step counts though an earlier one was never told, and
    /// what is no step of the volunteer's changes nothing.
    #[must_use]
    pub fn after(said: impl IntoIterator<Item = (Event, Timestamp)>) -> Leg {
        said.into_iter().fold(Leg::Going, |leg, (event, at)| match event {
            Event::Release | Event::PickUp => Leg::Going,
            Event::Arrival => Leg::AtHome(at),
            Event::Leaving => Leg::Returning(at),
            Event::Return => Leg::SaidBack(at),
            _ => leg,
        })
    }

    /// The word in texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Leg::Going => "going",
            Leg::AtHome(_) => "at_home",
            Leg::Returning(_) => "returning",
            Leg::SaidBack(_) => "said_back",
        }
    }

    /// When that was said to be.
    #[must_use]
    pub fn since(self) -> Option<Timestamp> {
        match self {
            Leg::Going => None,
            Leg::AtHome(at) | Leg::Returning(at) | Leg::SaidBack(at) => Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(said: &[Event]) -> Leg {
        Leg::after((1..).zip(said).map(|(n, event)| (*event, Timestamp(n))))
    }

    #[test]
    fn the_last_thing_said_tells_where_the_child_is() {
        use Event::{Arrival, Confirmation, Correction, Leaving, PickUp, Release, Return};
        assert_eq!(after(&[]), Leg::Going);
        assert_eq!(after(&[Release, PickUp]), Leg::Going, "she has the child, they are on their way");
        assert_eq!(after(&[Release, PickUp, Arrival]), Leg::AtHome(Timestamp(3)));
        assert_eq!(after(&[Release, PickUp, Arrival, Leaving]), Leg::Returning(Timestamp(4)));
        assert_eq!(after(&[Release, PickUp, Arrival, Leaving, Return]), Leg::SaidBack(Timestamp(5)));
        assert_eq!(after(&[Release, Leaving]), Leg::Returning(Timestamp(2)), "nobody told of the arrival");
        let taken_back = after(&[Release, Arrival, Leaving, Return, Confirmation, Correction]);
        assert_eq!(taken_back, Leg::SaidBack(Timestamp(4)), "a mistaken here tells nothing");
    }

    #[test]
    fn a_child_that_is_let_go_again_is_on_its_way_again() {
        use Event::{Arrival, PickUp, Release};
        assert_eq!(after(&[Release, Arrival, Release]), Leg::Going);
        assert_eq!(after(&[Release, Arrival, PickUp]), Leg::Going);
    }

    #[test]
    fn each_stretch_but_the_first_says_since_when() {
        let at = Timestamp(5);
        assert_eq!(Leg::Going.since(), None);
        for leg in [Leg::AtHome(at), Leg::Returning(at), Leg::SaidBack(at)] {
            assert_eq!(leg.since(), Some(at), "{leg:?}");
        }
    }
}
