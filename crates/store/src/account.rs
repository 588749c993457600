//! People who sign in and the roles they hold: kept by whoever may [`Action::KeepAccount`], within
//! the own county.

mod find;
mod guardian;
mod listed;
mod on_file;
pub(crate) mod phone;
mod standing;

use std::collections::HashMap;

use naheya_domain::Role;
use naheya_domain::access::Action;
use naheya_domain::id::AccountId;
use naheya_domain::name_order::by_sound;
use naheya_domain::person_name::PersonName;
use naheya_domain::phone::Phone;
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use crate::child::PAGE;
use crate::order::{Page, Turn, beyond, turned};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, grant};
use crate::sealed::tx::Tx;
use crate::sealed::visible::Visible;
use crate::{Desk, Error};

pub use self::find::MOST_FOUND;
pub use self::guardian::{GuardianLine, GuardiansOf, InviteGuardians, MOST_MADE, Outlook, SlipsMade};
pub use self::listed::MOST_SORTED;
pub use self::on_file::OnFile;
pub use self::standing::{ResetFactor, SetAccountState};
pub(crate) use self::standing::{let_in, reads_for};
pub use crate::grant::{AddGrant, EndGrant, GrantRow, NewGrant};

pub(crate) const TABLE: &str = "accounts";
/// People of whom one is chosen in a list; where there are more, one is named.
const MOST_STAFF: u64 = 200;
/// Accounts are counted no further.
const COUNTED: u64 = 100_000;
/// Rows of one file.
pub const MOST_OUT: usize = 5_000;

/// How many accounts a file of this view would hold.
pub(crate) async fn rows_out(tx: &Tx, view: AccountView) -> Result<u64, Error> {
    tx.common::<account::Entity>().and(view.condition(tx)).count_to(MOST_OUT as u64, tx).await
}

/// A user name: 2 to 40 letters, digits, Chinese characters, `.`, `-`, `_`; case does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login(String);

impl Login {
    /// Reads a user name as typed.
    ///
    /// # Errors
    /// `required.missing`, `login.invalid`.
    pub fn parse(text: &str) -> Result<Login, &'static str> {
        let login = text.trim().to_lowercase();
        if login.is_empty() {
            return Err("required.missing");
        }
        let sound = login.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
        // A name of digits alone could be somebody's phone.
        let spoken = login.chars().any(char::is_alphabetic);
        if sound && spoken && (2..=40).contains(&login.chars().count()) {
            Ok(Login(login))
        } else {
            Err("login.invalid")
        }
    }

    /// In lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountState {
    /// Has a slip, no password yet.
    Invited,
    /// Signs in.
    Active,
    /// Kept out for now.
    Locked,
    /// Ended for good.
    Closed,
}

impl AccountState {
    /// Every state.
    pub const ALL: [AccountState; 4] =
        [AccountState::Invited, AccountState::Active, AccountState::Locked, AccountState::Closed];

    /// The word in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            AccountState::Invited => "invited",
            AccountState::Active => "active",
            AccountState::Locked => "locked",
            AccountState::Closed => "closed",
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<AccountState> {
        AccountState::ALL.into_iter().find(|s| s.code() == code)
    }
}

/// An account as lists show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Which one.
    pub id: AccountId,
    /// User name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// State.
    pub state: AccountState,
    /// Whether a second factor is set up.
    pub has_factor: bool,
    /// Whether a phone number works for signing in, too.
    pub has_phone: bool,
    /// Roles in this county, newest first, ended ones too.
    pub grants: Vec<GrantRow>,
    /// For the next change.
    pub version: i32,
}

/// A person to be let in.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// User name, unique in the installation.
    pub login: Login,
    /// Phone, by which one can sign in as well.
    pub phone: Option<Phone>,
    /// The person's name.
    pub name: PersonName,
    /// BCP 47 tag, empty when not chosen.
    pub language: String,
}

/// Which accounts a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AccountView {
    /// Everybody but volunteers and guardians.
    #[default]
    Staff,
    /// Volunteers and applicants.
    Volunteers,
    /// Guardians.
    Guardians,
    /// Those who have not used their slip yet.
    Invited,
    /// Those kept out, for now or for good.
    Locked,
}

