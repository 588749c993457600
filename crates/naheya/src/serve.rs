//! `naheya serve`: the real thing.

use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::time::Duration;

use axum_server::tls_rustls::RustlsConfig;
use axum_server::{Handle, Server};
use clap::Args;
use naheya_store::{Location, Store};
use naheya_web::operation::Long;
use naheya_web::{App, Proxies, SiteSettings};

use crate::backup::Shelf;
use crate::clock::now;
use crate::crowd::Crowd;
use crate::dispatch::Dispatcher;
use crate::failure::Failure;
use crate::key_file::KeyFile;
use crate::log::{self, LogFormat};
use crate::place::PlaceArgs;
use crate::say::say;
use crate::settings::Settings;

/// Until when the first request of a connection has said all its headers.
const FIRST_REQUEST: Duration = Duration::from_secs(10);
/// And the next one, waiting for it included: longer than the minute after which a proxy ends a connection it does not need.
const NEXT_REQUEST: Duration = Duration::from_secs(90);
/// In a folder that is or was served; who serves it has it locked.
const SERVED: &str = "naheya.db-serve";

/// Flags of `naheya serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Address to listen on [default: 127.0.0.1:8080]
    #[arg(long, env = "NAHEYA_LISTEN", value_name = "ADDR", value_parser = address)]
    listen: Option<SocketAddr>,
    /// Certificate chain, PEM
    #[arg(long, env = "NAHEYA_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM
    #[arg(long, env = "NAHEYA_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Address of the proxy that ends TLS before this program; several, or a network (10.0.0.0/24), with commas between
    #[arg(long, env = "NAHEYA_BEHIND_PROXY", value_name = "ADDR", conflicts_with = "tls_cert")]
    behind_proxy: Option<Proxies>,
    /// Scheme and host as browsers see them, e.g. https://naheya.example.cn
    #[arg(long, env = "NAHEYA_PUBLIC_ORIGIN", value_name = "ORIGIN")]
    public_origin: Option<String>,
    /// Second address, for whoever watches the machine: http://ADDR/metrics
    #[arg(long, env = "NAHEYA_METRICS", value_name = "ADDR", value_parser = address)]
    metrics: Option<SocketAddr>,
    /// Folder for the nightly backup [default: `naheya-backups` beside the data folder]
    #[arg(long, env = "NAHEYA_BACKUP_DIR", value_name = "DIR")]
    backup_dir: Option<PathBuf>,
    /// How the log on standard error is written [default: text]
    #[arg(long, env = "NAHEYA_LOG_FORMAT", value_name = "FORMAT", value_enum)]
    log_format: Option<LogFormat>,
    /// End with status 75 after what may pass by itself, so that systemd starts it again after this alone
    #[arg(long)]
    pub supervised: bool,
}

/// An address to listen on; what it lacks is said with an example, not as the name of a grammar.
fn address(typed: &str) -> Result<SocketAddr, String> {
    typed.parse().map_err(|_| "write an IP address and a port, such as 127.0.0.1:8080".to_owned())
}

/// How the outside reaches this program.
struct Door {
    listen: SocketAddr,
    tls: Option<(PathBuf, PathBuf)>,
    behind_proxy: Option<Proxies>,
    public_origin: Option<String>,
}

impl Door {
    /// As the flags and variables say; a certificate or a proxy that they name goes before both of the settings file.
    fn of(args: &ServeArgs, settings: &Settings) -> Door {
        let (proxy, certified) = (args.behind_proxy.is_some(), args.tls_cert.is_some());
        let origin = args.public_origin.clone().filter(|said| !said.is_empty());
        let cert = args.tls_cert.clone().or_else(|| settings.tls_cert.clone().filter(|_| !proxy));
        let key = args.tls_key.clone().or_else(|| settings.tls_key.clone().filter(|_| !proxy));
        Door {
            listen: args.listen.or(settings.listen).unwrap_or(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080)),
            tls: cert.zip(key),
            behind_proxy: args.behind_proxy.clone().or_else(|| settings.behind_proxy.clone().filter(|_| !certified)),
            public_origin: origin
                .or_else(|| settings.public_origin.clone())
                .map(|said| said.trim_end_matches('/').to_owned()),
        }
    }
}

