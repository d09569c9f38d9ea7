"""What the levels say of deposits that others wrote: RFC 9022's own samples, and the made-up registry."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from directory.cli.intaking import own_objects
from directory.escrow.check.known import Known
from directory.escrow.check.level import Level
from directory.escrow.sample import write_sample
from tests.escrow.checking import CATALOGUE, check_file, names
from tests.escrow.test_source_samples import SAMPLES, folder  # noqa: F401

MAXIMUM = Known(model="maximum", hosts="objects")


@pytest.mark.clause("RFC 9022 §14")
def test_the_full_sample_in_xml_is_noted_for_its_references_and_refused_for_them_by_rst() -> None:
    said = {
        "RDE_DOMAIN_HAS_INVALID_NAME",  # its header is of test, its domains below example
        "RDE_DOMAIN_HAS_INVALID_REGISTRANT",
        "RDE_DOMAIN_HAS_MISSING_NAMESERVER",
    }
    for level in (Level.LENIENT, Level.NORMAL):
        found = check_file(SAMPLES / "section14-full.xml", level, MAXIMUM)
        assert found.passed
        assert names(found, notes=True) == {*said, "RFC 9022 §5.9.1"}
    assert names(check_file(SAMPLES / "section14-full.xml", Level.STRICT, MAXIMUM)) == said


@pytest.mark.clause("RFC 9022 §15")
def test_the_differential_sample_in_xml_passes_at_every_level() -> None:
    for level in Level:
        found = check_file(SAMPLES / "section15-diff.xml", level, MAXIMUM)
        assert found.passed
        assert not found.found.numbers


CSV_SAID = {
    "RDE_DOMAIN_HAS_INVALID_NAME",
    "RDE_DOMAIN_HAS_MISSING_NAMESERVER",
    "RDE_HOST_HAS_NON_UNIQUE_ROID",
    "RFC 9022 §4.6.1",  # rows of hosts that have none of their own
}
FORMAT = {"RDE_INVALID_CSV", "RFC 5646 §2.1"}  # quotes in the middle of a cell; a blank before the language


@pytest.mark.clause("RFC 9022 §16")
def test_the_full_sample_in_csv_passes_when_lenient_and_is_refused_by_the_letter(folder: Path) -> None:  # noqa: F811
    path = folder / "section16-full-csv.xml"
    lenient = check_file(path, Level.LENIENT, MAXIMUM)
    assert lenient.passed
    assert names(lenient, notes=True) == CSV_SAID | {
        "RDE_OBJECT_COUNT_MISMATCH",
        "RDE_DOMAIN_HAS_INVALID_REGISTRANT",
        "RDE_DOMAIN_HAS_INVALID_ACRR",
        "RDE_CONTACT_HAS_UNKNOWN_ACRR",
        "RFC 9022 §5.9.1",
    }
    assert names(check_file(path, Level.NORMAL, MAXIMUM)) == CSV_SAID - {"RDE_DOMAIN_HAS_INVALID_NAME"} | FORMAT
    assert names(check_file(path, Level.STRICT, MAXIMUM)) == CSV_SAID | FORMAT


@pytest.mark.clause("RFC 9022 §17")
def test_the_differential_sample_in_csv_does_so_too(folder: Path) -> None:  # noqa: F811
    path = folder / "section17-diff-csv.xml"
    uris = {"RDE_MENU_AND_HEADER_URIS_DIFFER"}
    lenient = check_file(path, Level.LENIENT, MAXIMUM)
    assert lenient.passed
    assert names(lenient, notes=True) == CSV_SAID | uris | {"RFC 9022 §5.9.1"}
    assert names(check_file(path, Level.STRICT, MAXIMUM)) == CSV_SAID | uris | FORMAT


# -- the made-up registry ----

_OURS = re.compile(r"<(reseller|trademark|person|postalLanguage):\1>.*</\1:\1>\n|<[^>]*>urn:x-dnrd[^<]*<[^>]*>")
_COUNTED = re.compile(r'<rdeHeader:count uri="urn:x-dnrd[^<]*</rdeHeader:count>')


@pytest.mark.parametrize("tld", ["example", "co.example", "пример"])
def test_a_made_up_registry_raises_nothing_but_that_it_has_objects_of_its_own(tld: str, tmp_path: Path) -> None:
    path = tmp_path / "sample.xml"
    watermark = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    write_sample(path, domains=300, seed=5, tld=tld, watermark=watermark)
    found = check_file(path, Level.STRICT, MAXIMUM)
    assert names(found) == {"RDE_UNEXPECTED_OBJECT_URI"}
    assert found.found.numbers["RDE_UNEXPECTED_OBJECT_URI", False] == 4
    assert not names(found, notes=True), "\n".join(found.to_text())
    assert check_file(path, Level.NORMAL, MAXIMUM).passed
    declared = check_file(path, Level.NORMAL, replace(MAXIMUM, extensions=own_objects(CATALOGUE, Level.NORMAL)))
    assert not declared.found.numbers, "\n".join(declared.to_text())

    path.write_text(_COUNTED.sub("", _OURS.sub("", path.read_text())))
    found = check_file(path, Level.STRICT, MAXIMUM)
    assert not found.found.numbers, "\n".join(found.to_text())
    assert sum(found.objects.values()) > 500
