//! One child's file. What must be known at once comes first, then the child's own words.

use askama::Template;
use naheya_domain::Role;
use naheya_domain::access::{Action, Class, Noun, Reach, may, reach};
use naheya_domain::child::ChildState;
use naheya_domain::erasure::NAMELESS;
use naheya_domain::id::{ChildId, ConcernId};
use naheya_store::category::CategoryLine;
use naheya_store::child::file::{ChildFile, CurrentPair, Secret};
use naheya_store::child::moment::{Happened, Moment};
use naheya_store::child::{KeptAway, SchoolContact};

use super::view::{Tab, Top, tabs};
use super::{sees_pairs, sex_and_age, tag, tag_alone};
use crate::erasure::carer;
use crate::{Answer, Frame, Id, Posted, Sheet, Signed, Wanted, Words, page, page_as, see_other};

#[derive(Template)]
#[template(path = "child/file.html")]
struct FilePage {
    f: Frame,
    child: ChildFile,
    about: String,
    kind: &'static str,
    word: String,
    languages: String,
    pair: Option<Mother>,
    guardians: Vec<Adult>,
    /// Who must not take the child, in words.
    kept_away: String,
    personal: Option<Home>,
    moments: Vec<Line>,
    next_states: Vec<Step>,
    may_keep: bool,
    may_merge: bool,
    /// Whether the reader gives a copy of the file on a request on paper.
    may_copy: bool,
    /// Whether the file may be asked to be erased: the child has left.
    may_erase: bool,
    /// Whether its processing may be restricted, or is read about.
    may_restrict: bool,
    /// Whether it is, said to the office and to the child's guardians.
    restricted: bool,
    /// Whether it was erased: then nothing is offered that would fill it again.
    erased: bool,
    may_confirm: bool,
    may_follow_up: bool,
    /// Whether the reader writes down who has the child at holidays.
    may_hand_over: bool,
    under: Option<String>,
    tabs: Vec<Tab>,
    sees_secret: bool,
    /// Whether the file tells of a pair; where it may not, it does not tell that there is none.
    sees_pairs: bool,
    /// The reader's own opening of this file in an emergency, while it holds: where it is, minutes left.
    glass: Option<(String, i64)>,
    /// Where the whole file is opened in an emergency, for whoever does not see its locked part.
    emergency: Option<String>,
    /// For her who takes the child home: whom to call, before everything else.
    contact: Option<SchoolContact>,
}

/// Who takes the child home, and how she is reached: a grandmother asks for it on the phone.
struct Mother {
    name: String,
    since: String,
    phone: Option<String>,
    /// Her file, for whoever keeps it.
    href: Option<String>,
    /// The page of the pair, for whoever keeps it.
    pair: Option<String>,
}

/// One adult around the child.
struct Adult {
    id: String,
    name: String,
    relation: String,
    phone: Option<String>,
    away: bool,
    blocked: bool,
}

/// What the file may become, one press away or behind a word about what goes with it.
struct Step {
    next: &'static str,
    /// What goes with it, read before it is done: weekends that are called off, a child that leaves.
    first: Option<String>,
    /// Whether no pair has to end before.
    is_free: bool,
    /// The page of that pair, for whoever keeps it.
    pair: Option<String>,
}

/// Class personal, in words.
struct Home {
    birth_on: String,
    address: String,
    needs: String,
}

/// One line of the timeline.
struct Line {
    class: &'static str,
    when: String,
    what: String,
    href: Option<String>,
    say: Option<String>,
}

