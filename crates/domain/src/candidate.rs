//! A home as a candidate for a child: what strikes it out, what speaks for it, in which order homes
//! are shown. Ethnic group is no part of any of it (product.md rule 11); language is a weight whose
//! effect is shown.

use crate::child::ChildState;
use crate::language::Languages;
use crate::volunteer::VolunteerState;

/// Why a pair is struck out. The first that applies is the one told, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bar {
    /// The child has a pair, or a proposal that stands.
    ChildPaired,
    /// The child's file is paused or closed.
    ChildAbsent,
    /// No guardian's consent for pairing is in force.
    ConsentMissing,
    /// The volunteer is not approved, or rests.
    VolunteerNotApproved,
    /// Not at present; nobody is told more.
    NotNow,
    /// No home visit is in force.
    HomeVisit,
    /// The no-offence query of some adult in the home is not in force.
    NoOffence,
    /// No place is free.
    HomeFull,
    /// Brothers and sisters who must stay together are more than the places.
    Siblings,
    /// Somebody in the home may not be near the child.
    Blocked,
    /// The child or the home said no. Which home, nobody is shown.
    Refused,
}

impl Bar {
    /// Every bar, in the order in which they are asked.
    pub const ALL: [Bar; 11] = [
        Self::ChildPaired,
        Self::ChildAbsent,
        Self::ConsentMissing,
        Self::VolunteerNotApproved,
        Self::NotNow,
        Self::HomeVisit,
        Self::NoOffence,
        Self::HomeFull,
        Self::Siblings,
        Self::Blocked,
        Self::Refused,
    ];

    /// The word kept in the record and used as message id.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::ChildPaired => "child_paired",
            Self::ChildAbsent => "child_absent",
            Self::ConsentMissing => "consent_missing",
            Self::VolunteerNotApproved => "volunteer_not_approved",
            Self::NotNow => "not_now",
            Self::HomeVisit => "home_visit",
            Self::NoOffence => "no_offence",
            Self::HomeFull => "home_full",
            Self::Siblings => "siblings",
            Self::Blocked => "blocked",
            Self::Refused => "refused",
        }
    }

    /// The bar with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.code() == code)
    }

    /// Whether the homes it strikes out may be named. Who said no, and whom somebody in the home
    /// must be kept from, stays hidden.
    #[must_use]
    pub fn names_homes(self) -> bool {
        !matches!(self, Self::Refused | Self::Blocked | Self::NotNow)
    }
}

/// What is known of a child as far as homes are concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildFacts {
    /// State of the file.
    pub state: ChildState,
    /// Has a pair, or a proposal that stands.
    pub paired: bool,
    /// Consent for pairing is in force.
    pub consent: bool,
    /// Languages spoken.
    pub languages: Languages,
    /// Age in years.
    pub age: Option<i16>,
    /// Brothers and sisters in the round who must come into the same home, this child included.
    pub together: u32,
}

/// What is known of a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HomeFacts {
    /// State of the volunteer's file.
    pub volunteer: VolunteerState,
    /// Something stands against it that is not told here.
    pub not_now: bool,
    /// The home visit is in force.
    pub home_visit: bool,
    /// Every adult's no-offence query is in force.
    pub no_offence: bool,
    /// Places free.
    pub free: u32,
    /// Languages of the home and the volunteer.
    pub languages: Languages,
    /// Minutes from the school, one way; 0 when nobody has said.
    pub travel_minutes: i32,
    /// Ages of the children who live there.
    pub own_children: Vec<i16>,
    /// Animals are kept.
    pub animals: bool,
}

/// What is known of the two together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BetweenFacts {
    /// Somebody in the home is a blocked person of the child.
    pub blocked: bool,
    /// One of them said no to the other in this round.
    pub refused: bool,
}

/// The first rule that strikes the pair out.
#[must_use]
pub fn bar(child: &ChildFacts, home: &HomeFacts, between: BetweenFacts) -> Option<Bar> {
    let struck = |bar: Bar| match bar {
        Bar::ChildPaired => child.paired,
        Bar::ChildAbsent => !matches!(child.state, ChildState::Applying | ChildState::Enrolled),
        Bar::ConsentMissing => !child.consent,
        Bar::VolunteerNotApproved => home.volunteer != VolunteerState::Approved,
        Bar::NotNow => home.not_now,
        Bar::HomeVisit => !home.home_visit,
        Bar::NoOffence => !home.no_offence,
        Bar::HomeFull => home.free == 0,
        Bar::Siblings => child.together > home.free,
        Bar::Blocked => between.blocked,
        Bar::Refused => between.refused,
    };
    Bar::ALL.into_iter().find(|bar| struck(*bar))
}

