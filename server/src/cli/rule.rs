//! `tasklens rule`: what the rules of `check` are about.

use clap::Args;

use crate::environment::Settings;
use crate::rules::{ALL, Rule, Selection, rule};

use super::output::{Color, Failure, Outcome, Output};

/// Show the documentation of a rule, or list all rules
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  tasklens rule                  all rules, a line each
  tasklens rule pinned-auto      the page of one, as Markdown")]
pub struct RuleArgs {
    /// The rule, as pinned-auto
    id: Option<String>,
}

/// Runs the command.
pub fn run(arguments: &RuleArgs, color: Color) -> Result<Outcome, Failure> {
    let mut output = Output::new(color);
    match &arguments.id {
        Some(id) => {
            let unknown = || {
                let unknown = Selection::unknown(&Settings::default(), std::slice::from_ref(id)).into_iter().next();
                Failure::Usage(
                    unknown.map_or_else(|| format!("`{id}` stands for several rules"), |one| one.to_string()),
                )
            };
            let rule = rule(id).ok_or_else(unknown)?;
            output.text(&rule.page())?;
        }
        None => output.text(&list())?,
    }
    output.finish()?;
    Ok(Outcome::Clean)
}

fn list() -> String {
    let room = ALL.iter().map(|rule| rule.id.len()).max().unwrap_or_default();
    let line = |rule: &&Rule| {
        let default = if rule.is_default { "" } else { " (off by default)" };
        format!("{:room$}  {:11}  {}{default}\n", rule.id, rule.severity.word(), rule.name)
    };
    ALL.iter().map(line).collect()
}
