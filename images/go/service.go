package main

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// How a service is: it begins by starting, and ends by draining.
const (
	starting int32 = iota
	ready
	draining
)

var stateNames = map[int32]string{starting: "starting", ready: "ready", draining: "draining"}

// service is what is served, and how it is.
type service struct {
	log     *slog.Logger
	metrics *metrics
	state   atomic.Int32
}

// probes are asked for by the kubelet every few seconds: no log would be readable with them.
var probes = map[string]bool{"/livez": true, "/readyz": true}

// handler serves the routes and what the kubelet asks for, counts each request and writes it to the log.
func (s *service) handler(routes map[string]http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "alive"})
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		state := s.state.Load()
		if state != ready {
			answer(w, http.StatusServiceUnavailable, map[string]string{"error": stateNames[state]})
			return
		}
		answer(w, http.StatusOK, map[string]string{"status": stateNames[state]})
	})
	for pattern, handle := range routes {
		mux.HandleFunc(pattern, handle)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		begun := time.Now()
		seen := &seenWriter{ResponseWriter: w, status: http.StatusOK}
		if s.state.Load() == draining {
			w.Header().Set("Connection", "close")
		}
		defer func() {
			failure := recover()
			if failure != nil && failure != http.ErrAbortHandler {
				s.log.Error("failed", "error", failure)
				if !seen.begun {
					answer(seen, http.StatusInternalServerError, map[string]string{"error": "failed"})
				}
			}
			s.observe(r, seen.status, time.Since(begun))
			if failure == http.ErrAbortHandler {
				// net/http's own way to cut a connection off
				panic(failure)
			}
		}()
		mux.ServeHTTP(seen, r)
	})
}

func (s *service) observe(r *http.Request, status int, took time.Duration) {
	// the pattern that matched, without its method; none of what nobody serves
	route := routeOf(r.Pattern)
	s.metrics.observeServed(r.Method, route, status, took)
	if probes[r.URL.Path] {
		return
	}
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	// of who asked nothing is said: no address, no query, no body
	s.log.Log(context.Background(), level, "request",
		"method", r.Method, "route", route, "status", status, "durationMs", float64(took.Microseconds())/1000)
}

// serve serves until ctx ends: then it says that it isn't ready, waits for those to hear it who send requests, stops taking
// connections, and finishes what is open. It is ready once it is prepared, and answers before that.
func (s *service) serve(
	ctx context.Context, listener net.Listener, handler http.Handler, read settings, prepare func(context.Context) error,
) error {
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       120 * time.Second,
		// longer than the load balancers before it keep a connection, or they would send on one that is just being closed
		IdleTimeout: 75 * time.Second,
		ErrorLog:    slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	s.log.Info("listening", "port", read.port, "metricsPort", read.metricsPort)
	if err := prepare(ctx); err != nil && ctx.Err() == nil {
		return errors.Join(err, server.Close())
	}
	if s.state.CompareAndSwap(starting, ready) {
		s.log.Info("ready")
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	s.state.Store(draining)
	s.log.Info("stopping")
	time.Sleep(read.drain)
	limit, cancel := context.WithTimeout(context.Background(), read.stop)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		return errors.Join(errors.New("stopped with requests open"), server.Close())
	}
	s.log.Info("stopped")
	return nil
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	// who asked has gone where this fails, and there is nobody left to tell
	_ = json.NewEncoder(w).Encode(body)
}

// seenWriter remembers what was answered.
type seenWriter struct {
	http.ResponseWriter
	status int
	begun  bool
}

func (w *seenWriter) WriteHeader(status int) {
	if !w.begun {
		w.status, w.begun = status, true
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *seenWriter) Write(part []byte) (int, error) {
	w.begun = true
	return w.ResponseWriter.Write(part)
}

// Unwrap lets http.ResponseController reach what is below, as for flushing.
func (w *seenWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
