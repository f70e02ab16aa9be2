//! Calls and results of which a reader can tell by themselves whether they are whole and belong together.

use cache_core::key::native::Parts;
use cache_core::store::local::LocalStore;
use cache_core::store::{Draft, Lookup, Miss, Mode, Put, Read, Source, Store, StoreError};

/// SplitMix64.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}

/// The call of a number.
pub fn call(number: u64) -> Parts {
    Parts { task: "faults".to_owned(), ..Parts::default() }.input("x", number)
}

/// The result of a call in a version: its header says both, its bytes follow from them. Every third call has a large one.
pub fn value(number: u64, version: u64) -> Vec<u8> {
    let size = if number.is_multiple_of(3) { 40_000 + (version % 7) * 1000 } else { 10 + number % 900 };
    let mut bytes = Vec::with_capacity(size as usize + 24);
    bytes.extend(number.to_le_bytes());
    bytes.extend(version.to_le_bytes());
    let mut random = Random(number ^ (version << 32));
    while bytes.len() < size as usize {
        bytes.extend(random.next().to_le_bytes());
    }
    bytes
}

/// The version of a result; panics if it is not exactly a result of the call.
pub fn version(number: u64, bytes: &[u8]) -> u64 {
    assert!(bytes.len() >= 16, "{number}: {} bytes", bytes.len());
    let version = u64::from_le_bytes(bytes[8..16].try_into().unwrap());
    assert!(bytes == value(number, version), "{number}: wrong bytes");
    version
}

pub fn put(store: &LocalStore, number: u64, version: u64) -> Result<Put, StoreError> {
    let draft = Draft { parts: call(number), producer: "faults".to_owned(), ..Draft::default() };
    store.put(&draft, Source::Bytes(&value(number, version)), Mode::Overwrite)
}

/// The version that is stored, or why there is none.
pub fn get(store: &LocalStore, number: u64) -> Result<Result<u64, Miss>, StoreError> {
    Ok(match store.get(&call(number).key(), Read::default())? {
        Lookup::Hit(entry) => match entry.content.into_bytes() {
            Ok(bytes) => Ok(version(number, &bytes)),
            Err(error) => panic!("{number}: a content that was checked can't be read: {error}"),
        },
        Lookup::Miss(miss) => Err(miss),
    })
}
