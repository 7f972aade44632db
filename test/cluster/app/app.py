"""Stands in for the app in cluster tests: it answers on the ports of the settings and does nothing else.

8000: health checks, 9090: metrics, 7946: accepts connections of peers. With the standard library of Python 3 alone.
"""

import http.server
import signal
import socketserver
import sys
import threading

METRICS = b"""# HELP x0tta6bl4_stub 1: this is a stand-in, not the app
# TYPE x0tta6bl4_stub gauge
x0tta6bl4_stub 1
"""


class Health(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = b'{"status":"ok","stub":true}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Metrics(Health):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(METRICS)))
        self.end_headers()
        self.wfile.write(METRICS)


class Peer(socketserver.BaseRequestHandler):
    def handle(self):
        self.request.recv(1)


def main():
    servers = [
        http.server.ThreadingHTTPServer(("", 8000), Health),
        http.server.ThreadingHTTPServer(("", 9090), Metrics),
        socketserver.ThreadingTCPServer(("", 7946), Peer),
    ]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    for server in servers:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print("stand-in for the app: ports 8000, 9090 and 7946", flush=True)
    signal.pause()


main()
