//! Holidays begin and end at the family's: the guardian hands the child to the volunteer by her code,
//! and says when it is back. Signed in, or by the link that the school made.

use askama::Template;
use naheya_domain::access::{Action, Noun};
use naheya_domain::code::Code;
use naheya_domain::custody::Holder;
use naheya_domain::id::StayId;
use naheya_domain::{Role, Timestamp};
use naheya_store::family::FamilyStay;
use naheya_store::stay::{GiveToCarer, ReceiveFromCarer};
use naheya_store::{Desk, Error};

use super::place::tag;
use crate::answer::{see_other, see_other_saying};
use crate::{Answer, Asker, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page_as};

const GUARDIAN: Knock = Knock::Roles(&[Role::Guardian]);

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/family/stays/{id}", GUARDIAN, Noun::Stay, show),
        Route::post("/family/stays/{id}", Knock::May(Action::GiveConsent), Noun::Stay, hand),
    ]
}

#[derive(Template)]
#[template(path = "family/hand.html")]
struct HandPage {
    f: Frame,
    sheet: Sheet,
    child: String,
    stay: FamilyStay,
    /// How far it is, in a word.
    tag: String,
    /// Whether the records have the child still elsewhere, so that nobody can hand it over yet.
    not_home: bool,
    action: String,
    up: String,
    up_word: String,
}

/// Whose hand it is, and where the pages stand.
pub(crate) struct Hand<'a> {
    /// The desk that sees what the guardian sees.
    pub(crate) desk: &'a Desk,
    /// Where the form is posted.
    pub(crate) action: String,
    /// Where one goes back to, and its name.
    pub(crate) back: (String, String),
    /// The page's frame.
    pub(crate) frame: Frame,
    /// The moment of the request.
    pub(crate) now: Timestamp,
}

impl Hand<'_> {
    /// The own child's stay; any other is not there.
    async fn stay(&self, id: StayId) -> Result<(String, Holder, FamilyStay), Problem> {
        let family = self.desk.family().await?;
        let own = |child: naheya_store::family::FamilyChild| {
            child.next.filter(|stay| stay.id == id).map(|stay| (child.name, child.holder, stay))
        };
        family.into_iter().find_map(own).ok_or_else(Problem::not_found)
    }

    /// The page.
    pub(crate) async fn show(self, id: StayId, sheet: Sheet) -> Answer {
        let (child, holder, stay) = self.stay(id).await?;
        let not_home = stay.is_given_here() && holder != Holder::Guardian;
        let number = self.desk.settings().await?.0.office_phone;
        let frame = self.frame.clone();
        let shown = HandPage {
            tag: tag(self.frame.w, &stay, holder, self.now),
            f: if not_home { frame.calling(number) } else { frame }.with(&sheet),
            not_home,
            child,
            stay,
            action: self.action,
            up: self.back.0,
            up_word: self.back.1,
            sheet,
        };
        page_as(shown.sheet.status(), &shown)
    }

    /// Whether somebody was quicker: the page behind says how far it is.
    async fn is_done(&self, id: StayId, gives: bool) -> Result<bool, Problem> {
        let mut stays = self.desk.family().await?.into_iter().filter_map(|child| child.next);
        Ok(stays.find(|stay| stay.id == id).is_none_or(|stay| stay.state.is_away() == gives))
    }

    /// Hands over, or receives, as the form says and not as the stay stands by now: a child that was handed over twice, on a bad
    /// road or on the phones of both parents, is not back.
    pub(crate) async fn hand(self, id: StayId, posted: &Posted) -> Answer {
        let gives = posted.raw("code").is_some();
        let done = async {
            if gives {
                let code = Code::parse(posted.text("code")).map_err(|fault| Error::field("code", fault))?;
                self.desk.give(GiveToCarer { stay: id, code }, posted.submission()?).await?;
                return Ok("family-given");
            }
            let closed = self.desk.save_once(ReceiveFromCarer { stay: id }, posted.submission()?).await?;
            Ok::<_, Error>(if closed { "family-received" } else { "family-received-late" })
        };
        let done = done.await;
        if matches!(done, Err(Error::Refused(_))) && self.is_done(id, gives).await? {
            return see_other(&self.back.0);
        }
        match done.map_err(of_family) {
            Ok(said) => see_other_saying(&self.back.0, Toast::new(said)),
            Err(error) => self.show(id, Sheet::again("family", posted, error)?).await,
        }
    }
}

/// A guardian cannot write into the records where the child is: that is the office's.
fn of_family(error: Error) -> Error {
    match error {
        Error::Refused(refusal) if refusal.code == "stay.child_elsewhere" => Error::refused("stay.child_not_home"),
        other => other,
    }
}

fn own(me: &Signed, id: StayId) -> Hand<'_> {
    Hand {
        desk: &me.desk,
        action: format!("/family/stays/{id}"),
        back: ("/family".to_owned(), me.w().t("nav-family")),
        frame: me.frame("family-hand-title"),
        now: me.now,
    }
}

async fn show(me: Signed, Id(id): Id<StayId>) -> Answer {
    own(&me, id).show(id, Sheet::blank("family")).await
}

async fn hand(me: Signed, Id(id): Id<StayId>, posted: Posted) -> Answer {
    own(&me, id).hand(id, &posted).await
}

/// The same by the guardian's link.
pub(crate) fn linked<'a>(asker: &Asker, desk: &'a Desk, token: &str, id: StayId) -> Hand<'a> {
    Hand {
        desk,
        action: format!("/c/{token}/stays/{id}"),
        back: (format!("/c/{token}/end"), asker.w().t("consent-end-title")),
        frame: crate::consent::question::phone(asker.frame("family-hand-title")),
        now: asker.now,
    }
}
