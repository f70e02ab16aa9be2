//! `textDocument/references`

use super::super::protocol::{Location, ReferenceParams, Result};
use super::super::view::View;
use super::definition::named;

/// What names an input that is named in an `ignored_inputs`: the names there, the parameters, their uses.
pub fn answer(view: &View, params: ReferenceParams) -> Result<Option<Vec<Location>>> {
    let found = named(view, &params.text_document_position, |name| {
        if name.ignored.is_empty() {
            return Vec::new();
        }
        let declared = if params.context.include_declaration { name.parameters } else { Vec::new() };
        declared.into_iter().chain(name.uses).chain(name.ignored).collect()
    });
    Ok(found.filter(|found| !found.is_empty()))
}
