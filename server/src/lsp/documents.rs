//! The documents that are open in the editor.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use ropey::Rope;

use super::protocol::{
    DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, FileChangeType, FileEvent, Url,
    VersionedTextDocumentIdentifier,
};
use super::text::{self, Encoding, whole};
use super::uri;

/// A document. Clones share their text.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its address, as the editor writes it.
    pub uri: Url,
    /// The file that it is, or the one that it may become.
    pub path: PathBuf,
    /// The text as it stands in the editor.
    pub text: Rope,
    /// The editor's count of its states.
    pub version: i32,
    /// The same text in one piece, once somebody asked for it.
    bytes: Arc<OnceLock<Arc<[u8]>>>,
}

impl Document {
    /// The text, in UTF-8.
    pub fn bytes(&self) -> Arc<[u8]> {
        Arc::clone(self.bytes.get_or_init(|| whole(&self.text).as_bytes().into()))
    }
}

/// The open documents, by their addresses.
#[derive(Clone, Debug, Default)]
pub struct Documents(BTreeMap<Url, Document>);

impl Documents {
    /// Takes up a document of Python; another language's, or one that is no file and not untitled (the old side of a diff), is not.
    /// One that was open is replaced.
    ///
    /// One that is untitled is taken for the file that it may become, of `folder` where it names none.
    pub fn open(&mut self, params: DidOpenTextDocumentParams, folder: &Path) {
        let item = params.text_document;
        if let Some(path) =
            uri::path(&item.uri).or_else(|| uri::untitled(&item.uri, folder)).filter(|_| item.language_id == "python")
        {
            let text = Rope::from_str(&item.text);
            self.0.insert(
                item.uri.clone(),
                Document { path, text, version: item.version, uri: item.uri, bytes: Arc::default() },
            );
        }
    }

    /// Edits a document; `false` if it is none of the open ones.
    pub fn change(&mut self, encoding: Encoding, params: &DidChangeTextDocumentParams) -> bool {
        let VersionedTextDocumentIdentifier { uri, version } = &params.text_document;
        let Some(document) = self.0.get_mut(uri) else { return false };
        document.bytes = Arc::default();
        text::apply(&mut document.text, encoding, &params.content_changes);
        document.version = *version;
        true
    }

    /// Leaves a document to the disk again.
    pub fn close(&mut self, params: &DidCloseTextDocumentParams) {
        self.lose(&params.text_document.uri);
    }

    /// Knows no text of a document any more; `false` if it is none of the open ones.
    pub fn lose(&mut self, uri: &Url) -> bool {
        self.0.remove(uri).is_some()
    }

    /// Has a document as it is given.
    pub fn put(&mut self, document: Document) {
        self.0.insert(document.uri.clone(), document);
    }

    /// One of them.
    pub fn get(&self, uri: &Url) -> Option<&Document> {
        self.0.get(uri)
    }

    /// Whether nothing else changed on disk than what stands behind open documents, of which the editor's text counts. One that is a link
    /// is a file by another name as well.
    pub fn cover(&self, changes: &[FileEvent]) -> bool {
        changes.iter().all(|change| {
            let is_open = |path: &PathBuf| self.0.values().any(|document| document.path == *path);
            change.typ == FileChangeType::CHANGED
                && uri::path(&change.uri)
                    .filter(is_open)
                    .is_some_and(|path| path.canonicalize().is_ok_and(|real| real == path))
        })
    }

    /// All of them, by their addresses.
    pub fn all(&self) -> impl Iterator<Item = &Document> {
        self.0.values()
    }
}
