//! `match`: what its patterns may bind, and which must come last.

use ruff_python_ast::{Expr, Identifier, MatchCase, Pattern, PatternMatchClass, PatternMatchMapping, StmtMatch};
use ruff_text_size::{Ranged, TextSize};

use super::finding::{Minors, Stage};
use super::names::Seen;
use super::walk::Walker;

impl<'a> Walker<'a> {
    pub(super) fn match_(&mut self, stmt: &'a StmtMatch) {
        self.expr(&stmt.subject);
        let last = stmt.cases.len().saturating_sub(1);
        for (index, case) in stmt.cases.iter().enumerate() {
            if index < last {
                self.must_come_last(case);
            }
            let mut bound = Vec::new();
            self.nested(|walker| walker.pattern(&case.pattern, &mut bound));
            case.guard.iter().for_each(|guard| self.expr(guard));
            self.body(&case.body);
        }
    }

    /// A case that always matches makes the later ones unreachable, which CPython refuses.
    fn must_come_last(&mut self, case: &'a MatchCase) {
        if case.guard.is_none()
            && let Some(message) = irrefutable(&case.pattern)
        {
            self.code(Minors::ALL, case.pattern.start(), message);
        }
    }

    fn bind(&mut self, name: &'a Identifier, bound: &mut Vec<&'a str>) {
        self.binding(name);
        if bound.contains(&name.as_str()) {
            let message = format!("SyntaxError: multiple assignments to name '{name}' in pattern");
            self.code(Minors::ALL, name.start(), message);
        }
        bound.push(name.as_str());
    }

    fn pattern(&mut self, pattern: &'a Pattern, bound: &mut Vec<&'a str>) {
        let at = pattern.start();
        match pattern {
            Pattern::MatchValue(pattern) => self.value(&pattern.value),
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(pattern) => {
                self.one_star(&pattern.patterns, at);
                self.commas(&pattern.patterns);
                for element in &pattern.patterns {
                    self.nested(|walker| walker.pattern(element, bound));
                }
            }
            Pattern::MatchMapping(pattern) => self.mapping(pattern, bound),
            Pattern::MatchClass(pattern) => self.class_pattern(pattern, bound),
            Pattern::MatchStar(pattern) => pattern.name.iter().for_each(|name| self.bind(name, bound)),
            Pattern::MatchAs(pattern) => {
                if let Some(inner) = &pattern.pattern {
                    self.nested(|walker| walker.pattern(inner, bound));
                }
                pattern.name.iter().for_each(|name| self.bind(name, bound));
            }
            Pattern::MatchOr(pattern) => self.alternatives(&pattern.patterns, at, bound),
        }
    }

    fn value(&mut self, value: &'a Expr) {
        if matches!(value, Expr::FString(_) | Expr::TString(_)) {
            let message = "SyntaxError: patterns may only match literals and attribute lookups";
            self.code(Minors::ALL, value.start(), message);
        }
        self.expr(value);
    }

    /// Our parser takes `[a b]` for `[a, b]`.
    fn commas(&mut self, patterns: &'a [Pattern]) {
        for pair in patterns.windows(2) {
            let between = self.text.get(pair[0].end().to_usize()..pair[1].start().to_usize());
            if !between.unwrap_or_default().contains(',') {
                self.findings.add(Stage::Parse, Minors::ALL, pair[1].start(), "SyntaxError: invalid syntax");
            }
        }
    }

    fn one_star(&mut self, patterns: &'a [Pattern], at: TextSize) {
        const BEFORE_STAR: usize = 1 << 8;
        let mut stars = patterns.iter().enumerate().filter(|(_, pattern)| pattern.is_match_star());
        if stars.next().is_some_and(|(before, _)| before >= BEFORE_STAR) {
            let message = "SyntaxError: too many expressions in star-unpacking sequence pattern";
            self.code(Minors::ALL, at, message);
        }
        if stars.next().is_some() {
            self.code(Minors::ALL, at, "SyntaxError: multiple starred expressions in sequence pattern");
        }
    }

    fn mapping(&mut self, pattern: &'a PatternMatchMapping, bound: &mut Vec<&'a str>) {
        for (index, key) in pattern.keys.iter().enumerate() {
            self.value(key);
            if pattern.keys[..index].iter().any(|earlier| same_key(earlier, key)) {
                let message = "SyntaxError: mapping pattern checks duplicate key";
                self.code(Minors::ALL, pattern.start(), message);
            }
        }
        for value in &pattern.patterns {
            self.nested(|walker| walker.pattern(value, bound));
        }
        pattern.rest.iter().for_each(|name| self.bind(name, bound));
    }

