//! Workflows, the action and GitLab's job before any service has seen them.
