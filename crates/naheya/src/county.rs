//! `naheya county`: another county joins the installation. The first one is set up by the link that `naheya serve` prints.

use std::process::ExitCode;

use clap::Args;
use naheya_domain::area_code::County;
use naheya_store::county::{JoinCounty, Newcomer};
use naheya_store::{Error, SystemTask};

use crate::clock::now;
use crate::failure::Failure;
use crate::place::PlaceArgs;
use crate::say::say;

/// Flags of `naheya county`.
#[derive(Debug, Args)]
pub struct CountyArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Six digits of the county's area code, for example 150824
    #[arg(value_name = "CODE")]
    county: String,
    /// User name of whoever keeps its accounts and settings
    #[arg(long)]
    login: String,
    /// The same person's name
    #[arg(long)]
    name: String,
    /// User name of its leader
    #[arg(long)]
    leader_login: String,
    /// The leader's name
    #[arg(long)]
    leader_name: String,
}

/// Opens the county and prints, for the administrator and then for the leader, `login<TAB>code<TAB>day until which the code works`.
pub async fn run(args: CountyArgs) -> Result<ExitCode, Failure> {
    let area = County::known(args.county.trim()).and_then(County::area_id);
    let area = area.ok_or(Error::refused("county.unknown"))?;
    let store = args.place.open().await?;
    let desk = store.as_system(SystemTask::SetUp, area, now());
    let joined = async {
        let admin = Newcomer { login: args.login.clone(), name: args.name.clone() };
        let leader = Newcomer { login: args.leader_login.clone(), name: args.leader_name.clone() };
        let [admin, leader] = desk.save(JoinCounty { admin, leader }).await?;
        Ok::<_, Error>([desk.slip_code(admin).await?, desk.slip_code(leader).await?])
    };
    let joined = joined.await;
    store.close().await?;
    let papers = joined.map_err(refused)?;
    for (login, (code, _, until)) in [&args.login, &args.leader_login].into_iter().zip(papers) {
        say!("{login}\t{code}\t{}", until.date());
    }
    Ok(ExitCode::SUCCESS)
}

fn refused(error: Error) -> Failure {
    match error {
        Error::Refused(refusal) if refusal.code == "county.first" => Failure::new(
            "No county is kept here yet.",
            "Start naheya serve and open the set-up link that it prints: it makes the first one.",
        ),
        Error::Refused(refusal) if refusal.code == "county.joined" => Failure::new(
            "This county works here already: somebody has a role in it.",
            "Further accounts are opened on its page of accounts.",
        ),
        Error::Invalid(faults) => unfit(&faults),
        other => other.into(),
    }
}

fn unfit(faults: &[naheya_domain::FieldError]) -> Failure {
    let flag = |field: &str| format!("--{}", field.replace('_', "-"));
    let what: Vec<String> = faults.iter().map(|fault| format!("{}: {}", flag(&fault.field), fault.code)).collect();
    let todo = if faults.iter().any(|fault| fault.code == "login.taken") {
        "Somebody has this user name already: choose another."
    } else {
        "Give each person's name, and user names of 2 to 40 letters, digits or Chinese characters, not of digits alone."
    };
    Failure::new(format!("The county cannot be opened ({}).", what.join(", ")), todo)
}

#[cfg(test)]
mod tests {
    use super::*;
    use naheya_domain::FieldError;

    #[test]
    fn a_fault_names_the_flag_that_it_is_about() {
        let told = unfit(&[FieldError::new("leader_login", "login.taken")]);
        assert!(told.what.contains("--leader-login") && told.todo.contains("already"), "{told:?}");
    }
}
