import { execFile } from "node:child_process";
import { projectFolder } from "./folder";

/** Timeout of helm in milliseconds; it includes the download of the chart. */
export const TIMEOUT = 120_000;

/** Maximum size of the rendered output, in bytes. */
export const MAX_OUTPUT = 128 * 1024 * 1024;

/** Result of running helm. */
export interface HelmResult {
    /** Standard output, when it succeeded. */
    readonly output?: string;
    /** Error output, unfiltered, when it failed. */
    readonly error: string;
}

/** The helm executable: X0TTA6BL4_HELM, else `helm` on the PATH. */
export function helmProgram(): string {
    const chosen = process.env.X0TTA6BL4_HELM;
    return chosen === undefined || chosen === "" ? "helm" : chosen;
}

/** How helm is run. */
export interface HelmOptions {
    /** Longest time in milliseconds. Default: {@link TIMEOUT}. */
    readonly timeout?: number;
    /** Folder with plugins. Default: helm's. */
    readonly plugins?: string;
}

/** Runs helm with a text on standard input. Secrets belong in that text or in files, not into `args`. */
export function runHelm(
    args: readonly string[],
    input: string,
    { timeout = TIMEOUT, plugins }: HelmOptions = {},
): Promise<HelmResult> {
    return new Promise((resolve) => {
        const env = { ...ownEnvironment(), ...(plugins === undefined ? {} : { HELM_PLUGINS: plugins }) };
        const child = execFile(
            helmProgram(),
            [...args],
            { cwd: projectFolder(), env, timeout, maxBuffer: MAX_OUTPUT, encoding: "utf8", killSignal: "SIGKILL" },
            (error, stdout, stderr) => {
                if (error === null) {
                    resolve({ output: stdout, error: "" });
                } else {
                    resolve({ error: explain(error, stderr, timeout) });
                }
            },
        );
        // When helm exits early, it closes the pipe; the result contains its error.
        child.stdin?.on("error", () => undefined);
        child.stdin?.end(input);
    });
}

/** The environment without what would lead helm to another cluster than the one of the provider, which ignores it. */
function ownEnvironment(): NodeJS.ProcessEnv {
    return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HELM_KUBE")));
}

/** A flag with its value, if set. */
export function flag(name: string, value: string | undefined): string[] {
    return value === undefined || value === "" ? [] : [name, value];
}

/** Why helm failed, as a sentence. */
export function explain(error: Error, stderr: string | null, timeout = TIMEOUT): string {
    const code: unknown = Reflect.get(error, "code");
    if (code === "ENOENT") {
        return "helm was not found: install Helm 3, or set X0TTA6BL4_HELM to the path of the program.";
    }
    if (Reflect.get(error, "killed") === true) {
        return `helm took longer than ${timeout / 1000} seconds.`;
    }
    const said = (stderr ?? "").split("\n").find((line) => line.startsWith("Error:")) ?? stderr?.split("\n")[0] ?? "";
    return said.trim() === "" ? `helm failed (${String(code)}).` : said.trim();
}
