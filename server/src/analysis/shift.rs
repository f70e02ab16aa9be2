//! Statements that were lowered by themselves, moved to where they stand in their file: offsets, lines, and the numbers of functions
//! and classes.

use super::ir::*;

/// By how much.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shift {
    pub offset: Offset,
    pub line: u32,
    pub functions: usize,
    pub classes: usize,
}

impl Shift {
    pub fn statements(&self, statements: &mut [Stmt]) {
        statements.iter_mut().for_each(|statement| self.statement(statement));
    }

    pub fn function(&self, function: &mut Function) {
        function.name_offset += self.offset;
        function.start += self.offset;
        function.line += self.line;
        self.expressions(&mut function.decorators);
        self.parameters(&mut function.parameters);
        function.returns.iter_mut().for_each(|returns| self.expression(returns));
        self.statements(&mut function.body);
        self.scope(&mut function.parent);
    }

    pub fn class(&self, class: &mut Class) {
        self.expressions(&mut class.decorators);
        self.arguments(&mut class.bases);
        for field in &mut class.fields {
            self.expression(&mut field.annotation);
            field.value.iter_mut().for_each(|value| self.expression(value));
            field.start += self.offset;
            field.end += self.offset;
        }
        self.statements(&mut class.body);
        self.scope(&mut class.parent);
        class.start += self.offset;
    }

    fn scope(&self, scope: &mut Scope) {
        match scope {
            Scope::Module => {}
            Scope::Function(id) => *id += self.functions,
            Scope::Class(id) => *id += self.classes,
        }
    }

    fn statement(&self, statement: &mut Stmt) {
        statement.start += self.offset;
        statement.end += self.offset;
        statement.line += self.line;
        match &mut statement.kind {
            StmtKind::Assign { targets, value } => {
                for target in targets {
                    match target {
                        Target::Attribute(object, _) => self.expression(object),
                        Target::Item(object, key) => {
                            self.expression(object);
                            key.iter_mut().for_each(|key| self.expression(key));
                        }
                        Target::Name(_) | Target::Unpack(_) | Target::Scatter(_) => {}
                    }
                }
                self.expression(value);
            }
            StmtKind::Def(id) => *id += self.functions,
            StmtKind::Class(id) => *id += self.classes,
            StmtKind::Expr(value) | StmtKind::Return(Some(value)) => self.expression(value),
            StmtKind::Exit(values) => self.expressions(values),
            StmtKind::Branch { test, arms, exhaustive: _ } => {
                self.expressions(test);
                arms.iter_mut().for_each(|arm| self.statements(&mut arm.body));
            }
            StmtKind::Try { body, handlers, otherwise, last } => {
                self.statements(body);
                handlers.iter_mut().for_each(|arm| self.statements(&mut arm.body));
                self.statements(otherwise);
                self.statements(last);
            }
            StmtKind::Loop { header, body, otherwise } => {
                self.expressions(header);
                self.statements(body);
                self.statements(otherwise);
            }
            StmtKind::Block { header, body } => {
                self.expressions(header);
                self.statements(body);
            }
            StmtKind::Opaque { .. }
            | StmtKind::TypeAlias { .. }
            | StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Return(None) => {}
        }
    }

    fn parameters(&self, parameters: &mut [Parameter]) {
        for parameter in parameters {
            parameter.start += self.offset;
            parameter.end += self.offset;
            parameter.annotation.iter_mut().for_each(|annotation| self.expression(annotation));
            parameter.default.iter_mut().for_each(|default| self.expression(default));
        }
    }

    fn arguments(&self, arguments: &mut [Argument]) {
        for argument in arguments {
            argument.start += self.offset;
            argument.end += self.offset;
            self.expression(&mut argument.value);
        }
    }

    fn expressions(&self, expressions: &mut [Expr]) {
        expressions.iter_mut().for_each(|expression| self.expression(expression));
    }

    fn expression(&self, expression: &mut Expr) {
        expression.start += self.offset;
        expression.end += self.offset;
        expression.line += self.line;
        match &mut expression.kind {
            ExprKind::None
            | ExprKind::Ellipsis
            | ExprKind::Bool(_)
            | ExprKind::Int(_)
            | ExprKind::Float
            | ExprKind::Str(_)
            | ExprKind::Name(_)
            | ExprKind::Broken => {}
            ExprKind::FString(parts) => {
                for part in parts {
                    if let FPart::Field(field) = part {
                        self.expression(field);
                    }
                }
            }
            ExprKind::Attribute(inner, _) | ExprKind::Unary(_, inner) | ExprKind::Await(inner) => {
                self.expression(inner)
            }
            ExprKind::Call(callee, arguments) => {
                self.expression(callee);
                self.arguments(arguments);
            }
            ExprKind::Subscript(object, key) => {
                self.expression(object);
                self.expression(key);
            }
            ExprKind::Lambda(parameters, body) => {
                self.parameters(parameters);
                self.expression(body);
            }
            ExprKind::List(items) | ExprKind::Tuple(items) | ExprKind::Set(items) | ExprKind::Other(items) => {
                self.expressions(items);
            }
            ExprKind::Dict(items) => {
                for (key, value) in items {
                    key.iter_mut().for_each(|key| self.expression(key));
                    self.expression(value);
                }
            }
            ExprKind::Binary(left, _, right) => {
                self.expression(left);
                self.expression(right);
            }
            ExprKind::Conditional { then, test, otherwise } => {
                self.expression(then);
                self.expression(test);
                self.expression(otherwise);
            }
        }
    }
}
