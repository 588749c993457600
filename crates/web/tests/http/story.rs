//! A pair for which every clause of rule 2 is met, and browsers of the people around it.

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::check::{CheckDetails, CheckForm, CheckKind, Subject};
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::household::{HouseholdDetails, MemberDetails, MemberForm};
use naheya_domain::id::{ChildId, GuardianId, SchoolId, StayId};
use naheya_domain::person_name::PersonName;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_store::check::{CheckLine, EnterChecks};
use naheya_store::child::OpenFile;
use naheya_store::consent::{Purpose, RecordConsent};
use naheya_store::guardian::AddGuardian;
use naheya_store::household::RaiseCapacity;
use naheya_store::import::{ImportRoster, Lines, PairLine};
use naheya_store::school::{AddClass, AddSchool};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Registered, SignVolunteers, Signature};
use naheya_store::wish::{Answer, RecordWish};
use uuid::Uuid;

use crate::browser::{Browser, Reply, filled};
use crate::site::{NOW, Site, site};

/// Minutes from the site's moment to Friday 17:30, when the child is fetched.
pub const TO_FRIDAY: i64 = 450;
/// From then to Sunday 18:30, until when it is back.
pub const TO_SUNDAY: i64 = 49 * 60;

pub struct Story {
    pub site: Site,
    pub school: SchoolId,
    pub class: Uuid,
    pub child: ChildId,
    pub guardian: GuardianId,
    pub carer: Registered,
    pub pair: String,
    pub adults: Vec<String>,
    pub mother: Browser,
    pub teacher: Browser,
    pub coordinator: Browser,
    pub leader: Browser,
}

