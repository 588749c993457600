//! Children's own words on whether they want to go.

use std::collections::{BTreeMap, BTreeSet};

use naheya_domain::Timestamp;
use naheya_domain::access::Action;
use naheya_domain::id::{ChildId, StayId, WishId};
use sea_orm::ColumnTrait;
use uuid::Uuid;

use crate::carer::{Somebody, is_beside};
use crate::sealed::act::Act;
use crate::sealed::entity::{account, child, pair, stay, wish};
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

const TABLE: &str = "wishes";

/// What a child said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Wants to.
    Yes,
    /// Does not want to.
    No,
    /// Does not know, or did not say.
    Unsure,
}

impl Answer {
    /// The answer with this code: `yes`, `no`, `unsure`.
    #[must_use]
    pub fn parse(code: &str) -> Option<Answer> {
        match code {
            "yes" => Some(Answer::Yes),
            "no" => Some(Answer::No),
            "unsure" => Some(Answer::Unsure),
            _ => None,
        }
    }

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Answer::Yes => "yes",
            Answer::No => "no",
            Answer::Unsure => "unsure",
        }
    }
}

/// Somebody other than the carer has asked the child, and writes down its own words.
#[derive(Clone, Debug)]
pub struct RecordWish {
    /// The child.
    pub child: ChildId,
    /// The stay it was asked about; none for the term.
    pub stay: Option<StayId>,
    /// The answer.
    pub answer: Answer,
    /// The child's own words, up to 500 characters; sealed.
    pub words: String,
    /// Whether nobody of the home could hear.
    pub alone: bool,
}

impl Act for RecordWish {
    const NAME: &'static str = "wish.record";
    type Answer = WishId;

    async fn run(&self, tx: &Tx) -> Result<WishId, Error> {
        let occasion = if self.stay.is_some() { Occasion::Stay } else { Occasion::Term };
        self.keep(tx, occasion).await
    }
}

/// The same before a pairing: whether the child wants to be paired at all, and what with.
#[derive(Clone, Debug)]
pub struct RecordPairingWish(
    /// What was asked and said; its stay is left out.
    pub RecordWish,
);

impl Act for RecordPairingWish {
    const NAME: &'static str = "wish.record_pairing";
    type Answer = WishId;

    async fn run(&self, tx: &Tx) -> Result<WishId, Error> {
        let asked = RecordWish { stay: None, ..self.0.clone() };
        asked.keep(tx, Occasion::Pairing).await
    }
}

/// On what occasion a child was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// Before a pairing.
    Pairing,
    /// Once a term.
    Term,
    /// Before a stay.
    Stay,
}

impl Occasion {
    /// Every occasion.
    pub const ALL: [Occasion; 3] = [Occasion::Pairing, Occasion::Term, Occasion::Stay];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Occasion::Pairing => "pairing",
            Occasion::Term => "term",
            Occasion::Stay => "stay",
        }
    }

    /// The occasion with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Occasion> {
        Occasion::ALL.into_iter().find(|o| o.code() == code)
    }
}

impl RecordWish {
    async fn keep(&self, tx: &Tx, occasion: Occasion) -> Result<WishId, Error> {
        tx.require(Action::RecordWish)?;
        let child = tx.visible::<child::Entity>().id(self.child).one(tx).await?;
        crate::erasure::not_erased(tx, child.id).await?;
        let about = match self.stay {
            Some(id) => Some(tx.visible::<stay::Entity>().id(id).one(tx).await?),
            None => None,
        };
        if about.as_ref().is_some_and(|stay| stay.child_id != child.id) {
            return Err(Error::NotFound);
        }
        if is_carer(tx, child.id, self.stay).await? {
            return Err(Error::refused("wish.asked_by_carer"));
        }
        let words = self.words.trim();
        if words.chars().count() > 500 {
            return Err(Error::field("words", "text.too_long"));
        }
        let id = Uuid::now_v7();
        tx.insert::<wish::Entity>(wish::Model {
            area_id: tx.area_id(),
            id,
            child_id: child.id,
            occasion: occasion.code().into(),
            stay_id: self.stay.map(|s| s.0),
            round_id: None,
            answer: self.answer.code().into(),
            words_sealed: tx.seal_some(TABLE, "words_sealed", id, Some(words))?,
            asked_by: tx.account(),
            asked_at: tx.now().0,
            alone: self.alone,
        })
        .await?;
        match about {
            _ if self.answer == Answer::No => crate::stay::child_said_no(tx, child.id, self.stay).await?,
            Some(stay) => crate::stay::asks_again(tx, &stay),
            None => {}
        }
        Ok(WishId(id))
    }
}

/// Whether the account at work cares for the child, by this stay or by a pair that has not ended, or lives with whoever does: a
/// teacher may be a volunteer too; then somebody else asks, and somebody else reads.
pub(crate) async fn is_carer(tx: &Tx, child: Uuid, asked_about: Option<StayId>) -> Result<bool, Error> {
    let ties = ties(tx, &[child], asked_about.iter().map(|stay| stay.0).collect()).await?;
    is_beside(tx, &ties.into_iter().map(|(_, carer)| carer).collect()).await
}

