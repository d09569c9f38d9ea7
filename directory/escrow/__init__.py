"""How a registry's data gets into the store: escrow deposits (RFC 8909, RFC 9022) and their side data.

stream cuts a deposit into objects in constant memory, objects checks each and makes it a model value, ingest
applies them to a ledger of the store in one transaction.
"""
