//! Two files side by side: which part of each stays is chosen here, and a proposal shows what was chosen.

use askama::Template;
use naheya_domain::Refusal;
use naheya_domain::id::MergeId;
use naheya_domain::merge::{File, MergeKind};
use naheya_store::Error;
use naheya_store::child::ChildFilter;
use naheya_store::draft::KeepDraft;
use naheya_store::merge::{Compared, Comparison, Difference, MergeFile, MergeLine, ProposeMerge, Rows, ToldApart};
use naheya_store::volunteer::VolunteerFilter;
use uuid::Uuid;

use super::part::said;
use super::{about, file_in, kind_in, way, way_to_compare};
use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Frame, Id, Posted, Problem, Sheet, Signed, Toast, Wanted, page, page_as};

/// Under which name the last search for another file is kept.
const SEARCH: &str = "search-merges";
/// Letters of a search that count.
const LONGEST: usize = 60;
/// In a form: the file that stays gives this part, or the other one.
const KEPT: &str = "kept";
const OTHER: &str = "other";
/// Before the code of a part, the name of its choice in the form.
const PART: &str = "part_";

/// A part that differs, in words; `code` is the name of its choice in the form.
struct Line {
    code: String,
    part: String,
    kept: String,
    other: String,
    from_other: bool,
}

/// One of two files above what is chosen.
struct Head {
    file: File,
    way: String,
    version: Compared,
    name: String,
    about: String,
}

/// Two files in words: what the comparison and the proposal have in common.
struct Both {
    kept: Head,
    other: Head,
    lines: Vec<Line>,
    same: String,
    rows: Vec<Rows>,
    obstacles: Vec<Refusal>,
    told_apart: Option<(MergeId, String)>,
}

impl Both {
    fn kind(&self) -> &'static str {
        self.kept.file.kind().code()
    }

    /// The same two, the other way round or once more.
    fn swapped(&self) -> String {
        way_to_compare(&self.other.file, &self.kept.file)
    }

    fn again(&self) -> String {
        way_to_compare(&self.kept.file, &self.other.file)
    }

    /// What becomes of two homes is said where there are volunteers.
    fn has_homes(&self) -> bool {
        self.kept.file.kind() == MergeKind::Volunteer
    }
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
    kept: File,
    name: String,
    typed: String,
    /// The page that compares with it, the name, what tells it apart.
    found: Vec<(String, String, String)>,
}

impl ChoosePage {
    fn back(&self) -> String {
        way(&self.kept)
    }
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

    fn to_file(&self) -> String {
        way(&self.line.kept.0)
    }

    /// Both files once they are two again, each with its number: the way on from a merge that was taken apart.
    fn apart(&self) -> Vec<(String, String)> {
        let line = &self.line;
        if line.undone.is_none() {
            return Vec::new();
        }
        let kept = line.kept_number.as_ref().map(|number| (way(&line.kept.0), number.clone()));
        kept.into_iter().chain([(way(&line.other), line.other_number.clone())]).collect()
    }

    fn list(&self) -> String {
        super::list_of(self.line.kept.0.kind())
    }

    fn name(&self) -> &str {
        self.line.kept.1.as_deref().or(self.line.other_name.as_deref()).unwrap_or("—")
    }
}

pub(super) async fn new(me: Signed, wanted: Wanted) -> Answer {
    let kind = kind_in(wanted.text("kind"));
    let file = |field: &str| Some(kind.file(Uuid::try_parse(wanted.given(field)?).ok()?));
    let kept = file(KEPT).ok_or_else(Problem::not_found)?;
    match file(OTHER) {
        Some(other) => compared(&me, kept, other, Sheet::blank("merge")).await,
        None => choose(&me, kept, &wanted).await,
    }
}

/// Which file is the other one: looked for by name or number.
async fn choose(me: &Signed, kept: File, wanted: &Wanted) -> Answer {
    let name = match kept {
        File::Child(id) => me.desk.child_in_list(id).await?.0,
        File::Volunteer(id) => me.desk.volunteer(id).await?.name,
    };
    let typed = if wanted.is_on(crate::search::FOUND) {
        me.desk.draft(SEARCH).await?.map(|draft| draft.body).unwrap_or_default()
    } else {
        String::new()
    };
    let found = if typed.is_empty() { Vec::new() } else { found(me, kept, &typed).await? };
    page(&ChoosePage { f: me.frame("merge-choose-title").finding(&typed), kept, name, typed, found })
}

