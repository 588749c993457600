//! Connections by address: one machine must not hold all that the process may have open, and keep everybody else out.

use std::collections::HashMap;
use std::future::{Ready, ready};
use std::io::{self, IoSlice};
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use axum_server::accept::Accept;
use naheya_web::Proxies;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Connections of one address at a time. Behind one there may be a school, or a part of a telephone network.
const MOST: usize = 1_000;

/// Lets in so many connections of an address; one more is closed unheard.
#[derive(Clone, Debug)]
pub struct Crowd {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    most: usize,
    /// They bring everybody's, and have limits of their own.
    proxies: Option<Proxies>,
}

impl Crowd {
    /// Of people's own machines, and of these proxies.
    pub fn of_guests(proxies: Option<Proxies>) -> Crowd {
        Crowd { open: Arc::default(), most: MOST, proxies }
    }

    fn seat(&self, address: IpAddr) -> Option<Seat> {
        let whose = machine(address);
        let mut open = counted(&self.open);
        let there = open.entry(whose).or_default();
        // Whoever is on this machine already is not kept out by a limit.
        let is_bounded = !whose.is_loopback() && !self.proxies.as_ref().is_some_and(|ours| ours.have(address));
        if *there >= self.most && is_bounded {
            return None;
        }
        *there += 1;
        Some(Seat { open: Arc::clone(&self.open), whose })
    }
}

/// A machine has a whole network of IPv6 addresses to choose from.
fn machine(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) if !long.is_loopback() => {
            let [a, b, c, d, ..] = long.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        other => other,
    }
}

fn counted(open: &Mutex<HashMap<IpAddr, usize>>) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The place of one connection; free again when that ends.
#[derive(Debug)]
struct Seat {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
    whose: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = counted(&self.open);
        let left = open.get(&self.whose).map_or(0, |there| there.saturating_sub(1));
        if left == 0 {
            open.remove(&self.whose);
        } else {
            open.insert(self.whose, left);
        }
    }
}

impl<S> Accept<TcpStream, S> for Crowd {
    type Stream = Seated;
    type Service = S;
    type Future = Ready<io::Result<(Seated, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let full = || io::Error::new(io::ErrorKind::ConnectionRefused, "too many connections of this address");
        let seat = stream.peer_addr().and_then(|peer| self.seat(peer.ip()).ok_or_else(full));
        ready(seat.map(|seat| (Seated { stream, _seat: seat }, service)))
    }
}

/// A connection in its place.
#[derive(Debug)]
pub struct Seated {
    stream: TcpStream,
    _seat: Seat,
}

impl AsyncRead for Seated {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Seated {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn of_three() -> Crowd {
        Crowd { open: Arc::default(), most: 3, proxies: "192.0.2.1".parse().ok() }
    }

    fn at(address: &str) -> IpAddr {
        address.parse().unwrap()
    }

    #[test]
    fn one_address_fills_its_own_places_and_nobody_elses() {
        let crowd = of_three();
        let held: Vec<Seat> = (0..3).map(|_| crowd.seat(at("198.51.100.7")).unwrap()).collect();
        assert!(crowd.seat(at("198.51.100.7")).is_none());
        assert!(crowd.seat(at("::ffff:198.51.100.7")).is_none(), "the same, written as an IPv6 address");
        assert!(crowd.seat(at("198.51.100.8")).is_some());
        drop(held);
        assert!(crowd.seat(at("198.51.100.7")).is_some(), "places are free again");
        assert!(counted(&crowd.open).is_empty(), "and nothing is kept of who was there");
    }

    #[test]
    fn the_addresses_of_one_ipv6_machine_are_one() {
        let crowd = of_three();
        let _held: Vec<Seat> = (1..=3).map(|n| crowd.seat(at(&format!("2001:db8:0:1::{n}"))).unwrap()).collect();
        assert!(crowd.seat(at("2001:db8:0:1:ffff::9")).is_none());
        assert!(crowd.seat(at("2001:db8:0:2::1")).is_some());
    }

    #[test]
    fn whoever_is_on_this_machine_is_let_in_and_so_is_the_proxy() {
        let crowd = of_three();
        for free in ["127.0.0.1", "192.0.2.1"] {
            let held: Vec<Option<Seat>> = (0..9).map(|_| crowd.seat(at(free))).collect();
            assert!(held.iter().all(Option::is_some), "{free}");
        }
    }
}
