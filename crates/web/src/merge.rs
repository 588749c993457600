//! Two files of one person, a child or a volunteer: those that look like it, two side by side, a proposal, another person's
//! yes, and taken apart.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::MergeId;
use naheya_domain::merge::{File, MergeKind, MergeState};
use naheya_store::merge::{
    ApproveMerge, Elsewhere, MergeLine, RECENT, RefuseMerge, Side, Suspect, TakeBackTellApart, TellApart, UndoMerge,
    WithdrawMerge,
};
use uuid::Uuid;

use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page};

mod compare;
mod export;
mod part;

const MAY: Knock = Knock::May(Action::MergeFiles);
const LIST: &str = "/merges";

/// The routes of this file and of those below it.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get(LIST, MAY, child, list),
        Route::post(LIST, MAY, child, compare::propose),
        Route::get("/merges.xlsx", Knock::May(Action::Export), child, export::workbook),
        Route::get("/merges/new", MAY, child, compare::new),
        Route::post("/merges/search", MAY, child, compare::find),
        Route::post("/merges/distinctions", MAY, child, tell_apart),
        Route::post("/merges/distinctions/{id}/withdrawal", MAY, child, take_back),
        Route::get("/merges/{id}", MAY, child, compare::show),
        Route::post("/merges/{id}/approval", MAY, child, approve),
        Route::post("/merges/{id}/refusal", MAY, child, refuse),
        Route::post("/merges/{id}/withdrawal", MAY, child, withdraw),
        Route::post("/merges/{id}/undo", MAY, child, undo),
    ]
}

/// The address of a file.
pub(super) fn way(file: &File) -> String {
    match file {
        File::Child(id) => format!("/children/{id}"),
        File::Volunteer(id) => format!("/volunteers/{id}"),
    }
}

/// The list of one kind.
fn list_of(kind: MergeKind) -> String {
    format!("{LIST}?kind={}", kind.code())
}

/// The page that compares two files.
fn way_to_compare(kept: &File, other: &File) -> String {
    format!("/merges/new?kind={}&kept={}&other={}", kept.kind().code(), kept.id(), other.id())
}

/// The code of a state in words: a child's or a volunteer's.
fn state_of(w: Words, side: &Side) -> String {
    match side.id.kind() {
        MergeKind::Child => w.code("child-state", side.state),
        MergeKind::Volunteer => w.code("volunteer-state", side.state),
    }
}

/// A file in one line: number, birth date, school or work, when it was opened.
fn about(w: Words, side: &Side) -> String {
    let born = side.birth_on.map(|day| w.t1("merge-born", "day", w.long_date(day)));
    let opened = w.t1("merge-opened", "day", w.long_date(side.opened_at));
    let parts = [Some(side.number.clone()), born, side.place.clone(), Some(state_of(w, side))];
    parts.into_iter().flatten().chain([opened]).collect::<Vec<_>>().join(" · ")
}

/// Two files that look like one person's, in words.
struct Double {
    one: Side,
    about_one: String,
    other: Side,
    about_other: String,
    why: Vec<String>,
    compare: String,
}

/// A volunteer who stands once more among the people of a home, in words.
struct Twice {
    file: Side,
    about: String,
    says: String,
    entry: String,
}

#[derive(Template)]
#[template(path = "merge/list.html")]
struct ListPage {
    f: Frame,
    kind: MergeKind,
    /// Of each kind, how many wait for the reader.
    tabs: Vec<(MergeKind, usize)>,
    suspects: Vec<Double>,
    more: bool,
    elsewhere: Vec<Twice>,
    waiting: Vec<MergeLine>,
    decided: Vec<MergeLine>,
    told: Vec<MergeLine>,
}

impl ListPage {
    fn others(&self) -> usize {
        self.waiting.iter().filter(|line| !line.own).count()
    }

    fn way(one: &Twice) -> String {
        way(&one.file.id)
    }

    fn tab(kind: &MergeKind) -> String {
        list_of(*kind)
    }

    fn name(line: &MergeLine) -> &str {
        line.kept.1.as_deref().or(line.other_name.as_deref()).unwrap_or("—")
    }

