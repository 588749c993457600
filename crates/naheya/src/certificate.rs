//! Until when the certificate of this site is good: nobody else tells the operator before the browsers tell everybody. A new one
//! in its place is taken up while people work.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use data_encoding::BASE64;
use jiff::civil::DateTime;
use naheya_domain::Timestamp;

use crate::clock::now;

const DAY: Duration = Duration::from_secs(24 * 3600);
const DAY_MILLIS: i64 = 24 * 3_600_000;
/// Days before its end from which it is told of.
const SOON: i64 = 14;

/// The end of the first certificate in `chain`, as it is now.
pub fn end_of(chain: &Path) -> Option<Timestamp> {
    std::fs::read_to_string(chain).ok().and_then(|pem| end(&pem))
}

/// Tells of the end of a certificate once a day when it is near or over.
pub fn watch(end: Arc<AtomicI64>) {
    tokio::spawn(async move {
        loop {
            tell(Timestamp(end.load(Ordering::Relaxed)), now());
            tokio::time::sleep(DAY).await;
        }
    });
}

/// Takes up what lies in `files`, chain and key, whenever the process is told to (SIGHUP, as the tools that renew certificates
/// send it).
#[cfg(unix)]
pub fn follow(served: RustlsConfig, files: (PathBuf, PathBuf), end: Option<Arc<AtomicI64>>) {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut told) = signal(SignalKind::hangup()) else { return };
    let end = end.unwrap_or_default();
    tokio::spawn(async move {
        while told.recv().await.is_some() {
            match renew(&served, &files, &end).await {
                Ok(()) => tracing::info!("the certificate was read anew"),
                Err(error) => tracing::error!(%error, "the new certificate cannot be used, and the one before stays"),
            }
        }
    });
}

/// Where there are no signals nobody asks for it.
#[cfg(not(unix))]
pub fn follow(_: RustlsConfig, _: (PathBuf, PathBuf), _: Option<Arc<AtomicI64>>) {}

/// For every connection from now on; what cannot be used changes nothing.
#[cfg(unix)]
async fn renew(served: &RustlsConfig, (chain, key): &(PathBuf, PathBuf), end: &AtomicI64) -> std::io::Result<()> {
    served.reload_from_pem_file(chain, key).await?;
    if let Some(new) = end_of(chain) {
        end.store(new.0, Ordering::Relaxed);
    }
    Ok(())
}

fn tell(end: Timestamp, now: Timestamp) {
    match days_left(end, now) {
        Some(days @ 0..=SOON) => {
            tracing::warn!(days, "the certificate ends soon: put a new one in its place and send SIGHUP");
        }
        None => tracing::error!(
            "the certificate has ended and browsers turn people away: put a new one in its place and send SIGHUP"
        ),
        Some(_) => {}
    }
}

/// Whole days; none when it is over.
fn days_left(end: Timestamp, now: Timestamp) -> Option<i64> {
    (end > now).then(|| (end.0 - now.0) / DAY_MILLIS)
}

/// `notAfter` of the first certificate (RFC 5280, 4.1): behind version, number, algorithm and issuer.
fn end(pem: &str) -> Option<Timestamp> {
    let body = pem.split_once("-----BEGIN CERTIFICATE-----")?.1.split_once("-----END")?.0;
    let letters: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    let der = BASE64.decode(letters.as_bytes()).ok()?;
    let (_, certificate, _) = part(&der)?;
    let (_, mut rest, _) = part(certificate)?;
    loop {
        let (kind, inside, after) = part(rest)?;
        // The first of its sequences that begins with a time.
        if let (SEQUENCE, Some((UTC_TIME | GENERALIZED_TIME, _, ends))) = (kind, part(inside)) {
            let (kind, text, _) = part(ends)?;
            return moment(kind, std::str::from_utf8(text).ok()?);
        }
        rest = after;
    }
}

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// Minutes by which clocks in Shanghai are ahead.
const AHEAD_OF_UTC: i64 = 8 * 60;

/// Kind, content and what follows of the first part (DER, X.690).
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (digits.iter().fold(0, |sum, digit| (sum << 8) | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, after) = rest.split_at_checked(length)?;
    Some((*kind, content, after))
}

