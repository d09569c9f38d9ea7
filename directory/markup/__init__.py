"""The plain forms of an answer: JSON, XML and CSV that stand for themselves (SAC054 §5, markup)."""
