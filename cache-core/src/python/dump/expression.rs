//! Expressions, except strings.

use ruff_python_ast::{self as ast, Expr, Number};
use ruff_text_size::Ranged;

use super::Dumper;
use crate::python::repr;
use crate::python::unknown::Unknown;

impl<'a> Dumper<'a> {
    pub(super) fn expression(&mut self, expression: &'a Expr) {
        // Nothing is written below the depth that is surely safe: the answer is unknown already.
        if !self.enter(0) {
            return;
        }
        match expression {
            Expr::Name(node) => {
                let mut n = self.node("Name(");
                n.field("id=").name(node.id.as_str(), node.range());
                n.context(node.ctx);
                n.end();
            }
            Expr::Attribute(node) => {
                let mut n = self.node("Attribute(");
                n.field("value=").expression(&node.value);
                n.field("attr=").identifier(&node.attr);
                n.context(node.ctx);
                n.end();
            }
            Expr::Call(node) => {
                let mut n = self.node("Call(");
                n.field("func=").expression(&node.func);
                n.list("args=", &*node.arguments.args, Self::expression);
                n.list("keywords=", &node.arguments.keywords, Self::keyword);
                n.end();
            }
            Expr::Subscript(node) => {
                let mut n = self.node("Subscript(");
                n.field("value=").expression(&node.value);
                n.field("slice=").expression(&node.slice);
                n.context(node.ctx);
                n.end();
            }
            Expr::StringLiteral(node) => self.string(node),
            Expr::BytesLiteral(node) => self.bytes(node),
            Expr::FString(node) => self.f_string(node),
            Expr::TString(node) => self.t_string(node),
            Expr::NumberLiteral(node) => self.number(node),
            Expr::BooleanLiteral(node) => {
                self.push(if node.value { "Constant(value=True)" } else { "Constant(value=False)" })
            }
            Expr::NoneLiteral(_) => self.push("Constant(value=None)"),
            Expr::EllipsisLiteral(_) => self.push("Constant(value=Ellipsis)"),
            Expr::Tuple(node) => {
                let mut n = self.node("Tuple(");
                n.list("elts=", &node.elts, Self::expression);
                n.context(node.ctx);
                n.end();
            }
            Expr::List(node) => {
                let mut n = self.node("List(");
                n.list("elts=", &node.elts, Self::expression);
                n.context(node.ctx);
                n.end();
            }
            Expr::Set(node) => {
                let mut n = self.node("Set(");
                n.list("elts=", &node.elts, Self::expression);
                n.end();
            }
            Expr::Dict(node) => {
                let mut n = self.node("Dict(");
                n.list("keys=", &node.items, |dumper, item| match &item.key {
                    Some(key) => dumper.expression(key),
                    // `**mapping`
                    None => dumper.push("None"),
                });
                n.list("values=", &node.items, |dumper, item| dumper.expression(&item.value));
                n.end();
            }
            Expr::BinOp(node) => {
                let mut n = self.node("BinOp(");
                n.field("left=").expression(&node.left);
                n.field("op=").operator(node.op);
                n.field("right=").expression(&node.right);
                n.end();
            }
            Expr::BoolOp(node) => {
                let mut n = self.node("BoolOp(");
                n.field("op=").push(match node.op {
                    ast::BoolOp::And => "And()",
                    ast::BoolOp::Or => "Or()",
                });
                n.list("values=", &node.values, Self::expression);
                n.end();
            }
            Expr::UnaryOp(node) => {
                let mut n = self.node("UnaryOp(");
                n.field("op=").push(match node.op {
                    ast::UnaryOp::Invert => "Invert()",
                    ast::UnaryOp::Not => "Not()",
                    ast::UnaryOp::UAdd => "UAdd()",
                    ast::UnaryOp::USub => "USub()",
                });
                n.field("operand=").expression(&node.operand);
                n.end();
            }
            Expr::Compare(node) => {
                let mut n = self.node("Compare(");
                n.field("left=").expression(&node.left);
                n.list("ops=", &*node.ops, Self::comparison);
                n.list("comparators=", &*node.comparators, Self::expression);
                n.end();
            }
            Expr::Named(node) => {
                let mut n = self.node("NamedExpr(");
                n.field("target=").expression(&node.target);
                n.field("value=").expression(&node.value);
                n.end();
            }
            Expr::Lambda(node) => {
                let mut n = self.node("Lambda(");
                n.field("args=").parameters(node.parameters.as_deref());
                n.field("body=").expression(&node.body);
                n.end();
            }
            Expr::If(node) => {
                let mut n = self.node("IfExp(");
                n.field("test=").expression(&node.test);
                n.field("body=").expression(&node.body);
                n.field("orelse=").expression(&node.orelse);
                n.end();
            }
            Expr::ListComp(node) => self.comprehension("ListComp(", &node.elt, &node.generators),
            Expr::SetComp(node) => self.comprehension("SetComp(", &node.elt, &node.generators),
            Expr::Generator(node) => self.comprehension("GeneratorExp(", &node.elt, &node.generators),
            Expr::DictComp(node) => {
                let mut n = self.node("DictComp(");
                n.optional("key=", node.key.as_deref(), Self::expression);
                n.field("value=").expression(&node.value);
                n.list("generators=", &node.generators, Self::generator);
                n.end();
            }
            Expr::Await(node) => {
                let mut n = self.node("Await(");
                n.field("value=").expression(&node.value);
                n.end();
            }
            Expr::Yield(node) => {
                let mut n = self.node("Yield(");
                n.optional("value=", node.value.as_deref(), Self::expression);
                n.end();
            }
            Expr::YieldFrom(node) => {
                let mut n = self.node("YieldFrom(");
                n.field("value=").expression(&node.value);
                n.end();
            }
            Expr::Starred(node) => {
                let mut n = self.node("Starred(");
                n.field("value=").expression(&node.value);
                n.context(node.ctx);
                n.end();
            }
            Expr::Slice(node) => {
                let mut n = self.node("Slice(");
                n.optional("lower=", node.lower.as_deref(), Self::expression);
                n.optional("upper=", node.upper.as_deref(), Self::expression);
                n.optional("step=", node.step.as_deref(), Self::expression);
                n.end();
            }
            Expr::IpyEscapeCommand(_) => self.not_python("IPython's escape commands"),
        }
    }

