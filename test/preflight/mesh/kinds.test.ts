import assert from "node:assert/strict";
import { liveMesh } from "../../../preflight/mesh";
import type { ReadAnswer } from "../../../kube/read";
import { parse } from "../../support/parseSettings";

const DEPLOYMENT = "/apis/apps/v1/namespaces/x0tta6bl4-staging/deployments/staging-x0tta6bl4";
const ROLLOUT = "/apis/argoproj.io/v1alpha1/namespaces/x0tta6bl4-staging/rollouts/staging-x0tta6bl4";
const KINDS = "/apis/argoproj.io/v1alpha1";

const ALL = { resources: ["Rollout", "AnalysisTemplate", "AnalysisRun", "Experiment"].map((kind) => ({ kind })) };

/** What the live objects decide, in a cluster with these objects. */
const decided = (objects: Record<string, unknown>, delivery: object = { type: "canary" }) =>
    liveMesh(
        (path): Promise<ReadAnswer> => Promise.resolve({ seen: true, object: objects[path] }),
        parse({ mesh: { delivery } }),
    );

/** A workload of this program with a number of pods. */
const workload = (
    replicas: number,
    secret = "staging-x0tta6bl4-secrets",
    annotations: Record<string, string> = {},
) => ({
    metadata: { labels: { "app.kubernetes.io/managed-by": "pulumi" }, annotations },
    spec: { replicas, template: { spec: { containers: [{ envFrom: [{ secretRef: { name: secret } }] }] } } },
});

describe("Before an update with canaries", () => {
    it("the kinds of Argo Rollouts must be there; else the command that installs them is given", async () => {
        await assert.rejects(decided({}), (error) => {
            assert.ok(error instanceof Error);
            assert.match(error.message, /the cluster has no Rollout, AnalysisTemplate, AnalysisRun, Experiment/);
            assert.match(
                error.message,
                /kubectl --context test apply --server-side --kustomize 'https:\/\/github\.com\/argoproj\/argo-rollouts\/manifests\/crds\?ref=v1\.10\.1'/,
            );
            assert.match(error.message, /pulumi config rm --stack staging --path mesh\.delivery/);
            return true;
        });
        await assert.doesNotReject(decided({ [KINDS]: ALL }));
        await assert.doesNotReject(decided({}, { type: "rolling" }));
    });

    it("a Deployment does not take the place of blue/green, whose Service would select no pods", async () => {
        const live = (strategy: object) => {
            const { spec, ...others } = workload(2);
            return { [KINDS]: ALL, [ROLLOUT]: { ...others, spec: { ...spec, strategy } } };
        };
        await assert.rejects(
            decided(live({ blueGreen: {} }), { type: "rolling" }),
            /the live Rollout delivers by blueGreen[^]*pulumi config set --stack staging --path mesh\.delivery\.type canary/,
        );
        for (const type of ["canary", "blueGreen"]) {
            await assert.doesNotReject(decided(live({ blueGreen: {} }), { type }));
        }
        await assert.doesNotReject(decided(live({ canary: {} }), { type: "rolling" }));
    });

    it("the pods of a workload that is replaced are counted, in both directions", async () => {
        assert.equal((await decided({ [KINDS]: ALL, [DEPLOYMENT]: workload(7) })).replacedReplicas, 7);
        assert.equal((await decided({ [ROLLOUT]: workload(6) }, { type: "rolling" })).replacedReplicas, 6);
        for (const objects of [{}, { [ROLLOUT]: workload(6) }, { [ROLLOUT]: workload(6), [DEPLOYMENT]: workload(7) }]) {
            assert.equal((await decided({ [KINDS]: ALL, ...objects })).replacedReplicas, undefined);
        }
    });

    it("an operator's key that is in use stays, whatever the Secret's version is called", async () => {
        const record = { "mesh.x0tta6bl4.mesh/operator-key": "bytes of rotation 1" };
        const versioned = workload(2, "staging-x0tta6bl4-secrets-0123456789", record);
        assert.equal((await decided({ [KINDS]: ALL, [ROLLOUT]: versioned })).operatorKey, "bytes");
        assert.equal(
            (await decided({ [KINDS]: ALL, [DEPLOYMENT]: workload(2, undefined, record) })).operatorKey,
            "bytes",
        );
    });
});
