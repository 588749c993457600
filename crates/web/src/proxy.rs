//! The machines of ours that stand before the site. They alone may say for whom they ask (`X-Forwarded-For`, newest entry
//! last), and from them alone does a request come over a network without TLS of this program's.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use axum::http::HeaderMap;
use serde::Deserialize;

/// Addresses, each of one machine or of a network.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Proxies(Vec<Range>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    address: IpAddr,
    /// Leading bits that are the same for all of them.
    bits: u32,
}

impl Range {
    fn holds(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(ours), IpAddr::V4(its)) => {
                (ours.to_bits() ^ its.to_bits()).checked_shr(32 - self.bits).unwrap_or_default() == 0
            }
            (IpAddr::V6(ours), IpAddr::V6(its)) => {
                (ours.to_bits() ^ its.to_bits()).checked_shr(128 - self.bits).unwrap_or_default() == 0
            }
            _ => false,
        }
    }

    fn parse(text: &str) -> Option<Range> {
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.trim().parse().ok()).filter(|bits| *bits <= most)?;
        Some(Range { address, bits })
    }
}

impl FromStr for Proxies {
    type Err = String;

    /// `10.0.0.5`, `10.0.0.0/24`, `2001:db8::5`, or several of them with commas between.
    fn from_str(text: &str) -> Result<Proxies, String> {
        let range = |part: &str| {
            let wrong =
                || format!("`{part}` is no address of a proxy; write 10.0.0.5, 10.0.0.0/24 or several with commas");
            Range::parse(part).ok_or_else(wrong)
        };
        text.split(',').map(str::trim).map(range).collect::<Result<_, _>>().map(Proxies)
    }
}

impl TryFrom<String> for Proxies {
    type Error = String;

    fn try_from(text: String) -> Result<Proxies, String> {
        text.parse()
    }
}

impl Proxies {
    /// Whether this machine is one of them.
    #[must_use]
    pub fn have(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|range| range.holds(address))
    }

    /// Whether a machine may ask without having come through one of them: whoever is on this machine crosses no network.
    #[must_use]
    pub fn let_in(&self, address: IpAddr) -> bool {
        address.to_canonical().is_loopback() || self.have(address)
    }

    /// For whom `peer` asks: itself, unless it is one of them. Entries before the last that is not ours are whatever the
    /// caller wrote.
    pub(crate) fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if !self.have(peer) {
            return peer;
        }
        let lines: Vec<&str> =
            headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok()).collect();
        let mut caller = peer;
        for entry in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
            let Some(address) = said(entry.trim()) else { return caller };
            caller = address;
            if !self.have(caller) {
                return caller;
            }
        }
        caller
    }
}

/// An entry, which some proxies write with a port.
fn said(entry: &str) -> Option<IpAddr> {
    let bare = || entry.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    let address: Option<IpAddr> = entry.parse().ok().or_else(bare);
    address.or_else(|| entry.parse::<SocketAddr>().ok().map(|with_port| with_port.ip()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

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
}
