//! What belongs to a volunteer and goes with her file: homes that are nobody else's with the people in them, her accounts, and rows
//! by their ids.

use std::collections::BTreeSet;

use naheya_domain::erasure::NAMELESS;
use naheya_domain::follow_up::With;
use naheya_domain::{Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::Error;
use crate::erasure::account;
use crate::erasure::around::ids;
use crate::household::{MoveVolunteer, date};
use crate::sealed::act::Act;
use crate::sealed::entity::{
    self, audit_event, follow_up, grant, hours_claim, household, household_member, pair, proposal, round_volunteer,
    stay, term_plan, volunteer,
};
use crate::sealed::record::Record;
use crate::sealed::tx::Tx;
use crate::volunteer::{home_name, whose_home};

/// What an event says of a row that was made.
const NEW: &str = "*";

/// Around one volunteer.
pub(in crate::erasure) struct Around {
    /// Homes in which nobody else stands on file as a volunteer: hers, those of her weekends, and those from which she moved.
    pub(super) homes: Vec<household::Model>,
    /// Homes that somebody else keeps and that are called after her, each with the name that it has from then on.
    pub(super) shared: Vec<(household::Model, String)>,
    /// Other volunteers on file with whom she shares the home.
    pub(super) beside: Vec<volunteer::Model>,
    /// Her own entry, and everybody else in her homes.
    pub(super) people: Vec<household_member::Model>,
    /// Every role that names her.
    pub(super) grants: Vec<grant::Model>,
    /// Accounts that are nothing else than hers.
    pub(super) accounts: Vec<entity::account::Model>,
    /// Pairs.
    pub(super) pairs: Vec<Uuid>,
    /// Weekends.
    pub(super) stays: Vec<Uuid>,
    /// Proposed weekends of a term.
    pub(super) plans: Vec<Uuid>,
    /// Talks with her.
    pub(super) talks: Vec<follow_up::Model>,
    /// Hours that somebody entered.
    pub(super) claims: Vec<Uuid>,
    /// Her places in rounds.
    pub(super) places: Vec<Uuid>,
    /// Children to whom she was proposed.
    pub(super) offers: Vec<Uuid>,
}

impl Around {
    /// Ids that name nobody any more, beside the file's own: homes that are only hers, and who goes with her.
    pub(super) fn gone(&self) -> impl Iterator<Item = Uuid> {
        self.homes.iter().map(|home| home.id).chain(self.people.iter().map(|one| one.id))
    }

    pub(in crate::erasure) async fn of(tx: &Tx, row: &volunteer::Model) -> Result<Around, Error> {
        let (id, own) = (row.id, [row.id]);
        let pairs = tx.for_rule::<pair::Entity>().and(pair::Column::VolunteerId.eq(id)).all(tx).await?;
        let stays = tx.for_rule::<stay::Entity>().and(stay::Column::VolunteerId.eq(id)).all(tx).await?;
        let Homes { own: homes, shared, beside } = Homes::of(tx, row, &stays).await?;
        let grants = account::roles(tx, &own).await?;
        Ok(Around {
            people: people(tx, row, &homes).await?,
            accounts: account::only_of(tx, &grants, &[Role::Volunteer, Role::Applicant]).await?,
            homes,
            shared,
            beside,
            grants,
            talks: talks(tx, id, &pairs).await?,
            pairs: pairs.iter().map(|row| row.id).collect(),
            stays: stays.iter().map(|row| row.id).collect(),
            plans: ids::<term_plan::Entity>(tx, term_plan::Column::VolunteerId, &own, |row| row.id).await?,
            claims: ids::<hours_claim::Entity>(tx, hours_claim::Column::VolunteerId, &own, |row| row.id).await?,
            places: ids::<round_volunteer::Entity>(tx, round_volunteer::Column::VolunteerId, &own, |row| row.id)
                .await?,
            offers: ids::<proposal::Entity>(tx, proposal::Column::VolunteerId, &own, |row| row.id).await?,
        })
    }

    /// Names of those of her homes whose data go with hers.
    pub(in crate::erasure) fn family(&self, row: &volunteer::Model) -> Vec<String> {
        self.people.iter().filter(|one| one.id != row.member_id).map(|one| one.name.clone()).collect()
    }

    /// How her own name was written before, as far as homes that are only hers are still called so.
    pub(super) fn former_names<'a>(&'a self, row: &'a volunteer::Model) -> impl Iterator<Item = &'a str> {
        let called = self.homes.iter().filter_map(|home| whose_home(&home.name));
        called.filter(move |name| name.chars().count() > 1 && *name != row.name)
    }

    /// Whether this home is nobody else's.
    pub(super) fn is_only_hers(&self, home: Uuid) -> bool {
        self.homes.iter().any(|one| one.id == home)
    }

    /// Everybody and every home that a concern could name to mean her.
    pub(super) fn named(&self, row: &volunteer::Model) -> Vec<Uuid> {
        let homes = self.homes.iter().map(|home| home.id);
        let people = self.people.iter().map(|one| one.id);
        let accounts = self.grants.iter().map(|grant| grant.account_id);
        homes.chain(people).chain(accounts).chain([row.id, row.household_id]).collect()
    }

    /// Whether she lives, as far as the file says, where another volunteer takes part.
    pub(super) fn lives_with_carer(&self, tx: &Tx, row: &volunteer::Model) -> bool {
        use naheya_domain::volunteer::VolunteerState;
        let today = tx.now().date();
        let own = self.people.iter().find(|one| one.id == row.member_id);
        let lives_there = own.is_some_and(|one| date(one.to_on.as_deref()).is_none_or(|to| to >= today));
        let takes_part =
            |other: &volunteer::Model| !VolunteerState::parse(&other.state).is_some_and(VolunteerState::is_gone);
        lives_there && self.beside.iter().any(takes_part)
    }
}

/// Where she lives and lived.
struct Homes {
    own: Vec<household::Model>,
    shared: Vec<(household::Model, String)>,
    beside: Vec<volunteer::Model>,
}

impl Homes {
    /// Her home, those of her weekends, and those that were written down for her.
    async fn of(tx: &Tx, row: &volunteer::Model, stays: &[stay::Model]) -> Result<Homes, Error> {
        use {stay::Column as S, volunteer::Column as V};
        let mut ids: BTreeSet<Uuid> = stays.iter().map(|stay| stay.household_id).chain([row.household_id]).collect();
        ids.extend(written_for(tx, row).await?);
        let living = tx.for_rule::<volunteer::Entity>().holding(V::HouseholdId, ids.iter().copied()).all(tx).await?;
        let there = tx.for_rule::<stay::Entity>().holding(S::HouseholdId, ids.iter().copied()).all(tx).await?;
        let carers: Vec<Uuid> = there.iter().map(|stay| stay.volunteer_id).collect();
        let carers = tx.for_rule::<volunteer::Entity>().among(carers).all(tx).await?;
        let homes = tx.for_rule::<household::Entity>().among(ids).all(tx).await?;
        let is_other = |other: &volunteer::Model| other.id != row.id && other.name != NAMELESS;
        // Whose it is besides: who lives there, else who had children there.
        let called_after = |home: Uuid| -> Vec<String> {
            let had = |carer: &volunteer::Model| {
                there.iter().any(|stay| stay.household_id == home && stay.volunteer_id == carer.id)
            };
            let live = living.iter().filter(|other| is_other(other) && other.household_id == home);
            let others = live.chain(carers.iter().filter(|other| is_other(other) && had(other)));
            others.map(|other| home_name(&other.name)).collect()
        };
        let (mut own, mut shared) = (Vec::new(), Vec::new());
        for home in homes {
            let names = called_after(home.id);
            let is_theirs = names.contains(&home.name);
            match names.into_iter().next() {
                None => own.push(home),
                // However her own name was spelt when it was written down.
                Some(name) if !is_theirs => shared.push((home, name)),
                Some(_) => {}
            }
        }
        let beside = living.iter().filter(|other| is_other(other) && other.household_id == row.household_id);
        Ok(Homes { own, shared, beside: beside.cloned().collect() })
    }
}

/// Homes that were written down in the same act as her file, or as her move to one of her own: she may have moved on since, and
/// her family stands there. Those that are called after her, and those that were made with her in their turn: her name may have
/// been put right after she had left.
async fn written_for(tx: &Tx, row: &volunteer::Model) -> Result<Vec<Uuid>, Error> {
    use {audit_event::Column as A, household::Column as H};
    let called = tx.for_rule::<household::Entity>().and(H::Name.eq(home_name(&row.name))).all(tx).await?;
    let called: Vec<Uuid> = called.into_iter().map(|home| home.id).collect();
    let made = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(household::Entity::TABLE)).and(A::Fields.eq(NEW));
    let made = made.holding(A::RefId, called).all(tx).await?;
    let hers = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(volunteer::Entity::TABLE)).and(A::RefId.eq(row.id));
    let hers = hers.all(tx).await?;
    let is_one_act = |home: &audit_event::Model| {
        hers.iter().any(|own| (own.at, own.account_id, &own.act) == (home.at, home.account_id, &home.act))
    };
    let mut homes: Vec<Uuid> = made.into_iter().filter(is_one_act).filter_map(|event| event.ref_id).collect();
    for own in hers.iter().filter(|own| own.fields == NEW || own.act == MoveVolunteer::NAME) {
        homes.extend(made_with(tx, own, row.id).await?);
    }
    Ok(homes)
}

