//! A child's whole file opened in an emergency (product.md rule 13): a reason, the second factor typed anew, one child, sixty
//! minutes, notice to two, a review within three days.

use uuid::Uuid;

use crate::{Refusal, Role, Timestamp};

/// Minutes for which an opening holds.
pub const MINUTES: i64 = 60;
/// Days within which somebody else says whether it was justified.
pub const REVIEW_DAYS: i64 = 3;
/// Characters of a reason, at least.
pub const REASON_LEAST: usize = 4;
/// Characters of a reason or of a review's words, at most.
pub const WORDS_MOST: usize = 200;
/// People who are told at once.
pub const TOLD: usize = 2;

/// Milliseconds by which clocks of processes that work together differ at most: what was opened later than that was opened before
/// the clock was set back, and how long ago nobody knows.
const APART: i64 = 60_000;

/// What somebody else said of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It had to be.
    Justified,
    /// It did not have to be.
    Unjustified,
}

impl Verdict {
    /// Both.
    pub const ALL: [Verdict; 2] = [Self::Justified, Self::Unjustified];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Justified => "justified",
            Self::Unjustified => "unjustified",
        }
    }

    /// The verdict with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.code() == code)
    }
}

/// How far an opening is, read from the clock: nothing has to close it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GlassState {
    /// It holds.
    Open,
    /// It is over, and waits for the review.
    ToReview,
    /// Somebody else has said what it was.
    Reviewed(Verdict),
}

impl GlassState {
    /// The word in texts.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ToReview => "to_review",
            Self::Reviewed(verdict) => verdict.code(),
        }
    }
}

/// What is known of an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Who opened it.
    pub by: Uuid,
    /// As what.
    pub role: Role,
    /// In which session, by whose second factor.
    pub session: Uuid,
    /// When.
    pub opened_at: Timestamp,
    /// Until when it holds by itself: the sixtieth minute, or the last of its session.
    pub until: Timestamp,
    /// When it was ended before: by hand, or with the session in which it was opened.
    pub ended_at: Option<Timestamp>,
    /// What somebody else said of it.
    pub verdict: Option<Verdict>,
}

impl Opening {
    /// Whether it is open for `account`: its own opener alone, until it was ended and no later than the sixtieth minute.
    #[must_use]
    pub fn is_hers(&self, account: Uuid, now: Timestamp) -> bool {
        self.by == account && self.is_open(now)
    }

    /// Whether the file is read through it: by its opener, in the session in which the second factor was typed. A browser left
    /// signed in elsewhere shows nothing.
    #[must_use]
    pub fn holds(&self, account: Uuid, session: Option<Uuid>, now: Timestamp) -> bool {
        self.is_hers(account, now) && session == Some(self.session)
    }

    /// When it was over, or will be.
    #[must_use]
    pub fn over_at(&self) -> Timestamp {
        self.ended_at.map_or(self.until, |ended| ended.min(self.until))
    }

    /// How far it is.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> GlassState {
        match self.verdict {
            Some(verdict) => GlassState::Reviewed(verdict),
            None if self.is_open(now) => GlassState::Open,
            None => GlassState::ToReview,
        }
    }

    /// What was ended stays so, and an hour begun before the clock was set back is over: it would last longer than one.
    fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.until && self.opened_at.0 <= now.0 + APART
    }
}

/// Whether `account` in `role` may say what an opening was: another person than who opened it, and a leader; where a leader
/// opened it, another leader or the coordinator. Where no other leader is at work (`is_led`), it is the coordinator's too.
///
/// # Errors
/// `break_glass.reviewed`, `break_glass.own`, `break_glass.leader`; `break_glass.still_open` until it is over.
pub fn may_review(opening: &Opening, account: Uuid, role: Role, is_led: bool, now: Timestamp) -> Result<(), Refusal> {
    if opening.verdict.is_some() {
        return Err(Refusal::new("break_glass.reviewed"));
    }
    if opening.by == account {
        return Err(Refusal::new("break_glass.own"));
    }
    let stands_in = role == Role::Coordinator && (opening.role == Role::Leader || !is_led);
    if role != Role::Leader && !stands_in {
        return Err(Refusal::new("break_glass.leader"));
    }
    if opening.is_open(now) { Err(Refusal::new("break_glass.still_open")) } else { Ok(()) }
}

