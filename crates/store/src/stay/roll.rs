//! The roll of who comes back: the way of a child home seen by whoever receives it.

use naheya_domain::Date;
use naheya_domain::access::Action;
use naheya_domain::viewer::Place;
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, Condition};

use super::gate::{GateLine, day_of, gate_lines, received_here};
use crate::sealed::entity::{custody_event, stay};
use crate::sealed::tx::Tx;
use crate::sealed::visible::{at, is, same};
use crate::{Desk, Error};

/// A child on the way back, as the gate sees it.
pub type BackLine = GateLine;

/// States in which the child is away.
const AWAY: [&str; 2] = ["released", "in_care"];

impl Desk {
    /// The children of the viewer's class or school who are due back there on `day`, or should have been before; those of whom
    /// the carer says already that she has brought them, and those received on `day` whatever day they were due. A child that
    /// goes home to its family is on no school's roll, unless it is late.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn back_list(&self, day: Date) -> Result<Vec<BackLine>, Error> {
        use stay::Column as S;
        self.require(Action::HandOver)?;
        let tx = self.read();
        let (from, to) = day_of(day);
        let of_day = Condition::all().add(S::EndsAt.gte(from)).add(S::EndsAt.lt(to));
        let today = of_day.add(S::State.is_in(["released", "in_care", "returned", "closed"]));
        let overdue = Condition::all().add(S::EndsAt.lt(from)).add(S::State.is_in(AWAY));
        let brought = due_after(to).add(said_back(&tx).is_not_null());
        let mut which = Condition::any().add(today).add(overdue).add(brought);
        if self.is_at_a_school() {
            which = which.add(Condition::all().add(S::ReturnedAt.gte(from)).add(S::ReturnedAt.lt(to)));
        }
        let mut lines = gate_lines(&tx, received_here(&tx).add(which)).await?;
        lines.sort_by_key(|l| (l.returned_at, l.ends_at, l.stay));
        Ok(lines)
    }

    /// The children of the viewer's class or school who are away and due back there after `day`: one of them may be brought
    /// early. None for who sees a whole county, and has the board.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Database`].
    pub async fn out_list(&self, day: Date) -> Result<Vec<BackLine>, Error> {
        self.require(Action::HandOver)?;
        if !self.is_at_a_school() {
            return Ok(Vec::new());
        }
        let tx = self.read();
        let out = due_after(day_of(day).1).add(said_back(&tx).is_null());
        let mut lines = gate_lines(&tx, received_here(&tx).add(out)).await?;
        lines.sort_by_key(|l| (l.ends_at, l.stay));
        Ok(lines)
    }

    fn is_at_a_school(&self) -> bool {
        matches!(self.viewer().place, Place::School(_) | Place::Class(_))
    }
}

/// Away, and due back from then on.
fn due_after(then: i64) -> Condition {
    Condition::all().add(stay::Column::EndsAt.gte(then)).add(stay::Column::State.is_in(AWAY))
}

/// A link by which the carer says that she has brought the child; nothing where she has not.
fn said_back(tx: &Tx) -> SimpleExpr {
    use custody_event::Column as C;
    let brought = tx.for_rule::<custody_event::Entity>().and(same(C::StayId, stay::Column::Id));
    brought.and(is(C::Kind, "return")).value(at(C::Id))
}
