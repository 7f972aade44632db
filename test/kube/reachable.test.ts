import assert from "node:assert/strict";
import dns from "node:dns";
import { mock } from "node:test";
import { ANONYMOUS, kubeconfigSchema } from "../../kube/kubeconfigSchema";
import { answers as answersOf } from "../../kube/reachable";
import { closedPort, http, https, type LocalServer, tcp } from "../support/localServer";

/** Timeout for a server that never responds, in these tests (ms). */
const SHORT = 200;

/** Waits for the server of a context. */
function answers(server: string, timeoutMs?: number): Promise<void> {
    const { clusters } = kubeconfigSchema.parse({ clusters: [{ name: "c", cluster: { server } }] });
    const cluster = { ...(clusters[0]?.cluster ?? assert.fail()), relativeFiles: [] };
    return answersOf({ name: "here", server, cluster, user: ANONYMOUS }, timeoutMs, {});
}

describe("answers", () => {
    const servers: LocalServer[] = [];

    afterEach(async () => {
        mock.restoreAll();
        await Promise.all(servers.splice(0).map((server) => server.close()));
    });

    /** Keeps a server until the test is over. */
    async function started(server: Promise<LocalServer>): Promise<number> {
        servers.push(await server);
        return servers.at(-1)?.port ?? assert.fail();
    }

    for (const status of [200, 401, 403, 500]) {
        it(`takes status ${status} over HTTP`, async () => {
            const port = await started(http((_, response) => response.writeHead(status).end()));
            await answers(`http://127.0.0.1:${port}`);
        });
    }

    it("accepts HTTPS with an untrusted certificate", async () => {
        const port = await started(https((_, response) => response.writeHead(401).end()));
        await answers(`https://127.0.0.1:${port}`);
    });

    it("requests the version and sends no credentials", async () => {
        const asked: unknown[] = [];
        const port = await started(
            http(({ method, url, headers }, response) => {
                asked.push([method, url, headers.authorization]);
                response.end();
            }),
        );
        await answers(`http://127.0.0.1:${port}`);
        assert.deepEqual(asked, [["GET", "/version", undefined]]);
    });

    it("does not wait for the end of an answer", async () => {
        const port = await started(http((_, response) => response.writeHead(200).write("{")));
        await answers(`http://127.0.0.1:${port}`, SHORT);
        // The timeout must not cause an unhandled error later.
        await new Promise((resolve) => setTimeout(resolve, 2 * SHORT));
    });

    for (const scheme of ["http", "https"]) {
        it(`gives up on a server that accepts and never answers over ${scheme}`, async () => {
            const port = await started(tcp(() => undefined));
            const start = Date.now();
            await assert.rejects(answers(`${scheme}://127.0.0.1:${port}`, SHORT), {
                message: "no answer within 0.2 s",
            });
            assert.ok(Date.now() - start < 10 * SHORT);
        });
    }

    it("gives up on a server that sends an answer too slowly", async () => {
        const port = await started(
            tcp((socket) => {
                const head = "HTTP/1.1 200 OK\r\nX: ";
                let sent = 0;
                const timer = setInterval(() => socket.write(head.charAt(sent++) || "x"), SHORT / 10);
                socket.on("close", () => {
                    clearInterval(timer);
                });
            }),
        );
        await assert.rejects(answers(`http://127.0.0.1:${port}`, SHORT), /no answer within 0\.2 s/);
    });

    it("gives the system's reason when the port is closed", async () => {
        const port = await closedPort();
        await assert.rejects(answers(`https://127.0.0.1:${port}`), new RegExp(`ECONNREFUSED 127\\.0\\.0\\.1:${port}`));
    });

    it("gives the system's reason when the name has several addresses and all are closed", async () => {
        const port = await closedPort();
        mock.method(dns, "lookup", (_name: string, _options: unknown, callback: (...results: unknown[]) => void) => {
            callback(null, [
                { address: "127.0.0.1", family: 4 },
                { address: "127.0.0.2", family: 4 },
            ]);
        });
        await assert.rejects(answers(`https://two.addresses.test:${port}`), /ECONNREFUSED/);
    });

    it("gives the system's reason when the name is unknown", async () => {
        mock.method(dns, "lookup", (name: string, _options: unknown, callback: (error: Error) => void) => {
            callback(new Error(`getaddrinfo ENOTFOUND ${name}`));
        });
        await assert.rejects(answers("https://no-such-host.test"), /ENOTFOUND no-such-host\.test/);
    });

    it("gives a reason when a server hangs up", async () => {
        const port = await started(tcp((socket) => socket.destroy()));
        await assert.rejects(answers(`http://127.0.0.1:${port}`), /socket hang up|ECONNRESET/);
    });

    it("treats an address without a scheme as plain HTTP, as client-go does", async () => {
        const port = await started(http((_, response) => response.writeHead(200).end()));
        await answers(`127.0.0.1:${port}`);
    });
});
