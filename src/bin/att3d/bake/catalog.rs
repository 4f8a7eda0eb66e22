//! The rows of a catalog: a table (CSV, TSV), JSON Lines, a template with lists, or a list of prompts.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::text::decode;

/// Largest number of rows that a template may make.
const MOST_ROWS: usize = 1_000_000;

/// A row of a catalog: a value per column. Empty values are left out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Number of the row as a spreadsheet counts it, from 1. The header of a table is row 1.
    pub number: usize,
    /// Values by the names of their columns: lowercase, with `_` in place of `-` and spaces.
    pub cells: BTreeMap<String, String>,
    /// Reason why the row could not be read.
    pub fault: Option<String>,
}

/// Reads a catalog. The extension of its name selects the format.
///
/// Errors: the reason, as text, if no row can be read.
pub fn read(path: &Path) -> Result<Vec<Row>, String> {
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    let parse: fn(&str) -> Result<Vec<Row>, String> = match extension.as_str() {
        "csv" => |text| table(text, if has_semicolons(text) { b';' } else { b',' }),
        "tsv" | "tab" => |text| table(text, b'\t'),
        "jsonl" | "ndjson" => json_lines,
        "json" => template,
        "txt" => |text| Ok(prompts(text)),
        _ => {
            return Err("expected a name that ends with .csv, .tsv, .jsonl, .json (a template) or .txt (one prompt per \
                line)"
                .into());
        }
    };
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    let rows = parse(&decode(&bytes)?)?;
    if rows.is_empty() {
        return Err("it has no rows; expected at least one prompt".into());
    }
    Ok(rows)
}

/// Returns whether semicolons separate the values of the first line. Spreadsheets write such tables where the
/// comma is the decimal separator.
fn has_semicolons(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    header.contains(';') && !header.contains(',')
}

/// Returns the name of a column as the options spell it.
fn column_name(typed: &str) -> String {
    typed.trim().to_lowercase().replace(['-', ' '], "_")
}

/// Returns a row without its empty values.
fn row(number: usize, cells: impl IntoIterator<Item = (String, String)>) -> Row {
    let cells = cells.into_iter().map(|(name, value)| (name, value.trim().to_owned()));
    Row { number, cells: cells.filter(|(_, value)| !value.is_empty()).collect(), fault: None }
}

fn table(text: &str, delimiter: u8) -> Result<Vec<Row>, String> {
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| error.to_string())?;
    let columns: Vec<String> = header.iter().map(column_name).collect();
    if !columns.iter().any(|column| column == "prompt") {
        let found = header.iter().collect::<Vec<_>>().join(", ");
        return Err(format!("the first row has the columns \"{found}\"; expected a column `prompt`"));
    }
    if let Some(twice) = (1..columns.len()).find(|&column| columns[..column].contains(&columns[column])) {
        return Err(format!("the column `{}` is there twice; expected each column once", columns[twice]));
    }
    let mut rows = Vec::new();
    for (index, record) in reader.records().enumerate() {
        let number = index + 2;
        let record = record.map_err(|error| error.to_string())?;
        let mut read = row(number, columns.iter().cloned().zip(record.iter().map(str::to_owned)));
        if record.iter().skip(columns.len()).any(|value| !value.trim().is_empty()) {
            read.fault = Some(format!(
                "it has {} values for {} columns; put values with a comma inside quotes",
                record.len(),
                columns.len()
            ));
        }
        if !read.cells.is_empty() {
            rows.push(read);
        }
    }
    Ok(rows)
}

/// Returns a cell's text for a JSON value. Errors: a sentence that names the expected kinds.
fn cell(name: &str, value: &Value) -> Result<String, String> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(_) | Value::Number(_) => Ok(value.to_string()),
        Value::Array(_) | Value::Object(_) => {
            Err(format!("`{name}` is a list or an object; expected a text, a number, true or false"))
        }
    }
}

fn cells(object: &Map<String, Value>) -> Result<Vec<(String, String)>, String> {
    object.iter().map(|(name, value)| Ok((column_name(name), cell(name, value)?))).collect()
}

fn json_lines(text: &str) -> Result<Vec<Row>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let rows = lines.map(|(index, line)| {
        let number = index + 1;
        let object = serde_json::from_str::<Map<String, Value>>(line)
            .map_err(|error| format!("it is not a JSON object: {error}"));
        match object.and_then(|object| cells(&object)) {
            Ok(cells) => row(number, cells),
            Err(fault) => Row { number, fault: Some(fault), ..Row::default() },
        }
    });
    Ok(rows.collect())
}

fn prompts(text: &str) -> Vec<Row> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines.map(|(index, line)| row(index + 1, [("prompt".to_owned(), line.to_owned())])).collect()
}

/// A template: a prompt with `{names}` of lists, as the ATT3D paper builds its sets of prompts.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    prompt: String,
    lists: BTreeMap<String, Vec<String>>,
    /// Options of every row.
    #[serde(default)]
    options: Map<String, Value>,
}

