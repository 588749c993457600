//! The child's own words: asked out of the home's hearing, written as said.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::{ChildId, StayId};
use naheya_store::Error;
use naheya_store::wish::{Answer as Said, Occasion, RecordPairingWish, RecordWish, WishLine};

use crate::answer::see_other_saying;
use crate::child::Top;
use crate::{Answer, Frame, Id, Knock, Posted, Route, Sheet, Signed, Toast, Words, page_as};

const ASKS: Knock = Knock::May(Action::RecordWish);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/children/{id}/wishes", ASKS, Noun::Wish, list),
        Route::post("/children/{id}/wishes", ASKS, Noun::Wish, record),
    ]
}

#[derive(Template)]
#[template(path = "wish/list.html")]
struct ListPage {
    f: Frame,
    sheet: Sheet,
    child: ChildId,
    top: Top,
    lines: Vec<Line>,
    occasions: Vec<(String, String)>,
    stays: Vec<(String, String)>,
    answers: Vec<(String, String)>,
}

/// What was said once.
struct Line {
    when: String,
    occasion: String,
    kind: &'static str,
    answer: String,
    words: Option<String>,
    alone: bool,
}

async fn list(me: Signed, Id(child): Id<ChildId>) -> Answer {
    let sheet = me.resumed(&format!("wish-{child}"), Sheet::blank("wish")).await?;
    form(&me, child, sheet).await
}

async fn form(me: &Signed, child: ChildId, sheet: Sheet) -> Answer {
    let w = me.w();
    let lines = me.desk.wishes(child).await?;
    let stays = me.desk.stays_to_ask_about(child).await?;
    let coded = |prefix: &str, codes: &[&str]| codes.iter().map(|c| ((*c).to_owned(), w.code(prefix, c))).collect();
    // A stay can be asked about only when one is planned.
    let occasions: Vec<&str> =
        Occasion::ALL.iter().filter(|o| **o != Occasion::Stay || !stays.is_empty()).map(|o| o.code()).collect();
    let shown = ListPage {
        f: me.frame("wish-list-title").with(&sheet),
        child,
        top: Top::of(me, child, "/wishes").await?,
        lines: lines.into_iter().map(|l| line(w, l)).collect(),
        occasions: coded("wish-occasion", &occasions),
        stays: stays.into_iter().map(|(id, from, to)| (id.to_string(), w.span(from, to))).collect(),
        answers: coded("wish-answer", &["yes", "no", "unsure"]),
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

fn line(w: Words, l: WishLine) -> Line {
    let by = l.asked_by.map(|who| format!(" · {who}")).unwrap_or_default();
    Line {
        when: format!("{}{by}", w.when(l.asked_at)),
        occasion: w.code("wish-occasion", l.occasion.code()),
        kind: match l.answer {
            Said::Yes => "ok",
            Said::No => "off",
            Said::Unsure => "wait",
        },
        answer: w.code("wish-answer", l.answer.code()),
        words: l.words.map(|words| w.t1("child-quoted", "words", words)),
        alone: l.alone,
    }
}

async fn record(me: Signed, Id(child): Id<ChildId>, posted: Posted) -> Answer {
    let done = async {
        let occasion = Occasion::parse(posted.text("occasion"));
        let occasion = occasion.ok_or_else(|| Error::field("occasion", "required.missing"))?;
        let answer = Said::parse(posted.text("answer")).ok_or_else(|| Error::field("answer", "required.missing"))?;
        let stay = match occasion {
            Occasion::Stay => {
                let stay = StayId::parse(posted.text("stay"));
                Some(stay.ok_or_else(|| Error::field("stay", "required.missing"))?)
            }
            Occasion::Pairing | Occasion::Term => None,
        };
        let words = posted.text("words").to_owned();
        let wish = RecordWish { child, stay, answer, words, alone: posted.is_on("alone") };
        let sent = posted.submission()?;
        match occasion {
            Occasion::Pairing => me.desk.save_once(RecordPairingWish(wish), sent).await,
            Occasion::Term | Occasion::Stay => me.desk.save_once(wish, sent).await,
        }
    };
    match done.await {
        Ok(_) => see_other_saying(format!("/children/{child}/wishes"), Toast::new("wish-kept")),
        Err(error) => form(&me, child, Sheet::again("wish", &posted, error)?).await,
    }
}
