import assert from "node:assert/strict";
import type { V1Pod } from "@kubernetes/client-node";
import { HASH_LABEL } from "../../components/delivery/names";
import { parseRollout } from "../../kube/rollout/live";
import { CHECKS } from "../../smoke/checks";
import { found } from "../../smoke/cluster/lookup";
import type { Snapshot } from "../../smoke/cluster/snapshot";
import { evaluate } from "../../smoke/evaluate";
import { rolloutState } from "../../smoke/rollout";
import { fixture, objectOf, type Fixture } from "./fixture";

const OLD = "aaaa";
const NEW = "bbbb";

/** How a Rollout delivers. */
const CANARY = { canary: { steps: [{ setWeight: 50 }, { pause: {} }] } };
const BLUE_GREEN = { blueGreen: { activeService: "staging-x0tta6bl4" } };

describe("Smoke checks while a new version is under way", () => {
    let staging: Fixture;

    before(async () => {
        staging = await fixture("staging");
    });

    const podOf = (hash: string, index: number, ready = true): V1Pod => {
        const [first] = objectOf(staging.snapshot.pods);
        assert.ok(first);
        const pod = structuredClone(first);
        const name = `staging-x0tta6bl4-${hash}-${index}`;
        assert.ok(pod.metadata && pod.status);
        pod.metadata.name = name;
        pod.metadata.labels = { ...pod.metadata.labels, [HASH_LABEL]: hash };
        pod.status.podIP = `10.0.${hash === OLD ? 0 : 1}.${index}`;
        pod.status.conditions = [{ type: "Ready", status: ready ? "True" : "False" }];
        return pod;
    };

    /** The cluster with a Rollout of two wanted pods. */
    const cluster = (strategy: object, status: Record<string, unknown>, pods: readonly V1Pod[]): Snapshot => ({
        ...staging.snapshot,
        pods: found([...pods]),
        rollout: {
            strategy: { ...strategy },
            live: parseRollout(
                JSON.stringify({
                    metadata: { name: "staging-x0tta6bl4", generation: 3 },
                    spec: { replicas: 2, strategy },
                    status: { observedGeneration: "3", stableRS: OLD, currentPodHash: NEW, ...status },
                }),
            ),
        },
    });

    const outcomes = (snapshot: Snapshot) => {
        const { results } = evaluate(CHECKS, snapshot, staging.expected, { context: "test" });
        return new Map(results.map(({ topic, name, finding }) => [`${topic} ${name}`, finding]));
    };
    const PODS = ["Pods Running and Ready", "Pods no restart loop", "Pods run the Deployment's image"];
    const statuses = (snapshot: Snapshot, names: readonly string[]) =>
        names.map((name) => outcomes(snapshot).get(name)?.status);

    const PAUSED = { phase: "Paused", currentStepIndex: 1 };

    it("are not passed and not failed by a canary, and say where it is", () => {
        const snapshot = cluster(CANARY, PAUSED, [podOf(OLD, 0), podOf(NEW, 0)]);
        const complete = outcomes(snapshot).get("Deployment rollout complete");
        assert.equal(complete?.status, "skipped");
        assert.match(complete.detail, /a new version is under way: waiting: step 1 of 2.*npx x0 rollout watch/);
        assert.deepEqual(statuses(snapshot, PODS), ["passed", "passed", "passed"]);
        assert.deepEqual(rolloutState(snapshot).hopeless, true, "waiting longer does not help");
    });

    it("judge a canary's pods that are not Ready by its analysis alone, but no pod that serves", () => {
        const starting = cluster(CANARY, PAUSED, [podOf(OLD, 0), podOf(OLD, 1), podOf(NEW, 0, false)]);
        assert.equal(statuses(starting, PODS)[0], "passed");
        const broken = cluster(CANARY, PAUSED, [podOf(OLD, 0), podOf(OLD, 1, false), podOf(NEW, 0)]);
        assert.equal(statuses(broken, PODS)[0], "failed");
        assert.equal(rolloutState(broken).hopeless, false, "it may still become Ready");
        const fewer = cluster(CANARY, PAUSED, [podOf(OLD, 0), podOf(NEW, 0, false)]);
        assert.equal(statuses(fewer, PODS)[0], "failed");
    });

    it("fail for a version that was aborted, and for no pod of the old one, whose image is another", () => {
        const old = [podOf(OLD, 0), podOf(OLD, 1)];
        old.forEach((pod) => pod.spec?.containers.forEach((container) => (container.image = "x0tta6bl4:3.3.9")));
        const snapshot = cluster(CANARY, { phase: "Degraded", abort: true }, old);
        const complete = outcomes(snapshot).get("Deployment rollout complete");
        assert.equal(complete?.status, "failed");
        assert.match(complete.detail, /the newest version is not delivered: aborted: .*npx x0 rollout status/);
        assert.deepEqual(statuses(snapshot, PODS), ["passed", "passed", "passed"]);
    });

    it("run the new image in the pods of a canary", () => {
        const [old, other] = [podOf(OLD, 0), podOf(NEW, 0)];
        other.spec?.containers.forEach((container) => (container.image = "x0tta6bl4:3.3.9"));
        assert.equal(statuses(cluster(CANARY, PAUSED, [old, other]), PODS)[2], "failed");
    });

    it("follow the Service of blue/green: its selector, its endpoints, and the pods that stay for a way back", () => {
        const pods = [podOf(OLD, 0), podOf(OLD, 1), podOf(NEW, 0), podOf(NEW, 1)];
        const status = { phase: "Healthy", stableRS: NEW, blueGreen: { activeSelector: NEW } };
        const snapshot = cluster(BLUE_GREEN, status, pods);
        assert.deepEqual(statuses(snapshot, ["Deployment rollout complete", ...PODS]), Array(4).fill("passed"));
        const names = ["Services main Service", "Services main Service endpoints"];
        assert.deepEqual(statuses(snapshot, names), ["failed", "failed"], "the fixture's Service selects all pods");
        const services = structuredClone(objectOf(snapshot.services));
        const slices = structuredClone(objectOf(snapshot.endpointSlices));
        const main = services.find(({ metadata }) => metadata?.name === staging.expected.names.service);
        const slice = slices.find(
            ({ metadata }) => metadata?.labels?.["kubernetes.io/service-name"] === staging.expected.names.service,
        );
        assert.ok(main?.spec && slice);
        main.spec.selector = { ...main.spec.selector, [HASH_LABEL]: NEW };
        slice.endpoints = ["10.0.1.0", "10.0.1.1"].map((address) => ({
            addresses: [address],
            conditions: { ready: true },
        }));
        const switched = { ...snapshot, services: found(services), endpointSlices: found(slices) };
        assert.deepEqual(statuses(switched, names), ["passed", "passed"]);
    });
});