/// What speaks for a home, or has to be asked first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A language both speak (ISO 639 code).
    Language(&'static str),
    /// Not far from the school: minutes.
    Near(i32),
    /// A child of about the same age lives there: its age.
    Company(i16),
    /// Brothers and sisters stay together: how many.
    Together(u32),
    /// Better wishes were full: how many.
    Earlier(u32),
    /// Ask first: the way is long (minutes).
    AskFar(i32),
    /// Ask first: animals are kept.
    AskAnimals,
    /// Ask first: no language in common is on file.
    AskLanguage,
}

impl Reason {
    /// The form kept in the record, e.g. `near:12`.
    #[must_use]
    pub fn record(&self) -> String {
        match self {
            Self::Language(code) => format!("language:{code}"),
            Self::Near(minutes) => format!("near:{minutes}"),
            Self::Company(age) => format!("company:{age}"),
            Self::Together(count) => format!("together:{count}"),
            Self::Earlier(count) => format!("earlier:{count}"),
            Self::AskFar(minutes) => format!("ask_far:{minutes}"),
            Self::AskAnimals => "ask_animals:".into(),
            Self::AskLanguage => "ask_language:".into(),
        }
    }

    /// Whether it is a question to be asked first.
    #[must_use]
    pub fn asks(&self) -> bool {
        matches!(self, Self::AskFar(_) | Self::AskAnimals | Self::AskLanguage)
    }
}

/// Minutes from the school that count as near.
const NEAR: i32 = 15;
/// Minutes from which the way has to be talked about.
const FAR: i32 = 45;
/// Years between children who count as company.
const COMPANY: i16 = 3;

/// What speaks for the home, in the order in which it is shown, questions last.
#[must_use]
pub fn reasons(child: &ChildFacts, home: &HomeFacts) -> Vec<Reason> {
    let mut all = Vec::new();
    if child.together > 1 {
        all.push(Reason::Together(child.together));
    }
    let shared = shared_language(child, home);
    // Everybody speaks the State's language; it is no reason of its own.
    if let Some(code) = shared.iter().find(|code| **code != "zh") {
        all.push(Reason::Language(code));
    }
    if (1..=NEAR).contains(&home.travel_minutes) {
        all.push(Reason::Near(home.travel_minutes));
    }
    if let Some(age) = company(child, home) {
        all.push(Reason::Company(age));
    }
    if home.travel_minutes >= FAR {
        all.push(Reason::AskFar(home.travel_minutes));
    }
    if home.animals {
        all.push(Reason::AskAnimals);
    }
    if shared.is_empty() && !child.languages.known.is_empty() && !home.languages.known.is_empty() {
        all.push(Reason::AskLanguage);
    }
    all
}

fn shared_language(child: &ChildFacts, home: &HomeFacts) -> Vec<&'static str> {
    child.languages.known.iter().filter(|l| home.languages.known.contains(l)).map(|l| l.code()).collect()
}

fn company(child: &ChildFacts, home: &HomeFacts) -> Option<i16> {
    let age = child.age?;
    let near = |own: &&i16| (**own - age).abs() <= COMPANY;
    home.own_children.iter().filter(near).min_by_key(|own| (**own - age).abs()).copied()
}

/// How much each thing counts in the order of candidates, 0 (not at all) to 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weights {
    /// The way from the school.
    pub way: i64,
    /// A language in common.
    pub language: i64,
    /// Company of about the same age.
    pub company: i64,
}

impl Weights {
    /// What counts unless somebody changes it.
    pub const USUAL: Weights = Weights { way: 3, language: 2, company: 1 };
}

