import { createServer, connect, type Server } from "node:net";
import { writeFile } from "node:fs/promises";
import { run } from "../../../process/run";
import { ADVERTISED_ADDRESS } from "../../../local/controlPlane/kwokctl";

/** Address of the node, beside that of the API server in a network for documentation (RFC 5737). */
export const NODE_ADDRESS = "192.0.2.10";

/**
 * Port of the API server, that of kubeadm, k3s and kind: the one which NetworkPolicies of stacks open by default. It is
 * no NodePort: kube-router lets pods reach those of their node whatever NetworkPolicies say.
 */
export const API_SERVER_PORT = 6443;

/** Addresses of pods on the node. */
export const POD_RANGE = "10.244.0.0/24";

/** Address of the cluster's DNS Service, as kubeadm chooses it. */
export const DNS_ADDRESS = "10.96.0.10";

/** The node's interface: a bridge, since every kernel that runs containers has it. */
const INTERFACE = "node0";

/** Gives the sandbox its interfaces. Nothing leads out of it. */
export async function setUpNetwork(): Promise<void> {
    const commands = [
        ["link", "set", "lo", "up"],
        ["link", "add", INTERFACE, "type", "bridge"],
        ["addr", "add", `${NODE_ADDRESS}/24`, "dev", INTERFACE],
        ["addr", "add", `${ADVERTISED_ADDRESS}/24`, "dev", INTERFACE],
        ["link", "set", INTERFACE, "up"],
    ];
    for (const args of commands) {
        await run("ip", args);
    }
    await writeFile("/proc/sys/net/ipv4/ip_forward", "1");
    // Without it rules see no packet between two pods of one node.
    await writeFile("/proc/sys/net/bridge/bridge-nf-call-iptables", "1");
}

/** Leads the advertised address of the API server, which listens on the loopback address only, to it. */
export async function forwardApiServer(server: string): Promise<Server> {
    const port = Number(new URL(server).port);
    const forwarder = createServer((incoming) => {
        const outgoing = connect(port, "127.0.0.1");
        for (const [from, to] of [
            [incoming, outgoing],
            [outgoing, incoming],
        ] as const) {
            from.pipe(to);
            from.on("error", () => to.destroy());
            from.on("close", () => to.destroy());
        }
    });
    await new Promise<void>((resolve, reject) => {
        forwarder.once("error", reject).listen(port, ADVERTISED_ADDRESS, resolve);
    });
    return forwarder;
}

/** Configuration of the CNI: a bridge with addresses from the node's range. kube-router filters, kube-proxy balances. */
export function cniConfig(): string {
    const plugins = [
        {
            type: "bridge",
            bridge: "cni0",
            isGateway: true,
            ipMasq: true,
            hairpinMode: true,
            ipam: { type: "host-local", ranges: [[{ subnet: POD_RANGE }]], routes: [{ dst: "0.0.0.0/0" }] },
        },
        { type: "portmap", capabilities: { portMappings: true } },
    ];
    return JSON.stringify({ cniVersion: "0.4.0", name: "x0tta6bl4", plugins });
}