fn template(text: &str) -> Result<Vec<Row>, String> {
    let template: Template = serde_json::from_str(text).map_err(|error| {
        format!(
            "{error}; expected {{\"prompt\": \"a {{animal}} {{hat}}\", \"lists\": {{\"animal\": […], \"hat\": […]}}, \"options\": {{…}}}}"
        )
    })?;
    let parts = split(&template.prompt)?;
    let options = cells(&template.options)?;
    let mut lists: Vec<(&str, &[String])> = Vec::new();
    for name in parts.iter().filter_map(|part| part.list) {
        let Some(list) = template.lists.get(name) else {
            return Err(format!("the prompt has {{{name}}}, but `lists` has no list of that name"));
        };
        if !lists.iter().any(|(known, _)| *known == name) {
            lists.push((name, list));
        }
    }
    if let Some(unused) = template.lists.keys().find(|name| lists.iter().all(|(used, _)| used != name)) {
        return Err(format!("the list `{unused}` is not used; expected {{{unused}}} in the prompt"));
    }
    let count = lists.iter().try_fold(1usize, |count, (_, list)| count.checked_mul(list.len()));
    let count = count.filter(|&count| count <= MOST_ROWS).ok_or_else(|| {
        format!("the lists have more than {MOST_ROWS} combinations; split the template into several files")
    })?;
    let rows = (0..count).map(|index| {
        let mut rest = index;
        // The last list changes fastest.
        let mut chosen = BTreeMap::new();
        for (name, list) in lists.iter().rev() {
            chosen.insert(*name, list[rest % list.len()].as_str());
            rest /= list.len();
        }
        let prompt: String =
            parts.iter().map(|part| part.list.map_or(part.text, |list| chosen[list])).collect();
        // An empty entry of a list leaves two spaces.
        let prompt = prompt.split_whitespace().collect::<Vec<_>>().join(" ");
        row(index + 1, options.iter().cloned().chain([("prompt".to_owned(), prompt)]))
    });
    Ok(rows.collect())
}

/// A part of a template's prompt: the name of a list, or text.
struct TemplatePart<'a> {
    list: Option<&'a str>,
    text: &'a str,
}

fn split(prompt: &str) -> Result<Vec<TemplatePart<'_>>, String> {
    let mut parts = Vec::new();
    let mut rest = prompt;
    while let Some((text, after)) = rest.split_once('{') {
        let Some((list, after)) = after.split_once('}') else {
            return Err(format!("the prompt \"{prompt}\" has a {{ without its }}"));
        };
        parts.push(TemplatePart { list: None, text });
        parts.push(TemplatePart { list: Some(list), text: "" });
        rest = after;
    }
    parts.push(TemplatePart { list: None, text: rest });
    Ok(parts)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

    use super::*;

    fn values(rows: &[Row], column: &str) -> Vec<String> {
        rows.iter().map(|row| row.cells.get(column).cloned().unwrap_or_default()).collect()
    }

    #[test]
    fn tables_are_read_as_spreadsheets_write_them() {
        let rows =
            table("Prompt,Texture Size,seed\r\n\"a red, big pig\",512,\r\n,,\r\na cat,,7\r\n", b',').unwrap();
        assert_eq!(values(&rows, "prompt"), ["a red, big pig", "a cat"]);
        assert_eq!(values(&rows, "texture_size"), ["512", ""]);
        assert_eq!(values(&rows, "seed"), ["", "7"]);
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
        let text = "prompt;size\na pig;1";
        assert!(has_semicolons(text) && !has_semicolons("prompt,note;\n"));
        assert_eq!(values(&table(text, b';').unwrap(), "size"), ["1"]);
    }

    #[test]
    fn tables_without_their_columns_are_refused() {
        assert!(table("name,seed\npig,1", b',').unwrap_err().contains("`prompt`"));
        assert!(table("prompt,Seed,seed\npig,1,2", b',').unwrap_err().contains("`seed` is there twice"));
        let rows = table("prompt,seed\na red, big pig\na cat,1,\n", b',').unwrap();
        assert_eq!(rows[0].cells.get("seed").map(String::as_str), Some("big pig"));
        assert_eq!(rows[1].fault, None);
        let rows = table("prompt\na red, big pig\n", b',').unwrap();
        assert!(rows[0].fault.as_deref().unwrap().contains("2 values for 1 columns"));
    }

    #[test]
    fn json_lines_keep_the_rows_beside_a_broken_one() {
        let rows = json_lines(
            "{\"prompt\": \"a pig\", \"lods\": 2, \"dense\": true, \"seed\": null}\n\n{\n{\"prompt\": []}\n",
        )
        .unwrap();
        assert_eq!(rows[0].cells["lods"], "2");
        assert_eq!(rows[0].cells["dense"], "true");
        assert!(!rows[0].cells.contains_key("seed"));
        assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 3, 4]);
        assert!(rows[1].fault.is_some() && rows[2].fault.as_deref().unwrap().contains("`prompt` is a list"));
    }

    #[test]
    fn template_has_every_combination() {
        let rows = template(
            r#"{"prompt": "a {animal} {hat}", "lists": {"animal": ["pig", "cat"], "hat": ["", "wearing a crown"]},
                "options": {"resolution": 64}}"#,
        )
        .unwrap();
        assert_eq!(
            values(&rows, "prompt"),
            ["a pig", "a pig wearing a crown", "a cat", "a cat wearing a crown"]
        );
        assert_eq!(values(&rows, "resolution"), ["64"; 4]);
    }

    #[test]
    fn templates_that_do_not_fit_are_refused() {
        for (text, reason) in [
            (r#"{"prompt": "a {animal}", "lists": {}}"#, "no list of that name"),
            (r#"{"prompt": "a pig", "lists": {"animal": ["pig"]}}"#, "not used"),
            (r#"{"prompt": "a {pig", "lists": {}}"#, "without its }"),
            (r#"{"prompt": "a pig"}"#, "expected {"),
        ] {
            let error = template(text).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
        let list: Vec<String> = (0..1001).map(|index| index.to_string()).collect();
        let text = serde_json::json!({ "prompt": "{a} {b}", "lists": { "a": list, "b": list } }).to_string();
        assert!(template(&text).unwrap_err().contains("1000000 combinations"));
    }
}
