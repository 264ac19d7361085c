//! The demo credentials that the simulator accepts, and the profile file with them.
//!
//! The credentials are in the vendors' folders.

use std::fmt::Write;
use std::net::SocketAddr;

use crate::net::endpoint::Endpoint;
use crate::sandbox::simulator::Simulator;

/// The profile's name in results of the embedded sandbox, which a profile of a file may not have.
// A journal would mix the two up.
pub const PROFILE: &str = crate::config::selector::SANDBOX_PROFILE;

/// A profile file for a simulator at this address: `local` for the vendors' legacy APIs, `next` for the newest ones.
pub(super) fn profile(simulators: &[&Simulator], address: SocketAddr) -> String {
    // The credentials are no secret, and `allow_shared` spares whoever saves them a `chmod`.
    let mut file = String::from(
        "# The livectl sandbox: demo credentials that open nothing else.\n\
         allow_shared = true\n\
         default_profile = \"local\"\n",
    );
    // `sandbox = true` takes loopback endpoints alone: a sandbox on another machine cannot be
    // distinguished from a vendor.
    let is_here = format!("http://{address}").parse::<Endpoint>().is_ok_and(|e| e.is_loopback());
    for name in ["local", "next"] {
        if is_here {
            let _ = writeln!(file, "\n[profiles.{name}]\nsandbox = true");
        }
        for simulator in simulators {
            let credentials = simulator.credentials;
            let chosen = if name == "next" { credentials.last() } else { credentials.first() };
            let values = chosen.map_or(&[][..], |credentials| credentials.values);
            let _ = writeln!(file, "\n[profiles.{name}.{}]", simulator.vendor);
            for (key, value) in values {
                let _ = writeln!(file, "{key} = \"{value}\"");
            }
            let _ = writeln!(file, "endpoint = \"http://{address}\"");
        }
    }
    file
}
