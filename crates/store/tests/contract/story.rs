//! A pair for which every clause of rule 2 is met, and the people around it.

use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::id::{ChildId, ClassId, GuardianId, SchoolId, StayId};
use naheya_domain::stay::{NewStay, RunsFrom, StayForm};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp};
use naheya_store::child::OpenFile;
use naheya_store::consent::{Purpose, RecordConsent};
use naheya_store::guardian::AddGuardian;
use naheya_store::school::{AddClass, AddSchool};
use naheya_store::stay::{ApproveStay, EndorseStay, RequestStay};
use naheya_store::volunteer::Registered;
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Desk, Location, Store};
use uuid::Uuid;

use crate::child::details;
use crate::ground::{COUNTY, Ground, NOW, desk_as, system};
use crate::volunteer::approved;

/// Friday 17:30, when the child is fetched.
pub const FETCHED: Timestamp = Timestamp(NOW.0 + 450 * 60_000);
/// Sunday 18:30, until when it is back.
pub const DUE: Timestamp = Timestamp(FETCHED.0 + 49 * 3_600_000);

pub struct Story {
    pub store: Store,
    pub school: SchoolId,
    pub class: ClassId,
    pub child: ChildId,
    pub guardian: GuardianId,
    pub carer: Registered,
    /// Another grown-up of the home.
    pub husband: Uuid,
    pub pair: Uuid,
    pub mother: Desk,
    pub teacher: Desk,
    pub coordinator: Desk,
    pub leader: Desk,
}

/// An id as the engine writes it in SQL.
pub fn literal(ground: &Ground, id: Uuid) -> String {
    match ground.location {
        Location::Folder(_) => format!("x'{}'", id.simple()),
        Location::Postgres(_) => format!("'{id}'"),
    }
}