    fn number(&mut self, node: &ast::ExprNumberLiteral) {
        self.push("Constant(value=");
        match &node.value {
            Number::Int(value) => match value.as_u64() {
                Some(value) => self.push(&value.to_string()),
                None => self.big_integer(node),
            },
            Number::Float(value) => repr::float(&mut self.out, *value),
            Number::Complex { imag, .. } => repr::imaginary(&mut self.out, *imag),
        }
        self.push(")");
    }

    fn big_integer(&mut self, node: &ast::ExprNumberLiteral) {
        let token = &self.block.source[node.range().to_std_range()];
        match repr::integer(token) {
            Some(digits) => self.push(&digits),
            None if self.digit_limit() => self.unknown(Unknown::Raises(format!(
                "ValueError: Exceeds the limit ({} digits) for integer string conversion",
                repr::INT_MAX_STR_DIGITS
            ))),
            None => self.unknown(Unknown::Construct("an integer of more than 4300 digits".to_owned())),
        }
    }

    pub(super) fn keyword(&mut self, keyword: &'a ast::Keyword) {
        let mut n = self.node("keyword(");
        n.optional("arg=", keyword.arg.as_ref(), Self::identifier);
        n.field("value=").expression(&keyword.value);
        n.end();
    }

    fn comprehension(&mut self, name: &'static str, element: &'a Expr, generators: &'a [ast::Comprehension]) {
        let mut n = self.node(name);
        n.field("elt=").expression(element);
        n.list("generators=", generators, Self::generator);
        n.end();
    }

    fn generator(&mut self, generator: &'a ast::Comprehension) {
        let mut n = self.node("comprehension(");
        n.field("target=").expression(&generator.target);
        n.field("iter=").expression(&generator.iter);
        n.list("ifs=", &generator.ifs, Self::expression);
        n.field("is_async=").push(if generator.is_async { "1" } else { "0" });
        n.end();
    }

    /// `arguments(…)` of a function or lambda.
    pub(super) fn parameters(&mut self, parameters: Option<&'a ast::Parameters>) {
        let mut n = self.node("arguments(");
        match parameters {
            None => {
                for name in ["posonlyargs=", "args=", "kwonlyargs=", "kw_defaults=", "defaults="] {
                    n.list(name, &[], Self::expression);
                }
            }
            Some(parameters) => {
                let parameter = |dumper: &mut Self, with_default: &'a ast::ParameterWithDefault| {
                    dumper.parameter(&with_default.parameter);
                };
                n.list("posonlyargs=", &parameters.posonlyargs, parameter);
                n.list("args=", &parameters.args, parameter);
                n.optional("vararg=", parameters.vararg.as_deref(), Self::parameter);
                n.list("kwonlyargs=", &parameters.kwonlyargs, parameter);
                n.list("kw_defaults=", &parameters.kwonlyargs, |dumper, with_default| match &with_default.default {
                    Some(default) => dumper.expression(default),
                    None => dumper.push("None"),
                });
                n.optional("kwarg=", parameters.kwarg.as_deref(), Self::parameter);
                let positional = parameters.posonlyargs.iter().chain(&parameters.args);
                let defaults: Vec<&Expr> = positional.filter_map(|parameter| parameter.default.as_deref()).collect();
                n.list("defaults=", defaults, Self::expression);
            }
        }
        n.end();
    }

    pub(super) fn parameter(&mut self, parameter: &'a ast::Parameter) {
        let mut n = self.node("arg(");
        n.field("arg=").identifier(&parameter.name);
        n.optional("annotation=", parameter.annotation.as_deref(), Self::expression);
        n.end();
    }

    pub(super) fn operator(&mut self, operator: ast::Operator) {
        self.push(match operator {
            ast::Operator::Add => "Add()",
            ast::Operator::Sub => "Sub()",
            ast::Operator::Mult => "Mult()",
            ast::Operator::MatMult => "MatMult()",
            ast::Operator::Div => "Div()",
            ast::Operator::Mod => "Mod()",
            ast::Operator::Pow => "Pow()",
            ast::Operator::LShift => "LShift()",
            ast::Operator::RShift => "RShift()",
            ast::Operator::BitOr => "BitOr()",
            ast::Operator::BitXor => "BitXor()",
            ast::Operator::BitAnd => "BitAnd()",
            ast::Operator::FloorDiv => "FloorDiv()",
        });
    }

    fn comparison(&mut self, operator: &ast::CmpOp) {
        self.push(match operator {
            ast::CmpOp::Eq => "Eq()",
            ast::CmpOp::NotEq => "NotEq()",
            ast::CmpOp::Lt => "Lt()",
            ast::CmpOp::LtE => "LtE()",
            ast::CmpOp::Gt => "Gt()",
            ast::CmpOp::GtE => "GtE()",
            ast::CmpOp::Is => "Is()",
            ast::CmpOp::IsNot => "IsNot()",
            ast::CmpOp::In => "In()",
            ast::CmpOp::NotIn => "NotIn()",
        });
    }

    /// What only notebooks can hold; the parser is never asked to read one.
    pub(super) fn not_python(&mut self, construct: &str) {
        self.unknown(Unknown::Construct(format!("{construct} are no Python")));
    }
}
