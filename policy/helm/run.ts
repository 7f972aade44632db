import { execFile } from "node:child_process";
import { projectFolder } from "./folder";

/** Longest time that helm may take, in milliseconds: a chart has to be fetched first. */
export const TIMEOUT = 120_000;

/** Most that a chart may render to, in bytes. */
export const MAX_OUTPUT = 128 * 1024 * 1024;

/** How helm ended. */
export interface HelmResult {
    /** What it wrote, where it succeeded. */
    readonly output?: string;
    /** What went wrong, where it did not: what helm says, unfiltered. */
    readonly error: string;
}

/** The helm program: what X0TTA6BL4_HELM names, else the one on the PATH. */
export function helmProgram(): string {
    const chosen = process.env.X0TTA6BL4_HELM;
    return chosen === undefined || chosen === "" ? "helm" : chosen;
}

/** Runs helm with a text on its standard input. Secrets belong into that text or into files, not into `args`. */
export function runHelm(args: readonly string[], input: string): Promise<HelmResult> {
    return new Promise((resolve) => {
        const child = execFile(
            helmProgram(),
            [...args],
            { cwd: projectFolder(), timeout: TIMEOUT, maxBuffer: MAX_OUTPUT, encoding: "utf8" },
            (error, stdout, stderr) => {
                if (error === null) {
                    resolve({ output: stdout, error: "" });
                } else {
                    resolve({ error: explain(error, stderr) });
                }
            },
        );
        // A helm that ends early closes its end of the pipe; what it says is in its result.
        child.stdin?.on("error", () => undefined);
        child.stdin?.end(input);
    });
}

/** Why helm failed, as a sentence. */
export function explain(error: Error, stderr: string | null): string {
    const code: unknown = Reflect.get(error, "code");
    if (code === "ENOENT") {
        return "helm was not found: install Helm 3, or set X0TTA6BL4_HELM to the path of the program.";
    }
    if (Reflect.get(error, "killed") === true) {
        return `helm took longer than ${TIMEOUT / 1000} seconds.`;
    }
    const said = (stderr ?? "").split("\n").find((line) => line.startsWith("Error:")) ?? stderr?.split("\n")[0] ?? "";
    return said.trim() === "" ? `helm failed (${String(code)}).` : said.trim();
}
