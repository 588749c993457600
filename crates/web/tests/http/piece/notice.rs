use naheya_domain::Role;
use naheya_domain::notice::{KINDS, Topic};
use naheya_store::notice::About;
use naheya_web::notice::{Told, said, way};
use naheya_web::words::{Lang, Words};
use uuid::Uuid;

#[test]
fn every_kind_has_words_in_every_language_that_fit_a_robot_and_a_short_message() {
    for lang in Lang::ALL {
        for kind in KINDS.iter().map(|(kind, _)| *kind).chain(["round.of_tomorrow", "x.y"]) {
            for (origin, without_account) in [(Some("https://naheya.example.cn/"), false), (None, false), (None, true)]
            {
                let told = Told { kind, number: "K7M3Q", language: lang.code(), origin, without_account };
                let said = said(&told);
                assert!(said.body.contains("K7M3Q") && said.subject.contains("K7M3Q"), "{kind}");
                assert!(said.body.len() < 2_048 && said.body.chars().count() <= 240, "{kind}: {}", said.body);
                assert_eq!(said.body.contains("https://naheya.example.cn/notices"), origin.is_some(), "{kind}");
                assert!(!said.body.contains(['！', '!', '\n']), "{kind}: {}", said.body);
            }
        }
        for topic in Topic::ALL {
            assert!(!Words { lang }.code("notice-topic", topic.code()).is_empty());
        }
    }
}

#[test]
fn a_notice_leads_to_a_page_of_its_readers_role() {
    let about = |noun: &str| About { kind: String::new(), noun: noun.into(), id: Some(Uuid::nil()) };
    assert_eq!(way(&about("stays"), Role::Volunteer), "/home");
    assert_eq!(way(&about("stays"), Role::Leader), format!("/stays/{}", Uuid::nil()));
    assert_eq!(way(&about("concern"), Role::ClassTeacher), "/friday");
    assert_eq!(way(&about("volunteers"), Role::Coordinator), format!("/volunteers/{}", Uuid::nil()));
    assert_eq!(way(&about("volunteers"), Role::Applicant), "/start");
    for role in [Role::Coordinator, Role::Volunteer, Role::Guardian] {
        assert_eq!(way(&about("term_plans"), role), format!("/terms/{}", Uuid::nil()), "{role:?}");
    }
    assert_eq!(way(&about("term_plans"), Role::ClassTeacher), "/friday");
    assert_eq!(way(&about("exports"), Role::Leader), "/exports");
    let gone = About { kind: "import.thrown_away".into(), id: None, ..about("drafts") };
    assert_eq!(way(&gone, Role::Coordinator), "/imports/new");
    assert_eq!(way(&about("schools"), Role::Coordinator), format!("/schools/{}", Uuid::nil()));
    assert_eq!(way(&about("schools"), Role::ClassTeacher), "/friday");
    assert_eq!(way(&about("children"), Role::Guardian), "/family/consents");
    assert_eq!(way(&about("nonsense"), Role::ItAdmin), "/start");
}

#[test]
fn a_teacher_is_led_from_one_notice_to_the_list_on_which_the_child_stands() {
    let about = |kind: &str| About { kind: kind.into(), noun: "stays".into(), id: Some(Uuid::nil()) };
    for kind in [
        "alarm.school",
        "stay.goes_home",
        "stay.kept_away",
        "stay.late_announced",
        "stay.hand_back",
        "stay.later",
        "stay.later_now",
    ] {
        assert_eq!(way(&about(kind), Role::ClassTeacher), "/sunday", "{kind}");
    }
    for kind in ["alarm.not_fetched", "stay.held_now", "stay.teacher_asked"] {
        assert_eq!(way(&about(kind), Role::ClassTeacher), "/friday", "{kind}");
    }
    assert_eq!(way(&about("alarm.leader"), Role::Leader), format!("/stays/{}", Uuid::nil()));
}

#[test]
fn a_notice_from_the_gate_leads_the_office_to_who_stands_there() {
    let about = |kind: &str| About { kind: kind.into(), noun: "accounts".into(), id: Some(Uuid::nil()) };
    for kind in ["gate.stranger", "code.paused"] {
        assert_eq!(way(&about(kind), Role::Coordinator), format!("/accounts/{}", Uuid::nil()), "{kind}");
    }
    assert_eq!(way(&about("account.slip"), Role::Coordinator), "/me");
}

#[test]
fn a_notice_of_an_erasure_leads_to_the_request_whoevers_file_it_is() {
    for noun in ["children", "volunteers"] {
        let about = About { kind: "erasure.asked".into(), noun: noun.into(), id: Some(Uuid::nil()) };
        assert_eq!(way(&about, Role::Leader), format!("/{noun}/{}/erasure", Uuid::nil()));
    }
}
