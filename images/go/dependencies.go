package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// patience is how long anything may take to answer.
const patience = 2 * time.Second

var (
	isPeer  = regexp.MustCompile(`^[A-Z][A-Z0-9_]*_URL$`)
	notPeer = regexp.MustCompile(`^(BUCKET|SEARCH)_URL$|_QUEUE_URL$`)
	// a mongodb+srv names a record in DNS and no host
	mongoHost = regexp.MustCompile(`^mongodb://(?:[^@/]*@)?([^,/?]+)`)
)

// peersOf are the services that it may call, by the names of their variables: ML_SERVICE_URL, http://ml-service.
func peersOf(environment map[string]string) map[string]string {
	peers := map[string]string{}
	for name, value := range environment {
		target, err := url.Parse(value)
		if isPeer.MatchString(name) && !notPeer.MatchString(name) && err == nil && target.Scheme == "http" {
			peers[strings.ReplaceAll(strings.ToLower(strings.TrimSuffix(name, "_URL")), "_", "-")] = value
		}
	}
	return peers
}

// storesOf is where its stores answer, of those that say it by host and port; the credential that each wants stands elsewhere.
func storesOf(environment map[string]string) map[string]string {
	stores := map[string]string{}
	add := func(name, host, port string) {
		if host != "" {
			stores[name] = net.JoinHostPort(host, port)
		}
	}
	add("postgres", environment["PGHOST"], first(environment["PGPORT"], "5432"))
	add("mysql", environment["MYSQL_HOST"], first(environment["MYSQL_PORT"], "3306"))
	add("redis", environment["REDIS_HOST"], first(environment["REDIS_PORT"], "6379"))
	if broker, _, _ := strings.Cut(environment["KAFKA_BOOTSTRAP_SERVERS"], ","); broker != "" {
		stores["kafka"] = broker
	}
	if found := mongoHost.FindStringSubmatch(environment["MONGODB_URI"]); found != nil {
		stores["mongo"] = found[1]
	}
	for name, text := range map[string]string{
		"search": environment["SEARCH_URL"], "vectors": environment["MILVUS_URI"],
	} {
		if target, err := url.Parse(text); err == nil {
			add(name, target.Hostname(), first(target.Port(), map[string]string{"https": "443"}[target.Scheme], "80"))
		}
	}
	return stores
}

// askDependencies tells whether peers answer and stores take connections: what names, network policies and sign-ins let
// through, at this moment.
func askDependencies(ctx context.Context, environment map[string]string, m *metrics) map[string]map[string]string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return map[string]map[string]string{
		"peers": all(peersOf(environment), func(base string) string { return askPeer(ctx, base, m) }),
		"stores": all(storesOf(environment), func(place string) string {
			conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", place)
			if err != nil {
				return wordFor(err)
			}
			_ = conn.Close()
			return "reachable"
		}),
	}
}

func all(named map[string]string, ask func(string) string) map[string]string {
	answers := map[string]string{}
	var lock sync.Mutex
	var asked sync.WaitGroup
	for name, value := range named {
		asked.Add(1)
		go func() {
			defer asked.Done()
			word := ask(value)
			lock.Lock()
			defer lock.Unlock()
			answers[name] = word
		}()
	}
	asked.Wait()
	return answers
}

func askPeer(ctx context.Context, base string, m *metrics) string {
	target, err := url.Parse(base)
	if err != nil {
		return "unreachable"
	}
	target = target.JoinPath("/livez")
	begun := time.Now()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return "unreachable"
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		failure := map[string]string{"timeout": "timeout"}[wordFor(err)]
		m.observeCalled(target, 0, first(failure, "connection"), time.Since(begun))
		return wordFor(err)
	}
	_ = response.Body.Close()
	m.observeCalled(target, response.StatusCode, "", time.Since(begun))
	if response.StatusCode != http.StatusOK {
		return "answers " + response.Status[:3]
	}
	return "ok"
}

func wordFor(err error) string {
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	return "unreachable"
}
