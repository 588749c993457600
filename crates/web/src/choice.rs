//! Wish slips, as pages: staff type one after the other; a volunteer reads cards and writes her own.

use std::ops::Range;

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::candidate::Weights;
use naheya_domain::choice::{Side, Slip};
use naheya_domain::id::{ChildId, RoundId, VolunteerId};
use naheya_domain::round::RoundState;
use naheya_domain::{Role, proposal::ProposalState};
use naheya_store::candidate::Candidates;
use naheya_store::choice::{
    Card, CardHead, MyProposal, MyRound, SlipText, WriteChildSlip, WriteHomeSlip, WriteOwnSlip,
};
use naheya_store::round::RoundFile;

use crate::answer::see_other_saying;
use crate::order::{Pager, stretch};
use crate::round::{MOST_OFFERED, PER_PAGE, Step, about, band, person, slip_words, steps};
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, Wanted, page, page_as};

/// Fields for wishes that a fresh slip shows.
const LINES: usize = 3;

/// In a slip's form: how the slip was handed in when the form was filled.
const WAS: &str = "was";

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    let staff = Knock::May(Action::RunRound);
    let own = Knock::Roles(&[Role::Volunteer]);
    vec![
        Route::get("/rounds/{round}/wishes", staff, Noun::Round, slip),
        Route::post("/rounds/{round}/wishes", staff, Noun::Round, write),
        Route::get("/choices", own, Noun::Round, mine),
        Route::post("/choices", own, Noun::Round, write_mine),
        Route::get("/choices/{number}", own, Noun::Round, card),
    ]
}

/// Somebody whose slip is or will be typed.
struct Person {
    number: i32,
    name: String,
    about: String,
    wishes: Option<usize>,
}

/// One line of the slip: what stands in it and whom it names.
struct Line {
    at: usize,
    value: String,
    named: String,
}

#[derive(Template)]
#[template(path = "choice/slip.html")]
struct SlipPage {
    f: Frame,
    file: RoundFile,
    steps: Vec<Step>,
    side: &'static str,
    person: Option<Person>,
    lines: Vec<Line>,
    refused: String,
    /// Whether the box stands that this person was asked and names nobody.
    nobody: bool,
    others: Vec<Person>,
    /// Whom a number can name: number and words.
    named: Vec<(i32, String)>,
    written: usize,
    waiting: usize,
    candidates: Option<Candidates>,
    sheet: Sheet,
}

impl SlipPage {
    fn others_here(&self) -> &[Person] {
        self.others.get(..PER_PAGE).unwrap_or(&self.others)
    }

    /// Numbers that are offered while they are typed.
    fn offered(&self) -> &[(i32, String)] {
        if self.named.len() > MOST_OFFERED { &[] } else { &self.named }
    }

    fn of_child(&self) -> bool {
        self.side == "child"
    }

    fn slip(&self, wishes: &Option<usize>) -> String {
        slip_words(self.f.w, *wishes)
    }
}

fn people(me: &Signed, file: &RoundFile, side: Side) -> Vec<Person> {
    match side {
        Side::Child => file
            .children
            .iter()
            .filter(|c| !c.paired)
            .map(|c| {
                let about = [Some(person(me.w(), c)), c.class.clone()].into_iter().flatten().collect::<Vec<_>>();
                Person { number: c.number, name: c.name.clone(), about: about.join(" · "), wishes: c.wishes }
            })
            .collect(),
        Side::Volunteer => file
            .homes
            .iter()
            .filter(|h| h.free > 0 || h.wishes.is_some())
            .map(|h| Person {
                number: h.number,
                name: h.name.clone(),
                about: h.trade.clone().unwrap_or_default(),
                wishes: h.wishes,
            })
            .collect(),
    }
}

/// Whom the numbers on this side's slips name.
fn named(me: &Signed, file: &RoundFile, side: Side) -> Vec<(i32, String)> {
    match side {
        Side::Child => file
            .homes
            .iter()
            .map(|h| {
                let way = (h.travel_minutes > 0).then(|| me.w().t1("choice-minutes", "n", h.travel_minutes));
                let words = [Some(h.name.clone()), h.trade.clone(), way, h.animals.clone()];
                (h.number, words.into_iter().flatten().collect::<Vec<_>>().join(" · "))
            })
            .collect(),
        Side::Volunteer => {
            file.children.iter().map(|c| (c.number, format!("{} {}", c.name, person(me.w(), c)))).collect()
        }
    }
}

