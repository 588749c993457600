//! Pairs, as pages.

use askama::Template;
use axum::http::StatusCode;
use naheya_domain::Date;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::id::PairId;
use naheya_domain::meeting::MeetingPlace;
use naheya_domain::pair::{EndReason, PairState};
use naheya_domain::parting::{Contact, NoticeBy};
use naheya_domain::saved_view::List;
use naheya_store::meanwhile::Record;
use naheya_store::meeting::Meeting;
use naheya_store::order::SORTED;
use naheya_store::pair::{PairColumn, PairFile, PairFilter, PairRow, PausePair, ResumePair, SettlePair};
use naheya_store::parting::PartingFile;

use crate::answer::see_other_saying;
use crate::clash::Versioned;
use crate::order::{BY, Head, Order, Pager, sorts, whole};
use crate::saved_view::{Views, opened};
use crate::{
    Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, Words, page, page_as,
    search,
};

mod export;

pub(crate) use export::{heads_out, values_out};

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::KeepPair);
    vec![
        Route::get("/pairs", staff, Noun::Pair, list),
        Route::get("/pairs.xlsx", Knock::May(Action::Export), Noun::Pair, export::download_list),
        Route::post("/pairs/search", staff, Noun::Pair, find),
        Route::get("/pairs/{pair}", Knock::Sees(Noun::Pair, Class::Work), Noun::Pair, show),
        Route::post("/pairs/{pair}/settling", staff, Noun::Pair, settle),
        Route::post("/pairs/{pair}/rest", staff, Noun::Pair, pause),
        Route::post("/pairs/{pair}/rest/end", staff, Noun::Pair, resume),
    ]
}

#[derive(Template)]
#[template(path = "pair/list.html")]
struct ListPage {
    f: Frame,
    rows: Vec<PairRow>,
    total: u64,
    /// How many have not ended, where the list holds every pair.
    now: Option<u64>,
    state: String,
    typed: String,
    order: Order,
    /// The order asked for, for the search.
    by: String,
    pager: Pager,
    export: String,
    views: Views,
}

impl ListPage {
    /// Whether there has been no pair at all.
    fn is_blank(&self) -> bool {
        self.total == 0 && self.now.is_some()
    }

    /// The head of a column.
    fn head(&self, column: &str, text: &str) -> Head {
        self.order.head(column, self.f.w.t(text))
    }

    fn sorts(&self) -> Vec<Head> {
        let heads = [("child", "pair-child"), ("volunteer", "pair-volunteer"), ("begun", "pair-begun_on")];
        sorts(heads.map(|(column, text)| self.head(column, text)))
    }

    fn way(&self, state: &str) -> String {
        self.views.way(&Fields::of([("state", state)]).with("state", state))
    }

    fn views(&self) -> Vec<(&'static str, String)> {
        let all = ["", "settling", "active", "paused", "ended"];
        let word = |code: &str| match code {
            "" => self.f.w.t("pair-view-all"),
            code => self.f.w.code("pair-state", code),
        };
        all.into_iter().map(|code| (code, word(code))).collect()
    }

    fn reason(&self, row: &PairRow) -> String {
        end_words(self.f.w, row)
    }
}

/// Why a pair ended: the reason's words, or the paper's own.
fn end_words(w: Words, row: &PairRow) -> String {
    match &row.end_reason {
        Some(code) if EndReason::parse(code).is_some() => w.code("pair-end", code),
        Some(words) => words.clone(),
        None => String::new(),
    }
}

/// A pair's state as shape and colour.
#[must_use]
pub fn kind(state: &PairState) -> &'static str {
    match state {
        PairState::Settling => "half",
        PairState::Active => "ok",
        PairState::Paused => "wait",
        PairState::Ended => "off",
    }
}

async fn find(me: Signed, posted: Posted) -> Answer {
    search::lead(&me, "/pairs", &posted).await
}

/// The filter that an address asks for, without the place in the list.
pub(crate) async fn filter(me: &Signed, wanted: &Wanted) -> Result<PairFilter, Problem> {
    Ok(PairFilter {
        state: PairState::parse(wanted.text("state")),
        search: search::typed(me, "/pairs", wanted).await?,
        ..PairFilter::default()
    })
}

