//! A volunteer moves out alone: into another home on file, or into one of her own.

use askama::Template;
use naheya_domain::id::VolunteerId;
use naheya_store::household::{MoveVolunteer, Whither};

use super::edit::opened;
use crate::answer::see_other_saying;
use crate::{Answer, Frame, Id, Posted, Sheet, Signed, Toast, page_as};

#[derive(Template)]
#[template(path = "volunteer/removal.html")]
struct RemovalPage {
    f: Frame,
    sheet: Sheet,
    id: VolunteerId,
    name: String,
}

pub(super) async fn show(me: Signed, Id(id): Id<VolunteerId>) -> Answer {
    shown(&me, id, Sheet::blank("volunteer")).await
}

async fn shown(me: &Signed, id: VolunteerId, sheet: Sheet) -> Answer {
    let name = opened(me, id).await?.name;
    let page = RemovalPage { f: me.frame("volunteer-removal-title").with(&sheet), id, name, sheet };
    page_as(page.sheet.status(), &page)
}

pub(super) async fn keep(me: Signed, Id(id): Id<VolunteerId>, posted: Posted) -> Answer {
    let is_own = posted.is_on("own_home");
    let to = if is_own { Whither::OwnHome } else { Whither::HomeOf(posted.text("to_number").to_owned()) };
    let act = MoveVolunteer { volunteer: id, to, reason: posted.text("move_reason").to_owned() };
    // Of a home of her own nobody knows the address yet.
    let next = if is_own { format!("/volunteers/{id}/home") } else { format!("/volunteers/{id}") };
    match me.desk.save_once(act, posted.submission()?).await {
        Ok(()) => see_other_saying(next, Toast::new("volunteer-removal-done")),
        Err(error) => shown(&me, id, Sheet::again("volunteer", &posted, error)?).await,
    }
}
