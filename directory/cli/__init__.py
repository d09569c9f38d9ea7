"""The command line: `dnrd`, for operators and policy people."""

from __future__ import annotations

import click

from directory.cli.lazy import LazyGroup

_COMMANDS = {
    "sample": "Make up a registry, and write its deposit.",
    "check-deposit": "Check an escrow deposit, and change nothing.",
    "ingest": "Apply escrow deposits to a store.",
    "watch": "Apply every deposit that arrives in a folder.",
    "serve": "Answer WHOIS and RDAP from a store.",
    "query": "Answer a query without a server.",
    "history": "Tell what became of a name.",
    "profile": "Decide what is said, and to whom: check, try, compare.",
    "model": "Show what can be known of a name, element by element.",
    "key": "Make, list and revoke keys of requesters.",
    "config": "Show the settings and their defaults.",
    "export": "Write a deposit of what a store holds.",
    "forget": "Erase the past of a person.",
    "expire": "Remove what was superseded long ago.",
}


@click.group(
    cls=LazyGroup,
    package=__name__,
    modules=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="dnrd", prog_name="dnrd")
def main() -> None:
    """A registration data directory: an escrow deposit in, WHOIS and RDAP out.

    Two commands make a directory of a registry's deposit:

    \b
        dnrd ingest --store sqlite:///registry.db deposit.xml.gz
        dnrd serve  --store sqlite:///registry.db

    and then

    \b
        whois -h 127.0.0.1 -p 4343 NAME
        curl http://127.0.0.1:8080/rdap/domain/NAME

    No deposit at hand? This makes one up:

    \b
        dnrd sample --out deposit.xml.gz

    `dnrd COMMAND --help` tells all about a command. The exit code is 0 if all is well, 1 if the answer is a bad
    one (nothing found, faults, refused), and 2 if the command was not understood; each command says more.
    """
