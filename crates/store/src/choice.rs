//! Wish slips of a round, typed by staff or by the volunteer herself, and the choice cards she
//! reads (product.md rule 5).

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::access::Action;
use naheya_domain::choice::{Side, Slip};
use naheya_domain::id::{ChildId, ProposalId, RoundId, VolunteerId};
use naheya_domain::proposal::ProposalState;
use naheya_domain::round::{RoundState, age_band, without_names};
use naheya_domain::sex::Sex;
use naheya_domain::viewer::Place;
use naheya_domain::volunteer::VolunteerState;
use naheya_domain::{Date, Role, Timestamp};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::proposal::judged;
use crate::round::field::{Entrant, Field, date};
use crate::round::{Places, on_card, open_for_wishes, slip};
use crate::sealed::act::Act;
use crate::sealed::entity::{choice, proposal, round, round_child, round_volunteer, volunteer};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// A slip as it was typed, by numbers of the round.
#[derive(Clone, Debug, Default)]
pub struct SlipText {
    /// `3, 5=7, 2`.
    pub wishes: String,
    /// Refused numbers.
    pub refused: String,
    /// The person was asked and names nobody this time.
    pub nobody: bool,
}

/// Staff type a child's slip; brothers and sisters who must stay together have one slip.
#[derive(Clone, Debug)]
pub struct WriteChildSlip {
    /// Which round.
    pub round: RoundId,
    /// Whose slip.
    pub child: ChildId,
    /// What it says.
    pub slip: SlipText,
}

impl Act for WriteChildSlip {
    const NAME: &'static str = "choice.write_child";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RunRound)?;
        let round = open_for_wishes(tx, self.round).await?.id;
        let homes = slip::homes(tx, round).all(tx).await?;
        let homes: BTreeMap<i32, Uuid> = homes.into_iter().map(|row| (row.number, row.volunteer_id)).collect();
        let whose = slip::whose(tx, round, self.child.0).await?;
        let ids: Vec<Uuid> = whose.iter().map(|row| row.child_id).chain([self.child.0]).collect();
        let written = slip::written(tx, round, Side::Child, &ids).await?;
        let own = |id: Uuid| -> Vec<&choice::Model> { written.iter().filter(|c| c.child_id == id).collect() };
        let own_row = whose.iter().find(|row| row.child_id == self.child.0);
        let stood = own_row.is_some_and(|row| row.names_nobody == Some(true)) || !own(self.child.0).is_empty();
        let read = read(&self.slip, &homes.keys().copied().collect(), stood)?;
        for row in &whose {
            let wanted = read.ranks().filter_map(|(n, rank)| Some((row.child_id, *homes.get(&n)?, rank))).collect();
            write(tx, round, Side::Child, own(row.child_id), wanted).await?;
            let after = round_child::Model { names_nobody: self.slip.nobody.then_some(true), ..row.clone() };
            tx.change::<round_child::Entity>(row, after).await?;
        }
        Ok(())
    }
}

/// Staff type a mother's slip, once all children's are in.
#[derive(Clone, Debug)]
pub struct WriteHomeSlip {
    /// Which round.
    pub round: RoundId,
    /// Whose slip.
    pub volunteer: VolunteerId,
    /// What it says.
    pub slip: SlipText,
}

impl Act for WriteHomeSlip {
    const NAME: &'static str = "choice.write_home";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::RunRound)?;
        write_home(tx, self.round, self.volunteer.0, &self.slip).await
    }
}

/// A volunteer writes her own slip on her phone.
#[derive(Clone, Debug)]
pub struct WriteOwnSlip {
    /// Which round.
    pub round: RoundId,
    /// What it says.
    pub slip: SlipText,
}

impl Act for WriteOwnSlip {
    const NAME: &'static str = "choice.write_own";
    type Answer = ();

    async fn run(&self, tx: &Tx) -> Result<(), Error> {
        tx.require(Action::ChooseInRound)?;
        let me = own_id(tx.viewer())?;
        write_home(tx, self.round, me, &self.slip).await
    }
}

