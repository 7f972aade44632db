import assert from "node:assert/strict";
import { evaluator } from "../../../policy/evaluation/evaluate";
import { EXCEPTIONS } from "../../../policy/exceptions";
import { groupKindOf } from "../../../policy/kubernetes/kinds";
import { RULES } from "../../../policy/rules";
import { at, type ProgramRun } from "../../support/program";
import { run } from "../../support/mesh";

/** The violations of mandatory policies in everything that the program sends. */
function violations({ resources }: ProgramRun, drop?: string): string[] {
    const evaluate = evaluator({ rules: RULES.filter(({ level }) => level === "mandatory"), exceptions: EXCEPTIONS });
    return resources
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .flatMap(({ inputs }) =>
            evaluate({ ...groupKindOf(String(inputs.apiVersion), String(inputs.kind)), body: without(inputs, drop) }),
        )
        .filter(({ type }) => type === "violation")
        .map(({ rule }) => rule);
}

/** A copy of an object without one annotation, at any level. */
function without(object: object, annotation: string | undefined): unknown {
    return JSON.parse(JSON.stringify(object), (key, value: unknown) => (key === annotation ? undefined : value));
}

/** The exemptions that the program's objects carry. */
function exemptionsOf({ resources }: ProgramRun): string[] {
    const annotations = resources.flatMap(({ inputs }) => [
        ...Object.keys(Object(at(inputs, "metadata", "annotations")) as object),
        ...Object.keys(Object(at(inputs, "spec", "template", "metadata", "annotations")) as object),
    ]);
    return annotations.filter((key) => key.startsWith("policy.x0tta6bl4.mesh/"));
}

describe("Mesh and the policies", () => {
    const options: [string, object, number][] = [
        // The sidecar that waits for an identity has neither liveness nor readiness probe.
        ["by default", {}, 2],
        ["with an init container that waits", { spireSocket: { waitAs: "initContainer" } }, 0],
        ["with eBPF", { ebpf: { enabled: true } }, 8],
        ["with a hostPath socket", { spireSocket: { type: "hostPath" } }, 4],
        ["with both", { ebpf: { enabled: true }, spireSocket: { type: "hostPath" } }, 8],
    ];
    for (const [what, mesh, count] of options) {
        it(`meets every mandatory one ${what}, with no exemption more than it needs`, async () => {
            const result = await run("staging", { mesh });
            assert.deepEqual(violations(result), []);
            const exemptions = exemptionsOf(result);
            assert.equal(exemptions.length, count);
            for (const exemption of exemptions) {
                assert.notDeepEqual(violations(result, exemption), [], `${exemption} is not needed`);
            }
        });
    }
});
