import type {
    V1LabelSelector,
    V1NetworkPolicy,
    V1NetworkPolicyPeer,
    V1NetworkPolicyPort,
} from "@kubernetes/client-node";
import { type Check } from "../check";
import { failed, judge, passed, skipped, type Outcome } from "../outcome";
import { judging } from "../cluster/lookup";
import type { Snapshot } from "../cluster/snapshot";
import { sameMembers } from "../compare";
import type { Expectation } from "../expectation";
import { CONTAINER } from "../subject";
import { counted } from "../../terminal/counted";
import { serviceMeshFlows } from "./serviceMeshFlows";

const TOPIC = "NetworkPolicies";
const LOOK = "describe networkpolicies";
const NAMESPACE_LABEL = "kubernetes.io/metadata.name";

/** Labels as text in a deterministic order. */
function labelsText(labels: Readonly<Record<string, string>>): string {
    return Object.entries(labels)
        .map(([key, value]) => `${key}=${value}`)
        .sort()
        .join(",");
}

/** A selector as text; expressions are shown as they are. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: V1LabelSelector): string {
    return [labelsText(matchLabels), ...matchExpressions.map((expression) => JSON.stringify(expression))]
        .filter((part) => part !== "")
        .join(",");
}

/** A peer as text, e.g. `namespace monitoring, pods app=x`; an omitted part means all. */
function peerText({ ipBlock, namespaceSelector, podSelector }: V1NetworkPolicyPeer): string {
    if (ipBlock !== undefined) {
        const except = ipBlock.except ?? [];
        return rangeText(ipBlock.cidr, except);
    }
    const name = namespaceSelector?.matchLabels?.[NAMESPACE_LABEL];
    const space = namespaceSelector === undefined ? undefined : (name ?? `with ${selectorText(namespaceSelector)}`);
    return podsText(space, podSelector === undefined ? undefined : selectorText(podSelector));
}

/** An IP range as text. */
function rangeText(cidr: string, except: readonly string[]): string {
    return except.length === 0 ? cidr : `${cidr} except ${[...except].sort().join(" ")}`;
}

/** Destinations of the API server as text; a range of all addresses means everywhere. */
function apiServerTexts(cidrs: readonly string[]): string[] {
    return cidrs.some((cidr) => cidr === "0.0.0.0/0" || cidr === "::/0") ? ["anyone"] : [...cidrs];
}

/** Pods of a namespace as text; without a namespace, the mesh's. */
function podsText(namespace: string | undefined, pods: string | undefined): string {
    return `${namespace === undefined ? "own namespace" : `namespace ${namespace}`}, ${pods === undefined || pods === "" ? "all pods" : `pods ${pods}`}`;
}

/** All combinations of peer and port as text, one for each flow; an empty list means everything. */
function flows(
    direction: "from" | "to",
    peers: readonly V1NetworkPolicyPeer[] | undefined,
    ports: readonly V1NetworkPolicyPort[] | undefined,
): string[] {
    const peerTexts = peers === undefined || peers.length === 0 ? ["anyone"] : peers.map(peerText);
    const portTexts =
        ports === undefined || ports.length === 0
            ? ["any port"]
            : ports.map(({ protocol = "TCP", port, endPort }) =>
                  [protocol, port ?? "any", ...(endPort === undefined ? [] : ["to", endPort])].join(" "),
              );
    return peerTexts.flatMap((peer) => portTexts.map((port) => `${direction} ${peer}: ${port}`));
}

/** Flows that the policies allow for the app's pods. */
function openFlows(policies: readonly V1NetworkPolicy[], environment: string): string[] {
    const labels: Record<string, string> = { "app.kubernetes.io/name": CONTAINER, environment };
    const all = policies
        .filter(({ spec }) =>
            // Other labels are unknown: a policy that cannot be evaluated is considered to apply to the app's pods.
            Object.entries(spec?.podSelector?.matchLabels ?? {}).every(
                ([key, value]) => labels[key] === undefined || labels[key] === value,
            ),
        )
        .flatMap(({ spec }) => [
            ...(spec?.ingress ?? []).flatMap((rule) => flows("from", rule._from, rule.ports)),
            ...(spec?.egress ?? []).flatMap((rule) => flows("to", rule.to, rule.ports)),
        ]);
    return [...new Set(all)];
}

