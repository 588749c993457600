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
    #[must_use]
    pub fn caller(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
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
