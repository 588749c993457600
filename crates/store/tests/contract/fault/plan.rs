//! One weekend: who goes, when each comes back, what is said when, and what the network does to it.

use futures_util::future::join_all;
use naheya_domain::Timestamp;
use naheya_domain::id::StayId;
use naheya_domain::stay::{NewStay, StayForm};
use naheya_store::Store;
use naheya_store::stay::{ApproveStay, EndorseStay, RequestStay};
use naheya_store::wish::{Answer, RecordWish};

use super::county::{Countyful, Family};
use super::phone::{Act, Word};
use crate::ground::NOW;
use crate::story::{DUE, FETCHED};

const WEEK: i64 = 7 * 24 * 60;

/// A child that goes this weekend.
pub struct Gone {
    pub stay: StayId,
    /// When it is due back.
    pub due: Timestamp,
    /// Minutes that it is late; negative when it is early.
    pub late: i64,
    /// Minutes that were announced, and when the server heard of it.
    pub said: Option<(i64, Timestamp)>,
    /// When the server hears that it was received.
    pub received: Timestamp,
}

pub struct Weekend {
    n: usize,
    pub stays: Vec<Gone>,
    pub acts: Vec<Act>,
    /// While the server is away: Sunday 17:30 (its last quarters of an hour are the killed process's) to 18:50.
    pub cut: (Timestamp, Timestamp),
    pub killed: bool,
}

/// Numbers that depend on weekend and pair alone.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % most
    }
}

impl Weekend {
    /// Asked for, agreed to and approved; and what will be said.
    pub async fn plan(store: &Store, county: &Countyful, n: usize, of: usize) -> Weekend {
        let monday = NOW.plus_minutes(WEEK * i64::try_from(n).unwrap());
        let asked = county.families.iter().enumerate().filter(|(f, _)| (f + n) % 10 != 9);
        let asked: Vec<(usize, &Family)> = asked.collect();
        let mut stays = Vec::new();
        for some in asked.chunks(24) {
            stays.extend(join_all(some.iter().map(|(_, f)| approved(store, county, f, monday, n))).await);
        }
        let day = |minutes: i64| DUE.plus_minutes(WEEK * i64::try_from(n).unwrap() + minutes);
        let mut weekend =
            Weekend { n, stays: Vec::new(), acts: Vec::new(), cut: (day(-60), day(20)), killed: n + 1 == of };
        for ((f, family), stay) in asked.into_iter().zip(stays) {
            weekend.go(f, family, stay, of);
        }
        weekend
    }

    pub fn number(&self) -> usize {
        self.n
    }

    fn week(&self, from: Timestamp) -> Timestamp {
        from.plus_minutes(WEEK * i64::try_from(self.n).unwrap())
    }

    /// Before anything is said.
    pub fn first(&self) -> Timestamp {
        self.week(FETCHED)
    }

    /// After everything was said.
    pub fn last(&self) -> Timestamp {
        self.week(DUE).plus_minutes(200)
    }

    /// Sunday 18:00.
    pub fn kill_at(&self) -> Timestamp {
        self.week(DUE).plus_minutes(-30)
    }

    /// The moments at which the clock is looked at: by quarters of a minute on Sunday evening, else
    /// when something arrives.
    pub fn moments(&self, from: Timestamp, until: Timestamp) -> Vec<Timestamp> {
        let due = self.week(DUE);
        let mut all: Vec<i64> = self.acts.iter().map(|a| a.arrives.0).collect();
        let step = usize::try_from(super::TICK_SECONDS * 1000).unwrap();
        all.extend((due.plus_minutes(-5).0..due.plus_minutes(130).0).step_by(step));
        all.push(from.0);
        all.retain(|at| (from.0..until.0).contains(at));
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(Timestamp).collect()
    }

    /// Whether the server has heard by `now` that a child was received.
    pub fn received_by(&self, stay: StayId, now: Timestamp) -> bool {
        self.stays.iter().any(|s| s.stay == stay && s.received <= now)
    }

