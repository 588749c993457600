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
            Err(_) if file.is_none() => return Ok(Settings::default()),
            Err(error) => {
                return Err(Failure::new(format!("{} cannot be read: {error}.", path.display()), "Check the name."));
            }
        };
        toml::from_str(&text).map_err(|error| {
            Failure::new(
                format!("{} has a line that is not understood: {}.", path.display(), error.message()),
                "The settings and their names stand in docs/guide/it-admin.md.",
            )
        })
    }
}
