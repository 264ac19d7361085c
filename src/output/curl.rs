//! A planned request as a shell line: no secret and no signature on it, the shell computes them.

use std::io::{self, Write};
use std::path::PathBuf;
use std::rc::Rc;

use super::{Context, Renderer};
use crate::outcome::{Outcome, Summary};
use crate::request::{Draft, Method, Signed};
use crate::text::shell_quoted;
use crate::vendor::{Proof, Vendor};

/// `-o curl`: a line a request, in the order of the first target of each.
pub struct Curl {
    context: Rc<Context>,
    route: Route,
}

/// How a request leaves, where the profile says so.
#[derive(Clone, Debug, Default)]
pub struct Route {
    /// Certificates to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// The proxy, without its password.
    pub proxy: Option<String>,
}

impl Curl {
    /// Ready to print.
    #[must_use]
    pub fn new(context: Rc<Context>, route: Route) -> Self {
        Self { context, route }
    }
}

impl Renderer for Curl {
    fn settled(&mut self, _: &mut dyn Write, _: usize, _: Outcome) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write, _: &Summary, _: u8) -> io::Result<()> {
        let mut lines = vec![None; self.context.operations.len()];
        for (name, batches) in self.context.batches() {
            for batch in batches {
                let draft = super::draft_of(&self.context, batch.rows());
                let line = line(&**self.context.vendor(name), &draft, &self.route);
                lines[batch.rows()[0] as usize] = Some(line);
            }
        }
        lines.iter().flatten().try_for_each(|line| writeln!(out, "{line}"))
    }
}

/// The shell line for a draft. A body goes through a pipe, since every user of a machine can read a command's arguments.
#[must_use]
pub fn line(vendor: &dyn Vendor, draft: &Draft, route: &Route) -> String {
    let shell = vendor.shell(draft);
    let hole = hole(vendor, draft);
    let holes = shell.fields.iter().map(|(field, variable)| (*field, format!("{hole}{variable}{hole}")));
    let signed = vendor.dress(draft, &Proof(holes.collect()));
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
    if vendor.endpoint(draft).is_loopback() {
        line.push_str(" --noproxy '*'");
    } else if let Some(proxy) = &route.proxy {
        line.push_str(&format!(" --proxy {}", shell_quoted(proxy)));
    }
    if let Some(file) = &route.ca_file {
        line.push_str(&format!(" --cacert {}", shell_quoted(&file.to_string_lossy())));
    }
    if signed.method == Method::Put {
        line.push_str(" -X PUT");
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
fn hole(vendor: &dyn Vendor, draft: &Draft) -> String {
    let Signed { url, headers, body, .. } = vendor.dress(draft, &Proof(Vec::new()));
    let text = format!("{url} {headers:?} {body:?}");
    let mut hole = "~~".to_owned();
    while text.contains(&hole) {
        hole.push('~');
    }
    hole
}
