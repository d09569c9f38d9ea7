"""Opens an envelope: its segments, their signatures, what is encrypted, what is packed, and then plain files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from directory.errors import DepositError, Finding
from directory.escrow import codes
from directory.escrow.envelope import name as names
from directory.escrow.envelope import packets, tar
from directory.escrow.envelope.gunzip import MAGIC
from directory.escrow.envelope.limits import Limits, Rest, exactly
from directory.escrow.envelope.name import FileName, Frame, Header, parse_name
from directory.escrow.envelope.openpgp import Keys, OpenPgp, openpgp
from directory.escrow.envelope.parts import find_segments, opened, signature_names, signature_of
from directory.escrow.envelope.refusal import SPECIFICATION, Refusal, shown
from directory.escrow.envelope.unpack import check_file, check_files, plain, unpack
from directory.escrow.envelope.workplace import workplace

_ARMOR = b"-----BEGIN PGP MESSAGE"
_DOCUMENTS = (".xml", ".xml.gz")


class Report(Protocol):
    """What collects what is found."""

    def add(self, finding: Finding) -> None:
        """Keep a finding."""

    def note(self, message: str) -> None:
        """Keep something worth saying that refuses nothing."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An envelope that is open: the deposit's document, and the folder that its other files are in.

    `name` is what the file was called, or, if that tells nothing, the document in it; None if neither is of the
    form. `signed_for` is the repository whose key signed it; None if no signature was asked for.
    """

    xml: Path
    folder: Path
    name: FileName | None
    signed_for: str | None = None

    def agrees(self, header: Header | None, frame: Frame | None) -> Iterator[Finding]:
        """Where the names and the signature say something else than the content; None for what was not
        readable."""
        yield from names.agrees(self.name, header, frame)
        inner = parse_name(self.xml.name)
        if self.name and inner and inner != replace(self.name, segment=inner.segment):
            message = f"the document in it is named {self.xml.name}, and the file {self.name.to_text()}"
            yield Finding("deposit", f"{SPECIFICATION} §4.1", message, code=codes.INVALID_FILENAME)
        if header and self.signed_for not in (None, header.repository):
            message = f"a key of {self.signed_for!r} signed it, and its header is of {header.repository!r}"
            yield Finding("deposit", f"{SPECIFICATION} §4.5", message, code=codes.INVALID_SIGNATURE)


@contextmanager
def open_envelope(
    path: Path, keys: Keys | None, limits: Limits, report: Report, work: Path | None = None
) -> Iterator[Opened]:
    """Open a file or folder for as long as the block lasts.

    A file may be an OpenPGP message in one or several segments, a tar archive, or an XML document, each packed
    by gzip or not; a folder holds the document and what belongs to it. If `keys` has signers, nothing is opened
    without a good signature of one. What has to be unpacked is unpacked into a folder below `work`, which is
    removed at the end. Raises `DepositError`, whose findings are in the report too, and `DocumentError` for keys
    that are not good.
    """
    with ExitStack() as stack:
        try:
            found = _Envelope(path, keys or Keys(), limits, report, work, stack).open()
        except Refusal as refusal:
            raise _refused(path, refusal.finding, report) from None
        except OSError as error:
            where = f"{error.filename}: " if error.filename and error.filename != str(path) else ""
            message = f"it cannot be read: {where}{error.strerror or error}"
            raise _refused(path, Finding("envelope", "RFC 8909 §4", message), report) from None
        yield found


def _refused(path: Path, finding: Finding, report: Report) -> DepositError:
    report.add(finding)
    return DepositError(str(path), [finding])


@dataclass(frozen=True, slots=True)
class _Envelope:
    """An envelope that is being opened; what has to be closed again is on the stack."""

    path: Path
    keys: Keys
    limits: Limits
    report: Report
    work: Path | None
    stack: ExitStack

    def open(self) -> Opened:
        if self.path.is_dir():
            return self._open_folder()
        name = parse_name(self.path.name)
        files, missing = find_segments(self.path, name)
        if missing:
            message = f"segments of it are not there: {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}"
            hint = "put all segments into one folder"
            raise Refusal(message, f"{SPECIFICATION} §5.4", code=codes.MISSING_FILES, hint=hint)
        shape = _shape(files, self.limits)
        if self.path.suffix == ".ryde" and shape != "message":
            message = "it is no OpenPGP message"
            raise Refusal(message, f"{SPECIFICATION} §4.3", code=codes.DECRYPTION_FAILED)
        if shape == "document" and not self.keys.signers and len(files) == 1:
            self._note_unchecked(files)
            check_file(self.path, self.limits, self.path.name)
            return Opened(self.path, self.path.parent, name)
        folder = self.stack.enter_context(workplace(self.work))
        self.limits.check_room(folder, sum(file.stat().st_size for file in files))
        is_signed = self._unpack(files, shape, name, folder)
        xml = _document(check_files(folder, self.limits), name)
        return Opened(xml, xml.parent, name or parse_name(xml.name), name.tld if name and is_signed else None)

    def _open_folder(self) -> Opened:
        if self.keys.signers:
            message = "it is a folder, which cannot be signed, and only signed deposits are read"
            hint = "give the file that arrived"
            raise Refusal(message, f"{SPECIFICATION} §4.5", code=codes.INVALID_SIGNATURE, hint=hint)
        name = parse_name(self.path.resolve().name)
        xml = _document(check_files(self.path, self.limits), name)
        return Opened(xml, xml.parent, name or parse_name(xml.name))

    def _unpack(self, files: Sequence[Path], shape: str, name: FileName | None, folder: Path) -> bool:
        """Unpack the segments into a folder; whether they are signed."""
        stem = replace(name, segment=1).to_text() if name else "deposit"
        with ExitStack() as inner:
            pgp: OpenPgp | None = None
            if self.keys.signers or shape == "message":
                pgp = inner.enter_context(openpgp(self.keys, self.limits))
            digests = self._verify(files, name, pgp) if pgp and self.keys.signers else self._note_unchecked(files)
            parts = inner.enter_context(opened(files))
            if pgp and shape == "message":
                try:
                    pgp.decrypt(parts, lambda plain: unpack(plain, folder, stem, self.limits))
                except Refusal as refusal:
                    raise _why_damaged(refusal, files, name, is_signed=bool(digests)) from None
            else:
                unpack(parts, folder, stem, self.limits)
            if digests and digests != parts.digests:
                message = "it was changed while it was read"
                raise Refusal(message, f"{SPECIFICATION} §4.5", code=codes.INVALID_SIGNATURE)
            return bool(digests)

    def _verify(self, files: Sequence[Path], name: FileName | None, pgp: OpenPgp) -> list[bytes]:
        """The digests of the segments as they were signed."""
        if name is None:
            message = f"{shown(self.path.name)} does not tell whose key has to have signed it"
            raise Refusal(message, f"{SPECIFICATION} §5", code=codes.INVALID_FILENAME)
        digests = []
        for file in files:
            signature = signature_of(file)
            if signature is None:
                message = f"there is no signature {signature_names(file)[0]} beside it"
                raise Refusal(message, f"{SPECIFICATION} §4.5", file=file.name, code=codes.INVALID_SIGNATURE)
            digests += pgp.verify(file, signature, name.tld)
        return digests

    def _note_unchecked(self, files: Sequence[Path]) -> list[bytes]:
        """Say so if there is a signature that nobody asked for."""
        if any(signature_of(file) for file in files):
            self.report.note(f"its signature is not checked: no signer is configured ({SPECIFICATION} §4.5)")
        return []


def _shape(files: Sequence[Path], limits: Limits) -> str:
    """What a file begins like: an OpenPGP `message`, an `archive`, or a `document`, packed by gzip or not."""
    with opened(files) as parts:
        head = exactly(parts, tar.BLOCK)
        if packets.is_message(head) or head.startswith(_ARMOR):
            return "message"
        if head.startswith(MAGIC):
            head = exactly(plain(Rest(head, parts), limits), tar.BLOCK)
        return "archive" if tar.begins_archive(head) else "document"


def _why_damaged(refusal: Refusal, files: Sequence[Path], name: FileName | None, *, is_signed: bool) -> Refusal:
    """A better reason than that a message cannot be decrypted, if it ends too early."""
    if refusal.finding.code != codes.DECRYPTION_FAILED:
        return refusal
    with opened(files) as parts:
        if not packets.is_cut_off(parts):
            return refusal
    rule = f"{SPECIFICATION} §4.4"
    if name and is_signed:  # so that what is there is whole
        following = replace(name, segment=len(files) + 1).to_text(files[0].name[len(name.to_text()) :])
        return Refusal(
            f"the message goes on after its last segment: {following} is missing", rule, code=codes.MISSING_FILES
        )
    message = "the message is cut off: the file is damaged, or a segment is missing"
    return Refusal(message, rule, code=codes.DECRYPTION_FAILED)


def _document(files: Sequence[Path], name: FileName | None) -> Path:
    """The deposit's document among its files: the only one, or the one that is named as the deposit is."""
    documents = [file for file in files if file.name.lower().endswith(_DOCUMENTS)]
    rule = f"{SPECIFICATION} §4.1"
    if not documents:
        there = ", ".join(shown(file.name) for file in files[:5]) or "nothing"
        raise Refusal(f"there is no XML document in it, but {there}", rule, code=codes.MISSING_FILES)
    if len(documents) == 1:
        return documents[0]
    stem = replace(name, segment=1).to_text() if name else ""
    named = [file for file in documents if file.name in (f"{stem}.xml", f"{stem}.xml.gz")]
    if len(named) != 1:
        listed = ", ".join(shown(file.name) for file in documents[:5])
        hint = f"name the deposit's {stem}.xml" if stem else "leave one of them"
        raise Refusal(f"there are {len(documents)} XML documents in it: {listed}", rule, hint=hint)
    return named[0]
