"""Keys that gpg cannot encrypt to or sign with: which it is, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from directory.errors import DocumentError
from directory.escrow.envelope.keystate import fault_of_key
from directory.escrow.envelope.limits import Limits
from directory.escrow.envelope.openpgp import Keys, openpgp
from tests.escrow.pgp import PASSPHRASE, Gpg, keyring

LONG_AGO = "20200101T000000"


@pytest.fixture(scope="module")
def gpg() -> Iterator[Gpg]:
    with keyring() as made:
        simple = ("--passphrase", "", "--quick-generate-key")
        made.run(*simple, "signs@test", "ed25519", "cert,sign", "never")
        made.run(*simple, "part@test", "ed25519", "cert,sign", "never", clock=LONG_AGO)
        part = ("--passphrase", "", "--quick-add-key", made.fingerprint("part@test"))
        made.run(*part, "cv25519", "encr", "1y", clock=LONG_AGO)
        made.make("gone@test")
        made.revoke("gone@test")
        yield made


def why_not_encrypted(folder: Path, *recipients: Path) -> str:
    """Why nothing is encrypted to these."""
    with (
        pytest.raises(DocumentError) as refusal,
        openpgp(Keys(recipients=recipients), Limits()) as pgp,
        pgp.encrypt(folder / "out") as message,
    ):
        message.write(b"a deposit")
    return str(refusal.value)


@pytest.mark.parametrize(
    ("user", "why"),
    [
        ("signs@test", "it cannot be encrypted to, and has no subkey that can"),
        ("old@test", "it has expired"),
        ("gone@test", "it is revoked"),
        ("part@test", "of its parts that can be encrypted to, "),
    ],
)
def test_a_key_that_cannot_be_encrypted_to_is_named_with_the_reason(
    gpg: Gpg, tmp_path: Path, user: str, why: str
) -> None:
    bad = gpg.public(user)
    said = why_not_encrypted(tmp_path, gpg.public("own@test"), bad)
    assert f"{bad}: gpg cannot use the key {gpg.fingerprint(user)}: {why}" in said


def test_a_key_that_cannot_sign_is_named_with_the_reason(gpg: Gpg, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a deposit")
    for own, why in (
        (gpg.private("old@test"), "it has expired"),
        (gpg.private("locked@test", PASSPHRASE), "its passphrase is wrong or missing, or its private part is"),
    ):
        with pytest.raises(DocumentError) as refusal, openpgp(Keys(own), Limits()) as pgp:
            pgp.sign(tmp_path / "a", tmp_path / "a.sig")
        assert str(own) in str(refusal.value)
        assert why in str(refusal.value)


def record(kind: str, state: str, abilities: str, key: str = "AB") -> Sequence[str]:
    """A line of gpg's listing."""
    return [kind, state, "255", "22", key, "1", "", "", "", "", "", abilities]


@pytest.mark.clause("RFC 9580 §5.2.3.29")
@pytest.mark.parametrize(
    ("records", "why"),
    [
        (
            [record("pub", "-", "scESC"), record("sub", "e", "e", "CD")],
            "of its parts that can be encrypted to, CD has expired",
        ),
        (
            [record("pub", "-", "sc"), record("sub", "e", "e", "CD"), record("sub", "r", "e", "EF")],
            "of its parts that can be encrypted to, CD has expired, and EF is revoked",
        ),
        ([record("pub", "-", "scE"), record("sub", "e", "e"), record("sub", "-", "e")], ""),
        ([record("pub", "r", "scE"), record("sub", "-", "e")], "it is revoked"),
        (
            [["tru"], record("pub", "-", "sc"), ["fpr", "", "AB"]],
            "it cannot be encrypted to, and has no subkey that can",
        ),
    ],
)
def test_the_reason_is_that_of_the_part_that_would_be_used(records: list[Sequence[str]], why: str) -> None:
    assert fault_of_key(records, "e") == why
