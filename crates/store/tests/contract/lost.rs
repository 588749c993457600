//! A server that was away: whoever comes next gets a connection that lives, and nothing is kept twice.

use std::time::Duration;

use naheya_store::account::AddAccount;
use naheya_store::{Error, Location};

use crate::ground::{Ground, NOW, system};
use crate::on_both_engines;

on_both_engines![connections_that_the_server_ended_are_not_handed_out];

async fn connections_that_the_server_ended_are_not_handed_out(ground: Ground) {
    let Location::Postgres(_) = &ground.location else { return };
    let store = ground.store().await;
    let person =
        |login: &str| AddAccount { login: login.into(), display_name: "样例".into(), language: String::new() };
    let all = || async { futures_util::future::join_all((0..8).map(|_| store.counties(NOW))).await };
    assert!(all().await.iter().all(Result::is_ok));
    let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    for (round, login) in ["first", "second"].into_iter().enumerate() {
        ground.sql(ended).await;
        system(&store).save(person(login)).await.unwrap();
        assert_eq!(
            system(&store).save(person(login)).await,
            Err(Error::field("login", "login.taken")),
            "it is there, once (round {round})"
        );
        // Readers that were at work a moment ago are not asked first whether they live: they are back after one failure each.
        let back = async { while !all().await.iter().all(Result::is_ok) {} };
        tokio::time::timeout(Duration::from_secs(30), back).await.unwrap();
    }
    store.close().await.unwrap();
}

#[test]
fn what_says_that_the_database_is_away_and_what_does_not() {
    // The second one: a server that was the first of two and now only follows; the third: one that has no connection left.
    for text in [
        "57P01",
        "25006",
        "53300",
        "- io ConnectionReset",
        "- pool timed out",
        "- protocol",
        "- tls",
        "commit unheard: - io UnexpectedEof",
        "busy",
    ] {
        assert!(Error::Database(text.into()).is_away(), "{text}");
    }
    for text in ["23505 ux_children_id_no_bi", "42P01", "act panicked"] {
        assert!(!Error::Database(text.into()).is_away(), "{text}");
    }
    assert!(!Error::WrongKey.is_away());
}
