//! How each channel is set up. These values hold secrets (a robot's address is one): they are kept
//! sealed, `Debug` hides them, and no page shows them again.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::Role;
use crate::error::{Faults, FieldError};

/// The roles whose letters a group's robot carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audience(Vec<String>);

impl Audience {
    /// Roles that may have a group: those who answer for children together.
    pub const ROLES: [Role; 3] = [Role::Coordinator, Role::Leader, Role::ClassTeacher];

    /// Of these roles.
    #[must_use]
    pub fn of(roles: &[Role]) -> Audience {
        Audience(roles.iter().map(|r| r.code().to_owned()).collect())
    }

    /// Whether letters to `role` go to this group.
    #[must_use]
    pub fn hears(&self, role: &str) -> bool {
        self.0.iter().any(|r| r == role)
    }

    /// The codes of its roles.
    pub fn codes(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The robot of a WeCom group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeComConfig {
    /// Its address, with the key in it.
    pub url: String,
    /// Whose letters it carries.
    pub audience: Audience,
}

/// The robot of a DingTalk group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DingTalkConfig {
    /// Its address, with the token in it.
    pub url: String,
    /// The secret it signs with (`SEC…`).
    pub secret: String,
    /// Whose letters it carries.
    pub audience: Audience,
}

/// How a mail server is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after `STARTTLS` (port 587); without it nothing is sent.
    Starttls,
    /// None: only to this machine itself.
    None,
}

impl Security {
    /// Every way.
    pub const ALL: [Security; 3] = [Security::Tls, Security::Starttls, Security::None];

    /// The name in forms.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Security::Tls => "tls",
            Security::Starttls => "starttls",
            Security::None => "none",
        }
    }
}

/// A mail server.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailConfig {
    /// Its name.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: Security,
    /// Who signs in there; empty: nobody.
    pub user: String,
    /// With which password.
    pub password: String,
    /// The sender's address.
    pub from: String,
}

/// The verb of a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Everything stands in the address.
    Get,
    /// With a body.
    Post,
}

/// A provider's HTTP gateway for short messages. `{phone}`, `{text}` and `{number}` stand for what is
/// sent; they are escaped for the place where they stand.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmsConfig {
    /// The verb.
    pub method: Method,
    /// The address.
    pub url: String,
    /// `Content-Type` of the body.
    pub content_type: String,
    /// Further headers, `Name: value`, one a line.
    pub headers: String,
    /// The body.
    pub body: String,
    /// What the answer holds when the message was taken.
    pub success: String,
}

/// The settings of one channel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "snake_case")]
pub enum ChannelConfig {
    /// WeCom.
    WeCom(WeComConfig),
    /// DingTalk.
    DingTalk(DingTalkConfig),
    /// Mail.
    Mail(MailConfig),
    /// Short messages.
    Sms(SmsConfig),
}

impl fmt::Debug for ChannelConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelConfig({}, hidden)", self.channel().code())
    }
}

impl ChannelConfig {
    /// Which channel.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match self {
            ChannelConfig::WeCom(_) => Channel::WeCom,
            ChannelConfig::DingTalk(_) => Channel::DingTalk,
            ChannelConfig::Mail(_) => Channel::Mail,
            ChannelConfig::Sms(_) => Channel::Sms,
        }
    }

    /// Whose letters a group's robot carries; none for what goes to one person.
    #[must_use]
    pub fn audience(&self) -> Option<&Audience> {
        match self {
            ChannelConfig::WeCom(robot) => Some(&robot.audience),
            ChannelConfig::DingTalk(robot) => Some(&robot.audience),
            ChannelConfig::Mail(_) | ChannelConfig::Sms(_) => None,
        }
    }

    /// Reads the form of a channel; `typed` gives a field. A secret left empty stays as it is in `held`.
    ///
    /// # Errors
    /// At each field: `required.missing`, `url.not_https`, `port.invalid`, `mail.invalid`, `template.phone_missing`,
    /// `template.text_missing`, `header.unreadable`, `security.none_outside`.
    pub fn parse<'a>(
        channel: Channel,
        typed: impl Fn(&str) -> &'a str,
        held: Option<&ChannelConfig>,
    ) -> Result<ChannelConfig, Vec<FieldError>> {
        let mut faults = Faults::default();
        let read = match channel {
            Channel::WeCom => wecom(&mut faults, &typed, held).map(ChannelConfig::WeCom),
            Channel::DingTalk => dingtalk(&mut faults, &typed, held).map(ChannelConfig::DingTalk),
            Channel::Mail => mail(&mut faults, &typed, held).map(ChannelConfig::Mail),
            Channel::Sms => sms(&mut faults, &typed, held).map(ChannelConfig::Sms),
            Channel::InApp | Channel::Copy => None,
        };
        faults.finish(read)
    }
}

fn wecom<'a>(
    faults: &mut Faults,
    typed: &impl Fn(&str) -> &'a str,
    held: Option<&ChannelConfig>,
) -> Option<WeComConfig> {
    let held = held.and_then(|c| if let ChannelConfig::WeCom(c) = c { Some(c) } else { None });
    let url = address(faults, "url", kept(typed("url"), held.map(|h| &h.url)));
    Some(WeComConfig { url: url?, audience: audience(typed) })
}

