//! The parts of a running daemon and the order in which they start and stop: archive, then listeners; listeners, then archive.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};
use zeroize::Zeroizing;

use super::exit::{Exit, Failure};
use super::notify;
use super::settings::{archive_settings, refuse_as_root_for_others};
use super::timestamps::authority;
use crate::access::{CertificateAuthenticator, certificate_expiry, server_config};
use crate::archive::{Archive, Running};
use crate::clock::Clock;
use crate::config::Config;
use crate::evidence::Signer;
use crate::http::{self, Components, Server, ServerSettings};
use crate::observe::{CertificateLoaded, Observer, Started, StopReason, Stopping};
use crate::remote::{Authority, Cosigning, ExportSeal, RemoteClient, RemoteSettings, Stamping, Witnesses};

/// How often gauges are refreshed and systemd hears from us, unless its watchdog wants to hear more often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);
/// How often systemd is asked for more time while the start-up check runs.
const STARTING_PERIOD: Duration = Duration::from_secs(20);

/// A daemon that serves.
pub struct Daemon {
    archive: Archive,
    running: Running,
    server: Server,
    /// Dropping it is what tells the server to stop.
    serving: oneshot::Sender<()>,
    observer: Observer,
    backup_interval: Duration,
    canary_interval: Duration,
    witnesses: Witnesses,
    remote: RemoteClient,
    /// The authority and the time between two time-stamps, if there are to be any.
    authority: Option<(Authority, Duration)>,
}

impl Daemon {
    /// Opens and checks the archive, then listens.
    pub async fn start(config: &Config) -> anyhow::Result<Self> {
        refuse_as_root_for_others(config)?;
        let observer = Observer::new()?;
        // Certificates first: a mistake in them is found in no time, the start-up check may take a while.
        let tls = Arc::new(server_config(&config.server.tls)?);
        tell_expiry(config, &observer)?;
        let (remote, witnesses) = (RemoteClient::new(&RemoteSettings::from(&config.remote))?, witnesses(config)?);
        let authority =
            config.timestamps.as_ref().map(|stamps| Ok::<_, anyhow::Error>((authority(config, stamps)?, stamps.interval))).transpose()?;
        let seal = export_seal(config, authority.as_ref().map(|(authority, _)| authority.clone()), observer.clone())?;
        let (archive, running) = open_archive(config, observer.clone()).await?;
        if let Some(seal) = seal {
            archive.seal_exports(Arc::new(seal));
        }
        let authenticator = Arc::new(CertificateAuthenticator);
        let components = Components { archive: archive.clone(), tls, authenticator, observer: observer.clone() };
        let (serving, told_to_stop) = oneshot::channel::<()>();
        let shutdown = async move {
            // Nothing is ever sent: the sender goes away.
            let _ = told_to_stop.await;
        };
        match http::serve(server_settings(config), components, shutdown).await {
            Ok(server) => {
                observer.emit(&Started { listen: server.address(), admin: server.admin_address() });
                Ok(Self {
                    archive,
                    running,
                    server,
                    serving,
                    observer,
                    backup_interval: config.backup.interval,
                    canary_interval: config.canary_interval,
                    witnesses,
                    remote,
                    authority,
                })
            }
            Err(error) => {
                close(archive, running).await?;
                Err(error.into())
            }
        }
    }

    /// The archive.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Where applications are served.
    pub fn listen(&self) -> SocketAddr {
        self.server.address()
    }

    /// Where operators are served.
    pub fn admin(&self) -> SocketAddr {
        self.server.admin_address()
    }

    /// Serves until somebody says stop or the archive cannot go on.
    pub async fn until_told_to_stop(&self) -> anyhow::Result<StopReason> {
        let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be waited for")?;
        let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be waited for")?;
        tokio::select! {
            _ = terminate.recv() => Ok(StopReason::Signal),
            _ = interrupt.recv() => Ok(StopReason::Signal),
            _ = self.running.latched() => Ok(StopReason::Latched),
            () = self.signs_of_life() => Ok(StopReason::Failure),
            () = self.archive.keep_dates() => Ok(StopReason::Failure),
            () = self.archive.keep_time() => Ok(StopReason::Failure),
            () = self.archive.keep_backups(self.backup_interval) => Ok(StopReason::Failure),
            () = self.archive.keep_canary(self.canary_interval) => Ok(StopReason::Failure),
            () = self.archive.keep_orders() => Ok(StopReason::Failure),
            () = self.archive.keep_access_years() => Ok(StopReason::Failure),
            () = self.archive.keep_checkpoints() => Ok(StopReason::Failure),
            () = self.cosigning().run() => Ok(StopReason::Failure),
            () = self.keep_timestamps() => Ok(StopReason::Failure),
        }
    }

