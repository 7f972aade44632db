import { z } from "zod";
import type { GitHub } from "./github";

/** First line of the one issue about drift. */
export const ISSUE_MARKER = "<!-- x0tta6bl4: drift -->";

/** Label by which the issue is found again; GitHub creates it on first use. */
const LABEL = "drift";

const TITLE = "Live objects differ from the program";

const issueSchema = z.object({
    number: z.int(),
    html_url: z.string(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullish(),
});

/** Result of drift detection. */
interface Drift {
    /** Text of the issue; `undefined` when nothing differs. */
    readonly body: string | undefined;
    /** Whether every stack was compared completely. Only then may the issue be closed. */
    readonly complete: boolean;
}

/**
 * Opens the one issue about drift, updates it, or closes it when nothing differs any more.
 * @returns what was done, for the log.
 */
export async function writeIssue(gitHub: GitHub, { body, complete }: Drift): Promise<string> {
    const open = await gitHub.list(`/issues?state=open&labels=${LABEL}`, issueSchema);
    const own = open.find(
        (issue) => issue.user?.login === "github-actions[bot]" && issue.body?.startsWith(ISSUE_MARKER),
    );
    if (body !== undefined) {
        const issue =
            own === undefined
                ? await gitHub.send("POST", "/issues", issueSchema, { title: TITLE, body, labels: [LABEL] })
                : await gitHub.send("PATCH", `/issues/${own.number}`, issueSchema, { body });
        return `${own === undefined ? "Opened" : "Updated"} ${issue.html_url}`;
    }
    if (own === undefined) {
        return "No drift, no issue.";
    }
    if (!complete) {
        return `Left ${own.html_url} as it is: not every stack could be compared.`;
    }
    await gitHub.send("POST", `/issues/${own.number}/comments`, z.object({}), {
        body: "The live objects match the program again.",
    });
    await gitHub.send("PATCH", `/issues/${own.number}`, issueSchema, { state: "closed", state_reason: "completed" });
    return `Closed ${own.html_url}`;
}
