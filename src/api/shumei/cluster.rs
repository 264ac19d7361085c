//! [`Cluster`]: the places where Shumei runs, and [`Media`]: the kind of stream that a host moderates.

use std::str::FromStr;
use std::sync::LazyLock;

use crate::api::request::Request;
use crate::config::account::Account;
use crate::net::endpoint::Endpoint;

/// A place where Shumei runs.
// No default: another cluster than the stream's own does not know its request id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Cluster {
    /// Shanghai.
    Sh,
    /// Singapore, which hosts call `xjp`.
    Sg,
    /// Silicon Valley, on older pages only.
    Gg,
    /// India, on older pages only.
    Yd,
}

impl Cluster {
    const ALL: [Self; 4] = [Self::Sh, Self::Sg, Self::Gg, Self::Yd];

    pub(super) fn host(self, media: Media) -> String {
        let media = match media {
            Media::Video => "videostream",
            Media::Audio => "audiostream",
        };
        // The manual's list has Singapore, its hosts `xjp`.
        let place = if self == Self::Sg { "xjp".to_owned() } else { self.to_string() };
        // The manual prints http and documents both. The body contains the key, so https.
        format!("https://api-{media}-{place}.fengkongcloud.com")
    }

    /// Where this cluster serves this kind of stream.
    pub(crate) fn endpoint(self, media: Media) -> &'static Endpoint {
        static ENDPOINTS: LazyLock<[[Endpoint; 4]; 2]> = LazyLock::new(|| {
            let parsed = |cluster: Cluster, media| {
                cluster.host(media).parse().expect("constants that the tests parse")
            };
            Media::ALL.map(|media| Cluster::ALL.map(|cluster| parsed(cluster, media)))
        });
        &ENDPOINTS[media as usize][self as usize]
    }
}

impl FromStr for Cluster {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "sh" => Ok(Self::Sh),
            "sg" | "xjp" => Ok(Self::Sg),
            "gg" => Ok(Self::Gg),
            "yd" => Ok(Self::Yd),
            // It is on older pages still, so its name is answered with the reason.
            "bj" => Err(
                "Shumei withdrew its Beijing cluster bj on 2022-08-30; the clusters are sh, sg (xjp), gg and yd",
            ),
            _ => Err("the clusters are sh, sg (xjp), gg and yd"),
        }
    }
}

/// The kind of stream that is moderated; each has its own API.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Media {
    /// `finish_videostream/v4`.
    #[default]
    Video,
    /// `finish_audiostream/v4`.
    Audio,
}

impl Media {
    const ALL: [Self; 2] = [Self::Video, Self::Audio];

    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Video => "/finish_videostream/v4",
            Self::Audio => "/finish_audiostream/v4",
        }
    }

    /// The kind that a request is about.
    pub(super) fn of(request: &Request) -> Self {
        if request.path == Self::Audio.path() { Self::Audio } else { Self::Video }
    }
}

/// Where a profile finds Shumei.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProfileCluster {
    /// An endpoint that the profile sets, so that no cluster can be chosen.
    Endpoint,
    /// The endpoint of a simulator, which serves every cluster; the profile may name one.
    Simulator(Option<Cluster>),
    /// The profile's cluster, if it names one.
    Cluster(Option<Cluster>),
}

impl ProfileCluster {
    /// The place that the profile's keys name.
    #[must_use]
    pub fn of(account: &Account) -> Self {
        let cluster = account.text("cluster").and_then(|name| name.parse().ok());
        match account.text("endpoint") {
            Some(_) if account.is_sandbox => Self::Simulator(cluster),
            Some(_) => Self::Endpoint,
            None => Self::Cluster(cluster),
        }
    }
}

/// The profile's endpoint, else the host for video of its cluster; `None` when each run has to name a cluster.
pub(super) fn endpoint(account: &Account) -> Option<Endpoint> {
    let cluster = || account.text("cluster")?.parse::<Cluster>().ok();
    account.endpoint().or_else(|| cluster()?.host(Media::Video).parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cluster_has_its_own_host_over_https() {
        for (index, cluster) in Cluster::ALL.into_iter().enumerate() {
            assert_eq!(cluster as usize, index);
            for media in Media::ALL {
                assert_eq!(cluster.endpoint(media).to_string(), cluster.host(media));
            }
            assert_eq!(cluster.to_string().parse(), Ok(cluster));
        }
        assert_eq!(Cluster::Sg.host(Media::Video), "https://api-videostream-xjp.fengkongcloud.com");
        assert_eq!(Cluster::Sh.host(Media::Audio), "https://api-audiostream-sh.fengkongcloud.com");
        assert_eq!("xjp".parse(), Ok(Cluster::Sg));
        assert!("bj".parse::<Cluster>().unwrap_err().contains("2022-08-30"));
        assert!("".parse::<Cluster>().is_err());
    }
}
