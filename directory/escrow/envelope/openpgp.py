"""OpenPGP around a deposit: whose signature it has, and what it says in the clear (RFC 9580, before it RFC 4880;
RA Specification 2, part A, §4.3, §4.5).

A deposit is read only if it is signed by a key that is configured for its repository: a good signature of anybody
else, of a key that has expired or is revoked, or by a digest that proves nothing, is none.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from directory.errors import DocumentError, Finding
from directory.escrow import codes
from directory.escrow.envelope.gpg import Gpg, Status, gpg_at_home
from directory.escrow.envelope.keystate import fault_of_key
from directory.escrow.envelope.limits import CHUNK, Limits, Meter, Reader
from directory.escrow.envelope.parts import Parts, opened
from directory.escrow.envelope.refusal import LIMITS, SPECIFICATION, Refusal

_SIGNED = f"{SPECIFICATION} §4.5"
_ENCRYPTED = f"{SPECIFICATION} §4.3"
_LARGEST_KEY = 1 << 20  # octets of a file of keys
_LARGEST_SIGNATURE = 1 << 16
_DIGESTS = frozenset({"8", "9", "10", "11", "12", "14"})  # SHA-2 and SHA-3 (RFC 9580 §9.5)
_OF_OCTETS = "00"  # the type of a signature over octets, not over lines of text (RFC 9580 §5.2.1)
_NO_KEY = "9"
_ENCRYPTS, _SIGNS = "e", "s"  # what a key is able to do, as gpg has it
_PRIVATE = 16

_PASSPHRASE = frozenset({11, 85, 99, 177})  # gpg-error's codes of a passphrase that is wrong, or that nobody gave
_OUR_KEY = "pkdecrypt_failed"  # where an error is that has to do with our key, and not with the message
_COURSE = ("BEGIN_DECRYPTION", "PLAINTEXT", "DECRYPTION_OKAY", "END_DECRYPTION")
_TROUBLE = frozenset({"DECRYPTION_FAILED", "BADMDC", "NODATA", "UNEXPECTED", "TRUNCATED", "ERROR"})

_WORTHLESS: Mapping[str, str] = {
    "BADSIG": "the signature is not of this file: the one or the other was changed",
    "EXPSIG": "the signature has expired",
    "EXPKEYSIG": "the signature's key has expired",
    "REVKEYSIG": "the signature's key is revoked",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The files of keys, as gpg exports them: one or several keys each, in the binary or the armored format.

    `own` is our private key: what comes is decrypted by it, what goes is signed by it; `passphrase` is the file
    with its passphrase in the first line. `signers` are the public keys that sign the deposits of each
    repository: if there are any, nothing is read without a good signature. `recipients` are those whom we
    encrypt to.
    """

    own: Path | None = None
    passphrase: Path | None = None
    signers: Mapping[str, Path] = field(default_factory=dict)
    recipients: Sequence[Path] = ()