struct Asked {
    side: Side,
    number: Option<i32>,
    add: Option<i32>,
}

async fn slip(me: Signed, Id(round): Id<RoundId>, wanted: Wanted) -> Answer {
    let asked = Asked {
        side: Side::parse(wanted.text("side")).unwrap_or(Side::Child),
        number: wanted.text("n").parse().ok(),
        add: wanted.text("add").parse().ok(),
    };
    slip_page(&me, round, asked, None).await
}

async fn slip_page(me: &Signed, round: RoundId, asked: Asked, again: Option<(Sheet, Vec<String>)>) -> Answer {
    let file = me.desk.round(round).await?;
    let all = people(me, &file, asked.side);
    let here = match asked.number {
        Some(number) => all.iter().find(|p| p.number == number),
        None => all.iter().find(|p| p.wishes.is_none()).or(all.first()),
    };
    let here =
        here.map(|p| Person { number: p.number, name: p.name.clone(), about: p.about.clone(), wishes: p.wishes });
    let id = here.as_ref().and_then(|p| id_of(&file, asked.side, p.number));
    let candidates = match (asked.side, id) {
        (Side::Child, Some(id)) => Some(me.desk.candidates(round, ChildId(id), Weights::USUAL).await?),
        _ => None,
    };
    let slip = match id {
        Some(id) => Some(me.desk.slip(round, asked.side, id).await?),
        None => None,
    };
    let filled = match again {
        Some((sheet, wishes)) => Filled::typed(sheet, wishes),
        None => filled(me, round, &asked, here.as_ref(), slip.as_ref()).await?,
    };
    let named = named(me, &file, asked.side);
    let current = here.as_ref().map(|p| p.number);
    let (written, waiting) =
        (all.iter().filter(|p| p.wishes.is_some()).count(), all.iter().filter(|p| p.wishes.is_none()).count());
    page_as(
        filled.sheet.status(),
        &SlipPage {
            f: me.frame("choice-slip-title").with(&filled.sheet),
            steps: steps(me.w(), &file),
            side: asked.side.code(),
            others: waiting_first(all.into_iter().filter(|p| Some(p.number) != current).collect()),
            person: here,
            file,
            lines: lines(&filled.wishes, &named),
            refused: filled.refused,
            nobody: filled.nobody,
            named,
            written,
            waiting,
            candidates,
            sheet: filled.sheet,
        },
    )
}

/// What stands in a slip's form.
struct Filled {
    sheet: Sheet,
    /// A line each.
    wishes: Vec<String>,
    refused: String,
    nobody: bool,
}

impl Filled {
    /// As it came back, or was begun.
    fn typed(sheet: Sheet, wishes: Vec<String>) -> Filled {
        let refused = sheet.value("refused").to_owned();
        let nobody = sheet.has("none", "on");
        Filled { sheet, wishes, refused, nobody }
    }

    /// As the slip stands, with the number behind it that was pressed.
    fn standing(sheet: Sheet, person: Option<&Person>, slip: Option<&Slip>, add: Option<i32>) -> Filled {
        let nobody = add.is_none() && person.is_some_and(|p| p.wishes == Some(0));
        let (mut wishes, mut refused) = (Vec::new(), String::new());
        if let Some(slip) = slip {
            wishes.extend(slip.wishes_text().split(", ").filter(|t| !t.is_empty()).map(str::to_owned));
            wishes.extend(add.filter(|n| !slip.wishes.iter().flatten().any(|w| w == n)).map(|n| n.to_string()));
            refused = slip.refused_text();
        }
        Filled { sheet, wishes, refused, nobody }
    }
}

/// The form of a slip that nobody has sent yet: with what was begun in it, else as the slip stands.
async fn filled(
    me: &Signed,
    round: RoundId,
    asked: &Asked,
    person: Option<&Person>,
    slip: Option<&Slip>,
) -> Result<Filled, Problem> {
    let is_written = person.is_some_and(|p| p.wishes.is_some());
    let was = slip.map(|slip| handed_in(is_written, slip)).unwrap_or_default();
    let fresh = Sheet::filled("choice", Fields::of([(WAS, was)]));
    let Some(person) = person else { return Ok(Filled::standing(fresh, None, slip, asked.add)) };
    let sheet = begun(me, &format!("slip-{round}-{}-{}", asked.side.code(), person.number), fresh).await?;
    if sheet.kept().is_none() {
        return Ok(Filled::standing(sheet, Some(person), slip, asked.add));
    }
    let mut wishes: Vec<String> = sheet.values().all("wish").into_iter().map(str::to_owned).collect();
    let added = asked.add.map(|n| n.to_string()).filter(|n| !wishes.contains(n));
    wishes.extend(added);
    Ok(Filled::typed(sheet, wishes))
}

