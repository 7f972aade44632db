import assert from "node:assert/strict";
import { EXCEPTIONS } from "../../policy/exceptions";
import { exceptionFaults, type Exception } from "../../policy/engine/exception";
import { globMatches } from "../../policy/engine/glob";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { livenessProbe } from "../../policy/rules/probes/livenessProbe";
import { runAsNonRoot } from "../../policy/rules/pss/runAsNonRoot";
import { evaluate, set, setKeys, UNKNOWN, violations, workload, type Json } from "./fixtures";

const POD = "spec.template.spec";
const KEY = "securityContext.runAsNonRoot";
const BAD = `${POD}.containers[1].${KEY}`;
const IDS = [...RULES, ...STACK_RULES].map(({ id }) => id);

/** A Deployment whose container "proxy" runs as root. */
const bad = (): Json => set(workload(), BAD, false);

const base: Exception = { rule: "run-as-non-root", kind: "Deployment", name: "web", reason: "loads eBPF" };

describe("exceptions in code", () => {
    const judge = (exception: Partial<Exception>) =>
        evaluate(runAsNonRoot, bad(), { exceptions: [{ ...base, ...exception }] });

    for (const [what, exception] of [
        ["kind and name", {}],
        ["namespace", { namespace: "shop" }],
        ["patterns", { namespace: "s*p", name: "w*", container: "pro*", path: "spec.*.runAsNonRoot" }],
        ["container", { container: "proxy" }],
        ["path", { path: BAD }],
        ["last day", { expires: "2026-06-15" }],
    ] as const) {
        it(`cover by ${what}`, () => {
            assert.deepEqual(
                judge(exception).map(({ type }) => type),
                ["exception"],
            );
        });
    }

    for (const [what, exception] of [
        ["rule", { rule: "liveness-probe" }],
        ["kind", { kind: "DaemonSet" }],
        ["namespace", { namespace: "default" }],
        ["name", { name: "we" }],
        ["container", { container: "api" }],
        ["path", { path: `${POD}.containers[0].*` }],
    ] as const) {
        it(`do not cover another ${what}`, () => {
            assert.deepEqual(violations(judge(exception)), [BAD]);
        });
    }

    it("are reported with their reason, once for all that they cover", () => {
        const object = set(bad(), `${POD}.containers[0].${KEY}`, false);
        const messages = evaluate(runAsNonRoot, object, { exceptions: [{ ...base, expires: "2026-12-31" }] });
        assert.deepEqual(
            messages.map(({ message }) => message),
            [
                `Deployment shop/web: exception until 2026-12-31 for ${POD}.containers[0].${KEY}, ${BAD}: ` +
                    "loads eBPF (policy/exceptions.ts)",
            ],
        );
    });

    it("fail when expired, and say so", () => {
        const [first, ...others] = judge({ expires: "2026-06-14" });
        assert.equal(first?.type, "violation");
        assert.match(first.message, /An exception expired on 2026-06-14 \(policy\/exceptions\.ts\)\.$/);
        assert.deepEqual(others, []);
    });

    it("prefer one that holds to an expired one", () => {
        const exceptions = [{ ...base, expires: "2020-01-01" }, base];
        assert.deepEqual(
            evaluate(runAsNonRoot, bad(), { exceptions }).map(({ type }) => type),
            ["exception"],
        );
    });

    it("are checked: rule, reason and day", () => {
        assert.deepEqual(exceptionFaults([base, { ...base, expires: "2026-02-28" }], IDS), []);
        assert.deepEqual(exceptionFaults([{ ...base, rule: "run-as-root", reason: " ", expires: "2026-02-30" }], IDS), [
            `policy/exceptions.ts: exception 0 (Deployment web): rule "run-as-root" does not exist (rules: ${IDS.join(", ")}).`,
            "policy/exceptions.ts: exception 0 (Deployment web): reason is empty: state why the exception is justified.",
            'policy/exceptions.ts: exception 0 (Deployment web): expires "2026-02-30" is not a date: write YYYY-MM-DD.',
        ]);
    });

    it("that are shipped have no fault", () => {
        assert.deepEqual(exceptionFaults(EXCEPTIONS, IDS), []);
    });
});