/** Flows that the settings allow. */
function wantedFlows({ mesh, environment, spireNamespace, spirePort }: Expectation): string[] {
    const { networkPolicy, ports, metrics, serviceAccount } = mesh;
    const app = labelsText({ "app.kubernetes.io/name": CONTAINER, environment });
    const dns = [
        podsText(networkPolicy.dnsNamespace, "k8s-app=kube-dns"),
        ...networkPolicy.dnsCidrs.map((cidr) => rangeText(cidr, [])),
    ];
    const server = podsText(spireNamespace, "app.kubernetes.io/name=spire-server");
    const prometheus = podsText(networkPolicy.metricsFromNamespace, "app.kubernetes.io/name=prometheus");
    return [
        ...dns.flatMap((peer) => [`to ${peer}: UDP 53`, `to ${peer}: TCP 53`]),
        `from ${podsText(undefined, app)}: TCP ${ports.mesh}`,
        `to ${podsText(undefined, app)}: TCP ${ports.mesh}`,
        ...networkPolicy.httpFromNamespaces.map((name) => `from ${podsText(name, undefined)}: TCP ${ports.http}`),
        ...networkPolicy.httpFromPods.map(
            ({ namespace, podLabels }) => `from ${podsText(namespace, labelsText(podLabels))}: TCP ${ports.http}`,
        ),
        ...(metrics.enabled ? [`from ${prometheus}: TCP ${ports.metrics}`] : []),
        ...(networkPolicy.spireServer ? [`to ${server}: TCP ${spirePort}`] : []),
        ...(serviceAccount.mountToken
            ? apiServerTexts(networkPolicy.apiServerCidrs).flatMap((peer) =>
                  networkPolicy.apiServerPorts.map((port) => `to ${peer}: TCP ${port}`),
              )
            : []),
        ...networkPolicy.egress.flatMap((rule) => {
            const labels = rule.podLabels === undefined ? undefined : labelsText(rule.podLabels);
            const peer = rule.cidr === undefined ? podsText(rule.namespace, labels) : rangeText(rule.cidr, rule.except);
            return rule.ports.map(({ protocol, port }) => `to ${peer}: ${protocol} ${port}`);
        }),
        ...serviceMeshFlows(mesh, { app, prometheus, podsText, labelsText }),
    ];
}

/** Evaluates the policies if the settings enable them; skipped otherwise. */
function judgingPolicies(
    { networkPolicies }: Snapshot,
    { mesh }: Expectation,
    judgePolicies: (policies: V1NetworkPolicy[]) => Outcome,
): Outcome {
    return mesh.networkPolicy.enabled ? judging(networkPolicies, judgePolicies) : skipped("off, as set");
}

/** Whether a policy denies all ingress and egress of every pod in the namespace. */
function deniesAll({ spec }: V1NetworkPolicy): boolean {
    const selector = spec?.podSelector;
    const conditions = [...Object.keys(selector?.matchLabels ?? {}), ...(selector?.matchExpressions ?? [])];
    const types = spec?.policyTypes ?? [];
    return (
        conditions.length === 0 &&
        ["Ingress", "Egress"].every((type) => types.includes(type)) &&
        (spec?.ingress ?? []).length + (spec?.egress ?? []).length === 0
    );
}

/** Checks of the traffic that NetworkPolicies allow to and from the pods. */
export const NETWORK_POLICY_CHECKS: readonly Check[] = [
    {
        topic: TOPIC,
        name: "default deny both ways",
        look: LOOK,
        run: (snapshot, expected) =>
            judgingPolicies(snapshot, expected, (policies) => {
                const policy = policies.find(deniesAll);
                return policy === undefined
                    ? failed("no policy closes all pods in both directions")
                    : passed(policy.metadata?.name);
            }),
    },
    {
        topic: TOPIC,
        name: "open exactly what is set",
        look: LOOK,
        run: (snapshot, expected) =>
            judgingPolicies(snapshot, expected, (policies) => {
                const wanted = [...new Set(wantedFlows(expected))];
                return judge(
                    sameMembers("open", wanted, openFlows(policies, expected.environment)),
                    counted(wanted.length, "flow"),
                );
            }),
    },
];
