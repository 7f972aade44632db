// Command clientgo loads contexts with client-go and reports what it would send: the reference for kube/kubeconfig.ts.
// Standard input has one JSON case a line, standard output one JSON answer a line.
package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/url"
	"os"

	"golang.org/x/net/http/httpproxy"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// question is a context of kubeconfig files and the environment of the proxies.
type question struct {
	Kubeconfig string            `json:"kubeconfig"`
	Context    string            `json:"context"`
	Env        map[string]string `json:"env"`
}

// answer is what client-go makes of a question; only Error where it refuses.
type answer struct {
	Error      bool   `json:"error,omitempty"`
	URL        string `json:"url,omitempty"`
	CAFile     string `json:"caFile,omitempty"`
	CAData     string `json:"caData,omitempty"`
	CertFile   string `json:"certFile,omitempty"`
	KeyFile    string `json:"keyFile,omitempty"`
	ServerName string `json:"serverName,omitempty"`
	Insecure   bool   `json:"insecure,omitempty"`
	TokenFile  string `json:"tokenFile,omitempty"`
	Token      string `json:"token,omitempty"`
	Username   string `json:"username,omitempty"`
	Command    string `json:"command,omitempty"`
	Proxy      string `json:"proxy,omitempty"`
}

func answerTo(asked question) answer {
	os.Setenv("KUBECONFIG", asked.Kubeconfig)
	overrides := &clientcmd.ConfigOverrides{CurrentContext: asked.Context}
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), overrides)
	config, err := loader.ClientConfig()
	if err != nil {
		return answer{Error: true}
	}
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return answer{Error: true}
	}
	// The transport refuses some contradictions that the loading accepts.
	if _, err := rest.HTTPClientFor(config); err != nil {
		return answer{Error: true}
	}
	found := answer{
		URL: base.JoinPath("version").String(), CAFile: config.CAFile, CAData: string(config.CAData),
		CertFile: config.CertFile, KeyFile: config.KeyFile, ServerName: config.ServerName, Insecure: config.Insecure,
		TokenFile: config.BearerTokenFile, Token: config.BearerToken, Username: config.Username,
	}
	if config.ExecProvider != nil {
		found.Command = config.ExecProvider.Command
	}
	proxy, err := proxyOf(config, base, asked.Env)
	if err != nil {
		return answer{Error: true}
	}
	if proxy != nil {
		found.Proxy = proxy.String()
	}
	return found
}

func proxyOf(config *rest.Config, base *url.URL, env map[string]string) (*url.URL, error) {
	if config.Proxy != nil {
		return config.Proxy(&http.Request{URL: base})
	}
	// http.ProxyFromEnvironment reads the environment once a process; this is what it calls.
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		os.Unsetenv(name)
	}
	for name, value := range env {
		os.Setenv(name, value)
	}
	return httpproxy.FromEnvironment().ProxyFunc()(base)
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<24)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var asked question
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			panic(err)
		}
		if err := out.Encode(answerTo(asked)); err != nil {
			panic(err)
		}
	}
}