/// The home that was made for her in the act of one of her own events: an act that takes in many makes as many homes, in the order
/// of their files. None where the act made other homes than one for each of them.
async fn made_with(tx: &Tx, own: &audit_event::Model, her: Uuid) -> Result<Option<Uuid>, Error> {
    use audit_event::Column as A;
    let told = |noun: &'static str| {
        let of_noun = tx.for_rule::<audit_event::Entity>().and(A::Noun.eq(noun)).and(A::At.eq(own.at));
        of_noun.and(A::AccountId.eq(own.account_id)).and(A::Act.eq(own.act.as_str())).by(A::N)
    };
    let homes = told(household::Entity::TABLE).and(A::Fields.eq(NEW)).all(tx).await?;
    let files = told(volunteer::Entity::TABLE).all(tx).await?;
    let is_new = own.fields == NEW;
    let mut moved: Vec<Uuid> = Vec::new();
    for file in files.iter().filter(|event| (event.fields == NEW) == is_new).filter_map(|event| event.ref_id) {
        if !moved.contains(&file) {
            moved.push(file);
        }
    }
    if homes.len() != moved.len() {
        return Ok(None);
    }
    let turn = moved.iter().position(|file| *file == her);
    Ok(turn.and_then(|turn| homes.get(turn)).and_then(|event| event.ref_id))
}

