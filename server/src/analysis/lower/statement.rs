//! Statements, functions and classes.

use tree_sitter::Node;

use super::{Lowering, MAX_DEPTH, children, field, line, offset};
use crate::analysis::ir::*;

impl Lowering<'_> {
    /// The statements of a module or a block.
    pub(super) fn statements(&mut self, block: Node<'_>) -> Vec<Stmt> {
        let mut all = Vec::new();
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            for node in children(block) {
                self.statement(node, &mut all);
            }
        }
        self.depth -= 1;
        all
    }

    fn statement(&mut self, node: Node<'_>, all: &mut Vec<Stmt>) {
        let outer = std::mem::take(&mut self.walrus);
        let first = all.len();
        for kind in self.kinds(node) {
            all.push(Stmt { start: offset(node.start_byte()), end: offset(node.end_byte()), line: line(node), kind });
        }
        let names = std::mem::replace(&mut self.walrus, outer);
        if !names.is_empty() {
            // Before the statement, since its blocks see the names.
            let kind = StmtKind::Opaque { names, why: "is set inside an expression" };
            let (start, end) = (offset(node.start_byte()), offset(node.end_byte()));
            all.insert(first, Stmt { start, end, line: line(node), kind });
        }
    }

    fn kinds(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        let kind = match node.kind() {
            "expression_statement" => return self.expression_statement(node),
            "import_statement" => return self.import(node),
            "import_from_statement" => self.import_from(node),
            "future_import_statement" => {
                let names = children(node).into_iter().filter(|child| child.kind() == "dotted_name");
                let names = names.map(|name| (self.dotted(name), None)).collect();
                let module = ImportedModule { level: 0, name: "__future__".to_owned() };
                StmtKind::ImportFrom { module, names, star: false }
            }
            "return_statement" => {
                let value = children(node).first().map(|value| self.expression(*value));
                StmtKind::Return(value)
            }
            "raise_statement" | "continue_statement" | "break_statement" => {
                StmtKind::Exit(self.expressions(children(node)))
            }
            "delete_statement" => {
                let names = children(node).iter().flat_map(|target| self.names(*target)).collect();
                StmtKind::Opaque { names, why: "is deleted" }
            }
            "global_statement" | "nonlocal_statement" => {
                self.global(node);
                return Vec::new();
            }
            "assert_statement" | "print_statement" => return self.all_expressions(node),
            "type_alias_statement" => match field(node, "left") {
                Some(left) => {
                    // `Name[T]`: the first name is the alias's own.
                    let names = self.names(left);
                    let generic = names.len() > 1;
                    match names.into_iter().next() {
                        Some(name) => StmtKind::TypeAlias { name, generic },
                        None => return Vec::new(),
                    }
                }
                None => return Vec::new(),
            },
            "if_statement" => self.if_statement(node),
            "match_statement" => self.match_statement(node),
            "for_statement" | "while_statement" => return self.loop_statement(node),
            "try_statement" => self.try_statement(node),
            "with_statement" => self.with_statement(node),
            "function_definition" => StmtKind::Def(self.function(node, node)),
            "class_definition" => StmtKind::Class(self.class(node, node)),
            "decorated_definition" => match field(node, "definition") {
                Some(function) if function.kind() == "function_definition" => {
                    StmtKind::Def(self.function(function, node))
                }
                // A class decorator may return anything.
                Some(class) => {
                    let id = self.class(class, node);
                    let name = field(class, "name").map(|name| self.name_of(name));
                    let decorators: Vec<String> = children(node)
                        .iter()
                        .filter(|child| child.kind() == "decorator")
                        .map(|decorator| self.text_of(*decorator).trim_start_matches('@').trim().to_owned())
                        .collect();
                    let keeps = |text: &String| {
                        let head = text.split('(').next().unwrap_or_default();
                        matches!(
                            head.rsplit('.').next(),
                            Some("dataclass" | "final" | "autosummary" | "auto" | "unique")
                        )
                    };
                    match name {
                        Some(name) if !decorators.iter().all(keeps) => {
                            StmtKind::Opaque { names: vec![name], why: "is a decorated class" }
                        }
                        _ => StmtKind::Class(id),
                    }
                }
                None => return Vec::new(),
            },
            "ERROR" => return self.broken(node),
            _ => return Vec::new(),
        };
        vec![kind]
    }

    /// What still stands in a part that could not be read: definitions are listed, all else is passed over.
    fn broken(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        let mut found = Vec::new();
        for child in children(node) {
            if matches!(
                child.kind(),
                "decorated_definition"
                    | "function_definition"
                    | "class_definition"
                    | "expression_statement"
                    | "import_statement"
                    | "import_from_statement"
            ) {
                found.extend(self.kinds(child));
            }
        }
        found
    }

    fn all_expressions(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        self.expressions(children(node)).into_iter().map(StmtKind::Expr).collect()
    }

    fn expression_statement(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        let parts = children(node);
        if let [part] = parts.as_slice() {
            match part.kind() {
                "assignment" => return self.assignment(*part),
                "augmented_assignment" => {
                    let Some(left) = field(*part, "left") else { return Vec::new() };
                    // What is added is evaluated on its own, so that calls within it are found; the sum is not followed.
                    let added = field(*part, "right").map(|right| StmtKind::Expr(self.expression(right)));
                    let sum = Expr {
                        start: offset(part.start_byte()),
                        end: offset(part.end_byte()),
                        line: line(*part),
                        kind: ExprKind::Other(Vec::new()),
                    };
                    let changed = match left.kind() {
                        "identifier" => StmtKind::Opaque { names: self.names(left), why: "is changed in place" },
                        _ => StmtKind::Assign { targets: vec![self.target(left)], value: sum },
                    };
                    return added.into_iter().chain([changed]).collect();
                }
                _ => {}
            }
        }
        self.expressions(parts).into_iter().map(StmtKind::Expr).collect()
    }

    /// `a = b = value`; the tree nests it to the right.
    fn assignment(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        let mut targets = Vec::new();
        let mut node = node;
        loop {
            if let Some(left) = field(node, "left") {
                targets.push(self.target(left));
            }
            match field(node, "right") {
                Some(right) if right.kind() == "assignment" => node = right,
                Some(right) => {
                    let value = self.expression(right);
                    return vec![StmtKind::Assign { targets, value }];
                }
                // A bare annotation binds nothing.
                None => return Vec::new(),
            }
        }
    }

    fn target(&mut self, node: Node<'_>) -> Target {
        match node.kind() {
            "identifier" | "keyword_identifier" => Target::Name(self.name_of(node)),
            "attribute" => match (field(node, "object"), field(node, "attribute")) {
                (Some(object), Some(name)) => Target::Attribute(self.expression(object), self.name_of(name)),
                _ => Target::Unpack(Vec::new()),
            },
            "subscript" => match field(node, "value") {
                Some(object) => {
                    let key = field(node, "subscript").map(|key| self.expression(key));
                    Target::Item(self.expression(object), key)
                }
                None => Target::Unpack(Vec::new()),
            },
            _ => {
                let parts = children(node);
                let is_nested =
                    |part: &Node<'_>| matches!(part.kind(), "list_splat_pattern" | "tuple_pattern" | "list_pattern");
                if parts.iter().any(is_nested) {
                    return Target::Scatter(self.names(node));
                }
                Target::Unpack(parts.iter().map(|part| self.names(*part).into_iter().next()).collect())
            }
        }
    }

    /// The names that a target binds. Without recursion, since targets nest as deep as a file likes.
    pub(super) fn names(&self, node: Node<'_>) -> Vec<String> {
        let mut names = Vec::new();
        let mut rest = vec![node];
        while let Some(node) = rest.pop() {
            match node.kind() {
                "identifier" | "keyword_identifier" => names.push(self.name_of(node)),
                "attribute" | "subscript" => {}
                _ => rest.extend(children(node).into_iter().rev()),
            }
        }
        names
    }

    fn import(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        children(node)
            .into_iter()
            .filter_map(|child| match child.kind() {
                "dotted_name" => Some(StmtKind::Import { module: self.dotted(child), alias: None }),
                "aliased_import" => Some(StmtKind::Import {
                    module: self.dotted(field(child, "name")?),
                    alias: field(child, "alias").map(|alias| self.name_of(alias)),
                }),
                _ => None,
            })
            .collect()
    }

    fn import_from(&mut self, node: Node<'_>) -> StmtKind {
        let module = field(node, "module_name");
        let (mut level, mut name) = (0, String::new());
        for part in module
            .map(|module| if module.kind() == "relative_import" { children(module) } else { vec![module] })
            .unwrap_or_default()
        {
            match part.kind() {
                "import_prefix" => level = u32::try_from(self.text_of(part).matches('.').count()).unwrap_or(u32::MAX),
                _ => name = self.dotted(part),
            }
        }
        let mut names = Vec::new();
        let mut star = false;
        for child in children(node).into_iter().filter(|child| Some(*child) != module) {
            match child.kind() {
                "wildcard_import" => star = true,
                "dotted_name" => names.push((self.dotted(child), None)),
                "aliased_import" => {
                    if let (Some(name), Some(alias)) = (field(child, "name"), field(child, "alias")) {
                        names.push((self.dotted(name), Some(self.name_of(alias))));
                    }
                }
                _ => {}
            }
        }
        StmtKind::ImportFrom { module: ImportedModule { level, name }, names, star }
    }

    /// A dotted name without the blanks that Python allows around the dots.
    fn dotted(&self, node: Node<'_>) -> String {
        children(node).into_iter().map(|part| self.name_of(part)).collect::<Vec<_>>().join(".")
    }

    fn global(&mut self, node: Node<'_>) {
        for name in children(node) {
            let name = self.name_of(name);
            if node.kind() == "nonlocal_statement" {
                self.nonlocal_names.push(name);
            } else {
                self.outer_names.push(name);
            }
        }
    }

    fn if_statement(&mut self, node: Node<'_>) -> StmtKind {
        let mut test = Vec::new();
        let mut arms = Vec::new();
        let mut exhaustive = false;
        let mut taken = false;
        let mut cursor = node.walk();
        let clauses: Vec<_> = node.children_by_field_name("alternative", &mut cursor).collect();
        for (index, clause) in std::iter::once(node).chain(clauses).enumerate() {
            let (words, runs, body) = match field(clause, "condition") {
                Some(condition) => {
                    test.push(self.expression(condition));
                    let text = self.text_of(condition);
                    let keyword = if index == 0 { "if" } else { "elif" };
                    (format!("{keyword} {}", shortened(text)), constant(text), field(clause, "consequence"))
                }
                None => {
                    exhaustive = true;
                    ("else".to_owned(), None, field(clause, "body"))
                }
            };
            // Behind one that surely runs, none does.
            let runs = if taken { Some(false) } else { runs };
            taken |= runs == Some(true);
            arms.push(self.arm(words, runs, body, true));
        }
        StmtKind::Branch { test, arms, exhaustive }
    }

    fn arm(&mut self, words: String, runs: Option<bool>, body: Option<Node<'_>>, name_it: bool) -> Arm {
        let named = name_it && runs.is_none();
        if named {
            self.branch.push(words.clone());
        }
        // What never runs defines nothing.
        let body = body.filter(|_| runs != Some(false)).map(|body| self.statements(body)).unwrap_or_default();
        if named {
            self.branch.pop();
        }
        Arm { words, runs, body }
    }

    fn match_statement(&mut self, node: Node<'_>) -> StmtKind {
        let mut cursor = node.walk();
        let test: Vec<Node<'_>> = node.children_by_field_name("subject", &mut cursor).collect();
        let test = self.expressions(test);
        let mut arms = Vec::new();
        let mut exhaustive = false;
        for case in field(node, "body").map(children).unwrap_or_default() {
            let patterns: Vec<Node<'_>> =
                children(case).into_iter().filter(|child| child.kind() == "case_pattern").collect();
            let text = patterns.iter().map(|pattern| self.text_of(*pattern)).collect::<Vec<_>>().join(", ");
            exhaustive |= text == "_" && field(case, "guard").is_none();
            let names: Vec<String> = patterns.iter().flat_map(|pattern| self.names(*pattern)).collect();
            let mut arm = self.arm(format!("case {}", shortened(&text)), None, field(case, "consequence"), true);
            arm.body.insert(
                0,
                Stmt {
                    start: offset(case.start_byte()),
                    end: offset(case.start_byte()),
                    line: line(case),
                    kind: StmtKind::Opaque { names, why: "is set by a pattern" },
                },
            );
            if let Some(guard) = field(case, "guard") {
                let kind = ExprKind::Other(self.expressions(children(guard)));
                let (start, end) = (offset(guard.start_byte()), offset(guard.end_byte()));
                let kind = StmtKind::Expr(Expr { start, end, line: line(guard), kind });
                arm.body.insert(1, Stmt { start, end, line: line(guard), kind });
            }
            arms.push(arm);
        }
        StmtKind::Branch { test, arms, exhaustive }
    }

    fn loop_statement(&mut self, node: Node<'_>) -> Vec<StmtKind> {
        let header: Vec<Node<'_>> = [field(node, "right"), field(node, "condition")].into_iter().flatten().collect();
        let header = self.expressions(header);
        self.loops += 1;
        let mut body = field(node, "body").map(|body| self.statements(body)).unwrap_or_default();
        self.loops -= 1;
        if let Some(left) = field(node, "left") {
            body.insert(
                0,
                Stmt {
                    start: offset(left.start_byte()),
                    end: offset(left.end_byte()),
                    line: line(left),
                    kind: StmtKind::Opaque { names: self.names(left), why: SET_BY_A_LOOP },
                },
            );
        }
        let otherwise = field(node, "alternative")
            .and_then(|clause| field(clause, "body"))
            .map(|body| self.statements(body))
            .unwrap_or_default();
        vec![StmtKind::Loop { header, body, otherwise }]
    }

    fn try_statement(&mut self, node: Node<'_>) -> StmtKind {
        let clauses = children(node);
        // The body is one of several definitions only if a handler defines as well.
        let alternative = clauses.iter().any(|clause| {
            clause.kind() == "except_clause"
                && block(*clause).is_some_and(|block| {
                    children(block).iter().any(|statement| statement.kind().ends_with("_definition"))
                })
        });
        let body = self.arm("try".to_owned(), None, field(node, "body"), alternative).body;
        let (mut handlers, mut otherwise, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for clause in clauses {
            match clause.kind() {
                "except_clause" => {
                    // `as name` is a pattern of its own in the tree, of the exception and the name.
                    let parts = match field(clause, "value") {
                        Some(value) if value.kind() == "as_pattern" => children(value),
                        value => value.into_iter().chain(field(clause, "alias")).collect(),
                    };
                    let caught = parts.first().map(|value| format!(" {}", shortened(self.text_of(*value))));
                    let words = format!("except{}", caught.unwrap_or_default());
                    let mut arm = self.arm(words, None, block(clause), true);
                    let names: Vec<String> = parts.iter().skip(1).flat_map(|name| self.names(*name)).collect();
                    if !names.is_empty() {
                        let kind = StmtKind::Opaque { names, why: "is set by an except clause" };
                        let start = offset(clause.start_byte());
                        arm.body.insert(0, Stmt { start, end: start, line: line(clause), kind });
                    }
                    handlers.push(arm);
                }
                "else_clause" => {
                    otherwise = field(clause, "body").map(|body| self.statements(body)).unwrap_or_default()
                }
                "finally_clause" => last = block(clause).map(|body| self.statements(body)).unwrap_or_default(),
                _ => {}
            }
        }
        StmtKind::Try { body, handlers, otherwise, last }
    }

    fn with_statement(&mut self, node: Node<'_>) -> StmtKind {
        let mut header = Vec::new();
        let mut names = Vec::new();
        for clause in children(node).into_iter().filter(|child| child.kind() == "with_clause") {
            for item in children(clause) {
                let Some(value) = field(item, "value") else { continue };
                if value.kind() == "as_pattern" {
                    let parts = children(value);
                    names.extend(parts.iter().skip(1).flat_map(|target| self.names(*target)));
                    header.extend(parts.first().map(|value| self.expression(*value)));
                } else {
                    header.push(self.expression(value));
                }
            }
        }
        let mut body = field(node, "body").map(|body| self.statements(body)).unwrap_or_default();
        body.insert(
            0,
            Stmt {
                start: offset(node.start_byte()),
                end: offset(node.start_byte()),
                line: line(node),
                kind: StmtKind::Opaque { names, why: "is set by a with statement" },
            },
        );
        StmtKind::Block { header, body }
    }
}

/// A clause's statements, where the grammar gives them no field.
fn block<'n>(clause: Node<'n>) -> Option<Node<'n>> {
    children(clause).into_iter().find(|child| child.kind() == "block")
}

/// A condition that is the same in every run.
fn constant(condition: &str) -> Option<bool> {
    // `typing.TYPE_CHECKING`, under any name of that module.
    let is_type_checking = |condition: &str| {
        let name = condition.strip_suffix("TYPE_CHECKING").map(|module| module.strip_suffix('.').unwrap_or(module));
        name.is_some_and(|module| module.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
            && (condition == "TYPE_CHECKING" || condition.contains('.'))
    };
    match condition {
        "False" | "0" => Some(false),
        "True" | "1" => Some(true),
        _ if is_type_checking(condition) => Some(false),
        _ => condition.strip_prefix("not ").filter(|rest| is_type_checking(rest)).map(|_| true),
    }
}

/// One line of code, cut to what fits in a message.
fn shortened(code: &str) -> String {
    const LONGEST: usize = 40;
    let line = code.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut cut: String = line.chars().take(LONGEST - 1).collect();
    cut.push('…');
    cut
}
