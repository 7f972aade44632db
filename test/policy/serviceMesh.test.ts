import assert from "node:assert/strict";
import { parseTypeToken } from "../../policy/crossguard/typeToken";
import { evaluator } from "../../policy/evaluation/evaluate";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import { EXCEPTIONS } from "../../policy/exceptions";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { programRun } from "../support/mesh";
import { JOINED_TYPES } from "../support/serviceMesh";
import { at } from "../support/program";
import { hardened, set, source, TODAY, type Json } from "./fixtures";

/** What all rules find in prod, each with its object. */
async function foundIn(serviceMesh: Json): Promise<string[]> {
    const { resources } = await programRun("prod", { mesh: { serviceMesh } });
    const sources = resources.flatMap(({ type, inputs }) => {
        const parsed = parseTypeToken(type);
        return parsed === undefined ? [] : [{ ...parsed, body: inputs, stack: "prod" }];
    });
    const judge = evaluator({ rules: RULES, exceptions: EXCEPTIONS, today: TODAY });
    const nameOf = (body: unknown) => String(at(body, "metadata", "name"));
    const single = sources.flatMap((source) =>
        judge(source).map(({ type, rule }) => `${type} ${rule}: ${source.kind} ${nameOf(source.body)}`),
    );
    const whole = stackEvaluator({ rules: STACK_RULES, exceptions: EXCEPTIONS, today: TODAY })(sources);
    return [...single, ...whole.map(({ type, rule, message }) => `${type} ${rule}: ${message}`)].sort();
}

describe("The policies and the pods of a service mesh", () => {
    for (const type of JOINED_TYPES) {
        it(`find nothing in a stack with ${type} that they do not find without`, async () => {
            const usual = new Set(await foundIn({ type: "none" }));
            assert.deepEqual(
                (await foundIn({ type })).filter((found) => !usual.has(found)),
                [],
            );
        });
    }

    it("explain a container that a mesh injects without its CNI plugin, and only such a one", () => {
        const pod = (name: string) =>
            set(hardened(), "spec.template.spec.initContainers", [
                {
                    name,
                    image: "proxy:1.0.0",
                    securityContext: { runAsUser: 0, capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } },
                },
            ]);
        const fixes = (name: string, rule: string) =>
            evaluator({ rules: RULES.filter(({ id }) => id === rule), today: TODAY })(source(pod(name))).flatMap(
                (outcome) => (outcome.type === "violation" ? [outcome.message] : []),
            );
        for (const rule of ["capabilities-baseline", "capabilities-restricted"]) {
            assert.match(fixes("istio-init", rule).join("\n"), /The service mesh injects .*istio-cni/);
            assert.match(fixes("linkerd-init", rule).join("\n"), /The service mesh injects .*linkerd2-cni/);
            assert.match(fixes("migrate", rule).join("\n"), /Remove it/);
        }
    });
});

/** A pod whose init container needs more than what runs later. */
const POD = {
    initContainers: [{ name: "a", resources: { requests: { cpu: "2" } } }],
    containers: [{ name: "c", resources: { requests: { cpu: "1" } } }],
};

describe("resource-budget in a service mesh", () => {
    it("counts the proxy that a service mesh injects: by the pod's annotations, else Istio's defaults", () => {
        const workload = () => set(set(hardened(), "spec.template.spec", POD), "spec.replicas", 1);
        const space = (labels: Json, annotations: Json = {}): Json => ({
            apiVersion: "v1",
            kind: "Namespace",
            metadata: { name: "shop", labels, annotations },
        });
        const added = (metadata: Json, ...others: Json[]) => {
            const injected = set(set(workload(), "metadata.namespace", "shop"), "spec.template.metadata", metadata);
            const config = { "resource-budget": { namespaces: { "shop/requests.cpu": "0" } } };
            const rules = STACK_RULES.filter(({ id }) => id === "resource-budget");
            const judge = stackEvaluator({ rules, config, today: TODAY });
            const message = judge([injected, ...others].map(source))[0]?.message ?? "";
            return /add up to (\S+),/.exec(message)?.[1];
        };
        const app = { labels: { app: "web" } };
        const istio = space({ "istio-injection": "enabled" });
        assert.equal(added(app), "2");
        assert.equal(added(app, space({})), "2");
        // The proxy runs beside the init container that needs most.
        assert.equal(added(app, istio), "2100m");
        assert.equal(added(app, space({ "istio.io/rev": "stable" })), "2100m");
        assert.equal(added({ ...app, annotations: { "sidecar.istio.io/proxyCPU": "300m" } }, istio), "2300m");
        // One annotation replaces all defaults, as in the injector.
        assert.equal(added({ ...app, annotations: { "sidecar.istio.io/proxyMemory": "1Gi" } }, istio), "2");
        assert.equal(added({ labels: { app: "web", "sidecar.istio.io/inject": "false" } }, istio), "2");
        assert.equal(added({ labels: { app: "web", "sidecar.istio.io/inject": "true" } }), "2100m");
        const linkerd = space({}, { "linkerd.io/inject": "enabled" });
        assert.equal(added(app, linkerd), "2");
        const request = { "config.linkerd.io/proxy-cpu-request": "50m" };
        assert.equal(added({ ...app, annotations: request }, linkerd), "2050m");
        assert.equal(added({ ...app, annotations: { ...request, "linkerd.io/inject": "disabled" } }, linkerd), "2");
    });
});
