import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { RUN_LABEL } from "../../../smoke/subject";
import { type Fixture, fixture } from "../fixture";
import type { FakeOptions } from "./fakeCluster";
import { HEALTHY, inOneLine, lineOf, NODES, type Run, runChecks, type RunOptions } from "./support";
import { withFolder, writeScript } from "../../support/temporary";
import { makeSvid } from "./svid";

/** Runs `work` with a kubectl that is a script of this body. */
function withKubectl(body: string, work: () => Promise<void>): Promise<void> {
    return withFolder(async (folder) => {
        await writeScript(join(folder, "kubectl"), body);
        const { PATH = "" } = process.env;
        process.env.PATH = `${folder}${delimiter}${PATH}`;
        try {
            await work();
        } finally {
            process.env.PATH = PATH;
        }
    });
}

/** Waits until no process of these is left. */
async function allEnd(pids: readonly number[]): Promise<void> {
    const isLeft = (pid: number) =>
        existsSync(`/proc/${pid}/cmdline`) && readFileSync(`/proc/${pid}/cmdline`).length > 0;
    for (let attempt = 0; pids.some(isLeft); attempt += 1) {
        assert.ok(attempt < 50, `kubectl still runs: ${pids.filter(isLeft).join(", ")}`);
        await sleep(100);
    }
}

