import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text as readText } from "node:stream/consumers";
import type { PreviewReport } from "../../engine/report";
import { COMMENT_MARKER } from "../../pipeline/comment";
import { publishComment, publishIssue, publishReport } from "../../pipeline/publish";
import { loggable } from "../../terminal/foreign";
import { http, type LocalServer } from "../support/localServer";

const SHA = "a".repeat(40);

function report(stack: string, parts: Partial<PreviewReport> = {}): PreviewReport {
    return {
        ...{ stack, against: "commit abc", resources: 9, changes: [], findings: [], exceptions: [], errors: [] },
        ...parts,
    };
}

describe("Pipeline: what a job writes", () => {
    let server: LocalServer;
    let folder: string;
    let env: NodeJS.ProcessEnv;
    /** Open pull requests with the head. */
    let pulls: { number: number; head: { sha: string } }[];
    /** Bodies that were written, by request. */
    let written: Record<string, string>;
    let printed: string[];
    /** Pull requests whose comments were read, in order. */
    let read: string[];
    const { log, error } = console;

    before(async () => {
        server = await http((request, response) => {
            void readText(request).then((body) => {
                const line = `${request.method ?? ""} ${request.url?.replace("/repos/o/r", "") ?? ""}`;
                read.push(...(/^GET \/issues\/(\d+)\/comments/.exec(line)?.slice(1) ?? []));
                if (!line.startsWith("GET")) {
                    written[line] = (JSON.parse(body) as { body: string }).body;
                }
                const old = {
                    id: 3,
                    body: `${COMMENT_MARKER}\nAll checks passed`,
                    user: { login: "github-actions[bot]" },
                };
                const answer = line.startsWith("GET /pulls")
                    ? pulls
                    : line.startsWith("GET")
                      ? [old]
                      : { html_url: "u" };
                response.end(JSON.stringify(answer));
            });
        });
    });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "x0tta6bl4-publish-"));
        [pulls, written, printed, read] = [[{ number: 7, head: { sha: SHA } }], {}, [], []];
        const event = {
            workflow_run: {
                head_sha: SHA,
                head_branch: "fix",
                head_repository: { owner: { login: "fork" } },
                html_url: "https://example.org/run",
            },
        };
        writeFileSync(join(folder, "event.json"), JSON.stringify(event));
        env = {
            GITHUB_API_URL: `http://127.0.0.1:${server.port}`,
            GITHUB_REPOSITORY: "o/r",
            GITHUB_TOKEN: "t",
            GITHUB_EVENT_PATH: join(folder, "event.json"),
        };
        console.log = console.error = (line: string) => printed.push(line);
    });

    afterEach(() => {
        Object.assign(console, { log, error });
        rmSync(folder, { recursive: true });
    });

    after(() => server.close());

    /** Puts what a preview left into the folder. */
    const left = (stack: string, content: string | PreviewReport) => {
        const text = typeof content === "string" ? content : JSON.stringify(content);
        writeFileSync(join(folder, `${stack}.json`), text);
    };

    it("is a comment that names who wrote the reports", async () => {
        left("staging", report("staging"));
        left("prod", report("prod"));
        assert.equal(await publishComment(folder, false, env), 0);
        const [body = ""] = Object.values(written);
        assert.match(body, /\| prod \| none \(9 resources\) \| passed \|/);
        assert.match(body, /written by the pull request's own code\.$/);
    });

    for (const [what, content] of [
        ["malformed", "{"],
        ["of 5 MB", `{"stack":"staging","changes":[${"[],".repeat(1_600_000)}[]]}`],
        ["about another stack", JSON.stringify(report("prod"))],
        [
            "with a change of an object without a name",
            JSON.stringify({ ...report("staging"), changes: [{ op: "create", object: "", details: [] }] }),
        ],
    ] as const) {
        it(`replaces an older comment when a report is ${what}, and logs little`, async () => {
            left("staging", content);
            left("prod", report("prod"));
            assert.equal(await publishComment(folder, false, env), 1);
            const body = written["PATCH /issues/comments/3"] ?? "";
            assert.match(body, /\| staging \| \*\*report invalid\*\*/);
            assert.match(body, /\| prod \| none/);
            assert.ok(printed.join("\n").length < 2000);
        });
    }

    it("replaces an older comment when a report is a folder", async () => {
        mkdirSync(join(folder, "staging.json"));
        await publishComment(folder, false, env);
        assert.match(written["PATCH /issues/comments/3"] ?? "", /\*\*report invalid\*\*/);
    });

    it("goes to the one of two pull requests with the same head that the preview ran for", async () => {
        pulls = [
            { number: 7, head: { sha: SHA } },
            { number: 8, head: { sha: SHA } },
        ];
        for (const number of [7, 8]) {
            const job = { GITHUB_REF: `refs/pull/${number}/merge` };
            publishReport(report("staging"), job, join(folder, "staging.json"));
            publishReport(report("prod"), job, join(folder, "prod.json"));
            await publishComment(folder, false, env);
            assert.match(Object.values(written).at(-1) ?? "", /\| staging \| none/);
        }
        assert.deepEqual(read, ["7", "8"]);
    });

    it("goes to both, as invalid, when the reports name neither", async () => {
        pulls = [
            { number: 7, head: { sha: SHA } },
            { number: 8, head: { sha: SHA } },
        ];
        left("staging", report("staging", { pullRequest: 9 }));
        left("prod", report("prod", { pullRequest: 9 }));
        await publishComment(folder, false, env);
        const [body = ""] = Object.values(written);
        assert.match(body, /\| staging \| \*\*report invalid\*\*.*\n\| prod \| \*\*report invalid\*\*/);
        assert.deepEqual(read, ["7", "8"]);
    });

    it("closes no issue about drift when a report is invalid", async () => {
        left("staging", "{");
        left("prod", report("prod"));
        assert.equal(await publishIssue(folder, true, env), 1);
        assert.match(printed.join("\n"), /staging\.json is not a report[^]*No drift\./);
    });

    it("contains no command for the job's runner", () => {
        publishReport(report("staging", { errors: ["x\n::error file=a::b\n  ::stop-commands::t\nc ##[group]d"] }), {});
        assert.doesNotMatch(printed.join("\n"), /^\s*::|##\[/m);
        assert.equal(loggable("a::b\n::c"), "a::b\n: :c");
    });
});
