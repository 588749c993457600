//! Work that takes longer than a request should: somebody asks, a process takes it up under a lease, says how far it
//! is, and leaves a file that can be fetched for a day, or what it wrote. Stopped before its end, it has changed nothing.

use uuid::Uuid;

use crate::access::Action;
use crate::{Refusal, Timestamp};

/// Rows from which a list is made beside the request.
pub const LONG: u64 = 1_000;
/// Children and homes of a round from which it is worked out beside the request.
pub const LONG_ROUND: u64 = 500;
/// Children, volunteers, pairs and stays on file from which the report's workbook is made beside the request.
pub const LONG_REPORT: u64 = 20_000;
/// Events of the trail from which its chain is proven beside the request.
pub const LONG_PROOF: u64 = 20_000;
/// Minutes for which a finished operation's file can be fetched: a day.
pub const LIVES: i64 = 24 * 60;
/// Milliseconds after which a process that says nothing is taken for dead, and another one takes the work over.
pub const LEASE: i64 = 60_000;
/// Milliseconds by which clocks of processes that work together differ at most. A lease that ends later than that was taken
/// before the clock was set back, and its process may be long gone.
const APART: i64 = 10 * LEASE;
/// Milliseconds within which whoever looked at the page of an operation is taken to be there still.
pub const THERE: i64 = 10_000;
/// How often an operation is taken up before it is given up: what felled two processes is not given to all of them.
pub const TURNS: i32 = 3;
/// Operations of one county at a time: others read and write beside them.
pub const AT_ONCE: usize = 2;
/// Operations of one person that have not ended.
pub const OPEN: usize = 3;

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationState {
    /// Nobody has taken it up.
    Waiting,
    /// A process works on it.
    Running,
    /// Its file can be fetched.
    Done,
    /// It came to nothing, and why.
    Failed,
    /// Whoever asked stopped it.
    Stopped,
}

impl OperationState {
    /// Every state.
    pub const ALL: [OperationState; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Stopped];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// The state with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// What an operation makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// A list of children that another person let out, as Excel.
    Children,
    /// The list of volunteers as Excel.
    Volunteers,
    /// The trail as Excel.
    AuditEvents,
    /// A list of pairs that another person let out, as Excel.
    Pairs,
    /// A list of stays that another person let out, as Excel.
    Stays,
    /// A list of follow-ups that another person let out, as Excel.
    FollowUps,
    /// The list of accounts as Excel.
    Accounts,
    /// The report's workbook.
    Report,
    /// A roster, checked and taken in.
    Import,
    /// A round, worked out.
    Run,
    /// A round's people with their wishes, as Excel.
    RoundPeople,
    /// What a round came to, as Excel.
    RoundResults,
    /// The acts of phones that wait for somebody, as Excel.
    PhoneActs,
    /// The trail's chain, proven.
    Proof,
}

impl OperationKind {
    /// Every kind.
    pub const ALL: [OperationKind; 14] = [
        Self::Children,
        Self::Volunteers,
        Self::AuditEvents,
        Self::Pairs,
        Self::Stays,
        Self::FollowUps,
        Self::Accounts,
        Self::Report,
        Self::Import,
        Self::Run,
        Self::RoundPeople,
        Self::RoundResults,
        Self::PhoneActs,
        Self::Proof,
    ];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Children => "children",
            Self::Volunteers => "volunteers",
            Self::AuditEvents => "audit_events",
            Self::Pairs => "pairs",
            Self::Stays => "stays",
            Self::FollowUps => "follow_ups",
            Self::Accounts => "accounts",
            Self::Report => "report",
            Self::Import => "import",
            Self::Run => "run",
            Self::RoundPeople => "round_people",
            Self::RoundResults => "round_results",
            Self::PhoneActs => "phone_acts",
            Self::Proof => "proof",
        }
    }

    /// Who may ask for it, and fetch what it left.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Children
            | Self::Volunteers
            | Self::Pairs
            | Self::Stays
            | Self::FollowUps
            | Self::Accounts
            | Self::RoundPeople
            | Self::RoundResults
            | Self::PhoneActs => Action::Export,
            Self::AuditEvents | Self::Proof => Action::Audit,
            Self::Report => Action::SeeReport,
            Self::Import => Action::Import,
            Self::Run => Action::RunRound,
        }
    }

    /// Whether it leaves a file; else it leaves rows in the register, or a word for whoever asked.
    #[must_use]
    pub fn leaves_file(self) -> bool {
        !matches!(self, Self::Import | Self::Run | Self::Proof)
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Who works on what, under which turn. A turn that another process has taken over no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// How far the operation is.
    pub state: OperationState,
    /// How often it was taken up.
    pub turn: i32,
    /// Until when the process of this turn is believed to be alive.
    pub until: Option<Timestamp>,
}

