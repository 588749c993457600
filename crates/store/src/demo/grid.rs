//! The grid of the story: who is responsible where, one town where nobody is yet, three stations, and two talks that wait
//! for the child director. Told last and without lots, so that everything before it falls as it did.

use naheya_domain::{Date, Role};
use uuid::Uuid;

use super::calendar::{at, plus};
use super::story::Story;
use crate::Error;
use crate::sealed::entity::{charge, follow_up, station};

/// Town, duty, name, days ago it began, days ago it ended. In 202 nobody is responsible yet.
const PEOPLE: &[(&str, &str, &str, i64, Option<i64>)] = &[
    ("100", "child_supervisor", "样例高娃", 800, None),
    ("100", "federation_head", "示例其其格", 1500, None),
    ("101", "child_director", "示例乌兰", 400, None),
    ("101", "child_director", "样例图雅", 1600, Some(401)),
    ("101", "grid_worker", "范例巴雅尔", 300, None),
    ("102", "child_director", "示例萨仁", 700, None),
    ("200", "child_director", "样例娜仁", 500, None),
    ("200", "party_secretary", "示例苏和", 900, None),
    ("201", "grid_worker", "样例朝鲁", 200, None),
];
/// Town, kind, name, address, when it is open.
const STATIONS: &[(&str, &str, &str, &str, &str)] = &[
    ("100", "party_centre", "示例党群服务中心", "示例路2号一楼", "周一到周六 9:00—18:00"),
    ("101", "childrens_home", "示例儿童之家", "示例街8号", "周三、周六、周日 10:00—17:00"),
    ("200", "gacha_room", "示例嘎查活动室", "示例嘎查队部东侧", "周末 9:00—17:00"),
];
/// The town of the child director who signs in.
pub(super) const OWN: &str = "100";
/// Days until the two talks are due.
const TALKS: [i64; 2] = [-2, 3];

impl Story<'_> {
    pub(super) fn grid(&mut self) -> Result<(), Error> {
        let mut stations = Vec::new();
        for (n, (town, kind, name, address, opening)) in (1..).zip(STATIONS) {
            let id = self.grid_id(n);
            stations.push(id);
            self.rows.stations.push(station::Model {
                area_id: self.area_id,
                id,
                town_code: self.town(town),
                kind: (*kind).to_owned(),
                name: (*name).to_owned(),
                address: Some((*address).to_owned()),
                opening: Some((*opening).to_owned()),
                from_on: plus(self.today, -1000).to_string(),
                to_on: None,
                version: 1,
            });
        }
        for (n, (town, duty, name, since, until)) in (100..).zip(PEOPLE) {
            let until = until.map(|days| plus(self.today, -days));
            self.charge(n, town, (duty, Some(name)), plus(self.today, -since), until)?;
        }
        self.charge(50, OWN, ("child_director", None), plus(self.today, -600), None)?;
        self.charge(51, OWN, ("station_keeper", Some("范例红梅")), plus(self.today, -300), None)?;
        if let Some(row) = self.rows.charges.last_mut() {
            row.station_id = stations.first().copied();
        }
        self.waiting_talks()
    }

    /// Somebody with a name and a phone; without a name the child director who signs in.
    fn charge(
        &mut self,
        n: u128,
        town: &str,
        (duty, name): (&str, Option<&str>),
        from: Date,
        to: Option<Date>,
    ) -> Result<(), Error> {
        let id = self.grid_id(n);
        let login = format!("{}{}", Role::TownWorker.code(), self.before.login_end);
        let own = self.rows.accounts.iter().find(|account| account.login == login).map(|account| account.id);
        self.rows.charges.push(charge::Model {
            area_id: self.area_id,
            id,
            town_code: self.town(town),
            duty: duty.to_owned(),
            station_id: None,
            account_id: own.filter(|_| name.is_none()),
            name: name.map(str::to_owned),
            phone_sealed: Some(self.seal("charges", "phone_sealed", id, &format!("1990000{:04}", 9000 + n))?),
            from_on: from.to_string(),
            to_on: to.map(|day| day.to_string()),
            version: 1,
        });
        Ok(())
    }

    /// Two children of the child director's town are to be asked: one already, one this week.
    fn waiting_talks(&mut self) -> Result<(), Error> {
        let town = self.town(OWN);
        let due = |id: Uuid, all: &[follow_up::Model]| all.iter().any(|row| row.child_id == id && row.state == "due");
        let here = self.rows.children.iter().filter(|child| child.state == "enrolled");
        let free = here.filter(|child| child.town_code.as_deref() == Some(&town)).map(|child| child.id);
        let kids: Vec<Uuid> = free.filter(|id| !due(*id, &self.rows.follow_ups)).take(TALKS.len()).collect();
        for (n, (kid, days)) in (200..).zip(kids.into_iter().zip(TALKS)) {
            let due = at(plus(self.today, days), 18, 0);
            let row = self.follow_up_row(kid, due, None, self.staff.coordinator)?;
            let (id, planned_by) = (self.grid_id(n), Some(self.staff.coordinator));
            self.rows.follow_ups.push(follow_up::Model { id, planned_by, ..row });
        }
        Ok(())
    }

    fn town(&self, ends: &str) -> String {
        format!("{:06}{ends}", self.area_id)
    }

    /// Made from the coordinator's id.
    fn grid_id(&self, n: u128) -> Uuid {
        Uuid::from_u128(self.staff.coordinator.as_u128() ^ (n << 4))
    }
}
