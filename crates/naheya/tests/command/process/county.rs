//! A county whose children have been away a week ago by plan, and browsers of the people around them. Everything here is told
//! a week back, so that what the phones bring now is late already.

use naheya_domain::check::{CheckDetails, CheckForm, CheckKind, Subject};
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::guardian::{GuardianDetails, GuardianForm};
use naheya_domain::household::HouseholdDetails;
use naheya_domain::id::{ChildId, ClassId, GrantId, SchoolId, StayId};
use naheya_domain::notice::{Channel, ChannelConfig, Choice, LimitForm, Limits};
use naheya_domain::person_name::PersonName;
use naheya_domain::stay::{NewStay, StayForm};
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_domain::{AreaId, Role, Timestamp};
use naheya_store::account::{AddAccount, AddGrant};
use naheya_store::channel::{ChangeLimits, SetChannel};
use naheya_store::check::{CheckLine, EnterChecks};
use naheya_store::child::OpenFile;
use naheya_store::consent::{Purpose, RecordConsent};
use naheya_store::contact::{Contact, KeepContact};
use naheya_store::guardian::AddGuardian;
use naheya_store::import::{ImportRoster, Lines, PairLine};
use naheya_store::school::{AddClass, AddSchool};
use naheya_store::slip::{MakeSlip, UseSlip};
use naheya_store::stay::{ApproveStay, EndorseStay, RequestStay};
use naheya_store::volunteer::{HomeChoice, RegisterVolunteer, Registered, SignVolunteers, Signature};
use naheya_store::wish::{Answer, RecordWish};
use naheya_store::{Desk, Store, SystemTask};

pub const COUNTY: AreaId = AreaId(150_825);
pub const PASSWORD: &str = "three horses drink";
const WEEK: i64 = 7 * 24 * 60;

/// Somebody who has signed in.
pub struct Person {
    pub login: String,
    pub cookie: String,
    grant: GrantId,
}

/// A child, its carer, and the weekend of last week that was approved.
pub struct Family {
    pub child: ChildId,
    pub pair: String,
    pub adult: String,
    pub mother: Person,
    pub stay: StayId,
    /// When the child was fetched.
    pub fetched: Timestamp,
}

pub struct County {
    pub families: Vec<Family>,
    pub teacher: Person,
    pub office: Person,
    /// The real present.
    pub now: Timestamp,
}

/// Makes all of it in a place that is prepared.
pub async fn county(store: &Store, now: Timestamp, families: usize, gateway: u16) -> County {
    store.mark_demo(now).await.unwrap();
    let maker = Maker { store, now, then: now.plus_minutes(-WEEK) };
    maker.desk().open_county().await.unwrap();
    let school = AddSchool {
        name: "示例寄宿学校".into(),
        town_code: None,
        release_at: "17:30".into(),
        return_at: "18:30".into(),
    };
    let school = maker.desk().save(school).await.unwrap();
    let class = AddClass { school, name: "三(2)班".into(), grade: Some(3) };
    let class = maker.desk().save(class).await.unwrap();
    let teacher = maker.person(Role::ClassTeacher, Place::Class(class.0), 1).await;
    let office = maker.person(Role::Coordinator, Place::County, 2).await;
    let leader = maker.person(Role::Leader, Place::County, 3).await;
    maker.channel(&leader, gateway).await;
    let mut all = Vec::new();
    for n in 0..families {
        all.push(maker.family(n, (school, class), &teacher, &office).await);
    }
    County { families: all, teacher, office, now }
}

struct Maker<'a> {
    store: &'a Store,
    now: Timestamp,
    then: Timestamp,
}

