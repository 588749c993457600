//! Acts of phones come in: each is answered on its own, so that one that cannot stand holds up none.

use askama::Template;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use data_encoding::BASE64;
use naheya_documents::picture::Picture;
use naheya_domain::Timestamp;
use naheya_domain::access::{Action, Noun};
use naheya_domain::id::StayId;
use naheya_domain::note::MOST_PICTURES;
use naheya_domain::phone_act::{ActKind, Contact, MOST_ACTS, PhoneClock};
use naheya_store::Error;
use naheya_store::phone_act::{PhoneActLine, Said, SeePhoneAct, SentPicture, TakePhoneAct, Taken};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::answer::see_other_saying;
use crate::note::UNPACKING;
use crate::words::Words;
use crate::{Answer, App, Frame, Id, Knock, Posted, Problem, Route, Sheet, Signed, Toast, page_as, session};

const ACTS: Knock = Knock::MayAny(&[Action::HandOver, Action::ReportCustody, Action::WriteNote]);
const LOOKS: Knock = Knock::May(Action::ApproveStay);
/// A note with nine pictures, twice, in base64.
const BYTES: usize = 4 << 20;
/// The largest number that a script counts exactly.
const MOST: i64 = 1 << 53;

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/phone/acts", ACTS, Noun::Custody, take).limit(BYTES),
        Route::get("/phone/acts", LOOKS, Noun::Stay, list),
        Route::get("/phone/acts.xlsx", Knock::May(Action::Export), Noun::Stay, export::download_list),
        Route::post("/phone/acts/{id}/seen", LOOKS, Noun::Stay, seen),
    ]
}

mod export;
pub mod sign;

pub(crate) use export::{heads_out, values_out};

#[derive(Template)]
#[template(path = "phone/acts.html")]
struct ListPage {
    f: Frame,
    lines: Vec<PhoneActLine>,
    may_export: bool,
    sheet: Sheet,
    /// The act whose form came back.
    at: Option<Uuid>,
}

impl ListPage {
    /// What was typed about this act.
    fn typed(&self, line: &PhoneActLine) -> &str {
        if self.at == Some(line.id) { self.sheet.value("words") } else { "" }
    }

    /// What was typed about an act that somebody else has seen to meanwhile.
    fn left_over(&self) -> Option<&str> {
        let waits = self.lines.iter().any(|line| self.at == Some(line.id));
        self.sheet.values().given("words").filter(|_| !waits)
    }
}

async fn list(me: Signed) -> Answer {
    list_with(&me, Sheet::blank("phone"), None).await
}

async fn list_with(me: &Signed, sheet: Sheet, at: Option<Uuid>) -> Answer {
    let lines = me.desk.phone_acts().await?;
    me.desk.looked("phone_acts", lines.iter().map(|l| l.id).collect(), "work", None).await?;
    let (f, may_export) = (me.frame("phone-acts-title").with(&sheet), me.desk.may(Action::Export));
    page_as(sheet.status(), &ListPage { f, lines, may_export, sheet, at })
}

async fn seen(me: Signed, Id(id): Id<Uuid>, posted: Posted) -> Answer {
    let act = SeePhoneAct { id, words: posted.text("words").to_owned() };
    let done = async { me.desk.save_once(act, posted.submission()?).await };
    match done.await {
        Ok(()) => see_other_saying("/phone/acts", Toast::new("phone-acts-kept")),
        Err(error) => list_with(&me, Sheet::again("phone", &posted, error)?, Some(id)).await,
    }
}

/// What a phone sends.
#[derive(Deserialize)]
struct Delivery {
    /// The mark of the account whose acts these are ([`crate::phone::owner`]).
    #[serde(default)]
    owner: Option<String>,
    device: Uuid,
    /// The phone's time when it sends, milliseconds UTC: what it differs by is the clock's error.
    sent: i64,
    acts: Vec<Value>,
}

/// One act of it.
#[derive(Deserialize)]
struct Sent {
    id: Uuid,
    sequence: i64,
    kind: String,
    #[serde(default)]
    stay: Option<Uuid>,
    at: i64,
    offset: i32,
    /// The server's time in the last answer before the act, and how far the phone's clock was behind it.
    #[serde(default)]
    heard: Option<i64>,
    #[serde(default)]
    behind: Option<i64>,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    called: Option<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    words: String,
    #[serde(default)]
    worry: Option<String>,
    #[serde(default)]
    pictures: Vec<String>,
}

/// What it hears of each.
#[derive(Serialize)]
struct Heard {
    id: Option<Uuid>,
    /// `done`, `kept`, `look`, `refused`, `conflict`, or `later`: send it again.
    standing: String,
    again: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
}

/// A page of another site cannot send JSON: that asks first, and the answer is no (Fetch standard,
/// "CORS-preflight").
async fn take(State(app): State<App>, me: Signed, headers: HeaderMap, body: Bytes) -> Answer {
    session::still(&app, &me).await?;
    let kind = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/json") {
        return Err(Problem::of_code("media_type"));
    }
    let read = serde_json::from_slice(&body).or_else(|_| serde_json::from_slice(&sign::whole(&body)));
    let delivery: Delivery = read.map_err(|_| Problem::of_code("bad_request"))?;
    // Whoever is signed in now may be somebody else, whom the page that sends does not know of.
    if delivery.owner.as_ref().is_some_and(|owner| *owner != crate::phone::owner(&me.viewer)) {
        return Err(Problem::of_code("signed_out"));
    }
    if delivery.acts.len() > MOST_ACTS {
        return Err(Problem::of_code("too_large"));
    }
    let mut answers = Vec::with_capacity(delivery.acts.len());
    for act in &delivery.acts {
        answers.push(one(&me, &delivery, act).await?);
    }
    Ok(Json(serde_json::json!({ "now": me.now.0, "answers": answers })).into_response())
}