impl AccountView {
    /// Every view, in the order of the tabs.
    pub const ALL: [AccountView; 5] = [
        AccountView::Staff,
        AccountView::Volunteers,
        AccountView::Guardians,
        AccountView::Invited,
        AccountView::Locked,
    ];

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            AccountView::Staff => "staff",
            AccountView::Volunteers => "volunteers",
            AccountView::Guardians => "guardians",
            AccountView::Invited => "invited",
            AccountView::Locked => "locked",
        }
    }

    /// The view with this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<AccountView> {
        AccountView::ALL.into_iter().find(|v| v.code() == code)
    }

    pub(crate) fn condition(self, tx: &Tx) -> Condition {
        let with_role = |roles: Condition| {
            let here = Condition::all().add(grant::Column::AreaId.eq(tx.area_id())).add(roles);
            let ids = tx.common::<grant::Entity>().and(here).ids(grant::Column::AccountId);
            Condition::all().add(account::Column::Id.in_subquery(ids))
        };
        let of = |roles: &[Role]| {
            Condition::all().add(grant::Column::Role.is_in(roles.iter().map(|r| r.code()).collect::<Vec<_>>()))
        };
        let any = || with_role(Condition::all());
        let outside = [Role::Volunteer, Role::Applicant, Role::Guardian];
        match self {
            AccountView::Staff => with_role(of(&outside).not()),
            AccountView::Volunteers => with_role(of(&[Role::Volunteer, Role::Applicant])),
            AccountView::Guardians => with_role(of(&[Role::Guardian])),
            AccountView::Invited => any().add(account::Column::State.eq("invited")),
            AccountView::Locked => any().add(account::Column::State.is_in(["locked", "closed"])),
        }
    }
}

impl Desk {
    /// A page of the accounts with a role in this county, by name.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts, [`Error::NotFound`] when the list goes on from an account that
    /// has no role here.
    pub async fn accounts(&self, view: AccountView, turn: &Turn) -> Result<Page<AccountRow>, Error> {
        use account::Column as C;
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let place = match turn.mark() {
            Some(mark) => Some(in_my_county(&tx, AccountId(mark.id)).await?),
            None => None,
        };
        let place = place.map(|row| [row.display_name.into(), row.id.into()]);
        let found = tx.common::<account::Entity>().and(view.condition(&tx));
        let found = beyond(found, [C::DisplayName, C::Id], turn.is_back(), place);
        let mut page = turned(found.limit(PAGE + 1).all(&tx).await?, turn, |row| row.id);
        let people = std::mem::take(&mut page.rows);
        Ok(page.with(with_grants(&tx, people).await?))
    }

    /// The accounts of a view for a file, at most 5,000; the trail names each of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts, or takes no list out of the house.
    pub async fn accounts_out(&self, view: AccountView) -> Result<Vec<AccountRow>, Error> {
        self.require(Action::Export)?;
        let (mut all, mut turn) = (Vec::new(), Some(Turn::First));
        while let Some(here) = turn.filter(|_| all.len() < MOST_OUT) {
            let page = self.accounts(view, &here).await?;
            all.extend(page.rows);
            turn = page.next.map(Turn::After);
        }
        self.looked(TABLE, all.iter().map(|row| row.id.0).collect(), "export", None).await?;
        Ok(all)
    }

