//! What a file says of a part, in words.

use naheya_domain::Date;
use naheya_domain::child::ChildState;
use naheya_domain::language::Languages;
use naheya_domain::merge::MergeKind;
use naheya_domain::volunteer::VolunteerState;
use naheya_store::merge::Difference;

use crate::{Problem, Signed, Words};

/// What one of the two says.
pub(super) async fn said(me: &Signed, kind: MergeKind, of: &Difference, text: Option<&str>) -> Result<String, Problem> {
    let w = me.w();
    let Some(text) = text else { return Ok(w.t("merge-nothing")) };
    if of.is_locked {
        return Ok(w.t("merge-locked"));
    }
    Ok(match of.part {
        "sex" => w.code("child-sex", text),
        "ethnic" => w.code("ethnic_group", text),
        "political" => w.code("political_status", text),
        "education" => w.code("education", text),
        "birth_on" => text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| w.long_date(day)),
        "boards" => w.code("child-boarding", text),
        "town" => crate::area::named(me, text).await?,
        "state" => state(w, kind, text),
        "languages" => languages(w, text),
        "home" => home(me, text).await?,
        _ => text.to_owned(),
    })
}

/// `enrolled 2026-03-01` in words.
fn state(w: Words, kind: MergeKind, text: &str) -> String {
    let (code, day) = text.split_once(' ').unwrap_or((text, ""));
    let word = match kind {
        MergeKind::Child => ChildState::parse(code).map(|state| w.code("child-state", state.code())),
        MergeKind::Volunteer => VolunteerState::parse(code).map(|state| w.code("volunteer-state", state.code())),
    };
    let word = word.unwrap_or_else(|| code.to_owned());
    match day.parse::<Date>() {
        Ok(day) => format!("{word} · {}", w.long_date(day)),
        Err(_) => word,
    }
}

fn languages(w: Words, text: &str) -> String {
    let read = Languages::from_record(text);
    let known = read.known.iter().map(|language| w.code("child-language", language.code()));
    known.chain(read.unknown.iter().cloned()).collect::<Vec<_>>().join(&w.t("child-and"))
}

/// What is known of a home, one line each: town, address, rooms, languages, animals, the way, children it takes.
async fn home(me: &Signed, text: &str) -> Result<String, Problem> {
    let w = me.w();
    let lines: Vec<&str> = text.split('\n').collect();
    let line = |n: usize| lines.get(n).copied().filter(|text| !text.is_empty());
    let town = match line(0) {
        Some(code) => Some(crate::area::named(me, code).await?),
        None => None,
    };
    let parts = [
        town,
        line(1).map(str::to_owned),
        line(2).map(|rooms| w.t1("merge-home-rooms", "n", rooms)),
        line(3).map(|record| languages(w, record)),
        line(4).map(str::to_owned),
        line(5).filter(|minutes| *minutes != "0").map(|minutes| w.t1("volunteer-minutes", "n", minutes)),
        line(6).map(|children| w.t1("merge-home-takes", "n", children)),
    ];
    Ok(parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
}
