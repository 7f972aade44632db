import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { localPaths } from "../../process/paths";
import { findInCache } from "../../tools/find";
import { PROJECT_ROOT } from "../../project";

const FOLDER = join(PROJECT_ROOT, ".github", "workflows");

const permissionsSchema = z.record(z.string(), z.enum(["read", "write", "none"]));

const jobSchema = z.object({
    permissions: permissionsSchema,
    if: z.string().default(""),
    concurrency: z.object({ group: z.string(), "cancel-in-progress": z.boolean() }).optional(),
    "timeout-minutes": z.int().max(60),
    environment: z.string().optional(),
    steps: z.array(
        z.object({
            uses: z.string().optional(),
            run: z.string().optional(),
            with: z.record(z.string(), z.unknown()).default({}),
            env: z.record(z.string(), z.string()).default({}),
        }),
    ),
});

const workflowSchema = z.object({
    on: z.record(z.string(), z.unknown()),
    permissions: permissionsSchema,
    jobs: z.record(z.string(), jobSchema),
});

const WORKFLOWS = readdirSync(FOLDER).map((file) => {
    const text = readFileSync(join(FOLDER, file), "utf8");
    return { file, text, ...workflowSchema.parse(parse(text)) };
});

const JOBS = WORKFLOWS.flatMap(({ file, on, jobs }) =>
    Object.entries(jobs).map(([name, job]) => ({ name: `${file}: ${name}`, on: Object.keys(on), ...job })),
);

/** Names of the jobs for which something holds. */
function those(holds: (job: (typeof JOBS)[number]) => boolean): string[] {
    return JOBS.filter(holds).map(({ name }) => name);
}

const checksOut = ({ steps }: (typeof JOBS)[number]) => steps.some(({ uses }) => uses?.startsWith("actions/checkout@"));

const mayWrite = ({ permissions }: (typeof JOBS)[number]) => Object.values(permissions).includes("write");

