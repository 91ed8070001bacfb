"""One walk over a cell's syntax: which names it reads, binds and reaches into."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import CodeType
from typing import Any

from labkit.recordings.code import _codes, code_reads


class Walk(ast.NodeVisitor):
    """Visits in order of evaluation; `bound` are the names that are bound for sure by now."""

    def __init__(self, known: Mapping[str, Any]):
        self.known = known
        self.bound: set[str] = set()
        self.reads: set[str] = set()
        self.binds: set[str] = set()
        self.defined: dict[str, set[str]] = {}
        self._touched: set[str] = set()
        self._from: dict[str, set[str]] = {}  # a loop's variable: what it runs through

    def statements(self, body: Iterable[ast.stmt], sure: bool = True) -> None:
        before = None if sure else set(self.bound)
        for statement in body:
            self.visit(statement)
        if before is not None:
            self.bound = before

    def changed(self) -> set[str]:
        """What is changed in place, and what holds that."""
        found, new = set(), set(self._touched)
        while new:
            found |= new
            new = set().union(*(self._from.get(name, ()) for name in new)) - found
        return found

    def _read(self, name: str) -> None:
        if name in self.bound:
            for inner in self.defined.get(name, ()):
                if inner != name:
                    self._read_once(inner)
            return
        if name in self.reads:
            return
        self.reads.add(name)
        for code in _codes(self.known.get(name)):
            for inner in code_reads(code):
                self._read(inner)

    def _read_once(self, name: str) -> None:
        kept = self.defined.pop(name, None)  # functions that call each other
        self._read(name)
        if kept is not None:
            self.defined[name] = kept
            for inner in kept - {name}:
                if inner not in self.bound:
                    self._read(inner)

    def _bind(self, name: str, value: bool = True) -> None:
        self.bound.add(name)
        self.defined.pop(name, None)
        if value:
            self.binds.add(name)

    # -- names

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._read(node.id)
        else:
            self._bind(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._reach(node, node.value)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._reach(node, node.value)
        self.visit(node.slice)

    def _reach(self, node: ast.Attribute | ast.Subscript, inner: ast.expr) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._touch(inner)
        self.visit(inner)

    def _touch(self, node: ast.expr) -> None:
        while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
            node = node.func if isinstance(node, ast.Call) else node.value
        if isinstance(node, ast.Name):
            self._touched.add(node.id)

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Attribute):
            self._touch(node.func.value)
        self.generic_visit(node)

    # -- in order of evaluation

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._read(node.target.id)
        self.visit(node.value)
        self.visit(node.target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.visit(node.target)

    def _sometimes(self, *bodies: Iterable[ast.stmt]) -> None:
        for body in bodies:
            self.statements(body, sure=False)

    def visit_If(self, node: ast.If | ast.While) -> None:
        self.visit(node.test)
        self._sometimes(node.body, node.orelse)

    visit_While = visit_If

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self.visit(node.iter)
        before = set(self.bound)
        self.visit(node.target)
        self._runs_through(node.target, node.iter)
        self.statements(node.body)
        self.bound = before
        self._sometimes(node.orelse)

    visit_AsyncFor = visit_For

    def _runs_through(self, target: ast.expr, source: ast.expr) -> None:
        sources = {each.id for each in ast.walk(source) if isinstance(each, ast.Name)}
        for each in ast.walk(target):
            if isinstance(each, ast.Name):
                self._from.setdefault(each.id, set()).update(sources - {each.id})

    def visit_Try(self, node: ast.Try | ast.TryStar) -> None:
        self._sometimes(node.body, *(handler.body for handler in node.handlers), node.orelse)
        for handler in node.handlers:
            if handler.type is not None:
                self.visit(handler.type)
        self.statements(node.finalbody)

    visit_TryStar = visit_Try

    def visit_Match(self, node: ast.Match) -> None:
        self.visit(node.subject)
        for case in node.cases:
            before = set(self.bound)
            self.visit(case.pattern)
            if case.guard is not None:
                self.visit(case.guard)
            self.statements(case.body)
            self.bound = before

    def visit_MatchAs(self, node: ast.MatchAs | ast.MatchStar) -> None:
        self.generic_visit(node)
        if node.name:
            self._bind(node.name)

    visit_MatchStar = visit_MatchAs

    # -- definitions, and scopes of their own

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for part in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(part)
        self._define(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(part)
        self._define(node)

    def _define(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        inner: set[str] = set()
        try:  # the way IPython compiles it: a default may await
            code = compile(
                ast.Module([node], []), "<cell>", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True
            )
        except SyntaxError:
            pass  # it parses, and does not compile: the cell runs to this statement, and IPython tells the error
        else:
            inner = inner.union(*(code_reads(each) for each in code.co_consts if isinstance(each, CodeType)))
        self._bind(node.name, value=False)
        self.defined[node.name] = inner

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            self._bind((alias.asname or alias.name).partition(".")[0], value=False)

    visit_ImportFrom = visit_Import

    def visit_Lambda(self, node: ast.Lambda) -> None:
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        arguments += filter(None, (node.args.vararg, node.args.kwarg))
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        self._inside({argument.arg for argument in arguments}, [node.body])

    def _comprehension(self, node: Any) -> None:
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        locals_ = {
            each.id
            for generator in node.generators
            for each in ast.walk(generator.target)
            if isinstance(each, ast.Name)
        }
        self.visit(node.generators[0].iter)
        inner = [part for generator in node.generators[1:] for part in (generator.iter,)]
        inner += [test for generator in node.generators for test in generator.ifs]
        self._inside(locals_, [*inner, *parts])

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _inside(self, locals_: set[str], parts: list[ast.expr]) -> None:
        bound, defined, touched = set(self.bound), dict(self.defined), set(self._touched)
        self.bound |= locals_
        for name in locals_:
            self.defined.pop(name, None)
        for part in parts:
            self.visit(part)
        walrus = {
            each.target.id for part in parts for each in ast.walk(part) if isinstance(each, ast.NamedExpr)
        }
        self.bound, self.defined = bound | walrus, defined
        self._touched = touched | (self._touched - locals_)
