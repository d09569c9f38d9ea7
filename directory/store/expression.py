"""What the engines spell differently, and how a statement is made ready for a driver.

Core builds a statement once; the engines execute the compiled text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ColumnElement
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

Text = ColumnElement[Any]


class _Text(FunctionElement[str]):
    """An expression of text, spelled by each engine in its way."""

    inherit_cache = True
    type = sa.Text()


class quoted(_Text):
    """A text or null as JSON."""

    name = "quoted"


class joined(_Text):
    """The first argument over the rows of its query with commas between them, in the order of the second."""

    name = "joined"


class reversed_labels(_Text):
    """The labels of a name from the root down, as `model.name.reverse` has them."""

    name = "reversed_labels"


class among(FunctionElement[bool]):
    """Whether a column's value is in a list that is one parameter; `array` makes it."""

    inherit_cache = True
    type = sa.Boolean()
    name = "among"

    def self_group(self, against: OperatorType | None = None) -> among:
        """Itself: the `= 1` that an engine without booleans would get keeps it from using an index."""
        return self


def _arguments(element: FunctionElement[Any], compiler: SQLCompiler, **options: Any) -> list[str]:
    return [compiler.process(clause, **options) for clause in element.clauses]


@compiles(quoted, "sqlite")
def _(element: quoted, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_quote({_arguments(element, compiler, **options)[0]})"


@compiles(quoted, "postgresql")
def _(element: quoted, compiler: SQLCompiler, **options: Any) -> str:
    return f"coalesce(to_json({_arguments(element, compiler, **options)[0]})::text, 'null')"


@compiles(joined, "sqlite")
def _(element: joined, compiler: SQLCompiler, **options: Any) -> str:
    # No ORDER BY inside an aggregate before SQLite 3.44: the rows come in this order, from tables that are
    # clustered in it, or from a subquery that has it.
    return f"coalesce(group_concat({_arguments(element, compiler, **options)[0]}, ','), '')"


@compiles(joined, "postgresql")
def _(element: joined, compiler: SQLCompiler, **options: Any) -> str:
    item, order = _arguments(element, compiler, **options)
    return f"coalesce(string_agg({item}, ',' ORDER BY {order}), '')"


@compiles(reversed_labels, "sqlite")
def _(element: reversed_labels, compiler: SQLCompiler, **options: Any) -> str:
    # A name in A-labels has nothing in it that JSON would escape.
    labels = f"""'["' || replace({_arguments(element, compiler, **options)[0]}, '.', '","') || '"]'"""
    in_order = f"SELECT value FROM json_each({labels}) ORDER BY key DESC"
    return f"(SELECT group_concat(value, '.') FROM ({in_order}))"


@compiles(reversed_labels, "postgresql")
def _(element: reversed_labels, compiler: SQLCompiler, **options: Any) -> str:
    labels = f"unnest(string_to_array({_arguments(element, compiler, **options)[0]}, '.'))"
    return f"(SELECT string_agg(label, '.' ORDER BY place DESC) FROM {labels} WITH ORDINALITY AS _(label, place))"


@compiles(among, "sqlite")
def _(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = _arguments(element, compiler, **options)
    return f"{column} IN (SELECT value FROM json_each({values}))"


@compiles(among, "postgresql")
def _(element: among, compiler: SQLCompiler, **options: Any) -> str:
    column, values = _arguments(element, compiler, **options)
    return f"{column} = ANY({values})"


def array(values: Sequence[Any], engine: str) -> Any:
    """A list as the one argument that `among` takes."""
    return list(values) if engine == "postgresql" else msgspec.json.encode(values).decode()


def array_parameter(name: str, item: type[sa.types.TypeEngine[Any]], engine: str) -> sa.BindParameter[Any]:
    """The parameter of `among` for a list of such items."""
    return sa.bindparam(name, type_=sa.ARRAY(item) if engine == "postgresql" else sa.Text())


def value(select: sa.Select[Any], *own: sa.FromClause) -> Text:
    """The select as a value, with every table but its own taken from the statement around it."""
    return select.correlate_except(*own).scalar_subquery()


def literal(text: str) -> Text:
    """A text of ours in the statement itself."""
    return sa.literal_column(f"'{text}'")


def number_of(number: int) -> ColumnElement[int]:
    """A number of ours in the statement itself."""
    return sa.literal_column(str(number))


def or_null(text: Text) -> Text:
    """JSON's null where there is no text."""
    return sa.func.coalesce(text, literal("null"))


def json_array(*items: Text) -> Text:
    """The texts as the items of a JSON array."""
    text = literal("[")
    for place, item in enumerate(items):
        text = (text.op("||")(literal(",")) if place else text).op("||")(item)
    return text.op("||")(literal("]"))


class Statement:
    """A compiled statement: its text, and the names of its parameters in the order of their places."""

    __slots__ = ("_pick", "names", "text")

    def __init__(self, text: str, names: Sequence[str]) -> None:
        self.text = text
        self.names = tuple(names)
        self._pick = itemgetter(*names) if len(self.names) > 1 else None

    def arguments(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values, by name, in the order of the places."""
        picked: tuple[Any, ...] = self._pick(values) if self._pick else tuple(values[name] for name in self.names)
        return picked


_DIALECTS = {
    "sqlite": lambda: sqlite.dialect(paramstyle="qmark"),
    "postgresql": lambda: postgresql.asyncpg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]
}


def compile_statement(statement: sa.ClauseElement, engine: str) -> Statement:
    """A statement as the driver of `engine` (`sqlite` or `postgresql`) takes it."""
    compiled = statement.compile(dialect=_DIALECTS[engine]())  # type: ignore[no-untyped-call]
    names: Sequence[str] = getattr(compiled, "positiontup", None) or ()
    return Statement(str(compiled), names)