async fn one(me: &Signed, delivery: &Delivery, value: &Value) -> Result<Heard, Problem> {
    let id = value.get("id").and_then(Value::as_str).and_then(|id| Uuid::try_parse(id).ok());
    let Ok(sent) = Sent::deserialize(value) else { return Ok(refused(me.w(), id, "refused", "phone.unreadable")) };
    let hash = Sha256::digest(value.to_string().as_bytes()).into();
    let done = async {
        let act = act(delivery, sent, hash).await?;
        me.desk.save(act).await
    };
    let (standing, code) = match done.await {
        Ok(taken) => return Ok(heard(me.w(), id, taken)),
        Err(Error::Refused(refusal)) => ("refused", refusal.code),
        Err(Error::Invalid(faults)) => ("refused", faults.first().map_or("phone.unreadable", |f| f.code)),
        Err(Error::NotFound) => ("refused", "not_found"),
        Err(Error::Forbidden) => ("refused", "forbidden"),
        Err(Error::KeyReused) => ("conflict", "key.reused"),
        Err(Error::Stale) => ("later", "record.stale"),
        Err(error) => return Err(error.into()),
    };
    Ok(refused(me.w(), id, standing, code))
}

fn heard(w: Words, id: Option<Uuid>, taken: Taken) -> Heard {
    let words = taken.code.as_deref().map(|code| why(&w, code));
    Heard { id, standing: taken.standing, again: taken.again, code: taken.code, words }
}

fn refused(w: Words, id: Option<Uuid>, standing: &str, code: &str) -> Heard {
    Heard { id, standing: standing.into(), again: false, code: Some(code.into()), words: Some(why(&w, code)) }
}

/// A code in the reader's language: the phone's own words first, because those of a page speak of the
/// field below them or of an hour that is not kept with the act.
pub(crate) fn why(w: &Words, code: &str) -> String {
    let tail = code.replace('.', "-");
    let known = ["phone-why", "refusal"].iter().find_map(|kind| w.maybe(format!("{kind}-{tail}")));
    known.unwrap_or_else(|| match w.maybe(format!("fault-{tail}")) {
        Some(_) => w.fault(code, w.t("phone-act-note")),
        None => w.t("phone-why-other"),
    })
}

async fn act(delivery: &Delivery, sent: Sent, hash: [u8; 32]) -> Result<TakePhoneAct, Error> {
    let kind = ActKind::parse(&sent.kind).ok_or_else(|| Error::field("kind", "choice.unknown"))?;
    if !(0..MOST).contains(&sent.sequence) {
        return Err(Error::field("sequence", "phone.unreadable"));
    }
    // Offsets in use reach from -12:00 to +14:00.
    let offset = if (-840..=840).contains(&sent.offset) { sent.offset } else { 0 };
    let (at, now) = (sent.at.clamp(0, MOST), delivery.sent.clamp(0, MOST));
    let last = contact(sent.heard, sent.behind);
    Ok(TakePhoneAct {
        id: sent.id,
        device: delivery.device,
        sequence: sent.sequence,
        kind,
        stay: sent.stay.map(StayId),
        clock: PhoneClock { at: Timestamp(at), offset, sent: Timestamp(now), last },
        said: Said {
            code: text(sent.code),
            called: text(sent.called),
            kinds: sent.kinds.into_iter().take(20).collect(),
            words: text(Some(sent.words)).unwrap_or_default(),
            worry: text(sent.worry),
            pictures: pictures(sent.pictures).await?,
        },
        hash,
    })
}

fn contact(heard: Option<i64>, behind: Option<i64>) -> Option<Contact> {
    Some(Contact { at: Timestamp(heard?.clamp(0, MOST)), behind: behind?.clamp(-MOST, MOST) })
}

/// Without control characters; nothing when it is empty.
fn text(given: Option<String>) -> Option<String> {
    let kept: String = given?.chars().filter(|c| *c == '\n' || *c == '\t' || !c.is_control()).collect();
    let kept = kept.trim();
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// Pictures drawn anew, as those of a form are.
async fn pictures(sent: Vec<String>) -> Result<Vec<SentPicture>, Error> {
    if sent.len() > MOST_PICTURES {
        return Err(Error::field("pictures", "picture.too_many"));
    }
    let damaged = || Error::field("pictures", "picture.damaged");
    let mut kept = Vec::with_capacity(sent.len());
    for picture in sent {
        let bytes = BASE64.decode(picture.as_bytes()).map_err(|_| damaged())?;
        let _turn = UNPACKING.acquire().await.map_err(|_| damaged())?;
        let made = tokio::task::spawn_blocking(move || Picture::from_upload(&bytes)).await.map_err(|_| damaged())?;
        let made = made.map_err(|fault| Error::field("pictures", fault.code()))?;
        kept.push(SentPicture::of(&made.jpeg, made.width, made.height));
    }
    Ok(kept)
}