    /// The federation's and its partners' people of this county, without the reader, by name: for
    /// choosing a second person or a colleague; none where they are too many for a list.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn colleagues(&self) -> Result<Option<Vec<(AccountId, String)>>, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let mut people = staff(&tx).await?;
        if let Some(people) = &mut people {
            people.retain(|(account, _)| account.0 != tx.account());
        }
        Ok(people)
    }

    /// Whom of the federation's and its partners' people somebody means: by the user name, or by a whole name that only
    /// one of them has. What is wrong is said of `field`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who keeps neither accounts nor the grid; `account.nobody`, `account.several`.
    pub async fn colleague_called(&self, field: &'static str, typed: &str) -> Result<AccountId, Error> {
        use account::Column as C;
        if !self.may(Action::KeepAccount) {
            self.require(Action::KeepGrid)?;
        }
        let tx = self.read();
        let typed = typed.trim();
        let login = at_work(&tx).and(C::Login.eq(typed.to_lowercase())).first(&tx).await?;
        let named = at_work(&tx).and(C::DisplayName.eq(typed)).limit(2).all(&tx).await?;
        match (login, named.as_slice()) {
            (Some(one), _) => Ok(AccountId(one.id)),
            (None, [one]) => Ok(AccountId(one.id)),
            (None, []) => Err(Error::field(field, "account.nobody")),
            (None, _) => Err(Error::field(field, "account.several")),
        }
    }

    /// How many accounts each view holds. In a very large county, where counting takes long, the answer is at most a minute
    /// old.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for who does not keep accounts.
    pub async fn account_counts(&self) -> Result<Vec<(AccountView, u64)>, Error> {
        self.require(Action::KeepAccount)?;
        self.remembered_behind("accounts.counts", String::new(), |desk| async move {
            let tx = desk.read();
            let found = |view: AccountView| tx.common::<account::Entity>().and(view.condition(&tx));
            let counts = Visible::counts_to(AccountView::ALL.map(found).into(), COUNTED, &tx).await?;
            Ok(AccountView::ALL.into_iter().zip(counts).collect())
        })
        .await
    }

    /// One account with a role in this county.
    ///
    /// # Errors
    /// [`Error::NotFound`] for an account of another county.
    pub async fn account(&self, id: AccountId) -> Result<AccountRow, Error> {
        self.require(Action::KeepAccount)?;
        let tx = self.read();
        let row = in_my_county(&tx, id).await?;
        let grants = tx
            .common::<grant::Entity>()
            .and(Condition::all().add(grant::Column::AccountId.eq(id.0)).add(grant::Column::AreaId.eq(tx.area_id())))
            .by_desc(grant::Column::CreatedAt)
            .all(&tx)
            .await?;
        Ok(shown(row, &grants))
    }
}

async fn with_grants(tx: &Tx, people: Vec<account::Model>) -> Result<Vec<AccountRow>, Error> {
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .holding(grant::Column::AccountId, people.iter().map(|p| p.id))
        .by_desc(grant::Column::CreatedAt)
        .all(tx)
        .await?;
    Ok(people.into_iter().map(|p| shown(p, &grants)).collect())
}

fn shown(row: account::Model, grants: &[grant::Model]) -> AccountRow {
    AccountRow {
        id: AccountId(row.id),
        grants: grants.iter().filter(|g| g.account_id == row.id).filter_map(crate::grant::shown).collect(),
        login: row.login,
        name: row.display_name,
        state: AccountState::parse(&row.state).unwrap_or(AccountState::Closed),
        has_factor: row.totp_confirmed_at.is_some(),
        has_phone: row.phone_bi.is_some(),
        version: row.version,
    }
}

/// The federation's and its partners' people of this county whose account is not closed, by name; none where they are too
/// many for a list.
pub(crate) async fn staff(tx: &Tx) -> Result<Option<Vec<(AccountId, String)>>, Error> {
    let mut rows = at_work(tx).limit(MOST_STAFF + 1).all(tx).await?;
    if rows.len() as u64 > MOST_STAFF {
        return Ok(None);
    }
    rows.sort_by_cached_key(|account| by_sound(&account.display_name));
    Ok(Some(rows.into_iter().map(|a| (AccountId(a.id), a.display_name)).collect()))
}

/// What these accounts are called.
pub(crate) async fn display_names(
    tx: &Tx,
    who: impl IntoIterator<Item = Option<Uuid>>,
) -> Result<HashMap<Uuid, String>, Error> {
    let who = who.into_iter().flatten();
    let people = tx.common::<account::Entity>().among(who).all(tx).await?;
    Ok(people.into_iter().map(|account| (account.id, account.display_name)).collect())
}

fn at_work(tx: &Tx) -> Visible<account::Entity> {
    let staff = tx.common::<account::Entity>().and(AccountView::Staff.condition(tx));
    staff.and(account::Column::State.ne(AccountState::Closed.code()))
}

