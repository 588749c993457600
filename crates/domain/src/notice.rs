//! Notices: which kinds there are, how urgent each is, by which channel it goes, when it may go and
//! when not, and what becomes of one that was not taken. No names, no places: a notice says what
//! kind of thing waits and where to sign in, nothing else (product.md rule 10).

mod channel;
mod delivery;
mod limit;

pub use channel::{
    Audience, ChannelConfig, DingTalkConfig, MailConfig, Method, Security, SmsConfig, WeComConfig, mail_address,
    web_address,
};
pub use delivery::{Delivery, Fate, NoticeState, Verdict};
pub use limit::{Cap, Caps, LimitForm, Limits, Quiet, QuietEnd};

use uuid::Uuid;

/// A way on which a notice reaches somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// The list under `/notices`.
    InApp,
    /// Mail to one person.
    Mail,
    /// The robot of a WeCom group.
    WeCom,
    /// The robot of a DingTalk group.
    DingTalk,
    /// A short message to one phone.
    Sms,
    /// A text that somebody at the office copies into an ordinary group, or reads out on the phone.
    Copy,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Channel; 6] =
        [Channel::InApp, Channel::Mail, Channel::WeCom, Channel::DingTalk, Channel::Sms, Channel::Copy];
    /// Those that leave the house and have settings.
    pub const OUTSIDE: [Channel; 4] = [Channel::WeCom, Channel::DingTalk, Channel::Mail, Channel::Sms];

    /// The name in records and addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Channel::InApp => "in_app",
            Channel::Mail => "mail",
            Channel::WeCom => "wecom",
            Channel::DingTalk => "dingtalk",
            Channel::Sms => "sms",
            Channel::Copy => "copy",
        }
    }

    /// Reads a [`Channel::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|c| c.code() == code)
    }

    /// Whether a program carries it out of the house.
    #[must_use]
    pub fn is_outside(self) -> bool {
        Channel::OUTSIDE.contains(&self)
    }

    /// Whether it speaks to a whole group.
    #[must_use]
    pub fn is_group(self) -> bool {
        matches!(self, Channel::WeCom | Channel::DingTalk)
    }

    /// How many a minute one robot takes: both WeCom and DingTalk say 20
    /// (<https://developer.work.weixin.qq.com/document/path/91770>,
    /// <https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages>).
    #[must_use]
    pub fn a_minute(self) -> Option<u64> {
        self.is_group().then_some(20)
    }
}

/// How soon somebody must know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// In the list, and on the way the person chose.
    Ordinary,
    /// To the group's robot too.
    Soon,
    /// On every way, at once, at night too, and never capped.
    Alarm,
}

impl Urgency {
    /// Every urgency.
    pub const ALL: [Urgency; 3] = [Urgency::Ordinary, Urgency::Soon, Urgency::Alarm];

    /// The name in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Urgency::Ordinary => "ordinary",
            Urgency::Soon => "soon",
            Urgency::Alarm => "alarm",
        }
    }

    /// Reads an [`Urgency::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Urgency> {
        Urgency::ALL.into_iter().find(|u| u.code() == code)
    }
}

