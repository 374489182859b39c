// Command sample is a service as the platform runs them: probes, metrics, drained when it is stopped.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// version is set by the linker, as the image is built.
var version = "unknown"

// maxBodyBytes is the platform's own limit, where a route has none (route.maxBodyMiB).
const maxBodyBytes = 10 << 20

func main() {
	logger := slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: names}))
	if len(os.Args) > 1 && os.Args[1] == "probe" {
		os.Exit(probe())
	}
	if err := run(logger); err != nil {
		logger.Error("ended", "error", err.Error())
		os.Exit(1)
	}
}

// names are those by which the platform's logs are searched.
func names(_ []string, attribute slog.Attr) slog.Attr {
	switch attribute.Key {
	case slog.MessageKey:
		attribute.Key = "message"
	case slog.LevelKey:
		attribute.Value = slog.StringValue(strings.ToLower(attribute.Value.String()))
	}
	return attribute
}

func run(logger *slog.Logger) error {
	read, err := readSettings(os.Getenv)
	if err != nil {
		return err
	}
	ctx, release := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer release()
	s := &service{log: logger, metrics: newMetrics()}
	stopMetrics, err := s.serveMetrics(read)
	if err != nil {
		return err
	}
	defer stopMetrics()
	listener, err := net.Listen("tcp", fmt.Sprintf(":%d", read.port))
	if err != nil {
		return err
	}
	// what has to be done before it is ready, such as filling a cache, goes here
	prepare := func(context.Context) error { return nil }
	return s.serve(ctx, listener, s.handler(routes(read)), read, prepare)
}

func routes(read settings) map[string]http.HandlerFunc {
	about := func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"service": read.service, "version": read.version})
	}
	return map[string]http.HandlerFunc{
		"GET /{$}": about,
		"GET /api": about,
		"GET /api/healthz": func(w http.ResponseWriter, _ *http.Request) {
			answer(w, http.StatusOK, map[string]string{"status": "ok"})
		},
		"POST /api/digest": digest,
	}
}

// routeOf is what a pattern of the mux is as a label: `GET /{$}` is `/`.
func routeOf(pattern string) string {
	_, path, _ := strings.Cut(pattern, " ")
	return strings.TrimSuffix(path, "{$}")
}

// digest is of the body, which is never in memory as a whole.
func digest(w http.ResponseWriter, r *http.Request) {
	hash := sha256.New()
	bytes, err := io.Copy(hash, http.MaxBytesReader(w, r.Body, maxBodyBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		message := fmt.Sprintf("more than %d bytes", maxBodyBytes)
		answer(w, http.StatusRequestEntityTooLarge, map[string]string{"error": message})
	case err != nil:
		answer(w, http.StatusBadRequest, map[string]string{"error": "body could not be read"})
	default:
		answer(w, http.StatusOK, map[string]any{"bytes": bytes, "sha256": hex.EncodeToString(hash.Sum(nil))})
	}
}

// serveMetrics serves metrics on a port of their own, which no route leads to, and beside them what is for operators alone.
func (s *service) serveMetrics(read settings) (func(), error) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	mux.HandleFunc("GET /dependencies", func(w http.ResponseWriter, r *http.Request) {
		answer(w, http.StatusOK, askDependencies(r.Context(), environment(), s.metrics))
	})
	listener, err := net.Listen("tcp", net.JoinHostPort(read.metricsHost, strconv.Itoa(read.metricsPort)))
	if errors.Is(err, syscall.EADDRINUSE) {
		s.log.Warn("the port of metrics is taken: whoever holds it tells them", "port", read.metricsPort)
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return func() { _ = server.Close() }, nil
}

func environment() map[string]string {
	variables := map[string]string{}
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		variables[name] = value
	}
	return variables
}

// probe asks the service whether it is ready, where nobody else does, as under docker compose.
func probe() int {
	read, err := readSettings(os.Getenv)
	if err != nil {
		return 1
	}
	client := http.Client{Timeout: 3 * time.Second}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d/readyz", read.port))
	if err != nil {
		return 1
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}
