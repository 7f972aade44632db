import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isBroken, type Report, readReport } from "../../engine/report";
import { COMMENT_MARKER, pullRequestOf, workflowRunSchema, writeComment } from "../../pipeline/comment";
import { gitHub, readEvent } from "../../pipeline/github";
import { ISSUE_MARKER, writeIssue } from "../../pipeline/issue";
import { driftReport, liveEngine, planReport } from "../../pipeline/live";
import { driftIssue, driftOf, previewComment } from "../../pipeline/markdown";
import { previewReport } from "../../pipeline/preview";
import { render } from "../../pipeline/render";
import { provideTools } from "../../pipeline/tools";
import { STACKS } from "../../settings/shared/environments";
import { EXIT } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";

/** Options of the jobs that read reports. */
export interface ReportsOptions {
    readonly reports: string;
    readonly dryRun?: boolean;
}

/** `x0 pipeline tools`. @returns the exit code. */
export async function toolsJob(names: readonly string[]): Promise<number> {
    console.log((await provideTools(names, createProgress(), process.env)).join("\n"));
    return EXIT.done;
}

/** `x0 pipeline preview`. @returns the exit code. */
export async function previewJob(options: {
    readonly stack: string;
    readonly base?: string;
    readonly output?: string;
}): Promise<number> {
    return finish(await previewReport(options.stack, options.base, createProgress()), options.output);
}

/** `x0 pipeline render`. @returns the exit code. */
export async function renderJob(options: { readonly stack: string; readonly output: string }): Promise<number> {
    console.log(`${await render(options.stack, options.output, createProgress())} objects in ${options.output}`);
    return EXIT.done;
}

/** `x0 pipeline plan`. @returns the exit code. */
export async function planJob(options: {
    readonly stack: string;
    readonly plan: string;
    readonly configFile?: string;
}): Promise<number> {
    return finish(await planReport(liveEngine(options.stack, options.configFile), options.plan));
}

/** `x0 pipeline drift`. @returns the exit code: wrong when the live objects differ. */
export async function driftJob(options: {
    readonly stack: string;
    readonly output?: string;
    readonly configFile?: string;
}): Promise<number> {
    const report = await driftReport(liveEngine(options.stack, options.configFile));
    const code = finish(report, options.output);
    return code === EXIT.done && driftOf(report).length > 0 ? EXIT.wrong : code;
}

/** Shows a report on the terminal and in the job's summary, and writes it to a file. */
function finish(report: Report, output?: string): number {
    const text = previewComment([report], "", "");
    console.log(text.trim());
    if (process.env.GITHUB_STEP_SUMMARY !== undefined) {
        appendFileSync(process.env.GITHUB_STEP_SUMMARY, text);
    }
    if (output !== undefined) {
        mkdirSync(dirname(output), { recursive: true });
        writeFileSync(output, `${JSON.stringify(report)}\n`);
    }
    if (report.errors.length > 0) {
        return EXIT.cannot;
    }
    return isBroken(report) ? EXIT.wrong : EXIT.done;
}

/** The reports of the stacks in a folder; a job that was interrupted wrote none. */
function reportsIn(folder: string): Report[] {
    return STACKS.map((stack) => join(folder, `${stack}.json`))
        .filter((file) => existsSync(file))
        .map(readReport);
}

/** `x0 pipeline comment`. @returns the exit code. */
export async function commentJob({ reports, dryRun }: ReportsOptions): Promise<number> {
    const found = reportsIn(reports);
    const missing = STACKS.filter((name) => found.every(({ stack }) => stack !== name));
    if (dryRun === true) {
        console.log(previewComment(found, COMMENT_MARKER, "", missing));
        return EXIT.done;
    }
    const { workflow_run: run } = readEvent(process.env, workflowRunSchema);
    const api = gitHub(process.env);
    const pull = await pullRequestOf(api, run);
    if (pull === undefined) {
        console.log("No comment: the pull request is closed, or has newer commits.");
        return EXIT.done;
    }
    const footer = `Commit ${run.head_sha.slice(0, 9)}, [full log](${run.html_url}). No cluster was contacted.`;
    console.log(await writeComment(api, pull, previewComment(found, COMMENT_MARKER, footer, missing)));
    return EXIT.done;
}

/** `x0 pipeline issue`. @returns the exit code. */
export async function issueJob({ reports, dryRun }: ReportsOptions): Promise<number> {
    const found = reportsIn(reports);
    const differs = found.some((report) => driftOf(report).length > 0);
    const body = differs
        ? driftIssue(found, ISSUE_MARKER, `Checked: ${found.map(({ stack }) => stack).join(", ")}.`)
        : undefined;
    if (dryRun === true) {
        console.log(body ?? "No drift.");
        return EXIT.done;
    }
    const complete = found.length === STACKS.length && found.every(({ errors }) => errors.length === 0);
    console.log(await writeIssue(gitHub(process.env), { body, complete }));
    return EXIT.done;
}
