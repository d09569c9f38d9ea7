"""Side data, and the command that loads it: alone or with a deposit, whole or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from directory.cli import main
from directory.model.graph import DomainGraph
from directory.model.registrar import SideData
from directory.query import Kind, Lookup
from directory.store.open import open_store
from tests import deposits as d

REGISTRY = (d.registrar(), d.registrar("R-2", "Registrar Two", 9996), d.contact())


@pytest.fixture
def deposit(tmp_path: Path) -> Path:
    path = tmp_path / "deposit.xml"
    path.write_bytes(d.full(*REGISTRY, d.domain(), d.domain("two.example", cl_id="R-2")))
    return path


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'registry.db'}"


def dnrd(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def side_file(folder: Path, text: str) -> Path:
    path = folder / "registrars.yaml"
    path.write_text(text)
    return path


def side_of(url: str, name: str) -> SideData | None:
    """The side data that a lookup of a domain finds with its registrar."""

    async def look() -> SideData | None:
        reader = open_store(url)
        await reader.start()
        try:
            (hit,) = (await reader.lookup(Lookup(Kind.DOMAIN, name))).hits
        finally:
            await reader.close()
        assert isinstance(hit.graph, DomainGraph)
        assert hit.graph.sponsor is not None
        return hit.graph.sponsor.side

    return asyncio.run(look())


ABUSE = """
registrars:
  - iana: 9995
    whois: WHOIS.registrar.example
    rdap: https://rdap.registrar.example
    contacts:
      - {type: abuse, email: abuse@registrar.example, voice: "+1.5555550100", voiceExt: "7"}
  - id: R-2
    contacts: [{type: tech, name: Operations}]
  - iana: 4242
    whois: whois.nobody.example
"""


def test_side_data_is_found_by_iana_id_and_by_registrar_id(tmp_path: Path, url: str, deposit: Path) -> None:
    done = dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, ABUSE), deposit)
    assert done.exit_code == 0, done.output
    assert "side data of 3 registrars" in done.output
    assert "note: registrars.yaml: no registrar of the store has iana 4242" in done.output
    one, two = side_of(url, "one.example"), side_of(url, "two.example")
    assert one is not None
    assert two is not None
    assert (one.whois, one.rdap) == ("whois.registrar.example", "https://rdap.registrar.example/")
    abuse, tech = one.desk("abuse"), two.desk("tech")
    assert abuse is not None
    assert tech is not None
    assert (abuse.email, abuse.voice, abuse.voice_ext) == ("abuse@registrar.example", "+1.5555550100", "7")
    assert tech.name == "Operations"


def test_side_data_loaded_alone_replaces_what_was_there(tmp_path: Path, url: str, deposit: Path) -> None:
    assert dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, ABUSE), deposit).exit_code == 0
    fresh = side_file(tmp_path, "registrars: [{id: R-1, whois: new.registrar.example}]")
    assert dnrd("ingest", "--store", url, "--registrars", fresh).exit_code == 0
    one = side_of(url, "one.example")
    assert one is not None
    assert one.whois == "new.registrar.example"
    assert side_of(url, "two.example") is None


def test_the_registry_s_own_id_beats_that_of_iana(tmp_path: Path, url: str, deposit: Path) -> None:
    both = "registrars: [{iana: 9995, whois: by-iana.example}, {id: R-1, whois: by-id.example}]"
    assert dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, both), deposit).exit_code == 0
    one = side_of(url, "one.example")
    assert one is not None
    assert one.whois == "by-id.example"


def test_the_next_deposit_keeps_the_side_data(tmp_path: Path, url: str, deposit: Path) -> None:
    assert dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, ABUSE), deposit).exit_code == 0
    assert dnrd("ingest", "--store", url, deposit).exit_code == 0
    assert side_of(url, "one.example") is not None


def test_a_bad_side_file_is_refused_with_lines_and_changes_nothing(
    tmp_path: Path, url: str, deposit: Path
) -> None:
    text = """registrars:
  - iana: 9995
    whios: whois.registrar.example
  - id: R-2
    contacts:
      - {type: abuse, email: not an address, voice: "12"}
      - {type: sales}
"""
    done = dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, text), deposit)
    assert done.exit_code == 1
    assert "registrars.yaml:3: " in done.output
    assert "whios" in done.output
    assert "registrars.yaml:7: " in done.output
    assert not (tmp_path / "registry.db").exists()
    faulty = text.replace("    whios: whois.registrar.example\n", "").replace("      - {type: sales}\n", "")
    done = dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, faulty), deposit)
    assert done.exit_code == 1
    assert "'not an address' is no e-mail address [RFC 5322 §3.4.1]" in done.output
    assert "'12' is no number like +1.5555551234 [RFC 5733 §2.5]" in done.output


def test_side_data_for_no_repository_says_so(tmp_path: Path, url: str, deposit: Path) -> None:
    done = dnrd("ingest", "--store", url, "--registrars", side_file(tmp_path, ABUSE))
    assert done.exit_code == 1
    assert "no repository yet" in done.output
    assert not (tmp_path / "registry.db").exists()
    assert dnrd("ingest", "--store", url, deposit).exit_code == 0
    other = side_file(tmp_path, f"repository: other{ABUSE}")
    done = dnrd("ingest", "--store", url, "--registrars", other)
    assert done.exit_code == 1
    assert "no repository 'other'" in done.output


def test_a_deposit_and_side_data_for_another_repository_are_refused_together(
    tmp_path: Path, url: str, deposit: Path
) -> None:
    other = side_file(tmp_path, f"repository: other{ABUSE}")
    done = dnrd("ingest", "--store", url, "--registrars", other, deposit)
    assert done.exit_code == 1
    assert "it is for 'other', and the deposit of 'example'" in done.output
    assert not (tmp_path / "registry.db").exists()


def test_the_command_tells_what_it_did_and_what_is_wrong(tmp_path: Path, url: str, deposit: Path) -> None:
    done = dnrd("ingest", "--store", url, deposit)
    assert done.exit_code == 0
    assert "repository example, watermark 2026-01-01T00:00:00Z" in done.output
    assert "domains                   2          0          0          0" in done.output
    assert "5 objects in " in done.output
    deposit.write_bytes(d.full(*REGISTRY, d.domain("-bad.example")))
    done = dnrd("ingest", "--store", url, deposit)
    assert done.exit_code == 1
    assert f"{deposit}:" in done.output
    assert "domain -bad.example: rdeDomain:name: the label '-bad' begins or ends with a hyphen" in done.output
    assert "refused: 1 finding; the store is as it was" in done.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--store", "sqlite:///x.db"), "give a DEPOSIT or a folder of them, or --registrars FILE, or both"),
        (("--store", "registry.db", "DEPOSIT"), "did you mean sqlite:///registry.db?"),
        (("--store", "mysql://localhost/x", "DEPOSIT"), "'mysql' is no engine of ours; take sqlite or postgresql"),
        (("--store", "sqlite://", "DEPOSIT"), "an SQLite store is a file"),
        (("--store", "postgresql://127.0.0.1:1/x", "DEPOSIT"), "postgresql://127.0.0.1:1/x"),
    ],
)
def test_a_wrong_call_says_what_is_right(words: tuple[str, ...], message: str, deposit: Path) -> None:
    done = dnrd("ingest", *[str(deposit) if word == "DEPOSIT" else word for word in words])
    assert done.exit_code in (1, 2)
    assert message in done.output
    assert "Traceback" not in done.output
