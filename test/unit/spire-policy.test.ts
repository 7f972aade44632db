import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { evaluator } from "../../policy/engine/evaluate";
import { type Exception } from "../../policy/engine/exception";
import { exceptions } from "../../policy/exceptions";
import { groupKindOf } from "../../policy/kubernetes/kinds";
import { rules } from "../../policy/rules";

const goldenSchema = z.array(z.object({ type: z.string(), inputs: z.looseObject({ kind: z.string().optional() }) }));

/** Rules that stop an update; the others only remark. */
const MANDATORY = rules.filter(({ level }) => level === "mandatory");

/** Every violation of the mandatory policies in a stack's golden file. */
function violations(stack: string, granted: readonly Exception[]): string[] {
    const evaluate = evaluator({ rules: MANDATORY, exceptions: granted });
    const golden = goldenSchema.parse(
        JSON.parse(readFileSync(join(__dirname, "..", "golden", `${stack}.json`), "utf8")),
    );
    return golden
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .flatMap(({ inputs }) => {
            const { apiVersion } = z.object({ apiVersion: z.string() }).parse(inputs);
            return evaluate({ ...groupKindOf(apiVersion, inputs.kind ?? ""), body: inputs });
        })
        .filter(({ type }) => type === "violation")
        .map(({ message }) => message);
}

describe("Policy exceptions of SPIRE", () => {
    for (const stack of ["staging", "prod"]) {
        it(`are all that ${stack} needs`, () => {
            assert.deepEqual(violations(stack, exceptions), []);
        });

        for (const [index, exception] of exceptions.entries()) {
            it(`are each needed in ${stack}: ${exception.rule} of ${exception.container ?? exception.name}`, () => {
                const found = violations(stack, exceptions.toSpliced(index, 1));
                assert.equal(found.length, 1, found.join("\n"));
            });
        }
    }

    it("name one object, one container and one path each, without patterns", () => {
        for (const { name, namespace, container, path, reason } of exceptions) {
            for (const part of [name, namespace, container, path]) {
                assert.ok(part !== undefined && !part.includes("*"), part);
            }
            assert.ok(reason.length > 30);
        }
    });
});
