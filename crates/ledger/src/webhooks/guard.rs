//! Keeps messages from being sent to places inside the bank that a subscription has no business with.
//!
//! The check is made on the addresses that a name resolves to, at the moment of connecting, so that a name that changes its
//! mind after the subscription was made gains nothing.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::NextTimeout,
    },
};

/// Resolves names and drops the addresses that may not be spoken to.
#[derive(Default)]
pub(crate) struct Guard {
    inner: DefaultResolver,
    private_allowed: bool,
}

impl Guard {
    pub(crate) fn new(private_allowed: bool) -> Self {
        Self { inner: DefaultResolver::default(), private_allowed }
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard").field("private_allowed", &self.private_allowed).finish_non_exhaustive()
    }
}

impl Resolver for Guard {
    fn resolve(&self, uri: &Uri, config: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut kept = self.empty();
        for address in found.iter().filter(|address| may_speak_to(address.ip(), self.private_allowed)) {
            kept.push(*address);
        }
        if kept.is_empty() {
            return Err(Error::Io(std::io::Error::new(std::io::ErrorKind::PermissionDenied, REFUSED)));
        }
        Ok(kept)
    }
}

/// What an administrator reads when every address was refused.
pub(crate) const REFUSED: &str = "the address is inside a private network, which the configuration does not allow";

/// Whether a message may go to this address.
fn may_speak_to(address: IpAddr, private_allowed: bool) -> bool {
    match reach(address) {
        Reach::Public => true,
        Reach::Private => private_allowed,
        Reach::Never => false,
    }
}

/// How far an address reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    Public,
    /// This machine and private networks.
    Private,
    /// Not a place for one receiver, or the metadata service of a cloud.
    Never,
}

fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_v4(v4),
        IpAddr::V6(v6) => embedded_v4(v6).map_or_else(|| reach_v6(v6), reach_v4),
    }
}

fn reach_v4(address: Ipv4Addr) -> Reach {
    let [a, b, c, _] = address.octets();
    // Link-local holds the metadata services of clouds (169.254.169.254).
    if address.is_link_local() || address.is_multicast() || a == 0 || a >= 240 || (a, b, c) == (192, 0, 0) {
        return Reach::Never;
    }
    let carrier = a == 100 && (b & 0xc0) == 64;
    let benchmark = a == 198 && (b & 0xfe) == 18;
    let private = address.is_loopback() || address.is_private() || address.is_documentation() || carrier || benchmark;
    if private { Reach::Private } else { Reach::Public }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    let first = address.segments()[0];
    if address.is_unspecified() || address.is_multicast() || (first & 0xffc0) == 0xfe80 || (first & 0xffc0) == 0xfec0 {
        return Reach::Never;
    }
    let private = address.is_loopback() || (first & 0xfe00) == 0xfc00 || address.segments()[..2] == [0x2001, 0xdb8];
    if private { Reach::Private } else { Reach::Public }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64, 6to4.
fn embedded_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let s = address.segments();
    let from = |high: u16, low: u16| Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    if let Some(v4) = address.to_ipv4_mapped() {
        return Some(v4);
    }
    if s[..6] == [0; 6] && s[6] != 0 {
        return Some(from(s[6], s[7]));
    }
    if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        return Some(from(s[6], s[7]));
    }
    (s[0] == 0x2002).then(|| from(s[1], s[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_apart() {
        let check = |text: &str, expected: Reach| assert_eq!(reach(text.parse().unwrap()), expected, "{text}");
        for public in ["8.8.8.8", "114.114.114.114", "172.32.0.1", "100.128.0.1", "2400:3200::1", "::ffff:8.8.8.8"] {
            check(public, Reach::Public);
        }
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "100.64.0.1",
            "198.18.0.1",
            "::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "::127.0.0.1",
            "2001:db8::1",
        ] {
            check(private, Reach::Private);
        }
        for never in [
            "0.0.0.0",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
        ] {
            check(never, Reach::Never);
        }
        assert!(may_speak_to("10.0.0.1".parse().unwrap(), true));
        assert!(!may_speak_to("10.0.0.1".parse().unwrap(), false));
        assert!(!may_speak_to("169.254.169.254".parse().unwrap(), true));
    }
}
