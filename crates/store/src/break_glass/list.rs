//! Openings as they are listed and reviewed.

use std::collections::HashMap;

use naheya_domain::access::Action;
use naheya_domain::break_glass::{GlassState, may_review};
use naheya_domain::id::{BreakGlassId, ChildId};
use naheya_domain::{Role, Timestamp};
use sea_orm::{ColumnTrait, Condition};
use uuid::Uuid;

use super::TABLE;
use super::file::LOOK;
use crate::account::display_names;
use crate::child::PAGE;
use crate::order::{self, Page, SORTED, Turn};
use crate::sealed::entity::{audit_event, break_glass, child, session};
use crate::sealed::glass;
use crate::sealed::tx::Tx;
use crate::{Desk, Error};

/// No more of them stand on the day's page.
const MOST: u64 = 20;
/// Rows of one file.
const MOST_OUT: u64 = 5_000;

/// Which openings a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GlassView {
    /// All of them.
    #[default]
    All,
    /// Those of which nobody has said yet what they were.
    ToReview,
    /// The others.
    Reviewed,
}

impl GlassView {
    /// Every view, in the order of the tabs.
    pub const ALL: [GlassView; 3] = [GlassView::All, GlassView::ToReview, GlassView::Reviewed];

    /// The word in the address.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            GlassView::All => "all",
            GlassView::ToReview => "to_review",
            GlassView::Reviewed => "reviewed",
        }
    }

    /// The view with this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<GlassView> {
        GlassView::ALL.into_iter().find(|view| view.code() == code)
    }

    fn condition(self) -> Condition {
        use break_glass::Column as C;
        match self {
            GlassView::All => Condition::all(),
            GlassView::ToReview => Condition::all().add(C::ReviewedAt.is_null()),
            GlassView::Reviewed => Condition::all().add(C::ReviewedAt.is_not_null()),
        }
    }
}

/// An opening in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlassLine {
    /// Which one.
    pub id: BreakGlassId,
    /// Whose file, for whoever sees it without the opening.
    pub child: Option<(ChildId, String)>,
    /// The file's number.
    pub number: String,
    /// Who opened it.
    pub by: String,
    /// Whether that was the reader.
    pub own: bool,
    /// As what.
    pub role: Role,
    /// When.
    pub opened_at: Timestamp,
    /// When it was over, or will be.
    pub over_at: Timestamp,
    /// How far it is.
    pub state: GlassState,
    /// Until when it is to be reviewed.
    pub review_by: Timestamp,
    /// Who said what it was.
    pub reviewed_by: Option<String>,
    /// When.
    pub reviewed_at: Option<Timestamp>,
    /// Whether the reader may say it now.
    pub may_review: bool,
    /// Whether the reader is another person who may, now or once it is over.
    pub reviews: bool,
}

/// One opening as its own page shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlassSheet {
    /// What lists show of it.
    pub line: GlassLine,
    /// Why it was opened.
    pub reason: String,
    /// Who was told at once.
    pub told: Vec<String>,
    /// How often the file was looked at through it.
    pub looks: u64,
    /// What was said in the review.
    pub words: Option<String>,
}

impl Desk {
    /// A page of the openings that the reader sees, the newest first: one's own, or all of the county.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the list goes on from an opening that is not seen.
    pub async fn break_glasses(&self, view: GlassView, turn: &Turn) -> Result<Page<GlassLine>, Error> {
        use break_glass::Column as C;
        let tx = self.read();
        let rows = tx.visible::<break_glass::Entity>().and(view.condition());
        let rows = order::along(rows, [C::OpenedAt, C::Id], true, turn, &tx).await?;
        let mut page = order::turned(rows.limit(PAGE + 1).all(&tx).await?, turn, |row| row.id);
        let rows = std::mem::take(&mut page.rows);
        Ok(page.with(lines(&tx, rows).await?))
    }

