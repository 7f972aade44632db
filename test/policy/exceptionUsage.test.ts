import assert from "node:assert/strict";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { analyze, analyzeRequest, analyzeStack, type Props } from "./analyzer";
import { evaluate, hardened, set, setKeys, violations, workload, type Json } from "./fixtures";

const TYPE = "kubernetes:apps/v1:Deployment";
const PRIVILEGED = "spec.template.spec.containers[0].securityContext.privileged";
const rule = RULES.find(({ id }) => id === "privileged")!;
const bad = (): Json => set(workload(), PRIVILEGED, true);

/** A Deployment that declares an exception for itself. */
const declaring = (key: string, value: string, object = bad()): Json =>
    setKeys(object, ["metadata", "annotations", `policy.x0tta6bl4.mesh/skip.${key}`], value);

/** Messages of the pack about exceptions, for a stack of one Deployment. */
async function said(object: Json): Promise<string[]> {
    const props = JSON.parse(JSON.stringify(object)) as Props;
    const { policies } = policyPack(RULES, [], STACK_RULES);
    await analyze(policies, analyzeRequest(TYPE, "web", props));
    const found = await analyzeStack(policies, [{ type: TYPE, name: "web", props }]);
    return found.flatMap(({ policy, level, message }) =>
        policy === "exceptions" ? [`${level} ${message.split("\n")[1] ?? ""}`] : [],
    );
}

describe("exceptions in the configuration of a rule", () => {
    const judge = (exceptions: unknown) => evaluate(rule, bad(), { options: { exceptions } });
    const base = { kind: "Deployment", name: "web", reason: "drives a device" };

    it("cover as those in code do, and say where they are", () => {
        const [first, ...others] = judge([{ ...base, namespace: "shop", container: "api", path: PRIVILEGED }]);
        assert.deepEqual([first?.type, others], ["exception", []]);
        assert.match(first?.message ?? "", /: drives a device \(configuration of rule privileged\)$/);
        assert.equal(violations(judge([{ ...base, name: "other" }])).length, 1);
        assert.equal(violations(judge([{ ...base, expires: "2020-01-01" }])).length, 1);
    });

    for (const [what, exceptions] of [
        ["no reason", [{ kind: "Deployment", name: "web" }]],
        ["an empty reason", [{ ...base, reason: " " }]],
        ["a day that is none", [{ ...base, expires: "2027-02-30" }]],
        ["a key that is none", [{ ...base, resaon: "x" }]],
        ["no list", base],
    ] as const) {
        it(`are refused with ${what}`, () => {
            assert.throws(() => judge(exceptions), /option exceptions is .* but must be a list of objects with kind/);
        });
    }
});

describe("exceptions by annotation that end", () => {
    const types = (value: string) => evaluate(rule, declaring("privileged", value)).map(({ type }) => type);

    it("hold until their last day", () => {
        const [first] = evaluate(rule, declaring("privileged.api", "until 2026-06-15: drives a device"));
        assert.equal(first?.type, "exception");
        assert.match(first.message, /exception until 2026-06-15 for .*: drives a device \(metadata\.annotations/);
        assert.deepEqual(types("until 2026-06-14: drives a device"), ["violation"]);
    });

    it("need a real day and a reason", () => {
        assert.deepEqual(types("until 2026-06-31: drives a device"), ["violation", "violation"]);
        assert.deepEqual(types("until 2027-01-01:"), ["violation", "violation"]);
    });
});

describe("the policy about exceptions", () => {
    it("is content with an annotation that is used", async () => {
        assert.deepEqual(await said(declaring("privileged.api", "drives a device")), []);
    });

    it("finds an annotation that covers nothing, is over, or names no rule", async () => {
        const place = (key: string) => `metadata\\.annotations\\["policy\\.x0tta6bl4\\.mesh/skip\\.${key}"\\]`;
        for (const [object, message] of [
            [declaring("privileged", "x", hardened()), `${place("privileged")} covers nothing\\. Remove it\\.$`],
            [declaring("privileged.proxy", "x"), `${place("privileged\\.proxy")} covers nothing\\.`],
            [declaring("privileged", "until 2020-01-01: x"), `${place("privileged")} expired on 2020-01-01\\.`],
            [declaring("privilege", "x", hardened()), `${place("privilege")} does not name an existing rule\\.`],
        ] as const) {
            const found = await said(object);
            assert.equal(found.length, 1, message);
            assert.match(found[0] ?? "", new RegExp(`^mandatory Deployment shop/web: ${message}`));
        }
    });

    it("knows that a rule over the stack may need what the one over an object does not", async () => {
        const object = set(hardened(), "spec.replicas", undefined);
        assert.deepEqual(await said(declaring("min-replicas", "one is enough", object)), []);
    });
});
