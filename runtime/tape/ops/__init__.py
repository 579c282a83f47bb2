"""The tape's own derivative rules; none is shared with the compiler."""
