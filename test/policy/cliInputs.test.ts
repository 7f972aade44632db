import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import type { Report } from "../../policy/cli/check";
import { BAD, checking, GOOD } from "./checking";
import { PROJECT_ROOT } from "../../project";

describe("the command that checks manifests: what it reads", () => {
    const { folder, file, json } = checking();

    it("reads folders through, and each file once", () => {
        file("x/y/b.yml", BAD);
        const a = file("x/a.json", GOOD);
        file("x/readme.md", "no manifest");
        symlinkSync(folder(), path.join(folder(), "x", "circle"));
        const { checked, violations } = json("--rules", "privileged", folder(), a);
        assert.equal(checked, 2);
        assert.deepEqual(
            violations.map((found) => path.basename(found.file)),
            ["b.yml"],
        );
    });

    it("does not wait for a pipe in a folder, and reports a link that leads nowhere", () => {
        spawnSync("mkfifo", [path.join(folder(), "pipe.yaml")]);
        symlinkSync(path.join(folder(), "gone"), path.join(folder(), "link.yaml"));
        file("b.yaml", BAD);
        const { status, checked, errors } = json("--rules", "privileged", folder());
        assert.deepEqual([status, checked, errors.map((error) => path.basename(error.file))], [2, 1, ["link.yaml"]]);
    });

    for (const [what, content, message] of [
        ["a syntax error", "a: [1", /flow/i],
        ["duplicate keys", "apiVersion: v1\nkind: Pod\nkind: Job\n", /Map keys must be unique \(line 3\)/],
        ["duplicate keys in JSON", '{"apiVersion":"v1","kind":"Pod","kind":"Job"}', /Map keys must be unique/],
        ["invalid UTF-8", Buffer.from([0x61, 0x3a, 0xff]), /no valid UTF-8/],
        ["no kind", "apiVersion: v1\n", /no Kubernetes object: kind is missing/],
        ["no object", "- a\n- b\n", /no Kubernetes object/],
        ["a bomb", bomb(), /anchors are repeated too often/],
        ["an anchor that holds itself", "apiVersion: v1\nkind: Pod\nspec: &a { b: *a }\n", /lead in a circle/],
        ["an anchor that is not set", "apiVersion: v1\nkind: Pod\nspec: *a\n", /not set before/],
        [
            "a template of a chart",
            "apiVersion: v1\nkind: Pod\nspec: {{ .Values.spec }}\n",
            /\(line 3\)\. If it is a template of a chart, render it first: helm template\./,
        ],
        ["deep nesting", "[".repeat(100_000), /nested too deeply/],
        ["deep nesting by indentation", steps(2_000), /nested too deeply/],
    ] as const) {
        it(`reports ${what}, and judges the other files`, () => {
            const broken = file("a.yaml", content);
            file("b.yaml", BAD);
            const { status, errors, violations } = json("--rules", "privileged", folder());
            assert.deepEqual([status, violations.length, errors.map((error) => error.file)], [2, 1, [broken]]);
            assert.match(errors[0]?.message ?? "", message);
        });
    }

    it("judges the documents beside one that can't be read", () => {
        const { status, errors, violations } = json("--rules", "privileged", file("a.yaml", `a: [1\n---\n${BAD}`));
        assert.deepEqual([status, errors.length, violations.map(({ document }) => document)], [2, 1, [1]]);
    });

    it("reports what is not there, and folders without manifests", () => {
        mkdirSync(path.join(folder(), "empty"));
        const { status, errors } = json(path.join(folder(), "none.yaml"), path.join(folder(), "empty"));
        assert.equal(status, 2);
        assert.deepEqual(
            errors.map(({ message }) => message),
            ["There is no such file or folder.", "The folder holds no .yaml, .yml or .json file."],
        );
    });

    it("reads JSON objects that follow one another, each at its line", () => {
        const pod = JSON.stringify({
            apiVersion: "v1",
            kind: "Pod",
            metadata: { name: 'a"}{' },
            spec: { hostPID: true, containers: [{ name: "a", image: "b" }] },
        });
        const { checked, violations } = json("--rules", "host-namespaces", file("a.json", `${pod}\n\n${pod}${pod}\n`));
        assert.equal(checked, 3);
        assert.deepEqual(
            violations.map(({ document, line }) => [document, line]),
            [
                [0, 1],
                [1, 3],
                [2, 3],
            ],
        );
    });

    it("finds a key that stands twice in one object of several", () => {
        const { errors } = json(file("a.json", `${GOOD}\n{"apiVersion":"v1","kind":"Pod","kind":"Job"}\n`));
        assert.deepEqual(
            errors.map(({ message }) => message),
            ["Document 1: Map keys must be unique (line 2)."],
        );
    });

    it("reads a map of many keys in time that grows with their number only", () => {
        const keys = Array.from({ length: 200_000 }, (_, index) => `  key${index}: value\n`);
        const text = `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n${keys.join("")}`;
        assert.equal(json("--rules", "naked-pod", file("a.yaml", text)).checked, 1);
    });

    it("reads values as Kubernetes does", () => {
        const text = BAD.replace("privileged: true", "privileged: yes").replace(
            "name: web",
            "name: web\n  annotations: { day: 2026-01-01 }",
        );
        assert.equal(json("--rules", "privileged", file("a.yaml", text)).violations.length, 1);
        assert.deepEqual(json("--rules", "naked-pod", file("a.yaml", text)).errors, []);
    });

    it("reads standard input and ends with its status", () => {
        const main = path.join(PROJECT_ROOT, "policy", "cli", "main.ts");
        const child = spawnSync(
            process.execPath,
            ["--require", "tsx/cjs", main, "--format", "json", "--rules", "privileged", "-"],
            {
                input: BAD,
                encoding: "utf8",
            },
        );
        assert.equal(child.status, 1, child.stderr);
        assert.equal((JSON.parse(child.stdout) as Report).violations[0]?.file, "-");
    });
});

/** Keys below keys. */
function steps(depth: number): string {
    return Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
}

/** Anchors that stand for billions of values. */
function bomb(): string {
    const levels = Array.from("bcdefghij").map((name, index) => {
        const below = String.fromCharCode(name.charCodeAt(0) - 1);
        return `${name}${index}: &${name} [${Array(9).fill(`*${below}`).join(",")}]`;
    });
    return ["apiVersion: v1", "kind: X", "a: &a [x,x]", ...levels, ""].join("\n");
}
