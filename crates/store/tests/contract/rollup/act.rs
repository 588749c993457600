//! What people do that moves a figure, as a lot draws it.

use naheya_domain::child::{ChildDetails, ChildForm};
use naheya_domain::figure::{Figure, HoursKind};
use naheya_domain::follow_up::With;
use naheya_domain::hours::{NewCorrection, NewPaper, NewService};
use naheya_domain::id::{ChildId, ImportBatchId, MergeId, PairId, VolunteerId};
use naheya_domain::merge::{Part, VolunteerPart};
use naheya_domain::pair::EndReason;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::{VolunteerDetails, VolunteerForm};
use naheya_domain::{Role, Timestamp};
use naheya_store::child::edit::EditFile;
use naheya_store::figure::Path;
use naheya_store::follow_up::{PlanFollowUp, RecordFollowUp};
use naheya_store::hours::{ConfirmHours, CorrectHours, EnterPaper, EnterService};
use naheya_store::import::{ImportRoster, Lines, PairLine, UndoImport};
use naheya_store::merge::{ApproveMerge, UndoMerge};
use naheya_store::order::Turn;
use naheya_store::pair::EndPair;
use naheya_store::parting::AtOnce;
use naheya_store::volunteer::{ChangeVolunteer, SignVolunteers, Signature, Step, StepVolunteer};
use naheya_store::{Desk, Error, Store};

use crate::ground::{NOW, desk_as};
use crate::rows::Lot;
use crate::{import, merge, merge_volunteer};

/// Whose names stand in rosters, beside those of the demo.
const CHILDREN: [&str; 3] = ["图样苗", "图样芽", "图样花"];
const CARERS: [(&str, &str); 2] = [("图样娘", "13900000091"), ("图样婶", "13900000092")];

pub fn one<T: Copy>(lot: &mut Lot, of: &[T]) -> T {
    of[lot.below(of.len())]
}

/// Two people, because many acts need another one's yes, and what they have done so far.
pub struct Hands {
    leader: Desk,
    office: Desk,
    now: Timestamp,
    pairs: Vec<PairId>,
    carers: Vec<VolunteerId>,
    children: Vec<ChildId>,
    batches: Vec<ImportBatchId>,
    merges: Vec<MergeId>,
}

impl Hands {
    /// With whoever is on file when it begins.
    pub async fn of(store: &Store) -> Hands {
        let leader = desk_as(store, Role::Leader, Place::County).await;
        let office = desk_as(store, Role::Coordinator, Place::County).await;
        let (mut pairs, mut carers, mut children) = (Vec::new(), Vec::new(), Vec::new());
        for figure in [Figure::PairsActive, Figure::Volunteers, Figure::ChildrenSupported] {
            for row in leader.records_behind(figure, NOW.date(), &Turn::First).await.unwrap().rows {
                match row.path {
                    Path::Pair(id) => pairs.push(PairId(id)),
                    Path::Volunteer(id) => carers.push(VolunteerId(id)),
                    Path::Child(id) => children.push(ChildId(id)),
                    Path::Stay(_) => {}
                }
            }
        }
        Hands { leader, office, now: NOW, pairs, carers, children, batches: Vec::new(), merges: Vec::new() }
    }

    /// The same at a later moment.
    pub async fn go_on(&mut self, store: &Store, now: Timestamp) {
        self.leader = store.desk_of_grant(self.leader.viewer().grant, now).await.unwrap();
        self.office = store.desk_of_grant(self.office.viewer().grant, now).await.unwrap();
        self.now = now;
    }

    /// One act, whatever it is; its kind tells which.
    pub async fn act(&mut self, lot: &mut Lot) -> (&'static str, Result<(), Error>) {
        match lot.below(12) {
            0 => ("a pair ends", self.end(lot).await),
            1 | 2 => ("a volunteer's step", self.step(lot).await),
            3 => ("a child's file", self.edit_child(lot).await),
            4 => ("a volunteer's file", self.edit_carer(lot).await),
            5 => ("service", self.serve(lot).await),
            6 => ("paper hours", self.paper(lot).await),
            7 => ("hours corrected", self.correct(lot).await),
            8 => ("a merge", self.merge(lot).await),
            9 | 10 => ("a roster", self.roster(lot).await),
            _ => ("a talk", self.talk(lot).await),
        }
    }

    async fn end(&self, lot: &mut Lot) -> Result<(), Error> {
        let at_once = Some(AtOnce { reason: EndReason::FamilyHome, words: "回家了".into() });
        self.leader.save(EndPair { pair: one(lot, &self.pairs), at_once }).await
    }

    async fn step(&self, lot: &mut Lot) -> Result<(), Error> {
        let volunteer = one(lot, &self.carers);
        let steps = [Step::Leave, Step::Pause, Step::Resume, Step::ScreenAgain, Step::Refuse];
        match steps.get(lot.below(6)).cloned() {
            Some(step) => self.leader.save(StepVolunteer { volunteer, step, reason: "样例".into() }).await,
            None => self.leader.save(SignVolunteers { what: Signature::One(volunteer) }).await.map(|_| ()),
        }
    }

    async fn edit_child(&self, lot: &mut Lot) -> Result<(), Error> {
        let child = one(lot, &self.children);
        let version = self.leader.child_fields(child).await?.version;
        let ethnic = one(lot, &["01", "05", ""]);
        let form = ChildForm { name: "安小草", birth_on: "2016-03-05", ethnic, ..ChildForm::default() };
        let details = ChildDetails::parse(&form, NOW.date()).unwrap();
        self.leader.save(EditFile { child, version, details }).await
    }

