"""Domain names and what hangs on them (RFC 5731, RFC 5910, RFC 3915, RFC 9022 §5.1), and NNDN (§5.6)."""

from __future__ import annotations

from directory.model.base import Instant, Status, Transfer, Value


class ContactLink(Value, frozen=True, array_like=True, gc=False):
    """A contact's part in a domain: `role` is registrant, admin, tech or billing; `contact` its handle."""

    role: str
    contact: str


class NameServer(Value, frozen=True, array_like=True, gc=False):
    """A delegation: `host` is a name; `model` is `object` or `attribute` (RFC 5731 §1.1)."""

    host: str
    model: str


class HostAttribute(Value, frozen=True, array_like=True, gc=False):
    """An address of a name server that is kept as an attribute of its domain."""

    host: str
    version: str
    addr: str


class SecDNS(Value, frozen=True, array_like=True, gc=False):
    """A DS record, a key, or a DS record with its key (RFC 5910 §4, SAC054 table 6)."""

    key_tag: int | None = None
    alg: int | None = None
    digest_type: int | None = None
    digest: str | None = None
    flags: int | None = None
    protocol: int | None = None
    key_alg: int | None = None
    pub_key: str | None = None


class Domain(Value, frozen=True, array_like=True, gc=False):
    """A registered domain name: `name` is the A-label form, `u_name` the U-label form of an IDN."""

    name: str
    u_name: str | None
    roid: str
    idn_table: str | None
    original_name: str | None
    cl_id: str
    cr_rr: str | None
    cr_client: str | None
    cr_date: Instant | None
    ex_date: Instant | None
    up_rr: str | None
    up_client: str | None
    up_date: Instant | None
    tr_date: Instant | None
    max_sig_life: int | None
    statuses: tuple[Status, ...] = ()
    rgp: tuple[Status, ...] = ()
    contacts: tuple[ContactLink, ...] = ()
    ns: tuple[NameServer, ...] = ()
    ns_addresses: tuple[HostAttribute, ...] = ()
    secdns: tuple[SecDNS, ...] = ()
    transfer: tuple[Transfer, ...] = ()


class Nndn(Value, frozen=True, array_like=True, gc=False):
    """A name that is not a registration (RFC 9022 §5.6): withheld, blocked or mirrored."""

    name: str
    u_name: str | None
    idn_table: str | None
    original_name: str | None
    state: str
    mirroring_ns: int | None
    cr_date: Instant | None
