import assert from "node:assert/strict";
import * as path from "node:path";
import { z } from "zod";
import { toJunit } from "../../policy/cli/formats/junit";
import { run } from "../../policy/cli/run";
import { BAD, checking } from "./checking";

describe("the command that checks manifests: forms of output", () => {
    const { folder, file } = checking();

    it("writes once what several rules cannot read", () => {
        const at = file("a.yaml", BAD.replace(/containers:.*/s, "containers: none\n"));
        const { output } = run(["--rules", "privileged,host-ports,read-only-root-filesystem", at]);
        const fault = "Pod shop/web: spec.containers must be a list, not a string. Correct its value.";
        assert.deepEqual(output.replaceAll(at, "a.yaml").split("\n"), [
            `a.yaml:7: mandatory critical privileged and 1 other rule: ${fault}`,
            `a.yaml:7: advisory medium read-only-root-filesystem: ${fault}`,
            "1 object checked: 1 mandatory and 1 advisory violations, 0 errors.",
            "",
        ]);
    });

    const HOST_PATH = BAD.replace(
        "  containers:",
        "  volumes: [{ name: v, hostPath: { path: /run/docker.sock } }]\n  containers:",
    );

    it("writes the gravest first, and one directory of the node once, in JSON too", () => {
        const rules = "naked-pod,volume-types,host-path,cri-socket-mount,privilege-escalation";
        const { output } = run(["--format", "json", "--rules", rules, file("a.yaml", HOST_PATH)]);
        const { violations } = REPORT.parse(JSON.parse(output));
        assert.deepEqual(
            violations.map(({ rule, otherRules }) => [rule, ...otherRules]),
            [["cri-socket-mount", "host-path"], ["privilege-escalation"], ["naked-pod"]],
        );
    });

    it("runs only rules of a severity or above", () => {
        const at = file("a.yaml", BAD);
        const severities = (...more: string[]) => {
            const { violations } = REPORT.parse(JSON.parse(run(["--format", "json", ...more, at]).output));
            return [...new Set(violations.map(({ severity }) => severity))];
        };
        assert.deepEqual(severities("--min-severity", "critical"), ["critical"]);
        assert.deepEqual(severities("--min-severity", "high").sort(), ["critical", "high"]);
        assert.ok(severities().includes("low"));
        assert.match(run(["--min-severity", "bad", at]).error, /Use one of low, medium, high, critical/);
    });

    it("applies the exceptions of this project only if requested", () => {
        const agent =
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: { namespace: spire-system, name: spire-agent }\n";
        const at = file(
            "a.yaml",
            `${agent}spec: { template: { spec: { hostPID: true, containers: [{ name: a }] } } }\n`,
        );
        assert.equal(run(["--rules", "host-namespaces", at]).status, 1);
        assert.equal(run(["--rules", "host-namespaces", "--own-exceptions", at]).status, 0);
    });

    it("writes annotations for GitHub Actions", () => {
        const at = file("a,b.yaml", BAD.replace("name: web", 'name: "w%\\n::error::b"'));
        const { output } = run(["--format", "github", "--rules", "privileged,naked-pod", at, "none.yaml"]);
        const lines = output.replaceAll(folder(), "").split("\n");
        assert.match(
            lines[0] ?? "",
            /^::error file=\/a%2Cb\.yaml,line=11,col=21,title=privileged \(critical\)::Pod shop\/w%25%0A::error::b: container/,
        );
        assert.match(lines[1] ?? "", /^::warning file=\S+,title=naked-pod \(\w+\)::/);
        assert.match(lines[2] ?? "", /^::error file=none\.yaml::cannot be used: There is no such file or folder\.$/);
        assert.equal(lines.length, 5);
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

    it("writes SARIF as code scanning of GitHub reads it", () => {
        const at = file("a b/c#.yaml", `${BAD}---\napiVersion: v1\n`);
        const { output } = run(["--format", "sarif", "--stack-rules", at, path.join(folder(), "none")]);
        const [{ tool, results, invocations }] = CODE_SCANNING.parse(JSON.parse(output)).runs;
        for (const { ruleId, ruleIndex } of results) {
            assert.equal(tool.driver.rules[ruleIndex]?.id, ruleId);
        }
        assert.ok(results.length > 10);
        assert.equal(invocations[0].executionSuccessful, false);
        assert.equal(invocations[0].toolExecutionNotifications.length, 2);
    });

    it("writes SARIF in which no name is a link, or hides a character", () => {
        const name = '"[Approve](https://evil.example)\\u202e\\u200b"';
        const { output } = run([
            "--format",
            "sarif",
            "--rules",
            "privileged",
            file("a.yaml", BAD.replace("name: web", `name: ${name}`)),
        ]);
        const [{ results }] = CODE_SCANNING.parse(JSON.parse(output)).runs;
        const text = JSON.stringify(results);
        assert.match(text, /Pod shop\/\[Approve\] \(https:\/\/evil\.example\)\uFFFD\uFFFD: container/);
    });

    it("writes JUnit that XML readers accept", () => {
        const at = file("a&b.yaml", BAD.replace("name: app", 'name: "<a>"'));
        const { output } = run(["--format", "junit", "--rules", "privileged", at, path.join(folder(), "none")]);
        assert.match(output, /<testsuite name="[^"]*a&amp;b\.yaml" tests="1" failures="1" errors="0">/);
        assert.match(output, /&quot;&lt;a&gt;&quot;/);
        assert.match(output, /<error message="There is no such file or folder\."\/>/);
    });

    it("writes JUnit of many files in a time that grows as their number does", function () {
        this.timeout(3_000);
        const found = {
            document: 0,
            rule: "privileged",
            level: "mandatory",
            kind: "Pod",
            namespace: null,
            name: "web",
            container: null,
            path: "spec",
            message: "bad",
            line: 1,
            column: 1,
            severity: "high",
            otherRules: [],
        } as const;
        const files = Array.from({ length: 3_000 }, (_, index) => `${index}.yaml`);
        const violations = files.flatMap((file) => Array.from({ length: 3 }, () => ({ ...found, file })));
        const report = {
            checked: files.length,
            files,
            violations,
            counts: { mandatory: violations.length, advisory: 0 },
            exceptions: [],
            errors: [],
            skipped: 0,
            close: () => undefined,
        };
        const output = [...toJunit(report)].join("");
        assert.equal(output.match(/tests="3" failures="3"/g)?.length, files.length);
    });
});

/** The parts of JSON output that the tests read. */
const REPORT = z.object({
    violations: z.array(z.object({ rule: z.string(), otherRules: z.array(z.string()), severity: z.string() })),
});

const text = z.strictObject({ text: z.string().min(1).max(1024) });
const level = z.enum(["error", "warning", "note"]);
/** A valid relative URI reference, which is independent of the repository's location. */
const artifact = z.strictObject({ uri: z.string().regex(/^(?:[\w.~!$&'()*+,;=@/-]|%[0-9A-F]{2})+$/) });
const location = z.strictObject({
    physicalLocation: z.strictObject({
        artifactLocation: artifact,
        region: z.strictObject({ startLine: z.int().min(1), startColumn: z.int().min(1) }),
    }),
    logicalLocations: z.array(z.strictObject({ fullyQualifiedName: z.string() })),
});

/** Requirements of code scanning for SARIF 2.1.0, limited to what the command writes. */
const CODE_SCANNING = z.strictObject({
    $schema: z.url(),
    version: z.literal("2.1.0"),
    runs: z.tuple([
        z.strictObject({
            tool: z.strictObject({
                driver: z.strictObject({
                    name: z.string().min(1),
                    rules: z.array(
                        z.strictObject({
                            id: z.string().regex(/^[a-z0-9-]{1,255}$/),
                            name: z.string().max(255),
                            shortDescription: text,
                            fullDescription: text,
                            help: text,
                            helpUri: z.url(),
                            defaultConfiguration: z.strictObject({ level }),
                            properties: z.strictObject({
                                tags: z.array(z.string()).max(20),
                                "security-severity": z.string().regex(/^(?:\d\.\d|10\.0)$/),
                            }),
                        }),
                    ),
                }),
            }),
            invocations: z.tuple([
                z.strictObject({
                    executionSuccessful: z.boolean(),
                    toolExecutionNotifications: z.array(
                        z.strictObject({
                            level,
                            message: text,
                            locations: z.tuple([
                                z.strictObject({ physicalLocation: z.strictObject({ artifactLocation: artifact }) }),
                            ]),
                        }),
                    ),
                }),
            ]),
            results: z
                .array(
                    z.strictObject({
                        ruleId: z.string(),
                        ruleIndex: z.int().min(0),
                        level,
                        message: text,
                        locations: z.array(location).min(1).max(10),
                    }),
                )
                .max(25_000),
        }),
    ]),
});