/// The two who are told: a leader and a coordinator, neither of them who opens; where one of these is missing, the next of the
/// others. Each list is in the order in which its people are asked.
///
/// # Errors
/// `break_glass.nobody_to_tell` when there are no two.
pub fn told(leaders: &[Uuid], coordinators: &[Uuid], by: Uuid) -> Result<[Uuid; TOLD], Refusal> {
    let is_other = |id: &&Uuid| **id != by;
    let leader = leaders.iter().find(is_other);
    let coordinator = coordinators.iter().find(|id| is_other(id) && Some(*id) != leader);
    let rest = leaders.iter().chain(coordinators).filter(is_other);
    let mut two: Vec<Uuid> = Vec::with_capacity(TOLD);
    for id in leader.into_iter().chain(coordinator).chain(rest) {
        if !two.contains(id) {
            two.push(*id);
        }
    }
    match two.as_slice() {
        [first, second, ..] => Ok([*first, *second]),
        _ => Err(Refusal::new("break_glass.nobody_to_tell")),
    }
}

/// Until when it holds by itself.
#[must_use]
pub fn until(opened_at: Timestamp) -> Timestamp {
    opened_at.plus_minutes(MINUTES)
}

/// Until when it is to be reviewed.
#[must_use]
pub fn review_by(opened_at: Timestamp) -> Timestamp {
    opened_at.plus_minutes(REVIEW_DAYS * 24 * 60)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const HERS: Uuid = Uuid::from_u128(1);
    const LEADER: Uuid = Uuid::from_u128(2);
    const COORDINATOR: Uuid = Uuid::from_u128(3);
    const ANOTHER: Uuid = Uuid::from_u128(4);
    const HERE: Uuid = Uuid::from_u128(5);
    const THEN: Timestamp = Timestamp(1_795_140_000_000);

    fn opened() -> Opening {
        Opening {
            by: HERS,
            role: Role::TownWorker,
            session: HERE,
            opened_at: THEN,
            until: until(THEN),
            ended_at: None,
            verdict: None,
        }
    }

    fn holds(opening: &Opening, now: Timestamp) -> bool {
        opening.holds(HERS, Some(HERE), now)
    }

    fn code<T: std::fmt::Debug>(result: Result<T, Refusal>) -> &'static str {
        result.err().map_or("allowed", |refusal| refusal.code)
    }

    #[test]
    fn an_opening_holds_for_sixty_minutes() {
        assert!(holds(&opened(), Timestamp(until(THEN).0 - 1)));
        assert!(!holds(&opened(), until(THEN)));
        assert!(!holds(&opened(), THEN.plus_minutes(61)));
    }

    #[test]
    fn an_opening_holds_for_nobody_else() {
        assert!(!opened().holds(ANOTHER, Some(HERE), THEN));
    }

    #[test]
    fn an_opening_holds_in_no_other_session() {
        assert!(!opened().holds(HERS, Some(Uuid::from_u128(6)), THEN) && !opened().holds(HERS, None, THEN));
        assert!(opened().is_hers(HERS, THEN), "and is open all the same: one child at a time");
    }

    #[test]
    fn a_clock_that_is_set_back_makes_no_opening_longer() {
        assert!(holds(&opened(), Timestamp(THEN.0 - APART)), "another process may be behind");
        assert!(!holds(&opened(), Timestamp(THEN.0 - APART - 1)));
        let ended = Opening { ended_at: Some(THEN.plus_minutes(5)), ..opened() };
        assert!(!holds(&ended, THEN.plus_minutes(4)), "what was ended stays so");
    }

    #[test]
    fn what_was_ended_holds_no_longer_and_a_late_end_makes_it_no_longer() {
        let ended = Opening { ended_at: Some(THEN.plus_minutes(5)), ..opened() };
        assert!(!holds(&ended, THEN.plus_minutes(5)));
        assert_eq!(ended.over_at(), THEN.plus_minutes(5));
        let late = Opening { ended_at: Some(THEN.plus_minutes(600)), ..opened() };
        assert_eq!(late.over_at(), until(THEN));
    }

    #[test]
    fn the_clock_tells_how_far_an_opening_is() {
        assert_eq!(opened().state(THEN), GlassState::Open);
        assert_eq!(opened().state(until(THEN)), GlassState::ToReview);
        let reviewed = Opening { verdict: Some(Verdict::Justified), ..opened() };
        assert_eq!(reviewed.state(THEN).code(), "justified");
        assert!(Verdict::ALL.into_iter().all(|v| Verdict::parse(v.code()) == Some(v)));
    }

    #[test]
    fn nobody_reviews_the_own_opening() {
        let by_leader = Opening { by: LEADER, role: Role::Leader, ..opened() };
        assert_eq!(code(may_review(&by_leader, LEADER, Role::Leader, true, until(THEN))), "break_glass.own");
        assert!(may_review(&by_leader, ANOTHER, Role::Leader, true, until(THEN)).is_ok());
    }

    #[test]
    fn a_leader_reviews_and_the_coordinator_only_what_a_leader_opened() {
        let now = until(THEN);
        assert!(may_review(&opened(), LEADER, Role::Leader, true, now).is_ok());
        assert_eq!(code(may_review(&opened(), COORDINATOR, Role::Coordinator, true, now)), "break_glass.leader");
        let by_leader = Opening { by: LEADER, role: Role::Leader, ..opened() };
        assert!(may_review(&by_leader, COORDINATOR, Role::Coordinator, true, now).is_ok());
        assert_eq!(code(may_review(&by_leader, ANOTHER, Role::TownWorker, true, now)), "break_glass.leader");
    }

    #[test]
    fn where_no_other_leader_is_at_work_the_coordinator_reviews() {
        let now = until(THEN);
        assert!(may_review(&opened(), COORDINATOR, Role::Coordinator, false, now).is_ok());
        assert_eq!(code(may_review(&opened(), HERS, Role::Coordinator, false, now)), "break_glass.own");
        assert_eq!(code(may_review(&opened(), ANOTHER, Role::TownWorker, false, now)), "break_glass.leader");
    }

    #[test]
    fn what_still_holds_is_not_reviewed_and_what_is_reviewed_stays_so() {
        assert_eq!(code(may_review(&opened(), LEADER, Role::Leader, true, THEN)), "break_glass.still_open");
        let done = Opening { verdict: Some(Verdict::Unjustified), ..opened() };
        assert_eq!(code(may_review(&done, LEADER, Role::Leader, true, until(THEN))), "break_glass.reviewed");
    }

    #[test]
    fn a_leader_and_a_coordinator_are_told_and_never_who_opens() {
        assert_eq!(told(&[LEADER], &[COORDINATOR], HERS).unwrap(), [LEADER, COORDINATOR]);
        assert_eq!(told(&[LEADER, ANOTHER], &[COORDINATOR], LEADER).unwrap(), [ANOTHER, COORDINATOR]);
        assert_eq!(told(&[LEADER], &[COORDINATOR, ANOTHER], COORDINATOR).unwrap(), [LEADER, ANOTHER]);
    }

    #[test]
    fn where_a_coordinator_is_missing_another_leader_is_told() {
        assert_eq!(told(&[LEADER, ANOTHER], &[], HERS).unwrap(), [LEADER, ANOTHER]);
        assert_eq!(told(&[], &[COORDINATOR, ANOTHER], HERS).unwrap(), [COORDINATOR, ANOTHER]);
        assert_eq!(
            told(&[LEADER, ANOTHER], &[LEADER], HERS).unwrap(),
            [LEADER, ANOTHER],
            "one person in two roles is one"
        );
    }

    #[test]
    fn without_two_others_nothing_is_opened() {
        assert_eq!(code(told(&[LEADER], &[HERS], HERS)), "break_glass.nobody_to_tell");
        assert_eq!(code(told(&[LEADER], &[LEADER], HERS)), "break_glass.nobody_to_tell");
        assert_eq!(code(told(&[], &[], HERS)), "break_glass.nobody_to_tell");
    }

    #[test]
    fn an_hour_a_review_within_three_days_and_two_who_are_told() {
        assert_eq!(until(THEN), Timestamp(THEN.0 + 60 * 60_000));
        assert_eq!(review_by(THEN), Timestamp(THEN.0 + 3 * 24 * 60 * 60_000));
        assert_eq!((REASON_LEAST, WORDS_MOST, TOLD), (4, 200, 2));
        assert!(holds(&opened(), Timestamp(THEN.0 - 60_000)) && !holds(&opened(), Timestamp(THEN.0 - 60_001)));
    }

    #[test]
    fn where_the_leader_coordinates_too_another_coordinator_is_told_before_another_leader() {
        let told = told(&[LEADER, ANOTHER], &[LEADER, COORDINATOR], HERS).unwrap();
        assert_eq!(told, [LEADER, COORDINATOR]);
    }
}