/// Every kind with words of its own, and how urgent it is. A kind that is not here has the words of
/// [`Topic::of`] and is ordinary: no letter is lost because its words are missing.
pub const KINDS: &[(&str, Urgency)] = &[
    ("account.reset", Urgency::Alarm),
    ("account.role_given", Urgency::Alarm),
    ("account.slip", Urgency::Ordinary),
    ("alarm.closed", Urgency::Alarm),
    ("alarm.coordinator", Urgency::Alarm),
    ("alarm.fetch", Urgency::Alarm),
    ("alarm.guardian", Urgency::Alarm),
    ("alarm.leader", Urgency::Alarm),
    ("alarm.not_fetched", Urgency::Alarm),
    ("alarm.police", Urgency::Alarm),
    ("alarm.release_refused", Urgency::Alarm),
    ("alarm.school", Urgency::Alarm),
    ("alarm.volunteer", Urgency::Alarm),
    ("break_glass.late", Urgency::Soon),
    ("break_glass.opened", Urgency::Alarm),
    ("break_glass.reviewed", Urgency::Ordinary),
    ("check.strike_asked", Urgency::Soon),
    ("child.kept_away_asked", Urgency::Soon),
    ("child.kept_away_ended", Urgency::Soon),
    ("code.paused", Urgency::Alarm),
    ("concern.raised", Urgency::Alarm),
    ("concern.waits", Urgency::Alarm),
    ("consent.asked", Urgency::Ordinary),
    ("consent.recorded", Urgency::Ordinary),
    ("consent.refused", Urgency::Ordinary),
    ("consent.withdrawn", Urgency::Soon),
    ("consent.withdrawn_after_release", Urgency::Alarm),
    ("draft.gone", Urgency::Ordinary),
    ("duty.handed_on", Urgency::Ordinary),
    ("duty.moved", Urgency::Ordinary),
    ("duty.open", Urgency::Soon),
    ("erasure.asked", Urgency::Ordinary),
    ("erasure.done", Urgency::Ordinary),
    ("erasure.refused", Urgency::Ordinary),
    ("export.approved", Urgency::Ordinary),
    ("export.asked", Urgency::Ordinary),
    ("export.refused", Urgency::Ordinary),
    ("follow_up.missed", Urgency::Ordinary),
    ("gate.stranger", Urgency::Alarm),
    ("import.lapsed", Urgency::Ordinary),
    ("import.thrown_away", Urgency::Ordinary),
    ("merge.asked", Urgency::Ordinary),
    ("merge.done", Urgency::Ordinary),
    ("merge.refused", Urgency::Ordinary),
    ("merge.undone", Urgency::Ordinary),
    ("operation.done", Urgency::Ordinary),
    ("operation.failed", Urgency::Ordinary),
    ("pair.begun", Urgency::Ordinary),
    ("pair.ended", Urgency::Ordinary),
    ("plan.answered", Urgency::Ordinary),
    ("plan.proposed", Urgency::Ordinary),
    ("plan.recorded", Urgency::Ordinary),
    ("plan.settled", Urgency::Ordinary),
    ("proposal.accepted", Urgency::Ordinary),
    ("proposal.declined", Urgency::Ordinary),
    ("proposal.lapsed", Urgency::Ordinary),
    ("proposal.offered", Urgency::Soon),
    ("proposal.over", Urgency::Ordinary),
    ("snapshot.asked", Urgency::Soon),
    ("snapshot.due", Urgency::Ordinary),
    ("snapshot.moved", Urgency::Ordinary),
    ("stay.approved", Urgency::Ordinary),
    ("stay.calendar_moved", Urgency::Ordinary),
    ("stay.cancelled", Urgency::Soon),
    ("stay.child_back", Urgency::Ordinary),
    ("stay.child_left", Urgency::Ordinary),
    ("stay.child_not_asked", Urgency::Ordinary),
    ("stay.end_now", Urgency::Alarm),
    ("stay.goes_home", Urgency::Soon),
    ("stay.hand_back", Urgency::Alarm),
    ("stay.held", Urgency::Soon),
    ("stay.held_now", Urgency::Alarm),
    ("stay.kept_away", Urgency::Alarm),
    ("stay.late_announced", Urgency::Soon),
    ("stay.later", Urgency::Soon),
    ("stay.later_now", Urgency::Alarm),
    ("stay.may_ask_again", Urgency::Soon),
    ("stay.paper_gone", Urgency::Soon),
    ("stay.paper_gone_now", Urgency::Alarm),
    ("stay.received_early", Urgency::Alarm),
    ("stay.refused", Urgency::Ordinary),
    ("stay.released_by_list", Urgency::Soon),
    ("stay.requested", Urgency::Ordinary),
    ("stay.restored", Urgency::Soon),
    ("stay.restored_now", Urgency::Alarm),
    ("stay.return_corrected", Urgency::Soon),
    ("stay.returned_late", Urgency::Ordinary),
    ("stay.school_changed", Urgency::Soon),
    ("stay.settled", Urgency::Ordinary),
    ("stay.stopped", Urgency::Soon),
    ("stay.stopped_now", Urgency::Alarm),
    ("stay.teacher_asked", Urgency::Ordinary),
    ("stay.teacher_said_no", Urgency::Soon),
    ("stay.teacher_said_yes", Urgency::Soon),
    ("stay.unsettled", Urgency::Soon),
    ("stay.with_family", Urgency::Alarm),
    ("test.message", Urgency::Alarm),
    ("thanks.said", Urgency::Ordinary),
    ("volunteer.checks_ending", Urgency::Ordinary),
    ("volunteer.role_due", Urgency::Ordinary),
    ("volunteer.signed", Urgency::Ordinary),
];

/// How urgent a kind is. Whatever begins with `alarm.` or `concern.` is an alarm.
#[must_use]
pub fn urgency(kind: &str) -> Urgency {
    let (known, topic) = (KINDS.iter().find(|(k, _)| *k == kind), Topic::of(kind));
    match known {
        _ if matches!(topic, Topic::Alarm | Topic::Concern) => Urgency::Alarm,
        Some((_, urgency)) => *urgency,
        None => Urgency::Ordinary,
    }
}

