//! A command that did not do its work: one line what, one line what to do.

use naheya_store::{Error, Location};

/// Why a command ends with exit status 1; `naheya serve --supervised` with another one after what passes.
#[derive(Debug)]
pub struct Failure {
    /// What is the matter.
    pub what: String,
    /// What to do about it; may be empty when the first line says it all.
    pub todo: String,
    /// Whether it may be over in a moment without anybody's doing: a server that was stopped by it is worth another start.
    pub passes: bool,
}

impl Failure {
    /// What and what to do, by a person.
    pub fn new(what: impl Into<String>, todo: impl Into<String>) -> Failure {
        Failure { what: what.into(), todo: todo.into(), passes: false }
    }

    /// The same, which may pass by itself.
    #[must_use]
    pub fn that_passes(self) -> Failure {
        Failure { passes: true, ..self }
    }

    /// What an error in this place means.
    pub fn of_place(error: Error, location: &Location) -> Failure {
        match (error, location) {
            (Error::Refused(refusal), Location::Postgres(url)) if refusal.code == "schema.older" => {
                Failure::before_upgrade(url)
            }
            (other, _) => other.into(),
        }
    }

    /// A server's tables are of an older version, and nobody asked yet that they be changed. No copy of them is kept by
    /// itself, and another process may be at work on them.
    fn before_upgrade(url: &str) -> Failure {
        Failure::new(
            "The tables of this database are those of an older version; on PostgreSQL they change only with naheya migrate.",
            format!(
                "Stop every naheya of this database, keep a copy: pg_dump -Fc -f naheya-before.dump '{}', then run naheya migrate and start again.",
                without_password(url)
            ),
        )
    }
}

/// An address as it may be shown.
fn without_password(url: &str) -> String {
    let (address, settings) = url.split_once('?').unwrap_or((url, ""));
    let kept: Vec<&str> = settings.split('&').filter(|set| !set.is_empty() && !set.starts_with("password=")).collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let Some((scheme, rest)) = address.split_once("://") else { return String::new() };
    let (before, name) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let Some((who, host)) = before.rsplit_once('@') else { return format!("{address}{query}") };
    let user = who.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}@{host}{name}{query}")
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.what)?;
        if self.todo.is_empty() { Ok(()) } else { write!(f, "\n{}", self.todo) }
    }
}

fn other_tables() -> Failure {
    Failure::new(
        "The tables of this place are not those of this program.",
        "Bring them up to date: naheya migrate. If that does not help, put a backup back into an empty place.",
    )
}

/// A table or a column is not there: SQLite's general error, PostgreSQL's `undefined_table` and `undefined_column`.
fn lacks_tables(text: &str) -> bool {
    matches!(text.split(' ').next(), Some("1" | "42P01" | "42703"))
}

