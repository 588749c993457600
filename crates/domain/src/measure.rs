//! What of a county is kept as running totals for the levels above: how much each day adds to each measure. The value as
//! of a day is the sum of all days up to it, and equals the figure counted from the records.

use crate::figure::{Audience, Figure, Figures, HoursKind};
use crate::suppression::LINKS;
use crate::{AreaId, Date};

/// One running total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// [`Figure::Volunteers`].
    Volunteers,
    /// [`Figure::Families`].
    Families,
    /// [`Figure::ChildrenSupported`].
    ChildrenSupported,
    /// [`Figure::Pairs`].
    Pairs,
    /// [`Figure::PairsActive`].
    PairsActive,
    /// [`Figure::PairsInterethnic`].
    PairsInterethnic,
    /// Credited minutes of stays.
    StayMinutes,
    /// Credited minutes from the paper ledger.
    PaperMinutes,
    /// Credited minutes of training.
    TrainingMinutes,
    /// Credited minutes of activities.
    ActivityMinutes,
    /// Minutes of corrections; may be negative.
    CorrectionMinutes,
    /// Talks whose time has come.
    TalksDue,
    /// Those of them that were held by the end of the day on which they were due.
    TalksOnTime,
}

impl Measure {
    /// Every measure, in the order of its columns.
    pub const ALL: [Measure; 13] = [
        Measure::Volunteers,
        Measure::Families,
        Measure::ChildrenSupported,
        Measure::Pairs,
        Measure::PairsActive,
        Measure::PairsInterethnic,
        Measure::StayMinutes,
        Measure::PaperMinutes,
        Measure::TrainingMinutes,
        Measure::ActivityMinutes,
        Measure::CorrectionMinutes,
        Measure::TalksDue,
        Measure::TalksOnTime,
    ];

    /// The measure in which credited minutes of a kind are summed.
    #[must_use]
    pub fn of_minutes(kind: HoursKind) -> Measure {
        match kind {
            HoursKind::Stay => Measure::StayMinutes,
            HoursKind::Paper => Measure::PaperMinutes,
            HoursKind::Training => Measure::TrainingMinutes,
            HoursKind::Activity => Measure::ActivityMinutes,
            HoursKind::Correction => Measure::CorrectionMinutes,
        }
    }

    /// The measure behind a figure that counts people, homes or pairs; none for hours, which are summed from several.
    #[must_use]
    pub fn of_figure(figure: Figure) -> Option<Measure> {
        match figure {
            Figure::Volunteers => Some(Measure::Volunteers),
            Figure::Families => Some(Measure::Families),
            Figure::ChildrenSupported => Some(Measure::ChildrenSupported),
            Figure::Pairs => Some(Measure::Pairs),
            Figure::PairsActive => Some(Measure::PairsActive),
            Figure::PairsInterethnic => Some(Measure::PairsInterethnic),
            Figure::ServiceHours => None,
        }
    }

    fn place(self) -> usize {
        Measure::ALL.iter().position(|one| *one == self).unwrap_or_default()
    }
}

/// A number for each measure: what a day adds, or what has come together by a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measures([i64; Measure::ALL.len()]);

impl Measures {
    /// The number of one measure.
    #[must_use]
    pub fn get(&self, measure: Measure) -> i64 {
        self.0.get(measure.place()).copied().unwrap_or_default()
    }

    /// Adds to one measure; saturates.
    pub fn add(&mut self, measure: Measure, count: i64) {
        if let Some(kept) = self.0.get_mut(measure.place()) {
            *kept = kept.saturating_add(count);
        }
    }

    /// Adds every measure of another.
    pub fn add_all(&mut self, other: &Measures) {
        for measure in Measure::ALL {
            self.add(measure, other.get(measure));
        }
    }

    /// What this has more than `earlier`.
    #[must_use]
    pub fn since(&self, earlier: &Measures) -> Measures {
        let mut more = *self;
        for measure in Measure::ALL {
            more.add(measure, -earlier.get(measure));
        }
        more
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        *self == Measures::default()
    }

    /// Whether the numbers can stand beside each other (勾稽关系): none of people is less than nought, and none is more than what
    /// it is a part of ([`LINKS`]). Of one county whose numbers cannot, no sum with others can be told.
    #[must_use]
    pub fn are_possible(&self) -> bool {
        let of = |figure: Figure| Measure::of_figure(figure).map_or(0, |measure| self.get(measure));
        Figure::ALL.into_iter().all(|figure| of(figure) >= 0)
            && LINKS.into_iter().all(|(part, whole)| of(part) <= of(whole))
            && self.get(Measure::TalksOnTime) <= self.get(Measure::TalksDue)
    }

