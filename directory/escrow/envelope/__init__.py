"""The envelope of a deposit: from the file that arrived to plain files, and back (ICANN's base registry agreement,
Specification 2, part A, §4 and §5).

`name` is what the file's name says. `opening` opens an envelope and `sealing` makes one. Between them stand
`parts` (the segments of a file, joined), `openpgp` (signatures and encryption, by gpg), `keystate`
(what ails a key), `packets` (where a
message ends), `unpack` and `tar` (what is inside, as plain files), `limits` (how much of it there may be), and
`workplace` (the folder that all of it happens in). Everything is streamed; whatever is refused is refused as a
`Refusal`, which `open_envelope` makes a `DepositError`.
"""
