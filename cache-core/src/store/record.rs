//! The bytes of a manifest, as every store of ours keeps them.
//!
//! `TLR1`, a protobuf message (the fields are those of the private struct `Record`), and the BLAKE3 of that message in the
//! mode for deriving keys, with the context [`CONTEXT`]. A record is read only if the checksum fits and the key is that
//! of the parts: a byte that flipped anywhere is [`Damage`], never another manifest.

mod glance;

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};
use std::time::Duration;

use prost::Message;

use self::glance::{Glance, glance};
use super::content::Damage;
use super::entry::{Draft, Manifest};
use super::reservation::Fence;
use super::time::Time;
use crate::key::native::{Digest, Input, Interface, Key, Parts, Scope};

/// The context of checksums, in BLAKE3's sense.
pub const CONTEXT: &str = "tasklens cache-core 2026-11 record v1";

const MAGIC: &[u8; 4] = b"TLR1";
const CHECKSUM: usize = 32;

/// The record of a manifest.
pub fn encode(manifest: &Manifest) -> Vec<u8> {
    let message = Record::from(manifest);
    let mut bytes = Vec::with_capacity(MAGIC.len() + message.encoded_len() + CHECKSUM);
    bytes.extend(MAGIC);
    // Only a buffer that can't grow makes this fail.
    let _ = message.encode(&mut bytes);
    let checksum = seal(&bytes[MAGIC.len()..]);
    bytes.extend(checksum);
    bytes
}

/// The manifest of a record.
///
/// # Errors
///
/// [`Damage`], if a single byte is not as it was written, or the key is not the one that the parts make.
pub fn decode(bytes: &[u8]) -> Result<Manifest, Damage> {
    let manifest = unseal(bytes)?;
    if manifest.key != manifest.parts.key() {
        return Err(damaged("does not explain its key"));
    }
    Ok(manifest)
}

fn unseal(bytes: &[u8]) -> Result<Manifest, Damage> {
    let record = Record::decode(checked(bytes)?).map_err(|error| damaged(&format!("can't be read: {error}")))?;
    record.manifest().ok_or_else(|| damaged("lacks a digest"))
}

/// A record that has its manifest made when somebody asks for it: who only wants the content need not wait for that.
///
/// That the key is the one of the parts was proved when the record was made; the checksum covers both.
#[derive(Debug)]
pub(super) struct Sealed {
    pub(super) glance: Glance,
    record: Vec<u8>,
    manifest: OnceLock<Box<Manifest>>,
}

impl Sealed {
    /// Takes a record whose checksum fits and that holds a manifest.
    pub(super) fn new(record: &[u8]) -> Result<Self, Damage> {
        let glance = glance(checked(record)?).ok_or_else(|| damaged("can't be read"))?;
        Ok(Self { glance, record: record.to_vec(), manifest: OnceLock::new() })
    }

    /// Whether these bytes are the record.
    pub(super) fn is(&self, record: &[u8]) -> bool {
        self.record == record
    }

    /// The record's size, in bytes.
    pub(super) fn size(&self) -> usize {
        self.record.len()
    }

    /// The manifest.
    pub(super) fn manifest(&self) -> &Manifest {
        self.manifest.get_or_init(|| Box::new(made(&self.record, self.glance)))
    }

    pub(super) fn into_manifest(self) -> Manifest {
        self.manifest.into_inner().map_or_else(|| made(&self.record, self.glance), |manifest| *manifest)
    }
}

/// The manifest of a record that was taken: of every such record one can be made.
fn made(record: &[u8], Glance { key, digest, created }: Glance) -> Manifest {
    unseal(record).unwrap_or_else(|_| Manifest { key, ..Manifest::new(&Draft::default(), digest, 0, created) })
}

impl From<Manifest> for Sealed {
    fn from(manifest: Manifest) -> Self {
        let glance = Glance { key: manifest.key, digest: manifest.digest, created: manifest.created };
        Self { glance, record: Vec::new(), manifest: OnceLock::from(Box::new(manifest)) }
    }
}

/// The message of a record, if its checksum fits.
fn checked(bytes: &[u8]) -> Result<&[u8], Damage> {
    let body = bytes.strip_prefix(MAGIC).ok_or_else(|| damaged("is none of ours"))?;
    let (message, checksum) =
        body.split_at_checked(body.len().wrapping_sub(CHECKSUM)).ok_or_else(|| damaged("is cut off"))?;
    if checksum != seal(message) {
        return Err(damaged("does not fit its checksum"));
    }
    Ok(message)
}

/// The checksum of a message. What the context makes of the hash is the same each time.
fn seal(message: &[u8]) -> [u8; CHECKSUM] {
    static SEALER: LazyLock<blake3::Hasher> = LazyLock::new(|| blake3::Hasher::new_derive_key(CONTEXT));
    *SEALER.clone().update(message).finalize().as_bytes()
}

fn damaged(reason: &str) -> Damage {
    Damage::new(format!("the record {reason}"))
}