/// A slip as it is handed in, and whether it is at all.
fn handed_in(is_written: bool, slip: &Slip) -> String {
    if is_written { format!("{} / {}", slip.wishes_text(), slip.refused_text()) } else { String::new() }
}

/// A slip's form with what was begun in it, unless somebody handed the slip in meanwhile: then that stands.
async fn begun(me: &Signed, name: &str, fresh: Sheet) -> Result<Sheet, Problem> {
    let sheet = me.resumed(name, fresh.clone()).await?;
    Ok(if sheet.value(WAS) == fresh.value(WAS) { sheet } else { fresh.with_draft(name, None) })
}

/// Those whose slip is still to be typed, then the others; each by number.
fn waiting_first(mut people: Vec<Person>) -> Vec<Person> {
    people.sort_by_key(|person| (person.wishes.is_some(), person.number));
    people
}

fn id_of(file: &RoundFile, side: Side, number: i32) -> Option<uuid::Uuid> {
    match side {
        Side::Child => file.children.iter().find(|c| c.number == number).map(|c| c.id.0),
        Side::Volunteer => file.homes.iter().find(|h| h.number == number).map(|h| h.id.0),
    }
}

fn lines(typed: &[String], named: &[(i32, String)]) -> Vec<Line> {
    let count = typed.len().max(LINES - 1) + 1;
    let name = |value: &str| {
        let numbers = value.split('=').filter_map(|n| n.trim().parse::<i32>().ok());
        let found = numbers.filter_map(|n| named.iter().find(|(number, _)| *number == n));
        found.map(|(_, words)| words.clone()).collect::<Vec<_>>().join(" / ")
    };
    let value = |at: usize| typed.get(at).cloned().unwrap_or_default();
    (0..count).map(|at| Line { at: at + 1, named: name(&value(at)), value: value(at) }).collect()
}

async fn write(me: Signed, Id(round): Id<RoundId>, posted: Posted) -> Answer {
    let side = Side::parse(posted.text("side")).ok_or_else(|| Problem::of_code("bad_request"))?;
    let number: i32 = posted.text("number").parse().map_err(|_| Problem::of_code("bad_request"))?;
    let id = me.desk.numbered(round, side, number).await?;
    let wishes: Vec<String> = posted.all("wish").into_iter().map(str::to_owned).collect();
    let nobody = posted.given("none").is_some();
    let slip = SlipText { wishes: wishes.join(", "), refused: posted.text("refused").to_owned(), nobody };
    let blank = !nobody && slip.wishes.trim_matches([',', ' ']).is_empty() && slip.refused.trim().is_empty();
    let done = async {
        let key = posted.submission()?;
        match side {
            Side::Child => me.desk.save_once(WriteChildSlip { round, child: ChildId(id), slip }, key).await,
            Side::Volunteer => me.desk.save_once(WriteHomeSlip { round, volunteer: VolunteerId(id), slip }, key).await,
        }
    };
    match done.await {
        Ok(()) => see_other_saying(
            format!("/rounds/{round}/wishes?side={}", side.code()),
            Toast::new(if blank { "choice-taken-away" } else { "choice-written" }).with("number", number),
        ),
        Err(error) => {
            let sheet = Sheet::again("choice", &posted, error)?;
            slip_page(&me, round, Asked { side, number: Some(number), add: None }, Some((sheet, wishes))).await
        }
    }
}

#[derive(Template)]
#[template(path = "choice/mine.html")]
struct MinePage {
    f: Frame,
    round: Option<MyRound>,
    /// The cards of this page, with the ways to the others.
    cards: (Range<usize>, Pager),
    sheet: Sheet,
}

