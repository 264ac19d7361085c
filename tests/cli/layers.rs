//! Which part of the program may import which: no file imports from a layer above its own, and no two files import each
//! other, however long the way round.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use super::drift::pages::sources;

/// The parts of `src/`, lowest layer first; a part imports from its own layer and from those below.
const LAYERS: [&[&str]; 9] = [
    &["error", "text", "time", "secret", "outcome", "console", "files", "process"],
    &["net", "policy", "config"],
    &["api", "sandbox"],
    &["input"],
    &["engine"],
    &["output", "viewer", "watch"],
    &["journal"],
    &["log", "undo"],
    &["doctor", "cli", "run", "lib", "main"],
];

fn layer(module: &str) -> usize {
    let part = module.split("::").next().unwrap_or_default();
    LAYERS
        .iter()
        .position(|layer| layer.contains(&part))
        .unwrap_or_else(|| panic!("src/{part} has no place in the layers"))
}

/// Each file of `src/` outside its tests as a module path, with the modules that its `use` lines name.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = BTreeMap::new();
    for path in
        sources(&root).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"))
    {
        let name = path.strip_prefix(&root).unwrap().with_extension("");
        let name = name.to_string_lossy().replace('/', "::").trim_end_matches("::mod").to_owned();
        let is_test =
            name.split("::").any(|part| matches!(part, "tests" | "testing" | "properties"));
        if !is_test {
            let text = fs::read_to_string(&path).unwrap();
            let starts = ["\n#[cfg(test)]\nmod tests {", "\n#[cfg(test)]\npub(crate) mod tests {"];
            let code = starts.iter().filter_map(|start| text.find(start)).min();
            texts.insert(name, text[..code.unwrap_or(text.len())].to_owned());
        }
    }
    let file_of = |used: &str| {
        let mut module = used.trim_end_matches(';').trim_end_matches("::");
        loop {
            if texts.contains_key(module) {
                return Some(module.to_owned());
            }
            module = module.rsplit_once("::")?.0;
        }
    };
    let uses = |text: &str| {
        let lines = text.lines().filter_map(|line| line.trim().split_once("use crate::"));
        lines.filter_map(|(_, used)| file_of(used.split(['{', ' ']).next()?)).collect()
    };
    texts.iter().map(|(name, text)| (name.clone(), uses(text))).collect()
}

#[test]
fn imports_point_to_lower_layers() {
    for (file, used) in imports() {
        for other in used {
            assert!(layer(&other) <= layer(&file), "{file} imports {other} from a layer above");
        }
    }
}

#[test]
fn imports_form_no_circle() {
    let mut left = imports();
    assert!(left.len() > 50, "{left:?}");
    // A file that imports nothing that is left is in no circle; what remains at the end is.
    while let Some(file) = left
        .iter()
        .find(|(file, used)| used.iter().all(|other| other == *file || !left.contains_key(other)))
        .map(|(file, _)| file.clone())
    {
        left.remove(&file);
    }
    assert!(left.is_empty(), "these files import each other: {left:#?}");
}
