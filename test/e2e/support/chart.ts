import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { localCrds } from "../../../local/monitoring/crds";
import { run } from "../../../local/process";
import { paths } from "./embedded";

/** Packs the tests' own chart, with the CRDs that the embedded cluster knows. @returns the file. */
export async function packChart(helm: string): Promise<string> {
    const folder = join(paths.root, "chart");
    cpSync(join(__dirname, "..", "fixtures", "monitoring-chart"), folder, { recursive: true });
    mkdirSync(join(folder, "crds"), { recursive: true });
    localCrds.forEach((crd, index) => {
        writeFileSync(join(folder, "crds", `${index}.yaml`), stringify(crd));
    });
    await run(helm, ["package", folder, "--destination", paths.root], {});
    return join(paths.root, "kube-prometheus-stack-88.5.3.tgz");
}
