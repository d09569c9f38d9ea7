"""`dnrd profile explain`: why an element is shown, or is not."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from directory.cli import grid
from directory.cli.asking import OBJECT, find, notes_on
from directory.cli.profile import reading
from directory.cli.profile.setting import PROFILE, Refusal, Setting, check_speaks, with_setting
from directory.document import suggest
from directory.language import said as spoken
from directory.profile import constraint, reason
from directory.profile.disclosure import ROLES, Rule, table_of
from directory.profile.explain import Explanation, explain, keys, ordered
from directory.profile.paths import Line, lines
from directory.profile.source import GRAPHS

if TYPE_CHECKING:
    from directory.access.standing import Standing
    from directory.profile.profile import Profile
    from directory.store.result import Result

_KINDS = {graph: kind for kind, graph in GRAPHS.items()}
_OUTCOMES = {
    "shown": "shown",
    "empty": "would be shown, but there is no value",
    "dropped": "not shown, because the value breaks the profile, which drops such values",
    "cut": "shown in part",
    "replaced": "replaced by another value",
    "hidden": "hidden",
    "not said": "not said, because the profile does not have it",
    "no rule": "never shown",
}
_Rows = list[tuple[str, str]]


@click.command("explain")
@click.argument("element")
@click.option("--object", "name", metavar="NAME", help=f"The object: {OBJECT}. Without it: the rule in general.")
@click.option("--audience", default="public", show_default=True, help="Who asks, as the disclosure names it.")
@click.option("--registrar", metavar="ID", default="", help="For which registrar, by the registry's id, it asks.")
@click.option("--profile", metavar="P", help=f"The profile: {PROFILE}. Else that in force for the service.")
@click.option("--disclosure", metavar="D", help="Another disclosure than the profile's: a file or a name.")
@click.option("--service", type=click.Choice(["whois", "rdap", "data"]), default="whois", show_default=True)
@click.option("--values", is_flag=True, help="Print the values of the object too, which may be personal data.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@with_setting()
def command(
    setting: Setting,
    element: str,
    name: str | None,
    audience: str,
    registrar: str,
    profile: str | None,
    disclosure: str | None,
    service: str,
    values: bool,
    form: str,
) -> None:
    """Explain whether an ELEMENT is shown, by which rule, and what of the object decided that.

    ELEMENT is a part and an element, as registrant.voice or host.addr. contact.voice is in all contacts of the
    object, voice alone in all its parts.

    \b
        dnrd profile explain registrant.voice
        dnrd profile explain registrant.voice --object one.example --store sqlite:///registry.db
        dnrd profile explain voice --object C17-EXAMPLE --audience law-enforcement --profile gtld-rdap
        dnrd profile explain registrant.email --object one.example --audience authenticated --registrar R-1

    No value of the object is printed, only what the conditions of the rule make of it, unless --values is given.
    The exit code is 0 if there was something to explain, and 1 if there is no such object, or none in it.
    """
    from directory.access.standing import Standing

    if name is None:
        chosen = _profile(setting, profile, disclosure, service, None, audience)
        found = _checked(element, chosen)
        rules = [_general(chosen, part, short) for part, short in found]
        _print(rules, form, _general_text)
        return
    standing = Standing(audience, registrar)
    chosen, result, is_one = asyncio.run(_find(setting, name, profile, disclosure, service, standing))
    _checked(element, chosen)
    check_speaks(chosen, audience)
    entries = [
        _plain(chosen, each, name, _KINDS[type(hit.graph)], values)
        for hit in result.hits
        if type(hit.graph) in _KINDS
        for each in explain(chosen, hit.graph, standing.within(hit.repository, is_one), element)
    ]
    _print(entries, form, _text)
    if not entries:
        click.echo(_nothing(result, name, element), err=True)
        raise SystemExit(1)


def _profile(
    setting: Setting, name: str | None, disclosure: str | None, service: str, zone: str | None, audience: str
) -> Profile:
    if name is not None:
        return setting.load(name, disclosure)
    bound = setting.profiles().bound(zone, service, audience)
    return bound if disclosure is None else setting.load(bound.name, disclosure)


async def _find(
    setting: Setting, name: str, profile: str | None, disclosure: str | None, service: str, standing: Standing
) -> tuple[Profile, Result, bool]:
    """The object, the profile that speaks of it, and whether the store has one repository."""
    audience = standing.audience
    known = [] if profile is None else [_profile(setting, profile, disclosure, service, None, audience)]
    async with setting.store(*(known or setting.profiles().all)) as reader:
        result = await find(name, reader)
        for note in await notes_on(standing.registrar, reader):
            click.echo(f"note: {note}", err=True)
        is_one = reader.has_one_repository()
    chosen = known[0] if known else _profile(setting, None, disclosure, service, result.zone, audience)
    return chosen, result, is_one


def _checked(element: str, profile: Profile) -> list[tuple[str, str]]:
    """The parts that an element can stand in. Raises `Refusal` if there is no such element."""
    catalogue = profile.terms.catalogue
    known = [each.key for each in catalogue]
    known += [f"{role}.{each.short}" for role in ROLES for each in catalogue.tables["contact"].elements]
    if "." not in element:
        known = list(dict.fromkeys(each.short for each in catalogue))
    if element not in known:
        hint = suggest(element, known) or "see `dnrd model` for the elements there are"
        raise Refusal(f"there is no element {element!r}: {hint}")
    return keys(profile, element)


def _plain(profile: Profile, each: Explanation, name: str, kind: str, values: bool) -> dict[str, Any]:
    """An explanation as plain data; the values only if they are wanted."""
    decision, rule = each.decision, each.rule
    entry: dict[str, Any] = {
        "object": name,
        "element": each.path,
        "outcome": _outcome(each),
        "audiences": [one.audience for one in each.decisions],
        "values": list(each.held) if values else len(each.held),
        "profile": {"name": profile.name, "version": profile.version, "says": _said(profile, each, kind)},
        "rule": _rule(profile, rule, f"{each.part}.{each.short}"),
    }
    if decision is not None and rule is not None:
        entry["decision"] = _decision(decision, rule)
        entry["others"] = [_decision(one, rule) for one in each.decisions if one.audience != decision.audience]
        entry["facts"] = [
            {
                "fact": reason.fact(one.fact),
                "isSo": one.is_so if one.is_so is None else one.is_so is one.fact.wanted,
                **({"held": list(one.values)} if values else {}),
            }
            for one in each.known
        ]
    if each.redaction is not None and each.is_withheld:
        said = each.said
        rdap = None if len(each.steps) > 1 else reading.of_rdap(kind, each.part, each.short, each.redaction, said)
        entry["reads"] = {
            "whois": spoken(each.redaction.text, profile.language) if not said else None,
            "rdap": rdap,
            "plain": reading.of_plain(each.part, each.short, each.redaction, bool(said)),
        }
    if values:
        entry["said"] = list(each.said)
    if each.violations:
        entry["violations"] = [{"rule": one.rule, **({"observed": one.observed} if values else {})}
                               for one in each.violations]  # fmt: skip
    return entry


def _outcome(each: Explanation) -> str:
    if not each.is_named:
        return "not said"
    if each.decision is None:
        return "no rule"
    if not each.decision.shown:
        replaced = each.redaction is not None and bool(each.redaction.value)
        return "hidden" if not each.said else "replaced" if replaced else "cut"
    if not each.held:
        return "empty"
    return "shown" if each.said else "dropped"


def _decision(decision: Any, rule: Rule) -> dict[str, Any]:
    case = reason.case(rule, decision.case)
    condition = reason.condition(case.condition) if case is not None else None
    return {
        "audience": decision.audience,
        "shown": decision.shown,
        "because": decision.because,
        "condition": condition,
    }


def _rule(profile: Profile, rule: Rule | None, key: str) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {"element": key, "file": profile.disclosure.file, "line": rule.line, "source": rule.source}


def _said(profile: Profile, each: Explanation, kind: str) -> list[dict[str, Any]]:
    """How the profile says the element."""
    layout = profile.layouts.get(kind, ())
    return [_line(line) for line in lines(layout, kind) if line.path == each.path]


def _line(line: Line) -> dict[str, Any]:
    asked = getattr(line.item, "demand", constraint.Demand())
    found = {
        "label": line.label,
        "cardinality": constraint.said(asked.low, asked.high),
        "length": constraint.said(asked.shortest, asked.longest) if asked.shortest or asked.longest else "",
        "format": asked.format,
        "language": asked.language,
        "source": getattr(line.item, "source", ""),
    }
    return {key: value for key, value in found.items() if value}


def _text(entry: dict[str, Any]) -> tuple[str, _Rows]:
    """An explanation as a heading and rows."""
    rows: _Rows = []
    rule, profile = entry["rule"], entry["profile"]
    if rule is None:
        rows.append(("rule", "none: what has no rule in the disclosure cannot leave"))
    else:
        rows.append(("rule", f"{rule['element']}, {rule['file']}:{rule['line']}"))
        rows += [("source", rule["source"])] if rule["source"] else []
        because = "by rule" if entry["outcome"] == "not said" else "because"
        rows += [(because, _because(each)) for each in [entry["decision"], *_reasons(entry)]]
        rows += [("fact", _fact(each)) for each in entry["facts"]]
    name = f"{profile['name']} {profile['version']}"
    rows += [("profile", f"{name}: {_words(each)}") for each in profile["says"]]
    rows += [] if profile["says"] else [("profile", f"it is not in the profile {name}")]
    held = entry["values"]
    number = held if isinstance(held, int) else len(held)
    many = f"{number} value{'s'[: number != 1]}"
    rows.append(("object", many if isinstance(held, int) or not held else f"{many}: {', '.join(held)}"))
    for each in entry.get("violations", ()):
        rows.append(("breaks", f"{each['rule']}{': ' + each['observed'] if 'observed' in each else ''}"))
    rows += [("said", ", ".join(entry["said"]))] if entry.get("said") else []
    rows += _readings(entry)
    whom = entry["audiences"][0] if entry["audiences"] else "anyone"
    return f"{entry['element']} of {entry['object']}, to {whom}: {_OUTCOMES[entry['outcome']]}", rows


def _reasons(entry: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What else decided: of what is hidden, why those whose view is included do not see it either."""
    if not entry["decision"]["shown"]:
        yield from (each for each in entry["others"] if each["condition"])


