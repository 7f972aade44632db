import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localPaths } from "../../process/paths";
import { previewComment } from "../../pipeline/markdown";
import { previewReport } from "../../pipeline/preview";
import { render } from "../../pipeline/render";
import { isBroken, type PreviewReport } from "../../engine/report";
import { run as policyCheck } from "../../policy/cli/run";
import { progress } from "./support/embedded";
import { copyProject, git } from "./support/project";

const { checkout: CHECKOUT } = localPaths();

describe("Preview of a pull request, without a cluster", () => {
    const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-pull-request-"));

    before(() => {
        copyProject(folder);
    });

    afterEach(() => {
        git(folder, "reset", "--quiet", "--hard");
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    /** Result of a pull request that replaces a text in a file. */
    async function pullRequest(file: string, from: string, to: string): Promise<PreviewReport> {
        const text = readFileSync(join(folder, file), "utf8");
        assert.ok(text.includes(from), `${file} has no ${from}`);
        writeFileSync(join(folder, file), text.replace(from, to));
        return previewReport("staging", "HEAD", progress, folder);
    }

    it("shows a changed setting as what it changes in the cluster, and nothing else", async () => {
        const report = await pullRequest("Pulumi.staging.yaml", "logLevel: DEBUG", "logLevel: ERROR");
        assert.equal(isBroken(report), false, previewComment([report], "", ""));
        assert.deepEqual(
            report.changes.map(({ op, object, details }) => [op, object, details.map(({ path }) => path)]),
            [
                ["update", "ConfigMap x0tta6bl4-staging/staging-x0tta6bl4-config", ["data.LOG_LEVEL"]],
                [
                    "update",
                    "Deployment x0tta6bl4-staging/staging-x0tta6bl4",
                    ['spec.template.metadata.annotations["checksum/config"]'],
                ],
            ],
        );
        assert.match(previewComment([report], "", ""), /- {3}data\.LOG_LEVEL: DEBUG\n\+ {3}data\.LOG_LEVEL: ERROR/);
    });

    it("shows what a change costs, and judges it by the budget that the stack sets", async () => {
        const report = await pullRequest(
            "Pulumi.staging.yaml",
            "  x0tta6bl4:mesh:\n",
            "  x0tta6bl4:cost:\n    budget: { monthly: 100, increasePercent: 5 }\n  x0tta6bl4:mesh:\n    replicas: 60\n",
        );
        const { before, after: wanted } = report.cost?.figures.maximum ?? assert.fail("no cost");
        assert.ok(wanted.nodes > before.nodes && wanted.monthly > before.monthly);
        assert.deepEqual(
            report.findings.filter(({ rule }) => rule === "cost-budget").map(({ level }) => level),
            ["mandatory", "advisory"],
        );
        const comment = previewComment([report], "", "");
        assert.match(comment, /\*\*staging: estimated monthly cost increases by \d+\.\d\d USD/);
        assert.match(comment, /! mesh\.replicas\n\+ {3}60\n/);
    });

    it("shows a policy violation with its object and its fix, next to the change", async () => {
        const report = await pullRequest(
            "components/shared/podSecurity.ts",
            "allowPrivilegeEscalation: false",
            "allowPrivilegeEscalation: true",
        );
        assert.equal(isBroken(report), true);
        const messages = report.findings
            .filter(({ rule, level }) => rule === "privilege-escalation" && level === "mandatory")
            .map(({ message }) => message);
        const expected =
            /Deployment x0tta6bl4-staging\/staging-x0tta6bl4: container "x0tta6bl4" .* is true\. Set it to false/;
        assert.ok(
            messages.some((message) => expected.test(message)),
            messages.join("\n"),
        );
        assert.deepEqual(report.errors, []);
        assert.ok(report.changes.some(({ object }) => object.startsWith("Deployment x0tta6bl4-staging/")));
    });

    it("shows why a program fails, without a stack trace, and claims no changes", async () => {
        const report = await pullRequest("Pulumi.staging.yaml", "replicas: 1", "replicas: 0");
        assert.equal(isBroken(report), true);
        assert.match(report.errors.join("\n"), /spire\.server\.replicas = 0/);
        assert.doesNotMatch(report.errors.join("\n"), /^ +at /m);
        assert.deepEqual(report.changes, []);
    });

    it("leaves no worktree and no state behind", () => {
        assert.equal(git(folder, "worktree", "list").trim().split("\n").length, 1);
        assert.deepEqual(readdirSync(join(folder, ".local")), []);
    });
});

describe("Objects of a stack as files", () => {
    for (const stack of ["staging", "prod"]) {
        it(`are all of ${stack}, without secrets, and pass the policies`, async () => {
            const folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-rendered-"));
            try {
                const count = await render(stack, folder, progress);
                const files = readdirSync(folder);
                assert.equal(files.length, count);
                assert.ok(files.some((name) => name.startsWith("Deployment_x0tta6bl4-")));
                const secrets = files.filter((name) => name.startsWith("Secret_"));
                assert.ok(secrets.length > 0);
                for (const name of secrets) {
                    assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /^(data|stringData):/m);
                }
                const config = join(CHECKOUT, "policy", "config", `${stack}.json`);
                const checked = policyCheck(["--stack-rules", "--own-exceptions", "--config", config, folder]);
                assert.equal(checked.status, 0, checked.output + checked.error);
            } finally {
                rmSync(folder, { recursive: true });
            }
        });
    }
});
