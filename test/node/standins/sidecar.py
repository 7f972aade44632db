"""Stands in for k8s-sidecar, whose image cannot be had here: it is healthy and collects nothing."""

import http.server
import os


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args):
        pass


port = int(os.environ.get("HEALTH_PORT", "8080"))
print(f"stand-in for k8s-sidecar: port {port}", flush=True)
http.server.ThreadingHTTPServer(("", port), Handler).serve_forever()
