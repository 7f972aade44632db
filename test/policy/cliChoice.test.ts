import assert from "node:assert/strict";
import { run } from "../../policy/cli/run";
import { BAD, checking, GOOD } from "./checking";

describe("the command that checks manifests: rules and configuration", () => {
    const { file, json } = checking();

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
            /--format xml does not exist. Use one of text, json, sarif, junit/,
        ],
        ["an unknown preset", ["--preset", "all", "a"], /--preset all does not exist. Use one of pss-baseline/],
        ["an unknown rule", ["--rules", "privilege", "a"], /rule "privilege" does not exist\. Rules: run-as-non-root/],
        [
            "all unknown rules at once",
            ["--rules", "a,b", "a.yaml"],
            /rule "a" does not exist[^\n]*\n--rules: rule "b" does not exist/,
        ],
        ["a list of rules that is empty", ["--rules", " ,", "a.yaml"], /--rules names no rule/],
        ["an unknown option", ["--strict", "a"], /--strict/],
        ["nothing to check", [], /Name files or folders/],
        ["a configuration that is not there", ["--config", "none.json", "a"], /none\.json cannot be read as JSON/],
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
            [[], /must contain a JSON object/],
        ] as const) {
            const { status, error } = run(["--config", file("c.json", JSON.stringify(content)), file("a.yaml", BAD)]);
            assert.equal(status, 2);
            assert.match(error, message);
        }
    });

    it("reports all faults of a configuration together, even of rules that do not run", () => {
        const content = {
            all: { enforcementLevel: "advisory", allow: [] },
            privilege: "advisory",
            privileged: { enforcementLevel: "on", allow: [], exceptions: [{ kind: "Pod", name: "a" }] },
            "resource-budget": { stack: { "limits.cpu": "many" } },
            exceptions: { allow: [] },
        };
        const at = file("c.json", JSON.stringify(content));
        const { status, output, error } = run(["--rules", "naked-pod", "--config", at, file("a.yaml", BAD)]);
        assert.deepEqual([status, output], [2, ""]);
        assert.deepEqual(
            error
                .trim()
                .split("\n")
                .map((line) => line.replace(`${at}: `, "").slice(0, 60)),
            [
                "all: has a level only. Remove allow.",
                'privilege: rule "privilege" does not exist. Rules: run-as-non',
                "privileged: the level must be one of mandatory, advisory, dis",
                "privileged: option allow does not exist (options of this rule",
                'resource-budget: option stack is {"limits.cpu":"many"} but mu',
                "exceptions: has a level only. Remove allow.",
            ].map((line) => line.slice(0, 60)),
        );
        assert.match(error, /option exceptions is \[.*\] but must be a list of objects with kind, name, reason/);
    });

    it("evaluates all objects as a stack only if requested", () => {
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
});
