package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"time"
)

const account = "/var/run/secrets/kubernetes.io/serviceaccount/"

// server is the API server, as a pod sees it.
type server struct {
	address, token string
	client         *http.Client
}

func newServer() *server {
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(read("ca.crt"))
	return &server{
		address: "https://" + net.JoinHostPort(os.Getenv("KUBERNETES_SERVICE_HOST"), os.Getenv("KUBERNETES_SERVICE_PORT")),
		token:   string(read("token")),
		client: &http.Client{
			Timeout:   10 * time.Second,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}},
		},
	}
}

func read(name string) []byte {
	content, err := os.ReadFile(account + name)
	if err != nil {
		log.Fatal(err)
	}
	return content
}

// do sends a request and returns the status; the answer goes to result where that is given and the request succeeds.
func (s *server) do(method, path string, body, result any) int {
	content, err := json.Marshal(body)
	if err != nil {
		log.Fatal(err)
	}
	request, err := http.NewRequest(method, s.address+path, bytes.NewReader(content))
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+s.token)
	request.Header.Set("Content-Type", "application/json")
	answer, err := s.client.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("%s %s: %s", method, path, answer.Status)
	if answer.StatusCode < 300 && result != nil {
		if err := json.Unmarshal(text, result); err != nil {
			log.Fatal(err)
		}
	}
	return answer.StatusCode
}

// must is do for a request that has to succeed.
func (s *server) must(method, path string, body, result any) {
	if status := s.do(method, path, body, result); status >= 300 {
		log.Fatalf("%s %s: status %d", method, path, status)
	}
}
