import assert from "node:assert/strict";
import { MIB } from "../../../policy/cost/amounts";
import { namedClaims } from "../../../policy/cost/claims";
import { deployment, groupIn, groupsIn, stackIn } from "./support";

const APP =
    "containers:\n  - { name: app, resources: { requests: { cpu: 100m, memory: 100Mi }, limits: { cpu: 200m, memory: 200Mi } } }";

describe("Pods of a cost estimate", () => {
    it("request what the scheduler reserves: init containers as the largest, sidecars in addition", () => {
        const init = (name: string, cpu: string, memory: string, more = "") =>
            `  - { name: ${name}, resources: { requests: { cpu: ${cpu}, memory: ${memory} } }${more} }`;
        const pod = [
            APP,
            "initContainers:",
            init("migrate", "50m", "400Mi"),
            init("proxy", "30m", "20Mi", ", restartPolicy: Always"),
            init("warm", "500m", "50Mi"),
        ].join("\n");
        // While warm runs, so does proxy: 530m. While migrate runs, nothing else does: 400Mi.
        assert.deepEqual(groupIn(deployment("web", pod)).requests, { cpu: 530, memory: 400 * MIB });
    });

    it("add the overhead of their runtime, from the pod or from the RuntimeClass", () => {
        const runtime = `
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: { name: kata }
handler: kata
overhead: { podFixed: { cpu: 250m, memory: 160Mi } }
---`;
        const own = `${APP}\nruntimeClassName: kata\noverhead: { cpu: 10m, memory: 1Mi }`;
        const groups = groupsIn(
            `${runtime}${deployment("web", `${APP}\nruntimeClassName: kata`)}---${deployment("own", own)}`,
        );
        assert.deepEqual(groups.get("web")?.requests, { cpu: 350, memory: 260 * MIB });
        assert.deepEqual(groups.get("own")?.requests, { cpu: 110, memory: 101 * MIB });
    });

    it("have no limit where one of their containers has none", () => {
        const pod = `${APP}\n  - { name: other, resources: { limits: { memory: 1Mi } } }`;
        assert.deepEqual(groupIn(deployment("web", pod)).limits, { cpu: undefined, memory: 201 * MIB });
    });

    it("are as many as an autoscaler allows, at least and at most", () => {
        const scaler = `
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { namespace: shop, name: web }
spec: { minReplicas: 3, maxReplicas: 9, scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: web } }
`;
        const { pods } = groupIn(`${deployment("web", APP)}---${scaler}`);
        assert.deepEqual(pods, { least: 3, most: 9 });
        assert.deepEqual(groupIn(deployment("web", APP)).pods, { least: 2, most: 2 });
    });

    it("are more during a rollout: a quarter by default, rounded up, or what the strategy says", () => {
        const extra = (strategy: string, pods: number) =>
            groupIn(deployment("web", APP, `replicas: 2\n${strategy}`)).extra(pods);
        assert.equal(extra("", 5), 2);
        assert.equal(extra("strategy: { rollingUpdate: { maxSurge: 1 } }", 5), 1);
        assert.equal(extra("strategy: { rollingUpdate: { maxSurge: 100% } }", 5), 5);
        assert.equal(extra("strategy: { type: Recreate }", 5), 0);
    });

    it("are more during a rollout of an Argo Rollout: as its strategy has it, and all once more with blue/green", () => {
        const extra = (strategy: string, pods: number) =>
            groupIn(
                deployment("web", APP, `replicas: 2\n${strategy}`)
                    .replace("apiVersion: apps/v1", "apiVersion: argoproj.io/v1alpha1")
                    .replace("kind: Deployment", "kind: Rollout"),
            ).extra(pods);
        assert.equal(extra("strategy: { canary: { maxSurge: 1 } }", 5), 1);
        assert.equal(extra("strategy: { canary: {} }", 5), 2);
        assert.equal(extra("strategy: { blueGreen: { activeService: web } }", 5), 5);
        assert.equal(extra("strategy: { blueGreen: { activeService: web, previewReplicaCount: 1 } }", 5), 1);
    });

    it("of a Job take room, but are in no sum", () => {
        const job = `
apiVersion: batch/v1
kind: Job
metadata: { namespace: shop, name: once }
spec:
  parallelism: 3
  template:
    spec:
      ${APP.replaceAll("\n", "\n      ")}
`;
        const group = groupIn(job);
        assert.deepEqual([group.pods, group.extra(0)], [{ least: 0, most: 0 }, 3]);
    });

    it("have a volume each, by claim template and by ephemeral volume; a claim of its own is one volume", () => {
        const claim = "spec: { storageClassName: fast, resources: { requests: { storage: 2Gi } } }";
        const set = `
apiVersion: apps/v1
kind: StatefulSet
metadata: { namespace: shop, name: db }
spec:
  replicas: 3
  volumeClaimTemplates:
    - metadata: { name: data }
      ${claim}
  template:
    spec:
      ${APP.replaceAll("\n", "\n      ")}
      volumes:
        - name: scratch
          ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: 100Mi } } } } }
        - { name: shared, persistentVolumeClaim: { claimName: shared } }
`;
        const own = `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { namespace: shop, name: shared }
spec: { resources: { requests: { storage: 5Gi } } }
`;
        const group = groupIn(set);
        assert.deepEqual(group.claims, [
            { bytes: 2048 * MIB, storageClass: "fast" },
            { bytes: 100 * MIB, storageClass: "" },
        ]);
        assert.equal(group.extra(3), 0, "a StatefulSet replaces its pods in place");
        assert.deepEqual(
            namedClaims(stackIn(`${set}---${own}`)).map(({ object, bytes }) => [object, bytes / MIB]),
            [["PersistentVolumeClaim shop/shared", 5120]],
        );
    });

    it("of a Prometheus are those that its operator makes, with the containers that it adds", () => {
        const operator = deployment(
            "operator",
            `containers:
  - name: operator
    args: [--config-reloader-cpu-request=10m, --config-reloader-memory-request=32Mi, --config-reloader-memory-limit=64Mi]
    resources: { requests: { cpu: 1m, memory: 1Mi } }`,
        );
        const server = `
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: { namespace: shop, name: main }
spec:
  replicas: 2
  shards: 2
  resources: { requests: { cpu: "1", memory: 4Gi }, limits: { cpu: "2", memory: 6Gi } }
  containers:
    - { name: sidecar, resources: { requests: { cpu: 5m, memory: 8Mi } } }
  storage: { volumeClaimTemplate: { spec: { resources: { requests: { storage: 50Gi } } } } }
  affinity:
    podAntiAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        - topologyKey: kubernetes.io/hostname
          labelSelector: { matchLabels: { app.kubernetes.io/name: prometheus, app.kubernetes.io/instance: main } }
`;
        const group = groupsIn(`${operator}---${server}`).get("main");
        assert.deepEqual(group?.requests, { cpu: 1015, memory: (4096 + 32 + 8) * MIB });
        assert.deepEqual(group.pods, { least: 4, most: 4 });
        assert.deepEqual(group.limits, { cpu: undefined, memory: undefined });
        assert.deepEqual(
            group.claims.map(({ bytes }) => bytes / MIB),
            [51_200],
        );
        assert.equal(group.placement.antiAffinity.length, 1);
        assert.equal(group.labels.get("app.kubernetes.io/instance"), "main");
    });

    it("say which demands on their nodes an estimate cannot know", () => {
        const pod = `${APP}
nodeSelector: { disk: ssd }
affinity:
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } }
  podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1 }] }`;
        const { placement } = groupIn(deployment("web", pod));
        assert.deepEqual(placement.ignored, ["nodeSelector", "nodeAffinity"]);
        assert.deepEqual(placement.antiAffinity, [], "a preference is no demand");
    });
});
