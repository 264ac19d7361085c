//! `livectl sandbox`: serves the simulator until a signal ends it.

use std::net::SocketAddr;

use crate::api::spec::Vendors;
use crate::cli::global::GlobalOptions;
use crate::cli::operations::LookLimits;
use crate::console::{self, print};
use crate::error::{Error, Result};
use crate::run::execution::runtime;
use crate::run::settings::Settings;
use crate::run::signals::Signals;
use crate::sandbox::server::Sandbox;

/// Serves at `listen` and returns the exit code of the signal that ended it.
pub fn run(vendors: Vendors, global: &GlobalOptions, listen: SocketAddr) -> Result<u8> {
    let runtime = runtime()?;
    tokio::task::LocalSet::new().block_on(&runtime, async {
        let sandbox = Sandbox::bind(listen, vendors.simulators()).await.map_err(|error| {
            Error::internal(anyhow::Error::new(error).context(format!("cannot listen on {listen}")))
                .hint("`--listen 127.0.0.1:0` takes a port that is free")
        })?;
        let address = sandbox.address();
        // Before the profile is printed: a script may stop the sandbox as soon as it has that.
        let mut signals = Signals::listen().map_err(Error::internal)?;
        let code = print(&format!("# Listening on http://{address}\n{}", sandbox.profile()));
        if code != 0 {
            return Ok(code);
        }
        let console = Settings::resolve(global, LookLimits::default(), None)?.console;
        console.line(&format!("the sandbox listens on http://{address} until Ctrl-C"));
        console.line("with the profile above in sandbox.toml: livectl -c sandbox.toml tencent resume 8888_test123");
        let is_logged = console.verbose && !console.quiet;
        let sandbox = if is_logged { sandbox.with_log(console::say) } else { sandbox };
        tokio::task::spawn_local(sandbox.serve());
        signals.interruptions.recv().await;
        Ok(signals.exit_code().unwrap_or_default())
    })
}