class OpenPgp:
    """gpg with the keys of a configuration. A file of keys that is not good raises `DocumentError`."""

    def __init__(self, keys: Keys, limits: Limits, gpg: Gpg) -> None:
        self._keys = keys
        self._limits = limits
        self._gpg = gpg
        self._imported: dict[tuple[Path, bool], tuple[str, ...]] = {}

    def verify(self, part: Path, signature: Path, repository: str) -> list[bytes]:
        """The digest of a file that is signed by a key of its repository. Raises `Refusal`."""
        signers = self._keys.signers.get(repository)
        if signers is None:
            message = f"no key is configured that signs the deposits of {repository!r}"
            hint = "name its file in escrow_signers"
            raise Refusal(message, _SIGNED, file=part.name, code=codes.INVALID_SIGNATURE, hint=hint)
        known = self._import(signers)
        if signature.stat().st_size > _LARGEST_SIGNATURE:
            message = "it is too large for a signature"
            raise Refusal(message, _SIGNED, file=signature.name, code=codes.INVALID_SIGNATURE)
        arguments = ("--verify", "--", str(signature.absolute()), "-")
        with opened([part]) as parts, self._gpg.run(*arguments, source=parts) as run:
            statuses = run.finish()
        fault = _fault_of_signatures(statuses, known)
        if fault:
            raise Refusal(fault, _SIGNED, file=signature.name, code=codes.INVALID_SIGNATURE)
        return parts.digests

    def decrypt(self, parts: Parts, consume: Callable[[Reader], None]) -> None:
        """Give what is encrypted to us to a consumer. Raises what it raises, and `Refusal`; what it consumed is
        worth nothing then."""
        if self._keys.own is None:
            message = "it is encrypted, and no private key is configured"
            raise Refusal(message, _ENCRYPTED, code=codes.DECRYPTION_FAILED, hint="name its file in escrow_key")
        self._import(self._keys.own, private=True)
        fault: Refusal | None = None
        with self._gpg.run("--decrypt", source=parts, secret=self._passphrase()) as run:
            output = Meter(run.output, self._limits, lambda: parts.octets)
            try:
                consume(output)
            except Refusal as refusal:
                if refusal.finding.rule == LIMITS:
                    raise
                fault = refusal
                while output.read(CHUNK):  # to its end, where gpg knows whether the message is whole
                    pass
            statuses = run.finish()
        self._check_decryption(statuses)
        if fault:
            raise fault

    @contextmanager
    def encrypt(self, out: Path) -> Iterator[IO[bytes]]:
        """A file to write to what is to be encrypted to all recipients. Raises `DocumentError`, `Refusal`."""
        keys = [key for path in self._keys.recipients for key in self._import(path)]
        to = [word for key in keys for word in ("--recipient", key)]
        means = ("--rfc4880", "--cipher-algo", "AES256", "--compress-algo", "ZIP")
        with self._gpg.run(*means, "--output", str(out.absolute()), *to, "--encrypt") as run:
            try:
                yield run.input
            except BrokenPipeError:
                pass  # gpg ended early; why, it says
            self._check_made(run.finish(), "END_ENCRYPTION", self._keys.recipients, _ENCRYPTS)

    def sign(self, path: Path, out: Path) -> None:
        """Write the signature of a file by our private key."""
        assert self._keys.own is not None
        key = self._import(self._keys.own, private=True)[0]
        means = ("--rfc4880", "--digest-algo", "SHA256", "--local-user", key)
        arguments = (*means, "--output", str(out.absolute()), "--detach-sign")
        with opened([path]) as parts, self._gpg.run(*arguments, source=parts, secret=self._passphrase()) as run:
            self._check_made(run.finish(), "SIG_CREATED", [self._keys.own], _SIGNS)

    def _import(self, path: Path, *, private: bool = False) -> tuple[str, ...]:
        """The fingerprints of the keys in a file; of those that have the private part, if that is wanted."""
        if (path, private) not in self._imported:
            with self._gpg.run("--import", source=io.BytesIO(_read(path, _LARGEST_KEY))) as run:
                done = [status.arguments for status in run.finish() if status.word == "IMPORT_OK"]
            found = [words[1] for words in done if len(words) > 1 and (not private or int(words[0]) & _PRIVATE)]
            if not found:
                raise _key_fault(path, f"there is no {'private' if private else 'public'} OpenPGP key in it")
            self._imported[path, private] = tuple(dict.fromkeys(found))
        return self._imported[path, private]

    def _passphrase(self) -> bytes | None:
        if self._keys.passphrase is None:
            return None
        return _read(self._keys.passphrase, 4096).partition(b"\n")[0] + b"\n"

    def _check_decryption(self, statuses: Sequence[Status]) -> None:
        """Raises `Refusal` unless gpg decrypted one message, whole, by our key; `DocumentError` if it cannot use
        it."""
        words = [status.word for status in statuses]
        if "ENC_TO" not in words:
            raise _not_decrypted("it is no message that is encrypted to a key")
        if self._keys.own and any(_is_of_passphrase(status) for status in statuses):
            raise _key_fault(self._keys.own, "its passphrase is missing or wrong", hint="set escrow_passphrase")
        if "DECRYPTION_KEY" not in words and "ERROR" not in words:
            keys = ", ".join(status.arguments[0] for status in statuses if status.word == "ENC_TO")
            raise _not_decrypted(f"it is encrypted to {keys}, and none of these is our private key")
        # What stands before or behind the encrypted part, gpg may write out as if it were of it.
        if [word for word in words if word in _COURSE] != list(_COURSE) or any(map(_is_trouble, statuses)):
            raise _not_decrypted("the message is damaged, or something was added to it")

    def _check_made(self, statuses: Sequence[Status], sign: str, files: Iterable[Path], ability: str) -> None:
        """Raises `DocumentError` unless gpg made what it was to make: it does with every key that is good."""
        if any(status.word == sign for status in statuses):
            return
        paths = tuple(files)
        for path in paths:
            for key in self._import(path, private=ability == _SIGNS):
                if fault := fault_of_key(self._gpg.records(key), ability):
                    raise _key_fault(path, f"gpg cannot use the key {key}: {fault}")
        why = (
            "its passphrase is wrong or missing, or its private part is"
            if ability == _SIGNS
            else "it does not say why"
        )
        raise _key_fault(" or ".join(map(str, paths)), f"gpg cannot use the key: {why}")


