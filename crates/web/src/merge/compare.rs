//! Two files side by side: which part of each stays is chosen here, and a proposal shows what was chosen.

use askama::Template;
use naheya_domain::child::ChildState;
use naheya_domain::id::{ChildId, MergeId};
use naheya_domain::language::Languages;
use naheya_domain::merge::Part;
use naheya_domain::{Date, Refusal};
use naheya_store::Error;
use naheya_store::child::ChildFilter;
use naheya_store::draft::KeepDraft;
use naheya_store::merge::{Comparison, Difference, MergeFile, MergeLine, ProposeMerge, Rows};

use super::{about, child_in};
use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Frame, Id, Posted, Problem, Sheet, Signed, Toast, Wanted, Words, page, page_as};

/// Under which name the last search for another file is kept.
const SEARCH: &str = "search-merges";
/// Letters of a search that count.
const LONGEST: usize = 60;
/// In a form: the file that stays gives this part, or the other one.
const KEPT: &str = "kept";
const OTHER: &str = "other";

/// A part that differs, in words.
struct Line {
    code: &'static str,
    part: String,
    kept: String,
    other: String,
    from_other: bool,
}

/// Two files in words: what the comparison and the proposal have in common.
struct Both {
    kept: (ChildId, i32, String, String),
    other: (ChildId, i32, String, String),
    lines: Vec<Line>,
    same: String,
    rows: Vec<Rows>,
    obstacles: Vec<Refusal>,
    told_apart: Option<String>,
}

#[derive(Template)]
#[template(path = "merge/compare.html")]
struct ComparePage {
    f: Frame,
    sheet: Sheet,
    both: Both,
}

#[derive(Template)]
#[template(path = "merge/choose.html")]
struct ChoosePage {
    f: Frame,
    kept: ChildId,
    name: String,
    typed: String,
    found: Vec<(ChildId, String, String)>,
}

#[derive(Template)]
#[template(path = "merge/show.html")]
struct ShowPage {
    f: Frame,
    sheet: Sheet,
    line: MergeLine,
    both: Option<Both>,
    is_fresh: bool,
    in_the_way: Vec<&'static str>,
}

impl ShowPage {
    fn waits(&self) -> bool {
        self.line.state == naheya_domain::merge::MergeState::Asked
    }

    /// Whether the reader can say yes: another one proposed it, nothing has changed and nothing stands in the way.
    fn may_approve(&self) -> bool {
        !self.line.own && self.is_fresh && self.both.as_ref().is_some_and(|both| both.obstacles.is_empty())
    }

    fn name(&self) -> &str {
        self.line.kept.1.as_deref().or(self.line.other_name.as_deref()).unwrap_or("—")
    }
}

pub(super) async fn new(me: Signed, wanted: Wanted) -> Answer {
    let kept = wanted.given(KEPT).and_then(ChildId::parse).ok_or_else(Problem::not_found)?;
    match wanted.given(OTHER).and_then(ChildId::parse) {
        Some(other) => compared(&me, kept, other, Sheet::blank("merge")).await,
        None => choose(&me, kept, &wanted).await,
    }
}

/// Which file is the other one: looked for by name or number.
async fn choose(me: &Signed, kept: ChildId, wanted: &Wanted) -> Answer {
    let (name, _) = me.desk.child_in_list(kept).await?;
    let typed = if wanted.is_on(crate::search::FOUND) {
        me.desk.draft(SEARCH).await?.map(|draft| draft.body).unwrap_or_default()
    } else {
        String::new()
    };
    let mut found = Vec::new();
    if !typed.is_empty() {
        let filter = ChildFilter { search: Some(typed.clone()), ..ChildFilter::default() };
        for row in me.desk.children(&filter).await?.0.into_iter().filter(|row| row.id != kept) {
            let parts = [Some(row.number), row.school, row.class].into_iter().flatten().collect::<Vec<_>>();
            found.push((row.id, row.name, parts.join(" · ")));
        }
    }
    page(&ChoosePage { f: me.frame("merge-choose-title").finding(&typed), kept, name, typed, found })
}

pub(super) async fn find(me: Signed, posted: Posted) -> Answer {
    let kept = child_in(&posted, KEPT)?;
    let typed: String = posted.text("q").chars().take(LONGEST).collect();
    if typed.is_empty() {
        return see_other(format!("/merges/new?kept={kept}"));
    }
    me.desk.save(KeepDraft { form: SEARCH.to_owned(), body: typed }).await?;
    see_other(format!("/merges/new?kept={kept}&{}=1", crate::search::FOUND))
}

async fn compared(me: &Signed, kept: ChildId, other: ChildId, sheet: Sheet) -> Answer {
    let found = me.desk.compare_children(kept, other).await?;
    let mut both = in_words(me, found).await?;
    for line in &mut both.lines {
        // What is missing in the one is taken from the other, unless somebody has chosen.
        line.from_other = match sheet.value(line.code) {
            "" => line.kept == me.w().t("merge-nothing"),
            chosen => chosen == OTHER,
        };
    }
    let f = me.frame("merge-compare-title").with(&sheet);
    page_as(sheet.status(), &ComparePage { f, sheet, both })
}

