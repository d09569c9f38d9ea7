"""A deposit as a source: what it is, what it deletes, its objects, read as often as one likes."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from directory.errors import DepositError
from directory.escrow.fields import Report
from directory.escrow.header import Share
from directory.escrow.source import Source
from directory.model.contact import Contact, Disclose
from directory.model.registry import Extension
from tests import deposits as d
from tests.escrow.reading import CATALOGUE, NOW, Reading, read

REGISTRY = (d.registrar(), d.contact(name="Ana"), d.domain())
Deposit = Callable[..., Reading]


@pytest.fixture
def deposit(tmp_path: Path) -> Deposit:
    """Reads a deposit of these objects, changed."""

    def run(*objects: str, change: Callable[[str], str] = lambda text: text, encoding: str = "utf-8") -> Reading:
        path = tmp_path / "deposit.xml"
        path.write_bytes(change(d.full(*(objects or REGISTRY)).decode()).encode(encoding))
        return read(path)

    return run


def differential(deletes: str, attributes: str = 'prevId="20251231"') -> Callable[[str], str]:
    """Makes a DIFF of a FULL."""

    def change(text: str) -> str:
        text = text.replace('type="FULL"', f'type="DIFF" {attributes}')
        return text.replace("<rde:contents>", f"<rde:deletes>{deletes}</rde:deletes><rde:contents>")

    return change


@pytest.mark.clause("RFC 8909 §5.1")
def test_the_frame_is_what_the_deposit_says_of_itself(deposit: Deposit) -> None:
    found = deposit(
        change=lambda text: text.replace(' id="', ' resend=" 2 " prevId="x1" id="', 1).replace(
            'type="FULL"', 'type="INCR"'
        )
    )
    assert found.frame is not None
    assert (found.frame.type, found.frame.resend, found.frame.prev_id) == ("INCR", 2, "x1")
    assert found.frame.watermark == d.WATERMARK
    assert not found.report.findings


@pytest.mark.clause("RFC 8909 §5.1")
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('type="FULL"', 'type="DIFF"', "attribute prevId is missing"),
        ('type="FULL"', 'type="PART"', "not FULL, INCR or DIFF"),
        ('type="FULL"', 'type="INCR" prevId="?"', "attribute prevId is '?'"),
        ('type="FULL"', 'type="FULL" resend="-1"', "attribute resend"),
        ("<rde:version>1.0", "<rde:version>2.0", "version is '2.0'"),
        (d.WATERMARK, "2026-01-01T00:00:00+01:00", "not in UTC"),
        (d.WATERMARK, "2027-01-01T00:00:00Z", "in the future"),
        ("rde:watermark>", "rde:watermerk>", "no watermark"),
    ],
)
def test_a_frame_that_is_wrong_is_refused(deposit: Deposit, old: str, new: str, message: str) -> None:
    found = deposit(change=lambda text: text.replace(old, new))
    assert found.frame is None
    finding = found.about(message)
    assert finding.code == ("" if "future" in message else "RDE_SCHEMA_VALIDATION_ERROR")


@pytest.mark.clause("RFC 8909 §6.1")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda text: text.replace("</rde:contents>", "</rde:contents><rde:deletes/>"),
            "rde:deletes comes too late",
        ),
        (
            lambda text: text.replace("</rde:contents>", "</rde:contents><rde:contents/>"),
            "rde:contents is there twice",
        ),
        (lambda text: text.replace("<rde:rdeMenu>", "<rde:more/><rde:rdeMenu>"), "rde:more has no place"),
    ],
)
def test_the_parts_of_a_deposit_have_their_order(
    deposit: Deposit, change: Callable[[str], str], message: str
) -> None:
    finding = deposit(change=change).about(message)
    assert finding.code == "RDE_SCHEMA_VALIDATION_ERROR"
    assert "rde:watermark, rde:rdeMenu, rde:deletes, rde:contents" in finding.hint


@pytest.mark.clause("RFC 9022 §5.9.1")
def test_a_header_may_count_parts_of_the_repository(deposit: Deposit) -> None:
    more = (
        '<rdeHeader:count uri="urn:x" rcdn="Co.example">3</rdeHeader:count>'
        '<rdeHeader:count uri="urn:x" registrarId="8">2</rdeHeader:count>'
        "<rdeHeader:contentTag> a  b </rdeHeader:contentTag>"
    )
    header = deposit(change=lambda text: text.replace("</rdeHeader:header>", more + "</rdeHeader:header>")).header
    assert header is not None
    assert [(one.uri, one.number, one.rcdn, one.registrar) for one in header.shares] == [
        ("urn:x", 3, "co.example", None), ("urn:x", 2, None, 8),
    ]  # fmt: skip
    assert isinstance(header.shares[0], Share)
    assert header.content_tag == "a b"
    assert "urn:x" not in header.counts


@pytest.mark.clause("RFC 9022 §5.9.1")
@pytest.mark.parametrize(
    ("owner", "message"),
    [
        ("<rdeHeader:registrar>0</rdeHeader:registrar>", "no number from 1"),
        ("<rdeHeader:tld>exämple</rdeHeader:tld>", "not in A-labels"),
        ("<rdeHeader:ppsp/>", "it is empty"),
        ("<rdeHeader:tld>a</rdeHeader:tld><rdeHeader:tld>b</rdeHeader:tld>", "names a second repository"),
        ('<rdeHeader:count uri="urn:x">1</rdeHeader:count><rdeHeader:tld>a</rdeHeader:tld>', "comes first"),
    ],
)
def test_whose_repository_it_is_stands_first_and_once(deposit: Deposit, owner: str, message: str) -> None:
    found = deposit(change=lambda text: text.replace("<rdeHeader:tld>example</rdeHeader:tld>", owner))
    assert found.header is None
    assert message in found.report.findings[0].message


@pytest.mark.clause("RFC 9022 §5.9")
def test_a_deposit_without_a_header_is_refused(deposit: Deposit) -> None:
    found = deposit(change=lambda text: text.replace("rdeHeader:header>", "rdeHeader:heading>"))
    assert found.about("there is no rdeHeader:header").code == "RDE_SCHEMA_VALIDATION_ERROR"


@pytest.mark.clause("RFC 8909 §7")
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_utf16_and_a_byte_order_mark_are_read(deposit: Deposit, encoding: str) -> None:
    declared = "UTF-16" if encoding == "utf-16" else "UTF-8"
    found = deposit(
        d.registrar(),
        d.contact(name="Аня"),
        change=lambda text: text.replace("UTF-8", declared),
        encoding=encoding,
    )
    assert not found.report.findings
    (contact,) = found.values("contact")
    assert isinstance(contact, Contact)
    assert contact.postal[0].name == "Аня"


@pytest.mark.clause("RFC 8909 §5.1.3")
def test_every_form_of_delete_is_read_in_the_order_of_the_document(deposit: Deposit) -> None:
    deletes = """
    <rdeDomain:delete><rdeDomain:name>One.example.</rdeDomain:name><rdeDomain:name>two.example</rdeDomain:name>
    </rdeDomain:delete>
    <rdeHost:delete><rdeHost:name>ns1.one.example</rdeHost:name><rdeHost:roid> H2-TEST </rdeHost:roid>
    </rdeHost:delete>
    <rdeContact:delete><rdeContact:id>C-1</rdeContact:id></rdeContact:delete>
    <rdeRegistrar:delete><rdeRegistrar:id>R-1</rdeRegistrar:id></rdeRegistrar:delete>
    <rdeIDN:delete><rdeIDN:id>es</rdeIDN:id></rdeIDN:delete>
    <rdeNNDN:delete><rdeNNDN:aName>no.example</rdeNNDN:aName></rdeNNDN:delete>
    <rdeDomain:delete/>"""
    found = deposit(change=differential(deletes))
    assert not found.report.findings
    assert [(one.kind, one.field, one.key) for one in found.deletes] == [
        ("domain", "name", "one.example"),
        ("domain", "name", "two.example"),
        ("host", "name", "ns1.one.example"),
        ("host", "roid", "H2-TEST"),
        ("contact", "handle", "C-1"),
        ("registrar", "id", "R-1"),
        ("idn_table", "id", "es"),
        ("nndn", "name", "no.example"),
    ]
    assert all(one.line and not one.file for one in found.deletes)
    assert len(found.puts) == len(REGISTRY)


@pytest.mark.clause("RFC 8909 §5.1.3")
@pytest.mark.parametrize(
    ("delete", "message"),
    [
        ("<rdeDomain:delete><rdeDomain:name/></rdeDomain:delete>", "it is empty"),
        ("<rdeDomain:delete><rdeDomain:name>a_b.example</rdeDomain:name></rdeDomain:delete>", "a_b"),
        ("<rdeDomain:delete><rdeDomain:roid>D1-TEST</rdeDomain:roid></rdeDomain:delete>", "rdeDomain:name does"),
        ("<rdeHost:delete><rdeHost:roid>none</rdeHost:roid></rdeHost:delete>", "no ROID"),
    ],
)
def test_a_delete_that_names_nothing_is_refused(deposit: Deposit, delete: str, message: str) -> None:
    found = deposit(change=differential(delete))
    assert found.deletes == []
    assert found.about(message).code == "RDE_SCHEMA_VALIDATION_ERROR"


@pytest.mark.clause("RFC 9022 §9")
def test_deletes_of_an_unknown_version_refuse_and_those_of_a_registrys_own_are_noted(deposit: Deposit) -> None:
    unknown = '<x:delete xmlns:x="urn:ietf:params:xml:ns:rdeDomain-2.0"/><y:delete xmlns:y="urn:test:own"/>'
    found = deposit(change=differential(unknown))
    assert "of a version that is not known" in found.about("rdeDomain-2.0").message
    assert any("urn:test:own" in note for note in found.report.notes)


@pytest.mark.clause("RFC 8909 §5.1.3")
def test_what_a_full_deposit_deletes_is_ignored_and_noted(deposit: Deposit) -> None:
    delete = "<rdeDomain:delete><rdeDomain:name>one.example</rdeDomain:name></rdeDomain:delete>"
    found = deposit(
        change=lambda text: text.replace("<rde:contents>", f"<rde:deletes>{delete}</rde:deletes><rde:contents>")
    )
    assert found.deletes == []
    assert not found.report.findings
    assert "deletes in a FULL deposit are ignored (RFC 8909 §5.1.3)" in found.report.notes


def test_an_object_with_a_fault_has_no_value_and_its_line(deposit: Deposit) -> None:
    found = deposit(d.registrar(), d.contact(name="Ana"), d.domain(statuses=("wrong",)))
    (put,) = [put for put in found.puts if put.kind == "domain"]
    assert put.value is None
    assert put.line
    assert found.about("no status of a domain").code == "RDE_DOMAIN_HAS_INVALID_STATUS"
    assert found.counts["urn:ietf:params:xml:ns:rdeDomain-1.0"] == 1


@pytest.mark.clause("RFC 9022 §5.1.1.1")
@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<rdeDomain:roid>one_example-TEST</rdeDomain:roid>", "", "RDE_DOMAIN_HAS_MISSING_ROID"),
        ("<rdeDomain:roid>one_example-TEST<", "<rdeDomain:roid>-<", "RDE_DOMAIN_HAS_INVALID_ROID"),
        ("<rdeDomain:roid>one_example-TEST<", "<rdeDomain:roid> <", "RDE_DOMAIN_HAS_MISSING_ROID"),
        ('<rdeDomain:status s="ok"/>', "", "RDE_DOMAIN_HAS_MISSING_STATUS"),
        ("<rdeDomain:name>one.example<", "<rdeDomain:name>-<", "RDE_DOMAIN_HAS_INVALID_NAME"),
        ("<rdeDomain:crDate>2020", "<rdeDomain:crDate>20", "RDE_DOMAIN_HAS_INVALID_CRDATE"),
        ("<contact:cc>ES", "<contact:cc>ESP", "RDE_CONTACT_HAS_INVALID_CC"),
        ("<rdeContact:email>c-1@", "<rdeContact:email>", "RDE_CONTACT_HAS_INVALID_EMAIL"),
        ("<rdeRegistrar:id>R-1</rdeRegistrar:id>", "", "RDE_REGISTRAR_HAS_MISSING_ID"),
        ('rdeContact:status s="ok"', 'rdeContact:status s="no"', "RDE_SCHEMA_VALIDATION_ERROR"),
        ('type="loc"', 'type="int"', "RDE_CONTACT_HAS_MULTIPLE_POSTALINFO_TYPES"),
    ],
)
def test_a_fault_has_the_code_of_the_registry_system_testing(
    deposit: Deposit, old: str, new: str, code: str
) -> None:
    found = deposit(change=lambda text: text.replace(old, new))
    assert {one.code for one in found.faults} == {code}


@pytest.mark.clause("RFC 9022 §5.6.1.1")
def test_of_an_idn_table_every_fault_has_one_code(deposit: Deposit) -> None:
    found = deposit('<rdeIDN:idnTableRef id="es"><rdeIDN:url>no url</rdeIDN:url></rdeIDN:idnTableRef>')
    assert {one.code for one in found.faults} == {"RDE_IDN_OBJECT_INVALID"}
    assert len(found.faults) == 2


@pytest.mark.clause("RFC 8909 §9")
def test_authorisation_is_dropped(deposit: Deposit) -> None:
    found = deposit(d.registrar(), d.domain(more="<rdeDomain:authInfo>secret</rdeDomain:authInfo>"))
    assert not found.report.findings
    assert "authInfo is dropped, never stored (RFC 8909 §9)" in found.report.notes
    assert "secret" not in repr(found.puts)


@pytest.mark.clause("RFC 9022 §7")
def test_a_registrys_own_objects_are_counted_and_passed_over(deposit: Deposit) -> None:
    found = deposit(*REGISTRY, '<own:thing xmlns:own="urn:test:own"><own:x/></own:thing>')
    assert found.skipped == {"{urn:test:own}thing": 1}
    assert found.counts["urn:test:own"] == 1
    assert not found.report.findings


def test_extensions_are_objects_of_their_own(deposit: Deposit) -> None:
    found = deposit(*REGISTRY, d.extension("reseller", "domain", "one.example", name="Reventa"))
    (extension,) = found.values("extension")
    assert isinstance(extension, Extension)
    assert (extension.owner_key, extension.values) == ("one.example", {"name": ("Reventa",)})


def test_a_deposit_is_read_twice_and_says_everything_once(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    deletes = "<rdeDomain:delete><rdeDomain:name/></rdeDomain:delete>"
    own = '<own:thing xmlns:own="urn:test:own"/>'
    text = d.full(d.registrar(), d.domain(statuses=("wrong",)), d.domain("two.example", ex_date="-"), own).decode()
    path.write_text(differential(deletes)(text))
    report = Report()
    with Source(path, CATALOGUE, report, now=lambda: NOW) as source:
        source.read_frame()
        next(source.puts())  # a reading that is given up
        first = (list(source.deletes()), list(source.puts()), dict(source.counts), dict(source.skipped))
        said = (list(report.findings), dict(report.notes), report.faults)
        again = (list(source.deletes()), list(source.puts()), dict(source.counts), dict(source.skipped))
    assert len(said[0]) == 3
    assert first == again
    assert said == (report.findings, report.notes, report.faults)


def test_progress_is_told_of_every_octet(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml.gz"
    path.write_bytes(gzip.compress(d.full(*REGISTRY)))
    told: list[int] = []
    with Source(path, CATALOGUE, Report(), told.append, now=lambda: NOW) as source:
        source.read_frame()
        assert len(list(source.puts())) == len(REGISTRY)
    assert sum(told) == path.stat().st_size


@pytest.mark.clause("RFC 1952 §2.3")
def test_a_bomb_is_refused_before_it_fills_anything(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml.gz"
    with gzip.open(path, "wb") as file:
        file.write(d.full(*REGISTRY).partition(b"</rde:contents>")[0])
        for _ in range(60):
            file.write(b"<rdeNNDN:NNDN></rdeNNDN:NNDN>" + b" " * (1 << 20))
    with Source(path, CATALOGUE, Report(), now=lambda: NOW) as source:
        source.read_frame()
        with pytest.raises(DepositError, match="a bomb"):
            for _ in source.puts():
                pass


def test_what_is_no_xml_has_the_code_of_that(tmp_path: Path) -> None:
    path = tmp_path / "deposit.xml"
    path.write_bytes(d.full(*REGISTRY).replace(b"</rde:contents>", b""))
    with pytest.raises(DepositError) as refusal:
        read(path)
    assert refusal.value.findings[0].code == "RDE_XML_PARSE_ERROR"


WISH = '<rdeContact:disclose flag="0">{}</rdeContact:disclose>'


@pytest.mark.clause("RFC 5733 §2.9")
def test_a_wish_on_a_form_that_does_not_exist_is_refused_not_lost(deposit: Deposit) -> None:
    contact = d.contact(name="Ana", more=WISH.format('<contact:addr type="xx"/>'))
    found = deposit(d.registrar(), contact)
    found.about("attribute type of addr: 'xx' is neither int nor loc")


@pytest.mark.clause("RFC 5733 §2.9")
def test_a_wish_on_what_has_no_form_is_one_on_all_of_it(deposit: Deposit) -> None:
    contact = d.contact(name="Ana", more=WISH.format('<contact:name type="loc"/><contact:voice type="int"/>'))
    (one,) = [put.value for put in deposit(d.registrar(), contact).puts if isinstance(put.value, Contact)]
    assert one.disclose == (Disclose(0, "name", "loc"), Disclose(0, "voice"))
