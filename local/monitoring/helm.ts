import { chartSource, type OwnChart } from "../../components/monitoring/chart";
import type { Cluster } from "../controlPlane";
import type { LocalPaths } from "../../process/paths";
import { run } from "../../process/run";
import { MADE_LOCALLY } from "./crds";

/** Time to fetch a chart (ms). */
const FETCH_TIMEOUT_MS = 120_000;

/** Tools and context for calling helm and kubectl. */
interface Commands {
    readonly helm: string;
    readonly kubectl: string;
}

/**
 * Replaces the CRDs of an earlier run without the chart by the chart's own: Helm would keep the old ones, and the API
 * server would reject objects with unknown fields.
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
