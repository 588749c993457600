//! Schools, classes, their teachers, who is on duty at the gate.

use naheya_domain::Role;
use naheya_domain::viewer::Place;
use uuid::Uuid;

use super::calendar::{plus, terms_from, this_friday};
use super::story::{Room, Story};
use crate::Error;
use crate::sealed::entity::{class, duty, school, school_term};
use crate::search::Kind;

/// Name, town, first and last grade. The first is the one whose fourth grade the demo's teacher has.
const SCHOOLS: &[(&str, &str, i32, i32)] = &[
    ("示例寄宿学校", "100", 1, 9),
    ("示例蒙古族学校", "100", 1, 9),
    ("示例第一小学", "101", 1, 6),
    ("示例第二小学", "102", 1, 6),
    ("示例中学", "101", 7, 9),
    ("示例牧区小学", "200", 1, 6),
];
/// Also how the classes of a grade are counted.
const GRADES: &[&str] = &["一", "二", "三", "四", "五", "六", "七", "八", "九"];
/// The grade of the class that the demo's teacher has.
const FIRST: i32 = 4;

impl Story<'_> {
    pub(super) fn places(&mut self) -> Result<(), Error> {
        for (n, (name, town, from, to)) in SCHOOLS.iter().enumerate() {
            let school = self.school(name, town)?;
            for grade in *from..=*to {
                let demo_class = n == 0 && grade == FIRST;
                self.class(school, grade, 1, demo_class);
            }
        }
        self.duties();
        Ok(())
    }

    pub(super) fn school(&mut self, name: &str, town: &str) -> Result<Uuid, Error> {
        let opened = self.opened();
        let id = self.lot.id(opened);
        let phone = format!("0478-0000{:03}", self.lot.below(1000));
        self.rows.schools.push(school::Model {
            area_id: self.area_id,
            id,
            name: name.to_owned(),
            town_code: Some(format!("{:06}{town}", self.area_id)),
            rhythm: "weekly".to_owned(),
            rhythm_anchor: None,
            release_at: "17:00".to_owned(),
            return_at: "18:30".to_owned(),
            phone_sealed: Some(self.seal("schools", "phone_sealed", id, &phone)?),
            state: "open".to_owned(),
            version: 1,
        });
        self.findable(Kind::School, id, &[name]);
        self.terms(id);
        Ok(id)
    }

    /// The term that runs or comes next, and the one after it.
    fn terms(&mut self, school: Uuid) {
        for (n, (name, from, to)) in (1u128..).zip(terms_from(self.today)) {
            self.rows.school_terms.push(school_term::Model {
                area_id: self.area_id,
                // Made from the school's id, so that the story's lots fall as before.
                id: Uuid::from_u128(school.as_u128() ^ n),
                school_id: school,
                name,
                from_on: from.to_string(),
                to_on: to.to_string(),
            });
        }
    }

    pub(super) fn class(&mut self, school: Uuid, grade: i32, section: usize, demo_class: bool) {
        let opened = self.opened();
        let id = self.lot.id(opened);
        let word = usize::try_from(grade - 1).ok().and_then(|n| GRADES.get(n)).copied().unwrap_or_default();
        self.rows.classes.push(class::Model {
            area_id: self.area_id,
            id,
            school_id: school,
            name: format!("{word}年级{}班", GRADES.get(section.saturating_sub(1)).copied().unwrap_or("九")),
            grade: Some(grade),
            state: "open".to_owned(),
            version: 1,
        });
        let mongol = self.lot.chance(45);
        let name = format!("{}老师", self.names.adult(&mut self.lot, mongol, false));
        let place = Place::Class(id);
        let teacher = if demo_class {
            self.one(Role::ClassTeacher, &name, &place)
        } else {
            let login = format!("teacher{:02}", self.rooms.len() + 1);
            let account = self.account(&login, &name);
            self.grant(account, Role::ClassTeacher, &place);
            account
        };
        self.rooms.push(Room { class: id, school, grade, teacher });
    }

    /// One teacher of each school is on duty on Friday and on Sunday of this weekend.
    fn duties(&mut self) {
        let friday = this_friday(self.today);
        let mut schools: Vec<Uuid> = Vec::new();
        for room in self.rooms.clone() {
            if schools.contains(&room.school) {
                continue;
            }
            schools.push(room.school);
            for day in [friday, plus(friday, 2)] {
                let id = self.lot.id(self.now);
                self.rows.duties.push(duty::Model {
                    area_id: self.area_id,
                    id,
                    school_id: room.school,
                    on_date: day.to_string(),
                    account_id: room.teacher,
                });
            }
        }
    }

    /// The class that the demo's teacher has.
    pub(super) fn first_room(&self) -> Option<Room> {
        self.rooms.iter().find(|room| room.grade == FIRST).copied()
    }

    /// A class for a child of that age in years.
    pub(super) fn room_for(&mut self, age: i64) -> Option<Room> {
        let grade = i32::try_from((age - 6).clamp(1, 9)).unwrap_or(1);
        let fitting: Vec<Room> = self.rooms.iter().filter(|room| room.grade == grade).copied().collect();
        let n = self.lot.below(fitting.len());
        fitting.get(n).copied()
    }
}
