package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

func newService(out io.Writer) *service {
	logger := slog.New(slog.NewJSONHandler(out, &slog.HandlerOptions{ReplaceAttr: names}))
	return &service{log: logger, metrics: newMetrics()}
}

func ask(handler http.Handler, method, target string, body io.Reader) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, target, body))
	return recorder
}

func TestIsReadyOnlyBetweenStartAndEnd(t *testing.T) {
	s := newService(io.Discard)
	handler := s.handler(nil)
	for state, want := range map[int32]int{starting: 503, ready: 200, draining: 503} {
		s.state.Store(state)
		if got := ask(handler, "GET", "/readyz", nil).Code; got != want {
			t.Errorf("%s: got %d, want %d", stateNames[state], got, want)
		}
		if got := ask(handler, "GET", "/livez", nil).Code; got != 200 {
			t.Errorf("%s is not alive: %d", stateNames[state], got)
		}
	}
}

func TestAnswersBeforeItIsPrepared(t *testing.T) {
	s := newService(io.Discard)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	prepared, ended := make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.serve(ctx, listener, s.handler(nil), settings{stop: time.Second}, func(context.Context) error {
			<-prepared
			return nil
		})
	}()
	readiness := func() int {
		response, err := http.Get("http://" + listener.Addr().String() + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	if got := readiness(); got != 503 {
		t.Errorf("ready before it is prepared: %d", got)
	}
	close(prepared)
	for deadline := time.Now().Add(5 * time.Second); readiness() != 200; {
		if time.Now().After(deadline) {
			t.Fatal("never ready")
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestDigestsBodiesUpToTheLimit(t *testing.T) {
	handler := newService(io.Discard).handler(routes(settings{}))
	got := ask(handler, "POST", "/api/digest", strings.NewReader("abc"))
	const want = `{"bytes":3,"sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"}`
	if strings.TrimSpace(got.Body.String()) != want {
		t.Errorf("got %s", got.Body)
	}
	if got := ask(handler, "POST", "/api/digest", bytes.NewReader(make([]byte, maxBodyBytes+1))).Code; got != 413 {
		t.Errorf("too much: got %d", got)
	}
}

func TestCountsByRouteAndNeverByWhatCameFromOutside(t *testing.T) {
	s := newService(io.Discard)
	handler := s.handler(routes(settings{}))
	for _, target := range []string{"/", "/nobody/1", "/nobody/2"} {
		ask(handler, "GET", target, nil)
	}
	ask(handler, "BREW", "/", nil)
	if got := testutil.CollectAndCount(s.metrics.served); got != 3 {
		t.Errorf("series: got %d, want those of /, of what is not here, and of the unknown method", got)
	}
}

func TestOutlivesAHandlerThatFails(t *testing.T) {
	s := newService(io.Discard)
	handler := s.handler(map[string]http.HandlerFunc{
		"GET /fails": func(http.ResponseWriter, *http.Request) { panic("no") },
	})
	if got := ask(handler, "GET", "/fails", nil).Code; got != 500 {
		t.Errorf("got %d", got)
	}
}

func TestLogsNothingOfWhoAsked(t *testing.T) {
	var lines bytes.Buffer
	handler := newService(&lines).handler(routes(settings{}))
	ask(handler, "GET", "/api?email=jo@example.com", nil)
	var line map[string]any
	if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	if line["message"] != "request" || line["level"] != "info" || line["route"] != "/api" {
		t.Errorf("got %v", line)
	}
	if text := lines.String(); strings.Contains(text, "example.com") || strings.Contains(text, "192.0.2.1") {
		t.Errorf("personal data in %s", text)
	}
}

func TestKnowsItsPeersAndStores(t *testing.T) {
	environment := map[string]string{
		"ML_SERVICE_URL": "http://ml-service", "BUCKET_URL": "s3://files", "SEARCH_URL": "https://search:9200",
		"JOBS_QUEUE_URL": "http://queue/jobs", "PGHOST": "db", "PGPORT": "6432",
		"MONGODB_URI":             "mongodb://user:secret@mongo-0:27017,mongo-1:27017/?replicaSet=rs",
		"KAFKA_BOOTSTRAP_SERVERS": "b-1:9098,b-2:9098", "REDIS_HOST": "cache", "MILVUS_URI": "http://milvus:19530",
	}
	if got, want := peersOf(environment), map[string]string{"ml-service": "http://ml-service"}; !maps.Equal(got, want) {
		t.Errorf("peers: got %v", got)
	}
	want := map[string]string{
		"postgres": "db:6432", "mongo": "mongo-0:27017", "kafka": "b-1:9098", "redis": "cache:6379",
		"search": "search:9200", "vectors": "milvus:19530",
	}
	if got := storesOf(environment); !maps.Equal(got, want) {
		t.Errorf("stores: got %v, want %v", got, want)
	}
}

func TestSaysWhatOfItsSettingsIsWrong(t *testing.T) {
	_, err := readSettings(func(name string) string { return map[string]string{"PORT": "http"}[name] })
	if err == nil || !strings.HasPrefix(err.Error(), "PORT: ") {
		t.Errorf("got %v", err)
	}
}
