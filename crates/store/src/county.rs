//! Another county joins an installation that serves already: the machine's keeper opens it and lets in the two who go on from
//! there. And a county, a league or a region has another name from now on.

use naheya_domain::level::Level;
use naheya_domain::person_name::PersonName;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, Role};
use sea_orm::ColumnTrait;

use crate::account::{self, Login, NewAccount};
use crate::grant::{self, NewGrant};
use crate::sealed::act::Act;
use crate::sealed::entity::{area, county, grant as grant_row};
use crate::sealed::tx::Tx;
use crate::slip::{self, SlipId};
use crate::{Desk, Error, installation, snapshot};

/// Somebody who is let in, as typed.
#[derive(Clone, Debug)]
pub struct Newcomer {
    /// User name.
    pub login: String,
    /// The person's name.
    pub name: String,
}

/// The county of the desk is opened, with an administrator and a leader; answers the papers of both. The first county of an
/// installation is set up by its link.
#[derive(Clone, Debug)]
pub struct JoinCounty {
    /// Keeps accounts and settings.
    pub admin: Newcomer,
    /// Signs and answers for the county.
    pub leader: Newcomer,
}

impl Act for JoinCounty {
    const NAME: &'static str = "county.join";
    type Answer = [SlipId; 2];

    async fn run(&self, tx: &Tx) -> Result<[SlipId; 2], Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let held = || tx.common::<grant_row::Entity>().and(grant_row::Column::Role.ne(Role::HigherLevel.code()));
        if held().first(tx).await?.is_none() {
            return Err(Error::refused("county.first"));
        }
        if held().and(grant_row::Column::AreaId.eq(tx.area_id())).first(tx).await?.is_some() {
            return Err(Error::refused("county.joined"));
        }
        installation::open_county(tx).await?;
        let admin = let_in(tx, &self.admin, Role::ItAdmin, ["login", "name"]).await?;
        let leader = let_in(tx, &self.leader, Role::Leader, ["leader_login", "leader_name"]).await?;
        Ok([admin, leader])
    }
}

/// An account with a role in all of the county, and the paper for its first password.
async fn let_in(tx: &Tx, who: &Newcomer, role: Role, [login, name]: [&'static str; 2]) -> Result<SlipId, Error> {
    let new = NewAccount {
        login: Login::parse(&who.login).map_err(|code| Error::field(login, code))?,
        phone: None,
        name: PersonName::parse(&who.name).map_err(|code| Error::field(name, code))?,
        language: String::new(),
    };
    let id = account::open(tx, &new).await.map_err(|error| match error {
        Error::Invalid(_) => Error::field(login, "login.taken"),
        other => other,
    })?;
    let (place, from_on) = (Place::County, tx.now().date());
    grant::give(tx, id, &NewGrant { role, place, from_on, to_on: None }).await?;
    slip::write(tx, id, "first").await
}

/// The State gave the county, the league or the region of the desk another name. Its number stays: records begin with it, and
/// whoever was there before is found by it. Processes that serve already say the new name after their next start.
#[derive(Clone, Debug)]
pub struct NameCounty {
    /// 2 to 30 characters.
    pub name: String,
}

impl Act for NameCounty {
    const NAME: &'static str = "county.rename";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let name = crate::area::named(&self.name)?;
        let kept = tx.common::<county::Entity>().and(county::Column::AreaId.eq(tx.area_id())).first(tx).await?;
        let listed = tx.common::<area::Entity>().and(area::Column::Code.eq(digits(tx.area()))).first(tx).await?;
        if kept.is_none() && (listed.is_none() || Level::of(tx.area()) == Level::County) {
            return Err(Error::refused("county.absent"));
        }
        if let Some(before) = kept {
            tx.change::<county::Entity>(&before, county::Model { name: name.clone(), ..before.clone() }).await?;
        }
        if let Some(before) = listed {
            tx.change::<area::Entity>(&before, area::Model { name, ..before.clone() }).await?;
        }
        // Pictures of months have names in them.
        snapshot::new_stamp(tx).await
    }
}

/// The digits by which the grid knows an area: two of a region, four of a league, six of a county.
fn digits(area: AreaId) -> String {
    let count = match Level::of(area) {
        Level::Nation => 0,
        Level::Region => 2,
        Level::League => 4,
        Level::County => 6,
    };
    area.to_string().chars().take(count).collect()
}

impl Desk {
    /// The name of the county; empty before it is opened.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn county_name(&self) -> Result<String, Error> {
        let tx = self.read();
        Ok(self.store().county(&tx, tx.area()).await?.map(|county| county.name.clone()).unwrap_or_default())
    }
}
