//! The least that a client on livectl's stack can be: reqwest, a signature, a parsed reply, a printed line. It has no
//! profile, checks, journal or retry. `benches/compare.sh` measures livectl against it.
//!
//! ```text
//! bare timeout ENDPOINT DOMAIN              one signed request to JD's legacy API
//! bare close ENDPOINT COUNT CONCURRENCY     COUNT requests to Shumei's API, CONCURRENCY of them at once
//! ```

use std::env;
use std::io::{self, BufWriter, Write};

use chrono::{FixedOffset, Utc};
use futures_util::StreamExt;
use futures_util::stream;
use md5::{Digest, Md5};
use reqwest::{Client, redirect};
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USERNAME: &str = "jcloud_00";
const SECRET_KEY: &str = "e7a31b1c5ea0efa9aa2f29c6559f7d61";
const ACCESS_KEY: &str = "hELPzxR8vYkqLmNo4dJ2";

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match arguments[..] {
        ["timeout", endpoint, domain] => runtime.block_on(timeout(endpoint, domain)),
        ["close", endpoint, count, concurrency] => {
            runtime.block_on(close(endpoint, count.parse()?, concurrency.parse()?))
        }
        // `cargo bench` runs every benchmark without such arguments.
        _ => Ok(writeln!(io::stdout(), "bare: measured by benches/compare.sh")?),
    }
}

/// The settings that livectl needs too: HTTP/1.1, and no redirect or proxy.
fn client() -> Result<Client> {
    let client = Client::builder().http1_only().redirect(redirect::Policy::none()).no_proxy();
    Ok(client.tcp_nodelay(true).tls_backend_preconfigured(tls()).build()?)
}

/// No authority at all: the requests go over HTTP.
fn tls() -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(rustls::crypto::ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("the provider has both versions")
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth()
}

async fn send(client: &Client, url: &str, body: &Value) -> Result<Value> {
    let call = client.post(url).header("content-type", "application/json").body(body.to_string());
    Ok(serde_json::from_slice(&call.send().await?.bytes().await?)?)
}

async fn timeout(endpoint: &str, domain: &str) -> Result<()> {
    let beijing = FixedOffset::east_opt(8 * 3600).expect("a zone");
    let date = Utc::now().with_timezone(&beijing).format("%Y%m%d").to_string();
    let digest = Md5::new().chain_update(date).chain_update(USERNAME).chain_update(SECRET_KEY);
    let signature: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let body = json!({
        "username": USERNAME, "signature": signature, "domain": domain, "timeout": "30",
    });
    let url = format!("{endpoint}/api/live/setPushStreamTimeout");
    let reply = send(&client()?, &url, &body).await?;
    let result =
        json!({ "target": domain, "applied": reply["status"] == 0, "message": reply["msg"] });
    Ok(writeln!(io::stdout(), "{result}")?)
}

async fn close(endpoint: &str, count: u64, concurrency: usize) -> Result<()> {
    let (client, url) = (client()?, format!("{endpoint}/finish_videostream/v4"));
    let (client, url) = (&client, url.as_str());
    let requests = (1..=count).map(|number| async move {
        let id = format!("8888_{number}");
        let reply = send(client, url, &json!({ "accessKey": ACCESS_KEY, "requestId": id })).await?;
        Result::Ok(
            json!({ "target": id, "applied": reply["code"] == 1100, "message": reply["message"] }),
        )
    });
    let mut replies = stream::iter(requests).buffer_unordered(concurrency);
    let mut output = BufWriter::new(io::stdout().lock());
    while let Some(reply) = replies.next().await {
        writeln!(output, "{}", reply?)?;
    }
    Ok(output.flush()?)
}
