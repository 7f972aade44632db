import type { Policies } from "@pulumi/policy";
import assert from "node:assert/strict";
import { REMEDIES } from "../../policy/crossguard/remedies";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { analyzeRequest, remediate, secret, type Props } from "./analyzer";
import { evaluate, hardened, set, setKeys, UNKNOWN, violations, workload, type Json } from "./fixtures";

const TYPE = "kubernetes:apps/v1:Deployment";
const POD = "spec.template.spec";

/** The policies that remediate, all of them, or one. */
const remedies = (id?: string): Policies =>
    policyPack(RULES, [])
        .policies.filter(({ name }) => (id === undefined ? Object.hasOwn(REMEDIES, name) : name === id))
        .map((policy) => ({ ...policy, enforcementLevel: "remediate" }));

/** The remediated object; `undefined` when it is unchanged. */
const fix = async (object: unknown, id?: string, type = TYPE): Promise<Json | undefined> =>
    (await remediate(remedies(id), analyzeRequest(type, "web", JSON.parse(JSON.stringify(object)) as Props))) as
        Json | undefined;

describe("remediation", () => {
    for (const id of Object.keys(REMEDIES)) {
        it(`of ${id} makes an object pass, once`, async () => {
            const rule = REMEDIES[id]?.judge ?? RULES.find((candidate) => candidate.id === id)!;
            const object = set(workload(), `${POD}.securityContext`, undefined);
            assert.notDeepEqual(violations(evaluate(rule, object)), []);
            const fixed = await fix(object, id);
            assert.ok(fixed);
            assert.deepEqual(violations(evaluate(rule, { apiVersion: "apps/v1", kind: "Deployment", ...fixed })), []);
            assert.equal(await fix(fixed, id), undefined);
        });
    }

    it("changes nothing else", async () => {
        const object = hardened();
        assert.equal(await fix(object), undefined);
        const expected = JSON.parse(JSON.stringify(object)) as Json;
        set(object, `${POD}.containers[1].securityContext.allowPrivilegeEscalation`, undefined);
        const fixed = await fix(object);
        assert.deepEqual(fixed, expected);
    });

    it("leaves alone what is set otherwise", async () => {
        const object = hardened();
        set(object, `${POD}.containers[0].securityContext.allowPrivilegeEscalation`, true);
        set(object, `${POD}.securityContext.runAsNonRoot`, false);
        set(object, `${POD}.securityContext.seccompProfile.type`, "Unconfined");
        set(object, `${POD}.automountServiceAccountToken`, true);
        assert.equal(await fix(object), undefined);
    });

    it("keeps secrets secret, and unknown values unknown", async () => {
        const object = set(hardened(), `${POD}.containers[0].env`, [{ name: "A", value: UNKNOWN }]);
        set(object, `${POD}.containers[1]`, secret({ name: "proxy", image: "app:1.0.0" }));
        const fixed = await fix(object, "privilege-escalation");
        assert.ok(fixed);
        const containers = (fixed.spec as { template: { spec: { containers: Json[] } } }).template.spec.containers;
        assert.deepEqual(containers[0]?.env, [{ name: "A", value: UNKNOWN }]);
        assert.deepEqual(
            containers[1],
            secret({ name: "proxy", image: "app:1.0.0", securityContext: { allowPrivilegeEscalation: false } }),
        );
    });

    it("leaves alone what an exception covers, and custom resources", async () => {
        const object = set(hardened(), `${POD}.automountServiceAccountToken`, undefined);
        assert.ok(await fix(object));
        setKeys(
            object,
            ["metadata", "annotations", "policy.x0tta6bl4.mesh/skip.service-account-automount"],
            "calls the API",
        );
        assert.equal(await fix(object), undefined);
        assert.equal(
            await fix(
                { spec: { template: { spec: { containers: [{ name: "a", image: "b:1" }] } } } },
                undefined,
                "kubernetes:argoproj.io/v1alpha1:Rollout",
            ),
            undefined,
        );
    });
});
