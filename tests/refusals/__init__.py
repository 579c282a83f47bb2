"""Programs outside the language, as a newcomer meets them, and what they are told."""
