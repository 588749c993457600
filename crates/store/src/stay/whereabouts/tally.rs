//! How many children of a weekend are where.

use super::Where;

/// How many children of this weekend are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Not fetched yet.
    pub waiting: u64,
    /// On the way or at the home, in time.
    pub away: u64,
    /// Not back in time.
    pub late: u64,
    /// In hospital.
    pub hospital: u64,
    /// With the police.
    pub police: u64,
    /// Received, but late: wait for a reason.
    pub back_late: u64,
    /// Back.
    pub back: u64,
}

impl Tally {
    /// The number of those who are there.
    pub(super) fn at(&mut self, place: Where) -> &mut u64 {
        match place {
            Where::Waiting => &mut self.waiting,
            Where::Away => &mut self.away,
            Where::Late(_) => &mut self.late,
            Where::Hospital => &mut self.hospital,
            Where::Police => &mut self.police,
            Where::BackLate => &mut self.back_late,
            Where::Back | Where::WithFamily => &mut self.back,
        }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.waiting + self.out() + self.home()
    }

    /// Neither at school nor with their family.
    #[must_use]
    pub fn out(&self) -> u64 {
        self.away + self.late + self.hospital + self.police
    }

    /// Back at school or with their family.
    #[must_use]
    pub fn home(&self) -> u64 {
        self.back + self.back_late
    }

    /// Those whom somebody has to see to now, by where they are; whom nobody has fetched is among the waiting, and who is said
    /// to be back among the away ([`super::WhereLine::is_urgent`] has both).
    #[must_use]
    pub fn urgent(&self) -> u64 {
        self.late + self.hospital + self.police + self.back_late
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Tally) -> Tally {
        Tally {
            waiting: self.waiting + other.waiting,
            away: self.away + other.away,
            late: self.late + other.late,
            hospital: self.hospital + other.hospital,
            police: self.police + other.police,
            back_late: self.back_late + other.back_late,
            back: self.back + other.back,
        }
    }
}