/// Serves until told to stop.
pub async fn run(args: ServeArgs) -> Result<ExitCode, Failure> {
    let settings = args.place.settings()?;
    log::begin(args.log_format.or(settings.log_format).unwrap_or_default());
    crate::memory::small_pages();
    let door = Door::of(&args, &settings);
    refuse_open_door(&door)?;
    door.public_origin.as_deref().map_or(Ok(()), refuse_no_origin)?;
    let tls = certificate(&door).await?;
    let location = args.place.location(&settings)?;
    // Before anything is touched: a second start beside a server that stands ends here.
    let listener = bound(door.listen, "--listen")?;
    let watched = args.metrics.or(settings.metrics);
    let watched = watched.map(|at| bound(at, "--metrics").map(|listener| (at, listener))).transpose()?;
    // A key that is made beside a server that stands seals nothing, and would lie there like one that does. Where nobody has
    // served yet the folder may hold nothing of ours: it is left as it is.
    let stands = has_served(&location).then(|| alone_over(&location)).transpose()?.flatten();
    let key = args.place.key(&settings)?;
    let store = Store::open(&location, &key.master).await?;
    let _stands = stands.map_or_else(|| alone_over(&location), |lock| Ok(Some(lock)))?;
    key.prepare(&store, &location).await?;
    let backups = args.backup_dir.or(settings.backup_dir.clone()).unwrap_or_else(|| beside(&location));
    let shelf = Shelf::of(backups, &location, &key.master);
    tokio::spawn(crate::backup::nightly(store.clone(), shelf, key.master));
    let jobs = tokio::spawn(crate::jobs::run(store.clone(), Arc::new(now)));
    let dispatch = crate::dispatch::start(Dispatcher::new(store.clone(), Arc::new(now), door.public_origin.clone()));
    let set_up = store.set_up_code(now()).await?;
    // The key may be older than the records: made by an import, by a demo, by a place that is gone.
    if key.fresh || set_up.is_some() {
        say_key(&key);
    }
    let site = SiteSettings {
        demo: None,
        secure_cookies: door.tls.is_some() || door.behind_proxy.is_some(),
        public_origin: door.public_origin.clone(),
        behind_proxy: door.behind_proxy.clone(),
        certificate: door.tls.as_ref().and_then(|(chain, _)| ends(chain)),
        scarce: crate::disk::watch(&location),
        long: Long::default(),
    };
    let site = Arc::new(site);
    if let Some(watched) = watched {
        watch(watched, App { store: store.clone(), clock: Arc::new(now), settings: site.clone() })?;
    }
    if let Some(end) = site.certificate.clone() {
        crate::certificate::watch(end);
    }
    let listened = listen(store.clone(), site, (door, listener), tls, set_up).await;
    // A round that began now would only say in the log that the records are closed.
    jobs.abort();
    dispatch.stop().await;
    // It stood: whatever ended it, people wait for it to stand again.
    listened.map_err(Failure::that_passes)?;
    store.close().await.map_err(|error| Failure::from(error).that_passes())?;
    Ok(ExitCode::SUCCESS)
}

fn has_served(location: &Location) -> bool {
    matches!(location, Location::Folder(folder) if folder.join(SERVED).is_file())
}

/// Held as long as this process serves a folder, let go however it ends. A second one would go on showing for seconds what the
/// first has changed, and let in whose session was ended there; over a server each hears of the others' changes. A disk that
/// knows no locks keeps nobody away.
fn alone_over(location: &Location) -> Result<Option<File>, Failure> {
    let Location::Folder(folder) = location else { return Ok(None) };
    let Ok(lock) = File::create(folder.join(SERVED)) else { return Ok(None) };
    match lock.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Failure::new(
            format!("The records in {} are served by another process already.", folder.display()),
            "Stop that one first. Several at once need PostgreSQL: --database-url URL.",
        )),
        Ok(()) | Err(TryLockError::Error(_)) => Ok(Some(lock)),
    }
}

