import assert from "node:assert/strict";
import { text as readText } from "node:stream/consumers";
import { COMMENT_MARKER, pullRequestsOf, writeComment } from "../../pipeline/comment";
import { gitHub } from "../../pipeline/github";
import { ISSUE_MARKER, writeIssue } from "../../pipeline/issue";
import { http, type LocalServer } from "../support/localServer";

/** A request that GitHub got. */
interface Request {
    readonly line: string;
    readonly body: unknown;
}

const REPOSITORY = "/repos/o/r";
const bot = { login: "github-actions[bot]" };

describe("Pipeline: GitHub", () => {
    let server: LocalServer;
    let requests: Request[];
    /** Answers by the beginning of `METHOD path`. */
    let answers: Record<string, unknown>;
    let env: NodeJS.ProcessEnv;

    before(async () => {
        server = await http((request, response) => {
            void readText(request).then((body) => {
                const line = `${request.method ?? ""} ${request.url?.replace(REPOSITORY, "") ?? ""}`;
                requests.push({ line, body: body === "" ? undefined : JSON.parse(body) });
                const key = Object.keys(answers).find((start) => line.startsWith(start));
                const allowed = request.headers.authorization === "Bearer t";
                response.statusCode = !allowed ? 401 : key === undefined ? 404 : 200;
                response.end(JSON.stringify(key === undefined ? { message: "Not Found" } : answers[key]));
            });
        });
        env = {
            GITHUB_API_URL: `http://127.0.0.1:${server.port}`,
            GITHUB_REPOSITORY: "o/r",
            GITHUB_TOKEN: "t",
        };
    });

    beforeEach(() => {
        requests = [];
        answers = {};
    });

    after(() => server.close());

    const written = () => requests.filter(({ line }) => !line.startsWith("GET"));

    it("gets the first comment", async () => {
        answers = { "GET /issues/7/comments": [], "POST /issues/7/comments": { html_url: "u" } };
        assert.equal(await writeComment(gitHub(env), 7, "text"), "u");
        assert.deepEqual(written(), [{ line: "POST /issues/7/comments", body: { body: "text" } }]);
    });

    it("has it updated in place the second time, and no comment of another user", async () => {
        answers = {
            "GET /issues/7/comments": [
                { id: 1, body: `${COMMENT_MARKER} mine`, user: { login: "reviewer" } },
                { id: 2, body: "other", user: bot },
                { id: 3, body: `${COMMENT_MARKER}\nold`, user: bot },
            ],
            "PATCH /issues/comments/3": { html_url: "u" },
        };
        await writeComment(gitHub(env), 7, "text");
        assert.deepEqual(written(), [{ line: "PATCH /issues/comments/3", body: { body: "text" } }]);
    });

    it("is read to the end of its list", async () => {
        const other = { id: 1, body: "x", user: bot };
        answers = {
            "GET /issues/7/comments?per_page=100&page=1": Array.from({ length: 100 }, () => other),
            "GET /issues/7/comments?per_page=100&page=2": [{ id: 9, body: COMMENT_MARKER, user: bot }],
            "PATCH /issues/comments/9": { html_url: "u" },
        };
        await writeComment(gitHub(env), 7, "text");
        assert.equal(written()[0]?.line, "PATCH /issues/comments/9");
    });

    it("reports which pull request has the commit, also one of a fork", async () => {
        const run = {
            head_sha: "a".repeat(40),
            head_branch: "fix/a&b",
            head_repository: { owner: { login: "fork" } },
            html_url: "",
        };
        answers = {
            "GET /pulls?state=open&head=fork%3Afix%2Fa%26b&": [
                { number: 5, head: { sha: "b".repeat(40) } },
                { number: 6, head: { sha: "a".repeat(40) } },
            ],
        };
        assert.deepEqual(await pullRequestsOf(gitHub(env), run), [{ number: 6, certain: true }]);
        // Whatever the reports say.
        assert.deepEqual(await pullRequestsOf(gitHub(env), run, 5), [{ number: 6, certain: true }]);
        assert.deepEqual(await pullRequestsOf(gitHub(env), { ...run, head_sha: "c".repeat(40) }), []);
    });

    it("gets one issue about drift, opened, then updated", async () => {
        answers = { "GET /issues?": [], "POST /issues": { number: 4, html_url: "u" } };
        assert.equal(await writeIssue(gitHub(env), { body: "b", complete: true }), "Opened u");
        assert.deepEqual(written()[0]?.body, {
            title: "Live objects differ from the program",
            body: "b",
            labels: ["drift"],
        });
        requests = [];
        answers = {
            "GET /issues?": [{ number: 4, html_url: "u", body: `${ISSUE_MARKER}\nold`, user: bot }],
            "PATCH /issues/4": { number: 4, html_url: "u" },
        };
        assert.equal(await writeIssue(gitHub(env), { body: "b", complete: true }), "Updated u");
        assert.deepEqual(written(), [{ line: "PATCH /issues/4", body: { body: "b" } }]);
    });

    it("gets it closed only when every stack was compared and nothing differs", async () => {
        answers = {
            "GET /issues?": [{ number: 4, html_url: "u", body: ISSUE_MARKER, user: bot }],
            "POST /issues/4/comments": {},
            "PATCH /issues/4": { number: 4, html_url: "u" },
        };
        assert.match(await writeIssue(gitHub(env), { body: undefined, complete: false }), /^Left u as it is/);
        assert.deepEqual(written(), []);
        assert.equal(await writeIssue(gitHub(env), { body: undefined, complete: true }), "Closed u");
        assert.deepEqual(written().at(-1)?.body, { state: "closed", state_reason: "completed" });
    });

    it("gets no issue where nothing differs and none is open", async () => {
        answers = { "GET /issues?": [] };
        assert.equal(await writeIssue(gitHub(env), { body: undefined, complete: true }), "No drift, no issue.");
        assert.deepEqual(written(), []);
    });

    it("is named with its status when it refuses", async () => {
        const refused = writeComment(gitHub({ ...env, GITHUB_TOKEN: "wrong" }), 7, "text");
        await assert.rejects(refused, /GitHub answers 401 to GET \/issues\/7\/comments/);
    });

    it("is asked for only in a job, and the missing variable is named", () => {
        assert.throws(() => gitHub({ ...env, GITHUB_TOKEN: undefined }), /GITHUB_TOKEN is not set[^]*--dry-run/);
    });
});
