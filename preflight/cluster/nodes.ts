import type { Settings } from "../../settings";
import type { ClusterFacts, Node } from "../facts";
import { isReady } from "../freshNodes";
import { shellCommand, shellWord } from "../../shell";
import type { CheckFinding } from "../report";
import { counted } from "../../terminal/counted";

/** Label with the node's own name; SPIRE's servers and the mesh's pods are kept apart by it. */
const HOSTNAME = "kubernetes.io/hostname";

/** Label with the node's zone; prod spreads its pods by it. */
const ZONE = "topology.kubernetes.io/zone";

/** Architectures that SPIRE's images are made for. */
const ARCHITECTURES = ["amd64", "arm64"];

/** Are there enough nodes, and do they carry the labels that pods are spread by? */
export function nodeFindings({ nodes }: ClusterFacts, settings: Settings | undefined): CheckFinding[] {
    if (nodes === undefined) {
        return [{ status: "skip", name: "Nodes", detail: "these credentials cannot list nodes" }];
    }
    if (nodes.length === 0) {
        const fix = "add a node: pods stay Pending without one";
        return [{ status: "fail", name: "Nodes", detail: "the cluster has no nodes", fix }];
    }
    return [readyFinding(nodes, settings), hostnameFinding(nodes), zoneFinding(nodes, settings), ...strange(nodes)];
}

function readyFinding(nodes: readonly Node[], settings: Settings | undefined): CheckFinding {
    const name = "Nodes";
    const ready = nodes.filter(isReady);
    const free = ready.filter(({ spec }) => !spec.taints.some(({ effect }) => effect === "NoSchedule"));
    const needed = nodesNeeded(settings);
    const down = nodes.filter((node) => !isReady(node)).map(({ metadata }) => metadata.name);
    const notReady = down.length > 0 ? `; not Ready: ${down.join(", ")}` : "";
    if (free.length < needed) {
        const [why, fix] =
            needed === 1
                ? ["is needed", shellCommand("kubectl", "describe", "node", nodes[0]?.metadata.name ?? "")]
                : [
                      "are needed: each SPIRE server must have its own",
                      "add nodes, or: pulumi config set --path spire.server.scheduling.antiAffinity preferred",
                  ];
        const detail = `${free.length} of ${nodes.length} accept pods, but ${needed} ${why}${notReady}`;
        return { status: "fail", name, detail, fix };
    }
    return down.length > 0
        ? {
              status: "warn",
              name,
              detail: `${ready.length} of ${nodes.length} are Ready${notReady}`,
              fix: shellCommand("kubectl", "describe", "node", down[0] ?? ""),
          }
        : { status: "ok", name, detail: `${ready.length}, all Ready` };
}

/** Nodes that the settings cannot do without. */
function nodesNeeded(settings: Settings | undefined): number {
    const server = settings?.spire.enabled === true ? settings.spire.server : undefined;
    return server?.scheduling.antiAffinity === "required" ? server.replicas : 1;
}

function hostnameFinding(nodes: readonly Node[]): CheckFinding {
    const name = "Node label hostname";
    const without = nodes.filter(({ metadata }) => metadata.labels[HOSTNAME] === undefined);
    return without.length === 0
        ? { status: "ok", name, detail: `on ${nodes.length} of ${nodes.length} nodes` }
        : {
              status: "warn",
              name,
              detail: `pods are not spread over nodes: ${without.length} of ${nodes.length} nodes have no ${HOSTNAME}`,
              fix: labelCommand(without, HOSTNAME, shellWord(without[0]?.metadata.name ?? "")),
          };
}

function zoneFinding(nodes: readonly Node[], settings: Settings | undefined): CheckFinding {
    const name = "Node label zone";
    const zones = nodes.flatMap(({ metadata }) => metadata.labels[ZONE] ?? []);
    const without = nodes.filter(({ metadata }) => metadata.labels[ZONE] === undefined);
    if (without.length === 0) {
        return { status: "ok", name, detail: counted(new Set(zones).size, "zone") };
    }
    return spreadsByZone(settings)
        ? {
              status: "warn",
              name,
              detail: `the stack spreads pods by zone, but ${without.length} of ${nodes.length} nodes have no ${ZONE}`,
              fix: labelCommand(without, ZONE, "<zone>"),
          }
        : { status: "ok", name, detail: "not on all nodes, and the stack spreads nothing by zone" };
}

function spreadsByZone(settings: Settings | undefined): boolean {
    return (
        settings !== undefined &&
        [settings.mesh.scheduling, settings.spire.server.scheduling]
            .flatMap(({ topologySpread }) => topologySpread)
            .some(({ topologyKey }) => topologyKey === ZONE)
    );
}

function labelCommand(nodes: readonly Node[], label: string, value: string): string {
    const [first] = nodes;
    return `kubectl label node ${first === undefined ? "<node>" : shellWord(first.metadata.name)} ${label}=${value}`;
}

function strange(nodes: readonly Node[]): CheckFinding[] {
    const others = nodes.filter(({ status }) => !ARCHITECTURES.includes(status.nodeInfo.architecture));
    return others.length === 0
        ? []
        : [
              {
                  status: "warn",
                  name: "Node architecture",
                  detail: `SPIRE has no image for ${others[0]?.status.nodeInfo.architecture ?? ""} of ${others[0]?.metadata.name ?? ""}`,
                  fix: shellCommand("kubectl", "cordon", others[0]?.metadata.name ?? ""),
              },
          ];
}
