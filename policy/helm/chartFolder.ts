import { spawnSync } from "node:child_process";
import { chosenCapabilities } from "./chosen";
import { explain, flag, helmProgram, MAX_OUTPUT, TIMEOUT, type HelmResult } from "./run";

/** Release name for a chart in a folder; helm's own default. */
const RELEASE_NAME = "release-name";

/** Renders the chart in a folder with its default values, for the cluster that the user names, see {@link chosenCapabilities}. */
export function renderFolder(folder: string, namespace = "default"): HelmResult {
    const { kubeVersion, apiVersions } = chosenCapabilities() ?? { apiVersions: [] };
    const cluster = [
        ...flag("--kube-version", kubeVersion),
        ...apiVersions.flatMap((version) => flag("--api-versions", version)),
    ];
    const fixed = ["--namespace", namespace, "--include-crds", "--skip-tests", ...cluster];
    const args = ["template", ...fixed, "--", RELEASE_NAME, folder];
    const options = { timeout: TIMEOUT, maxBuffer: MAX_OUTPUT, encoding: "utf8" } as const;
    const { status, stdout, stderr, error } = spawnSync(helmProgram(), args, options);
    if (status === 0) {
        return { output: stdout, error: "" };
    }
    return { error: explain(error ?? new Error(`status ${status ?? "none"}`), stderr) };
}
