//! A browser without script: cookies, forms, redirects seen but not followed.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, COOKIE, HOST, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use tower::ServiceExt;

#[derive(Clone)]
pub struct Browser {
    app: Router,
    cookies: BTreeMap<String, String>,
    /// Sent with every request.
    pub headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    /// The body as sent.
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header(LOCATION.as_str())
    }

    /// Nothing is there for whoever asked, or that role may not: no page, no fault and no way to sign in.
    pub fn is_refused(&self) -> bool {
        matches!(self.status, StatusCode::NOT_FOUND | StatusCode::FORBIDDEN)
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The hidden and typed fields of the form that posts to `action`, as rendered.
    pub fn form(&self, action: &str) -> Vec<(String, String)> {
        let start = self.body.find(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form {action}"));
        let rest = &self.body[start..];
        let form = &rest[..rest.find("</form>").unwrap()];
        form.split("<input ")
            .skip(1)
            .filter_map(|input| {
                let tag = &input[..input.find('>').unwrap()];
                let checkable = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
                if checkable && !tag.contains(" checked") {
                    return None;
                }
                Some((attribute(tag, "name")?, attribute(tag, "value").unwrap_or_default()))
            })
            .collect()
    }
}

/// The last four bytes of a packed body are its length unpacked (RFC 1952, 2.3.1).
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let length = u32::from_le_bytes(bytes[bytes.len() - 4..].try_into().unwrap());
    let mut plain = vec![0; length as usize];
    let read = libdeflater::Decompressor::new().gzip_decompress(bytes, &mut plain).unwrap();
    assert_eq!(read, plain.len());
    plain
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!("{name}=\""))? + name.len() + 2;
    let value = &tag[start..];
    Some(unescape(&value[..value.find('"')?]))
}

fn unescape(text: &str) -> String {
    text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">").replace("&#38;", "&")
}

impl Browser {
    pub fn new(app: Router) -> Browser {
        Browser { app, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    pub fn set_cookie(&mut self, name: &str, value: &str) {
        self.cookies.insert(name.to_owned(), value.to_owned());
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str)
    }

    pub async fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// Posts exactly these fields.
    pub async fn post(&mut self, path: &str, fields: &[(String, String)]) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_body(path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    pub async fn post_body(&mut self, path: &str, kind: &str, body: Vec<u8>) -> Reply {
        self.send(Method::POST, path, Some((kind.to_owned(), body))).await
    }

    /// Posts these fields in a body that comes when `meanwhile` is over.
    pub async fn post_after(
        &mut self,
        path: &str,
        fields: &[(String, String)],
        meanwhile: impl Future<Output = ()> + Send + 'static,
    ) -> Reply {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let body = async move {
            meanwhile.await;
            Ok::<_, std::convert::Infallible>(body)
        };
        let body = Body::from_stream(futures_util::stream::once(body));
        self.answer(Method::POST, path, Some(("application/x-www-form-urlencoded".to_owned(), body))).await
    }

    /// Opens `page`, fills `typed` into the form that posts to `action`, sends it.
    pub async fn submit(&mut self, page: &str, action: &str, typed: &[(&str, &str)]) -> Reply {
        let shown = self.get(page).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}: {}", shown.body);
        let fields = filled(shown.form(action), typed);
        self.post(action, &fields).await
    }

    pub async fn send(&mut self, method: Method, path: &str, body: Option<(String, Vec<u8>)>) -> Reply {
        self.answer(method, path, body.map(|(kind, bytes)| (kind, Body::from(bytes)))).await
    }

    async fn answer(&mut self, method: Method, path: &str, body: Option<(String, Body)>) -> Reply {
        let mut request = Request::builder().method(method).uri(path).header(HOST, "naheya.test");
        let cookies: Vec<String> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = match body {
            Some((kind, body)) => request.header(CONTENT_TYPE, kind).body(body),
            None => request.body(Body::empty()),
        };
        let response = self.app.clone().oneshot(request.unwrap()).await.unwrap();
        let (head, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        self.keep_cookies(&head.headers);
        let is_packed = head.headers.get(CONTENT_ENCODING).is_some_and(|coding| coding == "gzip");
        let plain = if is_packed { unpacked(&bytes) } else { bytes.to_vec() };
        let body = String::from_utf8_lossy(&plain).into_owned();
        Reply { status: head.status, headers: head.headers, body, bytes: bytes.to_vec() }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE) {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// `fields` with `typed` in their places.
pub fn filled(mut fields: Vec<(String, String)>, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    for (name, value) in typed {
        fields.retain(|(n, _)| n != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    fields
}
