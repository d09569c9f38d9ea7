"""Who is asking: every requester gets a standing before anything is looked up.

`gate` is the seam, and each way to prove who you are stands behind it: `prefix` by the address that asks, `keys`
by a bearer key. `key` is the key itself, `keyfile` where it is kept.
"""
