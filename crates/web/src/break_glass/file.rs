//! The file while it is open: where the child is, whom to call, what whoever helps must know.

use askama::Template;
use axum::http::header::{HeaderValue, REFRESH};
use naheya_domain::custody::Holder;
use naheya_domain::id::BreakGlassId;
use naheya_store::break_glass::file::{Adult, Carer, EmergencyFile, Whereabouts};
use naheya_store::category::CategoryLine;
use naheya_store::child::{KeptAway, SchoolContact};

use crate::{Answer, Frame, Signed, Words, page};

#[derive(Template)]
#[template(path = "break_glass/file.html")]
struct FilePage {
    f: Frame,
    id: BreakGlassId,
    minutes: i64,
    until: String,
    name: String,
    about: String,
    vital: Option<String>,
    /// Who must not take the child, in words.
    kept_away: String,
    place: String,
    /// Since when, or the last that was said of a weekend.
    place_note: String,
    carer: Option<Carer>,
    adults: Vec<Person>,
    school: Option<(String, SchoolContact)>,
    /// What is known, each with its word; what is empty is left out.
    facts: Vec<(String, String)>,
    blocked: Vec<(String, String)>,
}

/// An adult in words.
struct Person {
    name: String,
    relation: String,
    phone: Option<String>,
    address: Option<String>,
    away: bool,
    blocked: bool,
}

pub(super) fn show(me: &Signed, open: EmergencyFile) -> Answer {
    let w = me.w();
    let minutes = super::minutes_left(open.until, me.now);
    let (place, place_note) = place(me, &open.now);
    let kept: Vec<KeptAway> = open
        .adults
        .iter()
        .filter(|adult| adult.line.blocked)
        .map(|adult| KeptAway { name: adult.line.name.clone(), relation: adult.line.relation.clone() })
        .collect();
    let left = (open.until.0 - me.now.0).div_euclid(1000) + 1;
    let mut response = page(&FilePage {
        f: me.frame("break_glass-title"),
        id: open.id,
        minutes,
        until: w.time(open.until),
        about: about(w, &open),
        vital: open.file.vital.clone(),
        kept_away: crate::child::kept_away(w, &kept),
        place,
        place_note,
        facts: facts(w, &open),
        name: open.file.name,
        carer: open.now.carer,
        adults: people(w, open.adults),
        school: open.file.school.map(|(_, name)| (name, open.school)),
        blocked: open.secret.blocked,
    })?;
    // Left on a screen, the page closes by itself too: then it asks anew.
    response.headers_mut().insert(REFRESH, HeaderValue::from(left));
    Ok(response)
}

fn about(w: Words, open: &EmergencyFile) -> String {
    let file = &open.file;
    let parts = [
        file.sex.map(|sex| w.code("child-sex", sex.code())),
        file.age.map(|n| w.t1("child-age-years", "n", n)),
        file.school.as_ref().map(|(_, name)| name.clone()),
        file.class.as_ref().map(|(_, name)| name.clone()),
        Some(file.number.clone()),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// With whom the child is, and what was said of it last.
fn place(me: &Signed, at: &Whereabouts) -> (String, String) {
    let w = me.w();
    let carer = at.carer.as_ref().map(|carer| carer.name.clone()).unwrap_or_default();
    // The last link of the chain says who has the child, also while the weekend goes on: taken to hospital, it is there.
    let is_with_her = at.since.is_none() || matches!(at.holder, Holder::Volunteer(_));
    if let Some((leg, ends_at)) = at.stay.as_ref().filter(|_| is_with_her) {
        let known = crate::stay::last_known(&w, leg, &carer, &me.now);
        return (
            w.t1("break_glass-with", "name", carer),
            format!("{known} {}", w.t1("break_glass-until", "at", w.when(*ends_at))),
        );
    }
    // Nobody has written anything down: a guess would be taken for knowledge.
    let Some(since) = at.since else { return (w.t("break_glass-unknown"), w.t("break_glass-never-moved")) };
    let place = match at.holder {
        Holder::School => w.t("break_glass-at-school"),
        Holder::Guardian => w.t("break_glass-at-family"),
        Holder::Hospital => w.t("stay-holder-hospital"),
        Holder::Police => w.t("stay-holder-police"),
        Holder::Base => w.t("stay-holder-base"),
        Holder::Volunteer(_) => w.t1("break_glass-with", "name", carer),
    };
    (place, w.t1("break_glass-since", "at", w.when_of(since, me.today())))
}

/// In the order in which they are called; who must not have the child comes last.
fn people(w: Words, adults: Vec<Adult>) -> Vec<Person> {
    let mut people: Vec<Person> = adults.into_iter().map(|adult| person(w, adult)).collect();
    people.sort_by_key(|person| person.blocked);
    people
}

fn person(w: Words, adult: Adult) -> Person {
    Person {
        relation: w.code("child-relation", &adult.line.relation),
        name: adult.line.name,
        phone: adult.line.phone,
        away: adult.line.away,
        blocked: adult.line.blocked,
        address: adult.address,
    }
}

fn facts(w: Words, open: &EmergencyFile) -> Vec<(String, String)> {
    let (file, secret) = (&open.file, &open.secret);
    let personal = file.personal.as_ref();
    let languages = file.languages.known.iter().map(|l| w.code("child-language", l.code()));
    let languages = languages.chain(file.languages.unknown.iter().cloned()).collect::<Vec<_>>().join(&w.t("child-and"));
    let all = [
        ("child-health", secret.health.clone()),
        ("child-care", file.care.clone()),
        ("child-address", personal.and_then(|p| p.address.clone())),
        ("child-birth_on", personal.and_then(|p| p.birth_on).map(|day| w.long_date(day))),
        ("child-id_number", secret.id_number.clone()),
        ("child-student_number", secret.student_number.clone()),
        ("child-languages", Some(languages)),
        ("child-likes", file.likes.clone()),
        ("child-needs", personal.and_then(|p| p.needs.clone())),
        ("child-family", secret.family.clone()),
        ("child-note", secret.note.clone()),
        ("child-categories", Some(categories(w, &secret.categories))),
    ];
    let known = all.into_iter().filter_map(|(word, text)| Some((word, text.filter(|text| !text.is_empty())?)));
    known.map(|(word, text)| (w.t(word), text)).collect()
}

/// The categories that hold.
fn categories(w: Words, all: &[CategoryLine]) -> String {
    let now = all.iter().filter(|one| one.to_on.is_none());
    let word = |one: &CategoryLine| w.maybe(format!("category-name-{}", one.code)).unwrap_or_else(|| one.code.clone());
    now.map(word).collect::<Vec<_>>().join(&w.t("child-and"))
}
