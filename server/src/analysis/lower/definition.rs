//! Functions and classes.

use tree_sitter::Node;

use super::{Lowering, children, field, line, offset};
use crate::analysis::ir::*;

impl Lowering<'_> {
    /// `whole` is the decorated definition, or the function itself.
    pub(super) fn function(&mut self, node: Node<'_>, whole: Node<'_>) -> FunctionId {
        let id = self.functions.len();
        self.functions.push(None);
        let decorators = self.decorators(whole);
        let parameters = field(node, "parameters").map(|list| self.parameters(list)).unwrap_or_default();
        let returns = field(node, "return_type").map(|returns| self.expression(returns));
        let type_parameters = field(node, "type_parameters").map(children).unwrap_or_default();
        // Of `T: int`, the first name is the parameter.
        let type_parameters =
            type_parameters.into_iter().filter_map(|parameter| self.names(parameter).into_iter().next()).collect();
        let name = field(node, "name");
        let mut cursor = node.walk();
        let is_async = node.children(&mut cursor).any(|child| child.kind() == "async");
        let function = Function {
            name: name.map(|name| self.name_of(name)).unwrap_or_default(),
            name_offset: offset(name.map_or(node.start_byte(), |name| name.start_byte())),
            start: offset(whole.start_byte()),
            line: line(whole),
            decorators,
            parameters,
            returns,
            type_parameters,
            body: Vec::new(),
            parent: self.scope,
            branch: (!self.branch.is_empty()).then(|| self.branch.join(", ")),
            in_loop: self.loops > 0,
            deferred: is_async,
            outer_names: Vec::new(),
            nonlocal_names: Vec::new(),
        };
        if let Some(place) = self.functions.get_mut(id) {
            *place = Some(function);
        }

        let outer = (self.scope, std::mem::take(&mut self.branch), std::mem::take(&mut self.loops), self.yields);
        let outer_names = std::mem::take(&mut self.outer_names);
        let nonlocal_names = std::mem::take(&mut self.nonlocal_names);
        self.scope = Scope::Function(id);
        self.yields = false;
        let body = field(node, "body").map(|body| self.statements(body)).unwrap_or_default();
        let yields = self.yields;
        (self.scope, self.branch, self.loops, self.yields) = outer;
        let outer_names = std::mem::replace(&mut self.outer_names, outer_names);
        let nonlocal_names = std::mem::replace(&mut self.nonlocal_names, nonlocal_names);
        if let Some(Some(function)) = self.functions.get_mut(id) {
            function.body = body;
            function.deferred |= yields;
            function.outer_names = outer_names;
            function.nonlocal_names = nonlocal_names;
        }
        id
    }

    pub(super) fn parameters(&mut self, list: Node<'_>) -> Vec<Parameter> {
        children(list).into_iter().filter_map(|node| self.parameter(node)).collect()
    }

    fn parameter(&mut self, node: Node<'_>) -> Option<Parameter> {
        let annotation = field(node, "type");
        let default = field(node, "value");
        let name = match node.kind() {
            "identifier" | "list_splat_pattern" | "dictionary_splat_pattern" => node,
            "default_parameter" | "typed_default_parameter" => field(node, "name")?,
            "typed_parameter" => children(node).into_iter().find(|child| Some(*child) != annotation)?,
            _ => return None,
        };
        let variadic = name.kind().ends_with("_splat_pattern");
        let stands = if variadic { children(name).first().copied().unwrap_or(name) } else { name };
        Some(Parameter {
            variadic,
            name: self.names(name).into_iter().next()?,
            start: self.offset(stands.start_byte()),
            end: self.offset(stands.end_byte()),
            annotation: annotation.map(|annotation| self.expression(annotation)),
            default: default.map(|default| self.expression(default)),
        })
    }

    /// `whole` is the decorated definition, or the class itself.
    pub(super) fn class(&mut self, node: Node<'_>, whole: Node<'_>) -> ClassId {
        let id = self.classes.len();
        self.classes.push(None);
        let decorators = self.decorators(whole);
        let name = field(node, "name").map(|name| self.name_of(name)).unwrap_or_default();
        let bases = field(node, "superclasses").map(|list| self.arguments(list)).unwrap_or_default();
        let generic = field(node, "type_parameters").is_some();
        let parent = std::mem::replace(&mut self.scope, Scope::Class(id));
        let block = field(node, "body");
        let documented = block.and_then(|body| children(body).first().copied()).is_some_and(|first| {
            first.kind() == "expression_statement"
                && matches!(children(first).as_slice(), [only] if only.kind().ends_with("string"))
        });
        let body = block.map(|body| self.statements(body)).unwrap_or_default();
        let fields = block.map(|body| self.fields(body)).unwrap_or_default();
        self.scope = parent;
        if let Some(place) = self.classes.get_mut(id) {
            let start = offset(node.start_byte());
            *place = Some(Class { name, decorators, bases, generic, documented, fields, body, parent, start });
        }
        id
    }

    fn decorators(&mut self, whole: Node<'_>) -> Vec<Expr> {
        let decorators = children(whole)
            .into_iter()
            .filter(|child| child.kind() == "decorator")
            .filter_map(|decorator| children(decorator).first().copied())
            .collect();
        self.expressions(decorators)
    }

    /// The annotated names of a class's body.
    fn fields(&mut self, body: Node<'_>) -> Vec<Field> {
        let mut fields = Vec::new();
        for statement in children(body).into_iter().filter(|child| child.kind() == "expression_statement") {
            for part in children(statement).into_iter().filter(|part| part.kind() == "assignment") {
                let (Some(name), Some(annotation)) = (field(part, "left"), field(part, "type")) else { continue };
                if name.kind() == "identifier" {
                    fields.push(Field {
                        name: self.name_of(name),
                        annotation: self.expression(annotation),
                        value: field(part, "right").map(|value| self.expression(value)),
                        start: offset(part.start_byte()),
                        end: offset(part.end_byte()),
                    });
                }
            }
        }
        fields
    }
}