pub(super) async fn propose(me: Signed, posted: Posted) -> Answer {
    let (kept, other) = (child_in(&posted, KEPT)?, child_in(&posted, OTHER)?);
    let version = |field: &str| posted.text(field).parse::<i32>().unwrap_or_default();
    let act = ProposeMerge {
        kept: (kept, version("kept_version")),
        other: (other, version("other_version")),
        from_other: Part::ALL.into_iter().filter(|part| posted.has(&format!("part_{}", part.code()), OTHER)).collect(),
    };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(id) => see_other_saying(format!("/merges/{id}"), Toast::new("merge-asked")),
        Err(error @ (Error::NotFound | Error::Forbidden)) => Err(error.into()),
        Err(error) => compared(&me, kept, other, Sheet::again("merge", &posted, error)?).await,
    }
}

pub(super) async fn show(me: Signed, Id(merge): Id<MergeId>) -> Answer {
    shown(&me, merge, Sheet::blank("merge")).await
}

pub(super) async fn shown(me: &Signed, merge: MergeId, sheet: Sheet) -> Answer {
    let MergeFile { line, from_other, comparison, is_fresh, in_the_way } = me.desk.merge_file(merge).await?;
    let both = match comparison {
        Some(comparison) => {
            let mut both = in_words(me, comparison).await?;
            for line in &mut both.lines {
                line.from_other = from_other.iter().any(|part| form_name(*part) == line.code);
            }
            Some(both)
        }
        None => None,
    };
    let f = me.frame("merge-show-title").with(&sheet);
    page_as(sheet.status(), &ShowPage { f, sheet, line, both, is_fresh, in_the_way })
}

async fn in_words(me: &Signed, found: Comparison) -> Result<Both, Problem> {
    let w = me.w();
    let mut lines = Vec::new();
    for difference in &found.differs {
        let Difference { part, kept, other } = difference;
        let (kept, other) = (said(me, *part, kept.as_deref()).await?, said(me, *part, other.as_deref()).await?);
        lines.push(Line {
            code: form_name(*part),
            part: w.code("merge-part", part.code()),
            kept,
            other,
            from_other: false,
        });
    }
    let side = |side: &naheya_store::merge::Side| (side.id, side.version, side.name.clone(), about(w, side));
    let same: Vec<String> = found.same.iter().map(|part| w.code("merge-part", part.code())).collect();
    Ok(Both {
        kept: side(&found.kept),
        other: side(&found.other),
        lines,
        same: same.join(&w.t("today-comma")),
        rows: found.rows,
        obstacles: found.obstacles,
        told_apart: found.told_apart.map(|(by, at)| {
            w.t2("merge-was-told-apart", "by", by.unwrap_or_else(|| "—".to_owned()), "when", w.when(at))
        }),
    })
}

/// What a file says of a part.
async fn said(me: &Signed, part: Part, text: Option<&str>) -> Result<String, Problem> {
    let w = me.w();
    let Some(text) = text else { return Ok(w.t("merge-nothing")) };
    Ok(match part {
        _ if part.is_locked() => w.t("merge-locked"),
        Part::Sex => w.code("child-sex", text),
        Part::Ethnic => w.code("ethnic_group", text),
        Part::BirthOn => text.parse::<Date>().map_or_else(|_| text.to_owned(), |day| w.long_date(day)),
        Part::Boards => w.code("child-boarding", text),
        Part::Town => crate::area::named(me, text).await?,
        Part::State => state(w, text),
        Part::Languages => languages(w, text),
        _ => text.to_owned(),
    })
}

/// `enrolled 2026-03-01` in words.
fn state(w: Words, text: &str) -> String {
    let (code, day) = text.split_once(' ').unwrap_or((text, ""));
    let word = ChildState::parse(code).map_or_else(|| code.to_owned(), |state| w.code("child-state", state.code()));
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

/// The name of a part's choice in the form.
fn form_name(part: Part) -> &'static str {
    match part {
        Part::Name => "part_name",
        Part::NameMn => "part_name_mn",
        Part::Sex => "part_sex",
        Part::BirthOn => "part_birth_on",
        Part::IdNumber => "part_id_number",
        Part::Ethnic => "part_ethnic",
        Part::School => "part_school",
        Part::StudentNumber => "part_student_number",
        Part::State => "part_state",
        Part::Town => "part_town",
        Part::Address => "part_address",
        Part::Boards => "part_boards",
        Part::Languages => "part_languages",
        Part::Vital => "part_vital",
        Part::Care => "part_care",
        Part::Health => "part_health",
        Part::Likes => "part_likes",
        Part::Words => "part_words",
        Part::Needs => "part_needs",
        Part::Family => "part_family",
        Part::Note => "part_note",
        Part::Siblings => "part_siblings",
    }
}
