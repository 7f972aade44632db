// Command coredns is CoreDNS with the plugins that the DNS of a cluster needs: its own main package takes the SDKs of three
// clouds along, which take longer to build than all the rest.
package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"

	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/metrics"
	_ "github.com/coredns/coredns/plugin/ready"
)

// The order of the plugins is that of CoreDNS's plugin.cfg: a query passes them in this order.
func init() {
	dnsserver.Directives = []string{"bind", "health", "ready", "prometheus", "errors", "cache", "kubernetes"}
}

func main() {
	coremain.Run()
}
