//! `naheya doctor`: the conscience of the records.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use naheya_domain::AreaId;
use naheya_store::audit::Finding;

use crate::clock::now;
use crate::failure::Failure;
use crate::place::{PlaceArgs, found};
use crate::say::{say, tell};

/// Flags of `naheya doctor`.
#[derive(Debug, Args)]
pub struct DoctorArgs {
    /// Compare the rows of every audited table with their last audit event, not only children, volunteers, checks, pairs, stays and custody
    #[arg(long)]
    deep: bool,
    /// One JSON document instead of lines
    #[arg(long, value_parser = ["json"])]
    format: Option<String>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// Exit status 1 when there is a finding; each is named.
pub async fn run(args: DoctorArgs) -> Result<ExitCode, Failure> {
    let settings = args.place.settings()?;
    let (location, key) = args.place.kept(&settings)?;
    let store = found(&location, &key).await?;
    store.check_schema().await.map_err(|error| Failure::of_place(error, &location))?;
    let mut findings = store.examine_schema().await?;
    let mut hints = Vec::new();
    if !findings.iter().any(Finding::hides_rows) {
        store.check_key(now()).await?;
        findings.extend(store.examine(args.deep, now()).await?);
        hints = store.missing_holidays(now()).await?;
    }
    store.close().await?;
    say(&findings, &hints, args.format.is_some());
    if findings.is_empty() { Ok(ExitCode::SUCCESS) } else { Err(alarm(&findings)) }
}

/// What should be looked at and is no fault: the status stays that of the findings. A line for each year, however many
/// counties wait for it; all of them are in the JSON document.
fn hints_of(missing: &[(AreaId, i16)]) -> Vec<String> {
    let mut by_year = BTreeMap::<i16, Vec<AreaId>>::new();
    for (area, year) in missing {
        by_year.entry(*year).or_default().push(*area);
    }
    by_year.into_iter().map(|(year, areas)| hint(year, &areas)).collect()
}

fn hint(year: i16, areas: &[AreaId]) -> String {
    let whose = match areas {
        [only] => format!("county {only}"),
        [first, ..] => format!("{} counties, {first} the first of them", areas.len()),
        [] => String::new(),
    };
    format!(
        "hint: the holidays of {year} are not entered yet ({whose}): the coordinator pastes the State Council's notice on \
         /holidays"
    )
}

fn say(findings: &[Finding], hints: &[(AreaId, i16)], json: bool) {
    if json {
        let rows: Vec<_> = findings
            .iter()
            .map(|f| serde_json::json!({"code": f.code, "area": f.area.to_string(), "table": f.table, "row": f.row}))
            .collect();
        let hints: Vec<_> = hints
            .iter()
            .map(|(area, year)| serde_json::json!({"code": "holiday.missing", "area": area.to_string(), "year": year}))
            .collect();
        say!("{}", serde_json::json!({"findings": rows, "hints": hints}));
        return;
    }
    for finding in findings {
        say!("{}", line(finding));
    }
    if findings.is_empty() {
        say!("Nothing found.");
        hints_of(hints).iter().for_each(|hint| tell!("{hint}"));
    }
}

fn line(finding: &Finding) -> String {
    let Finding { code, table, row, area } = finding;
    if finding.is_of_schema() {
        return format!("{code}: {table} {row}").trim_end().to_owned();
    }
    format!("{code}: {table} {row} (county {area})")
}

/// What whoever runs the server does about it; hints wait until the records are sound.
fn alarm(findings: &[Finding]) -> Failure {
    let is_of_schema = findings.iter().all(Finding::is_of_schema);
    let whose = if is_of_schema {
        "the tables are not as the program makes them"
    } else {
        "the records are not as the program left them"
    };
    let what = match findings.len() {
        1 => format!("One finding: {whose}."),
        many => format!("{many} findings: {whose}."),
    };
    let todo = if findings.iter().any(Finding::hides_rows) {
        "The rows were not examined. Stop the server, keep this list and what there is, and put the newest backup back into an empty place: naheya restore FILE."
    } else if is_of_schema {
        "No row was found amiss. Make a backup and put it back into an empty place: naheya restore FILE makes all of these anew (index.invalid: REINDEX INDEX is enough)."
    } else {
        "Change nothing by hand: make a backup, keep this list, and tell the leader."
    };
    Failure::new(what, todo)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_that_wait_for_the_same_year_are_one_line() {
        let missing = [(AreaId(150_825), 2027), (AreaId(150_826), 2027), (AreaId(150_825), 2028)];
        let expected = [
            "2027 are not entered yet (2 counties, 150825 the first of them)",
            "2028 are not entered yet (county 150825)",
        ];
        let lines = hints_of(&missing);
        assert_eq!(lines.len(), expected.len());
        for (line, part) in lines.iter().zip(expected) {
            assert!(line.contains(part), "{line}");
        }
    }
}