    /// Credited minutes of all kinds.
    #[must_use]
    pub fn minutes(&self) -> i64 {
        HoursKind::ALL.into_iter().map(|kind| self.get(Measure::of_minutes(kind))).sum()
    }

    /// The figures that these totals are.
    #[must_use]
    pub fn figures(&self, area: AreaId, name: String, as_of: Date, audience: Audience) -> Figures {
        let counted = Figure::ALL.into_iter().filter_map(|f| Some((f, self.get(Measure::of_figure(f)?))));
        let minutes = HoursKind::ALL.into_iter().map(|kind| (kind, self.get(Measure::of_minutes(kind))));
        Figures::new(area, name, as_of, audience, counted.collect(), minutes.collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::Shown;
    use jiff::civil::date;

    #[test]
    fn a_part_that_is_more_than_its_whole_cannot_be() {
        let whole = [Measure::Volunteers, Measure::ChildrenSupported, Measure::Pairs, Measure::TalksDue];
        let mut sound = Measures::default();
        for measure in Measure::ALL {
            sound.add(measure, if whole.contains(&measure) { 2 } else { 1 });
        }
        assert!(sound.are_possible());
        let parts = [Measure::Families, Measure::PairsActive, Measure::PairsInterethnic, Measure::TalksOnTime];
        for (measure, count) in parts.map(|part| (part, 2)).into_iter().chain([(Measure::Families, -2)]) {
            let mut broken = sound;
            broken.add(measure, count);
            assert!(!broken.are_possible(), "{measure:?} {count}");
        }
        let mut corrected = sound;
        corrected.add(Measure::CorrectionMinutes, -90);
        assert!(corrected.are_possible(), "a correction may take away");
    }

    #[test]
    fn totals_become_figures_and_hours_are_summed_before_they_are_rounded() {
        let mut all = Measures::default();
        all.add(Measure::Pairs, 180);
        all.add(Measure::StayMinutes, 59);
        all.add(Measure::PaperMinutes, 61);
        let figures = all.figures(AreaId(150_825), "旗".into(), date(2026, 10, 31), Audience::County);
        assert_eq!(figures.get(Figure::Pairs), Some(Shown::Exact(180)));
        assert_eq!(figures.get(Figure::ServiceHours), Some(Shown::Exact(2)));
    }

    #[test]
    fn what_came_since_is_the_difference_of_each() {
        let (mut before, mut after) = (Measures::default(), Measures::default());
        before.add(Measure::Volunteers, 3);
        after.add(Measure::Volunteers, 2);
        after.add(Measure::TalksDue, 9);
        let more = after.since(&before);
        assert_eq!((more.get(Measure::Volunteers), more.get(Measure::TalksDue)), (-1, 9));
        before.add_all(&more);
        assert_eq!(before, after);
    }

    #[test]
    fn each_measure_has_a_place_of_its_own() {
        for (place, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure.place(), place);
        }
    }

    #[test]
    fn each_figure_and_each_kind_of_hours_is_told_from_its_own_measure() {
        for (n, figure) in (1..).zip(Figure::ALL) {
            let mut one = Measures::default();
            let Some(measure) = Measure::of_figure(figure) else {
                assert_eq!(figure, Figure::ServiceHours);
                continue;
            };
            one.add(measure, n);
            let told = one.figures(AreaId(1), String::new(), date(2026, 10, 31), Audience::County);
            assert_eq!(format!("{measure:?}"), format!("{figure:?}"));
            assert_eq!(told.get(figure), Some(Shown::Exact(n)));
            assert_eq!(told.all().iter().filter(|(_, shown)| *shown != Shown::Exact(0)).count(), 1, "{figure:?}");
        }
        for kind in HoursKind::ALL {
            assert_eq!(format!("{:?}", Measure::of_minutes(kind)), format!("{kind:?}Minutes"));
        }
    }

    #[test]
    fn a_day_on_which_nothing_moved_adds_nothing() {
        assert!(Measures::default().is_zero());
        for measure in Measure::ALL {
            let mut one = Measures::default();
            one.add(measure, -1);
            assert!(!one.is_zero(), "{measure:?}");
        }
    }
}