/// Talks with her. One that somebody planned names no pair: it was with whoever had the child's last pair until then.
async fn talks(tx: &Tx, id: Uuid, pairs: &[pair::Model]) -> Result<Vec<follow_up::Model>, Error> {
    use {follow_up::Column as F, pair::Column as P};
    let children: Vec<Uuid> = pairs.iter().map(|pair| pair.child_id).collect();
    let all = tx.for_rule::<pair::Entity>().holding(P::ChildId, children.iter().copied()).by(P::BegunOn).by(P::Id);
    let all = all.all(tx).await?;
    let talks = tx.for_rule::<follow_up::Entity>().and(F::WithWhom.eq(With::Volunteer.code()));
    let talks = talks.holding(F::ChildId, children).all(tx).await?;
    let is_hers = |talk: &follow_up::Model| {
        let day = Timestamp(talk.done_at.unwrap_or(talk.due_at)).date().to_string();
        let of_child = || all.iter().filter(|pair| pair.child_id == talk.child_id);
        let of = match talk.pair_id {
            Some(named) => of_child().find(|pair| pair.id == named),
            None => of_child().rfind(|pair| pair.begun_on <= day).or_else(|| of_child().next()),
        };
        of.is_some_and(|pair| pair.volunteer_id == id)
    };
    Ok(talks.into_iter().filter(is_hers).collect())
}

/// Everybody in these homes, and her own entry wherever it stands.
async fn people(
    tx: &Tx,
    row: &volunteer::Model,
    homes: &[household::Model],
) -> Result<Vec<household_member::Model>, Error> {
    use household_member::Column as M;
    let homes: Vec<Uuid> = homes.iter().map(|home| home.id).collect();
    let mut people = tx.for_rule::<household_member::Entity>().holding(M::HouseholdId, homes).by(M::Id).all(tx).await?;
    if people.iter().all(|one| one.id != row.member_id) {
        people.push(tx.for_rule::<household_member::Entity>().id(row.member_id).one(tx).await?);
    }
    Ok(people)
}
