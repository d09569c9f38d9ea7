"""What the operator sees of the service: an access log, metrics, and the service's own events."""
