//! Idle connections are closed after the time-out. The clock is paused, so that no test waits.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;
use crate::mock::server::{READ_TIMEOUT, Server, listen, serve};

const WHOLE: &str = "POST /v2/customers/CSMR-v1-123/link HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\n\
                     content-type: application/json\r\ncontent-length: 31\r\n\r\n{\"partner_customer_id\": \"P123\"}";

/// The response to a client that sends only `text`, and the time until the mock closes the connection.
async fn response_to(address: SocketAddr, text: &str) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).await.expect("a mock");
    let begun = Instant::now();
    stream.write_all(text.as_bytes()).await.expect("sent");
    let mut response = Vec::new();
    stream.read_to_end(&mut response).await.expect("a closed connection");
    (String::from_utf8(response).expect("UTF-8"), begun.elapsed())
}

fn with_a_server<F: Future>(client: impl FnOnce(SocketAddr) -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = Arc::new(Server::new(imprint()));
        tokio::select! {
            () = serve(listener, server, |_| {}, std::future::pending()) => unreachable!("serve never ends"),
            responded = client(address) => responded,
        }
    })
}

#[test]
fn idle_connections_are_closed() {
    let half_a_head = &WHOLE[..40];
    let half_a_body = &WHOLE[..WHOLE.len() - 5];
    for (text, expect) in [("", ""), (half_a_head, ""), (half_a_body, "408"), (WHOLE, "200")] {
        let (response, waited) = with_a_server(|address| response_to(address, text));
        assert_eq!(response.split(' ').nth(1).unwrap_or_default(), expect, "{text}: {response}");
        assert!((READ_TIMEOUT..READ_TIMEOUT * 3).contains(&waited), "{text}: {waited:?}");
    }
}

#[test]
fn a_request_names_its_host_once() {
    let head = "GET / HTTP/1.1\r\nconnection: close\r\n";
    for (hosts, expect) in [("", "400"), ("host: a\r\n", "404"), ("host: a\r\nHost: a\r\n", "400")] {
        let text = format!("{head}{hosts}\r\n");
        let (response, _) = with_a_server(|address| response_to(address, &text));
        assert_eq!(response.split(' ').nth(1).unwrap_or_default(), expect, "{hosts:?}: {response}");
    }
    let (response, _) = with_a_server(|address| response_to(address, "GET / HTTP/1.0\r\n\r\n"));
    assert!(response.contains(" 404 "), "{response}");
}
