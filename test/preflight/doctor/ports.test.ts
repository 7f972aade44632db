import assert from "node:assert/strict";
import { portChecks } from "../../../preflight/doctor/ports";
import { reportText } from "../../../preflight/report";
import { fakeApi } from "../../support/apiServer";
import { facts, node } from "../../support/clusterFacts";
import { parse } from "../../support/parseSettings";

const PODS =
    "/api/v1/namespaces/x0tta6bl4-staging/pods?labelSelector=app.kubernetes.io%2Fname%3Dx0tta6bl4%2Cenvironment%3Dstaging";

const POD = { metadata: { name: "pod-1" }, status: { phase: "Running" } };

const REAL = facts();
const SIMULATED = facts({ nodes: [node("n1", { annotations: { "kwok.x-k8s.io/node": "fake" } })] });

async function checks(nodes: typeof REAL, answers: Parameters<typeof fakeApi>[0]) {
    const { send, requests } = fakeApi(answers);
    const findings = await portChecks(parse(), { facts: nodes, send }, { context: "test" }, () =>
        Promise.resolve([8000]),
    );
    return { findings, requests };
}

describe("Doctor: ports of the mesh", () => {
    it("warn of an app that answers on 8000 only, and print the command that moves the metrics", async () => {
        const { findings } = await checks(REAL, {
            [PODS]: { items: [POD] },
            "/api/v1/namespaces/x0tta6bl4-staging/pods/pod-1:8000/proxy/health": 200,
            "/api/v1/namespaces/x0tta6bl4-staging/pods/pod-1:8000/proxy/metrics": 200,
        });
        assert.deepEqual(
            findings.map(({ status }) => status),
            ["ok", "warn", "skip"],
        );
        const text = reportText(
            { command: "doctor", stack: "staging", changed: false, groups: [{ title: "Ports", findings }] },
            { columns: 200, colour: false },
        );
        assert.match(text, /\n +pulumi config set --stack staging --path mesh\.ports\.metrics 8000\n/);
    });

    it("are skipped on simulated nodes, where nothing can be queried", async () => {
        const { findings, requests } = await checks(SIMULATED, {});
        assert.deepEqual(
            findings.map(({ status, detail }) => [status, detail]),
            Array.from({ length: 3 }, () => ["skip", "simulated nodes: no container runs"]),
        );
        assert.deepEqual(requests, []);
    });

    it("are skipped before the first update, and where pods may not be listed", async () => {
        assert.match((await checks(REAL, {})).findings[0]?.detail ?? "", /no pod of staging-x0tta6bl4 runs yet/);
        assert.match((await checks(REAL, { [PODS]: 403 })).findings[0]?.detail ?? "", /cannot list pods/);
    });
});
