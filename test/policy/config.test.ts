import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { run } from "../../policy/cli/run";
import type { JsonReport } from "./checking";
import { select } from "../../policy/cli/selection";
import { RULES } from "../../policy/rules";
import { STACK_RULES } from "../../policy/rules/stack";
import { hardened, set, type Json } from "./fixtures";
import { PROJECT_ROOT } from "../../project";

const config = (stack: string) => path.join(PROJECT_ROOT, "policy", "config", `${stack}.json`);

describe("the shipped configuration", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "policy-config-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    /** Checks manifests under the configuration of a stack. */
    const check = (stack: string, objects: readonly Json[]): JsonReport => {
        const file = path.join(folder, "objects.json");
        writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
        const { output, error } = run([
            "--format",
            "json",
            "--stack-rules",
            "--own-exceptions",
            "--config",
            config(stack),
            file,
        ]);
        assert.equal(error, "");
        return JSON.parse(output) as JsonReport;
    };

    for (const stack of ["staging", "prod"]) {
        it(`of ${stack} finds nothing mandatory in the program's own stack`, () => {
            const golden = path.join(PROJECT_ROOT, "test", "golden", `${stack}.json`);
            const resources = JSON.parse(readFileSync(golden, "utf8")) as { type: string; inputs: Json }[];
            const objects = resources
                // What is in a chart is evaluated as rendered.
                .filter(({ type }) => type.startsWith("kubernetes:") && !type.endsWith(":Release"))
                .map(({ type, inputs }) => {
                    // The type token of a resource provides what its inputs omit.
                    const [, version = "", kind = ""] = type.split(":");
                    return { apiVersion: version.replace(/^core\//, ""), kind, ...inputs };
                });
            const { violations, errors } = check(stack, objects);
            assert.deepEqual(errors, []);
            assert.deepEqual(
                violations.filter(({ level }) => level === "mandatory"),
                [],
            );
        });
    }

    it("is stricter for prod than for staging, in every rule", () => {
        const known = [...RULES, ...STACK_RULES];
        const strictness = ["disabled", "advisory", "mandatory"];
        const [staging, prod] = ["staging", "prod"].map((stack) => select(known, { file: config(stack) }).levels);
        const of = (levels: ReadonlyMap<string, string> | undefined, id: string) =>
            strictness.indexOf(levels?.get(id) ?? "disabled");
        for (const { id } of known) {
            assert.ok(of(prod, id) >= of(staging, id), id);
        }
        assert.ok(known.some(({ id }) => of(prod, id) > of(staging, id)));
    });

    it("lets staging do without a limit for CPU, and prod not", () => {
        const object = set(hardened(), "spec.template.spec.containers[0].resources.limits", { memory: "256Mi" });
        const levels = (stack: string) =>
            check(stack, [object])
                .violations.filter(({ rule }) => rule === "resource-limits")
                .map(({ level }) => level);
        assert.deepEqual([levels("staging"), levels("prod")], [["advisory"], ["mandatory"]]);
    });
});