    fn go(&mut self, f: usize, family: &Family, stay: StayId, of: usize) {
        let mut lot = Lot(((self.n as u64) << 32) | (f as u64 + 1));
        let (fetched, due) = (self.week(FETCHED), self.week(DUE));
        // One child is an hour late each time, so that each fault meets a late child.
        let late = if f == 1 {
            61
        } else if lot.below(100) < 15 {
            1 + lot.below(95)
        } else {
            -1 - lot.below(50)
        };
        let back = due.plus_minutes(late);
        let left = fetched.plus_minutes(lot.below(20));
        let mut said = vec![
            (Word::Release, left),
            (Word::PickUp, left.plus_minutes(2)),
            (Word::Arrival, left.plus_minutes(30)),
            (Word::Leaving, back.plus_minutes(-40)),
            (Word::Return, back.plus_minutes(-1)),
            (Word::Receive, back),
        ];
        let announces = late > 5 && lot.below(2) == 0;
        if announces {
            said.push((Word::Late(late), due.plus_minutes(-20)));
        }
        // A mother's phone is three hours off in each direction now and then.
        let off = [0, 180, -180, 0][usize::try_from(lot.below(4)).unwrap()];
        for (word, at) in said {
            let gate = matches!(word, Word::Release | Word::Receive);
            let grant = if gate { family.teacher } else { family.mother };
            let mut act =
                Act { at, arrives: at, order: 0, kept: false, grant, stay, word, off: if gate { 0 } else { off } };
            let hole = self.hole(f, gate, of).filter(|(from, to)| (from.0..to.0).contains(&at.0));
            let Some((_, again)) = hole else {
                self.acts.push(act);
                continue;
            };
            // Kept on the phone; sent when the network is back: the newest first, and all of it twice.
            act.kept = true;
            act.arrives = again;
            act.order = 1000 - usize::try_from(at.minutes_since(fetched).max(0) / 5).unwrap_or(0).min(900);
            self.acts.push(act.clone());
            act.order += 1000;
            self.acts.push(act);
        }
        let heard = |word: fn(Word) -> bool| {
            let of_stay = self.acts.iter().filter(|a| a.stay == stay && word(a.word));
            of_stay.map(|a| a.arrives).min().unwrap()
        };
        let received = heard(|w| w == Word::Receive);
        let said = announces.then(|| (late, heard(|w| matches!(w, Word::Late(_)))));
        self.stays.push(Gone { stay, due, late, said, received });
    }

    /// When this family's phone, or its teacher's, is without network. One cut-off is Saturday's at the
    /// homes, the other Sunday evening's at every second home.
    fn hole(&self, f: usize, gate: bool, of: usize) -> Option<(Timestamp, Timestamp)> {
        let (fetched, due) = (self.week(FETCHED), self.week(DUE));
        if self.n == 0 && !gate && f.is_multiple_of(2) {
            return Some((fetched.plus_minutes(1), fetched.plus_minutes(40 * 60)));
        }
        if self.n == (of - 1) / 2 && !self.killed && (!gate || f % 4 < 2) && f % 2 == 1 {
            return Some((due.plus_minutes(-70), due.plus_minutes(45)));
        }
        None
    }

    /// After a killed server: whatever was said since 17:30 is sent again, when it is back.
    pub fn come_again(&self) -> Weekend {
        let lost = |at: Timestamp| at >= self.cut.0 && at < self.cut.1;
        let again = self.acts.iter().filter(|a| a.arrives >= self.cut.0).cloned().map(|mut act| {
            if lost(act.arrives) {
                act.kept = true;
                act.order = usize::try_from(act.at.minutes_since(self.cut.0)).unwrap();
                act.arrives = self.cut.1;
            }
            act
        });
        let stays = self.stays.iter().map(|s| Gone {
            received: if lost(s.received) { self.cut.1 } else { s.received },
            said: s.said,
            ..*s
        });
        Weekend { n: self.n, stays: stays.collect(), acts: again.collect(), cut: self.cut, killed: true }
    }
}

pub async fn approved(store: &Store, county: &Countyful, family: &Family, now: Timestamp, n: usize) -> StayId {
    let mother = store.desk_of_grant(family.mother, now).await.unwrap();
    let day = |minutes: i64| now.plus_minutes(minutes).date().to_string();
    let (first, last) = (day(0), day(2 * 24 * 60));
    let (pair, adults) = (family.pair.to_string(), family.adults.iter().map(ToString::to_string).collect::<Vec<_>>());
    let form = StayForm {
        pairs: vec![&pair],
        starts_on: &first,
        starts_at: "17:30",
        ends_on: &last,
        ends_at: "18:30",
        adults: adults.iter().map(String::as_str).collect(),
        going: "no",
        ..StayForm::default()
    };
    let new = NewStay::parse(&form, now).unwrap_or_else(|faults| panic!("weekend {n}: {faults:?}"));
    let stay = mother.save(RequestStay { new }).await.unwrap()[0];
    let teacher = store.desk_of_grant(family.teacher, now).await.unwrap();
    teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
    let wish =
        RecordWish { child: family.child, stay: Some(stay), answer: Answer::Yes, words: String::new(), alone: true };
    teacher.save(wish).await.unwrap();
    let office = store.desk_of_grant(county.office, now).await.unwrap();
    office.save(ApproveStay { stay }).await.unwrap();
    stay
}
