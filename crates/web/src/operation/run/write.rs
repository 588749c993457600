//! Work that ends in the register, and the report: a roster is checked piece by piece and taken in by one act, a round
//! is worked out beside everything else and kept by one act, a chain is proven and what was found is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use naheya_domain::Date;
use naheya_domain::figure::Audience;
use naheya_domain::id::RoundId;
use naheya_store::import::ImportRoster;
use naheya_store::operation::Roster;
use naheya_store::operation::proof::FinishProof;
use naheya_store::operation::write::{FinishImport, FinishRun};
use naheya_store::{Desk, Error};

use super::Run;
use crate::export::stamp_of_numbers;
use crate::words::Words;
use crate::{import, report};

/// Rows of a roster that are checked between two words on how far it is.
const PIECE: usize = 1_000;
/// Between two words on how far the engine is.
const BREATH: Duration = Duration::from_millis(500);
/// Sheets of the report.
const SHEETS: usize = 2;

/// What the engine, in its own thread, and its process say to each other.
#[derive(Default)]
struct Far {
    tried: AtomicU32,
    of: AtomicU32,
    stop: AtomicBool,
}

impl Far {
    fn say(&self, tried: u32, of: u32) -> bool {
        self.tried.store(tried, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
        !self.stop.load(Ordering::Relaxed)
    }

    fn heard(&self) -> (usize, Option<usize>) {
        let size = |n: &AtomicU32| usize::try_from(n.load(Ordering::Relaxed)).unwrap_or(usize::MAX);
        (size(&self.tried), Some(size(&self.of)).filter(|of| *of > 0))
    }
}

impl Run<'_> {
    /// Every row is compared with the register before the first is written: a fault or a stop on the way has changed
    /// nothing. The register judges once more when it writes.
    pub(super) async fn roster(&self, desk: &Desk, w: Words, asked: &Roster) -> Result<(), Error> {
        let kept = desk.upload().await.map_err(|error| match error {
            Error::NotFound => Error::refused("operation.other_file"),
            error => error,
        })?;
        let today = (self.clock)().date();
        let read = import::read(desk, today, kept).await?.map_err(|_| Error::refused("operation.other_file"))?;
        if read.hash != asked.hash {
            return Err(Error::refused("operation.other_file"));
        }
        let (invalid, lines) = (read.reading.invalid, &read.reading.lines);
        let (mut faults, of) = (invalid, Some(lines.len()));
        for begin in (0..lines.len()).step_by(PIECE) {
            if !self.moved(begin, of).await? {
                return Ok(());
            }
            faults += desk.judge_import(&lines.piece(begin, PIECE)).await?.faults();
            if faults > 0 && !asked.good_rows_only {
                return Err(Error::refused("import.has_faults"));
            }
        }
        // From here on it is written.
        if !self.moved(lines.len(), of).await? {
            return Ok(());
        }
        let left_out = match asked.good_rows_only {
            // Piece by piece a row that is in the file twice may not be found: what is left out is judged as a whole.
            true => import::left_out(w, &read, &desk.judge_import(lines).await?)?,
            false => None,
        };
        let roster = ImportRoster {
            lines: read.reading.lines,
            file_hash: read.hash,
            invalid: u32::try_from(invalid).unwrap_or(u32::MAX),
            good_rows_only: asked.good_rows_only,
            left_out,
        };
        if self.desk().await?.save(FinishImport { held: self.held.clone(), roster }).await?.is_some()
            && let Err(error) = self.store.tend().await
        {
            // The roster is in; only plans are older than they could be.
            tracing::error!(%error, "the rows were not counted anew");
        }
        Ok(())
    }

    /// While the engine tries one order after the other, says how many; a stop ends the search, and nothing is kept.
    pub(super) async fn round(&self, desk: &Desk, round: RoundId, seed: &str) -> Result<(), Error> {
        let far = Arc::new(Far::default());
        let watch = {
            let far = Arc::clone(&far);
            move |tried, of| far.say(tried, of)
        };
        let mut work = std::pin::pin!(desk.work_round(round, seed, watch));
        let worked = loop {
            if let Ok(worked) = tokio::time::timeout(BREATH, &mut work).await {
                break worked?;
            }
            let (tried, of) = far.heard();
            if !self.moved(tried, of).await? {
                far.stop.store(true, Ordering::Relaxed);
                return Ok(());
            }
        };
        self.desk().await?.save(FinishRun { held: self.held.clone(), worked }).await?;
        Ok(())
    }

    /// While the chain is followed, or others' proofs come first, says how far it is; a stop ends it.
    pub(super) async fn proof(&self, desk: &Desk) -> Result<(), Error> {
        let read = AtomicUsize::new(0);
        let far = |n: i64| read.store(usize::try_from(n).unwrap_or_default(), Ordering::Relaxed);
        let mut work = std::pin::pin!(desk.follow_chain(&far));
        let found = loop {
            if let Ok(found) = tokio::time::timeout(BREATH, &mut work).await {
                break found?;
            }
            if !self.moved(read.load(Ordering::Relaxed), None).await? {
                return Ok(());
            }
        };
        let faults = found.into_iter().map(|finding| finding.row).collect();
        self.desk().await?.save(FinishProof { held: self.held.clone(), faults }).await?;
        Ok(())
    }

    /// The report's workbook, sheet by sheet.
    pub(super) async fn report(&self, desk: &Desk, w: Words, as_of: Date, who: &str) -> Result<Option<Vec<u8>>, Error> {
        if !self.moved(0, Some(SHEETS)).await? {
            return Ok(None);
        }
        let figures = desk.figures(as_of).await?;
        if !self.moved(1, None).await? {
            return Ok(None);
        }
        let inside = figures.audience == Audience::County;
        let years = if inside { desk.years(as_of, report::YEARS).await? } else { Vec::new() };
        if !self.moved(SHEETS, None).await? {
            return Ok(None);
        }
        let bytes = report::book(w, stamp_of_numbers(w, who, (self.clock)()), &figures, &years);
        bytes.map(Some).map_err(|_| Error::Database("a workbook could not be written".into()))
    }
}
