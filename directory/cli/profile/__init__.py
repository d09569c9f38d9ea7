"""`dnrd profile`: the tools of those who decide what is said, and to whom."""

from __future__ import annotations

import click

from directory.cli.lazy import LazyGroup

_COMMANDS = {
    "list": "The profiles there are, and those in force.",
    "check": "Every fault of profiles and disclosures, with line and rule.",
    "preview": "What would be answered to a query.",
    "explain": "Why an element is shown, or not.",
    "diff": "What would change under another profile.",
    "audit": "Which objects do not keep to a profile.",
    "variability": "How profiles say the same element.",
    "schema": "The JSON Schema of what a profile answers.",
}


@click.group("profile", cls=LazyGroup, package=__name__, modules=_COMMANDS)
def command() -> None:
    """Check, explain, try and compare profiles and disclosures: what is said of a name, and to whom.

    A profile says what a service tells of an object, in which order and words; a disclosure says who may see what.
    From an idea to what is served:

    \b
        dnrd profile list                                     what there is, and what is in force
        dnrd profile check mine.yaml                          is it right?
        dnrd profile preview one.example --profile mine.yaml  what would be answered
        dnrd profile diff gtld-whois mine.yaml                what would change, over all objects
        dnrd profile explain registrant.voice --object one.example --audience public
                                                              why is it shown, or not

    Where a command needs objects, --store or --config says of which store. The exit code is 0 if all is well, 1 if
    the answer is a bad one (faults, differences, nothing found), and 2 if there is none.
    """
