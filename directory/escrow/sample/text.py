"""Text on its way into XML (XML 1.0 §2.4)."""

from __future__ import annotations


def escape(text: str) -> str:
    """Character data or a double-quoted attribute; most texts need nothing."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text
