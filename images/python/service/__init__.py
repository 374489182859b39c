"""A service as the platform runs them: probes, metrics, drained when it is stopped."""
