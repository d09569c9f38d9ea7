"""What is wrong with a document by a JSON Schema (draft 2020-12): every fault, in words, with place and hint.

A schema may say by which clause it asks for something: `"x-rule": "RFC 1035 §2.3.4"` beside the keyword;
without that the rule is the schema's file and keyword. The `description` beside it is given as the hint, and
`"x-form": "HOST:PORT"` is told instead of a `pattern` that people do not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from directory.document import Document, Place, suggest
from directory.errors import Finding
from directory.resources import schema as shipped

_FORMATS = FormatChecker(["date", "regex", "ipv4", "ipv6", "email"])
_TYPES = {
    "object": "a mapping",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "nothing",
}


def check(document: Document, schema: str | Mapping[str, Any]) -> list[Finding]:
    """The faults of a document by a schema of `schemas/` (its short name) or by one that is given."""
    name = f"{schema}.schema.json" if isinstance(schema, str) else "schema"
    validator = _shipped(schema) if isinstance(schema, str) else _validator(schema)
    errors = validator.iter_errors(document.data)
    return [finding for error in _plain(errors) for finding in _findings(document, name, error)]


@cache
def _shipped(name: str) -> Draft202012Validator:
    return _validator(shipped(name))


def _validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    registry: Registry[Any] = Registry(retrieve=_retrieve)  # type: ignore[call-arg]
    return Draft202012Validator(schema, registry=registry, format_checker=_FORMATS)


def _retrieve(uri: str) -> Resource[Any]:
    """A schema that another refers to by the name of its file; never from the network."""
    name = uri.rsplit("/", 1)[-1].removesuffix(".schema.json")
    return Resource.from_contents(shipped(name), default_specification=DRAFT202012)


def _plain(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors, those of `oneOf` and `anyOf` as those of the branch that was probably meant."""
    for error in errors:
        branch = _meant(error) if error.validator in ("oneOf", "anyOf") else ()
        if branch:
            yield from _plain(branch)
        else:
            yield error


def _meant(error: ValidationError) -> tuple[ValidationError, ...]:
    """The faults of the branch that fits best: right words, then fewest faults; none if no type fits."""
    branches: dict[Any, list[ValidationError]] = {}
    for fault in error.context or ():
        branches.setdefault(fault.schema_path[0], []).append(fault)
    fitting = [faults for faults in branches.values() if not any(_unlike(fault) for fault in faults)]
    return tuple(min(fitting, key=_distance)) if fitting else ()


def _unlike(fault: ValidationError) -> bool:
    return fault.validator == "type" and not fault.path


def _distance(faults: Iterable[ValidationError]) -> tuple[int, int]:
    words = sum(1 for fault in faults if fault.validator in ("const", "additionalProperties", "required"))
    return words, sum(1 for _ in faults)


def _findings(document: Document, name: str, error: ValidationError) -> Iterator[Finding]:
    """The findings of one error: one for each key that is not known, else one."""
    place: Place = tuple(error.absolute_path)
    rule = f"{name}: {error.validator}"
    hint = ""
    if isinstance(error.schema, Mapping):
        rule = error.schema.get("x-rule", rule)
        hint = error.schema.get("description", "") if error.validator in _EXPLAINED else ""
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        yield from _strangers(document, place, rule, error)
        return
    if "propertyNames" in error.absolute_schema_path and isinstance(error.instance, str):
        place = (*place, error.instance)
    if error.validator == "enum" and isinstance(error.instance, str):
        hint = suggest(error.instance, map(str, _wanted(error))) or hint
    say = _MESSAGES.get(str(error.validator))
    yield document.finding(place, rule, say(error) if say else _short(error.message, 120), hint)


def _strangers(document: Document, place: Place, rule: str, error: ValidationError) -> Iterator[Finding]:
    """A finding for every key that the schema does not know, at the line of the key."""
    schema: Any = error.schema
    present: Any = error.instance
    known = schema.get("properties", {})
    patterns = [re.compile(pattern) for pattern in schema.get("patternProperties", {})]
    free = [name for name in known if name not in present]
    for key in present:
        if key in known or any(pattern.search(key) for pattern in patterns):
            continue
        hint = suggest(key, free) or (f"known here: {', '.join(known)}" if known else "")
        yield document.finding((*place, key), rule, f"the key {key!r} is not known here", hint)


def _short(value: Any, length: int = 60) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _shown(error: ValidationError) -> str:
    value = error.instance
    if isinstance(value, Mapping | list):
        return _TYPES["object" if isinstance(value, Mapping) else "array"]
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(_short(value)) if isinstance(value, str) else str(value)


def _types(error: ValidationError) -> str:
    wanted = _wanted(error)
    return " or ".join(_TYPES[kind] for kind in ([wanted] if isinstance(wanted, str) else wanted))


def _wanted(error: ValidationError) -> Any:
    return error.validator_value


def _branches(error: ValidationError) -> str:
    """What the branches would take, if all of them refuse the very type."""
    wanted = [_types(fault) for fault in error.context or () if _unlike(fault)]
    if wanted:
        return f"{_shown(error)} stands where {' or '.join(dict.fromkeys(wanted))} is wanted"
    how = "none" if error.context else "more than one"
    return f"{_shown(error)} fits {how} of the forms that are allowed"


def _missing(error: ValidationError) -> str:
    return f"the key {next(key for key in _wanted(error) if error.message.startswith(repr(key)))!r} is missing"


def _pattern(error: ValidationError) -> str:
    said = error.schema.get("x-form") if isinstance(error.schema, Mapping) else None
    return f"{_shown(error)} does not have the form {said or error.validator_value}"


_EXPLAINED = ("type", "pattern", "format", "oneOf", "anyOf", "enum")

_MESSAGES: Mapping[str, Callable[[ValidationError], str]] = {
    "type": lambda error: f"{_shown(error)} stands where {_types(error)} is wanted",
    "enum": lambda error: f"{_shown(error)} is none of {', '.join(map(str, _wanted(error)))}",
    "const": lambda error: f"{_shown(error)} is not {error.validator_value!r}",
    "required": _missing,
    "pattern": _pattern,
    "format": lambda error: f"{_shown(error)} is no {error.validator_value}",
    "minLength": lambda error: f"{_shown(error)} is shorter than {error.validator_value}",
    "maxLength": lambda error: f"{_shown(error)} is longer than {error.validator_value}",
    "minimum": lambda error: f"{_shown(error)} is less than {error.validator_value}",
    "maximum": lambda error: f"{_shown(error)} is more than {error.validator_value}",
    "minItems": lambda error: f"fewer than {error.validator_value} entries",
    "maxItems": lambda error: f"more than {error.validator_value} entries",
    "minProperties": lambda error: f"fewer than {error.validator_value} keys",
    "maxProperties": lambda error: f"more than {error.validator_value} keys",
    "uniqueItems": lambda error: "an entry stands there twice",
    "oneOf": _branches,
    "anyOf": _branches,
}
