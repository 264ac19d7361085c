//! `finish_videostream/v4`, or `finish_audiostream/v4`: moderation of a stream ends.
//!
//! Owns the rules of a request id and the choice of the cluster; the hosts are in `cluster`.

use serde_json::Value;

use crate::api::operation::{Operation, OperationSpec, PlanContext};
use crate::api::operation_input::{OperationInput, Problem};
use crate::api::param::{Param, TargetSpec};
use crate::api::request::Request;
use crate::api::shumei::cluster::{Cluster, Media, ProfileCluster};
use crate::api::shumei::profile::NAME;
use crate::api::target::{flag, target};
use crate::error::Error;
use crate::outcome::effect::Effect;

/// Ends the moderation of a stream.
pub static SPEC: OperationSpec = OperationSpec {
    about: "Ends moderation only; the stream itself stays on air",
    details: "Shumei stops watching the stream (finish_videostream/v4, or finish_audiostream/v4 with --audio). To cut the \
        stream, use the vendor that carries it.",
    examples: &[
        "livectl --sandbox shumei close 1639825145166",
        "livectl --sandbox shumei close 1639825145166 1639825145167 --cluster sg",
    ],
    params: &[&CLUSTER, &AUDIO, &REASON],
    ..OperationSpec::new(NAME, "close", Effect::ModerationEnded, &REQUEST_IDS, &parse)
};

static REQUEST_IDS: TargetSpec = TargetSpec::positional(
    "REQUEST_ID",
    "Request ids, at most 32 characters; a lone `-` reads them from standard input",
);

static CLUSTER: Param = Param {
    values: &["sh", "sg", "gg", "yd"],
    schema: r#"{ "enum": ["sh", "sg", "gg", "yd"] }"#,
    ..Param::text(
        "cluster",
        "NAME",
        "Where they are moderated: sh, sg (xjp), gg or yd [default: the profile's]",
    )
};

static AUDIO: Param = Param::switch("audio", "They are audio streams");

/// The operator's reason.
// Not the common parameter, whose help promises it to the vendor: Shumei's API takes none.
static REASON: Param = Param::text("reason", "TEXT", "Why, for the journal");

/// The longest request id, in characters.
// The ids of callbacks are longer: the stream's own, `_`, and more.
const LONGEST: usize = 32;

#[derive(Debug)]
struct CloseStream {
    request_id: Box<str>,
    /// `None` where the profile's endpoint leaves nothing to choose.
    cluster: Option<Cluster>,
    media: Media,
}

fn parse(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let request_id = request_id(&input.target)?.into();
    let media = if flag(input.get(AUDIO.name), AUDIO.name)? { Media::Audio } else { Media::Video };
    let cluster = cluster(input, context)?;
    if (cluster, media) == (Some(Cluster::Yd), Media::Audio) {
        return Err(Problem::new(
            CLUSTER.name,
            "Shumei moderates audio in sh, sg (xjp) and gg, not in yd",
        ));
    }
    Ok(Box::new(CloseStream { request_id, cluster, media }))
}

/// A request id as Shumei gave it when moderation began.
fn request_id(text: &str) -> Result<&str, Problem> {
    let request_id = target(text)?;
    if request_id.chars().count() <= LONGEST {
        return Ok(request_id);
    }
    // Not shortened for the operator: what was pasted may be something else than a callback id.
    let hint = match request_id.split_once('_') {
        Some((id, _)) if !id.is_empty() => {
            format!("callback ids carry it before the first `_`: {id}")
        }
        _ => "callback ids carry it before the first `_`".into(),
    };
    let message = format!("a request id has at most {LONGEST} characters; {hint}");
    Err(Problem::new("target", message))
}

/// The cluster that the operation or the profile names; `None` where nothing is left to choose or a cluster is missing.
fn cluster(
    input: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Option<Cluster>, Problem> {
    let asked = input.get(CLUSTER.name).map(str::parse).transpose();
    let asked = asked.map_err(|error: &str| Problem::new(CLUSTER.name, error))?;
    let place = context.account(NAME).map_or(ProfileCluster::Cluster(None), ProfileCluster::of);
    match place {
        ProfileCluster::Endpoint if asked.is_some() => Err(Problem::new(
            CLUSTER.name,
            "shumei's endpoint is set, which leaves no cluster to choose",
        )),
        ProfileCluster::Endpoint => Ok(None),
        ProfileCluster::Simulator(default) => Ok(asked.or(default)),
        ProfileCluster::Cluster(default) => Ok(asked.or(default).or_else(|| {
            context.missing.get_or_insert_with(|| {
                Error::config("shumei has no cluster, and none is right for every stream")
                    .hint("pass --cluster, or set `cluster` in the profile: sh, sg (xjp), gg or yd")
            });
            None
        })),
    }
}

impl Operation for CloseStream {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.request_id
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let cluster = self.cluster.map(|cluster| (CLUSTER.name, cluster.to_string().into()));
        let audio = (self.media == Media::Audio).then(|| (AUDIO.name, true.into()));
        cluster.into_iter().chain(audio).collect()
    }

    fn request(&self, _targets: &[&str]) -> Request {
        let body = [("requestId", (*self.request_id).into())];
        Request {
            endpoint: self.cluster.map(|cluster| cluster.endpoint(self.media)),
            ..Request::post(self.media.path(), body)
        }
    }
}
