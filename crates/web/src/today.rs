//! Today: what must be decided, by deadline; this weekend, a dot a child; who has not been home for
//! long; thirteen weekends; the backup.

mod late;
mod leaving;
mod picture;
mod second;
mod to_sign;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use futures_util::future::{try_join, try_join3, try_join5};
use jiff::ToSpan;
use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::break_glass::GlassState;
use naheya_domain::child::ChildState;
use naheya_domain::concern::ConcernState;
use naheya_domain::id::StayId;
use naheya_domain::snapshot::{DUE_DAY, Month};
use naheya_domain::time::{Date, Timestamp};
use naheya_domain::weekend::friday_of;
use naheya_store::Error;
use naheya_store::break_glass::GlassLine;
use naheya_store::child::ChildFilter;
use naheya_store::concern::ConcernRow;
use naheya_store::consent::GuardianWord;
use naheya_store::follow_up::FollowUpRow;
use naheya_store::snapshot::Waiting;
use naheya_store::stay::HandBack;
use naheya_store::today::{Dots, StayLine, Today};

use crate::beginning::{self, StepLine};
use crate::words::Words;
use crate::{Answer, App, Frame, Knock, Route, Signed, page};

use late::{late, more_late};
use leaving::{area_item, class_item, duty_item};
use picture::{dots, dots_words, weekends};
use second::{erasure, exports, merges};
use to_sign::{import_item, volunteer_item};

const FOLLOW_UPS: u64 = 5;
/// Minutes of a week.
const WEEK: i64 = 7 * 24 * 60;
/// Until when a weekend is decided: noon of its first day.
const NOON: i8 = 12;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![Route::get("/today", Knock::May(Action::ApproveStay), "today", today)]
}

/// One is made each night; two hours are for a large one. Milliseconds.
const BACKUP_IS_OLD: i64 = 26 * 3_600_000;
/// Minutes before a certificate's end from which it is told of, as in the log.
const CERTIFICATE_IS_OLD: i64 = 14 * 24 * 60;

#[derive(Template)]
#[template(path = "today/index.html")]
struct TodayPage {
    f: Frame,
    heading: String,
    lead: String,
    items: Vec<Item>,
    dots: Dots,
    dots_svg: String,
    dots_words: String,
    friday: Date,
    sunday: Date,
    long_away: Vec<Away>,
    weekends: String,
    /// Whether nothing new can be kept.
    full: bool,
    /// Whether there is little room left for anything new.
    scarce: bool,
    /// When the last one was made, when that lies ahead: deadlines and alarms go by a clock that is behind.
    ahead: Option<String>,
    /// Since when notices do not go out.
    unsent: Option<String>,
    /// When the site's certificate ends, when that is near or over.
    certificate: Option<String>,
    /// When the last one was made, and whether a night has passed without one since.
    backup: Option<(Timestamp, bool)>,
    hand_backs: Vec<HandBack>,
    /// The year whose holidays are due and missing.
    missing_year: Option<i16>,
    /// Children whose alarm nobody has ended.
    alarms: u64,
    /// What to do first, in a county in which no child has gone yet.
    steps: Vec<StepLine>,
    steps_done: usize,
}

impl TodayPage {
    /// Whether no pair has been entered.
    fn is_without_pairs(&self) -> bool {
        self.steps.iter().any(|step| step.is_of_pairs && !step.done)
    }
}

/// Something to decide or to do.
struct Item {
    when: String,
    note: String,
    calm: bool,
    what: String,
    text: String,
    href: String,
    act: String,
    /// Where an empty form says yes, when nothing more has to be looked at.
    approve: Option<String>,
    /// Whom to call about it at once.
    phone: Option<String>,
}

struct Away {
    href: String,
    name: String,
    text: String,
}

/// When the last backup was made, and whether that is too long ago.
///
/// # Errors
/// When the records cannot be reached.
pub(crate) async fn last_backup(app: &App, now: Timestamp) -> Result<Option<(Timestamp, bool)>, Error> {
    let kept = app.store.last_backup(now).await?;
    Ok(kept.map(|kept| (kept.at, now.0 - kept.at.0 > BACKUP_IS_OLD)))
}

