import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { exitWith } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import { STACKS } from "../../settings/shared/environments";
import { type Arguments, parseArguments, USAGE } from "../../pipeline/arguments";
import { COMMENT_MARKER, pullRequestOf, workflowRunSchema, writeComment } from "../../pipeline/comment";
import { gitHub, readEvent } from "../../pipeline/github";
import { ISSUE_MARKER, writeIssue } from "../../pipeline/issue";
import { driftReport, liveEngine, planReport } from "../../pipeline/live";
import { driftIssue, driftOf, previewComment } from "../../pipeline/markdown";
import { previewReport } from "../../pipeline/preview";
import { render } from "../../pipeline/render";
import { isBroken, type Report, readReport } from "../../engine/report";
import { provideTools } from "../../pipeline/tools";

/** Exit code of `drift` when the live objects differ; 1 means that they could not be looked at. */
const DRIFTED = 3;

/** `npx x0 pipeline`: exit code 0 good, 1 failed or stopped by a policy, 2 wrong arguments, 3 drift. */
async function main(argv: readonly string[]): Promise<number> {
    const request = parseArguments(argv);
    switch (request.command) {
        case "help":
            console.log(USAGE);
            return 0;
        case "tools":
            console.log((await provideTools(request.names, createProgress(), process.env)).join("\n"));
            return 0;
        case "preview": {
            const report = await previewReport(request.stack, request.base, createProgress());
            return finish(report, request.output);
        }
        case "render":
            console.log(
                `${await render(request.stack, request.output, createProgress())} objects in ${request.output}`,
            );
            return 0;
        case "plan":
            return finish(await planReport(liveEngine(request.stack, request.configFile), request.plan));
        case "drift": {
            const report = await driftReport(liveEngine(request.stack, request.configFile));
            const code = finish(report, request.output);
            return code === 0 && driftOf(report).length > 0 ? DRIFTED : code;
        }
        case "comment":
            return comment(request);
        case "issue":
            return issue(request);
    }
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
    return isBroken(report) ? 1 : 0;
}

/** The reports of the stacks in a folder; a job that was cut short left none. */
function reportsIn(folder: string): Report[] {
    return STACKS.map((stack) => join(folder, `${stack}.json`))
        .filter((file) => existsSync(file))
        .map(readReport);
}

async function comment({ reports, dryRun }: Extract<Arguments, { command: "comment" | "issue" }>): Promise<number> {
    const found = reportsIn(reports);
    const missing = STACKS.filter((name) => found.every(({ stack }) => stack !== name));
    if (dryRun) {
        console.log(previewComment(found, COMMENT_MARKER, "", missing));
        return 0;
    }
    const { workflow_run: run } = readEvent(process.env, workflowRunSchema);
    const api = gitHub(process.env);
    const pull = await pullRequestOf(api, run);
    if (pull === undefined) {
        console.log("No comment: the pull request is closed, or has newer commits.");
        return 0;
    }
    const footer = `Commit ${run.head_sha.slice(0, 9)}, [whole log](${run.html_url}). No cluster was asked.`;
    console.log(await writeComment(api, pull, previewComment(found, COMMENT_MARKER, footer, missing)));
    return 0;
}

async function issue({ reports, dryRun }: Extract<Arguments, { command: "comment" | "issue" }>): Promise<number> {
    const found = reportsIn(reports);
    const differs = found.some((report) => driftOf(report).length > 0);
    const body = differs
        ? driftIssue(found, ISSUE_MARKER, `Looked at: ${found.map(({ stack }) => stack).join(", ")}.`)
        : undefined;
    if (dryRun) {
        console.log(body ?? "No drift.");
        return 0;
    }
    const complete = found.length === STACKS.length && found.every(({ errors }) => errors.length === 0);
    console.log(await writeIssue(gitHub(process.env), { body, complete }));
    return 0;
}

exitWith(main(process.argv.slice(2)));
