//! The two listeners: accepting, bounding, draining.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;

use super::admin::Admin;
use super::app::App;
use super::connection::{Public, Timeouts};
use super::front::Front;
use super::routes;
use super::upload::Pace;
use crate::access::Authenticator;
use crate::archive::Archive;
use crate::limits::{EXPORTS_AT_ONCE_MAX, JSON_LONG_BODIES_MAX, READERS_LOOKED_AT_SECONDS};
use crate::observe::{Check, Observer};

/// TLS handshakes under way at the same time.
const HANDSHAKES_MAX: usize = 64;
/// Connections of the admin listener: a scraper, a health check and somebody with a browser.
const ADMIN_CONNECTIONS_MAX: usize = 16;
/// Pause after a failed accept, e.g. for lack of file descriptors. Without it the loop would spin until one is free.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// How to serve.
#[derive(Debug, Clone)]
pub struct ServerSettings {
    /// Address of the HTTPS listener; port 0 lets the system choose.
    pub listen: SocketAddr,
    /// Address of the plain listener for operators.
    pub admin_listen: SocketAddr,
    /// Connections open at the same time. Further ones wait in the kernel's queue.
    pub connections_max: usize,
    /// From accepting to finished TLS handshake.
    pub handshake_timeout: Duration,
    /// From the end of the handshake or of an answer to the end of the next request's head.
    pub header_timeout: Duration,
    /// How fast bodies must arrive. The pause counts for answers that a client does not take, too.
    pub pace: Pace,
    /// After so long at most a connection is cut off that sends what was destroyed.
    pub readers_looked_at: Duration,
    /// Time that requests under way get when the server stops.
    pub drain: Duration,
}

impl ServerSettings {
    /// The defaults of the configuration file for these two addresses.
    pub fn new(listen: SocketAddr, admin_listen: SocketAddr) -> Self {
        let seconds = Duration::from_secs;
        Self {
            listen,
            admin_listen,
            connections_max: 2048,
            handshake_timeout: HANDSHAKE_TIMEOUT,
            header_timeout: seconds(10),
            pace: Pace { idle: seconds(30), grace: PACE_GRACE, bytes_per_second_min: PACE_BYTES_PER_SECOND_MIN },
            readers_looked_at: seconds(READERS_LOOKED_AT_SECONDS),
            drain: seconds(60),
        }
    }
}

/// From accepting to finished TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// Time in which a body may be slower than the minimum.
const PACE_GRACE: Duration = Duration::from_secs(10);
/// Bytes of a body that must arrive in a second on the average.
const PACE_BYTES_PER_SECOND_MIN: u64 = 16 << 10;

/// What the server works with.
pub struct Components {
    /// The archive.
    pub archive: Archive,
    /// TLS identity and the authorities of the clients, from [`crate::access::server_config`].
    pub tls: Arc<rustls::ServerConfig>,
    /// Says who a client is.
    pub authenticator: Arc<dyn Authenticator>,
    /// Metrics, log and health.
    pub observer: Observer,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("cannot listen on {0}: {1}")]
    Listen(SocketAddr, #[source] io::Error),
}

/// A server that runs.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    admin_address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Where the HTTPS listener is bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the admin listener is bound.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// Waits until the server has stopped: after `shutdown`, and after the requests under way or their deadline.
    pub async fn stopped(self) {
        // The task ends early only if the runtime does.
        let _ = self.task.await;
    }
}

