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

/// Hours in which a note may still be changed; after that a correction is a new note.
pub const EDIT_HOURS: i64 = 24;
/// Characters of a note.
pub const MOST_CHARACTERS: usize = 4000;
/// Pictures of a note.
pub const MOST_PICTURES: usize = 9;
/// Bytes of one kept picture.
pub const PICTURE_BYTES: usize = 200_000;
