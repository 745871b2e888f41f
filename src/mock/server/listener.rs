//! The only listening socket: HTTP/1.1 and HTTP/2, plain or over TLS, in front of a [`Server`].

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::{LocalSet, yield_now};
use tokio::time::{sleep, timeout};

use crate::mock::served::Served;

use super::connection::ConnectionHandler;
use super::limits::BACKLOG;
use super::service::Server;

/// Listens on `address`, with a backlog for many clients that connect at once. Requires a runtime.
pub(crate) fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // On other systems this would let two processes listen on one port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves on `listener` until `stop` completes, then lets open connections finish briefly. `log` is called for every request.
pub(crate) async fn serve(
    listener: TcpListener,
    server: Arc<Server>,
    log: impl Fn(Served) + 'static,
    stop: impl Future<Output = ()>,
) {
    let grace = server.grace;
    let handler = Rc::new(ConnectionHandler::new(server, Box::new(log)));
    let connections = GracefulShutdown::new();
    LocalSet::new()
        .run_until(async {
            tokio::select! {
                () = accept(&listener, &handler, &connections) => {}
                () = stop => {}
            }
            drop(listener);
            // Connections that do not finish in time are dropped with their tasks.
            let _ = timeout(grace, connections.shutdown()).await;
            handler.abandon();
        })
        .await;
}

async fn accept(listener: &TcpListener, handler: &Rc<ConnectionHandler>, connections: &GracefulShutdown) {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Most likely there are no file descriptors left; connections that end release some.
            sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _ = stream.set_nodelay(true);
        tokio::task::spawn_local(handler.clone().handle(stream, connections.watcher()));
        // Clients that connect faster than connections are handled wait in the backlog, where they take no memory.
        yield_now().await;
    }
}
