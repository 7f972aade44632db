import type { Settings } from "../../settings";
import type { ClusterFacts } from "../facts";
import { type Flavour, flavourOf } from "../flavour";
import type { CheckFinding } from "../report";

/** Value of `monitoring.clusterFlavour` for each flavour; none for those that cannot be told. */
const SETTING: Partial<Record<Flavour, Settings["monitoring"]["clusterFlavour"]>> = {
    k3d: "k3s",
    k3s: "k3s",
    kind: "kind",
    minikube: "minikube",
    eks: "eks",
    gke: "gke",
    aks: "aks",
    openshift: "openshift",
};

/** Services that `managed` fits as well. */
const MANAGED: readonly Flavour[] = ["eks", "aks"];

/** What kind of cluster is it, and is monitoring configured for it? */
export function flavourFindings(facts: ClusterFacts, settings: Settings | undefined): CheckFinding[] {
    const name = "Flavour";
    const flavour = flavourOf(facts);
    const fitting = SETTING[flavour];
    const set = settings?.monitoring.enabled === true ? settings.monitoring.clusterFlavour : undefined;
    const fits = set === fitting || (set === "managed" && MANAGED.includes(flavour));
    if (set !== undefined && fitting !== undefined && !fits) {
        return [
            {
                status: "warn",
                name,
                detail: `${flavour}, but monitoring.clusterFlavour is ${set}`,
                fix: `pulumi config set --path monitoring.clusterFlavour ${fitting}`,
            },
        ];
    }
    return [{ status: "ok", name, detail: flavour === "unknown" ? "not recognized by the nodes" : flavour }];
}
