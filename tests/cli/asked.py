"""A small registry for the commands that policy people use, and documents of their own."""

from __future__ import annotations

from pathlib import Path

from tests import deposits
from tests.cli.filled import fill
from tests.profile.documents import DISCLOSURE, PROFILE, Change, changed

HIDES = '<rdeContact:disclose flag="0"><contact:voice/></rdeContact:disclose>'
SHOWS = '<rdeContact:disclose flag="1"><contact:voice/></rdeContact:disclose>'

ASKED = "registrant.voice: {show: [registry], when: [{show: [public], if: {disclose: show}}, "
ASKED += "{hide: [public], if: {disclose: hide}}]"
"""The rule on the registrant's number by its preference, in place of RULE."""
RULE = "registrant.voice: {show: [registry]"


def registry(folder: Path) -> str:
    """A store with two domains, of which the first's registrant asks to have its number hidden and the second's to
    have it shown, a host, and a name that is reserved."""
    return fill(
        folder,
        deposits.registrar(),
        deposits.contact("C-1", name="Ana", more=HIDES),
        deposits.contact("C-2", name="Ben", more=SHOWS),
        deposits.host("ns1.one.example", "192.0.2.1"),
        deposits.domain("one.example", hosts=("ns1.one.example",)),
        deposits.domain("two.example", registrant="C-2"),
        deposits.nndn("held.example"),
    )


def write(folder: Path, *said: Change, ruled: tuple[Change, ...] = ((RULE, ASKED),)) -> str:
    """A profile with its disclosure beside it; the path of the profile."""
    folder.mkdir(exist_ok=True)
    (folder / "rules.yaml").write_text(changed(DISCLOSURE, *ruled), encoding="utf-8")
    path = folder / "said.yaml"
    path.write_text(changed(PROFILE, *said), encoding="utf-8")
    return str(path)
