//! What the editor can do, resolved once, and what the server offers it.

use super::protocol::*;
use super::text::Encoding;

/// The command behind a lens: explains the task that is defined at a line (from 0) of a document.
pub const EXPLAIN: &str = "tasklens.explain";

/// The command that pins the task at a line (from 0) of a document to the baseline's version.
pub const KEEP: &str = "tasklens.keep";

/// The command that takes such a pin back.
pub const UNPIN: &str = "tasklens.unpin";

/// The command that counts the version of the task at a line (from 0) of a document up.
pub const BUMP: &str = "tasklens.bump";

/// The code action that makes all safe fixes of a document.
pub const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.tasklens");

/// What the editor announced, as far as the server depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Abilities {
    /// How columns are counted.
    pub encoding: Encoding,
    /// It asks for lenses again when it is told to.
    pub refreshes_lenses: bool,
    /// It can be asked for settings.
    pub configuration: bool,
    /// It tells of other settings whom asks for it.
    pub watches_settings: bool,
    /// It watches files for whom asks for it.
    pub watches_files: bool,
    /// And those beside the folders of the workspace.
    pub watches_beside: bool,
    /// It asks for diagnostics, rather than to be told.
    pub pulls_diagnostics: bool,
    /// It asks for diagnostics again when it is told to.
    pub refreshes_diagnostics: bool,
    /// It shows other places that belong to a diagnostic.
    pub related_places: bool,
    /// It links a diagnostic's code.
    pub code_links: bool,
    /// It fades what is unnecessary.
    pub tags: bool,
    /// It takes code actions with edits, not commands only.
    pub code_actions: bool,
    /// It makes edits that it is asked for.
    pub applies_edits: bool,
    /// It knows edits of a version of a document.
    pub versioned_edits: bool,
    /// It shows the progress of long work.
    pub shows_progress: bool,
    /// It shows hovers in Markdown.
    pub hovers_in_markdown: bool,
    /// It shows what is written beside a completion in Markdown.
    pub completes_in_markdown: bool,
    /// It asks for inlay hints again when it is told to.
    pub refreshes_hints: bool,
    /// It takes the symbols of a document as a tree.
    pub nests_symbols: bool,
    /// It wants to be told when tasks may be others: our own editors' clients.
    pub hears_changes: bool,
    /// It shows what our commands answer, also why they can't, by itself.
    pub shows_answers: bool,
}