/// What the commonest faults of a place mean. SQLite's codes have their kind in the last eight bits.
fn of_database(text: &str) -> Failure {
    let code = text.split(' ').next().unwrap_or_default();
    let of_file = code.parse::<u32>().ok().filter(|_| code.len() < 5).map(|number| number & 0xff);
    let (what, todo, passes) = match (code, of_file) {
        (_, Some(8 | 14)) | ("folder", _) => (
            "The folder of the records cannot be used or written by this account",
            "Give it to the account that runs this program (chown), and look whether its disk may be written.",
            false,
        ),
        ("address", _) => (
            "The place of the records is not understood",
            "Write it so: --database-url postgres://USER:PASSWORD@HOST:PORT/DATABASE, or --data DIR.",
            false,
        ),
        ("3D000", _) => (
            "The PostgreSQL server has no such database",
            "Make it (CREATE DATABASE), or correct the address: --database-url URL.",
            false,
        ),
        ("28000" | "28P01", _) => (
            "The PostgreSQL server does not let this user in",
            "Check user and password in the address, and the server's pg_hba.conf.",
            false,
        ),
        ("42501", _) => (
            "The PostgreSQL server lets this user make no tables",
            "Make the user the owner of the database: ALTER DATABASE … OWNER TO ….",
            false,
        ),
        ("42P07", _) => (
            "The tables of another program are in this database",
            "Make one for Naheya alone (CREATE DATABASE), and name it: --database-url URL.",
            false,
        ),
        ("0A000", _) => (
            "The server refuses to change tables that are spread over several machines",
            "Put a backup of before into a new database: docs/guide/it-admin-postgresql.md, the section on Citus.",
            false,
        ),
        _ if text == "- tls" => (
            "The PostgreSQL server is not reached safely",
            "Check sslmode and sslrootcert in the address, and whether the server's certificate is good.",
            true,
        ),
        _ if Error::Database(text.to_owned()).is_away() => (
            "The database does not answer",
            "Check that its server runs, and that host and port in the address are right.",
            true,
        ),
        _ => (
            "The database did not do its part",
            "Check that the place exists, may be written, and that the server is running.",
            true,
        ),
    };
    // A dash stands where the engine gave no code.
    let said = text.trim_start_matches("- ");
    Failure { passes, ..Failure::new(format!("{what}: {said}."), todo) }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        match error {
            Error::WrongKey => Failure::new(
                "The key does not belong to these records.",
                "Give the key file that was made with them: --key-file FILE, or put it back from the recovery sheet.",
            ),
            Error::Refused(refusal) if refusal.code == "county.unknown" => Failure::new(
                "No county of the code list has this code.",
                "Use the six digits of the county's area code, for example 150825.",
            ),
            Error::Full => Failure::new(
                "The disk is full: nothing new can be kept.",
                "Make room on the disk of the records, then run this again.",
            )
            .that_passes(),
            Error::Refused(refusal) if refusal.code == "schema.no_room" => Failure::new(
                "There is no room for the copy that is kept before the tables change; nothing was changed.",
                "Make as much room on the disk of the records as naheya.db takes, then run this again; or go on with the program of before.",
            ),
            Error::Refused(refusal) if refusal.code == "schema.newer" => Failure::new(
                "These records belong to a newer version of Naheya, which has changed their tables.",
                "Use that version; to go back to this one, put back the copy that was kept before the upgrade.",
            ),
            Error::Database(text) if text.split(' ').next() == Some("26") => Failure::new(
                "The file naheya.db in this place is no database of Naheya.",
                "Name the folder of the records, or put a backup back into an empty one: naheya restore FILE --data DIR.",
            ),
            Error::Refused(refusal) if refusal.code == "schema.older" => other_tables(),
            Error::Database(text) if lacks_tables(&text) => other_tables(),
            Error::Database(text) => of_database(&text),
            other => Failure::new(
                format!("It did not go through: {other}."),
                "Run it again. If it says the same, report this line and the command.",
            )
            .that_passes(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        for (url, shown) in [
            ("postgres://naheya:s3cret@db/x?sslmode=require", "postgres://naheya@db/x?sslmode=require"),
            ("postgres://db/x?password=s3cret&user=naheya", "postgres://db/x?user=naheya"),
            ("postgres://naheya:a%40b:c@[::1]:5432/x", "postgres://naheya@[::1]:5432/x"),
            ("postgres://naheya@db/x", "postgres://naheya@db/x"),
            ("postgres://db/x?user=naheya", "postgres://db/x?user=naheya"),
            ("postgres://naheya:a@b@db/x", "postgres://naheya@db/x"),
        ] {
            assert_eq!(without_password(url), shown);
        }
        assert!(Failure::before_upgrade("postgres://naheya:s3cret@db/x").todo.contains("pg_dump"));
    }

    #[test]
    fn the_commonest_faults_of_a_place_are_told_with_what_to_do() {
        for (text, todo) in [
            ("1544", "chown"),
            ("14", "chown"),
            ("folder cannot be made", "chown"),
            ("3D000", "CREATE DATABASE"),
            ("28P01", "pg_hba.conf"),
            ("42501", "OWNER TO"),
            ("- pool timed out", "host and port"),
            ("- io ConnectionReset", "host and port"),
            ("address", "postgres://"),
            ("42P07", "for Naheya alone"),
            ("0A000", "Citus"),
            ("- tls", "sslrootcert"),
            ("23505 ux_accounts_login", "Check that the place exists"),
        ] {
            let failure = Failure::from(Error::Database(text.to_owned()));
            assert!(failure.todo.contains(todo), "{text}: {failure}");
            assert!(!failure.to_string().contains(": - "), "{failure}");
        }
    }

    #[test]
    fn whatever_the_store_says_there_is_something_to_do() {
        for error in [Error::NotFound, Error::Forbidden, Error::Stale, Error::refused("import.has_faults")] {
            let said = Failure::from(error).to_string();
            assert_eq!(said.lines().count(), 2, "one line what, one line what to do: {said}");
        }
    }

    #[test]
    fn a_start_is_worth_another_only_after_what_may_pass_by_itself() {
        let database = |text: &str| Error::Database(text.to_owned());
        let passing = [Error::Full, database("- pool timed out"), database("57P03"), database("XX000"), Error::Stale];
        for error in passing {
            assert!(Failure::from(error.clone()).passes, "{error}");
        }
        let for_a_person = ["14", "address", "3D000", "28P01", "42501", "42P07", "42P01", "26"].map(database);
        let refused = ["schema.no_room", "schema.newer", "schema.older"].map(Error::refused);
        for error in for_a_person.into_iter().chain(refused).chain([Error::WrongKey]) {
            assert!(!Failure::from(error.clone()).passes, "{error}");
        }
    }
}
