import type { Policies } from "@pulumi/policy";
import * as fc from "fast-check";
import assert from "node:assert/strict";
import { REMEDIES } from "../../policy/crossguard/remedies";
import { evaluator } from "../../policy/evaluation/evaluate";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import type { RuleOutcome } from "../../policy/engine/outcome";
import { JOB_KINDS } from "../../policy/kubernetes/kinds";
import { policyPack } from "../../policy/pack";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { analyzeRequest, remediate, type Props } from "./analyzer";
import { exampleObjects } from "./examples";
import { KINDS, location, set, source, TODAY, type Json } from "./fixtures";
import { objectOf, pods, REPEATABLE } from "./pods";

const KIND_NAMES = Object.keys(KINDS);

/** Rules about what only some kinds have: replicas, a schedule, a selector, labels of object and template. */
const OF_KIND = [
    "naked-pod",
    "min-replicas",
    "topology-spread",
    "ttl",
    "cronjob-deadline",
    "selector-matches-template",
    "required-labels",
];

/** Messages of the rules that require probes. */
const NEEDS_PROBE = /^(?:liveness|readiness)-probe /;

const judgeAll = evaluator({ rules: RULES, today: TODAY });
const judgePods = evaluator({ rules: RULES.filter(({ id }) => !OF_KIND.includes(id)), today: TODAY });

/** The message, without the object and the path. */
function said({ rule, type, container, message }: RuleOutcome, kind: string): string {
    const text = message
        .replace(`${kind} shop/web: `, "")
        .replaceAll(`${location(kind).pod}.`, "")
        .replaceAll(/\[\d+\]/g, "[]");
    return `${rule} ${type} ${container ?? ""} ${text}`;
}

describe("properties of all rules", function () {
    this.timeout(60_000);

    it("judge a pod alike in every kind", () => {
        const property = fc.property(pods, (pod) => {
            const everywhere = KIND_NAMES.map((kind) => ({
                kind,
                found: judgePods(source(objectOf(kind, pod))).map((outcome) => said(outcome, kind)),
            }));
            const expected = everywhere[0]!.found;
            // Pods of a Job run to completion, so probes are not required.
            const endless = expected.filter((text) => !NEEDS_PROBE.test(text));
            for (const { kind, found } of everywhere) {
                if (JOB_KINDS.includes(kind)) {
                    assert.deepEqual(
                        found.filter((text) => !NEEDS_PROBE.test(text)),
                        endless,
                    );
                } else {
                    assert.deepEqual(found, expected, kind);
                }
            }
        });
        fc.assert(property, REPEATABLE);
    });

    it("do not care about the order of containers", () => {
        const shuffled = pods.chain((pod) => {
            const order = (list: unknown) =>
                fc.shuffledSubarray(list as Json[], { minLength: (list as Json[]).length });
            return fc.tuple(fc.constant(pod), order(pod.containers), order(pod.initContainers ?? []));
        });
        const property = fc.property(shuffled, fc.constantFrom(...KIND_NAMES), ([pod, containers, init], kind) => {
            const other = { ...pod, containers, ...(init.length > 0 && { initContainers: init }) };
            const [before, after] = [pod, other].map((spec) =>
                judgeAll(source(objectOf(kind, spec)))
                    .map((outcome) => said(outcome, kind))
                    .sort(),
            );
            assert.deepEqual(after, before);
        });
        fc.assert(property, REPEATABLE);
    });

    it("never fail, whatever an object holds", () => {
        const judgeStack = stackEvaluator({ rules: STACK_RULES, today: TODAY });
        const examples = [...RULES, ...STACK_RULES].flatMap(({ example }) => [
            ...exampleObjects(example.bad),
            ...exampleObjects(example.good),
        ]);
        const places = examples.flatMap((example) => pathsOf(example.body).map((keys) => ({ example, keys })));
        const spoiled = fc.tuple(fc.constantFrom(...places), fc.jsonValue()).map(([{ example, keys }, value]) => ({
            ...example,
            body: spoil(example.body, keys, value),
        }));
        const property = fc.property(fc.array(spoiled, { minLength: 1, maxLength: 4 }), (sources) => {
            const outcomes = [...sources.flatMap(judgeAll), ...judgeStack([...sources, ...examples.slice(0, 9)])];
            for (const { message } of outcomes) {
                assert.doesNotMatch(message, /failed with/);
            }
        });
        fc.assert(property, { ...REPEATABLE, numRuns: 300 });
    });
});

/** The keys of every place in a value. */
function pathsOf(value: unknown): string[][] {
    if (typeof value !== "object" || value === null) {
        return [[]];
    }
    return [[], ...Object.entries(value).flatMap(([key, item]) => pathsOf(item).map((rest) => [key, ...rest]))];
}

/** A copy with another value in one place. */
function spoil(value: unknown, [key, ...rest]: readonly string[], wanted: unknown): unknown {
    if (key === undefined) {
        return wanted;
    }
    const copy = structuredClone(value) as Json;
    copy[key] = spoil(copy[key], rest, wanted);
    return copy;
}

describe("properties of remediation", function () {
    this.timeout(60_000);

    for (const id of Object.keys(REMEDIES)) {
        it(`of ${id}: passes, once, with no change too many`, async () => {
            const rule = RULES.find((candidate) => candidate.id === id)!;
            const judge = evaluator({ rules: [REMEDIES[id]?.judge ?? rule], today: TODAY });
            const policies: Policies = policyPack([rule], [])
                .policies.filter(({ name }) => name === id)
                .map((policy) => ({ ...policy, enforcementLevel: "remediate" }));
            const breaches = (object: unknown) =>
                judge({ group: "apps", version: "v1", kind: "Deployment", body: object }).filter(
                    ({ type }) => type === "violation",
                );
            const fix = (object: Json) =>
                remediate(policies, analyzeRequest("kubernetes:apps/v1:Deployment", "web", object as Props));
            let fixes = 0;

            const property = fc.asyncProperty(pods, async (pod) => {
                const object = JSON.parse(JSON.stringify(objectOf("Deployment", pod))) as Json;
                const fixed = (await fix(object)) as Json | undefined;
                if (fixed === undefined) {
                    return;
                }
                fixes += 1;
                assert.equal(await fix(fixed), undefined, "fixed twice");
                const left = breaches(fixed);
                // A value that was set explicitly is kept, and remains a violation.
                for (const { path, message } of left) {
                    assert.doesNotMatch(message, / is unset/, path);
                }
                const added = changed(object, fixed);
                assert.ok(added.length > 0);
                for (const path of added) {
                    const without = set(structuredClone(fixed), path, undefined);
                    assert.ok(breaches(without).length > left.length, `${path} was not needed`);
                    assert.deepEqual(changed(object, without).length, added.length - 1);
                }
            });
            await fc.assert(property, REPEATABLE);
            assert.ok(fixes > 0, "no pod needed it");
        });
    }
});

/** Paths of the leaves that are changed or added in another object; fails if a leaf is missing. */
function changed(before: unknown, after: unknown, path = ""): string[] {
    if (typeof after !== "object" || after === null || Array.isArray(before) !== Array.isArray(after)) {
        return before === after ? [] : [path];
    }
    const holder = (before ?? {}) as Json;
    for (const key of Object.keys(holder)) {
        assert.ok(Object.hasOwn(after, key), `${path}.${key} is lost`);
    }
    if (Array.isArray(after) && before === undefined) {
        return [path];
    }
    return Object.entries(after).flatMap(([key, value]) =>
        changed(holder[key], value, path === "" ? key : `${path}.${key}`),
    );
}
