//! Whose role ends, or whose account is closed, while a child is with her.

use naheya_store::Error;
use naheya_store::account::{AccountState, EndGrant, SetAccountState};

use crate::ground::{Ground, system};
use crate::on_both_engines;
use crate::story::story;

on_both_engines![whoever_has_a_child_keeps_her_role_until_it_is_back];

async fn whoever_has_a_child_keeps_her_role_until_it_is_back(ground: Ground) {
    let s = story(&ground).await;
    s.approved().await;
    ground.sql("UPDATE stays SET state = 'in_care'").await;
    let (account, grant) = (s.mother.viewer().account, s.mother.viewer().grant);
    let version = system(&s.store).account(account).await.unwrap().version;
    let set = |state| SetAccountState { account, state, version };
    let away = Error::refused("grant.child_away");
    assert_eq!(s.leader.save(EndGrant { grant }).await, Err(away.clone()));
    assert_eq!(s.leader.save(set(AccountState::Closed)).await, Err(away));
    assert!(s.store.desk_of_grant(grant, crate::ground::NOW).await.is_ok(), "she still sees whom to bring back");
    // A phone in wrong hands waits for nothing.
    s.leader.save(set(AccountState::Locked)).await.unwrap();
    ground.sql("UPDATE stays SET state = 'returned'").await;
    s.leader.save(EndGrant { grant }).await.unwrap();
    s.store.close().await.unwrap();
}
