//! A child's data in words: the file, what happened, what was agreed to, who looked.

use naheya_domain::Timestamp;
use naheya_store::child::file::{ChildFile, Secret};
use naheya_store::consent::ConsentLine;
use naheya_store::family::LookLine;
use naheya_store::note::NoteView;
use naheya_store::personal_copy::{ChildCopy, CopiedPair, CopiedStay};

use super::{Copied, Part};
use crate::Words;
use crate::erasure::carer;

pub(super) fn in_words(w: Words, copy: ChildCopy) -> Copied {
    let pictures = copy.notes.iter().flat_map(|note| {
        let when = note.saved_at.map(|at| w.long_date(at)).unwrap_or_default();
        note.pictures.iter().map(move |id| (id.to_string(), when.clone()))
    });
    Copied {
        name: copy.file.name.clone(),
        pictures: pictures.collect(),
        parts: vec![
            facts(w, &copy.file, copy.locked.as_ref()),
            pairs(w, &copy.pairs),
            stays(w, &copy.stays),
            notes(w, &copy.notes),
            consents(w, copy.consents),
            looks(w, copy.looks),
        ],
    }
}

/// A table under the title `id`, with heads by their texts.
pub(super) fn part<const N: usize>(w: Words, id: &'static str, heads: [&str; N], rows: Vec<[String; N]>) -> Part {
    Part {
        title: w.t(id),
        heads: heads.into_iter().map(|head| w.t(head)).collect(),
        rows: rows.into_iter().map(Vec::from).collect(),
    }
}

/// What is on file, each with its label; what is not known is left out.
pub(super) fn listed<const N: usize>(w: Words, id: &'static str, facts: [(&str, Option<String>); N]) -> Part {
    let known = facts.into_iter().filter_map(|(label, value)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some([w.t(label), value])
    });
    part(w, id, ["personal_copy-what", "personal_copy-held"], known.collect())
}

/// `2026年11月20日 17:30`.
pub(super) fn at(w: Words, at: Timestamp) -> String {
    format!("{} {}", w.long_date(at), w.time(at))
}

fn facts(w: Words, file: &ChildFile, locked: Option<&Secret>) -> Part {
    let home = file.personal.as_ref();
    let secret = |pick: fn(&Secret) -> Option<&String>| locked.and_then(pick).cloned();
    let adult = file.guardians.first();
    let boards = |boards| w.t(if boards { "child-boarding-yes" } else { "child-boarding-no" });
    let facts = [
        ("child-column-number", Some(file.number.clone())),
        ("child-name", Some(file.name.clone())),
        ("child-name_mn", file.name_mn.clone()),
        ("child-sex", file.sex.map(|sex| w.code("child-sex", sex.code()))),
        ("child-birth_on", home.and_then(|home| home.birth_on).map(|day| w.long_date(day))),
        ("child-ethnic", home.and_then(|home| home.ethnic.as_deref()).map(|code| w.sent_code("ethnic_group", code))),
        ("child-languages", Some(crate::child::languages(w, file))),
        ("child-school_id", file.school.as_ref().map(|school| school.1.clone())),
        ("child-class_id", file.class.as_ref().map(|class| class.1.clone())),
        ("child-boards", file.boards.map(boards)),
        ("child-address", home.and_then(|home| home.address.clone())),
        ("child-vital", file.vital.clone()),
        ("child-care", file.care.clone()),
        ("child-likes", file.likes.clone()),
        ("child-words", file.words.clone()),
        ("child-needs", home.and_then(|home| home.needs.clone())),
        ("child-state", Some(w.code("child-state", file.state.code()))),
        ("child-id_number", secret(|locked| locked.id_number.as_ref())),
        ("child-student_number", secret(|locked| locked.student_number.as_ref())),
        ("child-health", secret(|locked| locked.health.as_ref())),
        ("child-categories", locked.map(|locked| categories(w, locked))),
        ("personal_copy-you", adult.map(|adult| adult.name.clone())),
        ("guardian-relation", adult.map(|adult| w.code("child-relation", &adult.relation))),
        ("guardian-phone", adult.and_then(|adult| adult.phone.clone())),
    ];
    listed(w, "personal_copy-file", facts)
}

