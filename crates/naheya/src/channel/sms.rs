//! Short messages through a provider's HTTP gateway, as the settings describe it.

use std::fmt::Write;

use naheya_domain::notice::{Method, SmsConfig, Verdict};
use naheya_store::notice::Answered;

use super::http::{Http, Request};
use super::{Message, answered};

/// Names under which providers give a message's number.
const IDS: &[&str] = &["sid", "msgid", "msgId", "messageId", "message_id", "BizId", "id"];

/// Sends it to one phone.
pub fn send(http: &Http, gateway: &SmsConfig, message: &Message) -> Answered {
    let url = filled(&gateway.url, message, coded);
    let kind = gateway.content_type.to_ascii_lowercase();
    let escape: fn(&str) -> String = if kind.contains("json") {
        in_json
    } else if kind.contains("urlencoded") {
        coded
    } else {
        str::to_owned
    };
    let body = (gateway.method == Method::Post).then(|| filled(&gateway.body, message, escape));
    let request =
        Request { url: &url, body, content_type: &gateway.content_type, headers: gateway.header_lines().collect() };
    match http.send(request) {
        Ok(text) if text.contains(&gateway.success) => {
            Answered { provider_id: number(&text), ..answered(Verdict::Taken, "HTTP 200") }
        }
        Ok(_) => answered(Verdict::Refused, "answer.no"),
        Err(other) => other,
    }
}

/// The template with what is sent in its places. What is put in is not looked through again.
fn filled(template: &str, message: &Message, escape: fn(&str) -> String) -> String {
    let marks = [("{phone}", &message.address), ("{text}", &message.body), ("{number}", &message.number)];
    let mut out = String::with_capacity(template.len() + message.body.len());
    let mut rest = template;
    while let Some((before, from)) = rest.find('{').and_then(|at| rest.split_at_checked(at)) {
        out.push_str(before);
        match marks.iter().find_map(|(mark, value)| from.strip_prefix(mark).map(|after| (after, value))) {
            Some((after, value)) => {
                out.push_str(&escape(value));
                rest = after;
            }
            None => {
                out.push('{');
                rest = from.strip_prefix('{').unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// Percent-encoded, all but the unreserved characters of RFC 3986.
pub fn coded(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// As it stands between the quotes of a JSON string.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or_default().to_owned()
}

/// What the provider calls the message.
fn number(text: &str) -> Option<String> {
    let reply: serde_json::Value = serde_json::from_str(text).ok()?;
    let found = IDS.iter().find_map(|name| reply.get(name).or_else(|| reply.get("data")?.get(name)))?;
    let told = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
    Some(told.chars().take(80).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "1".into(),
            number: "K7M3Q".into(),
            subject: String::new(),
            body: "{phone} \"好\"\n".into(),
            address: "13800000000".into(),
        }
    }

    #[test]
    fn what_is_put_in_is_escaped_for_its_place_and_not_filled_again() {
        let json = filled("{\"to\":\"{phone}\",\"t\":\"{text}\"}", &message(), in_json);
        assert_eq!(json, "{\"to\":\"13800000000\",\"t\":\"{phone} \\\"好\\\"\\n\"}");
        let form = filled("m={text}&n={number}", &message(), coded);
        assert_eq!(form, "m=%7Bphone%7D%20%22%E5%A5%BD%22%0A&n=K7M3Q");
    }

    #[test]
    fn a_providers_number_is_found_where_providers_put_it() {
        assert_eq!(number("{\"code\":0,\"msgid\":12}").as_deref(), Some("12"));
        assert_eq!(number("{\"data\":{\"sid\":\"a1\"}}").as_deref(), Some("a1"));
        assert_eq!(number("OK"), None);
    }
}
