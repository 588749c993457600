//! Who is called when a child is not back in time (product.md rule 3), and after how many minutes.

use crate::error::{Faults, FieldError};

/// A child is not missed before the gate has had this many minutes.
const LEAST_WAIT: i64 = 10;

/// A step of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// The volunteer is asked where they are.
    Volunteer,
    /// The child's guardian is told.
    Guardian,
    /// The coordinator takes over.
    Coordinator,
    /// The school is told.
    School,
    /// The leader is told.
    Leader,
    /// 110.
    Police,
}

/// The steps with their minutes after the agreed time, first step first, and the two bounds that go
/// with them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder {
    rungs: [(Rung, i64); 6],
    not_fetched: i64,
    most_announced: i64,
}

impl Default for Ladder {
    /// At once, 10, 15, 30, 45 and 60 minutes; a child that nobody fetched after 60; an announced
    /// delay counts for 30 at most.
    fn default() -> Ladder {
        let rungs = [
            (Rung::Volunteer, 0),
            (Rung::Guardian, 10),
            (Rung::Coordinator, 15),
            (Rung::School, 30),
            (Rung::Leader, 45),
            (Rung::Police, 60),
        ];
        Ladder { rungs, not_fetched: 60, most_announced: 30 }
    }
}

impl Rung {
    /// Every step, first to last.
    pub const ALL: [Rung; 6] =
        [Rung::Volunteer, Rung::Guardian, Rung::Coordinator, Rung::School, Rung::Leader, Rung::Police];

    /// The word used in message ids.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Rung::Volunteer => "volunteer",
            Rung::Guardian => "guardian",
            Rung::Coordinator => "coordinator",
            Rung::School => "school",
            Rung::Leader => "leader",
            Rung::Police => "police",
        }
    }
}

