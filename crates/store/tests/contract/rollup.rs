//! Running totals equal a recount after whatever happens, and the figures counted live on every day.

use naheya_domain::Role;
use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::figure::{Audience, Figure, Figures};
use naheya_domain::follow_up::With;
use naheya_domain::pair::EndReason;
use naheya_domain::snapshot::Month;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_store::child::edit::EditFile;
use naheya_store::figure::Path;
use naheya_store::follow_up::{PlanFollowUp, RecordFollowUp};
use naheya_store::order::Turn;
use naheya_store::pair::EndPair;
use naheya_store::parting::AtOnce;
use naheya_store::volunteer::{ChangeVolunteer, Step, StepVolunteer};
use naheya_store::{Desk, Error, Store};

use crate::ground::{COUNTY, Ground, NOW, desk_as};
use crate::on_both_engines;

on_both_engines![
    totals_of_the_demo_are_the_figures_of_each_month,
    after_any_acts_totals_equal_a_recount_and_the_live_figures,
    totals_of_older_records_are_made_when_the_place_is_prepared,
    a_total_that_was_changed_is_named,
];

/// Totals as of the month's last day, and the same counted live.
async fn both(leader: &Desk, month: Month) -> (String, String) {
    let live = leader.figures(month.last_day()).await.unwrap();
    let kept = leader.month(month).await.unwrap().counted;
    let kept = kept.figures(COUNTY, live.name.clone(), month.last_day(), Audience::County);
    let said = |figures: &Figures| serde_json::to_string(figures).unwrap();
    (said(&kept), said(&live))
}

async fn differing(store: &Store) -> Vec<String> {
    let findings = store.examine(true, NOW).await.unwrap();
    findings.into_iter().filter(|f| f.code == "rollup.differs").map(|f| f.row).collect()
}

