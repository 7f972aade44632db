import { readFile, writeFile } from "node:fs/promises";
import * as path from "node:path";
import { clusterFlags, type Capabilities } from "./capabilities";
import { chartSource } from "./chartSource";
import type { ReleaseInputs } from "./release";
import { flag, runHelm, type HelmResult } from "./run";
import type { ReleaseTarget } from "./target";

/** A release that is ready to be rendered. */
export interface Template {
    /**
     * Renders it for an assumed cluster with at least these capabilities; helm adds the APIs that it was built with.
     */
    offline(capabilities: Capabilities): Promise<HelmResult>;
    /** Renders it like the update, which queries the cluster for its APIs and for objects that templates look up. */
    online(): Promise<HelmResult>;
}

/**
 * Keeps what was rendered in the file $0, through the release's own post-renderer where it has one ($1). Helm then
 * finds nothing to look for in the cluster: neither rights for the objects nor their kinds, which may come later, are
 * needed.
 */
const KEEP = 'if [ "$#" -gt 0 ]; then "$1" > "$0" || exit; else cat > "$0"; fi; echo "# kept"';

/**
 * Prepares to run `helm template`. Values are passed on standard input, credentials in files that only this user can
 * read.
 * @param folder Private folder, which must exist as long as the template is used.
 * @returns Why the chart cannot be reached, as a text, where that is so.
 */
export async function templateOf(
    inputs: ReleaseInputs,
    target: ReleaseTarget,
    folder: string,
): Promise<Template | string> {
    const known = [
        ...flag("--registry-config", target.registryConfig),
        ...flag("--repository-config", target.repositoryConfig),
        ...flag("--repository-cache", target.repositoryCache),
    ];
    const source = await chartSource(inputs, folder, known);
    if (typeof source === "string") {
        return source;
    }
    const shared = await releaseFlags(inputs, folder);
    const helm = (flags: readonly string[]) =>
        runHelm(
            ["template", ...shared, ...flags, ...source.flags, "--", inputs.name, source.chart],
            JSON.stringify(inputs.values),
            { plugins: target.plugins },
        );
    return {
        offline: ({ kubeVersion, apiVersions }) =>
            helm([
                ...flag("--post-renderer", inputs.postRenderer),
                ...flag("--kube-version", kubeVersion),
                ...apiVersions.flatMap((version) => flag("--api-versions", version)),
            ]),
        online: async () => {
            const kept = path.join(folder, "kept.yaml");
            const script = ["-c", KEEP, kept, ...(inputs.postRenderer === undefined ? [] : [inputs.postRenderer])];
            const { output, error } = await helm([
                ...["--validate", "--dry-run=server", "--disable-openapi-validation"],
                ...(await clusterFlags(target, folder)),
                ...["--post-renderer", "sh", ...script.flatMap((argument) => ["--post-renderer-args", argument])],
            ]);
            // The rest of the output are the hooks, which are not post-rendered.
            return output === undefined
                ? { error }
                : { output: `${await readFile(kept, "utf8")}\n---\n${output}`, error: "" };
        },
    };
}

/** Flags common to all ways of rendering a release. */
async function releaseFlags(inputs: ReleaseInputs, folder: string): Promise<string[]> {
    const { namespace, version, devel, dependencyUpdate, verify, keyring, skipCrds, skipHooks } = inputs;
    const files = await Promise.all(
        inputs.valueFiles.map(async (file, index) => {
            if ("location" in file) {
                return file.location;
            }
            const own = path.join(folder, `values-${index}.yaml`);
            await writeFile(own, file.text, { mode: 0o600 });
            return own;
        }),
    );
    return [
        ...["--namespace", namespace, "--skip-tests"],
        ...flag("--version", version),
        ...(devel ? ["--devel"] : []),
        ...(dependencyUpdate ? ["--dependency-update"] : []),
        ...(verify ? ["--verify"] : []),
        ...flag("--keyring", keyring),
        // Installing a release creates the CRDs of its chart; `helm template` leaves them out by default.
        skipCrds ? "--skip-crds" : "--include-crds",
        ...(skipHooks ? ["--no-hooks"] : []),
        ...[...files, "-"].flatMap((file) => ["--values", file]),
    ];
}
