"""Delegation signers whose digests and key tags are right for the keys (RFC 5910; RFC 4034 §5.1.4)."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256, sha384
from struct import pack, unpack

from directory.escrow.sample.registry import Registry
from directory.escrow.sample.shape import Draw, octets

FLAGS, PROTOCOL = 257, 3  # a key signing key (RFC 4034 §2.1)
_EXPONENT = b"\x03\x01\x00\x01"
_ALGORITHMS = (13, 13, 13, 8, 8, 15)
_DIGESTS = {2: sha256, 4: sha384}


def secdns_xml(registry: Registry, index: int, name: str, draw: Draw) -> str:
    """The `secDNS` element of a signed domain; nothing for the others."""
    if draw[20] >= 3277:  # 5 %
        return ""
    algorithm = _ALGORITHMS[draw[21] % len(_ALGORITHMS)]
    key = _public_key(registry.seed, index, algorithm)
    record = pack("!HBB", FLAGS, PROTOCOL, algorithm) + key
    life = "<secDNS:maxSigLife>604800</secDNS:maxSigLife>" if draw[22] < 9000 else ""
    form = draw[23]
    if form < 3300:  # the key data interface: keys only
        body = _key_data(algorithm, key)
    else:
        digests = (2, 4) if form < 9000 else (4,) if form < 13000 else (2,)
        shown = _key_data(algorithm, key) if draw[24] < 9000 else ""
        body = "".join(_ds_data(name, algorithm, record, digest, shown) for digest in digests)
    return f"<rdeDomain:secDNS>{life}{body}</rdeDomain:secDNS>"


def _public_key(seed: int, index: int, algorithm: int) -> bytes:
    """Octets of the form that the algorithm wants: RFC 3110 §2, RFC 6605 §4, RFC 8080 §3."""
    if algorithm == 8:
        modulus = bytearray(octets(seed, "key", index, 256))
        modulus[0] |= 0x80
        modulus[-1] |= 1
        return _EXPONENT + bytes(modulus)
    return octets(seed, "key", index, 64 if algorithm == 13 else 32)


def key_tag(record: bytes) -> int:
    """RFC 4034, Appendix B."""
    padded = record + b"\0" if len(record) & 1 else record
    total: int = sum(unpack(f"!{len(padded) // 2}H", padded))
    return (total + (total >> 16)) & 0xFFFF


def owner_octets(name: str) -> bytes:
    """A name in canonical wire form (RFC 4034 §6.2)."""
    return b"".join(bytes((len(label),)) + label.encode("ascii") for label in name.split(".")) + b"\0"


def _ds_data(name: str, algorithm: int, record: bytes, digest: int, key_data: str) -> str:
    value = _DIGESTS[digest](owner_octets(name) + record).hexdigest().upper()
    return (
        f"<secDNS:dsData><secDNS:keyTag>{key_tag(record)}</secDNS:keyTag><secDNS:alg>{algorithm}</secDNS:alg>"
        f"<secDNS:digestType>{digest}</secDNS:digestType><secDNS:digest>{value}</secDNS:digest>{key_data}"
        f"</secDNS:dsData>"
    )


def _key_data(algorithm: int, key: bytes) -> str:
    return (
        f"<secDNS:keyData><secDNS:flags>{FLAGS}</secDNS:flags><secDNS:protocol>{PROTOCOL}</secDNS:protocol>"
        f"<secDNS:alg>{algorithm}</secDNS:alg><secDNS:pubKey>{b64encode(key).decode('ascii')}</secDNS:pubKey>"
        f"</secDNS:keyData>"
    )
