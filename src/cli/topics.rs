//! [`Topic`]: a text that `livectl help` prints.
//!
//! Each is a page or one section of a page, and the manual pages of section 7 are made of the same text.

use super::markdown::block::Block;
use super::markdown::{page, section};
use crate::api::spec::{Vendor, VendorPage, Vendors};

/// A text that `livectl help` prints.
#[derive(Clone, Copy, Debug)]
pub struct Topic {
    /// The word that names it.
    pub name: &'static str,
    /// What it is about, in one line.
    pub about: &'static str,
    /// The page, as the build script has read it.
    page: &'static str,
    /// The section of the page, or `None` for all of it.
    section: Option<&'static str>,
}

const APIS: &str = include_str!(concat!(env!("OUT_DIR"), "/apis.json"));
const CONFIGURATION: &str = include_str!(concat!(env!("OUT_DIR"), "/configuration.json"));
const DOCTOR: &str = include_str!(concat!(env!("OUT_DIR"), "/doctor.json"));
const JOURNAL: &str = include_str!(concat!(env!("OUT_DIR"), "/journal.json"));
const MEMORY: &str = include_str!(concat!(env!("OUT_DIR"), "/memory.json"));
const OUTPUT: &str = include_str!(concat!(env!("OUT_DIR"), "/output.json"));
const SANDBOX: &str = include_str!(concat!(env!("OUT_DIR"), "/sandbox.json"));
const SCALE: &str = include_str!(concat!(env!("OUT_DIR"), "/scale.json"));
const VIEWERS: &str = include_str!(concat!(env!("OUT_DIR"), "/viewers.json"));

/// The topics that are no vendor's.
pub static TOPICS: [Topic; 11] = [
    Topic::of_page("apis", "API versions, requests, limits and states of each vendor", APIS),
    Topic::of_page(
        "configuration",
        "Profile file, secrets, flags, files, proxies and certificates",
        CONFIGURATION,
    ),
    Topic::of_page("doctor", "Tests of the route to each vendor", DOCTOR),
    Topic {
        section: Some("Environment"),
        ..Topic::of_page("environment", "Environment variables", CONFIGURATION)
    },
    Topic {
        section: Some("Exit codes"),
        ..Topic::of_page("exit-codes", "Exit codes, and what to do after each", OUTPUT)
    },
    Topic::of_page(
        "journal",
        "Many targets: apply, limits, journal, resume, signals, cron",
        JOURNAL,
    ),
    Topic::of_page("memory", "What was done and how to take it back; what is protected", MEMORY),
    Topic::of_page("output", "Tables, JSON, outcomes, error kinds, jq, dry run", OUTPUT),
    Topic::of_page("sandbox", "The simulator of the vendors", SANDBOX),
    Topic::of_page("scale", "Several workers: parts of a list, Kubernetes, a queue", SCALE),
    Topic::of_page("viewers", "What viewers get: play URLs, what a look proves, watch", VIEWERS),
];

/// All topics: those of every program, and the pages of its vendors.
pub fn topics(vendors: Vendors) -> impl Iterator<Item = Topic> {
    let page = |vendor: &'static Vendor| {
        let VendorPage { about, blocks } = vendor.page?;
        Some(Topic::of_page(vendor.name.as_str(), about, blocks))
    };
    TOPICS.iter().copied().chain(vendors.iter().filter_map(page))
}

impl Topic {
    const fn of_page(name: &'static str, about: &'static str, page: &'static str) -> Self {
        Self { name, about, page, section: None }
    }

    /// The topic that is no vendor's of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name == name)
    }

    /// Whether it is a whole page of `docs/`, which is a manual page too.
    // A section is part of the manual page of its whole.
    #[must_use]
    pub fn is_page(&self) -> bool {
        self.section.is_none()
    }

    /// Its text.
    #[must_use]
    pub fn blocks(&self) -> Vec<Block> {
        let blocks = page(self.page);
        match self.section {
            None => blocks,
            Some(heading) => {
                let title = Block::Heading(1, heading.to_owned());
                std::iter::once(title).chain(section(&blocks, heading).iter().cloned()).collect()
            }
        }
    }
}
