//! What a phone takes with it: the bundle of this weekend, as JSON, and the pages without network as an
//! empty frame that a script fills from the phone's own store.

use std::sync::LazyLock;

use askama::Template;
use axum::Json;
use axum::http::HeaderValue;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use data_encoding::{BASE64, HEXLOWER};
use naheya_documents::qr;
use naheya_domain::access::Noun;
use naheya_domain::code::{Code, Window};
use naheya_domain::note::NoteKind;
use naheya_domain::phone::Phone;
use naheya_domain::stay::StayState;
use naheya_domain::{Role, Viewer};
use naheya_store::phone_list::{HomeItem, KEEP_HOURS, ListLine, ROUNDS};
use naheya_store::stay::GateLine;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::ask::Asker;
use crate::asset::{ASSETS, Assets};
use crate::stay::at_school;
use crate::words::Words;
use crate::{Answer, Knock, Problem, Route, Signed, page};

/// The roles whose pages go on without network.
const PHONES: &[Role] = &[Role::Volunteer, Role::ClassTeacher];

/// The routes of this file.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/phone", Knock::Public, "phone", frame),
        Route::get("/phone/bundle", Knock::Roles(PHONES), Noun::Stay, bundle),
    ]
}

/// Whose data a phone keeps and of which session, in words that say nothing: a hash of the account, and
/// a seal that only this session can make.
pub(crate) fn marks(asker: &Asker) -> Option<(String, String)> {
    let session = asker.session().filter(|s| PHONES.contains(&s.viewer.role))?;
    let seal = asker.seal("phone", session.viewer.grant.0.as_bytes());
    Some((owner(&session.viewer), short(&seal)))
}

/// The account alone, in whatever role it works now: by this mark a phone says whose acts it sends.
pub(crate) fn owner(viewer: &Viewer) -> String {
    short(&Sha256::new().chain_update(b"naheya phone").chain_update(viewer.account.0.as_bytes()).finalize())
}

fn short(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes.get(..12).unwrap_or_default())
}

#[derive(Template)]
#[template(path = "phone/offline.html")]
struct FramePage {
    w: Words,
    lang: &'static str,
    nonce: String,
    kinds: Vec<(&'static str, String)>,
}

static BLANKS: LazyLock<Vec<(&'static str, String)>> = LazyLock::new(|| {
    ["n", "name", "time", "digits", "until"].into_iter().map(|name| (name, format!("%{name}%"))).collect()
});

impl FramePage {
    fn assets(&self) -> &'static Assets {
        &ASSETS
    }

    /// Values that the script puts in later: each name stands for itself.
    fn blanks(&self) -> &'static [(&'static str, String)] {
        &BLANKS
    }
}

