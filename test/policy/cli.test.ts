import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { Report } from "../../policy/cli/check";
import { keysOf } from "../../policy/engine/path";
import { run } from "../../policy/cli/run";
import { PRESETS } from "../../policy/presets";
import { rules } from "../../policy/rules";
import { stackRules } from "../../policy/rules/stack";
import { hardened, set, type Json } from "./fixtures";

const GOOD = JSON.stringify(hardened());
const BAD = `apiVersion: v1
kind: Pod
metadata:
  namespace: shop
  name: web
spec:
  containers:
    - name: app
      image: app:1.0.0
      securityContext:
        privileged: true
`;

describe("the command that checks manifests", () => {
    let folder: string;
    const file = (name: string, content: string | Buffer): string => {
        const full = path.join(folder, name);
        mkdirSync(path.dirname(full), { recursive: true });
        writeFileSync(full, content);
        return full;
    };
    const json = (...args: string[]): Report & { status: number } => {
        const { status, output, error } = run(["--format", "json", ...args]);
        assert.equal(error, "");
        return { ...(JSON.parse(output) as Report), status };
    };

    beforeEach(() => {
        folder = mkdtempSync(path.join(tmpdir(), "policy-check-"));
    });
    afterEach(() => {
        rmSync(folder, { recursive: true });
    });

    it("ends with 0 where all is well, and counts advice as well", () => {
        assert.equal(json(file("a.yaml", GOOD)).status, 0);
        const advised = json("--rules", "secret-in-env,naked-pod", file("b.yaml", BAD));
        assert.deepEqual([advised.status, advised.violations.map(({ level }) => level)], [0, ["advisory"]]);
    });

    it("names file, document, object, container, path and line", () => {
        const at = file("a.yaml", `# first\n---\n${GOOD}\n---\n# nothing\n---\n${BAD}`);
        const { status, checked, violations } = json("--rules", "privileged", at);
        assert.deepEqual([status, checked], [1, 2]);
        assert.deepEqual(violations, [
            {
                file: at,
                document: 1,
                rule: "privileged",
                level: "mandatory",
                kind: "Pod",
                namespace: "shop",
                name: "web",
                container: "app",
                path: "spec.containers[0].securityContext.privileged",
                message:
                    'Pod shop/web: container "app" (spec.containers[0].securityContext.privileged) is true. Remove it.',
                line: 17,
            },
        ]);
    });

    it("reads folders through, and each file once", () => {
        file("x/y/b.yml", BAD);
        const a = file("x/a.json", GOOD);
        file("x/readme.md", "no manifest");
        symlinkSync(folder, path.join(folder, "x", "circle"));
        const { checked, violations } = json("--rules", "privileged", folder, a);
        assert.equal(checked, 2);
        assert.deepEqual(
            violations.map((found) => path.basename(found.file)),
            ["b.yml"],
        );
    });

    it("says null for what a violation does not have", () => {
        const [found] = json(
            "--rules",
            "host-namespaces",
            file("a.yaml", "apiVersion: v1\nkind: Pod\nspec: { hostPID: true, containers: [{ name: a, image: b }] }\n"),
        ).violations;
        assert.deepEqual([found?.namespace, found?.name, found?.container], [null, null, null]);
    });

    it("takes nothing in a manifest for unknown, whatever it says", () => {
        for (const value of ["[secret]", "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7"]) {
            const { status, violations, exceptions } = json(
                "--rules",
                "privileged",
                file("a.yaml", BAD.replace("true", JSON.stringify(value))),
            );
            assert.deepEqual([status, violations.length, exceptions], [1, 1, []]);
        }
    });

    it("does not wait for a pipe in a folder, and reports a link that leads nowhere", () => {
        spawnSync("mkfifo", [path.join(folder, "pipe.yaml")]);
        symlinkSync(path.join(folder, "gone"), path.join(folder, "link.yaml"));
        file("b.yaml", BAD);
        const { status, checked, errors } = json("--rules", "privileged", folder);
        assert.deepEqual([status, checked, errors.map((error) => path.basename(error.file))], [2, 1, ["link.yaml"]]);
    });

    it("finds annotations that cover nothing or name no rule, and takes the policy about them in a configuration", () => {
        const declaring = (key: string) =>
            BAD.replace("name: web", `name: web\n  annotations: { "policy.x0tta6bl4.mesh/skip.${key}": why }`);
        const found = (key: string, ...args: string[]) =>
            json(...args, file("a.yaml", declaring(key))).violations.flatMap(({ rule, line }) =>
                rule === "exceptions" ? [line] : [],
            );
        assert.deepEqual(found("privileged"), []);
        assert.equal(found("host-path").length, 1);
        assert.equal(found("privilege").length, 1);
        const config = file("c.json", JSON.stringify({ exceptions: "disabled", "chart-children": "advisory" }));
        assert.deepEqual(found("privilege", "--config", config), []);
    });

    it("lets a service account speak for its pods, also without --stack-rules", () => {
        const pod =
            "apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { serviceAccountName: web, containers: [{ name: a, image: b }] }\n";
        const account =
            "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web }\nautomountServiceAccountToken: false\n";
        const count = (text: string) =>
            json("--rules", "service-account-automount", file("a.yaml", text)).violations.length;
        assert.deepEqual([count(pod), count(pod + account)], [1, 0]);
    });

    it("judges the elements of a list", () => {
        const pod = JSON.parse(
            JSON.stringify(set(hardened("Pod"), "spec.containers[0].securityContext", { privileged: true })),
        ) as Json;
        const list = file("a.json", JSON.stringify({ apiVersion: "v1", kind: "List", items: [hardened(), pod] }));
        const { violations } = json("--rules", "privileged", list);
        assert.deepEqual(
            violations.map((found) => found.path),
            ["items[1].spec.containers[0].securityContext.privileged"],
        );
        assert.equal(violations[0]?.kind, "Pod");
    });

    for (const [what, content, message] of [
        ["a syntax error", "a: [1", /flow/i],
        ["duplicate keys", "apiVersion: v1\nkind: Pod\nkind: Job\n", /Map keys must be unique \(line 3\)/],
        ["duplicate keys in JSON", '{"apiVersion":"v1","kind":"Pod","kind":"Job"}', /Map keys must be unique/],
        ["invalid UTF-8", Buffer.from([0x61, 0x3a, 0xff]), /no valid UTF-8/],
        ["no kind", "apiVersion: v1\n", /no Kubernetes object: kind is missing/],
        ["no object", "- a\n- b\n", /no Kubernetes object/],
        ["a bomb", bomb(), /anchors/],
        ["deep nesting", "[".repeat(100_000), /nested too deeply/],
    ] as const) {
        it(`reports ${what}, and judges the other files`, () => {
            const broken = file("a.yaml", content);
            file("b.yaml", BAD);
            const { status, errors, violations } = json("--rules", "privileged", folder);
            assert.deepEqual([status, violations.length, errors.map((error) => error.file)], [2, 1, [broken]]);
            assert.match(errors[0]?.message ?? "", message);
        });
    }

    it("judges the documents beside one that can't be read", () => {
        const { status, errors, violations } = json("--rules", "privileged", file("a.yaml", `a: [1\n---\n${BAD}`));
        assert.deepEqual([status, errors.length, violations.map(({ document }) => document)], [2, 1, [1]]);
    });

    it("reports what is not there, and folders without manifests", () => {
        mkdirSync(path.join(folder, "empty"));
        const { status, errors } = json(path.join(folder, "none.yaml"), path.join(folder, "empty"));
        assert.equal(status, 2);
        assert.deepEqual(
            errors.map(({ message }) => message),
            ["There is no such file or folder.", "The folder holds no .yaml, .yml or .json file."],
        );
    });

    it("reads values as Kubernetes does", () => {
        const text = BAD.replace("privileged: true", "privileged: yes").replace(
            "name: web",
            "name: web\n  annotations: { day: 2026-01-01 }",
        );
        assert.equal(json("--rules", "privileged", file("a.yaml", text)).violations.length, 1);
        assert.deepEqual(json("--rules", "naked-pod", file("a.yaml", text)).errors, []);
    });

    it("takes levels and options from a configuration file", () => {
        const config = (content: unknown) => ["--config", file("c.json", JSON.stringify(content)), file("a.yaml", BAD)];
        const levels = (content: unknown) =>
            json("--rules", "privileged", ...config(content)).violations.map(({ level }) => level);
        assert.deepEqual(levels({ privileged: "advisory" }), ["advisory"]);
        assert.deepEqual(levels({ privileged: "remediate" }), ["mandatory"]);
        assert.deepEqual(levels({ all: "disabled" }), []);
        assert.deepEqual(levels({ all: "disabled", privileged: { enforcementLevel: "mandatory" } }), ["mandatory"]);
        assert.equal(
            json("--rules", "naked-pod", ...config({ "naked-pod": { allow: ["shop/web"] } })).violations.length,
            0,
        );
    });

    for (const [what, args, message] of [
        [
            "an unknown format",
            ["--format", "xml", "a"],
            /--format xml does not exist: use one of text, json, sarif, junit/,
        ],
        ["an unknown preset", ["--preset", "all", "a"], /--preset all does not exist: use one of pss-baseline/],
        ["an unknown rule", ["--rules", "privilege", "a"], /rule "privilege" does not exist\. Rules: run-as-non-root/],
        ["an unknown option", ["--strict", "a"], /--strict/],
        ["nothing to check", [], /name files or folders/],
        ["a configuration that is not there", ["--config", "none.json", "a"], /none\.json can't be read as JSON/],
    ] as const) {
        it(`refuses ${what}`, () => {
            const { status, output, error } = run(args);
            assert.deepEqual([status, output], [2, ""]);
            assert.match(error, message);
            assert.doesNotMatch(error, /\n {4}at /);
        });
    }

    it("refuses a configuration with an unknown rule, level or option", () => {
        for (const [content, message] of [
            [{ privilege: "advisory" }, /rule "privilege" does not exist/],
            [{ privileged: "on" }, /privileged: the level must be one of mandatory, advisory, disabled/],
            [{ privileged: { allow: [] } }, /option allow does not exist/],
            [[], /must hold an object/],
        ] as const) {
            const { status, error } = run(["--config", file("c.json", JSON.stringify(content)), file("a.yaml", BAD)]);
            assert.equal(status, 2);
            assert.match(error, message);
        }
    });

    it("judges all objects as a stack only when it is told to", () => {
        const at = file("a.yaml", GOOD);
        const args = ["--rules", "default-deny-network-policy", at];
        assert.equal(json(...args).violations.length, 0);
        const { status, violations } = json("--stack-rules", ...args);
        assert.deepEqual(
            [status, violations.map(({ file: where, document }) => [where, document])],
            [
                1,
                [
                    [at, 0],
                    [at, 0],
                ],
            ],
        );
    });

    it("writes SARIF with rule, place and level", () => {
        const { output } = run(["--format", "sarif", "--rules", "privileged,naked-pod", file("a.yaml", BAD)]);
        const log = JSON.parse(output) as {
            runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
        };
        assert.deepEqual(log.runs[0]?.tool.driver.rules.map(({ id }) => id).sort(), ["naked-pod", "privileged"]);
        assert.deepEqual(
            log.runs[0].results.map(({ ruleId, level }) => [ruleId, level]),
            [
                ["privileged", "error"],
                ["naked-pod", "warning"],
            ],
        );
        assert.match(JSON.stringify(log.runs[0].results[0]?.locations), /"startLine":11/);
    });

    it("writes JUnit that XML readers accept", () => {
        const at = file("a&b.yaml", BAD.replace("name: app", 'name: "<a>"'));
        const { output } = run(["--format", "junit", "--rules", "privileged", at, path.join(folder, "none")]);
        assert.match(output, /<testsuite name="[^"]*a&amp;b\.yaml" tests="1" failures="1" errors="0">/);
        assert.match(output, /&quot;&lt;a&gt;&quot;/);
        assert.match(output, /<error message="There is no such file or folder\."\/>/);
    });

    it("reads standard input and ends with its status", () => {
        const main = path.join(__dirname, "..", "..", "policy", "cli", "main.ts");
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

/** Anchors that stand for billions of values. */
function bomb(): string {
    const levels = Array.from("bcdefghij").map((name, index) => {
        const below = String.fromCharCode(name.charCodeAt(0) - 1);
        return `${name}${index}: &${name} [${Array(9).fill(`*${below}`).join(",")}]`;
    });
    return ["apiVersion: v1", "kind: X", "a: &a [x,x]", ...levels, ""].join("\n");
}

describe("presets", () => {
    it("name rules that exist, and the Pod Security Standards in full", () => {
        const ids = new Set([...rules, ...stackRules].map(({ id }) => id));
        for (const [name, members] of Object.entries(PRESETS)) {
            assert.deepEqual(
                members.filter((id) => !ids.has(id)),
                [],
                name,
            );
        }
        assert.equal(PRESETS["pss-baseline"]?.length, 13);
        assert.equal(PRESETS["pss-restricted"]?.length, 20);
    });
});

describe("paths", () => {
    it("are split into keys", () => {
        assert.deepEqual(keysOf('metadata.labels["a.b/c"]'), ["metadata", "labels", "a.b/c"]);
        assert.deepEqual(keysOf("items[1].spec.x-y[0]"), ["items", "1", "spec", "x-y", "0"]);
        assert.deepEqual(keysOf(""), []);
    });
});
