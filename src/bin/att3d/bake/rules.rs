//! Rules that an asset must meet, such as `triangles<=2000`.

use std::str::FromStr;

use serde_json::Value;

/// A number in the report of an asset that a rule can compare.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Measure {
    name: &'static str,
    /// Place in the report, as a JSON pointer.
    place: &'static str,
}

const MEASURES: [Measure; 14] = [
    Measure { name: "triangles", place: "/triangles" },
    Measure { name: "vertices", place: "/vertices" },
    Measure { name: "bytes", place: "/bytes" },
    Measure { name: "components", place: "/report/components" },
    Measure { name: "boundary_edges", place: "/report/boundary_edges" },
    Measure { name: "non_manifold_edges", place: "/report/non_manifold_edges" },
    Measure { name: "volume", place: "/report/volume" },
    Measure { name: "area", place: "/report/area" },
    Measure { name: "levels", place: "/report/levels" },
    Measure { name: "hulls", place: "/report/hull_triangles" },
    Measure { name: "hausdorff", place: "/report/hausdorff" },
    Measure { name: "charts", place: "/texture/charts" },
    Measure { name: "left_out", place: "/left_out" },
    Measure { name: "replaced", place: "/replaced" },
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Comparison {
    AtMost,
    AtLeast,
    Less,
    Greater,
    Equal,
}

const COMPARISONS: [(&str, Comparison); 5] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("<", Comparison::Less),
    (">", Comparison::Greater),
    ("=", Comparison::Equal),
];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Condition {
    /// The surface has no boundary edge and no non-manifold edge.
    Closed,
    /// No word of the prompt was left out.
    Understood,
    Compare(Measure, Comparison, f64),
}

/// A rule that an asset must meet.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// The rule as it was typed, without spaces.
    pub text: String,
    condition: Condition,
}

impl FromStr for Rule {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let text: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
        let condition = match text.as_str() {
            "closed" => Condition::Closed,
            "understood" => Condition::Understood,
            _ => comparison(&text).ok_or_else(|| {
                let names = MEASURES.map(|measure| measure.name).join(", ");
                format!(
                    "expected closed, understood, or a comparison such as triangles<=2000 with <=, >=, <, > or = and one of: {names}"
                )
            })?,
        };
        Ok(Self { text, condition })
    }
}

fn comparison(text: &str) -> Option<Condition> {
    // The longer signs are first, so that `<=` is not read as `<`.
    let (sign, comparison) = COMPARISONS.into_iter().find(|(sign, _)| text.contains(sign))?;
    let (name, number) = text.split_once(sign)?;
    let measure = MEASURES.into_iter().find(|measure| measure.name == name)?;
    let number = number.parse::<f64>().ok().filter(|number| number.is_finite())?;
    Some(Condition::Compare(measure, comparison, number))
}

impl Rule {
    /// Returns whether the report of an asset meets the rule. A rule about a measure that the report does not
    /// have is not met. An exception is `hausdorff`. It is null if the triangle budget changed nothing, and
    /// null counts as 0.
    pub fn is_met(&self, report: &Value) -> bool {
        match self.condition {
            Condition::Closed => ["/report/boundary_edges", "/report/non_manifold_edges"]
                .into_iter()
                .all(|place| number(report, place) == Some(0.0)),
            Condition::Understood => number(report, "/left_out") == Some(0.0),
            Condition::Compare(measure, comparison, limit) => {
                number(report, measure.place).is_some_and(|found| match comparison {
                    Comparison::AtMost => found <= limit,
                    Comparison::AtLeast => found >= limit,
                    Comparison::Less => found < limit,
                    Comparison::Greater => found > limit,
                    Comparison::Equal => found == limit,
                })
            }
        }
    }
}

/// Returns a number of the report. For a list or an object, returns the number of its entries.
fn number(report: &Value, place: &str) -> Option<f64> {
    match report.pointer(place)? {
        Value::Number(number) => number.as_f64(),
        Value::Array(list) => Some(list.len() as f64),
        Value::Object(object) => Some(object.len() as f64),
        Value::Null if place == "/report/hausdorff" => Some(0.0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;
    use serde_json::json;

    #[test]
    fn rules_compare_what_the_report_measures() {
        let report = json!({
            "triangles": 2000, "left_out": ["dragon"], "replaced": {},
            "report": { "boundary_edges": 0, "non_manifold_edges": 0, "levels": [900, 400], "hausdorff": null, "volume": 0.5 },
        });
        for (rule, is_met) in [
            ("triangles<=2000", true),
            ("triangles < 2000", false),
            ("triangles>=2000", true),
            ("triangles>2000", false),
            ("levels=2", true),
            ("left_out=0", false),
            ("understood", false),
            ("replaced=0", true),
            ("closed", true),
            ("hausdorff<=0.01", true),
            ("volume>0.1", true),
            ("charts>=1", false),
        ] {
            assert_eq!(rule.parse::<Rule>().unwrap().is_met(&report), is_met, "{rule}");
        }
        assert!(!"closed".parse::<Rule>().unwrap().is_met(&json!({ "report": { "boundary_edges": 2 } })));
    }

    #[test]
    fn rules_that_say_nothing_are_refused() {
        for text in ["", "triangles", "triangles<=many", "triangels<=5", "triangles<=inf", "open"] {
            assert!(text.parse::<Rule>().unwrap_err().contains("triangles<=2000"), "{text}");
        }
    }
}