pub(super) async fn show(me: Signed, Id(id): Id<ChildId>, wanted: Wanted) -> Answer {
    let w = me.w();
    // Opened from a concern, the look stays inside its circle.
    let under = wanted.given("concern").and_then(ConcernId::parse);
    let child = match under {
        Some(concern) => me.desk.child_file_under(id, concern).await,
        None => me.desk.child_file(id).await,
    };
    let child = match child {
        Err(naheya_store::Error::NotFound) => return elsewhere(&me, id).await,
        child => child?,
    };
    let moments = me.desk.child_moments(&child).await?;
    let role = me.viewer.role;
    let sees_secret = reach(role, Noun::Child, Class::Secret) != Reach::Nothing;
    let emergency = may(role, Action::BreakGlass) && !sees_secret;
    // No name that was typed is a dash.
    let erased = child.name == NAMELESS;
    let may_here = |action| may(role, action) && !erased;
    let sees_pairs = sees_pairs(&me);
    let state = child.pair.as_ref().map(|p| p.state.as_str());
    let (kind, word) = if sees_pairs { tag(child.state, state, false) } else { tag_alone(child.state, false) };
    let place = [child.school.as_ref().map(|s| s.1.clone()), child.class.as_ref().map(|c| c.1.clone())];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let about = [sex_and_age(w, child.sex, child.age), place];
    let next = |s: &ChildState| child.state.may_become(*s);
    // Inside the circle of a concern nothing leads to a look that others are told of.
    let leads = may(role, Action::KeepPair) && under.is_none();
    let pair_page = child.pair.as_ref().filter(|_| leads).map(|p| format!("/pairs/{}", p.id));
    let takes_home = role == Role::Volunteer;
    page(&FilePage {
        contact: if takes_home { Some(me.desk.school_contact(id).await?) } else { None },
        f: if takes_home { me.frame_calling("child-file-title").await? } else { me.frame("child-file-title") },
        about: about.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" · "),
        kind,
        word: w.t(word),
        languages: languages(w, &child),
        pair: child.pair.as_ref().map(|p| mother(w, p, may(role, Action::KeepVolunteer), pair_page.clone())),
        guardians: child.guardians.iter().map(|g| adult(w, g)).collect(),
        kept_away: super::kept_away(w, &kept_away(&child)),
        personal: child.personal.as_ref().map(|p| Home {
            birth_on: p.birth_on.map(|d| w.long_date(d)).unwrap_or_default(),
            address: p.address.clone().unwrap_or_default(),
            needs: p.needs.clone().unwrap_or_default(),
        }),
        moments: moments.into_iter().map(|m| line(w, m, me.now)).collect(),
        next_states: ChildState::ALL
            .into_iter()
            .filter(next)
            .map(|s| step(w, s, child.pair.as_ref(), pair_page.as_deref()))
            .collect(),
        may_keep: may_here(Action::KeepChild),
        may_merge: may_here(Action::MergeFiles),
        // Inside the circle of a concern nothing leads to a look that others are told of.
        may_copy: may_here(Action::Export) && under.is_none(),
        may_erase: may(role, Action::AskErasure) && under.is_none() && child.state == ChildState::Left,
        may_restrict: may_here(Action::AskErasure) && under.is_none(),
        restricted: !erased && me.desk.says_restricted(id).await?,
        erased,
        may_confirm: may_here(Action::ConfirmChild),
        may_follow_up: may_here(Action::FollowUp),
        may_hand_over: may_here(Action::HandOver),
        under: under.map(|concern| format!("/concerns/{concern}")),
        tabs: file_tabs(&me, id, under.is_some()),
        sees_pairs,
        sees_secret,
        glass: open_glass(&me, id).await?,
        emergency: emergency.then(|| format!("/break-glasses/new?child={id}")),
        child,
    })
}

/// Where the reader's own opening of the file is, and how many minutes it holds.
async fn open_glass(me: &Signed, id: ChildId) -> Result<Option<(String, i64)>, naheya_store::Error> {
    let open = me.desk.open_glass_of(id).await?;
    Ok(open.map(|(glass, until)| (format!("/break-glasses/{glass}"), crate::break_glass::minutes_left(until, me.now))))
}

/// A file that is not seen: open in an emergency perhaps, or become part of another one.
async fn elsewhere(me: &Signed, id: ChildId) -> Answer {
    match me.desk.open_glass_of(id).await? {
        Some((glass, _)) => see_other(format!("/break-glasses/{glass}")),
        None => crate::merge::moved(me, id).await,
    }
}

