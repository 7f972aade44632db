import assert from "node:assert/strict";
import { listeningPorts, type PortFinding, portFindings } from "../../../preflight/mesh/ports";
import { parse } from "../../support/parseSettings";

/** /proc/net/tcp of a process that listens on 8000, with a connection of it, and its IPv6 table with 8443. */
const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 1 1 0 100 0 0 10 0
   1: 0100007F:1F40 0100007F:D431 01 00000000:00000000 00:00000000 00000000  1000        0 2 1 0 100 0 0 10 0
  sl  local_address                         remote_address                        st tx_queue rx_queue
   0: 00000000000000000000000000000000:20FB 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000
`;

/** Findings for an app that responds on some ports, on all paths of each. */
async function found(
    serves: readonly number[],
    listens: readonly number[] | Error,
    settings: Record<string, unknown> = {},
): Promise<Record<string, Pick<PortFinding, "status" | "detail" | "fix">>> {
    const { mesh } = parse({ mesh: settings });
    const findings = await portFindings(
        { stack: "staging", namespace: "ns", mesh, pods: ["pod-1"] },
        (path) => {
            const port = Number(
                /^\/api\/v1\/namespaces\/ns\/pods\/pod-1:(\d+)\/proxy\/(health|metrics)$/.exec(path)?.[1],
            );
            // Response of the API server if a connection is refused.
            return Promise.resolve(serves.includes(port) ? 200 : 503);
        },
        () => (listens instanceof Error ? Promise.reject(listens) : Promise.resolve(listens)),
    );
    return Object.fromEntries(findings.map(({ port, ...rest }) => [port, rest]));
}

describe("Ports of the running app", () => {
    it("are fine where each answers as the settings say", async () => {
        const { http, metrics, mesh } = await found([8000, 9090], [7946, 8000, 9090]);
        assert.deepEqual([http?.status, metrics?.status, mesh?.status], ["ok", "ok", "ok"]);
    });

    it("tell of an app that answers on 8000 only, with the command for its metrics", async () => {
        const { http, metrics, mesh } = await found([8000], [8000]);
        assert.equal(http?.status, "ok");
        assert.deepEqual(metrics, {
            status: "fail",
            detail: "/metrics answers on 8000, not on mesh.ports.metrics (9090)",
            fix: "pulumi config set --stack staging --path mesh.ports.metrics 8000",
        });
        assert.equal(mesh?.status, "skip");
        assert.match(mesh.detail, /nothing listens on mesh\.ports\.mesh \(7946\); the app listens on 8000: this build/);
    });

    it("tell of an image that serves everything on 8080", async () => {
        const { http, metrics } = await found([8080], [8080]);
        assert.equal(http?.fix, "pulumi config set --stack staging --path mesh.ports.http 8080");
        assert.equal(metrics?.fix, "pulumi config set --stack staging --path mesh.ports.metrics 8080");
    });

    it("find an unknown port by what the process listens on", async () => {
        const { http, mesh } = await found([9900], [9900, 7999]);
        assert.equal(http?.fix, "pulumi config set --stack staging --path mesh.ports.http 9900");
        assert.equal(mesh?.status, "skip");
        assert.equal(
            (await found([8000, 9090], [8000, 9090, 7999])).mesh?.fix,
            "pulumi config set --stack staging --path mesh.ports.mesh 7999",
        );
    });

    it("switch metrics off where no port serves them, and know no command for an API that is nowhere", async () => {
        const { http, metrics } = await found([], [8000]);
        assert.equal(metrics?.fix, "pulumi config set --stack staging --path mesh.metrics.enabled false");
        assert.deepEqual([http?.status, http?.fix], ["fail", undefined]);
        assert.match(http?.detail ?? "", /answers on none of the ports 8000, 8080; mesh\.ports\.http is 8000/);
    });

    it("state why the listening ports are unknown, and still probe by HTTP", async () => {
        const { metrics, mesh } = await found([8000], new Error("the image has no cat"));
        assert.equal(metrics?.status, "fail");
        assert.deepEqual(mesh, {
            status: "skip",
            detail: "what the app listens on cannot be read: the image has no cat",
        });
    });

    it("are not queried for metrics if these are disabled, nor without a pod", async () => {
        assert.equal((await found([8000], [8000], { metrics: { enabled: false } })).metrics?.detail, "metrics are off");
        const { mesh } = parse();
        const none = await portFindings(
            { stack: "staging", namespace: "ns", mesh, pods: [] },
            () => assert.fail("asked"),
            () => assert.fail("listened"),
        );
        assert.deepEqual(new Set(none.map(({ status }) => status)), new Set(["skip"]));
    });

    it("are skipped with the reason where the API server does not answer", async () => {
        const { mesh } = parse();
        const findings = await portFindings(
            { stack: "staging", namespace: "ns", mesh, pods: ["pod-1"] },
            () => Promise.reject(new Error("connect ECONNREFUSED")),
            () => Promise.resolve([8000]),
        );
        assert.ok(findings.every(({ status, detail }) => status === "skip" && detail.includes("ECONNREFUSED")));
    });

    it("are read from the kernel's tables: sockets that listen, IPv4 and IPv6, each port once", () => {
        assert.deepEqual(listeningPorts(TABLE), [8000, 8443]);
        assert.deepEqual(listeningPorts(""), []);
    });
});
