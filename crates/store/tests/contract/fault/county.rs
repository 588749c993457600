//! Schools, classes, teachers, and as many pairs as are wished for.

use naheya_domain::Role;
use naheya_domain::id::{ChildId, GrantId};
use naheya_domain::viewer::Place;
use naheya_store::Store;
use naheya_store::school::{AddClass, AddSchool};
use uuid::Uuid;

use crate::ground::{Ground, desk_as, system};
use crate::story::{child_of, pair};
use crate::volunteer::approved;

/// Children in one class.
const CLASS: usize = 15;

/// A pair and the people around it.
pub struct Family {
    pub pair: Uuid,
    pub child: ChildId,
    pub mother: GrantId,
    pub teacher: GrantId,
    pub adults: Vec<Uuid>,
}

/// A county full of pairs.
pub struct Countyful {
    pub families: Vec<Family>,
    pub office: GrantId,
    pub leader: GrantId,
}

impl Countyful {
    pub async fn of(ground: &Ground, store: &Store, pairs: usize) -> Countyful {
        let desk = system(store);
        let mut families = Vec::new();
        for class in 0..pairs.div_ceil(CLASS) {
            let name = format!("示例{}小", class + 1);
            let school = AddSchool { name, town_code: None, release_at: "17:30".into(), return_at: "18:30".into() };
            let school = desk.save(school).await.unwrap();
            let class_id = desk.save(AddClass { school, name: "三(1)班".into(), grade: Some(3) }).await.unwrap();
            let teacher = desk_as(store, Role::ClassTeacher, Place::Class(class_id.0)).await.viewer().grant;
            for _ in 0..CLASS.min(pairs - class * CLASS) {
                let carer = approved(store, "李样例").await;
                let mother = desk_as(store, Role::Volunteer, Place::Person(carer.volunteer.0)).await;
                let (child, _) = child_of(store, "安小草", school, class_id).await;
                let file = desk.volunteer(carer.volunteer).await.unwrap();
                families.push(Family {
                    pair: pair(ground, child, carer).await,
                    child,
                    mother: mother.viewer().grant,
                    teacher,
                    adults: file.adults.iter().map(|a| a.member.id.0).collect(),
                });
            }
        }
        let office = desk_as(store, Role::Coordinator, Place::County).await.viewer().grant;
        let leader = desk_as(store, Role::Leader, Place::County).await.viewer().grant;
        Countyful { families, office, leader }
    }
}