impl Lease {
    /// Whether it can be taken up: nobody has, or whoever had has fallen silent.
    #[must_use]
    pub fn is_free(self, now: Timestamp) -> bool {
        match self.state {
            OperationState::Waiting => true,
            OperationState::Running => {
                self.until.is_none_or(|until| until.0 < now.0 || until.0 > now.0 + LEASE + APART)
            }
            OperationState::Done | OperationState::Failed | OperationState::Stopped => false,
        }
    }

    /// Whether `turn` may go on: not stopped, and nobody else's by now.
    #[must_use]
    pub fn goes_on(self, turn: i32) -> bool {
        self.state == OperationState::Running && self.turn == turn
    }
}

/// When a file made at `made` can be fetched last; not after what let it out (a second person's yes) is over.
#[must_use]
pub fn expires(made: Timestamp, over: Option<Timestamp>) -> Timestamp {
    let day = made.plus_minutes(LIVES);
    over.map_or(day, |over| Timestamp(day.0.min(over.0)))
}

/// What has ended can no longer be stopped.
///
/// # Errors
/// `operation.ended`.
pub fn may_stop(state: OperationState) -> Result<(), Refusal> {
    if state.is_open() { Ok(()) } else { Err(Refusal::new("operation.ended")) }
}

/// The file of a finished operation, for a day, under the grant with which it was asked for.
///
/// # Errors
/// `operation.not_done`, `operation.over`, `operation.other_grant`.
pub fn may_fetch(
    state: OperationState,
    expires: Option<Timestamp>,
    grants: (Uuid, Uuid),
    now: Timestamp,
) -> Result<(), Refusal> {
    if grants.0 != grants.1 {
        return Err(Refusal::new("operation.other_grant"));
    }
    if state != OperationState::Done {
        return Err(Refusal::new("operation.not_done"));
    }
    if expires.is_none_or(|at| at.0 < now.0) {
        return Err(Refusal::new("operation.over"));
    }
    Ok(())
}

/// Whether a notice tells of the end: not when whoever asked still waits in the request, or looks at the page.
#[must_use]
pub fn is_told(awaited_until: Timestamp, seen_at: Option<Timestamp>, now: Timestamp) -> bool {
    let there = seen_at.is_some_and(|at| now.0 - at.0 <= THERE);
    now.0 > awaited_until.0 && !there
}