fn dingtalk<'a>(
    faults: &mut Faults,
    typed: &impl Fn(&str) -> &'a str,
    held: Option<&ChannelConfig>,
) -> Option<DingTalkConfig> {
    let held = held.and_then(|c| if let ChannelConfig::DingTalk(c) = c { Some(c) } else { None });
    let url = address(faults, "url", kept(typed("url"), held.map(|h| &h.url)));
    let secret = needed(faults, "secret", kept(typed("secret"), held.map(|h| &h.secret)));
    Some(DingTalkConfig { url: url?, secret: secret?, audience: audience(typed) })
}

fn mail<'a>(faults: &mut Faults, typed: &impl Fn(&str) -> &'a str, held: Option<&ChannelConfig>) -> Option<MailConfig> {
    let held = held.and_then(|c| if let ChannelConfig::Mail(c) = c { Some(c) } else { None });
    let host = needed(faults, "host", typed("host").trim().to_owned());
    let port = typed("port").trim().parse::<u16>().ok().filter(|p| *p > 0);
    let port = faults.take("port", port.ok_or("port.invalid"));
    let security = Security::ALL.into_iter().find(|s| s.code() == typed("security"));
    let security = faults.take("security", security.ok_or("required.missing"));
    if security == Some(Security::None) && host.as_ref().is_some_and(|host| !is_loopback(host)) {
        faults.push("security", "security.none_outside");
    }
    let from = faults.take("from", mail_address(typed("from")));
    let user = typed("user").trim().to_owned();
    // Another server, or another name there, never hears the password of the one before.
    let same = held.filter(|h| host.as_ref() == Some(&h.host) && user == h.user);
    let password = if user.is_empty() { String::new() } else { kept(typed("password"), same.map(|h| &h.password)) };
    if !user.is_empty() && password.is_empty() {
        faults.push("password", "required.missing");
    }
    Some(MailConfig { host: host?, port: port?, security: security?, user, password, from: from? })
}

fn sms<'a>(faults: &mut Faults, typed: &impl Fn(&str) -> &'a str, held: Option<&ChannelConfig>) -> Option<SmsConfig> {
    let held = held.and_then(|c| if let ChannelConfig::Sms(c) = c { Some(c) } else { None });
    let url = address(faults, "url", kept(typed("url"), held.map(|h| &h.url)));
    let method = if typed("method") == "get" { Method::Get } else { Method::Post };
    let body = if method == Method::Get { String::new() } else { kept(typed("body"), held.map(|h| &h.body)) };
    let headers = kept(typed("headers"), held.map(|h| &h.headers));
    if headers.lines().any(|line| !line.trim().is_empty() && header(line).is_none()) {
        faults.push("headers", "header.unreadable");
    }
    let all = format!("{}{body}", url.as_deref().unwrap_or_default());
    for (mark, code) in [("{phone}", "template.phone_missing"), ("{text}", "template.text_missing")] {
        if url.is_some() && !all.contains(mark) {
            faults.push(if method == Method::Get { "url" } else { "body" }, code);
        }
    }
    let content_type = typed("content_type").trim();
    let content_type = if content_type.is_empty() { "application/json" } else { content_type }.to_owned();
    let success = needed(faults, "success", typed("success").trim().to_owned());
    Some(SmsConfig { method, url: url?, content_type, headers, body, success: success? })
}

impl SmsConfig {
    /// The further headers, name and value.
    pub fn header_lines(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.lines().filter_map(header)
    }
}

/// `Name: value`, as RFC 9110 has names (tokens) and values (no control characters).
fn header(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.split_once(':')?;
    let (name, value) = (name.trim(), value.trim());
    let token = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (token && value.bytes().all(|b| (0x20..0x7f).contains(&b))).then_some((name, value))
}

fn audience<'a>(typed: &impl Fn(&str) -> &'a str) -> Audience {
    let heard: Vec<Role> =
        Audience::ROLES.into_iter().filter(|r| !typed(&format!("to_{}", r.code())).is_empty()).collect();
    Audience::of(&heard)
}

fn kept(typed: &str, held: Option<&String>) -> String {
    let typed = typed.trim();
    if typed.is_empty() { held.cloned().unwrap_or_default() } else { typed.to_owned() }
}

fn needed(faults: &mut Faults, field: &'static str, value: String) -> Option<String> {
    faults.take(field, if value.is_empty() { Err("required.missing") } else { Ok(value) })
}

fn address(faults: &mut Faults, field: &'static str, url: String) -> Option<String> {
    let url = needed(faults, field, url)?;
    faults.take(field, web_address(&url).map(|()| url))
}

/// Whether a program may call this address: `https`, or `http` to this machine itself; no name or
/// password before the host, no template in it. Nothing is fetched that such an address redirects to.
///
/// # Errors
/// `url.not_https`.
pub fn web_address(url: &str) -> Result<(), &'static str> {
    let plain = |rest: &str| rest.bytes().all(|b| (0x21..0x7f).contains(&b) || b >= 0x80) && !rest.contains('\\');
    let (secure, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (None, Some(rest)) => (false, rest),
        (None, None) => return Err("url.not_https"),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let named = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    if !named || !plain(rest) || (!secure && !is_loopback(without_port(host))) {
        return Err("url.not_https");
    }
    Ok(())
}

