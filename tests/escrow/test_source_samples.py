"""The four sample deposits of RFC 9022: all are read; which leniency those of the CSV model need is said here.

The checksums that the RFC prints are of files that it does not print. The tests put in those of the files that are
here, made of the rows in section 5; what README.md says was done to them is all that was.
"""

from __future__ import annotations

import re
import shutil
import zlib
from pathlib import Path

import pytest

from directory.model.base import Status
from directory.model.contact import Contact, Disclose
from directory.model.domain import Domain, Nndn
from directory.model.host import Host
from directory.model.registrar import Registrar
from tests.escrow.reading import Reading, read

SAMPLES = Path(__file__).parent.parent / "data" / "rfc9022"
_FILE = re.compile(r'cksum="[0-9A-F]{8}">\s*(\S+)\s*<')


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The CSV samples, with checksums that are those of the files."""
    for path in SAMPLES.glob("*.csv"):
        shutil.copy(path, tmp_path)
    for name in ("section16-full-csv.xml", "section17-diff-csv.xml"):
        text = _FILE.sub(
            lambda found: f'cksum="{zlib.crc32((tmp_path / found[1]).read_bytes()):08X}">{found[1]}<',
            (SAMPLES / name).read_text(),
        )
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.clause("RFC 9022 §14")
def test_the_full_sample_in_xml_is_read_without_a_finding() -> None:
    found = read(SAMPLES / "section14-full.xml")
    assert not found.report.findings
    assert len(found.puts) == 9
    assert found.frame is not None
    assert (found.frame.type, found.frame.id, found.frame.resend) == ("FULL", "20191017001", 0)
    assert found.models == {kind: {"xml"} for kind in found.models}


@pytest.mark.clause("RFC 9022 §15")
def test_the_differential_sample_in_xml_is_read_without_a_finding() -> None:
    found = read(SAMPLES / "section15-diff.xml")
    assert not found.report.findings
    assert [(one.kind, one.field, one.key) for one in found.deletes] == [("domain", "name", "example2.example")]
    assert found.puts == []
    assert found.frame is not None
    assert found.frame.prev_id == "20191017001"


@pytest.mark.clause("RFC 9022 §16")
def test_the_full_sample_in_csv_is_read_leniently(folder: Path) -> None:
    found = read(folder / "section16-full-csv.xml", lenient=True)
    assert not found.faults
    assert [(kind, len(found.values(kind))) for kind in ("domain", "host", "contact", "registrar")] == [
        ("domain", 4), ("host", 5), ("contact", 9), ("registrar", 1),
    ]  # fmt: skip
    first = found.values("domain")[0]
    assert isinstance(first, Domain)
    assert first.statuses == (
        Status("clientUpdateProhibited", "Disallow update", "en"),
        Status("clientDeleteProhibited", "Disallow delete", "en"),
    )
    assert [one.host for one in first.ns] == ["ns2.domain1.example"]
    assert [one.key_tag for one in first.secdns] == [30730, 61882, None, None]
    assert first.max_sig_life == 604_800
    assert first.transfer[0].ac_date == "2011-03-13T23:59:59Z"
    variant = next(one for one in found.values("domain") if isinstance(one, Domain) and one.original_name)
    assert (variant.u_name, variant.idn_table) == ("аbc321.example", "LANG-1")
    contact = next(one for one in found.values("contact") if isinstance(one, Contact) and one.disclose)
    assert contact.disclose == (Disclose(0, "voice"), Disclose(0, "fax"), Disclose(0, "email"))
    registrar = found.values("registrar")[0]
    assert isinstance(registrar, Registrar)
    assert registrar.postal[0].street == ("123 Example Dr.", "Suite 100")
    assert {one.state for one in found.values("nndn") if isinstance(one, Nndn)} == {"blocked", "mirrored"}
    assert found.models["epp_params"] == {"xml"}


@pytest.mark.clause("RFC 9022 §16")
def test_what_the_csv_sample_needs_leniency_for_is_all_said(folder: Path) -> None:
    found = read(folder / "section16-full-csv.xml", lenient=True)
    # The ROID of ns1.domain1.example is that of ns1.example.net in one table and its own in the others.
    said = {(one.file.partition("-")[0], one.message) for one in found.warnings}
    assert said == {
        ("hostStatuses", "a row of hostStatuses has no parent in the deposit"),
        ("hostAddresses", "a row of hostAddresses has no parent in the deposit"),
        ("host", "the deposit has this host twice"),
        ("domainNameServers", "the ROID Hns1_domain1_test-TEST is not that of one host"),
        ("domainNameServers", "the ROID Hns1_example_test-TEST is not that of one host"),
    }
    hosts = [one for one in found.values("host") if isinstance(one, Host)]
    assert len({one.roid for one in hosts}) == 5


@pytest.mark.clause("RFC 9022 §16")
def test_read_strictly_the_csv_sample_is_refused(folder: Path) -> None:
    found = read(folder / "section16-full-csv.xml")
    assert found.about("not quoted as a whole").file == "contactPostal-YYYYMMDD.csv"
    blanks = [one for one in found.faults if one.file.startswith("domainStatuses")]
    assert {one.message for one in blanks} == {"' en' is no language tag"}
    assert [one.line for one in blanks] == [1, 2]
    assert found.about("has this host twice").code == "RDE_HOST_HAS_NON_UNIQUE_ROID"


@pytest.mark.clause("RFC 9022 §17")
def test_the_differential_sample_in_csv_is_read_leniently(folder: Path) -> None:
    found = read(folder / "section17-diff-csv.xml", lenient=True)
    assert not found.faults
    assert found.frame is not None
    assert found.frame.type == "DIFF"
    deletes: dict[tuple[str, str], list[str]] = {}
    for one in found.deletes:
        deletes.setdefault((one.kind, one.field), []).append(one.key)
    assert list(deletes) == [
        ("domain", "name"), ("host", "roid"), ("contact", "handle"), ("registrar", "id"), ("idn_table", "id"),
        ("nndn", "name"),
    ]  # fmt: skip
    assert deletes["host", "roid"][0] == "Hns1_domain1_test-TEST"
    assert deletes["nndn", "name"] == ["xn--bc456-3ve.example"]
    assert len(found.values("contact")) == 9


def read_as_printed(folder: Path) -> Reading:
    for path in SAMPLES.glob("*YYYYMMDD.csv"):
        shutil.copy(path, folder)
    shutil.copy(SAMPLES / "section16-full-csv.xml", folder)
    return read(folder / "section16-full-csv.xml", lenient=True)


@pytest.mark.clause("RFC 9022 §4.4")
def test_the_checksums_that_are_printed_refuse_the_sample_however_lenient_one_is(tmp_path: Path) -> None:
    found = read_as_printed(tmp_path)
    assert {one.code for one in found.faults} == {"RDE_INVALID_CSV"}
    assert len(found.faults) == 18
    assert all("CRC32" in one.message for one in found.faults)
