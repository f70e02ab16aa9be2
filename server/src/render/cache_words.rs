//! What the SDK's cache settings do, in few words: for hovers and completions. The facts are those of the SDK's code, which says more
//! and at times something else than its documentation.

use cache_core::policy::Behavior;

/// What a behavior does.
pub fn behavior(behavior: Behavior) -> &'static str {
    match behavior {
        Behavior::Auto => {
            "The version is made of the task's source: decorators, signature, docstring and body, but nothing that the body calls \
             or reads. An edit of these recomputes. With `version_override`, that is the version, and edits don't count."
        }
        Behavior::Override => {
            "The version is what `version_override` says; without it, it is made of the source as under `\"auto\"`. Local runs store \
             results but never look for one, so they always compute; runs on a cluster do look."
        }
        Behavior::Disable => "Nothing is looked up and nothing is stored: every run computes.",
    }
}

/// What a keyword of `Cache(…)` does.
pub fn keyword(name: &str) -> Option<&'static str> {
    Some(match name {
        "behavior" => {
            "`\"auto\"`, `\"override\"` or `\"disable\"`: where the version comes from, and whether there is one."
        }
        "version_override" => {
            "The version itself, under `\"auto\"` as under `\"override\"`: then neither the code nor `salt` nor `policies` count."
        }
        "serialize" => {
            "On a cluster, of several runs with the same inputs one computes and the others wait for its result. Local runs don't \
             wait."
        }
        "ignored_inputs" => {
            "Names of inputs that are left out of the cache key: runs that differ in nothing else share their result. A name that is \
             no parameter is ignored without a word."
        }
        "salt" => {
            "Goes into the version, beside the source: another salt is another version. Counts for nothing under `version_override`."
        }
        "policies" => "What makes the version; by default `FunctionBodyPolicy`, which hashes the task's source.",
        "max_age" => {
            "How old a result may be to be used, in seconds or as a `timedelta`. `None` is the platform's default, `0` means that age \
             doesn't matter."
        }
        _ => return None,
    })
}

/// `flyte.trace`, in the paragraphs of a text.
pub const TRACE: [&str; 2] = [
    "On a cluster, the result is recorded in the run that computes it: if that task is retried or recovered, calls with the same inputs and \
     the same source of this function replay the recorded result. Another run computes again, and so does every local run. No cache \
     is asked, and no other run can be a hit.",
    "The function itself does not count for the version of the task that calls it, and it can't call tasks: Flyte raises.",
];