async fn today(State(app): State<App>, me: Signed) -> Answer {
    let unsent = async { if me.desk.may(Action::KeepNotice) { me.desk.unsent_since().await } else { Ok(None) } };
    let (backup, alarms) = (last_backup(&app, me.now), me.desk.count_open_alarms());
    // Side by side, here and below: whoever looks first after a change waits for the longest of them, not for each.
    let all = try_join5(me.desk.today(), me.desk.hand_backs(), alarms, backup, unsent);
    let (found, hand_backs, alarms, backup, unsent) = all.await?;
    let certificate = app.settings.certificate_ends().filter(|end| *end <= me.now.plus_minutes(CERTIFICATE_IS_OLD));
    let w = me.w();
    let items = work(&me, &found).await?;
    let steps = beginning::lines(&me).await?;
    let is_empty = !steps.is_empty() && found.waiting.is_empty() && found.dots.all() == 0;
    let steps_done = steps.iter().filter(|step| step.done).count();
    let now_due = found.waiting.iter().filter(|stay| !is_next_week(me.now, stay)).count();
    let waiting = i64::try_from(now_due).unwrap_or(i64::MAX);
    let shown = TodayPage {
        f: me.frame("today-title").counting("stays", waiting, true),
        heading: match found.missed {
            0 if is_empty => w.t("today-begin-heading"),
            0 => w.t1("today-heading", "n", found.dots.all()),
            missed => w.t1("today-heading-missed", "n", missed),
        },
        lead: match me.viewer.role {
            // The set-up makes no coordinator, and no step of a county asks for one: a leader may be alone with it.
            Role::Leader if is_empty => w.t("today-begin-lead-leader"),
            _ if is_empty => w.t("today-begin-lead"),
            _ => lead(w, me.now, &found),
        },
        items,
        dots: found.dots,
        dots_svg: dots(found.dots),
        dots_words: dots_words(w, found.dots),
        friday: found.friday,
        sunday: found.friday.tomorrow().and_then(Date::tomorrow).unwrap_or(found.friday),
        long_away: long_away(w, &found),
        weekends: weekends(w, &found),
        full: app.store.is_full(),
        scarce: app.settings.is_scarce(),
        ahead: backup.filter(|(at, _)| *at > me.now).map(|(at, _)| w.when_of(at, me.now.date())),
        unsent: unsent.map(|at| w.when_of(at, me.now.date())),
        certificate: certificate.map(|at| w.when_of(at, me.now.date())),
        backup,
        hand_backs,
        missing_year: me.desk.missing_holidays().await?,
        alarms,
        steps,
        steps_done,
    };
    page(&shown)
}

/// What waits for the reader, the most urgent first.
async fn work(me: &Signed, found: &Today) -> Result<Vec<Item>, Error> {
    let w = me.w();
    let waiting: Vec<StayId> = found.waiting.iter().map(|stay| stay.id).collect();
    let asked: Vec<StayId> = found.waiting.iter().filter(|stay| !stay.consented).map(|stay| stay.id).collect();
    let untold = async { if me.desk.may(Action::KeepNotice) { me.desk.count_untold().await } else { Ok(0) } };
    let said = try_join(me.desk.guardian_words(&asked), me.desk.said_no(&waiting));
    let lists = try_join3(concerns(me), me.desk.follow_ups_due(FOLLOW_UPS), stale(me));
    let all = try_join5(untold, me.desk.break_glasses_to_review(), said, lists, leaving(me));
    let (untold, glasses, (guardians, noes), (concerns, follow_ups, stale), leaving) = all.await?;
    let mut work: Vec<Item> = families(w, untold).into_iter().collect();
    let (calm, urgent): (Vec<Item>, Vec<Item>) =
        glasses.iter().map(|line| glass(w, me.now, line)).partition(|item| item.calm);
    work.extend(urgent);
    work.extend(items(w, me.now, found, &Said { guardians, noes }, &concerns, &follow_ups, stale));
    work.extend(leaving);
    work.extend(calm);
    work.extend(merges(w, me.desk.count_merges().await?));
    if me.desk.may(Action::Export) {
        work.extend(exports(w, me.desk.count_exports().await?));
    }
    if me.desk.may(Action::EraseFile) {
        work.extend(me.desk.erasures_to_decide().await?.into_iter().map(|asked| erasure(w, asked)));
    }
    work.extend(month(me).await?);
    work.extend(me.desk.volunteers_to_sign().await?.into_iter().map(|(id, name)| volunteer_item(w, id, &name)));
    let to_sign = me.desk.imports_to_sign().await?;
    work.extend(to_sign.iter().filter(|batch| !batch.by_reader).map(|batch| import_item(w, batch)));
    Ok(work)
}