/// The account, when it has or had a role in the county at work.
pub(crate) async fn in_my_county(tx: &Tx, id: AccountId) -> Result<account::Model, Error> {
    let here = Condition::all().add(grant::Column::AccountId.eq(id.0)).add(grant::Column::AreaId.eq(tx.area_id()));
    if tx.common::<grant::Entity>().and(here).first(tx).await?.is_none() {
        return Err(Error::NotFound);
    }
    tx.common::<account::Entity>().id(id).one(tx).await
}

/// Writes an account without a password, for somebody who is invited. Callers have checked who may.
pub(crate) async fn open(tx: &Tx, new: &NewAccount) -> Result<AccountId, Error> {
    write(tx, new, AccountState::Invited).await
}

async fn write(tx: &Tx, new: &NewAccount, state: AccountState) -> Result<AccountId, Error> {
    let login = new.login.as_str();
    if tx.common::<account::Entity>().and(account::Column::Login.eq(login)).first(tx).await?.is_some() {
        return Err(Error::field("login", "login.taken"));
    }
    let phone_bi = new.phone.as_ref().map(|p| phone_index(tx, p));
    if let Some(index) = &phone_bi
        && tx.common::<account::Entity>().and(account::Column::PhoneBi.eq(index.clone())).first(tx).await?.is_some()
    {
        return Err(Error::field("phone", "phone.taken"));
    }
    let id = AccountId::new();
    tx.insert::<account::Entity>(account::Model {
        id: id.0,
        login: login.to_owned(),
        phone_bi,
        display_name: new.name.as_str().to_owned(),
        password_hash: None,
        state: state.code().to_owned(),
        totp_sealed: None,
        totp_confirmed_at: None,
        totp_last_step: None,
        language: new.language.clone(),
        created_at: tx.now().0,
        version: 1,
    })
    .await?;
    Ok(id)
}

pub(crate) fn phone_index(tx: &Tx, phone: &Phone) -> Vec<u8> {
    tx.ring().blind("phone", phone.as_str())
}

/// A new account of somebody who is in already, without a role; its password comes with a slip. The system's way in.
#[derive(Clone, Debug)]
pub struct AddAccount {
    /// User name, unique, lower case.
    pub login: String,
    /// Name shown to colleagues.
    pub display_name: String,
    /// `zh-Hans`, `en` or nothing.
    pub language: String,
}

impl Act for AddAccount {
    const NAME: &'static str = "account.add";
    type Answer = AccountId;

    async fn run(&self, tx: &Tx) -> Result<AccountId, Error> {
        tx.require(Action::KeepAccount)?;
        let new = NewAccount {
            login: Login::parse(&self.login).map_err(|code| Error::field("login", code))?,
            phone: None,
            name: PersonName::parse(&self.display_name).map_err(|code| Error::field("name", code))?,
            language: self.language.clone(),
        };
        write(tx, &new, AccountState::Active).await
    }
}

/// A new account with its first role; it begins with a slip ([`crate::slip::MakeSlip`]).
#[derive(Clone, Debug)]
pub struct Invite {
    /// The person.
    pub account: NewAccount,
    /// The role.
    pub grant: NewGrant,
}

impl Act for Invite {
    const NAME: &'static str = "account.invite";
    type Answer = AccountId;

    async fn run(&self, tx: &Tx) -> Result<AccountId, Error> {
        crate::grant::judge(tx, None, &self.grant).await?;
        let id = open(tx, &self.account).await?;
        crate::grant::give_by_hand(tx, id, &self.grant).await?;
        Ok(id)
    }
}

/// Chooses the language in which the account reads; empty for the browser's.
#[derive(Clone, Debug)]
pub struct ChooseLanguage {
    /// BCP 47 tag or empty.
    pub language: String,
}

impl Act for ChooseLanguage {
    const NAME: &'static str = "account.language";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let row = tx.common::<account::Entity>().id(Uuid::from(tx.viewer().account)).one(tx).await?;
        let after = account::Model { language: self.language.chars().take(20).collect(), ..row.clone() };
        tx.change::<account::Entity>(&row, after).await?;
        Ok(())
    }
}