    /// All of a view, the newest first, for a file: at most 5,000. That it left the house, and which ones, is on the trail before
    /// this returns. Also says whether there are older ones.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn break_glasses_out(&self, view: GlassView) -> Result<(Vec<GlassLine>, bool), Error> {
        use break_glass::Column as C;
        self.require(Action::Export)?;
        let tx = self.read();
        let rows = tx.visible::<break_glass::Entity>().and(view.condition()).by_desc(C::OpenedAt).by_desc(C::Id);
        let (rows, more) = order::at_most(MOST_OUT, rows.limit(MOST_OUT + 1).all(&tx).await?);
        let ids = rows.iter().map(|row| row.id).collect();
        let out = lines(&tx, rows).await?;
        self.looked(TABLE, ids, "export", None).await?;
        Ok((out, more))
    }

    /// How many there are, counted no further than lists count.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn count_break_glasses(&self, view: GlassView) -> Result<u64, Error> {
        let tx = self.read();
        tx.visible::<break_glass::Entity>().and(view.condition()).count_to(SORTED, &tx).await
    }

    /// What others opened and the reader is to review, or will be once it is over; the most urgent first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn break_glasses_to_review(&self) -> Result<Vec<GlassLine>, Error> {
        if !self.may(Action::ReviewBreakGlass) {
            return Ok(Vec::new());
        }
        let read = async {
            let tx = self.read();
            use break_glass::Column as C;
            // One's own are somebody else's to review: however many there are, they stand before nobody's.
            let others = GlassView::ToReview.condition().add(C::AccountId.ne(tx.account()));
            let rows = tx.visible::<break_glass::Entity>().and(others).by(C::ReviewBy).limit(MOST).all(&tx).await?;
            Ok(lines(&tx, rows).await?.into_iter().filter(|line| line.reviews).collect())
        };
        self.remembered("break_glasses.review", String::new(), read).await
    }

    /// One opening, for whoever opened it and for the federation.
    ///
    /// # Errors
    /// [`Error::NotFound`].
    pub async fn break_glass(&self, id: BreakGlassId) -> Result<GlassSheet, Error> {
        let tx = self.read();
        let row = tx.visible::<break_glass::Entity>().id(id).one(&tx).await?;
        let told = display_names(&tx, [Some(row.told_first), Some(row.told_second)]).await?;
        let told = [row.told_first, row.told_second].iter().filter_map(|id| told.get(id).cloned()).collect();
        let reason = tx.open(TABLE, "reason_sealed", row.id, &row.reason_sealed)?;
        let words = tx.open_some(TABLE, "words_sealed", row.id, row.words_sealed.as_ref())?;
        let looks = looks(&tx, &row).await?;
        let line = lines(&tx, vec![row]).await?.pop().ok_or(Error::NotFound)?;
        Ok(GlassSheet { line, reason, told, looks, words })
    }

    /// The opening of this child through which the reader reads now, and until when.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub async fn open_glass_of(&self, child: ChildId) -> Result<Option<(BreakGlassId, Timestamp)>, Error> {
        if self.is_system() || !self.may(Action::BreakGlass) {
            return Ok(None);
        }
        let tx = self.read();
        let mut open = super::open_now(&tx).await?.into_iter();
        let Some(row) = open.find(|row| row.child_id == child.0 && super::is_here(&tx, row)) else { return Ok(None) };
        Ok(Some((BreakGlassId(row.id), glass::opening(&tx, &row).await?.until)))
    }
}

/// How often the file was looked at through this opening, by the trail.
async fn looks(tx: &Tx, row: &break_glass::Model) -> Result<u64, Error> {
    use audit_event::Column as C;
    let through = tx.for_rule::<audit_event::Entity>().and(C::Noun.eq(TABLE)).and(C::RefId.eq(row.id));
    through.and(C::Act.eq(LOOK)).count(tx).await
}

/// What stands around rows: names, numbers of files, sessions.
struct Around {
    people: HashMap<Uuid, String>,
    seen: HashMap<Uuid, String>,
    numbers: HashMap<Uuid, String>,
    sessions: HashMap<Uuid, session::Model>,
    leaders: Option<Vec<Uuid>>,
}

async fn lines(tx: &Tx, rows: Vec<break_glass::Model>) -> Result<Vec<GlassLine>, Error> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let children = || rows.iter().map(|row| row.child_id);
    let seen = tx.visible::<child::Entity>().among(children()).all(tx).await?;
    let all = tx.for_rule::<child::Entity>().among(children()).all(tx).await?;
    let sessions = tx.common::<session::Entity>().among(rows.iter().map(|row| row.session_id)).all(tx).await?;
    let around = Around {
        people: display_names(tx, rows.iter().flat_map(|row| [Some(row.account_id), row.reviewed_by])).await?,
        seen: seen.into_iter().map(|child| (child.id, child.name)).collect(),
        numbers: all.into_iter().map(|child| (child.id, child.number)).collect(),
        sessions: sessions.into_iter().map(|session| (session.id, session)).collect(),
        leaders: super::leaders_beside(tx).await?,
    };
    Ok(rows.iter().map(|row| line(tx, &around, row)).collect())
}

fn line(tx: &Tx, around: &Around, row: &break_glass::Model) -> GlassLine {
    let opening = glass::opening_in(row, around.sessions.get(&row.session_id));
    let (who, role) = (tx.account(), tx.viewer().role);
    let is_led = super::is_led(around.leaders.as_deref(), row);
    let judged = |now| may_review(&opening, who, role, is_led, now).is_ok();
    GlassLine {
        id: BreakGlassId(row.id),
        child: around.seen.get(&row.child_id).map(|name| (ChildId(row.child_id), name.clone())),
        number: around.numbers.get(&row.child_id).cloned().unwrap_or_default(),
        by: around.people.get(&row.account_id).cloned().unwrap_or_default(),
        own: row.account_id == who,
        role: opening.role,
        opened_at: Timestamp(row.opened_at),
        over_at: opening.over_at(),
        state: opening.state(tx.now()),
        review_by: Timestamp(row.review_by),
        reviewed_by: row.reviewed_by.and_then(|id| around.people.get(&id).cloned()),
        reviewed_at: row.reviewed_at.map(Timestamp),
        may_review: judged(tx.now()),
        reviews: judged(opening.over_at().max(tx.now())),
    }
}
