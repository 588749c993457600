//! Areas for which somebody was responsible and nobody is from a day on: the last day of a charge comes, or its owner's account
//! was closed. The office reads it before it happens, and goes on reading it for as long afterwards.

use std::collections::BTreeMap;

use jiff::ToSpan;
use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::charge::{Days, first_day_without};
use sea_orm::{ColumnTrait, Condition};

use super::{Charge, row, shown};
use crate::child::{ChildFilter, ChildView};
use crate::sealed::entity::area;
use crate::{Desk, Error};

/// Days before, and after, the last day on which it is told of.
const DAYS: i64 = 14;

/// An area with children for which nobody is responsible from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaAlone {
    /// The code of the town or gacha.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Who was responsible last.
    pub people: Vec<String>,
    /// The first day on which nobody is; today, where only accounts that were closed are left.
    pub from: Date,
    /// How many children live there.
    pub children: u64,
}

impl Desk {
    /// Areas that are alone within the next fourteen days, or since the last fourteen.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep the grid.
    pub async fn areas_alone(&self) -> Result<Vec<AreaAlone>, Error> {
        self.require(Action::KeepGrid)?;
        self.remembered("areas.alone", String::new(), self.read_alone()).await
    }

    async fn read_alone(&self) -> Result<Vec<AreaAlone>, Error> {
        let tx = self.read();
        let today = tx.now().date();
        let since = today.checked_sub(DAYS.days()).unwrap_or(today);
        let lately =
            Condition::any().add(row::Column::ToOn.is_null()).add(row::Column::ToOn.gte(since.to_string().as_str()));
        let rows = tx.visible::<row::Entity>().and(row::Column::StationId.is_null()).and(lately).all(&tx).await?;
        let mut held: BTreeMap<String, Vec<Charge>> = BTreeMap::new();
        for charge in shown(&tx, rows).await? {
            held.entry(charge.town_code.clone()).or_default().push(charge);
        }
        let mut found: Vec<(String, Date, Vec<String>)> = held
            .into_iter()
            .filter_map(|(code, all)| alone(&all, today).map(|(from, who)| (code, from, who)))
            .collect();
        found.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
        let mut areas = Vec::new();
        for (code, from, people) in found {
            let standing = tx.common::<area::Entity>().and(area::Column::Code.eq(code.as_str()));
            let Some(area) = standing.and(area::Column::RetiredInto.is_null()).first(&tx).await? else { continue };
            let here = ChildFilter { view: ChildView::Here, areas: vec![code.clone()], ..ChildFilter::default() };
            let children = self.count_children(&here).await?;
            if children > 0 {
                areas.push(AreaAlone { code, name: area.name, people, from, children });
            }
        }
        Ok(areas)
    }
}

/// From which day on nobody is responsible, and who was until then.
fn alone(all: &[Charge], today: Date) -> Option<(Date, Vec<String>)> {
    let stays: Vec<Days> = all.iter().filter(|one| !one.gone).map(|one| one.days).collect();
    let names = |of: &dyn Fn(&&Charge) -> bool| all.iter().filter(of).map(|one| one.name.clone()).collect();
    let is_there = stays.iter().any(|days| days.holds(today));
    let gone = |one: &&Charge| one.gone && one.days.holds(today);
    if !is_there && all.iter().any(|one| gone(&one)) {
        return Some((today, names(&gone)));
    }
    let from = first_day_without(&stays, today)?;
    let soon = today.checked_add(DAYS.days()).unwrap_or(today);
    let last = from.yesterday().ok()?;
    (from <= soon).then(|| (from, names(&|one| !one.gone && one.days.to == Some(last))))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use naheya_domain::charge::ChargeDuty;
    use naheya_domain::id::ChargeId;

    use super::*;

    fn charge(name: &str, to: Option<Date>, gone: bool) -> Charge {
        Charge {
            id: ChargeId::new(),
            town_code: String::new(),
            duty: ChargeDuty::ChildDirector,
            station: None,
            account: None,
            name: name.to_owned(),
            gone,
            closed: false,
            phone: None,
            days: Days { from: date(2026, 1, 1), to },
            version: 1,
        }
    }

    #[test]
    fn an_area_is_alone_after_the_last_day_or_when_only_closed_accounts_are_left() {
        let today = date(2026, 11, 20);
        let one = charge("一", Some(date(2026, 11, 25)), false);
        let told = |all: &[Charge]| alone(all, today);
        assert_eq!(told(std::slice::from_ref(&one)), Some((date(2026, 11, 26), vec!["一".to_owned()])));
        assert_eq!(told(&[one.clone(), charge("二", None, false)]), None, "somebody stays");
        assert_eq!(told(&[one, charge("二", None, true)]).map(|(from, _)| from), Some(date(2026, 11, 26)));
        assert_eq!(told(&[charge("二", None, true)]), Some((today, vec!["二".to_owned()])));
        assert_eq!(told(&[charge("三", Some(date(2027, 1, 1)), false)]), None, "that is long away");
    }
}
