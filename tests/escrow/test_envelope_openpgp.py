"""Only what the registry's key signed and ours decrypts is read: everything else is refused, and says why."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.errors import DepositError, DocumentError
from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.opening import Opened, open_envelope
from directory.escrow.envelope.openpgp import Keys, OpenPgp
from directory.escrow.envelope.packets import is_cut_off, is_message
from directory.escrow.fields import Report
from tests.escrow import archives as a
from tests.escrow.pgp import PASSPHRASE, Gpg, keyring

NAME = "example_2026-06-01_full_S1_R0"
XML = b"<deposit/>" * 2000
TAR = a.packed([(f"{NAME}.xml", XML)])


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        yield made


@pytest.fixture
def keys(gpg: Gpg) -> Keys:
    return Keys(gpg.private("own@test"), signers={"example": gpg.public("registry@test")})


class Drop:
    """A folder that deposits are dropped into, each with its signature."""

    def __init__(self, folder: Path, gpg: Gpg) -> None:
        self.folder = folder
        self.gpg = gpg

    def put(self, message: bytes, signature: bytes | None = None, name: str = NAME, suffix: str = ".ryde") -> Path:
        """A file, signed by the registry unless a signature is given; empty for none."""
        path = self.folder / f"{name}{suffix}"
        path.write_bytes(message)
        signature = self.gpg.sign(message, "registry@test") if signature is None else signature
        (self.folder / f"{name}.sig").unlink(missing_ok=True)
        if signature:
            (self.folder / f"{name}.sig").write_bytes(signature)
        return path


@pytest.fixture
def drop(tmp_path: Path, gpg: Gpg) -> Drop:
    return Drop(tmp_path, gpg)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The temporary folder, with nothing in it of others, nor of pytest, which has to have its own by now. Its
    name is short, for an agent's socket has to fit."""
    with tempfile.TemporaryDirectory(prefix="dnrd-test-") as folder:
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@contextmanager
def left_clean() -> Iterator[None]:
    """Nothing in the clear, no key and no agent stays behind."""
    yield
    assert not list(Path(tempfile.gettempdir()).iterdir())


def read(path: Path, keys: Keys | None, limits: Limits | None = None) -> tuple[Opened, bytes]:
    with left_clean(), open_envelope(path, keys, limits or Limits(), Report()) as opened:
        return opened, opened.xml.read_bytes()


def refusal(path: Path, keys: Keys | None, limits: Limits | None = None) -> tuple[str, str]:
    """The code and the message that a file is refused with, which the report has too."""
    report = Report()
    with pytest.raises(DepositError) as error, left_clean(), open_envelope(path, keys, limits or Limits(), report):
        pytest.fail("it was opened")
    [finding] = error.value.findings
    assert report.findings == [finding]
    return finding.code, finding.message


@pytest.mark.clause("ICANN RST rde-02")
@pytest.mark.clause("ICANN RST rde-03")
@pytest.mark.clause("ICANN base registry agreement, specification 2 A §4")
@pytest.mark.parametrize("options", [(), ("--armor",), ("--compress-algo", "none"), ("--cipher-algo", "CAST5")])
def test_what_the_registry_signed_and_we_decrypt_is_read(options: tuple[str, ...], drop: Drop, keys: Keys) -> None:
    path = drop.put(drop.gpg.encrypt(TAR, "own@test", options=options))
    opened, octets = read(path, keys)
    assert octets == XML
    assert opened.xml.name == f"{NAME}.xml"
    assert opened.signed_for == "example"
    assert not opened.xml.exists()


