//! `--task ml.train --input lr=0.1`: the inputs that a user gives, each for the task named before it.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::status::given::GivenText;

/// Inputs by task, in the order of the command line, which clap's derive doesn't keep between options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenArgs(pub Vec<GivenText>);

impl Args for GivenArgs {
    fn augment_args(command: Command) -> Command {
        let task = Arg::new("task")
            .long("task")
            .value_name("NAME")
            .action(ArgAction::Append)
            .help("The task that the following inputs are for, as ml.train or train; may be given several times");
        let input = Arg::new("input")
            .long("input")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .requires("task")
            .help("An input of that task, as JSON or a Python literal; a str needs no quotes");
        command.arg(task).arg(input)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for GivenArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut given: Vec<(usize, GivenText)> = values(matches, "task")
            .map(|(at, task)| (at, GivenText { task: task.clone(), inputs: Vec::new() }))
            .collect();
        let only = given.len() == 1;
        for (at, input) in values(matches, "input") {
            let Some((name, value)) = input.split_once('=') else {
                return Err(error(format!("--input {input}: write it as --input NAME=VALUE")));
            };
            // Of one task, the inputs may stand anywhere.
            let owner = given.iter_mut().rev().find(|(task, _)| only || *task < at);
            match owner {
                Some((_, text)) => text.inputs.push((name.trim().to_owned(), value.to_owned())),
                None => {
                    return Err(error(format!("--input {input}: it stands before the --task that it is for")));
                }
            }
        }
        Ok(Self(given.into_iter().map(|(_, text)| text).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn values<'m>(matches: &'m ArgMatches, id: &str) -> impl Iterator<Item = (usize, &'m String)> {
    let indices = matches.indices_of(id).into_iter().flatten();
    indices.zip(matches.get_many::<String>(id).into_iter().flatten())
}

fn error(message: String) -> clap::Error {
    clap::Error::raw(ErrorKind::ValueValidation, message)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Vec<(String, Vec<String>)>, String> {
        let command = GivenArgs::augment_args(Command::new("status"));
        let matches = command.try_get_matches_from([&["status"], arguments].concat());
        let given = matches.and_then(|matches| GivenArgs::from_arg_matches(&matches));
        let spelled = |text: GivenText| {
            (text.task, text.inputs.into_iter().map(|(name, value)| format!("{name}: {value}")).collect())
        };
        given.map(|given| given.0.into_iter().map(spelled).collect()).map_err(|error| error.to_string())
    }

    #[test]
    fn inputs_belong_to_the_task_before_them() {
        let given =
            parse(&["--task", "a", "--input", "x=1", "--task", "b", "--input", "y={\"k\": \"=\"}", "--input", "z="]);
        let input = |text: &str| text.to_owned();
        let expected = [("a", vec![input("x: 1")]), ("b", vec![input("y: {\"k\": \"=\"}"), input("z: ")])];
        assert_eq!(given.unwrap(), expected.map(|(task, inputs)| (task.to_owned(), inputs)));
        let given = parse(&["--input", "x=1", "--task", "a"]).unwrap();
        assert_eq!(given, [("a".to_owned(), vec![input("x: 1")])], "of one task they may stand anywhere");
    }

    #[test]
    fn what_is_wrong_says_what_to_write() {
        assert!(parse(&["--task", "a", "--input", "x"]).unwrap_err().contains("write it as --input NAME=VALUE"));
        let early = parse(&["--input", "x=1", "--task", "a", "--task", "b"]).unwrap_err();
        assert!(early.contains("it stands before the --task that it is for"), "{early}");
        assert!(parse(&["--input", "x=1"]).unwrap_err().contains("--task"));
    }
}