    /// Has checkpoints time-stamped, if an authority is named. Does not end.
    async fn keep_timestamps(&self) {
        let Some((authority, interval)) = &self.authority else { return std::future::pending().await };
        let (archive, observer) = (self.archive.clone(), self.observer.clone());
        Stamping::new(archive, authority.clone(), *interval, Clock::system(), observer).run().await;
    }

    /// What shows checkpoints to witnesses.
    fn cosigning(&self) -> Cosigning {
        let (archive, client, observer) = (self.archive.clone(), self.remote.clone(), self.observer.clone());
        Cosigning::new(archive, self.witnesses.clone(), client, Clock::system(), observer)
    }

    /// Lets requests under way finish and closes the archive.
    pub async fn stop(self, reason: StopReason) -> anyhow::Result<Exit> {
        self.observer.emit(&Stopping { reason });
        notify::stopping("finishing requests under way");
        // Requests under way are still accepted by the archive; only when the last connection is closed does it go away.
        drop(self.serving);
        self.server.stopped().await;
        self.archive.keep_checkpoints_once().await;
        close(self.archive, self.running).await?;
        match reason {
            StopReason::Signal => Ok(Exit::Done),
            StopReason::Latched => Err(Failure::error(
                Exit::Failure,
                "the outcome of a commit is unknown, so nothing more was accepted; the next start looks what is there",
            )),
            StopReason::Failure => Err(Failure::error(Exit::Failure, "the archive's state could not be read any more")),
        }
    }

    /// Refreshes the gauges and tells systemd that the archive answers. Ends when it does not.
    ///
    /// The sign is given only after the archive has answered, so a database that hangs is noticed by the watchdog.
    async fn signs_of_life(&self) {
        let mut ticks = interval(notify::sign_of_life_interval(SIGN_OF_LIFE));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let archive = self.archive.clone();
            match tokio::task::spawn_blocking(move || archive.status()).await {
                Ok(Ok(status)) if status.latched.is_none() => {
                    notify::status(if status.disk_full { "disk full: reading only" } else { "serving" });
                    notify::alive();
                }
                // `latched()` ends the wait; no sign is given in between.
                Ok(Ok(_)) => {}
                Ok(Err(error)) => {
                    tracing::error!(%error, "the archive's state cannot be read");
                    return;
                }
                Err(_) => return,
            }
        }
    }
}

fn witnesses(config: &Config) -> anyhow::Result<Witnesses> {
    Witnesses::of(&config.witnesses).map_err(|error| Failure::error(Exit::Configuration, format!("a witness's url: {error}")))
}

/// What exports are signed with. A key that is not that of the certificate is found here, and not by the first court.
fn export_seal(config: &Config, authority: Option<Authority>, observer: Observer) -> anyhow::Result<Option<ExportSeal>> {
    let Some(export) = &config.export else { return Ok(None) };
    let wrong = |key: &str, why: &dyn std::fmt::Display| Failure::error(Exit::Configuration, format!("{key}: {why}"));
    let read = |key: &str, path: &Path| std::fs::read(path).map_err(|error| wrong(key, &format_args!("{}: {error}", path.display())));
    let (certificate, key) = (read("export.certificate", &export.certificate)?, Zeroizing::new(read("export.key", &export.key)?));
    let signer = Signer::from_pem(&certificate, &key).map_err(|error| wrong("export.certificate", &error))?;
    observer.emit(&CertificateLoaded { certificate: "export", not_after: signer.not_after() });
    Ok(Some(ExportSeal::new(signer, authority, Clock::system(), observer)))
}

fn server_settings(config: &Config) -> ServerSettings {
    let server = &config.server;
    let mut settings = ServerSettings::new(server.listen, config.admin.listen);
    settings.connections_max = server.connections_max;
    settings.header_timeout = server.header_timeout;
    settings.pace.idle = server.body_idle_timeout;
    settings.drain = server.drain;
    settings
}

/// Hands the ends of validity to log and metrics, so that an alert can be set on them.
fn tell_expiry(config: &Config, observer: &Observer) -> anyhow::Result<()> {
    let tls = &config.server.tls;
    for (certificate, path) in [("server", &tls.certificate), ("client_ca", &tls.client_ca)] {
        if let Some(not_after) = certificate_expiry(path)? {
            observer.emit(&CertificateLoaded { certificate, not_after });
        }
    }
    Ok(())
}

async fn open_archive(config: &Config, observer: Observer) -> anyhow::Result<(Archive, Running)> {
    let settings = archive_settings(config);
    let mut opening = tokio::task::spawn_blocking(move || Archive::start(&settings, Clock::system(), observer));
    let mut ticks = interval(STARTING_PERIOD);
    loop {
        tokio::select! {
            opened = &mut opening => return Ok(opened??),
            _ = ticks.tick() => notify::starting(),
        }
    }
}

async fn close(archive: Archive, running: Running) -> anyhow::Result<()> {
    running.refuse_new();
    // The committer ends when nobody is left who could send it something.
    drop(archive);
    Ok(tokio::task::spawn_blocking(move || running.join()).await?)
}
