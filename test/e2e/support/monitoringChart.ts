import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { sha256Of } from "../../../preflight/monitoring/chart";
import { LOCAL_CRDS } from "../../../local/monitoring/crds";
import { run } from "../../../process/run";
import { paths } from "./embedded";

/**
 * Packs the tests' chart, with the CRDs of the embedded cluster.
 * @param name Folder for it.
 * @param values Defaults of the chart, besides what the program sets.
 * @returns the file.
 */
export async function packChart(
    helm: string,
    name: string,
    values: Readonly<Record<string, unknown>> = {},
): Promise<string> {
    const place = join(paths.root, "charts", name);
    const folder = join(place, "kube-prometheus-stack");
    rmSync(place, { recursive: true, force: true });
    cpSync(join(__dirname, "..", "fixtures", "monitoring-chart"), folder, { recursive: true });
    mkdirSync(join(folder, "crds"), { recursive: true });
    LOCAL_CRDS.forEach((crd, index) => {
        writeFileSync(join(folder, "crds", `${index}.yaml`), stringify(crd));
    });
    writeFileSync(join(folder, "values.yaml"), stringify(values));
    await run(helm, ["package", folder, "--destination", place], {});
    return join(place, "kube-prometheus-stack-88.5.3.tgz");
}

/** Changes the section `monitoring` of a stack file. */
export function setSection(file: string, change: (section: Record<string, unknown>) => void): void {
    const content = parse(readFileSync(file, "utf8")) as { config: Record<string, Record<string, unknown>> };
    change(content.config["x0tta6bl4:monitoring"] ?? {});
    writeFileSync(file, stringify(content));
}

/** Sets a stack file to install this packed chart. */
export function useChart(file: string, chart: string): void {
    setSection(file, (section) => {
        section.chart = { type: "file", path: chart, sha256: sha256Of(chart) };
    });
}
