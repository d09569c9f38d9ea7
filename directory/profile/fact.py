"""What is so of an object: the facts on which a disclosure decides, found in the whole object (RFC 5733 §2.9).

One object has one decision, in every protocol and in every language. A contact may stand in two postal forms, of
which a profile or a requester's language chooses the one that is shown; what is so never depends on that choice:

- A fact about what each form has for itself, as `contact.cc`, is so by all forms together. Where it is so by one
  and not by another the object contradicts itself, and the fact is in doubt. A form that says nothing of it does
  not count.
- A preference on the name, the organisation or the address of one form decides about that form's value, whoever
  comes to show it. If it is hidden, the other form does not stand in for it: which form is shown is chosen without
  a look at what may be seen.
- What has no form, as `contact.voice`, is decided about by both forms together.

What is in doubt is decided towards hiding (`Condition.holds`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from directory.model.catalogue import Catalogue
from directory.model.element import Element
from directory.model.registry import Extension
from directory.profile import source as sources
from directory.profile.condition import Fact
from directory.profile.element import IN_FORMS, Accessor, Values, accessor

Said = Sequence[Values]
"""All that an object says of an element, at each place where it says anything of it."""
Seek = Callable[[Any], Said]


def is_so(fact: Fact, said: Said) -> bool | None:
    """Whether an element has one of the fact's values; None where one place says so and another does not."""
    if len(said) < 2:
        return bool(said) and not fact.values.isdisjoint(said[0])
    first, *others = [not fact.values.isdisjoint(values) for values in said]
    return first if all(other is first for other in others) else None


def seeker(key: str, table: str, catalogue: Catalogue) -> Seek:
    """What finds all that an object of a table says of an element: itself, or the groups that belong to it."""
    element = catalogue[key]
    get = accessor(element.table, element.short, element.origin)
    if get is None:
        return lambda source: ()
    if element.table != table:
        get = _of_groups(element, get, table)
    elif (table, element.short) in IN_FORMS:
        return _of_forms(get)
    return _of_many(get) if element.many else _of_one(get)


def _of_many(get: Accessor) -> Seek:
    return lambda source: (get(source),)


def _of_one(get: Accessor) -> Seek:
    """Several values of what can have one are said at as many places."""

    def seek(source: Any) -> Said:
        values = get(source)
        return [(value,) for value in values] if len(values) > 1 else (values,)

    return seek


def _of_forms(get: Accessor) -> Seek:
    """What all postal forms say, whichever of them the source has chosen."""

    def seek(source: Any) -> Said:
        holder = source[0]
        if len(holder.postal) < 2:
            return (get(source),)
        return [values for form in holder.postal if (values := get((holder, form)))]

    return seek


def _of_groups(element: Element, get: Accessor, table: str) -> Accessor:
    """The values of an element of all groups that belong to an object."""
    if element.origin != "extension":
        groups = sources.of_table(element.table, "", table)
        # The source of a domain is its graph, and the groups of a contact are found without one.
        return lambda source: tuple([value for each in groups(source, source) for value in get(each)])
    short, group = element.short, element.table

    def values(source: Any) -> Values:
        extensions: tuple[Extension, ...] = source.extensions
        if not extensions:
            return ()
        return tuple([v for each in extensions if each.table == group for v in each.values.get(short, ())])

    return values
