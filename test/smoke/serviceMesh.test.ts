import assert from "node:assert/strict";
import type { Result } from "../../smoke/check";
import { CHECKS } from "../../smoke/checks";
import { ROLLOUT_CHECKS } from "../../smoke/deep/rollout";
import { type ProbeBase, probePod } from "../../smoke/deep/probePod";
import { parseWorkload } from "../../smoke/deep/workload";
import { evaluate } from "../../smoke/evaluate";
import { portFindings } from "../../preflight/mesh/ports";
import { JOINED_TYPES } from "../support/serviceMesh";
import { parse } from "../support/parseSettings";
import { fixture, type Fixture, objectOf } from "./fixture";

/** Outcome of each check, e.g. `failed NetworkPolicies open exactly what is set`. */
function outcomes({ snapshot, expected }: Fixture): string[] {
    const { results } = evaluate(CHECKS, snapshot, expected, { context: "test" });
    return results.map(({ topic, name, finding }: Result) => `${finding.status} ${topic} ${name}`);
}

const failures = (of: Fixture) => outcomes(of).filter((outcome) => outcome.startsWith("failed"));

const joined = (type: string, stack = "prod", more: object = {}) =>
    fixture(stack, { mesh: { serviceMesh: { type, ...more } } });

describe("Smoke checks of pods in a service mesh", () => {
    for (const type of JOINED_TYPES) {
        it(`pass with ${type}, its ways in the NetworkPolicies and its autoscaler`, async () => {
            assert.deepEqual(failures(await joined(type)), []);
        });

        it(`fail with ${type} when one of its NetworkPolicies is missing`, async () => {
            const whole = await joined(type);
            const snapshot = structuredClone(whole.snapshot);
            const policies = objectOf(snapshot.networkPolicies);
            const own = policies
                .flatMap(({ metadata }) => metadata?.name ?? [])
                .filter((name) => name.includes("allow-service-mesh") && !name.includes("neighbor"));
            assert.ok(own.length > 0);
            for (const missing of own) {
                const networkPolicies = policies.filter(({ metadata }) => metadata?.name !== missing);
                const broken = { ...snapshot, networkPolicies: { ok: true as const, value: networkPolicies } };
                assert.deepEqual(
                    failures({ ...whole, snapshot: broken }),
                    ["failed NetworkPolicies open exactly what is set"],
                    missing,
                );
            }
        });
    }

    it("pass with gossip and metrics in the mesh", async () => {
        const meshed = {
            mesh: { serviceMesh: { type: "linkerd", gossip: "meshed", metrics: "meshed" } },
            monitoring: { enabled: false },
        };
        assert.deepEqual(failures(await fixture("staging", meshed)), []);
    });

    it("fail when the autoscaler counts the proxy as well", async () => {
        const whole = await joined("istioSidecar");
        const snapshot = structuredClone(whole.snapshot);
        for (const metric of objectOf(snapshot.autoscalers)[0]?.spec?.metrics ?? []) {
            metric.resource = metric.containerResource;
            delete metric.containerResource;
        }
        assert.deepEqual(failures({ ...whole, snapshot }), ["failed Availability HorizontalPodAutoscaler"]);
    });

    it("ask nothing from outside that strict mTLS refuses", async () => {
        const http = async (more: object) =>
            outcomes(await joined("istioSidecar", "staging", more)).filter((outcome) => outcome.includes(" HTTP "));
        assert.deepEqual(await http({}), ["skipped HTTP health", "passed HTTP metrics"]);
        assert.deepEqual(await http({ mtls: "permissive" }), ["passed HTTP health", "passed HTTP metrics"]);
        const { mesh } = parse({ mesh: { serviceMesh: { type: "istioAmbient" } } });
        const asked: string[] = [];
        const findings = await portFindings(
            { stack: "staging", namespace: "ns", mesh, pods: ["pod-1"] },
            (path) => Promise.resolve(asked.push(path) > 0 ? 200 : 0),
            () => Promise.resolve([7946]),
        );
        assert.deepEqual(
            findings.map(({ status }) => status),
            ["skip", "ok", "ok"],
        );
        assert.deepEqual(asked, ["/api/v1/namespaces/ns/pods/pod-1:9090/proxy/metrics"]);
    });

    it("send no load from outside that strict mTLS refuses", async () => {
        const reason = async (more: object) => {
            const { expected } = await joined("linkerd", "staging", more);
            return ROLLOUT_CHECKS[0]?.notHere?.(expected, { rotation: false });
        };
        assert.match((await reason({})) ?? "", /strict mTLS refuses the requests/);
        assert.equal(await reason({ mtls: "permissive" }), undefined);
    });

    it("keep their probe pods out of every mesh", async () => {
        const { snapshot } = await joined("istioSidecar", "staging");
        const workload = parseWorkload(objectOf(snapshot.deployment));
        const task = { task: "listen", ports: [1], seconds: 1 } as const;
        const pod = (meshed: boolean) => {
            const base: ProbeBase = { run: "r", workload, image: "python:3", meshed };
            const { metadata } = probePod(base, { name: "n", namespace: "ns", asApp: true, task });
            return JSON.stringify(metadata);
        };
        assert.match(pod(true), /"sidecar\.istio\.io\/inject":"false"/);
        assert.match(pod(true), /"istio\.io\/dataplane-mode":"none"/);
        assert.match(pod(true), /"linkerd\.io\/inject":"disabled"/);
        assert.doesNotMatch(pod(false), /istio|linkerd/);
    });
});