    async fn edit_carer(&self, lot: &mut Lot) -> Result<(), Error> {
        let volunteer = one(lot, &self.carers);
        let version = self.leader.volunteer(volunteer).await?.version;
        let form = VolunteerForm {
            name: "示例花",
            birth_on: "1985-04-06",
            phone: "13900000001",
            languages: "汉语",
            ethnic: one(lot, &["01", "05", ""]),
            ..VolunteerForm::default()
        };
        let details = VolunteerDetails::parse(&form, NOW.date()).unwrap();
        self.leader.save(ChangeVolunteer { volunteer, version, details }).await
    }

    /// Some of it ends at midnight, which belongs to the day before.
    async fn serve(&self, lot: &mut Lot) -> Result<(), Error> {
        let days = i64::try_from(1 + lot.below(90)).unwrap();
        let midnight = Timestamp::from_shanghai(NOW.plus_minutes(-days * 1440).date().at(0, 0, 0, 0));
        let to = midnight.plus_minutes(one(lot, &[0, -1, 0, 600]));
        let kind = one(lot, &[HoursKind::Training, HoursKind::Activity]);
        let new = NewService { kind, span: (to.plus_minutes(-90), to), words: "讲急救".into() };
        let claim = self.office.save(EnterService { volunteer: one(lot, &self.carers), others: vec![], new }).await?;
        if lot.below(4) == 0 {
            return Ok(());
        }
        self.leader.save(ConfirmHours { claim }).await
    }

    async fn paper(&self, lot: &mut Lot) -> Result<(), Error> {
        let year = i16::try_from(2_019 + lot.below(9)).unwrap();
        let new = NewPaper { year, minutes: 600, number: format!("纸{year}") };
        let claim = self.office.save(EnterPaper { pair: one(lot, &self.pairs), new }).await?;
        self.leader.save(ConfirmHours { claim }).await
    }

    async fn correct(&self, lot: &mut Lot) -> Result<(), Error> {
        let book = self.office.hours(one(lot, &self.carers)).await?;
        let entry = book.lines.iter().find_map(|line| line.entry).ok_or(Error::NotFound)?;
        let new = NewCorrection { span: None, reason: "写错了".into() };
        let claim = self.office.save(CorrectHours { entry, new }).await?;
        self.leader.save(ConfirmHours { claim }).await
    }

    /// Two files become one, or two again.
    async fn merge(&mut self, lot: &mut Lot) -> Result<(), Error> {
        if lot.below(2) == 0
            && let Some(merge) = self.merges.pop()
        {
            return self.leader.save(UndoMerge { merge }).await;
        }
        let merge = if lot.below(3) == 0 {
            let (kept, other) = (one(lot, &self.carers), one(lot, &self.carers));
            let parts: Vec<VolunteerPart> = VolunteerPart::ALL.into_iter().filter(|_| lot.below(2) == 0).collect();
            merge_volunteer::propose(&self.office, kept, other, &parts).await?
        } else {
            let (kept, other) = (one(lot, &self.children), one(lot, &self.children));
            let parts: Vec<Part> = Part::ALL.into_iter().filter(|_| lot.below(2) == 0).collect();
            merge::propose(&self.office, kept, other, &parts).await?
        };
        self.leader.save(ApproveMerge { merge }).await?;
        self.merges.push(merge);
        Ok(())
    }

    /// A roster comes in, is signed, or is taken back.
    async fn roster(&mut self, lot: &mut Lot) -> Result<(), Error> {
        let (carer, phone) = one(lot, &CARERS);
        let child = one(lot, &CHILDREN);
        let lines = match lot.below(6) {
            0 => Lines::Children(vec![import::child(2, child, "", "4(3)班")]),
            1 => Lines::Volunteers(vec![import::volunteer(2, carer, phone)]),
            2 | 3 => {
                let ends = one(lot, &[None, Some((2_021, 6)), Some((2_026, 11))]);
                let line = import::pair(2, carer, child, (2_019, 10), ends);
                Lines::Pairs(vec![PairLine { volunteer_phone: None, ..line }])
            }
            4 if !self.batches.is_empty() => {
                let batch = one(lot, &self.batches);
                return self.leader.save(SignVolunteers { what: Signature::Batch(batch) }).await.map(|_| ());
            }
            _ => {
                let batch = self.batches.pop().ok_or(Error::NotFound)?;
                return self.office.save(UndoImport { batch }).await.map(|_| ());
            }
        };
        let roster = ImportRoster { lines, file_hash: [1; 32], invalid: 0, good_rows_only: false, left_out: None };
        let done = self.office.save(roster).await?;
        self.batches.extend(done.batch);
        Ok(())
    }

    async fn talk(&self, lot: &mut Lot) -> Result<(), Error> {
        let child = one(lot, &self.children);
        let book = self.leader.follow_up_book(child).await?;
        let due = book.into_iter().map(|talk| talk.row).find(|row| row.done_at.is_none());
        match due {
            None => {
                let plan = PlanFollowUp { child, with: With::Child, due_at: self.now };
                self.leader.save(plan).await.map(|_| ())
            }
            Some(row) => {
                let answers = ["睡得好".into(), String::new(), String::new(), String::new(), String::new()];
                let record = RecordFollowUp { follow_up: row.id, way: "talk".into(), alone: "yes".into(), answers };
                self.leader.save(record).await.map(|_| ())
            }
        }
    }
}