impl Ladder {
    /// Reads a setting: six ascending minutes with commas, volunteer to police; then, where they are
    /// given, the minutes after which a child counts as not fetched, and the most that an announced
    /// delay counts. None when it is not that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Ladder> {
        let minutes: Vec<i64> = text.split(',').map(|m| m.trim().parse().ok()).collect::<Option<_>>()?;
        let (climb, bounds) = minutes.split_at_checked(Rung::ALL.len())?;
        let ascending = climb.iter().zip(climb.iter().skip(1)).all(|(a, b)| a <= b);
        let sane = minutes.iter().all(|m| (0..=600).contains(m));
        let mut ladder = Ladder::default();
        for ((_, minute), given) in ladder.rungs.iter_mut().zip(climb) {
            *minute = *given;
        }
        match bounds {
            [] => {}
            [not_fetched, most_announced] if *not_fetched >= LEAST_WAIT => {
                ladder.not_fetched = *not_fetched;
                ladder.most_announced = *most_announced;
            }
            _ => return None,
        }
        (ascending && sane).then_some(ladder)
    }

    /// The setting that reads as this ladder.
    #[must_use]
    pub fn record(&self) -> String {
        let minutes = self.rungs.iter().map(|(_, minutes)| *minutes).chain([self.not_fetched, self.most_announced]);
        minutes.map(|m| m.to_string()).collect::<Vec<_>>().join(",")
    }

    /// Reads the eight numbers of a form, volunteer to police and the two bounds.
    ///
    /// # Errors
    /// `number.out_of_range` at each number that is none or out of its bounds; `ladder.goes_down` at a
    /// rung that comes before the one below it.
    pub fn read(rungs: [&str; 6], not_fetched: &str, most_announced: &str) -> Result<Ladder, Vec<FieldError>> {
        let mut faults = Faults::default();
        let mut number = |field: &'static str, text: &str, least: i64| {
            let read = text.trim().parse::<i64>().ok().filter(|n| (least..=600).contains(n));
            if read.is_none() {
                faults.push(field, "number.out_of_range");
            }
            read
        };
        let read = Rung::ALL.into_iter().zip(rungs).map(|(rung, text)| (rung, number(rung.code(), text, 0)));
        let minutes: Vec<(Rung, Option<i64>)> = read.collect();
        let (waits, announced) =
            (number("not_fetched", not_fetched, LEAST_WAIT), number("most_announced", most_announced, 0));
        for (before, (rung, minute)) in minutes.iter().zip(minutes.iter().skip(1)) {
            if before.1.zip(*minute).is_some_and(|(before, now)| now < before) {
                faults.push(rung.code(), "ladder.goes_down");
            }
        }
        let words: Option<Vec<String>> =
            minutes.iter().map(|(_, m)| *m).chain([waits, announced]).map(|m| m.map(|m| m.to_string())).collect();
        faults.finish(words.and_then(|words| Ladder::parse(&words.join(","))))
    }

    /// The steps with their minutes, first to last.
    #[must_use]
    pub fn rungs(&self) -> &[(Rung, i64)] {
        &self.rungs
    }

    /// Minutes after the agreed hour at which a child that nobody has fetched is told of.
    #[must_use]
    pub fn not_fetched(&self) -> i64 {
        self.not_fetched
    }

    /// The most minutes that a carer's own word puts family and coordinator off.
    #[must_use]
    pub fn most_announced(&self) -> i64 {
        self.most_announced
    }

    /// The ladder when the carer has said that they come so many minutes later: family and
    /// coordinator are called later by that, but no more than the bound and never after the school.
    /// The volunteer herself, the school, the leader and 110 keep their minutes: a word alone silences
    /// no alarm.
    #[must_use]
    pub fn put_off(&self, minutes: i64) -> Ladder {
        let school = self.minute(Rung::School);
        let by = minutes.clamp(0, self.most_announced);
        let mut later = self.clone();
        for (rung, minute) in &mut later.rungs {
            if matches!(rung, Rung::Guardian | Rung::Coordinator) {
                *minute = (*minute + by).min(school).max(*minute);
            }
        }
        later
    }

    /// The minute of one step.
    #[must_use]
    pub fn minute(&self, rung: Rung) -> i64 {
        self.rungs.iter().find(|(r, _)| *r == rung).map_or(0, |(_, minutes)| *minutes)
    }

    /// Every step that is reached when a child is `late` minutes late, first to last, with its minute.
    pub fn climbed(&self, late: i64) -> impl Iterator<Item = (Rung, i64)> + '_ {
        self.rungs.iter().copied().filter(move |(_, minutes)| *minutes <= late)
    }

    /// The highest step reached when a child is `late` minutes late; none before the agreed time.
    #[must_use]
    pub fn reached(&self, late: i64) -> Option<Rung> {
        self.climbed(late).last().map(|(rung, _)| rung)
    }

    /// The next step and its minute.
    #[must_use]
    pub fn next(&self, late: i64) -> Option<(Rung, i64)> {
        self.rungs.iter().find(|(_, minutes)| *minutes > late).copied()
    }

    /// From how many minutes on only a person with a reason closes the stay: the alarm has left
    /// the family and the volunteer and has reached the coordinator.
    #[must_use]
    pub fn needs_reason_from(&self) -> i64 {
        self.minute(Rung::Coordinator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_is_climbed_by_the_minute_and_never_skips_the_police() {
        let ladder = Ladder::default();
        assert_eq!(ladder.reached(-1), None);
        assert_eq!(ladder.reached(0), Some(Rung::Volunteer));
        assert_eq!(ladder.reached(14), Some(Rung::Guardian));
        assert_eq!(ladder.reached(15), Some(Rung::Coordinator));
        assert_eq!(ladder.reached(6000), Some(Rung::Police));
        assert_eq!(ladder.next(46), Some((Rung::Police, 60)));
        assert_eq!(ladder.next(60), None);
    }

    #[test]
    fn a_setting_that_goes_down_or_is_no_number_is_not_taken() {
        assert!(Ladder::parse("0,5,10,20,30,40").is_some());
        assert!(Ladder::parse("0,5,10,20,30,40,45,0").is_some());
        for text in [
            "",
            "0,5,10,20,30",
            "0,5,4,20,30,40",
            "0,5,10,20,30,x",
            "-1,5,10,20,30,40",
            "0,1,2,3,4,9000",
            "0,5,10,20,30,40,5,0",
            "0,5,10,20,30,40,60",
        ] {
            assert_eq!(Ladder::parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_announced_delay_puts_off_family_and_coordinator_and_nobody_else_and_never_past_the_school() {
        let ladder = Ladder::default();
        let minutes = |l: &Ladder| l.rungs().iter().map(|(_, m)| *m).collect::<Vec<_>>();
        assert_eq!(minutes(&ladder.put_off(0)), [0, 10, 15, 30, 45, 60]);
        assert_eq!(minutes(&ladder.put_off(10)), [0, 20, 25, 30, 45, 60]);
        assert_eq!(minutes(&ladder.put_off(720)), [0, 30, 30, 30, 45, 60]);
        let short = Ladder::parse("0,10,15,30,45,60,60,5");
        assert_eq!(short.map(|l| minutes(&l.put_off(720))), Some(vec![0, 15, 20, 30, 45, 60]));
    }

    proptest::proptest! {
        #[test]
        fn any_ladder_stays_ascending_whatever_is_announced(
            mut minutes in proptest::collection::vec(0i64..=600, 6), bounds in (10i64..=600, 0i64..=600), said in 0i64..2000
        ) {
            minutes.sort_unstable();
            let words: Vec<String> = minutes.iter().chain([&bounds.0, &bounds.1]).map(ToString::to_string).collect();
            let ladder = Ladder::parse(&words.join(","));
            proptest::prop_assert_eq!(ladder.as_ref().map(Ladder::record), Some(words.join(",")));
            let later = ladder.clone().unwrap_or_default().put_off(said);
            proptest::prop_assert!(later.rungs().iter().zip(later.rungs().iter().skip(1)).all(|(a, b)| a.1 <= b.1));
            let most = bounds.1.min(said);
            let pairs = ladder.unwrap_or_default().rungs().to_vec().into_iter().zip(later.rungs().to_vec());
            let mut moved = pairs.map(|(a, b)| b.1 - a.1);
            proptest::prop_assert!(moved.all(|by| (0..=most).contains(&by)), "put off by {} at most", most);
        }
    }

    #[test]
    fn the_programmes_ladder_calls_each_step_at_its_minute_and_not_one_before() {
        let ladder = Ladder::default();
        let usual = [
            (Rung::Volunteer, 0),
            (Rung::Guardian, 10),
            (Rung::Coordinator, 15),
            (Rung::School, 30),
            (Rung::Leader, 45),
            (Rung::Police, 60),
        ];
        assert_eq!(ladder.rungs(), usual);
        for (rung, minute) in usual {
            assert_eq!(ladder.reached(minute), Some(rung));
            assert_ne!(ladder.reached(minute - 1), Some(rung));
        }
        assert_eq!((ladder.not_fetched(), ladder.most_announced(), ladder.needs_reason_from()), (60, 30, 15));
    }

    #[test]
    fn a_child_is_missed_at_the_gate_after_ten_minutes_at_the_earliest() {
        let waits = |not_fetched| Ladder::parse(&format!("0,5,10,20,30,40,{not_fetched},0"));
        assert_eq!(waits(10).map(|l| l.not_fetched()), Some(10));
        assert_eq!(waits(9), None);
        let climb = ["0", "5", "10", "20", "30", "40"];
        assert!(Ladder::read(climb, "10", "0").is_ok());
        assert!(Ladder::read(climb, "9", "0").is_err());
    }

    #[test]
    fn a_form_of_the_ladder_names_each_number_that_is_wrong() {
        let named = |rungs, not_fetched, most| {
            let faults = Ladder::read(rungs, not_fetched, most).err().unwrap_or_default();
            faults.into_iter().map(|f| (f.field.into_owned(), f.code)).collect::<Vec<_>>()
        };
        let out = "number.out_of_range";
        assert_eq!(named(["0", "0", "15", "15", "45", "600"], "600", "0"), [], "two at one minute, and both bounds");
        assert_eq!(named(["0", "10", "9", "30", "45", "60"], "60", "30"), [("coordinator".into(), "ladder.goes_down")]);
        assert_eq!(
            named(["-1", "10", "15", "30", "45", "601"], "60", "30"),
            [("volunteer".into(), out), ("police".into(), out)]
        );
        assert_eq!(
            named(["0", "10", "15", "30", "45", "x"], "601", "601"),
            [("police".into(), out), ("not_fetched".into(), out), ("most_announced".into(), out)]
        );
        assert!(Ladder::parse("0,10,15,30,45,600").is_some());
        assert_eq!(Ladder::parse("0,10,15,30,45,601"), None);
    }
}
