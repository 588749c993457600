//! The kinds of values in an instance document, each read at its place.
//!
//! A *trail* remembers where the reader stands, so that every fault names its place, also one that the JSON reader finds.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::malformed::{Fault, Malformed, Place};
use crate::model::{Fit, Mode, PEOPLE_LIMIT, SiblingGroup};
use crate::preference::Preferences;

/// The longest part of a reader's own message that is passed on.
const MESSAGE_LIMIT: usize = 160;

/// Where the reader stands, and the fault it met there.
pub(crate) struct Trail {
    place: Cell<Place>,
    fault: RefCell<Option<Fault>>,
}

impl Default for Trail {
    fn default() -> Self {
        Self { place: Cell::new(Place::field("document")), fault: RefCell::new(None) }
    }
}

impl Trail {
    pub(crate) fn go(&self, place: Place) {
        self.place.set(place);
    }

    pub(crate) fn refuse<E: serde::de::Error>(&self, fault: Fault) -> E {
        let error = E::custom(&fault);
        *self.fault.borrow_mut() = Some(fault);
        error
    }

    pub(crate) fn explain(&self, error: &serde_json::Error) -> Malformed {
        let own = self.fault.borrow_mut().take();
        let words = || error.to_string().chars().take(MESSAGE_LIMIT).collect();
        let fault =
            own.unwrap_or_else(|| if error.is_data() { Fault::WrongType(words()) } else { Fault::Syntax(words()) });
        Malformed::new(self.place.get(), fault)
    }
}

/// A kind of value that can be read at a place.
pub(crate) trait Shape: Copy {
    type Out;

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<Self::Out, D::Error>;
}

/// A shape at its place.
pub(crate) struct Here<'t, S> {
    pub shape: S,
    pub place: Place,
    pub trail: &'t Trail,
}

impl<'de, S: Shape> DeserializeSeed<'de> for Here<'_, S> {
    type Value = S::Out;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<S::Out, D::Error> {
        self.trail.go(self.place);
        self.shape.read(self.place, self.trail, d)
    }
}

/// A list whose elements go one by one into a sink, each read at its own place.
struct Walk<'t, S, F> {
    shape: S,
    place: Place,
    trail: &'t Trail,
    sink: F,
}

impl<'de, S: Shape, F: FnMut(S::Out) -> Result<(), Fault>> Visitor<'de> for Walk<'_, S, F> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<usize, A::Error> {
        let mut length = 0;
        while let Some(value) =
            seq.next_element_seed(Here { shape: self.shape, place: self.place.at(length), trail: self.trail })?
        {
            (self.sink)(value).map_err(|fault| self.trail.refuse(fault))?;
            length += 1;
        }
        self.trail.go(self.place);
        Ok(length)
    }
}

/// A list of equal shapes.
#[derive(Clone, Copy)]
pub(crate) struct Each<S>(pub S);

impl<S: Shape> Shape for Each<S> {
    type Out = Vec<S::Out>;

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<Self::Out, D::Error> {
        let mut out = Vec::new();
        let sink = |value| {
            out.push(value);
            Ok(())
        };
        d.deserialize_seq(Walk { shape: self.0, place, trail, sink })?;
        Ok(out)
    }
}

/// A text.
#[derive(Clone, Copy)]
pub(crate) struct Text;

impl Shape for Text {
    type Out = String;

    fn read<'de, D: Deserializer<'de>>(self, _: Place, _: &Trail, d: D) -> Result<String, D::Error> {
        serde::Deserialize::deserialize(d)
    }
}

/// A whole number within limits.
#[derive(Clone, Copy)]
pub(crate) struct Number {
    pub least: u64,
    pub most: u64,
}

impl Shape for Number {
    type Out = u32;

    fn read<'de, D: Deserializer<'de>>(self, _: Place, trail: &Trail, d: D) -> Result<u32, D::Error> {
        let (least, most) = (i64::try_from(self.least).unwrap_or(0), i64::try_from(self.most).unwrap_or(i64::MAX));
        let value = d.deserialize_any(Whole64 { trail, least, most })?;
        u32::try_from(value).map_err(|_| trail.refuse(Fault::OutOfRange { least, most }))
    }
}

/// A whole number of 64 bits within limits.
struct Whole64<'t> {
    trail: &'t Trail,
    least: i64,
    most: i64,
}

