"""The objects of the tests without some of what an object need not have, and with other texts."""

from __future__ import annotations

from typing import Any, get_args

import msgspec
from hypothesis import strategies as st

from directory.model.graph import Graph
from tests.profile.objects import GRAPHS

_KEPT = frozenset({"name", "folded_name", "reversed_name", "type", "model", "element", "key", "owner_key"})
_ALIGNED = frozenset({"contacts", "ns", "hosts"})  # links with what they lead to
_TEXTS = frozenset({"org", "street_1", "street_2", "street_3", "city", "sp", "pc"})
_words = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=12)


@st.composite
def _thinned(draw: st.DrawFn, value: Any) -> Any:
    """An object without some of what it need not have, and with other texts."""
    changes: dict[str, Any] = {}
    for field in msgspec.structs.fields(value):
        held = getattr(value, field.name)
        if isinstance(held, msgspec.Struct):
            held = draw(_thinned(held))
        elif isinstance(held, tuple) and held and isinstance(held[0], msgspec.Struct | None):
            few = held if field.name in _ALIGNED else [each for each in held if draw(st.integers(0, 3))]
            held = tuple(draw(_thinned(each)) if each is not None else None for each in few)
        elif field.name in _TEXTS and held and draw(st.booleans()):
            held = draw(_words)
        if field.name not in _KEPT and _is_optional(field.type) and not draw(st.integers(0, 3)):
            held = None
        changes[field.name] = held
    return msgspec.structs.replace(value, **changes)


def _is_optional(kind: Any) -> bool:
    return type(None) in get_args(kind)


graphs: st.SearchStrategy[Graph] = st.sampled_from(sorted(GRAPHS)).flatmap(lambda name: _thinned(GRAPHS[name]))
