//! The GitHub Action, by `tests/packaging/action.py`: its own steps on a runner of the tests, with GitHub's API on this machine.

use std::process::Command;

use tasklens_tests::setup;

use crate::ran::{TASKLENS, on_path, ran, tool};
use crate::wheel;

fn script() -> Command {
    let mut command = wheel::python();
    command.arg("-B").arg(setup::root().join("tests/packaging/action.py"));
    command
}

fn scenario(name: &str) {
    let (Some(_), Some(_), Some(wheels)) = (tool("python"), on_path("bash"), wheel::wheels()) else { return };
    ran(script().arg(TASKLENS).arg(wheels).arg(name));
}

macro_rules! scenarios {
    ($($name:ident)*) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { scenario(stringify!($name)); })*
    };
}

scenarios! {
    installed_from_wheels_and_run
    a_release_that_there_is_not_is_told
    one_comment_is_kept_up_to_date
    silence_where_nothing_changes
    only_the_request_counts_when_main_went_on
    a_forks_token_degrades_to_the_summary
    what_another_user_wrote_is_not_edited
    a_comment_on_a_later_page_is_found
    several_uses_have_a_comment_each
    a_long_comment_is_cut_where_github_would_refuse_it
    what_is_refused_fails_after_the_comment
    mistakes_are_annotations_and_fail
    a_lock_file_is_held_against_the_code
    findings_are_uploaded
    a_service_that_stumbles_is_asked_again
    the_token_goes_to_no_other_host
    a_push_is_compared_with_what_was_before
    a_merge_queue_is_compared_with_its_base
    a_schedule_has_the_programs_own_baseline
    the_requests_own_commit_needs_its_history
    a_base_that_is_given_wins
    pull_request_target_is_refused
    no_input_reaches_a_shell
    nothing_of_a_request_becomes_a_command
    a_checkout_of_another_user_is_trusted_for_the_step
}

#[test]
fn every_scenario_is_run() {
    let Some(_) = tool("python") else { return };
    let listed = ran(script().arg("--list"));
    assert_eq!(listed.lines().collect::<Vec<_>>(), NAMES);
}
