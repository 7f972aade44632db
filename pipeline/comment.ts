import { z } from "zod";
import type { GitHub } from "./github";

/** First line of the one comment on a pull request. */
export const COMMENT_MARKER = "<!-- x0tta6bl4: preview -->";

/** Who writes for a job. */
const BOT = "github-actions[bot]";

/** The event `workflow_run`: the preview that came to its end. */
export const workflowRunSchema = z.object({
    workflow_run: z.object({
        head_sha: z.string().regex(/^[0-9a-f]{40,64}$/),
        head_branch: z.string().min(1),
        head_repository: z.object({ owner: z.object({ login: z.string().min(1) }) }),
        html_url: z.string(),
    }),
});

/** See {@link workflowRunSchema}. */
export type WorkflowRun = z.infer<typeof workflowRunSchema>["workflow_run"];

const pullSchema = z.object({ number: z.int(), head: z.object({ sha: z.string() }) });

const commentSchema = z.object({
    id: z.number(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
});

const doneSchema = z.object({ html_url: z.string() });

/**
 * The open pull request whose head the preview ran on. GitHub names none in the event when it comes from a fork, and what
 * the preview's own job says cannot be trusted: it ran the pull request's code.
 * @returns `undefined` when it is closed, or has newer commits whose own preview will come.
 */
export async function pullRequestOf(gitHub: GitHub, run: WorkflowRun): Promise<number | undefined> {
    const head = encodeURIComponent(`${run.head_repository.owner.login}:${run.head_branch}`);
    const open = await gitHub.list(`/pulls?state=open&head=${head}`, pullSchema);
    return open.find((pull) => pull.head.sha === run.head_sha)?.number;
}

/** Writes the one comment on a pull request, or anew when it is there. @returns its address. */
export async function writeComment(gitHub: GitHub, pull: number, body: string): Promise<string> {
    const comments = await gitHub.list(`/issues/${pull}/comments`, commentSchema);
    const own = comments.find((comment) => comment.user?.login === BOT && comment.body?.startsWith(COMMENT_MARKER));
    const { html_url } =
        own === undefined
            ? await gitHub.send("POST", `/issues/${pull}/comments`, doneSchema, { body })
            : await gitHub.send("PATCH", `/issues/comments/${own.id}`, doneSchema, { body });
    return html_url;
}
