"""A registration data directory: a registry's deposit in, WHOIS and RDAP out.

The house has doors, one hall and three rooms::

    app         builds everything from the configuration; runs, reloads, stops
    cli         the operator's and the policy person's commands
    whois rdap  doors: bytes to Query, Answer to bytes, and nothing else
    markup      what was found as plain JSON, XML or CSV: forms that several doors share
    service     the hall: DirectoryService.answer asks the three rooms in turn
    access      a room: who is asking
    store       a room: what the registry knows, and where it is kept
    profile     a room: what we say, to whom
    escrow      how a registry's data gets into the store
    model       what a registry knows: frozen values, no I/O, no policy
    language    which language is chosen, and what a text reads as in it

Imports run one way: app, cli -> doors -> service -> access, store, profile -> query, model.
"""
