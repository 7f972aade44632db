import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { diagnose } from "../../preflight/doctor";
import { exitCode, type Report, reportJson, reportText } from "../../preflight/report";
import { localPaths } from "../../process/paths";
import { createProgress } from "../../terminal/progress";
import { terminalOf } from "../../terminal/text";
import { prepare } from "./prepare";
import type { ProviderSurroundings } from "./providers";
import type { ClusterRequest, ClusterKind } from "./request";

/** Options of the command. */
export interface ClusterRun {
    /** Print the report as JSON. */
    readonly json: boolean;
    /** Dependencies that tests replace. */
    readonly changes?: Partial<ProviderSurroundings>;
}

/** Prepares a cluster for a stack and prints the report. @returns the exit code. */
export async function prepareCluster(kind: ClusterKind, request: ClusterRequest, run: ClusterRun): Promise<number> {
    return finish(await prepare(request, kind, { ...realSurroundings(run), ...run.changes }), run);
}

/** Checks a stack and prints the report. @returns the exit code. */
export async function runDoctor(
    request: Pick<ClusterRequest, "stack" | "configFile">,
    run: ClusterRun,
): Promise<number> {
    return finish(await diagnose(request, { ...realSurroundings(run), ...run.changes }), run);
}

function finish(report: Report, { json }: ClusterRun): number {
    console.log(json ? reportJson(report) : `\n${reportText(report, terminalOf())}`);
    return exitCode(report);
}

function realSurroundings({ json }: ClusterRun): ProviderSurroundings {
    return {
        // Standard output contains only the JSON report.
        progress: createProgress(json ? process.stderr : process.stdout),
        confirm: ask,
        paths: localPaths(),
        program: async () => (await import("../../index.js")).default(),
        env: process.env,
        kubeconfigs: join(homedir(), ".kube", "x0tta6bl4"),
        k3sKubeconfig: "/etc/rancher/k3s/k3s.yaml",
    };
}

/** Prompts on the terminal; without a terminal the answer is no. */
async function ask(question: string): Promise<boolean> {
    if (!terminalOf().interactive) {
        return false;
    }
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    try {
        return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
    } finally {
        terminal.close();
    }
}
