//! What was entered about one person or home, and which entry of it was a slip of the pen.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::check::{CheckKind, Subject};
use naheya_domain::id::CheckId;
use naheya_store::Error;
use naheya_store::check::{CheckEntry, StrikeCheck, Struck};

use super::{read, written};
use crate::answer::see_other_saying;
use crate::{Answer, Fields, Frame, Posted, Problem, Sheet, Signed, Toast, Wanted, Words, page_as};

#[derive(Template)]
#[template(path = "check/entries.html")]
struct EntriesPage {
    f: Frame,
    sheet: Sheet,
    kind: &'static str,
    of: String,
    name: String,
    entries: Vec<(String, String)>,
}

/// Of which kind, and about whom.
fn asked(kind: &str, of: &str) -> Result<(CheckKind, Subject), Problem> {
    CheckKind::parse(kind).zip(read(of)).ok_or_else(Problem::not_found)
}

pub(super) async fn list(me: Signed, wanted: Wanted) -> Answer {
    let (kind, of) = asked(wanted.text("kind"), wanted.text("of"))?;
    show(&me, kind, of, None).await
}

async fn show(me: &Signed, kind: CheckKind, of: Subject, sheet: Option<Sheet>) -> Answer {
    let (name, entries) = me.desk.check_entries(kind, of).await?;
    me.desk.looked("checks", entries.iter().map(|entry| entry.id.0).collect(), "secret", None).await?;
    let sheet = sheet.unwrap_or_else(|| match entries.as_slice() {
        [only] => Sheet::filled("check", Fields::of([("entry", only.id.to_string())])),
        _ => Sheet::blank("check"),
    });
    let page = EntriesPage {
        f: me.frame("check-entries-title").with(&sheet),
        kind: kind.code(),
        of: written(of),
        name,
        entries: entries.iter().map(|entry| (entry.id.to_string(), words(me.w(), entry, me.today()))).collect(),
        sheet,
    };
    page_as(page.sheet.status(), &page)
}

/// What came out, when and until when, and whose names stand under it.
fn words(w: Words, entry: &CheckEntry, today: Date) -> String {
    let day = entry.done_on.map(|day| w.t1("check-done-day", "day", w.long_date(day)));
    let number = entry.number.as_ref().map(|number| w.t1("check-number", "number", number));
    let until = entry.valid_until.map(|day| w.t1("check-until", "day", w.long_date(day)));
    let outcome = w.code("check-outcome", entry.outcome.code());
    let parts = [Some(outcome), day, number, until, Some(entered(w, entry, today)), asked_to_strike(w, entry, today)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn entered(w: Words, entry: &CheckEntry, today: Date) -> String {
    let when = w.when_of(entry.entered_at, today);
    match (&entry.by, &entry.second) {
        (Some(who), Some(second)) => w.t3("check-entered-two", "who", who, "second", second, "when", when),
        (Some(who), None) => w.t2("check-entered-by", "who", who, "when", when),
        (None, _) => w.t1("check-entered-at", "when", when),
    }
}

/// That somebody has called it a slip, and that another leader has to.
fn asked_to_strike(w: Words, entry: &CheckEntry, today: Date) -> Option<String> {
    let first = entry.strike_asked.as_ref()?;
    if first.own {
        return Some(w.t("check-strike-own"));
    }
    let who = first.by.clone().unwrap_or_default();
    let when = w.when_of(first.at, today);
    Some(match &first.why {
        Some(why) => w.t3("check-strike-asked-why", "who", who, "when", when, "why", why),
        None => w.t2("check-strike-asked", "who", who, "when", when),
    })
}

pub(super) async fn strike(me: Signed, posted: Posted) -> Answer {
    let (kind, of) = asked(posted.text("kind"), posted.text("of"))?;
    let done = async {
        let check = CheckId::parse(posted.text("entry")).ok_or_else(|| Error::field("entry", "required.missing"))?;
        let act = StrikeCheck { check, reason: posted.text("reason").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(struck) => {
            let way = format!("/checks?kind={}&of={}", kind.code(), written(of));
            let said = if struck == Struck::Gone { "check-struck" } else { "check-strike-waits" };
            see_other_saying(way, Toast::new(said))
        }
        Err(error) => show(&me, kind, of, Some(Sheet::again("check", &posted, error)?)).await,
    }
}
