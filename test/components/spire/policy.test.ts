import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { evaluator } from "../../../policy/evaluation/evaluate";
import { type Exception } from "../../../policy/engine/exception";
import { EXCEPTIONS, SPIRE_EXCEPTIONS } from "../../../policy/exceptions";
import { groupKindOf } from "../../../policy/kubernetes/kinds";
import { RULES } from "../../../policy/rules";
import { PROJECT_ROOT } from "../../../project";

const goldenSchema = z.array(z.object({ type: z.string(), inputs: z.looseObject({ kind: z.string().optional() }) }));

/** A rule's level in a shipped configuration: alone, or with options. */
const configSchema = z.record(
    z.string(),
    z.union([z.string(), z.looseObject({ enforcementLevel: z.string().optional() })]),
);

/** The rules that stop an update of a stack, by its shipped configuration. */
function mandatoryRules(stack: string) {
    const file = join(PROJECT_ROOT, "policy", "config", `${stack}.json`);
    const config = configSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return RULES.filter(({ id, level }) => {
        const entry = config[id];
        return ((typeof entry === "string" ? entry : entry?.enforcementLevel) ?? level) === "mandatory";
    });
}

/** Every violation of the mandatory policies in a stack's golden file. */
function violations(stack: string, granted: readonly Exception[]): string[] {
    const evaluate = evaluator({ rules: mandatoryRules(stack), exceptions: granted });
    const golden = goldenSchema.parse(
        JSON.parse(readFileSync(join(PROJECT_ROOT, "test", "golden", `${stack}.json`), "utf8")),
    );
    return (
        golden
            // The content of a chart is evaluated as rendered, in test/policy.
            .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":Release"))
            .flatMap(({ inputs }) => {
                const { apiVersion } = z.object({ apiVersion: z.string() }).parse(inputs);
                return evaluate({ ...groupKindOf(apiVersion, inputs.kind ?? ""), body: inputs });
            })
            .filter(({ type }) => type === "violation")
            .map(({ message }) => message)
    );
}

describe("Policy exceptions of SPIRE", () => {
    for (const stack of ["staging", "prod"]) {
        it(`are all that ${stack} needs`, () => {
            assert.deepEqual(violations(stack, EXCEPTIONS), []);
        });

        for (const [index, exception] of SPIRE_EXCEPTIONS.entries()) {
            if (!mandatoryRules(stack).some(({ id }) => id === exception.rule)) {
                continue;
            }
            it(`are each needed in ${stack}: ${exception.rule} of ${exception.name} at ${exception.path ?? ""}`, () => {
                const found = violations(stack, EXCEPTIONS.toSpliced(index, 1));
                assert.equal(found.length, 1, found.join("\n"));
            });
        }
    }

    it("name one object and one path each, and the container where the path is one's, without patterns", () => {
        for (const { name, namespace, container, path, reason } of EXCEPTIONS) {
            for (const part of [name, namespace ?? "", container ?? "", path]) {
                assert.ok(part !== undefined && !part.includes("*"), part);
            }
            assert.equal(container !== undefined, path?.includes("containers[") === true, path);
            assert.ok(reason.length > 30);
        }
    });
});
