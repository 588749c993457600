//! The robot of a WeCom group: <https://developer.work.weixin.qq.com/document/path/91770>, its error
//! codes: <https://developer.work.weixin.qq.com/document/path/90313>.

use naheya_domain::notice::{Verdict, WeComConfig};
use naheya_store::notice::Answered;
use serde::Deserialize;

use super::http::{Http, REST, Request};
use super::{Message, answered, misset};

/// What one text may weigh, in bytes.
pub const LONGEST: usize = 2_048;

/// What both WeCom and DingTalk answer.
#[derive(Debug, Deserialize)]
pub struct Reply {
    /// 0: taken.
    pub errcode: i64,
}

/// Says it in the group.
pub fn send(http: &Http, robot: &WeComConfig, message: &Message) -> Answered {
    let body = text_body(&message.body);
    let request = Request { url: &robot.url, body: Some(body), content_type: "application/json", headers: Vec::new() };
    match http.send(request) {
        Ok(text) => reply(&text).map_or_else(|| answered(Verdict::Lost, "answer.unreadable"), |r| judge(r.errcode)),
        Err(other) => other,
    }
}

/// A text message, as both WeCom and DingTalk take it.
pub fn text_body(text: &str) -> String {
    serde_json::json!({"msgtype": "text", "text": {"content": fitted(text)}}).to_string()
}

/// The answer, if it is one.
pub fn reply(text: &str) -> Option<Reply> {
    serde_json::from_str(text).ok()
}

fn judge(code: i64) -> Answered {
    let told = format!("errcode {code}");
    match code {
        0 => answered(Verdict::Taken, told),
        // Called too often; too many at once.
        45009 | 45033 => answered(Verdict::Wait(REST), told),
        // The address is wrong, or the robot was taken out of the group.
        93000 | 93008 | 40014 | 41001 => misset(told),
        // The words are refused, not the robot.
        40008 | 44004 | 45002 => answered(Verdict::Rejected, told),
        // Busy, or a code that nobody has met: not taken, and not for ever.
        _ => answered(Verdict::Refused, told),
    }
}

/// The text, no longer than the robot takes, cut between two characters.
fn fitted(text: &str) -> &str {
    let mut end = text.len().min(LONGEST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_two_characters() {
        let long = "娜".repeat(1_000);
        assert_eq!(fitted(&long).len(), 2_046);
        assert_eq!(fitted("短"), "短");
    }

    #[test]
    fn a_wrong_address_is_the_settings_fault_and_too_many_is_nobodys() {
        assert!(judge(93000).settings);
        assert_eq!(judge(45009).verdict, Verdict::Wait(60_000));
        assert_eq!(judge(-1).verdict, Verdict::Refused);
        assert_eq!(judge(0).verdict, Verdict::Taken);
    }
}
