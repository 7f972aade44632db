import { z } from "zod";
import type { GitHub } from "./github";

/** First line of the one comment on a pull request. */
export const COMMENT_MARKER = "<!-- x0tta6bl4: preview -->";

/** Account that a job writes as. */
const BOT = "github-actions[bot]";

/** The event `workflow_run`: a preview that has ended. */
export const workflowRunSchema = z.object({
    workflow_run: z.object({
        head_sha: z.string().regex(/^[0-9a-f]{40,64}$/),
        head_branch: z.string().min(1),
        head_repository: z.object({ owner: z.object({ login: z.string().min(1) }) }),
        html_url: z.string(),
    }),
});

/** See {@link workflowRunSchema}. */
type WorkflowRun = z.infer<typeof workflowRunSchema>["workflow_run"];

const pullSchema = z.object({ number: z.int(), head: z.object({ sha: z.string() }) });

const commentSchema = z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
});

const doneSchema = z.object({ html_url: z.string() });

/** A pull request that a preview may have run for. */
interface Candidate {
    /** Its number. */
    readonly number: number;
    /** Whether the preview ran for it and for no other one. */
    readonly certain: boolean;
}

/**
 * The open pull requests whose head the preview ran on. GitHub names none in the event when the head is in a fork, and
 * the preview's own job cannot be trusted: it ran the pull request's code. Only where several have that head (two branches
 * as bases) what the job says decides among them, and the worst that it can do is to name the other of the two.
 * @param claimed Number that the job's reports name.
 * @returns none when it is closed, or has newer commits, which get a preview of their own; all that have the head, none of
 * them certain, when the reports name none of several.
 */
export async function pullRequestsOf(gitHub: GitHub, run: WorkflowRun, claimed?: number): Promise<Candidate[]> {
    const head = encodeURIComponent(`${run.head_repository.owner.login}:${run.head_branch}`);
    const open = await gitHub.list(`/pulls?state=open&head=${head}`, pullSchema);
    const numbers = open.filter((pull) => pull.head.sha === run.head_sha).map(({ number }) => number);
    const named = numbers.length === 1 ? numbers : numbers.filter((number) => number === claimed);
    return named.length === 1
        ? named.map((number) => ({ number, certain: true }))
        : numbers.map((number) => ({ number, certain: false }));
}

/** Writes the one comment on a pull request, or replaces it. @returns its URL. */
export async function writeComment(gitHub: GitHub, pull: number, body: string): Promise<string> {
    const comments = await gitHub.list(`/issues/${pull}/comments`, commentSchema);
    const own = comments.find((comment) => comment.user?.login === BOT && comment.body?.startsWith(COMMENT_MARKER));
    const { html_url } =
        own === undefined
            ? await gitHub.send("POST", `/issues/${pull}/comments`, doneSchema, { body })
            : await gitHub.send("PATCH", `/issues/comments/${own.id}`, doneSchema, { body });
    return html_url;
}
