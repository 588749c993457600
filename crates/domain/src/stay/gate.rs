//! Rule 2 of product.md: no stay without all of its clauses. Pure: whoever calls brings the facts.
//!
//! How "judged at booking, approval and release" is read here. What is about the pair, the home, its
//! adults, the guardian and the child must hold at all three. The class teacher's yes is given to a
//! request and cannot stand before there is one: at booking it may still be open, and only a
//! teacher's no for these days refuses; at approval and release it must be there. The child must
//! have been asked, alone, some time before booking (this term, or before pairing); for approval and
//! release the question was about this very stay.
//!
//! Each clause refuses in words of its own, with what to do. What must not be told outside its
//! circle (that a concern is open, that the child said no, that a person is blocked or a query was
//! failed) reads there as the same neutral `stay.not_this_weekend` ([`spoken`]).

use crate::stay::proof::Proof;
use crate::{Date, Refusal};

/// At which of the three gates a stay stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// Asking for it.
    Booking,
    /// Saying yes to it.
    Approval,
    /// Letting the child go.
    Release,
}

/// How the pair stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PairStanding {
    /// The first weeks: by day only.
    Settling,
    /// In full.
    Active,
    /// Paused, ended, or not begun.
    Other,
}

/// What the class teacher said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TeacherWord {
    /// Nothing yet.
    Open,
    /// Yes.
    Yes,
    /// No.
    No,
}

/// What the child said when nobody of the home could hear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChildWord {
    /// Not asked, or not alone.
    NotAsked,
    /// Wants to go, or is not against it.
    NotAgainst,
    /// Does not want to.
    No,
}

/// Where the child is, as far as this stay is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Whereabouts {
    /// Where the stay begins, or free to be there by then.
    Here,
    /// In somebody else's hands: another stay, family, hospital, police.
    Elsewhere,
    /// Another stay of the same child claims these days.
    Claimed,
    /// Paused in, or out of, the programme.
    NotTakingPart,
}

/// A grown-up who will sleep there, of the household or a guest; or who lives there and stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adult {
    /// Name, for the sentence.
    pub name: String,
    /// The no-offence query about this person.
    pub no_offence: Proof,
    /// Whether the child must not be given to this person.
    pub blocked: bool,
    /// Whether this person lives there, was failed by the last query, and is out by the carer's word alone.
    pub failed: bool,
}

/// All that rule 2 asks about one stay of one child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The last day of the stay: checks hold through it.
    pub last_on: Date,
    /// Whether the child is back before night.
    pub day_only: bool,
    /// The pair.
    pub pair: PairStanding,
    /// Whether the volunteer is approved.
    pub volunteer_approved: bool,
    /// The signed agreement.
    pub agreement: Proof,
    /// The accident insurance.
    pub insurance: Proof,
    /// The training.
    pub training: Proof,
    /// Everybody grown-up who will sleep there, the volunteer included.
    pub adults: Vec<Adult>,
    /// The visit to the home.
    pub home_visit: Proof,
    /// Whether a guardian's overnight consent covers all days of the stay.
    pub consented: bool,
    /// The class teacher.
    pub teacher: TeacherWord,
    /// The child.
    pub child: ChildWord,
    /// Whether a concern about anyone in the stay is open, or something was suspended under one.
    pub concern: bool,
    /// The child's place.
    pub whereabouts: Whereabouts,
}

/// What the reader of a refusal may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circle {
    /// That the child said no, or that a person is blocked: the office.
    pub wishes: bool,
    /// That a query was failed: the leader.
    pub checks: bool,
    /// That a concern is open: its named handlers.
    pub concerns: bool,
}

