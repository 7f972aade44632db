import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { OwnChart } from "../../components/monitoring/chart";
import { CHART } from "../../components/monitoring/names";
import { messageOf } from "../../errors";
import { environmentProxy } from "../../kube/proxy";
import { readPackedChart } from "./packedChart";
import { PROJECT_ROOT } from "../../project";
import { shellWord } from "../../shell";

/** How long a chart's source may take to answer (ms); a healthy one needs well under a second. */
const ANSWER_TIMEOUT_MS = 8_000;

/** Alternatives to the source. */
const WAYS_OUT =
    "    Packed chart:  pulumi config set --path monitoring.chart.type file, then monitoring.chart.path and .sha256\n" +
    "    No chart:      pulumi config set --path monitoring.enabled false";

/** Why a chart cannot be installed; empty when it can. @throws never. */
export async function chartRefusals(chart: OwnChart): Promise<string[]> {
    if (chart.type === "file") {
        return fileRefusals(chart);
    }
    return chart.checkReachable ? sourceRefusals(chart) : [];
}

/** Exact version of the chart; `undefined` when the file cannot be read. */
export function chartVersion(chart: OwnChart): string | undefined {
    if (chart.type !== "file") {
        return chart.version;
    }
    try {
        return readPackedChart(readFileSync(resolve(PROJECT_ROOT, chart.path))).version;
    } catch {
        return undefined;
    }
}

/** SHA-256 of a file in hex. @throws Error when it cannot be read. */
export function sha256Of(file: string): string {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function fileRefusals({ path, sha256 }: Extract<OwnChart, { type: "file" }>): string[] {
    const file = resolve(PROJECT_ROOT, path);
    let found: string;
    try {
        found = sha256Of(file);
    } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
        return [
            `monitoring.chart.path is ${path}, but ${file} cannot be read (${code}).\n` +
                `    Get it:        helm pull ${CHART} --repo https://prometheus-community.github.io/helm-charts --version <version>`,
        ];
    }
    if (found !== sha256) {
        return [
            `monitoring.chart.sha256 is ${sha256}, but that of ${path} is ${found}.\n` +
                "    The file is another one, or the setting was not updated with it.\n" +
                `    Inspect it:    sha256sum ${shellWord(file)}\n` +
                "    Trust it:      pulumi config set --path monitoring.chart.sha256 <what it prints>",
        ];
    }
    try {
        const { name } = readPackedChart(readFileSync(file));
        return name === CHART ? [] : [`monitoring.chart.path is ${path}, which holds the chart ${name}, not ${CHART}.`];
    } catch (error) {
        return [`monitoring.chart.path is ${path}, which is not a packed chart (${messageOf(error)}).`];
    }
}

async function sourceRefusals(chart: Exclude<OwnChart, { type: "file" }>): Promise<string[]> {
    const url = probeUrl(chart);
    // helm goes through a proxy, which this check does not: then it is left to helm.
    if (environmentProxy(url) !== undefined) {
        return [];
    }
    const [key, source] = chart.type === "oci" ? ["digest", chart.reference] : ["url", chart.url];
    const problem = await probe(url);
    return problem === undefined
        ? []
        : [
              `monitoring.chart.${key}: ${source} ${problem}, so nothing of monitoring can be planned.\n` +
                  `    Inspect it:    curl --head ${shellWord(url.href)}\n` +
                  WAYS_OUT,
          ];
}

/** What must be there: a repository's index, or the manifest of the digest. */
function probeUrl(chart: Exclude<OwnChart, { type: "file" }>): URL {
    if (chart.type === "repository") {
        return new URL(`${chart.url.replace(/\/+$/, "")}/index.yaml`);
    }
    const [host = "", ...path] = chart.reference.replace("oci://", "").split("/");
    return new URL(`https://${host}/v2/${path.join("/")}/manifests/${chart.digest}`);
}

/** What is wrong with a source; `undefined` when it answers. A registry that wants credentials is there, too. */
async function probe(url: URL): Promise<string | undefined> {
    const accept = "application/vnd.oci.image.manifest.v1+json";
    try {
        const options = { method: "HEAD", headers: { accept }, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
        const { status } = await fetch(url, options);
        return status < 400 || status === 401 || status === 403 ? undefined : `answers ${status} for ${url.pathname}`;
    } catch (error) {
        const late = error instanceof Error && error.name === "TimeoutError";
        return `does not answer (${late ? `not within ${ANSWER_TIMEOUT_MS / 1000} s` : messageOf(error)})`;
    }
}
