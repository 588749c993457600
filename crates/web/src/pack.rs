//! Pages are packed whole: a page is ready before its first byte is sent, so it needs no stream, and its length is known.
//! What is not a page is left to the layer around this one.

use std::cell::RefCell;

use axum::body::{Body, HttpBody};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue, VARY};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use libdeflater::{CompressionLvl, Compressor};

use crate::Problem;

/// Smaller than a packet: packing gains nothing.
const LEAST: u64 = 860;
/// Longer ones go in a stream.
const MOST: u64 = 1 << 20;
/// The same size as zlib's fourth level, in four fifths of its time: what goes out to phones on bad roads.
const CLOSE: i32 = 4;
/// A fifteenth larger in three fifths of the time.
const QUICK: i32 = 1;
/// From here on a page is a long list of the office: packing is a fifth of its work, and a packet less matters less there.
const LONG: usize = 30_000;

thread_local! {
    /// Half a megabyte each, made once for each thread.
    static PACKERS: RefCell<[Compressor; 2]> =
        RefCell::new([CLOSE, QUICK].map(|level| Compressor::new(CompressionLvl::new(level).unwrap_or_default())));
}

/// Packs a page for whoever reads gzip (RFC 9110, 8.4.1.3).
pub(crate) async fn pages(request: Request, next: Next) -> Response {
    let takes = is_taken(request.headers());
    let response = next.run(request).await;
    if !takes || !is_page(&response) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(plain) = axum::body::to_bytes(body, usize::try_from(MOST).unwrap_or(usize::MAX)).await else {
        return Problem::internal().into_response();
    };
    let Some(packed) = packed(&plain) else { return Response::from_parts(parts, Body::from(plain)) };
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(packed.len()));
    parts.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.append(VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(packed))
}

fn is_page(response: &Response) -> bool {
    let is_html = response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let size = response.body().size_hint().exact();
    is_html && !response.headers().contains_key(CONTENT_ENCODING) && size.is_some_and(|n| (LEAST..=MOST).contains(&n))
}

/// Whether whoever asks reads gzip.
pub(crate) fn is_taken(headers: &HeaderMap) -> bool {
    headers.get_all(ACCEPT_ENCODING).iter().any(|header| header.to_str().is_ok_and(takes_gzip))
}

/// Packs what is packed once and goes out many times, as close as it can be; nothing where that fails.
pub(crate) fn for_good(plain: &str) -> Option<Vec<u8>> {
    let mut packer = Compressor::new(CompressionLvl::best());
    let mut out = vec![0; packer.gzip_compress_bound(plain.len())];
    let length = packer.gzip_compress(plain.as_bytes(), &mut out).ok()?;
    out.truncate(length);
    Some(out)
}

/// Whether an `Accept-Encoding` names gzip, or everything, and does not refuse it by `q=0` (RFC 9110, 12.5.3).
fn takes_gzip(header: &str) -> bool {
    let taken = |wanted: &str| {
        header.split(',').find_map(|coding| {
            let mut pieces = coding.split(';').map(str::trim);
            let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(wanted));
            let weight = pieces.find_map(|piece| piece.strip_prefix("q=")).and_then(|q| q.trim().parse::<f32>().ok());
            named.then_some(weight.is_none_or(|q| q > 0.0))
        })
    };
    taken("gzip").or_else(|| taken("*")).unwrap_or(false)
}

fn packed(plain: &[u8]) -> Option<Vec<u8>> {
    PACKERS.with_borrow_mut(|[close, quick]| {
        let packer = if plain.len() < LONG { close } else { quick };
        let mut out = vec![0; packer.gzip_compress_bound(plain.len())];
        let length = packer.gzip_compress(plain, &mut out).ok()?;
        out.truncate(length);
        Some(out)
    })
}
