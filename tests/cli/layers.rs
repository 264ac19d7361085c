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
    &["output", "viewer"],
    &["journal"],
    &["log"],
    &["doctor", "cli", "run", "lib", "main"],
];

fn layer(module: &str) -> usize {
    let part = module.split("::").next().unwrap_or_default();
    LAYERS
        .iter()
        .position(|layer| layer.contains(&part))
        .unwrap_or_else(|| panic!("src/{part} has no place in the layers"))
}

/// The code of each file of `src/` outside its tests, by its module path.
fn modules() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let is_test =
        |part: &str| matches!(part, "tests" | "testing" | "properties") || part.ends_with("_tests");
    let mut modules = BTreeMap::new();
    for path in
        sources(&root).into_iter().filter(|path| path.extension().is_some_and(|e| e == "rs"))
    {
        let name = path.strip_prefix(&root).unwrap().with_extension("");
        let name = name.to_string_lossy().replace('/', "::").trim_end_matches("::mod").to_owned();
        if !name.split("::").any(is_test) {
            let text = fs::read_to_string(&path).unwrap();
            let starts = ["\n#[cfg(test)]\nmod tests {", "\n#[cfg(test)]\npub(crate) mod tests {"];
            let end = starts.iter().filter_map(|start| text.find(start)).min();
            let lines = text[..end.unwrap_or(text.len())].lines();
            let code = lines.filter(|line| !line.trim_start().starts_with("//"));
            modules.insert(name, code.map(|line| format!("{line}\n")).collect());
        }
    }
    modules
}

/// The `use` declarations of a file, and the rest of its code.
fn split_uses(code: &str) -> (Vec<String>, String) {
    let (mut declarations, mut rest) = (Vec::new(), String::new());
    let mut lines = code.lines();
    while let Some(line) = lines.next() {
        let declared = line.trim().split_once("use ");
        let is_visibility = |text: &str| text.starts_with("pub") && text.split_once(' ').is_none();
        match declared.filter(|(before, _)| before.is_empty() || is_visibility(before.trim())) {
            // Within a module inside the file, `super` is the file.
            Some((_, tree)) if line.starts_with(' ') && tree.starts_with("super::") => {}
            Some((_, tree)) => {
                let mut tree = tree.to_owned();
                while !tree.ends_with(';') {
                    tree.push_str(lines.next().unwrap().trim());
                }
                declarations.extend(written_out(tree.trim_end_matches(';').to_owned()));
            }
            // `pub(in path)` names a module and imports nothing.
            None => rest.push_str(&line.replace("pub(in ", "pub(in::")),
        }
        rest.push('\n');
    }
    (declarations, rest)
}

/// The paths of a `use` declaration, each by itself: `a::{b, c as d}` is `a::b` and `a::c as d`.
fn written_out(mut tree: String) -> Vec<String> {
    while let Some(open) = tree.rfind('{') {
        let close = open + tree[open..].find('}').unwrap();
        let start = tree[..open].rfind(['{', ',']).map_or(0, |at| at + 1);
        let (prefix, names) = (tree[start..open].trim(), tree[open + 1..close].split(','));
        let names = names.map(str::trim).filter(|name| !name.is_empty());
        let paths: Vec<_> = names.map(|name| format!("{prefix}{name}")).collect();
        tree.replace_range(start..=close, &paths.join(","));
    }
    tree.split(',').map(|path| path.trim_end_matches("::self").to_owned()).collect()
}

/// The modules that one file names: in `use` declarations and in paths such as `crate::text::count` or `topics::run`.
fn imports_of(modules: &BTreeMap<String, String>, file: &str, code: &str) -> BTreeSet<String> {
    let above = |module: &str| module.rsplit_once("::").map_or("", |(above, _)| above).to_owned();
    // The path from the root, where the path begins with `crate`, `super` or a child of the file.
    let from_root = |path: &str| {
        let (mut rest, mut module) = (path, file.to_owned());
        while let Some(below) = rest.strip_prefix("super::") {
            (rest, module) = (below, above(&module));
        }
        let (first, _) = rest.split_once("::").unwrap_or((rest, ""));
        match path.strip_prefix("crate::") {
            Some(rest) => Some(rest.to_owned()),
            None if rest.len() < path.len() => Some(format!("{module}::{rest}")),
            None => {
                modules.contains_key(&format!("{file}::{first}")).then(|| format!("{file}::{path}"))
            }
        }
    };
    let (declarations, rest) = split_uses(code);
    let mut used = BTreeSet::new();
    let mut names = BTreeMap::new();
    for declared in declarations {
        let (path, name) = declared.split_once(" as ").unwrap_or((&declared, &declared));
        if let Some(path) = from_root(path) {
            names.insert(name.rsplit("::").next().unwrap().to_owned(), path.clone());
            used.insert(path);
        }
    }
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    for path in rest.split(|c| !is_path(c)).filter(|word| word.contains("::")) {
        let (first, below) = path.split_once("::").unwrap();
        let by_name = names.get(first).map(|module| format!("{module}::{below}"));
        used.extend(by_name.or_else(|| from_root(path)));
    }
    let module_of = |path: &String| {
        let mut module = path.trim_matches(':');
        while !modules.contains_key(module) {
            module = module.rsplit_once("::")?.0;
        }
        Some(module.to_owned())
    };
    used.iter().filter_map(module_of).filter(|module| module != file).collect()
}

/// Each file with the modules that it names.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let modules = modules();
    let of = |(file, code): (&String, &String)| (file.clone(), imports_of(&modules, file, code));
    modules.iter().map(of).collect()
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
    // A file that imports nothing that is left, or that nothing left imports, is in no circle; what remains at the end is.
    while let Some(file) = left.keys().find(|file| {
        let imports_nothing = left[*file].iter().all(|other| !left.contains_key(other));
        imports_nothing || left.values().all(|used| !used.contains(*file))
    }) {
        let file = file.clone();
        left.remove(&file);
        for used in left.values_mut() {
            used.remove(&file);
        }
    }
    assert!(left.is_empty(), "these files import each other: {left:#?}");
}
