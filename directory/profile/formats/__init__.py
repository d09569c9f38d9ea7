"""The grammars behind the named formats, by field; each function raises `BadValue` or does nothing."""
