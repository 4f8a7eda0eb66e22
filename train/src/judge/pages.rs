//! Reports as Markdown and as HTML.

use std::fs;
use std::path::Path;

use pulldown_cmark::{Options, Parser, html};

use crate::TrainError;

/// Before and after the body of a page. The width of the text and the borders of tables make it readable in a
/// browser without other files.
const BEFORE: &str = "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<style>\n\
    body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em; }\n\
    table { border-collapse: collapse; margin: 1em 0; }\n\
    th, td { border: 1px solid #bbb; padding: 0.2em 0.6em; text-align: left; }\n\
    img { max-width: 100%; }\n</style>\n<body>\n";
const AFTER: &str = "</body>\n</html>\n";

/// Writes a report as Markdown, and beside it as HTML with the extension html. Errors: `Io`.
pub fn write(output: &Path, markdown: &str) -> Result<(), TrainError> {
    fs::write(output, markdown).map_err(|source| TrainError::io(output, source))?;
    let page = output.with_extension("html");
    let mut text = BEFORE.to_owned();
    html::push_html(&mut text, Parser::new_ext(markdown, Options::ENABLE_TABLES));
    text.push_str(AFTER);
    fs::write(&page, text).map_err(|source| TrainError::io(&page, source))
}
