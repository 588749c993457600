//! Why a whole file is refused, before any of its rows is looked at.

/// A file that cannot be taken. Three codes reach the outside; the reason says more to whoever helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// It is no workbook that can or may be opened.
    #[error("file.unreadable: {}", .0.code())]
    Unreadable(Unreadable),
    /// It is larger than a roster may be.
    #[error("file.too_large: {}", .0.code())]
    TooLarge(TooLarge),
    /// No sheet has a header that belongs to the kind of roster asked for.
    #[error("header.unknown")]
    HeaderUnknown,
}

/// Why a file cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// Neither `.xlsx`, `.xls` nor text in UTF-8 or GB18030, or cut and damaged.
    NotWorkbook,
    /// Locked with a password.
    Encrypted,
    /// Holds macros.
    Macros,
    /// Fetches values from other files or from the network.
    ExternalLinks,
    /// Holds other files.
    EmbeddedObjects,
    /// Made to grow beyond all bounds when unpacked, or to mislead a reader.
    Bomb,
}

/// Which limit is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLarge {
    /// More than 20 MB.
    Bytes,
    /// More than 50,000 rows.
    Rows,
    /// Too many columns, sheets or characters, or too large when unpacked.
    Content,
}

impl FileFault {
    /// The code of the import result: `file.unreadable`, `file.too_large` or `header.unknown`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable(_) => "file.unreadable",
            Self::TooLarge(_) => "file.too_large",
            Self::HeaderUnknown => "header.unknown",
        }
    }

    /// A finer code for the sentence that says what to do.
    #[must_use]
    pub fn detail(self) -> &'static str {
        match self {
            Self::Unreadable(why) => why.code(),
            Self::TooLarge(what) => what.code(),
            Self::HeaderUnknown => "header.unknown",
        }
    }
}

impl Unreadable {
    /// The finer code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotWorkbook => "file.not_workbook",
            Self::Encrypted => "file.encrypted",
            Self::Macros => "file.macros",
            Self::ExternalLinks => "file.external_links",
            Self::EmbeddedObjects => "file.embedded_objects",
            Self::Bomb => "file.bomb",
        }
    }
}

impl TooLarge {
    /// The finer code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Bytes => "file.too_many_bytes",
            Self::Rows => "file.too_many_rows",
            Self::Content => "file.too_much_content",
        }
    }
}

pub(crate) const NOT_WORKBOOK: FileFault = FileFault::Unreadable(Unreadable::NotWorkbook);
pub(crate) const BOMB: FileFault = FileFault::Unreadable(Unreadable::Bomb);
pub(crate) const TOO_MUCH: FileFault = FileFault::TooLarge(TooLarge::Content);
