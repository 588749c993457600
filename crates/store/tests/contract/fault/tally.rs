//! What the term came to, told from the records and judged against the plan.

use std::collections::BTreeMap;

use naheya_domain::Timestamp;
use naheya_domain::stay::ladder::Ladder;
use naheya_store::Store;

use super::county::Countyful;
use super::phone::Heard;
use super::plan::Weekend;
use crate::ground::{COUNTY, Ground};
use crate::story::literal;

/// An alarm may come this long after it is due, or after the server is back.
const WITHIN_MS: i64 = 60_000;

/// A stay as it should be told of.
struct Expected {
    stay: String,
    /// `rung` and the instant at which it is due.
    rungs: Vec<(&'static str, i64)>,
    received: i64,
    /// While nobody could raise it.
    down: Option<(i64, i64)>,
}

#[derive(Default)]
pub struct Tally {
    stays: usize,
    late: usize,
    heard: Heard,
    alarms: u32,
    answered_before_kill: usize,
    sent_again: usize,
    worst_ms: i64,
    links: usize,
    expected: Vec<Expected>,
    due: Vec<(naheya_domain::id::StayId, Expected)>,
    lines: Vec<String>,
}

impl Tally {
    /// What the plan of a weekend lets expect.
    pub fn asked(&mut self, weekend: &Weekend) {
        let after = if weekend.killed { weekend.come_again().stays } else { Vec::new() };
        self.stays += weekend.stays.len();
        for gone in &weekend.stays {
            self.late += usize::from(gone.late > 0);
            let heard = after.iter().find(|s| s.stay == gone.stay).unwrap_or(gone);
            let ladder = match gone.said {
                Some((minutes, at)) if at < gone.due || weekend.killed => Ladder::default().put_off(minutes),
                _ => Ladder::default(),
            };
            let rungs = ladder.rungs().iter().map(|(r, m)| (r.code(), gone.due.plus_minutes(*m).0)).collect();
            let down = weekend.killed.then_some((weekend.cut.0.0, weekend.cut.1.0));
            let stay = String::new();
            self.due.push((gone.stay, Expected { stay, rungs, received: heard.received.0, down }));
        }
    }

    pub fn delivered(&mut self, heard: Heard) {
        self.heard.taken += heard.taken;
        self.heard.passed_over += heard.passed_over;
        self.heard.kept += heard.kept;
    }

    pub fn raised(&mut self, alarms: u32) {
        self.alarms += alarms;
    }

    pub fn killed(&mut self, answered: usize, again: usize) {
        self.answered_before_kill += answered;
        self.sent_again += again;
    }

    /// Reads the records and holds them against the plan.
    pub async fn judge(&mut self, ground: &Ground, store: &Store, county: &Countyful) {
        for (id, mut expected) in std::mem::take(&mut self.due) {
            expected.stay = hex(&literal(ground, id.0));
            self.expected.push(expected);
        }
        self.custody(ground).await;
        self.alarms(ground).await;
        let end = self.expected.iter().map(|e| e.received).max().unwrap_or(0);
        let findings = store.verify(COUNTY, true, Timestamp(end).plus_minutes(300)).await.unwrap();
        assert!(findings.iter().all(|f| f.table == "pairs"), "{findings:?}: but for pairs put in by SQL");
        self.lines.push(format!("pairs {}, doctor clean", county.families.len()));
    }

    /// Each chain is whole, each word is there once, each stay is over.
    async fn custody(&mut self, ground: &Ground) {
        let rows = ground.texts(&sql("custody_events", "child_id", "CAST(seq AS TEXT)", ground)).await;
        let mut chains: BTreeMap<String, Vec<i64>> = BTreeMap::new();
        for row in &rows {
            let (child, seq) = row.split_once(' ').unwrap();
            chains.entry(child.to_owned()).or_default().push(seq.parse().unwrap());
        }
        self.links = rows.len();
        for (child, mut seqs) in chains {
            seqs.sort_unstable();
            assert!(seqs.iter().copied().eq(1..=i64::try_from(seqs.len()).unwrap()), "a gap or a fork: {child}");
        }
        let mut said = ground.texts(&sql("custody_events", "stay_id", "kind", ground)).await;
        let all = said.len();
        said.sort();
        said.dedup();
        assert_eq!(said.len(), all, "something is there twice");
        let open = ground.texts("SELECT state FROM stays WHERE state <> 'closed'").await;
        assert_eq!(open, Vec::<String>::new(), "a stay is not over");
    }

    /// Every child that was missed was told of within a minute, step by step; nobody else was.
    async fn alarms(&mut self, ground: &Ground) {
        let what = "kind || ' ' || CAST(due_at AS TEXT) || ' ' || CAST(raised_at AS TEXT)";
        let mut raised: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        for row in ground.texts(&sql("alarms", "stay_id", what, ground)).await {
            let parts: Vec<&str> = row.split(' ').collect();
            let at = (parts[2].parse().unwrap(), parts[3].parse().unwrap());
            let twice = raised.insert((parts[0].to_owned(), parts[1].to_owned()), at);
            assert_eq!(twice, None, "{row} twice");
        }
        assert_eq!(raised.len(), usize::try_from(self.alarms).unwrap());
        for expected in &self.expected {
            for (rung, due) in &expected.rungs {
                let found = raised.remove(&(expected.stay.clone(), (*rung).to_owned()));
                let can = expected.down.filter(|(from, to)| (*from..*to).contains(due)).map_or(*due, |(_, to)| to);
                match found {
                    // The word that it is here and the clock's come in the same moment.
                    None => assert!(expected.received <= can + WITHIN_MS, "{} was never told to {rung}", expected.stay),
                    Some((at_due, at)) => {
                        assert!(expected.received > at_due, "{rung} was told of a child that was here");
                        self.worst_ms = self.worst_ms.max(at - can.max(at_due));
                        assert!(at - can.max(at_due) <= WITHIN_MS, "{} {rung}: {} ms late", expected.stay, at - can);
                    }
                }
            }
        }
        assert!(raised.is_empty(), "alarms that nobody expects: {raised:?}");
    }
}

/// One line a row: an id and a word.
fn sql(table: &str, id: &str, what: &str, ground: &Ground) -> String {
    let id = match ground.location {
        naheya_store::Location::Folder(_) => format!("lower(hex({id}))"),
        naheya_store::Location::Postgres(_) => format!("replace(CAST({id} AS TEXT), '-', '')"),
    };
    format!("SELECT {id} || ' ' || {what} FROM {table}")
}

/// The digits of an id in SQL.
fn hex(literal: &str) -> String {
    literal.chars().skip(usize::from(literal.starts_with('x'))).filter(char::is_ascii_hexdigit).collect()
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Heard { taken, passed_over, kept } = self.heard;
        writeln!(f, "term: stays {}, late {}", self.stays, self.late)?;
        writeln!(f, "term: acts sent {}, kept on phones first {kept}", taken + passed_over)?;
        let again = (taken + passed_over).saturating_sub(self.links);
        writeln!(f, "term: links of custody {}, duplicates or overtaken acts ignored {again}", self.links)?;
        writeln!(
            f,
            "term: killed at 18:00 after {} answers, then sent anew {}",
            self.answered_before_kill, self.sent_again
        )?;
        writeln!(f, "term: alarms {}, worst delay {} s", self.alarms, self.worst_ms / 1000)?;
        writeln!(f, "term: forks 0, false all-back 0, {}", self.lines.join(", "))
    }
}
