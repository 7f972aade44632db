import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isBroken, type PreviewReport, readReport } from "../engine/report";
import { STACKS } from "../settings/shared/environments";
import { EXIT } from "../terminal/commandLine";
import { loggable } from "../terminal/foreign";
import { COMMENT_MARKER, pullRequestsOf, workflowRunSchema, writeComment } from "./comment";
import { gitHub, readEvent } from "./github";
import { ISSUE_MARKER, writeIssue } from "./issue";
import { driftIssue, driftOf, type NoReport, previewComment } from "./markdown";

/** Reports of the jobs of a run. */
interface Found {
    /** Valid reports. */
    readonly reports: readonly PreviewReport[];
    /** Stacks without one. */
    readonly others: readonly NoReport[];
    /** Errors of invalid reports, for the log. */
    readonly faults: readonly string[];
}

/** Prints a text that may contain untrusted text. */
function print(text: string): void {
    console.log(loggable(text));
}

/** Pull request that a job runs for, by its reference `refs/pull/7/merge`. */
function pullRequestIn({ GITHUB_REF: ref = "" }: NodeJS.ProcessEnv): number | undefined {
    const [, number] = /^refs\/pull\/([1-9]\d{0,9})\/merge$/.exec(ref) ?? [];
    return number === undefined ? undefined : Number(number);
}

/**
 * Shows a report on the terminal and in the job's summary, and writes it to a file.
 * @returns the exit code: 1 when a policy would stop an update, 2 when the preview failed.
 */
export function publishReport(report: PreviewReport, env: NodeJS.ProcessEnv, output?: string): number {
    const text = previewComment([report], "", "");
    print(text.trim());
    if (env.GITHUB_STEP_SUMMARY !== undefined) {
        appendFileSync(env.GITHUB_STEP_SUMMARY, text);
    }
    if (output !== undefined) {
        mkdirSync(dirname(output), { recursive: true });
        writeFileSync(output, `${JSON.stringify({ ...report, pullRequest: pullRequestIn(env) })}\n`);
    }
    if (report.errors.length > 0) {
        return EXIT.cannot;
    }
    return isBroken(report) ? EXIT.wrong : EXIT.done;
}

/** Reads the reports of all stacks in a folder. An interrupted job wrote none, and a report may have any content. */
function reportsIn(folder: string): Found {
    const reports: PreviewReport[] = [];
    const others: NoReport[] = [];
    const faults: string[] = [];
    for (const stack of STACKS) {
        const file = join(folder, `${stack}.json`);
        if (!existsSync(file)) {
            others.push({ stack, reason: "missing" });
            continue;
        }
        try {
            const report = readReport(file);
            if (report.stack !== stack) {
                throw new Error(`${file} is not a report: it is about another stack.`);
            }
            reports.push(report);
        } catch (error) {
            faults.push(error instanceof Error ? error.message : String(error));
            others.push({ stack, reason: "invalid" });
        }
    }
    return { reports, others, faults };
}

/**
 * Writes the comment on the pull request that a preview ran for. An invalid report is said to be one: an older comment
 * would pass for its result.
 * @returns the exit code: 1 for an invalid report.
 */
export async function publishComment(folder: string, dryRun: boolean, env: NodeJS.ProcessEnv): Promise<number> {
    const { reports, others, faults } = reportsIn(folder);
    for (const fault of faults) {
        console.error(loggable(fault));
    }
    const code = faults.length > 0 ? 1 : 0;
    if (dryRun) {
        print(previewComment(reports, COMMENT_MARKER, "", others));
        return code;
    }
    const { workflow_run: run } = readEvent(env, workflowRunSchema);
    const api = gitHub(env);
    const [claimed, ...differing] = new Set(reports.map(({ pullRequest }) => pullRequest));
    const pulls = await pullRequestsOf(api, run, differing.length === 0 ? claimed : undefined);
    if (pulls.length === 0) {
        console.log("No comment: the pull request is closed, or has newer commits.");
    }
    const footer =
        `Commit ${run.head_sha.slice(0, 9)}, [full log](${run.html_url}). No cluster was read. ` +
        "The reports were written by the pull request's own code.";
    for (const { number, certain } of pulls) {
        const body = certain
            ? previewComment(reports, COMMENT_MARKER, footer, others)
            : previewComment(
                  [],
                  COMMENT_MARKER,
                  footer,
                  STACKS.map((stack) => ({ stack, reason: "invalid" })),
              );
        console.log(await writeComment(api, number, body));
    }
    return code;
}

/** Opens, updates or closes the issue about drift. @returns the exit code: 1 for an invalid report. */
export async function publishIssue(folder: string, dryRun: boolean, env: NodeJS.ProcessEnv): Promise<number> {
    const { reports, faults } = reportsIn(folder);
    for (const fault of faults) {
        console.error(loggable(fault));
    }
    const code = faults.length > 0 ? 1 : 0;
    const differs = reports.some((report) => driftOf(report).length > 0);
    const body = differs
        ? driftIssue(reports, ISSUE_MARKER, `Compared: ${reports.map(({ stack }) => stack).join(", ")}.`)
        : undefined;
    if (dryRun) {
        print(body ?? "No drift.");
        return code;
    }
    const complete = reports.length === STACKS.length && reports.every(({ errors }) => errors.length === 0);
    console.log(await writeIssue(gitHub(env), { body, complete }));
    return code;
}
