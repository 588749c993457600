//! `naheya doctor`: the conscience of the records.

use std::process::ExitCode;

use clap::Args;
use naheya_domain::AreaId;
use naheya_store::Store;
use naheya_store::audit::Finding;

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::say;

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
    let store = Store::open(&args.place.location(&settings), &args.place.key(&settings)?.master).await?;
    store.check_key(now()).await?;
    let findings = store.examine(args.deep, now()).await?;
    let hints = store.missing_holidays(now()).await?;
    store.close().await?;
    say(&findings, &hints, args.format.is_some());
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What should be looked at and is no fault: the status stays that of the findings.
fn hint(area: AreaId, year: i16) -> String {
    format!(
        "hint: the holidays of {year} are not entered yet (county {area}): paste the State Council's notice on /holidays"
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
        say!("{}: {} {} (county {})", finding.code, finding.table, finding.row, finding.area);
    }
    if findings.is_empty() {
        say!("Nothing found.");
    }
    for (area, year) in hints {
        eprintln!("{}", hint(*area, *year));
    }
}