    /// Both by name, where the names differ.
    fn names(line: &MergeLine) -> String {
        let names =
            [line.kept.1.as_deref(), line.other_name.as_deref().filter(|name| Some(*name) != line.kept.1.as_deref())];
        names.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Whether older ones may stand in the file alone.
    fn is_full(lines: &[MergeLine]) -> bool {
        lines.len() as u64 >= RECENT
    }

    fn result(&self, line: &MergeLine) -> String {
        result(self.f.w, line)
    }
}

/// What came of it, and by whom.
fn result(w: Words, line: &MergeLine) -> String {
    let state = w.code("merge-state", line.state.code());
    let by = match &line.undone {
        Some((by, _)) => by.as_deref(),
        None => line.decided_by.as_deref().filter(|_| line.state != MergeState::Withdrawn),
    };
    [Some(state.as_str()), by].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let w = me.w();
    let tabs = me.desk.merges_waiting().await?;
    // Without a word for it, where something waits.
    let first = tabs.iter().find(|(_, n)| *n > 0).map_or(MergeKind::Child, |(kind, _)| *kind);
    let kind = wanted.given("kind").and_then(MergeKind::parse).unwrap_or(first);
    let (suspects, more) = me.desk.suspects(kind).await?;
    let (waiting, decided) = me.desk.merges(Some(kind)).await?;
    let told = me.desk.told_apart(kind).await?;
    let suspects = suspects.into_iter().map(|suspect| double(w, kind, suspect)).collect();
    let elsewhere = match kind {
        MergeKind::Child => Vec::new(),
        MergeKind::Volunteer => me.desk.volunteers_elsewhere().await?,
    };
    let elsewhere = elsewhere.into_iter().map(|one| twice(w, one)).collect();
    page(&ListPage { f: me.frame("merge-title"), kind, tabs, suspects, more, elsewhere, waiting, decided, told })
}

fn twice(w: Words, one: Elsewhere) -> Twice {
    let (member, name) = one.entry;
    let (home, carer) = one.home;
    Twice {
        about: about(w, &one.file),
        says: if one.own {
            w.t1("merge-elsewhere-own", "name", name)
        } else {
            w.t2("merge-elsewhere-there", "home", home, "name", name)
        },
        entry: format!("/volunteers/{carer}/members/{member}"),
        file: one.file,
    }
}

fn double(w: Words, kind: MergeKind, suspect: Suspect) -> Double {
    let beside = match kind {
        MergeKind::Child => "merge-adults",
        MergeKind::Volunteer => "merge-lives-with",
    };
    let with = |side: &Side, people: &[String]| {
        let people = (!people.is_empty()).then(|| w.t1(beside, "names", people.join(&w.t("today-comma"))));
        [Some(about(w, side)), people].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let why = |code: &str| match kind {
        MergeKind::Child => w.code("merge-why", code),
        MergeKind::Volunteer => w.code("merge-her", code),
    };
    Double {
        compare: way_to_compare(&suspect.one.id, &suspect.other.id),
        about_one: with(&suspect.one, &suspect.beside_one),
        about_other: with(&suspect.other, &suspect.beside_other),
        why: suspect.why.into_iter().map(|one| why(one.code())).collect(),
        one: suspect.one,
        other: suspect.other,
    }
}

/// A file that a form names, of the kind that it names; of a child where it names none.
fn file_in(posted: &Posted, field: &str) -> Result<File, Problem> {
    let id = Uuid::try_parse(posted.text(field)).map_err(|_| Problem::of_code("bad_request"))?;
    Ok(kind_in(posted.text("kind")).file(id))
}

fn kind_in(text: &str) -> MergeKind {
    MergeKind::parse(text).unwrap_or(MergeKind::Child)
}

async fn tell_apart(me: Signed, posted: Posted) -> Answer {
    let act = TellApart { one: file_in(&posted, "kept")?, other: file_in(&posted, "other")? };
    let kind = act.one.kind();
    me.desk.save_once(act, posted.submission()?).await?;
    see_other_saying(list_of(kind), Toast::new("merge-told-apart"))
}

async fn take_back(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    let file = me.desk.save_once(TakeBackTellApart { merge }, posted.submission()?).await?;
    see_other_saying(list_of(file.kind()), Toast::new("merge-taken-back"))
}

async fn approve(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    match me.desk.save_once(ApproveMerge { merge }, posted.submission()?).await {
        Ok(file) => see_other_saying(way(&file), Toast::new("merge-done")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

async fn refuse(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    let words = posted.text("answer").to_owned();
    match me.desk.save_once(RefuseMerge { merge, words }, posted.submission()?).await {
        Ok(file) => see_other_saying(list_of(file.kind()), Toast::new("merge-refused")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

async fn withdraw(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    match me.desk.save_once(WithdrawMerge { merge }, posted.submission()?).await {
        Ok(file) => see_other_saying(list_of(file.kind()), Toast::new("merge-withdrawn")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

async fn undo(me: Signed, Id(merge): Id<MergeId>, posted: Posted) -> Answer {
    match me.desk.save_once(UndoMerge { merge }, posted.submission()?).await {
        Ok(()) => see_other_saying(format!("/merges/{merge}"), Toast::new("merge-undone")),
        Err(error) => compare::shown(&me, merge, Sheet::again("merge", &posted, error)?).await,
    }
}

/// The file that a file which is gone has become part of: its old address leads there.
///
/// # Errors
/// Not found, as for any file that is not there or not seen.
pub(crate) async fn moved(me: &Signed, file: impl Into<File>) -> Answer {
    see_other(way(&me.desk.merged_into(file.into()).await?))
}