impl Visitor<'_> for Whole64<'_> {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number")
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<i64, E> {
        if (self.least..=self.most).contains(&value) {
            return Ok(value);
        }
        Err(self.trail.refuse(Fault::OutOfRange { least: self.least, most: self.most }))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<i64, E> {
        self.visit_i64(i64::try_from(value).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: serde::de::Error>(self, _: f64) -> Result<i64, E> {
        Err(self.trail.refuse(Fault::NotWhole))
    }
}

/// All preference lists of one side.
#[derive(Clone, Copy)]
pub(crate) struct Lists;

impl Shape for Lists {
    type Out = Preferences;

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<Preferences, D::Error> {
        let lists = RefCell::new(Preferences::new());
        let sink = |()| {
            lists.borrow_mut().end_list();
            Ok(())
        };
        d.deserialize_seq(Walk { shape: List(&lists), place, trail, sink })?;
        Ok(lists.into_inner())
    }
}

/// One person's list.
#[derive(Clone, Copy)]
struct List<'l>(&'l RefCell<Preferences>);

impl Shape for List<'_> {
    type Out = ();

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<(), D::Error> {
        d.deserialize_seq(Walk { shape: Tie { lists: self.0 }, place, trail, sink: |()| Ok(()) })?;
        Ok(())
    }
}

/// One tie class of a list.
#[derive(Clone, Copy)]
struct Tie<'l> {
    lists: &'l RefCell<Preferences>,
}

impl Shape for Tie<'_> {
    type Out = ();

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<(), D::Error> {
        let mut begins = true;
        let sink = |other| self.lists.borrow_mut().push(other, std::mem::replace(&mut begins, false));
        let shape = Number { least: 0, most: PEOPLE_LIMIT as u64 };
        match d.deserialize_seq(Walk { shape, place, trail, sink })? {
            0 => Err(trail.refuse(Fault::EmptyTie)),
            _ => Ok(()),
        }
    }
}

/// A pair `[child, volunteer]`.
#[derive(Clone, Copy)]
pub(crate) struct Pair;

impl Shape for Pair {
    type Out = (u32, u32);

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<(u32, u32), D::Error> {
        match *Each(Number { least: 0, most: PEOPLE_LIMIT as u64 }).read(place, trail, d)?.as_slice() {
            [child, volunteer] => Ok((child, volunteer)),
            ref other => Err(trail.refuse(Fault::Length { expected: 2, found: other.len() })),
        }
    }
}

/// A weight `[child, volunteer, weight]`.
#[derive(Clone, Copy)]
pub(crate) struct Weight;

impl Shape for Weight {
    type Out = Fit;

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<Fit, D::Error> {
        let values = Each(Signed).read(place, trail, d)?;
        let &[child, volunteer, weight] = values.as_slice() else {
            return Err(trail.refuse(Fault::Length { expected: 3, found: values.len() }));
        };
        let number = |position: usize, value: i64| {
            u32::try_from(value).map_err(|_| {
                trail.go(place.at(position));
                trail.refuse(Fault::OutOfRange { least: 0, most: i64::try_from(PEOPLE_LIMIT).unwrap_or(i64::MAX) })
            })
        };
        Ok(Fit { child: number(0, child)?, volunteer: number(1, volunteer)?, weight })
    }
}

/// Any whole number.
#[derive(Clone, Copy)]
struct Signed;

impl Shape for Signed {
    type Out = i64;

    fn read<'de, D: Deserializer<'de>>(self, _: Place, trail: &Trail, d: D) -> Result<i64, D::Error> {
        d.deserialize_any(Whole64 { trail, least: i64::MIN, most: i64::MAX })
    }
}

/// A sibling group.
#[derive(Clone, Copy)]
pub(crate) struct Group;

impl Shape for Group {
    type Out = SiblingGroup;

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<SiblingGroup, D::Error> {
        d.deserialize_map(GroupFields { place, trail })
    }
}

struct GroupFields<'t> {
    place: Place,
    trail: &'t Trail,
}

impl<'de> Visitor<'de> for GroupFields<'_> {
    type Value = SiblingGroup;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with members and mode")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SiblingGroup, A::Error> {
        let (mut members, mut mode) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            let (place, trail) = (self.place, self.trail);
            match key.as_str() {
                "members" if members.is_none() => {
                    let shape = Each(Number { least: 0, most: PEOPLE_LIMIT as u64 });
                    members = Some(map.next_value_seed(Here { shape, place, trail })?);
                }
                "mode" if mode.is_none() => mode = Some(map.next_value_seed(Here { shape: ModeName, place, trail })?),
                "members" | "mode" => return Err(trail.refuse(Fault::FieldTwice)),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        match (members, mode) {
            (Some(members), Some(mode)) => Ok(SiblingGroup { members, mode }),
            (None, _) => Err(A::Error::missing_field("members")),
            (_, None) => Err(A::Error::missing_field("mode")),
        }
    }
}

/// `must` or `prefer`.
#[derive(Clone, Copy)]
struct ModeName;

impl Shape for ModeName {
    type Out = Mode;

    fn read<'de, D: Deserializer<'de>>(self, place: Place, trail: &Trail, d: D) -> Result<Mode, D::Error> {
        match Text.read(place, trail, d)?.as_str() {
            "must" => Ok(Mode::Must),
            "prefer" => Ok(Mode::Prefer),
            _ => Err(trail.refuse(Fault::Mode)),
        }
    }
}