fn without_port(host: &str) -> &str {
    match host.strip_prefix('[') {
        Some(_) => host.split_inclusive(']').next().unwrap_or(host),
        None => host.split(':').next().unwrap_or(host),
    }
}

fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]" | "::1")
}

/// A mail address as people write it: one `@`, a dot in the name of the host, no space.
///
/// # Errors
/// `mail.invalid`.
pub fn mail_address(text: &str) -> Result<String, &'static str> {
    let text = text.trim();
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&b))
    };
    let right = text.split_once('@').is_some_and(|(name, host)| {
        plain(name) && plain(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
    });
    if right && text.len() <= 254 { Ok(text.to_owned()) } else { Err("mail.invalid") }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn only_https_is_called_and_http_on_this_machine() {
        for good in [
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1",
            "http://127.0.0.1:8130/send",
            "http://localhost/send",
            "http://[::1]:8130/send?to={phone}",
        ] {
            assert_eq!(web_address(good), Ok(()), "{good}");
        }
        for bad in [
            "http://qyapi.weixin.qq.com/send",
            "http://127.0.0.1.example.cn/",
            "http://127.0.0.1@example.cn/",
            "https://user:word@example.cn/",
            "https://{phone}.example.cn/",
            "https://",
            "ftp://example.cn/",
            "file:///etc/passwd",
            "https://example.cn/a b",
            "https://example.cn\\@other.cn/",
            "//example.cn/",
            "",
        ] {
            assert_eq!(web_address(bad), Err("url.not_https"), "{bad}");
        }
    }

    #[test]
    fn a_mail_address_has_a_name_and_a_host() {
        assert_eq!(mail_address(" a.b@example.cn "), Ok("a.b@example.cn".to_owned()));
        for bad in ["a", "a@b", "@example.cn", "a@example.cn\r\nBcc: x@y.cn", "a b@example.cn", "a@.cn", "a@b@c.cn"] {
            assert_eq!(mail_address(bad), Err("mail.invalid"), "{bad}");
        }
    }

    fn read(channel: Channel, fields: &[(&str, &str)], held: Option<&ChannelConfig>) -> Result<ChannelConfig, String> {
        let typed = |name: &str| fields.iter().find(|(n, _)| *n == name).map_or("", |(_, v)| *v);
        let told = |faults: Vec<FieldError>| {
            faults.iter().map(|f| format!("{}:{}", f.field, f.code)).collect::<Vec<_>>().join(" ")
        };
        ChannelConfig::parse(channel, typed, held).map_err(told)
    }

    #[test]
    fn a_secret_left_empty_stays_and_is_never_in_debug() {
        let first = [("url", "https://oapi.dingtalk.com/robot/send?access_token=t"), ("secret", "SECabc")];
        let held = read(Channel::DingTalk, &first, None).unwrap();
        let again = read(Channel::DingTalk, &[("to_leader", "on")], Some(&held)).unwrap();
        assert!(again.audience().unwrap().hears("leader") && !again.audience().unwrap().hears("coordinator"));
        let ChannelConfig::DingTalk(robot) = &again else { panic!("a DingTalk robot") };
        assert_eq!(robot.secret, "SECabc");
        assert!(!format!("{again:?}").contains("SECabc"));
        assert_eq!(read(Channel::DingTalk, &[], None), Err("url:required.missing secret:required.missing".to_owned()));
    }

    #[test]
    fn the_password_of_a_mail_server_is_not_told_to_another() {
        let fields = |host: &'static str, password: &'static str| {
            [
                ("host", host),
                ("port", "465"),
                ("security", "tls"),
                ("user", "u"),
                ("password", password),
                ("from", "a@b.cn"),
            ]
        };
        let held = read(Channel::Mail, &fields("smtp.example.cn", "geheim"), None).unwrap();
        assert!(read(Channel::Mail, &fields("smtp.example.cn", ""), Some(&held)).is_ok());
        let other = read(Channel::Mail, &fields("smtp.other.cn", ""), Some(&held));
        assert_eq!(other, Err("password:required.missing".to_owned()));
    }

    #[test]
    fn each_fault_of_a_mail_server_stands_at_its_field() {
        let fields = [("host", "smtp.example.cn"), ("port", "0"), ("security", "none"), ("from", "x")];
        let expected = "port:port.invalid security:security.none_outside from:mail.invalid";
        assert_eq!(read(Channel::Mail, &fields, None), Err(expected.to_owned()));
    }

    #[test]
    fn a_gateway_without_a_place_for_phone_and_text_is_refused() {
        let fields = [("url", "https://sms.example.cn/"), ("body", "{}"), ("success", "ok"), ("headers", "nonsense")];
        let expected = "headers:header.unreadable body:template.phone_missing body:template.text_missing";
        assert_eq!(read(Channel::Sms, &fields, None), Err(expected.to_owned()));
    }
}
