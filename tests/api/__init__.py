"""The front door: what a user calls, passes, gets back, looks at and breaks."""