/// A year of two digits is one from 1950 to 2049.
fn moment(kind: u8, text: &str) -> Option<Timestamp> {
    let century = match (kind, text.get(..1)?) {
        (GENERALIZED_TIME, _) => "",
        (_, "0" | "1" | "2" | "3" | "4") => "20",
        _ => "19",
    };
    let time = DateTime::strptime("%Y%m%d%H%M%SZ", format!("{century}{text}")).ok()?;
    Some(Timestamp::from_shanghai(time).plus_minutes(AHEAD_OF_UTC))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    const OF_A_MONTH: &str = concat!(
        "-----BEGIN CERTIFICATE-----\n",
        "MIIBbjCCAROgAwIBAgIUVv1eDT5mKpZrQ/uJZysYDo1xYBYwCgYIKoZIzj0EAwIw\n",
        "DDEKMAgGA1UEAwwBdDAeFw0yNjExMjkxNjQ2MjZaFw0yNjEyMjkxNjQ2MjZaMAwx\n",
        "CjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQk1GUZANRWGToq\n",
        "wsClQ3CtoElu3wBREU/vVjiOwoySyovsmnEmUNxhXGsEGXSAOC5+AsKiMA/Vrqh1\n",
        "KV084Pjzo1MwUTAdBgNVHQ4EFgQUk8CWNXNHFs/hIDtoQ6R3Uo3cNnMwHwYDVR0j\n",
        "BBgwFoAUk8CWNXNHFs/hIDtoQ6R3Uo3cNnMwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n",
        "hkjOPQQDAgNJADBGAiEA9nMlZpcvOBT7E/Q7dg77s8+R9rfY1CcNzxguq5GfT3IC\n",
        "IQC5Fw4tJlDsTDFQkqoyXYcpI73UhldP5kGiiLhI8gLDTA==\n",
        "-----END CERTIFICATE-----\n",
    );
    const OF_DECADES: &str = concat!(
        "-----BEGIN CERTIFICATE-----\n",
        "MIIBbzCCARWgAwIBAgIUXBXTEF6BD0yvyb5mUvocQPjwgGQwCgYIKoZIzj0EAwIw\n",
        "DDEKMAgGA1UEAwwBdDAgFw0yNjExMjkxNjQ2MjZaGA8yMDUxMDcyMTE2NDYyNlow\n",
        "DDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABAOVNTRSsLCx\n",
        "vVNTdLQD1BE5UvvcC1ETV8pg55wQXt64ArDwAtgO/lOq1SQsuX7YqrtV5AnJ8i63\n",
        "Q9wKN5GeYPejUzBRMB0GA1UdDgQWBBRqH2I5AYsidpgMWus/shJ8LK+QKzAfBgNV\n",
        "HSMEGDAWgBRqH2I5AYsidpgMWus/shJ8LK+QKzAPBgNVHRMBAf8EBTADAQH/MAoG\n",
        "CCqGSM49BAMCA0gAMEUCIFp10mRac7crNHz3agy0OBh+NUZJE+l8vWWmorKS2IC/\n",
        "AiEA3CFKZPPRUunQXldnIJy8DhNHG9Y897mlgh3sxMrPa4w=\n",
        "-----END CERTIFICATE-----\n",
    );

    #[test]
    fn the_end_of_a_certificate_is_read_in_both_ways_of_writing_it() {
        assert_eq!(end(OF_A_MONTH), Some(Timestamp(1_798_562_786_000)));
        assert_eq!(end(OF_DECADES), Some(Timestamp(2_573_570_786_000)));
        assert_eq!(end(&format!("{OF_A_MONTH}{OF_DECADES}")), end(OF_A_MONTH), "the site's own stands first");
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        for text in [
            "",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
            "-----BEGIN CERTIFICATE-----\nMIIB\n-----END",
        ] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn days_are_counted_to_the_end_and_not_beyond() {
        let now = Timestamp(1_798_562_786_000);
        assert_eq!(days_left(Timestamp(now.0 + DAY_MILLIS * 3 + 1), now), Some(3));
        assert_eq!(days_left(now, now), None);
    }

    /// Made for this test; no machine has ever used them.
    const ONE: &str = concat!(
        "-----BEGIN CERTIFICATE-----\n",
        "MIIBbDCCAROgAwIBAgIUNWoRVFJ8muGbRFfmKCwoUN7Ps+IwCgYIKoZIzj0EAwIw\n",
        "DDEKMAgGA1UEAwwBdDAeFw0yNjExMzAxODM3NTBaFw0zNTAyMTYxODM3NTBaMAwx\n",
        "CjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATL1+8TpWkCgAwi\n",
        "cTugNzzFaCe52HFg6lTJcjZqQ6gKbmMpDDQuQOtL1/v5tU7Jj4BxC5ekDcRG/e17\n",
        "e/igZP8ao1MwUTAdBgNVHQ4EFgQUNW+mysPjBeKBHDlit91+2DSJ1wIwHwYDVR0j\n",
        "BBgwFoAUNW+mysPjBeKBHDlit91+2DSJ1wIwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n",
        "hkjOPQQDAgNHADBEAiBh5u3z0AAnCG2xM3EMwriqpz2u5rFRd+Ab+Ujzija0RwIg\n",
        "BYJ05ABVS7tDYFpuCo1eHRDLtUM1Qnd29iY1XG7HkIE=\n",
        "-----END CERTIFICATE-----\n",
    );
    const KEY_OF_ONE: &str = concat!(
        "-----BEGIN PRIVATE KEY-----\n",
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgOEsxyRQsU620nzc3\n",
        "HXtjknZ8uXpwPGILbg77s7hSBFehRANCAATL1+8TpWkCgAwicTugNzzFaCe52HFg\n",
        "6lTJcjZqQ6gKbmMpDDQuQOtL1/v5tU7Jj4BxC5ekDcRG/e17e/igZP8a\n",
        "-----END PRIVATE KEY-----\n",
    );
    const OTHER: &str = concat!(
        "-----BEGIN CERTIFICATE-----\n",
        "MIIBbjCCAROgAwIBAgIUT8/An86lGoUuK4SKcStwo1K/veUwCgYIKoZIzj0EAwIw\n",
        "DDEKMAgGA1UEAwwBdDAeFw0yNjExMzAxODM3NTBaFw00MzA1MDUxODM3NTBaMAwx\n",
        "CjAIBgNVBAMMAXQwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARWlgorCzyoEDcb\n",
        "fcXEhRxwkATIcmG0KIIKNcPQeghPycsaTjn/3FODdmp/U19CvRMRN8adoOEDqHIa\n",
        "KH9i70cJo1MwUTAdBgNVHQ4EFgQUyUs+26r7Uit/tMFDTa2rgCWscXkwHwYDVR0j\n",
        "BBgwFoAUyUs+26r7Uit/tMFDTa2rgCWscXkwDwYDVR0TAQH/BAUwAwEB/zAKBggq\n",
        "hkjOPQQDAgNJADBGAiEAuKjRJ9I3CkX0h91+LzWXmzrg2sn9gBldKif69JCMFBUC\n",
        "IQDiYu6bDp/dNWViOQ2G0KOlItnqeu12Wy/vzeMuOntv8w==\n",
        "-----END CERTIFICATE-----\n",
    );
    const KEY_OF_OTHER: &str = concat!(
        "-----BEGIN PRIVATE KEY-----\n",
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgMdpPGHxrMeq2JOzI\n",
        "d4MG0NSebWjhZ218rdgywMy2IUWhRANCAARWlgorCzyoEDcbfcXEhRxwkATIcmG0\n",
        "KIIKNcPQeghPycsaTjn/3FODdmp/U19CvRMRN8adoOEDqHIaKH9i70cJ\n",
        "-----END PRIVATE KEY-----\n",
    );

    #[tokio::test]
    async fn a_new_certificate_in_the_place_of_the_old_one_is_taken_up_and_one_that_cannot_be_used_is_not() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = std::env::temp_dir().join(format!("naheya-certificate-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let files = (folder.join("chain.pem"), folder.join("key.pem"));
        let put = |chain: &str, key: &str| {
            std::fs::write(&files.0, chain).unwrap();
            std::fs::write(&files.1, key).unwrap();
        };
        put(ONE, KEY_OF_ONE);
        let served = RustlsConfig::from_pem_file(&files.0, &files.1).await.unwrap();
        let (before, end) = (served.get_inner(), AtomicI64::new(0));
        for (chain, key) in [(OTHER, KEY_OF_ONE), (OTHER, ""), ("", KEY_OF_OTHER)] {
            put(chain, key);
            assert!(renew(&served, &files, &end).await.is_err());
            assert!(Arc::ptr_eq(&served.get_inner(), &before), "the one before stays");
        }
        put(OTHER, KEY_OF_OTHER);
        renew(&served, &files, &end).await.unwrap();
        assert!(!Arc::ptr_eq(&served.get_inner(), &before));
        assert_eq!(end.into_inner(), 2_314_463_870_000);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
