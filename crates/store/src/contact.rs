//! How people are reached outside the app: what an account gave and chose, else the phone of the person
//! on file for whom it stands. Addresses are sealed and opened only to send, or for their owner.

use naheya_domain::notice::Choice;
use naheya_domain::phone::Phone;
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::sealed::act::Act;
use crate::sealed::entity::{contact, grant, guardian, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "contacts";

/// What an account gave and chose. `Debug` hides the addresses.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Contact {
    /// By which channel besides the app.
    pub choice: Choice,
    /// A mail address.
    pub mail: Option<String>,
    /// A mobile phone; without one, that of the person on file is called.
    pub phone: Option<String>,
    /// Counts its changes; 0 when nothing was given yet.
    pub version: i32,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Contact({})", self.choice.code())
    }
}

/// The ways to somebody.
#[derive(Clone, Default)]
pub(crate) struct Reach {
    pub(crate) choice: Choice,
    pub(crate) mail: Option<String>,
    pub(crate) phone: Option<String>,
}

async fn held(tx: &Tx, account: Uuid) -> Result<Option<contact::Model>, Error> {
    tx.for_rule::<contact::Entity>().id(account).first(tx).await
}

fn opened(tx: &Tx, row: &contact::Model) -> Result<Contact, Error> {
    Ok(Contact {
        choice: Choice::parse(&row.choice).unwrap_or_default(),
        mail: tx.open_some(TABLE, "mail_sealed", row.id, row.mail_sealed.as_ref())?,
        phone: tx.open_some(TABLE, "phone_sealed", row.id, row.phone_sealed.as_ref())?,
        version: row.version,
    })
}

/// How an account is reached.
pub(crate) async fn reach_of_account(tx: &Tx, account: Uuid) -> Result<Reach, Error> {
    // An address that cannot be opened is none: one broken row holds up nobody else's letter.
    let contact = held(tx, account).await?.and_then(|row| opened(tx, &row).ok()).unwrap_or_default();
    let phone = match contact.phone {
        Some(phone) => Some(phone),
        None => phone_on_file(tx, account).await?,
    };
    Ok(Reach { choice: contact.choice, mail: contact.mail, phone })
}

/// The mobile phone of the person for whom an account stands, while the grant holds.
async fn phone_on_file(tx: &Tx, account: Uuid) -> Result<Option<String>, Error> {
    let grants = tx
        .common::<grant::Entity>()
        .and(grant::Column::AccountId.eq(account))
        .and(grant::Column::AreaId.eq(tx.area_id()))
        .and(grant::Column::PlaceKind.eq("person"))
        .all(tx)
        .await?;
    for viewer in grants.iter().filter_map(|row| crate::sealed::desk::viewer_of(row, tx.now())) {
        let naheya_domain::viewer::Place::Person(id) = viewer.place else { continue };
        let kind = if viewer.role == naheya_domain::Role::Guardian { "guardians" } else { "volunteers" };
        let phone = reach_of_person(tx, kind, id).await?.phone;
        if phone.is_some() {
            return Ok(phone);
        }
    }
    Ok(None)
}

/// How a person on file is reached: by a mobile phone or not at all.
pub(crate) async fn reach_of_person(tx: &Tx, kind: &str, id: Uuid) -> Result<Reach, Error> {
    let phone = match kind {
        "guardians" => {
            let row = tx.for_rule::<guardian::Entity>().id(id).first(tx).await?;
            let sealed = row.and_then(|r| r.phone_sealed);
            tx.open_some("guardians", "phone_sealed", id, sealed.as_ref()).unwrap_or_default()
        }
        "volunteers" => {
            let row = tx.for_rule::<volunteer::Entity>().id(id).first(tx).await?;
            let sealed = row.and_then(|r| r.phone_sealed);
            tx.open_some("volunteers", "phone_sealed", id, sealed.as_ref()).unwrap_or_default()
        }
        _ => None,
    };
    let mobile = phone.filter(|phone| Phone::parse(phone).is_ok_and(|p| p.is_mobile()));
    Ok(Reach { phone: mobile, ..Reach::default() })
}

/// Takes away what an account gave as its phone, where it is this one: that of the file is called then.
pub(crate) async fn forget_phone(tx: &Tx, account: Uuid, phone: &str) -> Result<(), Error> {
    let Some(before) = held(tx, account).await? else { return Ok(()) };
    // One broken row keeps nobody from writing down a new number.
    let given = opened(tx, &before).ok().and_then(|contact| contact.phone);
    if given.as_deref() == Some(phone) {
        tx.change::<contact::Entity>(&before, contact::Model { phone_sealed: None, ..before.clone() }).await?;
    }
    Ok(())
}

impl Desk {
    /// What the own account gave and chose, as its owner sees it.
    ///
    /// # Errors
    /// [`Error::WrongKey`], [`Error::Database`].
    pub async fn my_contact(&self) -> Result<Contact, Error> {
        let tx = self.read();
        let row = held(&tx, tx.account()).await?;
        row.map(|row| opened(&tx, &row)).transpose().map(Option::unwrap_or_default)
    }
}

/// Somebody says how to be reached.
#[derive(Clone, Debug)]
pub struct KeepContact {
    /// What was given; its version is the one that was read.
    pub contact: Contact,
}

impl Act for KeepContact {
    const NAME: &'static str = "contact.keep";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        let (id, given) = (tx.account(), &self.contact);
        let before = held(tx, id).await?;
        if before.as_ref().map_or(0, |row| row.version) != given.version {
            return Err(Error::Stale);
        }
        let row = contact::Model {
            area_id: tx.area_id(),
            id,
            choice: given.choice.code().into(),
            mail_sealed: tx.seal_some(TABLE, "mail_sealed", id, given.mail.as_deref())?,
            phone_sealed: tx.seal_some(TABLE, "phone_sealed", id, given.phone.as_deref())?,
            version: before.as_ref().map_or(1, |row| row.version),
        };
        match before {
            Some(before) => tx.change::<contact::Entity>(&before, row).await.map(|_| ()),
            None => tx.insert::<contact::Entity>(row).await,
        }
    }
}
