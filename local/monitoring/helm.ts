import { chartSource, type OwnChart } from "../../components/monitoring/chart";
import type { Cluster } from "../controlPlane";
import type { LocalPaths } from "../../process/paths";
import { run } from "../../process/run";
import { MADE_LOCALLY } from "./crds";

/** Time to fetch a chart (ms). */
const FETCH_TIMEOUT_MS = 120_000;

/** What it takes to call helm and kubectl. */
interface Commands {
    readonly helm: string;
    readonly kubectl: string;
}

/**
 * Puts the chart's own CRDs in the place of those that an earlier run without the chart made: Helm would leave those
 * as they are, and refuse objects with fields that they do not know.
 */
export async function replaceCrds(
    chart: OwnChart,
    cluster: Cluster,
    { helm, kubectl }: Commands,
    paths: LocalPaths,
): Promise<void> {
    const { stdout } = await run(helm, ["show", "crds", ...chartArguments(chart)], {
        cwd: paths.checkout,
        timeoutMs: FETCH_TIMEOUT_MS,
    });
    const target = ["--kubeconfig", cluster.kubeconfig, "--context", cluster.context];
    await run(kubectl, [...target, "apply", "--server-side", "--force-conflicts", "--filename", "-"], {
        input: stdout,
    });
    const [[label, value] = ["", ""]] = Object.entries(MADE_LOCALLY);
    await run(kubectl, [...target, "label", "crds", "--selector", `${label}=${value}`, `${label}-`]);
}

function chartArguments(source: OwnChart): string[] {
    const { chart, version, repositoryOpts } = chartSource(source);
    return [
        chart,
        ...(version === undefined ? [] : ["--version", version]),
        ...(repositoryOpts === undefined ? [] : ["--repo", repositoryOpts.repo]),
    ];
}
