import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { localPaths } from "../../process/paths";
import { createProgress } from "../../terminal/progress";
import { terminalOf } from "../../terminal/text";
import { type Arguments, parseArguments, USAGE } from "./arguments";
import { diagnose } from "../../preflight/doctor";
import { prepare } from "./prepare";
import type { Surroundings } from "./providers";
import { exitCode, reportJson, reportText } from "../../preflight/report";

/**
 * `npx x0 cluster`.
 * @param changes What a test replaces.
 * @returns exit code 0 fine, 1 a check failed.
 * @throws UsageError for wrong arguments; UserError and CommandError, whose messages are for the user.
 */
export async function main(argv: readonly string[], changes: Partial<Surroundings> = {}): Promise<number> {
    const args = parseArguments(argv);
    const { command } = args;
    if (command === "help") {
        console.log(USAGE);
        return 0;
    }
    const surroundings = { ...realSurroundings(args), ...changes };
    const report = await (command === "doctor" ? diagnose(args, surroundings) : prepare(args, command, surroundings));
    console.log(args.format === "json" ? reportJson(report) : `\n${reportText(report, terminalOf())}`);
    return exitCode(report);
}

function realSurroundings({ format }: Arguments): Surroundings {
    return {
        // Beside a JSON report there is nothing else on standard output.
        progress: createProgress(format === "json" ? process.stderr : process.stdout),
        confirm: ask,
        paths: localPaths(),
        program: async () => (await import("../../index.js")).default(),
        env: process.env,
        kubeconfigs: join(homedir(), ".kube", "x0tta6bl4"),
        k3sKubeconfig: "/etc/rancher/k3s/k3s.yaml",
    };
}

/** Asks on the terminal; without one the answer is no. */
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