#[derive(Clone, PartialEq, Message)]
struct Record {
    #[prost(bytes = "vec", tag = "1")]
    key: Vec<u8>,
    #[prost(string, repeated, tag = "2")]
    scope: Vec<String>,
    #[prost(string, tag = "3")]
    task: String,
    #[prost(message, repeated, tag = "4")]
    interface_inputs: Vec<Named>,
    #[prost(message, repeated, tag = "5")]
    interface_outputs: Vec<Named>,
    #[prost(string, tag = "6")]
    version: String,
    #[prost(string, tag = "7")]
    salt: String,
    #[prost(message, repeated, tag = "8")]
    inputs: Vec<Named>,
    #[prost(message, repeated, tag = "9")]
    ignored: Vec<Named>,
    #[prost(bytes = "vec", tag = "10")]
    digest: Vec<u8>,
    #[prost(uint64, tag = "11")]
    size: u64,
    #[prost(string, tag = "12")]
    producer: String,
    #[prost(uint64, tag = "13")]
    created_ms: u64,
    #[prost(uint64, tag = "14")]
    took_ns: u64,
    #[prost(uint64, optional, tag = "15")]
    fence: Option<u64>,
}

/// A name with a type, or with a digest and what is shown.
#[derive(Clone, PartialEq, Message)]
struct Named {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(string, tag = "2")]
    text: String,
    #[prost(bytes = "vec", tag = "3")]
    digest: Vec<u8>,
}

impl From<&Manifest> for Record {
    fn from(manifest: &Manifest) -> Self {
        let Parts { scope, task, interface, version, salt, inputs, ignored } = &manifest.parts;
        Self {
            key: manifest.key.as_bytes().to_vec(),
            scope: vec![scope.org.clone(), scope.project.clone(), scope.domain.clone()],
            task: task.clone(),
            interface_inputs: types(&interface.inputs),
            interface_outputs: types(&interface.outputs),
            version: version.clone(),
            salt: salt.clone(),
            inputs: values(inputs),
            ignored: values(ignored),
            digest: manifest.digest.as_bytes().to_vec(),
            size: manifest.size,
            producer: manifest.producer.clone(),
            created_ms: manifest.created.0,
            took_ns: u64::try_from(manifest.took.as_nanos()).unwrap_or(u64::MAX),
            fence: manifest.fence.map(|fence| fence.0),
        }
    }
}

impl Record {
    fn manifest(self) -> Option<Manifest> {
        let [org, project, domain] = <[String; 3]>::try_from(self.scope).ok()?;
        let of_types = |named: Vec<Named>| named.into_iter().map(|named| (named.name, named.text)).collect();
        Some(Manifest {
            key: Key::try_from(self.key.as_slice()).ok()?,
            parts: Parts {
                scope: Scope { org, project, domain },
                task: self.task,
                interface: Interface {
                    inputs: of_types(self.interface_inputs),
                    outputs: of_types(self.interface_outputs),
                },
                version: self.version,
                salt: self.salt,
                inputs: of_values(self.inputs)?,
                ignored: of_values(self.ignored)?,
            },
            digest: Digest::try_from(self.digest.as_slice()).ok()?,
            size: self.size,
            producer: self.producer,
            created: Time(self.created_ms),
            took: Duration::from_nanos(self.took_ns),
            fence: self.fence.map(Fence),
        })
    }
}

fn types(of: &BTreeMap<String, String>) -> Vec<Named> {
    of.iter().map(|(name, of)| Named { name: name.clone(), text: of.clone(), digest: Vec::new() }).collect()
}

fn values(of: &BTreeMap<String, Input>) -> Vec<Named> {
    let named = |(name, input): (&String, &Input)| Named {
        name: name.clone(),
        text: input.shown.clone(),
        digest: input.digest.as_bytes().to_vec(),
    };
    of.iter().map(named).collect()
}

fn of_values(named: Vec<Named>) -> Option<BTreeMap<String, Input>> {
    let input = |named: Named| {
        let digest = Digest::try_from(named.digest.as_slice()).ok()?;
        Some((named.name, Input { digest, shown: named.text }))
    };
    named.into_iter().map(input).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::entry::Draft;
    use super::*;

    pub(super) fn manifest() -> Manifest {
        let parts = Parts {
            scope: Scope::new("o", "p", "d"),
            task: "t".to_owned(),
            interface: Interface::default().input("x", "int").output("o0", "str"),
            version: "v".to_owned(),
            salt: "s".to_owned(),
            ..Parts::default()
        };
        let parts = parts.input("x", 1).secret_input("y", "z").ignored_input("run", "exp");
        let draft =
            Draft { parts, producer: "me".to_owned(), took: Duration::from_millis(1500), fence: Some(Fence(3)) };
        Manifest::new(&draft, Digest::of(b"content"), 7, Time(1_795_375_847_123))
    }

    #[test]
    fn a_record_holds_the_whole_manifest() {
        let manifest = manifest();
        assert_eq!(decode(&encode(&manifest)), Ok(manifest.clone()));
        let plain = Manifest::new(&Draft::default(), Digest::of(b""), 0, Time(0));
        assert_eq!(decode(&encode(&plain)), Ok(plain));
    }

    #[test]
    fn no_flipped_bit_and_no_length_but_its_own_is_read() {
        let record = encode(&manifest());
        for bit in 0..record.len() * 8 {
            let mut flipped = record.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(decode(&flipped).is_err(), "bit {bit}");
        }
        for length in 0..record.len() {
            assert!(decode(&record[..length]).is_err(), "length {length}");
        }
        assert!(decode(&[&record[..], b"\0"].concat()).is_err());
    }

    #[test]
    fn a_record_under_another_key_is_damage() {
        let mut forged = manifest();
        forged.parts.version = "another".to_owned();
        assert!(decode(&encode(&forged)).unwrap_err().reason.contains("does not explain its key"));
    }
}
