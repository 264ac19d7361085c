//! What a spreadsheet made of an id: a number in another notation, a formula, an error.
//!
//! Owns the forms alone; their tests are those of [`wrapping`](super::wrapping), which refuses them.

const SPREADSHEET: &str = "a spreadsheet has changed this id; format the column as text";

/// A value that a spreadsheet or a program wrote in place of an id: its description, and the id where it can be known.
pub(super) fn damaged(text: &str) -> Option<(&'static str, Option<String>)> {
    const ERRORS: [&str; 8] =
        ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!"];
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    // A column that is too narrow for a number is exported as `####`.
    let is_too_wide = text.len() > 2 && text.bytes().all(|byte| byte == b'#');
    if ERRORS.contains(&text) || is_too_wide || is_scientific(text) {
        return Some((SPREADSHEET, None));
    }
    // A cell that was a condition, or a formula that was exported in place of its value.
    let is_formula = text.starts_with('=') && text.len() > 1 && !text.starts_with("=\"");
    if matches!(text, "TRUE" | "FALSE") || is_formula {
        return Some(("a spreadsheet wrote that in place of a name", None));
    }
    // `jq -r .id` prints it for an id that is not there.
    if matches!(text, "null" | "undefined" | "NaN" | "None") {
        return Some(("a program prints that where it has no name", None));
    }
    let is_zeros = |text: &str| text.bytes().all(|byte| byte == b'0');
    let decimals = || {
        let (number, rest) = text.rsplit_once(['.', ','])?;
        (is_digits(number) && !rest.is_empty() && rest.len() <= 2 && is_zeros(rest))
            .then_some(number)
    };
    let inside = text
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        // A leading apostrophe is how a spreadsheet marks a cell as text.
        .or_else(|| text.strip_prefix('\'').filter(|rest| is_digits(rest)))
        .or_else(decimals)
        .map(str::to_owned)
        .or_else(|| grouped(text))?;
    Some((SPREADSHEET, Some(inside)))
}

/// The digits of `1,639,825,145,166`, in the notation of any locale. An IP address has three points, a version fewer.
fn grouped(text: &str) -> Option<String> {
    let (separator, least) = match text.find(|c: char| !c.is_ascii_digit()).map(|at| &text[at..])? {
        rest if rest.starts_with(',') => (',', 2),
        rest if rest.starts_with('.') => ('.', 5),
        rest => (rest.chars().next().filter(|c| " \u{a0}\u{202f}'".contains(*c))?, 2),
    };
    let mut groups = text.split(separator);
    let is_first = |group: &str| (1..=3).contains(&group.len());
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|group| is_first(group) && is_number(group))?;
    let rest: Vec<_> = groups.collect();
    let is_grouped = rest.iter().all(|group| group.len() == 3 && is_number(group));
    (is_grouped && rest.len() + 1 >= least).then(|| format!("{first}{}", rest.concat()))
}

/// `1.63983E+12`, in the notation of any locale.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or_default();
    let is_number = |byte: u8| byte.is_ascii_digit() || byte == b'.' || byte == b',';
    mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(is_number)
        && !exponent.is_empty()
        && exponent.bytes().all(|byte| byte.is_ascii_digit())
}