async fn write_home(tx: &Tx, round: RoundId, who: Uuid, text: &SlipText) -> Result<(), Error> {
    let round = open_for_wishes(tx, round).await?.id;
    let row = slip::homes(tx, round).and(round_volunteer::Column::VolunteerId.eq(who)).one(tx).await?;
    let file = tx.for_rule::<volunteer::Entity>().id(who).one(tx).await?;
    if file.state != VolunteerState::Approved.code() {
        return Err(Error::NotFound);
    }
    if !slip::children_are_in(tx, round).await? {
        return Err(Error::refused("choice.children_first"));
    }
    let children = slip::children(tx, round).all(tx).await?;
    let children: BTreeMap<i32, Uuid> = children.into_iter().map(|row| (row.number, row.child_id)).collect();
    let own = slip::written(tx, round, Side::Volunteer, &[who]).await?;
    let stood = row.names_nobody == Some(true) || !own.is_empty();
    let read = read(text, &children.keys().copied().collect(), stood)?;
    let wanted = read.ranks().filter_map(|(n, rank)| Some((*children.get(&n)?, who, rank))).collect();
    write(tx, round, Side::Volunteer, own.iter().collect(), wanted).await?;
    let after = round_volunteer::Model { names_nobody: text.nobody.then_some(true), ..row.clone() };
    tx.change::<round_volunteer::Entity>(&row, after).await?;
    Ok(())
}

/// What was typed, if it may be kept; `stood`: whether a slip of this person is in.
fn read(text: &SlipText, known: &BTreeSet<i32>, stood: bool) -> Result<Slip, Error> {
    let slip = Slip::parse(&text.wishes, &text.refused, known)?;
    slip.may_be_kept(text.nobody, stood).map_err(|code| Error::field("wishes", code))?;
    Ok(slip)
}

/// Puts `wanted` (child, volunteer, rank) in the place of the slip that stood there.
async fn write(
    tx: &Tx,
    round: Uuid,
    side: Side,
    stood: Vec<&choice::Model>,
    wanted: Vec<(Uuid, Uuid, i32)>,
) -> Result<(), Error> {
    for old in &stood {
        match wanted.iter().find(|(child, home, _)| (*child, *home) == (old.child_id, old.volunteer_id)) {
            None => tx.remove::<choice::Entity>(old).await?,
            Some((_, _, rank)) if *rank != old.rank => {
                let mut after = (*old).clone();
                (after.rank, after.by_account, after.at) = (*rank, tx.account(), tx.now().0);
                tx.change::<choice::Entity>(old, after).await?;
            }
            Some(_) => {}
        }
    }
    let known = |child: Uuid, home: Uuid| stood.iter().any(|c| (c.child_id, c.volunteer_id) == (child, home));
    let fresh = wanted.into_iter().filter(|(child, home, _)| !known(*child, *home));
    let rows = fresh.map(|(child_id, volunteer_id, rank)| choice::Model {
        area_id: tx.area_id(),
        id: Uuid::now_v7(),
        round_id: round,
        side: side.code().into(),
        child_id,
        volunteer_id,
        rank,
        by_account: tx.account(),
        at: tx.now().0,
    });
    tx.insert_all::<choice::Entity>(rows.collect()).await
}

/// The volunteer that the viewer is.
fn own_id(viewer: &naheya_domain::Viewer) -> Result<Uuid, Error> {
    match (&viewer.place, viewer.role) {
        (Place::Person(id), Role::Volunteer) => Ok(*id),
        _ => Err(Error::NotFound),
    }
}

/// A choice card from outside: what the list shows before a card is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardHead {
    /// The child's number in the round.
    pub number: i32,
    /// Age band, e.g. `6-8`.
    pub band: &'static str,
    /// Sex.
    pub sex: Option<Sex>,
}

/// A choice card (product.md rule 5): nothing on it tells who the child is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Number, age band, sex.
    pub head: CardHead,
    /// Languages spoken: codes, joined by commas.
    pub languages: String,
    /// What care needs.
    pub care: Option<String>,
    /// The child's own words.
    pub words: Option<String>,
    /// How many come together, this child included.
    pub together: u32,
}

/// A proposal as the volunteer sees it: a number, no name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyProposal {
    /// Which one.
    pub id: ProposalId,
    /// The child's number.
    pub number: i32,
    /// State, as the clock leaves it.
    pub state: ProposalState,
    /// Her answer.
    pub answer: Option<bool>,
    /// Until when she can answer.
    pub expires_at: Timestamp,
    /// Whether the pair has begun.
    pub begun: bool,
    /// Whether her answer can be taken back and means something when it is: not what somebody else has ended, and no late no,
    /// after which she could not say yes.
    pub may_take_back: bool,
}

/// The volunteer's own view of the round she takes part in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MyRound {
    /// Which round.
    pub id: RoundId,
    /// Its name.
    pub name: String,
    /// State.
    pub state: RoundState,
    /// The day both sides meet.
    pub held_on: Option<Date>,
    /// Her number.
    pub number: i32,
    /// Cards; none once wishes are closed.
    pub cards: Vec<CardHead>,
    /// Whether her list may be written: the children's come first.
    pub open: bool,
    /// Her list.
    pub slip: Slip,
    /// Whether her list is in; it may name nobody.
    pub written: bool,
    /// Children proposed to her, of each child the newest proposal.
    pub proposals: Vec<MyProposal>,
}

