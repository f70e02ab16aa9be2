//! Tasks as an editor lists them: a line each, and what stands above all of them.

use serde_json::{Value, json};

use crate::analysis::Known;
use crate::status::sentence::sentence;
use crate::status::{News, Outlook, Report, TaskStatus};

/// A task, without its place:
///
/// ```json
/// {"name": "ml.train", "function": "train", "environment": "ml", "head": "will recompute", "why": "body changed since main",
///  "news": "recompute", "recomputes": true, "cached": true}
/// ```
///
/// `news` is a word of [`News`], or `hit`, `miss`, `skipped` where entries say more.
pub fn task(status: &TaskStatus, since: Option<&str>) -> Value {
    let said = sentence(status, since);
    let environment = match &status.task.environment {
        Known::Value(name) => name.as_str(),
        Known::Unknown(_) => "",
    };
    let urgency = status.urgency();
    json!({
        "name": status.task.shown_name(),
        "function": status.task.function,
        "environment": environment,
        "head": said.head,
        "why": said.why,
        "news": word(status),
        "recomputes": matches!(urgency, News::Recompute | News::OtherKey),
        "cached": status.news() != News::Off,
    })
}

fn word(status: &TaskStatus) -> &'static str {
    let news = status.news();
    match status.outlook() {
        Outlook::Skipped => "skipped",
        Outlook::Hit if !matches!(news, News::StaleRisk | News::Unknown | News::Differs) => "hit",
        Outlook::Partly | Outlook::Missing if matches!(news, News::Kept | News::Uncompared) => "miss",
        _ => news.word(),
    }
}

/// Which Pythons submit a report's tasks, and where each comes from.
pub fn pythons(report: &Report) -> impl Iterator<Item = String> {
    report.pythons.iter().map(|python| format!("Python {}", python.words))
}

/// What a report's tasks are compared with.
pub fn baseline(report: &Report) -> String {
    match &report.baseline {
        Ok(baseline) => format!("compared with {}", baseline.name),
        Err(reason) => format!("compared with nothing: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::samples;

    #[test]
    fn each_kind_of_news_has_its_line() {
        let all = samples::every_kind().into_iter().chain(samples::with_entries());
        let lines: Vec<String> = all
            .map(|status| {
                let task = task(&status, Some("main"));
                format!("{} | {} | {}", task["news"], task["recomputes"], task["head"]).replace('"', "")
            })
            .collect();
        insta::assert_snapshot!(lines.join("\n"));
    }
}
