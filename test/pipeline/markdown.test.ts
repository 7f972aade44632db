import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { driftIssue, previewComment } from "../../pipeline/markdown";
import { type Change, isBroken, readReport, type PreviewReport } from "../../engine/report";

const update: Change = {
    op: "update",
    object: "Deployment mesh/mesh",
    details: [{ path: "spec.replicas", before: "2", after: "3" }],
};

function report(parts: Partial<PreviewReport> = {}): PreviewReport {
    return {
        stack: "staging",
        against: "commit abc",
        resources: 9,
        changes: [],
        findings: [],
        exceptions: [],
        errors: [],
        ...parts,
    };
}

const violation = {
    rule: "host-path",
    level: "mandatory",
    object: "Pod a/b",
    paths: ["spec"],
    message: "Pod a/b: bad.\nRemove it.",
} as const;

const used = {
    rule: "host-path",
    object: "Pod a/b",
    paths: ["spec"],
    reason: "mounts",
    origin: "policy/exceptions.ts",
    expires: "2030-01-31",
};

/** Figures at a bound: nodes, total, requests and volumes; before, then after. */
function figures(before: [number, number, number], after: [number, number, number]) {
    const of = ([nodes, monthly, requested]: [number, number, number]) => ({ nodes, monthly, requested });
    return { before: of(before), after: of(after) };
}

const cost: NonNullable<PreviewReport["cost"]> = {
    currency: "USD",
    pricesDate: "2026-11-28",
    node: { before: "m6i.large", after: "m6i.large" },
    figures: { minimum: figures([1, 70.4, 23], [2, 140.4, 33.5]), maximum: figures([2, 140.4, 33], [3, 210.5, 44]) },
    objects: [{ path: "Deployment mesh/mesh", before: "2 pods", after: "4 pods" }],
    settings: [{ path: "mesh.replicas", before: "2", after: "4" }],
};

describe("Pipeline: cost in the comment on a pull request", () => {
    it("is not there where nothing about it changes", () => {
        assert.doesNotMatch(previewComment([report({ changes: [update] })], "", ""), /cost|USD/i);
    });

    it("has the difference in its first line, then before, after and difference at both bounds", () => {
        const text = previewComment([report({ cost })], "", "");
        assert.match(text, /\*\*staging: estimated monthly cost increases by 70\.10 USD \(\+49\.9 %\)\*\*/);
        assert.match(
            text,
            /\| autoscaling minimum: total, 1 → 2 nodes \| 70\.40 USD \| 140\.40 USD \| \+70\.00 USD \|/,
        );
        assert.match(
            text,
            /\| autoscaling maximum: of it requests and volumes \| 33\.00 USD \| 44\.00 USD \| \+11\.00 USD \|/,
        );
        assert.match(text, /Nodes: `m6i\.large`\. Prices of 2026-11-28\./);
    });

    it("has one pair of rows without an autoscaler", () => {
        const { maximum } = cost.figures;
        const text = previewComment([report({ cost: { ...cost, figures: { minimum: maximum, maximum } } })], "", "");
        assert.match(text, /\| all pods: total, 2 → 3 nodes \|/);
        assert.doesNotMatch(text, /autoscaling/);
    });

    it("says why: the objects, then the settings, in a block of code", () => {
        const text = previewComment([report({ cost })], "", "");
        assert.match(
            text,
            /why the cost changes \(2\)<\/code><\/summary>\n\n````diff\n! Deployment mesh\/mesh\n- {3}2 pods\n\+ {3}4 pods\n! mesh\.replicas\n- {3}2\n\+ {3}4\n````/,
        );
    });

    it("says so when only requests change, and when the cost decreases", () => {
        const same = figures([1, 70, 23], [1, 70, 24]);
        const only = previewComment([report({ cost: { ...cost, figures: { minimum: same, maximum: same } } })], "", "");
        assert.match(only, /\*\*staging: requests change, the estimated monthly cost does not\*\*/);
        assert.match(only, /\| \+1\.00 USD \|/);
        const less = figures([2, 140, 30], [1, 70, 20]);
        const text = previewComment([report({ cost: { ...cost, figures: { minimum: less, maximum: less } } })], "", "");
        assert.match(text, /decreases by 70\.00 USD \(-50\.0 %\)/);
    });
});

