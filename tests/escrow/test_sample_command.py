"""`dnrd sample`: repeatable to the octet, refuses nonsense, and small in memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from directory.cli.sample import command


def test_neither_the_hash_seed_nor_the_clock_nor_the_file_name_shows_in_a_compressed_deposit(
    tmp_path: Path,
) -> None:
    code = "from directory.cli.sample import command; command()"
    outputs = []
    for salt, name in (("1", "a.xml.gz"), ("2", "b.xml.gz")):
        arguments = ["--domains", "300", "--seed", "9", "--tld", "test", "--out", str(tmp_path / name)]
        environment = {"PYTHONHASHSEED": salt, "PYTHONPATH": ":".join(sys.path)}
        subprocess.run([sys.executable, "-c", code, *arguments], check=True, env=environment, capture_output=True)
        outputs.append((tmp_path / name).read_bytes())
    assert outputs[0] == outputs[1]
    assert gzip.decompress(outputs[0]).startswith(b"<?xml")
    assert (tmp_path / "a.xml.gz.registrars.yaml").exists()


def test_the_command_refuses_a_tld_that_is_no_name_and_a_watermark_that_is_not_utc(tmp_path: Path) -> None:
    run = CliRunner().invoke
    out = ["--out", str(tmp_path / "x.xml")]
    assert run(command, ["--domains", "5", "--tld", "-bad-", *out]).exit_code == 2
    assert "UTC" in run(command, ["--domains", "5", "--watermark", "2026-01-01T00:00:00+02:00", *out]).output
    done = run(command, ["--domains", "5", "--watermark", "2020-06-01T12:00:00Z", *out])
    assert done.exit_code == 0
    assert "domain 5" in done.output


def test_two_hundred_thousand_domains_fit_in_two_hundred_megabytes(tmp_path: Path) -> None:
    # Not ru_maxrss: a child starts with the high-water mark of its parent, here a whole test run.
    code = (
        "from directory.cli.sample import command; command(standalone_mode=False);"
        "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    arguments = ["--domains", "200000", "--seed", "1", "--tld", "test", "--out", str(tmp_path / "big.xml")]
    done = subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True)
    assert int(done.stdout.split()[-1]) < 200 * 1024