/// Starts to serve. Both listeners are bound when this returns. After `shutdown` nothing is accepted any more, requests under way get
/// the drain time, and what is left then is dropped: it was not acknowledged and must be repeated.
pub async fn serve(
    settings: ServerSettings,
    components: Components,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<Server, ServeError> {
    let (listener, address) = bind(settings.listen).await?;
    let (admin_listener, admin_address) = bind(settings.admin_listen).await?;
    let observer = components.observer.clone();
    let admin = Arc::new(Admin::new(components.archive.clone(), observer.clone()));
    let admin_accepting =
        Accepting::start(admin_listener, ADMIN_CONNECTIONS_MAX, move |stream, stop| Arc::clone(&admin).serve(stream, stop));
    let public = Arc::new(public(&settings, components));
    let accepting = Accepting::start(listener, settings.connections_max, move |stream, stop| Arc::clone(&public).serve(stream, stop));
    observer.health().ready(Check::Accepting);
    let task = tokio::spawn(async move {
        shutdown.await;
        observer.health().not_ready(Check::Accepting, "draining");
        accepting.stop(settings.drain).await;
        // The admin listener stops last, so that operators can watch.
        admin_accepting.stop(ADMIN_DRAIN).await;
    });
    Ok(Server { address, admin_address, task })
}

fn public(settings: &ServerSettings, components: Components) -> Public {
    let Components { archive, tls, authenticator, observer } = components;
    let long_bodies = Arc::new(Semaphore::new(JSON_LONG_BODIES_MAX));
    let exports = Arc::new(Semaphore::new(EXPORTS_AT_ONCE_MAX));
    let app = Arc::new(App { archive, authenticator, observer, pace: settings.pace, long_bodies, exports });
    let (handshake, head) = (settings.handshake_timeout, settings.header_timeout);
    // Answers are taken as fast as bodies have to come.
    let write_pace = (settings.pace.idle, settings.pace.bytes_per_second_min.saturating_mul(settings.pace.idle.as_secs().max(1)));
    Public {
        front: Arc::new(Front { router: routes::router(Arc::clone(&app)), app }),
        tls: TlsAcceptor::from(tls),
        handshakes: Semaphore::new(HANDSHAKES_MAX),
        timeouts: Timeouts { handshake, head, write_pace, readers_looked_at: settings.readers_looked_at },
    }
}

/// Time in which a scrape under way may finish.
const ADMIN_DRAIN: Duration = Duration::from_secs(1);

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listener = TcpListener::bind(address).await.map_err(|error| ServeError::Listen(address, error))?;
    let bound = listener.local_addr().map_err(|error| ServeError::Listen(address, error))?;
    Ok((listener, bound))
}

/// A listener at work.
#[derive(Debug)]
struct Accepting {
    stop: watch::Sender<bool>,
    task: JoinHandle<JoinSet<()>>,
}

impl Accepting {
    fn start<F: Future<Output = ()> + Send + 'static>(
        listener: TcpListener,
        connections_max: usize,
        serve: impl Fn(TcpStream, watch::Receiver<bool>) -> F + Send + 'static,
    ) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(accept_loop(listener, connections_max, stopped, serve)) }
    }

    async fn stop(self, deadline: Duration) {
        self.stop.send_replace(true);
        let Ok(mut connections) = self.task.await else { return };
        let finished = timeout(deadline, async { while connections.join_next().await.is_some() {} }).await;
        if finished.is_err() {
            tracing::warn!(connections = connections.len(), "closing connections at the end of the drain");
            connections.shutdown().await;
        }
    }
}

/// Accepts until `stop`, then returns the connections that are still open.
async fn accept_loop<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    connections_max: usize,
    mut stop: watch::Receiver<bool>,
    serve: impl Fn(TcpStream, watch::Receiver<bool>) -> F + Send + 'static,
) -> JoinSet<()> {
    let free = Arc::new(Semaphore::new(connections_max));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = stop.changed() => return connections,
            // Finished tasks are collected, or they would stay in memory for as long as the server runs.
            Some(_) = connections.join_next() => {}
            accepted = accept(&listener, &free) => match accepted {
                Ok((stream, permit)) => {
                    let serving = serve(stream, stop.clone());
                    connections.spawn(async move {
                        serving.await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    sleep(ACCEPT_BACKOFF).await;
                }
            },
        }
    }
}

/// Waits for a free place first and for a connection second, so that what cannot be served stays in the kernel's queue.
async fn accept(listener: &TcpListener, free: &Arc<Semaphore>) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(free).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}
