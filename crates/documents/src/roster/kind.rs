//! The three kinds of roster, and which columns each of them has.

use super::field::{Attribute, Field, Owner, meaning, owner_of_group};

/// Which roster is read; bare words such as `联系电话` mean other people in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 儿童花名册.
    Children,
    /// 志愿者花名册.
    Volunteers,
    /// 结对台账.
    Pairs,
}

/// The words above one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// The group it belongs to; empty without one.
    pub group: String,
    /// Its own words.
    pub label: String,
}

const OF_CHILD: &[Field] = {
    use Field::{
        Address, BirthDate, Boarding, Categories, Class, Domicile, EthnicGroup, Family, Grade, Health, Languages,
        Needs, Notes, Relation, School, SchoolClass, Serial, Sex, Strengths, StudentNumber, Town, Village,
    };
    &[
        Serial,
        Sex,
        EthnicGroup,
        BirthDate,
        StudentNumber,
        School,
        Grade,
        Class,
        SchoolClass,
        Boarding,
        Town,
        Village,
        Address,
        Domicile,
        Health,
        Categories,
        Languages,
        Needs,
        Family,
        Strengths,
        Notes,
        Relation,
    ]
};

const OF_VOLUNTEER: &[Field] = {
    use Field::{
        Address, BirthDate, Domicile, Education, Employer, EthnicGroup, Family, Health, Joined, Languages, Notes,
        PoliticalStatus, Serial, Sex, Strengths, Town, Village,
    };
    &[
        Serial,
        Sex,
        EthnicGroup,
        BirthDate,
        PoliticalStatus,
        Education,
        Employer,
        Town,
        Village,
        Address,
        Domicile,
        Strengths,
        Joined,
        Languages,
        Health,
        Family,
        Notes,
    ]
};

const OF_PAIR: &[Field] = {
    use Field::{
        BirthDate, Class, EthnicGroup, Grade, Notes, PairBegin, PairEnd, PairSpan, PaperNumber, Relation, School,
        SchoolClass, Serial, Sex,
    };
    &[
        Serial,
        Sex,
        EthnicGroup,
        BirthDate,
        School,
        Grade,
        Class,
        SchoolClass,
        Relation,
        PairBegin,
        PairEnd,
        PairSpan,
        PaperNumber,
        Notes,
    ]
};

type Meaning = (Option<Owner>, Attribute);

impl Kind {
    /// Every kind, in the order in which they are imported.
    pub const ALL: [Kind; 3] = [Self::Children, Self::Volunteers, Self::Pairs];

    /// The word in addresses and commands.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Children => "children",
            Self::Volunteers => "volunteers",
            Self::Pairs => "pairs",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// What each column holds in a roster of this kind; a field is given to one column only.
    pub(super) fn fields(self, columns: &[Words]) -> Vec<Option<Field>> {
        let meanings: Vec<Option<Meaning>> = columns.iter().map(meaning_in_group).collect();
        let mut fields: Vec<Option<Field>> =
            meanings.iter().map(|meaning| meaning.and_then(|meaning| self.plain_field(meaning))).collect();
        match self {
            Self::Children => settle_bare_phone(&meanings, &mut fields, Field::GuardianPhone),
            Self::Volunteers => {}
            Self::Pairs => settle_pair(&meanings, &mut fields),
        }
        keep_first_of_each(&mut fields);
        fields
    }

    /// The field when it does not depend on the other columns.
    fn plain_field(self, (owner, attribute): Meaning) -> Option<Field> {
        match self {
            Self::Children => of_child_roster(owner, attribute),
            Self::Volunteers => of_volunteer_roster(owner, attribute),
            Self::Pairs => of_pair_roster(owner, attribute),
        }
    }

    /// Whether columns with these words and fields are the header of such a roster.
    pub(super) fn is_header(self, words: &[Words], fields: &[Option<Field>]) -> bool {
        let has = |field| fields.contains(&Some(field));
        let named = match self {
            Self::Children | Self::Volunteers => has(Field::Name) && !is_ledger(words),
            Self::Pairs => has(Field::Name) && (has(Field::VolunteerName) || has(Field::VolunteerNamePhone)),
        };
        named && score(fields) >= 3
    }
}

