"""What we say, to whom: profiles and disclosure documents, compiled to functions that present objects."""
