//! `finish_videostream/v4`, or `finish_audiostream/v4`: moderation of a stream ends.

use serde_json::Value;

use super::{Cluster, Media, ProfileCluster};
use crate::api::request::Request;
use crate::api::{
    Name, Operation, OperationInput, OperationSpec, PlanContext, Problem, flag, target,
};
use crate::error::Error;
use crate::outcome::Effect;

/// Ends the moderation of a stream.
pub static SPEC: OperationSpec = OperationSpec {
    vendor: Name::Shumei,
    name: "close",
    effect: Effect::ModerationEnded,
    keys: &["cluster", "audio"],
    requires_api: None,
    batch_size: 1,
    parse,
};

/// The longest request id, in characters.
const LONGEST: usize = 32;

#[derive(Debug)]
struct Close {
    request_id: Box<str>,
    /// `None` where the profile's endpoint leaves nothing to choose.
    cluster: Option<Cluster>,
    media: Media,
}

fn parse(
    ask: &OperationInput<'_>,
    context: &mut PlanContext<'_>,
) -> Result<Box<dyn Operation>, Problem> {
    let request_id = target(&ask.target)?;
    if request_id.chars().count() > LONGEST {
        let hint = match request_id.split_once('_') {
            Some((id, _)) if !id.is_empty() => {
                format!("callback ids carry it before the first `_`: {id}")
            }
            _ => "callback ids carry it before the first `_`".into(),
        };
        return Err(Problem::new(
            "target",
            format!("a request id has at most {LONGEST} characters; {hint}"),
        ));
    }
    let media = if flag(ask.audio.as_ref(), "audio")? { Media::Audio } else { Media::Video };
    let asked = ask
        .cluster
        .as_deref()
        .map(str::parse)
        .transpose()
        .map_err(|error: &str| Problem::new("cluster", error))?;
    let cluster = match (asked, context.place) {
        (Some(_), ProfileCluster::Endpoint) => {
            return Err(Problem::new(
                "cluster",
                "shumei's endpoint is set, which leaves no cluster to choose",
            ));
        }
        (None, ProfileCluster::Endpoint) => None,
        (asked, ProfileCluster::Cluster(default)) => asked.or(default).or_else(|| {
            context.missing.get_or_insert_with(|| {
                Error::config("shumei has no cluster, and none is right for every stream")
                    .hint("pass --cluster, or set `cluster` in the profile: sh, sg (xjp), gg or yd")
            });
            None
        }),
    };
    if (cluster, media) == (Some(Cluster::Yd), Media::Audio) {
        return Err(Problem::new(
            "cluster",
            "Shumei moderates audio in sh, sg (xjp) and gg, not in yd",
        ));
    }
    Ok(Box::new(Close { request_id: request_id.into(), cluster, media }))
}

impl Operation for Close {
    fn spec(&self) -> &'static OperationSpec {
        &SPEC
    }

    fn target(&self) -> &str {
        &self.request_id
    }

    fn settings(&self) -> Vec<(&'static str, Value)> {
        let cluster = self.cluster.map(|cluster| ("cluster", cluster.to_string().into()));
        let audio = (self.media == Media::Audio).then(|| ("audio", true.into()));
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
