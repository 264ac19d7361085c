//! Reads the pages of `docs/` into the blocks that `livectl help` and `livectl man` print.

use std::path::Path;
use std::{env, fs, io};

#[path = "src/cli/markdown/block.rs"]
pub mod block;
#[path = "src/cli/markdown/reader.rs"]
pub mod reader;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=docs");
    let target = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    for page in fs::read_dir("docs")? {
        let page = page?.path();
        let (Some(name), true) = (page.file_stem(), page.extension().is_some_and(|e| e == "md"))
        else {
            continue;
        };
        let blocks = reader::parse(&fs::read_to_string(&page)?);
        fs::write(
            Path::new(&target).join(name).with_extension("json"),
            serde_json::to_string(&blocks)?,
        )?;
    }
    Ok(())
}
