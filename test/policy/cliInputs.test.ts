import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import * as path from "node:path";
import { run } from "../../policy/cli/run";
import { BAD, checking, GOOD, type JsonReport } from "./checking";
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

    it("leaves out what --exclude names in any form of its path", () => {
        file("kept.yaml", BAD);
        file("out/b.yaml", BAD);
        const names = ["out", "out/", "*/out", `${folder()}/out`, `${folder()}/out/`, "*/out/*", "b.yaml"];
        for (const name of names) {
            const { violations } = json("--rules", "privileged", "--exclude", name, folder());
            assert.deepEqual(
                violations.map((found) => path.basename(found.file)),
                ["kept.yaml"],
                name,
            );
        }
    });

    it("evaluates the other files if a folder cannot be read", function () {
        file("b.yaml", BAD);
        file("closed/c.yaml", BAD);
        chmodSync(path.join(folder(), "closed"), 0);
        // The superuser may read every folder.
        if (process.getuid?.() === 0) {
            this.skip();
        }
        const { status, violations, errors } = json("--rules", "privileged", folder());
        assert.deepEqual(
            [status, violations.length, errors.map(({ message }) => message)],
            [2, 1, ["Permission denied."]],
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
        ["invalid UTF-8", Buffer.from([0x61, 0x3a, 0xff]), /neither valid UTF-8 nor UTF-16/],
        ["UTF-16 without a byte order mark", Buffer.from(BAD, "utf16le"), /null characters/],
        ["a list of objects", '[{"apiVersion":"v1","kind":"Pod"}]', /a list of objects, which kubectl does not read/],
        [
            "a list of objects in YAML",
            "- apiVersion: v1\n  kind: Pod\n",
            /a list of objects, which kubectl does not read/,
        ],
        ["no kind", "apiVersion: v1\n", /not a Kubernetes object: kind is missing/],
        ["a bomb", bomb(), /anchors are expanded too often/],
        ["an anchor that holds itself", "apiVersion: v1\nkind: Pod\nspec: &a { b: *a }\n", /are circular/],
        ["an anchor that is not set", "apiVersion: v1\nkind: Pod\nspec: *a\n", /undefined anchor/],
        [
            "a template of a chart",
            "apiVersion: v1\nkind: Pod\nspec: {{ .Values.spec }}\n",
            /\(line 3\)\. If it is a chart template, render it first with helm template\./,
        ],
        ["deep nesting", "[".repeat(100_000), /nested too deeply/],
        ["deep nesting by indentation", steps(2_000), /nested too deeply/],
    ] as const) {
        it(`reports ${what}, and evaluates the other files`, () => {
            const broken = file("a.yaml", content);
            file("b.yaml", BAD);
            const { status, errors, violations } = json("--rules", "privileged", folder());
            assert.deepEqual([status, violations.length, errors.map((error) => error.file)], [2, 1, [broken]]);
            assert.match(errors[0]?.message ?? "", message);
        });
    }

    it("evaluates the other documents if one cannot be parsed", () => {
        const { status, errors, violations } = json("--rules", "privileged", file("a.yaml", `a: [1\n---\n${BAD}`));
        assert.deepEqual([status, errors.length, violations.map(({ document }) => document)], [2, 1, [1]]);
    });

    it("reports what is not there, and folders without manifests", () => {
        mkdirSync(path.join(folder(), "empty"));
        const { status, errors } = json(path.join(folder(), "none.yaml"), path.join(folder(), "empty"));
        assert.equal(status, 2);
        assert.deepEqual(
            errors.map(({ message }) => message),
            ["There is no such file or folder.", "The folder contains no .yaml, .yml or .json file."],
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

    it("skips documents that are not Kubernetes objects in folders, and counts it", () => {
        const others = {
            "values.yaml": "image: { tag: 1.0.0 }\nreplicas: 2\n",
            "kustomization.yaml":
                "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n",
            ".github/workflows/ci.yml": "on: push\njobs: { test: { runs-on: ubuntu-latest } }\n",
            "docker-compose.yml": "services: { web: { image: web } }\n",
            "list.json": "[1, 2]",
        };
        for (const [name, content] of Object.entries(others)) {
            file(name, content);
        }
        file("b.yaml", BAD);
        const { status, checked, skipped, errors } = json("--rules", "privileged", folder());
        assert.deepEqual([status, checked, skipped, errors], [1, 1, 5, []]);
        const { output } = run(["--rules", "privileged", folder()]);
        assert.match(output, /\n1 object checked, 5 other documents skipped: 1 mandatory/);
    });

    it("reports a file that is named and holds no Kubernetes object", () => {
        const { status, errors } = json(file("values.yaml", "replicas: 2\n"));
        assert.equal(status, 2);
        assert.match(errors[0]?.message ?? "", /contains no Kubernetes object/);
    });

    it("leaves out what --exclude names, by path or name", () => {
        file("a/x.yaml", BAD);
        file("b/y.yaml", BAD);
        file("c.yaml", BAD);
        assert.equal(json("--rules", "privileged", folder()).checked, 3);
        assert.equal(json("--rules", "privileged", "--exclude", "a", folder()).checked, 2);
        assert.equal(json("--rules", "privileged", "--exclude", "*/b/*.yaml", "--exclude", "c.*", folder()).checked, 1);
    });

    it("puts objects that name no namespace into --namespace, those in lists too", () => {
        const bare = BAD.replace("  namespace: shop\n", "");
        const list = JSON.stringify({
            apiVersion: "v1",
            kind: "List",
            items: [{ apiVersion: "v1", kind: "Namespace" }],
        });
        const at = [file("a.yaml", bare), file("b.yaml", BAD), file("c.json", list)];
        const named = (...more: string[]) =>
            json("--rules", "privileged", ...more, ...at).violations.map(({ namespace }) => namespace);
        assert.deepEqual(named(), [null, "shop"]);
        assert.deepEqual(named("--namespace", "ops"), ["ops", "shop"]);
        assert.match(run(["--namespace", "No Name", "a.yaml"]).error, /--namespace must be a DNS label/);
    });

    for (const [what, bytes] of [
        ["UTF-8 with a byte order mark", Buffer.from(`\uFEFF${BAD}`)],
        ["UTF-16, little endian", Buffer.from(`\uFEFF${BAD}`, "utf16le")],
        ["UTF-16, big endian", Buffer.from(`\uFEFF${BAD}`, "utf16le").swap16()],
    ] as const) {
        it(`reads ${what}`, () => {
            assert.deepEqual(
                json("--rules", "privileged", file("a.yaml", bytes)).violations.map(({ line }) => line),
                [11],
            );
        });
    }

    it("finds places in JSON", () => {
        const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { hostPID: true, containers: [] } };
        const text = JSON.stringify(pod, undefined, 2);
        const [found] = json("--rules", "host-namespaces", file("a.json", text)).violations;
        const lines = text.split("\n");
        const line = lines.findIndex((content) => content.includes("hostPID")) + 1;
        assert.deepEqual([found?.line, found?.column], [line, (lines[line - 1]?.indexOf("true") ?? 0) + 1]);
    });

    it("renders charts in folders, and names their templates", () => {
        const before = process.env.X0TTA6BL4_HELM;
        file("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
        const template = file("web/templates/pod.yaml", "kind: {{ .Values.kind }}\n");
        file("lib/Chart.yaml", "apiVersion: v2\nname: lib\nversion: 1.0.0\ntype: library\n");
        file("rendered.txt", `---\n# Source: web/templates/pod.yaml\n${BAD}`);
        const helm = file("helm", `#!/bin/sh\necho "$@" > ${folder()}/arguments\ncat ${folder()}/rendered.txt\n`);
        chmodSync(helm, 0o755);
        try {
            process.env.X0TTA6BL4_HELM = helm;
            const { status, checked, violations } = json("--rules", "privileged", "--namespace", "ops", folder());
            assert.deepEqual([status, checked, violations.map((found) => found.file)], [1, 1, [template]]);
            assert.match(
                readFileSync(path.join(folder(), "arguments"), "utf8"),
                /^template --namespace ops --include-crds --skip-tests -- release-name \S+\/web\n$/,
            );
            process.env.X0TTA6BL4_HELM = path.join(folder(), "none");
            const { errors } = json("--rules", "privileged", folder());
            assert.match(errors[0]?.message ?? "", /^The chart cannot be rendered\. helm was not found/);
        } finally {
            if (before === undefined) {
                delete process.env.X0TTA6BL4_HELM;
            } else {
                process.env.X0TTA6BL4_HELM = before;
            }
        }
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
        assert.equal((JSON.parse(child.stdout) as JsonReport).violations[0]?.file, "-");
    });
});

/** Keys below keys. */
function steps(depth: number): string {
    return Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:\n`).join("");
}

/** Anchors that expand to billions of values. */
function bomb(): string {
    const levels = Array.from("bcdefghij").map((name, index) => {
        const below = String.fromCharCode(name.charCodeAt(0) - 1);
        return `${name}${index}: &${name} [${Array(9).fill(`*${below}`).join(",")}]`;
    });
    return ["apiVersion: v1", "kind: X", "a: &a [x,x]", ...levels, ""].join("\n");
}
