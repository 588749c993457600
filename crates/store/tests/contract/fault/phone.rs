//! What people say from their phones, and how it reaches the server: each act under its own key.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use naheya_domain::custody::Event;
use naheya_domain::id::{GrantId, StayId};
use naheya_domain::{Key, Timestamp};
use naheya_store::custody::Witness;
use naheya_store::stay::{AnnounceLate, ConfirmReturn, ReleaseProof, ReleaseStay, ReportStay};
use naheya_store::{Error, Store, Submission};

/// What is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Word {
    Release,
    PickUp,
    Arrival,
    Late(i64),
    Leaving,
    Return,
    Receive,
}

/// One act of one person.
#[derive(Clone, Debug)]
pub struct Act {
    /// When it happened.
    pub at: Timestamp,
    /// When the server hears of it.
    pub arrives: Timestamp,
    /// Its place among those that arrive together.
    pub order: usize,
    /// Whether it was kept on the phone first.
    pub kept: bool,
    /// Who.
    pub grant: GrantId,
    pub stay: StayId,
    pub word: Word,
    /// How far the phone's clock is off, in minutes.
    pub off: i64,
}

/// How the server took it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Kept, now or before.
    pub taken: usize,
    /// Came after something later was known already.
    pub passed_over: usize,
    /// Were kept on a phone first.
    pub kept: usize,
}

impl Act {
    /// The act as one line.
    pub fn line(&self) -> String {
        let (word, minutes) = match self.word {
            Word::Release => ("release", 0),
            Word::PickUp => ("pick_up", 0),
            Word::Arrival => ("arrival", 0),
            Word::Late(minutes) => ("late", minutes),
            Word::Leaving => ("leaving", 0),
            Word::Return => ("return", 0),
            Word::Receive => ("receive", 0),
        };
        format!("{} {} {} {word} {minutes} {}", self.at.0, self.grant, self.stay, self.off)
    }

    /// Reads it back, as it is said without delay.
    pub fn of_line(line: &str) -> Act {
        let parts: Vec<&str> = line.split(' ').collect();
        let number = |n: usize| parts[n].parse::<i64>().unwrap();
        let word = match parts[3] {
            "release" => Word::Release,
            "pick_up" => Word::PickUp,
            "arrival" => Word::Arrival,
            "late" => Word::Late(number(4)),
            "leaving" => Word::Leaving,
            "return" => Word::Return,
            _ => Word::Receive,
        };
        let (grant, stay) = (GrantId::parse(parts[1]).unwrap(), StayId::parse(parts[2]).unwrap());
        let at = Timestamp(number(0));
        Act { at, arrives: at, order: 0, kept: false, grant, stay, word, off: number(5) }
    }

    async fn say(&self, store: &Store) -> Result<(), Error> {
        let desk = store.desk_of_grant(self.grant, self.arrives).await?;
        let line = self.line();
        let key = format!("{}-{}", self.stay, line.split(' ').nth(3).unwrap_or_default());
        let mut body = [0u8; 32];
        body.iter_mut().zip(line.bytes().rev()).for_each(|(b, c)| *b = c);
        let submission = Submission { key: Key::parse(&key).unwrap(), body };
        let phone_at = Some(self.at.plus_minutes(self.off));
        let witness = Witness { how: "sight", phone_at, phone_offset: Some(480), ..Witness::default() };
        let stay = self.stay;
        let event = match self.word {
            Word::Release => {
                let proof = ReleaseProof::List { called: "样例专干".into() };
                return desk.release(ReleaseStay { stays: vec![stay], proof, witness }, submission).await;
            }
            Word::Receive => return desk.save_once(ConfirmReturn { stay, witness }, submission).await.map(|_| ()),
            Word::Late(minutes) => {
                return desk.save_once(AnnounceLate { stay, minutes, words: "路上雪大".into() }, submission).await;
            }
            Word::PickUp => Event::PickUp,
            Word::Arrival => Event::Arrival,
            Word::Leaving => Event::Leaving,
            Word::Return => Event::Return,
        };
        desk.save_once(ReportStay { stay, event, witness }, submission).await
    }
}

/// Delivers acts in their order; those of different stays at once, as phones do.
pub async fn deliver(store: &Store, acts: &[&Act]) -> Heard {
    let mut of_stay: BTreeMap<StayId, Vec<&Act>> = BTreeMap::new();
    for act in acts {
        of_stay.entry(act.stay).or_default().push(*act);
    }
    let phones = of_stay.into_values().map(|acts| async move {
        let mut heard = Heard::default();
        for act in acts {
            heard.kept += usize::from(act.kept);
            match act.say(store).await {
                Ok(()) => heard.taken += 1,
                Err(Error::Refused(refusal)) => {
                    let known = ["custody.out_of_order", "custody.not_with_them", "stay.step_impossible"];
                    assert!(known.contains(&refusal.code), "{act:?}: {}", refusal.code);
                    heard.passed_over += 1;
                }
                Err(Error::Invalid(_)) if matches!(act.word, Word::Late(_)) => heard.passed_over += 1,
                Err(error) => panic!("{act:?}: {error}"),
            }
        }
        heard
    });
    let mut all = Heard::default();
    for heard in join_all(phones).await {
        all.taken += heard.taken;
        all.passed_over += heard.passed_over;
        all.kept += heard.kept;
    }
    all
}