describe("Workflows", () => {
    it("are those that the documentation lists", () => {
        assert.deepEqual(WORKFLOWS.map(({ file }) => file).sort(), [
            "bench.yml",
            "check.yml",
            "cluster.yml",
            "comment.yml",
            "delivery.yml",
            "deploy.yml",
            "drift.yml",
            "faults.yml",
            "images.yml",
            "policy.yml",
            "preview.yml",
            "servicemesh.yml",
        ]);
    });

    it("pass actionlint", async function () {
        const { X0TTA6BL4_ACTIONLINT: given } = process.env;
        const actionlint = given ?? (await findInCache("actionlint", localPaths()))?.path ?? "actionlint";
        const found = spawnSync(actionlint, ["-no-color", "-shellcheck=", "-pyflakes="], {
            cwd: PROJECT_ROOT,
            encoding: "utf8",
        });
        if (found.error !== undefined) {
            console.log(
                "        actionlint is not installed; `npm test` gets it, or set X0TTA6BL4_ACTIONLINT to its path",
            );
            this.skip();
        }
        assert.equal(found.stdout + found.stderr, "");
        assert.equal(found.status, 0);
    });

    it("use actions of GitHub only, each pinned to the commit of one version", () => {
        const uses = WORKFLOWS.flatMap(({ text }) =>
            Array.from(text.matchAll(/uses: (.*)$/gm), (match) => match[1] ?? ""),
        );
        assert.ok(uses.length > 10);
        for (const use of uses) {
            assert.match(use, /^(actions|github)\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
        }
        const versions = new Map(uses.map((use) => [use.split("@")[0], use]));
        assert.deepEqual([...new Set(uses)].sort(), [...versions.values()].sort());
    });

    it("grant no permission to a whole workflow", () => {
        for (const { file, permissions } of WORKFLOWS) {
            assert.deepEqual(permissions, {}, file);
        }
    });

    it("grant write permissions to these jobs only", () => {
        const writing = JOBS.filter(mayWrite).map(({ name, permissions }) => [
            name,
            ...Object.keys(permissions).filter((scope) => permissions[scope] === "write"),
        ]);
        assert.deepEqual(writing, [
            ["comment.yml: comment", "pull-requests"],
            ["drift.yml: issue", "issues"],
            ["images.yml: upload", "security-events"],
            ["policy.yml: upload", "security-events"],
        ]);
    });

    it("never run a pull request's code with a write permission or a secret", () => {
        assert.deepEqual(
            those(({ on }) => on.includes("pull_request_target")),
            [],
        );
        const pullRequest = (job: (typeof JOBS)[number]) => job.on.includes("pull_request");
        assert.deepEqual(
            those((job) => pullRequest(job) && checksOut(job) && mayWrite(job)),
            [],
        );
        const ofPullRequests = WORKFLOWS.filter(({ on }) => "pull_request" in on || "workflow_run" in on);
        assert.deepEqual(
            ofPullRequests.filter(({ text }) => /\bsecrets\b\s*[.[]/.test(text)).map(({ file }) => file),
            [],
        );
        // What starts after another workflow checks out the default branch: no ref is named.
        const refs = JOBS.filter(({ on }) => on.includes("workflow_run")).flatMap(({ steps }) =>
            steps.filter((step) => "ref" in step.with || "repository" in step.with),
        );
        assert.deepEqual(refs, []);
    });

    it("keep the credentials of the clusters to jobs with an environment", () => {
        const withSecrets = those(({ steps }) => JSON.stringify(steps).includes("secrets."));
        assert.deepEqual(withSecrets, [
            "deploy.yml: staging",
            "deploy.yml: prod-plan",
            "deploy.yml: prod",
            "drift.yml: compare",
        ]);
        assert.deepEqual(
            those(({ steps, environment }) => JSON.stringify(steps).includes("secrets.") && environment === undefined),
            [],
        );
    });

    it("put no expression into a script", () => {
        const scripts = JOBS.flatMap(({ steps }) => steps.map(({ run = "" }) => run));
        assert.ok(scripts.some((script) => script.includes("npm ci")));
        assert.deepEqual(
            scripts.filter((script) => script.includes("${{")),
            [],
        );
    });

    it("do not leave the token in the checkout", () => {
        const checkouts = JOBS.flatMap(({ steps }) =>
            steps.filter(({ uses }) => uses?.startsWith("actions/checkout@")),
        );
        assert.ok(checkouts.length > 5);
        assert.ok(checkouts.every((step) => step.with["persist-credentials"] === false));
    });

    it("write the comment of each preview: none cancels another's, and none is left standing without reports", () => {
        const { text } = WORKFLOWS.find(({ file }) => file === "comment.yml") ?? { text: "" };
        assert.match(text, /\n {2}group: comment-\$\{\{ github\.event\.workflow_run\.id \}\}\n/);
        assert.match(text, /download-artifact@.*\n {8}continue-on-error: true\n/);
    });

    it("upload a bill of materials, and SARIF of rendered objects with their charts", () => {
        const runs = JOBS.flatMap(({ name, steps }) => steps.map(({ run = "" }) => `${name}: ${run}`));
        assert.ok(runs.includes("check.yml: sbom: npm sbom --sbom-format cyclonedx > sbom.cdx.json"));
        const check = runs.filter((run) => run.startsWith("policy.yml: check: "));
        assert.match(check.join("\n"), /tools helm\n[^]* render --stack [^]* --format sarif /);
    });

    it("have owners who review every change", () => {
        assert.match(readFileSync(join(PROJECT_ROOT, ".github", "CODEOWNERS"), "utf8"), /^\* +@/m);
    });

    it("queue updates behind updates only", () => {
        const groups = JOBS.flatMap(({ name, concurrency }) =>
            concurrency === undefined ? [] : [[name, concurrency.group] as const],
        );
        assert.deepEqual(groups, [
            ["deploy.yml: staging", "stack-staging"],
            ["deploy.yml: prod", "stack-prod"],
            ["drift.yml: compare", "drift-${{ matrix.stack }}"],
            ["drift.yml: issue", "drift-issue"],
        ]);
    });

    it("reach the clusters from main only, however they are started", () => {
        const first = JOBS.filter(({ name }) => ["deploy.yml: staging", "drift.yml: compare"].includes(name));
        assert.equal(first.length, 2);
        for (const job of first) {
            assert.match(job.if, /&& github\.ref == 'refs\/heads\/main'/, job.name);
        }
    });

    it("never cancel an update", () => {
        const updates = WORKFLOWS.filter(({ text }) => text.includes("pulumi up"));
        assert.deepEqual(
            updates.map(({ file }) => file),
            ["cluster.yml", "deploy.yml"],
        );
        // The cluster of cluster.yml is deleted with its runner.
        const lasting = updates.filter(({ file }) => file !== "cluster.yml");
        assert.ok(lasting.every(({ text }) => !text.includes("cancel-in-progress: true")));
    });
});