impl Maker<'_> {
    fn desk(&self) -> Desk {
        self.store.as_system(SystemTask::Demo, COUNTY, self.then)
    }

    async fn of(&self, person: &Person) -> Desk {
        self.store.desk_of_grant(person.grant, self.then).await.unwrap()
    }

    /// An account that is reached by short message and has signed in now.
    async fn person(&self, role: Role, place: Place, n: usize) -> Person {
        let desk = self.desk();
        let login = format!("{}-{n}", role.code());
        let add = AddAccount { login: login.clone(), display_name: "样例".into(), language: "zh-Hans".into() };
        let account = desk.save(add).await.unwrap();
        let grant = AddGrant { account, role, place, from_on: self.then.date(), to_on: None };
        let grant = desk.save(grant).await.unwrap();
        let slip = self.store.as_system(SystemTask::Demo, COUNTY, self.now).save(MakeSlip { account }).await.unwrap();
        let (code, _, _) = self.store.as_system(SystemTask::Demo, COUNTY, self.now).slip_code(slip).await.unwrap();
        let given =
            UseSlip { code, password: PASSWORD.into(), address: String::new(), agent: "test".into(), shared: false };
        let token = self.store.use_slip(&given, self.now).await.unwrap().token;
        let person = Person { login, cookie: format!("naheya={token}"), grant };
        let contact = Contact { choice: Choice::Sms, mail: None, phone: Some(phone(n)), version: 0 };
        self.of(&person).await.save(KeepContact { contact }).await.unwrap();
        person
    }

    /// Short messages go to the stand-in at any hour, as many as there are.
    async fn channel(&self, leader: &Person, gateway: u16) {
        let desk = self.of(leader).await;
        let url = format!("http://127.0.0.1:{gateway}/");
        let body = "{\"number\":\"{number}\",\"to\":\"{phone}\",\"text\":\"{text}\"}";
        let typed = |name: &str| match name {
            "url" => url.as_str(),
            "body" => body,
            "success" => "taken",
            _ => "",
        };
        let config = ChannelConfig::parse(Channel::Sms, typed, None).unwrap();
        desk.save(SetChannel { config, active: true, version: 0 }).await.unwrap();
        let many = ["2000", "2000"];
        let form = LimitForm { quiet_from: "00:00", quiet_to: "00:00", mail: many, sms: many, group: many };
        let (_, version) = desk.notice_limits().await.unwrap();
        desk.save(ChangeLimits { version, limits: Limits::parse(&form).unwrap() }).await.unwrap();
    }

    async fn family(
        &self,
        n: usize,
        (school, class): (SchoolId, ClassId),
        teacher: &Person,
        office: &Person,
    ) -> Family {
        let (carer, name) = (self.carer(n).await, child_name(n));
        let child = self.child(&name, school, class).await;
        self.paired(n, &name).await;
        let desk = self.desk();
        let pair = desk.pairs_of_volunteer(carer.volunteer).await.unwrap()[0].id.to_string();
        let mother = self.person(Role::Volunteer, Place::Person(carer.volunteer.0), 100 + n).await;
        let mut family =
            Family { child, pair, adult: carer.member.0.to_string(), mother, stay: StayId::new(), fetched: self.then };
        (family.stay, family.fetched) = self.approved(&family, teacher, office).await;
        family
    }

    async fn carer(&self, n: usize) -> Registered {
        let desk = self.desk();
        let (name, phone) = (carer_name(n), phone(1_000 + n));
        let form = VolunteerForm { name: &name, birth_on: "1985-04-06", phone: &phone, ..VolunteerForm::default() };
        let details = VolunteerDetails::parse(&form, self.then.date()).unwrap();
        let home = HomeChoice::New(HouseholdDetails::default(), Vec::new());
        let made = desk.save(RegisterVolunteer { details, home }).await.unwrap();
        let mut checks = vec![
            (CheckKind::NoOffence, Subject::Adult(made.member.0)),
            (CheckKind::Identity, Subject::Adult(made.member.0)),
            (CheckKind::HomeVisit, Subject::Home(made.household.0)),
        ];
        for kind in [CheckKind::Interview, CheckKind::Training, CheckKind::Agreement, CheckKind::Insurance] {
            checks.push((kind, Subject::Volunteer(made.volunteer.0)));
        }
        let done_on = self.then.plus_minutes(-4 * WEEK).date().to_string();
        let line = |(kind, subject): (CheckKind, Subject)| {
            let (kind, done_on) = (kind.code(), done_on.as_str());
            let form = CheckForm { kind, outcome: "passed", done_on, number: "示例0310", ..CheckForm::default() };
            CheckLine { subject, details: CheckDetails::parse(&form, self.then.date()).unwrap(), second: None }
        };
        desk.save(EnterChecks { lines: checks.into_iter().map(line).collect() }).await.unwrap();
        desk.save(SignVolunteers { what: Signature::One(made.volunteer) }).await.unwrap();
        made
    }

    async fn child(&self, name: &str, school: SchoolId, class: ClassId) -> ChildId {
        let desk = self.desk();
        let form = ChildForm { name, birth_on: "2016-03-05", ..ChildForm::default() };
        let mut details = ChildDetails::parse(&form, self.then.date()).unwrap();
        (details.school_id, details.class_id) = (Some(school.0), Some(class.0));
        let child = desk.save(OpenFile { details }).await.unwrap();
        let form =
            GuardianForm { name: "安样父", relation: "父亲", phone: "13900000009", ..GuardianForm::default() };
        let details = GuardianDetails::parse(&form).unwrap();
        let guardian = desk.save(AddGuardian { child, details }).await.unwrap();
        let consent = RecordConsent {
            child,
            guardian,
            purpose: Purpose::Overnight,
            answer: true,
            how: "paper".into(),
            evidence: "示例柜子里".into(),
            from_on: self.then.date(),
            to_on: None,
            stay: None,
        };
        desk.save(consent).await.unwrap();
        let wish = RecordWish { child, stay: None, answer: Answer::Yes, words: String::new(), alone: true };
        desk.save(wish).await.unwrap();
        child
    }

    async fn paired(&self, n: usize, child: &str) {
        let line = PairLine {
            row: 2,
            volunteer_name: PersonName::parse(&carer_name(n)).unwrap(),
            volunteer_phone: None,
            volunteer_id_number: None,
            child_name: PersonName::parse(child).unwrap(),
            child_id_number: None,
            child_birth: None,
            school: None,
            guardian_phone: None,
            begun_on: self.then.plus_minutes(-4 * WEEK).date(),
            ended_on: None,
            paper_number: None,
        };
        let mut file_hash = [0; 32];
        file_hash[..8].copy_from_slice(&n.to_be_bytes());
        let lines = Lines::Pairs(vec![line]);
        let roster = ImportRoster { lines, file_hash, invalid: 0, good_rows_only: false, left_out: None };
        self.desk().save(roster).await.unwrap();
    }

    /// Two days that are over since days, asked for and agreed to before.
    async fn approved(&self, family: &Family, teacher: &Person, office: &Person) -> (StayId, Timestamp) {
        let day = |days: i64| self.then.plus_minutes(days * 24 * 60).date().to_string();
        let (first, last) = (day(1), day(3));
        let form = StayForm {
            pairs: vec![&family.pair],
            starts_on: &first,
            starts_at: "17:30",
            ends_on: &last,
            ends_at: "18:30",
            adults: vec![&family.adult],
            going: "no",
            ..StayForm::default()
        };
        let new = NewStay::parse(&form, self.then).unwrap();
        let fetched = new.starts_at;
        let stay = self.of(&family.mother).await.save(RequestStay { new }).await.unwrap()[0];
        let teacher = self.of(teacher).await;
        teacher.save(EndorseStay { stay, yes: true, words: String::new() }).await.unwrap();
        let (child, stay) = (family.child, stay);
        let wish = RecordWish { child, stay: Some(stay), answer: Answer::Yes, words: String::new(), alone: true };
        teacher.save(wish).await.unwrap();
        self.of(office).await.save(ApproveStay { stay }).await.unwrap();
        (stay, fetched)
    }
}

fn phone(n: usize) -> String {
    format!("138{n:08}")
}

/// Names that tell `n` apart in one character: the ledger of pairs knows people by name.
fn lettered(before: &str, n: usize) -> String {
    let letter = char::from_u32(0x4E00 + u32::try_from(n).unwrap()).unwrap();
    format!("{before}{letter}样")
}

fn carer_name(n: usize) -> String {
    lettered("李", n)
}

fn child_name(n: usize) -> String {
    lettered("安", n)
}
