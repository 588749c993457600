//! A running round: twenty new families and two dozen children, choices coming in.

use uuid::Uuid;

use super::calendar::{at, plus};
use super::story::{Carer, Kid, Story};
use crate::Error;
use crate::sealed::entity::{choice, round, round_child, round_volunteer, wish};

const WORDS: &[&str] = &[
    "想有人陪我写作业，学做面片",
    "喜欢画画，想要一个安静的家",
    "想跟着骑马，也想看书",
    "想有一个会唱歌的妈妈",
    "晚上想开一盏小灯",
    "想养一只小羊",
];
/// Children and families whose choices are in.
const CHOSEN: usize = 13;

impl Story<'_> {
    pub(super) fn round(&mut self, kids: &[Kid], carers: &[Carer]) -> Result<(), Error> {
        let begun = at(plus(self.today, -9), 10, 0);
        let id = self.lot.id(begun);
        let month = self.today.month();
        self.rows.rounds.push(round::Model {
            area_id: self.area_id,
            id,
            name: format!("{}年{month}月结对", self.today.year()),
            held_on: Some(plus(self.today, 12).to_string()),
            state: "collecting".to_owned(),
            seed: None,
            note: None,
            created_by: self.staff.coordinator,
            version: 1,
        });
        for (n, kid) in kids.iter().enumerate() {
            self.takes_part(id, n, kid)?;
        }
        for (n, carer) in carers.iter().enumerate() {
            let row = self.lot.id(begun);
            self.rows.round_volunteers.push(round_volunteer::Model {
                area_id: self.area_id,
                id: row,
                round_id: id,
                volunteer_id: carer.id,
                number: number(n),
                places: 1,
                withdrawn: false,
                names_nobody: None,
                version: 1,
            });
        }
        self.choices(id, kids, carers);
        Ok(())
    }

    fn takes_part(&mut self, round: Uuid, n: usize, kid: &Kid) -> Result<(), Error> {
        let begun = at(plus(self.today, -8), 11, 0);
        let (row, wish) = (self.lot.id(begun), self.lot.id(begun));
        let words = self.lot.pick(WORDS);
        let words = self.seal_words("round_children", "words", row, words)?;
        self.rows.round_children.push(round_child::Model {
            area_id: self.area_id,
            id: row,
            round_id: round,
            child_id: kid.id,
            number: number(n),
            words,
            care: None,
            withdrawn: false,
            apart_reason: None,
            apart_by: None,
            names_nobody: None,
            version: 1,
        });
        self.rows.wishes.push(wish::Model {
            area_id: self.area_id,
            id: wish,
            child_id: kid.id,
            occasion: "pairing".to_owned(),
            stay_id: None,
            round_id: Some(round),
            answer: "yes".to_owned(),
            words_sealed: None,
            asked_by: kid.room.teacher,
            asked_at: begun.0,
            alone: true,
        });
        self.consent(kid.id, kid.guardian, "pairing", plus(self.today, -8), None, kid.room.teacher);
        Ok(())
    }

    fn choices(&mut self, round: Uuid, kids: &[Kid], carers: &[Carer]) {
        for kid in kids.iter().take(CHOSEN) {
            let mut order: Vec<&Carer> = carers.iter().collect();
            self.lot.shuffle(&mut order);
            for (n, carer) in order.into_iter().take(4).enumerate() {
                // The second and third are liked equally.
                self.choice(
                    round,
                    "child",
                    kid.id,
                    carer.id,
                    number(n).min(if n == 2 { 2 } else { 4 }),
                    kid.room.teacher,
                );
            }
        }
        for carer in carers.iter().take(CHOSEN) {
            let mut order: Vec<&Kid> = kids.iter().collect();
            self.lot.shuffle(&mut order);
            for (n, kid) in order.into_iter().take(8).enumerate() {
                self.choice(round, "volunteer", kid.id, carer.id, number(n), carer.account);
            }
        }
    }

    fn choice(&mut self, round: Uuid, side: &str, child: Uuid, volunteer: Uuid, rank: i32, by: Uuid) {
        let when = at(plus(self.today, -3), 19, self.lot.between(0, 100));
        let id = self.lot.id(when);
        self.rows.choices.push(choice::Model {
            area_id: self.area_id,
            id,
            round_id: round,
            side: side.to_owned(),
            child_id: child,
            volunteer_id: volunteer,
            rank,
            by_account: by,
            at: when.0,
        });
    }
}

fn number(n: usize) -> i32 {
    i32::try_from(n + 1).unwrap_or(1)
}