/// How well the home suits, for the order of candidates and as the weight among equal wishes.
/// Compared, never shown.
#[must_use]
pub fn fit(child: &ChildFacts, home: &HomeFacts, weights: Weights) -> i64 {
    let minutes = i64::from(home.travel_minutes.clamp(0, 120));
    let way = if minutes == 0 { 0 } else { (120 - minutes) / 12 };
    let language = if shared_language(child, home).iter().any(|code| *code != "zh") { 10 } else { 0 };
    let company = if company(child, home).is_some() { 10 } else { 0 };
    weights.way * way + weights.language * language + weights.company * company
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn child() -> ChildFacts {
        ChildFacts {
            state: ChildState::Enrolled,
            paired: false,
            consent: true,
            languages: Languages::from_record("mn,zh"),
            age: Some(8),
            together: 1,
        }
    }

    fn home() -> HomeFacts {
        HomeFacts {
            volunteer: VolunteerState::Approved,
            not_now: false,
            home_visit: true,
            no_offence: true,
            free: 1,
            languages: Languages::from_record("zh,mn"),
            travel_minutes: 10,
            own_children: vec![9, 15],
            animals: false,
        }
    }

    #[test]
    fn each_rule_alone_strikes_the_pair_out_under_its_own_name() {
        let none = BetweenFacts::default();
        assert_eq!(bar(&child(), &home(), none), None);
        let of_child = [
            (ChildFacts { paired: true, ..child() }, Bar::ChildPaired),
            (ChildFacts { state: ChildState::Paused, ..child() }, Bar::ChildAbsent),
            (ChildFacts { consent: false, ..child() }, Bar::ConsentMissing),
            (ChildFacts { together: 2, ..child() }, Bar::Siblings),
        ];
        for (facts, expected) in of_child {
            assert_eq!(bar(&facts, &home(), none), Some(expected));
        }
        let of_home = [
            (HomeFacts { volunteer: VolunteerState::Screening, ..home() }, Bar::VolunteerNotApproved),
            (HomeFacts { not_now: true, ..home() }, Bar::NotNow),
            (HomeFacts { home_visit: false, ..home() }, Bar::HomeVisit),
            (HomeFacts { no_offence: false, ..home() }, Bar::NoOffence),
            (HomeFacts { free: 0, ..home() }, Bar::HomeFull),
        ];
        for (facts, expected) in of_home {
            assert_eq!(bar(&child(), &facts, none), Some(expected));
        }
        assert_eq!(bar(&child(), &home(), BetweenFacts { blocked: true, refused: false }), Some(Bar::Blocked));
        assert_eq!(bar(&child(), &home(), BetweenFacts { blocked: false, refused: true }), Some(Bar::Refused));
    }

    #[test]
    fn a_home_stands_under_the_first_rule_only() {
        let full = HomeFacts { free: 0, home_visit: false, ..home() };
        assert_eq!(bar(&child(), &full, BetweenFacts { blocked: true, refused: true }), Some(Bar::HomeVisit));
    }

    #[test]
    fn language_is_a_weight_and_no_bar() {
        let other = HomeFacts { languages: Languages::from_record("zh"), ..home() };
        assert_eq!(bar(&child(), &other, BetweenFacts::default()), None);
        assert!(fit(&child(), &home(), Weights::USUAL) > fit(&child(), &other, Weights::USUAL));
        let without = Weights { language: 0, ..Weights::USUAL };
        assert_eq!(fit(&child(), &home(), without), fit(&child(), &other, without));
    }

    #[test]
    fn reasons_come_before_questions() {
        let all = reasons(&child(), &HomeFacts { animals: true, ..home() });
        let expected = ["language:mn", "near:10", "company:9", "ask_animals:"];
        assert_eq!(all.iter().map(Reason::record).collect::<Vec<_>>(), expected);
        assert!(all.last().unwrap().asks());
    }

    #[test]
    fn every_bar_is_read_back_and_who_said_no_or_must_be_kept_away_is_not_named() {
        for bar in Bar::ALL {
            assert_eq!(Bar::parse(bar.code()), Some(bar));
            assert_eq!(bar.names_homes(), ![Bar::Refused, Bar::Blocked, Bar::NotNow].contains(&bar), "{bar:?}");
        }
    }

    #[test]
    fn only_a_child_that_applies_or_is_enrolled_and_an_approved_volunteer_are_candidates() {
        let none = BetweenFacts::default();
        for state in ChildState::ALL {
            let fits = matches!(state, ChildState::Applying | ChildState::Enrolled);
            let struck = bar(&ChildFacts { state, ..child() }, &home(), none);
            assert_eq!(struck, (!fits).then_some(Bar::ChildAbsent), "{state:?}");
        }
        for volunteer in VolunteerState::ALL {
            let fits = volunteer == VolunteerState::Approved;
            let struck = bar(&child(), &HomeFacts { volunteer, ..home() }, none);
            assert_eq!(struck, (!fits).then_some(Bar::VolunteerNotApproved), "{volunteer:?}");
        }
    }

    #[test]
    fn siblings_fit_where_there_is_a_place_for_each() {
        let three = ChildFacts { together: 3, ..child() };
        let free = |free| bar(&three, &HomeFacts { free, ..home() }, BetweenFacts::default());
        assert_eq!((free(2), free(3)), (Some(Bar::Siblings), None));
    }

    fn told(child: &ChildFacts, home: &HomeFacts) -> Vec<String> {
        reasons(child, home).iter().map(Reason::record).collect()
    }

    fn bare() -> HomeFacts {
        HomeFacts { languages: Languages::from_record("mn"), travel_minutes: 0, own_children: vec![], ..home() }
    }

    #[test]
    fn a_way_up_to_a_quarter_of_an_hour_is_near_and_from_three_quarters_on_is_asked_about() {
        let way = |travel_minutes| told(&child(), &HomeFacts { travel_minutes, ..bare() });
        for (minutes, expected) in
            [(0, None), (1, Some("near:1")), (15, Some("near:15")), (16, None), (44, None), (45, Some("ask_far:45"))]
        {
            let expected: Vec<&str> = std::iter::once("language:mn").chain(expected).collect();
            assert_eq!(way(minutes), expected);
        }
    }

    #[test]
    fn siblings_that_stay_together_are_a_reason_and_an_only_child_is_none() {
        let together = |together| told(&ChildFacts { together, ..child() }, &bare());
        assert_eq!(together(1), ["language:mn"]);
        assert_eq!(together(2), ["together:2", "language:mn"]);
    }

    #[test]
    fn the_states_language_is_no_reason_and_where_none_is_shared_it_is_asked() {
        let speaks = |home: &str| told(&child(), &HomeFacts { languages: Languages::from_record(home), ..bare() });
        assert_eq!(speaks("zh"), [] as [&str; 0]);
        assert_eq!(speaks("zh,mn"), ["language:mn"]);
        assert_eq!(speaks("ko"), ["ask_language:"]);
        assert_eq!(speaks(""), [] as [&str; 0], "nothing is on file of the home");
        let silent = ChildFacts { languages: Languages::default(), ..child() };
        assert_eq!(told(&silent, &bare()), [] as [&str; 0], "nothing is on file of the child");
        let asks = |reason: &Reason| reason.asks();
        assert!([Reason::AskFar(45), Reason::AskAnimals, Reason::AskLanguage].iter().all(asks));
        assert!(
            ![Reason::Language("mn"), Reason::Near(1), Reason::Company(8), Reason::Together(2), Reason::Earlier(1)]
                .iter()
                .any(asks)
        );
        assert_eq!(Reason::Earlier(2).record(), "earlier:2");
    }

    #[test]
    fn the_child_nearest_in_age_within_three_years_is_company() {
        let company = |own_children: &[i16]| {
            let home = HomeFacts { own_children: own_children.to_vec(), ..bare() };
            reasons(&child(), &home).into_iter().find(|r| matches!(r, Reason::Company(_)))
        };
        assert_eq!(company(&[11]), Some(Reason::Company(11)));
        assert_eq!(company(&[5]), Some(Reason::Company(5)));
        assert_eq!((company(&[12]), company(&[4])), (None, None));
        assert_eq!(company(&[11, 7, 10]), Some(Reason::Company(7)));
        assert_eq!(company(&[5, 9]), Some(Reason::Company(9)));
    }

    #[test]
    fn the_order_of_homes_is_the_sum_of_way_language_and_company() {
        let of = |home: &HomeFacts, way, language, company| fit(&child(), home, Weights { way, language, company });
        let way = |travel_minutes| of(&HomeFacts { travel_minutes, ..home() }, 1, 0, 0);
        assert_eq!([0, 1, 12, 13, 108, 120, 500].map(way), [0, 9, 9, 8, 1, 0, 0], "0: nobody has said");
        assert_eq!((of(&home(), 0, 1, 0), of(&home(), 0, 0, 1)), (10, 10));
        assert_eq!(of(&HomeFacts { languages: Languages::from_record("zh"), ..home() }, 0, 1, 0), 0);
        assert_eq!(of(&HomeFacts { own_children: vec![15], ..home() }, 0, 0, 1), 0);
        assert_eq!(fit(&child(), &home(), Weights::USUAL), 3 * 9 + 2 * 10 + 10);
    }
}