impl Abilities {
    /// Reads what an editor announced.
    pub fn of(client: &ClientCapabilities) -> Self {
        let (workspace, text) = (client.workspace.as_ref(), client.text_document.as_ref());
        let diagnostics = text.and_then(|text| text.publish_diagnostics.as_ref());
        let yes = |said: Option<bool>| said.unwrap_or(false);
        let own =
            |name: &str| yes(client.experimental.as_ref().and_then(|own| own.get("tasklens")?.get(name)?.as_bool()));
        Self {
            encoding: encoding(client),
            refreshes_lenses: yes(workspace
                .and_then(|workspace| workspace.code_lens.as_ref())
                .and_then(|lens| lens.refresh_support)),
            configuration: yes(workspace.and_then(|workspace| workspace.configuration)),
            watches_settings: yes(workspace
                .and_then(|workspace| workspace.did_change_configuration)
                .and_then(|told| told.dynamic_registration)),
            watches_files: yes(workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .and_then(|watched| watched.dynamic_registration)),
            watches_beside: yes(workspace
                .and_then(|workspace| workspace.did_change_watched_files.as_ref())
                .and_then(|watched| watched.relative_pattern_support)),
            pulls_diagnostics: pulls_diagnostics(client),
            refreshes_diagnostics: yes(workspace
                .and_then(|workspace| workspace.diagnostic.as_ref())
                .and_then(|diagnostic| diagnostic.refresh_support)),
            related_places: yes(diagnostics.and_then(|diagnostics| diagnostics.related_information)),
            code_links: yes(diagnostics.and_then(|diagnostics| diagnostics.code_description_support)),
            tags: diagnostics.is_some_and(|diagnostics| diagnostics.tag_support.is_some()),
            code_actions: text
                .and_then(|text| text.code_action.as_ref())
                .is_some_and(|actions| actions.code_action_literal_support.is_some()),
            applies_edits: yes(workspace.and_then(|workspace| workspace.apply_edit)),
            versioned_edits: yes(workspace
                .and_then(|workspace| workspace.workspace_edit.as_ref())
                .and_then(|edit| edit.document_changes)),
            shows_progress: yes(client.window.as_ref().and_then(|window| window.work_done_progress)),
            hovers_in_markdown: text
                .and_then(|text| text.hover.as_ref()?.content_format.as_ref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            completes_in_markdown: text
                .and_then(|text| text.completion.as_ref()?.completion_item.as_ref()?.documentation_format.as_ref())
                .is_some_and(|formats| formats.contains(&MarkupKind::Markdown)),
            refreshes_hints: yes(workspace
                .and_then(|workspace| workspace.inlay_hint.as_ref())
                .and_then(|hints| hints.refresh_support)),
            nests_symbols: yes(text
                .and_then(|text| text.document_symbol.as_ref())
                .and_then(|symbols| symbols.hierarchical_document_symbol_support)),
            hears_changes: own("changes"),
            shows_answers: own("panel"),
        }
    }
}

/// An editor either asks for diagnostics or is told of them, never both.
fn pulls_diagnostics(client: &ClientCapabilities) -> bool {
    client.text_document.as_ref().is_some_and(|document| document.diagnostic.is_some())
}

/// UTF-8 where the editor offers it, since the text is held so; else UTF-16, which every editor knows.
fn encoding(client: &ClientCapabilities) -> Encoding {
    let offered = client.general.as_ref().and_then(|general| general.position_encodings.as_ref());
    if offered.is_some_and(|offered| offered.contains(&PositionEncodingKind::UTF8)) {
        Encoding::Utf8
    } else {
        Encoding::Utf16
    }
}

/// The answer to `initialize`.
pub fn answer(client: &ClientCapabilities) -> InitializeResult {
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(SaveOptions { include_text: Some(false) }.into()),
        ..TextDocumentSyncOptions::default()
    };
    let folders =
        WorkspaceFoldersServerCapabilities { supported: Some(true), change_notifications: Some(OneOf::Left(true)) };
    let workspace = WorkspaceServerCapabilities { workspace_folders: Some(folders), file_operations: None };
    let capabilities = ServerCapabilities {
        position_encoding: Some(match encoding(client) {
            Encoding::Utf8 => PositionEncodingKind::UTF8,
            Encoding::Utf16 => PositionEncodingKind::UTF16,
        }),
        text_document_sync: Some(sync.into()),
        code_lens_provider: Some(CodeLensOptions { resolve_provider: Some(false) }),
        code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
            code_action_kinds: Some(vec![CodeActionKind::QUICKFIX, CodeActionKind::REFACTOR_REWRITE, FIX_ALL]),
            resolve_provider: Some(false),
            ..CodeActionOptions::default()
        })),
        diagnostic_provider: pulls_diagnostics(client).then(|| {
            DiagnosticServerCapabilities::Options(DiagnosticOptions {
                identifier: Some("tasklens".to_owned()),
                inter_file_dependencies: true,
                workspace_diagnostics: true,
                ..DiagnosticOptions::default()
            })
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: [EXPLAIN, KEEP, UNPIN, BUMP].map(str::to_owned).to_vec(),
            ..ExecuteCommandOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        inlay_hint_provider: Some(OneOf::Left(true)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(["\"", "'", "(", ","].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        rename_provider: Some(renames(client)),
        document_symbol_provider: Some(OneOf::Left(true)),
        workspace_symbol_provider: Some(OneOf::Left(true)),
        workspace: Some(workspace),
        ..ServerCapabilities::default()
    };
    let version = env!("CARGO_PKG_VERSION").to_owned();
    InitializeResult {
        capabilities,
        server_info: Some(ServerInfo { name: "tasklens".to_owned(), version: Some(version) }),
    }
}

/// Whether names can be changed may be asked first only by editors that say so.
fn renames(client: &ClientCapabilities) -> OneOf<bool, RenameOptions> {
    let text = client.text_document.as_ref();
    let prepares = text.and_then(|text| text.rename.as_ref()?.prepare_support).unwrap_or(false);
    if !prepares {
        return OneOf::Left(true);
    }
    let work_done_progress_options = WorkDoneProgressOptions::default();
    OneOf::Right(RenameOptions { prepare_provider: Some(true), work_done_progress_options })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_that_announces_nothing_can_do_nothing() {
        let abilities = Abilities::of(&ClientCapabilities::default());
        let nothing = Abilities {
            encoding: Encoding::Utf16,
            refreshes_lenses: false,
            configuration: false,
            watches_settings: false,
            watches_files: false,
            watches_beside: false,
            pulls_diagnostics: false,
            refreshes_diagnostics: false,
            related_places: false,
            code_links: false,
            tags: false,
            code_actions: false,
            applies_edits: false,
            versioned_edits: false,
            shows_progress: false,
            hovers_in_markdown: false,
            completes_in_markdown: false,
            refreshes_hints: false,
            nests_symbols: false,
            hears_changes: false,
            shows_answers: false,
        };
        assert_eq!(abilities, nothing);
    }

    #[test]
    fn utf_8_is_taken_wherever_it_stands_in_the_offer() {
        let offered = |kinds: &[PositionEncodingKind]| ClientCapabilities {
            general: Some(GeneralClientCapabilities {
                position_encodings: Some(kinds.to_vec()),
                ..GeneralClientCapabilities::default()
            }),
            ..ClientCapabilities::default()
        };
        let both = [PositionEncodingKind::UTF16, PositionEncodingKind::UTF8];
        assert_eq!(encoding(&offered(&both)), Encoding::Utf8);
        assert_eq!(encoding(&offered(&[PositionEncodingKind::UTF32])), Encoding::Utf16);
    }
}
