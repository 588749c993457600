//! Children's files, as pages: the list, the file, its locked part, its forms.

use naheya_domain::access::{Action, Class, Noun, Reach, reach};
use naheya_domain::child::ChildState;
use naheya_domain::id::{ChildId, ClassId, SchoolId};
use naheya_domain::sex::Sex;
use naheya_store::child::{ChangeState, ConfirmFile, KeptAway};
use naheya_store::school::School;

use crate::answer::{local_path, see_other_saying};
use crate::{Answer, Id, Knock, Posted, Problem, Route, Signed, Toast, Words};

mod export;
mod file;
mod form;
mod guardian;
mod list;
mod view;

pub(crate) use export::{heads_out, values_out};
pub(crate) use file::languages;
pub(crate) use list::{filter, stale_since};
pub(crate) use view::Top;

const SEEN: Knock = Knock::Sees(Noun::Child, Class::Work);
const KEPT: Knock = Knock::May(Action::KeepChild);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let child = Noun::Child;
    vec![
        Route::get("/children", SEEN, child, list::show),
        Route::post("/children/search", SEEN, child, list::find),
        Route::get("/children.xlsx", Knock::May(Action::Export), child, export::download_list),
        Route::get("/children/new", KEPT, child, form::blank),
        Route::post("/children", KEPT, child, form::open),
        Route::get("/children/{id}", SEEN, child, file::show),
        Route::get("/children/{id}/edit", KEPT, child, form::edit),
        Route::post("/children/{id}", KEPT, child, form::change),
        Route::get("/children/{id}/weekends", view::WEEKENDS, Noun::Stay, view::weekends),
        Route::get("/children/{id}/follow-ups", view::FOLLOW_UPS, Noun::FollowUp, view::follow_ups),
        Route::get("/children/{id}/trail", view::TRAIL, child, file::trail),
        Route::get("/children/{id}/secret", Knock::Sees(child, Class::Secret), child, file::ask_secret),
        Route::post("/children/{id}/secret", Knock::Sees(child, Class::Secret), child, file::secret),
        Route::post("/children/{id}/confirmation", Knock::May(Action::ConfirmChild), child, confirm),
        Route::post("/children/{id}/state", KEPT, child, change_state),
        Route::get("/children/{id}/guardians/new", KEPT, Noun::Guardian, guardian::blank),
        Route::post("/children/{id}/guardians", KEPT, Noun::Guardian, guardian::add),
        Route::get("/children/{id}/guardians/{guardian}/edit", KEPT, Noun::Guardian, guardian::edit),
        Route::post("/children/{id}/guardians/{guardian}", KEPT, Noun::Guardian, guardian::change),
        Route::post("/children/{id}/guardians/{guardian}/calling", KEPT, Noun::Guardian, guardian::call_first),
        Route::get("/children/{id}/siblings", KEPT, child, guardian::siblings),
        Route::post("/children/{id}/siblings", KEPT, child, guardian::group),
        Route::post("/children/{id}/siblings/end", KEPT, child, guardian::leave_group),
    ]
}

/// Who must not take a child, each with what they are to it.
pub(crate) fn kept_away(w: Words, all: &[KeptAway]) -> String {
    let one = |one: &KeptAway| {
        let relation = w.code("child-relation", &one.relation);
        w.t2("child-must-not-take-one", "name", &one.name, "relation", relation)
    };
    all.iter().map(one).collect::<Vec<_>>().join(&w.t("child-and"))
}

async fn confirm(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    me.desk.save_once(ConfirmFile { child: id }, posted.submission()?).await?;
    let back = match posted.given("back") {
        Some(path) => local_path(path).to_owned(),
        None => format!("/children/{id}"),
    };
    see_other_saying(back, Toast::new("child-confirmed"))
}

async fn change_state(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let next = ChildState::parse(posted.text("next")).ok_or_else(|| Problem::of_code("bad_request"))?;
    me.desk.save_once(ChangeState { child: id, next }, posted.submission()?).await?;
    see_other_saying(format!("/children/{id}"), Toast::new("child-state-changed"))
}

/// `女 9岁`, as far as it is known.
fn sex_and_age(w: Words, sex: Option<Sex>, age: Option<i16>) -> String {
    let sex = sex.map(|s| w.code("child-sex", s.code()));
    let age = age.map(|n| w.t1("child-age-years", "n", n));
    [sex, age].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Whether the reader may know who has a pair and who has none.
fn sees_pairs(me: &Signed) -> bool {
    reach(me.viewer.role, Noun::Pair, Class::Work) != Reach::Nothing
}

/// The tag of a child for whoever may not know of its pair: where the child itself stands.
fn tag_alone(state: ChildState, late: bool) -> (&'static str, &'static str) {
    match state {
        ChildState::Enrolled if !late => ("ok", "child-state-enrolled"),
        _ => tag(state, None, late),
    }
}

/// Kind and text id of the tag that says where a child stands.
fn tag(state: ChildState, pair: Option<&str>, late: bool) -> (&'static str, &'static str) {
    match (state, pair) {
        (ChildState::Left, _) => ("off", "child-tag-left"),
        (ChildState::Paused, _) | (_, Some("paused")) => ("half", "child-tag-paused"),
        _ if late => ("due", "child-tag-late"),
        (_, Some("settling")) => ("wait", "child-tag-settling"),
        (_, Some(_)) => ("ok", "child-tag-paired"),
        (ChildState::Applying, None) => ("wait", "child-tag-applying"),
        (ChildState::Enrolled, None) => ("due", "child-tag-waiting"),
    }
}

/// Ids with the words that a list of choices shows.
type Choices = Vec<(String, String)>;

/// Schools, and their classes with the school's name before it.
fn places(schools: &[School]) -> (Choices, Choices) {
    let names = schools.iter().map(|s| (s.id.to_string(), s.name.clone())).collect();
    let class = |s: &School| {
        let name = s.name.clone();
        s.classes.iter().map(move |c| (c.id.to_string(), format!("{name} {}", c.name))).collect::<Vec<_>>()
    };
    (names, schools.iter().flat_map(class).collect())
}

/// The school of a class.
fn school_of(schools: &[School], class: ClassId) -> Option<SchoolId> {
    schools.iter().find(|s| s.classes.iter().any(|c| c.id == class)).map(|s| s.id)
}
