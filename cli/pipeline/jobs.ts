import { driftReport, liveEngine, planReport } from "../../pipeline/live";
import { driftOf } from "../../pipeline/markdown";
import { previewReport } from "../../pipeline/preview";
import { publishComment, publishIssue, publishReport } from "../../pipeline/publish";
import { render } from "../../pipeline/render";
import { provideTools } from "../../pipeline/tools";
import { EXIT } from "../../terminal/commandLine";
import { createProgress } from "../../terminal/progress";
import type { Context } from "../command";

/** Options of the jobs that preview a stack; `output` is a file for the report, `plan` one for the plan. */
export interface PreviewOptions {
    readonly stack: string;
    readonly base?: string;
    readonly output?: string;
    readonly configFile?: string;
}

/** Options of the jobs that read reports. */
export interface ReportsOptions {
    readonly reports: string;
    readonly dryRun?: boolean;
}

/** `x0 pipeline tools`. @returns the exit code. */
export async function toolsJob(names: readonly string[], { env }: Context): Promise<number> {
    console.log((await provideTools(names, createProgress(), env)).join("\n"));
    return EXIT.done;
}

/** `x0 pipeline preview`. @returns the exit code. */
export async function previewJob({ stack, base, output }: PreviewOptions, { env }: Context): Promise<number> {
    return publishReport(await previewReport(stack, base, createProgress()), env, output);
}

/** `x0 pipeline render`. @returns the exit code. */
export async function renderJob({
    stack,
    output,
}: Required<Pick<PreviewOptions, "stack" | "output">>): Promise<number> {
    console.log(`${await render(stack, output, createProgress())} objects in ${output}`);
    return EXIT.done;
}

/** `x0 pipeline plan`. @returns the exit code. */
export async function planJob(
    { stack, plan, configFile }: PreviewOptions & { readonly plan: string },
    { env }: Context,
): Promise<number> {
    return publishReport(await planReport(liveEngine(stack, configFile), plan), env);
}

/** `x0 pipeline drift`. @returns the exit code: wrong when the live objects differ. */
export async function driftJob({ stack, output, configFile }: PreviewOptions, { env }: Context): Promise<number> {
    const report = await driftReport(liveEngine(stack, configFile));
    const code = publishReport(report, env, output);
    return code === EXIT.done && driftOf(report).length > 0 ? EXIT.wrong : code;
}

/** `x0 pipeline comment`. @returns the exit code. */
export function commentJob({ reports, dryRun = false }: ReportsOptions, { env }: Context): Promise<number> {
    return publishComment(reports, dryRun, env);
}

/** `x0 pipeline issue`. @returns the exit code. */
export function issueJob({ reports, dryRun = false }: ReportsOptions, { env }: Context): Promise<number> {
    return publishIssue(reports, dryRun, env);
}
