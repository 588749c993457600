//! The robot of a DingTalk group, signed: <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>
//! and, for the signature, <https://open.dingtalk.com/document/robots/customize-robot-security-settings>.

use hmac::{Hmac, KeyInit, Mac};
use naheya_domain::Timestamp;
use naheya_domain::notice::{DingTalkConfig, Verdict};
use naheya_store::notice::Answered;
use sha2::Sha256;

use super::http::{Http, Request};
use super::wecom::{reply, text_body};
use super::{Message, answered, misset};

/// A robot that was called too often is deaf for ten minutes.
const DEAF: i64 = 10 * 60_000;

/// Says it in the group.
pub fn send(http: &Http, robot: &DingTalkConfig, message: &Message, now: Timestamp) -> Answered {
    let url = signed(&robot.url, &robot.secret, now);
    let body = Some(text_body(&message.body));
    match http.send(Request { url: &url, body, content_type: "application/json", headers: Vec::new() }) {
        Ok(text) => reply(&text).map_or_else(|| answered(Verdict::Lost, "answer.unreadable"), |r| judge(r.errcode)),
        Err(other) => other,
    }
}

/// The address with the time and `HMAC-SHA256(secret, time ‖ newline ‖ secret)`.
pub fn signed(url: &str, secret: &str, now: Timestamp) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    let sign = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_or_else(
        |_| String::new(),
        |mac| {
            let text = format!("{}\n{secret}", now.0);
            data_encoding::BASE64.encode(&mac.chain_update(text.as_bytes()).finalize().into_bytes())
        },
    );
    format!("{url}{joint}timestamp={}&sign={}", now.0, super::sms::coded(&sign))
}

fn judge(code: i64) -> Answered {
    let told = format!("errcode {code}");
    match code {
        0 => answered(Verdict::Taken, told),
        // Called too often.
        130_101 | 410_100 => answered(Verdict::Wait(DEAF), told),
        // Signature, token or robot do not fit; the robot is closed or its group gone.
        310_000 | 300_001 | 300_005 | 400_013 | 400_101 | 400_102 | 400_105 | 400_106 => misset(told),
        // The words are refused.
        430_101..=430_104 => answered(Verdict::Rejected, told),
        _ => answered(Verdict::Refused, told),
    }
}
