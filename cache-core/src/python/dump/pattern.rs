//! Patterns of `match`.

use ruff_python_ast::{self as ast, Pattern};

use super::Dumper;

impl<'a> Dumper<'a> {
    pub(super) fn pattern(&mut self, pattern: &'a Pattern) {
        if !self.enter(0) {
            return;
        }
        match pattern {
            Pattern::MatchValue(node) => {
                let mut n = self.node("MatchValue(");
                n.field("value=").expression(&node.value);
                n.end();
            }
            Pattern::MatchSingleton(node) => {
                let mut n = self.node("MatchSingleton(");
                n.field("value=").push(match node.value {
                    ast::Singleton::None => "None",
                    ast::Singleton::True => "True",
                    ast::Singleton::False => "False",
                });
                n.end();
            }
            Pattern::MatchSequence(node) => {
                let mut n = self.node("MatchSequence(");
                n.list("patterns=", &node.patterns, Self::pattern);
                n.end();
            }
            Pattern::MatchMapping(node) => {
                let mut n = self.node("MatchMapping(");
                n.list("keys=", &node.keys, Self::expression);
                n.list("patterns=", &node.patterns, Self::pattern);
                n.optional("rest=", node.rest.as_ref(), Self::identifier);
                n.end();
            }
            Pattern::MatchClass(node) => {
                let mut n = self.node("MatchClass(");
                n.field("cls=").expression(&node.cls);
                n.list("patterns=", &node.arguments.patterns, Self::pattern);
                n.list("kwd_attrs=", &node.arguments.keywords, |dumper, keyword| dumper.identifier(&keyword.attr));
                n.list("kwd_patterns=", &node.arguments.keywords, |dumper, keyword| dumper.pattern(&keyword.pattern));
                n.end();
            }
            Pattern::MatchStar(node) => {
                let mut n = self.node("MatchStar(");
                n.optional("name=", node.name.as_ref(), Self::identifier);
                n.end();
            }
            Pattern::MatchAs(node) => {
                let mut n = self.node("MatchAs(");
                n.optional("pattern=", node.pattern.as_deref(), Self::pattern);
                n.optional("name=", node.name.as_ref(), Self::identifier);
                n.end();
            }
            Pattern::MatchOr(node) => {
                let mut n = self.node("MatchOr(");
                n.list("patterns=", &node.patterns, Self::pattern);
                n.end();
            }
        }
    }
}