/// Who cares for each of these children, by a pair that has not ended or by one of these stays, as (child, volunteer).
async fn ties(tx: &Tx, children: &[Uuid], stays: Vec<Uuid>) -> Result<Vec<(Uuid, Uuid)>, Error> {
    let pairs = tx
        .for_rule::<pair::Entity>()
        .holding(pair::Column::ChildId, children.iter().copied())
        .and(pair::Column::State.ne("ended"))
        .all(tx)
        .await?;
    let stays = tx.for_rule::<stay::Entity>().among(stays).all(tx).await?;
    let by_stay = stays.into_iter().map(|stay| (stay.child_id, stay.volunteer_id));
    Ok(pairs.into_iter().map(|pair| (pair.child_id, pair.volunteer_id)).chain(by_stay).collect())
}

/// What a child said once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WishLine {
    /// Which.
    pub id: WishId,
    /// On what occasion.
    pub occasion: Occasion,
    /// The stay it was asked about.
    pub stay: Option<StayId>,
    /// The answer.
    pub answer: Answer,
    /// The child's own words.
    pub words: Option<String>,
    /// Who asked.
    pub asked_by: Option<String>,
    /// When.
    pub asked_at: Timestamp,
    /// Whether nobody of the home could hear.
    pub alone: bool,
}

impl WishLine {
    /// Whether it counts: asked with the home out of hearing, or a no, whoever heard it.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.alone || self.answer == Answer::No
    }
}

/// The children of these rows of whom the reader is the carer, or lives with her.
async fn own_among(tx: &Tx, rows: &[wish::Model]) -> Result<BTreeSet<Uuid>, Error> {
    let person = Somebody::at_work(tx).await?;
    if person.is_unknown() {
        return Ok(BTreeSet::new());
    }
    let children: Vec<Uuid> = rows.iter().map(|row| row.child_id).collect();
    let ties = ties(tx, &children, rows.iter().filter_map(|row| row.stay_id).collect()).await?;
    let own = person.carers_among(tx, &ties.iter().map(|(_, carer)| *carer).collect()).await?;
    Ok(ties.into_iter().filter(|(_, carer)| own.contains(carer)).map(|(child, _)| child).collect())
}

/// The rows with their words and who asked, in their order.
async fn lines(tx: &Tx, rows: Vec<wish::Model>) -> Result<Vec<WishLine>, Error> {
    let ids: Vec<Uuid> = rows.iter().map(|w| w.asked_by).collect();
    let people = tx.common::<account::Entity>().among(ids).all(tx).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let (Some(occasion), Some(answer)) = (Occasion::parse(&row.occasion), Answer::parse(&row.answer)) else {
            continue;
        };
        lines.push(WishLine {
            id: WishId(row.id),
            occasion,
            stay: row.stay_id.map(StayId),
            answer,
            words: tx.open_some(TABLE, "words_sealed", row.id, row.words_sealed.as_ref())?,
            asked_by: people.iter().find(|a| a.id == row.asked_by).map(|a| a.display_name.clone()),
            asked_at: Timestamp(row.asked_at),
            alone: row.alone,
        });
    }
    Ok(lines)
}

impl Desk {
    /// What a child said, newest first; the carer is told that there is no such child.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn wishes(&self, child: ChildId) -> Result<Vec<WishLine>, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        if is_carer(&tx, child.id, None).await? {
            return Err(Error::NotFound);
        }
        let rows = tx
            .visible::<wish::Entity>()
            .and(wish::Column::ChildId.eq(child.id))
            .by_desc(wish::Column::AskedAt)
            .by_desc(wish::Column::Id)
            .limit(100)
            .all(&tx)
            .await?;
        let lines = lines(&tx, rows).await?;
        self.looked("wishes", vec![child.id], "work", None).await?;
        Ok(lines)
    }

    /// The last word of each child that was asked about one of these stays; nothing of a child that the reader cares for.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn wishes_about(&self, stays: &[StayId]) -> Result<BTreeMap<StayId, WishLine>, Error> {
        let tx = self.read();
        let mut rows = tx
            .visible::<wish::Entity>()
            .and(wish::Column::StayId.is_in(stays.iter().map(|s| s.0)))
            .by(wish::Column::AskedAt)
            .by(wish::Column::Id)
            .all(&tx)
            .await?;
        let children: BTreeSet<Uuid> = rows.iter().map(|w| w.child_id).collect();
        if children.is_empty() {
            return Ok(BTreeMap::new());
        }
        let own = own_among(&tx, &rows).await?;
        rows.retain(|w| !own.contains(&w.child_id));
        self.looked("wishes", children.difference(&own).copied().collect(), "work", None).await?;
        let mut last = BTreeMap::<StayId, WishLine>::new();
        for line in lines(&tx, rows).await? {
            let Some(stay) = line.stay else { continue };
            if line.counts() || !last.get(&stay).is_some_and(WishLine::counts) {
                last.insert(stay, line);
            }
        }
        Ok(last)
    }

    /// The stays of a child that have not begun: those it can be asked about.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn stays_to_ask_about(&self, child: ChildId) -> Result<Vec<(StayId, Timestamp, Timestamp)>, Error> {
        let tx = self.read();
        let child = tx.visible::<child::Entity>().id(child).one(&tx).await?;
        let rows = tx
            .visible::<stay::Entity>()
            .and(stay::Column::ChildId.eq(child.id))
            .and(stay::Column::State.is_in(["requested", "consented", "approved"]))
            .and(stay::Column::EndsAt.gt(tx.now().0))
            .by(stay::Column::StartsAt)
            .limit(20)
            .all(&tx)
            .await?;
        Ok(rows.into_iter().map(|s| (StayId(s.id), Timestamp(s.starts_at), Timestamp(s.ends_at))).collect())
    }
}
