//! Every route × every role: the knock that the table prints is the knock that is heard.

use axum::http::{Method, StatusCode};
use naheya_domain::Role;
use naheya_web::{RouteInfo, listing};

use crate::site::site;

/// An address of the route with ids that name nothing.
fn absent(route: &RouteInfo) -> String {
    let parts = route
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "0190a6e0-0000-7000-8000-000000000000" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn admits(route: &RouteInfo, role: Role) -> bool {
    route.knock.iter().any(|k| *k == "public" || *k == "signed_in" || *k == role.code())
}

#[tokio::test]
async fn nobody_passes_a_door_that_the_table_does_not_open() {
    let site = site().await;
    for role in Role::ALL {
        let mut browser = site.as_role(role).await;
        for route in listing().iter().filter(|r| !admits(r, role)) {
            let method: Method = route.method.parse().unwrap();
            let reply = browser.send(method, &absent(route), None).await;
            assert!(reply.is_refused(), "{} {} let {} in: {}", route.method, route.path, role.code(), reply.status);
        }
    }
}

#[tokio::test]
async fn whoever_is_not_signed_in_passes_public_doors_only() {
    let site = site().await;
    let mut browser = site.visitor();
    for route in listing().iter().filter(|r| r.knock != ["public"]) {
        let method: Method = route.method.parse().unwrap();
        let reply = browser.send(method.clone(), &absent(route), None).await;
        let led = reply.status == StatusCode::SEE_OTHER && reply.location().starts_with("/sign-in?next=");
        let refused = reply.status == StatusCode::UNAUTHORIZED;
        assert!(if method == Method::GET { led || refused } else { refused }, "{} {}", route.method, route.path);
    }
}

#[tokio::test]
async fn no_door_answers_an_absent_or_malformed_id_with_a_fault_of_ours() {
    let site = site().await;
    for role in [Role::Coordinator, Role::Leader, Role::ClassTeacher, Role::Volunteer, Role::ItAdmin] {
        let mut browser = site.as_role(role).await;
        for route in listing().iter().filter(|r| admits(r, role)) {
            let method: Method = route.method.parse().unwrap();
            for path in [absent(route), route.path.replace('{', "%7B").replace('}', "%00%ff")] {
                let reply = browser.send(method.clone(), &path, None).await;
                assert!(!reply.status.is_server_error(), "{method} {path} as {}: {}", role.code(), reply.body);
            }
        }
    }
}

#[test]
fn the_table_of_routes_is_as_outside_checks_read_it() {
    let rows = serde_json::to_value(listing()).unwrap();
    for row in rows.as_array().unwrap() {
        let keys: Vec<&String> = row.as_object().unwrap().keys().collect();
        assert_eq!(keys.len(), 4, "{row}");
        for key in ["method", "path", "knock", "noun"] {
            assert!(keys.iter().any(|k| *k == key), "{row} lacks {key}");
        }
        assert!(row["knock"].is_array());
    }
}
