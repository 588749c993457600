//! `naheya level`: lets in somebody of a level above the counties. No county can do that: whoever sees the figures of
//! others is let in by whoever keeps the machine.

use std::process::ExitCode;

use clap::Args;
use naheya_domain::AreaId;
use naheya_store::level::InviteAbove;
use naheya_store::{Error, SystemTask};

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::say;

/// Flags of `naheya level`.
#[derive(Debug, Args)]
pub struct LevelArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Six digits: 150800 a league or city, 150000 a region, 000000 the nation
    #[arg(value_name = "AREA")]
    area: String,
    /// User name to sign in with
    #[arg(long)]
    login: String,
    /// The person's name
    #[arg(long)]
    name: String,
}

/// Opens the account and prints `login<TAB>code<TAB>day until which the code works`.
pub async fn run(args: LevelArgs) -> Result<ExitCode, Failure> {
    let area = AreaId::parse(&args.area).ok_or_else(unknown_area)?;
    let store = args.place.open().await?;
    let desk = store.as_system(SystemTask::SetUp, area, now());
    let invited = async {
        let slip = desk.save(InviteAbove { login: args.login.clone(), name: args.name.clone() }).await?;
        desk.slip_code(slip).await
    };
    let invited = invited.await;
    store.close().await?;
    match invited {
        Ok((code, _, until)) => say!("{}\t{code}\t{}", args.login, until.date()),
        Err(Error::Refused(refusal)) if refusal.code == "level.county" => return Err(unknown_area()),
        Err(Error::Invalid(faults)) => return Err(unfit(&faults)),
        Err(error) => return Err(error.into()),
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown_area() -> Failure {
    Failure::new(
        "The area is no level above a county.",
        "Write six digits that end in zeros: 150800 for a league, 150000 for a region, 000000 for the nation.",
    )
}

fn unfit(faults: &[naheya_domain::FieldError]) -> Failure {
    let what: Vec<String> = faults.iter().map(|fault| format!("{}: {}", fault.field, fault.code)).collect();
    let todo = if faults.iter().any(|fault| fault.code == "login.taken") {
        "Somebody has this --login already: choose another."
    } else {
        "Give the person's name, and a --login of 2 to 40 letters, digits or Chinese characters, not of digits alone."
    };
    Failure::new(format!("The account cannot be opened ({}).", what.join(", ")), todo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use naheya_domain::FieldError;

    #[test]
    fn a_login_that_does_not_fit_is_told_what_one_looks_like() {
        let todo = |code| unfit(&[FieldError::new("login", code)]).todo;
        assert!(todo("login.invalid").contains("2 to 40 letters"));
        assert!(todo("login.taken").contains("already"));
    }
}