pub async fn story() -> Story {
    let site = site().await;
    let desk = site.system();
    let school = AddSchool {
        name: "示例寄宿学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let school = desk.save(school).await.unwrap();
    let class = desk.save(AddClass { school, name: "三(2)班".into(), grade: Some(3) }).await.unwrap();
    let carer = carer(&site).await;
    let (child, guardian) = child(&site, "安小草", school, class.0).await;
    paired(&site, "安小草").await;
    let file = desk.volunteer(carer.volunteer).await.unwrap();
    let pair = desk.pairs_of_volunteer(carer.volunteer).await.unwrap()[0].id.to_string();
    Story {
        mother: site.as_grant(Role::Volunteer, Place::Person(carer.volunteer.0)).await,
        teacher: site.as_grant(Role::ClassTeacher, Place::Class(class.0)).await,
        coordinator: site.as_role(Role::Coordinator).await,
        leader: site.as_role(Role::Leader).await,
        adults: file.adults.iter().map(|a| a.member.id.to_string()).collect(),
        class: class.0,
        site,
        school,
        child,
        guardian,
        carer,
        pair,
    }
}

async fn carer(site: &Site) -> Registered {
    let desk = site.system();
    let form =
        VolunteerForm { name: "李样例", birth_on: "1985-04-06", phone: "13900000001", ..VolunteerForm::default() };
    let details = VolunteerDetails::parse(&form, NOW.date()).unwrap();
    let husband = MemberForm { name: "韩样夫", birth_on: "1984-01-02", ..MemberForm::default() };
    let husband = MemberDetails::parse(&husband, NOW.date()).unwrap();
    let home = HomeChoice::New(HouseholdDetails::default(), vec![husband]);
    let made = desk.save(RegisterVolunteer { details, home }).await.unwrap();
    let file = desk.volunteer(made.volunteer).await.unwrap();
    let mut checks: Vec<(CheckKind, Subject)> =
        file.adults.iter().map(|a| (CheckKind::NoOffence, Subject::Adult(a.member.id.0))).collect();
    checks.push((CheckKind::Identity, Subject::Adult(made.member.0)));
    checks.push((CheckKind::HomeVisit, Subject::Home(made.household.0)));
    for kind in [CheckKind::Interview, CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance] {
        checks.push((kind, Subject::Volunteer(made.volunteer.0)));
    }
    let line = |(kind, subject): (CheckKind, Subject)| {
        let form = CheckForm {
            kind: kind.code(),
            outcome: "passed",
            done_on: "2026-03-12",
            number: "示例0310",
            ..CheckForm::default()
        };
        CheckLine { subject, details: CheckDetails::parse(&form, NOW.date()).unwrap(), second: None }
    };
    desk.save(EnterChecks { lines: checks.into_iter().map(line).collect() }).await.unwrap();
    desk.save(SignVolunteers { what: Signature::One(made.volunteer) }).await.unwrap();
    made
}

/// A child of the class whose guardian has agreed and who was asked this term.
pub async fn child(site: &Site, name: &str, school: SchoolId, class: Uuid) -> (ChildId, GuardianId) {
    let (child, guardian) = unasked(site, name, school, class).await;
    let wish = RecordWish { child, stay: None, answer: Answer::Yes, words: String::new(), alone: true };
    site.system().save(wish).await.unwrap();
    (child, guardian)
}

/// The same of a child whom nobody has asked.
pub async fn unasked(site: &Site, name: &str, school: SchoolId, class: Uuid) -> (ChildId, GuardianId) {
    let desk = site.system();
    let form = ChildForm { name, birth_on: "2016-03-05", vital: "对花生过敏", ..ChildForm::default() };
    let mut details = ChildDetails::parse(&form, NOW.date()).unwrap();
    details.school_id = Some(school.0);
    details.class_id = Some(class);
    let child = desk.save(OpenFile { details }).await.unwrap();
    let form = GuardianForm { name: "安样父", relation: "父亲", phone: "13900000009", ..GuardianForm::default() };
    let details = GuardianDetails::parse(&form).unwrap();
    let guardian = desk.save(AddGuardian { child, details }).await.unwrap();
    desk.save(consent(child, guardian, Purpose::Overnight)).await.unwrap();
    (child, guardian)
}

pub fn consent(child: ChildId, guardian: GuardianId, purpose: Purpose) -> RecordConsent {
    RecordConsent {
        child,
        guardian,
        purpose,
        answer: true,
        how: "paper".into(),
        evidence: "示例柜子里".into(),
        from_on: NOW.date(),
        to_on: None,
        stay: None,
    }
}

/// Puts the child and the carer of the story into the ledger of pairs.
pub async fn paired(site: &Site, child: &str) {
    let line = PairLine {
        row: 2,
        volunteer_name: PersonName::parse("李样例").unwrap(),
        volunteer_phone: None,
        volunteer_id_number: None,
        child_name: PersonName::parse(child).unwrap(),
        child_id_number: None,
        child_birth: None,
        school: None,
        guardian_phone: None,
        begun_on: "2026-03-15".parse().unwrap(),
        ended_on: None,
        paper_number: None,
    };
    let roster = ImportRoster {
        lines: Lines::Pairs(vec![line]),
        file_hash: [0; 32],
        invalid: 0,
        good_rows_only: false,
        left_out: None,
    };
    site.system().save(roster).await.unwrap();
}

/// The carer's home may take two.
pub async fn roomy(s: &Story) {
    let act = RaiseCapacity { household: s.carer.household, capacity: 2, reason: "姐妹俩不分开".into() };
    s.site.system().save(act).await.unwrap();
}

impl Story {
    /// What the mother ticks for this weekend.
    pub fn wanted(&self) -> Vec<(String, String)> {
        let mut typed = vec![
            ("weekend".to_owned(), "2026-11-20T17:30/2026-11-22T18:30".to_owned()),
            ("going".to_owned(), "no".to_owned()),
        ];
        typed.extend(self.adults.iter().map(|id| ("adults".to_owned(), id.clone())));
        typed
    }

    /// The form for weekends with these fields in it, sent.
    pub async fn ask(&mut self, typed: &[(String, String)]) -> Reply {
        let shown = self.mother.get("/stays/new").await;
        assert_eq!(shown.status, StatusCode::OK, "{}", shown.body);
        let mut fields = shown.form("/stays");
        fields.retain(|(n, _)| !typed.iter().any(|(t, _)| t == n));
        fields.extend(typed.iter().cloned());
        self.mother.post("/stays", &fields).await
    }

    /// Asked for by the mother.
    pub async fn asked(&mut self) -> StayId {
        let reply = self.ask(&self.wanted()).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/home"), "{}", reply.body);
        self.only_stay().await
    }

    /// The newest stay in the office's list.
    async fn only_stay(&mut self) -> StayId {
        let list = self.leader.get("/stays").await.body;
        list.split("href=\"/stays/").find_map(|rest| StayId::parse(rest.split('"').next()?)).unwrap()
    }

    /// And the teacher's yes, and the child's word.
    pub async fn endorsed(&mut self) -> StayId {
        let stay = self.asked().await;
        let action = format!("/stays/{stay}/wish");
        let reply = self.teacher.submit("/friday", &action, &[("wish", "yes"), ("alone", "on")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        let action = format!("/stays/{stay}/endorsement");
        let reply = self.teacher.submit("/friday", &action, &[("answer", "yes")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        stay
    }

    /// And the office's.
    pub async fn approved(&mut self) -> StayId {
        let stay = self.endorsed().await;
        let reply = self.coordinator.submit(&format!("/stays/{stay}"), &format!("/stays/{stay}/approval"), &[]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        stay
    }

    /// The six digits on the mother's phone.
    pub async fn digits(&mut self, stay: StayId) -> String {
        let page = self.mother.get(&format!("/stays/{stay}/code")).await.body;
        let code = page.split("role=\"img\" aria-label=\"").nth(1).unwrap();
        code.split('"').next().unwrap().chars().filter(char::is_ascii_digit).collect()
    }

    /// Friday, and the child has left.
    pub async fn released(&mut self) -> StayId {
        let stay = self.approved().await;
        self.site.wait_minutes(TO_FRIDAY);
        let code = self.digits(stay).await;
        let card = self.teacher.submit("/friday", "/friday/code", &[("code", &code)]).await;
        assert_eq!(card.status, StatusCode::OK, "{}", card.body);
        let reply = self.teacher.post("/releases", &card.form("/releases")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
        stay
    }

    /// The coordinator, signed in anew: an office's session does not outlive a weekend.
    pub async fn office(&self) -> Browser {
        self.site.as_role(Role::Coordinator).await
    }

    /// The mother says how far they are.
    pub async fn says(&mut self, stay: StayId, event: &str) -> Reply {
        let action = format!("/stays/{stay}/report");
        let shown = self.mother.get("/home").await;
        let mut form = filled(shown.form(&action), &[("event", event)]);
        form.dedup();
        self.mother.post(&action, &form).await
    }
}
