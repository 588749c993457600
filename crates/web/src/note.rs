//! What a carer writes about a weekend: words, what they did, pictures. A worry goes another way, to
//! named people.

use askama::Template;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::response::IntoResponse;
use naheya_documents::picture::Picture;
use naheya_domain::Role;
use naheya_domain::access::{Action, Class, Noun};
use naheya_domain::id::{NoteId, PictureId, StayId};
use naheya_domain::note::{MOST_PICTURES, NoteKind, Support};
use naheya_store::Error;
use naheya_store::note::{ChangeNote, HidePicture, NewPicture, NoteGround, NoteView, SaveNote};
use naheya_store::stay::HomeLine;
use tokio::sync::Semaphore;

use crate::answer::see_other_saying;
use crate::{Answer, Fields, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page, page_as};

const READS: Knock = Knock::Sees(Noun::Note, Class::Work);
const WRITES: Knock = Knock::May(Action::WriteNote);
/// Nine pictures as a phone without script sends them.
const FORM_BYTES: usize = 64 << 20;
/// Weekends of this many days are asked after when nobody wrote about them.
const ASKED_AFTER_DAYS: i64 = 30;

/// Unpacking a picture takes up to 256 MB: not more than two at a time.
pub(crate) static UNPACKING: Semaphore = Semaphore::const_new(2);

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/notes", READS, Noun::Note, list),
        Route::get("/notes/{id}", READS, Noun::Note, show),
        Route::post("/notes/{id}", WRITES, Noun::Note, change),
        Route::get("/stays/{id}/note", WRITES, Noun::Note, blank),
        Route::post("/stays/{id}/note", WRITES, Noun::Note, save).limit(FORM_BYTES),
        Route::get("/pictures/{id}", READS, Noun::Note, picture),
        Route::post("/pictures/{id}/removal", READS, Noun::Note, hide),
    ]
}

#[derive(Template)]
#[template(path = "note/list.html")]
struct ListPage {
    f: Frame,
    hers: bool,
    unwritten: Vec<HomeLine>,
    notes: Vec<NoteView>,
}

async fn list(me: Signed) -> Answer {
    let notes = me.desk.notes(None, None).await?;
    let hers = me.viewer.role == Role::Volunteer;
    let unwritten = if hers { unwritten(&me).await? } else { Vec::new() };
    let children = notes.iter().map(|n| n.child.0).chain(unwritten.iter().filter_map(|l| Some(l.child.as_ref()?.0.0)));
    me.desk.looked("children", children.collect(), "work", None).await?;
    page(&ListPage { f: me.frame("note-list-title"), hers, unwritten, notes })
}

/// Her weekends of the last weeks that nobody has written about, newest first.
async fn unwritten(me: &Signed) -> Result<Vec<HomeLine>, Problem> {
    let mut lines = me.desk.my_stays(me.now.plus_minutes(-ASKED_AFTER_DAYS * 24 * 60)).await?;
    lines.retain(HomeLine::wants_note);
    lines.reverse();
    Ok(lines)
}

