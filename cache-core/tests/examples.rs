//! The examples do what they say.

#![cfg(feature = "engine")]
#![allow(clippy::unwrap_used)]

#[path = "../examples/pipeline.rs"]
mod pipeline;

#[test]
fn the_guides_pipeline_is_computed_once_and_explains_what_it_computes_again() {
    let folder = tempfile::tempdir().unwrap();
    let runs = pipeline::example(folder.path()).unwrap();
    assert_eq!(
        runs[0],
        [
            "load_dataset: computed for the first time",
            "preprocess_data: computed for the first time",
            "train_model: computed for the first time",
            "generate_report: computed, as ever",
        ]
    );
    assert!(runs[1][..3].iter().all(|line| line.contains(": hit, saved ")), "{:?}", runs[1]);
    assert_eq!(runs[1][3], "generate_report: computed, as ever");
    assert!(runs[2][1].contains(": hit, saved "));
    assert_eq!(runs[2][2], "train_model: computed, since learning_rate is 0.01 (was 0.05)");
    assert_eq!(runs[3][2], "train_model: computed and replaced");
    // The entries outlast the process: the same runs are served from the first on, but for what is overwritten.
    let again = pipeline::example(folder.path()).unwrap();
    assert!(again[0][..3].iter().all(|line| line.contains(": hit, saved ")), "{:?}", again[0]);
}
