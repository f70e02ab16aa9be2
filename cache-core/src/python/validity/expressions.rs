//! The walk over expressions: where `yield`, `await`, `:=`, stars and comprehensions may stand.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Comprehension, ConversionFlag, Expr, ExprContext, ExprLambda, ExprNamed, InterpolatedElement,
    InterpolatedStringElement,
};
use ruff_text_size::{Ranged, TextSize};

use super::finding::{Certainty, Minors, Stage};
use super::names;
use super::scope::Kind;
use super::walk::Walker;
use crate::python::version::Minor;

/// The comprehensions, as CPython's messages name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comp {
    List,
    Set,
    Dict,
    Generator,
}

/// Lets the generic walk of `ruff_python_ast` reach the children of nodes that have no rule of their own.
impl<'a> Visitor<'a> for Walker<'a> {
    fn visit_expr(&mut self, expr: &'a Expr) {
        self.expr(expr);
    }
}

impl<'a> Walker<'a> {
    /// An expression that may have a star: an element of a display, an argument, an annotation of `*args`.
    pub(super) fn element(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Starred(starred) => self.expr(&starred.value),
            _ => self.expr(expr),
        }
    }

    /// Any other expression.
    pub(super) fn expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) => {
                if name.id.as_str() == "__debug__" {
                    self.debug_name(expr.start(), name.ctx, Minors::ALL);
                }
            }
            Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::NumberLiteral(_)
            | Expr::BooleanLiteral(_)
            | Expr::NoneLiteral(_)
            | Expr::EllipsisLiteral(_)
            | Expr::IpyEscapeCommand(_) => {}
            _ => self.nested(|walker| walker.compound(expr)),
        }
    }

    /// Walks `a + b + c + …`, `a.b().c[0]…`, which nest on the left without any bracket, in a loop.
    ///
    /// Gives back what the chain starts with.
    fn chain(&mut self, mut expr: &'a Expr) -> &'a Expr {
        loop {
            expr = match expr {
                Expr::BinOp(binary) => {
                    self.expr(&binary.right);
                    &binary.left
                }
                Expr::Attribute(attribute) => {
                    if attribute.attr.as_str() == "__debug__" {
                        self.debug_name(expr.start(), attribute.ctx, Minors::since(Minor::Py314));
                    }
                    &attribute.value
                }
                Expr::Call(call) => {
                    self.arguments(&call.arguments);
                    &call.func
                }
                Expr::Subscript(subscript) => {
                    self.expr(&subscript.slice);
                    &subscript.value
                }
                start => return start,
            };
            self.deeper();
        }
    }

    fn compound(&mut self, expr: &'a Expr) {
        let at = expr.start();
        match expr {
            Expr::BinOp(_) | Expr::Attribute(_) | Expr::Call(_) | Expr::Subscript(_) => {
                let start = self.chain(expr);
                self.expr(start);
            }
            Expr::Tuple(tuple) => self.elements(at, &tuple.elts, tuple.ctx),
            Expr::List(list) => self.elements(at, &list.elts, list.ctx),
            Expr::Set(set) => set.elts.iter().for_each(|element| self.element(element)),
            Expr::Starred(starred) => {
                let message = match starred.ctx {
                    ExprContext::Store => "SyntaxError: starred assignment target must be in a list or tuple",
                    _ => "SyntaxError: can't use starred expression here",
                };
                self.code(Minors::ALL, at, message);
                self.expr(&starred.value);
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Named(named) => self.named(named),
            Expr::ListComp(comp) => self.comprehension(Comp::List, at, [None, Some(&comp.elt)], &comp.generators),
            Expr::SetComp(comp) => self.comprehension(Comp::Set, at, [None, Some(&comp.elt)], &comp.generators),
            Expr::Generator(comp) => self.comprehension(Comp::Generator, at, [None, Some(&comp.elt)], &comp.generators),
            Expr::DictComp(comp) => {
                self.comprehension(Comp::Dict, at, [comp.key.as_deref(), Some(&comp.value)], &comp.generators);
            }
            Expr::Yield(yielded) => {
                self.not_in_annotation("yield expression", at);
                yielded.value.iter().for_each(|value| self.expr(value));
                self.after_yield(yielded.range.end());
                self.yield_(at, "yield");
            }
            Expr::YieldFrom(yielded) => {
                self.not_in_annotation("yield expression", at);
                self.expr(&yielded.value);
                self.after_yield(yielded.range.end());
                self.yield_(at, "yield from");
                if self.scope().is_async_function() {
                    self.code(Minors::ALL, at, "SyntaxError: 'yield from' inside async function");
                }
            }
            Expr::Await(awaited) => {
                self.not_in_annotation("await expression", at);
                self.expr(&awaited.value);
                self.await_(at);
            }
            Expr::FString(string) => string.value.elements().for_each(|element| self.interpolated(element, 0)),
            Expr::TString(string) => string.value.elements().for_each(|element| self.interpolated(element, 0)),
            _ => visitor::walk_expr(self, expr),
        }
    }

    /// A piece of an f-string or t-string that is `depth` format specs deep.
    fn interpolated(&mut self, element: &'a InterpolatedStringElement, depth: u32) {
        let InterpolatedStringElement::Interpolation(element) = element else {
            return;
        };
        let at = element.range.start();
        if depth == 2 {
            let message = "SyntaxError: f-string: expressions nested too deeply";
            self.findings.add(Stage::Parse, Minors::before(Minor::Py312), at, message);
        } else if depth == 3 {
            let message = "SyntaxError: f-string: expressions nested too deeply";
            self.findings.add(Stage::Parse, Minors::since(Minor::Py312), at, message);
        }
        if self.blank_after_conversion(element) {
            let message = "SyntaxError: f-string: expecting '}'";
            self.findings.add(Stage::Parse, Minors::before(Minor::Py312), at, message);
        }
        if element.expression.is_starred_expr() {
            let message = "SyntaxError: f-string: cannot use starred expression here";
            self.findings.add(Stage::Parse, Minors::before(Minor::Py312), at, message);
        }
        if depth > 0 && element.debug_text.is_some() && element.format_spec.is_none() {
            let early = Certainty::early_312("a field with `=` in a format spec");
            let message = "ValueError: field 'value' is required for Constant";
            self.findings.add_if(early, Stage::Symbols, Minors::only(Minor::Py312), at, message);
        }
        self.expr(&element.expression);
        if let Some(spec) = &element.format_spec {
            spec.elements.iter().for_each(|element| self.nested(|walker| walker.interpolated(element, depth + 1)));
        }
    }

    /// Whether a blank follows the conversion, as in `{a!r }`, which only PEP 701 allows.
    fn blank_after_conversion(&self, element: &InterpolatedElement) -> bool {
        if element.conversion == ConversionFlag::None {
            return false;
        }
        let end = element.format_spec.as_ref().map_or(element.range.end(), |spec| spec.range.start());
        let field = self.text.get(element.expression.end().to_usize()..end.to_usize()).unwrap_or_default();
        let field = field.trim_end_matches([':', '}']);
        field.ends_with(|last: char| last.is_whitespace())
    }

    fn debug_name(&mut self, at: TextSize, ctx: ExprContext, deleting: Minors) {
        match ctx {
            ExprContext::Store => self.debug(at),
            ExprContext::Del => self.code(deleting, at, "SyntaxError: cannot delete __debug__"),
            _ => {}
        }
    }

    /// The elements of a list or tuple, which may be a target.
    fn elements(&mut self, at: TextSize, elements: &'a [Expr], ctx: ExprContext) {
        /// CPython has 8 bits for the number of targets before the star.
        const BEFORE_STAR: usize = 1 << 8;
        if ctx == ExprContext::Store {
            let mut stars = elements.iter().enumerate().filter(|(_, element)| element.is_starred_expr());
            if stars.next().is_some_and(|(before, _)| before >= BEFORE_STAR) {
                self.code(Minors::ALL, at, "SyntaxError: too many expressions in star-unpacking assignment");
            }
            if stars.next().is_some() {
                self.code(Minors::ALL, at, "SyntaxError: multiple starred expressions in assignment");
            }
        }
        elements.iter().for_each(|element| self.element(element));
    }

    /// In 3.12 the scopes of generic definitions could not hold another scope where they see a class.
    fn in_class_annotation_scope(&mut self, what: &'static str, at: TextSize) {
        let is_annotation = |kind: &Kind| matches!(kind, Kind::TypeParams(_) | Kind::TypeVariable(_) | Kind::TypeAlias);
        if is_annotation(&self.scope().kind) {
            let outer = self.scopes.iter().rev().find(|scope| !is_annotation(&scope.kind));
            if outer.is_some_and(|scope| matches!(scope.kind, Kind::Class(_))) {
                let message = format!("SyntaxError: Cannot use {what} in annotation scope within class scope");
                self.symbols(Minors::only(Minor::Py312), at, message);
            }
        }
    }

    fn lambda(&mut self, lambda: &'a ExprLambda) {
        self.in_class_annotation_scope("lambda", lambda.range.start());
        lambda.parameters.iter().for_each(|parameters| self.defaults(parameters));
        self.push(Kind::Lambda, None);
        lambda.parameters.iter().for_each(|parameters| self.parameters(parameters));
        self.expr(&lambda.body);
        self.pop();
    }

    /// `what` can't stand in an annotation, or another place that is evaluated in a scope of its own.
    fn not_in_annotation(&mut self, what: &'static str, at: TextSize) {
        let annotation = self.scope().annotation;
        self.symbols(annotation, at, format!("SyntaxError: {what} cannot be used within an annotation"));
        let place = match self.scope().kind {
            Kind::TypeVariable(place) => place,
            Kind::TypeAlias => "a type alias",
            Kind::TypeParams(_) => "the definition of a generic",
            _ => return,
        };
        self.symbols(Minors::ALL.without(annotation), at, format!("SyntaxError: {what} cannot be used within {place}"));
    }

    /// Our parser lets an operator follow, as in `yield < x`, which only brackets allow.
    fn after_yield(&mut self, end: TextSize) {
        let rest = self.text.get(end.to_usize()..).unwrap_or_default();
        let rest = rest.trim_start_matches([' ', '\t', '\x0c']);
        let may_follow = [')', ';', '\n', '#', '}', '!', ':', '=', '\\'];
        if !(rest.is_empty() || rest.starts_with(may_follow)) || rest.starts_with("!=") {
            self.findings.add(Stage::Parse, Minors::ALL, end, "SyntaxError: invalid syntax");
        }
    }

    fn yield_(&mut self, at: TextSize, what: &'static str) {
        self.scope_mut().generator = true;
        let annotation = self.scope().annotation;
        match self.scope().kind {
            Kind::Module | Kind::Class(_) => {
                let message = format!("SyntaxError: '{what}' outside function");
                self.code(Minors::ALL.without(annotation), at, message);
            }
            Kind::Comprehension { kind, .. } => {
                self.symbols(Minors::ALL, at, format!("SyntaxError: 'yield' inside {kind}"));
            }
            _ => {}
        }
    }

    fn await_(&mut self, at: TextSize) {
        let scope = self.scope_mut();
        scope.coroutine = true;
        let minors = Minors::ALL.without(scope.annotation);
        match scope.kind {
            Kind::Module | Kind::Class(_) => self.code(minors, at, "SyntaxError: 'await' outside function"),
            Kind::Function(function) if function.is_async => {}
            Kind::Comprehension { .. } => {}
            _ => self.code(minors, at, "SyntaxError: 'await' outside async function"),
        }
    }

    fn named(&mut self, named: &'a ExprNamed) {
        let at = named.range.start();
        if named.target.start() != at {
            let message = "SyntaxError: cannot use assignment expressions with a parenthesized target";
            self.findings.add(Stage::Parse, Minors::ALL, at, message);
        }
        self.not_in_annotation("named expression", at);
        if self.scope().iterables > 0 {
            let message = "SyntaxError: assignment expression cannot be used in a comprehension iterable expression";
            self.symbols(Minors::ALL, at, message);
        } else if let (true, Expr::Name(name)) = (self.scope().is_comprehension(), &*named.target) {
            self.named_in_comprehension(name.id.as_str(), at);
        }
        self.expr(&named.value);
        self.expr(&named.target);
    }

    /// `:=` in a comprehension binds in the function or module around it, which not every scope allows.
    fn named_in_comprehension(&mut self, name: &'a str, at: TextSize) {
        let place = self.scopes.iter().rev().find_map(|scope| match scope.kind {
            Kind::Comprehension { generators, bound, .. } => {
                let mut rebinds = false;
                for generator in &generators[..bound] {
                    names::targets(&generator.target, &mut |target| rebinds |= target == name);
                }
                rebinds.then(|| format!("cannot rebind comprehension iteration variable '{name}'"))
            }
            Kind::Module | Kind::Function(_) | Kind::Lambda => Some(String::new()),
            Kind::Class(_) => Some("within a comprehension cannot be used in a class body".to_owned()),
            Kind::TypeVariable(place) => Some(format!("within a comprehension cannot be used within {place}")),
            Kind::TypeAlias => Some("within a comprehension cannot be used within a type alias".to_owned()),
            Kind::TypeParams(_) => {
                Some("within a comprehension cannot be used within the definition of a generic".to_owned())
            }
        });
        if let Some(place) = place.filter(|place| !place.is_empty()) {
            let message = format!("SyntaxError: assignment expression {place}");
            // Up to 3.12.1 the private names of a class were compared before they were mangled, and so never equal.
            let private = place.starts_with("cannot rebind") && names::mangled(self.scope().class, name) != name;
            if private {
                let construct = "a private name that a comprehension binds twice";
                let refuses = |patch| match patch {
                    0..=1 => Some(false),
                    7.. => Some(true),
                    _ => None,
                };
                let late = Certainty::Patches { refuses, construct };
                self.findings.add_if(late, Stage::Symbols, Minors::only(Minor::Py312), at, message.clone());
            }
            let minors = if private { Minors::since(Minor::Py313) } else { Minors::ALL };
            self.symbols(minors, at, message);
        }
        self.scope_mut().named.push(name);
    }

    /// A comprehension: the first iterable belongs to the scope around it, the rest to one of its own.
    fn comprehension(
        &mut self,
        comp: Comp,
        at: TextSize,
        elements: [Option<&'a Expr>; 2],
        generators: &'a [Comprehension],
    ) {
        let Some((first, rest)) = generators.split_first() else {
            return;
        };
        self.in_class_annotation_scope("comprehension", at);
        self.iterable(&first.iter);
        self.push(Kind::Comprehension { kind: comp.name(), generators, bound: 0 }, None);
        self.scope_mut().coroutine = first.is_async;
        self.target(&first.target, 1);
        first.ifs.iter().for_each(|test| self.expr(test));
        for (index, generator) in rest.iter().enumerate() {
            self.target(&generator.target, index + 2);
            self.iterable(&generator.iter);
            generator.ifs.iter().for_each(|test| self.expr(test));
            self.scope_mut().coroutine |= generator.is_async;
        }
        elements.into_iter().flatten().for_each(|element| self.expr(element));
        let coroutine = self.pop().is_some_and(|scope| scope.coroutine);
        if coroutine && comp != Comp::Generator {
            self.async_comprehension(at);
        }
    }

    fn iterable(&mut self, iter: &'a Expr) {
        self.scope_mut().iterables += 1;
        self.expr(iter);
        self.scope_mut().iterables -= 1;
    }

    fn target(&mut self, target: &'a Expr, bound: usize) {
        if let Kind::Comprehension { bound: so_far, .. } = &mut self.scope_mut().kind {
            *so_far = bound;
        }
        if !self.scope().named.is_empty() {
            let named = std::mem::take(&mut self.scope_mut().named);
            let mut conflict = None;
            names::targets(target, &mut |name| conflict = conflict.or(named.contains(&name).then_some(name)));
            if let Some(name) = conflict {
                let message = format!(
                    "SyntaxError: comprehension inner loop cannot rebind assignment expression target '{name}'"
                );
                self.symbols(Minors::ALL, target.start(), message);
            }
            self.scope_mut().named = named;
        }
        self.expr(target);
    }

    /// A list, set or dict comprehension that awaits; the scope around it is the current one.
    fn async_comprehension(&mut self, at: TextSize) {
        let message = "SyntaxError: asynchronous comprehension outside of an asynchronous function";
        let scope = self.scope_mut();
        let inside = scope.is_async_function();
        // Since 3.11 it may stand in any comprehension, which thereby awaits as well.
        let refused = match (inside, scope.is_comprehension()) {
            (true, _) => Minors::NONE,
            (false, true) if scope.coroutine => Minors::NONE,
            (false, true) => Minors::only(Minor::Py310),
            (false, false) => Minors::ALL,
        };
        scope.coroutine |= scope.is_comprehension();
        self.code(refused, at, message);
    }
}

impl Comp {
    fn name(self) -> &'static str {
        match self {
            Self::List => "list comprehension",
            Self::Set => "set comprehension",
            Self::Dict => "dict comprehension",
            Self::Generator => "generator expression",
        }
    }
}
