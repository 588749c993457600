//! Children's files: who they are, their guardians, categories, consents.

use naheya_domain::viewer::Place;
use naheya_domain::{Date, Role, Timestamp};
use uuid::Uuid;

use super::calendar::{at, plus};
use super::name::spelled;
use super::story::{Kid, Room, Story};
use crate::Error;
use crate::sealed::entity::{child, child_category, consent, guardian, guardianship, sibling_group};
use crate::search::Kind;

const WORDS: &[&str] = &[
    "想有人陪我写作业",
    "想学做面片",
    "家里有小狗就好了",
    "想安安静静看书",
    "想跟姐姐一起去",
    "想学骑自行车",
    "想给爸爸打视频",
    "睡觉想开一盏小灯",
];
const LIKES: &[&str] = &["画画", "踢球", "马头琴", "看书", "唱歌", "做手工", "养小动物", "下棋"];
const CARE: &[&str] = &[
    "晚上怕黑，睡前陪她说说话。",
    "写作业容易走神，坐在旁边就好。",
    "不吃羊肉以外的内脏。",
    "说话慢，等她说完。",
    "每天给妈妈打一次电话。",
    "刚换牙，吃软一点的。",
];
const VITAL: &[&str] = &["花生过敏，吃了会起疹子", "有哮喘，喷雾在书包外袋", "对青霉素过敏"];
const CATEGORIES: &[&str] = &["LS", "LS", "LS", "DQ", "K1", "QT"];
const OTHER_GROUPS: &[&str] = &["02", "02", "02", "02", "02", "02", "02", "03", "11", "31"];
const TOWNS: &[&str] = &["100", "101", "102", "200", "201", "202", "200", "202"];

/// A child to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileDraft {
    pub(super) birth: Date,
    pub(super) han: bool,
    pub(super) state: &'static str,
    pub(super) opened: Date,
    pub(super) gone_on: Option<Date>,
    pub(super) room: Room,
    /// Nobody has said for half a year that the file is right.
    pub(super) stale: bool,
    pub(super) is_demo: bool,
}

