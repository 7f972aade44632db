import { type ClusterFacts, type Node, simulated } from "./facts";

/** Distribution or service of a cluster. */
export type Flavour =
    | "embedded"
    | "k3d"
    | "k3s"
    | "kind"
    | "minikube"
    | "eks"
    | "gke"
    | "aks"
    | "openshift"
    | "rke2"
    | "microk8s"
    | "unknown";

type Sign = readonly [Flavour, (node: Node) => boolean];

const label = (prefix: string) => (node: Node) =>
    Object.keys(node.metadata.labels).some((key) => key.startsWith(prefix));
const version = (part: string) => (node: Node) => node.status.nodeInfo.kubeletVersion.includes(part);
const provider = (scheme: string) => (node: Node) => node.spec.providerID.startsWith(`${scheme}://`);

/** Evidence for each flavor, most specific first: k3d is k3s in containers, whose nodes have its prefix. */
const SIGNS: readonly Sign[] = [
    ["k3d", (node) => version("+k3s")(node) && node.metadata.name.startsWith("k3d-")],
    ["k3s", version("+k3s")],
    ["rke2", version("+rke2")],
    ["kind", provider("kind")],
    ["minikube", label("minikube.k8s.io/")],
    ["eks", label("eks.amazonaws.com/")],
    ["eks", version("-eks-")],
    ["gke", label("cloud.google.com/gke-")],
    ["gke", version("-gke.")],
    ["aks", label("kubernetes.azure.com/")],
    ["openshift", label("node.openshift.io/")],
    ["microk8s", label("microk8s.io/")],
];

/** Flavor of a cluster, from its nodes. */
export function flavourOf(facts: Pick<ClusterFacts, "nodes">): Flavour {
    if (simulated(facts)) {
        return "embedded";
    }
    return SIGNS.find(([, test]) => facts.nodes?.some(test))?.[0] ?? "unknown";
}
