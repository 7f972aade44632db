import { connect } from "node:tls";
import type { Settings } from "../../settings";
import { type ClusterFacts, type Node, simulated } from "../facts";
import { type Flavour, flavourOf } from "../flavour";
import { shellCommand } from "../../shell";
import type { CheckFinding } from "../report";

/**
 * How a kubelet's certificate verifies: signed by the cluster's CA for its address, for another address, by nobody, or
 * unreachable.
 */
export type Certificate = "trusted" | "otherAddress" | "selfSigned" | "unreachable";

/** Verifies the certificate of the kubelet at an address. */
export type Dial = (address: string, ca: string) => Promise<Certificate>;

/** Port of the kubelet's API. */
const PORT = 10_250;

/** How long a kubelet may take to answer (ms); from a machine outside its network none ever does. */
const TIMEOUT_MS = 2_000;

/** How many kubelets are asked: one that differs is rare, and each costs up to the time limit. */
const MOST_NODES = 3;

/** Flavours whose kubelets have a certificate of the cluster's CA. */
const SIGNED: readonly Flavour[] = ["k3s", "k3d", "rke2", "eks", "gke", "openshift"];

/** Flavours whose kubelets sign their own certificates by default. */
const SELF_SIGNED: readonly Flavour[] = ["kind", "minikube", "aks"];

/** Does `spire.agent.kubeletVerification` fit the kubelets' certificates? */
export async function kubeletFindings(
    facts: ClusterFacts,
    settings: Settings | undefined,
    dial: Dial = dialKubelet,
): Promise<CheckFinding[]> {
    const name = "Kubelet certificates";
    if (settings?.spire.enabled === false) {
        return [];
    }
    if (simulated(facts)) {
        return [{ status: "skip", name, detail: "the nodes are simulated: any spire.agent.kubeletVerification does" }];
    }
    if (facts.nodes?.length === 0) {
        return [{ status: "skip", name, detail: "the cluster has no nodes" }];
    }
    const seen = await certificates(facts, dial);
    const set = settings?.spire.agent.kubeletVerification.type;
    const address = settings?.spire.agent.kubeletAddress;
    if (seen.includes("otherAddress") && set === "clusterCA" && address === "hostIP") {
        return [
            {
                status: "fail",
                name,
                detail: "signed by the cluster's CA, but not for the nodes' addresses",
                fix: setting("spire.agent.kubeletAddress", "nodeName"),
            },
        ];
    }
    const evidence = seen.length > 0 ? "verified" : "usual for this distribution";
    const signed = seen.length > 0 ? !seen.includes("selfSigned") : byFlavour(flavourOf(facts));
    if (signed === undefined) {
        return [
            {
                status: "skip",
                name,
                detail: `unknown: no kubelet can be reached from here, and the distribution is not recognized${set === undefined ? "" : `; spire.agent.kubeletVerification is ${set}`}`,
            },
        ];
    }
    const kind = signed ? "signed by the cluster's CA" : "signed by the kubelets themselves";
    return [judge({ name, kind: `${kind} (${evidence})`, signed, set })];
}

function judge(found: { name: string; kind: string; signed: boolean; set: string | undefined }): CheckFinding {
    const { name, kind, signed, set } = found;
    const key = "spire.agent.kubeletVerification.type";
    if (set === "clusterCA" && !signed) {
        return {
            status: "fail",
            name,
            detail: `${kind}, so agents with ${key} clusterCA attest no pod`,
            fix: `${setting(key, "hostFile")}\n${setting("spire.agent.kubeletAddress", "nodeName")}\nor, where others cannot reach the nodes' network: ${setting(key, "skip")}`,
        };
    }
    if (set === "skip" && signed) {
        return {
            status: "warn",
            name,
            detail: `${kind}, but ${key} is skip: agents trust any certificate`,
            fix: setting(key, "clusterCA"),
        };
    }
    return { status: "ok", name, detail: `${kind}${set === undefined ? "" : `; ${key} ${set} fits`}` };
}

function setting(key: string, value: string): string {
    return shellCommand("pulumi", "config", "set", "--path", key, value);
}

function byFlavour(flavour: Flavour): boolean | undefined {
    return SIGNED.includes(flavour) ? true : SELF_SIGNED.includes(flavour) ? false : undefined;
}

async function certificates({ nodes = [], rootCa }: ClusterFacts, dial: Dial): Promise<Certificate[]> {
    if (rootCa === undefined) {
        return [];
    }
    const addresses = nodes.flatMap((node) => address(node) ?? []).slice(0, MOST_NODES);
    const all = await Promise.all(addresses.map((to) => dial(to, rootCa)));
    return all.filter((certificate) => certificate !== "unreachable");
}

function address({ status }: Node): string | undefined {
    return status.addresses.find(({ type }) => type === "InternalIP")?.address;
}

/** Verifies a kubelet's certificate as an agent would, and sends no request. */
export function dialKubelet(host: string, ca: string, port = PORT): Promise<Certificate> {
    return new Promise((resolve) => {
        const done = (certificate: Certificate) => {
            socket.destroy();
            resolve(certificate);
        };
        const socket = connect({ host, port, ca, rejectUnauthorized: false, timeout: TIMEOUT_MS }, () => {
            // The type says Error, but it is the code of one.
            const problem = String(socket.authorizationError);
            done(
                socket.authorized
                    ? "trusted"
                    : problem.includes("ERR_TLS_CERT_ALTNAME_INVALID")
                      ? "otherAddress"
                      : "selfSigned",
            );
        });
        socket.on("timeout", () => {
            done("unreachable");
        });
        socket.on("error", () => {
            done("unreachable");
        });
    });
}
