//! An open concern and one that is closed, and the talks that are due.

use uuid::Uuid;

use super::calendar::{at, plus};
use super::story::{Couple, Kid, Story};
use crate::Error;
use crate::sealed::entity::{concern, concern_circle, concern_entry, concern_person, follow_up};

impl Story<'_> {
    pub(super) fn worries(&mut self, open: &Couple, past: &Couple) -> Result<(), Error> {
        self.concern(open, 0, "孩子这两周话很少，问起周末就低头。想请人单独问一问。（示例）", None)?;
        self.concern(past, 70, "孩子手背有一块青，问清是打球碰的。（示例）", Some("已当面核实，无异常。（示例）"))
    }

    fn concern(&mut self, couple: &Couple, days: i64, words: &str, result: Option<&str>) -> Result<(), Error> {
        let raised = self.now.plus_minutes(-17 * 60 - days * 24 * 60);
        let teacher = couple.kid.room.teacher;
        let id = self.lot.id(raised);
        let taken = result.map(|_| raised.plus_minutes(150));
        let number = self.rows.concerns.len() + 1;
        let row = concern::Model {
            area_id: self.area_id,
            id,
            number: format!("{}-{number:04}", raised.date().year()),
            raised_at: raised.0,
            raised_by: Some(teacher),
            raised_as: "class_teacher".to_owned(),
            situation: None,
            words_sealed: self.seal("concerns", "words_sealed", id, words)?,
            contact_sealed: None,
            child_id: Some(couple.kid.id),
            state: if result.is_some() { "closed" } else { "raised" }.to_owned(),
            take_up_by: raised.plus_minutes(48 * 60).0,
            taken_up_at: taken.map(|at| at.0),
            taken_up_by: taken.map(|_| self.staff.leader),
            reported_at: None,
            reported_to: None,
            closed_at: taken.map(|at| at.plus_minutes(3 * 24 * 60).0),
            result_sealed: self.seal_some("concerns", "result_sealed", id, result)?,
            suspended_at: None,
            version: 1,
        };
        self.rows.concerns.push(row);
        self.about(id, couple.carer.id);
        for account in [self.staff.coordinator, self.staff.leader] {
            let row = self.lot.id(raised);
            self.rows.concern_circle.push(concern_circle::Model {
                area_id: self.area_id,
                id: row,
                concern_id: id,
                account_id: account,
            });
        }
        if let Some(taken) = taken {
            let row = self.lot.id(taken);
            self.rows.concern_entries.push(concern_entry::Model {
                area_id: self.area_id,
                id: row,
                concern_id: id,
                at: taken.0,
                by_account: Some(self.staff.leader),
                kind: "taken_up".to_owned(),
                words_sealed: self.seal("concern_entries", "words_sealed", row, "已接手，约班主任面谈。（示例）")?,
            });
        }
        Ok(())
    }

    fn about(&mut self, concern: Uuid, volunteer: Uuid) {
        let id = self.lot.id(self.now);
        self.rows.concern_people.push(concern_person::Model {
            area_id: self.area_id,
            id,
            concern_id: concern,
            kind: "volunteer".to_owned(),
            ref_id: volunteer,
        });
    }

    /// Children who are met by talks alone, and five talks that are due, two of them past their day.
    pub(super) fn talks(&mut self, kids: &[Kid]) -> Result<(), Error> {
        for kid in kids {
            for round in 0..self.lot.between(1, 3) {
                let day = plus(self.today, -(20 + round * 110 + self.lot.between(0, 60)));
                let done = at(day, 15, self.lot.between(0, 90));
                let row = self.follow_up_row(kid.id, at(plus(day, 4), 18, 0), Some(done), kid.room.teacher)?;
                let planned_by = Some(self.staff.coordinator);
                self.rows.follow_ups.push(follow_up::Model { planned_by, cause: "term".to_owned(), ..row });
            }
        }
        for (kid, days) in kids.iter().zip([-4, -1, 2, 5, 9]) {
            let row = self.follow_up_row(kid.id, at(plus(self.today, days), 18, 0), None, kid.room.teacher)?;
            self.rows.follow_ups.push(follow_up::Model { planned_by: Some(self.staff.coordinator), ..row });
        }
        Ok(())
    }
}