impl Desk {
    /// The slip of one side, by numbers, for staff.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn slip(&self, round: RoundId, side: Side, who: Uuid) -> Result<Slip, Error> {
        self.require(Action::RunRound)?;
        slip::slip(&self.read(), round, side, who).await
    }

    /// Who has this number on one side of a round.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn numbered(&self, round: RoundId, side: Side, number: i32) -> Result<Uuid, Error> {
        self.require(Action::RunRound)?;
        let tx = self.read();
        let round = tx.visible::<round::Entity>().id(round).one(&tx).await?.id;
        match side {
            Side::Child => {
                let row = slip::children(&tx, round).and(round_child::Column::Number.eq(number));
                Ok(row.one(&tx).await?.child_id)
            }
            Side::Volunteer => {
                let row = slip::homes(&tx, round).and(round_volunteer::Column::Number.eq(number));
                Ok(row.one(&tx).await?.volunteer_id)
            }
        }
    }

    /// The round that the volunteer at this desk takes part in; none when there is none.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn my_round(&self) -> Result<Option<MyRound>, Error> {
        let tx = self.read();
        let Ok(me) = own_id(tx.viewer()) else { return Ok(None) };
        let Some(field) = own_field(&tx, me).await? else { return Ok(None) };
        let Some(home) = field.home(me) else { return Ok(None) };
        let approved = home.facts.volunteer == VolunteerState::Approved;
        let open = approved && field.state().takes_wishes();
        let cards = if open { cards(&field).map(head).collect() } else { Vec::new() };
        Ok(Some(MyRound {
            id: RoundId(field.round.id),
            name: field.round.name.clone(),
            state: field.state(),
            held_on: date(field.round.held_on.as_deref()),
            number: home.row.number,
            cards,
            open: open && field.children_are_in(),
            slip: field.slip(Side::Volunteer, me),
            written: field.has_slip(Side::Volunteer, me),
            proposals: proposed_to(&field, me).into_iter().filter_map(|p| mine(&field, p, tx.now())).collect(),
        }))
    }

    /// Until when the volunteer at this desk answers what is proposed to her, the first of several; none while nobody asks her.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn asked_until(&self) -> Result<Option<Timestamp>, Error> {
        let tx = self.read();
        let Ok(me) = own_id(tx.viewer()) else { return Ok(None) };
        Ok(asked(&tx, me).await?.iter().map(|row| row.expires_at).min().map(Timestamp))
    }

    /// Opens one choice card. The look is recorded before the card is given out.
    ///
    /// # Errors
    /// [`Error::NotFound`] unless the volunteer takes part, is approved, and the child's card is
    /// still open to be chosen, or the child is proposed to her.
    pub async fn open_card(&self, number: i32) -> Result<Card, Error> {
        let tx = self.read();
        let me = own_id(tx.viewer())?;
        let field = own_field(&tx, me).await?.ok_or(Error::NotFound)?;
        let home = field.home(me).ok_or(Error::NotFound)?;
        if home.facts.volunteer != VolunteerState::Approved {
            return Err(Error::NotFound);
        }
        let entrant = readable(&field, me, number, tx.now()).ok_or(Error::NotFound)?;
        let card = card(&tx, &Places::load(&tx).await?, entrant)?;
        self.looked("children", vec![entrant.child.id], "choice_card", None).await?;
        Ok(card)
    }

    /// All cards of a round, for staff who print or read them out. Each look is recorded.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`].
    pub async fn cards(&self, round: RoundId) -> Result<Vec<Card>, Error> {
        self.require(Action::RunRound)?;
        let tx = self.read();
        let field = Field::load(&tx, round).await?;
        let places = Places::load(&tx).await?;
        let all = cards(&field).map(|entrant| card(&tx, &places, entrant)).collect::<Result<Vec<Card>, Error>>()?;
        let ids = cards(&field).map(|c| c.child.id).collect();
        self.looked("children", ids, "choice_card", None).await?;
        Ok(all)
    }
}

