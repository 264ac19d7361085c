//! `config init`: a profile file to fill in.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use crate::error::{Error, Result};
use crate::text::{reason, visible_path};

/// Every key, commented; the same text as `config.example.toml`.
pub const TEMPLATE: &str = include_str!("../../config.example.toml");

/// Writes the template where no file exists, readable by its owner alone, and creates the folders that lead to it.
pub fn init(path: &Path) -> Result<()> {
    create(path, TEMPLATE).map_err(|error| {
        let path = visible_path(path);
        if error.kind() == io::ErrorKind::AlreadyExists {
            Error::config(format!("{path}: already there, and left as it is"))
                .hint("edit it, or name another file with `-c FILE`")
        } else {
            Error::config(format!("{path}: cannot be written: {}", reason(&error)))
                .hint("name another file with `-c FILE`")
        }
    })
}

fn create(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        folder_builder().create(folder)?;
    }
    let mut file = private_file().open(path)?;
    file.write_all(text.as_bytes()).inspect_err(|_| {
        // Half a template would keep the next attempt from writing a whole one.
        let _ = fs::remove_file(path);
    })
}

fn folder_builder() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