/// The tabs above the file. Inside the circle of a concern nothing leads to a view whose look others are told of, where the
/// timeline shows the same.
fn file_tabs(me: &Signed, id: ChildId, is_under: bool) -> Vec<Tab> {
    let told = |tab: &Tab| tab.href.ends_with("/weekends") || tab.href.ends_with("/follow-ups");
    tabs(me.w(), me.viewer.role, id, "").into_iter().filter(|tab| !is_under || !told(tab)).collect()
}

fn kept_away(child: &ChildFile) -> Vec<KeptAway> {
    let blocked = child.guardians.iter().filter(|g| g.blocked);
    blocked.map(|g| KeptAway { name: g.name.clone(), relation: g.relation.clone() }).collect()
}

fn since(w: Words, on: &str) -> String {
    on.parse::<naheya_domain::Date>().map(|d| w.t1("child-since", "year", d.year().to_string())).unwrap_or_default()
}

/// What a child speaks, in words.
pub(crate) fn languages(w: Words, child: &ChildFile) -> String {
    let known = child.languages.known.iter().map(|l| w.code("child-language", l.code()));
    known.chain(child.languages.unknown.iter().cloned()).collect::<Vec<_>>().join(&w.t("child-and"))
}

/// Her phone is for those who keep volunteers: she herself knows it, and a school calls by the list of the day.
fn mother(w: Words, pair: &CurrentPair, keeps: bool, page: Option<String>) -> Mother {
    Mother {
        name: pair.name.clone(),
        since: since(w, &pair.begun_on),
        phone: pair.phone.clone().filter(|_| keeps),
        href: keeps.then(|| format!("/volunteers/{}", pair.volunteer)),
        pair: page,
    }
}

/// One step with what is read before it. A child with a pair does not leave: the page of the pair is where to begin.
fn step(w: Words, next: ChildState, pair: Option<&CurrentPair>, page: Option<&str>) -> Step {
    let before = pair.filter(|_| next == ChildState::Left);
    Step {
        next: next.code(),
        first: match (next, before) {
            (_, Some(pair)) => Some(w.t1("child-leave-pair", "name", &pair.name)),
            (ChildState::Left, None) => Some(w.t("child-leave-first")),
            (ChildState::Paused, None) => Some(w.t("child-pause-first")),
            (ChildState::Applying | ChildState::Enrolled, None) => None,
        },
        is_free: before.is_none(),
        pair: page.map(str::to_owned),
    }
}

fn adult(w: Words, g: &naheya_store::child::file::GuardianLine) -> Adult {
    Adult {
        id: g.id.to_string(),
        name: g.name.clone(),
        relation: w.code("child-relation", &g.relation),
        phone: g.phone.clone(),
        away: g.away,
        blocked: g.blocked,
    }
}

fn line(w: Words, moment: Moment, now: naheya_domain::Timestamp) -> Line {
    let who = moment.who.map(|who| format!(" · {who}")).unwrap_or_default();
    let when = format!("{}{who}", w.when_of(moment.at, now.date()));
    match moment.what {
        Happened::Stay { volunteer, ends_at, state, .. } => Line {
            class: if moment.at > now { "up" } else { "" },
            when: w.span_of(moment.at, ends_at, now.date()),
            what: w.t2("child-moment-stay", "who", carer(w, volunteer), "state", w.code("child-stay-state", &state)),
            href: None,
            say: None,
        },
        Happened::Note { words, corrects } => Line {
            class: "",
            when,
            what: w.t(if corrects { "child-moment-correction" } else { "child-moment-note" }),
            href: None,
            say: Some(words),
        },
        Happened::FollowUp { id, with, state } => Line {
            class: "care",
            when,
            what: w.t2(
                "child-moment-follow-up",
                "with",
                w.code("follow_up-with", &with),
                "state",
                w.code("follow_up-state", &state),
            ),
            href: Some(format!("/follow-ups/{id}")),
            say: None,
        },
    }
}

#[derive(Template)]
#[template(path = "child/trail.html")]
struct TrailPage {
    f: Frame,
    top: Top,
    lines: Vec<(String, String, String, String)>,
}

