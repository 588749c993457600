//! How notices leave the house: one file a channel, each in the other side's own language. All of them
//! block; `dispatch` runs them in threads of their own.

use naheya_domain::Timestamp;
use naheya_domain::notice::{ChannelConfig, Verdict};
use naheya_store::notice::Answered;

pub mod dingtalk;
pub mod http;
pub mod mail;
pub mod sms;
pub mod wecom;

/// What is to be sent, in words already.
#[derive(Clone)]
pub struct Message {
    /// The notice's id, the same with every try.
    pub id: String,
    /// The letter's short number.
    pub number: String,
    /// One line, for mail.
    pub subject: String,
    /// The words with number and link.
    pub body: String,
    /// Mail address or phone; empty for a group.
    pub address: String,
}

/// Sends by whichever channel these settings are for.
pub fn send(http: &http::Http, config: &ChannelConfig, message: &Message, now: Timestamp) -> Answered {
    match config {
        ChannelConfig::WeCom(robot) => wecom::send(http, robot, message),
        ChannelConfig::DingTalk(robot) => dingtalk::send(http, robot, message, now),
        ChannelConfig::Sms(gateway) => sms::send(http, gateway, message),
        ChannelConfig::Mail(server) => mail::send(server, message),
    }
}

/// An answer with this code.
pub fn answered(verdict: Verdict, code: impl Into<String>) -> Answered {
    Answered { verdict, code: code.into(), provider_id: None, settings: false }
}

/// The settings are wrong: nothing goes by this channel until somebody has changed them.
pub fn misset(code: impl Into<String>) -> Answered {
    Answered { settings: true, ..answered(Verdict::Rejected, code) }
}