/// Not inside the data folder: who loses the one should not lose the other with it.
fn beside(location: &Location) -> PathBuf {
    match location {
        Location::Folder(folder) => folder.with_file_name("naheya-backups"),
        Location::Postgres(_) => PathBuf::from("naheya-backups"),
    }
}

/// Children's data never crosses a network unprotected.
fn refuse_open_door(door: &Door) -> Result<(), Failure> {
    if door.listen.ip().is_loopback() || door.tls.is_some() || door.behind_proxy.is_some() {
        return Ok(());
    }
    Err(Failure::new(
        format!("{} can be reached from outside, and nothing protects what is sent.", door.listen),
        "Give --tls-cert and --tls-key, or name the proxy that ends TLS: --behind-proxy ADDR.",
    ))
}

/// A browser says scheme and host, in ASCII and without the usual port, and nothing behind them. With anything else every form
/// would be taken for a stranger's, and links in letters would lead nowhere.
fn refuse_no_origin(origin: &str) -> Result<(), Failure> {
    let said = origin.to_ascii_lowercase();
    let is_host =
        |host: &str| !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c));
    let is_origin = match said.split_once("://") {
        Some(("https", host)) => is_host(host) && !host.ends_with(":443"),
        Some(("http", host)) => is_host(host) && !host.ends_with(":80"),
        _ => false,
    };
    if is_origin {
        return Ok(());
    }
    Err(Failure::new(
        format!("{origin} is not the beginning of an address as browsers see it."),
        "Write scheme and host alone: --public-origin https://naheya.example.cn, with a port only when it is not the usual one.",
    ))
}

/// A socket on this address, which `flag` names.
fn bound(at: SocketAddr, flag: &str) -> Result<TcpListener, Failure> {
    let bind = || {
        let listener = TcpListener::bind(at)?;
        listener.set_nonblocking(true)?;
        Ok(listener)
    };
    bind().map_err(|error| cannot_listen(at, flag, &error))
}

fn cannot_listen(at: SocketAddr, flag: &str, error: &std::io::Error) -> Failure {
    let todo = match error.kind() {
        ErrorKind::PermissionDenied => {
            format!(
                "Ports below 1024 need a right (CAP_NET_BIND_SERVICE, see the guide's systemd unit); or choose another: {flag} ADDR."
            )
        }
        ErrorKind::AddrNotAvailable => format!("This machine has no such address. Name one that it has: {flag} ADDR."),
        _ => format!("Stop what uses the port, or choose another: {flag} ADDR."),
    };
    let failure = Failure::new(format!("{at} cannot be listened on: {error}."), todo);
    // A machine that was started a moment ago may have its addresses later.
    Failure { passes: error.kind() == ErrorKind::AddrNotAvailable, ..failure }
}

/// Serves what the program counts of itself on an address of its own: numbers alone, nobody's name, so that no TLS is asked.
fn watch((at, listener): (SocketAddr, TcpListener), app: App) -> Result<(), Failure> {
    let at = listener.local_addr().unwrap_or(at);
    let server = bounded(axum_server::from_tcp(listener).map_err(|error| cannot_listen(at, "--metrics", &error))?);
    say!("metrics http://{at}/metrics");
    tokio::spawn(async move {
        if let Err(error) = server.serve(naheya_web::meter::site(app).into_make_service()).await {
            tracing::error!(%error, "the metrics are no longer served");
        }
    });
    Ok(())
}

/// Read before anything is made: a key's recovery sheet is said once, by a server that stands.
async fn certificate(door: &Door) -> Result<Option<RustlsConfig>, Failure> {
    let Some((cert, key)) = &door.tls else { return Ok(None) };
    let _ = rustls::crypto::ring::default_provider().install_default();
    let read = RustlsConfig::from_pem_file(cert, key).await;
    read.map(Some).map_err(|error| {
        Failure::new(
            format!("The certificate cannot be used: {error}."),
            "Give PEM files: the chain to --tls-cert, its private key to --tls-key.",
        )
    })
}

