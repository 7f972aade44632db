import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { z } from "zod";
import { evaluator } from "../../policy/evaluation/evaluate";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import type { Exception } from "../../policy/engine/exception";
import { EXCEPTIONS, MONITORING_EXCEPTIONS } from "../../policy/exceptions";
import { readRelease } from "../../policy/helm/release";
import { render } from "../../policy/helm/render";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import type { Source } from "../../policy/kubernetes/subject";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { CHART, withoutChart } from "../support/chart";
import { programRun } from "../support/mesh";
import { PACK } from "../support/policyPack";
import { withChart } from "./golden";

/** The stacks with their own settings, and one whose chart upgrades its CRDs. */
const VARIANTS = [
    { stack: "staging", upgradeCrds: false },
    { stack: "prod", upgradeCrds: false },
    { stack: "prod", upgradeCrds: true },
] as const;

/** A rule's level in a shipped configuration: alone, or with options. */
const configSchema = z.record(
    z.string(),
    z.union([z.string(), z.looseObject({ enforcementLevel: z.string().optional() })]),
);

/** Objects of a stack's monitoring, and the levels of the stack's configuration. */
interface Judged {
    readonly sources: readonly Source[];
    readonly levels: z.output<typeof configSchema>;
}

/** An object as the engine evaluates it. */
function sourceOf(body: Readonly<Record<string, unknown>>): Source {
    const { apiVersion, kind } = z.object({ apiVersion: z.string(), kind: z.string() }).parse(body);
    return { ...groupKindOf(apiVersion, kind), body };
}

/** Everything of a stack that is evaluated: the program's own objects, and what its chart renders to. */
async function judgedOf({ stack, upgradeCrds }: (typeof VARIANTS)[number]): Promise<Judged> {
    const chart = { type: "repository", checkReachable: false, upgradeCrds };
    const run = await programRun(stack, upgradeCrds ? { monitoring: { chart } } : {});
    const resources = withChart(run.resources.filter(({ type }) => type.startsWith("kubernetes:")));
    const sources = await Promise.all(
        resources.map(async ({ type, name, inputs }) => {
            if (!type.endsWith(":Release")) {
                return [sourceOf(inputs)];
            }
            const release = readRelease(inputs, name);
            assert.ok(typeof release === "object", name);
            const rendering = await render(release);
            assert.ok(rendering.type === "rendered", JSON.stringify(rendering));
            return rendering.objects.map(({ body }) => sourceOf(body));
        }),
    );
    const levels = configSchema.parse(JSON.parse(readFileSync(path.join(PACK, "config", `${stack}.json`), "utf8")));
    return { sources: sources.flat(), levels };
}

/** Violations of rules that stop an update. @param chosen Rule to apply; all by default. */
function violations({ sources, levels }: Judged, granted: readonly Exception[], chosen?: string): string[] {
    const isMandatory = ({ id, level }: { readonly id: string; readonly level: string }) => {
        const entry = levels[id];
        const set = typeof entry === "string" ? entry : entry?.enforcementLevel;
        return (set ?? level) === "mandatory" && (chosen ?? id) === id;
    };
    const evaluate = evaluator({ rules: RULES.filter(isMandatory), exceptions: granted });
    const evaluateStack = stackEvaluator({ rules: STACK_RULES.filter(isMandatory), exceptions: granted });
    return (
        [...sources.flatMap(evaluate), ...evaluateStack(sources)]
            .filter(({ type }) => type === "violation")
            // Without the chart, the network policies for its pods select nothing.
            .filter(({ rule, advisory }) => !(CHART === undefined && rule === "dangling-selector" && advisory))
            .map(({ message }) => message)
    );
}

describe(`Policy exceptions of monitoring${withoutChart("skipped, but for the namespace's")}`, () => {
    const judged: Judged[] = [];

    before(async () => {
        judged.push(...(await Promise.all(VARIANTS.map(judgedOf))));
    });

    it("are all that the stacks need, besides SPIRE's", () => {
        assert.deepEqual(
            judged.flatMap((each) => violations(each, EXCEPTIONS)),
            [],
        );
    });

    for (const exception of MONITORING_EXCEPTIONS) {
        const { rule, kind, name, path: place = "" } = exception;
        it(`are each needed: ${rule} of ${kind} ${name} at ${place}`, function () {
            if (CHART === undefined && kind !== "Namespace") {
                this.skip();
            }
            const others = EXCEPTIONS.filter((each) => each !== exception);
            assert.equal(others.length, EXCEPTIONS.length - 1);
            const found = judged.map((each) => violations(each, others, rule));
            assert.ok(
                found.some(({ length }) => length > 0),
                "nothing is refused without it",
            );
            // Each exception is for one location: no stack violates a rule in two locations.
            for (const message of found.flat()) {
                assert.ok(message.includes(name), message);
            }
            assert.ok(
                found.every(({ length }) => length <= 1),
                found.flat().join("\n"),
            );
        });
    }
});