/// What teachers leave behind whose role ends by its last day, and those who were responsible for an area.
async fn leaving(me: &Signed) -> Result<Vec<Item>, Error> {
    if !me.desk.may(Action::KeepSchool) {
        return Ok(Vec::new());
    }
    let (w, found) = (me.w(), me.desk.teachers_leaving().await?);
    let areas = me.desk.areas_alone().await?;
    let classes = found.classes.iter().map(|line| class_item(w, me.today(), line));
    let duties = found.duties.iter().map(|line| duty_item(w, line));
    Ok(classes.chain(duties).chain(areas.iter().map(|line| area_item(w, me.today(), line))).collect())
}

/// The concerns of the reader, each said once.
async fn concerns(me: &Signed) -> Result<Vec<ConcernRow>, Error> {
    let mut concerns = me.desk.open_concerns().await?;
    if concerns.iter().filter(|row| row.state == ConcernState::Raised).count() > 1 {
        let repeated = me.desk.repeated_concerns().await?;
        concerns.retain(|row| !repeated.contains_key(&row.id));
    }
    Ok(concerns)
}

/// How many enrolled children's files nobody has confirmed for long.
async fn stale(me: &Signed) -> Result<u64, Error> {
    let stale = ChildFilter {
        state: Some(ChildState::Enrolled),
        stale_since: Some(crate::child::stale_since(me).await?),
        ..ChildFilter::default()
    };
    me.desk.count_children(&stale).await
}

/// A file that somebody else opened in an emergency: open now, or to be reviewed.
fn glass(w: Words, now: Timestamp, line: &GlassLine) -> Item {
    let left = line.review_by.minutes_since(now);
    let (is_open, is_late) = (line.state == GlassState::Open, left < 0);
    let when = match (is_open, is_late) {
        (true, _) => w.t("today-now"),
        (false, true) => w.t1("today-over-by", "n", span(w, -left)),
        (false, false) => w.t1("today-left", "n", span(w, left)),
    };
    Item {
        when,
        note: w.t("break_glass-today-note"),
        calm: !is_open && !is_late,
        what: w.t(if is_open { "break_glass-today-open" } else { "break_glass-today" }),
        text: w.t2("break_glass-today-text", "who", &line.by, "at", w.when(line.opened_at)),
        href: format!("/break-glasses/{}", line.id),
        act: w.t("break_glass-today-act"),
        approve: None,
        phone: None,
    }
}

/// Families whom nobody has told by hand that their child is late.
fn families(w: Words, untold: u64) -> Option<Item> {
    (untold > 0).then(|| Item {
        when: w.t("today-now"),
        note: w.t("alarm-today-by-hand-note"),
        calm: false,
        what: w.t1("alarm-today-by-hand", "n", untold),
        text: w.t("alarm-today-by-hand-text"),
        href: "/notices/queue".to_owned(),
        act: w.t("alarm-today-by-hand-act"),
        approve: None,
        phone: None,
    })
}

/// A month's figures: the leader's to send up, and once they are late the office's to remind of, since the leader may be away.
async fn month(me: &Signed) -> Result<Option<Item>, Error> {
    if !me.desk.may(Action::SeeReport) {
        return Ok(None);
    }
    let signs = me.desk.may(Action::SignSnapshot);
    let waits = me.desk.month_waiting().await?;
    let late = |month: Month, waiting: Waiting| waiting == Waiting::Unsigned && month.is_late(me.today());
    let waits = waits.filter(|(month, waiting)| signs || late(*month, *waiting));
    Ok(waits.map(|(month, waiting)| {
        let item = month_item(me.w(), month, waiting, late(month, waiting));
        if signs { item } else { Item { text: me.w().t("snapshot-leader-away"), ..item } }
    }))
}

