//! The list of volunteers taken out of the house: kept in the trail, one event for each person,
//! before the file is made.

use naheya_domain::access::Action;
use uuid::Uuid;

use super::{VolunteerFilter, VolunteerRow};
use crate::{Desk, Error};

/// Rows that a coordinator takes out alone; more of them the leader takes.
pub(crate) const MOST_ALONE: usize = 50;
/// Rows of one file.
pub const MOST: usize = 5_000;

impl Desk {
    /// Every volunteer that the filter finds, for a file. The trail names each of them.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; `volunteer.export_needs_leader` above 50 rows for anybody but the
    /// leader; [`Error::Database`].
    pub async fn volunteers_out(&self, filter: &VolunteerFilter) -> Result<Vec<VolunteerRow>, Error> {
        self.require(Action::Export)?;
        let mut filter = VolunteerFilter { after: None, ..filter.clone() };
        let mut all: Vec<VolunteerRow> = Vec::new();
        loop {
            let (rows, more) = self.volunteers(&filter).await?;
            filter.after = rows.last().map(|row| row.id);
            all.extend(rows);
            if all.len() > MOST_ALONE && !self.may(Action::ApproveVolunteer) {
                return Err(Error::refused("volunteer.export_needs_leader"));
            }
            if !more || all.len() >= MOST {
                break;
            }
        }
        let ids: Vec<Uuid> = all.iter().map(|row| row.id.0).collect();
        self.looked("volunteers", ids, "export", None).await?;
        Ok(all)
    }
}
