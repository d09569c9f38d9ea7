"""OpenPGP keys and messages for tests, made by gpg in a home of its own."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PASSPHRASE = "correct horse"


class Gpg:
    """gpg, with the keys that it made; they are named by an e-mail address."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self.folder = folder

    def run(self, *arguments: str | Path, stdin: bytes = b"", clock: str = "") -> bytes:
        """Run gpg; `clock` is the moment it believes it is."""
        command: list[str | Path] = [
            "gpg",
            "--homedir",
            self.home,
            "--batch",
            "--quiet",
            "--no-tty",
            "--trust-model",
            "always",
        ]
        faked = ["--faked-system-time", clock] if clock else []
        done = subprocess.run([*command, *faked, *arguments], input=stdin, capture_output=True, timeout=60)
        if done.returncode:
            raise AssertionError(done.stderr.decode())
        return done.stdout

    def make(self, user: str, passphrase: str = "", expires: str = "never", clock: str = "") -> None:
        """A key that signs, and one below it that decrypts."""
        secret = ("--pinentry-mode", "loopback", "--passphrase", passphrase)
        self.run(*secret, "--quick-generate-key", user, "ed25519", "cert,sign", expires, clock=clock)
        self.run(*secret, "--quick-add-key", self.fingerprint(user), "cv25519", "encr", expires, clock=clock)

    def fingerprint(self, user: str) -> str:
        """The fingerprint of a key."""
        lines = self.run("--with-colons", "--list-keys", user).decode().splitlines()
        return next(line.split(":")[9] for line in lines if line.startswith("fpr"))

    def revoke(self, user: str) -> None:
        """Revoke a key, with the certificate that was made with it."""
        made = self.home / "openpgp-revocs.d" / f"{self.fingerprint(user)}.rev"
        self.run("--import", stdin=made.read_text().replace(":---", "---").encode())

    def public(self, *users: str) -> Path:
        """A file of public keys."""
        return self._file(f"{'-'.join(users)}.pub", self.run("--export", *users))

    def private(self, user: str, passphrase: str = "") -> Path:
        """A file of a private key, armored."""
        secret = ("--pinentry-mode", "loopback", "--passphrase", passphrase)
        return self._file(f"{user}.key", self.run(*secret, "--armor", "--export-secret-keys", user))

    def sign(self, octets: bytes, user: str, *options: str, clock: str = "") -> bytes:
        """A signature beside octets."""
        return self.run("--local-user", user, *options, "--detach-sign", stdin=octets, clock=clock)

    def encrypt(self, octets: bytes, *users: str, options: Sequence[str] = ()) -> bytes:
        """A message to users."""
        to = [word for user in users for word in ("--recipient", user)]
        return self.run(*to, *options, "--encrypt", stdin=octets)

    def _file(self, name: str, octets: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(octets)
        return path


@contextmanager
def keyring() -> Iterator[Gpg]:
    """The keys of all tests: `own` is ours, `registry`, `other` and `lost` sign, `old` has expired, and
    `locked` has a passphrase."""
    folder = Path(tempfile.mkdtemp(prefix="pgp-"))  # a short name: the agent's socket has to fit
    home = folder / "home"
    home.mkdir(mode=0o700)
    gpg = Gpg(home, folder)
    try:
        for user in ("own@test", "registry@test", "other@test", "lost@test"):
            gpg.make(user)
        gpg.make("old@test", expires="1y", clock="20200101T000000")
        gpg.make("locked@test", PASSPHRASE)
        yield gpg
    finally:
        subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], check=False, timeout=30)
        shutil.rmtree(folder, ignore_errors=True)