async fn totals_of_the_demo_are_the_figures_of_each_month(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    for ago in [0, 1, 2, 3, 7, 14, 30, 60, 100, 150, 300] {
        let (kept, live) = both(&leader, Month::of(NOW.date()).earlier(ago)).await;
        assert_eq!(kept, live, "{ago} months ago");
    }
    assert_eq!(differing(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

/// Numbers from a seed.
struct Lot(u64);

impl Lot {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

fn child_of(group: &str) -> ChildDetails {
    let form = ChildForm { name: "安小草", birth_on: "2016-03-05", ethnic: group, ..ChildForm::default() };
    ChildDetails::parse(&form, NOW.date()).unwrap()
}

fn carer_of(group: &str) -> VolunteerDetails {
    let form = VolunteerForm {
        name: "示例花",
        birth_on: "1985-04-06",
        phone: "13900000001",
        languages: "汉语",
        ethnic: group,
        ..VolunteerForm::default()
    };
    VolunteerDetails::parse(&form, NOW.date()).unwrap()
}

async fn act(leader: &Desk, lot: &mut Lot, people: &People) -> Result<(), Error> {
    let group = ["01", "05", ""][lot.below(3)];
    match lot.below(6) {
        0 => {
            let at_once = Some(AtOnce { reason: EndReason::FamilyHome, words: "回家了".into() });
            leader.save(EndPair { pair: lot.one(&people.pairs), at_once }).await
        }
        1 => {
            let step = [Step::Leave, Step::Pause, Step::Resume, Step::ScreenAgain][lot.below(4)].clone();
            leader.save(StepVolunteer { volunteer: lot.one(&people.carers), step, reason: "样例".into() }).await
        }
        2 => {
            let child = lot.one(&people.children);
            let version = leader.child_fields(child).await?.version;
            leader.save(EditFile { child, version, details: child_of(group) }).await
        }
        3 => {
            let volunteer = lot.one(&people.carers);
            let version = leader.volunteer(volunteer).await?.version;
            leader.save(ChangeVolunteer { volunteer, version, details: carer_of(group) }).await
        }
        _ => talk(leader, lot, people).await,
    }
}

async fn talk(leader: &Desk, lot: &mut Lot, people: &People) -> Result<(), Error> {
    let child = lot.one(&people.children);
    let due = leader.follow_up_book(child).await?.into_iter().map(|talk| talk.row).find(|row| row.done_at.is_none());
    match due {
        None => {
            let plan = PlanFollowUp { child, with: With::Child, due_at: NOW };
            leader.save(plan).await.map(|_| ())
        }
        Some(row) => {
            let answers = ["睡得好".into(), String::new(), String::new(), String::new(), String::new()];
            let record = RecordFollowUp { follow_up: row.id, way: "talk".into(), alone: "yes".into(), answers };
            leader.save(record).await.map(|_| ())
        }
    }
}

/// Who is on file when it begins.
struct People {
    pairs: Vec<naheya_domain::id::PairId>,
    carers: Vec<naheya_domain::id::VolunteerId>,
    children: Vec<naheya_domain::id::ChildId>,
}

impl People {
    async fn of(leader: &Desk) -> People {
        let ids = async |figure| {
            let rows = leader.records_behind(figure, NOW.date(), &Turn::First).await.unwrap().rows;
            rows.into_iter().map(|row| row.path).collect::<Vec<Path>>()
        };
        let (mut pairs, mut carers, mut children) = (Vec::new(), Vec::new(), Vec::new());
        for path in
            [ids(Figure::PairsActive).await, ids(Figure::Volunteers).await, ids(Figure::ChildrenSupported).await]
                .concat()
        {
            match path {
                Path::Pair(id) => pairs.push(naheya_domain::id::PairId(id)),
                Path::Volunteer(id) => carers.push(naheya_domain::id::VolunteerId(id)),
                Path::Child(id) => children.push(naheya_domain::id::ChildId(id)),
                Path::Stay(_) => {}
            }
        }
        People { pairs, carers, children }
    }
}

async fn after_any_acts_totals_equal_a_recount_and_the_live_figures(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let people = People::of(&leader).await;
    let (mut lot, mut done) = (Lot(2_026), 0);
    let this = Month::of(NOW.date());
    for round in 0..12 {
        for _ in 0..10 {
            match act(&leader, &mut lot, &people).await {
                Ok(()) => done += 1,
                Err(Error::Refused(_) | Error::Invalid(_) | Error::Stale | Error::NotFound) => {}
                Err(error) => panic!("{error}"),
            }
        }
        for month in [this, this.earlier(1), this.earlier(20)] {
            let (kept, live) = both(&leader, month).await;
            assert_eq!(kept, live, "round {round}, {month}");
        }
    }
    assert!(done >= 40, "{done} acts went through");
    assert_eq!(differing(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn totals_of_older_records_are_made_when_the_place_is_prepared(ground: Ground) {
    let store = ground.told().await;
    let leader = desk_as(&store, Role::Leader, Place::County).await;
    let month = Month::of(NOW.date());
    let (before, _) = both(&leader, month).await;
    ground.sql("DELETE FROM rollups").await;
    ground.sql("DELETE FROM meta WHERE key = 'rollups'").await;
    assert_ne!(both(&leader, month).await.0, before);
    store.prepare(NOW).await.unwrap();
    assert_eq!(both(&leader, month).await.0, before);
    assert_eq!(differing(&store).await, Vec::<String>::new());
    store.close().await.unwrap();
}

async fn a_total_that_was_changed_is_named(ground: Ground) {
    let store = ground.told().await;
    ground.sql("UPDATE rollups SET pairs = pairs + 1 WHERE day = (SELECT max(day) FROM rollups WHERE pairs > 0)").await;
    let day = ground.texts("SELECT max(day) FROM rollups WHERE pairs > 0").await;
    assert_eq!(differing(&store).await, day);
    store.close().await.unwrap();
}