/// What a kind is about, as far as anybody outside may read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// An account, a slip.
    Account,
    /// A child is not back yet.
    Alarm,
    /// Something that only the circle may know of.
    Concern,
    /// A consent.
    Consent,
    /// A pair, a proposal, a round.
    Pair,
    /// A stay, its codes, its thanks.
    Stay,
    /// Anything else.
    Other,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Topic; 7] =
        [Topic::Account, Topic::Alarm, Topic::Concern, Topic::Consent, Topic::Pair, Topic::Stay, Topic::Other];

    /// The topic of a kind, by the word before its dot.
    #[must_use]
    pub fn of(kind: &str) -> Topic {
        match kind.split('.').next().unwrap_or_default() {
            "account" => Topic::Account,
            "alarm" => Topic::Alarm,
            "concern" => Topic::Concern,
            "consent" => Topic::Consent,
            "pair" | "proposal" | "round" => Topic::Pair,
            "stay" | "code" | "thanks" | "note" | "plan" => Topic::Stay,
            _ => Topic::Other,
        }
    }

    /// The name of its words.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Topic::Account => "account",
            Topic::Alarm => "alarm",
            Topic::Concern => "concern",
            Topic::Consent => "consent",
            Topic::Pair => "pair",
            Topic::Stay => "stay",
            Topic::Other => "other",
        }
    }
}

/// Whether a kind goes to persons only, never to a group and never through anybody's hands: nobody
/// outside the circle learns that a concern exists (product.md rule 4), a slip is its holder's, and of a file opened in an
/// emergency two people are told.
#[must_use]
pub fn is_confidential(kind: &str) -> bool {
    matches!(Topic::of(kind), Topic::Concern | Topic::Account)
        || is_of_the_home(kind)
        || kind.starts_with("break_glass.")
        // What a check said is seen by the leader only.
        || kind.starts_with("check.")
}

/// Whether a kind says that a child may have to come out of the home in which it is: nobody who lives there is told of it, as
/// long as there is another.
#[must_use]
pub fn is_of_the_home(kind: &str) -> bool {
    ["stay.end_now", "stay.paper_gone_now"].contains(&kind)
}

/// Whom a letter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// Somebody who signs in.
    Account,
    /// A person on file without an account.
    Person,
    /// The group of a role.
    Group,
}

/// What one person chose besides the list in the app.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// Nothing: only alarms come outside the app.
    #[default]
    App,
    /// Mail.
    Mail,
    /// Short messages.
    Sms,
}

impl Choice {
    /// Every choice.
    pub const ALL: [Choice; 3] = [Choice::App, Choice::Mail, Choice::Sms];

    /// The name in records.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Choice::App => "app",
            Choice::Mail => "mail",
            Choice::Sms => "sms",
        }
    }

    /// Reads a [`Choice::code`].
    #[must_use]
    pub fn parse(code: &str) -> Option<Choice> {
        Choice::ALL.into_iter().find(|c| c.code() == code)
    }
}

/// The channels on which a kind goes to somebody, before anybody asks whether each is set up.
#[must_use]
pub fn channels(kind: &str, to: To, choice: Choice) -> Vec<Channel> {
    let alarm = urgency(kind) == Urgency::Alarm;
    match to {
        To::Person => vec![Channel::Sms],
        To::Group if is_confidential(kind) || urgency(kind) == Urgency::Ordinary => Vec::new(),
        To::Group => vec![Channel::WeCom, Channel::DingTalk],
        To::Account => {
            let mail = alarm || choice == Choice::Mail;
            let sms = alarm || choice == Choice::Sms;
            let outside = [(mail, Channel::Mail), (sms, Channel::Sms)];
            let chosen = outside.into_iter().filter(|(wanted, _)| *wanted).map(|(_, channel)| channel);
            std::iter::once(Channel::InApp).chain(chosen).collect()
        }
    }
}

/// Letters and digits that are not taken for one another on paper or over the phone.
const NUMBER: &[u8; 29] = b"23456789ACDEFGHJKMNPQRTUVWXYZ";

/// The short number of a message, five characters from its letter's id: the same on every channel and
/// with every try, so that a message that came twice is known for one.
#[must_use]
pub fn number(letter: Uuid) -> String {
    let mut rest = mixed(letter);
    let mut digits = String::with_capacity(5);
    for _ in 0..5 {
        let place = usize::try_from(rest % 29).unwrap_or_default();
        digits.push(char::from(NUMBER.get(place).copied().unwrap_or(b'2')));
        rest /= 29;
    }
    digits
}