async fn list(me: Signed, wanted: Wanted) -> Answer {
    let (wanted, views) = opened(&me, List::Pairs, wanted).await?;
    let filter = filter(&me, &wanted).await?;
    let total = me.desk.count_pairs(&filter).await?;
    let is_whole = filter.state.is_none() && filter.search.is_none();
    let now = if is_whole { Some(open_pairs(&me).await?) } else { None };
    let order = Order::of(List::Pairs, &wanted, total < SORTED);
    let (by, down) = order.column();
    let by = match by {
        "child" => PairColumn::Child,
        "volunteer" => PairColumn::Volunteer,
        _ => PairColumn::Begun,
    };
    let listed = me.desk.pairs_sorted(&filter, by, down, &order.turn).await?;
    page(&ListPage {
        f: me.frame("pair-list-title"),
        pager: order.pager(me.w(), &listed, me.w().counted(total, 1000)),
        order,
        by: wanted.text(BY).to_owned(),
        rows: listed.rows,
        total,
        now,
        state: wanted.text("state").to_owned(),
        typed: filter.search.unwrap_or_default(),
        export: format!("/pairs.xlsx?{}", whole(&wanted).query()),
        views,
    })
}

/// How many pairs have not ended.
async fn open_pairs(me: &Signed) -> Result<u64, naheya_store::Error> {
    let mut open = 0;
    for state in [PairState::Settling, PairState::Active, PairState::Paused] {
        open += me.desk.count_pairs(&PairFilter { state: Some(state), ..PairFilter::default() }).await?;
    }
    Ok(open)
}

#[derive(Template)]
#[template(path = "pair/show.html")]
struct ShowPage {
    f: Frame,
    file: PairFile,
    may_keep: bool,
    may_end: bool,
    /// Whether the reader asks for a weekend in the volunteer's place.
    may_ask: bool,
    /// Weekends that its rest called off and that may still take place: where each is taken up, and its days.
    off_by_rest: Vec<(String, String)>,
    meetings: Vec<Meeting>,
    met: u64,
    needed: i64,
    parting: Option<PartingFile>,
    choices: Choices,
    forms: Forms,
}

/// The forms of the page. Each stands for itself: what is amiss in one empties no other.
struct Forms {
    meeting: Sheet,
    notice: Sheet,
    parting: Sheet,
    at_once: Sheet,
    /// Buttons without fields.
    other: Sheet,
}

/// The form that came back.
pub(crate) enum Came {
    None,
    Meeting(Sheet),
    Notice(Sheet),
    Parting(Sheet),
    AtOnce(Sheet),
    Other(Sheet),
}

impl Came {
    /// A form that the page shows no more, since somebody else was quicker, says why at the head of the page.
    fn in_its_place(self, state: PairState, has_notice: bool) -> Came {
        let (settles, is_over) = (matches!(state, PairState::Settling), matches!(state, PairState::Ended));
        match self {
            Came::Meeting(sheet) if !settles => Came::Other(sheet),
            Came::Notice(sheet) if has_notice || is_over => Came::Other(sheet),
            Came::Parting(sheet) | Came::AtOnce(sheet) if is_over => Came::Other(sheet),
            came => came,
        }
    }
}

impl Forms {
    fn blank() -> Forms {
        let [meeting, notice, parting, at_once, other] = [(); 5].map(|()| Sheet::blank("pair"));
        Forms { meeting, notice, parting, at_once, other }
    }

    /// As the pair stands, with what the reader had begun to write.
    async fn of(me: &Signed, id: PairId, parting: Option<&PartingFile>) -> Result<Forms, Problem> {
        let blank = Forms::blank();
        Ok(Forms {
            notice: me.resumed(&format!("notice-{id}"), blank.notice).await?,
            parting: match parting {
                Some(parting) => me.resumed_of(&format!("parting-{id}"), "pair", &Parts(id, parting)).await?,
                None => blank.parting,
            },
            at_once: me.resumed(&format!("at-once-{id}"), blank.at_once).await?,
            meeting: blank.meeting,
            other: blank.other,
        })
    }

    /// Where the form that came back belongs.
    fn place(&mut self, came: Came) -> Option<(&mut Sheet, Sheet)> {
        match came {
            Came::None => None,
            Came::Meeting(sheet) => Some((&mut self.meeting, sheet)),
            Came::Notice(sheet) => Some((&mut self.notice, sheet)),
            Came::Parting(sheet) => Some((&mut self.parting, sheet)),
            Came::AtOnce(sheet) => Some((&mut self.at_once, sheet)),
            Came::Other(sheet) => Some((&mut self.other, sheet)),
        }
    }
}