#[derive(Template)]
#[template(path = "note/form.html")]
struct FormPage {
    f: Frame,
    stay: StayId,
    ground: NoteGround,
    sheet: Sheet,
    kinds: Vec<Kinds>,
    worried: Vec<(&'static str, String)>,
    pictures_lost: bool,
}

async fn blank(me: Signed, Id(id): Id<StayId>) -> Answer {
    let sheet = me.resumed(&format!("note-{id}"), Sheet::blank("note")).await?;
    form(&me, id, sheet, false).await
}

async fn form(me: &Signed, stay: StayId, sheet: Sheet, pictures_lost: bool) -> Answer {
    let ground = me.desk.note_ground(stay).await?;
    me.desk.looked("stays", vec![stay.0], "work", None).await?;
    let w = me.w();
    let shown = FormPage {
        f: me.frame("note-form-title").with(&sheet),
        stay,
        ground,
        kinds: kinds(me),
        worried: ["no", "yes"].map(|a| (a, w.code("note-worried", a))).to_vec(),
        pictures_lost,
        sheet,
    };
    page_as(shown.sheet.status(), &shown)
}

/// The chips of one kind of support: its word, then code and word of each.
pub type Kinds = (String, Vec<(&'static str, String)>);

fn kinds(me: &Signed) -> Vec<Kinds> {
    let w = me.w();
    let chips = |support: Support| {
        let of = NoteKind::ALL.into_iter().filter(|kind| kind.support() == support);
        of.map(|kind| (kind.code(), w.code("note-kind", kind.code()))).collect()
    };
    Support::ALL.into_iter().map(|support| (w.code("note-support", support.code()), chips(support))).collect()
}

async fn save(me: Signed, Id(stay): Id<StayId>, posted: Posted) -> Answer {
    let done = async {
        let act = SaveNote {
            stay,
            kinds: chosen(&posted),
            words: posted.text("words").to_owned(),
            worry: worry(&posted)?,
            pictures: pictures(&posted).await?,
        };
        let worried = act.worry.is_some();
        me.desk.save_once(act, posted.submission()?).await.map(|id| (id, worried))
    };
    match done.await {
        Ok((id, worried)) => {
            let toast = Toast::new(if worried { "note-saved-worry" } else { "note-saved" });
            see_other_saying(format!("/notes/{id}"), toast)
        }
        Err(error) => {
            let lost = posted.files.iter().any(|f| f.field == "pictures");
            form(&me, stay, Sheet::again("note", &posted, error)?, lost).await
        }
    }
}

fn chosen(posted: &Posted) -> Vec<NoteKind> {
    let given = posted.all("kinds");
    NoteKind::ALL.into_iter().filter(|k| given.contains(&k.code())).collect()
}

/// What worries her. The question has no answer beforehand; words count even beside a "no".
fn worry(posted: &Posted) -> Result<Option<String>, Error> {
    match (posted.text("worried"), posted.given("worry")) {
        (_, Some(words)) => Ok(Some(words.to_owned())),
        ("no", None) => Ok(None),
        ("yes", None) => Err(Error::field("worry", "required.missing")),
        _ => Err(Error::field("worried", "option.missing")),
    }
}

/// The pictures as they are kept: small, upright, without the camera's data.
async fn pictures(posted: &Posted) -> Result<Vec<NewPicture>, Error> {
    let sent: Vec<_> = posted.files.iter().filter(|f| f.field == "pictures" && !f.bytes.is_empty()).collect();
    if sent.len() > MOST_PICTURES {
        return Err(Error::field("pictures", "picture.too_many"));
    }
    let mut kept = Vec::with_capacity(sent.len());
    for upload in sent {
        let bytes = upload.bytes.clone();
        let _turn = UNPACKING.acquire().await.map_err(|_| Error::field("pictures", "picture.damaged"))?;
        let made = tokio::task::spawn_blocking(move || Picture::from_upload(&bytes)).await;
        let made = made.map_err(|_| Error::field("pictures", "picture.damaged"))?;
        let made = made.map_err(|fault| Error::field("pictures", fault.code()))?;
        kept.push(NewPicture { jpeg: made.jpeg, width: made.width, height: made.height });
    }
    Ok(kept)
}

#[derive(Template)]
#[template(path = "note/show.html")]
struct ShowPage {
    f: Frame,
    note: NoteView,
    sheet: Sheet,
    kinds: Vec<Kinds>,
    hers: bool,
    /// Whether the reader may take a picture away.
    hides: bool,
}

async fn show(me: Signed, Id(id): Id<NoteId>) -> Answer {
    let note = me.desk.note(id).await?;
    let mut values = vec![("words".to_owned(), note.words.clone())];
    values.extend(note.kinds.iter().map(|k| ("kinds".to_owned(), k.code().to_owned())));
    let sheet = Sheet::filled("note", Fields::of(values));
    let sheet =
        if note.editable_until.is_some() { me.resumed(&format!("note-change-{id}"), sheet).await? } else { sheet };
    one(&me, id, sheet).await
}

async fn one(me: &Signed, id: NoteId, sheet: Sheet) -> Answer {
    let note = me.desk.note(id).await?;
    me.desk.looked("children", vec![note.child.0], "work", None).await?;
    let hers = me.viewer.role == Role::Volunteer;
    let hides = note.editable_until.is_some() || me.desk.may(Action::ApproveStay);
    let f = me.frame("note-show-title").with(&sheet);
    page_as(sheet.status(), &ShowPage { f, note, kinds: kinds(me), sheet, hers, hides })
}

async fn change(me: Signed, Id(id): Id<NoteId>, posted: Posted) -> Answer {
    let done = async {
        let act = ChangeNote { note: id, kinds: chosen(&posted), words: posted.text("words").to_owned() };
        me.desk.save_once(act, posted.submission()?).await
    };
    match done.await {
        Ok(()) => see_other_saying(format!("/notes/{id}"), Toast::new("note-changed")),
        Err(error) => one(&me, id, Sheet::again("note", &posted, error)?).await,
    }
}

async fn picture(me: Signed, Id(id): Id<PictureId>) -> Answer {
    let jpeg = me.desk.picture(id).await?;
    me.desk.looked("pictures", vec![id.0], "work", None).await?;
    let mut response = jpeg.into_response();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("image/jpeg"));
    Ok(response)
}

async fn hide(me: Signed, Id(picture): Id<PictureId>, posted: Posted) -> Answer {
    let note = me.desk.save_once(HidePicture { picture }, posted.submission()?).await?;
    let back = if me.viewer.role == Role::Guardian { "/family".to_owned() } else { format!("/notes/{note}") };
    see_other_saying(back, Toast::new("note-picture-hidden"))
}
