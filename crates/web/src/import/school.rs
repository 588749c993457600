//! Schools that a roster names and the register lacks: new ones, or ones on file that were written otherwise. What is
//! chosen holds for all rows of the school, in the preview as in what is written.

use std::collections::HashMap;

use axum::response::Response;
use naheya_domain::id::SchoolId;
use naheya_domain::school::{Nearness, nearness};
use naheya_store::import::{ChooseSchools, SchoolChoice};
use naheya_store::{Desk, Error};

use super::{fix, has_fixes, hash, is_other, seen_anew};
use crate::answer::see_other_saying;
use crate::{Answer, Posted, Problem, Signed, Toast, Words, see_other};

/// Schools that are asked about on one page.
const MOST: usize = 20;
/// The choice that makes a school.
const NEW: &str = "new";
const PREVIEW: &str = "/imports/preview";

/// A school that is not on file, with what may be meant.
pub(super) struct Line {
    pub(super) named: String,
    pub(super) options: Vec<Choice>,
    /// Whether nobody has said yet which is meant, and it has to be said.
    pub(super) open: bool,
}

/// One of the choices.
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) words: String,
    pub(super) chosen: bool,
}

/// By the file's name, the name of the school that is meant.
pub(super) async fn meant(desk: &Desk, said: &[SchoolChoice]) -> Result<HashMap<String, String>, Error> {
    if said.is_empty() {
        return Ok(HashMap::new());
    }
    let known: HashMap<_, _> = desk.school_names().await?.into_iter().map(|(id, name)| (id.0, name)).collect();
    let of = |choice: &SchoolChoice| Some((choice.named.clone(), known.get(&choice.to?)?.clone()));
    Ok(said.iter().filter_map(of).collect())
}

/// The schools to be asked about, and those that are made without a question: while none is on file, and where there
/// are more than a page is for.
pub(super) async fn lines(
    me: &Signed,
    said: &[SchoolChoice],
    new: &[String],
) -> Result<(Vec<Line>, Vec<String>), Problem> {
    let known = me.desk.school_names().await?;
    if known.is_empty() {
        return Ok((Vec::new(), new.to_vec()));
    }
    let moved = said.iter().filter(|choice| choice.to.is_some() && !new.contains(&choice.named));
    let mut all: Vec<&String> = new.iter().chain(moved.map(|choice| &choice.named)).collect();
    let is_said = |named: &str| said.iter().any(|choice| choice.named == named);
    let is_open = |named: &str| !is_said(named) && known.iter().any(|(_, name)| nearness(named, name).is_some());
    // What has to be said stands above what can be left as it is.
    all.sort_by_cached_key(|named| !is_open(named));
    let rest = all.split_off(all.len().min(MOST));
    let lines = all.into_iter().map(|named| line(me.w(), named, said, &known)).collect();
    Ok((lines, rest.into_iter().cloned().collect()))
}

fn line(w: Words, named: &str, said: &[SchoolChoice], known: &[(SchoolId, String)]) -> Line {
    let chosen = said.iter().find(|choice| choice.named == named);
    let near = |name: &str| nearness(named, name);
    let mut ordered: Vec<(Option<Nearness>, &(SchoolId, String))> = known.iter().map(|s| (near(&s.1), s)).collect();
    ordered.sort_by_key(|(nearness, _)| (nearness.is_none(), *nearness));
    let nearest = ordered.first().and_then(|(nearness, _)| *nearness);
    let open = chosen.is_none() && nearest.is_some();
    let before = ordered.iter().filter(|(nearness, _)| nearness.is_some()).count();
    let mut options: Vec<Choice> = ordered.iter().map(|(nearness, school)| to(w, *nearness, school, chosen)).collect();
    let made = chosen.is_some_and(|choice| choice.to.is_none()) || (chosen.is_none() && nearest.is_none());
    options.insert(before, Choice { value: NEW.to_owned(), words: w.t("import-school-new"), chosen: made });
    match nearest.filter(|_| open) {
        // Written with a blank or in full width: that one is meant, unless somebody says otherwise.
        Some(Nearness::Same) => options.iter_mut().take(1).for_each(|first| first.chosen = true),
        // One character may be a slip or another school.
        Some(Nearness::OneOff) => {
            let words = w.t("import-school-ask");
            options.insert(0, Choice { value: String::new(), words, chosen: true });
        }
        None => {}
    }
    Line { named: named.to_owned(), options, open }
}

