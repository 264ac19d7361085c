//! A planned request as a shell line: no secret and no signature on it, the shell computes them.

use std::io::{self, Write};
use std::path::PathBuf;

use super::Renderer;
use crate::api::request::Request;
use crate::api::signature::Signature;
use crate::api::spec::Api;
use crate::net::message::{Method, SignedRequest};
use crate::outcome::Outcome;
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
}

/// The shell line for a request.
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
    // Through a pipe, because every user of a machine can read the arguments of a command.
    if let Some(body) = &signed.body {
        line.push_str(&format!("printf %s {} | ", fill(&String::from_utf8_lossy(body))));
    }
    line.push_str("curl -sS");
    line.push_str(&route.options(vendor.endpoint(request).is_loopback()));
    line.push_str(&method_options(&signed));
    for (name, value) in &signed.headers {
        line.push_str(&format!(" -H {}", fill(&format!("{name}: {value}"))));
    }
    if signed.body.is_some() {
        line.push_str(" -H 'Content-Type: application/json' --data-binary @-");
    }
    format!("{line} {}", fill(signed.url.as_str()))
}

impl CurlRoute {
    fn options(&self, is_loopback: bool) -> String {
        let mut options = String::new();
        if is_loopback {
            // curl would obey the proxy variables there too.
            options.push_str(" --noproxy '*'");
        } else if let Some(proxy) = &self.proxy {
            options.push_str(&format!(" --proxy {}", shell_quoted(proxy)));
        }
        if let Some(file) = &self.ca_file {
            options.push_str(&format!(" --cacert {}", shell_quoted(&file.to_string_lossy())));
        }
        options
    }
}

fn method_options(signed: &SignedRequest) -> String {
    let has_body = signed.body.is_some();
    match signed.method {
        // curl sends GET without a body and POST with one.
        Method::Get if !has_body => String::new(),
        Method::Post if has_body => String::new(),
        // Some gateways refuse a POST without a length (411).
        Method::Post => " -X POST -H 'Content-Length: 0'".to_owned(),
        method => format!(" -X {}", method.as_str()),
    }
}

/// A mark for the places that the shell fills.
// It needs no escape in a URL or in JSON, so that it comes out of both as it went in.
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