impl Story<'_> {
    pub(super) fn file(&mut self, draft: FileDraft, sibling: Option<(&str, Uuid)>) -> Result<Kid, Error> {
        let mongol = !draft.han && self.lot.chance(88);
        let name = match sibling {
            Some((of, _)) => self.names.sibling(&mut self.lot, of, mongol),
            None => self.names.child(&mut self.lot, mongol),
        };
        let opened = at(draft.opened, 9, self.rows.children.len().try_into().unwrap_or(0));
        let id = self.lot.id(opened);
        let row = self.child_row(id, &name, draft, opened, sibling.map(|(_, group)| group))?;
        let mut names = vec![name.as_str()];
        names.extend(row.name_mn.as_deref());
        self.findable(Kind::Child, id, &names);
        self.rows.children.push(row);
        self.category(id, draft)?;
        let guardian = self.family(id, &name, mongol, draft.is_demo)?;
        self.consent(id, guardian, "file", draft.opened, None, draft.room.teacher);
        Ok(Kid { id, name, room: draft.room, guardian })
    }

    fn child_row(
        &mut self,
        id: Uuid,
        name: &str,
        draft: FileDraft,
        opened: Timestamp,
        group: Option<Uuid>,
    ) -> Result<child::Model, Error> {
        let number =
            self.rows.children.iter().filter(|c| c.number.starts_with(&draft.opened.year().to_string())).count();
        let confirmed =
            plus(self.today, -if draft.stale { self.lot.between(190, 260) } else { self.lot.between(3, 120) });
        let gone = draft.state == "left";
        let town = format!("{:06}{}", self.area_id, self.lot.pick(TOWNS));
        let address = format!("示例嘎查{}号", self.lot.between(1, 90));
        let care = self.lot.pick(CARE);
        let vital = (!gone && self.lot.chance(9)).then(|| self.lot.pick(VITAL));
        let words = (!gone).then(|| self.lot.pick(WORDS).to_owned());
        let likes = (!gone).then(|| self.lot.pick(LIKES).to_owned());
        Ok(child::Model {
            area_id: self.area_id,
            id,
            number: format!("{}-{:06}", draft.opened.year(), self.before.files + number + 1),
            name: name.to_owned(),
            name_mn: spelled(name),
            sex: if self.lot.chance(52) { "2" } else { "1" }.to_owned(),
            ethnic: Some(if draft.han { "01" } else { self.lot.pick(OTHER_GROUPS) }.to_owned()),
            birth_on: Some(draft.birth.to_string()),
            school_id: Some(draft.room.school),
            class_id: (!gone).then_some(draft.room.class),
            town_code: Some(town),
            state: draft.state.to_owned(),
            languages: if draft.han { "zh" } else { "mn,zh" }.to_owned(),
            vital_sealed: self.seal_some("children", "vital_sealed", id, vital)?,
            care_sealed: self.seal_some("children", "care_sealed", id, Some(care))?,
            words,
            likes,
            id_no_sealed: None,
            id_no_bi: None,
            student_no_sealed: None,
            address_sealed: Some(self.seal("children", "address_sealed", id, &address)?),
            health_sealed: None,
            sibling_group_id: group,
            confirmed_at: Some(at(confirmed, 14, 0).0),
            confirmed_by: Some(draft.room.teacher),
            enrolled_on: (draft.state != "applying").then(|| plus(draft.opened, 7).to_string()),
            left_on: draft.gone_on.filter(|_| gone).map(|day| day.to_string()),
            batch_id: None,
            moved_to: None,
            created_at: opened.0,
            updated_at: at(confirmed, 14, 0).0.max(opened.0),
            version: 1,
            boards: Some(true),
            needs_sealed: None,
            family_sealed: None,
            note_sealed: None,
        })
    }

    fn category(&mut self, child: Uuid, draft: FileDraft) -> Result<(), Error> {
        let id = self.lot.id(at(draft.opened, 9, 0));
        let code = self.lot.pick(CATEGORIES);
        let basis = self.seal_words("child_categories", "basis", id, "班主任家访登记（示例）")?;
        self.rows.categories.push(child_category::Model {
            area_id: self.area_id,
            id,
            child_id: child,
            code: code.to_owned(),
            from_on: Some(draft.opened.to_string()),
            to_on: None,
            basis,
        });
        Ok(())
    }

    /// A parent who is away and a grandmother nearby. Returns the parent, who decides.
    fn family(&mut self, child: Uuid, name: &str, mongol: bool, is_demo: bool) -> Result<Uuid, Error> {
        let father = self.lot.chance(60);
        let parent_name = self.names.adult(&mut self.lot, mongol, father);
        let relation = if father { "51" } else { "52" };
        let parent = self.guardian(child, &parent_name, relation, 1, true)?;
        if is_demo {
            let account = self.one(Role::Guardian, &format!("{name}的家长"), &Place::Person(parent));
            if let Some(row) = self.rows.guardians.last_mut() {
                row.account_id = Some(account);
            }
        }
        let grandmother = self.names.adult(&mut self.lot, mongol, false);
        self.guardian(child, &grandmother, "62", 2, false)?;
        Ok(parent)
    }

    fn guardian(&mut self, child: Uuid, name: &str, relation: &str, order: i32, away: bool) -> Result<Uuid, Error> {
        let opened = self.opened();
        let (id, tie) = (self.lot.id(opened), self.lot.id(opened));
        let phone = self.phone();
        self.rows.guardian_tokens.extend(crate::guardian::rows(self.area_id, id, name));
        self.rows.guardians.push(guardian::Model {
            area_id: self.area_id,
            id,
            name: name.to_owned(),
            phone_sealed: Some(self.seal("guardians", "phone_sealed", id, &phone)?),
            phone_bi: Some(self.tx.ring().blind("phone", &phone)),
            id_no_sealed: None,
            id_no_bi: None,
            address_sealed: None,
            account_id: None,
            version: 1,
        });
        self.rows.guardianships.push(guardianship::Model {
            area_id: self.area_id,
            id: tie,
            child_id: child,
            guardian_id: id,
            relation: relation.to_owned(),
            contact_order: order,
            away,
            blocked: false,
            blocked_reason_sealed: None,
            version: 1,
        });
        Ok(id)
    }

    /// Somebody to whom the child is never given.
    pub(super) fn blocked(&mut self, kid: &Kid) -> Result<(), Error> {
        let name = self.names.adult(&mut self.lot, false, true);
        self.guardian(kid.id, &name, "89", 9, false)?;
        let reason = "家长要求：不许他接孩子（示例）";
        let Some(id) = self.rows.guardianships.last().map(|tie| tie.id) else { return Ok(()) };
        let sealed = self.seal("guardianships", "blocked_reason_sealed", id, reason)?;
        if let Some(tie) = self.rows.guardianships.last_mut() {
            tie.blocked = true;
            tie.blocked_reason_sealed = Some(sealed);
        }
        Ok(())
    }

    pub(super) fn consent(
        &mut self,
        child: Uuid,
        guardian: Uuid,
        purpose: &str,
        from: Date,
        to: Option<Date>,
        recorded_by: Uuid,
    ) -> Uuid {
        let given = at(from, 12, 10);
        let id = self.lot.id(given);
        self.rows.consents.push(consent::Model {
            area_id: self.area_id,
            id,
            child_id: child,
            guardian_id: guardian,
            purpose: purpose.to_owned(),
            text_version: "1".to_owned(),
            from_on: from.to_string(),
            to_on: to.map(|day| day.to_string()),
            how: "paper".to_owned(),
            evidence_sealed: None,
            answer: true,
            given_at: given.0,
            recorded_by: Some(recorded_by),
            stay_id: None,
            withdrawn_at: None,
            withdrawn_how: None,
            undo_until: None,
            version: 1,
        });
        id
    }

    /// Brothers and sisters who go together.
    pub(super) fn siblings(&mut self) -> Uuid {
        let id = self.lot.id(self.opened());
        self.rows.sibling_groups.push(sibling_group::Model {
            area_id: self.area_id,
            id,
            mode: "must".to_owned(),
            version: 1,
        });
        id
    }

    /// Puts a child whose file is written already into a group.
    pub(super) fn join_siblings(&mut self, child: Uuid, group: Uuid) {
        if let Some(row) = self.rows.children.iter_mut().find(|row| row.id == child) {
            row.sibling_group_id = Some(group);
        }
    }
}