def test_several_keys_may_sign_and_several_may_read(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    both = Keys(keys.own, signers={"example": gpg.public("other@test", "registry@test")})
    message = gpg.encrypt(TAR, "other@test", "own@test", options=("--hidden-recipient", "registry@test"))
    for user in ("other@test", "registry@test"):
        assert read(drop.put(message, gpg.sign(message, user)), both)[1] == XML


def test_a_file_that_is_not_encrypted_may_be_signed(drop: Drop, keys: Keys) -> None:
    for octets, suffix in ((XML, ".xml"), (TAR, ".tar")):
        path = drop.put(octets, suffix=suffix)
        opened, found = read(path, keys)
        assert found == XML
        assert opened.xml != path  # a copy: what is read is what was signed
        assert refusal(drop.put(octets, b"", suffix=suffix), keys)[0] == "RDE_INVALID_SIGNATURE"


@pytest.mark.clause("ICANN RST rde-02")
@pytest.mark.parametrize(
    ("make", "part"),
    [
        (lambda gpg, message: gpg.sign(message + b"x", "registry@test"), "was changed"),
        (lambda gpg, message: gpg.sign(message, "other@test"), "none of those configured"),
        (lambda gpg, message: gpg.sign(message, "own@test"), "none of those configured"),
        (lambda gpg, message: gpg.sign(message, "registry@test", "--digest-algo", "SHA1"), "digest"),
        (lambda gpg, message: gpg.sign(message, "registry@test", "--textmode"), "lines of text"),
        (lambda gpg, message: gpg.run("--local-user", "registry@test", "--sign", stdin=message), "no OpenPGP"),
        (lambda gpg, message: b"no signature at all", "no OpenPGP signature"),
        (lambda gpg, message: message, "no OpenPGP signature"),
        (lambda gpg, message: bytes(1 << 17), "too large"),
        (
            lambda gpg, message: gpg.sign(message, "registry@test") + gpg.sign(b"other", "registry@test"),
            "was changed",
        ),
        (lambda gpg, message: gpg.sign(message, "registry@test")[:-9], "no OpenPGP signature"),
    ],
)
def test_a_signature_that_does_not_count_is_refused(
    make: Callable[[Gpg, bytes], bytes], part: str, drop: Drop, keys: Keys
) -> None:
    message = drop.gpg.encrypt(TAR, "own@test")
    code, text = refusal(drop.put(message, make(drop.gpg, message)), keys)
    assert code == "RDE_INVALID_SIGNATURE"
    assert part in text


def test_the_signature_of_an_expired_or_revoked_key_is_refused(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    message = gpg.encrypt(TAR, "own@test")
    old = gpg.sign(message, "old@test", clock="20200201T000000")
    lost = gpg.sign(message, "lost@test")
    gpg.revoke("lost@test")
    for user, signature, part in (("old@test", old, "has expired"), ("lost@test", lost, "is revoked")):
        code, text = refusal(drop.put(message, signature), Keys(keys.own, signers={"example": gpg.public(user)}))
        assert code == "RDE_INVALID_SIGNATURE"
        assert part in text


def test_a_signature_that_has_expired_is_refused(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    message = gpg.encrypt(TAR, "own@test")
    gpg.make("ancient@test", clock="20200101T000000")
    expired = gpg.sign(message, "ancient@test", "--default-sig-expire", "1d", clock="20200201T000000")
    code, text = refusal(
        drop.put(message, expired), Keys(keys.own, signers={"example": gpg.public("ancient@test")})
    )
    assert (code, text) == ("RDE_INVALID_SIGNATURE", "the signature has expired")


def test_a_signature_is_needed_where_signers_are_configured(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    message = gpg.encrypt(TAR, "own@test")
    assert refusal(drop.put(message, b""), keys) == (
        "RDE_INVALID_SIGNATURE",
        f"there is no signature {NAME}.sig beside it",
    )
    assert "folder" in refusal(drop.folder, keys)[1]
    report = Report()
    with open_envelope(drop.put(message), Keys(keys.own), Limits(), report):
        assert any("not checked" in note for note in report.notes)


def test_one_registrys_key_signs_for_that_registry_alone(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    message = gpg.encrypt(TAR, "own@test")
    two = Keys(keys.own, signers={**keys.signers, "test": gpg.public("other@test")})
    other = "test_2026-06-01_full_S1_R0"
    assert "none of those" in refusal(drop.put(message, name=other), two)[1]
    assert "no key is configured" in refusal(drop.put(message, name="net_2026-06-01_full_S1_R0"), two)[1]
    assert refusal(drop.put(message, name="deposit"), two)[0] == "RDE_INVALID_FILENAME"
    assert read(drop.put(message, gpg.sign(message, "other@test"), name=other), two)[0].signed_for == "test"


@pytest.mark.clause("ICANN RST rde-03")
def test_what_is_not_encrypted_to_us_is_refused(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    for message, part in (
        (gpg.encrypt(TAR, "other@test"), "none of these is our private key"),
        (gpg.encrypt(TAR, "other@test", options=("--throw-keyids",)), "none of these is our private key"),
        (gpg.run("--local-user", "registry@test", "--sign", stdin=TAR), "no OpenPGP message"),
        (gpg.run("--store", stdin=TAR), "no OpenPGP message"),
        (TAR, "no OpenPGP message"),
        (XML, "no OpenPGP message"),
        (b"", "no OpenPGP message"),
        (
            gpg.run("--passphrase", "x", "--pinentry-mode", "loopback", "--symmetric", stdin=TAR),
            "encrypted to a key",
        ),
    ):
        code, text = refusal(drop.put(message), keys)
        assert code == "RDE_DECRYPTION_FAILED"
        assert part in text


def test_what_is_added_to_a_message_is_no_part_of_it(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    message, more = gpg.encrypt(TAR, "own@test"), gpg.run("--store", stdin=TAR)
    assert is_message(message[:1])
    for octets in (message + more, more + message, message + message, message + b"x" * 100):
        assert refusal(drop.put(octets), keys)[0] == "RDE_DECRYPTION_FAILED"


def test_without_a_private_key_of_ours_nothing_is_decrypted(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    path = drop.put(gpg.encrypt(TAR, "own@test"))
    assert refusal(path, Keys(signers=keys.signers)) == (
        "RDE_DECRYPTION_FAILED",
        "it is encrypted, and no private key is configured",
    )


def test_files_of_keys_that_are_not_good_are_the_operators_fault(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    path = drop.put(gpg.encrypt(TAR, "own@test"))
    public, missing, junk = gpg.public("own@test"), drop.folder / "none.key", drop.folder / "junk.key"
    junk.write_bytes(b"junk")
    large = drop.folder / "large.key"
    large.write_bytes(bytes((1 << 20) + 1))
    for wrong in (
        *(Keys(one, signers=keys.signers) for one in (public, missing, junk, large)),
        *(Keys(keys.own, signers={"example": one}) for one in (missing, junk, large)),
    ):
        with pytest.raises(DocumentError), open_envelope(path, wrong, Limits(), Report()):
            pytest.fail("it was opened")


def test_a_private_key_may_have_a_passphrase(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    locked = gpg.private("locked@test", PASSPHRASE)
    path = drop.put(gpg.encrypt(TAR, "locked@test"))
    right, wrong = drop.folder / "right", drop.folder / "wrong"
    right.write_text(f"{PASSPHRASE}\n")
    wrong.write_text("battery staple\n")
    assert read(path, Keys(locked, right, keys.signers))[1] == XML
    for file in (wrong, None):
        with pytest.raises(DocumentError, match="passphrase"), left_clean():
            read(path, Keys(locked, file, keys.signers))


@pytest.fixture(scope="module")
def message(gpg: Gpg) -> bytes:
    return gpg.encrypt(a.packed([("a.xml", bytes(range(256)))]), "own@test")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_bit_in_a_message_is_noticed(
    data: st.DataObject, drop: Drop, keys: Keys, message: bytes
) -> None:
    """Also without a signature: a message protects what is in it (RFC 9580 §5.13)."""
    octets = bytearray(message)
    bit = data.draw(st.integers(0, 8 * len(octets) - 1))
    octets[bit // 8] ^= 1 << bit % 8
    report = Report()
    try:
        with left_clean(), open_envelope(drop.put(bytes(octets), b""), Keys(keys.own), Limits(), report) as opened:
            found = opened.xml.read_bytes()
    except DepositError:
        assert [finding.code for finding in report.findings] == ["RDE_DECRYPTION_FAILED"]
    else:  # nobody reads the version of the first packet, or the first bit of a point on the curve
        assert found == bytes(range(256))
        assert bit < 8 * 94


def test_a_message_that_is_cut_off_says_so(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    message = gpg.encrypt(TAR, "own@test")
    for end in (1, 3, 50, 94, 120, len(message) // 2, len(message) - 1):
        code, text = refusal(drop.put(message[:end], b""), Keys(keys.own))
        assert code == "RDE_DECRYPTION_FAILED"
        assert "cut off" in text, end


@pytest.mark.parametrize(
    ("packet", "size"),
    [
        (b"\xd2\x05", 5),
        (b"\xd2\xc0\x08", 200),
        (b"\xd2\xff\x00\x01\x00\x00", 65536),
        (b"\xc8\x05", 5),
        (b"\xca\x03PGP\xd2\x05", 5),
        (b"\x84\x02ab\xa4\x05", 5),
        (b"\xa5\x00\x05", 5),
        (b"\xa6\x00\x00\x00\x05", 5),
    ],
)
def test_the_lengths_of_packets_tell_where_a_message_ends(packet: bytes, size: int) -> None:
    whole = packet + bytes(size)
    is_plain = packet == b"\xc8\x05"
    assert is_message(whole[:1]) != is_plain
    assert not is_cut_off(io.BytesIO(whole))
    for end in range(len(whole)):
        assert is_cut_off(io.BytesIO(whole[:end])) != (is_plain and end > 0)
        if size > 1000 and end > 20:
            break


def test_partial_lengths_are_followed() -> None:
    whole = b"\xd2" + b"\xe3" + bytes(8) + b"\xe0" + bytes(1) + b"\x02" + bytes(2)
    assert not is_cut_off(io.BytesIO(whole))
    assert all(is_cut_off(io.BytesIO(whole[:end])) for end in range(len(whole)))


def test_a_packet_without_a_length_ends_with_the_file() -> None:
    assert not is_cut_off(io.BytesIO(b"\xa7" + bytes(1000)))


@pytest.mark.parametrize("algorithm", ["zip", "zlib", "bzip2"])
def test_a_bomb_in_a_message_is_refused_soon(algorithm: str, drop: Drop, keys: Keys, gpg: Gpg) -> None:
    large = a.header(b"a.csv", 1 << 28) + bytes(1 << 26)
    path = drop.put(gpg.encrypt(large, "own@test", options=("--compress-algo", algorithm)))
    began = time.monotonic()
    assert "a bomb" in refusal(path, keys)[1]
    assert time.monotonic() - began < 10


def test_an_archive_that_is_hostile_is_refused_though_it_is_signed(drop: Drop, keys: Keys, gpg: Gpg) -> None:
    for octets, part in (
        (a.archive(a.member(b"../a.xml", XML)), "leads out"),
        (a.archive(a.header(b"a.xml", 0, b"2", b"/etc/passwd")), "symbolic link"),
        (a.archive(a.member(b"a.xml", TAR)), "inside of another"),
        (a.archive(a.member(b"a.xml", XML))[:-1200], "cut off"),
        (b"PK\x03\x04" + bytes(600), "ZIP"),
    ):
        code, text = refusal(drop.put(gpg.encrypt(octets, "own@test")), keys)
        assert part in text
        assert code == ""


def test_a_message_that_changes_while_it_is_read_is_refused(
    drop: Drop, keys: Keys, gpg: Gpg, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put(gpg.encrypt(TAR, "own@test"))
    other = gpg.encrypt(a.packed([("a.xml", b"<other/>")]), "own@test")
    verify = OpenPgp.verify

    def verify_then_change(self: OpenPgp, *arguments: object) -> list[bytes]:
        digests = verify(self, *arguments)  # type: ignore[arg-type]
        path.write_bytes(other)
        return digests

    monkeypatch.setattr(OpenPgp, "verify", verify_then_change)
    assert refusal(path, keys) == ("RDE_INVALID_SIGNATURE", "it was changed while it was read")


@pytest.mark.parametrize(
    ("does", "part"),
    [
        ("exec sleep 60", "not done after 0.5 seconds"),
        ("cat > /dev/null; exec sleep 60", "not done after 0.5 seconds"),
        ('exec yes "[GNUPG:] ENC_TO" > "/dev/fd/$status"', "too much to say"),
    ],
)
def test_a_gpg_that_hangs_or_raves_is_ended(
    does: str, part: str, drop: Drop, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop.put(drop.gpg.encrypt(TAR, "own@test"))
    program = tmp_path / "bin" / "gpg"
    program.parent.mkdir()
    program.write_text(
        f"""#!/bin/sh
        case "$*" in *--import*) exec {shutil.which("gpg")} "$@" ;; esac
        while [ "$1" != --status-fd ]; do shift; done
        status=$2
        {does}
        """
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    began = time.monotonic()
    assert part in refusal(path, keys, Limits(seconds=0.5))[1]
    assert time.monotonic() - began < 20


def test_without_gpg_it_says_what_to_install(drop: Drop, keys: Keys, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop.put(drop.gpg.encrypt(TAR, "own@test"))
    monkeypatch.setenv("PATH", str(drop.folder))
    with pytest.raises(DepositError, match="apt-get install"), open_envelope(path, keys, Limits(), Report()):
        pytest.fail("it was opened")
