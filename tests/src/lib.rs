//! What the conformance tests share: interpreters, the oracle, corpora.
