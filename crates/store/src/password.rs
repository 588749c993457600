//! Passwords: argon2id with 19 MiB, two passes, one lane (OWASP's first choice), two at a time, so
//! that a wave of sign-ins takes neither the memory nor both cores.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::Error;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// At least this many characters.
const SHORTEST: usize = 10;
/// No more than this many: argon2 takes any length, a request should not.
const LONGEST: usize = 128;

static AT_ONCE: Semaphore = Semaphore::const_new(2);

/// Whether a new password will do: length, not one of the commonest, not the login.
///
/// # Errors
/// `password.short`, `password.long`, `password.common`.
pub fn judge(password: &str, login: &str) -> Result<(), &'static str> {
    let letters = password.chars().count();
    let lower = password.to_lowercase();
    let distinct = {
        let mut seen: Vec<char> = lower.chars().collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len()
    };
    if letters < SHORTEST {
        Err("password.short")
    } else if letters > LONGEST {
        Err("password.long")
    } else if distinct < 5 || is_run(&lower) || (!login.is_empty() && lower.contains(&login.to_lowercase())) {
        Err("password.common")
    } else {
        Ok(())
    }
}

/// `1234567890`, `abcdefghij`, `qwertyuiop` and their like.
fn is_run(lower: &str) -> bool {
    const ROWS: [&str; 4] =
        ["01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "password123456789"];
    ROWS.iter().any(|row| row.contains(lower))
}

fn argon() -> Result<Argon2<'static>, Error> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|_| Error::Database("argon2".into()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Hashes a password with a fresh salt, as a PHC string.
///
/// # Errors
/// [`Error::Database`] when the system gives no random bytes or the task is lost.
pub(crate) async fn hash(password: &str) -> Result<String, Error> {
    let password = Zeroizing::new(password.to_owned());
    alone(move || {
        let hashed = argon()?.hash_password(password.as_bytes()).map_err(|_| Error::Database("argon2".into()))?;
        Ok(hashed.to_string())
    })
    .await
}

/// Whether `password` belongs to `kept`. Without a kept hash the same work is done in vain, so that
/// the time tells nobody whether the account exists.
///
/// # Errors
/// [`Error::Database`] when the task is lost.
pub(crate) async fn verify(password: &str, kept: Option<String>) -> Result<bool, Error> {
    let password = Zeroizing::new(password.to_owned());
    alone(move || {
        let Some(kept) = kept else {
            let _ = argon()?.hash_password(password.as_bytes());
            return Ok(false);
        };
        let parsed = PasswordHash::new(&kept).map_err(|_| Error::Database("password hash".into()))?;
        Ok(argon()?.verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
}

async fn alone<T: Send + 'static>(work: impl FnOnce() -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
    let lost = |_| Error::Database("password task".into());
    let _turn = AT_ONCE.acquire().await.map_err(|_| Error::Database("password queue".into()))?;
    tokio::task::spawn_blocking(work).await.map_err(lost)?
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_opens_its_own_hash_only() {
        let kept = hash("春天的草原很绿很绿呀").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert!(verify("春天的草原很绿很绿呀", Some(kept.clone())).await.unwrap());
        assert!(!verify("春天的草原很绿很绿吗", Some(kept)).await.unwrap());
        assert!(!verify("anything at all", None).await.unwrap());
    }

    #[test]
    fn a_password_that_everybody_tries_first_is_refused() {
        for poor in ["1234567890", "aaaaaaaaaaaa", "qwertyuiop", "0123456789"] {
            assert_eq!(judge(poor, ""), Err("password.common"), "{poor}");
        }
        assert_eq!(judge("short", ""), Err("password.short"));
        assert_eq!(judge("wulateqian-1", "wulate"), Err("password.common"));
        assert_eq!(judge("three horses drink", "wulate"), Ok(()));
    }
}
