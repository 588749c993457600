//! Who is called when a child is not back in time (product.md rule 3), and after how many minutes.

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

/// The steps with their minutes after the agreed time, first step first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ladder([(Rung, i64); 6]);

impl Default for Ladder {
    /// At once, 10, 15, 30, 45 and 60 minutes.
    fn default() -> Ladder {
        Ladder([
            (Rung::Volunteer, 0),
            (Rung::Guardian, 10),
            (Rung::Coordinator, 15),
            (Rung::School, 30),
            (Rung::Leader, 45),
            (Rung::Police, 60),
        ])
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
    /// Reads a setting: six ascending minutes with commas, volunteer to police. None when it is not that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Ladder> {
        let minutes: Vec<i64> = text.split(',').map(|m| m.trim().parse().ok()).collect::<Option<_>>()?;
        let ascending = minutes.iter().zip(minutes.iter().skip(1)).all(|(a, b)| a <= b);
        let sane = minutes.len() == Rung::ALL.len() && minutes.iter().all(|m| (0..=600).contains(m));
        let mut rungs = Ladder::default();
        for ((_, minute), given) in rungs.0.iter_mut().zip(minutes) {
            *minute = given;
        }
        (ascending && sane).then_some(rungs)
    }

    /// The setting that reads as this ladder.
    #[must_use]
    pub fn record(&self) -> String {
        self.0.map(|(_, minutes)| minutes.to_string()).join(",")
    }

    /// The steps with their minutes, first to last.
    #[must_use]
    pub fn rungs(&self) -> &[(Rung, i64)] {
        &self.0
    }

    /// The highest step reached when a child is `late` minutes late; none before the agreed time.
    #[must_use]
    pub fn reached(&self, late: i64) -> Option<Rung> {
        self.0.iter().rev().find(|(_, minutes)| *minutes <= late).map(|(rung, _)| *rung)
    }

    /// The next step and its minute.
    #[must_use]
    pub fn next(&self, late: i64) -> Option<(Rung, i64)> {
        self.0.iter().find(|(_, minutes)| *minutes > late).copied()
    }

    /// From how many minutes on only a person with a reason closes the stay: the alarm has left
    /// the family and the volunteer and has reached the coordinator.
    #[must_use]
    pub fn needs_reason_from(&self) -> i64 {
        self.0.iter().find(|(rung, _)| *rung == Rung::Coordinator).map_or(0, |(_, minutes)| *minutes)
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
        for text in ["", "0,5,10,20,30", "0,5,4,20,30,40", "0,5,10,20,30,x", "-1,5,10,20,30,40", "0,1,2,3,4,9000"] {
            assert_eq!(Ladder::parse(text), None, "{text}");
        }
    }
}
