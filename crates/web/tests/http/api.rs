//! Read access for programs: the pages' rights, scopes and errors.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use naheya_domain::Role;
use naheya_domain::viewer::Place;
use naheya_store::audit::AuditFilter;

use crate::child::class_with;
use crate::figure::told;
use crate::search::looks;
use crate::site::site;
use crate::story::story;

#[tokio::test]
async fn lists_are_walked_page_by_page_without_losing_or_repeating_a_row() {
    let site = told().await;
    let mut office = site.as_role(Role::Coordinator).await;
    for (list, count) in [("children", 224), ("pairs", 180), ("volunteers", 194)] {
        let (mut ids, mut path) = (Vec::new(), format!("/api/v1/{list}"));
        loop {
            let page = office.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{path}: {}", page.body);
            let page = page.json();
            ids.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/{list}?after={next}");
        }
        assert_eq!(ids.len(), count, "{list}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), count, "{list}");
    }
    let active = office.get("/api/v1/pairs?state=active").await.json();
    assert!(active["items"].as_array().unwrap().iter().all(|pair| pair["state"] == "active"));
    let stays = office.get("/api/v1/stays").await.json();
    assert_eq!(stays["items"].as_array().unwrap().len(), 50);
    assert!(stays["items"][0]["starts_at"].as_str().unwrap().ends_with("+08:00"), "{stays}");
}

#[tokio::test]
async fn each_child_that_a_program_reads_stands_in_the_trail_as_one_that_was_taken_out() {
    let site = told().await;
    let mut office = site.as_role(Role::Coordinator).await;
    let first = office.get("/api/v1/children").await.json();
    let second = format!("/api/v1/children?after={}", first["next"].as_str().unwrap());
    assert_eq!(office.get(&second).await.status, StatusCode::OK);
    let filter = AuditFilter { noun: Some("children".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!((trail.len(), trail.iter().filter(|line| line.fields == "export").count()), (50, 50));
}

#[tokio::test]
async fn what_a_teachers_program_reads_of_the_class_stands_in_the_trail() {
    let site = site().await;
    let (class, child) = class_with(&site, "示例第一小学", "安小草").await;
    let mut teacher = site.as_grant(Role::ClassTeacher, Place::Class(class)).await;
    let told = teacher.get("/api/v1/children").await;
    assert_eq!(told.json()["items"][0]["id"], child.to_string(), "{}", told.body);
    let filter = AuditFilter { noun: Some("children".into()), ..AuditFilter::default() };
    let (trail, _) = site.system().audit_events(&filter).await.unwrap();
    assert_eq!(trail.iter().filter(|line| line.fields == "export").count(), 1, "{trail:?}");
}

#[tokio::test]
async fn whoever_sees_no_record_on_a_page_gets_none_here() {
    let site = told().await;
    let refused = site.visitor().get("/api/v1/children").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    for role in [Role::Auditor, Role::ItAdmin, Role::HigherLevel, Role::Treasurer] {
        for list in ["children", "volunteers", "pairs", "stays"] {
            let reply = site.as_role(role).await.get(&format!("/api/v1/{list}")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND, "{role:?} {list}");
        }
    }
    let mine = site.as_role(Role::ClassTeacher).await.get("/api/v1/children").await.json();
    assert_eq!(mine["items"].as_array().unwrap().len(), 0, "a class of no children");
}

#[tokio::test]
async fn bad_input_is_told_by_field_and_code() {
    let site = told().await;
    let mut office = site.as_role(Role::Coordinator).await;
    for (query, field) in [("state=happy", "state"), ("after=x", "after"), ("after=%FF%00", "after")] {
        for list in ["children", "volunteers", "pairs", "stays"] {
            let reply = office.get(&format!("/api/v1/{list}?{query}")).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{list} {query}: {}", reply.body);
            assert_eq!(reply.json()["errors"][0]["field"], field, "{list} {query}");
        }
    }
}

#[tokio::test]
async fn rule_5_a_program_that_is_told_where_a_child_is_has_looked() {
    let mut s = story().await;
    s.released().await;
    let (mut office, before) = (s.office().await, looks(&s, Role::Coordinator).await);
    let listed = office.get("/api/v1/stays").await.json();
    assert_eq!(listed["items"][0]["state"], "released", "{listed}");
    assert_eq!(looks(&s, Role::Coordinator).await, before + 1);
}

#[tokio::test]
async fn the_description_names_every_path_of_the_api() {
    let site = told().await;
    let told = site.visitor().get("/api/v1/openapi.json").await.json();
    let described: BTreeSet<String> = told["paths"].as_object().unwrap().keys().cloned().collect();
    let served: BTreeSet<String> = naheya_web::listing()
        .into_iter()
        .map(|route| route.path)
        .filter(|path| path.starts_with("/api/") && !path.ends_with("openapi.json"))
        .collect();
    assert_eq!(described, served);
    let problem = &told["components"]["schemas"]["ProblemDocument"];
    assert!(problem["properties"]["errors"].is_object(), "{problem}");
    assert!(problem["required"].as_array().unwrap().iter().all(|field| field != "errors"), "only of bad input");
}
