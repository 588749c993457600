//! A process at work: reads the list page by page at the desk of whoever asked, says after each how far it is, writes
//! the workbook and hands it in. Between two pages it hears that it was stopped. What ends in the register is in
//! [`write`].

use std::sync::Arc;

use naheya_documents::excel::{Head, Value};
use naheya_domain::AreaId;
use naheya_domain::id::ExportId;
use naheya_domain::operation::OperationKind;
use naheya_store::account::{self, AccountView};
use naheya_store::audit::{self, AuditFilter};
use naheya_store::export::{MOST, children_of};
use naheya_store::operation::run::{ClaimOperation, FailOperation, FinishOperation, Held, MoveOperation, Parcel};
use naheya_store::operation::{Asked, failure_of};
use naheya_store::order::Turn;
use naheya_store::volunteer::{self, VolunteerFilter};
use naheya_store::{Desk, Error, Store, SystemTask};
use uuid::Uuid;

use crate::account::{self as account_page, Places};
use crate::export::{cut, heads, stamp, values, written};
use crate::words::{Lang, Words};
use crate::{Clock, audit_event, volunteer as volunteer_page};

mod write;

/// Pages between two words on how far it is: a commit for each page would be more work than the list.
const QUIET: usize = 4;

/// A list as it goes into a workbook, and who stands in it.
struct Sheet {
    heads: Vec<Head>,
    rows: Vec<Vec<Value>>,
    ids: Vec<Uuid>,
}

impl Sheet {
    fn new(heads: Vec<Head>) -> Sheet {
        Sheet { heads, rows: Vec::new(), ids: Vec::new() }
    }

    /// The same, which says below its rows that the list goes on, where it does, in the words of the text `id`.
    fn cut(mut self, w: Words, id: &str, goes_on: bool) -> Sheet {
        let line = goes_on.then(|| cut(w, id, self.rows.len()));
        self.rows.extend(line);
        self
    }
}

/// Works on what waits in a county until nothing is left to take up. Says how many were taken up.
///
/// # Errors
/// [`Error::Database`].
pub async fn work(store: &Store, clock: &Clock, area: AreaId) -> Result<usize, Error> {
    let mut taken = 0;
    while let Some(held) = store.as_system(SystemTask::Job, area, clock()).save(ClaimOperation).await? {
        taken += 1;
        let run = Run { store, clock, area, held };
        run.whole().await?;
    }
    Ok(taken)
}

struct Run<'a> {
    store: &'a Store,
    clock: &'a Clock,
    area: AreaId,
    held: Held,
}

