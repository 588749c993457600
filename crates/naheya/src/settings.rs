//! Settings from `naheya.toml`, the weakest source: flags and `NAHEYA_…` variables go before it.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use naheya_web::Proxies;
use serde::Deserialize;

use crate::failure::Failure;
use crate::log::LogFormat;

/// What `naheya.toml` may say; every name is also a flag (`--name`) and a variable (`NAHEYA_NAME`).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Folder of the embedded database.
    pub data: Option<PathBuf>,
    /// PostgreSQL instead of the embedded database.
    pub database_url: Option<String>,
    /// File of the master key.
    pub key_file: Option<PathBuf>,
    /// Address to listen on.
    pub listen: Option<SocketAddr>,
    /// Certificate chain, PEM.
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM.
    pub tls_key: Option<PathBuf>,
    /// Addresses of the proxies that end TLS before this program.
    pub behind_proxy: Option<Proxies>,
    /// Scheme and host as browsers see them.
    pub public_origin: Option<String>,
    /// Second address, with `/metrics`.
    pub metrics: Option<SocketAddr>,
    /// Folder for the nightly backup.
    pub backup_dir: Option<PathBuf>,
    /// How the log is written.
    pub log_format: Option<LogFormat>,
}

impl Settings {
    /// Reads `file`, or `naheya.toml` in the working folder when there is one.
    pub fn read(file: Option<&Path>) -> Result<Settings, Failure> {
        let path = file.unwrap_or(Path::new("naheya.toml"));
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            // One that is there and cannot be read may name another place than the usual one. Whether one is there is not known
            // in a folder that this account may not look into: the guide's first start, given from another's.
            Err(_) if file.is_none() && std::fs::symlink_metadata(path).is_err() => return Ok(Settings::default()),
            Err(error) => {
                return Err(Failure::new(
                    format!("{} cannot be read: {error}.", path.display()),
                    "Check its name and its rights, and save it as UTF-8.",
                ));
            }
        };
        toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|at| text.get(..at.start)).unwrap_or_default();
            let line = before.matches('\n').count() + 1;
            Failure::new(
                format!("{} is not understood in line {line}: {}.", path.display(), error.message()),
                "The settings and their names stand in docs/guide/it-admin.md.",
            )
        })
    }
}
