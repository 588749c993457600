//! What stands between this site and its guests: whom it is taken to speak for, and who comes past it.

use std::net::SocketAddr;

use axum::Extension;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use naheya_web::SiteSettings;

use crate::browser::Browser;
use crate::site::{Site, site_with};

async fn behind(proxies: &str) -> Site {
    site_with(SiteSettings { behind_proxy: Some(proxies.parse().unwrap()), ..SiteSettings::default() }).await
}

/// Whoever comes over a connection from `peer`.
fn from(site: &Site, peer: &str) -> Browser {
    let peer: SocketAddr = peer.parse().unwrap();
    Browser::new(site.app.clone().layer(Extension(ConnectInfo(peer))))
}

#[tokio::test]
async fn who_comes_past_the_proxy_over_a_network_is_refused_in_words() {
    let site = behind("10.0.0.5,2001:db8::/64").await;
    for (peer, status) in [
        ("10.0.0.5:1", StatusCode::OK),
        ("[2001:db8::7]:1", StatusCode::OK),
        ("127.0.0.1:1", StatusCode::OK),
        ("[::1]:1", StatusCode::OK),
        ("10.0.0.6:1", StatusCode::FORBIDDEN),
        ("[2001:db8:0:1::7]:1", StatusCode::FORBIDDEN),
    ] {
        let mut guest = from(&site, peer);
        let reply = guest.get("/sign-in").await;
        assert_eq!(reply.status, status, "{peer}");
        assert_eq!(reply.body.contains("请从正式的网址进来"), status != StatusCode::OK, "{peer}: {}", reply.body);
        assert_eq!(guest.get("/readyz").await.status, StatusCode::OK, "{peer}");
    }
}

#[tokio::test]
async fn wrong_tries_are_counted_by_the_address_that_the_proxy_names_and_by_no_other() {
    let site = behind("10.0.0.5").await;
    // The caller writes another address before his own each time.
    let tries = async |peer: &str, named: &dyn Fn(usize) -> String| {
        let mut last = StatusCode::OK;
        for n in 0..14 {
            let mut guest = from(&site, peer);
            guest.headers.push(("x-forwarded-for", named(n)));
            last = guest.submit("/slip", "/slip", &[("code", "AAAA-AAAA-AAAA")]).await.status;
        }
        last
    };
    let waits = tries("10.0.0.5:1", &|n| format!("192.0.2.{n}, 198.51.100.7")).await;
    assert_eq!(waits, StatusCode::TOO_MANY_REQUESTS);
    let others = tries("10.0.0.5:1", &|n| format!("198.51.100.7, 192.0.2.{n}")).await;
    assert_ne!(others, StatusCode::TOO_MANY_REQUESTS, "each guest has tries of his own");
    let alone = tries("127.0.0.1:1", &|n| format!("203.0.113.{n}")).await;
    assert_eq!(alone, StatusCode::TOO_MANY_REQUESTS, "who is no proxy speaks for nobody");
}