fn month_item(w: Words, month: Month, waiting: Waiting, is_late: bool) -> Item {
    let name = crate::level::month_words(w, month);
    let what = match waiting {
        Waiting::Unsigned => w.t1("snapshot-unsigned", "month", name),
        Waiting::Asked => w.t1("snapshot-asked", "month", name),
    };
    Item {
        when: match waiting {
            Waiting::Unsigned if is_late => w.t1("today-month-late", "day", DUE_DAY),
            Waiting::Unsigned => w.t1("today-month-by", "day", DUE_DAY),
            Waiting::Asked => w.t("today-calm"),
        },
        note: String::new(),
        calm: !is_late,
        what,
        text: w.t("today-month-text"),
        href: format!("/snapshots?month={month}"),
        act: w.t("today-month-act"),
        approve: None,
        phone: None,
    }
}

fn items(
    w: Words,
    now: Timestamp,
    found: &Today,
    words: &Said,
    concerns: &[ConcernRow],
    follow_ups: &[FollowUpRow],
    stale: u64,
) -> Vec<Item> {
    let mut items: Vec<(i64, Item)> = found.late.iter().map(|stay| (i64::MIN, late(w, now, stay))).collect();
    let (later, due): (Vec<&StayLine>, Vec<&StayLine>) = found.waiting.iter().partition(|stay| is_next_week(now, stay));
    let more = found.missed.saturating_sub(found.late.iter().filter(|stay| stay.elsewhere.is_none()).count() as u64);
    items.extend((more > 0).then(|| (i64::MIN, more_late(w, more))));
    items.extend(due.into_iter().map(|stay| waiting(w, now, found.friday, stay, words)));
    let raised = concerns.iter().filter(|concern| concern.state == ConcernState::Raised);
    items.extend(raised.map(|row| (row.take_up_by.0, concern(w, now, row))));
    items.extend(follow_ups.iter().map(|row| (row.due_at.0, follow_up(w, now, row))));
    items.sort_by_key(|(deadline, _)| *deadline);
    let mut items: Vec<Item> = items.into_iter().map(|(_, item)| item).collect();
    if !later.is_empty() {
        items.push(next_week(w, now, later.len()));
    }
    if stale > 0 {
        items.push(Item {
            when: w.t("today-calm"),
            note: w.t("today-calm-note"),
            calm: true,
            what: w.t1("today-stale", "n", stale),
            text: w.t("today-stale-text"),
            href: "/children?view=stale".to_owned(),
            act: w.t("today-look"),
            approve: None,
            phone: None,
        });
    }
    items
}

/// Whether a request is one of the list of the seven days after these: it can wait, and is decided there with its like.
fn is_next_week(now: Timestamp, stay: &StayLine) -> bool {
    let midnight = Timestamp::from_shanghai(now.date().at(0, 0, 0, 0));
    (midnight.plus_minutes(WEEK)..midnight.plus_minutes(2 * WEEK)).contains(&stay.starts_at)
}

/// A weekend from its Friday on.
fn weekend(w: Words, friday: Date) -> String {
    w.span(friday, friday.checked_add(2.days()).unwrap_or(friday))
}

/// How far this weekend is decided, and what waits of the one after: they are not counted as one.
fn lead(w: Words, now: Timestamp, found: &Today) -> String {
    let dots = found.dots;
    let this = match dots.waiting {
        0 => w.t("today-lead-decided"),
        n => w.t2("today-lead", "approved", dots.approved + dots.away + dots.back, "waiting", n),
    };
    let soon = found.waiting.iter().filter(|stay| !is_next_week(now, stay));
    let after = soon.map(|stay| friday_of(stay.starts_at.date())).filter(|day| *day > found.friday);
    let after: Vec<Date> = after.collect();
    let Some(next) = after.iter().min() else { return this };
    let n = after.iter().filter(|day| *day == next).count();
    w.t3("today-lead-next", "this", this, "days", weekend(w, *next), "n", n)
}

fn next_week(w: Words, now: Timestamp, stays: usize) -> Item {
    let midnight = Timestamp::from_shanghai(now.date().at(0, 0, 0, 0));
    Item {
        when: crate::stay::weekend_words(w, midnight.plus_minutes(WEEK)),
        note: w.t("today-calm"),
        calm: true,
        what: w.t1("today-next-week", "n", stays),
        text: w.t("today-next-week-text"),
        href: "/stays?week=next".to_owned(),
        act: w.t("today-look"),
        approve: None,
        phone: None,
    }
}

