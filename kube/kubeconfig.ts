import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** The parts of a kubeconfig file that tell where a context leads. */
const kubeconfigSchema = z.object({
    contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string() }) })).nullish(),
    clusters: z
        .array(
            z.object({
                name: z.string(),
                cluster: z.object({ server: z.string(), "proxy-url": z.string().optional() }),
            }),
        )
        .nullish(),
});

/** Where a context leads. */
export interface ContextTarget {
    /** URL of the API server. */
    readonly server: string;
    /** True when the API server is behind a proxy of the kubeconfig, so that it cannot be dialled directly. */
    readonly proxied: boolean;
}

/** Files that kubectl would read: the given one, or $KUBECONFIG, or ~/.kube/config. */
export function kubeconfigFiles(kubeconfig: string | undefined, env: NodeJS.ProcessEnv = process.env): string[] {
    if (kubeconfig !== undefined) {
        return [kubeconfig.replace(/^~(?=\/|$)/, homedir())];
    }
    return env.KUBECONFIG ? env.KUBECONFIG.split(delimiter).filter(Boolean) : [join(homedir(), ".kube", "config")];
}

/**
 * Looks a context up in kubeconfig files, merged as kubectl does: the first definition of a name wins.
 * @throws Error that names the files, the context and the contexts that there are.
 */
export function findContext(files: readonly string[], context: string): ContextTarget {
    const existing = files.filter((file) => existsSync(file));
    if (existing.length === 0) {
        throw new Error(
            `no kubeconfig at ${files.join(", ")}.\n` +
                "  Set the file:  pulumi config set --path cluster.kubeconfig <file>",
        );
    }
    const configs = existing.map(readKubeconfig);
    const contexts = configs.flatMap((config) => config.contexts ?? []);
    const found = contexts.find(({ name }) => name === context);
    if (found === undefined) {
        const known = contexts.map(({ name }) => name).join(", ") || "none";
        throw new Error(
            `context ${context} is in none of ${existing.join(", ")} (contexts there: ${known}).\n` +
                "  Set another:   pulumi config set --path cluster.context <name>",
        );
    }
    const cluster = configs
        .flatMap((config) => config.clusters ?? [])
        .find(({ name }) => name === found.context.cluster);
    if (cluster === undefined) {
        throw new Error(
            `context ${context} names the cluster ${found.context.cluster}, which ${existing.join(", ")} does not have.\n` +
                `  Mend it:       kubectl config set-cluster ${found.context.cluster} --server <url>`,
        );
    }
    return { server: cluster.cluster.server, proxied: cluster.cluster["proxy-url"] !== undefined };
}

function readKubeconfig(file: string): z.output<typeof kubeconfigSchema> {
    const fault = (problem: string, cause: unknown) =>
        new Error(`${file} ${problem}.\n  Look at it:    kubectl --kubeconfig ${file} config view`, { cause });
    let text: string;
    try {
        text = readFileSync(file, "utf8");
    } catch (error) {
        throw fault(
            `cannot be read (${error instanceof Error && "code" in error ? String(error.code) : "unknown"})`,
            error,
        );
    }
    try {
        return kubeconfigSchema.parse(parse(text) ?? {});
    } catch (error) {
        // Without the parser's own message: its excerpt could show a credential.
        throw fault(error instanceof z.ZodError ? "is no kubeconfig" : "cannot be read as YAML", error);
    }
}