describe("Pipeline: comment on a pull request", () => {
    it("begins with its marker and a line for each stack, and ends with its footer", () => {
        const text = previewComment(
            [report(), report({ stack: "prod", exceptions: [used, used, used] })],
            "<!-- m -->",
            "the end",
        );
        assert.match(text, /^<!-- m -->\n### Preview\n/);
        assert.match(text, /\| staging \| none \(9 resources\) \| passed \|/);
        assert.match(text, /\| prod \| none \(9 resources\) \| passed, 3 exceptions used \|/);
        assert.match(text, /the end$/);
    });

    it("has a line for a stack whose job left no report", () => {
        const text = previewComment([report()], "", "", [{ stack: "prod", reason: "missing" }]);
        assert.match(text, /\| staging \| none .*\n\| prod \| \*\*no report\*\*: .* \| not evaluated \|/);
    });

    it("shows changes as a diff", () => {
        const text = previewComment([report({ changes: [update] })], "", "");
        assert.match(text, /1 to update/);
        assert.match(text, /diff\n! Deployment mesh\/mesh\n- {3}spec\.replicas: 2\n\+ {3}spec\.replicas: 3\n/);
    });

    it("warns of what is replaced, one object a line with what it costs", () => {
        const text = previewComment([report({ changes: [{ ...update, op: "replace" }] })], "", "");
        assert.match(
            text,
            /> \[!WARNING\]\n> staging: 1 object replaced\n\n````text\nDeployment mesh\/mesh: its pods are deleted first; .*\n````/,
        );
        assert.match(text, /\*\*1\*\* to replace/);
    });

    it("shows violations before changes, and advisory findings folded after them", () => {
        const remark = { ...violation, rule: "image-tag", level: "advisory" } as const;
        const text = previewComment([report({ changes: [update], findings: [violation, remark] })], "", "");
        const at = (part: string) => {
            assert.ok(text.includes(part), part);
            return text.indexOf(part);
        };
        assert.ok(at("\nhost-path: Pod a/b: bad.\n    Remove it.\n") < at("! Deployment"));
        assert.ok(at("! Deployment") < at("\nimage-tag: Pod a/b: bad."));
        assert.match(text, /\*\*1 violation\*\*, 1 advisory finding /);
    });

    it("shows why a program failed, and claims nothing about its policies", () => {
        const text = previewComment([report({ errors: ["mesh.replicas = 0\n  must be: 1"] })], "", "");
        assert.match(text, /\| staging \| \*\*failed\*\* \| not evaluated \|/);
        assert.match(text, /mesh\.replicas = 0\n {2}must be: 1\n/);
    });

    it("fits into a comment whatever its size, and says that it was truncated", () => {
        const changes = Array.from({ length: 3000 }, () => update);
        const findings = Array.from({ length: 500 }, () => ({ ...violation, message: "x".repeat(500) }));
        for (const full of [
            report({ changes }),
            report({ changes, findings }),
            report({ errors: ["y".repeat(19_000)] }),
        ]) {
            const text = previewComment([full, { ...full, stack: "prod" }], "<!-- m -->", "the end");
            assert.ok(Buffer.byteLength(text) <= 65_536, `${text.length}`);
            assert.match(text, /^<!-- m -->/);
            assert.match(text, /the end$/);
        }
        assert.match(previewComment([report({ changes })], "", ""), /\d+ parts left out/);
    });

    it("lists used exceptions with reason and last day, folded", () => {
        const text = previewComment([report({ exceptions: [used, { ...used, expires: undefined }] })], "", "");
        assert.match(text, /<details><summary><code>staging: exceptions used \(2\)<\/code>/);
        assert.match(text, /\nhost-path: Pod a\/b: spec: mounts \(until 2030-01-31; policy\/exceptions\.ts\)\n/);
        assert.match(text, /: mounts \(no end date; /);
    });

    it("has a line for a stack whose report is invalid", () => {
        const text = previewComment([], "", "", [{ stack: "prod", reason: "invalid" }]);
        assert.match(text, /\| prod \| \*\*report invalid\*\*: .* \| not evaluated \|/);
    });
});

describe("Pipeline: issue about drift", () => {
    it("has what differs from the program, and only counts what is not deployed yet", () => {
        const ahead = { ...update, object: "ConfigMap mesh/c", undeployed: true };
        const text = driftIssue([report({ changes: [update, ahead] }), report({ stack: "prod" })], "<!-- d -->", "end");
        assert.match(text, /^<!-- d -->\n/);
        assert.match(text, /\| staging \| 1 to update \| 1 \|/);
        assert.match(text, /Deployment mesh\/mesh/);
        assert.doesNotMatch(text, /ConfigMap mesh\/c|\| prod \|/);
    });
});

describe("Pipeline: reports of another job", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-reports-"));
    after(() => {
        rmSync(folder, { recursive: true });
    });

    const read = (text: string) => {
        const file = join(folder, "staging.json");
        writeFileSync(file, text);
        return readReport(file);
    };

    it("are read as they were written", () => {
        const written = report({ changes: [update], findings: [violation], cost });
        assert.deepEqual(read(JSON.stringify(written)), written);
    });

    for (const [what, text] of [
        ["no JSON", "{"],
        ["another shape", '{"stack":"staging"}'],
        ["another stack", JSON.stringify(report({ stack: "../prod" }))],
        ["an unknown operation", JSON.stringify(report({ changes: [{ ...update, op: "boom" as "update" }] }))],
        ["a text without end", JSON.stringify(report({ errors: ["x".repeat(30_000)] }))],
        ["too much", " ".repeat(5_000_001)],
        ["an object without a name", JSON.stringify(report({ changes: [{ ...update, object: "" }] }))],
        [
            "a name that nobody sees",
            JSON.stringify(report({ changes: [{ ...update, object: "\u200b\u202e\u3164 " }] })),
        ],
        ["a finding without a text", JSON.stringify(report({ findings: [{ ...violation, message: "\n" }] }))],
        ["a currency that is markup", JSON.stringify(report({ cost: { ...cost, currency: "**" } }))],
        [
            "a node type that is markup",
            JSON.stringify(report({ cost: { ...cost, node: { before: "m6i.large", after: "`@org/team`" } } })),
        ],
        ["a price that is none", JSON.stringify(report({ cost: { ...cost, pricesDate: "<b>" } }))],
        ["markup in what it is compared with", JSON.stringify(report({ against: "@org/team" }))],
    ] as const) {
        it(`are refused when they hold ${what}`, () => {
            assert.throws(() => read(text), /is not a report/);
        });
    }

    it("are refused in a few lines, however much is wrong with them", () => {
        for (const evil of [
            JSON.stringify({ ...report(), changes: Array.from({ length: 1_600_000 }, () => []) }),
            JSON.stringify({ ...report(), changes: Array.from({ length: 9_000 }, () => ({ op: "x".repeat(400) })) }),
            JSON.stringify({ ...report(), errors: [1], changes: [1], findings: [1], exceptions: [1], stack: 1 }),
            `{"stack":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`,
        ]) {
            assert.throws(
                () => read(evil),
                ({ message }: Error) => message.includes("is not a report") && message.length < 2000,
            );
        }
    });

    it("are refused when they are not a file", () => {
        assert.throws(() => readReport(folder), /is not a report: it must be a file/);
    });

    it("stop an update for a fault or a mandatory finding, and for nothing else", () => {
        assert.equal(isBroken(report({ changes: [update] })), false);
        assert.equal(isBroken(report({ findings: [{ ...violation, level: "advisory" }] })), false);
        assert.equal(isBroken(report({ findings: [violation] })), true);
        assert.equal(isBroken(report({ errors: ["x"] })), true);
    });
});
