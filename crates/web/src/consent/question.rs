//! The questions to a guardian, one a page, nothing chosen beforehand: the same by a link and by an
//! account. Nights away are agreed to for exact days: until a child that is away comes back, this weekend, this term, a year.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::id::{ChildId, GuardianId};
use naheya_store::consent::{AnswerConsent, OvernightSpans, Purpose, Question};
use naheya_store::{Desk, Error};

use crate::answer::see_other_saying;
use crate::frame::Shell;
use crate::{Answer, Asker, Frame, Posted, Sheet, Toast, Words, page_as, see_other};

/// How many questions there are for each child.
pub(crate) const QUESTIONS: usize = 5;
const YEAR: i32 = 12;
const HALF: i32 = 6;
/// The answer for the nights until a child that is away comes back.
const AWAY: &str = "away";

/// Who is asked about whom, and where the pages stand.
pub(crate) struct Asking<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) child: ChildId,
    pub(crate) name: String,
    pub(crate) guardian: GuardianId,
    /// How many questions came before this child's: brothers and sisters are asked about in a row.
    pub(crate) first: usize,
    /// How many there are for all the children.
    pub(crate) all: usize,
    /// The address before the question's number: `/c/…`.
    pub(crate) base: String,
    /// Where one comes out at the end.
    pub(crate) end: String,
    /// Where one goes back to from the first question.
    pub(crate) before: String,
    /// The link by which the guardian came in.
    pub(crate) link: Option<String>,
}

#[derive(Template)]
#[template(path = "consent/question.html")]
struct QuestionPage {
    f: Frame,
    sheet: Sheet,
    number: usize,
    all: usize,
    purpose: &'static str,
    name: String,
    options: Vec<(&'static str, String)>,
    /// The exact days of the term, where nights away are asked about.
    dates: Vec<String>,
    said: Option<String>,
    action: String,
    back: String,
    onward: String,
    is_last: bool,
}

impl Asking<'_> {
    fn page(&self, number: usize) -> String {
        match number {
            0 => self.before.clone(),
            n if n > self.all => self.end.clone(),
            n => format!("{}/{n}", self.base),
        }
    }

    /// The question behind a number, with the days that it can be answered for.
    pub(crate) async fn question(&self, number: usize) -> Result<(Question, OvernightSpans), Error> {
        let questions = self.desk.consent_questions(self.child, self.guardian).await?;
        let index = number.checked_sub(self.first + 1);
        let found = index.and_then(|n| questions.into_iter().nth(n)).ok_or(Error::NotFound)?;
        let spans = match found.purpose {
            Purpose::Overnight => self.desk.overnight_spans(self.child).await?,
            _ => OvernightSpans::default(),
        };
        Ok((found, spans))
    }

    /// The question after this one, if any. Who has an account may have come for a single answer: what she has answered or taken back
    /// is not asked about again.
    async fn after(&self, number: usize) -> Result<Option<usize>, Error> {
        if self.link.is_some() {
            return Ok((number < self.all).then_some(number + 1));
        }
        let questions = self.desk.consent_questions(self.child, self.guardian).await?;
        let mut open = (self.first + 1..).zip(questions).filter(|(_, q)| q.answer.is_none() && q.taken_back.is_none());
        Ok(open.find(|(n, _)| *n > number).map(|(n, _)| n))
    }

    /// On to the next question; out of the last one with a word that it is kept, where the page at the end does not say so.
    async fn go_on(&self, number: usize) -> Answer {
        match self.after(number).await? {
            Some(next) => see_other(self.page(next)),
            None if self.link.is_some() => see_other(&self.end),
            None => see_other_saying(&self.end, Toast::new("consent-recorded")),
        }
    }

    /// One question.
    pub(crate) async fn show(&self, asker: &Asker, number: usize, sheet: Sheet) -> Answer {
        let w = asker.w();
        let (question, spans) = self.question(number).await?;
        let after = self.after(number).await?;
        let shown = QuestionPage {
            f: phone(asker.frame("consent-question-title")).with(&sheet),
            options: options(w, question.purpose, asker.today(), &spans),
            dates: spans.weekends.iter().map(|one| w.span(one.leaves_on, one.last)).collect(),
            purpose: question.purpose.code(),
            said: question.answer.map(|yes| w.code("consent-said-before", if yes { "yes" } else { "no" })),
            name: self.name.clone(),
            action: self.page(number),
            back: self.page(number - 1),
            onward: after.map_or_else(|| self.end.clone(), |next| self.page(next)),
            is_last: after.is_none(),
            all: self.all,
            number,
            sheet,
        };
        page_as(shown.sheet.status(), &shown)
    }

