//! The questions to a guardian, one a page, nothing chosen beforehand: the same by a link and by an
//! account.

use askama::Template;
use naheya_domain::Date;
use naheya_domain::id::{ChildId, GuardianId};
use naheya_store::consent::{AnswerConsent, Purpose, Question};
use naheya_store::{Desk, Error};

use crate::frame::Shell;
use crate::{Answer, Asker, Frame, Posted, Sheet, Words, page_as};

/// How many questions there are.
pub(crate) const QUESTIONS: usize = 5;
const YEAR: i32 = 12;
const HALF: i32 = 6;

/// Who is asked about whom, and where the pages stand.
pub(crate) struct Asking<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) child: ChildId,
    pub(crate) name: String,
    pub(crate) guardian: GuardianId,
    /// The address before the question's number: `/c/…`.
    pub(crate) base: String,
    /// Where one comes out at the end.
    pub(crate) end: String,
    /// Where one goes back to from the first question.
    pub(crate) before: String,
}

#[derive(Template)]
#[template(path = "consent/question.html")]
struct QuestionPage {
    f: Frame,
    sheet: Sheet,
    number: usize,
    purpose: &'static str,
    name: String,
    options: Vec<(&'static str, String)>,
    said: Option<String>,
    action: String,
    back: String,
    onward: String,
    is_last: bool,
}

/// The purpose of a question; pages are numbered from 1.
pub(crate) fn purpose(questions: &[Question], number: usize) -> Result<(Purpose, Option<bool>), Error> {
    let found = number.checked_sub(1).and_then(|n| questions.get(n)).ok_or(Error::NotFound)?;
    Ok((found.purpose, found.answer))
}

impl Asking<'_> {
    fn page(&self, number: usize) -> String {
        match number {
            0 => self.before.clone(),
            n if n > QUESTIONS => self.end.clone(),
            n => format!("{}/{n}", self.base),
        }
    }

    /// One question.
    pub(crate) async fn show(&self, asker: &Asker, number: usize, sheet: Sheet) -> Answer {
        let w = asker.w();
        let questions = self.desk.consent_questions(self.child, self.guardian).await?;
        let (purpose, said) = purpose(&questions, number)?;
        let shown = QuestionPage {
            f: phone(asker.frame("consent-question-title")).with(&sheet),
            options: options(w, purpose, asker.today()),
            purpose: purpose.code(),
            said: said.map(|yes| w.code("consent-said-before", if yes { "yes" } else { "no" })),
            name: self.name.clone(),
            action: self.page(number),
            back: self.page(number - 1),
            onward: self.page(number + 1),
            is_last: number == QUESTIONS,
            number,
            sheet,
        };
        page_as(shown.sheet.status(), &shown)
    }

    /// Keeps the answer and goes on; a page without an answer comes back.
    pub(crate) async fn answer(&self, asker: &Asker, number: usize, posted: &Posted) -> Answer {
        let questions = self.desk.consent_questions(self.child, self.guardian).await?;
        let (purpose, _) = purpose(&questions, number)?;
        let done = async {
            let (answer, months) = read(purpose, posted.text("answer"))?;
            let act = AnswerConsent {
                child: self.child,
                guardian: self.guardian,
                purpose,
                answer,
                to_on: months.map(|n| later(asker.today(), n)),
            };
            self.desk.save_once(act, posted.submission()?).await
        };
        match done.await {
            Ok(()) => crate::see_other(self.page(number + 1)),
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

/// Yes, with the day until which it holds, and no: the same weight.
fn options(w: Words, purpose: Purpose, today: Date) -> Vec<(&'static str, String)> {
    let code = purpose.code();
    let until = |months| w.long_date(later(today, months));
    let mut options = vec![("year", w.t1(format!("consent-yes-{code}"), "until", until(YEAR)))];
    if purpose == Purpose::Overnight {
        options.push(("half", w.t1("consent-half-overnight", "until", until(HALF))));
    }
    options.push(("no", w.t(format!("consent-no-{code}"))));
    options
}

fn read(purpose: Purpose, typed: &str) -> Result<(bool, Option<i32>), Error> {
    match typed {
        "year" => Ok((true, Some(YEAR))),
        "half" if purpose == Purpose::Overnight => Ok((true, Some(HALF))),
        "no" => Ok((false, None)),
        _ => Err(Error::field("answer", "required.missing")),
    }
}

/// The same day so many months later; the month's last one where it has no such day.
fn later(today: Date, months: i32) -> Date {
    use jiff::ToSpan;
    today.checked_add(months.months()).unwrap_or(today)
}