def _because(decision: dict[str, Any]) -> str:
    condition = f", for {decision['condition']}" if decision["condition"] else ""
    return f"{decision['because']}{condition}"


def _fact(fact: dict[str, Any]) -> str:
    so = {True: "yes", False: "no", None: "in doubt, for the object contradicts itself"}[fact["isSo"]]
    held = f" (the object has: {', '.join(fact['held']) or 'nothing'})" if "held" in fact else ""
    return f"{fact['fact']}: {so}{held}"


def _words(line: dict[str, Any]) -> str:
    said = [f"{key} {value}" for key, value in line.items() if key not in ("label", "source")]
    source = f" [{line['source']}]" if "source" in line else ""
    return (f"{line['label']!r}, " if "label" in line else "") + ", ".join(said) + source


def _readings(entry: dict[str, Any]) -> _Rows:
    reads = entry.get("reads")
    if reads is None:
        return []
    text = reads["whois"]
    return [
        *([("WHOIS", text or "no line")] if text is not None else []),
        ("RDAP", reading.rdap_text(reads["rdap"])),
        ("JSON, XML, CSV", reading.plain_text(reads["plain"])),
    ]


def _general(profile: Profile, part: str, short: str) -> dict[str, Any]:
    """The rule on an element as plain data: to whom it is shown, whatever the object."""
    rule, disclosure = profile.disclosure.rule(part, short), profile.disclosure
    kinds = [
        kind
        for kind, layout in profile.layouts.items()
        if any(line.part == part and line.path.rpartition(".")[2] == short for line in lines(layout, kind))
    ]
    entry: dict[str, Any] = {
        "element": f"{part}.{short}",
        "rule": _rule(profile, rule, f"{part}.{short}"),
        "profile": {"name": profile.name, "version": profile.version, "says": kinds},
        "audiences": {
            each: reason.sees(rule, ordered(disclosure, [each])) if rule is not None else "hidden"
            for each in disclosure.audiences.names
        },
    }
    redaction = profile.terms.redactions.get(f"{part}.{short}", rule.redaction) if rule is not None else None
    if redaction is not None and any(sees != "shown" for sees in entry["audiences"].values()):
        tables = profile.terms.catalogue.tables
        kind = part if part in GRAPHS else "domain"
        direct = part in (kind, *ROLES, "registrar", "host") or "domain" in tables[table_of(part)].of
        entry["reads"] = {
            "whois": spoken(redaction.text, profile.language),
            "rdap": reading.of_rdap(kind, part, short, redaction) if direct else None,
            "plain": reading.of_plain(part, short, redaction, bool(redaction.cut or redaction.value)),
        }
    return entry


