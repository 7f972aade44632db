import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parseTypeToken } from "../../policy/crossguard/typeToken";
import { evaluator } from "../../policy/evaluation/evaluate";
import { EXCEPTIONS } from "../../policy/exceptions";
import { RULES } from "../../policy/rules";
import { exampleObjects } from "./examples";
import { evaluate, hardened, KINDS, set, TODAY, UNKNOWN, violations, workload, type Json } from "./fixtures";

/** Rules that {@link hardened} violates by design: for one kind, or for what only real clusters have. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
    "naked-pod": ["Pod"],
    "image-digest": Object.keys(KINDS),
    "image-pull-policy": Object.keys(KINDS),
    "ephemeral-storage": Object.keys(KINDS),
    "priority-class": Object.keys(KINDS),
    "cronjob-deadline": ["CronJob"],
    ttl: ["Job", "CronJob"],
    // Their versions without a replacement are gone from Kubernetes: none is used here.
};

describe("every rule", () => {
    for (const rule of RULES) {
        describe(rule.id, () => {
            it("finds fault with its bad example", () => {
                const found = exampleObjects(rule.example.bad).flatMap((source) => evaluate(rule, source));
                assert.notDeepEqual(violations(found), []);
                for (const { message } of found) {
                    assert.match(message, /^\w+ \S+: .+\. [A-Z].+\.$/s);
                }
            });

            it("finds no fault with its good example", () => {
                const found = exampleObjects(rule.example.good).flatMap((source) =>
                    evaluate(rule, source, { options: rule.example.options }),
                );
                assert.deepEqual(found, []);
            });

            it("passes a hardened workload of each kind", () => {
                for (const kind of Object.keys(KINDS)) {
                    const found = violations(evaluate(rule, hardened(kind)));
                    const expected = EXPECTED[rule.id]?.includes(kind) ?? false;
                    assert.equal(found.length > 0, expected, `${kind}: ${found.join(", ")}`);
                }
            });

            it("evaluates an empty patch without findings", () => {
                for (const { group, version, kind } of exampleObjects(rule.example.bad)) {
                    // A version, or that nothing was rendered, can be evaluated in every patch.
                    if (["deprecated-api", "workload-kind", "helm-release-render"].includes(rule.id)) {
                        continue;
                    }
                    const body = { metadata: { namespace: "shop", name: "web" }, spec: { template: { spec: {} } } };
                    assert.deepEqual(evaluate(rule, { group, version, kind, partial: true, body }), []);
                }
            });

            it("survives every malformed and unknown value", () => {
                const bodies = exampleObjects(rule.example.bad);
                for (const source of bodies) {
                    for (const replaced of replacements(source.body)) {
                        for (const { message } of evaluate(rule, { ...source, body: replaced })) {
                            assert.doesNotMatch(message, /failed with/);
                            assert.doesNotMatch(message, /s3cret-value/);
                        }
                    }
                }
            });
        });
    }
});

describe("a fault of the pod that all of its containers depend on", () => {
    it("is said once by each rule", () => {
        const containers = ["a", "b", "c"].map((name) => ({
            name,
            image: "app:1.0.0",
            ports: [{ containerPort: 80 }],
        }));
        const pod = { os: { name: 5 }, hostNetwork: "yes", resources: 5, securityContext: 5, containers };
        const body = set(hardened(), "spec.template.spec", pod);
        for (const rule of RULES) {
            const messages = evaluate(rule, { group: "apps", kind: "Deployment", body }).map(({ message }) => message);
            assert.deepEqual(messages, [...new Set(messages)], rule.id);
        }
    });
});

/** Copies of an object, each with one place replaced by something that does not belong there. */
function* replacements(body: unknown): Generator {
    const text = JSON.stringify(body);
    for (const keys of places(JSON.parse(text))) {
        // Names are shown; nothing else is.
        if (keys.includes("metadata") || keys.at(-1) === "name") {
            continue;
        }
        for (const value of [null, 7, "s3cret-value", true, [], {}, [null], [7], { a: null }, UNKNOWN]) {
            const copy: unknown = JSON.parse(text);
            const [last, ...above] = [...keys].reverse();
            if (last === undefined) {
                continue;
            }
            const holder = above.reverse().reduce<unknown>((at, key) => Reflect.get(at as object, key), copy);
            Reflect.set(holder as object, last, value);
            yield copy;
        }
    }
}

/** Keys from the root of a value to every place in it. */
function* places(value: unknown, keys: string[] = []): Generator<string[]> {
    yield keys;
    if (typeof value !== "object" || value === null) {
        return;
    }
    for (const [key, item] of Object.entries(value)) {
        yield* places(item, [...keys, key]);
    }
}

describe("the program's own stacks", () => {
    for (const stack of ["staging", "prod"]) {
        it(`${stack} breaks no mandatory rule`, () => {
            const file = path.join(__dirname, "..", "golden", `${stack}.json`);
            const run = evaluator({ rules: RULES, exceptions: EXCEPTIONS, today: TODAY });
            const resources = JSON.parse(readFileSync(file, "utf8")) as { type: string; inputs: Json }[];
            const judged = resources.flatMap(({ type, inputs }) => {
                const parsed = parseTypeToken(type);
                // What is in a chart is evaluated as rendered.
                return parsed === undefined || parsed.kind === "Release"
                    ? []
                    : [run({ ...parsed, body: inputs, stack })];
            });
            assert.ok(judged.length > 10);
            const mandatory = new Set(RULES.filter(({ level }) => level === "mandatory").map(({ id }) => id));
            assert.deepEqual(
                judged
                    .flat()
                    .filter((found) => found.type === "violation" && mandatory.has(found.rule) && !found.advisory),
                [],
            );
        });
    }
});

describe("the switch for annotations", () => {
    it("lets an object no longer except itself", () => {
        const rule = RULES.find(({ id }) => id === "privileged")!;
        const object = set(workload(), "spec.template.spec.containers[0].securityContext", { privileged: true });
        set(object, "metadata.annotations", { "policy.x0tta6bl4.mesh/skip.privileged": "drives a device" });
        assert.deepEqual(violations(evaluate(rule, object)), []);
        assert.equal(violations(evaluate(rule, object, { options: { allowAnnotations: false } })).length, 1);
    });
});
