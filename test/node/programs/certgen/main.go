// Command certgen stands in for kube-webhook-certgen, whose Go module cannot be had: `create` makes a certificate for the
// operator's webhooks and puts it into a Secret, `patch` tells the API server its CA. It takes the flags of the chart's jobs.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"flag"
	"log"
	"math/big"
	"net/http"
	"os"
	"strings"
	"time"
)

// lifetime of the certificates; they end with the node.
const lifetime = 24 * time.Hour

func main() {
	log.Print("stand-in for kube-webhook-certgen")
	flags := flag.NewFlagSet("certgen", flag.ExitOnError)
	hosts := flags.String("host", "", "names of the certificate")
	namespace := flags.String("namespace", "", "namespace of the Secret")
	secret := flags.String("secret-name", "", "name of the Secret")
	webhook := flags.String("webhook-name", "", "name of the webhook configurations")
	policy := flags.String("patch-failure-policy", "", "failure policy to set")
	if err := flags.Parse(os.Args[2:]); err != nil {
		log.Fatal(err)
	}
	server := newServer()
	secrets := "/api/v1/namespaces/" + *namespace + "/secrets"
	switch os.Args[1] {
	case "create":
		create(server, secrets, *secret, strings.Split(*hosts, ","))
	case "patch":
		var found struct{ Data map[string][]byte }
		server.must(http.MethodGet, secrets+"/"+*secret, nil, &found)
		for _, kind := range []string{"validatingwebhookconfigurations", "mutatingwebhookconfigurations"} {
			patch(server, "/apis/admissionregistration.k8s.io/v1/"+kind+"/"+*webhook, found.Data["ca"], *policy)
		}
	default:
		log.Fatalf("unknown command %s", os.Args[1])
	}
}

func create(server *server, secrets, name string, hosts []string) {
	if server.do(http.MethodGet, secrets+"/"+name, nil, nil) == http.StatusOK {
		log.Print("the Secret is there")
		return
	}
	ca, cert, key := certificates(hosts)
	server.must(http.MethodPost, secrets, map[string]any{
		"apiVersion": "v1", "kind": "Secret",
		"metadata": map[string]any{"name": name},
		"data":     map[string][]byte{"ca": ca, "cert": cert, "key": key},
	}, nil)
}

func patch(server *server, path string, ca []byte, policy string) {
	var object map[string]any
	server.must(http.MethodGet, path, nil, &object)
	for _, each := range object["webhooks"].([]any) {
		webhook := each.(map[string]any)
		webhook["clientConfig"].(map[string]any)["caBundle"] = ca
		if policy != "" {
			webhook["failurePolicy"] = policy
		}
	}
	server.must(http.MethodPut, path, object, nil)
}

// certificates are a CA, and a certificate of it with its key, in PEM.
func certificates(hosts []string) (ca, cert, key []byte) {
	issue := func(template, parent *x509.Certificate, own, issuer *ecdsa.PrivateKey) []byte {
		template.NotBefore, template.NotAfter = time.Now().Add(-time.Minute), time.Now().Add(lifetime)
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &own.PublicKey, issuer)
		if err != nil {
			log.Fatal(err)
		}
		return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	}
	caKey, ownKey := newKey(), newKey()
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "certgen"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign,
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: hosts[0]}, DNSNames: hosts,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	ca = issue(root, root, caKey, caKey)
	cert = issue(leaf, root, ownKey, caKey)
	der, err := x509.MarshalECPrivateKey(ownKey)
	if err != nil {
		log.Fatal(err)
	}
	return ca, cert, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	return key
}