/// A ledger of pairs names children and volunteers too, but is no roster of either. A roster of
/// children may say who cares for each since when, but not until when and by which paper.
fn is_ledger(words: &[Words]) -> bool {
    let fields = Kind::Pairs.fields(words);
    let has = |any: &[Field]| fields.iter().flatten().any(|field| any.contains(field));
    has(&[Field::VolunteerName, Field::VolunteerNamePhone])
        && has(&[Field::PairBegin, Field::PairSpan])
        && has(&[Field::PairEnd, Field::PairSpan, Field::PaperNumber])
}

/// How many columns say something about a person.
pub(super) fn score(fields: &[Option<Field>]) -> usize {
    fields.iter().flatten().filter(|field| **field != Field::Serial).count()
}

fn meaning_in_group(words: &Words) -> Option<Meaning> {
    let (owner, attribute) =
        meaning(&words.label).or_else(|| meaning(&format!("{}{}", stem(&words.group), words.label)))?;
    Some((owner.or_else(|| owner_of_group(&words.group)), attribute))
}

/// `学校情况` over `名称` is `学校名称`.
fn stem(group: &str) -> String {
    ["基本", "情况", "信息", "资料", "概况"].iter().fold(group.to_owned(), |stem, word| stem.replace(word, ""))
}

fn of_child_roster(owner: Option<Owner>, attribute: Attribute) -> Option<Field> {
    match (owner, attribute) {
        (Some(Owner::Guardian), attribute) => of_guardian(attribute),
        (Some(Owner::Father), Attribute::Name) => Some(Field::FatherName),
        (Some(Owner::Father), Attribute::Phone) => Some(Field::FatherPhone),
        (Some(Owner::Father), Attribute::NamePhone) => Some(Field::FatherNamePhone),
        (Some(Owner::Mother | Owner::Mama), Attribute::Name) => Some(Field::MotherName),
        (Some(Owner::Mother | Owner::Mama), Attribute::Phone) => Some(Field::MotherPhone),
        (Some(Owner::Mother | Owner::Mama), Attribute::NamePhone) => Some(Field::MotherNamePhone),
        (None | Some(Owner::Child), Attribute::Name) => Some(Field::Name),
        (None | Some(Owner::Child), Attribute::IdNumber) => Some(Field::IdNumber),
        (None | Some(Owner::Child), Attribute::Of(field)) => OF_CHILD.contains(&field).then_some(field),
        _ => None,
    }
}

fn of_guardian(attribute: Attribute) -> Option<Field> {
    match attribute {
        Attribute::Name => Some(Field::GuardianName),
        Attribute::Phone => Some(Field::GuardianPhone),
        Attribute::NamePhone => Some(Field::GuardianNamePhone),
        Attribute::Of(Field::Relation) => Some(Field::Relation),
        Attribute::IdNumber | Attribute::Of(_) => None,
    }
}

fn of_volunteer_roster(owner: Option<Owner>, attribute: Attribute) -> Option<Field> {
    if !matches!(owner, None | Some(Owner::Volunteer)) {
        return None;
    }
    match attribute {
        Attribute::Name => Some(Field::Name),
        Attribute::Phone => Some(Field::Phone),
        Attribute::IdNumber => Some(Field::IdNumber),
        Attribute::NamePhone => None,
        Attribute::Of(field) => OF_VOLUNTEER.contains(&field).then_some(field),
    }
}

