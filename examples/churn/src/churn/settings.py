"""Names and the cache spec that every environment starts from."""

from flyte import Cache

NAME = "churn"

# Entries older than a day are not reused: the events of the day before are complete by then.
nightly = Cache(behavior="auto", max_age=24 * 60 * 60)