/// The id's bits, stirred (the finaliser of SplitMix64), so that ids made one after the other differ in every digit.
fn mixed(id: Uuid) -> u64 {
    let (high, low) = id.as_u64_pair();
    let mut z = high.rotate_left(32) ^ low;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_begins_with_alarm_or_concern_is_an_alarm() {
        for kind in ["alarm.volunteer", "alarm.of_tomorrow", "concern.raised", "concern.of_tomorrow"] {
            assert_eq!(urgency(kind), Urgency::Alarm, "{kind}");
        }
        assert_eq!(urgency("stay.of_tomorrow"), Urgency::Ordinary);
        assert_eq!(urgency("stay.approved"), Urgency::Ordinary);
    }

    #[test]
    fn somebody_at_the_gate_who_is_not_on_the_list_is_an_alarm() {
        assert_eq!(urgency("gate.stranger"), Urgency::Alarm);
        let all = [Channel::InApp, Channel::Mail, Channel::Sms];
        assert_eq!(channels("gate.stranger", To::Account, Choice::App), all);
    }

    #[test]
    fn what_only_the_circle_may_know_never_goes_to_a_group() {
        for kind in [
            "concern.raised",
            "concern.of_tomorrow",
            "account.role_given",
            "account.slip",
            "break_glass.opened",
            "stay.end_now",
            "stay.paper_gone_now",
        ] {
            assert_eq!(channels(kind, To::Group, Choice::App), [], "{kind}");
        }
        assert_eq!(channels("alarm.coordinator", To::Group, Choice::App), [Channel::WeCom, Channel::DingTalk]);
        assert_eq!(channels("stay.requested", To::Group, Choice::App), []);
    }

    #[test]
    fn an_ordinary_notice_goes_where_the_person_chose_and_an_alarm_everywhere() {
        assert_eq!(channels("stay.approved", To::Account, Choice::App), [Channel::InApp]);
        assert_eq!(channels("stay.approved", To::Account, Choice::Mail), [Channel::InApp, Channel::Mail]);
        assert_eq!(channels("stay.approved", To::Account, Choice::Sms), [Channel::InApp, Channel::Sms]);
        let all = [Channel::InApp, Channel::Mail, Channel::Sms];
        assert_eq!(channels("alarm.volunteer", To::Account, Choice::App), all);
        assert_eq!(channels("alarm.guardian", To::Person, Choice::App), [Channel::Sms]);
    }

    #[test]
    fn a_number_is_short_the_same_each_time_and_seldom_another_ones() {
        let ids: Vec<Uuid> = (0..20_000_u128).map(|n| Uuid::from_u128((1_795_140_000_000 << 80) | n)).collect();
        let numbers: std::collections::BTreeSet<String> = ids.iter().map(|id| number(*id)).collect();
        assert!(numbers.iter().all(|n| n.len() == 5));
        // Of 20.5 million numbers, 20,000 drawn meet about ten times.
        assert!(numbers.len() > 19_950, "{}", numbers.len());
        assert_eq!(number(Uuid::from_u128(7)), number(Uuid::from_u128(7)));
    }

    #[test]
    fn codes_are_read_back() {
        assert!(Channel::ALL.into_iter().all(|c| Channel::parse(c.code()) == Some(c)));
        assert!(Urgency::ALL.into_iter().all(|u| Urgency::parse(u.code()) == Some(u)));
        assert!(Choice::ALL.into_iter().all(|c| Choice::parse(c.code()) == Some(c)));
        assert!(KINDS.windows(2).all(|two| two.iter().map(|(k, _)| k).is_sorted()), "kinds are kept in order");
    }

    #[test]
    fn each_kind_belongs_to_its_topic() {
        for (topic, words) in [
            (Topic::Account, vec!["account"]),
            (Topic::Alarm, vec!["alarm"]),
            (Topic::Concern, vec!["concern"]),
            (Topic::Consent, vec!["consent"]),
            (Topic::Pair, vec!["pair", "proposal", "round"]),
            (Topic::Stay, vec!["stay", "code", "thanks", "note", "plan"]),
            (Topic::Other, vec!["export", ""]),
        ] {
            for word in words {
                assert_eq!(Topic::of(&format!("{word}.x")), topic, "{word}");
            }
        }
    }

    #[test]
    fn what_leaves_the_house_and_what_speaks_to_a_group() {
        let outside: Vec<Channel> = Channel::ALL.into_iter().filter(|channel| channel.is_outside()).collect();
        assert_eq!(outside, [Channel::Mail, Channel::WeCom, Channel::DingTalk, Channel::Sms]);
        for channel in Channel::ALL {
            let group = matches!(channel, Channel::WeCom | Channel::DingTalk);
            assert_eq!((channel.is_group(), channel.a_minute()), (group, group.then_some(20)), "{channel:?}");
        }
    }
}
