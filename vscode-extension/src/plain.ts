// What comes out of a project's files is shown as it is. VS Code makes links of `[…](…)` in messages, in the view and beside the
// language, links to any of its commands too: what a file says must not become something to click.

/** The same text, in which the editor sees no link. */
export function plain(text: string): string {
    // A space without width, between what would be the two halves of a link.
    return text.replaceAll("](", "]\u200b(");
}
