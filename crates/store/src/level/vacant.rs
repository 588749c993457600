//! A county without a leader is not behind: nobody can sign there, and nobody hears a reminder. So it is with one that has left
//! the programme. Asked when a month is shown, since no signature tells of it.

use std::collections::HashSet;

use naheya_domain::{AreaId, Role};

use super::{LevelRow, Reported};
use crate::Error;
use crate::sealed::nation;
use crate::sealed::tx::Tx;

pub(super) async fn tell<'a>(tx: &Tx, rows: impl Iterator<Item = &'a mut LevelRow>) -> Result<(), Error> {
    let missing: Vec<&mut LevelRow> = rows.filter(|row| row.state == Some(Reported::Missing)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let led = nation::with_roles(tx, &[Role::Leader]).await?;
    let led: HashSet<AreaId> = led.into_iter().map(|county| AreaId(county.area_id)).collect();
    for row in missing {
        if !led.contains(&row.area) {
            row.state = Some(Reported::Vacant);
        }
    }
    Ok(())
}
