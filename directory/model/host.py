"""Hosts: name servers as objects of the registry (RFC 5732, RFC 9022 §5.2)."""

from __future__ import annotations

from directory.model.base import Address, Instant, Status, Value
from directory.model.name import reverse, to_unicode


class Host(Value, frozen=True, array_like=True, gc=False):
    """A host object. Two hosts may bear one name, so `roid` is the key (RFC 9022 §5.2.1.2).

    `reversed_name` has the labels from the root down (`test.example.ns1`), so that the hosts below a domain
    stand together in an index.
    """

    name: str
    u_name: str | None
    reversed_name: str
    roid: str
    cl_id: str
    cr_rr: str | None
    cr_client: str | None
    cr_date: Instant | None
    up_rr: str | None
    up_client: str | None
    up_date: Instant | None
    tr_date: Instant | None
    statuses: tuple[Status, ...] = ()
    addresses: tuple[Address, ...] = ()

    @classmethod
    def of_attribute(cls, name: str, addresses: tuple[Address, ...]) -> Host:
        """A name server that is kept as an attribute of domains, as if it were an object (gTLD RDAP Technical
        Implementation Guide 3.11): it has no ROID, no sponsor and no dates."""
        return cls(
            name=name,
            u_name=to_unicode(name),
            reversed_name=reverse(name),
            roid="",
            cl_id="",
            cr_rr=None,
            cr_client=None,
            cr_date=None,
            up_rr=None,
            up_client=None,
            up_date=None,
            tr_date=None,
            addresses=addresses,
        )