/// The same for everybody: no word of it comes from the records.
async fn frame(asker: Asker) -> Answer {
    let w = asker.w();
    let kinds = NoteKind::ALL.into_iter().map(|k| (k.code(), w.code("note-kind", k.code()))).collect();
    let mut response = page(&FramePage { w, lang: w.lang.code(), nonce: asker.nonce.clone(), kinds })?;
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// A look at each child on it, committed before it is sent.
async fn bundle(me: Signed) -> Answer {
    let (owner, session) = marks(&me).ok_or_else(Problem::not_found)?;
    let mut body = json!({
        "owner": owner,
        "session": session,
        "role": me.viewer.role.code(),
        "now": me.now.0,
        "keep": KEEP_HOURS,
        "key": BASE64.encode(&me.desk.phone_key()),
        "sample": me.settings.demo.is_some(),
        "office": me.desk.settings().await?.0.office_phone.as_ref().map(Phone::as_str),
        "look": { "large": me.appearance.large, "dark": me.appearance.dark },
    });
    let part = if me.viewer.role == Role::Volunteer { home(&me).await? } else { gate(&me).await? };
    if let (Some(body), Value::Object(part)) = (body.as_object_mut(), part) {
        body.extend(part);
    }
    Ok(Json(body).into_response())
}

async fn home(me: &Signed) -> Result<Value, Problem> {
    let items = me.desk.phone_home().await?;
    let children = items.iter().filter_map(|i| i.line.child.as_ref().map(|(id, _)| id.0)).collect();
    me.desk.looked("children", children, "work,code", None).await?;
    Ok(json!({ "stays": items.iter().map(|i| item(me.w(), i)).collect::<Vec<_>>() }))
}

fn item(w: Words, item: &HomeItem) -> Value {
    let line = &item.line;
    let asked = matches!(line.state, StayState::Requested | StayState::Consented);
    let name = line.child.as_ref().map_or("", |(_, name)| name.as_str());
    let days = w.span(line.starts_at, line.ends_at);
    // Nobody has agreed to it yet, or the family was there first: the phone must not send her off to fetch the child.
    let (told, standing) = if asked {
        (Some(w.t2("stay-home-asked", "name", name, "days", &days)), Some(w.code("stay-state", line.state.code())))
    } else if line.with_family {
        (Some(w.t1("stay-fetch-family", "name", name)), Some(w.t("stay-place-family")))
    } else {
        (None, None)
    };
    json!({
        "stay": line.stay,
        "child": line.child.as_ref().map(|(_, name)| name),
        "asked": told,
        "standing": standing,
        "vital": line.vital,
        "care": item.care,
        "starts": line.starts_at.0,
        "ends": line.ends_at.0,
        "state": line.state.code(),
        "next": line.next.map(naheya_domain::custody::Event::code),
        "end": line.end.code(),
        "school": at_school(w, line),
        "noted": line.noted,
        "pictures": item.pictures,
        "fetch": digits(w, item.fetch.as_ref()),
        "back": digits(w, item.back.as_ref()),
    })
}

/// The digits, from when until when, and the same as a picture to be scanned.
fn digits(w: Words, code: Option<&(Code, Window)>) -> Value {
    let Some((code, window)) = code else { return Value::Null };
    json!({ "digits": code.as_str(), "from": window.from.0, "to": window.to.0, "qr": picture(w, code.as_str()) })
}

/// The digits as a picture to be scanned; nothing when it cannot be drawn.
pub(crate) fn picture(w: Words, digits: &str) -> Option<String> {
    qr::svg(&format!("naheya:{digits}"), &w.t("stay-code")).ok()
}

async fn gate(me: &Signed) -> Result<Value, Problem> {
    let today = me.today();
    let list = me.desk.phone_list(today).await?;
    // With a call to the office a child is let go later too, as long as its weekend lasts.
    let is_left = |l: &GateLine| l.is_waiting() && l.starts_at < me.now && l.ends_at > me.now;
    let shown = |l: &&ListLine| l.line.starts_at.date() == today || is_left(&l.line);
    let seen = list.gate.iter().filter(shown).chain(&list.back).map(|l| l.line.child.0).collect();
    me.desk.looked("children", seen, "work,code", None).await?;
    Ok(json!({
        "salt": BASE64.encode(&list.salt),
        "rounds": ROUNDS,
        "others": list.others,
        "gate": list.gate.iter().map(|l| if shown(&l) { line(l) } else { trace(l) }).collect::<Vec<_>>(),
        "back": list.back.iter().map(line).collect::<Vec<_>>(),
    }))
}

/// A line without a person: only what tells an old code from a wrong one.
fn trace(of: &ListLine) -> Value {
    let proof = of.proof.as_ref();
    json!({
        "stay": of.line.stay,
        "adult": of.adult,
        "starts": of.line.starts_at.0,
        "ends": of.line.ends_at.0,
        "state": of.line.state.code(),
        "from": proof.map(|(window, _)| window.from.0),
        "to": proof.map(|(window, _)| window.to.0),
        "tag": proof.map(|(_, tag)| BASE64.encode(tag)),
    })
}

fn line(of: &ListLine) -> Value {
    let mut line = trace(of);
    let person = json!({
        "child": of.line.child_name,
        "class": of.line.class,
        "carer": of.line.carer_name,
        "tail": of.line.tail(),
        "vital": of.line.vital,
        "party": of.line.party,
        "released": of.line.released_at.map(|at| at.0),
        "returned": of.line.returned_at.map(|at| at.0),
        "own": of.line.own,
        "family": of.line.with_family,
    });
    if let (Some(line), Value::Object(person)) = (line.as_object_mut(), person) {
        line.extend(person);
    }
    line
}
