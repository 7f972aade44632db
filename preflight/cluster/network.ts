import { type ClusterFacts, type DaemonSet, simulated } from "../facts";
import { flavourOf } from "../flavour";
import type { CheckFinding } from "../report";

/** Does a DaemonSet enforce NetworkPolicies? `undefined`: it is not a network plugin. */
type Verdict = (daemonSet: DaemonSet) => boolean | undefined;

/** A DaemonSet of a name that always enforces, or never does. */
function named(name: RegExp, enforces: boolean): Verdict {
    return ({ metadata }) => (name.test(metadata.name) ? enforces : undefined);
}

/** Day of the image from which on kind's network plugin enforces: that of kind 0.24, the first that does. */
const KINDNET_SINCE = 20_240_813;

/** Known network plugins by their DaemonSets, as each project names them. */
const PLUGINS: readonly Verdict[] = [
    named(/^(calico-node|canal|rke2-canal)$/, true),
    named(/^(cilium|anetd)$/, true),
    named(/^(antrea-agent|kube-router|weave-net|ovnkube-node|kube-network-policies|azure-npm)$/, true),
    // AWS VPC CNI: its agent beside it enforces, where it is switched on.
    ({ metadata, spec }) =>
        metadata.name === "aws-node"
            ? spec.template.spec.containers.some(({ args }) => args.includes("--enable-network-policy=true"))
            : undefined,
    ({ metadata, spec }) => (metadata.name === "kindnet" ? kindnetEnforces(spec.template.spec.containers) : undefined),
    named(/^kube-flannel(-ds)?$/, false),
];

function kindnetEnforces(containers: readonly { readonly image: string }[]): boolean | undefined {
    const days = containers.flatMap(({ image }) => /:v(\d{8})-/.exec(image)?.[1] ?? []).map(Number);
    return days.length === 0 ? undefined : days.some((day) => day >= KINDNET_SINCE);
}

/** Does the network enforce NetworkPolicies? The API accepts them in any case, so only the network plugin decides. */
export function networkFindings(facts: ClusterFacts): CheckFinding[] {
    const name = "NetworkPolicies";
    if (simulated(facts)) {
        return [{ status: "skip", name, detail: "the nodes are simulated: there is no network" }];
    }
    const { daemonSets } = facts;
    const verdicts = (daemonSets ?? []).flatMap((daemonSet) => {
        const verdict = PLUGINS.map((plugin) => plugin(daemonSet)).find((found) => found !== undefined);
        return verdict === undefined ? [] : [{ plugin: daemonSet.metadata.name, enforces: verdict }];
    });
    const enforcing = verdicts.find(({ enforces }) => enforces);
    if (enforcing !== undefined) {
        return [{ status: "ok", name, detail: `enforced by ${enforcing.plugin}` }];
    }
    const flavour = flavourOf(facts);
    if (flavour === "k3s" || flavour === "k3d") {
        const detail = "enforced by k3s itself, unless it was started with --disable-network-policy";
        return [{ status: "ok", name, detail }];
    }
    const fix = "install one that enforces, e.g. Calico or Cilium; minikube: minikube start --cni calico";
    const [not] = verdicts;
    if (not !== undefined) {
        return [{ status: "warn", name, detail: `${not.plugin} does not enforce them: they have no effect`, fix }];
    }
    const why =
        daemonSets === undefined
            ? "these credentials cannot list DaemonSets"
            : "no DaemonSet of a known network plugin";
    return [{ status: "warn", name, detail: `unknown whether they are enforced: ${why}`, fix }];
}
