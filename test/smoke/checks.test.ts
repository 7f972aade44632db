import assert from "node:assert/strict";
import { type Result } from "../../smoke/check";
import { failed } from "../../smoke/outcome";
import { CHECKS } from "../../smoke/checks";
import { found, missing } from "../../smoke/cluster/lookup";
import { evaluate, filterChecks } from "../../smoke/evaluate";
import { fixture, objectOf, type Fixture } from "./fixture";
import { MUTATIONS } from "./mutations.test";

const target = { context: "test" };

function resultsOf({ snapshot, expected }: Fixture): readonly Result[] {
    return evaluate(CHECKS, snapshot, expected, target).results;
}

function failures(results: readonly Result[]): string[] {
    return results.filter(({ finding }) => finding.status === "failed").map(({ topic, name }) => `${topic} ${name}`);
}

describe("Smoke checks", () => {
    let staging: Fixture;

    before(async () => {
        staging = await fixture("staging");
    });

    it("pass for the resources of the program, in staging", () => {
        assert.deepEqual(failures(resultsOf(staging)), []);
    });

    it("pass for the resources of the program, in prod with its autoscaler and egress", async () => {
        assert.deepEqual(failures(resultsOf(await fixture("prod"))), []);
    });

    it("pass with every other choice of the settings", async () => {
        const mesh = {
            data: { type: "existingClaim", claimName: "mine", accessMode: "ReadWriteMany" },
            ebpf: { enabled: true },
            image: { digest: `sha256:${"a".repeat(64)}` },
            metrics: { enabled: false },
            preStopSleepSeconds: 0,
            probes: { startup: { enabled: false } },
            minReadySeconds: 5,
            scheduling: {
                antiAffinity: "required",
                nodeAffinity: { required: [{ key: "gpu", operator: "Exists" }] },
                tolerations: [{ key: "a", operator: "Exists" }],
            },
            serviceAccount: { mountToken: true },
            service: { headless: true },
            spireSocket: { type: "none" },
        };
        assert.deepEqual(failures(resultsOf(await fixture("staging", { mesh }))), []);
    });

    it("can each fail: there is a mutation for every check", () => {
        const broken = new Set(MUTATIONS.map(({ check }) => check));
        assert.deepEqual(
            CHECKS.map(({ topic, name }) => `${topic} ${name}`).filter((name) => !broken.has(name)),
            [],
        );
    });

    for (const [index, { check, breakIt, stack }] of MUTATIONS.entries()) {
        it(`find fault ${index + 1}: ${check}`, async () => {
            const whole = stack === "staging" ? staging : await fixture(stack);
            const broken = { ...whole, snapshot: structuredClone(whole.snapshot) };
            breakIt(broken);
            assert.ok(failures(resultsOf(broken)).includes(check));
        });
    }

    it("fail, all that need it, when an object cannot be read", () => {
        const snapshot = { ...staging.snapshot, configMap: missing("ConfigMap x cannot be read: HTTP 403: no") };
        const results = resultsOf({ ...staging, snapshot });
        assert.deepEqual(
            results.find(({ name }) => name === "values")?.finding,
            failed("ConfigMap x cannot be read: HTTP 403: no"),
        );
    });

    it("skip what the chart creates, and say why, where it belongs to another stack", async () => {
        const skipped = async (monitoring: object) =>
            resultsOf(await fixture("staging", { monitoring })).flatMap(({ topic, finding }) =>
                topic === "Monitoring" && finding.status === "skipped" ? [finding.detail] : [],
            );
        const existing = await skipped({ chart: { type: "existing" } });
        assert.equal(existing.length, 10);
        assert.equal(new Set(existing).size, 1);
        assert.match(existing[0] ?? "", /this stack does not install the chart/);
        assert.match((await skipped({ enabled: false }))[0] ?? "", /monitoring is off/);
    });

    it("report what is requested of Prometheus, and why nothing more, if every node is simulated", () => {
        const snapshot = structuredClone(staging.snapshot);
        objectOf(snapshot.nodes)[0]!.metadata!.annotations = { "kwok.x-k8s.io/node": "fake" };
        const find = () => resultsOf({ ...staging, snapshot }).find(({ name }) => name === "Prometheus ready")?.finding;
        assert.match(`${find()?.status} ${find()?.detail}`, /^skipped 1 asked for; simulated nodes/);
        Object.assign(objectOf(snapshot.monitoring.prometheus), { replicas: 2 });
        assert.equal(find()?.status, "failed");
    });

    it("skip HTTP, and say why, where every node is simulated", () => {
        const snapshot = structuredClone(staging.snapshot);
        objectOf(snapshot.nodes)[0]!.metadata!.annotations = { "kwok.x-k8s.io/node": "fake" };
        const http = resultsOf({ ...staging, snapshot }).filter(({ topic }) => topic === "HTTP");
        assert.deepEqual(
            http.map(({ finding }) => [finding.status, finding.detail]),
            Array.from({ length: 2 }, () => ["skipped", "simulated nodes: no container runs"]),
        );
    });

    it("query the pods on real nodes if there are also simulated nodes", () => {
        const snapshot = structuredClone(staging.snapshot);
        const node = structuredClone(objectOf(snapshot.nodes)[0]!);
        Object.assign(node.metadata!, { name: "fake", labels: { type: "kwok" } });
        objectOf(snapshot.nodes).push(node);
        objectOf(snapshot.pods)[0]!.spec!.nodeName = "fake";
        const http = resultsOf({ ...staging, snapshot }).filter(({ topic }) => topic === "HTTP");
        assert.deepEqual(
            http.map(({ finding }) => finding.status),
            ["passed", "passed"],
        );
    });

    it("skip HTTP on simulated nodes also while no pod has one", () => {
        const snapshot = structuredClone(staging.snapshot);
        objectOf(snapshot.nodes)[0]!.metadata!.labels = { type: "kwok" };
        objectOf(snapshot.pods).length = 0;
        const http = resultsOf({ ...staging, snapshot }).filter(({ topic }) => topic === "HTTP");
        assert.deepEqual(
            http.map(({ finding }) => finding.status),
            ["skipped", "skipped"],
        );
    });

    it("continue after a check that throws", () => {
        const broken = CHECKS.slice(0, 2).map((check) => ({
            ...check,
            run: () => {
                throw new Error("bug");
            },
        }));
        const { results } = evaluate(broken, staging.snapshot, staging.expected, target);
        assert.deepEqual(
            results.map(({ finding }) => finding.detail),
            ["the check itself broke: bug", "the check itself broke: bug"],
        );
    });

    it("take equal quantities for the same, however they are spelled", async () => {
        const mesh = { resources: { limits: { cpu: "1000m", memory: "1Gi" } } };
        const other = await fixture("staging", { mesh });
        const container = objectOf(other.snapshot.deployment).spec!.template.spec!.containers[0]!;
        container.resources!.limits = { cpu: "1", memory: "1024Mi" };
        assert.deepEqual(failures(resultsOf(other)), []);
    });

    it("bind every command to context and namespace", () => {
        for (const { command } of resultsOf(staging)) {
            assert.match(command, /^kubectl --context test -n x0tta6bl4-staging /);
        }
    });

    it("never show a value of the Secret", () => {
        const snapshot = { ...staging.snapshot, secret: found({ type: "Opaque", keys: ["A"], empty: [] }) };
        const results = resultsOf({ ...staging, snapshot });
        const { finding } = results.find(({ topic }) => topic === "Secret")!;
        assert.equal(finding.status, "failed");
        assert.doesNotMatch(JSON.stringify(finding), /password-of|hex-of/);
    });

    it("can be chosen by topic or name, in any case", () => {
        assert.deepEqual(
            filterChecks(CHECKS, "PROBES").map(({ name }) => name),
            ["liveness", "readiness", "startup"],
        );
        assert.equal(filterChecks(CHECKS, undefined).length, CHECKS.length);
    });
});

