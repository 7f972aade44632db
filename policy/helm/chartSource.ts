import { writeFile } from "node:fs/promises";
import * as path from "node:path";
import type { ReleaseChart } from "./release";
import { flag, runHelm } from "./run";

/** Name of a repository with credentials while a chart is rendered. */
const REPOSITORY = "policy";

/** The arguments that locate a chart. */
export interface ChartSource {
    /** The chart's name, path or URL. */
    readonly chart: string;
    /** Flags; credentials are passed in files. */
    readonly flags: readonly string[];
}

/**
 * Locates a chart like the Kubernetes provider.
 * @param folder Private folder: credentials go into files in it that only this user can read.
 * @param known Flags with the registries and repositories known to helm.
 * @returns An error text when it cannot be reached.
 */
export async function chartSource(
    { chart, repository, username = "", password = "", caFile, certFile, keyFile }: ReleaseChart,
    folder: string,
    known: readonly string[],
): Promise<ChartSource | string> {
    const tls = [...flag("--ca-file", caFile), ...flag("--cert-file", certFile), ...flag("--key-file", keyFile)];
    if (username === "" && password === "") {
        return { chart, flags: [...known, ...flag("--repo", repository), ...tls] };
    }
    if (repository === undefined) {
        const host = new URL(chart.startsWith("oci://") ? chart : "oci://unknown").host;
        const auth = Buffer.from(`${username}:${password}`).toString("base64");
        const file = path.join(folder, "registry.json");
        await writeFile(file, JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
        return { chart, flags: [...known, "--registry-config", file, ...tls] };
    }
    const file = path.join(folder, "repositories.yaml");
    const flags = [...known, "--repository-config", file, "--repository-cache", path.join(folder, "cache")];
    // The repository entry refers to these files, so that they apply to its index and its charts.
    const entry = { name: REPOSITORY, url: repository, username, password, caFile, certFile, keyFile };
    await writeFile(file, JSON.stringify({ apiVersion: "", repositories: [entry] }), { mode: 0o600 });
    const { output, error } = await runHelm(["repo", "update", ...flags], "");
    return output === undefined ? error : { chart: `${REPOSITORY}/${chart}`, flags };
}
