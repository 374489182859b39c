package main

import (
	"fmt"
	"strconv"
	"time"
)

// settings are what the platform tells a service by environment variable (components/workload/podTemplate.ts).
type settings struct {
	service     string
	version     string
	port        int
	metricsHost string
	metricsPort int
	drain       time.Duration
	stop        time.Duration
}

// readSettings reads them, each with what it is where nobody says it.
func readSettings(get func(string) string) (settings, error) {
	var failed error
	number := func(name string, otherwise int) int {
		text := get(name)
		if text == "" {
			return otherwise
		}
		value, err := strconv.Atoi(text)
		if err != nil || value < 0 || value > 65535 {
			failed = fmt.Errorf("%s: expected a whole number up to 65535, got %q", name, text)
		}
		return value
	}
	read := settings{
		service: first(get("OTEL_SERVICE_NAME"), get("SERVICE_NAME"), "sample"),
		version: first(get("SERVICE_VERSION"), version),
		// a worker serves nothing, and is told no port: its probes are asked for there
		port:        number("PORT", 8081),
		metricsHost: first(get("OTEL_EXPORTER_PROMETHEUS_HOST"), "0.0.0.0"),
		metricsPort: number("OTEL_EXPORTER_PROMETHEUS_PORT", 9464),
		// in Kubernetes the pod's preStop waits before SIGTERM comes; elsewhere somebody has to
		drain: time.Duration(number("DRAIN_SECONDS", 0)) * time.Second,
		// of the 45 that a pod has by default, less the 10 of its preStop
		stop: time.Duration(number("STOP_SECONDS", 30)) * time.Second,
	}
	return read, failed
}

func first(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}