describe("Smoke checks of ports", () => {
    it("print the command that moves the setting, and skip what no setting can help", async () => {
        const staging = await fixture("staging");
        const fix = "pulumi config set --stack staging --path mesh.ports.metrics 8000";
        const ports = [
            { port: "http", status: "ok", detail: "/health answers on 8000" },
            { port: "metrics", status: "fail", detail: "/metrics answers on 8000", fix },
            { port: "mesh", status: "skip", detail: "nothing listens on mesh.ports.mesh (7946)" },
        ] as const;
        const found = resultsOf({ ...staging, snapshot: { ...staging.snapshot, ports } });
        assert.deepEqual(
            found.filter(({ topic }) => topic === "Ports").map(({ finding }) => [finding.status, finding.detail]),
            [
                ["passed", "/health answers on 8000"],
                ["failed", `/metrics answers on 8000; fix: ${fix}`],
                ["skipped", "nothing listens on mesh.ports.mesh (7946)"],
            ],
        );
    });

    it("are skipped, with the reason, where every node is simulated", async () => {
        const snapshot = structuredClone((await fixture("staging")).snapshot);
        objectOf(snapshot.nodes)[0]!.metadata!.annotations = { "kwok.x-k8s.io/node": "fake" };
        const found = resultsOf({ ...(await fixture("staging")), snapshot });
        assert.deepEqual(
            found.filter(({ topic }) => topic === "Ports").map(({ finding }) => [finding.status, finding.detail]),
            Array.from({ length: 3 }, () => ["skipped", "simulated nodes: no container runs"]),
        );
    });
});