async fn listen(
    store: Store,
    site: Arc<SiteSettings>,
    (door, listener): (Door, TcpListener),
    tls: Option<RustlsConfig>,
    set_up: Option<String>,
) -> Result<(), Failure> {
    let end = site.certificate.clone();
    let app = naheya_web::app(App { store, clock: Arc::new(now), settings: site });
    let handle = Handle::new();
    // Who serves a certificate is told by the same signal to read it anew.
    tokio::spawn(stop_on_signal(handle.clone(), tls.is_none()));
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let crowd = Crowd::of_guests(door.behind_proxy.clone());
    let cannot = |error: std::io::Error| cannot_listen(door.listen, "--listen", &error);
    let at = listener.local_addr().map_err(cannot)?;
    match tls {
        None => {
            say!("ready http://{at}");
            say_set_up(door.public_origin.as_deref().unwrap_or(&format!("http://{at}")), set_up);
            let server = bounded(axum_server::from_tcp(listener).map_err(cannot)?.acceptor(crowd));
            server.handle(handle).serve(service).await.map_err(cannot)
        }
        Some(tls) => {
            if let Some(files) = door.tls {
                crate::certificate::follow(tls.clone(), files, end);
            }
            say!("ready https://{at}");
            say_set_up(door.public_origin.as_deref().unwrap_or(&format!("https://{at}")), set_up);
            let server = axum_server::from_tcp_rustls(listener, tls).map_err(cannot)?;
            let server = bounded(server.map(|secured| secured.acceptor(crowd)));
            server.handle(handle).serve(service).await.map_err(cannot)
        }
    }
}

/// A connection that says nothing whole is ended: each holds one of the few that a process may have open.
fn bounded<Acceptor>(server: Server<SocketAddr, Acceptor>) -> Server<SocketAddr, Acceptor> {
    let mut server = server.first_request_timeout(FIRST_REQUEST);
    server.http_builder().http1().header_read_timeout(NEXT_REQUEST);
    server.http_builder().http2().keep_alive_interval(NEXT_REQUEST);
    server
}

/// Serves plain HTTP until told to stop, and says when it is ready. Only for loopback.
pub async fn serve_plain(listener: std::net::TcpListener, app: axum::Router) -> std::io::Result<()> {
    let handle = Handle::new();
    tokio::spawn(stop_on_signal(handle.clone(), true));
    let at = listener.local_addr()?;
    let server = bounded(axum_server::from_tcp(listener)?).handle(handle);
    say!("ready http://{at}");
    server.serve(app.into_make_service_with_connect_info::<SocketAddr>()).await
}

/// On records that nobody keeps yet: what brings the key back when its file is lost.
fn say_key(key: &KeyFile) {
    let made = if key.fresh { "A key was made" } else { "The key of these records" };
    let (path, sheet) = (key.path.display(), key.recovery_sheet());
    say!("{made}: {path}\nPrint this recovery sheet and keep it apart from the backups:\n\n{sheet}\n");
}

/// On records without an account: the way in for the first administrator.
fn say_set_up(origin: &str, code: Option<String>) {
    if let Some(code) = code {
        say!("Nobody has an account yet. Open this once, within seven days: {origin}/set-up?code={code}");
    }
}

/// The end of a certificate, where it can be read.
fn ends(chain: &Path) -> Option<Arc<AtomicI64>> {
    crate::certificate::end_of(chain).map(|end| Arc::new(AtomicI64::new(end.0)))
}

/// What is under way is finished, for ten seconds at most; also when the terminal is closed, where that `ends_it`.
async fn stop_on_signal(handle: Handle<SocketAddr>, ends_it: bool) {
    #[cfg(unix)]
    let told = async {
        use tokio::signal::unix::SignalKind;
        let hang_up =
            async { if ends_it { signalled(SignalKind::hangup()).await } else { std::future::pending().await } };
        tokio::select! {
            () = signalled(SignalKind::terminate()) => {}
            () = hang_up => {}
        }
    };
    #[cfg(not(unix))]
    let told = {
        let _ = ends_it;
        std::future::pending::<()>()
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = told => {}
    }
    handle.graceful_shutdown(Some(std::time::Duration::from_secs(10)));
}

/// Until the system sends this signal.
#[cfg(unix)]
async fn signalled(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}
