"""The formats that are numbers: registrars, classes of marks, and the numbers and octets of DNSSEC."""

from __future__ import annotations

import pytest

from tests.profile.vectors import fits, vectors


@pytest.mark.clause("SAC054 appendix A")
@vectors(
    "1 292 376 3878 4999 9994 9995 9998 9999 10009 4000001 8888888",
    "0 -1 +1 01 1.0 1e3 clientX ٣ ² 10000000 99999999999999999999",
    refused=["", " 1", "1 "],
)
def test_a_registrar_id_is_a_number_that_iana_may_have_given(value: str, expected: bool) -> None:
    assert fits("iana-registrar-id", value) is expected


@vectors(
    "2 292 3878 4999",
    "1 3 376 9994 9995 9999 8888888 0 x",
)
def test_an_accredited_registrar_has_none_of_the_reserved_ids(value: str, expected: bool) -> None:
    assert fits("iana-accredited-id", value) is expected


@pytest.mark.clause("RFC 4034 §5.1.1")
@vectors(
    "0 1 12345 65535",
    "-1 65536 00001 0x10 1.5 ٣ 1_000 999999",
    refused=[""],
)
def test_a_key_tag_has_16_bits(value: str, expected: bool) -> None:
    assert fits("key-tag", value) is expected


@pytest.mark.clause("RFC 4034 §5.1.2")
@pytest.mark.clause("RFC 4034 appendix A")
def test_an_algorithm_is_registered_and_signs_zones() -> None:
    signing = [3, 5, 6, 7, 8, 10, 12, 13, 14, 15, 16, 17, 23, 253, 254]
    assert [number for number in range(300) if fits("algorithm", str(number))] == signing
    assert not fits("algorithm", "RSASHA256")
    assert not fits("algorithm", "08")


@pytest.mark.clause("RFC 4034 §5.1.3")
def test_a_digest_type_is_registered() -> None:
    assert [number for number in range(300) if fits("digest-type", str(number))] == [1, 2, 3, 4, 5, 6, 253, 254]
    assert not fits("digest-type", "SHA-256")


@pytest.mark.clause("RFC 4034 §5.1.4")
@vectors(
    "93358db22e956a451eb5ae8d2ec39526ca6a87b9",
    "A AB",
    fitting=["A" * 40, "0" * 64, "aF" * 48],
    refused=[
        "",
        "A" * 39,
        "A" * 41,
        "A" * 56,
        "A" * 128,
        "G" * 40,
        "0x" + "A" * 38,
        "A" * 39 + " ",
        "٣" * 40,
        "A" * 39 + "\n",
        "A" * 20 + " " * 4 + "A" * 16,
    ],
)
def test_a_digest_has_as_many_hexadecimal_digits_as_some_type(value: str, expected: bool) -> None:
    assert fits("digest", value) is expected


@pytest.mark.clause("RFC 4034 §2.1.1")
@pytest.mark.clause("RFC 4034 §5.2")
@vectors(
    "256 257 384 385 65535",
    "0 1 128 255 512 65536 0257 KSK 0x101",
    refused=[""],
)
def test_flags_are_those_of_a_zone_key(value: str, expected: bool) -> None:
    assert fits("flags", value) is expected


@pytest.mark.clause("RFC 4034 §2.1.2")
@vectors(
    "3",
    "0 2 4 03 33 ٣",
    refused=["", "3 "],
)
def test_the_protocol_is_3(value: str, expected: bool) -> None:
    assert fits("protocol", value) is expected


@pytest.mark.clause("RFC 4034 §2.1.4")
@vectors(
    "QQ== AQPJ////4Q== AwEAAQ==",
    "= QQ QQ= QQ==QQ== QUJD-_== ñ===",
    fitting=["A" * 87_376],
    refused=["", "QQ ==", "QQ==\n", "A" * 87_380],
)
def test_a_public_key_is_base64(value: str, expected: bool) -> None:
    assert fits("public-key", value) is expected


@pytest.mark.clause("SAC054 table 5")
@vectors(
    "1 9 34 45",
    "0 46 09 -1 9a 9,35 ٩ 451",
    refused=[""],
)
def test_a_nice_class_is_1_to_45(value: str, expected: bool) -> None:
    assert fits("nice-class", value) is expected
