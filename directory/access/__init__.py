"""Who is asking: every requester gets a standing before anything is looked up."""
