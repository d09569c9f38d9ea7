"""What the README shows is what the program prints; `pytest --golden-update` writes it anew."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from directory import config
from tests import deposits as d

README = Path(__file__).parent.parent / "README.md"


def check(block: str, text: str, request: pytest.FixtureRequest) -> None:
    """Compare a marked block of the README with what it should be."""
    readme = README.read_text()
    pattern = re.compile(rf"(<!-- {block} -->\n)(.*?)(<!-- /{block} -->)", re.DOTALL)
    found = pattern.search(readme)
    assert found, f"the README has no block {block}"
    if request.config.getoption("--golden-update"):
        README.write_text(pattern.sub(lambda match: match[1] + text + match[3], readme))
        return
    assert found[2] == text


def test_the_table_of_settings_is_that_of_the_code(request: pytest.FixtureRequest) -> None:
    check("settings", config.markdown().rstrip("\n") + "\n", request)


def test_the_answer_that_is_shown_is_the_one_that_is_given(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    deposit = tmp_path / "deposit.xml"
    ds = (
        "<rdeDomain:secDNS><secDNS:dsData><secDNS:keyTag>12345</secDNS:keyTag><secDNS:alg>13</secDNS:alg>"
        "<secDNS:digestType>2</secDNS:digestType><secDNS:digest>"
        "49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC49FD46E6C4B45C55D4AC1234</secDNS:digest></secDNS:dsData>"
        "</rdeDomain:secDNS>"
    )
    name = "<rdeRegistrar:name>whois.registrar.example</rdeRegistrar:name>"
    whois = f"<rdeRegistrar:whoisInfo>{name}</rdeRegistrar:whoisInfo>"
    objects = (
        d.registrar(more=whois),
        d.contact(),
        d.host("ns1.one.example", "192.0.2.1"),
        d.host("ns2.one.example", "192.0.2.2"),
        d.domain(
            hosts=("ns1.one.example", "ns2.one.example"),
            statuses=("clientTransferProhibited",),
            contacts=(),
            more=ds,
        ),
    )
    deposit.write_bytes(d.full(*objects))
    side = tmp_path / "registrars.yaml"
    side.write_text(
        "registrars:\n  - iana: 9995\n    contacts:\n"
        '      - {type: abuse, email: abuse@registrar.example, voice: "+1.5555550100"}\n'
    )

    def dnrd(*words: str | Path) -> str:
        command = [sys.executable, "-m", "directory", *words]
        done = subprocess.run(command, check=True, capture_output=True, timeout=60, cwd=tmp_path)
        return done.stdout.decode().replace("\r\n", "\n")

    dnrd("ingest", "--store", "sqlite:///registry.db", "--registrars", side, deposit)
    asked = ("query", "--store", "sqlite:///registry.db", "one.example")
    reply = dnrd(*asked)
    shown = reply[: reply.index("The data in this reply")] + "…\n"
    check("answer", f"```console\n$ dnrd {' '.join(asked)}\n{shown}```\n", request)
