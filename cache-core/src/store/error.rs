//! Why a store can't be asked. Never because of what an entry holds: that is a miss.

use std::io;

/// Why a store can't do what it was asked to. Nothing that was kept is lost by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Others hold it for longer than anyone should.
    #[error("{place} is busy: other programs write to it without a pause")]
    Busy {
        /// The store.
        place: String,
    },
    /// Written by a newer release, in a layout that this one does not know.
    #[error(
        "{place} is of layout {found}, and this release knows layouts up to {known}: use a newer release, or another place"
    )]
    Newer {
        /// The store.
        place: String,
        /// Its layout.
        found: i64,
        /// The newest that is known here.
        known: i64,
    },
    /// Something that is no store of ours is in its place.
    #[error("{place} is no store of this program ({reason}): name another place")]
    Foreign {
        /// The place.
        place: String,
        /// What was found.
        reason: String,
    },
    /// No room.
    #[error("{place} is full: make room, or lower the store's cap")]
    Full {
        /// The store.
        place: String,
    },
    /// It may be read, not written.
    #[error("{place} can't be written ({reason}): change its permissions, or name another place")]
    ReadOnly {
        /// The store.
        place: String,
        /// The system's words.
        reason: String,
    },
    /// It can't be reached, or did not answer in time.
    #[error("{place} can't be reached ({reason}): try again later")]
    Unreachable {
        /// The store.
        place: String,
        /// What went wrong.
        reason: String,
    },
    /// It may not be used with these credentials.
    #[error("{place} refuses access ({reason}): check the credentials")]
    Denied {
        /// The store.
        place: String,
        /// Its words.
        reason: String,
    },
    /// This store can't do that at all.
    #[error("{place} can't {what} ({reason})")]
    Unsupported {
        /// The store.
        place: String,
        /// What was asked for.
        what: &'static str,
        /// Why not.
        reason: String,
    },
    /// The content that was to be kept can't be read.
    #[error("the result that was to be kept can't be read: {reason}")]
    Content {
        /// The system's words.
        reason: String,
    },
    /// Reading or writing failed in another way.
    #[error("{place} failed: {reason}")]
    Failed {
        /// The store.
        place: String,
        /// The system's words.
        reason: String,
    },
}

impl StoreError {
    /// What an error of the system means for a store.
    pub fn of_io(place: &str, error: &io::Error) -> Self {
        let (place, reason) = (place.to_owned(), error.to_string());
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full { place },
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { place, reason },
            io::ErrorKind::TimedOut => Self::Unreachable { place, reason },
            _ => Self::Failed { place, reason },
        }
    }
}
