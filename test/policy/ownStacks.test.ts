import { EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parseTypeToken } from "../../policy/crossguard/typeToken";
import { stackEvaluator } from "../../policy/evaluation/evaluateStack";
import { EXCEPTIONS } from "../../policy/exceptions";
import { STACK_RULES } from "../../policy/rules/stack";
import { CHART, withoutChart } from "../support/chart";
import { runProgram } from "../support/program";
import { buildPack, PACK, startPack, type PackConfig, type RunningPack } from "../support/policyPack";
import { asGolden, goldenResources } from "./golden";
import { analyzeRequest, stackRequest, type Diagnostic, type Props } from "./analyzer";
import { TODAY, type Json } from "./fixtures";

/** A shipped configuration, as the CLI passes it to the pack: levels separate from options. */
function configOf(stack: string): PackConfig {
    const text = readFileSync(path.join(PACK, "config", `${stack}.json`), "utf8");
    const entries = Object.entries(JSON.parse(text) as Record<string, string | Props>);
    return Object.fromEntries(
        entries.map(([rule, entry]) => {
            const { enforcementLevel, ...options } = typeof entry === "string" ? { enforcementLevel: entry } : entry;
            const name = typeof enforcementLevel === "string" ? enforcementLevel.toUpperCase() : "";
            const level = EnforcementLevel[name as keyof typeof EnforcementLevel];
            return [rule, { level, options }];
        }),
    );
}

describe("the program's own stacks, by their own configurations", function () {
    this.timeout(60_000);
    let pack: RunningPack;
    before(async () => {
        buildPack();
        pack = await startPack(PACK, { X0TTA6BL4_POLICY_SHOW: "all" });
    });
    after(() => {
        pack.stop();
    });

    for (const stack of ["staging", "prod"]) {
        it(`${stack} passes the whole pack with only the listed exceptions${withoutChart("its chart is not evaluated")}`, async () => {
            const resources = goldenResources(stack);
            await pack.configure(configOf(stack));
            const found: Diagnostic[] = [];
            for (const { type, name, inputs } of resources) {
                found.push(...(await pack.analyze(analyzeRequest(type, name, inputs))));
            }
            const all = resources.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
            found.push(...(await pack.analyzeStack(stackRequest(all))));

            assert.deepEqual(
                found.filter(({ level }) => level === "mandatory").map(({ message }) => message),
                [],
            );
            const excepted = found.filter(({ message }) => message.includes("(policy/exceptions.ts)"));
            assert.ok(excepted.length > 0);
            for (const { policy, message } of excepted) {
                assert.ok(
                    EXCEPTIONS.some(({ rule, reason }) => rule === policy && message.includes(reason)),
                    message,
                );
            }
            // Without the chart, the network policies for its pods select nothing.
            const missing = CHART === undefined ? ["dangling-selector"] : [];
            // Expected advisory findings: the app reads its keys from the environment, digests are chosen by each user,
            // and the chart sets no size limits for its emptyDir volumes. The mesh's Deployment says in annotations why
            // it has a replica count beside its autoscaler, and why its sidecar has neither a liveness nor a readiness
            // probe.
            const annotated = found.filter(({ message }) =>
                /ignoreChanges|its startup probe has fetched an SVID/.test(message),
            );
            assert.deepEqual(annotated.map(({ policy }) => policy).sort(), [
                ...(stack === "prod" ? ["hpa-replicas-conflict"] : []),
                "liveness-probe",
                "readiness-probe",
            ]);
            const others = found
                .filter((one) => !excepted.includes(one) && !annotated.includes(one))
                .map(({ policy }) => policy);
            assert.deepEqual(
                others.filter(
                    (policy) => !["secret-in-env", "image-digest", "emptydir-size-limit", ...missing].includes(policy),
                ),
                [],
            );
        });
    }
});

describe("the program's own stacks as a whole", () => {
    for (const stack of ["staging", "prod"]) {
        it(`${stack} breaks no mandatory rule`, () => {
            const file = path.join(__dirname, "..", "golden", `${stack}.json`);
            const resources = JSON.parse(readFileSync(file, "utf8")) as { type: string; inputs: Json }[];
            const sources = resources.flatMap(({ type, inputs }) => {
                const parsed = parseTypeToken(type);
                return parsed === undefined ? [] : [{ ...parsed, body: inputs, stack }];
            });
            const mandatory = STACK_RULES.filter(({ level }) => level === "mandatory");
            assert.deepEqual(stackEvaluator({ rules: mandatory, exceptions: EXCEPTIONS, today: TODAY })(sources), []);
        });
    }
});

describe("the program's own stacks with canaries", function () {
    this.timeout(120_000);
    let pack: RunningPack;
    before(async () => {
        buildPack();
        pack = await startPack(PACK, { X0TTA6BL4_POLICY_SHOW: "all" });
    });
    after(() => {
        pack.stop();
    });

    for (const stack of ["staging", "prod"]) {
        it(`${stack} passes the whole pack with canaries, too: the Rollout is evaluated as a workload with its replicas`, async () => {
            const { resources } = await runProgram(stack, { mesh: { delivery: { type: "canary" } } });
            const own = asGolden(resources).filter(({ type }) => !/^pulumi:|:Release$/.test(type));
            await pack.configure(configOf(stack));
            const found: Diagnostic[] = [];
            for (const { type, name, inputs } of own) {
                found.push(...(await pack.analyze(analyzeRequest(type, name, inputs))));
            }
            found.push(
                ...(await pack.analyzeStack(
                    stackRequest(own.map(({ type, name, inputs }) => ({ type, name, props: inputs }))),
                )),
            );
            assert.deepEqual(
                found.filter(({ level }) => level === "mandatory").map(({ message }) => message),
                [],
            );
            const [rollout] = own.filter(({ inputs }) => inputs.kind === "Rollout");
            assert.ok(rollout !== undefined);
            const { spec } = rollout.inputs;
            assert.ok(typeof spec === "object" && !Array.isArray(spec));
            const one = { ...rollout.inputs, spec: { ...spec, replicas: 1 } };
            // staging's configuration leaves the number of replicas alone.
            await pack.configure(configOf("prod"));
            const few = await pack.analyze(analyzeRequest(rollout.type, rollout.name, one));
            assert.ok(few.some(({ policy }) => policy === "min-replicas"));
        });
    }
});