/// In a ledger `Field::Name` and what is said without owner belong to the child.
fn of_pair_roster(owner: Option<Owner>, attribute: Attribute) -> Option<Field> {
    match (owner, attribute) {
        (Some(Owner::Volunteer | Owner::Mama), Attribute::Name) => Some(Field::VolunteerName),
        (Some(Owner::Volunteer | Owner::Mama), Attribute::Phone) => Some(Field::VolunteerPhone),
        (Some(Owner::Volunteer | Owner::Mama), Attribute::NamePhone) => Some(Field::VolunteerNamePhone),
        (Some(Owner::Volunteer | Owner::Mama), Attribute::IdNumber) => Some(Field::VolunteerIdNumber),
        (Some(Owner::Guardian), attribute) => of_guardian(attribute),
        (Some(Owner::Child), Attribute::Name) => Some(Field::Name),
        (Some(Owner::Child), Attribute::IdNumber) => Some(Field::IdNumber),
        (Some(Owner::Child) | None, Attribute::Of(Field::Serial)) => Some(Field::Serial),
        (Some(Owner::Child), Attribute::Of(field)) => OF_PAIR.contains(&field).then_some(field),
        (_, Attribute::Of(field)) if is_about_pair(field) => Some(field),
        _ => None,
    }
}

fn is_about_pair(field: Field) -> bool {
    matches!(
        field,
        Field::PairBegin | Field::PairEnd | Field::PairSpan | Field::PaperNumber | Field::Notes | Field::Relation
    )
}

fn settle_bare_phone(meanings: &[Option<Meaning>], fields: &mut [Option<Field>], field: Field) {
    if fields.contains(&Some(field)) {
        return;
    }
    let bare = meanings.iter().position(|meaning| *meaning == Some((None, Attribute::Phone)));
    if let Some(at) = bare.and_then(|at| fields.get_mut(at)) {
        *at = Some(field);
    }
}

/// Words without owner in a ledger: a name is whichever is still missing, a phone belongs to the
/// volunteer, all else to the child. Where a word stands twice, the person named to the left has it.
fn settle_pair(meanings: &[Option<Meaning>], fields: &mut [Option<Field>]) {
    let named = |fields: &[Option<Field>], field| fields.contains(&Some(field));
    let missing_name = if !named(fields, Field::Name) {
        Some(Field::Name)
    } else if !named(fields, Field::VolunteerName) && !named(fields, Field::VolunteerNamePhone) {
        Some(Field::VolunteerName)
    } else {
        None
    };
    for (at, meaning) in meanings.iter().enumerate() {
        let Some((None, attribute)) = *meaning else { continue };
        let twice = meanings.iter().filter(|other| **other == *meaning).count() > 1;
        let left = owner_to_the_left(meanings, at);
        let field = match attribute {
            Attribute::Name => missing_name,
            Attribute::Phone => Some(bare_phone(fields, twice, left)),
            _ if twice && left == Some(Owner::Volunteer) => {
                (attribute == Attribute::IdNumber).then_some(Field::VolunteerIdNumber)
            }
            Attribute::IdNumber => Some(Field::IdNumber),
            Attribute::Of(field) if OF_PAIR.contains(&field) => Some(field),
            Attribute::NamePhone | Attribute::Of(_) => None,
        };
        if let Some(place) = fields.get_mut(at) {
            *place = place.or(field);
        }
    }
}

fn bare_phone(fields: &[Option<Field>], twice: bool, left: Option<Owner>) -> Field {
    let volunteer_has =
        fields.iter().flatten().any(|field| matches!(field, Field::VolunteerPhone | Field::VolunteerNamePhone));
    let of_guardian = volunteer_has || (twice && matches!(left, Some(Owner::Child | Owner::Guardian)));
    if of_guardian { Field::GuardianPhone } else { Field::VolunteerPhone }
}

fn owner_to_the_left(meanings: &[Option<Meaning>], at: usize) -> Option<Owner> {
    let left = meanings.get(..at)?;
    left.iter().rev().flatten().find_map(|(owner, attribute)| match attribute {
        Attribute::Name | Attribute::NamePhone => *owner,
        _ => None,
    })
}

fn keep_first_of_each(fields: &mut [Option<Field>]) {
    let mut seen = Vec::new();
    for field in fields {
        match field {
            Some(known) if seen.contains(known) => *field = None,
            Some(known) => seen.push(*known),
            None => {}
        }
    }
}
