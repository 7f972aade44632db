import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "../../protocol/values";
import type { PropertyMap } from "../../protocol/values";
import type { Session } from "../session";

/** Environment variable with the path of the helm to use; without it, the one on PATH. */
const HELM_VARIABLE = "X0TTA6BL4_HELM";
/** Name that the temporary repository list gives to a repository with a password. */
const REPOSITORY_NAME = "repository";

/** helm, set up for one provider and one release's chart repository. */
export interface Helm {
    /** What to call the chart. */
    chart: string;
    /** Runs helm and gives its standard output. @throws Error with helm's own message. */
    run: (args: readonly string[], input?: string) => Promise<string>;
}

/** Runs a child to its end. Nothing secret is in its arguments; values come over its standard input. */
async function execute(
    args: readonly string[],
    environment: NodeJS.ProcessEnv,
    session: Session,
    input: string,
): Promise<string> {
    const command = process.env[HELM_VARIABLE] ?? "helm";
    return new Promise((resolve, reject) => {
        const child = spawn(command, args, { env: environment, signal: session.signal, killSignal: "SIGINT" });
        const output: Buffer[] = [];
        const errors: Buffer[] = [];
        child.stdout.on("data", (data: Buffer) => output.push(data));
        child.stderr.on("data", (data: Buffer) => errors.push(data));
        // A helm that stops before it has read its values says why on standard error.
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.on("error", (error) => {
            reject(
                "code" in error && error.code === "ENOENT"
                    ? new Error(`helm was not found as "${command}": put it on PATH, or its path into ${HELM_VARIABLE}`)
                    : error,
            );
        });
        child.on("close", (code) => {
            const message = Buffer.concat(errors).toString("utf8");
            if (code === 0) {
                resolve(Buffer.concat(output).toString("utf8"));
            } else {
                const told = message.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("WARNING:"));
                reject(
                    new Error(told.join("\n").replace(/^Error: /, "") || `helm ended with exit code ${code ?? "none"}`),
                );
            }
        });
    });
}

/**
 * Prepares helm for one operation and cleans up after it: the provider's cluster by a private kubeconfig, a repository
 * with a password by a private repository list, so that neither is on a command line.
 */
export async function withHelm<T>(
    session: Session,
    inputs: PropertyMap,
    action: (helm: Helm) => Promise<T>,
): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "x0tta6bl4-helm-"));
    try {
        const kubeconfig = join(folder, "kubeconfig");
        await writeFile(kubeconfig, session.exportKubeConfig(), { mode: 0o600 });
        const environment: NodeJS.ProcessEnv = { ...process.env, KUBECONFIG: kubeconfig };
        const chart = text(inputs, "chart");
        const password = text(inputs, "repositoryOpts", "password");
        const run = async (args: readonly string[], input = ""): Promise<string> =>
            execute(args, environment, session, input);
        if (password === "" || chart.startsWith("oci:")) {
            return await action({ chart, run });
        }
        const list = join(folder, "repositories.yaml");
        const entry = {
            name: REPOSITORY_NAME,
            url: text(inputs, "repositoryOpts", "repo"),
            username: text(inputs, "repositoryOpts", "username"),
            password,
            caFile: text(inputs, "repositoryOpts", "caFile"),
            certFile: text(inputs, "repositoryOpts", "certFile"),
            keyFile: text(inputs, "repositoryOpts", "keyFile"),
        };
        await writeFile(list, JSON.stringify({ apiVersion: "", repositories: [entry] }), { mode: 0o600 });
        environment.HELM_REPOSITORY_CONFIG = list;
        environment.HELM_REPOSITORY_CACHE = join(folder, "cache");
        await run(["repo", "update", "--fail-on-repo-update-fail"]);
        return await action({ chart: `${REPOSITORY_NAME}/${chart}`, run });
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