pub(super) async fn trail(me: Signed, Id(id): Id<ChildId>) -> Answer {
    let w = me.w();
    let lines = me.desk.child_trail(id).await?;
    let line = |l: naheya_store::child::file::TrailLine| {
        let role = w.maybe(format!("role-{}", l.role)).unwrap_or_else(|| w.t("child-trail-system"));
        let by = match l.who {
            Some(who) => w.t2("child-trail-by", "who", who, "role", role),
            None => role,
        };
        (w.when(l.at), by, did(w, &l.act, &l.fields), l.reason.unwrap_or_default())
    };
    let top = Top::of(&me, id, "/trail").await?;
    page(&TrailPage { f: me.frame("child-trail-title"), top, lines: lines.into_iter().map(line).collect() })
}

/// What was done, in words; acts without words of their own are changes.
fn did(w: Words, act: &str, fields: &str) -> String {
    let id = match (act, fields) {
        ("look", "secret") => "child-did-secret",
        // At once, with a second person's yes, or beside the request.
        (_, "export") => "child-did-export",
        ("look", _) => "child-did-look",
        ("child.confirm_file", _) => "child-did-confirm",
        ("child.change_state", _) => "child-did-state",
        ("merge.approve", _) => "child-did-merge",
        ("erasure.approve", _) => "child-did-erase",
        ("merge.undo", _) => "child-did-part",
        // A row that was not there: typed, or of a roster.
        (_, "*") => "child-did-open",
        _ => "child-did-change",
    };
    w.t(id)
}

#[derive(Template)]
#[template(path = "child/secret.html")]
struct SecretPage {
    f: Frame,
    id: ChildId,
    sheet: Sheet,
    opened: Option<Opened>,
}

/// The locked part in words.
struct Opened {
    id_number: String,
    student_number: String,
    health: String,
    family: String,
    note: String,
    categories: Vec<Belongs>,
    blocked: Vec<(String, String)>,
}

/// One category in words.
struct Belongs {
    id: String,
    name: String,
    span: String,
    basis: String,
    goes_on: bool,
}

pub(super) async fn ask_secret(me: Signed, Id(id): Id<ChildId>) -> Answer {
    // Not visible is absent, also for the question.
    me.desk.child_in_list(id).await?;
    page(&SecretPage { f: me.frame("child-secret-title"), id, sheet: Sheet::blank("child-secret"), opened: None })
}

pub(super) async fn secret(me: Signed, Id(id): Id<ChildId>, posted: Posted) -> Answer {
    let w = me.w();
    let (sheet, opened) = match me.desk.child_secret(id, posted.text("reason")).await {
        Ok(secret) => (Sheet::blank("child-secret"), Some(in_words(w, secret))),
        Err(error) => (Sheet::again("child-secret", &posted, error)?, None),
    };
    page_as(sheet.status(), &SecretPage { f: me.frame("child-secret-title").with(&sheet), id, sheet, opened })
}

fn in_words(w: Words, secret: Secret) -> Opened {
    let none = || w.t("child-none-on-file");
    let day = |d: Option<naheya_domain::Date>| d.map(|d| w.long_date(d)).unwrap_or_default();
    let category = |c: CategoryLine| Belongs {
        id: c.id.to_string(),
        name: w.maybe(format!("category-name-{}", c.code)).unwrap_or(c.code),
        goes_on: c.to_on.is_none(),
        span: match c.to_on {
            Some(_) => w.t2("category-from-to", "from", day(c.from_on), "to", day(c.to_on)),
            None => w.t1("category-from", "from", day(c.from_on)),
        },
        basis: c.basis.unwrap_or_default(),
    };
    Opened {
        id_number: secret.id_number.unwrap_or_else(none),
        student_number: secret.student_number.unwrap_or_else(none),
        health: secret.health.unwrap_or_else(none),
        family: secret.family.unwrap_or_else(none),
        note: secret.note.unwrap_or_else(none),
        categories: secret.categories.into_iter().map(category).collect(),
        blocked: secret.blocked,
    }
}
