//! Reading the format `naheya-hrt-1`.
//!
//! The document goes straight into flat arrays: a million lists of ten never exist as a tree.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};

use crate::malformed::{Fault, Malformed, Place};
use crate::model::{Fit, Instance, PEOPLE_LIMIT, SiblingGroup};
use crate::preference::Preferences;
use crate::shape::{Each, Group, Here, Lists, Number, Pair, Shape, Text, Trail, Weight};

/// The name of the format read here.
pub const FORMAT: &str = "naheya-hrt-1";

/// The longest part of an unknown field's name that is kept.
const NAME_LIMIT: usize = 160;

/// An instance as read, with the names of fields that the format does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The checked instance.
    pub instance: Instance,
    /// Fields passed over, in the order of the document: a misspelt `forbidden` must not go unnoticed.
    pub unknown_fields: Vec<String>,
}

impl Instance {
    /// Reads and checks an instance in the format [`FORMAT`]; unknown fields are passed over.
    ///
    /// ```
    /// use naheya_matching::Instance;
    /// let fault = Instance::from_json(br#"{"format":"naheya-hrt-1","children":1,"volunteers":1,"capacity":[1],
    ///     "child_prefs":[[[7]]],"volunteer_prefs":[[[0]]]}"#).unwrap_err();
    /// assert_eq!(fault.to_string(), "child_prefs[0][0][0]: must be between 0 and 0");
    /// ```
    ///
    /// # Errors
    /// The first fault and its place.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Malformed> {
        Document::from_json(bytes).map(|document| document.instance)
    }
}

impl Document {
    /// Reads and checks an instance and keeps the names of unknown fields.
    ///
    /// ```
    /// use naheya_matching::Document;
    /// let document = Document::from_json(br#"{"format":"naheya-hrt-1","children":1,"volunteers":1,"capacity":[1],
    ///     "child_prefs":[[[0]]],"volunteer_prefs":[[[0]]],"forbiden":[[0,0]]}"#)?;
    /// assert_eq!(document.unknown_fields, ["forbiden"]);
    /// assert!(document.instance.acceptable(0, 0));
    /// # Ok::<(), naheya_matching::Malformed>(())
    /// ```
    ///
    /// # Errors
    /// The first fault and its place.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Malformed> {
        let trail = Trail::default();
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        let parts = Whole(&trail).deserialize(&mut reader).map_err(|e| trail.explain(&e))?;
        trail.go(Place::field("document"));
        reader.end().map_err(|e| trail.explain(&e))?;
        parts.into_document()
    }
}

/// What a document holds, before anything is compared with anything.
#[derive(Default)]
struct Parts {
    format: Option<String>,
    children: Option<u32>,
    volunteers: Option<u32>,
    capacity: Option<Vec<u32>>,
    child_prefs: Option<Preferences>,
    volunteer_prefs: Option<Preferences>,
    siblings: Option<Vec<SiblingGroup>>,
    forbidden: Option<Vec<(u32, u32)>>,
    fit: Option<Vec<Fit>>,
    child_ids: Option<Vec<String>>,
    volunteer_ids: Option<Vec<String>>,
    keep: Option<Vec<(u32, u32)>>,
    unknown_fields: Vec<String>,
}

impl Parts {
    fn into_document(self) -> Result<Document, Malformed> {
        if present("format", self.format)? != FORMAT {
            return Err(Malformed::new(Place::field("format"), Fault::Format));
        }
        let children = present("children", self.children)?;
        let volunteers = present("volunteers", self.volunteers)?;
        let instance = Instance {
            capacity: present("capacity", self.capacity)?,
            child_prefs: present("child_prefs", self.child_prefs)?,
            volunteer_prefs: present("volunteer_prefs", self.volunteer_prefs)?,
            siblings: self.siblings.unwrap_or_default(),
            forbidden: self.forbidden.unwrap_or_default(),
            fit: self.fit.unwrap_or_default(),
            child_ids: self.child_ids,
            volunteer_ids: self.volunteer_ids,
            keep: self.keep,
        };
        let counted =
            [("child_prefs", instance.children(), children), ("volunteer_prefs", instance.volunteers(), volunteers)];
        for (field, found, expected) in counted {
            if found != expected as usize {
                let fault = Fault::Length { expected: expected as usize, found };
                return Err(Malformed::new(Place::field(field), fault));
            }
        }
        Ok(Document { instance: instance.checked()?, unknown_fields: self.unknown_fields })
    }
}

fn present<T>(field: &'static str, value: Option<T>) -> Result<T, Malformed> {
    value.ok_or_else(|| Malformed::new(Place::field(field), Fault::Missing))
}

/// The document.
struct Whole<'t>(&'t Trail);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = Parts;

    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<Parts, D::Error> {
        d.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = Parts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts, A::Error> {
        let mut parts = Parts::default();
        while let Some(key) = map.next_key::<String>()? {
            self.field(&key, &mut map, &mut parts)?;
            self.0.go(Place::field("document"));
        }
        Ok(parts)
    }
}

impl Whole<'_> {
    fn field<'de, A: MapAccess<'de>>(&self, key: &str, map: &mut A, parts: &mut Parts) -> Result<(), A::Error> {
        let most = PEOPLE_LIMIT as u64;
        let any = u64::from(u32::MAX);
        match key {
            "format" => self.once(map, "format", &mut parts.format, Text),
            "children" => self.once(map, "children", &mut parts.children, Number { least: 0, most }),
            "volunteers" => self.once(map, "volunteers", &mut parts.volunteers, Number { least: 0, most }),
            "capacity" => self.once(map, "capacity", &mut parts.capacity, Each(Number { least: 1, most: any })),
            "child_prefs" => self.once(map, "child_prefs", &mut parts.child_prefs, Lists),
            "volunteer_prefs" => self.once(map, "volunteer_prefs", &mut parts.volunteer_prefs, Lists),
            "siblings" => self.once(map, "siblings", &mut parts.siblings, Each(Group)),
            "forbidden" => self.once(map, "forbidden", &mut parts.forbidden, Each(Pair)),
            "fit" => self.once(map, "fit", &mut parts.fit, Each(Weight)),
            "child_ids" => self.once(map, "child_ids", &mut parts.child_ids, Each(Text)),
            "volunteer_ids" => self.once(map, "volunteer_ids", &mut parts.volunteer_ids, Each(Text)),
            "keep" => self.once(map, "keep", &mut parts.keep, Each(Pair)),
            unknown => {
                parts.unknown_fields.push(unknown.chars().take(NAME_LIMIT).collect());
                map.next_value::<IgnoredAny>().map(|_| ())
            }
        }
    }

    fn once<'de, A: MapAccess<'de>, S: Shape>(
        &self,
        map: &mut A,
        field: &'static str,
        slot: &mut Option<S::Out>,
        shape: S,
    ) -> Result<(), A::Error> {
        let place = Place::field(field);
        self.0.go(place);
        if slot.is_some() {
            return Err(self.0.refuse(Fault::FieldTwice));
        }
        *slot = Some(map.next_value_seed(Here { shape, place, trail: self.0 })?);
        Ok(())
    }
}
