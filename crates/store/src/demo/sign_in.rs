//! Accounts and grants: one per role for whoever tries the demo, one per teacher, one per carer.

use naheya_domain::level::Level;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role, Timestamp};
use uuid::Uuid;

use super::calendar::at;
use super::story::Story;
use crate::sealed::entity::{account, grant};

impl Story<'_> {
    /// Accounts that can sign in with the demo's password.
    pub(super) fn account(&mut self, login: &str, name: &str) -> Uuid {
        let hash = Some(self.password_hash.clone());
        self.add_account(format!("{login}{}", self.before.login_end), name, hash, "active", self.opened())
    }

    /// The account of a carer. Who has just applied is invited, and sets her password with a slip; the others have been in,
    /// though nobody who tries the demo has their passwords.
    pub(super) fn of_carer(&mut self, name: &str, is_in: bool, since: Timestamp) -> Uuid {
        let running = self.before.accounts + self.rows.accounts.len();
        let login = format!("mama{running:03}{}", self.before.login_end);
        self.add_account(login, name, None, if is_in { "active" } else { "invited" }, since)
    }

    fn add_account(
        &mut self,
        login: String,
        name: &str,
        password_hash: Option<String>,
        state: &str,
        since: Timestamp,
    ) -> Uuid {
        let id = self.lot.id(since);
        self.rows.accounts.push(account::Model {
            id,
            login,
            phone_bi: None,
            display_name: name.to_owned(),
            password_hash,
            state: state.to_owned(),
            totp_sealed: None,
            totp_confirmed_at: None,
            totp_last_step: None,
            language: "zh-Hans".to_owned(),
            created_at: since.0,
            version: 1,
        });
        id
    }

    pub(super) fn grant(&mut self, account: Uuid, role: Role, place: &Place) {
        self.grant_in(self.area_id, account, role, place);
    }

    fn grant_in(&mut self, area_id: i32, account: Uuid, role: Role, place: &Place) {
        let since = self.opened();
        let id = self.lot.id(since);
        self.rows.grants.push(grant::Model {
            id,
            account_id: account,
            area_id,
            role: role.code().to_owned(),
            place_kind: place.kind().to_owned(),
            place_ref: place.reference(),
            from_on: since.date().to_string(),
            to_on: None,
            ended_at: None,
            suspended_by: None,
            created_by: Uuid::nil(),
            created_at: since.0,
            version: 1,
        });
    }

    /// Coordinator and leader.
    pub(super) fn office(&mut self) {
        self.staff.coordinator = self.one(Role::Coordinator, "样例专干", &Place::County);
        self.staff.leader = self.one(Role::Leader, "示例主席", &Place::County);
    }

    /// The office, and those whose pages hold no file.
    pub(super) fn staff(&mut self) {
        self.office();
        self.one(Role::TownWorker, "范例主任", &Place::Town(format!("{:06}100", self.area_id)));
        for (role, name) in [
            (Role::BaseKeeper, "示例基地管理员"),
            (Role::Treasurer, "样例会计"),
            (Role::Partner, "示例教育局联络员"),
            (Role::Auditor, "示例审计员"),
            (Role::ItAdmin, "样例系统管理员"),
        ] {
            self.one(role, name, &Place::County);
        }
        self.above(Role::HigherLevel.code(), "示例市妇联", Level::League);
    }

    /// Somebody of a level above the county, who sees what the counties there have signed.
    pub(super) fn above(&mut self, login: &str, name: &str, level: Level) {
        let account = self.account(login, name);
        self.grant_in(level.above(AreaId(self.area_id)).0, account, Role::HigherLevel, &Place::County);
    }

    /// The one account of a role, whose login is the role's code.
    pub(super) fn one(&mut self, role: Role, name: &str, place: &Place) -> Uuid {
        let account = self.account(role.code(), name);
        self.grant(account, role, place);
        account
    }

    /// A second one of a role, since a later day. The login is the role's code with a `2` behind it.
    pub(super) fn colleague(&mut self, role: Role, name: &str, since: Timestamp) {
        let hash = Some(self.password_hash.clone());
        let login = format!("{}2{}", role.code(), self.before.login_end);
        let account = self.add_account(login, name, hash, "active", since);
        self.grant(account, role, &Place::County);
        if let Some(grant) = self.rows.grants.last_mut() {
            grant.from_on = since.date().to_string();
            grant.created_at = since.0;
        }
    }

    /// The programme's first day.
    pub(super) fn opened(&self) -> Timestamp {
        at(super::calendar::plus(self.today, -13 * 365 - 40), 9, 0)
    }
}
