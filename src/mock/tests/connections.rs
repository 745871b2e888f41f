//! Connections that say no more: each is given up after the same time, told by a clock that stands still while anything moves.

use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::*;
use crate::mock::server::serve::{READ_TIMEOUT, Server, listen, serve};

const WHOLE: &str = "POST /v2/customers/CSMR-v1-123/link HTTP/1.1\r\nhost: x\r\nauthorization: Bearer key\r\n\
                     content-type: application/json\r\ncontent-length: 31\r\n\r\n{\"partner_customer_id\": \"P123\"}";

/// What the imprint mock answers to a client that sends `text` and no more, and how long it takes until it hangs up.
async fn met(address: SocketAddr, text: &str) -> (String, Duration) {
    let mut stream = TcpStream::connect(address).await.expect("a mock");
    let begun = Instant::now();
    stream.write_all(text.as_bytes()).await.expect("sent");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an end in order");
    (String::from_utf8(answer).expect("UTF-8"), begun.elapsed())
}

fn with_a_server<F: Future>(client: impl FnOnce(SocketAddr) -> F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let listener = listen((Ipv4Addr::LOCALHOST, 0).into()).expect("a free port");
        let address = listener.local_addr().expect("bound");
        let server = Arc::new(Server::new(imprint()));
        tokio::select! {
            () = serve(listener, server, |_| {}, std::future::pending()) => unreachable!("it never stops"),
            met = client(address) => met,
        }
    })
}

#[test]
fn a_connection_that_says_no_more_is_given_up() {
    let half_a_head = &WHOLE[..40];
    let half_a_body = &WHOLE[..WHOLE.len() - 5];
    for (text, expect) in [("", ""), (half_a_head, ""), (half_a_body, "408"), (WHOLE, "200")] {
        let (answer, waited) = with_a_server(|address| met(address, text));
        assert_eq!(answer.split(' ').nth(1).unwrap_or_default(), expect, "{text}: {answer}");
        assert!((READ_TIMEOUT..READ_TIMEOUT * 3).contains(&waited), "{text}: {waited:?}");
    }
}
