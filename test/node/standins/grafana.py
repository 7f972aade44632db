"""Stands in for Grafana, which is no Go module that can be built here: it is healthy and shows nothing."""

import http.server

METRICS = b"""# HELP grafana_stub 1: this is a stand-in, not Grafana
# TYPE grafana_stub gauge
grafana_stub 1
"""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        metrics = self.path == "/metrics"
        body = METRICS if metrics else b'{"database":"ok","stub":true}'
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4" if metrics else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


print("stand-in for Grafana: port 3000", flush=True)
http.server.ThreadingHTTPServer(("", 3000), Handler).serve_forever()
