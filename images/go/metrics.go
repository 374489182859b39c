package main

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// buckets are seconds, as OpenTelemetry's conventions for HTTP metrics bound them: the platform's objectives lie on these.
var buckets = []float64{0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10}

var methods = map[string]bool{
	"GET": true, "HEAD": true, "POST": true, "PUT": true, "PATCH": true, "DELETE": true, "OPTIONS": true,
}

// metrics are the request series that dashboards, alerts and objectives of the platform ask for
// (components/workload/requestSeries.ts).
type metrics struct {
	registry *prometheus.Registry
	served   *prometheus.HistogramVec
	called   *prometheus.HistogramVec
}

func newMetrics() *metrics {
	made := &metrics{
		registry: prometheus.NewRegistry(),
		served: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_server_request_duration_seconds",
			Help:    "Duration of HTTP server requests.",
			Buckets: buckets,
		}, []string{"http_request_method", "http_response_status_code", "http_route", "url_scheme"}),
		called: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "http_client_request_duration_seconds",
			Help:    "Duration of HTTP client requests.",
			Buckets: buckets,
		}, []string{"error_type", "http_request_method", "http_response_status_code", "server_address", "server_port"}),
	}
	made.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		made.served,
		made.called,
	)
	return made
}

// observeServed counts a request. What came from outside is no label, or anybody could make as many series as they like; an
// empty route is none.
func (m *metrics) observeServed(method, route string, status int, took time.Duration) {
	if !methods[method] {
		method = "_OTHER"
	}
	m.served.WithLabelValues(method, strconv.Itoa(status), route, "http").Observe(took.Seconds())
}

func (m *metrics) observeCalled(to *url.URL, status int, failure string, took time.Duration) {
	code := ""
	if status != 0 {
		code = strconv.Itoa(status)
	}
	port := first(to.Port(), "80")
	m.called.WithLabelValues(failure, http.MethodGet, code, to.Hostname(), port).Observe(took.Seconds())
}
