import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { planned } from "../../engine/changes";
import { chartObjects, releases } from "../../pipeline/charts";
import { run as policyCheck } from "../../policy/cli/run";

/** What the chart renders to. */
const RENDERED = `---
# Source: agent/templates/daemonset.yaml
apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
spec:
  template:
    spec:
      containers: [{ name: agent, image: "app:1.0.0", securityContext: { privileged: true } }]
---
# Source: agent/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: admin
data: { password: czNjcmV0LXRleHQ= }
stringData: { other: s3cret-text }
`;

describe("Pipeline: objects of a stack's charts", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-charts-"));
    const helm = process.env.X0TTA6BL4_HELM;

    before(() => {
        writeFileSync(join(folder, "output"), RENDERED);
        writeFileSync(
            join(folder, "helm"),
            `#!/bin/sh\ncase "$*" in *broken*) echo "Error: no such chart" >&2; exit 1;; esac\ncat > /dev/null; cat ${folder}/output\n`,
        );
        chmodSync(join(folder, "helm"), 0o755);
        process.env.X0TTA6BL4_HELM = join(folder, "helm");
    });

    after(() => {
        rmSync(folder, { recursive: true });
        if (helm === undefined) {
            delete process.env.X0TTA6BL4_HELM;
        } else {
            process.env.X0TTA6BL4_HELM = helm;
        }
    });

    const type = "kubernetes:helm.sh/v3:Release";
    const resources = (chart: string) =>
        planned(
            [type, "kubernetes:core/v1:Service"].map((of) => ({
                op: "create",
                urn: `urn:pulumi:staging::x0tta6bl4::${of}::r`,
                type: of,
                new: { custom: true, inputs: { name: "prometheus", namespace: "monitoring", chart } },
            })),
        );

    it("are those of its releases, without secret data", async () => {
        const [release, ...others] = releases(resources("agent"));
        assert.ok(release !== undefined);
        assert.deepEqual(others, []);
        const objects = await chartObjects(release, "staging");
        assert.deepEqual(
            objects.map(({ name }) => name),
            [
                "Release monitoring/prometheus DaemonSet monitoring/agent",
                "Release monitoring/prometheus Secret monitoring/admin",
            ],
        );
        assert.doesNotMatch(JSON.stringify(objects), /s3cret|czNj/);
    });

    it("are evaluated by the check, and are in what code scanning gets", async () => {
        const [release] = releases(resources("agent"));
        assert.ok(release !== undefined);
        const [daemonSet] = await chartObjects(release, "staging");
        const file = join(folder, "agent.yaml");
        writeFileSync(file, stringify(daemonSet?.body));
        const { status, output } = policyCheck(["--rules", "privileged", "--format", "sarif", file]);
        assert.equal(status, 1);
        assert.match(output, /"text": "DaemonSet monitoring\/agent: container/);
    });

    it("fail where the chart cannot be rendered: no objects would look like no findings", async () => {
        const [release] = releases(resources("broken"));
        assert.ok(release !== undefined);
        await assert.rejects(
            chartObjects(release, "staging"),
            /^Error: Release monitoring\/prometheus: its chart cannot be rendered.*no such chart/,
        );
    });
});