    /// Keeps the answer and goes on; a page without an answer comes back.
    pub(crate) async fn answer(&self, asker: &Asker, number: usize, posted: &Posted) -> Answer {
        let (question, spans) = self.question(number).await?;
        // The same form again, after its answer was lost on the way: with this yes no night is short, and none is asked for.
        let again = posted.text("answer") == AWAY && spans.away_until.is_none() && question.answer == Some(true);
        if again {
            return self.go_on(number).await;
        }
        let done = async {
            let said = read(question.purpose, posted.text("answer"), asker.today(), &spans)?;
            let act = AnswerConsent {
                child: self.child,
                guardian: self.guardian,
                purpose: question.purpose,
                answer: said.yes,
                from_on: said.from,
                to_on: said.to,
                link: self.link.clone(),
            };
            self.desk.save_once(act, posted.submission()?).await
        };
        match done.await {
            Ok(()) => self.go_on(number).await,
            Err(error) => self.show(asker, number, Sheet::again("consent", posted, error)?).await,
        }
    }
}

/// The phone's frame without anybody's navigation: the page is about one thing.
pub(crate) fn phone(mut frame: Frame) -> Frame {
    frame.shell = Shell::Phone;
    frame.role = Some(naheya_domain::Role::Guardian.code());
    frame
}

/// Yes, with the exact days for which it holds, and no: the same weight.
fn options(w: Words, purpose: Purpose, today: Date, spans: &OvernightSpans) -> Vec<(&'static str, String)> {
    let code = purpose.code();
    let until = |months| w.long_date(later(today, months));
    let mut options = Vec::new();
    if let Some(day) = spans.away_until {
        options.push((AWAY, w.t1("consent-away-overnight", "until", w.long_date(day))));
    }
    if let Some(one) = &spans.weekend {
        options.push(("weekend", w.t1("consent-weekend-overnight", "days", w.span(one.leaves_on, one.last))));
    }
    if let Some(term) = &spans.term {
        let (from, to) = (w.long_date(term.from_on.max(today)), w.long_date(term.to_on));
        options.push(("term", w.t3("consent-term-overnight", "from", from, "to", to, "n", spans.weekends.len())));
    } else if purpose == Purpose::Overnight {
        options.push(("half", w.t1("consent-half-overnight", "until", until(HALF))));
    }
    options.push(("year", w.t1(format!("consent-yes-{code}"), "until", until(YEAR))));
    options.push(("no", w.t(format!("consent-no-{code}"))));
    options
}

/// An answer with its days.
struct Said {
    yes: bool,
    from: Option<Date>,
    to: Option<Date>,
}

fn read(purpose: Purpose, typed: &str, today: Date, spans: &OvernightSpans) -> Result<Said, Error> {
    let until = |months| Said { yes: true, from: None, to: Some(later(today, months)) };
    if let (AWAY, Some(day)) = (typed, spans.away_until) {
        return Ok(Said { yes: true, from: None, to: Some(day) });
    }
    match (typed, &spans.weekend, &spans.term) {
        ("year", ..) => Ok(until(YEAR)),
        ("half", ..) if purpose == Purpose::Overnight => Ok(until(HALF)),
        ("weekend", Some(one), _) => Ok(Said { yes: true, from: Some(one.leaves_on), to: Some(one.last) }),
        ("term", _, Some(term)) => Ok(Said { yes: true, from: Some(term.from_on.max(today)), to: Some(term.to_on) }),
        ("no", ..) => Ok(Said { yes: false, from: None, to: None }),
        _ => Err(Error::field("answer", "required.missing")),
    }
}

/// The same day so many months later; the month's last one where it has no such day.
fn later(today: Date, months: i32) -> Date {
    use jiff::ToSpan;
    today.checked_add(months.months()).unwrap_or(today)
}