def _general_text(entry: dict[str, Any]) -> tuple[str, _Rows]:
    rule, profile = entry["rule"], entry["profile"]
    rows: _Rows = [(f"to {audience}", sees) for audience, sees in entry["audiences"].items()]
    if rule is None:
        rows = [("rule", "none: what has no rule in the disclosure cannot leave")]
    else:
        rows.append(("rule", f"{rule['file']}:{rule['line']}"))
        rows += [("source", rule["source"])] if rule["source"] else []
    said = f"said of {', '.join(profile['says'])}" if profile["says"] else "not in it"
    rows.append(("profile", f"{profile['name']} {profile['version']}: {said}"))
    return entry["element"], [*rows, *_readings(entry)]


def _nothing(result: Result, name: str, element: str) -> str:
    if not result.hits:
        return f"there is no {name!r} in the store"
    kinds = [_KINDS.get(type(hit.graph), "reserved name, which nothing is said of") for hit in result.hits]
    return f"{name} is a {kinds[0]}; it has no part with the element {element}"


def _print(entries: Sequence[dict[str, Any]], form: str, text: Any) -> None:
    if form == "json":
        click.echo(json.dumps(entries, ensure_ascii=False, indent=2))
        return
    for index, entry in enumerate(entries):
        heading, rows = text(entry)
        click.echo(("\n" if index else "") + heading)
        grid.show(rows)