/// Seconds until the end, should the rest go as fast as what is done; none before there is anything to judge by.
#[must_use]
pub fn seconds_left(done: i64, of: i64, begun: Timestamp, now: Timestamp) -> Option<i64> {
    let spent = now.0 - begun.0;
    if done <= 0 || of <= done || spent <= 0 {
        return None;
    }
    let left = i128::from(spent) * i128::from(of - done) / i128::from(done);
    i64::try_from(left / 1_000).ok().map(|seconds| seconds.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);
    const HERS: Uuid = Uuid::from_u128(1);

    fn code(done: Result<(), Refusal>) -> &'static str {
        done.map_or_else(|refusal| refusal.code, |()| "ok")
    }

    fn later(milliseconds: i64) -> Timestamp {
        Timestamp(NOW.0 + milliseconds)
    }

    fn running(turn: i32) -> Lease {
        Lease { state: OperationState::Running, turn, until: Some(later(LEASE)) }
    }

    #[test]
    fn states_and_kinds_are_read_as_they_are_written() {
        for state in OperationState::ALL {
            assert_eq!(OperationState::parse(state.code()), Some(state));
        }
        for kind in OperationKind::ALL {
            assert_eq!(OperationKind::parse(kind.code()), Some(kind));
        }
        assert_eq!(OperationState::parse("other"), None);
        assert_eq!(OperationKind::parse("other"), None);
    }

    #[test]
    fn a_lease_holds_until_its_process_has_been_silent_for_a_minute() {
        assert!(!running(1).is_free(later(LEASE)));
        assert!(running(1).is_free(later(LEASE + 1)));
    }

    #[test]
    fn a_lease_from_before_the_clock_was_set_back_holds_nothing_up() {
        assert!(!running(1).is_free(later(-APART)), "another machine's clock may be ahead");
        assert!(running(1).is_free(later(-APART - 1)));
    }

    #[test]
    fn what_has_ended_is_not_taken_up() {
        for state in OperationState::ALL {
            let lease = Lease { state, turn: 1, until: None };
            assert_eq!(lease.is_free(NOW), state.is_open(), "{state:?}");
        }
    }

    #[test]
    fn a_turn_goes_on_until_it_is_stopped_or_taken_over() {
        assert!(running(2).goes_on(2));
        assert!(!running(3).goes_on(2));
        assert!(!Lease { state: OperationState::Stopped, ..running(2) }.goes_on(2));
    }

    #[test]
    fn what_has_ended_is_not_stopped() {
        assert_eq!(code(may_stop(OperationState::Running)), "ok");
        for state in [OperationState::Done, OperationState::Failed, OperationState::Stopped] {
            assert_eq!(code(may_stop(state)), "operation.ended");
        }
    }

    #[test]
    fn a_file_lives_a_day_and_no_longer_than_the_yes_that_let_it_out() {
        assert_eq!(expires(NOW, None), NOW.plus_minutes(LIVES));
        assert_eq!(expires(NOW, Some(later(5))), later(5));
        assert_eq!(expires(NOW, Some(NOW.plus_minutes(2 * LIVES))), NOW.plus_minutes(LIVES));
    }

    #[test]
    fn a_file_is_fetched_when_it_is_done() {
        let grants = (HERS, HERS);
        assert_eq!(code(may_fetch(OperationState::Done, Some(NOW), grants, NOW)), "ok");
        assert_eq!(code(may_fetch(OperationState::Running, Some(NOW), grants, NOW)), "operation.not_done");
    }

    #[test]
    fn a_file_that_is_over_is_not_fetched() {
        let grants = (HERS, HERS);
        assert_eq!(code(may_fetch(OperationState::Done, Some(NOW), grants, later(1))), "operation.over");
    }

    #[test]
    fn a_file_made_under_one_grant_is_not_fetched_under_another() {
        let grants = (HERS, Uuid::from_u128(2));
        assert_eq!(code(may_fetch(OperationState::Done, Some(NOW), grants, NOW)), "operation.other_grant");
    }

    #[test]
    fn the_end_is_told_to_whoever_went_away() {
        assert!(is_told(NOW, None, later(1)));
        assert!(!is_told(NOW, None, NOW), "still in the request");
        assert!(!is_told(NOW, Some(later(1)), later(THERE)), "at the page");
        assert!(is_told(NOW, Some(NOW), later(THERE + 1)), "left the page");
    }

    #[test]
    fn the_rest_takes_as_long_as_what_is_done() {
        assert_eq!(seconds_left(500, 1_500, NOW, later(10_000)), Some(20));
        assert_eq!(seconds_left(1_499, 1_500, NOW, later(10_000)), Some(1), "never nothing");
        for (done, of) in [(0, 1_500), (1_500, 1_500), (1_600, 1_500)] {
            assert_eq!(seconds_left(done, of, NOW, later(10_000)), None);
        }
        assert_eq!(seconds_left(1, 2, NOW, NOW), None);
    }

    #[test]
    fn each_kind_needs_the_right_of_what_it_makes_and_most_leave_a_file() {
        for kind in OperationKind::ALL {
            let needs = match kind {
                OperationKind::AuditEvents | OperationKind::Proof => Action::Audit,
                OperationKind::Report => Action::SeeReport,
                OperationKind::Import => Action::Import,
                OperationKind::Run => Action::RunRound,
                _ => Action::Export,
            };
            assert_eq!(kind.action(), needs, "{kind:?}");
            let writes = matches!(kind, OperationKind::Import | OperationKind::Run | OperationKind::Proof);
            assert_eq!(kind.leaves_file(), !writes, "{kind:?}");
        }
    }

    #[test]
    fn what_nobody_has_taken_up_is_free_whatever_was_kept_of_a_lease() {
        assert!(Lease { state: OperationState::Waiting, ..running(1) }.is_free(NOW));
    }

    #[test]
    fn a_file_without_an_end_is_not_fetched() {
        assert_eq!(code(may_fetch(OperationState::Done, None, (HERS, HERS), NOW)), "operation.over");
    }

    #[test]
    fn whoever_looked_a_moment_ago_is_at_the_page() {
        assert!(!is_told(NOW, Some(later(1)), later(1 + THERE)));
        assert!(is_told(NOW, Some(later(1)), later(2 + THERE)));
    }
}