/// What was said to the weekends that wait: by the guardians, and that child or class teacher said no.
struct Said {
    guardians: BTreeMap<StayId, GuardianWord>,
    noes: BTreeMap<StayId, Timestamp>,
}

fn waiting(w: Words, now: Timestamp, friday: Date, stay: &StayLine, said: &Said) -> (i64, Item) {
    let word = said.guardians.get(&stay.id).copied().unwrap_or_default();
    let no = said.noes.get(&stay.id).map(|at| w.t1("today-stay-no", "at", crate::alarm::hour(&w, at, &now)));
    let (today, noon) = (now.date(), Timestamp::from_shanghai(stay.starts_at.date().at(NOON, 0, 0, 0)));
    let consented = stay.consented || word == GuardianWord::Yes;
    let text = match (stay.endorsed, consented) {
        (true, true) => "today-stay-ready",
        (false, true) => "today-stay-teacher",
        (true, false) => "today-stay-guardian",
        (false, false) => "today-stay-both",
    };
    // "Friday" alone is the one of this weekend.
    let by = if friday_of(noon.date()) == friday { w.soon(noon, today) } else { w.when(noon) };
    let ready = stay.endorsed && consented && no.is_none();
    let item = Item {
        when: w.t1("today-before", "at", by),
        note: w.t("today-stay-note"),
        calm: false,
        what: w.t2("today-stay", "child", &stay.child, "volunteer", &stay.volunteer),
        text: against(w, now, word).or(no).unwrap_or_else(|| w.t(text)),
        href: format!("/stays/{}", stay.id),
        act: w.t(if ready { "today-see" } else { "today-decide" }),
        approve: ready.then(|| format!("/stays/{}/approval", stay.id)),
        phone: None,
    };
    (noon.0, item)
}

/// A guardian who has taken the yes back has answered.
fn against(w: Words, now: Timestamp, word: GuardianWord) -> Option<String> {
    let (at, _) = word.against()?;
    let id = if matches!(word, GuardianWord::No(..)) { "today-stay-refused" } else { "today-stay-taken_back" };
    Some(w.t1(id, "at", crate::alarm::hour(&w, &at, &now)))
}

fn concern(w: Words, now: Timestamp, row: &ConcernRow) -> Item {
    let left = row.take_up_by.minutes_since(now);
    let over = left < 0;
    Item {
        when: w.t1(if over { "today-over-by" } else { "today-left" }, "n", span(w, left.abs())),
        note: w.t("today-concern-note"),
        calm: false,
        what: w.t("today-concern"),
        text: w.t("today-concern-text"),
        href: format!("/concerns/{}", row.id),
        act: w.t("today-take-up"),
        approve: None,
        phone: None,
    }
}

fn follow_up(w: Words, now: Timestamp, row: &FollowUpRow) -> Item {
    let left = row.due_at.minutes_since(now);
    let over = left < 0;
    Item {
        when: w.t1(if over { "today-over-by" } else { "today-left" }, "n", span(w, left.abs())),
        note: w.t("today-follow-up-note"),
        calm: !over,
        what: w.t1("today-follow-up", "child", &row.child_name),
        text: w.t1("today-follow-up-text", "at", w.when(row.due_at)),
        href: format!("/follow-ups/{}", row.id),
        act: w.t("today-record"),
        approve: None,
        phone: None,
    }
}

/// Minutes as people say them: days from two days on, hours from two hours on.
pub(crate) fn span(w: Words, minutes: i64) -> String {
    if minutes >= 2 * 24 * 60 {
        w.t1("today-days", "n", minutes / (24 * 60))
    } else if minutes >= 120 {
        w.t1("today-hours", "n", minutes / 60)
    } else {
        w.t1("today-minutes", "n", minutes)
    }
}

fn long_away(w: Words, found: &Today) -> Vec<Away> {
    let away = found.long_away.iter().map(|child| Away {
        href: format!("/children/{}", child.id),
        name: child.name.clone(),
        text: w.t1(if child.was_home { "today-weeks" } else { "today-never" }, "n", child.weeks),
    });
    away.collect()
}