/// What the forms of the page offer: code and words.
struct Choices {
    reasons: Vec<(&'static str, String)>,
    givers: Vec<(&'static str, String)>,
    contacts: Vec<(&'static str, String)>,
    places: Vec<(&'static str, String)>,
}

impl Choices {
    fn of(w: Words) -> Choices {
        Choices {
            reasons: EndReason::ALL.map(|r| (r.code(), w.code("pair-end", r.code()))).into(),
            givers: NoticeBy::ALL.map(|n| (n.code(), w.code("pair-notice-by", n.code()))).into(),
            contacts: Contact::ALL.map(|c| (c.code(), w.code("pair-contact", c.code()))).into(),
            places: MeetingPlace::ALL.map(|p| (p.code(), w.code("pair-met-at", p.code()))).into(),
        }
    }
}

impl ShowPage {
    fn is(&self, code: &str) -> bool {
        self.file.row.state.code() == code
    }

    fn reason(&self) -> String {
        end_words(self.f.w, &self.file.row)
    }

    /// Whether the first night may come.
    fn knows_each_other(&self) -> bool {
        naheya_domain::meeting::may_settle(self.met, self.needed).is_ok()
    }

    fn parts(&self, parting: &PartingFile) -> bool {
        parting.steps.may_end().is_ok()
    }

    /// Who gave notice, and why, in words.
    fn notice(&self, parting: &PartingFile) -> String {
        let by = parting.notice_by.map(|by| self.f.w.code("pair-notice-by", by.code()));
        let why = parting.reason.map(|why| self.f.w.code("pair-end", why.code()));
        [by, why].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// One pair, with the form that came back where one did.
pub(crate) async fn pair_page(me: &Signed, id: PairId, came: Came) -> Answer {
    let mut file = me.desk.pair(id).await?;
    file.row.volunteer_name = crate::erasure::carer(me.w(), file.row.volunteer_name);
    let may_keep = me.desk.may(Action::KeepPair);
    let (meetings, met) = if may_keep { me.desk.meetings(id).await? } else { (Vec::new(), 0) };
    let off = if may_keep { me.desk.off_by_rest(id).await? } else { Vec::new() };
    let off_by_rest = off.into_iter().map(|(stay, from, to)| (format!("/stays/{stay}"), me.w().span(from, to)));
    let parting = me.desk.parting(id).await?;
    // Whom the child went to, and in which words it parted: as much of it as its file tells of the pair.
    if !file.row.child_name.is_empty() {
        me.desk.looked("children", vec![file.row.child.0], "work", None).await?;
    }
    let mut forms = if may_keep { Forms::of(me, id, parting.as_ref()).await? } else { Forms::blank() };
    let (mut f, mut status) = (me.frame("pair-title"), StatusCode::OK);
    if let Some((place, sheet)) = forms.place(came.in_its_place(file.row.state, parting.is_some())) {
        (f, status) = (f.with(&sheet), sheet.status());
        *place = sheet;
    }
    page_as(
        status,
        &ShowPage {
            f,
            may_keep,
            may_end: me.desk.may(Action::EndPair),
            may_ask: me.desk.may(Action::RequestStay),
            off_by_rest: off_by_rest.collect(),
            meetings,
            met,
            needed: me.desk.settings().await?.0.day_meetings,
            parting,
            choices: Choices::of(me.w()),
            file,
            forms,
        },
    )
}

/// How a pair parts, as its form is filled from it.
pub(crate) struct Parts<'p>(pub(crate) PairId, pub(crate) &'p PartingFile);

impl Versioned for Parts<'_> {
    fn records(&self) -> Vec<Record> {
        vec![Record::Parting(self.0.0)]
    }

    fn version(&self) -> i32 {
        self.1.version
    }

    fn fields(&self) -> Fields {
        let PartingFile { steps, talk, .. } = self.1;
        let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
        let contact = steps.contact.map(Contact::code).unwrap_or_default();
        Fields::of([
            ("talk_on", day(steps.talk_on)),
            ("talk", talk.clone().unwrap_or_default()),
            ("farewell_on", day(steps.farewell_on)),
            ("contact", contact.to_owned()),
        ])
    }

    fn lines(&self) -> &'static [&'static str] {
        &["talk"]
    }

    fn said(&self, w: Words, name: &str, value: &str) -> String {
        if name == "contact" { w.sent_code("pair-contact", value) } else { value.to_owned() }
    }
}

async fn show(me: Signed, Id(id): Id<PairId>) -> Answer {
    pair_page(&me, id, Came::None).await
}

async fn settle(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    me.desk.save_once(SettlePair { pair }, posted.submission()?).await?;
    see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-settled"))
}

async fn pause(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    me.desk.save_once(PausePair { pair }, posted.submission()?).await?;
    let toast = Toast::new("pair-paused").undo(format!("/pairs/{pair}/rest/end"));
    see_other_saying(format!("/pairs/{pair}"), toast)
}

async fn resume(me: Signed, Id(pair): Id<PairId>, posted: Posted) -> Answer {
    me.desk.save_once(ResumePair { pair }, posted.submission()?).await?;
    see_other_saying(format!("/pairs/{pair}"), Toast::new("pair-resumed"))
}