fn to(w: Words, near: Option<Nearness>, school: &(SchoolId, String), chosen: Option<&SchoolChoice>) -> Choice {
    let (id, name) = school;
    let words = if near.is_some() { "import-school-near" } else { "import-school-to" };
    let chosen = chosen.is_some_and(|choice| choice.to == Some(id.0));
    Choice { value: id.to_string(), words: w.t1(words, "name", name), chosen }
}

/// What the selects say: of each school its name, and nothing while nobody has chosen.
fn said(posted: &Posted) -> Vec<(String, Option<SchoolChoice>)> {
    let choice = |named: &str| {
        let to = match posted.text(&format!("to-{named}")) {
            NEW => None,
            id => Some(SchoolId::parse(id)?.0),
        };
        Some(SchoolChoice { named: named.to_owned(), to })
    };
    posted.all("school").into_iter().map(|named| (named.to_owned(), choice(named))).collect()
}

/// Keeps what was chosen, and shows what it comes to. What a double tap says a second time is kept already, and the preview it
/// stood on another one since.
pub(super) async fn choose(me: Signed, posted: Posted) -> Answer {
    if has_fixes(&me, &posted).await? {
        return fix(me, posted).await;
    }
    let kept = match me.desk.upload().await {
        Err(Error::NotFound) => return see_other("/imports/new"),
        kept => kept?,
    };
    let said = said(&posted);
    let chosen: Vec<SchoolChoice> = said.iter().filter_map(|(_, choice)| choice.clone()).collect();
    let is_kept = chosen.iter().all(|choice| kept.schools.contains(choice));
    if !is_kept && is_other(&posted, &hash(&kept)) {
        return seen_anew();
    }
    if !chosen.is_empty() {
        me.desk.save_once(ChooseSchools(chosen), posted.submission()?).await?;
    }
    see_other_saying(PREVIEW, toast(&said))
}

fn toast(said: &[(String, Option<SchoolChoice>)]) -> Toast {
    let open = said.iter().filter(|(_, choice)| choice.is_none()).count();
    if open > 0 { Toast::new("import-schools-open").with("n", open) } else { Toast::new("import-schools-kept") }
}

/// Before anything is written: what the selects say and the preview has not shown yet is kept and shown first.
pub(super) async fn first(me: &Signed, posted: &Posted) -> Result<Option<Response>, Problem> {
    let said = said(posted);
    if said.is_empty() {
        return Ok(None);
    }
    let kept = match me.desk.upload().await {
        Err(Error::NotFound) => return Ok(None),
        kept => kept?,
    };
    let news: Vec<SchoolChoice> =
        said.iter().filter_map(|(_, c)| c.clone()).filter(|c| is_news(&kept.schools, c)).collect();
    let open = said.iter().any(|(_, choice)| choice.is_none());
    if news.is_empty() && !open {
        return Ok(None);
    }
    if !news.is_empty() {
        if is_other(posted, &hash(&kept)) {
            return seen_anew().map(Some);
        }
        me.desk.save_once(ChooseSchools(news), posted.submission()?).await?;
    }
    see_other_saying(PREVIEW, toast(&said)).map(Some)
}

/// Keeps what the selects beside cells at fault say. True where that is something new.
pub(super) async fn keep(me: &Signed, posted: &Posted, kept: &[SchoolChoice]) -> Result<bool, Error> {
    let news = said(posted).into_iter().filter_map(|(_, choice)| choice).filter(|choice| is_news(kept, choice));
    let news: Vec<SchoolChoice> = news.collect();
    if news.is_empty() {
        return Ok(false);
    }
    // Said twice it is the same, so that it needs no key of its own beside the cells'.
    me.desk.save(ChooseSchools(news)).await?;
    Ok(true)
}

/// Whether rows would go elsewhere than the preview showed; a school of which nobody has said anything is made.
fn is_news(kept: &[SchoolChoice], choice: &SchoolChoice) -> bool {
    let before = kept.iter().find(|old| old.named == choice.named);
    before.and_then(|old| old.to) != choice.to
}
