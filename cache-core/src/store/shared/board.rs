//! The lease of a key as an object: conditional writes make it a board.

use std::sync::Arc;
use std::time::Duration;

use object_store::UpdateVersion;
use object_store::path::Path;

use super::super::error::StoreError;
use super::super::lease::{Board, Lease, Standing};
use super::bucket::{Bucket, Written};

/// No lease is larger, in bytes.
const MOST: u64 = 64 << 10;

/// Where one key's lease stands.
pub(super) struct ObjectBoard {
    pub(super) bucket: Arc<Bucket>,
    pub(super) path: Path,
    /// An answer that comes later is of no use to a holder who has to keep a lease alive.
    pub(super) limit: Duration,
}

impl Board for ObjectBoard {
    type Version = UpdateVersion;

    fn read(&mut self) -> Result<Option<Standing<UpdateVersion>>, StoreError> {
        Ok(match self.bucket.read(&self.path, MOST)? {
            None => None,
            Some(Ok(object)) => Some(Standing { lease: Lease::decode(&object.bytes), version: object.version }),
            Some(Err(size)) => {
                return Err(self.bucket.failed(format!("{} is no reservation, of {size} bytes: remove it", self.path)));
            }
        })
    }

    fn write(&mut self, lease: &Lease, over: Option<&UpdateVersion>) -> Result<Option<UpdateVersion>, StoreError> {
        Ok(match self.bucket.write_if(self.limit, &self.path, lease.encode(), over)? {
            Written::Done(version) => Some(version),
            Written::Refused => None,
        })
    }
}
