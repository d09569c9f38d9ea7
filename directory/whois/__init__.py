"""The WHOIS door: one line in, one reply out (RFC 3912)."""