fn categories(w: Words, locked: &Secret) -> String {
    let one = |line: &naheya_store::category::CategoryLine| {
        let name = w.sent_code("category-name", &line.code);
        let day = |on: Option<naheya_domain::Date>| on.map(|on| w.long_date(on)).unwrap_or_default();
        let span = match line.to_on {
            Some(_) => w.t2("category-from-to", "from", day(line.from_on), "to", day(line.to_on)),
            None => w.t1("category-from", "from", day(line.from_on)),
        };
        format!("{name} {span}")
    };
    locked.categories.iter().map(one).collect::<Vec<_>>().join(&w.t("child-and"))
}

fn pairs(w: Words, pairs: &[CopiedPair]) -> Part {
    let day = |on: Option<naheya_domain::Date>| on.map(|on| w.long_date(on)).unwrap_or_default();
    let row = |pair: &CopiedPair| [carer(w, pair.with.clone()), day(pair.begun_on), day(pair.ended_on)];
    let heads = ["child-column-volunteer", "personal_copy-from", "personal_copy-to"];
    part(w, "personal_copy-pairs", heads, pairs.iter().map(row).collect())
}

fn stays(w: Words, stays: &[CopiedStay]) -> Part {
    let row = |stay: &CopiedStay| {
        let with = carer(w, stay.with.clone().unwrap_or_default());
        [at(w, stay.starts_at), at(w, stay.ends_at), with, end(w, stay)]
    };
    let heads = ["personal_copy-from", "personal_copy-to", "child-weekend-who", "child-weekend-back"];
    part(w, "personal_copy-stays", heads, stays.iter().map(row).collect())
}

/// When the child was back, or how far it is.
pub(super) fn end(w: Words, stay: &CopiedStay) -> String {
    stay.returned_at.map_or_else(|| w.code("child-stay-state", stay.state.code()), |back| at(w, back))
}

fn notes(w: Words, notes: &[NoteView]) -> Part {
    let row = |note: &NoteView| {
        let kinds = note.kinds.iter().map(|kind| w.code("note-kind", kind.code())).collect::<Vec<_>>();
        let pictures =
            if note.pictures.is_empty() { String::new() } else { w.t1("note-picture-count", "n", note.pictures.len()) };
        let when = note.saved_at.map(|saved| at(w, saved)).unwrap_or_default();
        [when, kinds.join(&w.t("child-and")), note.words.clone(), pictures]
    };
    let heads = ["personal_copy-when", "personal_copy-did", "personal_copy-words", "personal_copy-pictures"];
    part(w, "personal_copy-notes", heads, notes.iter().map(row).collect())
}

fn consents(w: Words, consents: Vec<ConsentLine>) -> Part {
    let row = |line: ConsentLine| {
        let given = at(w, line.given_at);
        let line = crate::consent::line(w, line);
        [given, line.what, line.who, line.how, line.days, line.state]
    };
    let heads =
        ["personal_copy-when", "consent-purpose", "personal_copy-who", "consent-how", "consent-days", "consent-state"];
    part(w, "personal_copy-consents", heads, consents.into_iter().map(row).collect())
}

fn looks(w: Words, looks: Vec<LookLine>) -> Part {
    let row = |line: LookLine| {
        let when = at(w, line.at);
        let look = crate::family::look(w, line);
        [when, look.who, look.role, look.what]
    };
    let heads = ["personal_copy-when", "personal_copy-who", "personal_copy-role", "personal_copy-did"];
    part(w, "personal_copy-looks", heads, looks.into_iter().map(row).collect())
}