@contextmanager
def openpgp(keys: Keys, limits: Limits) -> Iterator[OpenPgp]:
    """gpg with these keys, and no others."""
    with gpg_at_home(limits.seconds) as gpg:
        yield OpenPgp(keys, limits, gpg)


def _fault_of_signatures(statuses: Sequence[Status], known: Iterable[str]) -> str:
    """Why none of the signatures counts, or that one is not of this file; empty if all is well."""
    signatures: list[dict[str, Sequence[str]]] = []
    for status in statuses:
        if status.word == "NEWSIG":
            signatures.append({})
        elif signatures:
            signatures[-1][status.word] = status.arguments
    if not signatures:
        return "it is no OpenPGP signature"
    if any("BADSIG" in said for said in signatures):
        return _WORTHLESS["BADSIG"]
    faults = [_fault_of_signature(said, known) for said in signatures]
    return "" if "" in faults else faults[0]


def _fault_of_signature(said: Mapping[str, Sequence[str]], known: Iterable[str]) -> str:
    for word, fault in _WORTHLESS.items():
        if word in said:
            return fault
    unknown = said.get("ERRSIG", ())
    if unknown[5:6] == [_NO_KEY]:
        return f"the key {unknown[0]} signed it, which is none of those configured"
    valid = said.get("VALIDSIG", ())
    if "GOODSIG" not in said or len(valid) < 10:
        return "it cannot be checked"
    digest, kind, key = valid[7:10]
    if key not in known:
        return f"the key {key} signed it, which is none of those configured"
    if digest not in _DIGESTS:
        return "it is made by a digest that proves nothing any more; SHA-256 is asked for"
    return "" if kind == _OF_OCTETS else "it is of lines of text, and not of the file"


def _is_of_passphrase(status: Status) -> bool:
    """Whether a status is that our key could not be unlocked."""
    where, code = (*status.arguments, "", "")[:2]
    return status.word == "ERROR" and where == _OUR_KEY and code.isdigit() and int(code) & 0xFFFF in _PASSPHRASE


def _is_trouble(status: Status) -> bool:
    """Whether a status is of damage; that one of several of our keys did not do is none."""
    return status.word in _TROUBLE and status.arguments[:1] != [_OUR_KEY]


def _read(path: Path, most: int) -> bytes:
    """A file of the configuration. Raises `DocumentError`."""
    try:
        with path.open("rb") as file:
            octets = file.read(most + 1)
    except OSError as error:
        raise _key_fault(path, error.strerror or str(error)) from None
    if len(octets) > most:
        raise _key_fault(path, f"it has more than {most:,} octets")
    return octets


def _key_fault(path: Path | str, message: str, hint: str = "") -> DocumentError:
    return DocumentError(str(path), [Finding("", "a file of OpenPGP keys", message, hint=hint)])


def _not_decrypted(message: str) -> Refusal:
    return Refusal(message, _ENCRYPTED, code=codes.DECRYPTION_FAILED)
