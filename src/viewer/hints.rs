//! Why it is not known what viewers get. None of them repeats anything of the play URL, which may have a signature.

/// The probe has not seen the stream on air in this run.
pub(super) const NEVER_SEEN: &str = "never seen on air here: check the play URL";

/// HTTP 403, where the URL has a query.
pub(super) const SIGNATURE: &str =
    "the play URL is refused (403): its signature may have expired; give a new one";

/// HTTP 401.
pub(super) const LOGIN: &str = "the play URL requires a login";

/// A body that is neither a playlist nor FLV.
pub(super) const PAGE: &str = "the play URL shows a page, not a stream: open it in a player";

/// A list that does not fit into a look.
pub(super) const LONG_LIST: &str =
    "the playlist is longer than 256 KiB: give the play URL of a shorter one";

/// Any other HTTP status.
pub(super) const ERROR: &str = "the play server answers with an error";

/// No connection, or no answer in time.
pub(super) const UNREACHABLE: &str = "the play URL cannot be reached from here";

/// A redirect that is not followed.
pub(super) const REDIRECT: &str =
    "the play URL redirects to another host, which is not followed: give the URL that it leads to";

/// The program of a profile's `play` failed.
pub(super) const COMMAND: &str =
    "the command of `play` prints no URL: run it by hand with domain, application and stream";
