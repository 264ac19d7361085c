//! `config init`: a profile file to fill in.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::show_path;
use crate::error::{Error, Result};
use crate::text::reason;

/// Every key, commented; the same text as `config.example.toml`.
pub const TEMPLATE: &str = include_str!("../../config.example.toml");

/// Writes [`TEMPLATE`] where nothing is yet, readable by nobody else, and the folders that lead to it.
pub fn init(path: &Path) -> Result<()> {
    create(path).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::config(format!("{}: already there, and left as it is", show_path(path)))
                .hint("edit it, or name another file with `-c FILE`")
        }
        _ => Error::config(format!("{}: cannot be written: {}", show_path(path), reason(&error)))
            .hint("name another file with `-c FILE`"),
    })
}

fn create(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        folders().create(folder)?;
    }
    let mut file = private().open(path)?;
    file.write_all(TEMPLATE.as_bytes()).inspect_err(|_| {
        // Half a template would keep the next attempt from writing a whole one.
        let _ = fs::remove_file(path);
    })
}

fn folders() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