describe("Deep checks", function () {
    this.timeout(60_000);
    let staging: Fixture;
    let app: Server;
    let port: number;
    let svidFolder: string;

    before(async function () {
        try {
            execFileSync("python3", ["-c", "import ssl"], { stdio: "pipe" });
            execFileSync("openssl", ["version"], { stdio: "pipe" });
        } catch {
            // What runs in the probe pods runs here, and its certificates are made by openssl.
            this.skip();
        }
        staging = await fixture("staging");
        const { trustDomain, namespace, names } = staging.expected;
        svidFolder = makeSvid(`spiffe://${trustDomain}/ns/${namespace}/sa/${names.serviceAccount}`);
    });

    beforeEach(async () => {
        app = createServer((_, response) => response.end("ok"));
        await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
        const address = app.address();
        port = typeof address === "object" ? (address?.port ?? 0) : 0;
    });

    afterEach(() => {
        app.closeAllConnections();
        app.close();
    });

    after(() => {
        rmSync(svidFolder, { recursive: true, force: true });
    });

    const run = (topic: string, fake: FakeOptions = {}, more: Partial<RunOptions> = {}): Promise<Run> =>
        runChecks(topic, { svidFolder, ...fake }, { fixture: staging, port, ...more });

    it("pass in a cluster where all is well, skip what was not requested with the option that requests it, and leave nothing behind", async () => {
        const done = await run("");
        const wrong = done.results.filter(({ finding }) => finding.status === "failed");
        // Prometheus of this fake knows no series.
        assert.deepEqual(wrong.map(inOneLine), []);
        assert.match(lineOf(done, "gets its SVID"), /^passed .*\/sa\/.*, \d+\.\d s after/);
        assert.match(lineOf(done, "mutual TLS"), /^passed/);
        assert.match(lineOf(done, "needed paths"), /^passed .* \d+ of \d+$/);
        assert.match(lineOf(done, "forbidden paths"), /^passed/);
        assert.match(lineOf(done, "a volume"), /^passed/);
        assert.match(lineOf(done, "under load"), /^passed .* [1-9]\d* requests in two rollouts/);
        assert.match(lineOf(done, "breaks the level"), /^passed/);
        assert.match(lineOf(done, "rotated"), /^skipped .*--rotation/);
        assert.match(lineOf(done, "receivers"), /^skipped .*--receivers/);
        assert.match(lineOf(done, "nothing is left"), /^passed/);
        assert.deepEqual(done.cluster.left(), []);
        assert.ok(done.cluster.changes.some((change) => change.startsWith("POST /api/v1/namespaces")));
    });

    it("say that a cluster does not enforce NetworkPolicies", async () => {
        const done = await run("Network", { enforces: false });
        assert.match(lineOf(done, "forbidden"), /^failed .*does not enforce NetworkPolicies.*Calico.*blocked \/ open/);
        assert.match(lineOf(done, "needed"), /^passed/);
        assert.deepEqual(done.cluster.left(), []);
    });

    it("name another SPIFFE ID than the app's", async () => {
        const folder = makeSvid("spiffe://other.example/ns/x/sa/y");
        try {
            const done = await run("Identity", { svidFolder: folder });
            assert.match(lineOf(done, "gets its SVID"), /^failed .*SPIFFE ID: spiffe:\/\/x0tta.* \/ spiffe:\/\/other/);
            assert.match(lineOf(done, "mutual TLS"), /^failed .*server's ID/);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("count the requests that a rollout loses", async () => {
        const done = await run("Rollout", {
            onPatch: () => {
                app.closeAllConnections();
                app.close();
            },
        });
        assert.match(lineOf(done, "under load"), /^failed .* \d+ of \d+ requests were lost: \d+ x .*refused/i);
    });

    it("restore the Deployment after a rollout, also a failed one", async () => {
        const changes: unknown[] = [];
        await run("Rollout", { onPatch: (change) => changes.push(change) });
        assert.deepEqual(changes.at(-1), {
            spec: { template: { metadata: { annotations: { "x0tta6bl4.mesh/smoke-restart": null } } } },
        });
    });

    it("skip what needs Python where the image has none, and say which option helps", async () => {
        const done = await run("Network", { python: false });
        assert.match(lineOf(done, "forbidden"), /^skipped .*no python3: .*--probe-image IMAGE/);
        assert.deepEqual(done.cluster.left(), []);
    });

    it("skip monitoring that answers neither by proxy nor by kubectl, with the option that helps", () =>
        withKubectl('echo "error: no pod runs" >&2; exit 1', async () => {
            const done = await run("Monitoring", { proxied: {} });
            assert.match(
                lineOf(done, "target"),
                /^skipped .*proxy \(HTTP 503.*--prometheus http:\/\/127\.0\.0\.1:9091\. .*port-forward: error: no pod runs/,
            );
            assert.match(lineOf(done, "reaches Alertmanager"), /^skipped .*--alertmanager http:\/\/127\.0\.0\.1:9093/);
        }));

    it("ask monitoring by kubectl where the API server's proxy is kept out, once a server, and end it", async () => {
        const asked: string[] = [];
        const server = createServer(({ url = "" }, response) => {
            asked.push(url);
            const answers: Readonly<Record<string, unknown>> = HEALTHY;
            response.end(
                JSON.stringify(answers[decodeURIComponent(url)] ?? { status: "success", data: { result: [] } }),
            );
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        const address = server.address();
        const port = typeof address === "object" ? (address?.port ?? 0) : 0;
        try {
            await withFolder((folder) =>
                withKubectl(
                    `echo "$$ $*" >> '${folder}/calls'; echo "Forwarding from 127.0.0.1:${port} -> 9090"; exec sleep 60`,
                    async () => {
                        const done = await run("Monitoring", { proxied: {} });
                        assert.match(lineOf(done, "target"), /^passed .*1 of 1/);
                        assert.match(lineOf(done, "reaches Alertmanager"), /^passed/);
                        const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
                        await allEnd(calls.map((call) => Number(call.split(" ")[0])));
                        assert.deepEqual(
                            calls.map((call) => /service\/\S+ :\d+/.exec(call)?.[0]),
                            [
                                "service/prometheus-kube-prometheus-prometheus :9090",
                                "service/prometheus-kube-prometheus-alertmanager :9093",
                            ],
                        );
                    },
                ),
            );
            assert.ok(asked.includes("/api/v1/rules"), asked.join(" "));
        } finally {
            server.close();
        }
    });

    it("name targets that are down, rules that fail and alerts that fire", async () => {
        const done = await run("Monitoring", {
            proxied: {
                ...HEALTHY,
                "/api/v1/targets?state=active": {
                    data: {
                        activeTargets: [
                            {
                                labels: { job: "mesh", instance: "a:1" },
                                health: "down",
                                lastError: "connection refused",
                            },
                        ],
                    },
                },
                "/api/v1/rules": {
                    data: { groups: [{ name: "g", rules: [{ name: "r", health: "err", lastError: "many-to-many" }] }] },
                },
                "/api/v1/alerts": {
                    data: {
                        alerts: [
                            { labels: { alertname: "KubePodCrashLooping", severity: "warning" }, state: "firing" },
                            { labels: { alertname: "Watchdog" }, state: "firing" },
                            { labels: { alertname: "Other" }, state: "pending" },
                        ],
                    },
                },
                '/api/v2/alerts?filter=alertname="Watchdog"': [],
            },
        });
        assert.match(lineOf(done, "target"), /^failed .*mesh a:1: up \/ down: connection refused/);
        assert.match(lineOf(done, "rule is healthy"), /^failed .*g r: ok \/ err: many-to-many/);
        assert.match(lineOf(done, "unexpected alert"), /^failed .*1 difference \[KubePodCrashLooping \(warning\)/);
        assert.match(lineOf(done, "reaches Alertmanager"), /^failed/);
    });

    it("fail with the API server's reason where pods may not be created, and leave nothing behind", async () => {
        const { namespace } = staging.expected;
        const done = await run("Network", {
            refused: { [`POST /api/v1/namespaces/${namespace}/pods`]: [403, "pods is forbidden: quota exceeded"] },
        });
        assert.match(lineOf(done, "needed"), /^failed .*HTTP 403: pods is forbidden: quota exceeded/);
        assert.deepEqual(done.cluster.left(), []);
    });

    it("fail at a namespace that admits what breaks its level", async () => {
        const done = await run("Admission", {
            refused: { [`POST /api/v1/namespaces/${staging.expected.namespace}/pods`]: [201, ""] },
        });
        assert.match(
            lineOf(done, "breaks the level"),
            /^failed .*x0tta6bl4-staging \(restricted\): refused .* \/ admitted/,
        );
    });

    it("remove everything after an interrupt", async () => {
        const controller = new AbortController();
        setTimeout(() => {
            controller.abort();
        }, 700);
        const done = await run("", {}, { signal: controller.signal });
        assert.match(done.error?.message ?? "not interrupted", /everything that the checks created was removed/);
        assert.ok(done.cluster.changes.length > 0, "interrupted before anything was created");
        assert.deepEqual(done.cluster.left(), []);
    });

    it("remove what an earlier run left, and keep what a present one has", async () => {
        const { namespace } = staging.expected;
        const pod = (age: number) => ({
            metadata: {
                name: `old-${age}`,
                labels: { [RUN_LABEL]: "a" },
                creationTimestamp: new Date(Date.now() - age * 1000).toISOString(),
            },
        });
        const path = `/api/v1/namespaces/${namespace}/pods`;
        const done = await run("Admission", {
            objects: { [`${path}/old-3600`]: pod(3600), [`${path}/old-60`]: pod(60) },
        });
        assert.deepEqual(
            done.cluster.changes.filter((change) => change.includes("/old-")),
            [`DELETE ${path}/old-3600`],
        );
    });

    it("do nothing to a cluster of simulated nodes but what needs no container", async () => {
        const annotations = { "kwok.x-k8s.io/node": "fake" };
        const simulated = { metadata: { name: "a", annotations } };
        const done = await run("", { objects: { [`${NODES}/a`]: simulated, [`${NODES}/b`]: simulated } });
        assert.match(lineOf(done, "forbidden"), /^skipped .*simulated nodes/);
        assert.match(lineOf(done, "breaks the level"), /^passed/);
        assert.deepEqual(done.cluster.changes, []);
    });

    it("leave out what --skip names", async () => {
        const done = await run("Network", {}, { skip: ["network"] });
        assert.match(lineOf(done, "forbidden"), /^skipped .*--skip network/);
        assert.deepEqual(done.cluster.changes, []);
    });
});
