//! The sockets of a witness: few connections, short heads, small bodies, and an end when it is told to stop.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::exchange::Exchange;
use super::state::WitnessState;
use crate::clock::Clock;
use crate::limits::{REQUEST_HEAD_BYTES_MAX, REQUEST_HEADERS_MAX, WITNESS_CONNECTIONS_MAX};
use crate::observe::WitnessMetrics;

/// From accepting to finished TLS handshake.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// From the end of the handshake or of an answer to the end of the next head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// Longest life of a connection: clients come once a minute and need none that lasts.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(120);
/// Time that requests under way get when the witness stops.
const DRAIN: Duration = Duration::from_secs(5);
/// Connections of the listener for operators.
const OPERATOR_CONNECTIONS_MAX: usize = 16;
/// Pause after a failed accept, e.g. for lack of file descriptors.
const ACCEPT_BACKOFF: Duration = Duration::from_millis(100);

/// How to serve.
#[derive(Clone)]
pub struct WitnessServerSettings {
    /// Address for logs and monitors.
    pub listen: SocketAddr,
    /// Address for metrics and health, if any.
    pub admin_listen: Option<SocketAddr>,
    /// TLS of the first; without it a proxy in front should have it, or nobody minds: what passes is signed and public.
    pub tls: Option<Arc<rustls::ServerConfig>>,
}

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {0}: {1}")]
pub struct ServeError(SocketAddr, #[source] io::Error);

/// A witness that listens.
pub struct WitnessServer {
    address: SocketAddr,
    admin_address: Option<SocketAddr>,
    stop: watch::Sender<bool>,
    listeners: JoinSet<()>,
}

impl WitnessServer {
    /// Listens. Both addresses are bound when this returns.
    pub async fn start(
        settings: WitnessServerSettings,
        state: Arc<WitnessState>,
        clock: Clock,
        metrics: Arc<WitnessMetrics>,
    ) -> Result<Self, ServeError> {
        for (origin, size) in state.sizes() {
            metrics.known(&origin, size);
        }
        let exchange = Arc::new(Exchange { state, clock, metrics });
        let (stop, stopped) = watch::channel(false);
        let mut listeners = JoinSet::new();
        let (listener, address) = bind(settings.listen).await?;
        let admin = match settings.admin_listen {
            Some(admin) => Some(bind(admin).await?),
            None => None,
        };
        let acceptor = settings.tls.map(TlsAcceptor::from);
        let (public, told) = (Arc::clone(&exchange), stopped.clone());
        listeners.spawn(accept_loop(listener, WITNESS_CONNECTIONS_MAX, told, move |stream, stop| {
            let (exchange, acceptor) = (Arc::clone(&public), acceptor.clone());
            async move {
                let answer = move |request| Arc::clone(&exchange).answer(request);
                match acceptor {
                    None => drive(stream, stop, answer).await,
                    Some(acceptor) => {
                        if let Ok(Ok(stream)) = timeout(HANDSHAKE_TIMEOUT, acceptor.accept(stream)).await {
                            drive(stream, stop, answer).await;
                        }
                    }
                }
            }
        }));
        let admin_address = admin.as_ref().map(|(_, address)| *address);
        if let Some((listener, _)) = admin {
            listeners.spawn(accept_loop(listener, OPERATOR_CONNECTIONS_MAX, stopped, move |stream, stop| {
                let exchange = Arc::clone(&exchange);
                async move { drive(stream, stop, move |request| Arc::clone(&exchange).answer_operator(request)).await }
            }));
        }
        Ok(Self { address, admin_address, stop, listeners })
    }

    /// Where logs and monitors are served.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators are served.
    pub fn admin_address(&self) -> Option<SocketAddr> {
        self.admin_address
    }

    /// Accepts nothing new, lets requests under way finish, and ends.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while self.listeners.join_next().await.is_some() {}
    }
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let listener = TcpListener::bind(address).await.map_err(|error| ServeError(address, error))?;
    let bound = listener.local_addr().map_err(|error| ServeError(address, error))?;
    Ok((listener, bound))
}

async fn accept_loop<F: Future<Output = ()> + Send + 'static>(
    listener: TcpListener,
    connections_max: usize,
    mut stop: watch::Receiver<bool>,
    serve: impl Fn(TcpStream, watch::Receiver<bool>) -> F,
) {
    let free = Arc::new(Semaphore::new(connections_max));
    let mut connections = JoinSet::new();
    loop {
        // A free place first: what cannot be served stays in the kernel's queue.
        let accepted = async {
            let permit = Arc::clone(&free).acquire_owned().await.map_err(io::Error::other)?;
            Ok::<_, io::Error>((listener.accept().await?.0, permit))
        };
        tokio::select! {
            _ = stop.changed() => break,
            Some(_) = connections.join_next() => {}
            accepted = accepted => match accepted {
                Ok((stream, permit)) => {
                    let serving = serve(stream, stop.clone());
                    connections.spawn(async move {
                        // Whoever stays longer is cut off between two requests or in one: nothing of what was stored is lost.
                        let _ = timeout(CONNECTION_TIMEOUT, serving).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(ACCEPT_BACKOFF).await;
                }
            },
        }
    }
    let finished = timeout(DRAIN, async { while connections.join_next().await.is_some() {} }).await;
    if finished.is_err() {
        connections.shutdown().await;
    }
}

/// Lets hyper serve requests on `io` until it ends, or until `stop` and the end of the request under way.
async fn drive<I, F, E>(io: I, mut stop: watch::Receiver<bool>, answer: impl Fn(Request<Incoming>) -> F)
where
    I: AsyncRead + AsyncWrite + Unpin + 'static,
    F: Future<Output = Result<Response<http_body_util::Full<bytes::Bytes>>, E>>,
    E: std::error::Error + Send + Sync + 'static,
{
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIMEOUT);
    builder.max_headers(REQUEST_HEADERS_MAX).max_header_size(REQUEST_HEAD_BYTES_MAX).max_buf_size(2 * REQUEST_HEAD_BYTES_MAX);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(io), service_fn(answer)));
    let mut stopping = *stop.borrow();
    if stopping {
        connection.as_mut().graceful_shutdown();
    }
    loop {
        tokio::select! {
            // A client that left or sent no HTTP is no concern of ours.
            _ = connection.as_mut() => return,
            _ = stop.changed(), if !stopping => {
                stopping = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}
