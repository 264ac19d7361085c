//! A planned request as a shell line: no secret and no signature on it, the shell computes them.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Renderer;
use crate::api::request::Request;
use crate::api::signature::Signature;
use crate::api::spec::Api;
use crate::net::message::{Method, SignedRequest};
use crate::outcome::Outcome;
use crate::outcome::summary::Summary;
use crate::text::shell_quoted;

/// `-o curl`: a line a request, in the order of the first target of each.
pub struct CurlLines;

/// How a request leaves, where the profile decides that.
#[derive(Clone, Debug, Default)]
pub struct CurlRoute {
    /// Certificates to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy, without its password.
    pub proxy: Option<String>,
}

impl Renderer for CurlLines {
    fn settled(&mut self, out: &mut dyn Write, row: usize, outcome: Outcome) -> io::Result<()> {
        let preview = outcome.preview.filter(|preview| preview.first_row == row);
        match preview.as_ref().and_then(|preview| preview.curl.as_ref()) {
            Some(line) => writeln!(out, "{line}"),
            None => Ok(()),
        }
    }

    fn finish(&mut self, _: &mut dyn Write, _: &Summary, _: u8) -> io::Result<()> {
        Ok(())
    }
}

/// The shell line for a request. A body goes through a pipe, since every user of a machine can read a command's arguments.
#[must_use]
pub fn line(vendor: &dyn Api, request: &Request, route: &CurlRoute) -> String {
    let shell = vendor.shell(request);
    let hole = hole(vendor, request);
    let holes =
        shell.fields.iter().map(|(field, variable)| (*field, format!("{hole}{variable}{hole}")));
    let signed = vendor.authorize(request, &Signature(holes.collect()));
    let fill = |text: &str| {
        let mut words = String::new();
        for (index, piece) in text.split(hole.as_str()).enumerate() {
            match index % 2 {
                0 if piece.is_empty() => {}
                0 => words.push_str(&shell_quoted(piece)),
                _ => words.push_str(&format!("\"${piece}\"")),
            }
        }
        words
    };
    let mut line = shell.setup;
    if !line.is_empty() {
        line.push(' ');
    }
    if let Some(body) = &signed.body {
        line.push_str(&format!("printf %s {} | ", fill(&String::from_utf8_lossy(body))));
    }
    line.push_str("curl -sS");
    if vendor.endpoint(request).is_loopback() {
        line.push_str(" --noproxy '*'");
    } else if let Some(proxy) = &route.proxy {
        line.push_str(&format!(" --proxy {}", shell_quoted(proxy)));
    }
    if let Some(file) = &route.ca_file {
        line.push_str(&format!(" --cacert {}", shell_quoted(&file.to_string_lossy())));
    }
    // curl sends GET without a body and POST with one.
    let usual = if signed.body.is_some() { Method::Post } else { Method::Get };
    if signed.method != usual {
        line.push_str(&format!(" -X {}", signed.method.as_str()));
    }
    if signed.method == Method::Post && signed.body.is_none() {
        line.push_str(" -H 'Content-Length: 0'");
    }
    for (name, value) in &signed.headers {
        line.push_str(&format!(" -H {}", fill(&format!("{name}: {value}"))));
    }
    if signed.body.is_some() {
        line.push_str(" -H 'Content-Type: application/json' --data-binary @-");
    }
    format!("{line} {}", fill(signed.url.as_str()))
}

/// A mark that needs no escape in a URL or in JSON and stands nowhere in the request.
fn hole(vendor: &dyn Api, request: &Request) -> String {
    let SignedRequest { url, headers, body, .. } =
        vendor.authorize(request, &Signature(Vec::new()));
    let text = format!("{url} {headers:?} {body:?}");
    let mut hole = "~~".to_owned();
    while text.contains(&hole) {
        hole.push('~');
    }
    hole
}