    fn class_pattern(&mut self, pattern: &'a PatternMatchClass, bound: &mut Vec<&'a str>) {
        self.expr(&pattern.cls);
        for positional in &pattern.arguments.patterns {
            self.nested(|walker| walker.pattern(positional, bound));
        }
        let mut seen = Seen::default();
        for keyword in &pattern.arguments.keywords {
            self.binding(&keyword.attr);
            if seen.again(&keyword.attr) {
                let message = format!("SyntaxError: attribute name repeated in class pattern: {}", keyword.attr);
                self.code(Minors::ALL, keyword.start(), message);
            }
            self.nested(|walker| walker.pattern(&keyword.pattern, bound));
        }
    }

    /// Alternatives bind the same names, and only the last may match everything.
    fn alternatives(&mut self, patterns: &'a [Pattern], at: TextSize, bound: &mut Vec<&'a str>) {
        let outer = bound.len();
        let mut names: Option<Vec<&'a str>> = None;
        for (index, alternative) in patterns.iter().enumerate() {
            if index + 1 < patterns.len()
                && let Some(message) = irrefutable(alternative)
            {
                self.code(Minors::ALL, alternative.start(), message);
            }
            let mut these = Vec::new();
            self.nested(|walker| walker.pattern(alternative, &mut these));
            these.sort_unstable();
            these.dedup();
            match &names {
                None => names = Some(these),
                Some(first) if *first != these => {
                    self.code(Minors::ALL, at, "SyntaxError: alternative patterns bind different names");
                }
                Some(_) => {}
            }
        }
        for name in names.unwrap_or_default() {
            if bound[..outer].contains(&name) {
                let message = format!("SyntaxError: multiple assignments to name '{name}' in pattern");
                self.code(Minors::ALL, at, message);
            }
            bound.push(name);
        }
    }
}

/// What CPython says of a pattern that matches everything where others follow.
fn irrefutable(pattern: &Pattern) -> Option<String> {
    match pattern {
        Pattern::MatchAs(pattern) => match (&pattern.pattern, &pattern.name) {
            (Some(inner), _) => irrefutable(inner),
            (None, Some(name)) => {
                Some(format!("SyntaxError: name capture '{name}' makes remaining patterns unreachable"))
            }
            (None, None) => Some("SyntaxError: wildcard makes remaining patterns unreachable".to_owned()),
        },
        Pattern::MatchOr(pattern) => pattern.patterns.last().and_then(irrefutable),
        _ => None,
    }
}

/// Whether two keys of a mapping pattern are equal constants, as Python's `==` sees them.
fn same_key(a: &Expr, b: &Expr) -> bool {
    match (constant(a), constant(b)) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

#[derive(PartialEq)]
enum Key<'a> {
    Number(f64, f64),
    BigInt(String),
    Text(std::borrow::Cow<'a, str>),
    Bytes(std::borrow::Cow<'a, [u8]>),
    None,
}

/// The value of a constant key; `True` is `1`, and `1.0` is too.
fn constant(key: &Expr) -> Option<Key<'_>> {
    use ruff_python_ast::{Number, Operator, UnaryOp};
    /// Up to here a float holds every integer.
    const EXACT: u64 = 1 << 53;
    Some(match key {
        Expr::NumberLiteral(number) => match &number.value {
            Number::Int(int) => match int.as_u64() {
                Some(value) if value <= EXACT => Key::Number(value as f64, 0.0),
                _ => Key::BigInt(int.to_string()),
            },
            Number::Float(value) => Key::Number(*value, 0.0),
            Number::Complex { real, imag } => Key::Number(*real, *imag),
        },
        Expr::BooleanLiteral(boolean) => Key::Number(f64::from(u8::from(boolean.value)), 0.0),
        Expr::NoneLiteral(_) => Key::None,
        Expr::StringLiteral(string) => Key::Text(string.value.to_str().into()),
        Expr::BytesLiteral(bytes) => Key::Bytes(bytes.value.bytes().collect::<Vec<_>>().into()),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::USub => match constant(&unary.operand)? {
            Key::Number(real, imag) => Key::Number(-real, -imag),
            Key::BigInt(digits) => Key::BigInt(format!("-{digits}")),
            _ => return None,
        },
        Expr::BinOp(sum) => match (constant(&sum.left)?, constant(&sum.right)?, sum.op) {
            (Key::Number(real, _), Key::Number(_, imag), Operator::Add) => Key::Number(real, imag),
            (Key::Number(real, _), Key::Number(_, imag), Operator::Sub) => Key::Number(real, -imag),
            _ => return None,
        },
        _ => return None,
    })
}