async fn found(me: &Signed, kept: File, typed: &str) -> Result<Vec<(String, String, String)>, Problem> {
    let search = Some(typed.to_owned());
    let rows: Vec<(Uuid, String, Vec<Option<String>>)> = match kept.kind() {
        MergeKind::Child => {
            let rows = me.desk.children(&ChildFilter { search, ..ChildFilter::default() }).await?.0;
            rows.into_iter().map(|row| (row.id.0, row.name, vec![Some(row.number), row.school, row.class])).collect()
        }
        MergeKind::Volunteer => {
            let rows = me.desk.volunteers(&VolunteerFilter { search, ..VolunteerFilter::default() }).await?.0;
            let state = |row: &naheya_store::volunteer::VolunteerRow| me.w().code("volunteer-state", row.state.code());
            rows.into_iter()
                .map(|row| (row.id.0, row.name.clone(), vec![Some(state(&row)), Some(row.number), row.trade]))
                .collect()
        }
    };
    let others = rows.into_iter().filter(|(id, _, _)| *id != kept.id());
    let line = |(id, name, parts): (Uuid, String, Vec<Option<String>>)| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (way_to_compare(&kept, &kept.kind().file(id)), name, parts.join(" · "))
    };
    Ok(others.map(line).collect())
}

pub(super) async fn find(me: Signed, posted: Posted) -> Answer {
    let kept = file_in(&posted, KEPT)?;
    let typed: String = posted.text("q").chars().take(LONGEST).collect();
    let page = format!("/merges/new?kind={}&kept={}", kept.kind().code(), kept.id());
    if typed.is_empty() {
        return see_other(page);
    }
    me.desk.save(KeepDraft { form: SEARCH.to_owned(), body: typed, page: None }).await?;
    see_other(format!("{page}&{}=1", crate::search::FOUND))
}

async fn compared(me: &Signed, kept: File, other: File, sheet: Sheet) -> Answer {
    let found = me.desk.compare_files(kept, other).await?;
    let mut both = in_words(me, found).await?;
    for line in &mut both.lines {
        // What is missing in the one is taken from the other, unless somebody has chosen.
        line.from_other = match sheet.value(&line.code) {
            "" => line.kept == me.w().t("merge-nothing"),
            chosen => chosen == OTHER,
        };
    }
    let f = me.frame("merge-compare-title").with(&sheet);
    page_as(sheet.status(), &ComparePage { f, sheet, both })
}

pub(super) async fn propose(me: Signed, posted: Posted) -> Answer {
    let (kept, other) = (file_in(&posted, KEPT)?, file_in(&posted, OTHER)?);
    let version = |field: &str| Compared::parse(posted.text(field));
    let chosen = posted.pairs().filter(|(_, value)| value.trim() == OTHER);
    let act = ProposeMerge {
        kept: (kept, version("kept_version")),
        other: (other, version("other_version")),
        from_other: chosen.filter_map(|(name, _)| name.strip_prefix(PART).map(str::to_owned)).collect(),
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
                line.from_other = from_other.iter().any(|part| line.code == form_name(part));
            }
            Some(both)
        }
        None => None,
    };
    let f = me.frame("merge-show-title").with(&sheet);
    page_as(sheet.status(), &ShowPage { f, sheet, line, both, is_fresh, in_the_way })
}

async fn in_words(me: &Signed, found: Comparison) -> Result<Both, Problem> {
    let (w, kind) = (me.w(), found.kept.id.kind());
    let mut lines = Vec::new();
    for of in &found.differs {
        let Difference { part, kept, other, .. } = of;
        lines.push(Line {
            code: form_name(part),
            part: w.code("merge-part", part),
            kept: said(me, kind, of, kept.as_deref()).await?,
            other: said(me, kind, of, other.as_deref()).await?,
            from_other: false,
        });
    }
    let head = |side: &naheya_store::merge::Side| Head {
        file: side.id,
        way: way(&side.id),
        version: side.version,
        name: side.name.clone(),
        about: about(w, side),
    };
    let same: Vec<String> = found.same.iter().map(|part| w.code("merge-part", part)).collect();
    Ok(Both {
        kept: head(&found.kept),
        other: head(&found.other),
        lines,
        same: same.join(&w.t("today-comma")),
        rows: found.rows,
        obstacles: found.obstacles,
        told_apart: found.told_apart.map(|ToldApart { id, by, at }| {
            let by = by.unwrap_or_else(|| "—".to_owned());
            (id, w.t2("merge-was-told-apart", "by", by, "when", w.when(at)))
        }),
    })
}

/// The name of a part's choice in the form.
fn form_name(part: &str) -> String {
    format!("{PART}{part}")
}
