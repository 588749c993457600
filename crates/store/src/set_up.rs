//! The first start: a one-time link, the county, the first administrator and leader.

use naheya_domain::access::Action;
use naheya_domain::area_code::County;
use naheya_domain::error::Faults;
use naheya_domain::id::AccountId;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use naheya_domain::viewer::Place;
use naheya_domain::{AreaId, FieldError, Role, Timestamp};
use sea_orm::ColumnTrait;

use crate::account::{self, AccountState, Login, NewAccount, NewGrant};
use crate::sealed::act::Act;
use crate::sealed::desk::{Store, SystemTask};
use crate::sealed::entity::{account as account_row, grant as grant_row, slip as slip_row};
use crate::sealed::tx::Tx;
use crate::session::{self, NewSession};
use crate::sign_in::SignedIn;
use crate::slip::{self, SlipId};
use crate::{Error, grant, installation, password};

/// The placeholder that the set-up link belongs to, until it becomes the administrator.
const PLACEHOLDER: &str = "set-up";

/// A person as typed.
#[derive(Clone, Copy, Debug)]
pub struct TypedPerson<'a> {
    /// User name.
    pub login: &'a str,
    /// Full name.
    pub name: &'a str,
    /// Phone, when one was typed.
    pub phone: Option<&'a str>,
}

/// Who sets the house up, and for whom, as typed.
#[derive(Clone, Copy, Debug)]
pub struct FirstForm<'a> {
    /// The code from the link.
    pub code: &'a str,
    /// The county's six digits.
    pub county: &'a str,
    /// The administrator, who goes on at once.
    pub admin: TypedPerson<'a>,
    /// The administrator's password, and the same again.
    pub password: [&'a str; 2],
    /// The leader, who gets a slip.
    pub leader: TypedPerson<'a>,
    /// From where.
    pub address: &'a str,
    /// The browser's words about itself.
    pub agent: &'a str,
}

/// How the form names what it asks of a person: login, name, phone.
type Fields = [&'static str; 3];
const OF_ADMIN: Fields = ["login", "name", "phone"];
const OF_LEADER: Fields = ["leader_login", "leader_name", "leader_phone"];

/// A person as read, as far as it could be.
struct Read {
    login: Option<Login>,
    name: Option<PersonName>,
    phone: Option<Option<Phone>>,
}

impl TypedPerson<'_> {
    fn read(&self, faults: &mut Faults, [login, name, phone]: Fields) -> Read {
        Read {
            login: faults.take(login, Login::parse(self.login)),
            name: faults.take(name, PersonName::parse(self.name)),
            phone: self.phone.map_or(Some(None), |typed| faults.take(phone, Phone::parse(typed)).map(Some)),
        }
    }
}

impl Read {
    fn phone(&self) -> Option<&Phone> {
        self.phone.as_ref().and_then(Option::as_ref)
    }

    fn account(self) -> Option<NewAccount> {
        Some(NewAccount { login: self.login?, name: self.name?, phone: self.phone?, language: String::new() })
    }
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
    /// in. Answers the session, the leader's account and the code of its slip.
    ///
    /// # Errors
    /// Every field that cannot be taken at once, a code that does not work (`set_up.code`) among them; refused
    /// `sign_in.wait`.
    pub async fn set_up(&self, form: &FirstForm<'_>, now: Timestamp) -> Result<(SignedIn, NewAccount, String), Error> {
        let mut faults = Faults::default();
        let lets_in = match self.tried(&self.door(now), form.code, form.address).await {
            Ok((paper, _)) => paper.kind == "setup",
            Err(Error::Refused(refusal)) if refusal.code == "slip.wrong" => false,
            Err(error) => return Err(error),
        };
        // Whoever types a code of old, as identity numbers have it, means the county of now.
        let known = County::known(form.county.trim()).and_then(County::area_id);
        let county = faults.take("county", known.ok_or("county.unknown"));
        let admin = form.admin.read(&mut faults, OF_ADMIN);
        let [password, again] = form.password;
        faults.take("password", password::judge(password, form.admin.login));
        if again != password {
            faults.push("again", "password.differs");
        }
        let leader = form.leader.read(&mut faults, OF_LEADER);
        if lets_in {
            let tx = self.as_system(SystemTask::SetUp, AreaId::NATION, now).read();
            faults.extend(taken(&tx, [(&admin, OF_ADMIN), (&leader, OF_LEADER)]).await?);
        } else {
            faults.push("code", "set_up.code");
        }
        let (county, admin, leader) =
            faults.finish(county.zip(admin.account()).zip(leader.account()).map(|((c, a), l)| (c, a, l)))?;
        let act = SetUp {
            code: form.code.to_owned(),
            admin,
            leader: leader.clone(),
            agent: form.agent.to_owned(),
            hash: password::hash(password).await?,
            token: session::new_token()?,
        };
        let token = act.token.clone();
        let (_, slip) = self.as_system(SystemTask::SetUp, county, now).save(act).await?;
        Ok((SignedIn { token, known: None }, leader, slip::code_of(self.ring(), slip.0)))
    }
}

/// What of these people's names and numbers somebody has already, one of them included. The placeholder is nobody.
async fn taken(tx: &Tx, people: [(&Read, Fields); 2]) -> Result<Vec<FieldError>, Error> {
    let mut faults = Vec::new();
    let (mut logins, mut phones) = (Vec::<&Login>::new(), Vec::<&Phone>::new());
    let others = || tx.common::<account_row::Entity>().and(account_row::Column::Login.ne(PLACEHOLDER));
    for (person, [login_field, _, phone_field]) in people {
        if let Some(login) = &person.login {
            let same = others().and(account_row::Column::Login.eq(login.as_str())).first(tx).await?;
            if logins.contains(&login) || same.is_some() {
                faults.push(FieldError::new(login_field, "login.taken"));
            }
            logins.push(login);
        }
        if let Some(phone) = person.phone() {
            let same = others().and(account_row::Column::PhoneBi.eq(account::phone_index(tx, phone))).first(tx).await?;
            if phones.contains(&phone) || same.is_some() {
                faults.push(FieldError::new(phone_field, "phone.taken"));
            }
            phones.push(phone);
        }
    }
    Ok(faults)
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
    code: String,
    admin: NewAccount,
    leader: NewAccount,
    agent: String,
    hash: String,
    token: String,
}

impl Act for SetUp {
    const NAME: &'static str = "set_up";
    type Answer = (AccountId, SlipId);

    async fn run(&self, tx: &Tx) -> Result<(AccountId, SlipId), Error> {
        let (paper, row) = slip::working(tx, &self.code).await?;
        if paper.kind != "setup" {
            return Err(Error::refused("slip.wrong"));
        }
        // With the rest or not at all: a county that was opened for a form with a fault would stay.
        installation::open_county(tx).await?;
        tx.change::<slip_row::Entity>(&paper, slip_row::Model { used_at: Some(tx.now().0), ..paper.clone() }).await?;
        let admin = self.become_admin(tx, &row).await?;
        let leader = account::open(tx, &self.leader).await?;
        grant::give(tx, leader, &all_county(tx, Role::Leader)).await?;
        let slip = slip::write_by(tx, leader, "first", admin).await?;
        let new = NewSession {
            token: &self.token,
            account: admin,
            grant: None,
            factor: false,
            agent: &self.agent,
            shared: false,
        };
        session::begin(tx, new).await?;
        Ok((admin, slip))
    }
}

impl SetUp {
    /// The placeholder takes the administrator's names and password.
    async fn become_admin(&self, tx: &Tx, row: &account_row::Model) -> Result<AccountId, Error> {
        let new = &self.admin;
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
