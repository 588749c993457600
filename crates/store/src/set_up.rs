//! The first start: a one-time link, the county, the first administrator and leader.

use naheya_domain::access::Action;
use naheya_domain::area_code::County;
use naheya_domain::id::AccountId;
use naheya_domain::person_name::PersonName;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, FieldError, Role, Timestamp};
use sea_orm::ColumnTrait;

use crate::account::{self, AccountState, Login, NewAccount, NewGrant};
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{account as account_row, grant as grant_row, slip as slip_row};
use crate::sealed::tx::Tx;
use crate::session::{self, NewSession};
use crate::sign_in::{SLIP, SignedIn};
use crate::slip::{self, SlipId};
use crate::{Error, grant, password};

/// The placeholder that the set-up link belongs to, until it becomes the administrator.
const PLACEHOLDER: &str = "set-up";

/// Who sets the house up, and for whom.
#[derive(Clone, Debug)]
pub struct FirstPeople {
    /// The code from the link.
    pub code: String,
    /// The county.
    pub county: AreaId,
    /// The administrator, who goes on at once.
    pub admin: NewAccount,
    /// The administrator's password.
    pub password: String,
    /// The leader, who gets a slip.
    pub leader: NewAccount,
    /// From where.
    pub address: String,
    /// The browser's words about itself.
    pub agent: String,
}

impl Store {
    /// Where nobody has a role in a county yet: makes the code of the set-up link (a new one at each start
    /// until it is used). `None` once somebody has one; who reads figures above the counties keeps no house.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn set_up_code(&self, now: Timestamp) -> Result<Option<String>, Error> {
        let desk = self.as_system(SystemTask::SetUp, AreaId::NATION, now);
        match desk.save(BeginSetUp).await? {
            Some(id) => Ok(Some(desk.slip_code(id).await?.0)),
            None => Ok(None),
        }
    }

    /// Sets the house up: opens the county, makes administrator and leader, lets the administrator
    /// in. Answers the session and the code of the leader's slip.
    ///
    /// # Errors
    /// Invalid fields `county`, `admin_login`, `leader_login`, `password`; refused `slip.wrong`.
    pub async fn set_up(&self, given: &FirstPeople, now: Timestamp) -> Result<(SignedIn, String), Error> {
        let door = self.door(now);
        self.count_try(&door, &[(SLIP, &given.address, 10)]).await?;
        slip::working(&door.read(), &given.code).await?;
        password::judge(&given.password, given.admin.login.as_str()).map_err(|code| Error::field("password", code))?;
        if County::known(&given.county.to_string()).is_none() {
            return Err(Error::field("county", "county.unknown"));
        }
        if given.admin.login == given.leader.login {
            return Err(Error::field("leader_login", "login.taken"));
        }
        let desk = self.as_system(SystemTask::SetUp, given.county, now);
        desk.open_county().await?;
        let act =
            SetUp { given: given.clone(), hash: password::hash(&given.password).await?, token: session::new_token()? };
        let token = act.token.clone();
        let (_, slip) = desk.save(act).await.map_err(renamed)?;
        Ok((SignedIn { token, known: None }, slip::code_of(self.ring(), slip.0)))
    }
}

/// The form has two people in it: their fields carry who is meant.
fn renamed(error: Error) -> Error {
    match error {
        Error::Invalid(faults) => {
            let of_leader = |f: FieldError| FieldError::new(format!("leader_{}", f.field), f.code);
            Error::Invalid(faults.into_iter().map(of_leader).collect())
        }
        other => other,
    }
}

struct BeginSetUp;

impl Act for BeginSetUp {
    const NAME: &'static str = "set_up.begin";
    type Answer = Option<SlipId>;

    async fn run(&self, tx: &Tx) -> Result<Option<SlipId>, Error> {
        tx.require(Action::KeepSetting)?;
        let kept = tx.common::<grant_row::Entity>().and(grant_row::Column::Role.ne(Role::HigherLevel.code()));
        if kept.first(tx).await?.is_some() {
            return Ok(None);
        }
        let waiting = tx.common::<account_row::Entity>().and(account_row::Column::Login.eq(PLACEHOLDER));
        let placeholder = match waiting.first(tx).await? {
            None => {
                let login = Login::parse(PLACEHOLDER).map_err(|code| Error::field("login", code))?;
                let name = PersonName::parse(PLACEHOLDER).map_err(|code| Error::field("name", code))?;
                account::open(tx, &NewAccount { login, phone: None, name, language: String::new() }).await?
            }
            Some(placeholder) if placeholder.state == AccountState::Invited.code() => AccountId(placeholder.id),
            Some(_) => return Ok(None),
        };
        Ok(Some(slip::write(tx, placeholder, "setup").await?))
    }
}

struct SetUp {
    given: FirstPeople,
    hash: String,
    token: String,
}

impl Act for SetUp {
    const NAME: &'static str = "set_up";
    type Answer = (AccountId, SlipId);

    async fn run(&self, tx: &Tx) -> Result<(AccountId, SlipId), Error> {
        let (paper, row) = slip::working(tx, &self.given.code).await?;
        if paper.kind != "setup" {
            return Err(Error::refused("slip.wrong"));
        }
        tx.change::<slip_row::Entity>(&paper, slip_row::Model { used_at: Some(tx.now().0), ..paper.clone() }).await?;
        let admin = self.become_admin(tx, &row).await?;
        let leader = account::open(tx, &self.given.leader).await?;
        grant::give(tx, leader, &all_county(tx, Role::Leader)).await?;
        let slip = slip::write_by(tx, leader, "first", admin).await?;
        let new = NewSession {
            token: &self.token,
            account: admin,
            grant: None,
            factor: false,
            agent: &self.given.agent,
            shared: false,
        };
        session::begin(tx, new).await?;
        Ok((admin, slip))
    }
}

impl SetUp {
    /// The placeholder takes the administrator's names and password.
    async fn become_admin(&self, tx: &Tx, row: &account_row::Model) -> Result<AccountId, Error> {
        let new = &self.given.admin;
        let after = account_row::Model {
            login: new.login.as_str().to_owned(),
            phone_bi: new.phone.as_ref().map(|p| account::phone_index(tx, p)),
            display_name: new.name.as_str().to_owned(),
            password_hash: Some(self.hash.clone()),
            state: AccountState::Active.code().to_owned(),
            language: new.language.clone(),
            ..row.clone()
        };
        tx.change::<account_row::Entity>(row, after).await?;
        grant::give(tx, AccountId(row.id), &all_county(tx, Role::ItAdmin)).await?;
        Ok(AccountId(row.id))
    }
}

fn all_county(tx: &Tx, role: Role) -> NewGrant {
    NewGrant { role, place: Place::County, from_on: tx.now().date(), to_on: None }
}
