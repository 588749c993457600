//! What a person may be in the programme.

use serde::{Deserialize, Serialize};

/// A role. Held in a place, from a date to a date (see [`crate::viewer::Place`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 协调员: runs the programme in the county.
    Coordinator,
    /// 负责人: second signature, all concerns.
    Leader,
    /// 儿童主任: keeps the files of a town or gacha.
    TownWorker,
    /// 班主任: releases and receives the children of a class.
    ClassTeacher,
    /// 周末妈妈: cares for the children paired with her.
    Volunteer,
    /// Somebody who has asked to become a volunteer.
    Applicant,
    /// 家长: decides for the own children.
    Guardian,
    /// 基地管理员.
    BaseKeeper,
    /// 财物管理员.
    Treasurer,
    /// 协作部门.
    Partner,
    /// 上级: figures of the areas below.
    HigherLevel,
    /// 审计: the trail and its proof, no files.
    Auditor,
    /// 系统管理员: accounts, settings, backups, no files.
    ItAdmin,
}

impl Role {
    /// Every role, in the order in which they are listed to people.
    pub const ALL: [Role; 13] = [
        Role::Coordinator,
        Role::Leader,
        Role::TownWorker,
        Role::ClassTeacher,
        Role::Volunteer,
        Role::Applicant,
        Role::Guardian,
        Role::BaseKeeper,
        Role::Treasurer,
        Role::Partner,
        Role::HigherLevel,
        Role::Auditor,
        Role::ItAdmin,
    ];

    /// The name used in records, routes and the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Role::Coordinator => "coordinator",
            Role::Leader => "leader",
            Role::TownWorker => "town_worker",
            Role::ClassTeacher => "class_teacher",
            Role::Volunteer => "volunteer",
            Role::Applicant => "applicant",
            Role::Guardian => "guardian",
            Role::BaseKeeper => "base_keeper",
            Role::Treasurer => "treasurer",
            Role::Partner => "partner",
            Role::HigherLevel => "higher_level",
            Role::Auditor => "auditor",
            Role::ItAdmin => "it_admin",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role signs in with a second factor (product.md, accounts). Teachers, volunteers
    /// and guardians never do: a lost phone must not keep a child waiting at the gate.
    #[must_use]
    pub fn needs_second_factor(self) -> bool {
        match self {
            Role::Coordinator
            | Role::Leader
            | Role::Treasurer
            | Role::Partner
            | Role::HigherLevel
            | Role::Auditor
            | Role::ItAdmin => true,
            Role::TownWorker
            | Role::ClassTeacher
            | Role::Volunteer
            | Role::Applicant
            | Role::Guardian
            | Role::BaseKeeper => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_factor_is_asked_of_offices_and_of_nobody_at_the_gate_or_at_home() {
        let without =
            [Role::TownWorker, Role::ClassTeacher, Role::Volunteer, Role::Applicant, Role::Guardian, Role::BaseKeeper];
        for role in Role::ALL {
            assert_eq!(role.needs_second_factor(), !without.contains(&role), "{role:?}");
            assert_eq!(Role::parse(role.code()), Some(role));
        }
    }
}
