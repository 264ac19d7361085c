//! A vendor that does not exist, with one API and one operation: all that a new vendor takes.

use std::rc::Rc;

use hyper::StatusCode;
use livectl::api::name::VendorName;
use livectl::api::operation::{Operation, OperationSpec, PlanContext};
use livectl::api::operation_input::{OperationInput, Problem};
use livectl::api::param::{Param, TargetSpec};
use livectl::api::reason::REASON;
use livectl::api::request::Request;
use livectl::api::response::{ResponseFormat, flat};
use livectl::api::setting::{check_endpoint, check_text, setting};
use livectl::api::signature::{ShellSignature, Signature, SigningContext, with_body};
use livectl::api::spec::{Api, ApiVersion, Vendor};
use livectl::api::target::target;
use livectl::config::account::Account;
use livectl::config::section::{Key, Section, ValueKind};
use livectl::error::Result;
use livectl::net::endpoint::Endpoint;
use livectl::net::message::SignedRequest;
use livectl::outcome::effect::Effect;
use livectl::sandbox::simulator::DemoCredentials;
use livectl::sandbox::simulator::{SandboxCall, SandboxReply, SandboxRoute, Simulator};
use livectl::secret::Secret;
use serde_json::{Value, json};

const NAME: VendorName = VendorName::new("acme", "Acme");
const HOME: &str = "https://live.acme.example";
const DEMO_KEY: &str = "acme-demo-key-0815";

pub(crate) static VENDOR: Vendor = Vendor {
    name: NAME,
    full_name: "Acme Streams",
    about: "Acme Streams: pause channels",
    examples: &["livectl --sandbox acme pause cam1 --minutes 5"],
    section: &SECTION,
    apis: &[&VERSION],
    endpoint: Account::endpoint,
    operations: &[&PAUSE],
    simulator: &SIMULATOR,
    sandbox_defaults: &[],
    page: None,
};

static SECTION: Section = Section {
    name: "acme",
    keys: &[
        Key {
            help: "The key of the account.",
            example: "YOUR_ACME_KEY",
            required: true,
            env: true,
            check: check_text,
            ..Key::new("key", ValueKind::Secret)
        },
        Key {
            help: "Where the API is.",
            default: Some(HOME),
            env: true,
            check: check_endpoint,
            ..Key::new("endpoint", ValueKind::Text)
        },
    ],
};

static VERSION: ApiVersion = ApiVersion {
    rate: 5,
    endpoint: HOME,
    ..ApiVersion::new(NAME, "v1", &FORMAT, |account| {
        Ok(Rc::new(Acme { key: account.secret("key")?, endpoint: setting(account, "endpoint")? }))
    })
};

struct Acme {
    key: Secret,
    endpoint: Endpoint,
}

static FORMAT: ResponseFormat = ResponseFormat {
    field: "status",
    mark: "single whole number `status`",
    is_restful: false,
    acts_with_no_content: false,
    read: |reply| flat(reply, &["status"], &["text"], 0),
};

impl Api for Acme {
    fn version(&self) -> &'static ApiVersion {
        &VERSION
    }

    fn own_endpoint(&self) -> Option<&Endpoint> {
        Some(&self.endpoint)
    }

    fn sign(&self, _request: &Request, _context: SigningContext) -> Signature {
        Signature(vec![("key", self.key.expose().to_owned())])
    }

    fn authorize(&self, request: &Request, signature: &Signature) -> SignedRequest {
        let body = with_body(&[("key", signature.get("key"))], request);
        request.signed(self.endpoint.join(&request.path), Vec::new(), Some(body))
    }

    fn secret_fields(&self) -> &'static [&'static str] {
        &["key"]
    }

    fn secrets(&self) -> Vec<&Secret> {
        vec![&self.key]
    }

    fn shell(&self, _request: &Request) -> ShellSignature {
        ShellSignature { setup: String::new(), fields: vec![("key", "LIVECTL_ACME_KEY")] }
    }
}

static PAUSE: OperationSpec = OperationSpec {
    about: "Cuts streams once: their players wait",
    details: "Acme shows a still image meanwhile.",
    examples: &["livectl --sandbox acme pause cam1 --minutes 5"],
    params: &[&MINUTES, &REASON],
    ..OperationSpec::new(NAME, "pause", Effect::CutOnce, &CHANNELS, &parse)
};

static CHANNELS: TargetSpec = TargetSpec::positional("CHANNEL", "Channels of Acme");

static MINUTES: Param = Param {
    is_required: true,
    schema: r#"{ "type": "integer", "minimum": 1 }"#,
    ..Param::text("minutes", "N", "How long the pause is")
};

#[derive(Debug)]
struct Pause {
    channel: String,
    minutes: u8,
}

fn parse(
    input: &OperationInput<'_>,
    _context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let minutes = input.get(MINUTES.name).and_then(|text| text.parse().ok());
    let minutes =
        minutes.ok_or_else(|| Problem::new(MINUTES.name, "a pause is 1 to 255 minutes"))?;
    Ok(Box::new(Pause { channel: target(&input.target)?.to_owned(), minutes }))
}

impl Operation for Pause {
    fn spec(&self) -> &'static OperationSpec {
        &PAUSE
    }

    fn target(&self) -> &str {
        &self.channel
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        vec![(MINUTES.name, self.minutes.into())]
    }

    fn request(&self, _targets: &[&str]) -> Request {
        Request::post(
            "/pause",
            [("channel", self.channel.as_str().into()), ("minutes", self.minutes.into())],
        )
    }
}

static SIMULATOR: Simulator = Simulator {
    vendor: "acme",
    routes: &[SandboxRoute::new(&["POST"], "/pause", pause)],
    operation: |_| None,
    show: |state, _| json!(state.records("paused")),
    credentials: &[DemoCredentials { api: "", values: &[("key", DEMO_KEY)] }],
};

fn pause(call: &mut SandboxCall) -> SandboxReply {
    let body: Value = serde_json::from_slice(call.request.body()).unwrap_or_default();
    let channel = body["channel"].as_str().unwrap_or_default();
    let reply = if body["key"] != DEMO_KEY {
        json!({ "status": 1, "text": "wrong key" })
    } else if channel.ends_with("_gone") {
        json!({ "status": 2, "text": "no such channel" })
    } else {
        call.state.records_mut("paused").insert(channel.to_owned(), body["minutes"].clone());
        json!({ "status": 0, "text": "ok" })
    };
    (StatusCode::OK, reply)
}
