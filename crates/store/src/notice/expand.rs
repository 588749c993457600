//! Letters become notices: for each person and channel one. A role is expanded to whoever holds it now.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::access::{Class, Noun, Scope, scope};
use naheya_domain::notice::{Channel, ChannelConfig, Choice, To, Urgency, is_confidential, is_of_the_home, urgency};
use naheya_domain::viewer::Place;
use naheya_domain::{Role, Timestamp, Viewer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::overtaken::{is_overtaken, is_said};
use super::{Lane, made, ways};
use crate::Error;
use crate::account::let_in;
use crate::carer::Somebody;
use crate::channel::active_channels;
use crate::concern::hands::selves;
use crate::contact::{Reach, reach_of_account, reach_of_person};
use crate::sealed::act::Act;
use crate::sealed::entity::{child, concern_circle, concern_person, consent, grant, notice, outbox, pair, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible;
use crate::stay::TEACHER_ASKED;

/// Letters of one round: so few that nobody waits long for the writer.
const ROUND: u64 = 64;

/// Clock-driven: makes notices of the letters that are due, and says of how many. A letter is expanded
/// once, whatever number of processes try: the same letter, lane and channel cannot be written twice.
#[derive(Clone, Debug)]
pub struct ExpandLetters;

impl Act for ExpandLetters {
    const NAME: &'static str = "notice.expand";
    type Answer = u64;

    async fn run(&self, tx: &Tx) -> Result<u64, Error> {
        if !tx.is_system() {
            return Err(Error::Forbidden);
        }
        let due = tx.for_rule::<outbox::Entity>().and(due(tx.now())).by(outbox::Column::DueAt).by(outbox::Column::Id);
        let letters = due.limit(ROUND).all(tx).await?;
        if letters.is_empty() {
            return Ok(0);
        }
        let mut round =
            Round { tx, channels: active_channels(tx).await?, holders: BTreeMap::new(), known: BTreeMap::new() };
        let (mut all, mut sent, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for letter in &letters {
            if is_overtaken(tx, letter).await? || is_said(tx, letter, &all).await? {
                sent.push(letter.id);
                continue;
            }
            let notices = round.notices(letter).await?;
            if notices.is_empty() {
                failed.push(letter.id)
            } else {
                sent.push(letter.id)
            }
            all.extend(notices);
        }
        tx.insert_all::<notice::Entity>(all).await?;
        expanded(tx, "sent", sent).await?;
        expanded(tx, "failed", failed).await?;
        Ok(letters.len() as u64)
    }
}

/// Letters that have no notices yet and whose time has come.
pub(super) fn due(now: Timestamp) -> Condition {
    Condition::all().add(visible::is(outbox::Column::State, "queued")).add(outbox::Column::DueAt.lte(now.0))
}

/// Marks letters as expanded, with notices or without.
async fn expanded(tx: &Tx, state: &str, letters: Vec<Uuid>) -> Result<(), Error> {
    use outbox::Column as C;
    if letters.is_empty() {
        return Ok(());
    }
    let values =
        vec![(C::State, Expr::val(state)), (C::Tries, Expr::col(C::Tries).add(1)), (C::SentAt, Expr::val(tx.now().0))];
    tx.change_alike::<outbox::Entity>(Condition::all().add(C::Id.is_in(letters)), values).await?;
    Ok(())
}

/// Letters of one round. Who holds a role, and how somebody is reached, is read once for all of them.
struct Round<'a> {
    tx: &'a Tx,
    channels: Vec<ChannelConfig>,
    holders: BTreeMap<String, Vec<Viewer>>,
    known: BTreeMap<Uuid, Reach>,
}

impl Round<'_> {
    async fn notices(&mut self, letter: &outbox::Model) -> Result<Vec<notice::Model>, Error> {
        let tx = self.tx;
        let mut lanes = Vec::new();
        for account in self.accounts(letter).await? {
            let reach = self.reach(account).await?;
            for channel in ways(&letter.kind, To::Account, reach.choice) {
                if reaches(&self.channels, channel, &reach) {
                    lanes.push(Lane { channel, account: Some(account), person: None });
                }
            }
        }
        if let (Some(kind), Some(id)) = (&letter.person_kind, letter.person_id) {
            let reach = reach_of_person(tx, kind, id).await?;
            for channel in ways(&letter.kind, To::Person, Choice::App) {
                if reaches(&self.channels, channel, &reach) {
                    lanes.push(Lane { channel, account: None, person: Some((kind.clone(), id)) });
                }
            }
        }
        if let Some(role) = &letter.to_role {
            for channel in ways(&letter.kind, To::Group, Choice::App) {
                let hears = |c: &&ChannelConfig| c.channel() == channel && c.audience().is_some_and(|a| a.hears(role));
                if self.channels.iter().any(|c| hears(&c)) {
                    lanes.push(Lane { channel, account: None, person: None });
                }
            }
        }
        // Nobody can be told: the office passes it on by hand, unless it is for one pair of eyes only.
        if lanes.is_empty() && !is_confidential(&letter.kind) {
            let person = letter.person_kind.clone().zip(letter.person_id);
            lanes.push(Lane { channel: Channel::Copy, account: None, person });
        }
        Ok(lanes.into_iter().map(|lane| made(tx, letter, lane)).collect())
    }

    async fn reach(&mut self, account: Uuid) -> Result<Reach, Error> {
        if let Some(known) = self.known.get(&account) {
            return Ok(known.clone());
        }
        let reach = reach_of_account(self.tx, account).await?;
        self.known.insert(account, reach.clone());
        Ok(reach)
    }

    /// Who holds a role now.
    async fn holders(&mut self, role: &str) -> Result<Vec<Viewer>, Error> {
        if let Some(known) = self.holders.get(role) {
            return Ok(known.clone());
        }
        let tx = self.tx;
        let rows = tx
            .common::<grant::Entity>()
            .and(grant::Column::AreaId.eq(tx.area_id()))
            .and(grant::Column::Role.eq(role))
            .by(grant::Column::Id)
            .all(tx)
            .await?;
        let holders: Vec<Viewer> =
            rows.iter().filter_map(|row| crate::sealed::desk::viewer_of(row, tx.now())).collect();
        self.holders.insert(role.to_owned(), holders.clone());
        Ok(holders)
    }

    /// The accounts a letter is for, each once.
    async fn accounts(&mut self, letter: &outbox::Model) -> Result<Vec<Uuid>, Error> {
        let tx = self.tx;
        let mut accounts = Vec::new();
        if let Some(account) = letter.to_account
            && may_know(tx, letter, account).await?
        {
            accounts.push(account);
        }
        if let Some(role) = &letter.to_role {
            let mut holders = self.holders(role).await?;
            if urgency(&letter.kind) == Urgency::Alarm && !is_confidential(&letter.kind) {
                // One of whom nobody can sign in is not told; where there is no other, somebody passes it on by hand.
                let open = let_in(tx, holders.iter().map(|viewer| viewer.account.0)).await?;
                holders.retain(|viewer| open.contains(&viewer.account.0));
            }
            for viewer in nearest(tx, letter, holders).await? {
                let account = viewer.account.0;
                if !accounts.contains(&account)
                    && sees(tx, &viewer, letter).await?
                    && may_know(tx, letter, account).await?
                {
                    accounts.push(account);
                }
            }
            if is_of_the_home(&letter.kind) {
                accounts = outside_the_home(tx, letter, accounts).await?;
            }
        }
        Ok(accounts)
    }
}

/// A question to the class teacher is put to the teachers of the child's own class; only where it has none, to the school's.
/// Nobody of the home that the child goes to is asked: where there is no other, the office passes the question on by hand.
async fn nearest(tx: &Tx, letter: &outbox::Model, holders: Vec<Viewer>) -> Result<Vec<Viewer>, Error> {
    let (TEACHER_ASKED, Some(id)) = (letter.kind.as_str(), letter.ref_id) else { return Ok(holders) };
    let Some(stay) = tx.for_rule::<stay::Entity>().id(id).first(tx).await? else { return Ok(Vec::new()) };
    let child = tx.for_rule::<child::Entity>().id(stay.child_id).first(tx).await?;
    let class = child.as_ref().and_then(|child| child.class_id).map(Place::Class);
    let school = child.as_ref().and_then(|child| child.school_id).map(Place::School);
    for place in [class, school].into_iter().flatten() {
        let mut free = Vec::new();
        for viewer in holders.iter().filter(|viewer| viewer.place == place) {
            let who = Somebody::of(tx, viewer.account.0).await?;
            if who.stays_among(tx, std::slice::from_ref(&stay)).await?.is_empty() {
                free.push(viewer.clone());
            }
        }
        if !free.is_empty() {
            return Ok(free);
        }
    }
    Ok(Vec::new())
}

/// Of these accounts those who do not live in the home in which the child of a stay is: nobody there is to hear of it before
/// the child is out. Where all of them live there, they are told all the same.
async fn outside_the_home(tx: &Tx, letter: &outbox::Model, accounts: Vec<Uuid>) -> Result<Vec<Uuid>, Error> {
    let stay = match letter.ref_id {
        Some(id) => tx.for_rule::<stay::Entity>().id(id).first(tx).await?,
        None => None,
    };
    let Some(stay) = stay else { return Ok(accounts) };
    let mut outside = Vec::new();
    for account in &accounts {
        let who = Somebody::of(tx, *account).await?;
        if who.stays_among(tx, std::slice::from_ref(&stay)).await?.is_empty() {
            outside.push(*account);
        }
    }
    Ok(if outside.is_empty() { accounts } else { outside })
}

fn reaches(channels: &[ChannelConfig], channel: Channel, reach: &Reach) -> bool {
    let active = channels.iter().any(|c| c.channel() == channel);
    match channel {
        Channel::InApp => true,
        Channel::Mail => active && reach.mail.is_some(),
        Channel::Sms => active && reach.phone.is_some(),
        Channel::WeCom | Channel::DingTalk | Channel::Copy => false,
    }
}

/// Of a concern only its circle is told, and nobody whom it is about (product.md rule 4), as things are now.
async fn may_know(tx: &Tx, letter: &outbox::Model, account: Uuid) -> Result<bool, Error> {
    let (true, Some(concern)) = (letter.kind.starts_with("concern."), letter.ref_id) else { return Ok(true) };
    let circle = tx
        .for_rule::<concern_circle::Entity>()
        .and(concern_circle::Column::ConcernId.eq(concern))
        .and(concern_circle::Column::AccountId.eq(account));
    if circle.first(tx).await?.is_none() {
        return Ok(false);
    }
    let selves = selves(tx, BTreeSet::from([account])).await?.into_values().flatten();
    let about = tx
        .for_rule::<concern_person::Entity>()
        .and(concern_person::Column::ConcernId.eq(concern))
        .and(concern_person::Column::RefId.is_in(selves));
    Ok(about.first(tx).await?.is_none())
}

/// Whether a holder of the role sees what the letter is about: the teacher of one school is not told of another's.
async fn sees(tx: &Tx, viewer: &Viewer, letter: &outbox::Model) -> Result<bool, Error> {
    let Some((noun, id)) = noun(&letter.ref_kind).zip(letter.ref_id) else { return Ok(true) };
    // IT keeps the house and sees no file; what is sent to it is about the house.
    if viewer.role == Role::ItAdmin {
        return Ok(true);
    }
    match scope(viewer, noun, Class::Work) {
        Scope::County => Ok(true),
        Scope::Nothing => Ok(false),
        Scope::Town(_)
        | Scope::School(_)
        | Scope::Class(_)
        | Scope::Volunteer(_)
        | Scope::Guardian(_)
        | Scope::Account(_)
        | Scope::Child(_) => {
            let theirs = tx.seen_by(viewer)?;
            Ok(match noun {
                Noun::Stay => theirs.visible::<stay::Entity>().id(id).first(&theirs).await?.is_some(),
                Noun::Child => theirs.visible::<child::Entity>().id(id).first(&theirs).await?.is_some(),
                Noun::Pair => theirs.visible::<pair::Entity>().id(id).first(&theirs).await?.is_some(),
                Noun::Consent => theirs.visible::<consent::Entity>().id(id).first(&theirs).await?.is_some(),
                _ => true,
            })
        }
    }
}

fn noun(table: &str) -> Option<Noun> {
    match table {
        "stays" | "stay" => Some(Noun::Stay),
        "children" | "child" => Some(Noun::Child),
        "pairs" | "pair" => Some(Noun::Pair),
        "consents" | "consent" => Some(Noun::Consent),
        _ => None,
    }
}