describe("exceptions by annotation", () => {
    const skip = (key: string, reason: unknown, holder = ["metadata"], object = bad()): Json =>
        setKeys(object, [...holder, "annotations", `policy.x0tta6bl4.mesh/${key}`], reason);
    const types = (object: Json) => evaluate(runAsNonRoot, object).map(({ type }) => type);

    for (const holder of [["metadata"], ["spec", "template", "metadata"]]) {
        it(`cover a rule or one container, on ${holder.join(".")}`, () => {
            assert.deepEqual(types(skip("skip.run-as-non-root", "loads eBPF", holder)), ["exception"]);
            assert.deepEqual(types(skip("skip.run-as-non-root.proxy", "loads eBPF", holder)), ["exception"]);
            assert.deepEqual(types(skip("skip.run-as-non-root.api", "loads eBPF", holder)), ["violation"]);
            assert.deepEqual(types(skip("skip.run-as-non", "loads eBPF", holder)), ["violation"]);
            assert.deepEqual(types(skip("skip.liveness-probe", "loads eBPF", holder)), ["violation"]);
        });
    }

    it("are reported with their reason and place", () => {
        assert.equal(
            evaluate(runAsNonRoot, skip("skip.run-as-non-root.proxy", " loads eBPF "))[0]?.message,
            `Deployment shop/web: exception for ${BAD}: loads eBPF ` +
                '(metadata.annotations["policy.x0tta6bl4.mesh/skip.run-as-non-root.proxy"])',
        );
    });

    it("count only once on a Pod, which is its own template", () => {
        const pod = set(workload("Pod"), `spec.${KEY}`, false);
        assert.deepEqual(types(skip("skip.run-as-non-root", "", ["metadata"], pod)), ["violation", "violation"]);
    });

    it("of a container do not cover the pod", () => {
        const object = set(workload(), `${POD}.${KEY}`, false);
        assert.deepEqual(types(skip("skip.run-as-non-root.proxy", "x", ["metadata"], object)), ["violation"]);
    });

    for (const [reason, problem] of [
        ["", "has no reason"],
        ["  ", "has no reason"],
        [null, "has no reason"],
        [true, "must be a string, not a boolean"],
    ] as const) {
        it(`without a reason are violations: ${JSON.stringify(reason)}`, () => {
            const outcomes = evaluate(runAsNonRoot, skip("skip.run-as-non-root", reason));
            assert.deepEqual(
                outcomes.map(({ type }) => type),
                ["violation", "violation"],
            );
            assert.ok(outcomes[0]?.message.includes(problem), outcomes[0]?.message);
            assert.deepEqual(types(skip("skip.run-as-non-root", reason, ["metadata"], workload())), ["violation"]);
        });
    }

    it("with a reason that is not known yet hold meanwhile", () => {
        assert.deepEqual(types(skip("skip.run-as-non-root", UNKNOWN)), ["exception"]);
    });

    it("make a violation undetermined while all annotations are unknown", () => {
        const object = set(bad(), "metadata.annotations", UNKNOWN);
        const outcomes = evaluate(runAsNonRoot, object);
        assert.deepEqual(
            outcomes.map(({ type, path }) => [type, path]),
            [["undetermined", "metadata.annotations"]],
        );
        assert.deepEqual(evaluate(livenessProbe, object), []);
    });
});

describe("globMatches", () => {
    for (const [pattern, text, expected] of [
        ["web", "web", true],
        ["web", "webs", false],
        ["*", "", true],
        ["*", undefined, true],
        ["w*", undefined, false],
        ["w*b", "web", true],
        ["w*b", "wb", true],
        ["a*a", "a", false],
        ["*a*b*", "xaxbx", true],
        ["*a*b*", "xbxax", false],
        ["a.c", "abc", false],
    ] as const) {
        it(`${pattern} and ${text ?? "nothing"}: ${expected}`, () => {
            assert.equal(globMatches(pattern, text), expected);
        });
    }
});