impl Run<'_> {
    /// A rule or a lost right ends the work for good. A fault of the house does not: the lease runs out, and it is
    /// taken up once more.
    async fn whole(&self) -> Result<(), Error> {
        let Err(error) = self.made().await else { return Ok(()) };
        if !matches!(error, Error::Refused(_) | Error::NotFound | Error::Forbidden | Error::Stale) {
            tracing::error!(%error, operation = %self.held.id, "an operation fell");
            return Err(error);
        }
        let fail = FailOperation { held: self.held.clone(), code: failure_of(&error) };
        self.clerk().save(fail).await?;
        Ok(())
    }

    fn clerk(&self) -> Desk {
        self.store.as_system(SystemTask::Job, self.area, (self.clock)())
    }

    /// The desk of whoever asked, as their grant is now.
    async fn desk(&self) -> Result<Desk, Error> {
        self.store.desk_of_grant(self.held.grant(), (self.clock)()).await
    }

    async fn made(&self) -> Result<(), Error> {
        let desk = self.desk().await?;
        let parcel = desk.parcel_of_operation(&self.held).await?;
        let w = Words { lang: Lang::parse(&parcel.language).unwrap_or_default() };
        match &parcel.asked {
            Asked::Import(roster) => self.roster(&desk, w, roster).await,
            Asked::Run(round, seed) => self.round(&desk, *round, seed).await,
            Asked::Proof => self.proof(&desk).await,
            Asked::Report(as_of) => {
                let Some(file) = self.report(&desk, w, *as_of, &parcel.name).await? else { return Ok(()) };
                self.handed_in(file, Arc::from([])).await
            }
            _ => {
                let Some(sheet) = self.sheet(&desk, w, &parcel.asked).await? else { return Ok(()) };
                let ids: Arc<[Uuid]> = sheet.ids.into();
                let file = self.file(w, &parcel, sheet.heads, sheet.rows).await?;
                self.handed_in(file, ids).await
            }
        }
    }

    /// Judged again at a desk of this moment: a right that was withdrawn meanwhile lets nothing out.
    async fn handed_in(&self, file: Vec<u8>, ids: Arc<[Uuid]>) -> Result<(), Error> {
        self.desk().await?.save(FinishOperation { held: self.held.clone(), file: file.into(), ids }).await?;
        Ok(())
    }

    async fn sheet(&self, desk: &Desk, w: Words, asked: &Asked) -> Result<Option<Sheet>, Error> {
        match asked {
            Asked::LetOut(kind, id) => self.let_out(desk, w, *kind, *id).await,
            Asked::Volunteers(filter) => self.volunteers(desk, w, filter).await,
            Asked::AuditEvents(filter) => self.events(desk, w, filter).await,
            Asked::Accounts(view) => self.accounts(desk, w, *view).await,
            Asked::Import(_) | Asked::Run(..) | Asked::Report(_) | Asked::Proof => Ok(None),
        }
    }

    async fn file(&self, w: Words, parcel: &Parcel, heads: Vec<Head>, rows: Vec<Vec<Value>>) -> Result<Vec<u8>, Error> {
        let name = super::title(w, parcel.asked.kind());
        let stamp = stamp(w, &parcel.name, (self.clock)());
        let written = written(stamp, name, heads, rows.into_iter()).await;
        written.ok_or_else(|| Error::Database("a workbook could not be written".into()))
    }

    /// Whether to go on, asked now and then.
    async fn goes_on(&self, turn: &mut usize, done: usize) -> Result<bool, Error> {
        *turn += 1;
        if !turn.is_multiple_of(QUIET) {
            return Ok(true);
        }
        self.moved(done, None).await
    }

    /// Says how far it is; no: stopped, or in other hands.
    async fn moved(&self, done: usize, of: Option<usize>) -> Result<bool, Error> {
        self.clerk().save(MoveOperation { held: self.held.clone(), done, of }).await
    }

    async fn let_out(&self, desk: &Desk, w: Words, kind: OperationKind, id: ExportId) -> Result<Option<Sheet>, Error> {
        let mut out = desk.list_of_export(id).await?;
        let (mut sheet, mut turn) = (Sheet::new(heads(w, kind)), 0);
        loop {
            let (rows, next) = desk.page_out(&out).await?;
            sheet.ids.extend(children_of(&rows));
            sheet.rows.extend(rows.into_iter().map(|row| values(w, row)));
            if !self.goes_on(&mut turn, sheet.rows.len()).await? {
                return Ok(None);
            }
            match next.filter(|_| (sheet.rows.len() as u64) < MOST) {
                Some(next) => out = next,
                None => break,
            }
        }
        // A child of several rows is one child.
        sheet.ids.sort_unstable();
        sheet.ids.dedup();
        Ok(Some(sheet))
    }

    async fn accounts(&self, desk: &Desk, w: Words, view: AccountView) -> Result<Option<Sheet>, Error> {
        let (places, today) = (Places::plain(desk).await?, (self.clock)().date());
        let (mut sheet, mut turn, mut place) = (Sheet::new(account_page::heads_out(w)), 0, Turn::First);
        loop {
            let page = desk.accounts(view, &place).await?;
            sheet.ids.extend(page.rows.iter().map(|row| row.id.0));
            sheet.rows.extend(page.rows.into_iter().map(|row| account_page::values_out(w, &places, today, row)));
            if !self.goes_on(&mut turn, sheet.rows.len()).await? {
                return Ok(None);
            }
            match page.next {
                Some(mark) if sheet.rows.len() < account::MOST_OUT => place = Turn::After(mark),
                next => return Ok(Some(sheet.cut(w, "export-first", next.is_some()))),
            }
        }
    }

    async fn volunteers(&self, desk: &Desk, w: Words, filter: &VolunteerFilter) -> Result<Option<Sheet>, Error> {
        let mut filter = filter.clone();
        let (mut sheet, mut turn) = (Sheet::new(volunteer_page::heads_out(w)), 0);
        loop {
            let (rows, more) = desk.volunteers(&filter).await?;
            filter.after = rows.last().map(|row| row.id);
            sheet.ids.extend(rows.iter().map(|row| row.id.0));
            sheet.rows.extend(rows.into_iter().map(|row| volunteer_page::values_out(w, row)));
            if !self.goes_on(&mut turn, sheet.rows.len()).await? {
                return Ok(None);
            }
            if !more || sheet.rows.len() >= volunteer::MOST {
                return Ok(Some(sheet.cut(w, "export-first", more)));
            }
        }
    }

    /// That the trail was taken out is one event; it names no record.
    async fn events(&self, desk: &Desk, w: Words, filter: &AuditFilter) -> Result<Option<Sheet>, Error> {
        let mut filter = filter.clone();
        let (mut sheet, mut turn) = (Sheet::new(audit_event::heads_out(w)), 0);
        loop {
            let (rows, next) = desk.audit_events(&filter).await?;
            sheet.rows.extend(rows.iter().map(|row| audit_event::values_out(w, row)));
            if !self.goes_on(&mut turn, sheet.rows.len()).await? {
                return Ok(None);
            }
            if next.is_none() || sheet.rows.len() as u64 >= audit::MOST_OUT {
                return Ok(Some(sheet.cut(w, "export-newest", next.is_some())));
            }
            filter.before = next;
        }
    }
}
