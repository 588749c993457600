use std::net::IpAddr;

use axum::http::HeaderMap;
use naheya_web::Proxies;

fn at(address: &str) -> IpAddr {
    address.parse().unwrap()
}

fn proxies(text: &str) -> Proxies {
    text.parse().unwrap()
}

fn lines(said: &[&str]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for line in said {
        headers.append("x-forwarded-for", line.parse().unwrap());
    }
    headers
}

#[test]
fn one_address_several_and_whole_networks_can_be_named() {
    let named = proxies("10.0.0.5, 192.168.7.0/24,2001:db8:1::/48");
    for ours in ["10.0.0.5", "::ffff:10.0.0.5", "192.168.7.255", "2001:db8:1:2::3"] {
        assert!(named.have(at(ours)), "{ours}");
    }
    for other in ["10.0.0.6", "192.168.8.0", "2001:db8:2::1", "127.0.0.1", "::1"] {
        assert!(!named.have(at(other)), "{other}");
    }
    assert!(proxies("0.0.0.0/0").have(at("203.0.113.9")) && proxies("::/0").have(at("2001:db8::1")));
    assert!(named.let_in(at("127.0.0.1")) && named.let_in(at("::1")) && !named.let_in(at("10.0.0.6")));
}

#[test]
fn what_is_no_address_is_refused() {
    for wrong in ["", "nginx", "10.0.0.5:443", "10.0.0.5/33", "2001:db8::/129", "10.0.0.5,", "10.0.0/24"] {
        assert!(wrong.parse::<Proxies>().is_err(), "{wrong}");
    }
}

#[test]
fn only_a_proxy_says_for_whom_it_asks() {
    let named = proxies("10.0.0.5,10.0.0.6");
    let forged = lines(&["198.51.100.7"]);
    assert_eq!(named.caller(at("10.0.0.5"), &forged), at("198.51.100.7"));
    assert_eq!(named.caller(at("203.0.113.9"), &forged), at("203.0.113.9"));
    assert_eq!(named.caller(at("10.0.0.5"), &lines(&[])), at("10.0.0.5"));
}

#[test]
fn of_what_a_proxy_passes_on_the_last_that_is_not_ours_counts() {
    let named = proxies("10.0.0.5,10.0.0.6");
    for said in [
        &["1.1.1.1, 198.51.100.7"][..],
        &["1.1.1.1", "198.51.100.7"],
        &["1.1.1.1, 198.51.100.7, 10.0.0.6"],
        &["1.1.1.1, 198.51.100.7:4711"],
    ] {
        assert_eq!(named.caller(at("10.0.0.5"), &lines(said)), at("198.51.100.7"), "{said:?}");
    }
    assert_eq!(named.caller(at("10.0.0.5"), &lines(&["[2001:db8::7]:4711"])), at("2001:db8::7"));
    assert_eq!(named.caller(at("10.0.0.5"), &lines(&["1.1.1.1, unknown"])), at("10.0.0.5"));
}