pub async fn story(ground: &Ground) -> Story {
    let store = ground.store().await;
    let desk = system(&store);
    let school = AddSchool {
        name: "示例寄宿学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let school = desk.save(school).await.unwrap();
    let class = desk.save(AddClass { school, name: "三(2)班".into(), grade: Some(3) }).await.unwrap();
    let carer = approved(&store, "李样例").await;
    let file = desk.volunteer(carer.volunteer).await.unwrap();
    let husband = file.adults.iter().find(|a| !a.herself).unwrap().member.id.0;
    let mother = desk_as(&store, Role::Volunteer, Place::Person(carer.volunteer.0)).await;
    let teacher = desk_as(&store, Role::ClassTeacher, Place::Class(class.0)).await;
    let coordinator = desk_as(&store, Role::Coordinator, Place::County).await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let (child, guardian) = child_of(&store, "安小草", school, class).await;
    let pair = pair(ground, child, carer).await;
    Story { store, school, class, child, guardian, carer, husband, pair, mother, teacher, coordinator, leader }
}

/// A child of the class whose guardian has agreed and who was asked this term.
pub async fn child_of(store: &Store, name: &str, school: SchoolId, class: ClassId) -> (ChildId, GuardianId) {
    let desk = system(store);
    let mut details = details(name);
    details.school_id = Some(school.0);
    details.class_id = Some(class.0);
    let child = desk.save(OpenFile { details }).await.unwrap();
    let form = GuardianForm { name: "安样父", relation: "父亲", phone: "13900000009", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let guardian = desk.save(AddGuardian { child, details }).await.unwrap();
    desk.save(consent(child, guardian, Purpose::Overnight)).await.unwrap();
    let wish = RecordWish { child, stay: None, answer: Answer::Yes, words: "想去看羊".into(), alone: true };
    desk.save(wish).await.unwrap();
    (child, guardian)
}

pub fn consent(child: ChildId, guardian: GuardianId, purpose: Purpose) -> RecordConsent {
    RecordConsent {
        child,
        guardian,
        purpose,
        answer: true,
        how: "paper".into(),
        evidence: "学校柜子，第 3 夹".into(),
        from_on: NOW.date(),
        to_on: None,
        stay: None,
    }
}

/// An active pair, put in from outside: how pairs begin is told elsewhere.
pub async fn pair(ground: &Ground, child: ChildId, carer: Registered) -> Uuid {
    let id = Uuid::now_v7();
    let (pair, child, volunteer) = (literal(ground, id), literal(ground, child.0), literal(ground, carer.volunteer.0));
    ground
        .sql(&format!(
            "INSERT INTO pairs (area_id, id, child_id, volunteer_id, state, begun_on, source, created_at, version) \
             VALUES (150825, {pair}, {child}, {volunteer}, 'active', '2026-03-15', 'staff', 0, 1)"
        ))
        .await;
    id
}

impl Story {
    /// The same desk at another time.
    pub async fn at(&self, desk: &Desk, now: Timestamp) -> Desk {
        self.store.desk_of_grant(desk.viewer().grant, now).await.unwrap()
    }

    /// Every row is what the trail says of it at `now`, but for the pair, which is put in by SQL.
    pub async fn is_sound(&self, now: Timestamp) {
        let found = self.store.verify(COUNTY, true, now).await.unwrap();
        assert!(found.iter().all(|f| f.table == "pairs"), "{found:?}");
    }

    pub fn weekend(&self, pairs: &[Uuid]) -> NewStay {
        self.days(pairs, "2026-11-20", "2026-11-22")
    }

    pub fn days(&self, pairs: &[Uuid], first: &str, last: &str) -> NewStay {
        let pairs: Vec<String> = pairs.iter().map(Uuid::to_string).collect();
        let (carer, husband) = (self.carer.member.0.to_string(), self.husband.to_string());
        let form = StayForm {
            pairs: pairs.iter().map(String::as_str).collect(),
            starts_on: first,
            starts_at: "17:30",
            ends_on: last,
            ends_at: "18:30",
            adults: vec![&carer, &husband],
            going: "no",
            ..StayForm::default()
        };
        NewStay::parse(&form, NOW).unwrap()
    }

    /// Asked for, endorsed by the teacher, the child asked about it.
    pub async fn asked(&self) -> StayId {
        let stay = self.mother.save(RequestStay { new: self.weekend(&[self.pair]) }).await.unwrap()[0];
        self.endorsed(stay, self.child).await;
        stay
    }

    /// A brother and a sister who go together, approved.
    pub async fn siblings_approved(&self, ground: &Ground) -> Vec<StayId> {
        let (brother, _) = child_of(&self.store, "安小满", self.school, self.class).await;
        let second = pair(ground, brother, self.carer).await;
        let stays = self.mother.save(RequestStay { new: self.weekend(&[self.pair, second]) }).await.unwrap();
        for stay in &stays {
            let child = self.leader.stay_line(*stay).await.unwrap().child;
            self.endorsed(*stay, child).await;
            self.coordinator.save(ApproveStay { stay: *stay }).await.unwrap();
        }
        stays
    }

    pub async fn endorsed(&self, stay: StayId, child: ChildId) {
        self.teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
        let wish = RecordWish { child, stay: Some(stay), answer: Answer::Yes, words: String::new(), alone: true };
        self.teacher.save(wish).await.unwrap();
    }

    /// And approved by the coordinator.
    pub async fn approved(&self) -> StayId {
        let stay = self.asked().await;
        self.coordinator.save(ApproveStay { stay }).await.unwrap();
        stay
    }

    /// An approved stay that begins and ends in the family's hand, as at holidays.
    pub async fn approved_from_home(&self) -> StayId {
        let home = RunsFrom::Guardian;
        let hands = Some("外婆送来，外婆接走".into());
        let new = NewStay { start: home, end: home, hands, ..self.weekend(&[self.pair]) };
        let stay = self.mother.save(RequestStay { new }).await.unwrap()[0];
        self.endorsed(stay, self.child).await;
        self.coordinator.save(ApproveStay { stay }).await.unwrap();
        stay
    }

    /// The digits that the mother sees on Friday.
    pub async fn digits(&self, stay: StayId) -> naheya_domain::code::Code {
        let home = self.at(&self.mother, FETCHED).await.my_stay(stay).await.unwrap();
        let naheya_store::stay::CarerCode::Open(digits, _) = home.code else { panic!("{:?}", home.code) };
        naheya_domain::code::Code::parse(&digits).unwrap()
    }
}
