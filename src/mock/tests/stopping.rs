//! Requests that a proxy waits for when it stops.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use super::contract;
use crate::mock::Handling;
use crate::mock::proxy::{ExchangeFile, Proxy, ProxyOptions, TargetHeaders};
use crate::mock::server::{Server, listen, serve};
use crate::transport::network::{Network, Settings};

/// A proxy in front of `target`.
fn proxy(target: &str) -> Proxy {
    let hour = Duration::from_secs(3600);
    let url: url::Url = target.parse().expect("a URL");
    let settings = Settings {
        url: url.clone(),
        connect_timeout: hour,
        first_byte_timeout: hour,
        total_timeout: hour,
        max_body: 1_000_000,
        ca_pem: None,
        identities: Default::default(),
        proxy: None,
        connections: 1,
    };
    let options = ProxyOptions {
        target: url,
        headers: TargetHeaders::default(),
        allow: Vec::new(),
        severity: Box::new(|_| None),
        is_loopback: true,
    };
    let folder = tempfile::tempdir().expect("a folder");
    let recording = ExchangeFile::create(folder.path()).expect("a file");
    Proxy::new(contract(), Network::new(settings).expect("valid settings"), options, recording)
}

#[tokio::test]
async fn a_request_without_a_response_when_the_grace_period_ends_is_counted() {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let target = format!("http://{}", silent.local_addr().expect("bound"));
    let mut server = Server::forwarding(proxy(&target), 1_000_000);
    server.grace = Duration::from_millis(1);
    let listener = listen(([127, 0, 0, 1], 0).into()).expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel::<()>();
    let logged = Rc::new(RefCell::new(Vec::new()));
    let log = logged.clone();
    let serving = serve(listener, Arc::new(server), move |served| log.borrow_mut().push(served), async {
        let _ = stopped.await;
    });
    let client = async {
        let mut client = TcpStream::connect(address).await.expect("connected");
        client.write_all(b"GET /v2/customers/x HTTP/1.1\r\nhost: localhost\r\n\r\n").await.expect("sent");
        let (mut forwarded, _) = silent.accept().await.expect("forwarded");
        forwarded.read_exact(&mut [0]).await.expect("a request");
        stop.send(()).expect("it serves");
        let mut response = Vec::new();
        let _ = client.read_to_end(&mut response).await;
        assert_eq!(response, b"");
    };
    tokio::join!(serving, client);
    let logged = logged.take();
    let [served] = logged.as_slice() else { panic!("one request: {logged:?}") };
    assert_eq!((served.handling, served.status), (Handling::NoResponse, 0));
    assert_eq!(served.notes, ["response: not received before the proxy stopped"]);
}
