//! A rule's page: the first comment of its file.

use super::Rule;

/// Where the pages are, for links out of editors and reports.
const HOME: &str = concat!(env!("CARGO_PKG_REPOSITORY"), "/blob/main/docs/rules/");

impl Rule {
    /// The page, as Markdown, with what the data says in its second line.
    pub fn page(&self) -> String {
        let comment = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        let text: Vec<&str> = comment.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        let default = if self.is_default { "on" } else { "off" };
        let grave = self.severity.word();
        format!("# {}\n\n*{}* · {grave} · {default} by default\n\n{}\n", self.id, self.name, text.join("\n").trim())
    }

    /// What it does, in one paragraph of the page.
    pub fn summary(&self) -> String {
        let page = self.page();
        page.split("\n\n").nth(3).unwrap_or_default().replace('\n', " ")
    }

    /// The address of the page.
    pub fn address(&self) -> String {
        format!("{HOME}{}.md", self.id)
    }
}

/// The list of all rules, as Markdown.
pub fn index(rules: &[&Rule]) -> String {
    let mut page = String::from(
        "# Rules\n\nWhat `tasklens check` and editors find in cache configuration. Each rule says what it does, why it matters and what to \
         do instead; `tasklens rule ID` shows the same page. How to choose rules is in [configuration](../configuration.md), how to \
         silence one line in [the command line](../cli.md#tasklens-check).\n\n| rule | finds | severity | |\n|---|---|---|---|\n",
    );
    for rule in rules {
        let default = if rule.is_default { "" } else { "off by default" };
        page.push_str(&format!(
            "| [`{0}`]({0}.md) | {1} | {2} | {default} |\n",
            rule.id,
            rule.name,
            rule.severity.word()
        ));
    }
    page
}