impl MinePage {
    fn head(&self, card: &CardHead) -> String {
        let sex = card.sex.map(|s| self.f.w.code("round-sex", s.code()));
        [sex, Some(band(self.f.w, card.band))].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Whether she is asked now.
    fn is_asked(&self, proposal: &MyProposal) -> bool {
        proposal.state == ProposalState::Offered && proposal.answer.is_none()
    }

    /// Whether she may look at the child's card once more.
    fn may_read(&self, proposal: &MyProposal) -> bool {
        proposal.state.stands() && !proposal.begun
    }

    /// What comes next, once it is no longer hers to answer.
    fn after(&self, proposal: &MyProposal) -> Option<String> {
        let word = match proposal.state {
            ProposalState::Accepted if proposal.begun => "choice-after-begun",
            ProposalState::Accepted => "choice-after-accepted",
            ProposalState::Declined if proposal.answer != Some(false) => "choice-after-declined",
            ProposalState::Lapsed => "choice-after-lapsed",
            ProposalState::Undone => "choice-after-undone",
            ProposalState::Offered | ProposalState::Declined => return None,
        };
        Some(self.f.w.t(word))
    }

    /// What she reads once wishes are closed and no child was proposed to her: at the meeting nobody should wait in vain.
    fn nobody(&self, round: &MyRound) -> String {
        let word = match round.state {
            RoundState::Meeting => "choice-mine-nobody",
            _ => "choice-mine-closed",
        };
        self.f.w.t(word)
    }

    fn cards_here<'a>(&self, round: &'a MyRound) -> &'a [CardHead] {
        round.cards.get(self.cards.0.clone()).unwrap_or_default()
    }
}

fn mine_page(me: &Signed, round: Option<MyRound>, from: usize, sheet: Option<Sheet>) -> Answer {
    let all = round.as_ref().map_or(0, |round| round.cards.len());
    let cards = stretch(me.w(), PER_PAGE, all, from, |from| format!("/choices?from={from}"));
    let sheet = sheet.unwrap_or_else(|| round.as_ref().map_or_else(|| Sheet::blank("choice"), own_slip));
    page_as(sheet.status(), &MinePage { f: me.frame("choice-mine-title").with(&sheet), round, cards, sheet })
}

/// The slip as it was handed in.
fn own_slip(round: &MyRound) -> Sheet {
    let nobody = round.written && round.slip.wishes.is_empty();
    let none = nobody.then(|| ("none", "on".to_owned()));
    let was = handed_in(round.written, &round.slip);
    let slip = [("wishes", round.slip.wishes_text()), ("refused", round.slip.refused_text()), (WAS, was)];
    Sheet::filled("choice", Fields::of(slip.into_iter().chain(none)))
}

async fn mine(me: Signed, wanted: Wanted) -> Answer {
    let round = me.desk.my_round().await?;
    let sheet = match round.as_ref().filter(|round| round.open) {
        Some(open) => Some(begun(&me, &format!("choices-{}", open.id), own_slip(open)).await?),
        None => None,
    };
    mine_page(&me, round, wanted.text("from").parse().unwrap_or(0), sheet)
}

async fn write_mine(me: Signed, posted: Posted) -> Answer {
    let round = me.desk.my_round().await?.ok_or_else(Problem::not_found)?;
    let nobody = posted.given("none").is_some();
    let slip = SlipText { wishes: posted.text("wishes").into(), refused: posted.text("refused").into(), nobody };
    let act = WriteOwnSlip { round: round.id, slip };
    let done = async { me.desk.save_once(act, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying("/choices", Toast::new("choice-mine-written")),
        Err(error) => mine_page(&me, Some(round), 0, Some(Sheet::again("choice", &posted, error)?)),
    }
}

#[derive(Template)]
#[template(path = "choice/card.html")]
struct CardPage {
    f: Frame,
    card: Card,
    about: String,
    /// The next child's number; none after the last.
    next: Option<i32>,
    /// The way back to where she writes her wishes, or says yes or no.
    back: String,
}

async fn card(me: Signed, Id(number): Id<i32>) -> Answer {
    let card = me.desk.open_card(number).await?;
    let cards = me.desk.my_round().await?.map(|round| round.cards).unwrap_or_default();
    let waits = cards.iter().any(|head| head.number == number);
    let next = cards.iter().map(|head| head.number).find(|other| waits && *other > number);
    let back = me.w().t(if waits { "choice-card-last" } else { "choice-card-answer" });
    page(&CardPage { f: me.frame("choice-card-title"), about: about(me.w(), &card), card, next, back })
}