/// The round in which the volunteer takes part, which is not over and in which she is asked for a yes or no; else the newest.
async fn own_field(tx: &Tx, me: Uuid) -> Result<Option<Field>, Error> {
    let mine = tx
        .visible::<round_volunteer::Entity>()
        .and(round_volunteer::Column::VolunteerId.eq(me))
        .and(round_volunteer::Column::Withdrawn.eq(false));
    let open = tx
        .visible::<round::Entity>()
        .and(round::Column::State.ne(RoundState::Closed.code()))
        .and(round::Column::Id.in_subquery(mine.ids(round_volunteer::Column::RoundId)))
        .by_desc(round::Column::Id)
        .all(tx)
        .await?;
    let asked = if open.len() > 1 { asked(tx, me).await? } else { Vec::new() };
    match open.iter().find(|round| asked.iter().any(|row| row.round_id == round.id)).or(open.first()) {
        Some(round) => Ok(Some(Field::load(tx, RoundId(round.id)).await?)),
        None => Ok(None),
    }
}

/// What she is asked for a yes or no to now.
async fn asked(tx: &Tx, me: Uuid) -> Result<Vec<proposal::Model>, Error> {
    use proposal::Column as P;
    let offered = tx.for_rule::<proposal::Entity>().and(P::VolunteerId.eq(me));
    let offered = offered.and(P::State.eq(ProposalState::Offered.code())).and(P::ExpiresAt.gte(tx.now().0));
    offered.and(P::VolunteerAnswer.is_null()).all(tx).await
}

/// Children whose card may be read: consent in force, not paired, file open.
fn cards(field: &Field) -> impl Iterator<Item = &Entrant> {
    may_be_shown(field).filter(|c| !c.facts.paired)
}

fn may_be_shown(field: &Field) -> impl Iterator<Item = &Entrant> {
    use naheya_domain::child::ChildState;
    let present = |c: &&Entrant| matches!(c.facts.state, ChildState::Applying | ChildState::Enrolled);
    field.children.iter().filter(|c| c.facts.consent).filter(present)
}

/// The child with this number, if the volunteer may read its card: while wishes are written of everybody who waits, and later
/// of whoever is proposed to her, so that she knows to whom she says yes.
fn readable(field: &Field, me: Uuid, number: i32, now: Timestamp) -> Option<&Entrant> {
    let entrant = may_be_shown(field).find(|c| c.row.number == number)?;
    let waits = field.state().takes_wishes() && !entrant.facts.paired;
    let is_proposed = |p: &proposal::Model| {
        (p.child_id, p.volunteer_id) == (entrant.child.id, me) && judged(p).at(now).state.stands()
    };
    (waits || field.proposals.iter().any(is_proposed)).then_some(entrant)
}

/// What was proposed to her, of each child the newest, in the order in which it was.
fn proposed_to(field: &Field, me: Uuid) -> Vec<&proposal::Model> {
    let mut newest: BTreeMap<Uuid, &proposal::Model> = BTreeMap::new();
    for row in field.proposals.iter().filter(|p| p.volunteer_id == me) {
        let last = newest.entry(row.child_id).or_insert(row);
        if row.id > last.id {
            *last = row;
        }
    }
    let mut all: Vec<&proposal::Model> = newest.into_values().collect();
    all.sort_by_key(|row| row.id);
    all
}

fn head(entrant: &Entrant) -> CardHead {
    CardHead {
        number: entrant.row.number,
        band: age_band(entrant.facts.age.unwrap_or(0)),
        sex: Sex::from_standard_code(&entrant.child.sex),
    }
}

fn card(tx: &Tx, places: &Places, entrant: &Entrant) -> Result<Card, Error> {
    let names = places.names_of(&entrant.child);
    let of_file = || tx.open_some("children", "care_sealed", entrant.child.id, entrant.child.care_sealed.as_ref());
    let (words, care) = on_card(tx, &entrant.row)?;
    let care = match care {
        Some(care) => Some(care),
        None => of_file()?,
    };
    let told = |text: Option<&String>| text.map(|t| without_names(t, &names));
    Ok(Card {
        head: head(entrant),
        languages: entrant.child.languages.clone(),
        care: told(care.as_ref()),
        words: told(words.as_ref()),
        together: entrant.facts.together,
    })
}

fn mine(field: &Field, row: &proposal::Model, now: Timestamp) -> Option<MyProposal> {
    let number = field.child(row.child_id)?.row.number;
    let at = judged(row).at(now);
    let her_no = at.state == ProposalState::Declined && at.volunteer == Some(false) && now <= at.expires_at;
    Some(MyProposal {
        id: ProposalId(row.id),
        number,
        state: at.state,
        answer: at.volunteer,
        expires_at: at.expires_at,
        begun: at.begun,
        may_take_back: at.volunteer.is_some() && !at.begun && (at.state.stands() || her_no),
    })
}