/// May the stay pass this gate: be asked for, be approved, begin?
///
/// # Errors
/// One refusal for each clause that does not hold.
pub fn judged(facts: &Facts, gate: Gate) -> Result<(), Vec<Refusal>> {
    let refusals = missing(facts, gate);
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

fn missing(facts: &Facts, gate: Gate) -> Vec<Refusal> {
    let mut all: Vec<Refusal> = [pair(facts), volunteer(facts), child_place(facts)].into_iter().flatten().collect();
    all.extend(papers(facts));
    all.extend(adults(facts));
    all.extend([consent(facts), teacher(facts, gate), wish(facts)].into_iter().flatten());
    all.extend(facts.concern.then(|| Refusal::new("stay.concern_open")));
    all
}

fn pair(facts: &Facts) -> Option<Refusal> {
    match facts.pair {
        PairStanding::Active => None,
        PairStanding::Settling if facts.day_only => None,
        PairStanding::Settling => Some(Refusal::new("stay.settling_day_only")),
        PairStanding::Other => Some(Refusal::new("stay.pair_not_active")),
    }
}

fn volunteer(facts: &Facts) -> Option<Refusal> {
    (!facts.volunteer_approved).then(|| Refusal::new("stay.volunteer_not_approved"))
}

fn child_place(facts: &Facts) -> Option<Refusal> {
    match facts.whereabouts {
        Whereabouts::Here => None,
        Whereabouts::Elsewhere => Some(Refusal::new("stay.child_elsewhere")),
        Whereabouts::Claimed => Some(Refusal::new("stay.overlap")),
        Whereabouts::NotTakingPart => Some(Refusal::new("stay.child_not_taking_part")),
    }
}

fn papers(facts: &Facts) -> Vec<Refusal> {
    let papers = [
        (facts.agreement, "stay.agreement_missing"),
        (facts.insurance, "stay.insurance_missing"),
        (facts.training, "stay.training_missing"),
        (facts.home_visit, "stay.home_visit_missing"),
    ];
    let short = papers.into_iter().filter(|(proof, _)| !proof.covers(facts.last_on));
    short.map(|(proof, code)| dated(Refusal::new(code), proof)).collect()
}

fn adults(facts: &Facts) -> Vec<Refusal> {
    let unchecked = facts.adults.iter().filter(|a| !a.no_offence.covers(facts.last_on));
    let mut all: Vec<Refusal> = unchecked
        .map(|a| dated(Refusal::new("stay.no_offence_missing").with("name", a.name.as_str()), a.no_offence))
        .collect();
    if facts.adults.is_empty() {
        all.push(Refusal::new("stay.no_adult_named"));
    }
    if facts.adults.iter().any(|a| a.blocked) {
        all.push(Refusal::new("stay.person_blocked"));
    }
    // Where this person is in these days, somebody else than the carer has to have written down.
    let failed = facts.adults.iter().filter(|a| a.failed);
    all.extend(failed.map(|a| Refusal::new("stay.adult_not_approved").with("name", a.name.as_str())));
    all
}

fn dated(refusal: Refusal, proof: Proof) -> Refusal {
    match proof.until() {
        Some(until) => refusal.with("until", until.to_string()),
        None => refusal,
    }
}

fn consent(facts: &Facts) -> Option<Refusal> {
    (!facts.consented).then(|| Refusal::new("stay.consent_missing"))
}

fn teacher(facts: &Facts, gate: Gate) -> Option<Refusal> {
    match (facts.teacher, gate) {
        (TeacherWord::Yes, _) | (TeacherWord::Open, Gate::Booking) => None,
        (TeacherWord::No, _) | (TeacherWord::Open, Gate::Approval | Gate::Release) => {
            Some(Refusal::new("stay.teacher_yes_missing"))
        }
    }
}

fn wish(facts: &Facts) -> Option<Refusal> {
    match facts.child {
        ChildWord::NotAgainst => None,
        ChildWord::NotAsked => Some(Refusal::new("stay.child_not_asked")),
        ChildWord::No => Some(Refusal::new("stay.child_said_no")),
    }
}

/// The neutral word for what must not be told.
pub const NEUTRAL: &str = "stay.not_this_weekend";

/// The refusals as a reader in `circle` may hear them: what must stay inside becomes one neutral
/// refusal, said once and without any further word.
#[must_use]
pub fn spoken(refusals: Vec<Refusal>, circle: Circle) -> Vec<Refusal> {
    let hidden = |code: &str| match code {
        "stay.child_said_no" | "stay.person_blocked" => !circle.wishes,
        "stay.adult_not_approved" => !circle.checks,
        "stay.concern_open" => !circle.concerns,
        _ => false,
    };
    let kept = refusals.iter().any(|r| hidden(r.code));
    let mut said: Vec<Refusal> = refusals.into_iter().filter(|r| !hidden(r.code)).collect();
    if kept {
        said.push(Refusal::new(NEUTRAL));
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const LAST: Date = date(2026, 11, 22);

    fn sound() -> Facts {
        Facts {
            last_on: LAST,
            day_only: false,
            pair: PairStanding::Active,
            volunteer_approved: true,
            agreement: Proof::Open,
            insurance: Proof::Until(LAST),
            training: Proof::Open,
            adults: vec![Adult {
                name: "李样例".into(),
                no_offence: Proof::Until(LAST),
                blocked: false,
                failed: false,
            }],
            home_visit: Proof::Until(LAST),
            consented: true,
            teacher: TeacherWord::Yes,
            child: ChildWord::NotAgainst,
            concern: false,
            whereabouts: Whereabouts::Here,
        }
    }

    fn codes(facts: &Facts, gate: Gate) -> Vec<&'static str> {
        judged(facts, gate).err().unwrap_or_default().into_iter().map(|r| r.code).collect()
    }

    #[test]
    fn with_every_clause_met_each_gate_opens() {
        for gate in [Gate::Booking, Gate::Approval, Gate::Release] {
            assert_eq!(codes(&sound(), gate), [] as [&str; 0]);
        }
    }

    #[test]
    fn each_clause_alone_refuses_at_each_gate_with_its_own_code() {
        let day_before = Proof::Until(date(2026, 11, 21));
        let unchecked = Adult { name: "客人".into(), no_offence: Proof::Missing, ..sound().adults.remove(0) };
        let failed = Adult { failed: true, ..sound().adults.remove(0) };
        let blocked = Adult { blocked: true, ..sound().adults.remove(0) };
        let cases = [
            ("stay.pair_not_active", Facts { pair: PairStanding::Other, ..sound() }),
            ("stay.settling_day_only", Facts { pair: PairStanding::Settling, ..sound() }),
            ("stay.volunteer_not_approved", Facts { volunteer_approved: false, ..sound() }),
            ("stay.agreement_missing", Facts { agreement: Proof::Missing, ..sound() }),
            ("stay.insurance_missing", Facts { insurance: day_before, ..sound() }),
            ("stay.training_missing", Facts { training: day_before, ..sound() }),
            ("stay.home_visit_missing", Facts { home_visit: day_before, ..sound() }),
            ("stay.no_offence_missing", Facts { adults: vec![sound().adults.remove(0), unchecked], ..sound() }),
            ("stay.no_adult_named", Facts { adults: vec![], ..sound() }),
            ("stay.person_blocked", Facts { adults: vec![blocked], ..sound() }),
            ("stay.adult_not_approved", Facts { adults: vec![failed], ..sound() }),
            ("stay.consent_missing", Facts { consented: false, ..sound() }),
            ("stay.teacher_yes_missing", Facts { teacher: TeacherWord::No, ..sound() }),
            ("stay.child_not_asked", Facts { child: ChildWord::NotAsked, ..sound() }),
            ("stay.child_said_no", Facts { child: ChildWord::No, ..sound() }),
            ("stay.concern_open", Facts { concern: true, ..sound() }),
            ("stay.child_elsewhere", Facts { whereabouts: Whereabouts::Elsewhere, ..sound() }),
            ("stay.overlap", Facts { whereabouts: Whereabouts::Claimed, ..sound() }),
            ("stay.child_not_taking_part", Facts { whereabouts: Whereabouts::NotTakingPart, ..sound() }),
        ];
        for (code, facts) in cases {
            for gate in [Gate::Booking, Gate::Approval, Gate::Release] {
                assert_eq!(codes(&facts, gate), [code], "{gate:?}");
            }
        }
    }

    #[test]
    fn the_teachers_yes_may_be_open_at_booking_only() {
        let open = Facts { teacher: TeacherWord::Open, ..sound() };
        assert_eq!(judged(&open, Gate::Booking), Ok(()));
        assert_eq!(codes(&open, Gate::Approval), ["stay.teacher_yes_missing"]);
        assert_eq!(codes(&open, Gate::Release), ["stay.teacher_yes_missing"]);
    }

    #[test]
    fn while_settling_a_day_is_enough() {
        let day = Facts { pair: PairStanding::Settling, day_only: true, ..sound() };
        assert_eq!(judged(&day, Gate::Booking), Ok(()));
    }

    #[test]
    fn outside_the_circle_a_childs_no_a_concern_and_a_failed_query_read_the_same() {
        let outside = Circle { wishes: false, checks: false, concerns: false };
        let heard = |facts: &Facts| spoken(judged(facts, Gate::Booking).err().unwrap_or_default(), outside);
        let no = heard(&Facts { child: ChildWord::No, ..sound() });
        let concern = heard(&Facts { concern: true, ..sound() });
        let failed = Adult { failed: true, ..sound().adults.remove(0) };
        let failed = heard(&Facts { adults: vec![failed], ..sound() });
        let both = heard(&Facts { child: ChildWord::No, concern: true, ..sound() });
        assert_eq!(no, [Refusal::new(NEUTRAL)]);
        assert_eq!(no, concern);
        assert_eq!(no, both);
        assert_eq!(no, failed);
        let inside = Circle { wishes: true, checks: true, concerns: true };
        let all = spoken(judged(&Facts { concern: true, ..sound() }, Gate::Booking).err().unwrap_or_default(), inside);
        assert_eq!(all, [Refusal::new("stay.concern_open")]);
    }

    #[test]
    fn a_paper_that_ends_too_early_is_refused_with_its_last_day() {
        let until = Proof::Until(date(2026, 11, 21));
        let with_day = |facts: &Facts| judged(facts, Gate::Booking).err().unwrap_or_default();
        let expected = Refusal::new("stay.insurance_missing").with("until", "2026-11-21");
        assert_eq!(with_day(&Facts { insurance: until, ..sound() }), [expected]);
        let never = Refusal::new("stay.insurance_missing");
        assert_eq!(with_day(&Facts { insurance: Proof::Missing, ..sound() }), [never]);
    }

    #[test]
    fn what_may_not_be_told_is_hidden_from_each_circle_alone_and_never_hides_the_rest() {
        let blocked = Adult { blocked: true, ..sound().adults.remove(0) };
        let failed = Adult { failed: true, ..sound().adults.remove(0) };
        let all = Facts { concern: true, consented: false, adults: vec![blocked, failed], ..sound() };
        let heard = |wishes, checks, concerns| {
            let circle = Circle { wishes, checks, concerns };
            let said = spoken(judged(&all, Gate::Booking).err().unwrap_or_default(), circle);
            said.into_iter().map(|r| r.code).collect::<Vec<_>>()
        };
        let (blocked, failed) = ("stay.person_blocked", "stay.adult_not_approved");
        let (consent, open) = ("stay.consent_missing", "stay.concern_open");
        assert_eq!(heard(false, false, false), [consent, NEUTRAL]);
        assert_eq!(heard(true, false, false), [blocked, consent, NEUTRAL]);
        assert_eq!(heard(false, true, false), [failed, consent, NEUTRAL]);
        assert_eq!(heard(false, false, true), [consent, open, NEUTRAL]);
        assert_eq!(heard(true, true, true), [blocked, failed, consent, open]);
        let nobody = Circle { wishes: false, checks: false, concerns: false };
        let open = spoken(vec![Refusal::new(consent)], nobody);
        assert_eq!(open, [Refusal::new("stay.consent_missing")], "nothing is hidden where nothing was kept back");
    }
}
