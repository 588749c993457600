//! What a note of a weekend holds: what they did together, in words; pictures; a worry apart.

/// What they did, and so what kind of support it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// Homework together: learning.
    Homework,
    /// Reading: learning.
    Reading,
    /// Cooking and housework: daily life.
    Cooking,
    /// Going out: daily life.
    Outing,
    /// A video call with the family: feelings.
    FamilyCall,
    /// A talk about what moves the child: feelings.
    Talk,
    /// Something the child needed: material.
    Gift,
    /// A day at the base: spirit.
    Base,
}

impl NoteKind {
    /// Every kind, in the order of the form.
    pub const ALL: [NoteKind; 8] = [
        NoteKind::Homework,
        NoteKind::Cooking,
        NoteKind::Reading,
        NoteKind::Outing,
        NoteKind::FamilyCall,
        NoteKind::Talk,
        NoteKind::Gift,
        NoteKind::Base,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            NoteKind::Homework => "homework",
            NoteKind::Reading => "reading",
            NoteKind::Cooking => "cooking",
            NoteKind::Outing => "outing",
            NoteKind::FamilyCall => "family_call",
            NoteKind::Talk => "talk",
            NoteKind::Gift => "gift",
            NoteKind::Base => "base",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<NoteKind> {
        NoteKind::ALL.into_iter().find(|k| k.code() == code)
    }
}

/// The kinds of support that the programme names: 物质上的资助、精神上的激励、生活上的关心; 学习、生活、情感.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Support {
    /// 学习.
    Learning,
    /// 生活.
    Life,
    /// 情感.
    Feelings,
    /// 物质.
    Material,
    /// 精神.
    Spirit,
}

impl Support {
    /// Every kind, in the order of the form.
    pub const ALL: [Support; 5] =
        [Support::Learning, Support::Life, Support::Feelings, Support::Material, Support::Spirit];

    /// The word of texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Support::Learning => "learning",
            Support::Life => "life",
            Support::Feelings => "feelings",
            Support::Material => "material",
            Support::Spirit => "spirit",
        }
    }
}

impl NoteKind {
    /// What kind of support it is.
    #[must_use]
    pub fn support(self) -> Support {
        match self {
            NoteKind::Homework | NoteKind::Reading => Support::Learning,
            NoteKind::Cooking | NoteKind::Outing => Support::Life,
            NoteKind::FamilyCall | NoteKind::Talk => Support::Feelings,
            NoteKind::Gift => Support::Material,
            NoteKind::Base => Support::Spirit,
        }
    }
}

/// Hours in which a note may still be changed; after that a correction is a new note.
pub const EDIT_HOURS: i64 = 24;
/// Characters of a note.
pub const MOST_CHARACTERS: usize = 4000;
/// Pictures of a note.
pub const MOST_PICTURES: usize = 9;
/// Bytes of one kept picture.
pub const PICTURE_BYTES: usize = 200_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_support_can_be_told() {
        for support in Support::ALL {
            assert!(NoteKind::ALL.into_iter().any(|kind| kind.support() == support), "{support:?}");
        }
    }

    #[test]
    fn each_kind_is_its_own_support_and_read_back() {
        use NoteKind::{Base, Cooking, FamilyCall, Gift, Homework, Outing, Reading, Talk};
        for (support, kinds) in [
            (Support::Learning, vec![Homework, Reading]),
            (Support::Life, vec![Cooking, Outing]),
            (Support::Feelings, vec![FamilyCall, Talk]),
            (Support::Material, vec![Gift]),
            (Support::Spirit, vec![Base]),
        ] {
            let found = NoteKind::ALL.into_iter().filter(|kind| kind.support() == support);
            assert!(
                found.clone().count() == kinds.len() && found.clone().all(|kind| kinds.contains(&kind)),
                "{support:?}"
            );
        }
        assert!(NoteKind::ALL.into_iter().all(|kind| NoteKind::parse(kind.code()) == Some(kind)));
    }
}
